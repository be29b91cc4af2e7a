"""Two kept answers side by side: what was asked differently, and what it changes. See docs/rooms/study.md."""

from __future__ import annotations

from typing import Any

from roadworthy.core import InputError
from roadworthy.study import store

SHOWN = {
    "units_y5": ("new vehicles sold in year 5", lambda row: row["units_y5"]),
    "deaths_y10": ("deaths in year 10", lambda row: row["deaths_y10"]["net"]),
    "net_usd_3": ("net benefit at 3 %, USD", lambda row: row["net_usd"]["3"]),
    "net_usd_7": ("net benefit at 7 %, USD", lambda row: row["net_usd"]["7"]),
}


def compare(first: str, second: str) -> dict[str, Any]:
    """Inputs that differ, and per reform of both the medians and 10-90 bands of the headline quantities.

    Raises InputError when the two have no reform in common.
    """
    one, two = store.recall(first), store.recall(second)
    a, b = one.get("inputs", one["study"]), two.get("inputs", two["study"])
    changed = {name: [a.get(name), b.get(name)] for name in sorted({*a, *b}) if a.get(name) != b.get(name)}
    ours, theirs = ({row["id"]: row for row in answer["reforms"]} for answer in (one, two))
    both = [name for name in ours if name in theirs]
    if not both:
        raise InputError("the two answers share no reform", "compare answers of studies with a reform in common", code="compare.nothing")
    rows = []
    for name in both:
        for quantity, (words, get) in SHOWN.items():
            x, y = get(ours[name]), get(theirs[name])
            rows.append(
                {
                    "reform": name,
                    "id": quantity,
                    "what": words,
                    "first": {q: x[q] for q in ("p10", "p50", "p90")},
                    "second": {q: y[q] for q in ("p10", "p50", "p90")},
                    "change_p50": y["p50"] - x["p50"],
                }
            )
    return {
        "schema": "roadworthy/compare/1",
        "first": one["key"],
        "second": two["key"],
        "versions": [one["version"], two["version"]],
        "changed": changed,
        "rows": rows,
    }


def cite(key: str | None) -> dict[str, Any]:
    """How to cite a kept answer, and the sources that it rests on."""
    found = store.recall(key)
    study = found["study"]
    text = (
        f"roadworthy {found['version']}, answer {found['key']}: {study['title']}. Law of {study['law_date']}, "
        f"{study['draws']} draws, seed {study['seed']}, made {study['made']}."
    )
    return {"schema": "roadworthy/cite/1", "key": found["key"], "text": text, "sources": found["citations"]}
