"""What is the answer when test results are uncertain? A probability, from the very tree that answers for certain results.

    P(yes) = share of draws in which the tree says yes;  P(limit met) = share of draws with gap < 0, or 0 where the limit is not strict

Each draw is one row of a table: the vehicle's facts stay, the results of tests change together, so that what moves them together (one
structure behind head, chest and femur) is kept. Unknown stays unknown: a test that nobody drew is no coin to toss. Limits: the spread is
only as good as the draws; a wall model with assumed structures gives assumed odds, and the status says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from roadworthy.core import MARK, InputError, Status
from roadworthy.rules.days import span
from roadworthy.rules.doors import Case
from roadworthy.rules.kernel import Words, judge_columns
from roadworthy.rules.logic import DISCRETIONARY, NO, UNKNOWN, YES

Draws = NDArray[np.float64]
BAND = (10, 50, 90)


@dataclass(frozen=True, slots=True)
class LimitOdds:
    """One limit over the draws: how often it is met, and the result in the limit's own unit."""

    limit: str
    p_met: float
    gap: tuple[float, float, float]
    """Signed gap at 10, 50 and 90 of 100 draws; positive is a breach."""


@dataclass(frozen=True, slots=True)
class Odds:
    """The answer over draws; the four shares add to one."""

    question: str
    draws: int
    yes: float
    discretionary: float
    unknown: float
    no: float
    limits: tuple[LimitOdds, ...]
    status: Status

    @property
    def words(self) -> str:
        """As printed: 'no in 73 of 100 draws, not known in 27'."""
        shares = (("yes", self.yes), ("an agency may", self.discretionary), ("no", self.no), ("not known", self.unknown))
        parts = [f"{word} in {round(100 * share)}" for word, share in shares if share > 0]
        return ", ".join([f"{parts[0]} of 100 draws", *parts[1:]])

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "draws": self.draws, "yes": self.yes, "discretionary": self.discretionary, "unknown": self.unknown, "no": self.no,
            "words": self.words, "status": self.status, "mark": MARK[self.status],
            "limits": [{"limit": one.limit, "p_met": one.p_met, "gap": dict(zip(("p10", "p50", "p90"), one.gap, strict=True))} for one in self.limits],
        }  # fmt: skip


def columns_of(case: Case, n: int) -> dict[str, Any]:
    """The facts of one vehicle as columns of n equal rows."""
    out: dict[str, Any] = {}
    for name, fact in case.facts.items():
        if isinstance(fact.value, str):
            out[name] = Words(np.zeros(n, dtype=np.int64), (fact.value,))
        elif isinstance(fact.value, bool | int | float):
            out[name] = np.full(n, float(fact.value))
    if case.clocks.built is not None:
        known = span(case.clocks.built.value)
        out["built"] = np.full(n, np.datetime64(known.first, "D"))
        if not known.exact:
            out["built_last"] = np.full(n, np.datetime64(known.last, "D"))
    return out


def odds(case: Case, question: str, draws: Mapping[str, Any], *, status: Status = "assumed") -> Odds:
    """The answer to a question when the results named in `draws` (limit id -> values [draw], in the limit's own unit) are uncertain.

    Certain results of the case stand beside them. Raises InputError for draws of unequal length or none.
    """
    drawn = {name: np.asarray(values, dtype=np.float64) for name, values in draws.items()}
    sizes = {len(values) for values in drawn.values()}
    if len(sizes) != 1 or 0 in sizes:
        raise InputError(
            "the draws are of unequal length, or there are none", "give each result the same number of draws", code="odds.draws"
        )
    n = sizes.pop()
    certain = {name: np.full(n, float(v)) for name, v in case.results.items() if name not in drawn and isinstance(v, int | float)}
    found = judge_columns(
        question, columns_of(case, n), book=case.book, law_date=case.clocks.law_date, entry_or_use=case.clocks.entry_or_use,
        results={**certain, **drawn},
    )  # fmt: skip
    share = {code: float((found.codes == np.int8(code)).mean()) for code in (YES, DISCRETIONARY, UNKNOWN, NO)}
    limits = []
    for name in drawn:
        gap = found.gaps.get(name)
        if gap is None or np.isnan(gap).all():
            continue  # the test does not run on this vehicle
        known = gap[~np.isnan(gap)]
        low, middle, high = (float(x) for x in np.percentile(known, BAND))
        limits.append(LimitOdds(name, float(_met(case, name, known).mean()), (low, middle, high)))
    return Odds(question, n, share[YES], share[DISCRETIONARY], share[UNKNOWN], share[NO], tuple(limits), status)


def _met(case: Case, name: str, gap: Draws) -> NDArray[np.bool_]:
    test = next(test for standard in case.book.standards.values() for test in standard.tests if test.id == name)
    met: NDArray[np.bool_] = gap < 0 if test.op in ("<", ">") else gap <= 0
    return met
