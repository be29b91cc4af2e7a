"""A market as arrays, and the questions one asks of it: shares, elasticities, diversion, surplus, equilibrium.

    V_ij = delta_j + taste_ij + alpha_i p_j,   D_jk = -(ds_k/dp_j) / (ds_j/dp_j),   CS = sum_i w_i ln(1 + sum_j exp V_ij) / -alpha_i

Any random-coefficient logit fits in: the MY2022 market at one vector of tastes, the textbook automobile market, a user's own
estimate. An offer that is not on sale is masked, never removed, so that adding one recompiles nothing.
Limits: price enters linearly, so -alpha_i is the marginal utility of money; one price for all consumers.
References: Berry, Levinsohn and Pakes (1995); Conlon and Mortimer (2021) for diversion; Small and Rosen (1981).
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.market.demand import log_inclusive, probabilities
from roadworthy.market.pricing import equilibrium, recovered_margins

OFF_SALE = -1e3
"""Utility of an offer that is masked: exp of it is exactly 0."""


class Choices(eqx.Module):
    """J offers and N consumers; money in any one unit."""

    delta: Float[Array, " J"]
    """Mean utility without price."""
    taste: Float[Array, "N J"]
    """What consumer i adds to it, price apart."""
    price_slope: Float[Array, " N"]
    """alpha_i = dV_ij / dp_j, below 0."""
    weights: Float[Array, " N"]
    """Sum to 1."""
    price: Float[Array, " J"]
    cost: Float[Array, " J"]
    owner: Float[Array, "J F"]
    """One-hot over makers."""
    mask: Float[Array, " J"]
    """1 where the offer is on sale."""

    def mean(self) -> Float[Array, " J"]:
        """Mean utility, with what is off sale out of reach."""
        return jnp.where(self.mask > 0.0, self.delta, OFF_SALE)

    def utility(self) -> Float[Array, "N J"]:
        """mu: what consumers add to the mean utility, price included."""
        return self.taste + self.price_slope[:, None] * self.price

    def choice(self) -> Float[Array, "N J"]:
        """Choice probabilities of each consumer."""
        return probabilities(self.mean(), self.utility())

    def shares(self) -> Float[Array, " J"]:
        """Market shares; the outside good has the rest."""
        return self.weights @ self.choice()

    def surplus(self) -> Float[Array, " N"]:
        """Each consumer's surplus in money; only differences have a meaning, and `weights @` of it is the mean."""
        return log_inclusive(self.mean(), self.utility()) / -self.price_slope

    def profit(self) -> Float[Array, " F"]:
        """Variable profit of each maker per consumer of the market."""
        return ((self.price - self.cost) * self.shares()) @ self.owner

    def share_slopes(self) -> Float[Array, "J J"]:
        """ds_k / dp_j, row j the price that moves."""
        s = self.choice()
        slope = self.weights * self.price_slope
        return jnp.diag(slope @ s) - (s * slope[:, None]).T @ s

    def elasticities(self) -> Float[Array, "J J"]:
        """d ln s_j / d ln p_k: row the offer, column the price."""
        return self.share_slopes().T * self.price / self.shares()[:, None]

    def diversion(self) -> Float[Array, "J J"]:
        """Row j: where buyers go whom a dearer j loses; on the diagonal, those who go to the outside good."""
        slopes = self.share_slopes()
        own = jnp.diag(slopes)
        to_others = -slopes / own[:, None]
        outside = slopes.sum(axis=1) / own
        return to_others - jnp.diag(jnp.diag(to_others)) + jnp.diag(outside)

    def costs_behind(self) -> Float[Array, " J"]:
        """Marginal costs at which the present prices are an equilibrium; every offer must be on sale."""
        return self.price - recovered_margins(self.choice(), self.weights, self.price_slope, self.owner)

    def settle(self, frozen: Float[Array, " J"] | None = None) -> tuple[Choices, Float[Array, ""]]:
        """The same market at equilibrium prices, and the largest |p - c - zeta(p)|. Prices off sale stay, as do the frozen ones."""
        held = 1.0 - self.mask if frozen is None else jnp.maximum(frozen, 1.0 - self.mask)
        prices, residual = equilibrium(
            self.mean(), self.taste, self.weights, self.price_slope, self.cost, self.owner, self.price, frozen=held
        )
        return eqx.tree_at(lambda c: c.price, self, prices), residual


def joined(market: Choices, new: Choices) -> Choices:
    """The market with the offers of `new` beside its own; consumers are the same, makers of `new` are new makers."""
    J, K = market.owner.shape[0], new.owner.shape[0]
    F, G = market.owner.shape[1], new.owner.shape[1]
    owner = jnp.block([[market.owner, jnp.zeros((J, G))], [jnp.zeros((K, F)), new.owner]])
    line = {name: jnp.concatenate([getattr(market, name), getattr(new, name)]) for name in ("delta", "price", "cost", "mask")}
    taste = jnp.concatenate([market.taste, new.taste], axis=1)
    return Choices(taste=taste, price_slope=market.price_slope, weights=market.weights, owner=owner, **line)


@eqx.filter_jit
def settled(market: Choices, frozen: Float[Array, " J"] | None = None) -> tuple[Choices, Float[Array, ""]]:
    """`Choices.settle`, compiled once per shape."""
    return market.settle(frozen)


def many(markets: Choices) -> tuple[Float[Array, "b J"], Float[Array, " b"]]:
    """Equilibrium prices of a batch of markets, one after another: `lax.map` keeps one choice matrix in cache.

    `markets` has a leading axis b on every leaf. On an accelerator `jax.vmap` of `settle` serves as well: all
    markets then take the steps of the slowest.
    """

    def one(market: Choices) -> tuple[Float[Array, " J"], Float[Array, ""]]:
        done, residual = market.settle()
        return done.price, residual

    return jax.lax.map(one, markets)
