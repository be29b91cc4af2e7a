"""The bank: observed shares and elasticities, what one lost unit means, and its cache."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
import pytest

from roadworthy import data as bundled
from roadworthy import market
from roadworthy.core import InputError
from roadworthy.core.axes import INCUMBENT_CLASSES
from roadworthy.market import bank as banks
from roadworthy.market import inversion, moments, pricing
from roadworthy.market.entry import UNITS

from .conftest import NODES  # type: ignore[import-not-found]


@pytest.fixture(scope="module")
def stored():
    return banks.stored(NODES)


@pytest.fixture(scope="module")
def nodes(stored, data):
    """The stored nodes rebuilt with no step of inversion: what the tables say as they are."""
    tastes, delta, _ = stored
    one = jax.jit(lambda t, d: inversion.node(t, data, d, contraction=0, newton=0))
    return [one(jax.tree.map(lambda leaf, b=b: leaf[b], tastes), jnp.asarray(delta[b])) for b in range(len(NODES))]


def test_stored_mean_utilities_reproduce_observed_sales(stored, data):
    tastes, delta, _ = stored
    for b in range(len(NODES)):
        t = jax.tree.map(lambda leaf, b=b: leaf[b], tastes)
        mu = inversion.non_price(t, data, t.fuel_valuation)
        a = market.tastes.money_utility(t, data.people.income_usd, data.constants.income_reference_usd)
        mu = mu - (a * (1 + data.constants.sales_tax_rate))[:, None] * data.offered.price_usd
        sales = market.shares(jnp.asarray(delta[b]), mu, data.people.weights) * inversion.market_size(t, data)
        np.testing.assert_allclose(sales, data.offered.sales, rtol=1e-9)


def test_nodes_hit_their_elasticities(nodes, data):
    rows = bundled.table("market/bank_tastes")
    for b, at in zip(NODES, nodes, strict=True):
        own, whole = inversion.elasticities(at, data)
        assert float(own) == pytest.approx(rows["own_elasticity"][b], rel=1e-5)
        assert float(whole) == pytest.approx(rows["market_elasticity"][b], rel=1e-5)


def test_node_zero_is_the_match_and_the_rest_are_draws_around_it():
    rows = bundled.table("market/bank_tastes")
    matched = bundled.table("market/calibration").filter(pl.col("households_per_buyer") == 2.5)
    assert len(rows) == banks.NODES
    assert rows["households_per_buyer"][0] == 2.5
    for name in ("own_elasticity", "market_elasticity"):
        row = matched.filter(pl.col("id") == name)
        assert rows[name][0] == pytest.approx(row["model"][0], abs=2e-3)
        large = rows.filter(pl.col("households_per_buyer") == 2.5)[name]
        # sd of the draws and sd by the delta method are two ways to the same thing
        assert large.std() == pytest.approx(row["model_sd"][0], rel=0.35)
    assert rows["own_elasticity"].is_between(-9.0, -3.0).all()
    assert rows["market_elasticity"].is_between(-2.5, -0.3).all()
    assert (rows["households_per_buyer"] == 6.0).sum() == 32


def test_most_published_moments_are_matched_and_the_misses_are_in_the_table():
    table = bundled.table("market/calibration").filter(pl.col("used") == "yes")
    missed = set(table.filter(pl.col("matched") == "no")["id"].to_list())
    assert missed <= {"second_choice_suv", "second_choice_log_hp", "price_q4"}
    for row in table.iter_rows(named=True):
        assert (row["matched"] == "yes") == (abs(row["model"] - row["target"]) <= 2.0 * row["target_sd"])
        assert row["nodes_p10"] <= row["nodes_p50"] <= row["nodes_p90"]


def test_the_calibration_table_is_what_the_model_says(stored, nodes, data):
    """Moments of node 0 computed anew, from the stored market."""
    f = moments.frame(data)
    found = np.asarray(jax.jit(lambda at: moments.moments(at, data, f))(nodes[0]))
    table = bundled.table("market/calibration").filter(pl.col("households_per_buyer") == 2.5)
    assert [t.id for t in f.targets] == table["id"].to_list()
    np.testing.assert_allclose(found, table["model"].to_numpy(), atol=3e-3)


def test_stored_costs_are_positive_and_satisfy_the_pricing_conditions(stored, nodes, data):
    _, _, cost = stored
    assert (cost > 0.0).all()
    for b, at in enumerate(nodes):
        s = at.probabilities(data.offered.price_usd)
        left = pricing.first_order(s, data.people.weights, at.price_slope, data.offered.price_usd - cost[b], data.offered.owner)
        assert float(jnp.max(jnp.abs(left / data.offered.sales * at.market_size))) < 1e-8


def test_frozen_prices_would_take_whole_units_and_the_response_moves_them_little(bank):
    inside = 1.0 - jnp.exp(-bank.nodes.log_base)
    lost = bank.nodes.z[:, UNITS].sum(axis=1)
    assert float(jnp.mean(jnp.abs(lost - inside))) < 0.35
    weighted = jnp.mean(lost - inside)
    assert abs(float(weighted)) < 0.2


def test_every_household_values_money(bank):
    assert (np.asarray(bank.nodes.a) > 0.0).all()
    assert np.isfinite(np.asarray(bank.nodes.z)).all()


def test_small_car_bias_differs_by_size_form_and_its_spread_has_a_floor(bank):
    mean, sd = np.asarray(bank.nodes.fit.bias_mean), np.asarray(bank.nodes.fit.bias_sd)
    assert (sd >= 1.3).all()
    assert (mean.max(axis=1) - mean.min(axis=1) > 1.0).all()


def test_cache_round_trip_is_exact(bank):
    again = market.bank_from_arrays(market.bank_arrays(bank))
    assert jax.tree.structure(again) == jax.tree.structure(bank)
    for one, two in zip(jax.tree.leaves(bank), jax.tree.leaves(again), strict=True):
        np.testing.assert_array_equal(one, two)


def test_a_node_beyond_the_bank_is_refused():
    with pytest.raises(InputError, match="0 to 127"):
        market.prepare([128])


def test_choice_set_totals():
    m = bundled.table("market/models")
    assert len(m) == 379
    assert m["sales"].sum() == pytest.approx(12_813_464, abs=1.0)
    assert set(m["group"].unique()) == set(INCUMBENT_CLASSES)
    assert m["power_W"].min() > 0.0
    assert m.filter(m["power_status"] == "assumed").height <= 5


def test_consumers_are_a_weighted_picture_of_households():
    c = bundled.table("market/consumers")
    assert len(c) == 2000
    assert c["weight"].sum() == pytest.approx(1.0)
    assert c["income_usd"].mean() == pytest.approx(94_600, rel=0.03)
    for name in market.tastes.TASTES:
        assert c[f"nu_{name}"].mean() == pytest.approx(0.0, abs=0.01)
        assert c[f"nu_{name}"].std() == pytest.approx(1.0, abs=0.01)
