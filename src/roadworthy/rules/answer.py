"""The answer at one door of the law: what stands in the way, how far off, in which clause, and which changes would open it.

Limits: of alternatives that fail together the first, which is the usual one, stands for all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from roadworthy.core import MARK
from roadworthy.rules.book import Pathway
from roadworthy.rules.check import off_by
from roadworthy.rules.logic import DISCRETIONARY, NO, UNKNOWN, YES, Act, Currency, Node, Truth, ways
from roadworthy.rules.quantity import amount

HARD = {"Congress": 4, "the President": 3, "NHTSA": 1, "EPA": 1}
"""How hard a body is to move; a state's lawmakers are 2, makers and owners 0."""
WHO_MAY = {"ici": "EPA", "statute": "Congress", "canada_personal": "the maker"}
"""Who grants, where it is not NHTSA."""
WAIT = "wait until "
MOST_ROWS = 6
"""Sub-rows printed under a door."""


@dataclass(frozen=True, slots=True)
class Quota:
    """How many may come through a door: a flow in any twelve months, for how long, counted by maker."""

    units_per_12mo: float | None
    horizon_months: str
    maker_scope: str


@dataclass(frozen=True, slots=True)
class Door:
    """The answer at one door."""

    pathway: str
    title: str
    tree: Node
    needs: str = ""
    quota: Quota | None = None
    conditions: str = ""
    opens_on: dt.date | None = None
    reform: str = ""
    new_vehicle: bool = True

    @property
    def verdict(self) -> Truth:
        """The answer."""
        return self.tree.verdict

    @property
    def word(self) -> str:
        """The answer as printed: yes, no, unknown, or who may grant it."""
        if self.verdict == DISCRETIONARY:
            return f"{WHO_MAY.get(self.pathway, 'NHTSA')} may"
        return self.verdict.word

    def deciding(self) -> list[Node]:
        """The leaves or tests that stand in the way, worst first."""
        if self.verdict == YES:
            return []
        found: list[Node] = []
        _blocking(self.tree, found)
        return sorted(found, key=lambda n: n.verdict)

    @property
    def off_by(self) -> str:
        """How far off, in words."""
        held = self.deciding()
        failing, open_ = [n for n in held if n.verdict == NO], [n for n in held if n.verdict == UNKNOWN]
        if self.pathway in ("fmvss_cert",) and held:
            total = _standards(self.tree)
            missing = sum(1 for n in total if n.verdict == UNKNOWN)
            failed = sum(1 for n in total if n.verdict == NO)
            plain = [n.note for n in held if n.verdict == NO and n.gap is None and not n.limit][:1]
            parts = [
                f"{failed} of {len(total)} standards fail" if failed else "",
                f"{missing} of {len(total)} not known" if missing else "",
            ]
            return "; ".join([*(p.split(":")[0] for p in plain), *(p for p in parts if p)])
        if self.verdict == DISCRETIONARY and self.quota and self.quota.units_per_12mo:
            return f"{amount(self.quota.units_per_12mo, 'count')} in any 12 months"
        first = (failing or open_ or held)[:1]
        if self.verdict == YES:
            spare = [n for n in self.tree.leaves() if n.gap is not None and n.verdict == YES]
            tight = min(spare, key=lambda n: abs(n.relative or 0), default=None)
            return off_by(tight) if tight else ""
        return _line(first[0]) if first else ""

    @property
    def clause(self) -> str:
        """The clause that decides."""
        held = self.deciding()
        first = next((n for n in held if n.verdict == self.verdict), None) or (held[0] if held else None)
        node = first if first is not None and first.citation is not None else self.tree
        return node.citation.label if node.citation else ""

    def sets(self) -> dict[str, list[dict[str, Any]]]:
        """Minimal sets of changes that would open the door: of the vehicle, of the law, of both together."""
        currencies: tuple[Currency, ...] = ("vehicle", "law", "either")
        return {currency: [_set(one) for one in ways(self.tree, currency) if one] for currency in currencies}

    def as_dict(self) -> dict[str, Any]:
        """One row of the table, with its sub-rows and whole tree."""
        rows = self.deciding()
        shown = [n for n in rows if n.verdict in (NO, UNKNOWN)]
        out: dict[str, Any] = {
            "pathway": self.pathway,
            "title": self.title,
            "verdict": self.verdict.word,
            "answer": self.word,
            "sign": self.verdict.sign,
            "off_by": self.off_by,
            "clause": self.clause,
            "status": self.tree.status,
            "mark": MARK[self.tree.status],
            "conflict": self.tree.conflict,
            "as_of": self.tree.as_of,
            "undated": self.tree.undated,
            "needs": self.needs,
            "conditions": self.conditions,
            "reform": self.reform,
            "missing": list(self.tree.missing),
            "opens_on": self.opens_on.isoformat() if self.opens_on else None,
            "children": [sub_row(n) for n in _mixed(shown)],
            "more": max(len(shown) - MOST_ROWS, 0),
            "counts": {word.name.lower(): sum(n.verdict == word for n in rows) for word in (NO, UNKNOWN, DISCRETIONARY)},
            "sets": self.sets(),
            "tree": self.tree.as_dict(),
        }
        if self.quota:
            out["quota"] = {
                "units_per_12mo": self.quota.units_per_12mo,
                "horizon_months": self.quota.horizon_months,
                "maker_scope": self.quota.maker_scope,
            }
        return out


