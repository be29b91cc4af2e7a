"""An owner's bill for one vehicle, and the price at which it would break even with others, with a band.

    P* per draw = (total of the rival - A)/B;  band = 5 and 95 % over draws common to both cars

`own_vehicle` runs the ledger at the central point and over the draws, and marks every number that is only assumed. The band is that of
the uncertain rows of cost/ownership (resale, premium, maintenance, loan rate, energy prices); the owner's own entries and the prices
of the cars are held. An unknown price or energy use leaves its items unknown, with a sentence that says which is missing; the
break-even price of a car needs no price of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from roadworthy.core import Cited, InputError, streams
from roadworthy.cost.imports import Landed
from roadworthy.cost.ledger import ITEMS, MONTHS, Ledger, Ownership, cash_flow, own
from roadworthy.cost.owner import Car, Owner, car, check_owner, ownership_of, repairs_of
from roadworthy.cost.states import LEFT_NATIONAL
from roadworthy.cost.upkeep import tyres_usd_per_mi
from roadworthy.vehicles import Vehicle

USUAL_MILES = (1_000.0, 60_000.0)
"""Miles a year outside which the bill is computed and marked out of support."""
BAND = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The price at which the car costs a mile what the rival costs."""

    rival: str
    rival_usd_per_mi: float
    price_usd: float
    price_p5_usd: float
    price_p95_usd: float
    saving_usd_per_yr: float


@dataclass(frozen=True, slots=True)
class Bill:
    """An owner's bill: items, totals, break-even prices, and every input with its source and status."""

    vehicle: str
    years: float
    miles_per_yr: float
    items_usd: dict[str, float]
    total_usd: float
    usd_per_mi: float
    usd_per_mi_band: tuple[float, float]
    usd_per_month: float
    payment_usd_per_month: float
    break_even: tuple[BreakEven, ...]
    inputs: dict[str, Cited]
    notes: tuple[str, ...]
    in_support: bool
    ledger: Ledger = field(repr=False)
    cash: tuple[dict[str, float], ...] = ()
    """Purse by year: purchase, loan, running, resale and their sum, in dollars of the year."""
    of_which_usd: dict[str, float] = field(default_factory=dict)
    """Parts of maintenance that people ask for: tyres, repairs."""
    landed: Landed | None = None
    """Where the price of an import comes from."""

    @property
    def assumed(self) -> tuple[str, ...]:
        """Inputs that rest on no source."""
        return tuple(name for name, cited in self.inputs.items() if cited.status == "assumed")

    def as_dict(self) -> dict[str, Any]:
        """The bill for JSON: plain numbers, None where unknown."""
        miles, months = self.years * self.miles_per_yr, self.years * MONTHS
        plain: dict[str, Any] = {
            "vehicle": self.vehicle,
            "years": self.years,
            "miles_per_yr": self.miles_per_yr,
            "base_year": 2022,
            "total_usd": self.total_usd,
            "cents_per_mile": 100.0 * self.usd_per_mi,
            "cents_per_mile_p5": 100.0 * self.usd_per_mi_band[0],
            "cents_per_mile_p95": 100.0 * self.usd_per_mi_band[1],
            "usd_per_month": self.usd_per_month,
            "payment_usd_per_month": self.payment_usd_per_month,
            "items": [
                {"item": name, "usd": usd, "cents_per_mile": 100.0 * usd / miles, "usd_per_month": usd / months}
                for name, usd in self.items_usd.items()
            ],
            "break_even": [{f.name: getattr(entry, f.name) for f in fields(entry)} for entry in self.break_even],
            "inputs": [
                {"name": name, "value": c.value, "unit": c.unit, "status": c.status, "mark": c.mark, "source": c.source}
                for name, c in self.inputs.items()
            ],
            "assumed": list(self.assumed),
            "notes": list(self.notes),
            "in_support": self.in_support,
            "cash": [dict(row) for row in self.cash],
            "of_which": [{"item": name, "usd": usd, "cents_per_mile": 100.0 * usd / miles} for name, usd in self.of_which_usd.items()],
        }
        if self.landed is not None:
            plain["landed"] = [
                {"part": part, "usd": c.value, "status": c.status, "mark": c.mark, "source": c.source}
                for part, c in self.landed.parts().items()
            ]
        return _without_nan(plain)

    def __str__(self) -> str:
        lines = [f"{self.vehicle}: {100.0 * self.usd_per_mi:.1f} cents a mile, {self.usd_per_month:.0f} USD a month"]
        lines += [f"  {name.replace('_', ' '):<13}{usd:>10,.0f} USD" for name, usd in self.items_usd.items() if usd]
        lines += [
            f"  costs as much as {e.rival} at {e.price_usd:,.0f} USD ({e.price_p5_usd:,.0f} to {e.price_p95_usd:,.0f})"
            for e in self.break_even
        ]
        return "\n".join(lines)


def _without_nan(value: Any) -> Any:
    match value:
        case dict():
            return {key: _without_nan(entry) for key, entry in value.items()}
        case list() | tuple():
            return [_without_nan(entry) for entry in value]
        case float() if not np.isfinite(value):
            return None
    return value


_own, _cash = eqx.filter_jit(own), eqx.filter_jit(cash_flow)
NATIONAL_ENTRY = {"registration": "registration_usd_per_yr", "gasoline": "gasoline_usd_per_gal"}
"""Entry of an owner that replaces a national mean."""


