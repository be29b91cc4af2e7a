"""Shapley split of a change of deaths."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from roadworthy import fleet
from roadworthy.core import InputError

STATE = arrays(float, (2, 5), elements=st.floats(0.1, 1e3))


@given(STATE, STATE)
def test_parts_sum_to_the_change(miles, rates):
    before, after = (fleet.Side(miles[k], miles[k] * rates[k]) for k in (0, 1))
    change = after.amount.sum() - before.amount.sum()
    split = fleet.decompose(before, after)
    assert split.total == pytest.approx(change, rel=1e-9, abs=1e-9 * before.amount.sum())
    back = fleet.decompose(after, before)
    for part in ("exposure", "composition", "rate"):
        assert getattr(back, part) == pytest.approx(-getattr(split, part), rel=1e-9, abs=1e-9 * before.amount.sum())


def test_pure_changes_fall_on_their_part():
    miles, rate = np.asarray([1.0, 2.0, 3.0]), np.asarray([0.5, 1.0, 2.0])
    base = fleet.Side(miles, miles * rate)
    more = fleet.decompose(base, fleet.Side(2.0 * miles, 2.0 * miles * rate))
    assert more.exposure == pytest.approx(base.amount.sum())
    assert more.composition == pytest.approx(0.0) and more.rate == pytest.approx(0.0)
    safer = fleet.decompose(base, fleet.Side(miles, miles * rate * 0.9))
    assert safer.rate == pytest.approx(-0.1 * base.amount.sum())
    other = fleet.decompose(base, fleet.Side(miles[::-1].copy(), miles[::-1] * rate))
    assert other.exposure == pytest.approx(0.0) and other.rate == pytest.approx(0.0)


def test_a_class_that_arrives_counts_as_composition():
    base = fleet.Side(np.asarray([10.0, 0.0]), np.asarray([1.0, 0.0]))
    after = fleet.Side(np.asarray([5.0, 5.0]), np.asarray([0.5, 2.0]))
    split = fleet.decompose(base, after)
    assert split.composition == pytest.approx(1.5)
    assert split.rate == pytest.approx(0.0)


@given(STATE, STATE, st.floats(-0.9, 5.0))
def test_both_forms_agree(miles, rates, factor):
    """The form for additions is the form for two states, for any addition that leaves miles."""
    base = fleet.Side(miles[0], miles[0] * rates[0])
    added_m = factor * miles[0] * miles[1] / miles[1].max()
    added = added_m * rates[1] / 1e3
    split = fleet.decompose(base, fleet.Side(base.miles_m + added_m, base.amount + added))
    parts = np.asarray(fleet.shares_of_change(*(jnp.asarray(x) for x in (base.miles_m, base.amount, added_m, added))))
    whole = np.asarray([split.exposure, split.composition, split.rate])
    np.testing.assert_allclose(parts, whole, rtol=1e-6, atol=1e-9 * base.amount.sum())
    assert parts.sum() == pytest.approx(added.sum(), rel=1e-9, abs=1e-12 * base.amount.sum())


def test_a_drop_beside_an_ocean_is_still_exact():
    """0.1 deaths beside 38,000: the parts still sum to it to nine digits."""
    base_m, base = jnp.asarray([0.0, 4e15, 7e14]), jnp.asarray([0.0, 3e4, 8e3])
    parts = fleet.shares_of_change(base_m, base, jnp.asarray([1e9, -0.9e9, 0.0]), jnp.asarray([0.11, -0.01, 0.0]))
    assert float(parts.sum()) == pytest.approx(0.1, rel=1e-9)
    nothing = fleet.shares_of_change(base_m, base, jnp.zeros(3), jnp.zeros(3))
    assert np.all(np.asarray(nothing) == 0.0)


def test_batches_and_refusals():
    miles = np.full((4, 3), 2.0)
    assert fleet.decompose(fleet.Side(miles, miles), fleet.Side(2 * miles, miles)).total.shape == (4,)
    with pytest.raises(InputError, match="differ in shape"):
        fleet.decompose(fleet.Side(miles, miles[:, :2]), fleet.Side(miles, miles))
    with pytest.raises(InputError, match="negative miles"):
        fleet.decompose(fleet.Side(miles, miles), fleet.Side(-miles, miles))
