"""What two vehicles do to each other, in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.normal import meeting
from roadworthy.report.numbers import UNKNOWN, finite, mark, of_100, per_cent, quantity, status_of
from roadworthy.report.terminal_marks import coloured, joined, number, title
from roadworthy.report.terminal_text import LEAST_WIDTH, table, wrap


def render_crash(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """What happens to both in a head-on crash."""
    width = max(int(width), LEAST_WIDTH)
    given = meeting(dict(answer))
    sides = r.records(given.get("sides"))
    names = [r.text(s.get("name"), f"side {i + 1}") for i, s in enumerate(sides)] or ["no vehicle"]
    overlap = finite(given.get("overlap"))
    out = wrap(
        f"{' against '.join(names)}, head-on at {number(given.get('closing_mph'), 'mph')} closing"
        + (f", {per_cent(overlap)} overlap" if overlap is not None else ""),
        width,
    )
    out[0] = title(out[0], colour)
    lines = (
        ("mass as crashed", lambda s: number(s.get("mass_kg"), "kg")),
        ("speed change", lambda s: number(quantity(s, "delta_v", "mph", "speed"), "mph")),
        ("crush", lambda s: number(quantity(s, "crush", "cm", "length"), "cm")),
        ("cabin pushed in", lambda s: number(quantity(s, "intrusion", "cm", "length"), "cm")),
        ("peak deceleration", lambda s: number(s.get("peak_g"), "g")),
        ("chest", lambda s: number(s.get("chest_g"), "g")),
        ("head, HIC15", lambda s: number(s.get("hic15"))),
        ("driver seriously hurt", lambda s: _chance(s.get("p_ais3"))),
        ("driver killed, field curve", lambda s: _chance(s.get("p_fatal_field"))),
        ("same, own wall test", lambda s: _chance(s.get("wall_p_ais3"))),
    )
    rows = [[name, *(read(s) for s in sides)] for name, read in lines]
    rows.append(["mark", *(f"{mark(status_of(s))} {status_of(s, UNKNOWN)}".strip() for s in sides)])
    out += ["", *coloured(table(["", *(r.short_name(n) for n in names[: len(sides)])], rows, "l" + "r" * len(sides), width), colour), ""]
    share = finite(given.get("severity_share"))
    if share is not None:
        out += wrap(
            f"{per_cent(share)} of two-vehicle crashes close at this speed or above {mark(r.text(given.get('severity_status'))) or '○'}.",
            width,
        )
    out += wrap(
        "An injury scenario of the pair model, not a death count. A wall test measures a car against itself, never against a partner.",
        width,
    )
    if any(s.get("extrapolated") for s in sides):
        out += wrap("Extrapolated: the crush or the speed lies beyond what the model was made for.", width)
    return joined(out)


def _chance(value: Any) -> str:
    p = finite(value)
    return UNKNOWN if p is None else f"{of_100(p)} in 100"
