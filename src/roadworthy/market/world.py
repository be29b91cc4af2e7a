"""The market as it was in model year 2022: offers, makers, households, and the few constants that join them.

379 models of MY2022 (sales, price, size, power, consumption, maker) and 2,000 households of NHTS 2022 with fixed tastes.
Limits: MY2022 was a year of shortage; list price stands for price paid; used cars are in the outside good.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import polars as pl
from jaxtyping import Array, Float

from roadworthy import data
from roadworthy.core import InputError
from roadworthy.core.axes import INCOME_GROUPS, INCUMBENT_CLASSES
from roadworthy.core.units import SQUARE_FOOT_M2
from roadworthy.market.tastes import TASTES

REFERENCE_FOOTPRINT_M2 = 41.5 * SQUARE_FOOT_M2
"""Below this a car is left out of the fit of mean utilities."""
FIT_PRICE_USD = 90e3
"""Dearer models are left out of the same fit."""
FOUR_SEATS = 3.5


class Offered(eqx.Module):
    """The incumbents, J models."""

    sales: Float[Array, " J"]
    price_usd: Float[Array, " J"]
    pv_fuel_usd: Float[Array, " J"]
    consumption_J_per_m: Float[Array, " J"]
    x: Float[Array, "J K"]
    """What the random tastes multiply, in the order of `TASTES`; logs are centred on their sales-weighted means."""
    area_m2: Float[Array, " J"]
    footprint_m2: Float[Array, " J"]
    classes: Float[Array, "J 4"]
    """One-hot over `INCUMBENT_CLASSES`."""
    owner: Float[Array, "J F"]
    """One-hot over makers."""
    home: Float[Array, " J"]
    """1 where the maker's parent company is seated in the United States."""
    fitted: Float[Array, " J"]
    """1 where the model enters the fit of mean utilities."""
    reference: Float[Array, " J"]
    """1 for the small cars whose mean residual is the bias: cars with an engine and four seats, under 41.5 ft2."""


class Households(eqx.Module):
    """The consumers, N draws."""

    weights: Float[Array, " N"]
    income_usd: Float[Array, " N"]
    miles_factor: Float[Array, " N"]
    """Miles a year over the mean."""
    groups: Float[Array, "5 N"]
    """One-hot over `INCOME_GROUPS`."""
    nu: Float[Array, "K N"]


class Constants(eqx.Module):
    """Scalars of the choice set; sources in market/constants."""

    households: Float[Array, ""]
    sales_tax_rate: Float[Array, ""]
    income_reference_usd: Float[Array, ""]
    fuel_miles_m: Float[Array, ""]
    gasoline_usd_per_J: Float[Array, ""]
    electricity_usd_per_J: Float[Array, ""]
    dealers_reference: Float[Array, ""]
    highway_speed_mps: Float[Array, ""]
    used_import_record: Float[Array, ""]
    ln_power_to_mass_mean: Float[Array, ""]
    ln_economy_mean: Float[Array, ""]
    area_floor_m2: Float[Array, ""]
    footprint_floor_m2: Float[Array, ""]


class MarketData(eqx.Module):
    """Everything the market room knows before tastes are chosen."""

    offered: Offered
    people: Households
    constants: Constants


def pv_fuel(consumption_J_per_m: Float[Array, " *e"], electric: Float[Array, " *e"], constants: Constants) -> Float[Array, " *e"]:
    """Present value of fuel of a household of mean miles: 14 years, 5 %, at the prices of the choice set. [USD]"""
    price = electric * constants.electricity_usd_per_J + (1.0 - electric) * constants.gasoline_usd_per_J
    return consumption_J_per_m * price * constants.fuel_miles_m


def log_power_to_mass(power_W: Float[Array, " *e"], mass_kg: Float[Array, " *e"], c: Constants) -> Float[Array, " *e"]:
    """ln(power / mass) above the mean of the choice set."""
    return jnp.log(power_W / mass_kg) - c.ln_power_to_mass_mean


def log_economy(consumption_J_per_m: Float[Array, " *e"], electric: Float[Array, " *e"], c: Constants) -> Float[Array, " *e"]:
    """ln(distance per unit of fuel) above the mean; 0 for electric vehicles, whose taste is apart."""
    return (1.0 - electric) * (-jnp.log(consumption_J_per_m) - c.ln_economy_mean)


