"""From the launch year to thirty years of sales, and whether entry pays.

    Q_y = cap(Q_1 n(y - lag) sales_index_y),   NPV = sum_{t=1..T} m Q_t / (1+r)^t - F,   Q* = F / (A m),  A = (1 - (1+r)^-T) / r

n is the novelty path: curiosity (smart, Insight, Cube) or plain (Sprint, Justy, Spark, Mirage), flat after its fourth year. The
used import has no novelty and no lag. A quota lets in the lesser of its units and what would be sold without it, year by year, and its
rent follows, ln(wanted / quota) in proportion to the launch year's (demand is log-linear in one rise of all prices, to first order);
the rent stays with the seller. Limits: one launch-year solve; later years scale with it; no learning, no restyling.
Reference: docs/rooms/market.md.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from roadworthy.core.axes import NEW_SLOTS, SALE_YEARS
from roadworthy.core.shapes import Scalar
from roadworthy.market.assumptions import MarketAssumptions
from roadworthy.market.offers import E

NEVER_UNITS = 1e12
"""Break-even sales where no sales suffice; `Business.pays_at_some_volume` says so."""


class Business(eqx.Module):
    """A maker's case for one route, valued at launch."""

    npv_usd: Float[Array, ""]
    margin_usd: Float[Array, ""]
    """Mean margin per unit over the line's discounted sales."""
    break_even_units: Float[Array, ""]
    """Units a year, every year, at which NPV is 0; `NEVER_UNITS` when the margin is not positive."""
    pays_at_some_volume: Bool[Array, ""]
    value_usd: Float[Array, ""]
    """V: present value of margins before the fixed cost."""
    discounted_units: Float[Array, ""]


def novelty(years_since_launch: Float[Array, " y"], a: MarketAssumptions) -> Float[Array, " y"]:
    """Sales over the first full year's: 0 before launch, 1 in year 1, then the path of the drawn kind, flat from year 4."""
    curiosity = jnp.stack([jnp.asarray(v, dtype=float) for v in (1.0, a.novelty_curiosity_2, a.novelty_curiosity_3, a.novelty_curiosity_4)])
    plain = jnp.stack([jnp.asarray(v, dtype=float) for v in (1.0, a.novelty_plain_2, a.novelty_plain_3, a.novelty_plain_4)])
    path = jnp.where(jnp.asarray(a.novelty_kind) == 0, curiosity, plain)
    later = jnp.exp(jnp.asarray(a.novelty_noise, dtype=float))
    noisy = path * jnp.concatenate([jnp.ones(1), jnp.ones(3) * later])
    since = jnp.maximum(years_since_launch, 0.0)
    return jnp.clip(years_since_launch + 1.0, 0.0, 1.0) * jnp.interp(since, jnp.arange(4.0), noisy)


def wanted_path(
    units_launch: Float[Array, " e"], a: MarketAssumptions, sales_index: Float[Array, " y"], lag_yr: Scalar, wants: Scalar = 1.0
) -> Float[Array, "e y"]:
    """Units of each slot that would be sold in each sale year if nothing but demand bound them."""
    new = novelty(jnp.arange(float(SALE_YEARS)) - lag_yr, a) * wants
    shape = jnp.where((jnp.arange(E) < NEW_SLOTS)[:, None], new, jnp.ones_like(new))
    return units_launch[:, None] * shape * sales_index


def rent_change(wanted: Float[Array, "e y"], quota: Scalar, rise_usd: Scalar, wants: Scalar, a: MarketAssumptions) -> Float[Array, " y"]:
    """What the quota adds to the line's prices in each sale year less what it adds at launch; 0 where it does not bind at launch. [USD]"""
    line = wanted[:NEW_SLOTS].sum(axis=0)
    goal = quota * jnp.asarray(a.makers, dtype=float)
    bound = jnp.asarray(wants) > 1.0
    over = bound & (line > goal)
    reach = jnp.log(jnp.where(over, line / jnp.where(over, goal, 1.0), 1.0)) / jnp.log(jnp.where(bound, wants, jnp.e))
    return jnp.where(bound, rise_usd * (reach - 1.0), 0.0)


def sales_path(
    units_launch: Float[Array, " e"],
    a: MarketAssumptions,
    sales_index: Float[Array, " y"],
    lag_yr: Scalar,
    quota: Scalar,
    capacity: Scalar,
    wants: Scalar = 1.0,
) -> Float[Array, "e y"]:
    """Units of each slot in each sale year; y = 0 is the first year in force.

    `quota` is per maker and year, `capacity` the plant's (unbounded for imports); both bind the line's sum and scale its slots alike.
    `wants` is what would be sold at launch without the quota over `units_launch`.
    """
    wanted = wanted_path(units_launch, a, sales_index, lag_yr, wants)
    line = wanted[:NEW_SLOTS].sum(axis=0)
    cap = jnp.minimum(quota * jnp.asarray(a.makers, dtype=float), capacity)
    factor = jnp.where(line > cap, cap / jnp.where(line > 0.0, line, 1.0), 1.0)
    return jnp.concatenate([wanted[:NEW_SLOTS] * factor, wanted[NEW_SLOTS:]])


def annuity(rate: Scalar, years: Scalar) -> Float[Array, ""]:
    """A: present value of one dollar at the end of each of `years` years."""
    return (1.0 - (1.0 + jnp.asarray(rate, dtype=float)) ** (-jnp.asarray(years, dtype=float))) / rate


def business(
    units: Float[Array, "e y"],
    price_usd: Float[Array, " e"],
    landed_cost_usd: Float[Array, " e"],
    dealer_share: Scalar,
    fixed_usd: Scalar,
    lag_yr: Scalar,
    a: MarketAssumptions,
    price_change_usd: Float[Array, " y"] | None = None,
) -> Business:
    """NPV of the line (slots 0-2) at launch over T years, with margins price (1 - d) - cost; the line's prices may change by year.

    Years before launch are not discounted: the fixed cost falls in the year before the first sales.
    """
    T, r = jnp.asarray(a.entry_life_yr, dtype=float), jnp.asarray(a.entry_discount_rate, dtype=float)
    t = jnp.arange(float(units.shape[1])) - lag_yr + 1.0
    alive = jnp.clip(T - t + 1.0, 0.0, 1.0) * (t > 0.0)
    weight = alive * (1.0 + r) ** (-jnp.maximum(t, 0.0))
    sold = units[:NEW_SLOTS] @ weight
    open_slot = jnp.asarray(sold > 0.0)
    unit_margin = jnp.where(open_slot, price_usd[:NEW_SLOTS] * (1.0 - dealer_share) - landed_cost_usd[:NEW_SLOTS], 0.0)
    value = jnp.sum(unit_margin * sold)
    if price_change_usd is not None:
        value = value + (1.0 - dealer_share) * ((units[:NEW_SLOTS].sum(axis=0) * price_change_usd) @ weight)
    total = sold.sum()
    margin = jnp.where(total > 0.0, value / jnp.where(total > 0.0, total, 1.0), 0.0)
    pays = margin > 0.0
    even = jnp.where(pays, fixed_usd / (annuity(r, T) * jnp.where(pays, margin, 1.0)), NEVER_UNITS)
    return Business(
        npv_usd=value - fixed_usd,
        margin_usd=margin,
        break_even_units=jnp.minimum(even, NEVER_UNITS),
        pays_at_some_volume=pays,
        value_usd=value,
        discounted_units=total,
    )
