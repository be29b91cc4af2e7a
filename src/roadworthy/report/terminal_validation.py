"""How right is the model, in a terminal: counts by room, the middle error of each group, and every miss with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.numbers import UNKNOWN, finite, per_cent, plain
from roadworthy.report.terminal_marks import joined, title
from roadworthy.report.terminal_text import LEAST_WIDTH, table, wrap

SIGN = {True: "✓", False: "✕", None: "?"}


def size(value: Any, kind: Any, unit: Any) -> str:
    """An error or a tolerance: per cent where it is relative, in the fact's unit where it is not."""
    v = finite(value)
    if v is None:
        return UNKNOWN
    return per_cent(v) if kind == "relative" else f"{plain(v)} {r.text(unit)}".rstrip()


def numbers(f: Mapping[str, Any]) -> str:
    """What was published, what the model gives, and how far apart they are."""
    unit, kind = r.text(f.get("unit")), f.get("kind")
    if finite(f.get("ours")) is None:
        return f"published {plain(f.get('published'))} {unit}, ours {UNKNOWN}"
    return (
        f"published {plain(f.get('published'))}, ours {plain(f.get('ours'))} {unit}, "
        f"error {size(f.get('error'), kind, unit)}, tolerance {size(f.get('tolerance'), kind, unit)}"
    )


def render_validation(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """Counts, groups and misses; all facts are in the JSON and in the page."""
    width = max(int(width), LEAST_WIDTH)
    total = r.record(answer.get("total"))
    lines = [title("What the model is held against", colour), ""]
    heads = ["room", "facts", "unseen: in", "out", "?", "fitted: in", "out", "?"]
    counts = ("facts", "unseen_inside", "unseen_outside", "unseen_unknown", "fitted_inside", "fitted_outside", "fitted_unknown")
    rows = [[r.text(x.get("room")), *(str(x.get(k, 0)) for k in counts)] for x in r.records(answer.get("rooms"))]
    rows.append(["all", *(str(total.get(k, 0)) for k in counts)])
    lines += table(heads, rows, "lrrrrrrr", width)
    groups = r.records(answer.get("groups"))
    if groups:
        lines += ["", title("Middle absolute error", colour), ""]
        lines += table(
            ["room", "group", "facts", "error"],
            [
                [
                    r.text(g.get("room")),
                    r.text(g.get("group")),
                    str(g.get("facts")),
                    size(g.get("median_absolute_error"), g.get("kind"), g.get("unit")),
                ]
                for g in groups
            ],
            "lwrr",
            width,
        )
    misses = [f for f in r.records(answer.get("facts")) if f.get("inside") is not True]
    if misses:
        lines += ["", title("Outside the tolerance, or without a value of ours", colour), ""]
        for f in misses:
            place = f"{r.text(f.get('room'))}: {r.text(f.get('what'))}"
            said = ". ".join(x for x in (f"{place}: {numbers(f)}", r.text(f.get("note"))) if x)
            lines += wrap(said, width, 2, f"{SIGN[f.get('inside')]} ")
    seconds = finite(answer.get("seconds"))
    lines += [
        "",
        f"{total.get('facts', 0)} facts{f', {seconds:.0f} s' if seconds else ''}; sources: --json, page: --report FILE",
    ]
    return joined(lines)
