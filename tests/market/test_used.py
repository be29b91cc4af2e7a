"""A lower age limit adds younger imports to the old ones; it takes none away."""

from __future__ import annotations

import jax
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.market.assumptions import MarketAssumptions
from roadworthy.market.used import vintages

A = MarketAssumptions()
TAX = 0.06


def money(found):
    return float(found.landed_usd * (1 + TAX) + A.used_age_taste_usd_per_yr * found.age_yr)


def test_nothing_younger_is_exactly_as_recorded():
    found = vintages(9_750.0, 750.0, 25.0, 9_750.0, 750.0, 25.0, TAX, A)
    assert (float(found.landed_usd), float(found.duty_usd), float(found.age_yr), float(found.young_share)) == (9_750.0, 750.0, 25.0, 0.0)


@given(st.floats(5_000, 30_000), st.floats(1, 24.9))
def test_choice_never_hurts(young_usd, age):
    before = 9_750.0 * (1 + TAX) + A.used_age_taste_usd_per_yr * 25.0
    found = vintages(9_750.0, 750.0, 25.0, young_usd, 100.0, age, TAX, A)
    assert money(found) <= before + 1e-9
    assert 0.0 <= float(found.young_share) <= 1.0
    assert min(9_750.0, young_usd) - 1e-9 <= float(found.landed_usd) <= max(9_750.0, young_usd) + 1e-9


def test_equal_vintages_are_shared_and_worth_ln_two():
    even = (9_750.0 * (1 + TAX) + A.used_age_taste_usd_per_yr * 10.0) / (1 + TAX)
    found = vintages(9_750.0, 0.0, 25.0, even, 0.0, 15.0, TAX, A)
    assert float(found.young_share) == pytest.approx(0.5)
    gain = 9_750.0 * (1 + TAX) + A.used_age_taste_usd_per_yr * 25.0 - money(found)
    assert gain == pytest.approx(A.used_vintage_spread_usd * 0.693147, rel=1e-4)


def test_gradient_is_finite_at_the_edge():
    slope = jax.grad(lambda age: vintages(9_750.0, 750.0, 25.0, 9_750.0, 750.0, age, TAX, A).landed_usd)
    assert float(slope(25.0)) == 0.0
