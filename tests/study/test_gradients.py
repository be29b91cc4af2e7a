"""Net benefit can be differentiated with respect to every continuous assumption; tastes through the exact engine."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from roadworthy.market import load as load_market
from roadworthy.study.assumed import leaves
from roadworthy.study.chain import evaluate

CHECKED = (
    "cost.content_usd", "cost.jpy_per_usd", "cost.freight_usd", "crash.k", "crash.kappa_per_s", "crash.closing_scale_mps",
    "energy.log_residual", "fleet.rho_single", "fleet.light_vmt", "fleet.delta", "market.risk_valuation", "market.fuel_valuation",
    "market.xi_z", "market.markup_share", "account.vsl_usd", "account.vsl_growth",
)  # fmt: skip
TASTES = ("price_coefficient", "income_exponent", "outside_sd", "power_mean")


def at(path):
    room, name = path.split(".", 1)
    return lambda a: getattr(getattr(a, room), name)


@pytest.fixture(scope="module")
def net(solve, prepared, world):
    """Net of the reform by the import route; today's law is what it is measured against."""
    policy = prepared.policies["kei-urban"]
    return lambda a: solve(policy, world, a).net_usd[0, 0] - solve(world.base, world, a).net_usd[0, 0]


@pytest.fixture(scope="module")
def slope_of():
    """Gradient of the net of any policy, compiled once."""
    return eqx.filter_jit(eqx.filter_grad(lambda a, policy, world: evaluate(policy, world, a).net_usd[0, 0]))


def moved(a, where, step):
    return eqx.tree_at(where, a, where(a) + step)


def central_difference(f, a, where, relative=1e-4):
    step = relative * max(abs(float(where(a))), 1e-2)
    return (float(f(moved(a, where, step))) - float(f(moved(a, where, -step)))) / (2 * step)


@pytest.fixture(scope="module")
def slope(slope_of, prepared, world, middle):
    one, other = slope_of(middle, prepared.policies["kei-urban"], world), slope_of(middle, world.base, world)
    return jax.tree.map(lambda x, y: x - y, one, other)


def test_every_continuous_assumption_has_a_finite_gradient(slope):
    found = {path: float(at(path)(slope)) for path, leaf in leaves().items() if leaf.kind == "float"}
    assert len(found) > 80
    assert not [path for path, value in found.items() if not np.isfinite(value)]


@pytest.mark.parametrize("path", CHECKED)
def test_gradient_agrees_with_finite_differences(net, middle, slope, path):
    assert float(at(path)(slope)) == pytest.approx(central_difference(net, middle, at(path)), rel=2e-3, abs=1e-3)


def test_gradients_stay_finite_where_nothing_sells(slope_of, prepared, world, middle):
    policy = prepared.policies["kei-urban"]
    nobody = eqx.tree_at(lambda p: p.state_access, policy, policy.state_access.at[:3].set(0.0))
    assert all(np.isfinite(np.asarray(leaf)).all() for leaf in jax.tree.leaves(slope_of(middle, nobody, world)))


def test_thin_engine_has_no_taste_gradients(slope):
    assert all(float(jnp.abs(leaf).max()) == 0.0 for leaf in jax.tree.leaves(slope.market.tastes))


@pytest.mark.slow
def test_taste_gradients_through_the_exact_engine(prepared, world, middle):
    """On a market of fewer households: what is tested is the derivative, not the forecast."""
    policy = prepared.policies["kei-urban"]
    smaller = eqx.tree_at(lambda w: w.market, world, load_market(consumers=250))
    exact = eqx.filter_jit(lambda a: evaluate(policy, smaller, a, market="exact").net_usd[0, 0] / 1e6)
    found = eqx.filter_jit(eqx.filter_grad(exact))(middle).market.tastes
    for name in TASTES:
        where = lambda a, name=name: getattr(a.market.tastes, name)  # noqa: E731
        assert float(getattr(found, name)) == pytest.approx(central_difference(exact, middle, where, 1e-3), rel=2e-2, abs=1e-6), name
