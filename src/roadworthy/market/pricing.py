"""At which prices do makers have no wish to move: costs behind observed prices, and prices behind costs.

First-order condition of maker f(j), with m = price - cost, alpha_i = dV_ij/dp_j < 0 and M_fi = sum_{k in f} m_k s_ik:

    G_j = sum_i w_i s_ij [1 + alpha_i (m_j - M_f(j)i)] = 0
    zeta form: p = c + zeta(p),  zeta_j = [sum_i w_i alpha_i s_ij M_f(j)i - s_j] / sum_i w_i alpha_i s_ij

Prices are found by a few zeta steps and then chord steps on p - c - zeta(p), whose matrix is the analytic Jacobian of G in single
precision, taken anew in every round; the last steps are in double precision, so the residual, not the matrix, sets the accuracy.
All counts are fixed. The derivative is that of the implicit function, dp = -(dG/dp)^-1 dG, never of the steps. A mask freezes prices.
Limits: one price for all consumers, static Nash-Bertrand, constant costs; uniqueness is not guaranteed.
References: Morrow and Skerlos (2011); Conlon and Gortmaker (2020).
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.core.shapes import Index
from roadworthy.market.demand import probabilities


def own_brand_margin(s: Float[Array, "N J"], margin: Float[Array, " J"], owner: Float[Array, "J F"]) -> Float[Array, "N J"]:
    """Expected margin that the maker of offer j earns from consumer i on all its offers, M_f(j)i.

    `owner` is one-hot: 1 where the maker owns the offer. Products through makers, N x F, never J x J.
    """
    return ((s * margin) @ owner) @ owner.T


def first_order(
    s: Float[Array, "N J"],
    weights: Float[Array, " N"],
    price_slope: Float[Array, " N"],
    margin: Float[Array, " J"],
    owner: Float[Array, "J F"],
) -> Float[Array, " J"]:
    """G_j: what a maker's profit gains per unit of price, per consumer of the market."""
    own = own_brand_margin(s, margin, owner)
    return weights @ s + (weights * price_slope) @ (s * (margin - own))


def zeta(
    s: Float[Array, "N J"],
    weights: Float[Array, " N"],
    price_slope: Float[Array, " N"],
    margin: Float[Array, " J"],
    owner: Float[Array, "J F"],
) -> Float[Array, " J"]:
    """The markup that the first-order condition asks for, given the present margins inside M; 0 where nobody buys."""
    slope = weights * price_slope
    own = own_brand_margin(s, margin, owner)
    steep = slope @ s
    sold = steep < 0.0
    return jnp.where(sold, (slope @ (s * own) - weights @ s) / jnp.where(sold, steep, -1.0), 0.0)


def recovered_margins(
    s: Float[Array, "N J"], weights: Float[Array, " N"], price_slope: Float[Array, " N"], owner: Float[Array, "J F"]
) -> Float[Array, " J"]:
    """price - cost that makes the observed prices an equilibrium: one linear system, (Lambda - H o Gamma) m = -s."""
    slope = weights * price_slope
    gamma = (s * slope[:, None]).T @ s
    return jnp.linalg.solve(jnp.diag(slope @ s) - (owner @ owner.T) * gamma, -(weights @ s))


def first_order_jacobian(
    s: Float[Array, "N J"],
    weights: Float[Array, " N"],
    price_slope: Float[Array, " N"],
    margin: Float[Array, " J"],
    owner: Float[Array, "J F"],
) -> Float[Array, "J J"]:
    """dG_j / dp_l, analytic: two J x N x J products.

    delta_jl sum_i w a s_j [2 + a (m_j - M)] - sum_i w a s_j s_l {1 + a (m_j - 2 M) + H_jl (1 + a m_l)}
    """
    slope = (weights * price_slope)[:, None]
    own = own_brand_margin(s, margin, owner)
    steep = slope * price_slope[:, None]
    across = (s * (slope + steep * (margin - 2.0 * own))).T @ s
    within = s.T @ (s * (slope + steep * margin))
    diagonal = jnp.sum(s * (2.0 * slope + steep * (margin - own)), axis=0)
    return jnp.diag(diagonal) - across - (owner @ owner.T) * within


class Start(NamedTuple):
    """How many steps of each kind the solver takes; the defaults serve a market whose start is some way off."""

    plain: int = 15
    """zeta steps in single precision."""
    rounds: int = 6
    """Jacobians in single precision, each followed by `chord` steps."""
    chord: int = 1
    last: int = 4
    """Chord steps in double precision, with a Jacobian of the point where they begin."""


FAR = Start()
NEAR = Start(plain=6, rounds=5, chord=1, last=3)
"""For a market whose observed prices are no equilibrium, or one with a product added."""
WARM = Start(plain=2, rounds=0, chord=0, last=5)
"""For a market that differs little from one in equilibrium at the start prices."""


