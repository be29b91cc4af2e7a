"""What of a vehicle enters the physics: one array per number, all finite where the vehicle is known.

`Car` goes through `jit`; `EnergyInputs` wraps it with what people need to read: names, stand-ins used, reasons for unknowns.
Road load at mass m is F = A (m / m_t) + B v + C v^2, with A, B, C given at the test mass m_t: rolling grows with mass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy.core import InputError, unknown
from roadworthy.core.shapes import Scalar
from roadworthy.core.units import GRAVITY

from .parameters import Parameters, default, parameters
from .residual import residual

LEVELS = ("coast-down", "drag area", "mass and power")
"""Level of road-load input, from good to poor; each has its spread."""
NEVER_MPS = 1.0e3
"""A governor that never acts."""
EIGHT_SPEED_YEAR = 2015.0
"""From here on automatics are taken to have eight gears and manual gearboxes six; before, six and five (assumed)."""


class Car(eqx.Module):
    """Numbers of n vehicles, SI. Flags are 0 or 1. NaN in any number means that the vehicle is not known well enough."""

    curb_kg: Float[Array, " n"]
    test_kg: Float[Array, " n"]
    """Mass of the US test, and the mass to which A belongs."""
    loaded_kg: Float[Array, " n"]
    """Mass with its full load, for the loaded performance."""
    A_N: Float[Array, " n"]
    B_Nspm: Float[Array, " n"]
    C_Ns2pm2: Float[Array, " n"]
    power_W: Float[Array, " n"]
    displacement_m3: Float[Array, " n"]
    cylinders: Float[Array, " n"]
    gears: Float[Array, " n"]
    nv_rev_per_m: Float[Array, " n"]
    """Engine revolutions per metre in top gear (N/v)."""
    year: Float[Array, " n"]
    electric: Float[Array, " n"]
    hybrid: Float[Array, " n"]
    """Strong hybrid: the motor can drive alone."""
    plug: Float[Array, " n"]
    """Strong hybrid that is charged from the wall."""
    diesel: Float[Array, " n"]
    cvt: Float[Array, " n"]
    dct: Float[Array, " n"]
    manual: Float[Array, " n"]
    awd: Float[Array, " n"]
    direct_injection: Float[Array, " n"]
    boosted: Float[Array, " n"]
    start_stop: Float[Array, " n"]
    governed_mps: Float[Array, " n"]
    battery_J: Float[Array, " n"]
    factor: Float[Array, " n"]
    """Per-vehicle multiplier of consumption; a known label pins it, else 1."""
    city_ln: Float[Array, " n"]
    hwy_ln: Float[Array, " n"]
    """ln of what the physics misses in town and on the highway (module `residual`)."""
    level: Float[Array, " n"]
    """0 coast-down, 1 drag area, 2 mass and power alone."""


@dataclass(frozen=True, slots=True)
class EnergyInputs:
    """Vehicles as `rate` takes them: numbers, names, stand-ins used, and why some are unknown."""

    ids: tuple[str, ...]
    car: Car
    fallbacks: tuple[tuple[str, ...], ...]
    """Per vehicle, one phrase for each missing input and what stands in for it."""
    reasons: tuple[str, ...]
    """Per vehicle, why nothing can be said; empty when something can."""
    status: tuple[str, ...]
    """Weakest status of the inputs used."""

    def __len__(self) -> int:
        return len(self.ids)

    def select(self, index: int | slice | Sequence[int]) -> EnergyInputs:
        """Some of the vehicles, by position."""
        rows = list(range(len(self.ids)))[index] if isinstance(index, slice) else [index] if isinstance(index, int) else list(index)
        return EnergyInputs(
            tuple(self.ids[i] for i in rows),
            jax.tree.map(lambda x: x[jnp.asarray(rows, int)], self.car),
            tuple(self.fallbacks[i] for i in rows),
            tuple(self.reasons[i] for i in rows),
            tuple(self.status[i] for i in rows),
        )


def road_load(
    test_kg: Float[Array, " *n"], cda_m2: Float[Array, " *n"], crr: Float[Array, " *n"] | Scalar, rho_kg_m3: Scalar
) -> tuple[Float[Array, " *n"], Float[Array, " *n"], Float[Array, " *n"]]:
    """Road-load coefficients A [N], B [N s/m], C [N s2/m2] without a coast-down: A = m g Crr, B = 0, C = rho CdA / 2."""
    A = test_kg * GRAVITY * crr
    return A, jnp.zeros_like(A), 0.5 * rho_kg_m3 * cda_m2


def added(car: Car, added_kg: Float[Array, " *n"]) -> Car:
    """The same vehicles with more mass on board, road load included (A grows with mass)."""
    return eqx.tree_at(
        lambda k: (k.curb_kg, k.test_kg, k.loaded_kg, k.A_N),
        car,
        (car.curb_kg + added_kg, car.test_kg + added_kg, car.loaded_kg + added_kg, car.A_N * (1.0 + added_kg / car.test_kg)),
    )


def padded(car: Car) -> Car:
    """The same vehicles, the last one repeated up to a power of two, so that few batch sizes are ever compiled."""
    n = car.power_W.shape[0]
    size = max(SMALLEST_BATCH, 1 << (n - 1).bit_length())
    rows = jnp.minimum(jnp.arange(size), n - 1)
    return jax.tree.map(lambda x: x[rows], car)  # type: ignore[no-any-return]


SMALLEST_BATCH = 4
RANGES = {
    "curb_kg": (100.0, 6000.0),
    "test_kg": (100.0, 8000.0),
    "power_W": (500.0, 2.0e6),
    "displacement_m3": (4.0e-5, 1.2e-2),
    "cylinders": (1.0, 16.0),
    "gears": (1.0, 12.0),
    "nv_rev_per_m": (0.1, 10.0),
    "year": (1950.0, 2060.0),
    "crr": (0.002, 0.05),
    "cda_m2": (0.1, 6.0),
    "A_N": (0.0, 2000.0),
    "B_Nspm": (-40.0, 80.0),
    "C_Ns2pm2": (0.05, 5.0),
    "governed_mps": (2.0, NEVER_MPS),
    "battery_J": (1.0e5, 2.0e9),
    "factor": (0.2, 5.0),
    "city_ln": (-1.0, 1.0),
    "hwy_ln": (-1.0, 1.0),
    "loaded_kg": (100.0, 9000.0),
    "payload_kg": (0.0, 3000.0),
}
"""Plausible ranges at the door, SI."""
FLAGS = ("electric", "hybrid", "plug", "truck", "diesel", "cvt", "dct", "manual", "awd", "direct_injection", "boosted", "start_stop")


def check(name: str, values: np.ndarray, ids: Sequence[str]) -> None:
    """One sentence for the first value out of range; NaN is unknown and passes."""
    low, high = RANGES.get(name, (0.0, 1.0))
    bad = np.isfinite(values) & ((values < low) | (values > high)) | np.isinf(values)
    if bad.any():
        i = int(np.argmax(bad))
        raise InputError(
            f"{name} of {ids[i]} is {values[i]:g}, outside {low:g} to {high:g}",
            "check the value and its unit (SI: kg, W, m3, N)",
            code="energy.range",
            where=str(ids[i]),
        )


def inputs(
    ids: Sequence[str],
    given: Mapping[str, Any],
    *,
    statuses: Sequence[str] = (),
    notes: Sequence[Sequence[str]] = (),
    makers: Sequence[str] = (),
) -> EnergyInputs:
    """Vehicles from plain arrays: the door of the room.

    `given` maps names of `Car` fields, or `crr`, `cda_m2`, `payload_kg` (the load to full), `truck`, to arrays [n] or one number.
    Needed: `curb_kg` or `test_kg`, and `power_W`. Everything else has a stand-in, listed in `fallbacks`. `makers` are makers as
    `residual.maker` gives them, for the maker terms of the residual; without them there are none.
    """
    n = len(ids)
    known = {f.name for f in Car.__dataclass_fields__.values()} | {"crr", "cda_m2", "payload_kg", "truck"}
    for name in given:
        if name not in known:
            raise unknown("energy input", name, sorted(known))
    value = {k: np.broadcast_to(np.asarray(v, float), (n,)).copy() for k, v in given.items()}
    for name, array in value.items():
        check(name, array, ids)
    p = parameters()
    fallbacks = [list(notes[i]) if notes else [] for i in range(n)]

    def get(name: str) -> np.ndarray:
        return value.setdefault(name, np.full(n, np.nan))

    def stand_in(name: str, instead: np.ndarray | float, phrase: str, where: np.ndarray | None = None, tell: bool = True) -> np.ndarray:
        array = get(name)
        gap = ~np.isfinite(array)
        if where is not None:
            gap = gap & where
        fill = np.broadcast_to(np.asarray(instead, float), (n,))
        array[gap] = fill[gap]
        if tell:
            for i in np.flatnonzero(gap):
                fallbacks[i].append(phrase)
        return array

    for flag in FLAGS:
        stand_in(flag, 0.0, "", tell=False)
    electric = value["electric"] > 0.5
    engine = ~electric
    without = engine & ~np.isfinite(get("displacement_m3")) & np.isfinite(get("power_W"))
    if without.any():
        raise InputError(
            f"{ids[int(np.argmax(without))]} has an engine without a displacement",
            "give displacement_m3, or electric = 1",
            code="energy.displacement",
        )
    curb, test = get("curb_kg"), get("test_kg")
    stand_in("curb_kg", test - float(p.payload_us_kg), "curb mass: test mass less 136 kg (assumed)")
    stand_in("test_kg", curb + float(p.payload_us_kg), "", tell=False)
    stand_in("year", float(p.year0), "year: 2016 (reference year of the fit)")
    coast = np.isfinite(get("A_N")) & np.isfinite(get("C_Ns2pm2"))
    area = ~coast & np.isfinite(get("cda_m2"))
    stand_in("cda_m2", usual_load("cda", value) * (test / 1500.0) ** default("cda_m"), "drag area: fit on test mass (derived)", ~coast)
    stand_in("crr", usual_load("crr", value), "rolling resistance: usual of US cars of the year (derived)", ~coast)
    A, _, C = (np.asarray(x) for x in road_load(jnp.asarray(test), jnp.asarray(value["cda_m2"]), jnp.asarray(value["crr"]), p.rho_kg_m3))
    stand_in("A_N", A, "", tell=False)
    stand_in("B_Nspm", 0.0, "", tell=False)
    stand_in("C_Ns2pm2", C, "", tell=False)
    value["level"] = np.where(coast, 0.0, np.where(area, 1.0, 2.0))
    stand_in("cylinders", np.where(value["displacement_m3"] <= 1.0e-3, 3.0, np.where(value["displacement_m3"] <= 2.5e-3, 4.0, 6.0)),
             "cylinders: by displacement (assumed)", engine)  # fmt: skip
    usual = np.where(value["year"] >= EIGHT_SPEED_YEAR, 8.0, 6.0)
    stand_in("gears", np.where(value["manual"] > 0.5, np.where(value["year"] >= EIGHT_SPEED_YEAR, 6.0, 5.0), usual),
             "gears: by gearbox and year (assumed)", engine & (value["cvt"] < 0.5))  # fmt: skip
    stand_in("nv_rev_per_m", _top_gear(value), "engine speed in top gear: fit on displacement (derived)", engine)
    stand_in("governed_mps", NEVER_MPS, "", tell=False)
    stand_in("payload_kg", float(p.payload_us_kg), "full load: 136 kg (assumed)", ~np.isfinite(get("loaded_kg")))
    stand_in("loaded_kg", curb + value["payload_kg"], "", tell=False)
    stand_in("factor", 1.0, "", tell=False)
    # numbers that a vehicle does not have, so that both branches of the model stay finite in every lane
    for name, harmless in (("displacement_m3", 1.0e-3), ("cylinders", 4.0), ("gears", 6.0), ("nv_rev_per_m", 1.0), ("battery_J", np.nan)):
        stand_in(name, harmless, "", tell=False)
    missing = ~np.isfinite(get("city_ln")) | ~np.isfinite(get("hwy_ln"))
    far = unsupported(value, p)
    of = ["" if far[i] else makers[i] for i in range(n)] if makers else [""] * n
    for name, ln in zip(("city_ln", "hwy_ln"), residual(value, of), strict=True):
        value[name] = np.where(missing, np.nan_to_num(ln), value[name])
    reasons = tuple(
        "curb mass unknown" if not np.isfinite(value["curb_kg"][i]) else "power unknown" if not np.isfinite(value["power_W"][i]) else ""
        for i in range(n)
    )
    car = Car(**{name: jnp.asarray(value[name]) for name in Car.__dataclass_fields__})
    return EnergyInputs(tuple(ids), car, tuple(tuple(f) for f in fallbacks), reasons, tuple(statuses) or ("assumed",) * n)


def unsupported(value: Mapping[str, Any], p: Parameters) -> np.ndarray:
    """Which vehicles lie outside the support of the fit: size, mass or age. `value` maps names of `Car` fields to arrays."""
    litres, mass = np.asarray(value["displacement_m3"]), np.asarray(value["test_kg"])
    engine = np.asarray(value["electric"]) < 0.5
    size = engine & ((litres < p.support_displacement_low_m3) | (litres > p.support_displacement_high_m3))
    slack = 1e-3  # kilograms lost in pounds
    lightest = np.where(engine, p.support_mass_low_kg, p.support_ev_mass_low_kg)
    weight = (mass < lightest - slack) | (mass > p.support_mass_high_kg + slack)
    return np.asarray(size | weight | (np.asarray(value["year"]) < p.support_year_low))


def usual_load(name: str, value: Mapping[str, np.ndarray]) -> np.ndarray:
    """Rolling coefficient or drag area (at 1,500 kg) of US test cars by year, electric or not, car or truck; held to the years of the fit."""
    years = (np.clip(value["year"], 2010.0, 2022.0) - 2016.0) / 5.0
    kind = default(f"{name}_ev") * value["electric"] + default(f"{name}_truck") * value["truck"]
    return np.asarray(np.exp(default(f"{name}_c") + default(f"{name}_y") * years + kind))


def _top_gear(value: Mapping[str, np.ndarray]) -> np.ndarray:
    litres = np.log(value["displacement_m3"] / 2.0e-3)
    fit = {kind: np.exp(default(f"nv_{kind}_c") + default(f"nv_{kind}_V") * litres) for kind in ("at", "cvt", "dct", "manual")}
    chosen = np.where(value["cvt"] > 0.5, fit["cvt"], fit["at"])
    chosen = np.where(value["dct"] > 0.5, fit["dct"], chosen)
    return np.where(value["manual"] > 0.5, fit["manual"], chosen)


def specific_power(car: Car, p: Parameters) -> Float[Array, " n"]:
    """ln(specific power / 50 kW per litre), clipped to the range of the fit; 0 without an engine."""
    s = jnp.log(car.power_W / car.displacement_m3 / 5.0e7)
    return jnp.clip(jnp.where(car.electric > 0.5, 0.0, s), p.s_low, p.s_high)
