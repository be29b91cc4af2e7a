"""Roads and miles under a bar."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy import fleet
from roadworthy.core.units import MPH
from roadworthy.rules.policy import road_access

ACCESS = st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3)


def test_full_access_changes_nothing(assumed):
    free = fleet.exposure(jnp.ones(3), assumed)
    assert np.asarray(free.share) == pytest.approx(np.asarray(fleet.base_share(assumed)))
    assert np.asarray(free.displaced) == pytest.approx(np.asarray(fleet.base_share(assumed)))
    assert float(free.miles_factor) == pytest.approx(1.0)


def test_base_share_sums_to_one(assumed):
    assert float(fleet.base_share(assumed).sum()) == pytest.approx(1.0)
    assert float(fleet.base_share(assumed)[0]) == pytest.approx(0.55)


def test_urban_only_drives_the_design_share(assumed):
    urban = fleet.exposure(jnp.asarray([1.0, 0.0, 0.0]), assumed)
    assert np.asarray(urban.share) == pytest.approx([1.0, 0.0, 0.0])
    assert float(urban.miles_factor) == pytest.approx(0.55 + 0.3 * 0.45)
    assert float(urban.displaced[0]) == pytest.approx(0.55 / (0.55 + 0.3 * 0.45))


def test_no_road_at_all_gives_no_miles_and_finite_gradients(assumed):
    closed = fleet.exposure(jnp.zeros(3), assumed)
    assert float(closed.miles_factor) == 0.0
    assert float(closed.share.sum()) == pytest.approx(1.0)
    slope = jax.jacobian(lambda q: fleet.exposure(q, assumed))(jnp.zeros(3))
    assert all(np.all(np.isfinite(np.asarray(leaf))) for leaf in jax.tree.leaves(slope))


@given(ACCESS, st.integers(0, 2), st.floats(0.0, 1.0))
def test_a_tighter_bar_never_raises_miles(assumed, access, which, cut):
    free = jnp.asarray(access)
    barred = free.at[which].multiply(cut)
    before, after = fleet.exposure(free, assumed), fleet.exposure(barred, assumed)
    assert float(after.miles_factor) <= float(before.miles_factor) + 1e-12
    for roads in (before, after):
        assert float(roads.share.sum()) == pytest.approx(1.0)
        assert float(roads.displaced.sum()) == pytest.approx(1.0)
        assert np.all(np.asarray(roads.share) >= 0.0)


@pytest.mark.parametrize(("mph", "share"), [(0, 0.0), (45, 0.55), (75, 1.0), (90, 1.0)])
def test_miles_on_roads_posted_up_to(assumed, mph, share):
    assert float(fleet.base_share(assumed) @ road_access(mph * MPH)) == pytest.approx(share)


@given(st.floats(0.0, 90.0), st.floats(0.0, 30.0))
def test_a_higher_cap_opens_no_fewer_roads(mph, more):
    assert np.all(np.asarray(road_access((mph + more) * MPH)) >= np.asarray(road_access(mph * MPH)) - 1e-12)


def test_speed_scale_is_lower_on_slow_roads(assumed):
    assert np.asarray(fleet.speed_scale(assumed)) == pytest.approx([0.65, 1.0, 1.0])
