"""The same launch without first-order shortcuts: xi inverted, all prices solved with the entrants in, flows by difference.

Tastes are leaves here (`a.tastes`), so this engine has gradients with respect to them: the inversion, the costs behind observed
prices, the small-car bias and the equilibrium are all differentiated by the implicit-function rule. Incumbents' prices follow
chord steps on their first-order conditions with the Jacobian of the base market; for a thin entrant each step shrinks the error
by about its share, and the last steps carry the gradient.
Limits: slow (tenths of a second); the chord needs entrants below some per cent of the market.
References: as `pricing`; Conlon and Gortmaker (2020) for the derivative of the equilibrium.
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.market.assumptions import MarketAssumptions
from roadworthy.market.bank import Market, Prepared, per_unit
from roadworthy.market.entry import Entry, account, launch, mean_utilities
from roadworthy.market.fit import Moved, fit
from roadworthy.market.inversion import Node, node
from roadworthy.market.line import CONVERGED_USD, Line
from roadworthy.market.offers import Offers, cleaned
from roadworthy.market.pricing import first_order_jacobian, own_brand_margin, recovered_margins
from roadworthy.market.world import MarketData

CHORD_STEPS = 3
FINAL_STEPS = 3


def refresh(market: Market, at: Node, prices: Float[Array, " J"]) -> tuple[Market, Float[Array, "N J"]]:
    """The market at other incumbents' prices: value of the choice set, and choice probabilities without entrants."""
    utility = at.delta + at.taste + at.price_slope[:, None] * prices
    log_base = jax.nn.logsumexp(jnp.concatenate([jnp.zeros((utility.shape[0], 1)), utility], axis=1), axis=1)
    moved = eqx.tree_at(lambda m: m.node.log_base, market, log_base)
    return moved, jnp.exp(utility - log_base[:, None])


def conditions(s: Float[Array, "N J"], line: Line, at: Node, data: MarketData, margin: Float[Array, " J"]) -> Float[Array, " J"]:
    """Incumbents' first-order conditions with the entrants in the choice set; those who do not consider them are others."""
    taken = line.pe.sum(axis=0)
    total = line.ratio.sum(axis=0)
    kept = 1.0 - taken
    shared = (kept - taken / (1.0 + total)) / kept**2
    rest = s * kept[:, None]
    own = own_brand_margin(rest, margin, data.offered.owner)
    slope = data.people.weights * at.price_slope
    return data.people.weights @ rest + slope @ (rest * (margin - shared[:, None] * own))


def base_market(
    data: MarketData, offers: Offers, a: MarketAssumptions, start: Float[Array, " J"], contraction: int, newton: int
) -> tuple[Market, Node]:
    """The market without entrants at the tastes, g and phi of `a`: inverted, fitted, ready for the line."""
    risk = a.risk_valuation * (data.offered.classes @ offers.class_risk_usd)
    at = node(a.tastes, data, start, fuel_valuation=a.fuel_valuation, risk_usd=risk, contraction=contraction, newton=newton)
    prepared = Prepared(
        tastes=eqx.tree_at(lambda t: t.fuel_valuation, a.tastes, jnp.asarray(a.fuel_valuation, dtype=float)),
        fit=fit(at.delta, a.tastes, data),
        a=at.a,
        log_base=jnp.zeros_like(at.a),
        z=jnp.zeros((0, len(at.a))),
        market_size=at.market_size,
        moved=Moved(jnp.zeros((0, 8)), jnp.zeros(0)),
    )
    return Market(prepared, data.people, data.constants), at


def enter_exact(
    data: MarketData,
    offers: Offers,
    a: MarketAssumptions,
    recorded: Offers | None = None,
    *,
    start: Float[Array, " J"] | None = None,
    contraction: int = 30,
    newton: int = 10,
) -> Entry:
    """`enter` with every step exact, at `a.tastes` (not `a.node`). `start` is a first guess of the mean utilities."""
    clean = cleaned(offers)
    known = clean if recorded is None else cleaned(recorded)
    o = data.offered
    guess = jnp.log(o.sales / o.sales.sum()) if start is None else start
    blank, at = base_market(data, clean, a, guess, contraction, newton)
    market, s0 = refresh(blank, at, o.price_usd)
    margin0 = recovered_margins(s0, data.people.weights, at.price_slope, o.owner)
    cost = o.price_usd - margin0
    mean = mean_utilities(clean, known, market, a)
    single = (x.astype(jnp.float32) for x in jax.lax.stop_gradient((s0, data.people.weights, at.price_slope, margin0, o.owner)))
    lu, swaps = jax.scipy.linalg.lu_factor(first_order_jacobian(*single))
    factors = (lu.astype(float), swaps)

    def step(prices: Float[Array, " J"]) -> Float[Array, " J"]:
        moved, s = refresh(market, at, prices)
        line = launch(clean, moved, a, mean)
        return prices - jax.scipy.linalg.lu_solve(factors, conditions(s, line, at, data, prices - cost))

    near = jax.lax.stop_gradient(jax.lax.fori_loop(0, CHORD_STEPS, lambda _, p: jax.lax.stop_gradient(step(p)), o.price_usd))
    before, _ = jax.lax.scan(lambda p, _: (step(p), None), near, None, length=FINAL_STEPS - 1)
    prices = step(before)
    moved, s = refresh(market, at, prices)
    line = launch(clean, moved, a, mean)
    entry = account(line, clean, moved, a, _losses(line, data, at, market, moved, s0, s, o.price_usd, prices, cost))
    residual = jnp.maximum(jnp.max(jnp.abs(prices - before)), line.residual_usd)
    return eqx.tree_at(lambda e: (e.residual_usd, e.converged), entry, (residual, residual < CONVERGED_USD))


def _losses(
    line: Line,
    data: MarketData,
    at: Node,
    base: Market,
    moved: Market,
    s0: Float[Array, "N J"],
    s: Float[Array, "N J"],
    price0: Float[Array, " J"],
    price: Float[Array, " J"],
    cost: Float[Array, " J"],
) -> Float[Array, "e C"]:
    """Columns of `bank.COLUMNS` by difference of exact choices; what prices alone moved is shared among slots by their units."""
    o, people, tax = data.offered, data.people, data.constants.sales_tax_rate
    taken = line.pe.sum(axis=0)

    def worth(p: Float[Array, " J"]) -> Float[Array, "J C"]:
        margin = p - cost
        money = jnp.stack([margin * o.home, margin * (1.0 - o.home), tax * p], axis=1)
        return per_unit(o, money)

    def columns(choice: Float[Array, "N J"], p: Float[Array, " J"]) -> Float[Array, "N C"]:
        fuel = people.miles_factor * (choice @ o.pv_fuel_usd)
        return jnp.concatenate([choice @ worth(p), fuel[:, None]], axis=1)

    then, now = columns(s0, price0), columns(s, price)
    mass = at.market_size * line.pe * people.weights
    direct = mass @ then
    prices_alone = at.market_size * (people.weights * (1.0 - taken)) @ (then - now)
    gain = at.market_size * jnp.sum(people.weights * (moved.node.log_base - base.node.log_base) / at.a)
    units = mass.sum(axis=1)
    total = units.sum()
    part = jnp.where(total > 0.0, units / jnp.where(total > 0.0, total, 1.0), 0.0)
    return jnp.concatenate([direct + part[:, None] * prices_alone, (part * gain)[:, None]], axis=1)
