"""From a study to its answer: prepare, draw, solve, decide, swing, and say it as one Summary.

answer(study) -> (Summary, Results)
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import Any, cast

from roadworthy import __version__
from roadworthy.account import NAMES
from roadworthy.core import MARK
from roadworthy.core.files import kept_json
from roadworthy.study.assumed import Assumptions, draw, leaves
from roadworthy.study.cards import assumption_rows, citations
from roadworthy.study.certainty import convergence
from roadworthy.study.engine import engine_check
from roadworthy.study.reform_answer import answer_reform
from roadworthy.study.run import Results, one_at_a_time, results
from roadworthy.study.scenario import Study
from roadworthy.study.scenes import owners, scenes
from roadworthy.study.selling import cost_of_sale, holdouts, price_answer
from roadworthy.study.summary import SCHEMA, Summary, Swing
from roadworthy.study.world import BASE, Prepared, prepare


def _silent(_: str) -> None:
    """Say nothing."""


def answer(study: Study, talk: Callable[[str], None] = _silent) -> tuple[Summary, Results]:
    """The whole answer of a study, with every draw behind it."""
    began = time.perf_counter()
    prepared = prepare(study)
    seconds = {"prepare": time.perf_counter() - began}
    talk(f"preparing  {len(prepared.policies)} reforms, {len(leaves())} assumptions{seconds['prepare']:>30.1f} s")

    began = time.perf_counter()
    drawn = draw(study.draws, study.seed, study.assumptions)
    with ThreadPoolExecutor(1) as beside:
        # the pictures need no draws; they are made while the draws keep the other core busy
        pictures = beside.submit(kept_json, "pictures", study.pictures_key(), partial(scenes, prepared, study))
        found = solve(prepared, drawn)
        seconds["draws"] = time.perf_counter() - began
        talk(f"drawing    {study.draws:,} draws x {len(found.reforms)} reforms{seconds['draws']:>36.1f} s")
        held_out = beside.submit(holdouts)
        seen = pictures.result() | {"holdout": held_out.result()}
    seconds["scenes"] = time.perf_counter() - began
    talk(f"crashing, judging, fitting, driving{seconds['scenes']:>41.1f} s")

    began = time.perf_counter()
    reforms = [answer_reform(name, found, prepared, drawn, study) for name in study.reforms]
    headline = next(row for row in reforms if row["id"] == study.headline)
    route = list(headline["routes"]).index(headline["route"]) if headline["route"] in headline["routes"] else 0
    central_net, swings = one_at_a_time(prepared.policies, BASE, study.headline, route, prepared.world, study.assumptions)
    price = headline["price_usd"]
    seen["own"] = owners(prepared, seen.pop("consumption_J_per_m"), price["p50"] if price else None)
    line: dict[str, Any] = {"price_line": [], "break_even_price_usd": None, "break_even_price_exists": None}
    if study.prices_usd and headline["route"]:
        middle = cost_of_sale(found.of(study.headline), route, drawn)
        line = price_answer(prepared, study, route, drawn, middle, study.prices_usd)
    seconds["tornado"] = time.perf_counter() - began
    talk(f"swinging   {len(swings)} assumptions one at a time{seconds['tornado']:>33.1f} s")

    began = time.perf_counter()
    check = engine_check(found, study, route, prepared, drawn)
    seconds["engine"] = time.perf_counter() - began
    if check:
        talk(f"checking   quick market engine on {check['draws']} draws of the exact one{seconds['engine']:>19.1f} s")

    rows = assumption_rows(study.assumptions)
    marks = {status: sum(row["status"] == status for row in rows) for status in MARK}
    summary: Any = dict(
        schema=SCHEMA,
        key=study.key,
        version=__version__,
        study={
            "id": study.id,
            "title": study.title,
            "question": study.question,
            "law_date": study.law_date.isoformat(),
            "start_year": study.start_year,
            "draws": study.draws,
            "seed": study.seed,
            "base_year": 2022,
            "rates": [3, 7, *(100.0 * rate for rate in study.discount_rates)],
            "horizon_years": 30,
            "vehicle": prepared.vehicles.ids[0],
            "made": date.today().isoformat(),
        },
        inputs=study.model_dump(mode="json"),
        own_files=study.own_files(),
        headline=study.headline,
        sentences={},
        reforms=reforms,
        convergence=convergence(found.of(study.headline), route),
        engine=check,
        tornado=[_swing(swing) for swing in swings],
        central_net_usd=central_net,
        assumptions=rows,
        marks=marks,
        citations=citations(prepared),
        seconds=seconds,
        **line,
        **seen,
    )
    return cast(Summary, summary), found


def solve(prepared: Prepared, drawn: Assumptions) -> Results:
    """Every reform on the same draws."""
    return results(prepared.policies, BASE, prepared.world, drawn)


def _swing(swing: Any) -> Swing:
    leaf = leaves()[swing.path]
    return Swing(
        path=swing.path,
        label=leaf.meaning,
        unit=leaf.cited.unit,
        status=leaf.cited.status,
        low=swing.low,
        high=swing.high,
        net_low_usd=swing.net_low_usd,
        net_high_usd=swing.net_high_usd,
        lines_usd={
            line: [low, high] for line, low, high in zip(NAMES, swing.lines_low_usd, swing.lines_high_usd, strict=True) if low != high
        },
    )
