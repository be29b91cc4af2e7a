"""Choice probabilities, inversion and surplus: properties of a mixed logit whatever the numbers."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.market import demand

N, J = 30, 6
seeds = st.integers(0, 10_000)
invert = jax.jit(demand.invert, static_argnames=("contraction", "newton"))


log_inclusive, shares, surplus = (jax.jit(f) for f in (demand.log_inclusive, demand.shares, demand.surplus))


def problem(seed: int):
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0.5, 1.5, N)
    return (
        jnp.asarray(rng.normal(-2.0, 1.0, J)),
        jnp.asarray(rng.normal(0.0, 1.5, (N, J))),
        jnp.asarray(weights / weights.sum()),
        jnp.asarray(-rng.lognormal(-2.0, 0.5, N)),
        jnp.asarray(rng.uniform(5.0, 40.0, J)),
    )


@given(seeds)
def test_shares_and_the_outside_good_sum_to_one(seed):
    delta, mu, w, *_ = problem(seed)
    outside = jnp.sum(w * jnp.exp(-log_inclusive(delta, mu)))
    assert float(shares(delta, mu, w).sum() + outside) == pytest.approx(1.0, abs=1e-12)


@given(seeds, st.integers(0, J - 1))
def test_a_price_rise_loses_buyers_to_every_rival(seed, j):
    delta, mu, w, slope, p = problem(seed)
    before = shares(delta, mu + slope[:, None] * p, w)
    change = np.asarray(shares(delta, mu + slope[:, None] * p.at[j].add(1.0), w) - before)
    assert change[j] < 0.0
    assert (np.delete(change, j) > 0.0).all()


@given(seeds)
def test_one_more_car_never_lowers_surplus_nor_raises_the_outside_share(seed):
    delta, mu, w, slope, _ = problem(seed)
    fewer = surplus(delta[:-1], mu[:, :-1], w, -slope)
    assert surplus(delta, mu, w, -slope) >= fewer
    assert shares(delta, mu, w).sum() >= shares(delta[:-1], mu[:, :-1], w).sum()


@given(seeds)
def test_permuting_offers_permutes_shares(seed):
    delta, mu, w, *_ = problem(seed)
    order = np.random.default_rng(seed).permutation(J)
    np.testing.assert_allclose(shares(delta[order], mu[:, order], w), shares(delta, mu, w)[order], rtol=1e-13)


@given(seeds)
def test_inversion_recovers_mean_utilities(seed):
    delta, mu, w, *_ = problem(seed)
    observed = shares(delta, mu, w)
    np.testing.assert_allclose(invert(observed, mu, w, jnp.zeros(J)), delta, atol=1e-9)


def test_plain_logit_inverts_in_closed_form():
    s = jnp.asarray([0.1, 0.2, 0.3])
    found = invert(s, jnp.zeros((1, 3)), jnp.ones(1), jnp.zeros(3))
    np.testing.assert_allclose(found, jnp.log(s / 0.4), atol=1e-12)


def test_gradient_of_the_inversion_is_that_of_the_implicit_function():
    delta, mu, w, *_ = problem(3)
    observed = shares(delta, mu, w)

    def total(scale):
        return jnp.sum(invert(observed, mu * scale, w, delta) * jnp.arange(1.0, J + 1.0))

    h = 1e-5
    assert float(jax.grad(total)(1.0)) == pytest.approx(float(total(1.0 + h) - total(1.0 - h)) / (2 * h), rel=1e-6)


@jax.jit
def derivatives(delta, mu, w, slope, p):
    def sold(prices):
        return demand.shares(delta, mu + slope[:, None] * prices, w)

    return sold(p), demand.probabilities(delta, mu + slope[:, None] * p), jax.jacfwd(sold)(p)


@given(seeds)
def test_elasticities_and_diversion_are_derivatives_of_shares(seed):
    delta, mu, w, slope, p = problem(seed)

    sold, s, jacobian = derivatives(delta, mu, w, slope, p)
    np.testing.assert_allclose(demand.own_elasticities(s, w, slope, p), jnp.diag(jacobian) * p / sold, rtol=1e-9)
    np.testing.assert_allclose(demand.market_elasticity(s, w, slope, p), (jacobian @ p).sum() / sold.sum(), rtol=1e-9)
    np.testing.assert_allclose(demand.outside_diversion(s, w, slope), jacobian.sum(axis=0) / jnp.diag(jacobian), rtol=1e-9)


def test_extreme_utilities_stay_finite():
    mu = jnp.asarray([[800.0, -900.0], [-700.0, 600.0]])
    s = demand.probabilities(jnp.zeros(2), mu)
    assert np.isfinite(np.asarray(s)).all()
    assert float(s.max()) <= 1.0
