import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.study.decide import decide, expected_volume
from roadworthy.study.rivals import MOST, entrants, markup_left, sales_of_all


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


def game(fixed, rho, share=0.5, seed=0):
    rng = np.random.default_rng(seed)
    value, landed = rng.lognormal(10.0, 1.0, (64, 2)), rng.uniform(9e3, 16e3, (64, 2))
    margin = rng.uniform(-500.0, 3_000.0, (64, 2))
    case = value, landed, margin, np.full((64, 2), fixed), np.array([True, True])
    return decide(*case), entrants(*case, np.full(64, rho), np.full(64, share))


@given(st.floats(1e5, 1e9), st.floats(0.0, 0.95), st.integers(0, 1000))
def test_the_first_maker_is_the_one_that_decides_alone(fixed, rho, seed):
    alone, rivals = game(fixed, rho, seed=seed)
    np.testing.assert_array_equal(rivals.makers > 0, alone.enters)
    np.testing.assert_array_equal(rivals.route, alone.route)
    assert rivals.at_least(2) <= rivals.at_least(1) <= rivals.mean
    assert rivals.makers.max() <= MOST


@given(st.floats(1e5, 1e8), st.integers(0, 1000))
def test_the_more_alike_makers_are_the_fewer_follow(fixed, seed):
    _, apart = game(fixed, 0.2, seed=seed)
    _, alike = game(fixed, 0.8, seed=seed)
    assert (alike.makers <= apart.makers).all()


def test_copies_split_their_sales_and_lose_their_markup():
    two, one = np.asarray(2.0), np.asarray(1.0)
    for rho in (0.0, 0.6, 0.999):
        assert markup_left(one, np.asarray(rho)) == pytest.approx(1.0)
        assert sales_of_all(one, np.asarray(rho), np.asarray(0.5)) == pytest.approx(1.0)
    assert markup_left(two, np.asarray(0.6)) == pytest.approx(0.4 / 0.7)
    assert sales_of_all(two, np.asarray(0.0), np.asarray(0.5)) == pytest.approx(2.0)
    assert sales_of_all(two, np.asarray(0.999), np.asarray(0.0)) == pytest.approx(1.0, rel=1e-3)
