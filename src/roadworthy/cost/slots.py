"""From vehicles to the facts that the maker's cost rests on: list prices without tax, mass, powertrain.

Japanese list prices include consumption tax; what the currency's rate and tax are, and how sure that is, stands in the table
cost/price_basis. A price that nobody checked keeps its status `assumed`; one that is unknown closes the slot.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from roadworthy import data
from roadworthy.core import Cited, InputError, unknown
from roadworthy.core.axes import NEW_SLOTS, SLOTS
from roadworthy.cost.maker import SlotFacts
from roadworthy.vehicles import Vehicle


def price_basis() -> dict[str, dict[str, Any]]:
    """Rate, tax and statuses of each currency."""
    return {row["currency"]: row for row in data.table("cost/price_basis").iter_rows(named=True)}


def list_price(vehicles: Vehicle, i: int) -> Cited:
    """The lowest list price of one vehicle without tax; `unit` is its own currency, the value NaN when unknown."""
    price, currency = float(vehicles.price_min[i]), vehicles.price_currency[i] or "USD"
    if np.isnan(price):
        return Cited(float("nan"), currency, "no price in the vehicle file", "assumed")
    if not price > 0.0 or np.isinf(price):
        raise InputError(
            f"price of {vehicles.ids[i]!r} is {price:g} {currency}", "give a price above zero", code="price.range", where="price_min"
        )
    basis = price_basis()
    if currency not in basis:
        raise unknown("currency", currency, basis)
    cited = vehicles.cited(i, "price_min")
    # the file's own word on tax goes before the custom of the currency
    tax = 0.0 if vehicles.price_includes_tax[i] == 0.0 else float(basis[currency]["tax_in_list"])
    note = f"{tax:.0%} tax taken off the list price" if tax else ""
    return Cited(price / (1.0 + tax), currency, cited.source, cited.status, note=note)


def slot_prices(vehicles: Vehicle) -> tuple[Cited, ...]:
    """The list prices behind `slot_facts`, with source and status, for the reader."""
    return tuple(list_price(vehicles, i) for i in range(len(vehicles.ids)))


def slot_facts(vehicles: Vehicle) -> SlotFacts:
    """The facts of the four slot vehicles, given in the order of `core.axes.SLOTS`.

    A new vehicle without a price is marked unknown, not refused: study closes its door and says so.
    """
    if len(vehicles.ids) != len(SLOTS):
        raise InputError(
            f"{len(vehicles.ids)} vehicles given for {len(SLOTS)} slots",
            f"give one vehicle for each of {', '.join(SLOTS)}",
            code="slots.count",
        )
    prices = slot_prices(vehicles)
    basis = price_basis()
    value = np.array([0.0 if np.isnan(price.value) else price.value for price in prices])
    in_jpy = np.array([price.unit == "JPY" for price in prices])
    rate = np.array([0.0 if price.unit == "JPY" else float(basis[price.unit]["usd_per_unit"]) for price in prices])
    known = np.array([value[i] > 0.0 or i >= NEW_SLOTS for i in range(len(SLOTS))])
    return SlotFacts(
        retail_jpy=jnp.asarray(np.where(in_jpy, value, 0.0)),
        retail_usd=jnp.asarray(value * rate),
        mass_kg=jnp.asarray(np.nan_to_num(np.asarray(vehicles.mass_kg, dtype=float))),
        electric=jnp.asarray(np.array([kind == "bev" for kind in vehicles.powertrain])),
        nose=jnp.asarray(np.asarray(vehicles.forward_control) != 1.0),
        known=jnp.asarray(known),
    )
