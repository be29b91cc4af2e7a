"""Which tastes agree with what others have measured: published moments matched by Gauss-Newton, shares inverted exactly at each step.

    theta = argmin (m(theta) - m*)' W (m(theta) - m*) + (theta - t)' P (theta - t),   W = 1/sd^2 of the facts, P = 1/sd^2 of the priors
    V(theta) = (G'WG + P)^-1,   sd of a moment by the delta method = sqrt(diag(G V G'))

theta holds logarithms: the price coefficient a0, the spread s0 of the taste for having a new car, its rise h with income, the income
exponent eta, and one factor on each published spread of tastes, which are in units of a published a0 and scale with ours. The priors are the published
standard errors, so a moment moves a taste only as far as it knows more than its source. Nodes of the bank are draws from N(theta, V).
Limits: 44 of 53 published rows come through one working paper, so facts are not independent and W overstates what is known; what the
mean utilities absorb (size, mean power) is drawn from its own published error; most sd of facts are assumed.
References: Hansen (1982); Petrin (2002) for micro-moments; Conlon and Gortmaker (2023).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy.market import inversion
from roadworthy.market.inversion import lift, market_size
from roadworthy.market.moments import Frame, frame, moments
from roadworthy.market.tastes import Tastes
from roadworthy.market.world import MarketData

PUBLISHED_A0 = 0.226
"""1/1000 USD at 95,000 USD of income: the price coefficient beside which the spreads were published."""
PRIORS: dict[str, tuple[float, float]] = {
    "price_coefficient": (0.1255, 0.5),
    "outside_sd": (5.0, 0.8),
    "income_exponent": (0.5, 0.4),
    "outside_income": (1.0, 1.0),
    "power_sd": (1.957, 0.18 / 1.957),
    "economy_sd": (5.753, 1.05 / 5.753),
    "suv_sd": (2.640, 0.32 / 2.640),
    "van_sd": (6.581, 1.67 / 6.581),
    "pickup_sd": (12.456, 3.19 / 12.456),
    "electric_sd": (1.996, 0.99 / 1.996),
    "european_sd": (2.074, 0.39 / 2.074),
    "luxury_sd": (2.707, 0.47 / 2.707),
}
"""Centre, and sd of its logarithm. Spreads: published with standard errors (market/moments); the first four are weak and assumed."""
OWN_SCALE = ("price_coefficient", "outside_sd", "income_exponent", "outside_income")
"""Not in units of the published price coefficient."""
SIZE_2 = 12.0 / 0.12
"""Measured hedonic slope of ln footprint per unit of a0."""
SIZE_3 = 0.846 / 0.1275
"""Published slope of length x width, per m2 and unit of a0."""
FUEL_VALUATION = 0.75
POWER_MEAN, SIZE_1 = (1.240, 0.35), (1.428, 0.14)
"""Mean tastes for ln power and for ln(length x width) beside the published a0, with standard errors."""
DIFFERENCE = 1e-3
"""Step of the numerical derivative of the moments, in logarithms."""
STEP_LIMIT = 0.7
ROUNDS = 6
CHORDS = 2
HALVINGS = (1.0, 0.5, 0.2, 0.05)
ENOUGH = 1e-3
"""Fall of the objective below which the search ends."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Tastes of one market size, with what they match and how surely."""

    theta: Float[np.ndarray, " k"]
    """Logarithms, in the order of `PRIORS`."""
    covariance: Float[np.ndarray, "k k"]
    moments: Float[np.ndarray, " m"]
    moments_sd: Float[np.ndarray, " m"]
    """By the delta method."""
    level: Float[np.ndarray, " J"]
    """Levels of the offers at theta; see `looker`."""
    objective: float
    frame: Frame


def tastes(theta: Float[np.ndarray, " k"], households_per_buyer: float, power_z: float = 0.0, size_z: float = 0.0) -> Tastes:
    """The vector of tastes behind theta; `power_z` and `size_z` are scores of what only the mean utilities know."""
    value = dict(zip(PRIORS, np.exp(theta), strict=True))
    a0 = value["price_coefficient"]
    scale = a0 / PUBLISHED_A0
    found = {name: v if name in OWN_SCALE else v * scale for name, v in value.items()}
    found |= {
        "power_mean": (POWER_MEAN[0] + POWER_MEAN[1] * power_z) * scale,
        "size_slope_ln_area": (SIZE_1[0] + SIZE_1[1] * size_z) * scale,
        "size_slope_ln_footprint": SIZE_2 * a0,
        "size_slope_area_per_m2": SIZE_3 * a0,
        "fuel_valuation": FUEL_VALUATION,
        "households_per_buyer": households_per_buyer,
    }
    return jax.tree.map(lambda v: jnp.asarray(v, dtype=float), Tastes(**found))