def _mixed(rows: list[Node]) -> list[Node]:
    """The first rows that fail and, if there is room, the first that are not known; crash tests before equipment."""
    failing = [n for n in rows if n.verdict == NO]
    open_ = sorted(
        (n for n in rows if n.verdict == UNKNOWN), key=lambda n: (n.bound is None, "crash" not in n.limit and "208" not in n.limit)
    )
    seen: dict[str, Node] = {}
    for node in open_:
        seen.setdefault(node.limit.rsplit(".", 1)[0] or node.label, node)
    return (failing + list(seen.values()))[:MOST_ROWS]


def _blocking(node: Node, found: list[Node]) -> None:
    if node.verdict == YES:
        return
    if not node.children or node.op == "not":
        found.append(node)
        return
    if node.op == "any":  # the alternatives fail together: the first, which is the usual one, stands for all
        _blocking(next(child for child in node.children if child.verdict == node.verdict), found)
        return
    for child in node.children:
        _blocking(child, found)


def _standards(node: Node) -> list[Node]:
    if node.limit.startswith(("us.fmvss.", "us.part.")) and node.children:
        return [node]
    return [one for child in node.children for one in _standards(child)]


def _line(node: Node) -> str:
    return off_by(node) or node.note or node.label


def _set(one: Iterable[Act]) -> dict[str, Any]:
    acts = sorted({(a.text, a.body): a for a in one}.values(), key=lambda a: (a.body, a.text))  # one change may mend two clauses
    waits = [a for a in acts if a.text.startswith(WAIT)]
    acts = [a for a in acts if a not in waits[:-1]]  # the longest wait holds the shorter ones
    return {
        "acts": [{"text": a.text, "body": a.body, "limit": a.limit, "currency": a.currency} for a in acts],
        "count": len(acts),
        "bodies": sorted({a.body for a in acts}),
        "hardest": max((HARD.get(a.body, 2 if "legislature" in a.body else 0) for a in acts), default=0),
    }


def sub_row(node: Node) -> dict[str, Any]:
    """A failing or unknown leaf as a row of its own."""
    return {
        "title": node.label,
        "verdict": node.verdict.word,
        "sign": node.verdict.sign,
        "off_by": _line(node),
        "clause": node.citation.label if node.citation else "",
        "status": node.status,
        "mark": MARK[node.status],
        "limit": node.limit,
        "gap": node.gap,
        "unit": node.unit,
    }


def quota_of(pathway: Pathway, cap: float | None) -> Quota | None:
    """The flow that a door lets through; the cap of the day goes before the figure of the table."""
    units = cap if cap is not None and pathway.quota_us_units_per_12mo is not None else pathway.quota_us_units_per_12mo
    if units is None and not pathway.duration_months:
        return None
    return Quota(units, pathway.duration_months, "maker")
