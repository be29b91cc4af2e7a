"""The account: lines sum to the net, each harm once, transfers to zero."""

import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from roadworthy import account, fleet


@pytest.fixture(scope="module")
def full(appraise, paths, dollars, values, assumed):
    return appraise(paths, dollars, values, assumed)


def money(dollars, factor):
    """All market dollars times a factor; shares stay."""
    flows = {f.name: getattr(dollars, f.name) * factor for f in dataclasses.fields(dollars) if not f.name.endswith(("share", "group"))}
    return dataclasses.replace(dollars, **flows)


def test_lines_sum_to_net_and_world(full):
    np.testing.assert_allclose(full.lines.sum(axis=1), full.net, rtol=1e-12)
    np.testing.assert_allclose(full.net + full.abroad, full.world, rtol=1e-12)
    assert full.lines.shape == (2, len(account.LINES))


def test_net_is_what_the_chain_says(full, line, dollars, values):
    """Surplus + profits + government - harms + felt, put together again from the market side."""
    row = np.asarray(full.lines[0])
    when = np.asarray(account.discount(values.rates, 30))[0]
    home = float(dollars.entrant_home_share)
    makers = home * (dollars.entrant_profit - dollars.fixed_cost) + dollars.incumbents_profit_us
    assert row[line("makers")] == pytest.approx(float(makers @ when))
    assert row[line("felt_by_buyers")] == pytest.approx(float(dollars.felt_risk @ when))
    assert row[line("fuel_already_counted")] == pytest.approx(-float(dollars.felt_fuel @ when))


def test_transfers_sum_to_zero(full):
    np.testing.assert_allclose(full.who_pays.sum(axis=-1), 0.0, atol=1e-6)
    assert full.who_pays.shape == (2, len(account.TRANSFERS), len(account.PAYERS))


def test_home_and_abroad_are_the_world_whatever_the_share(appraise, paths, dollars, values, assumed, full):
    for share in (0.0, 1.0):
        other = appraise(paths, dataclasses.replace(dollars, entrant_home_share=jnp.asarray(share)), values, assumed)
        np.testing.assert_allclose(other.world, full.world, rtol=1e-9)


def test_groups_share_the_buyers_line(full, line):
    np.testing.assert_allclose(full.by_group.sum(axis=-1), full.lines[:, line("buyers")], rtol=1e-12)


def test_base_against_itself_is_zero_with_finite_gradients(appraise, nothing, dollars, values, assumed):
    empty = money(dollars, 0.0)
    zero = appraise(nothing, empty, values, assumed)
    assert all(np.all(np.asarray(x) == 0.0) for x in jax.tree.leaves(zero))
    slopes = jax.jit(jax.grad(lambda p, d: account.appraise(p, d, values, assumed).net.sum(), argnums=(0, 1)))(nothing, empty)
    assert all(np.all(np.isfinite(np.asarray(x))) for x in jax.tree.leaves(slopes))


def test_reform_and_reverse(appraise, paths, dollars, values, assumed, full):
    back = appraise(jax.tree.map(jnp.negative, paths), money(dollars, -1.0), values, assumed)
    np.testing.assert_allclose(back.lines, -full.lines, rtol=1e-12)


def test_what_buyers_felt_is_counted_once(appraise, paths, dollars, values, assumed, full):
    """More risk felt leaves surplus and comes back; more fuel felt enters surplus and is taken out: net does not move."""
    felt = jnp.linspace(1e6, 2e7, 30)
    risk = dataclasses.replace(dollars, surplus=dollars.surplus - felt, felt_risk=dollars.felt_risk + felt)
    fuel = dataclasses.replace(dollars, surplus=dollars.surplus + felt, felt_fuel=dollars.felt_fuel + felt)
    for case in (risk, fuel):
        np.testing.assert_allclose(appraise(paths, case, values, assumed).net, full.net, rtol=1e-9)


