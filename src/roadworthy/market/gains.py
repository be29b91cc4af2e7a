"""Whose gain is it, and from what: a new car, rivals' lower prices, or better vehicles?

The market of one taste node before and after the new car, rivals' prices solved anew at the new car's given price, split by
`market.decompose` over income groups. Households that do not consider the new car, or may not register it, are a second kind with
weight w (1 - pi A), exactly as in `entry`. A reform that only opens a door changes no other vehicle, so its quality part is nothing.
Limits: perceived risk is left out, as in `market.buyers`; the launch year; buyers of new vehicles only.
Reference: docs/rooms/market.md.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.market.assumptions import MarketAssumptions
from roadworthy.market.bank import Market
from roadworthy.market.buyers import scene
from roadworthy.market.choices import OFF_SALE, Choices, settled
from roadworthy.market.decompose import Parts, decompose
from roadworthy.market.entry import reach
from roadworthy.market.offers import Offers, cleaned
from roadworthy.market.world import MarketData


@eqx.filter_jit
def both_kinds(
    data: MarketData,
    market: Market,
    delta: Float[Array, " J"],
    offers: Offers,
    recorded: Offers,
    a: MarketAssumptions,
    cost_usd: Float[Array, " J"] | None,
) -> Choices:
    """The incumbents and slot 0 at its asked price, for households that can choose it and those that cannot."""
    at, o = scene(data, market, delta, offers, recorded, a), data.offered
    taste = at.utility - delta + at.alpha[:, None] * o.price_usd
    can = reach(cleaned(offers), a)[0]
    w, count = data.people.weights, o.owner.shape[0]
    owner = jnp.zeros((count + 1, o.owner.shape[1] + 1)).at[:count, :-1].set(o.owner).at[count, -1].set(1.0)
    seen = jnp.concatenate([taste, at.new[:, None]], axis=1)
    unseen = jnp.concatenate([taste, jnp.full((len(w), 1), OFF_SALE)], axis=1)
    known = Choices(
        delta=delta, taste=taste, price_slope=-at.alpha, weights=w, price=o.price_usd, cost=o.price_usd, owner=o.owner,
        mask=jnp.ones(count),
    )  # fmt: skip
    cost = known.costs_behind() if cost_usd is None else cost_usd
    return Choices(
        delta=jnp.append(delta, 0.0),
        taste=jnp.concatenate([seen, unseen]),
        price_slope=-jnp.concatenate([at.alpha, at.alpha]),
        weights=jnp.concatenate([w * can, w * (1.0 - can)]),
        price=jnp.append(o.price_usd, offers.asked_usd[0]),
        cost=jnp.append(cost, offers.landed_cost_usd[0]),
        owner=owner,
        mask=jnp.ones(count + 1),
    )


@eqx.filter_jit
def _split(before: Choices, after: Choices, groups: Float[Array, "g N"]) -> Parts:
    return decompose(before, after, groups)


def gains(
    data: MarketData,
    market: Market,
    delta: Float[Array, " J"],
    offers: Offers,
    recorded: Offers,
    a: MarketAssumptions,
    cost_usd: Float[Array, " J"] | None = None,
) -> Parts:
    """Gain of all buyers of new vehicles by income group and part, USD a year. Costs are recovered where they are not given."""
    whole = both_kinds(data, market, delta, offers, recorded, a, cost_usd)
    new = jnp.zeros_like(whole.mask).at[-1].set(1.0)
    before = eqx.tree_at(lambda c: c.mask, whole, 1.0 - new)
    after, _ = settled(whole, new)
    groups = jnp.concatenate([data.people.groups, data.people.groups], axis=1)
    parts = _split(before, after, groups)
    dollars = market.node.market_size * (1.0 + offers.sales_tax_rate)  # of a price after tax
    return Parts(*(dollars * part for part in (parts.price, parts.variety, parts.quality, parts.total)))
