"""The fleet account: exact sums, conserved miles, one line for rebound, zero for nothing."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from roadworthy import fleet
from roadworthy.core.axes import AGES, CALENDAR_YEARS, CLASSES, SALE_YEARS
from roadworthy.core.units import GASOLINE_J_PER_GALLON, KWH_J
from roadworthy.fleet import cohorts


def leaf(assumed, **values):
    for name, value in values.items():
        assumed = eqx.tree_at(lambda x, n=name: getattr(x, n), assumed, jnp.asarray(float(value)))
    return assumed


def oracle(case):
    """The same account by a plain walk over years, cohorts and classes."""
    a, t, harm = case["a"], case["tables"], case["harm"]
    life = jax.tree.map(np.asarray, fleet.lives(t, a))
    risk = 1.0 + float(a.age_strength) * (np.asarray(t.cohort_risk) - 1.0)
    base = np.asarray(fleet.base_share(a))
    units, lost = np.asarray(case["units"]), np.asarray(case["lost_per_unit"])
    own, partners, outside = (np.asarray(x) for x in (harm.own, harm.partners, harm.outside))
    shares, factor, displaced = (np.asarray(case[k]) for k in ("exposure_share", "miles_factor", "displaced_share"))
    delta = np.asarray(fleet.displacement(1.0 - case["lost_per_unit"].sum(axis=1), a))
    burn, lost_burn = np.asarray(case["consumption_J_per_m"]) * float(a.slot_onroad_factor), np.asarray(case["lost_consumption_J_per_m"])
    electric, lost_wall = np.asarray(case["electric"]), np.asarray(case["lost_electricity_J_per_m"])
    deaths, miles, stock = np.zeros((3, 70)), np.zeros((9, 70)), np.zeros((9, 70))
    petrol, wall = np.zeros(70), np.zeros(70)
    for year in range(CALENDAR_YEARS):
        moved = np.zeros(3)
        for sold in range(min(year + 1, SALE_YEARS)):
            age = year - sold
            if age >= AGES:
                continue
            for e in range(4):
                n = units[e, sold]
                m = n * factor[e] * life.travel_m[e, age]
                stock[e, year] += n * life.survival[e, age]
                miles[e, year] += m
                exposed = m * (risk[sold, age] if e < 3 else 1.0)
                deaths[0, year] += exposed * (shares[e] @ own[e])
                deaths[1, year] += m * (shares[e] @ partners[e])
                deaths[2, year] += m * (shares[e] @ outside[e])
                petrol[year] += m * burn[e] * (1.0 - electric[e])
                wall[year] += m * burn[e] * electric[e]
                moved += delta[e] * m * displaced[e]
                for c in range(4):
                    gone = n * lost[e, c]
                    row = 4 + c
                    stock[row, year] -= gone * life.survival[row, age]
                    miles[row, year] -= gone * life.travel_m[row, age]
                    deaths[0, year] -= gone * life.travel_m[row, age] * risk[sold, age] * (base @ own[row])
                    deaths[1, year] -= gone * life.travel_m[row, age] * (base @ partners[row])
                    deaths[2, year] -= gone * life.travel_m[row, age] * (base @ outside[row])
                    petrol[year] -= gone * life.travel_m[row, age] * lost_burn[e, c]
                    wall[year] -= gone * life.travel_m[row, age] * lost_wall[e, c]
                    moved -= gone * life.travel_m[row, age] * base
        miles[8, year] = -moved.sum()
        deaths[:, year] -= np.stack([own[8], partners[8], outside[8]]) @ moved
        petrol[year] -= moved.sum() * float(t.stock_consumption_J_per_m[year])
    return deaths, miles, stock, petrol / GASOLINE_J_PER_GALLON, wall / KWH_J


@pytest.fixture(scope="module")
def paths(roll, case):
    return roll(**case)


def test_the_matrix_form_is_the_walk_over_years(paths, case):
    deaths, miles, stock, gallons, kwh = oracle(case)
    for got, want in (
        (paths.deaths, deaths),
        (paths.miles_m, miles),
        (paths.stock, stock),
        (paths.gasoline_gallons, gallons),
        (paths.electricity_kwh, kwh),
    ):
        np.testing.assert_allclose(np.asarray(got), want, rtol=1e-10, atol=1e-9 * np.abs(want).max())


def test_unfold_places_each_age_in_its_year():
    weight = jnp.arange(1.0, AGES + 1)
    laid = np.asarray(cohorts.unfold(weight))
    for sold in (0, 7, SALE_YEARS - 1):
        row = np.zeros(CALENDAR_YEARS)
        row[sold : sold + AGES] = np.arange(1.0, AGES + 1)
        assert np.array_equal(laid[sold], row)


@pytest.mark.parametrize("delta", [0.0, 0.4, 1.0])
def test_miles_change_by_exactly_what_delta_leaves(roll, case, delta):
    a = leaf(case["a"], delta=delta)
    paths = roll(**{**case, "a": a})
    kept = 1.0 - np.asarray(fleet.displacement(1.0 - case["lost_per_unit"].sum(axis=1), a))
    want = kept @ np.asarray(paths.miles_m[:4])
    np.testing.assert_allclose(np.asarray(paths.miles_m.sum(axis=0)), want, atol=1e-9 * float(paths.miles_m[:4].sum(axis=0).max()))


def test_total_miles_are_conserved_when_every_buyer_would_have_driven(roll, case):
    lost = case["lost_per_unit"] / case["lost_per_unit"].sum(axis=1, keepdims=True)
    paths = roll(**{**case, "lost_per_unit": lost})
    scale = float(paths.miles_m[:4].sum(axis=0).max())
    assert np.abs(np.asarray(paths.miles_m.sum(axis=0))).max() < 1e-9 * scale


def test_a_barred_car_leaves_fast_miles_to_others(roll, case, harm, tables, assumed):
    """With no shift and delta 1, a kei that may not use fast roads changes no fast mile of the country."""
    a = leaf(assumed, shift=0.0, kei_miles_factor=1.0)
    roads = fleet.exposure(jnp.asarray([1.0, 0.0, 0.0]), a)
    only_fast = eqx.tree_at(lambda h: h.outside, harm, jnp.zeros((9, 3)).at[:, 1:].set(1e-9))
    one = {
        **case,
        "a": a,
        "harm": only_fast,
        "units": jnp.zeros((4, 30)).at[0].set(1000.0),
        "lost_per_unit": jnp.zeros((4, 4)).at[0, 1].set(1.0),
        "exposure_share": jnp.broadcast_to(roads.share, (4, 3)),
        "displaced_share": jnp.broadcast_to(roads.displaced, (4, 3)),
        "miles_factor": jnp.full(4, roads.miles_factor),
    }
    paths = roll(**one)
    assert np.abs(np.asarray(paths.deaths[2])).max() < 1e-9 * float(jnp.abs(paths.deaths_by_class[2]).max())


def test_nothing_sold_is_exactly_nothing_and_has_finite_gradients(roll, case):
    paths = roll(**{**case, "units": jnp.zeros((4, 30))})
    assert all(np.all(np.asarray(x) == 0.0) for x in jax.tree.leaves(paths))

    def total(units, consumption):
        paths = fleet.roll(**{**case, "units": units, "consumption_J_per_m": consumption})
        return sum(jnp.sum(x) for x in jax.tree.leaves(paths))

    slopes = jax.jit(jax.grad(total, argnums=(0, 1)))(jnp.zeros((4, 30)), jnp.zeros(4))
    assert all(np.all(np.isfinite(np.asarray(x))) for x in slopes)


def test_a_reform_and_its_reverse_cancel_and_sales_scale(roll, case, paths):
    back = roll(**{**case, "units": -case["units"]})
    twice = roll(**{**case, "units": 2.0 * case["units"]})
    for forth, away, double in zip(*(jax.tree.leaves(p) for p in (paths, back, twice)), strict=True):
        scale = float(jnp.abs(forth).max()) + 1e-300
        assert float(jnp.abs(forth + away).max()) <= 1e-9 * scale
        assert float(jnp.abs(2.0 * forth - double).max()) <= 1e-9 * scale


def test_own_partners_outside_and_both_sides_sum(paths):
    np.testing.assert_allclose(paths.deaths_by_class.sum(axis=1), paths.deaths, rtol=1e-12)
    np.testing.assert_allclose(paths.deaths_by_road.sum(axis=1), paths.deaths, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(paths.own_by_type.sum(axis=0), paths.deaths[0], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(paths.gallons_by_class.sum(axis=0), paths.gasoline_gallons, rtol=1e-12)
    np.testing.assert_allclose(paths.kwh_by_class.sum(axis=0), paths.electricity_kwh, rtol=1e-12)
    np.testing.assert_allclose(paths.deaths_added + paths.deaths_replaced, paths.deaths, rtol=1e-12, atol=1e-12)
    assert np.all(np.asarray(paths.deaths_added) >= 0.0)


def test_a_copy_of_what_it_replaces_changes_nothing(roll, case, tables, assumed):
    """Same risk, miles and fuel, every buyer from the new cars of one class: all differences vanish."""
    same = fleet.Harm(*(jnp.broadcast_to(jnp.asarray([1e-12, 2e-12, 3e-12]), (9, 3)) for _ in range(3)))
    base = fleet.base_share(assumed)
    paths = roll(
        **{
            **case,
            "a": leaf(assumed, kei_miles_factor=1.0, slot_onroad_factor=1.0),
            "harm": same,
            "units": case["units"].at[2:].set(0.0),
            "lost_per_unit": jnp.zeros((4, 4)).at[:, 1].set(1.0),
            "consumption_J_per_m": jnp.full(4, 3000.0),
            "lost_consumption_J_per_m": jnp.full((4, 4), 3000.0),
            "lost_electricity_J_per_m": jnp.zeros((4, 4)),
            "exposure_share": jnp.broadcast_to(base, (4, 3)),
            "displaced_share": jnp.broadcast_to(base, (4, 3)),
            "miles_factor": jnp.ones(4),
        }
    )
    for name in ("deaths", "gasoline_gallons", "tailpipe_co2_kg", "fuel_retail_usd"):
        assert float(jnp.abs(getattr(paths, name)).max()) < 1e-9 * float(jnp.abs(paths.deaths_added).max() + 1e6), name
    assert float(jnp.abs(paths.rebound.miles_m).max()) == 0.0


def test_stock_identity(paths, case):
    """Vehicles that leave are cohorts times the fall of survival, and never negative for what is sold."""
    units = np.asarray(case["units"])
    entries = np.concatenate([units, np.zeros((4, CALENDAR_YEARS - SALE_YEARS))], axis=1)
    gone = fleet.scrapped(np.asarray(paths.stock[:4]), entries)
    survival = np.asarray(fleet.lives(case["tables"], case["a"]).survival)[:4]
    ending = -np.diff(np.concatenate([survival, np.zeros((4, 1))], axis=1), axis=1)
    want = np.zeros((4, CALENDAR_YEARS))
    for sold in range(SALE_YEARS):
        for age in range(AGES):
            if sold + age + 1 < CALENDAR_YEARS:
                want[:, sold + age + 1] += units[:, sold] * ending[:, age]
    np.testing.assert_allclose(gone, want, atol=1e-9 * np.asarray(paths.stock).max())


def test_rebound_is_a_line_of_its_own(roll, case, paths):
    ten = roll(**{**case, "a": leaf(case["a"], rebound=-0.1)})
    twenty = roll(**{**case, "a": leaf(case["a"], rebound=-0.2)})
    for name in ("deaths", "miles_m", "gasoline_gallons", "electricity_kwh"):
        assert np.array_equal(np.asarray(getattr(ten, name)), np.asarray(getattr(twenty, name))), name
    share = np.asarray(ten.rebound.miles_m[:, 5] / ten.miles_m[:4, 5])
    np.testing.assert_allclose(np.asarray(twenty.rebound.miles_m[:, 5] / ten.miles_m[:4, 5]), (1.0 + share) ** 2 - 1.0, rtol=1e-9)
    assert np.all(np.asarray(ten.rebound.miles_m[2]) == 0.0), "electric cars have none"
    none = roll(**{**case, "a": leaf(case["a"], rebound=0.0)})
    assert all(np.all(np.asarray(x) == 0.0) for x in jax.tree.leaves(none.rebound))


def test_a_masked_slot_changes_nothing(roll, case):
    silent = {**case, "units": case["units"].at[1].set(0.0)}
    first = roll(**silent)
    second = roll(
        **{
            **silent,
            "lost_per_unit": silent["lost_per_unit"].at[1].set(0.0),
            "consumption_J_per_m": silent["consumption_J_per_m"].at[1].set(0.0),
        }
    )
    for x, y in zip(jax.tree.leaves(first), jax.tree.leaves(second), strict=True):
        np.testing.assert_array_equal(np.asarray(x), np.asarray(y))


def test_fuel_arithmetic(paths, tables):
    np.testing.assert_allclose(paths.tailpipe_co2_kg, 8.887 * np.asarray(paths.gasoline_gallons), rtol=1e-12)
    grid = 0.3937 / 0.935
    assert float(tables.grid_co2_kg_per_kwh[0]) == pytest.approx(grid, rel=1e-4)
    want = np.asarray(paths.gasoline_gallons[0]) * 3.053247 + np.asarray(paths.electricity_kwh[0]) * float(
        tables.electricity_usd_per_kwh[0]
    )
    assert float(paths.fuel_retail_usd[0]) == pytest.approx(want, rel=1e-6)


def test_a_dearer_barrel_leaves_the_tax_alone(roll, case, paths):
    dear = roll(**{**case, "a": leaf(case["a"], gasoline_price_factor=1.5)})
    np.testing.assert_array_equal(np.asarray(dear.fuel_tax_usd), np.asarray(paths.fuel_tax_usd))
    assert float(jnp.abs(dear.fuel_retail_usd).sum()) > float(jnp.abs(paths.fuel_retail_usd).sum())


def test_used_imports_live_by_their_own_hazard(case):
    life = fleet.lives(case["tables"], case["a"])
    row = CLASSES.index("used_import")
    assert np.asarray(life.survival[row, :3]) == pytest.approx(np.exp(-0.06 * np.arange(3)))
    np.testing.assert_allclose(life.exposed_m[row], life.travel_m[row])


def test_gradients_against_differences(case, tables, make_kernel):
    """Net deaths and fuel cost in sales, miles of the calibration, partner weight, road share and kei risks."""
    names = (
        "light_vmt",
        "partner_pickup",
        "share_45",
        "shift",
        "rho_single",
        "kei_miles_factor",
        "used_import_hazard",
        "age_strength",
        "rebound",
    )
    kernel = make_kernel((1080.0, 850.0, 1200.0, 850.0, 1250.0, 1600.0, 1900.0, 2350.0))

    def outcome(scale, point):
        a = case["a"]
        for k, name in enumerate(names):
            a = eqx.tree_at(lambda x, n=name: getattr(x, n), a, getattr(a, name) * point[k])
        harm = fleet.harm_per_metre(kernel, jnp.ones(8), jnp.ones(8), tables, a)
        roads = jax.vmap(lambda q: fleet.exposure(q, a))(jnp.asarray([[1.0, 0.3, 0.0]] * 4))
        paths = fleet.roll(
            **{
                **case,
                "a": a,
                "units": case["units"] * scale,
                "harm": harm,
                "exposure_share": roads.share,
                "miles_factor": roads.miles_factor,
                "displaced_share": roads.displaced,
            }
        )
        return jnp.stack([paths.deaths.sum(), paths.fuel_retail_usd.sum() * 1e-7, paths.rebound.deaths.sum()])

    check_grads(jax.jit(outcome), (jnp.asarray(1.0), jnp.ones(len(names))), order=1, modes=["rev"], atol=1e-4, rtol=1e-4, eps=1e-5)


def test_every_headline_splits_exactly(case, paths, harm, tables):
    """Exposure + composition + rate are the year's deaths of each party, gallons and CO2; nothing added splits into exact zeros."""
    split = jax.jit(fleet.change, static_argnums=4)
    for year in (0, 9, 29):
        why = split(paths, harm, tables, case["a"], year)
        np.testing.assert_allclose(why.deaths.sum(axis=-1), paths.deaths[:, year], rtol=1e-9)
        assert float(why.gallons.sum()) == pytest.approx(float(paths.gasoline_gallons[year]), rel=1e-9)
        co2 = float(paths.tailpipe_co2_kg[year] + paths.upstream_co2_kg[year])
        assert float(why.co2_kg.sum()) == pytest.approx(co2, rel=1e-9)
    none = split(jax.tree.map(jnp.zeros_like, paths), harm, tables, case["a"], 9)
    assert all(np.all(np.asarray(part) == 0.0) for part in jax.tree.leaves(none))


