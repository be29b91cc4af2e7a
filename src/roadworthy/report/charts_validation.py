"""Where does the model agree with what was published? One scatter plot per group of comparable facts.

Published value across, the model's up; the diagonal is agreement. Filled dots were never used in fitting, open ones were; a dot outside its
tolerance is square, so that it differs by shape as well as by colour.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.chart import NARROW, WIDE, Chart
from roadworthy.report.numbers import finite, per_cent, plain
from roadworthy.report.theme import PLAIN, TOKENS, Layer, axis, domain, frame, layer, q, ticks

FEWEST = 4
"""Facts that make a picture."""
LOG_SPAN = 30.0
"""Largest over smallest value beyond which the axes are logarithmic."""
SIDE = {WIDE: 420.0, NARROW: NARROW}


def scatters(validation: Mapping[str, Any]) -> list[Chart]:
    """A chart for every group of at least four facts that the model has a value for."""
    facts = r.records(validation.get("facts"))
    names = dict.fromkeys((r.text(f.get("room")), r.text(f.get("group"))) for f in facts if f.get("group"))
    found = []
    for room, group in names:
        members = [f for f in facts if (f.get("room"), f.get("group")) == (room, group) and finite(f.get("ours")) is not None]
        if len(members) >= FEWEST:
            found.append(_scatter(room, group, members))
    return found


def _scatter(room: str, group: str, members: Sequence[Mapping[str, Any]]) -> Chart:
    rows: list[dict[str, Any]] = [
        {
            "what": r.text(f.get("what")),
            "published": float(f["published"]),
            "ours": float(f["ours"]),
            "inside": bool(f.get("inside")),
            "fitted": bool(f.get("fitted")),
            "used": "fitted" if f.get("fitted") else "never seen",
        }
        for f in members
    ]
    unit = r.text(members[0].get("unit"))
    inside = sum(row["inside"] for row in rows)
    errors = sorted(abs(finite(f.get("error")) or 0.0) for f in members)
    middle = errors[len(errors) // 2]
    size = per_cent(middle) if members[0].get("kind") == "relative" else f"{plain(middle)} {unit}".rstrip()
    values = [v for row in rows for v in (row["published"], row["ours"])]
    log = min(values) > 0 and max(values) / min(values) > LOG_SPAN
    return Chart(
        id=f"held-{room}-{group}".replace(" ", "-").lower(),
        title=f"{room}: {group}",
        scope=unit,
        sentence=f"{group}: {inside} of {len(rows)} facts inside their tolerance, middle error {size}.",
        columns=[("what", "fact"), ("published", f"published, {unit}"), ("ours", f"ours, {unit}"), ("used", "used in fitting")],
        rows=rows,
        note=f"{inside} of {len(rows)} inside. Middle error {size}. Open: used in fitting; square: outside its tolerance.",
        wide=_picture(rows, log, WIDE),
        narrow=_picture(rows, log, NARROW),
    )


def _picture(rows: list[dict[str, Any]], log: bool, width: float) -> dict[str, Any]:
    left, right, bottom = 52.0, 12.0, 26.0
    side = SIDE[width] - left - right
    values = [v for row in rows for v in (row["published"], row["ours"])]
    if log:
        span = [10 ** math.floor(math.log10(min(values))), 10 ** math.ceil(math.log10(max(values)))]
        marks = [10.0**p for p in range(round(math.log10(span[0])), round(math.log10(span[1])) + 1)]
    else:
        span = domain(values, zero=min(values) >= 0 and min(values) < 0.3 * max(values), spare=0.06)
        marks = ticks(span, 5)
    scale = {"domain": span, "nice": False, **({"type": "log"} if log else {})}
    x = q("published", scale=scale, axis=axis(marks, expr=PLAIN))
    y = q("ours", scale=scale, axis=axis(marks, expr=PLAIN))
    layers: list[Layer] = [
        layer(
            {"type": "line", "strokeWidth": 1, "strokeDash": [4, 3], "color": TOKENS["ink3"]},
            "diagonal",
            x=q("published", scale=scale),
            y=q("ours", scale=scale),
        )
    ]
    for is_in in (True, False):
        for fitted in (False, True):
            colour = TOKENS["kei-line"] if is_in else TOKENS["own"]
            layers.append(
                layer(
                    {
                        "type": "point",
                        "shape": "circle" if is_in else "square",
                        "size": 34,
                        "filled": not fitted,
                        "color": colour,
                        "strokeWidth": 1.4,
                        "opacity": 0.85,
                    },
                    "facts",
                    f"datum.inside == {str(is_in).lower()} && datum.fitted == {str(fitted).lower()}",
                    x=x,
                    y=y,
                )
            )
    diagonal = [{"published": v, "ours": v} for v in span]
    return frame(side, side * 0.72, (left, 8, right, bottom), {"facts": rows, "diagonal": diagonal}, layers)
