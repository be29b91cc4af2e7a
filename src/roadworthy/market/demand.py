"""Who chooses what: mixed logit choice probabilities, their inversion on observed shares, and consumers' surplus.

    s_ij = exp(delta_j + mu_ij) / (1 + sum_k exp(delta_k + mu_ik)),   s_j = sum_i w_i s_ij

`delta` is the mean utility of an offer, `mu` what a consumer adds to it (price and tastes); the outside good has utility 0.
The inversion finds delta from shares by contraction steps in double, Newton steps in single and two chord steps in double precision,
of fixed number; its derivative is that of the implicit function, because the chord steps alone are differentiated and their matrix, a
single-precision one, is held constant: the second mends what the first leaves of value and derivative.
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

CHORD_STEPS = 2
"""In double precision, with the matrix of the last Newton point."""


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
    return jnp.eye(s.shape[1], dtype=s.dtype) - cross / mean[:, None]


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

    Contraction delta <- delta + ln(observed / s) first, then Newton on the same equation; the last two steps carry the gradient.
    """
    seen, fixed_mu, fixed_weights, near = jax.lax.stop_gradient((observed, mu, weights, start))
    goal = jnp.log(seen)
    goal_s, mu_s, weights_s = (x.astype(jnp.float32) for x in (goal, fixed_mu, fixed_weights))

    def contract(_: Index, delta: Float[Array, " J"]) -> Float[Array, " J"]:
        return delta + goal - jnp.log(shares(delta, fixed_mu, fixed_weights))

    def polish(_: Index, delta: Float[Array, " J"]) -> Float[Array, " J"]:
        s = probabilities(delta, mu_s)
        step = jnp.linalg.solve(share_jacobian(s, weights_s), goal_s - jnp.log(weights_s @ s))
        return delta + jnp.clip(step, -STEP_LIMIT, STEP_LIMIT)

    delta = jax.lax.fori_loop(0, contraction, contract, near)
    delta = jax.lax.fori_loop(0, newton, polish, delta.astype(jnp.float32))
    lu, swaps = jax.scipy.linalg.lu_factor(share_jacobian(probabilities(delta, mu_s), weights_s))
    factors = (lu.astype(near.dtype), swaps)
    delta, wanted = delta.astype(near.dtype), jnp.log(observed)
    for _ in range(CHORD_STEPS):
        delta = delta + jax.scipy.linalg.lu_solve(factors, wanted - jnp.log(shares(delta, mu, weights)))
    return delta


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
