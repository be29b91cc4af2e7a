"""What does a tree of the law branch on, and what does it only compare?

A tree is made by plain Python for one vehicle. Made once with facts that remember where they come from, it also says for which other
vehicles it is the very same tree: every question on the way is kept in a `Trace`, every compared leaf as a `Reading`.

    same tree for vehicle i  <=>  every question on the way has the same answer for i

The kernel then computes the leaves for whole columns. Nothing of the law is said twice, so kernel and tree cannot tell two stories.
Limits: a fact turned into a bare `float` drops out of the record, which only a leaf with a `Reading` may do.
Reference: tracing as in JAX and in concolic testing.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from roadworthy.rules.days import Span
from roadworthy.rules.facts import FOLLOWS, Fact, Facts
from roadworthy.rules.logic import UNKNOWN, Node, Truth

Term = tuple[Any, ...]
"""An expression over columns: ("col", name), or (sign, term or number, term or number)."""
Key = tuple[Any, ...]
"""A question: ("known", name), ("word", name), ("true", term), ("verdict", tree), (comparison, term, term or number)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A leaf as a function of columns: what it compares, with what, and what it says when the value is not known."""

    trace: Trace = field(compare=False, repr=False)
    kind: str
    """compare, stated, age or calendar"""
    term: Term
    op: str = ""
    bound: Any = None
    """Number or term, in the unit of `term`; years for ages."""
    factor: float = 1.0
    """Unit of `term` per unit of the printed gap."""
    wanted: bool = True
    absent: Truth = UNKNOWN
    last: Term = ()
    """Last day on which it may have been built; `term` is the first."""
    entry: dt.date | None = None


class Trace:
    """The questions that one tree asked of its vehicle, in order, with the answers; what follows hangs on them alone."""

    def __init__(self) -> None:
        self._answers: dict[Any, Any] = {}

    @property
    def asked(self) -> list[tuple[Key, Any]]:
        """Questions and answers, each question once."""
        return [(question, answer) for question, answer in self._answers.values()]

    def branch(self, key: Key, outcome: Any) -> Any:
        """Keep a question and its answer for this vehicle."""
        self._answers.setdefault(key, (key, outcome))
        return outcome

    def verdict(self, node: Node) -> Truth:
        """Keep that the way depends on the answer of a node."""
        self._answers.setdefault(("verdict", id(node)), (("verdict", node), int(node.verdict)))
        return node.verdict


def _term(value: Any) -> Any:
    return value.term if isinstance(value, Traced | TracedDay) else float(value)


class Traced(float):
    """A number that remembers its column; comparisons and truth are kept as branches, arithmetic gives another such number."""

    __slots__ = ("term", "trace")
    term: Term
    trace: Trace

    def __new__(cls, value: float, term: Term, trace: Trace) -> Traced:
        """A number of one vehicle with its column."""
        made = super().__new__(cls, value)
        made.term, made.trace = term, trace
        return made

    def __bool__(self) -> bool:
        return self.trace.branch(("true", self.term), float(self) != 0.0)

    def __hash__(self) -> int:
        return float.__hash__(self)


class TracedDay(dt.date):
    """A day that remembers its column; comparisons are kept as branches."""

    term: Term
    trace: Trace

    @classmethod
    def of(cls, day: dt.date, term: Term, trace: Trace) -> TracedDay:
        """A day of one vehicle with its column of days since 1970."""
        made = cls(day.year, day.month, day.day)
        made.term, made.trace = term, trace
        return made

    def __hash__(self) -> int:
        return dt.date.__hash__(self)


EPOCH = dt.date(1970, 1, 1)


def _plain(value: Any) -> Any:
    """The bare value of a traced one."""
    if isinstance(value, Traced):
        return float(value)
    return dt.date(value.year, value.month, value.day) if isinstance(value, TracedDay) else value


def plain_span(span: Span) -> Span:
    """The days alone."""
    return Span(_plain(span.first), _plain(span.last))


def bare_flag(value: Any) -> bool:
    """A yes/no value read by one leaf alone, so that it is no branch."""
    return bool(_plain(value))


def read_flag(column: tuple[Trace, Term] | None, *, wanted: bool = True, absent: Truth = UNKNOWN) -> Reading | None:
    """How a leaf reads a column of flags."""
    return Reading(column[0], "stated", column[1], wanted=wanted, absent=absent) if column else None


def read_number(column: tuple[Trace, Term] | None, op: str, bound: Any, factor: float) -> Reading | None:
    """How a leaf reads a column of numbers; the bound is in the column's unit and may itself be traced."""
    return Reading(column[0], "compare", column[1], op, _term(bound), factor) if column else None


