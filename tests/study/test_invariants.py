"""Invariants across rooms: what must hold whatever the numbers are (docs/chain.md)."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from roadworthy.core.axes import NEW_SLOTS
from roadworthy.fleet import displacement
from roadworthy.study.run import ABSOLUTE, against

NEW = slice(0, NEW_SLOTS)


def shut(policy):
    """The same law with the doors of new vehicles closed."""
    return eqx.tree_at(lambda p: p.door, policy, policy.door.at[NEW].set(0.0))


def differing(one, other):
    found = against(one, other)
    return {name: np.asarray(getattr(found, name)) for name in type(found).__dataclass_fields__ if name not in ABSOLUTE}


@pytest.mark.parametrize(
    "reform", ["none", "kei-urban", "kei-all-roads", "lsv-35", "mutual-recognition", "exemption-cap-90000", "announcement"]
)
def test_closed_doors_change_nothing_bit_for_bit(prepared, world, solve, few, reform):
    """Invariant 1: every difference is exactly 0 when a reform opens no door and changes nothing else."""
    closed = shut(prepared.policies[reform])
    for a in few:
        base = solve(world.base, world, a)
        for name, values in differing(solve(closed, world, a), base).items():
            assert (values == 0.0).all(), f"{name} of {reform}"


@pytest.mark.parametrize("way", ["quota", "states", "price"])
def test_no_sales_no_consequences(prepared, world, solve, few, way):
    """Invariant 2: as sales vanish harms, fuel, surplus and taxes vanish, NPV is minus the fixed cost, and all stays finite."""
    policy = prepared.policies["kei-urban"]
    if way == "quota":
        policy = eqx.tree_at(lambda p: p.quota, policy, jnp.full_like(policy.quota, 1e-9))
    elif way == "states":
        policy = eqx.tree_at(lambda p: p.state_access, policy, policy.state_access.at[NEW].set(0.0))
    else:
        policy = eqx.tree_at(lambda p: p.subsidy_usd, policy, policy.subsidy_usd.at[NEW].set(-1e6))
    for a in few:
        found, base = solve(policy, world, a), solve(world.base, world, a)
        gone, usual = differing(found, base), differing(solve(prepared.policies["kei-urban"], world, a), base)
        assert np.abs(np.asarray(found.units[:, NEW])).max() < 1e-6
        for name in ("deaths", "gasoline_gallons", "co2_kg", "miles_m", "lost_units"):
            assert np.isfinite(gone[name]).all()
            assert np.abs(gone[name]).max() < 1e-8 * np.abs(usual[name]).max(), name
        assert np.asarray(found.npv_usd) == pytest.approx(-np.asarray(found.fixed_usd), rel=1e-6)
        assert all(np.isfinite(np.asarray(leaf)).all() for leaf in jax.tree.leaves(found))


def test_who_is_taken_from_adds_up(prepared, world, solve, few):
    """Invariant 3: what incumbents and the outside good lose is what the slots sell."""
    for a in few:
        found = solve(prepared.policies["kei-all-roads"], world, a)
        launched = np.asarray(found.buyers_by_group).sum(axis=-1)
        lost = np.asarray(found.lost_units).sum(axis=-1) + np.asarray(found.lost_outside)
        assert lost == pytest.approx(launched, rel=1e-10)


@pytest.mark.parametrize("delta", [1.0, 0.8])
def test_miles_are_conserved_but_for_delta(prepared, world, solve, middle, delta):
    """Invariant 3: with nobody's miles induced and delta = 1 the reform moves miles and makes none."""
    a = eqx.tree_at(lambda x: (x.fleet.delta, x.fleet.outside_used, x.fleet.rebound), middle, tuple(map(jnp.asarray, (delta, 1.0, 0.0))))
    policy = prepared.policies["kei-urban"]
    moved = differing(solve(policy, world, a), solve(shut(policy), world, a))["miles_m"]
    assert displacement(jnp.full(4, 0.5), a.fleet) == pytest.approx(np.full(4, delta))
    gross = differing(solve(policy, world, eqx.tree_at(lambda x: x.fleet.delta, a, jnp.asarray(0.0))), solve(shut(policy), world, a))[
        "miles_m"
    ]
    scale = np.abs(gross).max()
    assert scale > 0
    # with delta = 0 only the replaced new cars' miles come back through the stock, so gross is the slots' own miles
    assert np.abs(moved - (1.0 - delta) * gross).max() < 1e-9 * scale if delta == 1.0 else np.abs(moved).max() > 0


def test_the_account_adds_up(prepared, world, solve, few):
    """Invariant 4: lines sum to net, transfers to zero."""
    for a in few:
        found = solve(prepared.policies["kei-urban"], world, a)
        lines, net = np.asarray(found.lines_usd), np.asarray(found.net_usd)
        assert lines.sum(axis=-1) == pytest.approx(net, rel=1e-9)
        pays = np.asarray(found.who_pays_usd)
        assert np.abs(pays.sum(axis=-1)).max() <= 1e-9 * np.abs(pays).max()


def test_quota_and_capacity_hold_every_year(prepared, world, solve, few):
    policy = prepared.policies["exemption-cap-90000"]
    tight = eqx.tree_at(lambda p: p.quota, policy, jnp.full_like(policy.quota, 500.0))
    for a in few:
        units = np.asarray(solve(tight, world, a).units[:, NEW].sum(axis=1))
        assert units.max() <= 500.0 * float(a.market.makers) * (1 + 1e-6)
        plant = np.asarray(solve(prepared.policies["kei-all-roads"], world, a).units[1, NEW].sum(axis=0))
        assert plant.max() <= float(a.cost.plant_capacity) * (1 + 1e-9)


def test_more_duty_never_sells_more(prepared, world, solve, few):
    """Invariant 11, on the import route."""
    policy = prepared.policies["kei-urban"]
    dear = eqx.tree_at(lambda p: p.duty, policy, policy.duty + 0.2)
    for a in few:
        one, other = solve(policy, world, a), solve(dear, world, a)
        assert (np.asarray(other.price_usd[0, 0]) >= np.asarray(one.price_usd[0, 0])).all()
        assert (np.asarray(other.units[0, 0]) <= np.asarray(one.units[0, 0])).all()


def test_a_tighter_road_cap_never_adds_miles(prepared, world, solve, few):
    for a in few:
        wide, tight = (np.asarray(solve(prepared.policies[name], world, a).units[0, 0]) for name in ("kei-all-roads", "kei-urban"))
        assert (tight <= wide * (1 + 1e-12)).all()
