"""At which prices do makers have no wish to move: costs behind observed prices, and prices behind costs.

First-order condition of maker f(j), with m = price - cost, alpha_i = dV_ij/dp_j < 0 and M_fi = sum_{k in f} m_k s_ik:

    G_j = sum_i w_i s_ij [1 + alpha_i (m_j - M_f(j)i)] = 0
    zeta form: p = c + zeta(p),  zeta_j = [sum_i w_i alpha_i s_ij M_f(j)i - s_j] / sum_i w_i alpha_i s_ij

Prices are found in three stretches, each ended by the size of the gap p - c - zeta(p): zeta steps until Newton's converge, Newton steps
with the analytic Jacobian of G, both in single precision, and chord steps with the last Jacobian in double precision down to rounding;
so the residual, not the matrix, sets the accuracy. Every stretch has a most number of steps, hence the answer comes with its residual.
The derivative is that of the implicit function, dp = -(dG/dp)^-1 dG, never of the steps. A mask freezes prices.
Limits: one price for all consumers, static Nash-Bertrand, constant costs; uniqueness is not guaranteed.
References: Morrow and Skerlos (2011); Conlon and Gortmaker (2020).
"""

from __future__ import annotations

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


REFINED, REFINED_LAST = 2, 2
"""Rounds of refinement that are not and that are differentiated; each gives four digits and more."""


def zeta(
    s: Float[Array, "N J"],
    weights: Float[Array, " N"],
    price_slope: Float[Array, " N"],
    margin: Float[Array, " J"],
    owner: Float[Array, "J F"],
) -> Float[Array, " J"]:
    """The markup that the first-order condition asks for, given the present margins inside M; 0 where nobody buys.

    Two thin products, N x J x F, and nothing else as large as s: sums over consumers come before those over makers.
    """
    slope = weights * price_slope
    earned = s @ (margin[:, None] * owner)
    sums = s.T @ jnp.concatenate([slope[:, None] * earned, slope[:, None], weights[:, None]], axis=1)
    steep, share = sums[:, -2], sums[:, -1]
    sold = steep < 0.0
    return jnp.where(sold, (jnp.sum(sums[:, :-2] * owner, axis=1) - share) / jnp.where(sold, steep, -1.0), 0.0)


def recovered_margins(
    s: Float[Array, "N J"], weights: Float[Array, " N"], price_slope: Float[Array, " N"], owner: Float[Array, "J F"]
) -> Float[Array, " J"]:
    """price - cost that makes the observed prices an equilibrium: one linear system, (Lambda - H o Gamma) m = -s.

    Factored in single precision and refined in double, where its residual is G without a J x J product; the last two rounds carry the
    derivative, of which the second mends what the first leaves.
    """
    fixed = jax.lax.stop_gradient((s, weights, price_slope, owner))
    s_s, weights_s, price_slope_s, owner_s = (x.astype(jnp.float32) for x in fixed)
    slope = weights_s * price_slope_s
    gamma = (s_s * slope[:, None]).T @ s_s
    lu, swaps = jax.scipy.linalg.lu_factor(jnp.diag(slope @ s_s) - (owner_s @ owner_s.T) * gamma)
    factors = (lu.astype(s.dtype), swaps)

    def refined(margin: Float[Array, " J"], *market: Array) -> Float[Array, " J"]:
        at, w, alpha, makers = market
        return margin - jax.scipy.linalg.lu_solve(factors, first_order(at, w, alpha, margin, makers))

    margin = jax.lax.fori_loop(0, REFINED, lambda _, m: refined(m, *fixed), jnp.zeros(s.shape[1], s.dtype))
    margin = jax.lax.stop_gradient(margin)
    for _ in range(REFINED_LAST):
        margin = refined(margin, s, weights, price_slope, owner)
    return margin


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


PLAIN, ROUNDS, LAST = 15, 8, 8
"""Most zeta steps and Newton steps in single precision, and most chord steps in double."""
FAR, NEAR, SETTLED = 0.3, 1e-3, 2e-14
"""Largest gap, in mean prices, at which each of the three ends: Newton's steps converge from FAR, the chord's from NEAR."""


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

    def newton(
        self, prices: Float[Array, " J"], owner: Float[Array, "J F"], free: Float[Array, " J"]
    ) -> tuple[Float[Array, " J"], Float[Array, "J J"]]:
        """The gap, and its Jacobian at a root: that of G over sum_i w_i alpha_i s_ij. Where a price is frozen, 0 and the identity."""
        s, margin = self.choice(prices), prices - self.cost
        gap = margin - zeta(s, self.weights, self.price_slope, margin, owner)
        jac = first_order_jacobian(s, self.weights, self.price_slope, margin, owner)
        steep = (self.weights * self.price_slope) @ s
        sold = (steep < 0.0)[:, None]
        scaled = jnp.where(sold, jac / jnp.where(sold, steep[:, None], -1.0), jnp.eye(len(prices), dtype=jac.dtype))
        return free * gap, free[:, None] * free[None, :] * scaled + jnp.diag(1.0 - free)


