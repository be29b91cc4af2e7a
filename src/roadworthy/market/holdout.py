"""How well does the model forecast small cars it has not seen?

Two kinds. `choice set`: each small reference car of MY2022 left out of the bias in turn; its sales move as exp(xi), so leaving it out
shifts ln sales by minus its residual above the mean of the others. `launch`: a car of another year put as an entrant into the MY2022
market at its own price in 2022 dollars, the units scaled by that year's light-vehicle sales, with a bias from which the same model
(where it is in the choice set) is left out:

    ln Q = ln(M sum_i w_i r_i / (1 + r_i)) + ln(sales index),   V = X beta + B(size) + bias - form by form + sd z - kappa's extra slope

Nothing is tuned to a row. Limits: one choice set for all years, so tastes, rivals and fuel prices of the 1980s are those of 2022;
dealers known for one car; two seats are no attribute; perceived risk left out. The novelty path was sorted with these cars in view,
so `year3` is no hold-out. Attributes of most launches are assumed (market/launches).
Reference: docs/rooms/market.md.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.special import ndtri

from roadworthy import data as bundled
from roadworthy.core import Status, weakest
from roadworthy.core.axes import SIZE_FORMS
from roadworthy.market.assumptions import MarketAssumptions
from roadworthy.market.bank import NODES, stored
from roadworthy.market.demand import log_inclusive
from roadworthy.market.fit import ECONOMY, LEAST_SD, POWER, design, residuals
from roadworthy.market.inversion import non_price
from roadworthy.market.support import Badge, Interval, support
from roadworthy.market.tastes import TASTES, Tastes, money_utility, size_utility, wish
from roadworthy.market.world import MarketData, load, log_economy, log_power_to_mass, pv_fuel

FORM_WEIGHTS = (0.4, 0.3, 0.3)
"""As in the list of assumptions."""
SCORES = 31
"""Quantiles of the standard normal that stand for the spread of xi."""
LAUNCH_NODES = 64
"""Taste nodes of a launch's forecast: half of the bank, balanced since nodes are a Sobol block."""
KAPPAS = 4
"""Quantiles of the extra steepness below the smallest size."""
KAPPA_SD = 0.5
SHIFTS = np.linspace(-9.0, 9.0, 19)
"""Mean utilities around the central one at which sales are computed; between them ln Q is interpolated."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """One car left out: what was sold, what would have been said."""

    car: str
    year: int
    kind: str
    """`choice set` or `launch`."""
    observed: float
    forecast: Interval
    log_error: float
    """ln(median forecast / observed)."""
    covered: bool
    """Whether the 80 % interval holds the observed figure."""
    badge: Badge
    status: Status
    """Of the observed figure."""
    attributes_status: Status

    def as_dict(self) -> dict[str, Any]:
        """The row as plain data, for JSON and reports."""
        return {
            "car": self.car, "year": self.year, "kind": self.kind, "observed": self.observed,
            "p10": self.forecast.p10, "p50": self.forecast.p50, "p90": self.forecast.p90,
            "log_error": self.log_error, "covered": self.covered, "badge": self.badge.place,
            "status": self.status, "attributes_status": self.attributes_status,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Score:
    """What the table comes to."""

    count: int
    covered: int
    median_abs_log_error: float
    mean_log_error: float
    """Below 0 the model says too little."""
    median_width: float
    """Median of 90 % over 10 %."""

    @property
    def sentence(self) -> str:
        """The line beneath the table."""
        return (
            f"{self.covered} of {self.count} inside the 80 % interval; median absolute log error {self.median_abs_log_error:.2f}, "
            f"mean {self.mean_log_error:+.2f}; the interval spans a factor of {self.median_width:.0f} at the median"
        )


def _quantiles(ln_units: Float[np.ndarray, " d"], weights: Float[np.ndarray, " d"]) -> Interval:
    order = np.argsort(ln_units)
    below = np.cumsum(weights[order]) / weights.sum()
    low, middle, high = (float(np.exp(ln_units[order][np.searchsorted(below, q)])) for q in (0.1, 0.5, 0.9))
    return Interval(low, middle, high, "a year")


def _row(car: str, year: int, kind: str, observed: float, forecast: Interval, badge: Badge, status: str, attributes: str) -> HeldOut:
    return HeldOut(
        car=car,
        year=year,
        kind=kind,
        observed=observed,
        forecast=forecast,
        log_error=float(np.log(forecast.p50 / observed)),
        covered=bool(forecast.p10 <= observed <= forecast.p90),
        badge=badge,
        status=status,  # type: ignore[arg-type]
        attributes_status=attributes,  # type: ignore[arg-type]
    )


class Cars(eqx.Module):
    """Launches as arrays [l]."""

    x: Float[Array, "l K"]
    area_m2: Float[Array, " l"]
    footprint_m2: Float[Array, " l"]
    price_usd: Float[Array, " l"]
    pv_fuel_usd: Float[Array, " l"]
    dealers: Float[Array, " l"]
    left_out: Float[Array, "l J"]
    """1 for the reference cars that count for a launch's bias: all but the same model."""


