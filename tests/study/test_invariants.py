"""Invariants across rooms, numbered: what must hold whatever the numbers are (docs/chain.md).

8 (engines and shortcuts) and 12 (gradients) share compiled programs with test_gradients.py; the crash room's closed form against its
stepper is in tests/crash/test_motion.py, the energy grid against its model in tests/energy/test_grid.py.
"""

from __future__ import annotations

import itertools
import re

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from roadworthy import account, fleet
from roadworthy.account import MarketDollars
from roadworthy.core.axes import NEW_SLOTS, SALE_YEARS
from roadworthy.core.units import FOOT_M, POUND_KG
from roadworthy.crash import field_kernel
from roadworthy.fleet import displacement
from roadworthy.study.assumed import draw, leaves
from roadworthy.study.run import ABSOLUTE, against, outcomes
from roadworthy.vehicles import dump, find

NEW, USED = slice(0, NEW_SLOTS), NEW_SLOTS


def shut(policy):
    """The same law with the doors of new vehicles closed."""
    return eqx.tree_at(lambda p: p.door, policy, policy.door.at[NEW].set(0.0))


def differing(one, other):
    found = against(one, other)
    return {name: np.asarray(getattr(found, name)) for name in type(found).__dataclass_fields__ if name not in ABSOLUTE}


@pytest.mark.parametrize(
    "reform", ["none", "kei-urban", "kei-all-roads", "lsv-35", "mutual-recognition", "exemption-cap-90000", "announcement"]
)
def test_01_closed_doors_change_nothing_bit_for_bit(prepared, world, solve, few, reform):
    """Invariant 1: every difference is exactly 0 when a reform opens no door and changes nothing else."""
    closed = shut(prepared.policies[reform])
    for a in few:
        base = solve(world.base, world, a)
        for name, values in differing(solve(closed, world, a), base).items():
            assert (values == 0.0).all(), f"{name} of {reform}"


@pytest.mark.parametrize("way", ["quota", "states", "price"])
def test_02_no_sales_no_consequences(prepared, world, solve, few, way):
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


def test_03_who_is_taken_from_adds_up(prepared, world, solve, few):
    """Invariant 3: what incumbents and the outside good lose is what the slots sell."""
    for a in few:
        found = solve(prepared.policies["kei-all-roads"], world, a)
        launched = np.asarray(found.buyers_by_group).sum(axis=-1)
        lost = np.asarray(found.lost_units).sum(axis=-1) + np.asarray(found.lost_outside)
        assert lost == pytest.approx(launched, rel=1e-10)


@pytest.mark.parametrize("delta", [1.0, 0.8])
def test_03_miles_are_conserved_but_for_delta(prepared, world, solve, middle, delta):
    """Invariant 3: with nobody's miles induced and delta = 1 the reform moves miles and makes none."""
    a = eqx.tree_at(
        lambda x: (x.fleet.delta, x.fleet.outside_used, x.fleet.rebound), middle, tuple(jnp.asarray(x, float) for x in (delta, 1.0, 0.0))
    )
    policy = prepared.policies["kei-urban"]
    moved = differing(solve(policy, world, a), solve(shut(policy), world, a))["miles_m"]
    assert displacement(jnp.full(4, 0.5), a.fleet) == pytest.approx(np.full(4, delta))
    gross = differing(solve(policy, world, eqx.tree_at(lambda x: x.fleet.delta, a, jnp.zeros(()))), solve(shut(policy), world, a))[
        "miles_m"
    ]
    scale = np.abs(gross).max()
    assert scale > 0
    # with delta = 0 only the replaced new cars' miles come back through the stock, so gross is the slots' own miles
    assert np.abs(moved - (1.0 - delta) * gross).max() < 1e-9 * scale if delta == 1.0 else np.abs(moved).max() > 0


def test_04_the_account_adds_up(prepared, world, solve, few):
    """Invariant 4: lines sum to net, transfers to zero."""
    for a in few:
        found = solve(prepared.policies["kei-urban"], world, a)
        lines, net = np.asarray(found.lines_usd), np.asarray(found.net_usd)
        assert lines.sum(axis=-1) == pytest.approx(net, rel=1e-9)
        pays = np.asarray(found.who_pays_usd)
        assert np.abs(pays.sum(axis=-1)).max() <= 1e-9 * np.abs(pays).max()