class Game(eqx.Module):
    """What the first-order conditions are made of."""

    delta: Float[Array, " J"]
    taste: Float[Array, "N J"]
    """mu without the price."""
    weights: Float[Array, " N"]
    price_slope: Float[Array, " N"]
    cost: Float[Array, " J"]

    def choice(self, prices: Float[Array, " J"]) -> Float[Array, "N J"]:
        """Choice probabilities at some prices."""
        return probabilities(self.delta, self.taste + self.price_slope[:, None] * prices)

    def gap(self, prices: Float[Array, " J"], owner: Float[Array, "J F"]) -> Float[Array, " J"]:
        """p - c - zeta(p)."""
        margin = prices - self.cost
        return margin - zeta(self.choice(prices), self.weights, self.price_slope, margin, owner)

    def matrix(self, prices: Float[Array, " J"], owner: Float[Array, "J F"], free: Float[Array, " J"]) -> Float[Array, "J J"]:
        """Jacobian of the gap at its root: that of G over sum_i w_i alpha_i s_ij; the identity where a price is frozen."""
        s = self.choice(prices)
        jac = first_order_jacobian(s, self.weights, self.price_slope, prices - self.cost, owner)
        steep = (self.weights * self.price_slope) @ s
        sold = (steep < 0.0)[:, None]
        scaled = jnp.where(sold, jac / jnp.where(sold, steep[:, None], -1.0), jnp.eye(len(prices), dtype=jac.dtype))
        return free[:, None] * free[None, :] * scaled + jnp.diag(1.0 - free)


@partial(jax.custom_jvp, nondiff_argnums=(4,))
def _solved(game: Game, owner: Float[Array, "J F"], start: Float[Array, " J"], free: Float[Array, " J"], how: Start) -> Float[Array, " J"]:
    single = jax.tree.map(lambda leaf: leaf.astype(jnp.float32), game)
    owner_s, free_s = owner.astype(jnp.float32), free.astype(jnp.float32)

    def steered(state: tuple[Array, ...], factors: tuple[Array, Array]) -> tuple[Array, ...]:
        """One chord step; where the last one led astray, back to where it came from and a zeta step from there."""
        p, then, gap_then, size_then = state
        gap = free_s * single.gap(p, owner_s)
        size = jnp.max(jnp.abs(gap))
        worse = ~(size <= size_then)
        p, gap = jnp.where(worse, then, p), jnp.where(worse, gap_then, gap)
        moved = p - jnp.where(worse, gap, jax.scipy.linalg.lu_solve(factors, gap))
        return moved, p, gap, jnp.where(worse, jnp.inf, size)

    def round_(_: Index, state: tuple[Array, ...]) -> tuple[Array, ...]:
        factors = jax.scipy.linalg.lu_factor(single.matrix(state[0], owner_s, free_s))
        for _ in range(how.chord):
            state = steered(state, factors)
        return state

    p = jax.lax.fori_loop(0, how.plain, lambda _, p: p - free_s * single.gap(p, owner_s), start.astype(jnp.float32))
    p = jax.lax.fori_loop(0, how.rounds, round_, (p, p, jnp.zeros_like(p), jnp.asarray(jnp.inf, dtype=p.dtype)))[0]
    factors = jax.scipy.linalg.lu_factor(single.matrix(p, owner_s, free_s))

    def finish(_: Index, p: Float[Array, " J"]) -> Float[Array, " J"]:
        step = jax.scipy.linalg.lu_solve(factors, (free * game.gap(p, owner)).astype(jnp.float32))
        return p - step.astype(p.dtype)

    p = jnp.where(free > 0.0, p.astype(start.dtype), start)
    return jax.lax.fori_loop(0, how.last, finish, p)


@_solved.defjvp
def _implicit(how: Start, values: tuple[Any, ...], moves: tuple[Any, ...]) -> tuple[Array, Array]:
    """dp = -(d gap / dp)^-1 d gap, and frozen prices move with their start."""
    game, owner, start, free = values
    p = _solved(game, owner, start, free, how)
    _, shift = jax.jvp(lambda g: g.gap(p, owner), (game,), (moves[0],))
    shift = free * shift - (1.0 - free) * moves[2]
    return p, -jnp.linalg.solve(game.matrix(p, owner, free), shift)


def equilibrium(
    delta: Float[Array, " J"],
    taste: Float[Array, "N J"],
    weights: Float[Array, " N"],
    price_slope: Float[Array, " N"],
    cost: Float[Array, " J"],
    owner: Float[Array, "J F"],
    start: Float[Array, " J"],
    *,
    frozen: Float[Array, " J"] | None = None,
    how: Start = FAR,
) -> tuple[Float[Array, " J"], Float[Array, ""]]:
    """Equilibrium prices and the largest unscaled residual |p - c - zeta(p)|.

    `taste` is mu without the price; `frozen` is 1 where a price must stay at `start`.
    """
    free = jnp.ones_like(start) if frozen is None else 1.0 - frozen
    game = Game(delta, taste, weights, price_slope, cost)
    prices = _solved(game, owner, start, free, how)
    return prices, jnp.max(jnp.abs(free * game.gap(prices, owner)))