def cars(rows: list[dict[str, Any]], data: MarketData) -> Cars:
    """Launches from rows with the columns of market/launches."""
    c = data.constants

    def column(name: str) -> Float[Array, " l"]:
        return jnp.asarray([float(row[name]) for row in rows])

    electric, use = column("electric"), column("consumption_J_per_m")
    x = jnp.zeros((len(rows), len(TASTES))).at[:, 0].set(1.0)
    x = x.at[:, POWER].set(log_power_to_mass(column("power_W"), column("mass_kg"), c)).at[:, ECONOMY].set(log_economy(use, electric, c))
    x = x.at[:, TASTES.index("electric")].set(electric).at[:, TASTES.index("european")].set(column("european"))
    models = bundled.table("market/models")
    names = [f"{make} {name}" for make, name in zip(models["make"], models["name"], strict=True)]
    reference = np.asarray(data.offered.reference)
    others = np.stack([reference * np.asarray([name != row["model"] for name in names]) for row in rows])
    return Cars(
        x=x,
        area_m2=column("length_m") * column("width_m"),
        footprint_m2=column("footprint_m2"),
        price_usd=column("price_usd"),
        pv_fuel_usd=pv_fuel(use, electric, c),
        dealers=column("dealers"),
        left_out=jnp.asarray(others),
    )


@eqx.filter_jit
def _launched(
    tastes: Tastes, delta: Float[Array, " J"], kappas: Float[Array, " k"], line: Cars, data: MarketData
) -> tuple[Array, Array, Array]:
    """At one node: ln of the share of the market [form, shift, l], what each kappa takes [form, kappa, l], the sd of xi [form, l]."""
    o, people, c = data.offered, data.people, data.constants
    a = money_utility(tastes, people.income_usd, c.income_reference_usd)
    alpha = a * (1.0 + c.sales_tax_rate)
    log_base = log_inclusive(delta, non_price(tastes, data, tastes.fuel_valuation) - alpha[:, None] * o.price_usd)
    beta, residual = residuals(delta, tastes, data)
    count = line.left_out.sum(axis=1)
    mean = residual @ line.left_out.T / count
    gap = (residual[:, None, :] - mean[:, :, None]) * (count / jnp.maximum(count - 1.0, 1.0))[None, :, None]
    sd = jnp.maximum(jnp.sqrt(jnp.einsum("flj,lj->fl", gap**2, line.left_out) / count), LEAST_SD)
    fuel = tastes.fuel_valuation * people.miles_factor[:, None] * line.pv_fuel_usd
    u = people.nu.T @ (line.x * tastes.spread()).T + wish(tastes, people.income_usd, c.income_reference_usd)[:, None]
    u = u - alpha[:, None] * line.price_usd - a[:, None] * fuel - log_base[:, None]
    floor = (c.area_floor_m2, c.footprint_floor_m2)
    size = jnp.stack(
        [jnp.stack([size_utility(tastes, f, k, line.area_m2, line.footprint_m2, *floor) for k in kappas]) for f in range(len(SIZE_FORMS))]
    )
    plain = design(line.x) @ beta.T + (tastes.power_mean * line.x[:, POWER])[:, None]
    dealers = MarketAssumptions.dealer_exponent * jnp.log(line.dealers / c.dealers_reference)
    level = plain.T + size[:, 0] + mean + dealers

    def share(shift: Float[Array, ""]) -> Float[Array, "form l"]:
        v = u[None] + (level + shift)[:, None, :]
        return jnp.log(jnp.einsum("i,fil->fl", people.weights, jax.nn.sigmoid(v)))

    return jnp.moveaxis(jax.lax.map(share, jnp.asarray(SHIFTS)), 0, 1), size - size[:, :1], sd


