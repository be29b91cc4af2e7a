"""What would the US label say?

Derived five-cycle: label = 1 / (intercept + slope / unadjusted), by model year; vehicle-specific five-cycle where all tests exist;
electric: 0.7 of the unadjusted two-cycle value; combined is the harmonic 55 / 45 mean. All economies in miles per gallon.
Limits: hybrids' four-bag form and plug-in utility factors are left out; no rounding (the label rounds to whole mpg).
References: 40 CFR 600.114-12, 600.210-12.
"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from .parameters import Parameters

CITY_2017 = (0.004091, 1.1601)
HWY_2017 = (0.003191, 1.2945)
CITY_2008 = (0.003259, 1.1805)
HWY_2008 = (0.001376, 1.3466)
"""Intercept [gal/mi] and slope of the derived five-cycle label; 40 CFR 600.210-12(a)(2)(iii), and before model year 2017."""
NEW_FORM_YEAR = 2017.0
CITY_SHARE = 0.55
FTP_COLD = 0.43

Mpg = Float[Array, " *n"] | Float[np.ndarray, " *n"] | float


def derived(ftp_mpg: Mpg, hfet_mpg: Mpg, year: Mpg = NEW_FORM_YEAR) -> tuple[Float[Array, " *n"], Float[Array, " *n"]]:
    """Label city and highway from the two unadjusted values; older constants before model year 2017. [mpg]"""
    new = jnp.asarray(year) >= NEW_FORM_YEAR
    city = [1.0 / (a + b / jnp.asarray(ftp_mpg)) for a, b in (CITY_2017, CITY_2008)]
    hwy = [1.0 / (a + b / jnp.asarray(hfet_mpg)) for a, b in (HWY_2017, HWY_2008)]
    return jnp.where(new, city[0], city[1]), jnp.where(new, hwy[0], hwy[1])


def combined(city: Mpg, hwy: Mpg) -> Float[Array, " *n"]:
    """Harmonic 55 / 45 mean of economies. [same unit]"""
    return 1.0 / (CITY_SHARE / jnp.asarray(city) + (1.0 - CITY_SHARE) / jnp.asarray(hwy))


def electric(unadjusted_mpge: Mpg, p: Parameters) -> Float[Array, " *n"]:
    """Label economy of an electric vehicle from its two-cycle value: 40 CFR 600.210-12(d)(3)(ii). [mpge]"""
    return p.ev_label * jnp.asarray(unadjusted_mpge)


def ftp_from_bags(bag1: Mpg, bag2: Mpg, bag3: Mpg, miles: tuple[float, float, float] = (3.591, 3.859, 3.591)) -> Float[Array, " *n"]:
    """FTP economy from bag economies: fuel of each bag, cold and hot starts weighted 0.43 and 0.57. [mpg]"""
    fuel = [d / jnp.asarray(b) for d, b in zip(miles, (bag1, bag2, bag3), strict=True)]
    cold = (fuel[0] + fuel[1]) / (miles[0] + miles[1])
    hot = (fuel[2] + fuel[1]) / (miles[2] + miles[1])
    return 1.0 / (FTP_COLD * cold + (1.0 - FTP_COLD) * hot)


def five_cycle(
    bags75: tuple[Mpg, Mpg, Mpg], bags20: tuple[Mpg, Mpg, Mpg], us06_city: Mpg, us06_hwy: Mpg, sc03: Mpg, hfet: Mpg
) -> tuple[Float[Array, " *n"], Float[Array, " *n"]]:
    """Vehicle-specific label city and highway from all five tests: 40 CFR 600.114-12(a), (b)(1). [mpg]

    `bags75` and `bags20` are the economies of the three FTP bags at 75 and 20 degrees Fahrenheit.
    """
    b1, b2, b3 = (jnp.asarray(b) for b in bags75)
    c1, c2, c3 = (jnp.asarray(b) for b in bags20)
    start = 0.76 * 3.6 * (1 / b1 - 1 / b3) + 0.24 * 3.6 * (1 / c1 - 1 / c3)
    air = 1 / jnp.asarray(sc03) - (0.61 / b3 + 0.39 / b2)
    run_city = 0.82 * (0.48 / b2 + 0.41 / b3 + 0.11 / jnp.asarray(us06_city)) + 0.18 * (0.5 / c2 + 0.5 / c3) + 0.133 * 1.083 * air
    run_hwy = 1.007 * (0.79 / jnp.asarray(us06_hwy) + 0.21 / jnp.asarray(hfet)) + 0.133 * 0.377 * air
    return 0.905 / (0.33 * start / 4.1 + run_city), 0.905 / (0.33 * start / 60.0 + run_hwy)