def test_09_quota_and_capacity_hold_every_year(prepared, world, solve, few):
    policy = prepared.policies["exemption-cap-90000"]
    tight = eqx.tree_at(lambda p: p.quota, policy, jnp.full_like(policy.quota, 500.0))
    for a in few:
        units = np.asarray(solve(tight, world, a).units[:, NEW].sum(axis=1))
        assert units.max() <= 500.0 * float(a.market.makers) * (1 + 1e-6)
        plant = np.asarray(solve(prepared.policies["kei-all-roads"], world, a).units[1, NEW].sum(axis=0))
        assert plant.max() <= float(a.cost.plant_capacity) * (1 + 1e-9)


def test_11_more_duty_never_sells_more(prepared, world, solve, few):
    """Invariant 11, on the import route."""
    policy = prepared.policies["kei-urban"]
    dear = eqx.tree_at(lambda p: p.duty, policy, policy.duty + 0.2)
    for a in few:
        one, other = solve(policy, world, a), solve(dear, world, a)
        assert (np.asarray(other.price_usd[0, 0]) >= np.asarray(one.price_usd[0, 0])).all()
        assert (np.asarray(other.units[0, 0]) <= np.asarray(one.units[0, 0])).all()


def test_11_each_year_younger_sells_more_used_imports_and_duty_fewer(prepared, world, solve, few):
    """Down from today's age, where nothing changes; and a duty on those recorded as on younger ones."""
    policy = prepared.policies["import-age-15"]
    ages = [eqx.tree_at(lambda p: p.import_age_min_yr, policy, jnp.asarray(years)) for years in (25.0, 24.0, 20.0, 15.0, 5.0)]
    dear = eqx.tree_at(lambda p: (p.duty, p.duty_recorded), policy, (policy.duty + 0.2, policy.duty_recorded + 0.2))
    for a in few:
        sold = [float(np.asarray(solve(one, world, a).units[0, USED]).sum()) for one in (*ages, dear)]
        today = float(np.asarray(solve(prepared.policies["none"], world, a).units[0, USED]).sum())
        assert sold[0] == today > 0.0
        assert all(younger > older for older, younger in itertools.pairwise(sold[:5]))
        assert sold[5] < sold[3]


def test_11_a_tighter_road_cap_never_adds_miles(prepared, world, solve, few):
    for a in few:
        wide, tight = (np.asarray(solve(prepared.policies[name], world, a).units[0, 0]) for name in ("kei-all-roads", "kei-urban"))
        assert (tight <= wide * (1 + 1e-12)).all()


def test_09_a_quota_that_is_never_met_is_no_quota(prepared, world, solve, middle):
    """Invariant 9."""
    found = solve(prepared.policies["kei-urban"], world, middle)
    loose = eqx.tree_at(lambda p: p.quota, prepared.policies["kei-urban"], jnp.full_like(prepared.policies["kei-urban"].quota, 5e8))
    again = solve(loose, world, middle)
    assert all(np.array_equal(np.asarray(x), np.asarray(y)) for x, y in zip(jax.tree.leaves(found), jax.tree.leaves(again), strict=True))


def test_10_reforms_and_draws_may_be_asked_in_any_order(prepared, world, study):
    """Invariant 10: quick draws are the first of full ones bit for bit; order of reforms and draws only orders the results."""
    names = ["none", "kei-urban", "exemption-cap-90000"]
    policies = [prepared.policies[name] for name in names]
    full, quick = draw(256, study.seed), draw(128, study.seed)
    long, short = outcomes(policies, world, full), outcomes(policies[::-1], world, quick)
    assert np.array_equal(long.net_usd[:, :128], short.net_usd[::-1])
    order = np.random.default_rng(0).permutation(256)
    mixed = outcomes(policies[1:2], world, jax.tree.map(lambda leaf: np.asarray(leaf)[order], full))
    assert mixed.net_usd[0] == pytest.approx(long.net_usd[1][order], rel=1e-9, abs=1e-3)


