"""What does the book say under an id, and what differs between two books or two days?

    describe(book, "us.class.lsv.speed_max")      every dated value with unit, citation, status
    search(book, "low-speed")                     ids and titles that hold a word
    differences(one, day, other, day)             what reads otherwise, row by row

Limits: a difference is one of text (a value, an op, a row that comes or goes), never of what it leads to; that is what verdicts say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from roadworthy.core import MARK, unknown
from roadworthy.rules.book import Limit, Parameter, Rulebook, Standard, Test, Value
from roadworthy.rules.check import body_of
from roadworthy.rules.quantity import label

TABLES = ("limits", "parameters", "classes", "standards", "pathways", "states")
KINDS = {
    "limits": "limit", "parameters": "parameter", "classes": "class", "standards": "standard", "pathways": "door", "states": "state",
}  # fmt: skip


def printed(value: Value | None, op: str = "") -> str:
    """A value as the law states it: '<= 25 mph'; 'not in force' when there is none."""
    if value is None:
        return "not in force"
    said = f"{value.value:g} {value.unit}".rstrip(" -") if isinstance(value.value, int | float) else str(value.value)
    return f"{op} {said}".strip()


def _tests(book: Rulebook) -> dict[str, Test]:
    return {test.id: test for standard in book.standards.values() for test in standard.tests}


def _test_words(test: Test) -> str:
    return f"{test.op} {test.bound:g} {test.unit}".rstrip(" -") if test.bound is not None else f"{test.op} {test.formula}"


def describe(book: Rulebook, name: str, day: dt.date | None = None) -> dict[str, Any]:
    """All that the book says under an id; `now` is what holds on the day. Raises InputError with a near id for an unknown one."""
    on = day or book.as_of
    out: dict[str, Any] = {"schema": "roadworthy/rule/1", "id": name, "on": on.isoformat()}
    tests = _tests(book)
    if name in tests:
        test = tests[name]
        law = test.citation
        return out | {
            "kind": "test limit", "title": f"{test.test.replace('_', ' ')}: {label(test.quantity)}", "body": "NHTSA", "now": _test_words(test),
            "conditions": "; ".join(t for t in (f"{test.speed_kmh} km/h" if test.speed_kmh else "", test.conditions) if t), "standard": test.standard,
            "values": [{"from": "", "value": _test_words(test), "clause": law.label, "source": law.source, "status": law.status, "mark": MARK[law.status]}],
        }  # fmt: skip
    for table in TABLES:
        found = getattr(book, table).get(name)
        if found is not None:
            return out | {"kind": KINDS[table], "title": found.title, **_row(found, on)}
    raise unknown("rule", name, [*(n for t in TABLES for n in getattr(book, t)), *tests], see="roadworthy rules list --find WORD")


def _row(found: Any, on: dt.date) -> dict[str, Any]:
    if isinstance(found, Parameter):
        op = found.op if isinstance(found, Limit) else ""
        more = {"quantity": label(found.quantity), "clock": found.clock} if isinstance(found, Limit) else {}
        values = [_value(value, op) for value in found.values]
        return {"body": found.body or body_of(found.id), "now": printed(found.at(on), op), "values": values, **more}
    law = getattr(found, "citation", None)
    said: dict[str, Any] = {
        "limits": list(getattr(found, "limits", ())),
        "tests": [test.id for test in getattr(found, "tests", ())],
        "conditions": getattr(found, "conditions", "") or getattr(found, "summary", ""),
        "needs": getattr(found, "needs", ""),
    }
    if isinstance(found, Standard):
        said |= {"binds": sorted(found.binds), "since": found.since.isoformat()}
    if law is not None:
        said |= {"clause": law.label, "status": law.status, "mark": MARK[law.status]}
    return {key: value for key, value in said.items() if value}


def _value(value: Value, op: str) -> dict[str, Any]:
    law = value.citation
    return {
        "from": "" if value.start.year <= 1900 else value.start.isoformat(), "until": value.until.isoformat() if value.until else "",
        "value": printed(value, op), "legal_state": value.legal_state, "clause": law.label, "source": law.source, "status": law.status,
        "mark": MARK[law.status], "as_of": law.as_of, "conflict": law.conflict, "note": value.note,
    }  # fmt: skip


def search(book: Rulebook, word: str) -> list[dict[str, str]]:
    """Ids whose id or title holds a word, whatever its case."""
    want, found = word.lower(), []
    for table in TABLES:
        for name, entry in getattr(book, table).items():
            if want in name.lower() or want in entry.title.lower():
                found.append({"id": name, "kind": KINDS[table], "title": entry.title or label(getattr(entry, "quantity", ""))})
    for name, test in _tests(book).items():
        if want in name.lower():
            found.append({"id": name, "kind": "test limit", "title": _test_words(test)})
    return found


def differences(before: Rulebook, was: dt.date, after: Rulebook, now: dt.date) -> list[dict[str, Any]]:
    """What reads otherwise in a book on a day than in another on another day, in the order of the book."""
    return [*_rows(before, after), *_values(before, was, after, now), *_bounds(before, after)]


def _rows(before: Rulebook, after: Rulebook) -> Iterator[dict[str, Any]]:
    for table in ("classes", "standards", "pathways"):
        old, new = getattr(before, table), getattr(after, table)
        for name in (*old, *(n for n in new if n not in old)):
            if (name in old) != (name in new):
                title = (old.get(name) or new[name]).title
                sides = ("in the book", "gone") if name in old else ("not in the book", "added")
                yield {
                    "id": name,
                    "kind": KINDS[table],
                    "title": title,
                    "before": sides[0],
                    "after": sides[1],
                    "clause": "",
                    "status": "derived",
                }


def _values(before: Rulebook, was: dt.date, after: Rulebook, now: dt.date) -> Iterator[dict[str, Any]]:
    for table in ("limits", "parameters"):
        old, new = getattr(before, table), getattr(after, table)
        for name in (*old, *(n for n in new if n not in old)):
            sides = [_at(old.get(name), was), _at(new.get(name), now)]
            if sides[0][0] != sides[1][0]:
                entry, held = new.get(name) or old[name], sides[1][1] or sides[0][1]
                yield {
                    "id": name, "kind": KINDS[table], "title": entry.title or label(getattr(entry, "quantity", "")), "before": sides[0][0],
                    "after": sides[1][0], "clause": held.citation.label if held else "", "status": held.citation.status if held else "derived",
                }  # fmt: skip


def _at(entry: Parameter | None, day: dt.date) -> tuple[str, Value | None]:
    held = entry.at(day) if entry is not None else None
    return (printed(held, entry.op if isinstance(entry, Limit) else "") if entry is not None else "not in the book"), held


def _bounds(before: Rulebook, after: Rulebook) -> Iterator[dict[str, Any]]:
    old, new = _tests(before), _tests(after)
    for name, test in new.items():
        if name in old and (old[name].bound, old[name].formula) != (test.bound, test.formula):
            yield {
                "id": name, "kind": "test limit", "title": label(test.quantity), "before": _test_words(old[name]), "after": _test_words(test),
                "clause": test.citation.label, "status": test.citation.status,
            }  # fmt: skip
