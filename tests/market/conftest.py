"""Markets shared by the tests of this room: the bundled one on three nodes, and a small exact one of 250 households."""

from __future__ import annotations

from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
import pytest

from roadworthy import market
from roadworthy.market import bank as banks
from roadworthy.market import inversion

NODES = (0, 2, 15)
"""Central; a small market (households / 6); the largest spread of the taste for having a car among the first."""


@pytest.fixture(scope="session")
def data() -> market.MarketData:
    return market.load()


@pytest.fixture(scope="session")
def bank(data):
    return market.prepare(NODES, data)


@pytest.fixture(scope="session")
def small_data():
    return market.load(250)


@pytest.fixture(scope="session")
def small_bank(small_data):
    """One node inverted anew on the small sample, so that thin and exact start from the same market."""
    tastes = jax.tree.map(lambda leaf: leaf[0], banks.stored([0])[0])
    start = jnp.asarray(banks.stored([0])[1][0])

    @eqx.filter_jit
    def build(t, guess):
        at = inversion.node(t, small_data, guess, contraction=20, newton=8)
        one = banks.prepare_node(t, at.delta, inversion.costs(at, small_data), small_data)
        return at.delta, jax.tree.map(lambda leaf: leaf[None], one)

    delta, nodes = build(tastes, start)
    return delta, market.Bank(nodes, small_data.people, small_data.constants)


@pytest.fixture(scope="session")
def make(data) -> Callable[..., market.Offers]:
    """Offers of a plain kei car, kei truck, kei EV and used import; any field may be given anew."""

    def build(**given):
        plain = {
            "mask": (1.0, 0.0, 0.0, 1.0),
            "landed_cost_usd": (12500.0, 11000.0, 18000.0, 9000.0),
            "power_W": (47e3, 47e3, 47e3, 33e3),
            "mass_kg": (960.0, 800.0, 1080.0, 700.0),
            "consumption_J_per_m": (2100.0, 2300.0, 600.0, 2600.0),
            "length_m": (3.395, 3.395, 3.395, 3.3),
            "width_m": (1.475, 1.475, 1.475, 1.4),
            "footprint_m2": (3.25, 2.5, 3.25, 2.4),
            "electric": (0.0, 0.0, 1.0, 0.0),
            "highway_ok": (1.0, 1.0, 1.0, 0.0),
            "pickup": (0.0, 1.0, 0.0, 1.0),
            "age_yr": (0.0, 0.0, 0.0, 25.0),
            "risk_usd": (1500.0, 1800.0, 1500.0, 2500.0),
            "class_risk_usd": (800.0, 300.0, -100.0, -300.0),
            "dealer_share": 0.1,
        }
        values = {name: jnp.asarray(value, dtype=float) for name, value in (plain | given).items()}
        return market.offers(data.constants, **values)

    return build


@pytest.fixture(scope="session")
def assume() -> Callable[..., market.MarketAssumptions]:
    """Central assumptions with some leaves given; every leaf an array, so that nothing recompiles."""

    def build(**given):
        a = market.MarketAssumptions(**given)
        whole = ("node", "form", "novelty_kind")
        return market.MarketAssumptions(
            **{
                name: getattr(a, name) if name == "tastes" else jnp.asarray(getattr(a, name), dtype=int if name in whole else float)
                for name in market.MarketAssumptions.__dataclass_fields__
            }
        )

    return build


@pytest.fixture(scope="session")
def enter():
    return eqx.filter_jit(market.enter)
