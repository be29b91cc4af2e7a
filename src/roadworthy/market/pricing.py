"""At which prices do makers have no wish to move: costs behind observed prices, and prices behind costs.

First-order condition of maker f(j), with m = price - cost, alpha_i = dV_ij/dp_j < 0 and M_fi = sum_{k in f} m_k s_ik:

    G_j = sum_i w_i s_ij [1 + alpha_i (m_j - M_f(j)i)] = 0
    zeta form: p = c + zeta(p),  zeta_j = [sum_i w_i alpha_i s_ij M_f(j)i - s_j] / sum_i w_i alpha_i s_ij

Prices are found by zeta steps of fixed number and finished by Newton steps with the analytic Jacobian of G; the derivative is
that of the implicit function (the last step is differentiated with its matrix held constant). A mask freezes any prices.
Limits: one price for all consumers, static Nash-Bertrand, constant costs; uniqueness is not guaranteed.
References: Morrow and Skerlos (2011); Conlon and Gortmaker (2020).
"""

from __future__ import annotations

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
    """The markup that the first-order condition asks for, given the present margins inside M."""
    slope = weights * price_slope
    own = own_brand_margin(s, margin, owner)
    return (slope @ (s * own) - weights @ s) / (slope @ s)


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
    """dG_j / dp_l, analytic: three J x N x J products.

    delta_jl sum_i w a s_j [2 + a (m_j - M)] - sum_i w a s_j s_l {1 + a m_j - 2 a M + H_jl (1 + a m_l)}
    """
    slope = weights * price_slope
    own = own_brand_margin(s, margin, owner)
    steep = slope * price_slope
    same = owner @ owner.T
    first = (s * slope[:, None]).T @ s
    second = (s * steep[:, None]).T @ s
    third = (s * own * steep[:, None]).T @ s
    diagonal = 2.0 * (slope @ s) + steep @ (s * (margin - own))
    cross = first + margin[:, None] * second - 2.0 * third + same * (first + second * margin[None, :])
    return jnp.diag(diagonal) - cross


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
    steps: int = 60,
    newton: int = 3,
) -> tuple[Float[Array, " J"], Float[Array, ""]]:
    """Equilibrium prices and the largest unscaled residual |p - c - zeta(p)|.

    `taste` is mu without the price; `frozen` is 1 where a price must stay at `start`.
    """
    free = jnp.ones_like(start) if frozen is None else 1.0 - frozen

    def at(p: Float[Array, " J"], slope: Float[Array, " N"], d: Float[Array, " J"], t: Float[Array, "N J"]) -> Float[Array, "N J"]:
        return probabilities(d, t + slope[:, None] * p)

    held = jax.lax.stop_gradient((delta, taste, weights, price_slope, cost, start))
    d, t, w, slope, c, p0 = held

    def plain(_: Index, p: Float[Array, " J"]) -> Float[Array, " J"]:
        return p + free * (c + zeta(at(p, slope, d, t), w, slope, p - c, owner) - p)

    def matrix(p: Float[Array, " J"]) -> Float[Array, "J J"]:
        jac = first_order_jacobian(at(p, slope, d, t), w, slope, p - c, owner)
        return free[:, None] * free[None, :] * jac + jnp.diag(1.0 - free)

    def polish(_: Index, p: Float[Array, " J"]) -> Float[Array, " J"]:
        return p - jnp.linalg.solve(matrix(p), free * first_order(at(p, slope, d, t), w, slope, p - c, owner))

    p = jax.lax.fori_loop(0, steps, plain, p0)
    p = jax.lax.fori_loop(0, newton, polish, p)
    condition = first_order(at(p, price_slope, delta, taste), weights, price_slope, p - cost, owner)
    moved = free * (p - jnp.linalg.solve(matrix(p), free * condition)) + (1.0 - free) * start
    s = at(moved, price_slope, delta, taste)
    residual = jnp.max(jnp.abs(free * (moved - cost - zeta(s, weights, price_slope, moved - cost, owner))))
    return moved, residual
