"""Who buys, what they leave, and the price that beats a rival."""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from roadworthy.market import bank as banks
from roadworthy.market.buyers import beats, buyers, household_groups, model_name, rival_rows, scene
from roadworthy.market.gains import gains

from .conftest import NODES  # type: ignore[import-not-found]


@pytest.fixture(scope="module")
def case(data, bank, make, assume):
    delta = jnp.asarray(banks.stored(NODES)[1][0])
    one = make(mask=(1.0, 0.0, 0.0, 0.0))
    return data, bank.at(0), delta, one, one, assume()


def test_every_household_is_in_one_group(data):
    for group in household_groups(data):
        np.testing.assert_array_equal(np.asarray(group).sum(axis=0), 1.0)


def test_buyers_come_from_models_and_from_outside(case):
    found = buyers(*case)
    assert float(found.units) > 0.0
    assert 0.0 < float(found.model.sum()) < 1.0
    assert (np.asarray(found.model) >= 0.0).all()
    np.testing.assert_allclose([float(found.region.sum()), float(found.vehicles.sum())], 1.0, rtol=1e-12)


def test_units_agree_with_the_entry(case, enter, bank):
    _, _, _, offers, recorded, a = case
    assert float(buyers(*case).units) == pytest.approx(float(enter(bank, offers, a, recorded).units[0]), rel=1e-9)


def test_at_the_price_that_beats_it_half_of_the_rivals_buyers_change(case):
    data = case[0]
    rows = jnp.asarray(rival_rows(np.asarray(buyers(*case).model)[None]))
    price = np.asarray(beats(*case, rows))
    at = eqx.filter_jit(scene)(*case)
    for n, j in enumerate(np.asarray(rows)):
        held = np.asarray(data.people.weights * at.choice[:, j])
        gain = np.asarray(at.new - at.alpha * price[n] - at.utility[:, j])
        assert (held / (1.0 + np.exp(-gain))).sum() / held.sum() == pytest.approx(0.5, abs=1e-6), model_name(int(j))


def test_a_better_car_beats_at_a_higher_price(case, assume):
    rows = jnp.asarray([0, 5])
    better = (*case[:5], assume(xi_z=1.0))
    assert (np.asarray(beats(*better, rows)) > np.asarray(beats(*case, rows))).all()


def test_gains_split_over_income_and_parts_agree_with_the_thin_engine(case, enter, bank):
    data, market, delta, one, recorded, a = case
    plain = eqx.tree_at(lambda o: (o.asked_usd, o.risk_usd, o.class_risk_usd), one, (15e3 * one.mask, 0.0 * one.mask, jnp.zeros(4)))
    thin = enter(bank, plain, a, recorded)
    found = gains(data, market, delta, plain, recorded, a, jnp.asarray(banks.stored(NODES)[2][0]))
    np.testing.assert_allclose(found.price + found.variety + found.quality, found.total, rtol=1e-9)
    np.testing.assert_array_equal(found.quality, 0.0)
    np.testing.assert_allclose(found.variety, thin.surplus_usd[0], rtol=0.02)
    assert float(found.price.sum()) == pytest.approx(float(thin.rival_price_gain_usd.sum()), rel=0.05)
