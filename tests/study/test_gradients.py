"""Net benefit can be differentiated with respect to every continuous assumption; tastes through the exact engine."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from roadworthy.market import Lineup
from roadworthy.market import load as load_market
from roadworthy.market.bank import prepare_own
from roadworthy.study.assumed import assemble, leaves
from roadworthy.study.chain import evaluate
from roadworthy.study.run import outcomes

AT_A_KINK = {
    "market.lag_import_yr": "sales begin between two whole years and are shared between them; the central lag is a whole year",
    "market.lag_plant_yr": "the same of the plant",
}
"""Continuous leaves whose central value lies on a kink by construction: held to differences in the draws alone. Choices (kind: index) have no slope."""
TASTES = ("price_coefficient", "income_exponent", "outside_sd", "power_mean")


def at(path):
    room, name = path.split(".", 1)
    return lambda a: getattr(getattr(a, room), name)


@pytest.fixture(scope="module")
def slope_of():
    """Gradient of the net of any policy, compiled once."""
    return eqx.filter_jit(eqx.filter_grad(lambda a, policy, world: evaluate(policy, world, a).net_usd[0, 0]))


STEP, CLOSE, NOISE = 1e-4, 2e-3, 2e-7
"""Of a leaf's size: the step; and the error allowed, of the slope and of the largest effect."""


@pytest.fixture(scope="module")
def slope(slope_of, prepared, world, middle):
    one, other = slope_of(middle, prepared.policies["kei-urban"], world), slope_of(middle, world.base, world)
    return jax.tree.map(lambda x, y: x - y, one, other)


def smooth():
    """Paths of the continuous leaves."""
    return [path for path, leaf in leaves().items() if leaf.kind == "float"]


def test_every_continuous_assumption_has_a_finite_gradient(slope):
    found = {path: float(at(path)(slope)) for path, leaf in leaves().items() if leaf.kind == "float"}
    assert len(found) > 80
    assert not [path for path, value in found.items() if not np.isfinite(value)]


def test_every_gradient_agrees_with_finite_differences(slope_of, prepared, world, middle, few):
    """Net of the reform at the centre and in two draws, all leaves moved up and down in one batch of draws."""
    paths, names = smooth(), list(leaves())
    rows, sizes = [], []
    points = [middle, *few[:2]]
    for a in points:
        here = {path: np.asarray(at(path)(a)) for path in names}
        size = {path: max(abs(float(here[path])), 1e-2) for path in paths}
        sizes.append(size)
        rows += [here | {path: here[path] + sign * STEP * size[path]} for path in paths for sign in (1.0, -1.0)]
    batch = assemble({path: np.array([row[path] for row in rows]) for path in names})
    reform, law = outcomes([prepared.policies["kei-urban"], world.base], world, batch).net_usd[:, :, 0, 0]
    differences = (reform - law).reshape(len(points), len(paths), 2)
    assert len(paths) > 80
    wrong = []
    for a, size, moved in zip(points, sizes, differences, strict=True):
        one, other = (slope_of(a, policy, world) for policy in (prepared.policies["kei-urban"], world.base))
        # effect of a change of each leaf by its own size, so that leaves of all units share one scale
        numeric = (moved[:, 0] - moved[:, 1]) / (2.0 * STEP)
        exact = np.array([float(at(path)(one) - at(path)(other)) * size[path] for path in paths])
        off = np.abs(exact - numeric) > CLOSE * np.abs(numeric) + NOISE * np.abs(numeric).max()
        known = AT_A_KINK if a is middle else {}
        wrong += [(paths[i], exact[i], numeric[i]) for i in np.flatnonzero(off) if paths[i] not in known]
    assert not wrong


def test_what_is_said_to_lie_on_a_kink_does():
    """Whole years; every other leaf is a choice or has its slope checked at the centre too."""
    chosen = {path for path, leaf in leaves().items() if leaf.kind == "index"}
    assert set(leaves()) == set(smooth()) | chosen
    for path in AT_A_KINK:
        assert float(leaves()[path].cited.value) % 1.0 == 0.0, path


def test_gradients_stay_finite_where_nothing_sells(slope_of, prepared, world, middle):
    policy = prepared.policies["kei-urban"]
    nobody = eqx.tree_at(lambda p: p.state_access, policy, policy.state_access.at[:3].set(0.0))
    assert all(np.isfinite(np.asarray(leaf)).all() for leaf in jax.tree.leaves(slope_of(middle, nobody, world)))


def test_thin_engine_has_no_taste_gradients(slope):
    assert all(float(jnp.abs(leaf).max()) == 0.0 for leaf in jax.tree.leaves(slope.market.tastes))


@pytest.fixture(scope="module")
def small(world):
    """A world of 250 households with one taste node, inverted anew, for both engines: what is tested is method, not the forecast."""
    data = load_market(consumers=250)
    bank, utilities = prepare_own(data, 1)
    return eqx.tree_at(lambda w: (w.market, w.bank), world, (data, bank)), jnp.asarray(utilities[0])


@pytest.fixture(scope="module")
def of_exact(prepared, small):
    """The import route by the exact engine."""
    policy, (there, start) = prepared.policies["kei-urban"], small
    return lambda a: evaluate(policy, there, a, market="exact", routes=(0,), start=start)


@pytest.fixture(scope="module")
def exact(of_exact):
    return eqx.filter_jit(of_exact)


@pytest.fixture(scope="module")
def thin(prepared, small):
    return eqx.filter_jit(lambda a: evaluate(prepared.policies["kei-urban"], small[0], a, routes=(0,), lineup=Lineup((0,), capped=False)))


@pytest.fixture(scope="module")
def near(middle):
    """The central point at the valuations that its taste node was prepared with."""
    return eqx.tree_at(
        lambda a: (a.market.fuel_valuation, a.market.risk_valuation), middle, (middle.market.tastes.fuel_valuation, jnp.zeros(()))
    )


@pytest.mark.slow
def test_taste_gradients_through_the_exact_engine(exact, of_exact, middle):
    found = eqx.filter_jit(eqx.filter_grad(lambda a: of_exact(a).net_usd[0, 0] / 1e6))(middle)
    for name in TASTES:
        where = lambda a, name=name: getattr(a.market.tastes, name)  # noqa: E731
        step = 1e-3 * max(abs(float(where(middle))), 1e-2)
        ends = [float(exact(eqx.tree_at(where, middle, where(middle) + sign * step)).net_usd[0, 0]) / 1e6 for sign in (1.0, -1.0)]
        numeric = (ends[0] - ends[1]) / (2.0 * step)
        assert float(getattr(found.market.tastes, name)) == pytest.approx(numeric, rel=2e-2, abs=1e-6), name


@pytest.mark.slow
@pytest.mark.parametrize("form", [0, 1, 2])
def test_08_thin_agrees_with_exact_and_more_so_as_the_share_falls(exact, thin, near, form):
    """At the node's own valuations the two engines differ by the entrant's share alone: in level, and to nothing with it."""
    gaps = []
    for xi in (1.0, -3.0):
        a = eqx.tree_at(lambda x: (x.market.form, x.market.xi_z), near, (jnp.asarray(form, jnp.int32), jnp.asarray(xi, float)))
        quick, full = thin(a), exact(a)
        assert float(full.converged[0]) == 1.0
        gaps.append(abs(float(quick.units[0, 0, 4] / full.units[0, 0, 4]) - 1.0))
    assert max(gaps) < 1e-2
    assert gaps[1] < 0.5 * gaps[0] or gaps[1] < 1e-5
