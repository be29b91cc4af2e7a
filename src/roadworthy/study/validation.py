"""How right is the model? Every published fact it is held against, by room, with the misses.

Each room states its own facts (`roadworthy.<room>.held`); this module only gathers and counts. Facts used in fitting are counted apart
from facts the model never saw: agreement with the first shows that the fit works, agreement with the second that the model does.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from roadworthy.core import unknown
from roadworthy.core.files import digest, kept_json
from roadworthy.core.held import Held
from roadworthy.study.public import recomputed

SCHEMA = "roadworthy/validate/1"
ROOMS = ("vehicles", "rules", "crash", "energy", "space", "cost", "market", "fleet", "account")


def held(room: str) -> tuple[Held, ...]:
    """The facts of one room; kept on disk, since program and bundled tables alone decide them."""
    if room not in ROOMS:
        raise unknown("room", room, ROOMS)
    rows: list[dict[str, Any]] = kept_json(
        "held", digest("held", room), lambda: [asdict(fact) for fact in import_module(f"roadworthy.{room}.held").held()]
    )
    # a value that the model does not give is null in the file
    return tuple(Held(**cast(Any, {name: math.nan if value is None else value for name, value in row.items()})) for row in rows)


def _row(fact: Held) -> dict[str, Any]:
    return {
        "room": fact.room,
        "id": fact.id,
        "what": fact.what,
        "unit": fact.unit,
        "published": fact.published,
        "ours": fact.ours,
        "error": fact.error,
        "tolerance": fact.tolerance,
        "kind": fact.kind,
        "inside": fact.inside,
        "fitted": fact.fitted,
        "group": fact.group,
        "note": fact.note,
        "source": fact.source,
    }


def count(facts: Iterable[Held]) -> dict[str, int]:
    """How many facts are inside their tolerance, outside it, and without a value of ours; fitted and never seen apart."""
    found = list(facts)
    said = {"facts": len(found)}
    for name, chosen in (("fitted", [f for f in found if f.fitted]), ("unseen", [f for f in found if not f.fitted])):
        said[f"{name}_inside"] = sum(f.inside is True for f in chosen)
        said[f"{name}_outside"] = sum(f.inside is False for f in chosen)
        said[f"{name}_unknown"] = sum(f.inside is None for f in chosen)
    return said


def _groups(facts: Sequence[Held]) -> list[dict[str, Any]]:
    """Median absolute error of each group of comparable facts."""
    names = dict.fromkeys((f.room, f.group) for f in facts if f.group)
    said = []
    for room, group in names:
        members = [f for f in facts if (f.room, f.group) == (room, group)]
        errors = sorted(abs(f.error) for f in members if not math.isnan(f.ours))
        if errors:
            said.append(
                {
                    "room": room,
                    "group": group,
                    "facts": len(members),
                    "median_absolute_error": errors[len(errors) // 2],
                    "kind": members[0].kind,
                    "unit": members[0].unit,
                }
            )
    return said


def validate(room: str | None = None, data: Path | None = None) -> dict[str, Any]:
    """The table of facts of one room, or of all; with `data`, also what the full public files of that folder say.

    What is computed anew from public files is counted apart: it shows that the tables are those of the files, and no more.
    """
    began = time.perf_counter()
    rooms = ROOMS if room is None else (room,)
    by_room = {name: held(name) for name in rooms}
    facts = [fact for found in by_room.values() for fact in found]
    answer: dict[str, Any] = {
        "schema": SCHEMA,
        "facts": [_row(fact) for fact in facts],
        "rooms": [{"room": name, **count(found)} for name, found in by_room.items()],
        "total": count(facts),
        "groups": _groups(facts),
    }
    if data is not None:
        found, left_out = recomputed(data, rooms)
        answer["public"] = {"folder": str(data), "facts": [_row(f) for f in found], "total": count(found), "left_out": left_out}
    return answer | {"seconds": time.perf_counter() - began}
