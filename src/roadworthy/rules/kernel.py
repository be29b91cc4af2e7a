"""The same tree for a million vehicles: answers and the gap matrix from columns.

    found = judge_columns("us.pathway.lsv_cert", {"speed_max": v, "gvwr": m, "wheels": w, ...}, law_date="2026-11-22")
    found.codes [vehicle], found.gaps[limit] [vehicle], found.shortfall(limit)

codes are 0 no, 1 unknown, 2 discretionary, 3 yes; gaps are signed in each limit's own unit, NaN where the limit does not bind or the
value is not known. A `Program` holds the trees met so far, each with the branches under which it holds (module `trace`): rows that
take the branches of a known tree share it, the first row that takes others gets a tree of its own. Row i therefore equals the tree of
vehicle i. Work goes chunk by chunk, so that a column stays in the processor's cache; `sweep` gives many books the same chunks, and
what a reform leaves alone is computed once.

Columns are SI; NaN is unknown. Flags are 0 and 1. Words are `Words(codes, words)`, code -1 for unknown. `built` (and `built_last`) are
numpy days. Limits: marks, clauses and ways come from the tree of one vehicle (`Program.tree`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np

from roadworthy.core import InputError, unknown
from roadworthy.rules import days
from roadworthy.rules.book import Rulebook
from roadworthy.rules.check import Clocks
from roadworthy.rules.columns import Codes, Column, Expression, Frame, Rows, Table, Words, bare, codes_of
from roadworthy.rules.conditions import Case
from roadworthy.rules.facts import DIMENSIONS, FOLLOWS, Fact
from roadworthy.rules.judge import ask, in_force
from roadworthy.rules.logic import DISCRETIONARY, NO, UNKNOWN, YES, Node
from roadworthy.rules.reading import load_book
from roadworthy.rules.reform import Reform
from roadworthy.rules.trace import EPOCH, Trace, TracedFacts, TracedResults, traced_span

__all__ = ["Answers", "Program", "Table", "Words", "judge_columns", "program", "sweep"]
Gaps = dict[str, Column]
CHUNK = 1 << 16
"""Rows at a time: a column of so many numbers stays in the cache of a core."""
WORKERS = 2
NEAR = 0.8
"""Likeness (difflib) from which a column's name is a misspelt one; other names may be the user's own, such as an id."""


@dataclass(slots=True, eq=False)
class Step:
    """A question met on the way to a tree, or the tree at the end of it."""

    question: Any = None
    ways: dict[Any, Step] = field(default_factory=dict)
    tree: Expression | None = None
    leaves: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers of a table of vehicles to one question."""

    codes: Codes
    gaps: dict[str, Column]
    """limit id -> signed gap in the limit's own unit [vehicle]; positive is a breach."""
    trees: int
    """How many different trees the table needed."""

    def shortfall(self, limit: str) -> Column:
        """How far short, never negative; NaN where the limit does not bind or the value is not known."""
        if limit not in self.gaps:
            raise unknown("limit", limit, self.gaps)
        return np.maximum(self.gaps[limit], 0.0)

    def matrix(self) -> Column:
        """All gaps [vehicle, limit], limits in the order of `gaps`."""
        return np.stack(list(self.gaps.values()), axis=1) if self.gaps else np.empty((len(self.codes), 0))

    def counts(self) -> dict[str, int]:
        """How many vehicles get each answer."""
        return {word.word: int((self.codes == np.int8(word)).sum()) for word in (YES, DISCRETIONARY, UNKNOWN, NO)}