def test_10_an_empty_slot_changes_nothing(prepared, world, solve, few):
    """Invariant 10: what stands in a slot that is not offered is never read."""
    policy = prepared.policies["kei-urban"]
    other = eqx.tree_at(lambda w: (w.power_W, w.slots.mass_kg), world, (world.power_W.at[1].mul(3.0), world.slots.mass_kg.at[1].mul(2.0)))
    for a in few:
        one, two = solve(policy, world, a), solve(policy, other, a)
        assert np.asarray(one.net_usd) == pytest.approx(np.asarray(two.net_usd), rel=1e-12)


def test_11_more_content_costs_more_weighs_more_and_protects(prepared, world, middle):
    """Invariant 11 through the rooms' own verbs: cost, mass and own injury by required content."""
    from roadworthy.cost import comply

    shares = [comply(jnp.full(10, x), middle.cost, electric=world.slots.electric, nose=world.slots.nose) for x in (0.0, 0.5, 1.0)]
    for low, high in itertools.pairwise(shares):
        assert (np.asarray(high.cost_usd) >= np.asarray(low.cost_usd)).all()
        assert (np.asarray(high.added_kg) >= np.asarray(low.added_kg)).all()
        assert (np.asarray(high.own_injury_factor) <= np.asarray(low.own_injury_factor)).all()


def test_06_deaths_of_today_are_those_counted_whatever_the_slots_are(prepared, world, middle):
    """Invariant 6: the base fleet sums to FARS; parameters of the slots do not enter."""
    from roadworthy.study.chain import WHOLE, _harm

    @eqx.filter_jit
    def deaths(a, kg):
        from roadworthy.cost import comply
        from roadworthy.fleet.exposure import base_share
        from roadworthy.fleet.harm import base_distance_m

        harm, _ = _harm(
            comply(jnp.zeros(10), a.cost, electric=world.slots.electric, nose=world.slots.nose),
            jnp.full(4, kg),
            jnp.zeros(()),
            WHOLE,
            world,
            a,
        )
        share = base_share(a.fleet)
        return jnp.stack([row[-1] @ share * base_distance_m(a.fleet) for row in (harm.own, harm.partners, harm.outside)])

    usual = np.asarray(deaths(middle, jnp.zeros(())))
    odd = np.asarray(deaths(eqx.tree_at(lambda a: a.crash.slot_crush_factor, middle, jnp.asarray(0.5, float)), jnp.full((), 200.0)))
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


def test_fuel_economy_targets_hinder_the_newcomer_and_a_reset_lets_it_off(prepared, world, solve, few):
    """The petrol kei car misses today's target by some 23 mpg of 74 and meets the reset; what makers count against it is in no line of money."""
    today = prepared.policies["kei-urban"]
    reset = eqx.tree_at(lambda p: p.cafe_target_scale, today, prepared.policies["cafe-reset"].cafe_target_scale)
    assert float(world.cafe_target_mpg[0]) == pytest.approx(74.07, abs=0.01)
    for a in few[:2]:
        bound, eased = solve(today, world, a), solve(reset, world, a)
        assert 15.0 < float(bound.standard_usd[0]) / max(float(a.market.comply_anyway * a.market.mpg_value_usd), 1e-9) < 35.0
        assert float(eased.standard_usd[0]) < 0.1 * float(bound.standard_usd[0])
        assert float(eased.units[0, 0, -1]) > float(bound.units[0, 0, -1]) > 0.0
        assert float(eased.price_usd[0, 0]) < float(bound.price_usd[0, 0])
        idle = eqx.tree_at(lambda x: x.market.comply_anyway, a, 0.0 * jnp.asarray(a.market.comply_anyway))
        assert float(solve(today, world, idle).standard_usd.max()) == 0.0
        earned = bound.price_usd[0, 0] * (1.0 - a.cost.dealer_share) - bound.landed_usd[0] - bound.standard_usd[0]
        assert float(bound.margin_usd[0]) == pytest.approx(float(earned), rel=1e-6)


CAR = 5
"""The row of `car` among the nine classes."""
RISK_STEPS = slice(2, None)
"""Steps of the fit of mean utilities that are a dollar of risk; the first two are of the share of fuel that is felt."""
MONEY_BANK_ROWS = slice(-5, None)
"""Columns of the bank that are dollars: profits at home and abroad, sales tax, fuel, gain."""


def scaled(tree, factor, named):
    """Every leaf whose path `named` accepts, times factor."""
    return jax.tree_util.tree_map_with_path(lambda path, x: x * factor if named(jax.tree_util.keystr(path)) else x, tree)


