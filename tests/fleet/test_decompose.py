"""Shapley split of a change of deaths."""

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


def test_batches_and_refusals():
    miles = np.full((4, 3), 2.0)
    assert fleet.decompose(fleet.Side(miles, miles), fleet.Side(2 * miles, miles)).total.shape == (4,)
    with pytest.raises(InputError, match="differ in shape"):
        fleet.decompose(fleet.Side(miles, miles[:, :2]), fleet.Side(miles, miles))
    with pytest.raises(InputError, match="negative miles"):
        fleet.decompose(fleet.Side(miles, miles), fleet.Side(-miles, miles))
