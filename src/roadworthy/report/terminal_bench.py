"""How do the rooms compare with their peers, in a terminal: one row a comparison, what is not installed and how to get it below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.numbers import UNKNOWN, finite, plain
from roadworthy.report.terminal_marks import joined, title
from roadworthy.report.terminal_text import LEAST_WIDTH, table, wrap

SMALLER = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9))
DASH = "–"


def amount(value: Any, unit: Any) -> str:
    """Seconds at a readable scale; any other amount as it is."""
    v = finite(value)
    if v is None:
        return DASH
    if unit != "s":
        return f"{v:.4g} {r.text(unit)}"
    name, factor = next(((n, f) for n, f in SMALLER if v >= f), SMALLER[-1])
    return f"{plain(v / factor, digits=3)} {name}"


def times(value: Any) -> str:
    """A ratio: 1,300 x, 0.12 x."""
    v = finite(value)
    return DASH if v is None else f"{plain(v)} x"


def share(value: Any) -> str:
    """An error as a share: one decimal, and one figure of what is smaller."""
    v = finite(value)
    return DASH if v is None else f"{100 * v:.1f} %" if v >= 0.001 else f"{100 * v:.0e} %" if v < 1e-5 else f"{100 * v:.1g} %"


def render_bench(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """Times side by side, errors side by side, notes, and the peers that are absent."""
    width = max(int(width), LEAST_WIDTH)
    rows = r.records(answer.get("rows"))
    ran = [x for x in rows if not x.get("absent")]
    timed = [x for x in ran if finite(x.get("ratio")) is not None]
    wrong = [x for x in ran if finite(x.get("error_ours")) is not None]
    lines = [title("Beside its peers", colour)]
    if timed:
        heads = ["room", "problem", "peer", "ours", "theirs", "theirs / ours"]
        lines += ["", *table(heads, [_timed(x) for x in timed], "lwwrrr", width)]
    if wrong:
        heads = ["room", "error against", "peer", "ours", "theirs"]
        said = [[_room(x), f"{r.text(x.get('error_of'))}: {r.text(x.get('problem'))}", r.text(x.get("peer")),
                 share(x.get("error_ours")), share(x.get("error_theirs"))] for x in wrong]  # fmt: skip
        lines += ["", *table(heads, said, "lwwrr", width)]
    notes = dict.fromkeys(f"{_room(x)}, {r.text(x.get('problem'))}: {r.text(x.get('note'))}." for x in ran if x.get("note"))
    if notes:
        lines += ["", *(line for said in notes for line in wrap(said, width, 2, "· "))]
    absent = [x for x in rows if x.get("absent")]
    if absent:
        lines += ["", title("Not installed here", colour), ""]
        for x in absent:
            lines += wrap(f"{r.text(x.get('peer'))} ({_room(x)}, {r.text(x.get('problem'))}): {r.text(x.get('absent'))}.", width, 2, "? ")
    machine = r.record(answer.get("machine"))
    small = " The problems were small ones (--quick)." if answer.get("quick") else ""
    load = finite(machine.get("load"))
    on = f"{machine.get('cores', UNKNOWN)} cores, load {UNKNOWN if load is None else plain(load)} when it ended"
    lines += ["", *wrap(f"Less is better; theirs / ours above 1 is how many times as quick ours is. {on}.{small}", width)]
    return joined(lines)


def _room(row: Mapping[str, Any]) -> str:
    return r.text(row.get("room"))


def _timed(x: Mapping[str, Any]) -> list[str]:
    ours, theirs = (amount(x.get(who), x.get("unit")) for who in ("ours", "theirs"))
    return [_room(x), r.text(x.get("problem")), r.text(x.get("peer")), ours, theirs, times(x.get("ratio"))]
