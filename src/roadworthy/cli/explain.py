"""Commands that open an answer: walk from a number to its sources, print or export the accounting statement."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from roadworthy.cli.flags import AsJson, Debug
from roadworthy.cli.output import emit

Key = Annotated[str | None, Parameter(help="Key of a kept answer or its first letters; the latest when not given.")]


def explain(
    key: Key = None,
    target: str = "net_benefit",
    *,
    reform: str | None = None,
    rate: str = "3",
    all: bool = False,
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """Walk from a number of an answer to its lines, steps and inputs with their sources.

    Parameters
    ----------
    target
        net_benefit, a line such as own_deaths or fuel, deaths, gasoline, carbon, sales, or an assumption such as account.vsl_usd.
    reform
        The reform; the headline's when not given.
    rate
        Discount rate in per cent of a line: 3, 7, or one of the study's own.
    all
        Every input, not only those that move it most.
    """
    from roadworthy.report import render_explain
    from roadworthy.study.explain import MOST_INPUTS
    from roadworthy.study.explain import explain as walk
    from roadworthy.study.store import recall

    found = walk(recall(None if key == "latest" else key), target, reform=reform, rate=rate, most=None if all else MOST_INPUTS)
    emit(found, render_explain, json)
    return 0


def statement(
    key: Key = None,
    *,
    reform: str | None = None,
    csv: bool = False,
    out: Path | None = None,
    page: Path | None = None,
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """The accounting statement of a kept answer in the layout of OMB Circular A-4: table, CSV or page.

    Parameters
    ----------
    reform
        The reform; the headline's when not given.
    csv
        Print the statement as CSV.
    out
        Write the CSV to this file.
    page
        Write the statement as one HTML page to this file.
    """
    from roadworthy.account import rows_csv
    from roadworthy.core.files import write_atomic
    from roadworthy.report import render_statement, write_statement
    from roadworthy.study.explain import statement_of
    from roadworthy.study.store import recall

    summary = recall(None if key == "latest" else key)
    found = statement_of(summary, reform)
    written = []
    if out is not None:
        written.append(str(write_atomic(out, rows_csv(found["rows"]))))
    if page is not None:
        written.append(str(write_statement(summary, found, page)))
    if csv and out is None:
        print(rows_csv(found["rows"]), end="")
        return 0
    if written and not json:
        print("\n".join(f"statement of {found['reform']} in {found['key']}: {file}" for file in written))
        return 0
    emit(found | ({"files": written} if written else {}), render_statement, json)
    return 0
