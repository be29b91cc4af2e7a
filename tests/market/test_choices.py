"""A market as arrays: equal to PyBLP on a made-up market, and the laws that every logit market obeys."""

from __future__ import annotations

import json
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from roadworthy.market.choices import Choices, joined, many, settled
from roadworthy.market.decompose import decompose

REFERENCE = json.loads((Path(__file__).parent / "reference" / "pyblp.json").read_text())
PARITY = 1e-10


@pytest.fixture(scope="module")
def market():
    r = REFERENCE
    firms = np.asarray(r["firms"])
    n = len(r["price_slope"])
    return Choices(
        delta=jnp.asarray(r["delta"]),
        taste=jnp.asarray(r["taste"]),
        price_slope=jnp.asarray(r["price_slope"]),
        weights=jnp.full(n, 1.0 / n),
        price=jnp.asarray(r["start"]),
        cost=jnp.asarray(r["cost"]),
        owner=jnp.asarray((firms[:, None] == np.unique(firms)).astype(float)),
        mask=jnp.ones(len(firms)),
    )


@pytest.fixture(scope="module")
def done(market):
    found, residual = settled(market)
    assert float(residual) < 1e-12
    return found


def test_equilibrium_equals_pyblp(done):
    np.testing.assert_allclose(done.price, REFERENCE["prices"], atol=PARITY)
    np.testing.assert_allclose(done.shares(), REFERENCE["shares"], atol=PARITY)
    assert float(done.weights @ done.surplus()) == pytest.approx(REFERENCE["surplus"], rel=PARITY)


def test_elasticities_and_diversion_equal_pyblp(done):
    np.testing.assert_allclose(done.elasticities(), REFERENCE["elasticities"], atol=PARITY)
    np.testing.assert_allclose(done.diversion(), REFERENCE["diversion"], atol=PARITY)
    np.testing.assert_allclose(done.diversion().sum(axis=1), 1.0, atol=1e-12)


def test_a_masked_offer_changes_nothing_and_keeps_its_price(market):
    without = jax.tree.map(lambda v: v, market)
    off = eqx.tree_at(lambda m: m.mask, without, market.mask.at[4].set(0.0))
    solved, residual = settled(off)
    keep = jnp.asarray([0, 1, 2, 3, 5, 6, 7, 8])
    removed = Choices(
        delta=market.delta[keep], taste=market.taste[:, keep], price_slope=market.price_slope, weights=market.weights,
        price=market.price[keep], cost=market.cost[keep], owner=market.owner[keep], mask=market.mask[keep],
    )  # fmt: skip
    direct, _ = removed.settle()
    assert float(residual) < 1e-12
    assert float(solved.price[4]) == float(market.price[4])
    assert float(solved.shares()[4]) == 0.0
    np.testing.assert_allclose(solved.price[keep], direct.price, rtol=1e-11)


def test_a_copy_splits_and_does_not_double_what_its_kind_sells(done):
    one = jax.tree.map(lambda v: v, done)
    copy = Choices(
        delta=one.delta[:1], taste=one.taste[:, :1], price_slope=one.price_slope, weights=one.weights, price=one.price[:1],
        cost=one.cost[:1], owner=jnp.ones((1, 1)), mask=jnp.ones(1),
    )  # fmt: skip
    both = joined(one, copy)
    s = both.shares()
    assert float(s[0]) == pytest.approx(float(s[-1]), rel=1e-12)
    assert float(one.shares()[0]) < float(s[0] + s[-1]) < 2.0 * float(one.shares()[0])
    assert (np.asarray(both.surplus() - one.surplus()) > 0.0).all()  # an offer more, at fixed prices
    assert float(1.0 - s.sum()) < float(1.0 - one.shares().sum())


def test_own_price_lowers_own_share_and_raises_the_others(done):
    slopes = np.asarray(done.share_slopes())
    assert (np.diag(slopes) < 0.0).all()
    assert (slopes - np.diag(np.diag(slopes)) >= 0.0).all()
    assert (np.asarray(done.price - done.cost) > 0.0).all()
    np.testing.assert_allclose(done.costs_behind(), done.cost, rtol=1e-10)


def test_a_batch_equals_its_members(market, done):
    batch = jax.tree.map(lambda v: jnp.stack([v, v]), market)
    batch = eqx.tree_at(lambda m: m.cost, batch, jnp.stack([market.cost, market.cost * 1.1]))
    prices, residual = jax.jit(many)(batch)
    assert float(residual.max()) < 1e-12
    np.testing.assert_allclose(prices[0], done.price, rtol=1e-12)
    assert (np.asarray(prices[1]) > np.asarray(prices[0])).all()


def test_a_change_is_the_sum_of_its_parts(market, done):
    entrant = Choices(
        delta=jnp.asarray([2.0]), taste=market.taste[:, :1], price_slope=market.price_slope, weights=market.weights, price=jnp.asarray([12.0]),
        cost=jnp.asarray([9.0]), owner=jnp.ones((1, 1)), mask=jnp.zeros(1),
    )  # fmt: skip
    before = joined(done, entrant)
    better = eqx.tree_at(lambda m: (m.mask, m.delta), before, (before.mask.at[-1].set(1.0), before.delta.at[2].add(0.5)))
    after, _ = settled(better)
    groups = jnp.stack([jnp.arange(40) < 20, jnp.arange(40) >= 20]).astype(float)
    parts = decompose(before, after, groups)
    whole = groups @ (market.weights * (after.surplus() - before.surplus()))
    np.testing.assert_allclose(parts.price + parts.variety + parts.quality, whole, rtol=1e-10)
    np.testing.assert_allclose(parts.total, whole, rtol=1e-12)
    assert (np.asarray(parts.variety) > 0.0).all() and (np.asarray(parts.quality) > 0.0).all()
    none = decompose(before, before, groups)
    np.testing.assert_array_equal(none.price, 0.0)
    only_price = decompose(before, eqx.tree_at(lambda m: m.price, before, before.price - 1.0), groups)
    np.testing.assert_allclose(only_price.variety, 0.0, atol=1e-13)
    assert (np.asarray(only_price.price) > 0.0).all()
