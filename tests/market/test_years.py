"""Years and the business case: published annuity and break-even figures, caps, novelty."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy import market
from roadworthy.core.axes import SALE_YEARS
from roadworthy.market.years import NEVER_UNITS, novelty

ONES = jnp.ones(SALE_YEARS)
LAUNCH = jnp.asarray([10_000.0, 2_000.0, 0.0, 7_594.0])


@pytest.fixture(scope="module")
def a(assume):
    return assume()


@jax.jit
def _case(a, margin, fixed, units):
    sold = jnp.zeros((4, SALE_YEARS)).at[0].set(units)
    price = jnp.asarray([15000.0, 0.0, 0.0, 0.0])
    return market.business(sold, price, price * 0.9 - margin, 0.1, fixed, 0.0, a)


def case(a, margin, fixed, units=1e4):
    return _case(a, jnp.asarray(float(margin)), jnp.asarray(float(fixed)), jnp.asarray(units, dtype=float))


path_of = jax.jit(market.sales_path)


def test_annuity_of_seven_years_at_eight_per_cent():
    assert float(market.annuity(0.08, 7.0)) == pytest.approx(5.2064, abs=5e-5)


@pytest.mark.parametrize(
    ("fixed", "margin", "units"),
    [(300e6, 1500.0, 38_414), (1.5e9, 1000.0, 288_109), (2e6, 500.0, 768), (300e6, 500.0, 115_243), (2e6, 3000.0, 128)],
)
def test_break_even_of_the_design_page(a, fixed, margin, units):
    b = case(a, margin, fixed)
    assert float(b.break_even_units) == pytest.approx(units, abs=1.0)
    assert float(case(a, margin, fixed, units=float(b.break_even_units)).npv_usd) == pytest.approx(0.0, abs=1.0)


@given(st.floats(1e6, 1e9), st.floats(100.0, 4000.0), st.floats(100.0, 2e5))
def test_npv_is_linear_in_the_fixed_cost_and_rises_with_sales(a, fixed, margin, units):
    one, two = case(a, margin, fixed, units), case(a, margin, 2.0 * fixed, units)
    assert float(two.npv_usd - one.npv_usd) == pytest.approx(-fixed, rel=1e-9)
    assert case(a, margin, fixed, 1.1 * units).npv_usd > one.npv_usd


def test_a_margin_of_nothing_never_breaks_even(a):
    for margin in (0.0, -500.0):
        b = case(a, margin, 1e8)
        assert float(b.break_even_units) == NEVER_UNITS
        assert not bool(b.pays_at_some_volume)


def test_no_sales_cost_the_fixed_cost_exactly(a):
    b = case(a, 1500.0, 1e8, units=0.0)
    assert float(b.npv_usd) == -1e8
    slope = jax.grad(lambda u: case(a, 1500.0, 1e8, units=u).npv_usd)(0.0)
    assert np.isfinite(float(slope))


def test_a_plant_at_its_published_price_does_not_close(a):
    per_unit = 7703.0 / float(market.annuity(0.08, 7.0))
    assert per_unit == pytest.approx(1480.0, abs=1.0)


def test_novelty_runs_as_recorded_then_stays_flat(assume):
    years = jnp.arange(8.0)
    np.testing.assert_allclose(novelty(years, assume(novelty_kind=0)), [1, 0.77, 0.36, 0.26, 0.26, 0.26, 0.26, 0.26])
    np.testing.assert_allclose(novelty(years - 2.0, assume(novelty_kind=1))[:5], [0, 0, 1, 1.04, 0.86])
    noisy = novelty(years, assume(novelty_kind=0, novelty_noise=0.1))
    assert float(noisy[0]) == 1.0
    assert float(noisy[5]) == pytest.approx(0.26 * np.exp(0.1))


def test_the_used_import_has_no_lag_and_no_novelty(a):
    path = market.sales_path(LAUNCH, a, ONES * 1.1, 2.0, 1e9, 1e9)
    np.testing.assert_allclose(path[3], 7_594.0 * 1.1)
    assert float(path[:3, :2].sum()) == 0.0


@given(st.floats(0.0, 3e4), st.floats(0.0, 3e4), st.floats(0.0, 6.0))
def test_quota_and_capacity_are_never_exceeded(a, quota, capacity, lag):
    path = path_of(LAUNCH, a, ONES, *(jnp.asarray(x) for x in (lag, quota, capacity)))
    assert (np.asarray(path[:3].sum(axis=0)) <= min(quota, capacity) * (1 + 1e-12) + 1e-9).all()


def test_a_lag_beyond_the_horizon_sells_nothing(a):
    assert float(market.sales_path(LAUNCH, a, ONES, 40.0, 1e9, 1e9)[:3].sum()) == 0.0


def test_makers_share_the_quota(assume):
    one = market.sales_path(LAUNCH, assume(), ONES, 0.0, 5000.0, 1e9)
    two = market.sales_path(LAUNCH, assume(makers=2.0), ONES, 0.0, 5000.0, 1e9)
    assert float(one[:3, 0].sum()) == pytest.approx(5000.0)
    assert float(two[:3, 0].sum()) == pytest.approx(10000.0)


def test_the_rent_of_a_quota_follows_the_years(assume):
    """Twice the quota is wanted at launch; curiosity fades to 0.26, so that from year 3 the quota binds no more."""
    a, quota, rise = assume(novelty_kind=0), 5000.0, 3000.0
    launch = jnp.asarray([5000.0, 0.0, 0.0, 0.0])
    wanted = market.wanted_path(launch, a, ONES, 0.0, 2.0)
    sold = market.sales_path(launch, a, ONES, 0.0, quota, 1e9, 2.0)
    np.testing.assert_allclose(sold[0, :4], [5000.0, 5000.0, 3600.0, 2600.0])
    change = np.asarray(market.rent_change(wanted, quota, rise, 2.0, a))
    np.testing.assert_allclose(change[[0, 2, 3, 29]], [0.0, -rise, -rise, -rise], atol=1e-9)
    assert change[1] == pytest.approx(rise * (np.log(1.54) / np.log(2.0) - 1.0))
    np.testing.assert_array_equal(market.rent_change(wanted, 1e9, 0.0, 1.0, a), 0.0)


def test_a_change_of_price_by_year_is_earned_less_the_dealers_share(a):
    sold = jnp.zeros((4, SALE_YEARS)).at[0].set(1000.0)
    price, cost = jnp.asarray([15000.0, 0.0, 0.0, 0.0]), jnp.asarray([12000.0, 0.0, 0.0, 0.0])
    plain = market.business(sold, price, cost, 0.1, 1e6, 0.0, a)
    same = market.business(sold, price, cost, 0.1, 1e6, 0.0, a, -1000.0 * ONES)
    lower = market.business(sold, price - 1000.0, cost, 0.1, 1e6, 0.0, a)
    assert float(same.npv_usd) == pytest.approx(float(lower.npv_usd), rel=1e-12)
    assert float(same.npv_usd) < float(plain.npv_usd)
