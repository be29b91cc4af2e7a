"""What a new car's mean utility would be: a fit over the incumbents, and how far it misses the smallest cars.

    delta_j = X_j beta + b_hp ln(power/mass)_j + B_form(size_j) + xi_j
    xi_new  = bias_form - ln pi + sd_form z,   bias = mean residual of small cars left out of the fit, sd >= 1.3

The slopes of power and size are the node's tastes; beta (body, brand, electric, economy) is least squares over models under
90,000 USD with a footprint of at least 41.5 ft2. The bias differs by an order of magnitude between size forms, so it is taken
form by form. Limits: three cars (Spark, Mirage, Cooper) carry the bias; brand of the entrant is unknown.
Reference: docs/rooms/market.md; Berry (1994).
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.core.axes import SIZE_FORMS
from roadworthy.market.tastes import Tastes, size_utility
from roadworthy.market.world import Constants, MarketData

LEAST_SD = 1.3
"""Floor of the spread of xi_new: three cars cannot show less. Residual spread of the fit under the central price coefficient."""
POWER, ECONOMY = 1, 2
BODY_AND_BRAND = slice(3, 9)


class MeanFit(eqx.Module):
    """Coefficients and small-car residual of each size form."""

    beta: Float[Array, "*b 3 8"]
    """On [1, economy, suv, van, pickup, electric, european, luxury]."""
    bias_mean: Float[Array, "*b 3"]
    bias_sd: Float[Array, "*b 3"]


class Moved(eqx.Module):
    """Change of coefficients and small-car residual for one unit of some shifts k of the mean utilities; alike for all size forms."""

    beta: Float[Array, "*b k 8"]
    bias: Float[Array, "*b k"]


def design(x: Float[Array, "*e K"]) -> Float[Array, "*e 8"]:
    """Regressors from taste attributes: constant, economy, body and brand."""
    return jnp.concatenate([x[..., :1], x[..., ECONOMY : ECONOMY + 1], x[..., BODY_AND_BRAND]], axis=-1)


def size_by_form(
    tastes: Tastes, kappa: Float[Array, ""] | float, area_m2: Float[Array, " *e"], footprint_m2: Float[Array, " *e"], c: Constants
) -> Float[Array, " 3 *e"]:
    """B of every size form."""
    return jnp.stack(
        [size_utility(tastes, f, kappa, area_m2, footprint_m2, c.area_floor_m2, c.footprint_floor_m2) for f in range(len(SIZE_FORMS))]
    )


def _least_squares(known: Float[Array, "k J"], data: MarketData) -> Float[Array, "k 8"]:
    """Coefficients on the fitted models; 0 for a body or brand that no model has."""
    X = design(data.offered.x)
    kept = data.offered.fitted[:, None] * X
    square = kept.T @ X
    absent = jnp.diag(jnp.where(jnp.diag(square) > 0.0, 0.0, 1.0))
    return jnp.linalg.solve(square + absent, kept.T @ known.T).T


def moved(shifts: Float[Array, "J k"], data: MarketData) -> Moved:
    """What shifts of the mean utilities do to the fit, which is linear in them."""
    reference = data.offered.reference
    beta = _least_squares(shifts.T, data)
    left = shifts.T - beta @ design(data.offered.x).T
    return Moved(beta=beta, bias=left @ reference / reference.sum())


def residuals(delta: Float[Array, " J"], tastes: Tastes, data: MarketData) -> tuple[Float[Array, "3 8"], Float[Array, "3 J"]]:
    """Coefficients of each size form, and what they leave of every model's mean utility, small cars included."""
    o = data.offered
    known = delta - tastes.power_mean * o.x[:, POWER] - size_by_form(tastes, 0.0, o.area_m2, o.footprint_m2, data.constants)
    beta = _least_squares(known, data)
    return beta, known - beta @ design(o.x).T


def left_out_errors(delta: Float[Array, " J"], tastes: Tastes, data: MarketData) -> Float[Array, "3 J"]:
    """Residual of each small reference car above the mean of the others: its log error when it is left out."""
    _, residual = residuals(delta, tastes, data)
    reference = data.offered.reference
    count = reference.sum()
    mean = residual @ reference / count
    return (residual - mean[:, None]) * count / (count - 1.0)


def fit(delta: Float[Array, " J"], tastes: Tastes, data: MarketData) -> MeanFit:
    """Fit the mean utilities of a node under each size form and measure the small-car residual."""
    beta, residual = residuals(delta, tastes, data)
    reference = data.offered.reference
    count = reference.sum()
    sd = jnp.sqrt(left_out_errors(delta, tastes, data) ** 2 @ reference / count)
    return MeanFit(beta=beta, bias_mean=residual @ reference / count, bias_sd=jnp.maximum(sd, LEAST_SD))
