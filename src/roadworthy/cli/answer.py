"""Commands that ask the whole question: run a study, sell one vehicle, show a kept answer, write its report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from roadworthy.cli.flags import AsJson, Car, Debug, Whole
from roadworthy.cli.output import emit, low_high, talk


def run(
    study: str = "kei-green-light",
    *,
    draws: Whole | None = None,
    seed: Whole | None = None,
    vehicle: str | None = None,
    law_date: str | None = None,
    reform: str | None = None,
    report: Path | None = None,
    out: Path | None = None,
    convergence: bool = False,
    json: AsJson = False,
    quiet: bool = False,
    debug: Debug = False,
) -> int:
    """Answer a study: should the rules be relaxed, and would anyone buy?

    Parameters
    ----------
    study
        Id of a shipped study, or a TOML file.
    draws
        Monte Carlo draws; the study's own number when not given.
    seed
        Seed of the random numbers.
    vehicle
        Catalogue id or TOML file to put in place of the study's new small car.
    law_date
        The day whose law is today's law, YYYY-MM-DD.
    reform
        A reform to answer first, beside the study's own: an id, a TOML file, or several joined by +, such as kei-urban+cafe-reset.
    report
        Write the HTML report to this file.
    out
        Write the draws to this Parquet file.
    convergence
        Also how sure each headline is of its draws: its standard error against their number.
    quiet
        No progress on stderr.
    """
    from roadworthy.report import render_run, sentences, write
    from roadworthy.study import answer, load, save

    changes: dict[str, Any] = {"draws": draws, "seed": seed, "vehicle": vehicle, "law_date": law_date}
    question = load(study, **changes)
    if reform is not None:
        question = load(study, **changes, reforms=tuple(dict.fromkeys((*question.reforms, reform))), headline=reform)
    found, outcome = answer(question, talk=lambda text: talk(text, quiet or json))
    found["sentences"] = sentences(found)
    save(found, outcome, out)
    if report is not None:
        talk(f"report     {write(found, report)}", quiet or json)
    emit(dict(found), _with_convergence if convergence else render_run, json)
    return 0


def _with_convergence(said: Any, **terminal: Any) -> str:
    from roadworthy.report import render_run
    from roadworthy.report.terminal_study import render_convergence

    return f"{render_run(said, **terminal)}\n\n{render_convergence(said)}"


def sell(
    vehicle: Car,
    *,
    price: float | None = None,
    route: str | None = None,
    reform: str = "kei-all-roads",
    market: Path | None = None,
    prices: str | None = None,
    chart: Path | None = None,
    study: str = "kei-green-light",
    draws: Whole = 256,
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """Would anyone buy this vehicle under a reform, at what price, and would it pay to make?

    Parameters
    ----------
    price
        Sell it at this price before tax, dollars of 2022; the maker sets it when not given.
    route
        import or plant; the one that pays in more draws when not given.
    reform
        The reform that opens the door, see `roadworthy rules list`; a TOML file, or several joined by +.
    market
        A CSV or Parquet file of models on sale in place of model year 2022, with the columns of `market/models`.
    prices
        Ends of the line of prices to solve at, dollars before tax, such as 8000:20000.
    chart
        Write the chart of sales by price to this SVG file.
    study
        The study whose market and assumptions are used.
    draws
        Monte Carlo draws.
    """
    from roadworthy.report import render_sell
    from roadworthy.study import load
    from roadworthy.study import sell as sell_one

    question = load(study, draws=draws, vehicle=vehicle, reforms=("none", reform), headline=reform)
    found = sell_one(question, price_usd=price, route=route, market_file=market, prices=low_high(prices, "--prices", "8000:20000"))
    if chart is not None:
        from roadworthy.core import InputError
        from roadworthy.core.files import write_atomic
        from roadworthy.report.charts_prices import by_price
        from roadworthy.report.html import alone

        drawn = by_price(found)
        if drawn is None:
            raise InputError(
                f"nothing is sold under {reform}, so there is no chart",
                "name a reform that opens a door",
                code="sell.chart",
                where="--chart",
            )
        found["chart"] = str(write_atomic(chart, alone(drawn.svg())))
        talk(f"chart      {chart}: {drawn.sentence}", json)
    emit(found, render_sell, json)
    return 0


def show(key: str, *, convergence: bool = False, json: AsJson = False, debug: Debug = False) -> int:
    """Show a kept answer again, without computing.

    Parameters
    ----------
    key
        The key printed at the end of a run, or its first letters.
    convergence
        Also how sure each headline is of its draws.
    """
    from roadworthy.report import render_run
    from roadworthy.study.store import recall

    emit(recall(key), _with_convergence if convergence else render_run, json)
    return 0


def report(
    key: Annotated[str | None, Parameter(help="Key of a kept answer; the latest when not given.")] = None,
    *,
    out: Path = Path("roadworthy-report.html"),
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """Write the HTML report of a kept answer.

    Parameters
    ----------
    out
        The file to write.
    """
    from roadworthy.report import write
    from roadworthy.study.store import recall

    found = recall(key)
    path = write(found, out)
    emit(
        {"schema": "roadworthy/report/1", "key": found["key"], "file": str(path)},
        lambda said, **_: f"report of {said['key']}: {said['file']}",
        json,
    )
    return 0
