"""Thin against exact: the same market solved without first-order shortcuts, in level and as the share goes to nothing."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from roadworthy import market


@pytest.fixture(scope="module")
def solve(small_data, small_bank):
    delta, bank = small_bank

    @eqx.filter_jit
    def both(o, a, recorded):
        one = eqx.tree_at(lambda x: x.tastes, a, jax.tree.map(lambda leaf: leaf[0], bank.nodes.tastes))
        exact = market.enter_exact(small_data, o, one, recorded, start=delta, contraction=3, newton=4)
        return market.enter(bank, o, a, recorded), exact

    return both


def gap(thin, exact) -> dict[str, float]:
    total = {
        "units": (thin.units[0], exact.units[0]),
        "price": (thin.price_usd[0], exact.price_usd[0]),
        "surplus": (thin.surplus_usd[0].sum() + thin.rival_price_gain_usd[0], exact.surplus_usd[0].sum() + exact.rival_price_gain_usd[0]),
        "profit": (thin.incumbents_profit_foreign_usd[0], exact.incumbents_profit_foreign_usd[0]),
        "cars": (thin.lost_units[0, 1], exact.lost_units[0, 1]),
        "outside": (thin.lost_outside[0], exact.lost_outside[0]),
        "fuel": (thin.felt_fuel_usd[0], exact.felt_fuel_usd[0]),
    }
    return {name: abs(float(a / b) - 1.0) for name, (a, b) in total.items()}


@pytest.fixture(scope="module")
def shown(solve, make, assume):
    recorded = make(mask=(0.0, 0.0, 0.0, 1.0), risk_usd=(0.0,) * 4, class_risk_usd=(0.0,) * 4)
    o = make(mask=(1.0, 0.0, 0.0, 0.0), risk_usd=(0.0,) * 4, class_risk_usd=(0.0,) * 4)
    return {(form, z): solve(o, assume(form=form, xi_z=z), recorded) for form, z in [(0, 0.0), (1, 0.0), (2, 0.0), (0, -3.0)]}


def test_thin_agrees_with_exact_below_the_share_it_is_good_for(shown):
    for key, (thin, exact) in shown.items():
        assert bool(thin.thin_ok) and bool(exact.converged), key
        found = gap(thin, exact)
        assert found["units"] < 0.005, (key, found)
        assert found["price"] < 1e-3, (key, found)
        assert max(found.values()) < 0.03, (key, found)


def test_the_gap_vanishes_with_the_share(shown):
    large, small = gap(*shown[0, 0.0]), gap(*shown[0, -3.0])
    assert float(shown[0, -3.0][1].units[0]) < 0.05 * float(shown[0, 0.0][1].units[0])
    for name in large:
        assert small[name] < max(0.2 * large[name], 1e-5), name


def test_exact_flows_sum_to_units(shown):
    _, exact = shown[0, 0.0]
    np.testing.assert_allclose(exact.lost_units.sum(axis=1) + exact.lost_outside, exact.units, rtol=1e-12)


def test_risk_felt_by_incumbents_buyers_is_refitted_in_both_engines(solve, make, assume):
    recorded = make(mask=(0.0, 0.0, 0.0, 1.0))
    thin, exact = solve(make(), assume(fuel_valuation=0.9), recorded)
    # what is left: households weigh fuel anew in what the whole choice set is worth to them, which the thin engine keeps
    assert gap(thin, exact)["units"] < 0.03
    assert float(exact.units[3]) == pytest.approx(float(thin.units[3]), rel=0.02)


SINGLE = ("price_coefficient", "size_slope_ln_area")


def test_gradients_with_respect_to_tastes_equal_finite_differences(small_data, small_bank, make, assume):
    """Reverse mode through inversion, costs, bias and equilibrium, along single leaves and along all at once."""
    delta, bank = small_bank
    recorded = make(mask=(0.0, 0.0, 0.0, 1.0))
    o = make()
    tastes = jax.tree.map(lambda leaf: leaf[0], bank.nodes.tastes)
    central = eqx.tree_at(lambda x: x.tastes, assume(), tastes)

    def value(point):
        t, phi, cost = point
        a = eqx.tree_at(lambda x: (x.tastes, x.risk_valuation), central, (t, phi))
        dearer = eqx.tree_at(lambda x: x.landed_cost_usd, o, o.landed_cost_usd.at[0].set(cost))
        e = market.enter_exact(small_data, dearer, a, recorded, start=delta, contraction=2, newton=3)
        gain = e.surplus_usd.sum() + e.rival_price_gain_usd.sum() + e.incumbents_profit_us_usd.sum() + e.felt_fuel_usd.sum()
        return 1e-6 * gain + 1e-3 * e.units.sum() + 1e-3 * e.price_usd.sum()

    both = eqx.filter_jit(jax.value_and_grad(value))
    point = (tastes, jnp.asarray(0.5), jnp.asarray(12500.0))
    _, slope = both(point)
    zero = jax.tree.map(jnp.zeros_like, point)
    directions = [eqx.tree_at(lambda d, n=name: getattr(d[0], n), zero, getattr(tastes, name)) for name in SINGLE]
    directions.append(jax.tree.map(lambda leaf: 0.1 * leaf, eqx.tree_at(lambda d: d[0].households_per_buyer, point, jnp.zeros(()))))
    h = 1e-4
    for direction in directions:
        up, down = (both(jax.tree.map(lambda x, d, s=s: x + s * h * d, point, direction))[0] for s in (1, -1))
        along = sum(float(jnp.sum(g * d)) for g, d in zip(jax.tree.leaves(slope), jax.tree.leaves(direction), strict=True))
        assert along == pytest.approx(float(up - down) / (2 * h), rel=1e-4)