@dataclass(slots=True)
class Program:
    """One question under one book on one day, with the trees met so far."""

    question: str
    book: Rulebook
    law_date: dt.date
    entry_or_use: dt.date
    trees: int = 0
    _root: Step = field(default_factory=Step)
    _lock: Any = field(default_factory=Lock)

    def tree(self, table: Table, row: int) -> tuple[Node, Trace]:
        """The tree of one row, with what it branched on."""
        trace = Trace()
        at = {name: float(column[row]) for name, column in table.numbers.items()}
        held: dict[str, Any] = {name: x for name, x in at.items() if x == x}
        held |= {name: w.words[w.codes[row]] for name, w in table.words.items() if w.codes[row] >= 0}
        facts = TracedFacts({n: v for n, v in held.items() if n not in table.results}, table.names - table.results, trace)
        results = TracedResults({n: v for n, v in held.items() if n in table.results}, table.results, trace)
        node = ask(Case(self.book, facts, Clocks(self.law_date, self.entry_or_use, _built(table, row, trace)), results), self.question)
        return node, trace

    def _learn(self, table: Table, row: int) -> None:
        """Add the tree of a row to those known, under the answers that lead to it."""
        with self._lock:
            step, (node, trace) = self._root, self.tree(table, row)
            for question, outcome in trace.asked:
                if step.question is None:
                    step.question = question if question[0] != "verdict" else ("verdict", bare(question[1]))
                step = step.ways.setdefault(outcome, Step())
            if step.tree is None:
                step.leaves = _gap_leaves(node)
                step.tree = bare(node)
                self.trees += 1

    def run(self, frame: Frame, codes: Codes, gaps: Gaps | None) -> set[str]:
        """Fill in the answers of one chunk, rows parting where their answers do; the limits that some row met."""
        todo: list[tuple[Step, Rows]] = [(self._root, None)]
        seen: set[str] = set()
        while todo:
            step, rows = todo.pop()
            if step.tree is not None:
                self._fill(frame, step, rows, codes[frame.low : frame.high], gaps, seen)
                continue
            if step.question is None:
                self._learn(frame.table, frame.low + (0 if rows is None else int(rows[0])))
                todo.append((step, rows))
                continue
            for outcome, part in frame.parts(step.question, rows):
                if outcome not in step.ways:
                    self._learn(frame.table, frame.low + (0 if part is None else int(part[0])))
                todo.append((step.ways[outcome], part))
        return seen

    def _fill(self, frame: Frame, step: Step, rows: Rows, codes: Codes, gaps: Gaps | None, seen: set[str]) -> None:
        """One tree's rows; `seen` are the limits that some row of the chunk has met."""
        assert step.tree is not None
        here: Any = slice(None) if rows is None else rows
        for leaf in step.leaves if gaps is not None else ():
            assert gaps is not None
            if leaf.limit not in gaps:
                with self._lock:
                    gaps.setdefault(leaf.limit, np.empty(frame.table.n))
            column = gaps[leaf.limit][frame.low : frame.high]
            gap = frame.leaf(leaf.read, column if rows is None else None)[1]
            if rows is not None and leaf.limit not in seen:
                column[:] = np.nan
            seen.add(leaf.limit)
            if gap is not None and not np.shares_memory(gap, column):
                column[here] = gap if rows is None else gap[rows]
        codes[here] = codes_of(step.tree, frame, rows)


def _gap_leaves(node: Node) -> tuple[Node, ...]:
    """The leaves that have a gap, each limit once."""
    found: dict[str, Node] = {}
    for one in node.leaves():
        if one.read is not None and one.limit and one.read.kind != "stated":
            found.setdefault(one.limit, one)
    return tuple(found.values())


def _built(table: Table, row: int, trace: Trace) -> Fact | None:
    if "built" not in table.days:
        return None
    first = table.days["built"][row]
    last = table.days["built_last"][row] if "built_last" in table.days else first
    if not trace.branch(("known", "built"), bool(first == first)):
        return None
    span = traced_span(EPOCH + dt.timedelta(days=int(first)), EPOCH + dt.timedelta(days=int(last)), trace, "built_last" not in table.days)
    return Fact(span, "published", "column")


def _chunks(table: Table, with_gaps: bool) -> Iterator[Frame]:
    return (Frame(table, low, min(low + CHUNK, table.n), with_gaps=with_gaps) for low in range(0, table.n, CHUNK))