def test_all_money_times_a_factor_scales_every_line(appraise, roll, fleet_inputs, dollars, values, assumed, full, leaf):
    factor = 3.0
    dear = leaf(
        fleet_inputs["tables"],
        **{
            name: getattr(fleet_inputs["tables"], name) * factor
            for name in (
                "gasoline_pretax_usd_per_gallon",
                "gasoline_tax_usd_per_gallon",
                "electricity_usd_per_kwh",
                "electricity_tax_usd_per_kwh",
            )
        },
    )
    unit = leaf(values, **{f.name: getattr(values, f.name) * factor for f in dataclasses.fields(values) if "usd" in f.name})
    paths = roll(**{**fleet_inputs, "tables": dear})
    scaled = appraise(paths, money(dollars, factor), unit, leaf(assumed, vsl_usd=factor * assumed.vsl_usd))
    np.testing.assert_allclose(scaled.lines, factor * np.asarray(full.lines), rtol=1e-9)


def test_present_value_by_cohort_is_present_value_by_year(appraise, roll, fleet_inputs, dollars, values, assumed, full, nothing, line):
    """Each sale year appraised alone to the death of its cars: together the account of all years."""
    empty = money(dollars, 0.0)
    lines = np.zeros_like(np.asarray(full.lines))
    for year in range(30):
        alone = jnp.zeros((4, 30)).at[:, year].set(fleet_inputs["units"][:, year])
        lines += np.asarray(appraise(roll(**{**fleet_inputs, "units": alone}), empty, values, assumed).lines)
    together = np.asarray(appraise(roll(**fleet_inputs), empty, values, assumed).lines)
    np.testing.assert_allclose(lines, together, rtol=1e-9, atol=1e-9 * np.abs(together).max())


def test_harms_run_out_to_the_last_car(appraise, roll, fleet_inputs, dollars, values, assumed, line):
    """Cutting at year 30 would drop most of the harm and fuel of cars sold last."""
    late = roll(**{**fleet_inputs, "units": jnp.zeros((4, 30)).at[:, -1].set(1e4)})
    cut = jax.tree.map(lambda x: x.at[..., 30:].set(0.0), late)
    whole, part = (np.asarray(appraise(p, dollars, values, assumed).lines) for p in (late, cut))
    for name in ("partner_deaths", "fuel"):
        assert np.all(np.abs(part[:, line(name)]) < 0.25 * np.abs(whole[:, line(name)]))


def test_deaths_are_valued_at_the_life_of_their_year(appraise, nothing, dollars, values, assumed, line):
    one = eqx.tree_at(lambda p: p.deaths, nothing, nothing.deaths.at[1, 10].set(2.0))
    lines = appraise(one, money(dollars, 0.0), values, assumed).lines
    assert float(lines[1, line("partner_deaths")]) == pytest.approx(-2.0 * 12.5e6 * 1.0077**15 / 1.07**10.5)
    assert float(lines[1, line("own_deaths")]) == 0.0


def test_carbon_is_discounted_at_its_own_rate(appraise, nothing, dollars, values, assumed, line, leaf):
    tonne = eqx.tree_at(lambda p: p.tailpipe_co2_kg, nothing, nothing.tailpipe_co2_kg.at[3].set(1e3))
    for name, rate in (("none", 0.0), ("interagency_3", 0.03), ("epa_2", 0.02)):
        stream = account.SCGHG.index(name)
        lines = np.asarray(appraise(tonne, money(dollars, 0.0), values, leaf(assumed, scghg_choice=stream)).lines)
        want = -1e3 * float(values.scghg_usd_per_kg[stream, 3]) * (1.0 + rate) ** -3.5
        assert lines[:, line("co2")] == pytest.approx([want, want])


def test_injuries_follow_deaths_and_those_of_rebound_miles(appraise, paths, dollars, values, assumed, full, line, leaf):
    lives = [line(name) for name in ("own_deaths", "partner_deaths", "outside_deaths")]
    none = appraise(paths, dollars, values, leaf(assumed, injury_multiple=0.0))
    assert np.all(np.asarray(none.lines[:, line("injuries")]) == 0.0)
    np.testing.assert_allclose(full.net - none.net, full.lines[:, line("injuries")], rtol=1e-9)
    still = eqx.tree_at(lambda p: p.rebound.deaths, paths, jnp.zeros_like(paths.rebound.deaths))
    alone = appraise(still, dollars, values, leaf(assumed, injury_multiple=0.5)).lines
    np.testing.assert_allclose(alone[:, line("injuries")], 0.5 * np.asarray(full.lines)[:, lives].sum(axis=1), rtol=1e-12)
    rebound = 0.5 * (np.asarray(appraise(paths, dollars, values, leaf(assumed, injury_multiple=0.5)).lines) - alone)[:, line("injuries")]
    deaths = np.asarray(full.lines - appraise(still, dollars, values, assumed).lines)[:, line("rebound")]
    np.testing.assert_allclose(rebound, 0.25 * deaths, rtol=1e-9)