def load(consumers: int | None = None, models: pl.DataFrame | None = None) -> MarketData:
    """The bundled market, or one of the user's own (`models` from `table.read_market`).

    `consumers` keeps the first so many households, reweighted (for tests and quick looks).
    """
    m = data.table("market/models") if models is None else models
    given = {row["name"]: float(row["value"]) for row in data.table("market/constants").iter_rows(named=True)}

    def column(name: str) -> np.ndarray:
        return m[name].to_numpy().astype(float)

    sales, electric, mass, power = column("sales"), column("electric"), column("mass_kg"), column("power_W")
    use, area = column("consumption_J_per_m"), column("length_m") * column("width_m")
    footprint, price = column("footprint_m2"), column("price_usd")
    engine = 1.0 - electric
    body = np.asarray(m["body"].to_list())
    names = [field for field in Constants.__dataclass_fields__ if field in given]
    constants = Constants(
        **{name: jnp.asarray(given[name], dtype=float) for name in names},
        ln_power_to_mass_mean=jnp.asarray(np.average(np.log(power / mass), weights=sales)),
        ln_economy_mean=jnp.asarray(np.average(-np.log(use), weights=sales * engine)),
        area_floor_m2=jnp.asarray(area.min()),
        footprint_floor_m2=jnp.asarray(footprint.min()),
    )
    attributes = {
        "outside": np.ones_like(sales),
        "power_to_mass": np.asarray(log_power_to_mass(jnp.asarray(power), jnp.asarray(mass), constants)),
        "economy": np.asarray(log_economy(jnp.asarray(use), jnp.asarray(electric), constants)),
        "suv": body == "suv",
        "van": body == "van",
        "pickup": body == "pickup",
        "electric": electric,
        "european": column("european"),
        "luxury": column("luxury"),
    }
    makers = sorted(set(m["maker"].to_list()))
    small = footprint < REFERENCE_FOOTPRINT_M2
    affordable = price < FIT_PRICE_USD
    offered = Offered(
        sales=jnp.asarray(sales),
        price_usd=jnp.asarray(price),
        pv_fuel_usd=pv_fuel(jnp.asarray(use), jnp.asarray(electric), constants),
        consumption_J_per_m=jnp.asarray(use),
        x=jnp.asarray(np.stack([np.asarray(attributes[name], dtype=float) for name in TASTES], axis=1)),
        area_m2=jnp.asarray(area),
        footprint_m2=jnp.asarray(footprint),
        classes=jnp.asarray(np.stack([np.asarray(m["group"] == c, dtype=float) for c in INCUMBENT_CLASSES], axis=1)),
        owner=jnp.asarray(np.stack([np.asarray(m["maker"] == f, dtype=float) for f in makers], axis=1)),
        home=jnp.asarray(column("us_maker")),
        fitted=jnp.asarray((affordable & ~small).astype(float)),
        reference=jnp.asarray((affordable & small & (body == "car") & (engine > 0) & (column("seats") > FOUR_SEATS)).astype(float)),
    )
    return MarketData(offered=offered, people=_people(consumers), constants=constants)


def households(consumers: int | None = None) -> pl.DataFrame:
    """The bundled households, or the first so many of them: the one reading of market/consumers."""
    rows = data.table("market/consumers")
    if consumers is None:
        return rows
    if not 0 < consumers <= len(rows):
        raise InputError(f"{consumers} consumers asked, {len(rows)} are bundled", f"ask for 1 to {len(rows)}", code="market.consumers")
    return rows.head(consumers)


def _people(consumers: int | None) -> Households:
    p = households(consumers)
    weights = p["weight"].to_numpy()
    miles = p["miles_factor"].to_numpy()
    group = p["income_group"].to_numpy()
    return Households(
        weights=jnp.asarray(weights / weights.sum()),
        income_usd=jnp.asarray(p["income_usd"].to_numpy()),
        miles_factor=jnp.asarray(miles / np.average(miles, weights=weights)),
        groups=jnp.asarray(np.stack([(group == g).astype(float) for g in range(len(INCOME_GROUPS))])),
        nu=jnp.asarray(np.stack([p[f"nu_{name}"].to_numpy() for name in TASTES])),
    )