def _run(programs: Sequence[Program], table: Table, *, with_gaps: bool) -> list[Answers]:
    codes = [np.empty(table.n, dtype=np.int8) for _ in programs]
    gaps: list[Gaps] = [{} for _ in programs]

    def work(frame: Frame) -> tuple[slice, list[set[str]]]:
        seen = [program.run(frame, codes[i], gaps[i] if with_gaps else None) for i, program in enumerate(programs)]
        return slice(frame.low, frame.high), seen

    with ThreadPoolExecutor(WORKERS) as pool:
        done = list(pool.map(work, _chunks(table, with_gaps)))
    for place, seen in done:
        for held, met in zip(gaps, seen, strict=True):
            for limit in held.keys() - met:
                held[limit][place] = np.nan  # no row of the chunk meets the limit
    return [Answers(codes[i], gaps[i], program.trees) for i, program in enumerate(programs)]


def program(question: str, *, book: Rulebook | None = None, law_date: Any, entry_or_use: Any = None) -> Program:
    """A question to be asked of tables: a class, a door (`us.pathway.x`), `us.sale_new`, `plate.NC`, a standard or a test."""
    law = days.day(law_date, "law date")
    entry = law if entry_or_use is None else days.day(entry_or_use, "day of entry or use")
    return Program(question, book or load_book(), law, entry)


@lru_cache(maxsize=1024)
def _meant(name: str, known: frozenset[str]) -> str | None:
    """The known name that is all but this one; kept, since the same columns are asked many questions."""
    return next(iter(get_close_matches(name, sorted(known), n=1, cutoff=NEAR)), None)


def _check_names(table: Table, book: Rulebook) -> None:
    """A misspelt column would be taken for a fact that is not known."""
    known = frozenset({*DIMENSIONS, *FOLLOWS, *(limit.quantity for limit in book.limits.values())})
    for name in sorted(table.names - table.results - known):
        meant = _meant(name, known - table.names)
        if meant:
            raise InputError(
                f"no fact is called {name!r}",
                f"did you mean {meant!r}? a column of your own needs a name less like it",
                code="columns.name",
                where=name,
            )


def judge_columns(
    question: str, columns: Mapping[str, Any] | Table, *, book: Rulebook | None = None, law_date: Any, entry_or_use: Any = None,
    results: Mapping[str, Any] | None = None, with_gaps: bool = True,
) -> Answers:  # fmt: skip
    """Answers and gaps for a table of vehicles; `results` are columns of test results by limit id, in the limit's own unit.

    Without gaps it takes about half the time. For many questions make the `Table(columns, results)` once, so that it is checked once.

    Raises InputError for columns of unequal length, negative sizes (naming column and row), misspelt columns, unknown questions and
    test limits.
    """
    asked = program(question, book=book, law_date=law_date, entry_or_use=entry_or_use)
    table = columns if isinstance(columns, Table) else Table(columns, results or {})
    _check_names(table, asked.book)
    known = set(asked.book.test_ids()) if table.results else set()
    for name in table.results:
        if name not in known:
            raise unknown("limit", name, sorted(known), see="roadworthy rules list")
    return _run([asked], table, with_gaps=with_gaps)[0]


def sweep(question: str, columns: Mapping[str, Any], reforms: Sequence[Reform], *, law_date: Any, book: Rulebook | None = None) -> Codes:
    """Answers under many reforms [reform, vehicle], each as if in force on the law's day; what a reform leaves alone is computed once."""
    base, table = program(question, book=book, law_date=law_date), Table(columns, {})
    _check_names(table, base.book)
    case = Case(base.book, TracedFacts({}, frozenset(), Trace()), Clocks(base.law_date, base.entry_or_use), {})
    programs = [Program(question, in_force(case, one).book, base.law_date, base.entry_or_use) for one in reforms]
    return np.stack([found.codes for found in _run(programs, table, with_gaps=False)])
