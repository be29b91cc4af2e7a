"""A moved answer as a Summary, so that report, terminal, downloads and page read it as they read a study's."""

from __future__ import annotations

import json
from datetime import date
from functools import partial
from typing import Any, cast

from roadworthy import __version__
from roadworthy.core import MARK
from roadworthy.core.files import digest, kept_json
from roadworthy.core.plain import plain
from roadworthy.rules import reform
from roadworthy.rules.reform import Reform
from roadworthy.study.ask import _swing
from roadworthy.study.cards import assumption_rows, citations
from roadworthy.study.levers import Choice, levers
from roadworthy.study.moved import overrides_of
from roadworthy.study.run import Swung
from roadworthy.study.scenario import Study
from roadworthy.study.scenes import owners, scenes
from roadworthy.study.summary import SCHEMA, ReformAnswer, Summary
from roadworthy.study.verdicts import judge_one, slim
from roadworthy.study.world import Prepared


def key_of(study: Study, choice: Choice) -> str:
    """Hash of study, preset and moved levers: the permalink."""
    return digest("what-if", study.model_copy(update={"headline": "", "reforms": ()}).key, json.dumps(choice.query(), sort_keys=True))


def title_of(choice: Choice) -> str:
    """The preset's title with what was moved."""
    moved = ", ".join(f"{levers()[name].label.lower()} {levers()[name].said(value)}" for name, value in choice.moved)
    return reform(choice.reform).title + (f"; moved: {moved}" if moved else "")


def pictures(prepared: Prepared, study: Study, law: Reform) -> dict[str, Any]:
    """What is seen beside the numbers. All but the verdict under the reform depends on the vehicle alone and is kept on disk."""
    found = dict(kept_json("pictures", study.pictures_key(), partial(scenes, prepared, study)))
    if law is not reform(study.headline):
        day = study.law_date
        verdict = slim(judge_one(prepared.vehicles.take([0]), law_date=day, entry_or_use=day, modelled=True, reform=law))
        found["verdicts_reform"] = plain(verdict["under"]["rows"]) if "under" in verdict else []
    return found


def summarise(
    study: Study,
    choice: Choice,
    law: Reform,
    prepared: Prepared,
    rows: list[ReformAnswer],
    swung: tuple[float, list[Swung]],
    seen: dict[str, Any],
    seconds: float,
) -> Summary:
    """Everything about one choice, in the form of a study's answer."""
    central, swings = swung
    assumed = assumption_rows({**study.assumptions, **overrides_of(choice)})
    price = rows[-1]["price_usd"]
    seen["own"] = owners(prepared, seen.pop("consumption_J_per_m"), price["p50"] if price else None)
    said: Any = {
        "schema": SCHEMA,
        "key": key_of(study, choice),
        "version": __version__,
        "study": {
            "id": study.id,
            "title": f"{study.title}: {law.title}",
            "question": study.question,
            "law_date": study.law_date.isoformat(),
            "start_year": study.start_year,
            "draws": study.draws,
            "seed": study.seed,
            "base_year": 2022,
            "rates": [3, 7],
            "horizon_years": 30,
            "vehicle": prepared.vehicles.ids[0],
            "made": date.today().isoformat(),
            "choice": choice.query(),
            "command": choice.command(),
        },
        "headline": choice.reform,
        "sentences": {},
        "reforms": rows,
        "tornado": [_swing(swing) for swing in swings],
        "central_net_usd": central,
        "assumptions": assumed,
        "marks": {status: sum(row["status"] == status for row in assumed) for status in MARK},
        "citations": citations(prepared),
        "seconds": {"total": seconds},
        **seen,
    }
    return cast(Summary, said)
