"""Pricing: closed forms, the analytic Jacobian, costs and prices as inverses of each other, gradients through equilibrium."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from roadworthy.market import demand, pricing

N, J = 40, 7
OWNER = jnp.eye(3)[jnp.asarray([0, 0, 1, 1, 1, 2, 2])]
solve = eqx.filter_jit(pricing.equilibrium)


@pytest.fixture(scope="module")
def market():
    rng = np.random.default_rng(1)
    weights = rng.uniform(0.5, 1.5, N)
    return {
        "delta": jnp.asarray(rng.normal(1.0, 0.8, J)),
        "taste": jnp.asarray(rng.normal(0.0, 0.8, (N, J))),
        "weights": jnp.asarray(weights / weights.sum()),
        "price_slope": jnp.asarray(-rng.lognormal(-1.5, 0.4, N)),
        "cost": jnp.asarray(rng.uniform(10.0, 25.0, J)),
        "owner": OWNER,
    }


def prices(m, **given):
    m = m | given
    start = m["cost"] + 5.0
    return solve(*(m[k] for k in ("delta", "taste", "weights", "price_slope", "cost", "owner")), start)


def test_analytic_jacobian_equals_automatic(market):
    p = market["cost"] + 6.0

    def conditions(prices):
        s = demand.probabilities(market["delta"], market["taste"] + market["price_slope"][:, None] * prices)
        return pricing.first_order(s, market["weights"], market["price_slope"], prices - market["cost"], OWNER)

    s = demand.probabilities(market["delta"], market["taste"] + market["price_slope"][:, None] * p)
    analytic = pricing.first_order_jacobian(s, market["weights"], market["price_slope"], p - market["cost"], OWNER)
    np.testing.assert_allclose(analytic, jax.jacfwd(conditions)(p), atol=1e-14)


def test_plain_logit_markup_has_its_closed_form():
    a, owner = 0.3, jnp.eye(2)[jnp.asarray([0, 0, 1])]
    w, slope, cost, delta = jnp.ones(1), -a * jnp.ones(1), jnp.asarray([8.0, 9.0, 10.0]), jnp.asarray([4.0, 3.5, 3.0])
    p, residual = solve(delta, jnp.zeros((1, 3)), w, slope, cost, owner, cost + 3.0)
    s = demand.shares(delta, slope[:, None] * p, w)
    maker = owner.T @ s
    assert float(residual) < 1e-10
    np.testing.assert_allclose(p - cost, owner @ (1.0 / (a * (1.0 - maker))), rtol=1e-10)


def test_costs_recovered_from_equilibrium_prices_are_the_costs(market):
    p, residual = prices(market)
    s = demand.probabilities(market["delta"], market["taste"] + market["price_slope"][:, None] * p)
    found = p - pricing.recovered_margins(s, market["weights"], market["price_slope"], OWNER)
    assert float(residual) < 1e-9
    np.testing.assert_allclose(found, market["cost"], rtol=1e-9)


def test_start_does_not_choose_the_equilibrium(market):
    m = market
    args = [m[k] for k in ("delta", "taste", "weights", "price_slope", "cost", "owner")]
    np.testing.assert_allclose(solve(*args, m["cost"])[0], solve(*args, m["cost"] + 15.0)[0], rtol=1e-10)


def test_a_batch_of_near_and_far_starts_settles_as_one_by_one(market):
    """Steps end by the size of the gap, so rows of a batch stop after different numbers of them."""
    m = market
    alone, _ = prices(m)
    starts = jnp.stack([alone, alone * 1.01, m["cost"], m["cost"] + 40.0])
    args = [m[k] for k in ("delta", "taste", "weights", "price_slope", "cost", "owner")]
    found, residual = jax.vmap(lambda start: pricing.equilibrium(*args, start))(starts)
    assert float(residual.max()) < 1e-11
    np.testing.assert_allclose(found, jnp.broadcast_to(alone, found.shape), rtol=1e-11)


def test_frozen_prices_stay(market):
    frozen = jnp.asarray([1.0, 0, 0, 1.0, 0, 0, 0])
    start = market["cost"] + 5.0
    m = market
    p, residual = solve(m["delta"], m["taste"], m["weights"], m["price_slope"], m["cost"], OWNER, start, frozen=frozen)
    np.testing.assert_array_equal(p[frozen == 1.0], start[frozen == 1.0])
    assert float(residual) < 1e-9


def test_merging_makers_never_lowers_prices_in_plain_logit():
    a = 0.25
    w, slope, cost, delta = jnp.ones(1), -a * jnp.ones(1), jnp.asarray([8.0, 9.0, 10.0]), jnp.asarray([4.0, 3.5, 3.0])
    apart = solve(delta, jnp.zeros((1, 3)), w, slope, cost, jnp.eye(3), cost + 4.0)[0]
    merged = solve(delta, jnp.zeros((1, 3)), w, slope, cost, jnp.eye(2)[jnp.asarray([0, 0, 1])], cost + 4.0)[0]
    assert (np.asarray(merged - apart) >= -1e-10).all()


def test_money_scaling_changes_no_share(market):
    k = 2.0
    p, _ = prices(market)
    q, _ = prices(market, cost=market["cost"] * k, price_slope=market["price_slope"] / k)
    np.testing.assert_allclose(q, k * p, rtol=1e-9)


@pytest.mark.parametrize("name", ["cost", "delta", "price_slope"])
def test_gradients_through_equilibrium_equal_finite_differences(market, name):
    def value(step):
        p, _ = prices(market, **{name: market[name] * (1.0 + step)})
        slope = market["price_slope"] * ((1.0 + step) if name == "price_slope" else 1.0)
        delta = market["delta"] * ((1.0 + step) if name == "delta" else 1.0)
        mu = market["taste"] + slope[:, None] * p
        return jnp.sum(p) + 10.0 * demand.surplus(delta, mu, market["weights"], -slope)

    h = 1e-5
    assert float(jax.grad(value)(0.0)) == pytest.approx(float(value(h) - value(-h)) / (2 * h), rel=1e-5)