def read_age(kind: str, span: Span, years: float, entry: dt.date) -> Reading | None:
    """How a leaf reads build dates."""
    first, last = span.first, span.last
    if not isinstance(first, TracedDay) or not isinstance(last, TracedDay):
        return None
    return Reading(first.trace, kind, first.term, ">=", years, last=last.term, entry=entry)


def _other(value: Any) -> Any:
    return float((_plain(value) - EPOCH).days) if isinstance(value, dt.date) and not isinstance(value, TracedDay) else _term(value)


def _compares(name: str, compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        if not isinstance(other, int | float | dt.date):
            return NotImplemented
        outcome = bool(compare(_plain(self), _plain(other)))
        theirs = _other(other)
        return outcome if theirs == self.term else self.trace.branch((name, self.term, theirs), outcome)

    return method


def _computes(name: str, compute: Callable[[float, float], float], turned: bool) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        if not isinstance(other, int | float):
            return NotImplemented
        one, two = (other, self) if turned else (self, other)
        return Traced(compute(float(one), float(two)), (name, _term(one), _term(two)), self.trace)

    return method


for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    for _kind in (Traced, TracedDay):
        setattr(_kind, f"__{_name}__", _compares(_name, getattr(operator, _name)))
for _name in ("add", "sub", "mul", "truediv"):
    setattr(Traced, f"__{_name}__", _computes(_name, getattr(operator, _name), turned=False))
    setattr(Traced, f"__r{_name}__", _computes(_name, getattr(operator, _name), turned=True))


class TracedFacts(Facts):
    """The facts of one vehicle of a table, which keep what was asked of them."""

    __slots__ = ("_names", "_trace")

    def __init__(self, row: Mapping[str, Any], names: frozenset[str], trace: Trace) -> None:
        self._names, self._trace, self._followed = names, trace, {}
        self._held = {
            name: Fact(Traced(value, ("col", name), trace) if isinstance(value, int | float) else value, "published", "column")
            for name, value in row.items()
        }

    def __getitem__(self, name: str) -> Fact:
        if name in self._names:
            known = self._trace.branch(("known", name), name in self._held)
            if known and isinstance(self._held[name].value, str):
                self._trace.branch(("word", name), self._held[name].value)
        return super().__getitem__(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())  # looking through all of them would be a question that the law does not ask

    def __len__(self) -> int:
        return 0

    def peek(self, name: str) -> Fact | None:
        """A fact that only one leaf compares, so that it is no branch whether it is known."""
        return self._held.get(name) if self._bare(name) else self.get(name)

    def reading(self, name: str) -> tuple[Trace, Term] | None:
        """The column of a fact, or of what it follows from."""
        if self._bare(name):
            return self._trace, ("col", name)
        fact = self.get(name)
        return (self._trace, fact.value.term) if fact is not None and isinstance(fact.value, Traced) else None

    def _bare(self, name: str) -> bool:
        held = self._held.get(name)
        return name in self._names and name not in FOLLOWS and not (held is not None and isinstance(held.value, str))


class TracedResults(Mapping[str, Any]):
    """Results of tests of one vehicle of a table."""

    def __init__(self, row: Mapping[str, float], names: frozenset[str], trace: Trace) -> None:
        self._names, self._trace = names, trace
        self._held = {name: Traced(value, ("col", name), trace) for name, value in row.items()}

    def __getitem__(self, name: str) -> Any:
        if name in self._names:
            self._trace.branch(("known", name), name in self._held)
        return self._held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(())  # looking through all of them would be a question that the law does not ask

    def __len__(self) -> int:
        return 0

    def peek(self, name: str) -> Any:
        """A result that only one leaf compares."""
        return self._held.get(name)

    def reading(self, name: str) -> tuple[Trace, Term] | None:
        """The column of a result."""
        return (self._trace, ("col", name)) if name in self._names else None


def traced_span(first: dt.date, last: dt.date, trace: Trace, exact: bool) -> Span:
    """A build date that keeps what was asked of it."""
    one = TracedDay.of(first, ("col", "built"), trace)
    return Span(one, one if exact else TracedDay.of(last, ("col", "built_last"), trace))
