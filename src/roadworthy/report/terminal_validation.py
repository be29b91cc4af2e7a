"""How right is the model, in a terminal: counts by room, every miss under its reason, and the middle error of each group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.numbers import UNKNOWN, finite, per_cent, plain
from roadworthy.report.terminal_marks import joined, title
from roadworthy.report.terminal_text import LEAST_WIDTH, table, wrap

COUNTS = ("facts", "unseen_inside", "unseen_outside", "unseen_unknown", "fitted_inside", "fitted_outside", "fitted_unknown")
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
        return f"published {plain(f.get('published'), digits=3)} {unit}, ours {UNKNOWN}"
    return (
        f"published {plain(f.get('published'), digits=3)}, ours {plain(f.get('ours'), digits=3)} {unit}, "
        f"error {size(f.get('error'), kind, unit)}, tolerance {size(f.get('tolerance'), kind, unit)}"
    )


def render_validation(answer: Mapping[str, Any], width: int = 100, colour: bool = False, every: bool = False) -> str:
    """Counts by room, then the misses with their reasons, then groups; every fact when asked. All are in the JSON and in the page."""
    width = max(int(width), LEAST_WIDTH)
    total = r.record(answer.get("total"))
    facts = r.records(answer.get("facts"))
    lines = [title("What the model is held against", colour), ""]
    heads = ["room", "facts", "unseen: in", "out", "?", "fitted: in", "out", "?"]
    rows = [[r.text(x.get("room")), *(str(x.get(k, 0)) for k in COUNTS)] for x in r.records(answer.get("rooms"))]
    if len(rows) > 1:
        rows.append(["all", *(str(total.get(k, 0)) for k in COUNTS)])
    lines += table(heads, rows, "lrrrrrrr", width)
    lines += misses(facts, width, colour)
    groups = r.records(answer.get("groups"))
    if groups:
        said = [[r.text(g.get("room")), r.text(g.get("group")), str(g.get("facts")),
                 size(g.get("median_absolute_error"), g.get("kind"), g.get("unit"))] for g in groups]  # fmt: skip
        lines += ["", title("Middle absolute error", colour), "", *table(["room", "group", "facts", "error"], said, "lwrr", width)]
    if every:
        lines += ["", title("Every fact", colour), ""]
        lines += [line for f in facts for line in wrap(f"{r.text(f.get('room'))}: {one(f)}", width, 2, f"{SIGN[f.get('inside')]} ")]
    lines += public(answer, width, colour)
    seconds = finite(answer.get("seconds"))
    lines += [
        "",
        f"{total.get('facts', 0)} facts{f', {seconds:.0f} s' if seconds else ''}; sources: --json, page: --report FILE, all: --every",
    ]
    return joined(lines)


def one(f: Mapping[str, Any]) -> str:
    """One fact in a line."""
    return f"{r.text(f.get('what'))}: {numbers(f)}"


def misses(facts: Sequence[Mapping[str, Any]], width: int, colour: bool) -> list[str]:
    """What is outside its tolerance, under the sentence that says why; the farthest first, in tolerances."""
    by_reason: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for f in facts:
        if f.get("inside") is not True:
            by_reason.setdefault((r.text(f.get("room")), r.text(f.get("note"))), []).append(f)
    if not by_reason:
        return []
    lines = ["", title("Outside the tolerance, or without a value of ours", colour)]
    for (room, note), some in by_reason.items():
        lines += ["", *wrap(f"{room}: {note or 'no reason is given'}", width)]
        for f in sorted(some, key=far, reverse=True):
            lines += wrap(one(f), width, 4, f"  {SIGN[f.get('inside')]} ")
    return lines


def far(f: Mapping[str, Any]) -> float:
    """How many tolerances off a fact is; one without a value comes last."""
    error, tolerance = finite(f.get("error")), finite(f.get("tolerance"))
    return abs(error) / tolerance if error is not None and tolerance else 0.0


def public(answer: Mapping[str, Any], width: int, colour: bool) -> list[str]:
    """What the full public files of a folder say, where one was given."""
    found = answer.get("public")
    if not isinstance(found, Mapping):
        return []
    facts = r.records(found.get("facts"))
    rooms = dict.fromkeys(r.text(f.get("room")) for f in facts)
    lines = ["", title(f"Computed anew from {r.text(found.get('folder'))}", colour), ""]
    rows = []
    for room in rooms:
        own = [f for f in facts if f.get("room") == room]
        worst = max(own, key=far)
        rows.append([room, str(len(own)), str(sum(f.get("inside") is True for f in own)), size(worst.get("error"), worst.get("kind"), worst.get("unit")),
                     r.text(worst.get("what"))])  # fmt: skip
    if rows:
        lines += table(["room", "facts", "agree", "farthest", "which is"], rows, "lrrrw", width)
    for f in facts:
        if f.get("inside") is not True:
            lines += wrap(f"{r.text(f.get('room'))}: {one(f)}", width, 2, f"{SIGN[f.get('inside')]} ")
    for said in found.get("left_out") or ():
        lines += wrap(f"left out: {said}", width, 2, "? ")
    return lines
