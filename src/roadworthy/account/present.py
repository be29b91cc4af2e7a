"""Present values: PV = sum_t x_t (1 + r)^-(t + 1/2), t = 0 the first sale year, and the annuity of the same worth.

Mid-year, so that a flow spread over a year is neither early nor late. At r = 0 the present value is the plain sum.
Reference: OMB Circular A-4 (2003), 3 and 7 %.
"""

from __future__ import annotations

import math

import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.core import InputError
from roadworthy.core.shapes import Scalar

MID_YEAR = 0.5
HIGHEST_RATE = 0.2


def check_rate(rate: float, where: str = "") -> float:
    """A discount rate as a share a year, or one sentence on what is wrong with it."""
    if not math.isfinite(rate) or rate < 0.0:
        raise InputError(f"discount rate {rate:g} is below zero", "give a share a year, such as 0.03", code="account.rate", where=where)
    if rate >= 1.0:
        raise InputError(
            f"discount rate {rate:g} looks like per cent", f"write {rate / 100.0:g} for {rate:g} %", code="account.rate", where=where
        )
    if rate > HIGHEST_RATE:
        raise InputError(
            f"discount rate {rate:g} is above {HIGHEST_RATE:g} a year",
            "give a share a year, such as 0.07",
            code="account.rate",
            where=where,
        )
    return float(rate)


def discount(rates: Float[Array, " *r"], years: int) -> Float[Array, "*r t"]:
    """Worth today of a dollar in the middle of each year. [-]"""
    when = jnp.arange(years) + MID_YEAR
    return (1.0 + jnp.asarray(rates)[..., None]) ** (-when)


def present_value(flow: Float[Array, "*b t"], rate: Scalar) -> Float[Array, " *b"]:
    """Present value of yearly flows at one rate."""
    return flow @ discount(jnp.asarray(rate, jnp.float64), flow.shape[-1])


def annualise(present: Float[Array, " *b"], rate: Scalar, years: int) -> Float[Array, " *b"]:
    """The equal yearly amount over `years` years, paid mid-year, that has this present value."""
    return present / jnp.sum(discount(jnp.asarray(rate, jnp.float64), years))
