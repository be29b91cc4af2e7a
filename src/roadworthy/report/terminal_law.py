"""What does `roadworthy judge` print?

Door by door: may it, how far off, the clause, the mark; then the shortest way to yes and what each reform would answer. `--why` says the
same as advice. Both end with what they are not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.numbers import UNKNOWN, finite, mark, plain, status_of
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
    if answer.get("odds"):
        out += ["", *_odds(answer, width)]
    weakest = f"A verdict carries the weakest mark on its path: {mark(status_of(answer)) or '○'} {r.text(answer.get('status'), UNKNOWN)} for the best door."
    return joined([*out, "", *wrap(weakest, width), *wrap(disclaimer(answer), width)])


def disclaimer(answer: Mapping[str, Any]) -> str:
    """What the answer is not, and to which day it speaks."""
    texts = [f"oldest text on the best door's path {answer['as_of']}"] if answer.get("as_of") else []
    said = f" ({'; '.join(texts)})" if texts else ""
    return f"Not legal advice; as of {r.text(answer.get('book'), r.text(answer.get('law_date'), UNKNOWN))}{said}."


def _odds(answer: Mapping[str, Any], width: int) -> list[str]:
    """What draws of the wall model make of the tests: probabilities that say so."""
    rows = []
    for x in r.records(answer["odds"]):
        p, gap = finite(x.get("p_met")), r.record(x.get("gap"))
        if p is not None:
            rows.append(
                [
                    r.text(x.get("limit")),
                    f"{round(100 * p)} of 100",
                    f"{plain(gap['p10'], signed=True)} to {plain(gap['p90'], signed=True)}",
                ]
            )
    draws = max((int(r.record(x.get("odds")).get("draws", 0)) for x in r.records(answer.get("rows"))), default=0)
    doors = [f"{r.text(x.get('title'))}: {r.record(x['odds']).get('words')}" for x in r.records(answer.get("rows")) if x.get("odds")]
    head = f"Modelled tests, {draws} draws of the front's structure and of the model's error (○ assumed; no test of this vehicle):"
    return [
        *wrap(head, width),
        *table(["limit", "met", "gap, 10 to 90"], rows, "lrr", width),
        *(line for d in doors for line in wrap(d, width)),
    ]


GROUND = {"no": "No", "yes": "Yes", "unknown": "Not known", "discretionary": "Only if an agency grants it"}


def _headline(answer: Mapping[str, Any]) -> str:
    rows = [x for x in r.records(answer.get("rows")) if x.get("pathway") not in ("plate", "offroad_import")]
    name, day = r.text(answer.get("name"), "the vehicle"), r.text(answer.get("entry_or_use"), UNKNOWN)
    doors = {word: [r.text(x.get("title")) for x in rows if x.get("verdict") == word] for word in GROUND}
    if doors["yes"]:
        return f"Yes: on {day} the {name} may come by this door: {', '.join(doors['yes'])}."
    grants = (
        f" {len(doors['discretionary'])} doors wait for a grant: {', '.join(doors['discretionary'])}." if doors["discretionary"] else ""
    )
    unknown = f" Not known: {', '.join(doors['unknown'])}." if doors["unknown"] else ""
    if doors["unknown"]:
        return f"Not known: on {day} no door is known to be open to the {name}.{grants}{unknown}"
    return f"No: on {day} no door is open to the {name}.{grants}"


def _reasons(row: Mapping[str, Any], width: int) -> list[str]:
    children: Sequence[Mapping[str, Any]] = r.records(row.get("children"))[:CHILDREN] or (row,)
    out = []
    for child in children:
        gap, name = r.text(child.get("off_by")), r.text(child.get("title"))
        said = f"{name}: {gap}" if gap and name != r.text(row.get("title")) else gap or name
        out += wrap(f"{said} [{_clause(child)}] {mark(status_of(child))}", width, 5, "   -")
    more = int(finite(row.get("more")) or 0) + max(len(r.records(row.get("children"))) - CHILDREN, 0)
    if more:
        out.append(f"   - and {more} more")
    if row.get("opens_on"):
        out.append(f"   - opens {row['opens_on']}")
    return out


def render_why(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """The answer as advice: what, why, where, what is not known, what would have to change, and what this is not."""
    width = max(int(width), LEAST_WIDTH)
    out = [title(line, colour) for line in wrap(_headline(answer), width)]
    rows = r.records(answer.get("rows"))
    out += ["", title("Why, door by door", colour)]
    for row in rows:
        if row.get("pathway") == "plate":
            continue
        out += wrap(f"{_words(row)}: {r.text(row.get('title'))} {mark(status_of(row))}", width, 2)
        if row.get("verdict") == "yes":
            out += wrap(f"{r.text(row.get('off_by'))} [{_clause(row)}]".strip(), width, 5, "   -")
        else:
            out += _reasons(row, width)
    plate = next((row for row in rows if row.get("pathway") == "plate"), None)
    if plate is not None:
        out += ["", title(f"{r.text(plate.get('title'))[:1].upper()}{r.text(plate.get('title'))[1:]}", colour)]
        out += wrap(f"{_words(plate)} {mark(status_of(plate))} {r.text(plate.get('off_by'))}".rstrip(), width, 2)
        out += _reasons(plate, width) if plate.get("children") else wrap(r.text(plate.get("note")), width, 2, "  ")
    duty = r.record(answer.get("customs"))
    if duty:
        parts = ", ".join(f"{r.text(x.get('label'))} {100 * float(x['rate']):g} %" for x in r.records(duty.get("rows")))
        out += [
            "",
            *wrap(f"At the border: {100 * float(duty['rate']):g} % of the value ({parts}) {r.text(duty['rows'][0].get('mark'))}", width, 2),
        ]
    ways = r.record(answer.get("ways"))
    told = [
        (words, r.records(ways.get(key))[:2])
        for key, words in (("vehicle", "the vehicle alone"), ("law", "the law alone"), ("either", "both"))
    ]
    if not answer.get("open") and any(sets for _, sets in told):
        out += ["", title("What would have to change", colour)]
        for words, sets in told:
            for i, one in enumerate(sets):
                count = int(finite(one.get("count")) or 0)
                out += wrap(
                    f"{count} act{'' if count == 1 else 's'}: {r.text(one.get('text'))} [{r.text(one.get('door'))}]",
                    width,
                    20,
                    f"  {words}" if i == 0 else "",
                )
            if not sets:
                out += wrap("no set of changes opens a door", width, 20, f"  {words}")
    under = r.record(answer.get("under"))
    if under:
        out += [
            "",
            title(f"Under {', '.join(r.text(x) for x in under.get('reforms') or [])}", colour),
            *wrap(_headline(under), width, 2, "  "),
        ]
        changed = [
            f"{r.text(x.get('title'))}: {r.text(x.get('before'))} becomes {r.text(x.get('after'))}"
            for x in r.records(answer.get("changes"))
        ]
        out += [line for text in changed for line in wrap(text, width, 5, "   -")]
    missing = finite(answer.get("missing_count"))
    if missing:
        out += [
            "",
            *wrap(f"Not known: {missing:.0f} facts or test results; a door that needs one stays not known, never yes or no.", width),
        ]
    if answer.get("odds"):
        out += ["", *_odds(answer, width)]
    for note in answer.get("notes") or []:
        out += wrap(f"Note: {r.text(note)}.", width)
    out += ["", *wrap("Marks: § law read, ● measured, ◐ published elsewhere, △ derived, ○ assumed or not verified.", width)]
    return joined([*coloured(out, colour), *wrap(disclaimer(answer), width)])
