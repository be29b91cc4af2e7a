"""What does `roadworthy judge` print?

Door by door: may it, how far off, the clause, the mark; then the shortest way to yes and what each reform would answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.numbers import UNKNOWN, finite, mark, status_of
from roadworthy.report.terminal_marks import SIGNS, coloured, joined, title
from roadworthy.report.terminal_text import LEAST_WIDTH, table, wrap

CHILDREN = 3
REFORMS = 8


def _words(row: Mapping[str, Any]) -> str:
    verdict = r.text(row.get("verdict"), "unknown")
    answer = r.text(row.get("answer")) or ("not known" if verdict == "unknown" else verdict)
    return f"{SIGNS.get(verdict, '?')} {'not known' if answer == 'unknown' else answer}"


def _clause(row: Mapping[str, Any]) -> str:
    """The first clause named; the others are in the JSON."""
    first, *rest = r.text(row.get("clause")).split("; ")
    return first + (";\u00a0…" if rest else "")


def _verdict_rows(rows: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    found = []
    for row in rows:
        door = r.text(row.get("title", row.get("door")), r.text(row.get("pathway")))
        found.append([door, _words(row), r.text(row.get("off_by")), _clause(row), mark(status_of(row))])
        children = [
            x for x in r.records(row.get("children")) if (x.get("off_by"), x.get("clause")) != (row.get("off_by"), row.get("clause"))
        ]
        for child in children[:CHILDREN]:
            title = f"  {r.text(child.get('title', child.get('door')))}"
            sign = "" if child.get("verdict") == row.get("verdict") else _words(child)
            found.append([title, sign, r.text(child.get("off_by")), _clause(child), mark(status_of(child))])
        more = len(children) - CHILDREN + int(finite(row.get("more")) or 0)
        if children and more > 0:
            found.append([f"  and {more} more", "", "", "", ""])
        if row.get("opens_on"):
            found.append(["", "", f"opens {row['opens_on']}", "", ""])
    return found


def render_judge(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """May it: door by door, the shortest way to yes, and what a reform would change."""
    width = max(int(width), LEAST_WIDTH)
    parts = [f"{r.text(answer.get('name'), r.text(answer.get('vehicle')))}", f"built {answer['built']}" if answer.get("built") else ""]
    parts += [f"law of {r.text(answer.get('law_date'), UNKNOWN)}", f"entry or use {r.text(answer.get('entry_or_use'), UNKNOWN)}"]
    out = wrap(" · ".join(p for p in parts if p), width)
    out[0] = title(out[0], colour)
    heads, align = ["door", "may it?", "off by", "clause", "mark"], "wlwwl"
    out += ["", *coloured(table(heads, _verdict_rows(r.records(answer.get("rows"))), align, width), colour)]
    ways = r.records(answer.get("shortest"))
    if ways:
        out.append("")
        for i, way in enumerate(ways):
            count = int(finite(way.get("count")) or 0)
            said = r.text(way.get("text")) + (f" [{way['door']}]" if way.get("door") else "")
            out += wrap(
                f"{count} act{'' if count == 1 else 's'}  {said}", width, 22 if width >= 72 else 2, "Shortest way to yes" if i == 0 else ""
            )
    under = r.record(answer.get("under"))
    if under:
        rows = [x for x in r.records(under.get("rows")) if x.get("reform")] or r.records(under.get("rows"))[:1]
        said = ", ".join(r.text(x) for x in under.get("reforms") or []) or "the reform"
        out += ["", title(f"Under {said}", colour), *coloured(table(heads, _verdict_rows(rows), align, width), colour)]
    elif r.records(answer.get("not_in_force")):
        out += ["", *wrap("Not in force: what each reform would answer", width)]
        answers = [
            [r.text(x.get("reform"), r.text(x.get("title"))), _words({"verdict": x.get("after"), "answer": ""}), r.text(x.get("off_by")), mark(status_of(x))]
            for x in r.records(answer["not_in_force"])[:REFORMS]
        ]  # fmt: skip
        out += coloured(table(["reform", "may it?", "off by", "mark"], answers, "wlwl", width), colour)
    for note in answer.get("notes") or []:
        out += wrap(r.text(note), width)
    missing = finite(answer.get("missing_count"))
    if missing:
        out += wrap(f"{missing:.0f} facts or test results are not known; a door that needs one stays not known.", width)
    weakest = f"A verdict carries the weakest mark on its path: {mark(status_of(answer)) or '○'} {r.text(answer.get('status'), UNKNOWN)} for the best door."
    return joined([*out, "", *wrap(weakest, width)])