def dollars_of(path):
    """Whether a leaf of world or policy is money, by its name."""
    return "_usd" in path and not path.endswith("retail_jpy")


def in_other_money(world, policy, a, factor):
    """World, policy and assumptions with every dollar worth 1/factor: prices, incomes, values times factor, utility of one over it."""
    world, policy = scaled(world, factor, dollars_of), scaled(policy, factor, dollars_of)
    nodes = lambda w: (w.bank.nodes.a, w.bank.nodes.moved, w.bank.nodes.z)  # noqa: E731
    slope, moved, z = nodes(world)
    per_usd = jax.tree.map(lambda x: x.at[:, RISK_STEPS].divide(factor), moved)
    world = eqx.tree_at(nodes, world, (slope / factor, per_usd, z.at[:, MONEY_BANK_ROWS].mul(factor)))
    for path, leaf in leaves().items():
        unit, (room, field) = leaf.cited.unit, path.split(".")
        power = 0 if unit == "USD/USD" else 1 if unit.startswith("USD") else -1 if unit.endswith("/USD") else 0
        if power:
            where = lambda x, room=room, field=field: getattr(getattr(x, room), field)  # noqa: E731
            a = eqx.tree_at(where, a, where(a) * factor**power)
    return world, policy, a


@pytest.mark.parametrize("reform", ["kei-urban", "exemption-cap-90000"])
def test_07_all_money_times_a_factor_changes_only_money(prepared, world, solve, few, reform):
    """Sales, deaths and fuel do not know in which dollars they are asked; every dollar of the answer is times the factor."""
    factor = 3.7
    for a in few:
        here = solve(prepared.policies[reform], world, a)
        there = solve(*(in_other_money(world, prepared.policies[reform], a, factor)[i] for i in (1, 0, 2)))
        for name in type(here).__dataclass_fields__:
            one, other = np.asarray(getattr(here, name)), np.asarray(getattr(there, name))
            expected = one * factor if "usd" in name else one
            assert other == pytest.approx(expected, rel=1e-7, abs=1e-9 * max(np.abs(expected).max(), 1e-300)), name


def test_07_pounds_and_feet_at_the_door_are_the_same_car(tmp_path):
    """A vehicle file in other units is the same vehicle, number by number."""
    text = dump(find("honda_nbox_jf5"))
    pound, foot = (lambda m: f'"{float(m[1]) / POUND_KG!r} lb"'), (lambda m: f'"{float(m[1]) / FOOT_M!r} ft"')
    other = re.sub(r'"([\d.]+) m"', foot, re.sub(r'"([\d.]+) kg"', pound, text))
    assert other.count(" lb") >= 1
    assert other.count(" ft") >= 4
    found = []
    for name, said in (("metric", text), ("other", other)):
        file = tmp_path / f"{name}.toml"
        file.write_text(said)
        found.append(find(str(file)))
    for field in ("mass_kg", "length_m", "width_m", "height_m", "wheelbase_m", "power_W"):
        one, two = (np.asarray(getattr(car, field)) for car in found)
        assert one == pytest.approx(two, rel=1e-12), field


def test_04_the_world_does_not_ask_where_makers_live(prepared, world, solve, few):
    """National + foreign = world: homes move profit between the two and leave their sum; with all makers at home they are one."""
    policy = prepared.policies["kei-urban"]
    homes = [path.split(".")[1] for path in leaves() if path.startswith("account.") and "home" in path]
    assert homes
    where = lambda x: [getattr(x.account, name) for name in homes]  # noqa: E731
    profit_abroad = world.bank.nodes.z.at[:, -4].set(0.0)
    nobody_abroad = eqx.tree_at(lambda w: w.bank.nodes.z, world, profit_abroad)
    for a in few:
        abroad, at_home = (eqx.tree_at(where, a, [jnp.asarray(share, float)] * len(homes)) for share in (0.0, 1.0))
        one, other = solve(policy, world, abroad), solve(policy, world, at_home)
        scale = np.abs(np.asarray(one.lines_usd)).max()
        assert np.abs(np.asarray(one.world_usd) - np.asarray(other.world_usd)).max() <= 1e-9 * scale
        assert np.abs(np.asarray(one.net_usd) - np.asarray(other.net_usd)).max() > 1e-6 * scale
        alone = solve(policy, nobody_abroad, at_home)
        assert np.asarray(alone.net_usd) == pytest.approx(np.asarray(alone.world_usd), abs=1e-9 * scale)


