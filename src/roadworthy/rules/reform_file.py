"""A reform as a file, and what is wrong with one: misspelt keys, limits that no vehicle can meet, rows that others still need.

    id = "wider-lsv"
    title = "Low-speed vehicles to 35 mph"
    start = 2027-01-01
    [[changes]]
    set = "us.class.lsv.speed_max"     # or: add = "us.class.x", remove = "us.fmvss.127"
    value = 35
    unit = "mph"
    [policy.road_cap]                  # what `evaluate` takes from it: door, content, road_cap, quota, ... (docs/rooms/rules.md)
    value = 35
    unit = "mph"

A contradiction is refused when the file is read: two values of one limit on the same day, an end before the start, a unit of another
kind, a class whose least is not below its most, a row removed that a class or a door still names. Composing two reforms is none of
these: there the later wins.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from roadworthy.core import RANK, InputError, near, unknown
from roadworthy.core.files import read_text
from roadworthy.rules.book import Rulebook
from roadworthy.rules.quantity import TO_SI, check_unit, si_factor

if TYPE_CHECKING:
    from roadworthy.rules.reform import Change, Reform

KEYS = ("id", "title", "plain", "author", "leaves_out", "start", "changes", "policy")
CHANGE_KEYS = ("set", "add", "remove", "value", "unit", "start", "until", "op", "reference", "row")
LEVERS = (
    "door", "door_class", "content", "road_cap", "design_speed", "state_access", "quota", "import_age", "cafe_target_scale", "announced",
)  # fmt: skip
"""What a reform may say to `evaluate`."""
LEVER_KEYS = ("value", "unit", "status", "source", "without", "state_caps")
OPS = ("<=", "<", ">=", ">", "==")


def _wrong(message: str, hint: str, code: str, where: str) -> InputError:
    return InputError(message, hint, code=f"reform.{code}", where=where)


def _keys(given: Mapping[str, Any], known: Sequence[str], what: str, where: str) -> None:
    for key in given:
        if key not in known:
            raise _wrong(f"{what} has an unknown key {key!r}", near(key, known), "key", where)


def read_reform(path: str | Path) -> Reform:
    """A user's reform from TOML.

    Raises InputError naming file, place and mend: not TOML, unknown or missing keys, unknown limits (near name offered), contradictions.
    """
    from roadworthy.rules.reform import reform_from

    where = str(path)
    try:
        raw = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as fault:
        raise _wrong(f"{where} is not TOML: {fault}", "mend the line it names", "syntax", where) from None
    _keys(raw, KEYS, "the reform", where)
    for key in ("id", "title"):
        if not isinstance(raw.get(key), str) or not raw[key]:
            raise _wrong(f"the reform has no {key}", f'add {key} = "..."', "missing", where)
    changes = raw.get("changes", [])
    if not isinstance(changes, list) or not all(isinstance(one, dict) for one in changes):
        raise _wrong("changes is not a list of tables", "write each change under [[changes]]", "changes", where)
    for number, one in enumerate(changes, 1):
        _change(one, f"{where}: change {number}")
    levers = {name: _lever(name, lever, f"{where}: policy.{name}") for name, lever in raw.get("policy", {}).items()}
    said = {"author": where, "leaves_out": "Nothing said by its author.", "plain": raw["title"]}
    return reform_from({**said, **raw, "policy": levers})


def _change(one: Mapping[str, Any], where: str) -> None:
    _keys(one, CHANGE_KEYS, "a change", where)
    if sum(kind in one for kind in ("set", "add", "remove")) != 1:
        raise _wrong("a change says none or several of set, add and remove", "say one of them", "kind", where)
    if "set" in one and "value" not in one:
        raise _wrong(f"the change of {one['set']} has no value", "add value = ...", "missing", where)
    if "op" in one and one["op"] not in OPS:
        raise _wrong(f"op {one['op']!r} is not a comparison", f"use one of {', '.join(OPS)}", "op", where)


def _lever(name: str, lever: Any, where: str) -> dict[str, Any]:
    if name not in LEVERS:
        raise unknown("lever", name, LEVERS, see="docs/rooms/rules.md")
    if not isinstance(lever, dict) or "value" not in lever:
        raise _wrong(f"lever {name} has no value", f"write [policy.{name}] and value = ...", "lever", where)
    _keys(lever, LEVER_KEYS, f"lever {name}", where)
    if lever.get("status", "assumed") not in RANK:
        raise _wrong(f"status {lever['status']!r} is not known", f"use one of {', '.join(RANK)}", "status", where)
    return {"status": "assumed", "source": where.split(":")[0], "unit": "-", **lever}


def check(reform: Reform, book: Rulebook, where: str = "") -> None:
    """Refuse a reform that contradicts itself or the book it is laid over."""
    place = where or reform.id
    for change in reform.changes:
        if change.until is not None and change.until <= change.start:
            raise _wrong(
                f"{change.target} ends on {change.until} before it starts on {change.start}", "give a later `until`", "until", place
            )
        if change.kind == "set":
            _unit(change, book, place)
    for one, two in combinations((c for c in reform.changes if c.kind in ("set", "remove")), 2):
        if (
            one.target == two.target
            and _meet(one, two)
            and (one.kind, one.value, one.unit, one.op) != (two.kind, two.value, two.unit, two.op)
        ):
            day = max(one.start, two.start).isoformat()
            raise _wrong(
                f"{one.target} is changed twice on {day}", "keep one of the two, or let the first end with `until`", "twice", place
            )
    after = book.under(reform)
    for message, hint, code in (*_empty(after, reform), *_orphans(after)):
        raise _wrong(message, hint, code, place)


def _meet(one: Change, two: Change) -> bool:
    return (two.until is None or one.start < two.until) and (one.until is None or two.start < one.until)


def _unit(change: Change, book: Rulebook, where: str) -> None:
    held = book.limits.get(change.target) or book.parameters.get(change.target)
    old = held.values[-1].unit if held else next(t.unit for s in book.standards.values() for t in s.tests if t.id == change.target)
    number = held is None or isinstance(held.values[-1].value, int | float)
    if number and (isinstance(change.value, bool) or not isinstance(change.value, int | float)):
        raise _wrong(f"{change.target} is set to {change.value!r}, which is no number", f"give a number in {old}", "value", where)
    if change.unit and change.unit != old:
        if change.target in book.limits or held is None:
            check_unit(change.unit)
        kinds = [TO_SI.get(unit, (unit, 1.0))[0] for unit in (old, change.unit)]
        if kinds[0] != kinds[1]:
            raise _wrong(
                f"{change.target} is in {old}, not in {change.unit}", f"give the value in {old} or a unit of that kind", "unit", where
            )


def _empty(book: Rulebook, reform: Reform) -> Iterator[tuple[str, str, str]]:
    """Classes that a changed limit leaves without any vehicle."""
    touched = {c.target for c in reform.changes}
    day = max((c.start for c in reform.changes), default=book.as_of)
    for kind in book.classes.values():
        if not touched & {kind.id, *kind.limits} or any(name not in book.limits for name in kind.limits):
            continue
        ends: dict[str, dict[str, tuple[float, bool, str]]] = {}
        for name in kind.limits:
            limit = book.limits[name]
            held = limit.at(day)
            if held is None:
                continue
            bound = float(held.value) * si_factor(held.unit)
            for side in {"<": "most", "<=": "most", ">": "least", ">=": "least", "==": "least most"}[limit.op].split():
                ends.setdefault(limit.quantity, {}).setdefault(side, (bound, limit.strict, name))
        for quantity, found in ends.items():
            if len(found) == 2 and _void(found["least"], found["most"]):
                names = " and ".join(dict.fromkeys((found["least"][2], found["most"][2])))
                yield f"no {kind.title} can exist: {names} leave no {quantity.replace('_', ' ')}", "move one of the two bounds", "empty"


def _void(least: tuple[float, bool, str], most: tuple[float, bool, str]) -> bool:
    return least[0] > most[0] or (least[0] == most[0] and (least[1] or most[1]))


def _orphans(book: Rulebook) -> Iterator[tuple[str, str, str]]:
    """Rows that name a row which is gone."""
    for kind in book.classes.values():
        for name in kind.limits:
            if name not in book.limits:
                yield f"{kind.id} still needs {name}", "remove the class too, or add the limit", "orphan"
        for name in (*kind.includes, *kind.excludes):
            if name not in book.classes:
                yield f"{kind.id} still needs {name}", "remove the class too, or add it", "orphan"
    for door in book.pathways.values():
        if door.vehicle_class and door.vehicle_class not in book.classes:
            yield f"{door.id} still needs {door.vehicle_class}", "add the class, or leave the door out", "orphan"
        for name in door.standards:
            if name not in book.standards:
                yield f"{door.id} still needs {name}", "add the standard, or leave it out of the door", "orphan"