def launched(rows: list[dict[str, Any]], data: MarketData | None = None) -> list[HeldOut]:
    """Forecast of launches given as rows with the columns of market/launches: any cars, recorded or made up."""
    world = load() if data is None else data
    tastes, delta, _ = stored(range(LAUNCH_NODES))
    line = cars(rows, world)
    kappas = np.append(0.0, KAPPA_SD * ndtri(0.5 + (np.arange(KAPPAS) + 0.5) / KAPPAS / 2.0))
    z = ndtri((np.arange(SCORES) + 0.5) / SCORES)
    households = float(world.constants.households)
    ln_units = np.empty((LAUNCH_NODES, len(SIZE_FORMS), KAPPAS, SCORES, len(rows)))
    for b in range(LAUNCH_NODES):
        one = jax.tree.map(lambda leaf, b=b: leaf[b], tastes)
        grid, taken, sd = (np.asarray(v) for v in _launched(one, jnp.asarray(delta[b]), jnp.asarray(kappas), line, world))
        size = households / float(jnp.asarray(tastes.households_per_buyer)[b])
        for f in range(len(SIZE_FORMS)):
            for j in range(len(rows)):
                at = taken[f, 1:, j, None] + sd[f, j] * z
                ln_units[b, f, :, :, j] = np.log(size) + np.interp(at, SHIFTS, grid[f, :, j])
    weights = np.broadcast_to(np.asarray(FORM_WEIGHTS)[None, :, None, None], ln_units.shape[:-1]).ravel()
    found = []
    for j, row in enumerate(rows):
        forecast = _quantiles(ln_units[..., j].ravel() + np.log(float(row["sales_index"])), weights)
        names = ("footprint_m2", "length_m", "width_m", "mass_kg", "power_W", "consumption_J_per_m")
        badge = support({name: float(row[name]) for name in names})
        found.append(
            _row(
                row["model"],
                int(row["year"]),
                "launch",
                float(row["units"]),
                forecast,
                badge,
                row["units_status"],
                row["attributes_status"],
            )
        )
    return found


def in_choice_set(data: MarketData | None = None) -> list[HeldOut]:
    """Leave-one-out forecasts of the small cars of MY2022, over all nodes, size forms and the spread of xi."""
    world = load() if data is None else data
    tastes, delta, _ = stored(range(NODES))
    reference = np.flatnonzero(np.asarray(world.offered.reference))
    _, residual = jax.vmap(residuals, in_axes=(0, 0, None))(jnp.asarray(delta), tastes, world)
    small = np.asarray(residual)[:, :, reference]
    z = ndtri((np.arange(SCORES) + 0.5) / SCORES)
    weights = np.broadcast_to(np.asarray(FORM_WEIGHTS)[None, :, None], (NODES, len(SIZE_FORMS), SCORES)).ravel()
    rows = bundled.table("market/models")
    found = []
    for i, j in enumerate(reference):
        row = rows.row(int(j), named=True)
        others = np.delete(small, i, axis=2)
        n = others.shape[2]
        error = small[:, :, i] - others.mean(axis=2)
        gap = (others - others.mean(axis=2, keepdims=True)) * n / max(n - 1, 1)
        spread = np.maximum(LEAST_SD, np.sqrt((gap**2).mean(axis=2)))
        ln_units = np.log(row["sales"]) - error[:, :, None] + spread[:, :, None] * z
        names = ("footprint_m2", "length_m", "width_m", "mass_kg", "power_W", "consumption_J_per_m")
        badge = support({name: float(row[name]) for name in names})
        found.append(
            _row(f"{row['make']} {row['name']}", 2022, "choice set", float(row["sales"]), _quantiles(ln_units.ravel(), weights), badge, "published", "published")
        )  # fmt: skip
    return found


@lru_cache(maxsize=1)
def holdout_table() -> tuple[HeldOut, ...]:
    """Every visible hold-out: the small cars of MY2022 and the launches of market/launches."""
    data = load()
    rows = list(bundled.table("market/launches").iter_rows(named=True))
    return (*in_choice_set(data), *launched(rows, data))


def score(table: tuple[HeldOut, ...] | list[HeldOut]) -> Score:
    """Coverage, error and width of some hold-outs."""
    errors = np.asarray([row.log_error for row in table])
    return Score(
        count=len(table),
        covered=sum(row.covered for row in table),
        median_abs_log_error=float(np.median(np.abs(errors))),
        mean_log_error=float(errors.mean()),
        median_width=float(np.median([row.forecast.p90 / row.forecast.p10 for row in table])),
    )


def holdout_report() -> dict[str, Any]:
    """The table and its score as plain data: what every report that shows demand prints."""
    table = holdout_table()
    whole = score(table)
    return {
        "rows": [row.as_dict() for row in table],
        "score": asdict(whole) | {"sentence": whole.sentence},
        "weakest": weakest(status for row in table for status in (row.status, row.attributes_status)),
    }
