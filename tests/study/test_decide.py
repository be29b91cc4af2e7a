import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.study.decide import decide, expected_volume


def test_expected_volume_recovers_a_log_linear_law():
    landed = np.linspace(9_000.0, 15_000.0, 50)
    value = np.exp(11.0 - 2e-4 * landed)
    assert expected_volume(value, landed) == pytest.approx(value, rel=1e-9)


def test_too_few_draws_say_nothing():
    assert not expected_volume(np.ones(8), np.ones(8)).any()


@given(st.floats(1.0, 1e9), st.integers(0, 10_000))
def test_a_higher_fixed_cost_never_brings_entry(fixed, seed):
    rng = np.random.default_rng(seed)
    value = rng.lognormal(10.0, 1.0, (64, 2))
    landed, margin = rng.uniform(9e3, 16e3, (64, 2)), rng.uniform(-500.0, 3_000.0, (64, 2))
    both = np.array([True, True])
    low = decide(value, landed, margin, np.full((64, 2), fixed), both)
    high = decide(value, landed, margin, np.full((64, 2), 2 * fixed), both)
    assert high.share <= low.share
    assert not (high.enters & ~low.enters).any()
    assert ((low.route >= 0) == low.enters).all()


def test_a_closed_route_is_never_taken():
    value, cost = np.full((32, 2), 1e5), np.full((32, 2), 1e4)
    found = decide(value, cost, np.full((32, 2), 5e3), np.full((32, 2), 1e6), np.array([False, True]))
    assert set(found.route) == {1}
    assert found.share == 1.0
    shut = decide(value, cost, np.full((32, 2), 5e3), np.full((32, 2), 1e6), np.array([False, False]))
    assert shut.share == 0.0


def test_no_foresight():
    """A maker with the same costs enters or stays out whatever demand the draw holds."""
    rng = np.random.default_rng(1)
    value = rng.lognormal(8.0, 2.0, (200, 1))
    found = decide(value, np.full((200, 1), 1e4), np.full((200, 1), 1e3), np.full((200, 1), 1e6), np.array([True]))
    assert found.share in (0.0, 1.0)
