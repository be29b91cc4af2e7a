"""What a reform puts on sale: the four slots of one route, as the buyer and the maker meet them.

Slots 0-2 are one maker's new vehicles, slot 3 is the used import, whose price is its landed cost.
"""

from __future__ import annotations

from dataclasses import dataclass

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy.core.axes import INCUMBENT_CLASSES, NEW_SLOTS, SLOTS
from roadworthy.core.shapes import Scalar
from roadworthy.market.tastes import TASTES
from roadworthy.market.world import Constants, log_economy, log_power_to_mass, pv_fuel

E = len(SLOTS)
USED = NEW_SLOTS
"""Index of the used import."""


def _none() -> Float[Array, " e"]:
    return jnp.zeros(E)


class Offers(eqx.Module):
    """Slots [e] of one route. Values of a masked slot (mask 0) are not read and may be NaN."""

    mask: Float[Array, " e"]
    """1 where the slot is on sale."""
    landed_cost_usd: Float[Array, " e"]
    """Cost per unit to the maker before the dealer's share; for the used import, its price before tax."""
    subsidy_usd: Float[Array, " e"]
    power_W: Float[Array, " e"]
    mass_kg: Float[Array, " e"]
    consumption_J_per_m: Float[Array, " e"]
    pv_fuel_usd: Float[Array, " e"]
    """Present value of fuel of a household of mean miles; `priced` fills it from the consumption."""
    length_m: Float[Array, " e"]
    width_m: Float[Array, " e"]
    footprint_m2: Float[Array, " e"]
    seats: Float[Array, " e"]
    electric: Float[Array, " e"]
    highway_ok: Float[Array, " e"]
    """1 where the vehicle can and may use limited-access roads."""
    risk_usd: Float[Array, " e"]
    """Own lifetime risk above the stock mean times the value of a life, before phi."""
    class_risk_usd: Float[Array, " n"]
    """The same of each incumbent class."""
    state_access: Float[Array, " e"]
    """Household-weighted share of states that register it."""
    quota: Float[Array, ""]
    """Units a year and maker; 1e9 when none."""
    dealer_share: Float[Array, ""]
    """Dealer's and distributor's share of the price."""
    sales_tax_rate: Float[Array, ""]
    age_yr: Float[Array, " e"] = eqx.field(default_factory=_none)
    """Age of the used import; 0 for new vehicles."""
    standard_usd: Float[Array, " e"] = eqx.field(default_factory=_none)
    """What the maker counts against a unit for its fuel economy (`market.standard`): it acts on it and pays nobody."""
    asked_usd: Float[Array, " e"] = eqx.field(default_factory=_none)
    """A price before tax that the maker must take; 0 where it sets its own."""
    suv: Float[Array, " e"] = eqx.field(default_factory=_none)
    van: Float[Array, " e"] = eqx.field(default_factory=_none)
    pickup: Float[Array, " e"] = eqx.field(default_factory=_none)
    european: Float[Array, " e"] = eqx.field(default_factory=_none)
    luxury: Float[Array, " e"] = eqx.field(default_factory=_none)


@dataclass(frozen=True, slots=True)
class Lineup:
    """What is known of a market before any draw, so that the compiled program holds nothing else: a setting, never traced."""

    new: tuple[int, ...] = tuple(range(NEW_SLOTS))
    """New slots that can be on sale at all."""
    capped: bool = True
    """Whether a quota can bind."""

    @property
    def rows(self) -> tuple[int, ...]:
        """The slots to solve: the line's own and the used import, which is always the last."""
        return (*self.new, USED)


SHARED = ("class_risk_usd", "quota", "dealer_share", "sales_tax_rate")
"""Fields of `Offers` that are not per slot."""


def chosen(offers: Offers, rows: tuple[int, ...]) -> Offers:
    """The offers of some slots only, in the order given."""
    index = np.array(rows)
    return Offers(**{name: value if name in SHARED else value[index] for name, value in vars(offers).items()})


STAND_IN = {"power_W": 5e4, "mass_kg": 1e3, "consumption_J_per_m": 2e3, "length_m": 3.4, "width_m": 1.48, "footprint_m2": 3.2}
"""Finite values put in place of whatever a masked slot holds; they never reach a result."""


def cleaned(offers: Offers) -> Offers:
    """The same offers with every value of a masked slot replaced, so that nothing undefined enters the arithmetic."""
    on = offers.mask > 0.0

    def safe(name: str, value: Float[Array, " e"]) -> Float[Array, " e"]:
        return jnp.where(on, value, STAND_IN.get(name, 0.0))

    names = [name for name in Offers.__dataclass_fields__ if name != "mask" and name not in SHARED]
    values = {name: safe(name, jnp.asarray(getattr(offers, name), dtype=float)) for name in names}
    kept = {name: getattr(offers, name) for name in Offers.__dataclass_fields__ if name not in names}
    return Offers(**values, **kept)


def attributes(offers: Offers, c: Constants) -> Float[Array, "e K"]:
    """What the random tastes multiply, in the order of `TASTES`."""
    x = {
        "outside": jnp.ones_like(offers.power_W),
        "power_to_mass": log_power_to_mass(offers.power_W, offers.mass_kg, c),
        "economy": log_economy(offers.consumption_J_per_m, offers.electric, c),
        "suv": offers.suv,
        "van": offers.van,
        "pickup": offers.pickup,
        "electric": offers.electric,
        "european": offers.european,
        "luxury": offers.luxury,
    }
    return jnp.stack([jnp.asarray(x[name], dtype=float) for name in TASTES], axis=1)


def highway_ok(speed_max_mps: Float[Array, " e"], may_use: Float[Array, " e"] | Scalar, c: Constants) -> Float[Array, " e"]:
    """1 where the top speed reaches 75 mph, times the legal access to limited-access roads."""
    return (speed_max_mps >= c.highway_speed_mps) * may_use


def offers(
    c: Constants,
    *,
    mask: Float[Array, " e"],
    landed_cost_usd: Float[Array, " e"],
    power_W: Float[Array, " e"],
    mass_kg: Float[Array, " e"],
    consumption_J_per_m: Float[Array, " e"],
    length_m: Float[Array, " e"],
    width_m: Float[Array, " e"],
    footprint_m2: Float[Array, " e"],
    electric: Float[Array, " e"],
    **given: Float[Array, ...] | float,
) -> Offers:
    """Offers from what must be known; the rest is 'no subsidy, no extra risk, all roads, all states, no quota'."""
    ones, zeros = jnp.ones(E), jnp.zeros(E)
    plain: dict[str, Array | float] = {
        "subsidy_usd": zeros,
        "seats": 4.0 * ones,
        "highway_ok": ones,
        "risk_usd": zeros,
        "class_risk_usd": jnp.zeros(len(INCUMBENT_CLASSES)),
        "state_access": ones,
        "quota": 1e9,
        "dealer_share": 0.0,
        "sales_tax_rate": c.sales_tax_rate,
        "pv_fuel_usd": pv_fuel(consumption_J_per_m, electric, c),
    }
    rest = {name: jnp.asarray(value, dtype=float) for name, value in (plain | given).items()}
    return Offers(
        mask=mask,
        landed_cost_usd=landed_cost_usd,
        power_W=power_W,
        mass_kg=mass_kg,
        consumption_J_per_m=consumption_J_per_m,
        length_m=length_m,
        width_m=width_m,
        footprint_m2=footprint_m2,
        electric=electric,
        **rest,
    )