class Walk(NamedTuple):
    """Where a search stands: prices, the gap last measured, where and how large, and how many steps were taken."""

    prices: Float[Array, " J"]
    then: Float[Array, " J"]
    gap: Float[Array, " J"]
    size: Float[Array, ""]
    steps: Index


@jax.custom_jvp
def _solved(
    game: Game, owner: Float[Array, "J F"], start: Float[Array, " J"], free: Float[Array, " J"]
) -> tuple[Float[Array, " J"], Float[Array, ""]]:
    """Prices and the largest free gap at them."""
    single = jax.tree.map(lambda leaf: leaf.astype(jnp.float32), game)
    owner_s, free_s = owner.astype(jnp.float32), free.astype(jnp.float32)
    unit = jnp.mean(jnp.abs(start))

    def largest(gap: Float[Array, " J"]) -> Float[Array, ""]:
        return jnp.max(jnp.abs(gap))

    def far(walk: Walk) -> Array:
        return (walk.size > FAR * unit) & (walk.steps < PLAIN)

    def plain(walk: Walk) -> Walk:
        gap = free_s * single.gap(walk.prices, owner_s)
        return Walk(walk.prices - gap, walk.prices, gap, largest(gap), walk.steps + 1)

    def coarse(state: tuple[Walk, Any]) -> Array:
        return ~(state[0].size <= NEAR * unit) & (state[0].steps < ROUNDS)

    def round_(state: tuple[Walk, Any]) -> tuple[Walk, Any]:
        """A Newton step; where the last one led astray, back to where it came from and a zeta step from there."""
        walk, before = state
        gap, matrix = single.newton(walk.prices, owner_s, free_s)
        worse = ~(largest(gap) <= walk.size)
        factors = jax.tree.map(lambda new, old: jnp.where(worse, old, new), jax.scipy.linalg.lu_factor(matrix), before)
        step = jnp.where(worse, walk.gap, jax.scipy.linalg.lu_solve(factors, gap))
        at = jnp.where(worse, walk.then, walk.prices)
        held = jnp.where(worse, walk.gap, gap)
        return Walk(at - step, at, held, jnp.where(worse, jnp.inf, largest(gap)), walk.steps + 1), factors

    def unsettled(walk: Walk) -> Array:
        return (walk.size > SETTLED * unit) & (walk.steps < LAST)

    p = start.astype(jnp.float32)
    blank = Walk(p, p, jnp.zeros_like(p), jnp.asarray(jnp.inf, dtype=p.dtype), jnp.asarray(0))
    begun = jax.lax.while_loop(far, plain, blank)
    begun = Walk(begun.prices, begun.prices, jnp.zeros_like(p), blank.size, blank.steps)
    none = (jnp.eye(len(p), dtype=p.dtype), jnp.arange(len(p), dtype=jnp.int32))
    near, factors = jax.lax.while_loop(coarse, round_, (begun, none))

    def finish(walk: Walk) -> Walk:
        step = jax.scipy.linalg.lu_solve(factors, walk.gap.astype(jnp.float32))
        moved = walk.prices - step.astype(start.dtype)
        gap = free * game.gap(moved, owner)
        return Walk(moved, walk.prices, gap, largest(gap), walk.steps + 1)

    p = jnp.where(free > 0.0, near.prices.astype(start.dtype), start)
    gap = free * game.gap(p, owner)
    done = jax.lax.while_loop(unsettled, finish, Walk(p, p, gap, largest(gap), jnp.asarray(0)))
    return done.prices, done.size


@_solved.defjvp
def _implicit(values: tuple[Any, ...], moves: tuple[Any, ...]) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """dp = -(d gap / dp)^-1 d gap, and frozen prices move with their start. What is left of the gap has no slope."""
    game, owner, start, free = values
    p, size = _solved(game, owner, start, free)
    _, shift = jax.jvp(lambda g: g.gap(p, owner), (game,), (moves[0],))
    shift = free * shift - (1.0 - free) * moves[2]
    _, matrix = game.newton(p, owner, free)
    return (p, size), (-jnp.linalg.solve(matrix, shift), jnp.zeros_like(size))


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
) -> tuple[Float[Array, " J"], Float[Array, ""]]:
    """Equilibrium prices and the largest unscaled residual |p - c - zeta(p)|.

    `taste` is mu without the price; `frozen` is 1 where a price must stay at `start`.
    """
    free = jnp.ones_like(start) if frozen is None else 1.0 - frozen
    return _solved(Game(delta, taste, weights, price_slope, cost), owner, start, free)