def steady(tree):
    """Tables whose calendar years are all like the first, so that a cohort's life is worth the same whenever it begins."""

    def first(x):
        if x.ndim and x.shape[-1] == 70:
            return jnp.broadcast_to(x[..., :1], x.shape)
        return jnp.broadcast_to(x[:1], x.shape) if x.shape == (SALE_YEARS, 40) else x

    return jax.tree.map(first, tree)


@pytest.fixture(scope="module")
def worth():
    """Lines of the account of some units under given tables, market dollars zero."""

    @eqx.filter_jit
    def lines(units, harm, world, a):
        car = world.fleet, a.fleet
        share = jnp.broadcast_to(fleet.exposure(jnp.ones(3), a.fleet).share, (4, 3))
        paths = fleet.roll(
            units,
            jnp.zeros((4, 4)).at[:, 1].set(0.6),
            jnp.full((4, 4), 2500.0),
            jnp.full(4, 1900.0),
            jnp.zeros(4),
            harm,
            share,
            jnp.ones(4),
            *car,
        )
        none = jnp.zeros(SALE_YEARS)
        flows = dict.fromkeys(MarketDollars.__dataclass_fields__, none) | {
            "entrant_home_share": jnp.ones(()),
            "surplus_by_group": jnp.full(5, 0.2),
        }
        return account.appraise(paths, MarketDollars(**flows), world.values, a.account).lines

    return lines


def test_09_present_value_by_cohort_is_that_by_calendar_year(worth, world, middle):
    """In a world without trends a car sold y years later is worth (1 + r)^-y of one sold now, run-out and all; so nothing is cut off."""
    still = eqx.tree_at(lambda w: (w.fleet, w.values), world, (steady(world.fleet), steady(world.values)))
    a = eqx.tree_at(lambda x: x.account.vsl_growth, middle, jnp.zeros(()))
    rate = jnp.full((9, 3), 1e-12)
    harm = fleet.Harm(own=rate, partners=2 * rate, outside=0.5 * rate)
    cohort = lambda y: np.asarray(worth(jnp.zeros((4, SALE_YEARS)).at[0, y].set(1000.0), harm, still, a))  # noqa: E731
    first = cohort(0)
    paid = np.abs(first[0]) > 0.0
    assert paid.sum() >= 8
    rates = np.asarray(world.values.rates)
    at_own_rate = list(account.NAMES).index("co2")
    own_rate = float(np.asarray(world.values.scghg_rate)[int(a.account.scghg_choice)])
    for y in (1, 17, SALE_YEARS - 1):
        later = cohort(y)
        for j in np.flatnonzero(paid):
            if account.NAMES[j] == "rebound":  # carbon and the rest at two rates
                continue
            r = np.full(len(rates), own_rate) if j == at_own_rate else rates
            assert later[:, j] == pytest.approx(first[:, j] * (1 + r) ** -float(y), rel=1e-9), (account.NAMES[j], y)


def test_06_a_vehicle_like_the_one_it_replaces_changes_nothing(world, middle):
    """Same risk, fuel, life and miles, no buyer from outside: no death, gallon or kilogram differs."""
    tables = jax.tree.map(lambda x: x.at[0].set(x[CAR]) if x.shape == (9, 40) else x, world.fleet)
    a = eqx.tree_at(lambda x: (x.fleet.delta, x.fleet.rebound), middle, (jnp.ones(()), jnp.zeros(()))).fleet
    rng = np.random.default_rng(2)
    harm = fleet.Harm(*(jnp.asarray(rng.uniform(1e-12, 2e-12, (9, 3))) for _ in range(3)))
    harm = jax.tree.map(lambda x: x.at[0].set(x[CAR]), harm)
    units = jnp.zeros((4, SALE_YEARS)).at[0].set(1e5)
    lost = jnp.zeros((4, 4)).at[0, CAR - 4].set(1.0)
    burnt, drives, roads = jnp.full((4, 4), 2345.0), jnp.full(4, 2345.0), jnp.broadcast_to(fleet.base_share(a), (4, 3))
    roll = eqx.filter_jit(lambda lost: fleet.roll(units, lost, burnt, drives, jnp.zeros(4), harm, roads, jnp.ones(4), tables, a))
    same, alone = roll(lost), roll(0.0 * lost)
    for name in ("deaths", "gasoline_gallons", "tailpipe_co2_kg", "upstream_co2_kg", "fuel_retail_usd"):
        change, scale = (
            np.asarray(getattr(same, name)),
            np.abs(np.asarray(alone.deaths_added if name == "deaths" else getattr(alone, name))).max(),
        )
        assert scale > 0
        assert np.abs(change).max() <= 1e-9 * scale, name


