"""Who chooses what: mixed logit choice probabilities, their inversion on observed shares, and consumers' surplus.

    s_ij = exp(delta_j + mu_ij) / (1 + sum_k exp(delta_k + mu_ik)),   s_j = sum_i w_i s_ij

`delta` is the mean utility of an offer, `mu` what a consumer adds to it (price and tastes); the outside good has utility 0.
The inversion finds delta from shares by contraction steps and Newton steps of fixed number; its derivative is that of the
implicit function, because only the last Newton step is differentiated and its matrix is held constant.
Limits: every consumer sees every offer (consideration is treated in `entry`); shares must be positive.
References: Berry, Levinsohn and Pakes (1995); Conlon and Gortmaker (2020); Small and Rosen (1981).
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.core.shapes import Index

STEP_LIMIT = 3.0
"""Longest Newton step in utility, so that a poor start does not run away. Mathematics of the solver, not of the model."""


def log_inclusive(delta: Float[Array, " J"], mu: Float[Array, "N J"]) -> Float[Array, " N"]:
    """ln(1 + sum_j exp V_ij) of each consumer: the value of the whole choice set in utility."""
    utility = delta + mu
    top = jax.lax.stop_gradient(jnp.maximum(utility.max(axis=1), 0.0))
    return top + jnp.log(jnp.exp(-top) + jnp.exp(utility - top[:, None]).sum(axis=1))


def probabilities(delta: Float[Array, " J"], mu: Float[Array, "N J"]) -> Float[Array, "N J"]:
    """Choice probability of each consumer for each offer; the outside good takes the rest."""
    return jnp.exp(delta + mu - log_inclusive(delta, mu)[:, None])


def shares(delta: Float[Array, " J"], mu: Float[Array, "N J"], weights: Float[Array, " N"]) -> Float[Array, " J"]:
    """Market share of each offer among all consumers, those who buy nothing included."""
    return weights @ probabilities(delta, mu)


def surplus(
    delta: Float[Array, " J"], mu: Float[Array, "N J"], weights: Float[Array, " N"], money_utility: Float[Array, " N"]
) -> Float[Array, ""]:
    """Mean consumers' surplus, in the unit of money of `money_utility` (utility of one unit of money, > 0).

    Only differences between two choice sets have a meaning.
    """
    return jnp.sum(weights * log_inclusive(delta, mu) / money_utility)


def share_jacobian(s: Float[Array, "N J"], weights: Float[Array, " N"]) -> Float[Array, "J J"]:
    """d ln share_j / d delta_k at choice probabilities s."""
    mean = weights @ s
    cross = (s * weights[:, None]).T @ s
    return jnp.eye(s.shape[1]) - cross / mean[:, None]


def invert(
    observed: Float[Array, " J"],
    mu: Float[Array, "N J"],
    weights: Float[Array, " N"],
    start: Float[Array, " J"],
    *,
    contraction: int = 10,
    newton: int = 6,
) -> Float[Array, " J"]:
    """Mean utilities at which the model's shares equal the observed ones.

    Contraction delta <- delta + ln(observed / s) first, then Newton on the same equation; the last step carries the gradient.
    """
    fixed = jax.lax.stop_gradient((observed, mu, weights, start))
    goal, fixed_mu, fixed_weights = jnp.log(fixed[0]), fixed[1], fixed[2]

    def contract(_: Index, delta: Float[Array, " J"]) -> Float[Array, " J"]:
        return delta + goal - jnp.log(shares(delta, fixed_mu, fixed_weights))

    def polish(_: Index, delta: Float[Array, " J"]) -> Float[Array, " J"]:
        s = probabilities(delta, fixed_mu)
        step = jnp.linalg.solve(share_jacobian(s, fixed_weights), goal - jnp.log(fixed_weights @ s))
        return delta + jnp.clip(step, -STEP_LIMIT, STEP_LIMIT)

    delta = jax.lax.fori_loop(0, contraction, contract, fixed[3])
    delta = jax.lax.fori_loop(0, newton, polish, delta)
    matrix = share_jacobian(probabilities(delta, fixed_mu), fixed_weights)
    return delta + jnp.linalg.solve(matrix, jnp.log(observed) - jnp.log(shares(delta, mu, weights)))


def own_elasticities(
    s: Float[Array, "N J"], weights: Float[Array, " N"], price_slope: Float[Array, " N"], prices: Float[Array, " J"]
) -> Float[Array, " J"]:
    """d ln share_j / d ln price_j; `price_slope` = dV_ij / dp_j < 0."""
    return prices * ((weights * price_slope) @ (s * (1.0 - s))) / (weights @ s)


def market_elasticity(
    s: Float[Array, "N J"], weights: Float[Array, " N"], price_slope: Float[Array, " N"], prices: Float[Array, " J"]
) -> Float[Array, ""]:
    """d ln (all sales) when every price rises by the same small fraction."""
    inside = s.sum(axis=1)
    return jnp.sum(weights * price_slope * (1.0 - inside) * (s @ prices)) / jnp.sum(weights * inside)


def outside_diversion(s: Float[Array, "N J"], weights: Float[Array, " N"], price_slope: Float[Array, " N"]) -> Float[Array, " J"]:
    """Share of an offer's buyers lost to a price rise who then buy nothing: -(ds_0/dp_j) / (ds_j/dp_j)."""
    lost = weights * price_slope
    return (lost * (1.0 - s.sum(axis=1))) @ s / (lost @ (s * (1.0 - s)))
