"""A lower age limit adds younger imports to the old ones; it takes none away."""

from __future__ import annotations

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.market.assumptions import MarketAssumptions
from roadworthy.market.used import Vintage, vintages

A = MarketAssumptions()
TAX = 0.06


RECORDED = Vintage(9_750.0, 750.0, 25.0)


def money(found):
    return float(found.landed_usd * (1 + TAX) + A.used_age_taste_usd_per_yr * found.age_yr)


def counted(one):
    return one.landed_usd * (1 + TAX) + A.used_age_taste_usd_per_yr * one.age_yr


def admitted(age, slope=200.0, duty_share=0.1):
    """Imports from an age on, each year younger dearer by `slope`."""
    landed = RECORDED.landed_usd + slope * (25.0 - age)
    return Vintage(landed, duty_share * landed, age)


def joined(age, slope=200.0):
    return vintages(RECORDED, admitted(age, slope), admitted(25.0, slope), TAX, A)


@pytest.mark.parametrize("age", [25.0, 25.5, 40.0])
def test_nothing_younger_is_exactly_as_recorded(age):
    found = joined(age)
    assert (float(found.landed_usd), float(found.duty_usd), float(found.age_yr), float(found.young_share)) == (9_750.0, 750.0, 25.0, 0.0)


@given(st.floats(-400, 1_200), st.floats(0, 25), st.floats(0, 25))
def test_a_lower_limit_never_costs_a_buyer_anything(slope, one, other):
    low, high = sorted((one, other))
    assert money(joined(low, slope)) <= money(joined(high, slope)) + 1e-6 <= counted(RECORDED) + 2e-6
    assert 0.0 <= float(joined(high, slope).young_share) <= float(joined(low, slope).young_share) + 1e-9 <= 1.0 + 1e-9


@pytest.mark.parametrize("slope", [-150.0, 0.0, 260.0, 1_000.0])
@pytest.mark.parametrize("age", [24.0, 15.0, 3.0])
def test_equal_to_the_sum_over_fine_slices_of_age(age, slope):
    """Against the definition: a logit over many slices of age, each of them so many years wide."""
    slices = 20_000
    at = age + (25.0 - age) * (np.arange(slices) + 0.5) / slices
    cars = [admitted(t, slope) for t in at]
    worth = np.exp((counted(RECORDED) - np.array([counted(c) for c in cars])) / A.used_vintage_spread_usd)
    each = worth * (25.0 - age) / slices / A.used_vintage_years
    found, total = joined(age, slope), 1.0 + each.sum()
    assert float(found.young_share) == pytest.approx(each.sum() / total, rel=1e-6)
    assert money(found) == pytest.approx(counted(RECORDED) - A.used_vintage_spread_usd * np.log(total), abs=1e-2)
    landed = (RECORDED.landed_usd + each @ np.array([c.landed_usd for c in cars])) / total
    assert float(found.landed_usd) == pytest.approx(landed, abs=1e-2)


def test_the_first_day_younger_changes_next_to_nothing():
    assert money(joined(25.0 - 1 / 365)) == pytest.approx(money(joined(25.0)), abs=1.0)


def test_vintages_as_good_as_the_recorded_one_share_by_their_years():
    even = A.used_age_taste_usd_per_yr / (1 + TAX)
    assert float(joined(15.0, even).young_share) == pytest.approx(0.5)
    assert counted(RECORDED) - money(joined(15.0, even)) == pytest.approx(A.used_vintage_spread_usd * np.log(2.0), rel=1e-6)


def test_gradient_against_finite_differences_and_finite_at_the_edge():
    def landed(age):
        return vintages(RECORDED, Vintage(9_750.0 + 200.0 * (25.0 - age), 1_000.0, age), admitted(25.0), TAX, A).landed_usd

    assert float(jax.grad(landed)(25.0)) == 0.0
    assert float(jax.grad(landed)(14.0)) == pytest.approx(float(landed(14.001) - landed(13.999)) / 0.002, rel=1e-5)