Look = Callable[[Tastes, Float[Array, " J"]], tuple[Array, Array]]


def looker(data: MarketData, f: Frame, contraction: int = 4, newton: int = 4) -> Look:
    """Invert at some tastes: "levels" of the offers and the model's moments. Compiled once.

    A level is the mean utility plus ln of the mean of exp(mu). It moves little with tastes where a mean utility moves by hundreds (a
    dear car when the price coefficient changes), so the levels of other tastes are a near start.
    """

    @eqx.filter_jit
    def look(t: Tastes, start: Float[Array, " J"]) -> tuple[Array, Array]:
        mean = lift(t, data)
        at = inversion.node(t, data, start - mean, contraction=contraction, newton=newton)
        return at.delta + mean, moments(at, data, f)

    return look


def weights(f: Frame, households_per_buyer: float) -> Float[np.ndarray, " m"]:
    """1/sd of each fact that counts in a market of this size, 0 of the others."""
    small = households_per_buyer > 5.0
    return np.asarray([1.0 / t.sd if t.used == "yes" or (small and t.used == "small") else 0.0 for t in f.targets])


def slopes(look: Look, theta: Float[np.ndarray, " k"], level: Float[Array, " J"], here: Float[np.ndarray, " m"], size: float) -> np.ndarray:
    """G: how moments move with theta, shares kept."""
    columns = []
    for k in range(len(theta)):
        step = np.zeros(len(theta))
        step[k] = DIFFERENCE
        columns.append((np.asarray(look(tastes(theta + step, size), level)[1]) - here) / DIFFERENCE)
    return np.stack(columns, axis=1)


def calibrate(data: MarketData, households_per_buyer: float, talk: Callable[[str], None] = lambda _: None) -> Calibrated:
    """Match the published moments at one size of the yearly market."""
    f = frame(data)
    look = looker(data, f)
    centre = np.log([value for value, _ in PRIORS.values()])
    prior = np.asarray([1.0 / sd for _, sd in PRIORS.values()])
    w, goal = weights(f, households_per_buyer), np.asarray([t.value for t in f.targets])
    theta = centre.copy()
    start = jnp.log(data.offered.sales / market_size(tastes(theta, households_per_buyer), data))

    def objective(m: np.ndarray, at: np.ndarray) -> float:
        return float(np.sum((w * (m - goal)) ** 2) + np.sum((prior * (at - centre)) ** 2))

    first, _ = looker(data, f, contraction=40, newton=8)(tastes(theta, households_per_buyer), start)
    level, seen = look(tastes(theta, households_per_buyer), first)
    best = objective(np.asarray(seen), theta)
    for turn in range(ROUNDS):
        G = slopes(look, theta, level, np.asarray(seen), households_per_buyer)
        precision = (G * w[:, None] ** 2).T @ G + np.diag(prior**2)
        before = best
        for _ in range(CHORDS):
            push = (G * w[:, None] ** 2).T @ (np.asarray(seen) - goal) + prior**2 * (theta - centre)
            full = -np.linalg.solve(precision, push)
            full = full * min(1.0, STEP_LIMIT / np.abs(full).max())
            for part in HALVINGS:
                step = part * full
                trial_level, trial = look(tastes(theta + step, households_per_buyer), level)
                value = objective(np.asarray(trial), theta + step)
                if value < best:
                    break
            talk(f"M = households/{households_per_buyer:g}, round {turn}: objective {value:.3f}, step {np.abs(step).max():.1e}")
            if not value < best:
                break
            theta, level, seen, best = theta + step, trial_level, trial, value
        if before - best < ENOUGH:
            break
    G = slopes(look, theta, level, np.asarray(seen), households_per_buyer)
    covariance = np.linalg.inv((G * w[:, None] ** 2).T @ G + np.diag(prior**2))
    return Calibrated(
        theta=theta,
        covariance=covariance,
        moments=np.asarray(seen),
        moments_sd=np.sqrt(np.einsum("mk,kl,ml->m", G, covariance, G)),
        level=np.asarray(level),
        objective=best,
        frame=f,
    )
