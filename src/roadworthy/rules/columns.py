"""A table of vehicles, chunk by chunk: what a leaf, a question or a whole tree of the law says in every row.

    gap = x - b or b - x or |x - b|  for a column x;   all = least, any = greatest of codes 0 no, 1 unknown, 2 discretionary, 3 yes

Columns are SI; NaN is unknown. Flags are 0 and 1. Words are `Words(codes, words)`, code -1 for unknown. `built` (and `built_last`) are
numpy days. What was computed for a chunk is kept there, so that trees and reforms share it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from roadworthy.core import InputError
from roadworthy.rules import days
from roadworthy.rules.check import MET_WITHIN
from roadworthy.rules.days import anniversary
from roadworthy.rules.facts import DIMENSIONS
from roadworthy.rules.logic import DISCRETIONARY, NO, UNKNOWN, YES, Node
from roadworthy.rules.trace import EPOCH, Reading

Column = NDArray[np.float64]
Codes = NDArray[np.int8]
Truths = NDArray[np.bool_]
Dates = Any
"""Days of numpy, whose type the check of shapes does not know."""
Rows = NDArray[np.int64] | None
"""Places of rows in a chunk; None stands for all of them."""
COMPARE = {"lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "eq": np.equal, "ne": np.not_equal}
COMPUTE = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.divide}


@dataclass(frozen=True, slots=True)
class Words:
    """A column of words as integer codes into a short list; -1 is unknown."""

    codes: NDArray[np.int64]
    words: tuple[str, ...]

    @classmethod
    def of(cls, values: Sequence[str]) -> Words:
        """From the words themselves; '' is unknown."""
        names, codes = np.unique(np.asarray(values, dtype=str), return_inverse=True)
        blank = np.array([-1 if name == "" else i for i, name in enumerate(names)])
        return cls(blank[codes], tuple(str(name) for name in names))


class Table:
    """Columns of vehicles, checked once: equal length, no negative size or mass."""

    def __init__(self, columns: Mapping[str, Any], results: Mapping[str, Any]) -> None:
        self.words = {name: given for name, given in columns.items() if isinstance(given, Words)}
        self.days = {name: _days(name, columns[name]) for name in ("built", "built_last") if name in columns}
        numbers = {name: given for name, given in columns.items() if name not in self.words and name not in self.days}
        self.numbers = {name: _numbers(name, given) for name, given in {**numbers, **results}.items()}
        sizes = {name: len(c) for name, c in [*self.numbers.items(), *self.days.items(), *((n, w.codes) for n, w in self.words.items())]}
        if not sizes:
            raise InputError("no column was given", "give at least one, such as length", code="columns.none")
        self.n = next(iter(sizes.values()))
        for name, size in sizes.items():
            if size != self.n:
                raise InputError(f"column {name!r} has {size} rows, others {self.n}", "give columns of one length", code="columns.length")
        for name in DIMENSIONS:
            column = self.numbers.get(name)
            if column is not None and (column < 0.0).any():
                row = int(np.argmax(column < 0.0))
                raise InputError(
                    f"{name} of row {row} is {column[row]:g}", "give a number that is not negative, in SI", code="fact.value", where=name
                )
        self.names = frozenset((set(columns) | set(results)) - set(self.days))
        self.results = frozenset(results)
        if len(self.days) > 1:
            first, last = self.days["built"], self.days["built_last"]
            wrong = ~np.isnan(first) & ~(last >= first)
            if wrong.any():
                raise InputError(
                    f"built_last of row {int(np.argmax(wrong))} is not known, or before built",
                    "give the last day on which it may have been built",
                    code="columns.built",
                    where="built_last",
                )
        held = [column[~np.isnan(column)] for column in self.days.values()]
        self.first_day = min((float(column.min()) for column in held if len(column)), default=0.0)
        self._last_day = max((float(column.max()) for column in held if len(column)), default=0.0)
        self._ages: dict[tuple[dt.date, int], Column] = {}

    def calendar(self) -> Dates:
        """Every day from the first of manufacture to the last: days are few beside vehicles."""
        return EPOCH_DAY + np.arange(int(self.first_day), int(self._last_day) + 1)

    def ages(self, entry: dt.date, years: int) -> Column:
        """Years short of an age on a day, for each day of the calendar; the same sum as `days.years_between`."""
        if (entry, years) not in self._ages:
            day, now = self.calendar(), np.datetime64(entry, "D")
            month = day.astype("datetime64[M]")
            within_month = day - month

            def anniversary_of(full: NDArray[np.int64]) -> Dates:
                return (month + np.timedelta64(1, "M") * (12 * full)).astype(
                    "datetime64[D]"
                ) + within_month  # 29 February runs on to 1 March

            full = entry.year - _year_of(day)
            full -= anniversary_of(full) > now
            age = full + (now - anniversary_of(full)).astype(np.float64) / days.DAYS_PER_YEAR
            ahead = (day - now).astype(np.float64) / days.DAYS_PER_YEAR
            self._ages[entry, years] = np.where(day <= now, years - age, years + ahead)
        return self._ages[entry, years]


EPOCH_DAY = np.datetime64("1970-01-01", "D")


def _year_of(day: Dates) -> NDArray[np.int64]:
    return np.asarray(day.astype("datetime64[Y]").astype(np.int64) + EPOCH.year)


def _numbers(name: str, given: Any) -> Column:
    try:
        found = np.ascontiguousarray(given, dtype=np.float64)
    except (ValueError, TypeError) as fault:
        raise InputError(
            f"column {name!r} holds no numbers: {fault}",
            "give numbers in SI, or words as Words.of([...])",
            code="columns.numbers",
            where=name,
        ) from None
    if found.ndim != 1:
        raise InputError(f"column {name!r} has {found.ndim} axes", "give one number a vehicle", code="columns.axes", where=name)
    return found


def _days(name: str, given: Any) -> Column:
    try:
        found = np.asarray(given, dtype="datetime64[D]")
    except (ValueError, TypeError) as fault:
        raise InputError(
            f"{name} holds no days: {fault}", "give days as YYYY-MM-DD, such as 1998-03-10", code="columns.days", where=name
        ) from None
    return np.where(np.isnat(found), np.nan, (found - EPOCH_DAY).astype(np.float64))


class Frame:
    """One chunk of a table; what was computed for it is kept, so that trees and reforms share it."""

    def __init__(self, table: Table, low: int, high: int, *, with_gaps: bool = True) -> None:
        self.table, self.low, self.high, self.with_gaps = table, low, high, with_gaps
        self._kept: dict[Any, Any] = {}

    def value(self, term: Any) -> Any:
        """A column, an expression over columns, or the number itself."""
        if not isinstance(term, tuple):
            return term
        found = self._kept.get(term)
        if found is None:
            head, *rest = term
            if head == "col":
                source = self.table.days if rest[0] in self.table.days else self.table.numbers
                found = source[rest[0]][self.low : self.high]
            else:
                found = COMPUTE[head](self.value(rest[0]), self.value(rest[1]))
            self._kept[term] = found
        return found

    def holes(self, term: Any) -> Truths | None:
        """Rows in which a column is not known; None when it is known in all."""
        key = ("holes", term)
        if key not in self._kept:
            column = self.value(term)
            self._kept[key] = np.isnan(column) if np.isnan(column.min()) else None  # the least of a column with a hole is NaN
        found: Truths | None = self._kept[key]
        return found

    def parts(self, key: tuple[Any, ...], rows: Rows) -> list[tuple[Any, Rows]]:
        """Rows of a chunk by their answer to a question; None stands for all rows."""
        asked = self.asked(key) if rows is None else self.asked(key)[rows]
        if key[0] == "word":
            words = self.table.words[key[1]].words
            outcomes: list[Any] = [(words[code], asked == code) for code in _met_codes(asked)]
        elif key[0] == "verdict":
            outcomes = [(code, asked == code) for code in _met_codes(asked)]
        else:
            yes = int(np.count_nonzero(asked))
            if yes in (0, len(asked)):
                return [(yes > 0, rows)]
            outcomes = [(True, asked), (False, ~asked)]
        if len(outcomes) == 1:
            return [(outcomes[0][0], rows)]
        return [(outcome, np.flatnonzero(here) if rows is None else rows[here]) for outcome, here in outcomes]

    def asked(self, key: tuple[Any, ...]) -> Any:
        """The answer to a question in every row."""
        found = self._kept.get(key)
        if found is None:
            head, *rest = key
            if head == "known":
                name = rest[0]
                if name in self.table.words:
                    found = self.table.words[name].codes[self.low : self.high] >= 0
                else:
                    found = ~np.isnan(self.value(("col", name)))
            elif head == "word":
                found = self.table.words[rest[0]].codes[self.low : self.high]
            elif head == "verdict":
                found = np.broadcast_to(codes_of(rest[0], self), self.high - self.low)
            elif head == "true":
                found = self.value(rest[0]) != 0.0
            else:
                found = COMPARE[head](self.value(rest[0]), self.value(rest[1]))
            self._kept[key] = found
        return found  # type: ignore[no-any-return]

    def leaf(self, read: Reading, out: Column | None = None) -> tuple[Codes, Column | None]:
        """Answer and gap of a leaf in every row; a gap that is not known yet is written into `out`."""
        found = self._kept.get(read)
        if found is None:
            found = _compare(self, read, out) if read.kind == "compare" else READ[read.kind](self, read)
            self._kept[read] = found
        return found  # type: ignore[no-any-return]


def _met_codes(asked: NDArray[np.integer]) -> list[int]:
    """The small codes that occur, from -1 on."""
    return [int(code) - 1 for code in np.flatnonzero(np.bincount(asked + np.int64(1)))]


def _compare(frame: Frame, read: Reading, out: Column | None = None) -> tuple[Codes, Column | None]:
    """gap = x - b or b - x or |x - b|; met when it is negative, or zero and the limit is not strict."""
    x, bound = frame.value(read.term), frame.value(read.bound)
    if not frame.with_gaps and isinstance(bound, float):
        return _sides(frame, read, x, bound), None
    gap: Column = np.subtract(x, bound, out=out) if read.op in ("<=", "<") else np.subtract(bound, x, out=out)
    if read.op == "==":
        np.abs(gap, out=gap)
    width = MET_WITHIN * np.abs(bound)
    slack = np.where(bound == 0, MET_WITHIN, width) if isinstance(bound, np.ndarray) else width or MET_WITHIN
    inside, beyond = gap < -slack, gap > slack
    plain = int(np.count_nonzero(inside)) + int(np.count_nonzero(beyond)) == len(gap)  # none at its bound, none unknown
    met = inside if plain or read.op in ("<", ">") else ~beyond
    codes: Codes = met.view(np.int8) * np.int8(YES)
    if not plain:
        gap[np.abs(gap) <= width] = 0.0
        empty = frame.holes(read.term)
        if empty is not None:
            codes[empty] = np.int8(UNKNOWN)
    return codes, np.divide(gap, read.factor, out=gap) if read.factor != 1.0 else gap


def _sides(frame: Frame, read: Reading, x: Column, bound: float) -> Codes:
    """The answers alone: on which side of the last value that meets the limit."""
    if read.op == "==":
        met = (x >= last_met(">=", bound)) & (x <= last_met("<=", bound))
    else:
        met = x <= last_met(read.op, bound) if read.op in ("<=", "<") else x >= last_met(read.op, bound)
    codes: Codes = met.view(np.int8) * np.int8(YES)
    empty = frame.holes(read.term)
    if empty is not None:
        codes[empty] = np.int8(UNKNOWN)
    return codes


@lru_cache(maxsize=4096)
def last_met(op: str, bound: float) -> float:
    """The last number that meets a limit, by the very arithmetic of the gap: x meets it when it lies on its side."""
    side = 1.0 if op in ("<=", "<") else -1.0
    out = side * math.inf
    slack = MET_WITHIN * abs(bound) or MET_WITHIN

    def meets(x: float) -> bool:
        gap = side * (x - bound)
        return gap < -slack if op in ("<", ">") else gap <= slack

    edge = bound + side * (-slack if op in ("<", ">") else slack)
    while meets(math.nextafter(edge, out)):
        edge = math.nextafter(edge, out)
    while not meets(edge):
        edge = math.nextafter(edge, -out)
    return edge


def _stated(frame: Frame, read: Reading) -> tuple[Codes, None]:
    codes = np.where((frame.value(read.term) != 0.0) == read.wanted, np.int8(YES), np.int8(NO))
    empty = frame.holes(read.term)
    if empty is not None:
        codes[empty] = np.int8(read.absent)
    return codes, None


def newest(entry: dt.date, years: int) -> dt.date:
    """The latest day of manufacture that is `years` old on a day."""
    day = entry.replace(year=entry.year - years) if (entry.month, entry.day) != (2, 29) else dt.date(entry.year - years, 3, 1)
    while anniversary(day, years) > entry:
        day -= dt.timedelta(days=1)
    return day


def _aged(frame: Frame, read: Reading) -> tuple[Codes, Column | None]:
    """An age in whole days; a vehicle whose days of manufacture straddle the day is not known."""
    first, last, entry = frame.value(read.term), frame.value(read.last), read.entry
    assert entry is not None
    years = int(read.bound)
    oldest = (newest(entry, years) - EPOCH).days
    codes = _by_day(first, last, oldest)
    if not frame.with_gaps:
        return codes, None
    return codes, _known(codes, frame.table.ages(entry, years)[_places(frame, read.term)])


def _calendar(frame: Frame, read: Reading) -> tuple[Codes, Column | None]:
    """EPA counts calendar years: year of import less year of production."""
    assert read.entry is not None
    newest_year = read.entry.year - max(math.ceil(read.bound), 0)
    codes = _by_day(frame.value(read.term), frame.value(read.last), (dt.date(newest_year, 12, 31) - EPOCH).days)
    if not frame.with_gaps:
        return codes, None
    short = read.bound - (read.entry.year - _year_of(frame.table.calendar()))
    return codes, _known(codes, short[_places(frame, read.term)])


def _by_day(first: Column, last: Column, newest_day: int) -> Codes:
    """Yes for one surely made by a day, no for one surely made later."""
    early = first <= newest_day
    if last is first:
        made: Codes = early.view(np.int8) * np.int8(YES)
        return made
    return np.where(last <= newest_day, np.int8(YES), np.where(early, np.int8(UNKNOWN), np.int8(NO)))


def _known(codes: Codes, gap: Column) -> Column:
    """A gap, where the answer is known."""
    gap[codes == np.int8(UNKNOWN)] = np.nan
    return gap


def _places(frame: Frame, term: Any) -> NDArray[np.int32]:
    """Where in the calendar of the table each day of a column lies; an unknown day at the beginning."""
    key = ("place", term)
    if key not in frame._kept:
        frame._kept[key] = np.nan_to_num(frame.value(term) - frame.table.first_day).astype(np.int32)
    found: NDArray[np.int32] = frame._kept[key]
    return found


READ = {"stated": _stated, "age": _aged, "calendar": _calendar}
TURNED = np.array([int(YES), int(UNKNOWN), int(DISCRETIONARY), int(NO)], dtype=np.int8)
Expression = tuple[Any, ...]
"""("is", code), ("leaf", reading), ("not", expression), or (all | any, code, expressions): a tree without its words."""


def bare(node: Node) -> Expression:
    """A tree without its words: joints of one kind in one list, what is settled folded into one code."""
    if not node.children:
        return ("is", node.verdict) if node.read is None or node.conflict else ("leaf", node.read)
    if node.op == "not":
        inner = bare(node.children[0])
        return ("is", TURNED[inner[1]]) if inner[0] == "is" else ("not", inner)
    join = "any" if node.op == "any" else "all"
    pick, code = (max, NO) if join == "any" else (min, YES)
    parts: dict[Any, Expression] = {}
    for part in (bare(child) for child in node.children):
        for one in part[2] if part[0] == join else (part,):
            if one[0] == "is":
                code = pick(code, one[1])
            else:
                parts[id(one[1]) if one[0] == "leaf" else id(one)] = one
        if part[0] == join:
            code = pick(code, part[1])
    closed = code == (YES if join == "any" else NO)
    return ("is", code) if closed or not parts else (join, code, tuple(parts.values()))


def codes_of(tree: Expression, frame: Frame, rows: Rows = None) -> Codes | np.int8:
    """The answer of a tree in the rows of a chunk; a single code where all rows agree."""
    head, first, *rest = tree
    if head == "is":
        return np.int8(first)
    if head == "leaf":
        found = frame.leaf(first)[0]
        return found if rows is None else found[rows]
    if head == "not":
        turned: Codes = TURNED[codes_of(first, frame, rows)]
        return turned
    join = np.maximum if head == "any" else np.minimum
    joined: Any = np.int8(first)
    for part in rest[0]:
        joined = join(joined, codes_of(part, frame, rows))
    return joined  # type: ignore[no-any-return]
