"""Answers that may be no, unknown, discretionary or yes, kept as a tree that can say why.

    all = the least, any = the greatest in the order no < unknown < discretionary < yes; not swaps yes and no;
    unless(rule, exception) = all(rule, not exception)

Missing data and sources in conflict give `unknown`; petitions and "the agency may" give `discretionary`; neither becomes `no`.
The status of an answer is the weakest on a *deciding path*, a set of leaves that alone fixes it: every child for all = yes and
any = no; the best-sourced deciding child for all = no and any = yes; the children that hold the value otherwise. Branches that
decide nothing neither help nor harm. Limits: finite trees, no probabilities (those come from evaluating a tree over draws).
References: Kleene's strong logic; Catala (exceptions to general rules).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any, Literal

from roadworthy.core import RANK, Status, weakest


class Truth(IntEnum):
    """The four answers, in order."""

    NO = 0
    UNKNOWN = 1
    DISCRETIONARY = 2
    YES = 3

    @property
    def word(self) -> str:
        """As printed."""
        return self.name.lower()

    @property
    def sign(self) -> str:
        """The glyph that stands before the word."""
        return "✕?~✓"[int(self)]


NO, UNKNOWN, DISCRETIONARY, YES = Truth


@dataclass(frozen=True, slots=True)
class Citation:
    """Where in the law, how well it was read, and of what day the text is."""

    label: str = ""
    source: str = ""
    status: Status = "assumed"
    as_of: str = ""
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """One change that would turn a leaf to yes: of the vehicle, or of the law by a named body."""

    currency: Literal["vehicle", "law"]
    text: str
    body: str
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One step of an answer. Numbers are in the limit's own unit; `gap` > 0 is a breach."""

    label: str
    verdict: Truth
    op: str = ""
    status: Status = "derived"
    conflict: bool = False
    as_of: str = ""
    undated: int = 0
    quantity: str = ""
    value: float | str | None = None
    bound: float | str | None = None
    gap: float | None = None
    gap_si: float | None = None
    unit: str = ""
    strict: bool = False
    limit: str = ""
    note: str = ""
    citation: Citation | None = None
    children: tuple[Node, ...] = ()
    missing: tuple[str, ...] = ()
    acts: tuple[Act, ...] = field(default=(), repr=False)
    read: Any = field(default=None, repr=False, compare=False)
    """How the kernel reads this leaf from columns; None for one vehicle."""

    @property
    def shortfall(self) -> float | None:
        """How far from the bound, never negative; zero at a strict bound that is touched."""
        return None if self.gap is None else max(self.gap, 0.0)

    @property
    def relative(self) -> float | None:
        """Gap as a share of the bound; absent when the bound is zero."""
        if self.gap is None or not isinstance(self.bound, int | float) or self.bound == 0:
            return None
        return self.gap / abs(self.bound)

    def leaves(self) -> Iterable[Node]:
        """The leaves, left to right."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def as_dict(self, depth: int = 99) -> dict[str, Any]:
        """Plain values for JSON; children down to `depth`."""
        from roadworthy.core import MARK

        out: dict[str, Any] = {"label": self.label, "verdict": self.verdict.word, "status": self.status, "mark": MARK[self.status]}
        for name in ("op", "quantity", "value", "bound", "gap", "unit", "limit", "note", "as_of"):
            if getattr(self, name) not in ("", None):
                out[name] = getattr(self, name)
        if self.gap is not None:
            out |= {"shortfall": self.shortfall, "relative_gap": self.relative, "strict": self.strict}
        if self.citation:
            out |= {"clause": self.citation.label, "source": self.citation.source}
        if self.conflict:
            out["conflict"] = True
        if self.missing:
            out["missing"] = list(self.missing)
        if self.children and depth > 0:
            out["children"] = [child.as_dict(depth - 1) for child in self.children]
        return out


def leaf(label: str, verdict: Truth, citation: Citation, *, fact_status: Status | None = None, **more: Any) -> Node:
    """A leaf whose status is the weaker of the law's and the fact's; sources in conflict make it unknown."""
    status = weakest([citation.status] if fact_status is None else [citation.status, fact_status])
    return Node(
        label,
        UNKNOWN if citation.conflict else verdict,
        status=status,
        conflict=citation.conflict,
        as_of=citation.as_of,
        undated=int(not citation.as_of),
        citation=citation,
        **more,
    )


def _joined(op: str, label: str, verdict: Truth, children: Sequence[Node], citation: Citation | None, **more: Any) -> Node:
    held = [child for child in children if child.verdict == verdict]
    if (op in ("all", "unless") and verdict == YES) or (op == "any" and verdict == NO):
        path: Sequence[Node] = children
    elif held and verdict in (YES, NO):
        path = [min(held, key=lambda child: RANK[child.status])]
    else:
        path = held
    days = [child.as_of for child in path if child.as_of]
    missing = tuple(dict.fromkeys(name for child in children for name in child.missing))
    return Node(
        label,
        verdict,
        op,
        status=weakest(child.status for child in path),
        conflict=any(child.conflict for child in path),
        as_of=min(days) if days else "",
        undated=sum(child.undated for child in path),
        children=tuple(children),
        missing=missing,
        citation=citation,
        **more,
    )


def settle(node: Node) -> Truth:
    """The answer of a node on which it depends what is asked next; a traced tree keeps that it did."""
    for one in node.leaves():
        if one.read is not None:
            return one.read.trace.verdict(node)  # type: ignore[no-any-return]
    return node.verdict


def every(label: str, children: Sequence[Node], citation: Citation | None = None, **more: Any) -> Node:
    """All of them; yes when there is none."""
    return _joined("all", label, min((child.verdict for child in children), default=YES), children, citation, **more)


def either(label: str, children: Sequence[Node], citation: Citation | None = None, **more: Any) -> Node:
    """Any of them; no when there is none."""
    return _joined("any", label, max((child.verdict for child in children), default=NO), children, citation, **more)


def inverse(label: str, child: Node, citation: Citation | None = None) -> Node:
    """Not: swaps yes and no and keeps the others."""
    swapped = {YES: NO, NO: YES}.get(child.verdict, child.verdict)
    # the child keeps its own answer in the tree; the path is the child whatever it says
    return Node(
        label, swapped, "not", status=child.status, conflict=child.conflict, as_of=child.as_of, undated=child.undated,
        children=(child,), missing=child.missing, citation=citation, acts=child.acts,
    )  # fmt: skip


def unless(label: str, rule: Node, exception: Node, citation: Citation | None = None) -> Node:
    """The rule, blocked by its exception; an unknown exception makes it unknown unless the rule fails anyway."""
    blocked = inverse(f"not: {exception.label}", exception)
    return _joined("unless", label, min(rule.verdict, blocked.verdict), (rule, blocked), citation)


def relabel(node: Node, **changes: Any) -> Node:
    """The same answer under another label or note."""
    return replace(node, **changes)


MOST_SETS = 8


Currency = Literal["vehicle", "law", "either"]


def ways(node: Node, currency: Currency = "either") -> list[frozenset[Act]]:
    """Minimal sets of changes in one currency, or of both kinds, that would turn the answer to yes, fewest first."""
    if node.verdict == YES:
        return [frozenset()]
    own = [frozenset([act]) for act in node.acts if currency in ("either", act.currency)]
    if not node.children or node.op == "not":
        return own
    parts = [ways(child, currency) for child in node.children]
    if node.op == "any":
        found = [one for part in parts for one in part]
    else:
        found = [frozenset()]
        for part in parts:
            found = _minimal([one | more for one in found for more in part])
    return _minimal(own + found)


def _minimal(sets: list[frozenset[Act]]) -> list[frozenset[Act]]:
    kept: list[frozenset[Act]] = []
    for one in sorted(dict.fromkeys(sets), key=lambda s: (len(s), sorted(a.text for a in s))):
        if not any(other <= one for other in kept):
            kept.append(one)
        if len(kept) == MOST_SETS:
            break
    return kept
