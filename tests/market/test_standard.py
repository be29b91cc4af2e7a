"""Fleet standards: shadow prices that bind or reach their cap, and the table that `evaluate` reads."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from roadworthy import data as bundled
from roadworthy import market
from roadworthy.market import bank as banks
from roadworthy.market import comply, inversion
from roadworthy.market.standard import grid, lost_under, shift, value_of_mpg, without

CASES = ((1.0, 0.0), (1.0, 40.0), (34.5 / 50.4, 40.0))
RESET = 34.5 / 50.4
FUEL, GAIN = banks.COLUMNS.index("pv_fuel"), banks.COLUMNS.index("price_gain")


@pytest.fixture(scope="module")
def rated(small_data):
    return comply.standard(small_data)


@pytest.fixture(scope="module")
def solved(small_data, small_bank, rated):
    delta, bank = small_bank
    tastes = jax.tree.map(lambda leaf: leaf[0], bank.nodes.tastes)

    @eqx.filter_jit
    def run(scales, values):
        at = inversion.node(tastes, small_data, delta, contraction=0, newton=0)
        cost = inversion.costs(at, small_data)
        return jax.lax.map(lambda case: comply.solve(at, cost, small_data, rated, case[0], case[1]), (scales, values))

    found = run(*(jnp.asarray(x) for x in zip(*CASES, strict=True)))
    return {case: jax.tree.map(lambda leaf, i=i: leaf[i], found) for i, case in enumerate(CASES)}


@pytest.fixture(scope="module")
def table():
    return grid(banks.COLUMNS)


def test_means_are_harmonic_and_empty_fleets_divide_nothing():
    fleets = jnp.asarray([[1.0, 0.0], [1.0, 0.0], [0.0, 0.0]])
    required, achieved = comply.means(jnp.asarray([1.0, 3.0, 9.0]), jnp.asarray([20.0, 60.0, 5.0]), jnp.asarray([40.0, 40.0, 40.0]), fleets)
    np.testing.assert_allclose(required, [40.0, 1.0])
    np.testing.assert_allclose(achieved, [4.0 / (1.0 / 20.0 + 3.0 / 60.0), 1.0])


def test_without_a_value_the_market_is_as_recorded(solved):
    still = solved[1.0, 0.0]
    assert float(still.residual_usd) < 1e-6
    np.testing.assert_allclose(np.asarray(still.shadow), 0.0)
    np.testing.assert_allclose(np.asarray(still.lost) / 1e6, 0.0, atol=1e-4)


@pytest.mark.parametrize("case", CASES[1:])
def test_a_fleet_meets_its_target_or_bears_the_whole_value(solved, case):
    found = solved[case]
    shadow, short = np.asarray(found.shadow), np.asarray(found.short_mpg)
    assert float(found.residual_usd) < 0.01
    inside = (shadow > 0.0) & (shadow < case[1] - 1e-9)
    np.testing.assert_allclose(short[inside], 0.0, atol=1e-3)
    assert (short[shadow == 0.0] <= 1e-6).all()
    assert (short[shadow >= case[1] - 1e-9] > -1e-3).all()
    assert shadow.max() > 0.0


def test_a_lower_standard_saves_less_fuel_and_costs_buyers_less(solved):
    strict, loose = (np.asarray(solved[case].lost) for case in CASES[1:])
    assert strict[FUEL] > loose[FUEL] > 0.0
    assert strict[GAIN] < loose[GAIN] < 0.0
    assert float(solved[CASES[1]].mean_cost_usd) > float(solved[CASES[2]].mean_cost_usd)


def test_the_table_is_the_solver_where_all_households_are_read(data, bank, table):
    """Node 0, reset, 50 USD a mpg: a row of market/standard solved again."""
    tastes, delta, cost = banks.stored([0])
    at = inversion.node(jax.tree.map(lambda leaf: leaf[0], tastes), data, jnp.asarray(delta[0]), contraction=0, newton=0)
    found = eqx.filter_jit(comply.solve)(at, jnp.asarray(cost[0]), data, comply.standard(data), jnp.asarray(RESET), jnp.asarray(50.0))
    np.testing.assert_allclose(
        np.asarray(lost_under(table, 0, RESET, 50.0)), np.asarray(found.lost), rtol=1e-6, atol=1e-6 * abs(np.asarray(found.lost)).max()
    )


def test_more_value_and_a_higher_standard_save_more_fuel(table):
    fuel = np.asarray(table.lost)[..., FUEL]
    assert (np.diff(fuel, axis=1) > -1e-6 * fuel.max()).all()
    assert (np.diff(fuel, axis=2) > -1e-6 * fuel.max()).all()
    assert (fuel[:, :, 0] == 0.0).all()


def test_an_unchanged_standard_changes_nothing_bit_for_bit(table, assume):
    a = assume(comply_anyway=0.7)
    np.testing.assert_array_equal(np.asarray(shift(table, 1.0, 0.0, 1.0, 0.0, a)), 0.0)
    nobody = shift(table, RESET, 0.0, 1.0, 0.0, assume(comply_anyway=0.0))
    np.testing.assert_array_equal(np.asarray(nobody), 0.0)
    assert float(shift(table, RESET, 0.0, 1.0, 0.0, a)[FUEL]) < 0.0


def test_a_fine_counts_where_it_exceeds_what_makers_do_anyway(assume):
    a = assume(comply_anyway=0.5, mpg_value_usd=100.0)
    assert float(value_of_mpg(0.0, a)) == 50.0
    assert float(value_of_mpg(170.0, a)) == 170.0


def test_the_change_is_differentiable_between_the_knots(table, assume):
    slope = jax.grad(lambda x: shift(table, RESET, 0.0, 1.0, 0.0, assume(mpg_value_usd=x))[FUEL])
    value, h = 100.0, 1e-3
    ends = [float(shift(table, RESET, 0.0, 1.0, 0.0, assume(mpg_value_usd=value + s * h))[FUEL]) for s in (1, -1)]
    assert float(slope(value)) == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-6)


def test_incumbents_speak_the_language_of_an_entry(bank, assume):
    found = market.incumbents(bank, jnp.asarray([800.0, 300.0, -100.0, -300.0]), RESET, 0.0, 1.0, 0.0, assume())
    assert float(found.gain_usd) > 0.0 > float(found.lost_units.sum())
    assert float(found.lost_gasoline_J_per_m.sum()) < 0.0 < float(found.felt_fuel_usd)


def test_a_newcomer_counts_what_it_is_short_and_gains_nothing_above(table, assume):
    """At the ratings of the choice set: a petrol car of 50 two-cycle mpg against targets of 74, 50 and 40, and a battery car far above."""
    a = assume(comply_anyway=0.5, mpg_value_usd=40.0)
    at_50 = float(table.rated[0, 0]) / 50.0
    found = market.newcomers_charge(
        table,
        jnp.asarray([at_50, at_50, at_50, float(table.rated[0, 1]) / 90.0]),
        jnp.asarray([0.0, 0.0, 0.0, 1.0]),
        jnp.zeros(4),
        jnp.asarray([74.0, 50.0, 40.0, 74.0]),
        0.0,
        a,
    )
    np.testing.assert_allclose(found, [20.0 * 24.0, 0.0, 0.0, 0.0], atol=1e-9)


def test_the_ratings_are_those_at_which_the_models_on_sale_are_rated(table):
    models, rating = bundled.table("market/models"), bundled.table("market/fleets")
    truck = np.asarray([name == "truck" for name in rating["fleet"]], dtype=int)
    ours = np.asarray(table.rated)[truck, models["electric"].to_numpy().astype(int)] / models["consumption_J_per_m"].to_numpy()
    np.testing.assert_allclose(ours, rating["mpg"].to_numpy(), rtol=1e-3)


def test_no_standard_acts_in_a_market_of_the_users_own(assume):
    a = assume(comply_anyway=1.0)
    ones = jnp.ones(4)
    found = market.newcomers_charge(without(banks.COLUMNS), 5e3 * ones, 0.0 * ones, ones, 74.0 * ones, 0.0, a)
    np.testing.assert_array_equal(np.asarray(found), 0.0)


def test_a_charge_is_priced_as_a_cost_and_paid_to_nobody(bank, make, assume):
    """500 dollars counted against a unit move its price and sales as 500 dollars of cost do; only the cost is in the profit."""
    plain = make()
    counted = eqx.tree_at(lambda o: o.standard_usd, plain, 500.0 * jnp.ones(4).at[-1].set(0.0))
    dearer = eqx.tree_at(lambda o: o.landed_cost_usd, plain, plain.landed_cost_usd.at[:-1].add(500.0))
    by_charge, by_cost, before = (market.enter(bank, o, assume(), plain) for o in (counted, dearer, plain))
    np.testing.assert_allclose(by_charge.price_usd, by_cost.price_usd, rtol=1e-12)
    np.testing.assert_allclose(by_charge.units, by_cost.units, rtol=1e-12)
    assert float(by_charge.units[0]) < float(before.units[0])
