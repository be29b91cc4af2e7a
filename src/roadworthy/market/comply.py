"""What a fleet fuel-economy standard does to prices, mix and fuel while its fine is zero: makers that comply anyway act on a shadow price.

    cost_j + lambda S A (1/mpg_j - 1/T_j) + lambda^2 / 2b,   0 <= lambda <= v,   lambda (A - S) = 0 below v,   A >= S or lambda = v

for every maker's cars and trucks apart: T the target by footprint, S and A the required and achieved harmonic means, b the slope of
the cost of technology, by which a vehicle with an engine gains lambda / b mpg. Over a fleet the charge sums to lambda (S - A) a vehicle.
v is what a maker gives for one mpg of one vehicle before it stays short. No money changes hands but costs: the shadow price moves
behaviour, profits are without it, and so is whatever moves makers to comply when nobody fines them. `solve` finds lambda and prices
together, for scripts/tables/market_standard.py; `market.standard` reads its answers.

The technology's net cost is private: buyers' own gain from less fuel is set off by what they give up for it, since makers could have
sold it before. The part of the fuel that they feel is given back in the account, as everywhere.
Limits: the curves of MY2031 in every year on the fleet of MY2022; b from one published pair; no trade between makers or fleets, no
banking; makers under 10,000 a year are exempt; a fine that is paid is a transfer and left out. Newcomers: `market.standard`.
References: 49 CFR 531.5, 533.5; Anderson and Sallee (2011); docs/rooms/market.md.
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy import data as bundled
from roadworthy.core.shapes import Index, Scalar
from roadworthy.market.demand import log_inclusive
from roadworthy.market.inversion import Node
from roadworthy.market.pricing import first_order_jacobian, zeta
from roadworthy.market.standard import FLEETS
from roadworthy.market.tastes import TASTES
from roadworthy.market.world import MarketData

EXEMPT_BELOW = 10_000.0
"""Sales a year under which a maker has a standard of its own (49 USC 32902(d); there by world production)."""
STEPS = 60
CAREFUL = 0.5
"""Part of a Newton step of the shadow price: its effect through the mix is left out of the slope."""


class Standard(eqx.Module):
    """The fleets of the choice set: maker x (car, truck)."""

    fleets: Float[Array, "J G"]
    """One-hot, zero where exempt."""
    mpg: Float[Array, " J"]
    """Two-cycle; an electric car's by the petroleum equivalency factor."""
    target_mpg: Float[Array, " J"]
    """At scale 1."""
    engine: Float[Array, " J"]
    """1 where technology can raise it."""
    slope: Float[Array, ""]
    """b: what the next mpg of a vehicle costs after each mpg gained. [USD/mpg2]"""


class Complied(eqx.Module):
    """One equilibrium under a standard."""

    lost: Float[Array, " C"]
    """What the standard takes from the market, in the columns of `bank.COLUMNS`, a year; the last is what buyers gain."""
    shadow: Float[Array, " G"]
    """lambda by fleet. [USD per mpg and vehicle]"""
    short_mpg: Float[Array, " G"]
    residual_usd: Float[Array, ""]
    mean_cost_usd: Float[Array, ""]
    """Technology's net cost a vehicle."""


def standard(data: MarketData) -> Standard:
    """The fleets of the bundled choice set."""
    models, rated = bundled.table("market/models"), bundled.table("market/fleets")
    makers, fleet = np.asarray(models["maker"].to_list()), np.asarray(rated["fleet"].to_list())
    sales = models["sales"].to_numpy()
    columns = []
    for maker in sorted(set(makers)):
        large = sales[makers == maker].sum() >= EXEMPT_BELOW
        columns += [((makers == maker) & (fleet == f) & large).astype(float) for f in FLEETS]
    given = {row["name"]: row["value"] for row in bundled.table("market/constants").iter_rows(named=True)}
    return Standard(
        fleets=jnp.asarray(np.stack(columns, axis=1)),
        mpg=jnp.asarray(rated["mpg"].to_numpy()),
        target_mpg=jnp.asarray(rated["target_mpg"].to_numpy()),
        engine=1.0 - data.offered.x[:, TASTES.index("electric")],
        slope=jnp.asarray(given["mpg_cost_slope_usd"]),
    )


