"""The thin engine at launch: identities, limits, what is felt, money, gradients."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from roadworthy import market
from roadworthy.core.axes import NEW_SLOTS
from roadworthy.market import entry, line
from roadworthy.market.offers import cleaned


@pytest.fixture(scope="module")
def recorded(make):
    return make(mask=(0.0, 0.0, 0.0, 1.0))


@eqx.filter_jit
def launched(o, m, a, recorded):
    mean = entry.mean_utilities(o, recorded, m, a)
    return entry.launch(o, m, a, mean)


def leaves(e: market.Entry) -> list[np.ndarray]:
    return [np.asarray(leaf) for leaf in jax.tree.leaves(e)]


def test_lost_units_and_the_outside_make_up_every_sale(bank, make, recorded, assume, enter):
    e = enter(bank, make(mask=(1.0, 1.0, 1.0, 1.0)), assume(), recorded)
    np.testing.assert_allclose(e.lost_units.sum(axis=1) + e.lost_outside, e.units, rtol=1e-12)
    np.testing.assert_allclose(e.buyers.sum(axis=1), e.units, rtol=1e-12)
    assert bool(e.converged)
    assert bool(e.thin_ok)


def test_a_masked_slot_is_exactly_nothing_even_when_it_holds_no_number(bank, make, recorded, assume, enter):
    clean = enter(bank, make(), assume(), recorded)
    spoilt = enter(bank, make(landed_cost_usd=(12500.0, np.nan, np.inf, 9000.0), mass_kg=(960.0, np.nan, 0.0, 700.0)), assume(), recorded)
    for one, two in zip(leaves(clean), leaves(spoilt), strict=True):
        np.testing.assert_array_equal(one, two)
    for name in ("price_usd", "units", "lost_units", "surplus_usd", "felt_fuel_usd", "felt_risk_usd", "sales_tax_usd"):
        assert (np.asarray(getattr(clean, name))[1:3] == 0.0).all(), name


def test_the_base_law_sells_the_recorded_used_imports(bank, recorded, assume, enter):
    for node in range(3):
        e = enter(bank, recorded, assume(node=node, used_import_factor=1.3), recorded)
        assert float(e.units[3]) == pytest.approx(1.3 * 7594.0, rel=1e-9)
        assert float(e.units[:3].sum()) == 0.0


def test_younger_cheaper_used_imports_sell_more(bank, make, recorded, assume, enter):
    base = enter(bank, recorded, assume(), recorded)
    young = enter(bank, make(mask=(0.0, 0.0, 0.0, 1.0), age_yr=(0.0, 0.0, 0.0, 15.0)), assume(), recorded)
    dear = enter(bank, make(mask=(0.0, 0.0, 0.0, 1.0), landed_cost_usd=(1.0, 1.0, 1.0, 12000.0)), assume(), recorded)
    assert young.units[3] > base.units[3] > dear.units[3]


def test_permuting_the_new_slots_permutes_the_answer(bank, make, recorded, assume, enter):
    order = np.array([2, 0, 1, 3])
    o = make(mask=(1.0, 1.0, 1.0, 1.0))
    swapped = jax.tree.map(lambda leaf: leaf[order] if leaf.shape == (4,) else leaf, o)
    swapped = eqx.tree_at(lambda x: x.class_risk_usd, swapped, o.class_risk_usd)
    one, two = enter(bank, o, assume(), recorded), enter(bank, swapped, assume(), recorded)
    np.testing.assert_allclose(two.units, one.units[order], rtol=1e-9)
    np.testing.assert_allclose(two.price_usd, one.price_usd[order], rtol=1e-9)
    np.testing.assert_allclose(two.lost_units, one.lost_units[order], rtol=1e-9)


@pytest.mark.parametrize(
    "given",
    [
        {"landed_cost_usd": (3e6, 11e3, 18e3, 9e3)},
        {"quota": 0.0},
        {"state_access": (0.0, 1.0, 1.0, 1.0)},
        {"mask": (0.0, 0.0, 0.0, 1.0)},
    ],
    ids=["price", "quota", "states", "mask"],
)
def test_what_cannot_sell_leaves_nothing_behind(bank, make, recorded, assume, enter, given):
    e = enter(bank, make(**given), assume(), recorded)
    assert float(e.units[0]) < 1e-9
    for name in ("surplus_usd", "lost_units", "felt_fuel_usd", "felt_risk_usd", "sales_tax_usd", "incumbents_profit_us_usd"):
        assert np.abs(np.asarray(getattr(e, name))[0]).max() < 1e-3, name
    assert all(np.isfinite(leaf).all() for leaf in leaves(e))


def test_a_quota_binds_exactly_and_its_rent_is_in_the_price(bank, make, recorded, assume, enter):
    free = enter(bank, make(), assume(), recorded)
    loose = enter(bank, make(quota=float(free.units[0]) * 1.001), assume(), recorded)
    tight = enter(bank, make(quota=4000.0), assume(), recorded)
    np.testing.assert_array_equal(loose.price_usd, free.price_usd)
    assert float(loose.quota_rent_usd) == 0.0
    assert float(tight.units[0]) == pytest.approx(4000.0, rel=1e-9)
    assert float(tight.units[0]) <= 4000.0 * (1 + 1e-12)
    rise = float(tight.price_usd[0] - free.price_usd[0])
    assert float(tight.quota_rent_usd) == pytest.approx(rise * 4000.0, rel=1e-9)
    assert float(enter(bank, make(quota=4000.0), assume(makers=2.0), recorded).units[0]) == pytest.approx(8000.0, rel=1e-9)


def test_price_is_cost_plus_the_share_of_the_markup(bank, make, recorded, assume, enter):
    for share in (0.0, 0.3, 1.0):
        e = enter(bank, make(), assume(markup_share=share), recorded)
        assert float(e.price_usd[0]) == pytest.approx(12500.0 / 0.9 + share * float(e.markup_usd[0]), rel=1e-12)
        assert float(e.price_usd[3]) == 9000.0


def test_the_markup_is_the_best_the_maker_can_do(bank, make, assume):
    """No other price of the slot earns more: the first-order condition is a maximum."""
    o, a = cleaned(make(mask=(1.0, 0.0, 0.0, 0.0))), assume(markup_share=1.0)
    m = bank.at(0)
    best = launched(o, m, a, o)
    alpha = m.node.a * (1.0 + o.sales_tax_rate)
    for step in (-200.0, 200.0):
        r = best.ratio[0] * jnp.exp(-alpha * step)
        profit = (best.markup_usd[0] + step) * jnp.sum(m.people.weights * r / (1.0 + r))
        at_best = best.markup_usd[0] * jnp.sum(m.people.weights * best.ratio[0] / (1.0 + best.ratio[0]))
        assert float(profit) < float(at_best)


def test_more_of_what_buyers_like_sells_more(bank, make, recorded, assume, enter):
    central = float(enter(bank, make(), assume(), recorded).units[0])

    def units(o=None, **given):
        return float(enter(bank, make() if o is None else o, assume(**given), recorded).units[0])

    assert units(make(landed_cost_usd=(11500.0, 1.0, 1.0, 9000.0))) > central
    assert units(make(subsidy_usd=(1000.0, 0.0, 0.0, 0.0))) > central
    assert units(make(highway_ok=(0.0, 1.0, 1.0, 0.0))) < central
    assert units(make(risk_usd=(4000.0, 1.0, 1.0, 2500.0))) < central
    assert units(dealers=1500.0) > central
    assert units(kappa=1.0) < central
    assert units(xi_z=1.0) > central


def test_consideration_cancels_at_small_shares_and_caps_large_ones(bank, make, recorded, assume, enter):
    """Small cars on sale suffer the same neglect, so ln pi sits in the bias; pi remains a ceiling."""
    few, all_ = (float(enter(bank, make(), assume(consideration=pi, xi_z=-3.0), recorded).units[0]) for pi in (0.1, 1.0))
    assert few == pytest.approx(all_, rel=0.02)
    few, all_ = (float(enter(bank, make(), assume(consideration=pi, xi_z=4.0), recorded).units[0]) for pi in (0.1, 1.0))
    assert few < 0.7 * all_


def test_forms_agree_on_what_they_share_and_differ_in_sales(bank, make, recorded, assume, enter):
    units = [float(enter(bank, make(), assume(form=f), recorded).units[0]) for f in range(3)]
    assert len({round(u) for u in units}) == 3


@pytest.mark.parametrize("leaf", ["risk_valuation", "fuel_valuation"])
def test_what_is_felt_returns_what_surplus_lost(bank, make, recorded, assume, leaf):
    """d(surplus + felt)/d leaf = 0 at fixed xi and choice probabilities: nothing is counted twice.

    Incumbents' utilities carry the leaf too, so the value of the base choice moves with it (first order in the choice made).
    """
    o = cleaned(make(mask=(1.0, 0.0, 0.0, 0.0)))
    a = assume()
    m = bank.at(0)
    frozen = m.node.z
    choice = launched(o, m, a, cleaned(recorded))
    m_units = frozen[entry.UNITS]
    base_risk = m_units.T @ o.class_risk_usd
    base_dollars = {"risk_valuation": base_risk, "fuel_valuation": frozen[entry.FUEL]}[leaf]
    offer_dollars = {
        "risk_valuation": o.risk_usd[0] * jnp.ones_like(m.node.a),
        "fuel_valuation": o.pv_fuel_usd[0] * m.people.miles_factor,
    }[leaf]

    def surplus(value):
        log_base = m.node.log_base - m.node.a * base_dollars * (value - getattr(a, leaf))
        u = jnp.log(choice.ratio[0]) + m.node.log_base - m.node.a * offer_dollars * (value - getattr(a, leaf)) - log_base
        moved = eqx.tree_at(lambda c: c.ratio, choice, choice.ratio.at[0].set(jnp.exp(u)))
        pe = a.consideration * moved.ratio / (1.0 + moved.ratio.sum(axis=0))
        return entry.buyers_gain(eqx.tree_at(lambda c: c.pe, moved, pe), m).sum()

    def felt(value):
        lost = m.node.market_size * (choice.pe * m.people.weights) @ frozen.T
        given = eqx.tree_at(lambda x: getattr(x, leaf), a, value)
        e = entry.account(choice, o, m, given, lost)
        return (e.felt_risk_usd if leaf == "risk_valuation" else e.felt_fuel_usd).sum()

    at = getattr(a, leaf)
    gain, back = float(jax.grad(surplus)(at)), float(jax.grad(felt)(at))
    assert abs(back) > 1e5
    assert gain + back == pytest.approx(0.0, abs=1e-9 * abs(back))


def test_buyers_gain_is_the_price_derivative_of_sales(bank, make, assume):
    """Roy: one dollar on the price costs buyers one dollar (and the tax on it) a unit."""
    o, a = cleaned(make(mask=(1.0, 0.0, 0.0, 0.0))), assume()
    m = bank.at(1)
    choice = launched(o, m, a, o)
    alpha = m.node.a * (1.0 + o.sales_tax_rate)

    def gain(step):
        ratio = choice.ratio * jnp.exp(-alpha * step)
        pe = a.consideration * ratio / (1.0 + ratio.sum(axis=0))
        return entry.buyers_gain(eqx.tree_at(lambda c: (c.ratio, c.pe), choice, (ratio, pe)), m).sum()

    units = float((m.node.market_size * choice.pe @ m.people.weights).sum())
    assert float(jax.grad(gain)(0.0)) == pytest.approx(-(1.0 + float(o.sales_tax_rate)) * units, rel=1e-10)


MONEY_LEAVES = ("landed_cost_usd", "subsidy_usd", "pv_fuel_usd", "risk_usd", "class_risk_usd")


def test_all_money_scaled_sells_the_same_units(bank, make, recorded, assume, enter):
    k = 3.0
    m = bank.nodes
    money_rows = jnp.ones(m.z.shape[1]).at[8:].set(k)
    # shifts of g are in utility; those of risk are per dollar
    moved = jax.tree.map(lambda leaf: leaf.at[:, 2:].divide(k), m.moved)
    scaled = eqx.tree_at(lambda b: (b.nodes.a, b.nodes.z, b.nodes.moved), bank, (m.a / k, m.z * money_rows[:, None], moved))

    def richer(o):
        return eqx.tree_at(lambda x: [getattr(x, n) for n in MONEY_LEAVES], o, [getattr(o, n) * k for n in MONEY_LEAVES])

    a = assume()
    dearer = assume(highway_penalty_usd=6000.0 * k, used_age_taste_usd_per_yr=200.0 * k)
    one, two = enter(bank, make(), a, recorded), enter(scaled, richer(make()), dearer, richer(recorded))
    np.testing.assert_allclose(two.units, one.units, rtol=1e-9)
    np.testing.assert_allclose(two.price_usd, k * one.price_usd, rtol=1e-9)
    np.testing.assert_allclose(two.surplus_usd, k * one.surplus_usd, rtol=1e-9)
    np.testing.assert_allclose(two.felt_fuel_usd, k * one.felt_fuel_usd, rtol=1e-8)
    np.testing.assert_allclose(two.rival_price_gain_usd, k * one.rival_price_gain_usd, rtol=1e-9)


@pytest.fixture(scope="module")
def welfare(bank, recorded):
    @eqx.filter_jit
    def value(o, a):
        e = market.enter(bank, o, a, recorded)
        return 1e-6 * (
            e.surplus_usd.sum()
            + e.rival_price_gain_usd.sum()
            + e.felt_fuel_usd.sum()
            + e.incumbents_profit_us_usd.sum()
            + e.sales_tax_usd.sum()
            + 100.0 * e.units.sum()
            + e.price_usd.sum()
        )

    return value, eqx.filter_jit(jax.grad(lambda x: value(*x), allow_int=True))


def test_gradients_equal_finite_differences(welfare, make, assume):
    value, slope = welfare
    o, a = make(mask=(1.0, 1.0, 0.0, 1.0)), assume(kappa=0.3)
    got_o, got_a = slope((o, a))
    for name in ("kappa", "consideration", "xi_z", "risk_valuation", "fuel_valuation", "dealers", "markup_share", "highway_penalty_usd"):
        x = float(getattr(a, name))
        h = 1e-4 * max(abs(x), 1.0)
        up, down = (value(o, eqx.tree_at(lambda z, n=name: getattr(z, n), a, jnp.asarray(x + s * h))) for s in (1, -1))
        assert float(getattr(got_a, name)) == pytest.approx(float(up - down) / (2 * h), rel=1e-4, abs=1e-9), name
    for name in ("landed_cost_usd", "power_W", "mass_kg", "length_m", "risk_usd", "pv_fuel_usd", "state_access"):
        x = getattr(o, name)
        h = 1e-5 * float(x[0])
        up, down = (value(eqx.tree_at(lambda z, n=name: getattr(z, n), o, x.at[0].add(s * h)), a) for s in (1, -1))
        assert float(getattr(got_o, name)[0]) == pytest.approx(float(up - down) / (2 * h), rel=1e-4, abs=1e-12), name


def test_gradient_through_a_binding_quota(welfare, make, assume):
    value, slope = welfare
    a = assume()
    o = make(quota=4000.0)
    got, _ = slope((o, a))
    h = 1.0
    up, down = (value(eqx.tree_at(lambda z: z.quota, o, jnp.asarray(4000.0 + s * h)), a) for s in (1, -1))
    assert float(got.quota) == pytest.approx(float(up - down) / (2 * h), rel=1e-4)


def test_gradients_stay_finite_where_nothing_sells(welfare, make, assume):
    _, slope = welfare
    for o in (make(mask=(0.0, 0.0, 0.0, 0.0)), make(quota=0.0), make(landed_cost_usd=(3e6, np.nan, 18e3, 9e3))):
        assert all(
            np.isfinite(np.asarray(leaf)).all() for leaf in jax.tree.leaves(slope((o, assume()))) if np.asarray(leaf).dtype.kind == "f"
        )


def test_the_solver_converges_for_every_slot_and_node(bank, make, recorded, assume, enter):
    for node in range(3):
        e = enter(bank, make(mask=(1.0, 1.0, 1.0, 1.0)), assume(node=node, markup_share=1.0, xi_z=2.5), recorded)
        assert float(e.residual_usd) < line.CONVERGED_USD
    assert NEW_SLOTS == 3