def _ledgers(car_: Car, owner: Owner, uniform: np.ndarray) -> tuple[Ledger, Ledger]:
    """The ledger at the central point and over the draws, from one call, so that it is compiled once."""
    entries = [ownership_of(car_, owner, draws)[0] for draws in (None, uniform)]
    whole = _own(jax.tree.map(lambda one, many: jnp.concatenate([one, many]), *entries))
    return tuple(jax.tree.map(lambda x, part=part: x[part], whole) for part in (slice(0, 1), slice(1, None)))  # type: ignore[return-value]


def _purse(entry: Ownership, years: int) -> tuple[dict[str, float], ...]:
    found = _cash(entry)
    rows = []
    for y in range(years):
        parts = {name: float(getattr(found, f"{name}_usd")[0, y]) for name in ("purchase", "loan", "running", "resale")}
        rows.append({"year": y + 1, **parts, "sum": sum(parts.values())})
    return tuple(rows)


def _parts_of_upkeep(subject: Car, entry: Ownership, years: int, repairs: bool) -> dict[str, float]:
    """Tyres and repairs over the time held, both inside the item maintenance. [USD]"""
    miles = np.broadcast_to(np.asarray(entry.miles[0]), (years,))
    found = {"tyres": float(tyres_usd_per_mi().value * miles.sum())}
    return found | ({"repairs": float((repairs_of(subject)[:years] * miles).sum())} if repairs else {})


def _notes(subject: Car, rivals: Sequence[Car], owner: Owner, miles: float) -> tuple[str, ...]:
    notes = []
    if np.isnan(subject.price_usd.value):
        notes.append(f"{subject.name}: price unknown ({subject.price_usd.source}); give a price to see what it costs")
    if np.isnan(subject.consumption_J_per_m.value):
        notes.append(f"{subject.name}: energy use unknown, so energy, total and break-even are unknown")
    for rival in rivals:
        if np.isnan(rival.price_usd.value) or np.isnan(rival.consumption_J_per_m.value):
            notes.append(f"{rival.name}: price or energy use unknown, so no break-even price against it")
    if owner.state:
        national = [name for name in LEFT_NATIONAL if getattr(owner, NATIONAL_ENTRY[name]) is None]
        if national:
            notes.append(f"{owner.state.upper()}: no table by state found for {' and '.join(national)}: national means")
    if subject.powertrain == "phev":
        notes.append("plug-in hybrid billed as if driven on gasoline alone")
    if not USUAL_MILES[0] <= miles <= USUAL_MILES[1]:
        notes.append(f"{miles:,.0f} miles a year is outside {USUAL_MILES[0]:,.0f} to {USUAL_MILES[1]:,.0f}: computed, out of support")
    return tuple(notes)


def bill(
    subject: Car, owner: Owner | None = None, rivals: Sequence[Car] = (), draws: int = 256, seed: int = 0, landed: Landed | None = None
) -> Bill:
    """The bill of one car and its break-even price against each rival, with a 5-95 % band from common draws.

    `landed` says where the price of an import comes from.
    """
    owner = owner or Owner()
    check_owner(owner)
    if draws < 1:
        raise InputError(f"{draws} draws cannot be made", "ask for at least 1", code="draws.range")
    central, used = ownership_of(subject, owner)
    uniform = streams.points(draws, seed)
    ledger, drawn = _ledgers(subject, owner, uniform)
    years, miles = float(central.years_held[0]), float(central.miles[0, 0])

    inputs = {"price_usd": subject.price_usd, "consumption_J_per_m": subject.consumption_J_per_m} | used
    entries = []
    for rival in rivals:
        rival_used = ownership_of(rival, owner)[1]
        rival_ledger, rival_drawn = _ledgers(rival, owner, uniform)
        stated = {"price_usd": rival.price_usd, "consumption_J_per_m": rival.consumption_J_per_m}
        inputs |= {f"{rival.name}: {name}": cited for name, cited in stated.items()}
        inputs |= {name: cited for name, cited in rival_used.items() if name not in inputs}
        low, high = np.quantile(np.asarray(drawn.break_even(rival_drawn)), BAND)
        saving = float((rival_ledger.total() - ledger.total())[0]) / years
        price = float(ledger.break_even(rival_ledger)[0])
        entries.append(BreakEven(rival.name, float(rival_ledger.per_mile()[0]), price, float(low), float(high), saving))

    sums = {name: float(value[0]) for name, value in ledger.items().items()}
    low, high = np.quantile(np.asarray(drawn.per_mile()), BAND)
    return Bill(
        vehicle=subject.name,
        years=years,
        miles_per_yr=miles,
        items_usd={name: sums[name] for name in ITEMS},
        total_usd=float(ledger.total()[0]),
        usd_per_mi=float(ledger.per_mile()[0]),
        usd_per_mi_band=(float(low), float(high)),
        usd_per_month=float(ledger.per_month()[0]),
        payment_usd_per_month=float(ledger.payment_usd_per_month[0]),
        break_even=tuple(entries),
        inputs=inputs,
        notes=_notes(subject, rivals, owner, miles),
        in_support=USUAL_MILES[0] <= miles <= USUAL_MILES[1],
        ledger=ledger,
        cash=_purse(central, int(years)),
        of_which_usd=_parts_of_upkeep(subject, central, int(years), owner.repairs),
        landed=landed,
    )


def own_vehicle(
    vehicle: Vehicle,
    i: int,
    consumption_J_per_m: float,
    price_usd: float | None = None,
    owner: Owner | None = None,
    rivals: Sequence[Car] = (),
    draws: int = 256,
    seed: int = 0,
) -> Bill:
    """The bill of vehicle `i` of a batch; see `car` for price and energy use and `bill` for the rest."""
    return bill(car(vehicle, i, consumption_J_per_m, price_usd), owner, rivals, draws, seed)
