"""How would the answer lean if a dimension or a bound moved a little? For gradients alone; the hard verdict is the one reported.

    p(limit) = sigmoid( -g / (scale |b|) ),   all = product of p,   any = 1 - product of (1 - p),   not = 1 - p

The tree of one vehicle is traced once (module `trace`); what comes back is a pure function of its numbers and of the bounds, fit for
`jax.grad`. Limits: the branches of the tree stay as they were for this vehicle (a car stays a car); ages and flags do not move; what
is unknown or in an agency's gift counts as `undecided`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from roadworthy.core import InputError
from roadworthy.core.shapes import Scalar
from roadworthy.rules.columns import Expression, Table, bare
from roadworthy.rules.doors import Case
from roadworthy.rules.kernel import Program
from roadworthy.rules.logic import NO, YES, Node
from roadworthy.rules.odds import columns_of
from roadworthy.rules.trace import Reading

SIGN: dict[str, Any] = {"add": jnp.add, "sub": jnp.subtract, "mul": jnp.multiply, "truediv": jnp.divide}
UNDECIDED = 0.5
"""What counts as neither yes nor no."""


@dataclass(frozen=True, slots=True)
class Smooth:
    """The answer to one question as a smooth function; call it with numbers by fact (SI) and bounds by limit (own unit)."""

    tree: Expression
    values: dict[str, float]
    """The vehicle's own numbers, at which the tree was made."""
    bounds: dict[str, float]
    """The law's own bounds."""
    _limits: dict[Reading, str] = field(repr=False, default_factory=dict)

    def __call__(self, values: Mapping[str, Any], bounds: Mapping[str, Any] | None = None, *, scale: Scalar = 0.01) -> Scalar:
        """Lean towards yes, 0 to 1; `scale` is the width of a limit's edge as a share of its bound."""
        return self._lean(self.tree, {**self.values, **values}, bounds or {}, scale)

    def _lean(self, tree: Expression, values: Mapping[str, Any], bounds: Mapping[str, Any], scale: Scalar) -> Scalar:
        head, first, *rest = tree
        if head == "is":
            return jnp.asarray({int(YES): 1.0, int(NO): 0.0}.get(int(first), UNDECIDED))
        if head == "leaf":
            return self._leaf(first, values, bounds, scale)
        if head == "not":
            return 1.0 - self._lean(first, values, bounds, scale)
        parts = [self._lean(("is", first), values, bounds, scale), *(self._lean(part, values, bounds, scale) for part in rest[0])]
        stacked = jnp.stack([jnp.asarray(part) for part in parts])
        return 1.0 - jnp.prod(1.0 - stacked) if head == "any" else jnp.prod(stacked)

    def _leaf(self, read: Reading, values: Mapping[str, Any], bounds: Mapping[str, Any], scale: Scalar) -> Scalar:
        try:
            x = _value(read.term, values)
        except KeyError:
            return jnp.asarray({int(YES): 1.0, int(NO): 0.0}.get(int(read.absent), UNDECIDED))
        if read.kind == "stated":
            return jnp.where((x != 0.0) == read.wanted, 1.0, 0.0)
        limit = self._limits[read]
        b = bounds[limit] * read.factor if limit in bounds else _value(read.bound, values)
        gap = x - b if read.op in ("<=", "<") else b - x if read.op in (">=", ">") else jnp.abs(x - b)
        return jax.nn.sigmoid(-gap / (scale * jnp.maximum(jnp.abs(b), 1e-12)))


def _value(term: Any, values: Mapping[str, Any]) -> Any:
    if not isinstance(term, tuple):
        return term
    if term[0] == "col":
        return values[term[1]]
    return SIGN[term[0]](_value(term[1], values), _value(term[2], values))


def smooth(case: Case, question: str) -> Smooth:
    """The question as a smooth function of the vehicle's numbers and the law's bounds, on the path that this vehicle takes."""
    columns = {name: column for name, column in columns_of(case, 1).items() if not name.startswith("built")}
    table = Table(columns, {name: np.array([float(v)]) for name, v in case.results.items() if isinstance(v, int | float)})
    node, _ = Program(question, case.book, case.clocks.law_date, case.clocks.entry_or_use).tree(table, 0)
    limits = {one.read: one.limit for one in _leaves(node)}
    if not limits:
        raise InputError(
            f"{question} compares no number of this vehicle", "ask a question with limits, such as a class", code="smooth.none"
        )
    numbers = {name: float(column[0]) for name, column in table.numbers.items()}
    bounds = {limit: float(read.bound) / read.factor for read, limit in limits.items() if not isinstance(read.bound, tuple)}
    return Smooth(bare(node), numbers, bounds, limits)


def _leaves(node: Node) -> list[Node]:
    return [one for one in node.leaves() if one.read is not None and one.read.kind == "compare" and one.limit]
