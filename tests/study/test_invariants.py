"""Invariants across rooms: what must hold whatever the numbers are (docs/chain.md)."""

from __future__ import annotations

import itertools

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from roadworthy.core.axes import NEW_SLOTS
from roadworthy.fleet import displacement
from roadworthy.study.assumed import draw
from roadworthy.study.run import ABSOLUTE, against, outcomes

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


def test_a_quota_that_is_never_met_is_no_quota(prepared, world, solve, middle):
    """Invariant 9."""
    found = solve(prepared.policies["kei-urban"], world, middle)
    loose = eqx.tree_at(lambda p: p.quota, prepared.policies["kei-urban"], jnp.full(2, 5e8))
    again = solve(loose, world, middle)
    assert all(np.array_equal(np.asarray(x), np.asarray(y)) for x, y in zip(jax.tree.leaves(found), jax.tree.leaves(again), strict=True))


def test_reforms_and_draws_may_be_asked_in_any_order(prepared, world, study):
    """Invariant 10: quick draws are the first of full ones bit for bit; order of reforms and draws only orders the results."""
    names = ["none", "kei-urban", "exemption-cap-90000"]
    policies = [prepared.policies[name] for name in names]
    full, quick = draw(256, study.seed), draw(128, study.seed)
    long, short = outcomes(policies, world, full), outcomes(policies[::-1], world, quick)
    assert np.array_equal(long.net_usd[:, :128], short.net_usd[::-1])
    order = np.random.default_rng(0).permutation(256)
    mixed = outcomes(policies[1:2], world, jax.tree.map(lambda leaf: np.asarray(leaf)[order], full))
    assert mixed.net_usd[0] == pytest.approx(long.net_usd[1][order], rel=1e-9, abs=1e-3)


def test_an_empty_slot_changes_nothing(prepared, world, solve, few):
    """Invariant 10: what stands in a slot that is not offered is never read."""
    policy = prepared.policies["kei-urban"]
    other = eqx.tree_at(lambda w: (w.power_W, w.slots.mass_kg), world, (world.power_W.at[1].mul(3.0), world.slots.mass_kg.at[1].mul(2.0)))
    for a in few:
        one, two = solve(policy, world, a), solve(policy, other, a)
        assert np.asarray(one.net_usd) == pytest.approx(np.asarray(two.net_usd), rel=1e-12)


def test_more_content_costs_more_weighs_more_and_protects(prepared, world, middle):
    """Invariant 11 through the rooms' own verbs: cost, mass and own injury by required content."""
    from roadworthy.cost import comply

    shares = [comply(jnp.full(10, x), middle.cost, electric=world.slots.electric) for x in (0.0, 0.5, 1.0)]
    for low, high in itertools.pairwise(shares):
        assert (np.asarray(high.cost_usd) >= np.asarray(low.cost_usd)).all()
        assert (np.asarray(high.added_kg) >= np.asarray(low.added_kg)).all()
        assert (np.asarray(high.own_injury_factor) <= np.asarray(low.own_injury_factor)).all()


def test_deaths_of_today_are_those_counted_whatever_the_slots_are(prepared, world, middle):
    """Invariant 6: the base fleet sums to FARS; parameters of the slots do not enter."""
    from roadworthy.study.chain import WHOLE, _harm

    def deaths(a, kg):
        from roadworthy.cost import comply
        from roadworthy.fleet.exposure import base_share
        from roadworthy.fleet.harm import base_distance_m

        harm, _ = _harm(comply(jnp.zeros(10), a.cost, electric=world.slots.electric), jnp.full(4, kg), jnp.asarray(0.0), WHOLE, world, a)
        share = base_share(a.fleet)
        return [float(row[-1] @ share * base_distance_m(a.fleet)) for row in (harm.own, harm.partners, harm.outside)]

    usual = deaths(middle, 0.0)
    odd = deaths(eqx.tree_at(lambda a: a.crash.slot_crush_factor, middle, jnp.asarray(0.5)), 200.0)
    assert odd == pytest.approx(usual, rel=1e-12)
    drivers = float(world.fleet.driver_deaths * world.fleet.occupants_per_driver)
    two, single, roll, multiple = (float(x) for x in world.fleet.crash_share)
    assert usual[0] == pytest.approx(drivers * (two + single + roll + multiple), rel=1e-9)
    assert usual[2] == pytest.approx(float(world.fleet.outside_deaths), rel=1e-9)


def test_a_lower_fleet_standard_moves_fuel_and_nothing_where_nobody_complies(prepared, world, solve, few):
    today, reset = prepared.policies["none"], prepared.policies["cafe-reset"]
    for a in few[:2]:
        base, found = solve(today, world, a), solve(reset, world, a)
        np.testing.assert_array_equal(found.units, base.units)
        assert (np.asarray(found.gasoline_gallons - base.gasoline_gallons)[:, 1:] > 0.0).all()
        assert float(found.lost_units.sum()) < float(base.lost_units.sum())
        np.testing.assert_allclose(found.miles_m, base.miles_m, rtol=1e-9, atol=1.0)
        np.testing.assert_allclose(found.lines_usd.sum(axis=-1), found.net_usd, rtol=1e-9, atol=1e-3)
        idle = eqx.tree_at(lambda x: x.market.comply_anyway, a, 0.0 * jnp.asarray(a.market.comply_anyway))
        still, nothing = solve(reset, world, idle), solve(today, world, idle)
        assert eqx.tree_equal(still, nothing)