def test_06_one_structure_for_all_gives_one_risk_for_all_and_swaps(world, middle):
    """Same structure and mass everywhere: no class is safer. Mirrored classes and partners: own harm of the one is partner harm of the other."""
    speed = fleet.speed_scale(middle.fleet)
    incumbent = jnp.zeros(4, bool)
    alike = jax.tree.map(lambda x: jnp.full(4, x[0]), world.partners)
    kernel = eqx.filter_jit(lambda one, other: field_kernel(one, other, speed, middle.crash, incumbent, jnp.zeros(4)))
    flat = kernel(alike, alike)
    for side in (flat.own, flat.partner):
        table = np.asarray(side)[:, :3]  # the heavy partner is a moving wall
        assert np.abs(table - table[:1, :1]).max() <= 1e-6 * table.max()
    mirrored = kernel(world.partners, world.partners)
    own, partner = (np.asarray(x)[:3, :3] for x in (mirrored.own, mirrored.partner))
    assert own == pytest.approx(np.swapaxes(partner, 0, 1), rel=1e-5)


def test_10_permuting_slots_permutes_results(prepared, world, solve, few):
    """Which new vehicle stands in the first slot is a name: with both on sale, exchanging them exchanges their rows and no sum."""
    order = jnp.array([1, 0, 2, 3])
    nine = jnp.concatenate([order, jnp.arange(4, 9)])
    eight = nine[:8]
    both = eqx.tree_at(lambda w: w.offered, world, world.offered.at[1].set(1.0))

    def turn(x):
        first = {4: order, 8: eight, 9: nine}
        return x[first[x.shape[0]]] if getattr(x, "ndim", 0) and x.shape[0] in first else x

    of_slots = (
        "slots",
        "offered",
        "mass_sd_ln",
        "power_W",
        "length_m",
        "width_m",
        "footprint_m2",
        "seats",
        "structures",
        "light_truck",
        "cafe_target_mpg",
    )
    slots = lambda w: [getattr(w, name) for name in of_slots]  # noqa: E731
    turned = eqx.tree_at(slots, both, jax.tree.map(turn, slots(both)))
    grid = eqx.tree_at(lambda g: g.added_kg, jax.tree.map(turn, both.grid), both.grid.added_kg)
    tables = jax.tree.map(lambda x: x[nine] if x.shape[:1] == (9,) else x, both.fleet)
    values = jax.tree.map(lambda x: x[..., nine, :] if x.shape[-2:] == (9, 70) else x[nine] if x.shape == (9,) else x, both.values)
    turned = eqx.tree_at(lambda w: (w.grid, w.fleet, w.values), turned, (grid, tables, values))
    policy = prepared.policies["kei-all-roads"]
    swapped = jax.tree.map(lambda x: x[order] if x.shape[:1] == (4,) else x, policy)
    own = lambda x: (x.vehicles.z_mass_kei_car, x.vehicles.z_mass_kei_truck)  # noqa: E731
    for a in few:
        one, other = solve(policy, both, a), solve(swapped, turned, eqx.tree_at(own, a, own(a)[::-1]))
        assert np.asarray(one.units)[:, :2].max(axis=(0, 2)).min() > 0.0
        assert np.asarray(other.units) == pytest.approx(np.asarray(one.units)[:, np.asarray(order)], rel=1e-8)
        for name in ("net_usd", "lines_usd", "deaths", "co2_kg", "npv_usd", "lost_units"):
            reference = np.asarray(getattr(one, name))
            assert np.asarray(getattr(other, name)) == pytest.approx(reference, rel=1e-7, abs=1e-9 * np.abs(reference).max()), name