def means(
    units: Float[Array, " J"], mpg: Float[Array, " J"], target: Float[Array, " J"], fleets: Float[Array, "J G"]
) -> tuple[Float[Array, " G"], Float[Array, " G"]]:
    """Required and achieved harmonic means of each fleet; 1 where it sells nothing."""
    sold = units @ fleets
    some = sold > 0.0
    n = jnp.where(some, sold, 1.0)
    required, achieved = (n / jnp.where(some, (units / x) @ fleets, 1.0) for x in (target, mpg))
    return jnp.where(some, required, 1.0), jnp.where(some, achieved, 1.0)


def solve(at: Node, cost_usd: Float[Array, " J"], data: MarketData, st: Standard, scale: Scalar, value_usd: Scalar) -> Complied:
    """Prices and shadow prices together: chord steps of the prices, careful Newton steps of lambda, a fixed number of both."""
    o, people, tax = data.offered, data.people, data.constants.sales_tax_rate
    target = st.target_mpg * scale
    w, p0 = people.weights, o.price_usd

    def better(shadow: Float[Array, " G"]) -> Float[Array, " J"]:
        return st.mpg + st.engine * (st.fleets @ shadow) / st.slope

    def charge(shadow: Float[Array, " G"], units: Float[Array, " J"]) -> tuple[Array, Array]:
        mpg = better(shadow)
        required, achieved = means(units, mpg, target, st.fleets)
        each = st.fleets @ (shadow * required * achieved)
        return each * (1.0 / mpg - 1.0 / target), required - achieved

    def technology(shadow: Float[Array, " G"]) -> Float[Array, " J"]:
        return st.engine * (st.fleets @ shadow) ** 2 / (2.0 * st.slope)

    s0 = at.probabilities(p0)
    jac = first_order_jacobian(s0, w, at.price_slope, p0 - cost_usd, o.owner) / ((w * at.price_slope) @ s0)[:, None]
    factors = jax.scipy.linalg.lu_factor(jac.astype(jnp.float32))

    def step(_: Index, state: tuple[Array, ...]) -> tuple[Array, ...]:
        p, shadow, _ = state
        s = at.probabilities(p)
        units = w @ s
        mpg = better(shadow)
        levied, short = charge(shadow, units)
        margin = p - cost_usd - levied - technology(shadow)
        gap = margin - zeta(s, w, at.price_slope, margin, o.owner)
        _, achieved = means(units, mpg, target, st.fleets)
        n = units @ st.fleets
        steep = achieved**2 * ((units * st.engine / mpg**2) @ st.fleets) / jnp.where(n > 0.0, n, 1.0) / st.slope
        moved = shadow + CAREFUL * short / jnp.where(steep > 0.0, steep, 1.0 / st.slope)
        p = p - jax.scipy.linalg.lu_solve(factors, gap.astype(jnp.float32)).astype(p.dtype)
        return p, jnp.clip(moved, 0.0, value_usd) * (n > 0.0), jnp.max(jnp.abs(gap))

    start = (p0, jnp.zeros(st.fleets.shape[1]), jnp.asarray(jnp.inf))
    p, shadow, residual = jax.lax.fori_loop(0, STEPS, step, start)
    s = at.probabilities(p)
    _, short = charge(shadow, w @ s)

    def columns(choice: Float[Array, "N J"], prices: Float[Array, " J"], spent: Float[Array, " J"], fuel: Float[Array, " J"]) -> Array:
        units = w @ choice
        burnt, margin = o.consumption_J_per_m * fuel, prices - cost_usd - spent
        electric = 1.0 - st.engine
        worth = [
            *(o.classes.T * units).sum(axis=1),
            *(o.classes.T @ (units * burnt * st.engine)),
            *(o.classes.T @ (units * burnt * electric)),
            units @ (margin * o.home),
            units @ (margin * (1.0 - o.home)),
            tax * (units @ prices),
            (w * people.miles_factor) @ (choice @ (o.pv_fuel_usd * fuel)),
        ]
        return at.market_size * jnp.stack(worth)

    ones = jnp.ones_like(p)
    spent = technology(shadow)
    lost = columns(s0, p0, 0.0 * ones, ones) - columns(s, p, spent, st.mpg / better(shadow))
    value = [log_inclusive(at.delta, at.taste + at.price_slope[:, None] * prices) for prices in (p0, p)]
    gain = at.market_size * jnp.sum(w * (value[1] - value[0]) / at.a)
    units = w @ s
    return Complied(jnp.append(lost, gain), shadow, short, residual, units @ spent / units.sum())
