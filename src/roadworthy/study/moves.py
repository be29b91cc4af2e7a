"""Numbers of a reform or of the assumptions that a search or a sweep may move, by name.

`policy.<name>` is a number of the reform (quota, duty, subsidy, ...), `<room>.<field>` an assumption. A move gives a new policy or holds
an assumption at a value in every draw; nothing else of the draw changes. See docs/rooms/study.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array

from roadworthy.core import InputError, unknown
from roadworthy.core.axes import NEW_SLOTS
from roadworthy.core.units import MPH
from roadworthy.rules.policy import NO_QUOTA, Policy
from roadworthy.study.assumed import Assumptions, leaves

NEW = slice(0, NEW_SLOTS)
DOLLARS = 20_000.0
OLDEST_YR = 25.0
"""Today's limit: what a stricter one would keep out is recorded nowhere, so the chain is not asked about it."""
SLOWEST_MPH, FASTEST_MPH = 20.0, 100.0
SHARE = 0.9
"""Central share of an assumption's distribution that a search covers when no range is given."""


@dataclass(frozen=True, slots=True)
class Move:
    """One number of a reform: what it means, its unit, its bounds, and how it is set."""

    meaning: str
    unit: str
    low: float
    high: float
    put: Callable[[Policy, Array | float], Policy]
    smooth: bool = True
    """Whether the answer has a slope in it everywhere; a cap has kinks."""


MOVES = {
    "policy.quota": Move(
        "units a maker may sell in a year",
        "units",
        1.0,
        NO_QUOTA,
        lambda p, x: eqx.tree_at(lambda q: q.quota, p, jnp.full_like(p.quota, x)),
        smooth=False,
    ),
    "policy.duty": Move(
        "duty on imported new vehicles, share of the customs value",
        "-",
        0.0,
        1.0,
        lambda p, x: eqx.tree_at(lambda q: q.duty, p, p.duty.at[NEW, 0].set(x)),
    ),
    "policy.subsidy_usd": Move(
        "paid to buyers of a new vehicle; negative is a fee",
        "USD",
        -DOLLARS,
        DOLLARS,
        lambda p, x: eqx.tree_at(lambda q: q.subsidy_usd, p, p.subsidy_usd.at[NEW].set(x)),
    ),
    "policy.state_access": Move(
        "share of the population in states that register new vehicles",
        "-",
        0.0,
        1.0,
        lambda p, x: eqx.tree_at(lambda q: q.state_access, p, p.state_access.at[NEW].set(x)),
    ),
    "policy.required_share": Move(
        "share of every content block of the full standards that is demanded",
        "-",
        0.0,
        1.0,
        lambda p, x: eqx.tree_at(lambda q: q.required, p, jnp.full_like(p.required, x)),
    ),
    "policy.design_speed_max_mph": Move(
        "speed beyond which the class may not be made",
        "mph",
        SLOWEST_MPH,
        FASTEST_MPH,
        lambda p, x: eqx.tree_at(lambda q: q.design_speed_max_mps, p, jnp.asarray(x * MPH, float)),
        smooth=False,
    ),
    "policy.import_age_min_yr": Move(
        "age from which a used import is let in",
        "yr",
        0.0,
        OLDEST_YR,
        lambda p, x: eqx.tree_at(lambda q: q.import_age_min_yr, p, jnp.asarray(x, float)),
        smooth=False,
    ),
}


def known(name: str) -> None:
    """Raise InputError when nothing of this name can be moved."""
    if name not in MOVES and name not in leaves():
        raise unknown("input", name, (*MOVES, *leaves()), "roadworthy assumptions; policy numbers start with 'policy.'")


def bounds(name: str, given: tuple[float, float] | None = None) -> tuple[float, float]:
    """Where a search looks: what is given, else the policy number's own bounds or the middle 90 % of the assumption."""
    known(name)
    if name in MOVES:
        low, high = MOVES[name].low, MOVES[name].high
    else:
        leaf = leaves()[name]
        if leaf.kind == "index":
            raise InputError(
                f"{name} is a choice, not a number", "name a number, or give the choice in a sweep", code="input.choice", where=name
            )
        import numpy as np

        low, high = (float(x) for x in leaf.at(np.array([0.5 - SHARE / 2, 0.5 + SHARE / 2])))
    if given is None:
        if low == high:
            raise InputError(f"{name} has no distribution to search", "give a range as low:high", code="input.range", where=name)
        return low, high
    if not given[0] < given[1]:
        raise InputError(
            f"range {given[0]:g} to {given[1]:g} of {name} is empty", "give low:high with low < high", code="input.range", where=name
        )
    if name in MOVES and (given[0] < low or given[1] > high):
        raise InputError(
            f"range {given[0]:g} to {given[1]:g} of {name} leaves {low:g} to {high:g}", "stay inside it", code="input.range", where=name
        )
    return given


def smooth(name: str) -> bool:
    """Whether the answer has a slope in this input."""
    return MOVES[name].smooth if name in MOVES else leaves()[name].kind == "float"


def hold(draws: Assumptions, values: Mapping[str, Array]) -> Assumptions:
    """Draws with the assumptions among `values` at those values; differentiable."""
    asked = [name for name in values if name not in MOVES]
    if not asked:
        return draws
    pairs = [name.split(".", 1) for name in asked]
    where = lambda a: [getattr(getattr(a, room), field) for room, field in pairs]  # noqa: E731
    return eqx.tree_at(where, draws, [jnp.full_like(old, values[name]) for old, name in zip(where(draws), asked, strict=True)])


def moved(policy: Policy, values: Mapping[str, Array | float]) -> Policy:
    """The policy with the policy numbers among `values` set."""
    for name, value in values.items():
        if name in MOVES:
            policy = MOVES[name].put(policy, value)
    return policy


def held(values: Mapping[str, float]) -> dict[str, float]:
    """The assumptions among `values`, as overrides of every draw."""
    return {name: value for name, value in values.items() if name not in MOVES}
