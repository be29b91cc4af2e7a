"""Where does a gain come from: lower prices, more to choose from, or better vehicles, and whose is it?

    CS(P, V, Q),   part_k = mean over the 3! orders of what changing k adds      (Shapley value; the parts sum to the whole exactly)

Between two markets of the same offers and consumers, `price` is prices of offers on sale in both, `variety` which offers are on sale
(a new offer comes at its own price), `quality` everything else that enters utility. By group of consumers, such as income.
Limits: an order matters where changes are large, which is why all orders are averaged. Reference: Shapley (1953).
"""

from __future__ import annotations

from itertools import permutations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.market.choices import Choices

PARTS = ("price", "variety", "quality")


class Parts(eqx.Module):
    """Change of surplus by group, in the market's money per consumer of the whole market."""

    price: Float[Array, " g"]
    variety: Float[Array, " g"]
    quality: Float[Array, " g"]
    total: Float[Array, " g"]


def mixed(before: Choices, after: Choices, changed: frozenset[str]) -> Choices:
    """The market before with some parts as after."""
    both = (before.mask > 0.0) & (after.mask > 0.0)
    variety, price, quality = (part in changed for part in ("variety", "price", "quality"))
    # an offer of only one market has only that market's price and quality
    newer = jnp.where(both, price, after.mask > 0.0)
    better = jnp.where(both, quality, after.mask > 0.0)
    return Choices(
        delta=jnp.where(better, after.delta, before.delta),
        taste=jnp.where(better, after.taste, before.taste),
        price_slope=before.price_slope,
        weights=before.weights,
        price=jnp.where(newer, after.price, before.price),
        cost=before.cost,
        owner=before.owner,
        mask=after.mask if variety else before.mask,
    )


def decompose(before: Choices, after: Choices, groups: Float[Array, "g N"]) -> Parts:
    """Price, variety and quality parts of the change of surplus; `groups` is one-hot over consumers."""

    def worth(changed: frozenset[str]) -> Float[Array, " g"]:
        at = mixed(before, after, changed)
        return groups @ (at.weights * at.surplus())

    subsets = {frozenset(order[:k]) for order in permutations(PARTS) for k in range(len(PARTS) + 1)}
    value = {chosen: worth(chosen) for chosen in subsets}
    orders = list(permutations(PARTS))
    part = {
        name: sum(
            (value[frozenset(order[: order.index(name) + 1])] - value[frozenset(order[: order.index(name)])] for order in orders),
            start=jnp.zeros(groups.shape[0]),
        )
        / len(orders)
        for name in PARTS
    }
    total = value[frozenset(PARTS)] - value[frozenset()]
    return Parts(price=part["price"], variety=part["variety"], quality=part["quality"], total=total)