def test_electric_slots_have_no_exhaust(appraise, paths, dollars, values, assumed, line):
    default = appraise(paths, dollars, values, assumed).lines[:, line("air")]
    marked = appraise(paths, dollars, values, assumed, jnp.asarray([0.0, 0.0, 1.0, 0.0])).lines[:, line("air")]
    burning = appraise(paths, dollars, values, assumed, jnp.zeros(4)).lines[:, line("air")]
    np.testing.assert_array_equal(np.asarray(default), np.asarray(marked))
    assert np.all(np.asarray(burning) < np.asarray(default))


def test_air_lies_between_the_two_studies(appraise, paths, dollars, values, assumed, line, leaf):
    air = [float(appraise(paths, dollars, values, leaf(assumed, air_high=w)).lines[0, line("air")]) for w in (0.0, 0.5, 1.0)]
    assert air[1] == pytest.approx(0.5 * (air[0] + air[2]))


def test_rebound_counts_harm_to_others_and_not_the_drivers_own(appraise, paths, dollars, values, assumed, line, nothing):
    riskier = eqx.tree_at(lambda p: p.rebound.deaths, paths, paths.rebound.deaths.at[0].multiply(10.0))
    first, second = (appraise(p, dollars, values, assumed).lines[:, line("rebound")] for p in (paths, riskier))
    np.testing.assert_array_equal(np.asarray(first), np.asarray(second))
    assert np.all(np.asarray(first) < 0.0)


def test_home_share_by_route(assumed):
    assert float(account.home_share(0, assumed)) == 0.0
    assert float(account.home_share(1, assumed)) == 0.5


def test_gradients_against_differences(paths, dollars, values, assumed, fleet_inputs):
    names = ("vsl_usd", "vsl_growth", "air_high", "congestion_factor")

    def net(point, units, rates):
        a = assumed
        for k, name in enumerate(names):
            a = eqx.tree_at(lambda x, n=name: getattr(x, n), a, getattr(a, name) * point[k])
        v = eqx.tree_at(lambda x: x.rates, values, rates)
        rolled = fleet.roll(**{**fleet_inputs, "units": fleet_inputs["units"] * units})
        return account.appraise(rolled, dollars, v, a).net * 1e-10

    check_grads(
        jax.jit(net), (jnp.ones(len(names)), jnp.asarray(1.0), values.rates), order=1, modes=["rev"], atol=1e-4, rtol=1e-4, eps=1e-6
    )


def test_carbon_under_every_stream_is_the_line_of_that_switch(appraise, paths, dollars, values, assumed, full, line, leaf):
    for choice in (0, 1, 2, 6):
        other = appraise(paths, dollars, values, leaf(assumed, scghg_choice=choice))
        assert float(other.lines[0, line("co2")]) == pytest.approx(float(full.co2_by_stream[choice]), rel=1e-12)
    assert float(full.co2_by_stream[0]) == 0.0


def test_an_electric_mile_needs_less_service_and_no_pump(appraise, paths, nothing, dollars, values, assumed, line):
    """The same miles by an electric slot: services fall by the difference of OMEGA's two sums, time at the pump becomes charging."""
    driven = eqx.tree_at(lambda p: p.miles_m, nothing, nothing.miles_m.at[0, 0].set(1e9))
    petrol = appraise(driven, dollars, values, assumed, electric=jnp.zeros(4))
    electric = appraise(driven, dollars, values, assumed, electric=jnp.asarray([1.0, 0.0, 0.0, 0.0]))
    saved = float(electric.lines[0, line("maintenance")] - petrol.lines[0, line("maintenance")])
    per_m = float(values.maintenance_usd_per_m[0] - values.maintenance_usd_per_m[1])
    assert saved == pytest.approx(per_m * 1e9 * 1.03**-0.5, rel=1e-9)
    assert float(petrol.lines[0, line("refuelling")]) == 0.0
    assert float(electric.lines[0, line("refuelling")]) < 0.0