def test_later_cohorts_have_their_own_risk(tables):
    """The mean over the fleet of each year is 1, so a profile relative to it may not fall below nor rise above all of the fleet."""
    risk = np.asarray(tables.cohort_risk)
    assert np.array_equal(risk[0], np.asarray(tables.age_shape[0]))
    assert np.all((risk > 0.1) & (risk < 5.0))
    assert np.abs(risk[10] / risk[0] - 1.0).max() > 0.02, "cohorts differ"


def test_felt_own_risk_is_the_own_side_of_the_account(roll, case):
    """Own deaths of a year's sales to their end are extra_own_deaths of what is sold less what is replaced."""
    a = leaf(case["a"], delta=1.0, outside_used=1.0)
    roads = fleet.Exposure(case["exposure_share"], case["miles_factor"], case["displaced_share"])
    extra = fleet.extra_own_deaths(case["harm"], roads, case["tables"], a)
    units = jnp.zeros((4, 30)).at[:, 0].set(jnp.asarray([1e4, 2e4, 3e4, 5e3]))
    paths = roll(**{**case, "a": a, "units": units})
    want = units[:, 0] @ (extra[:4] - case["lost_per_unit"] @ extra[4:])
    assert float(paths.deaths[0].sum()) == pytest.approx(float(want), rel=1e-9)
