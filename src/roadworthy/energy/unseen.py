"""How wrong is the model on cars that it has not seen?

`held_out()` drives the test cars of the model groups kept apart from every fit (table `energy/held_cars`) through the shipped model
and compares unadjusted city, highway and US06 consumption with what was measured; `beyond()` does so with SC03 and the bags of the
20 F test (table `energy/five_cars`); `quality()` sums up. Error = model / measured - 1 of
energy per mile. Limits: a held-out model of a maker whose other models are in the fit; makers wholly unknown are fewer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import equinox as eqx
import numpy as np
import polars as pl

from roadworthy.core.units import MILE_M
from roadworthy.data import table

from .car import Car, EnergyInputs, inputs
from .cycles import Schedule, schedule
from .figures import per_cycle
from .five import cold_bags, cooled
from .follow import follow
from .parameters import Parameters, parameters
from .residual import KINDS

COLUMNS = ("test_kg", "A_N", "B_Nspm", "C_Ns2pm2", "power_W", "displacement_m3", "cylinders", "nv_rev_per_m", "gears", "cvt", "dct", "manual",
           "awd", "truck", "boosted", "direct_injection", "start_stop", "year")  # fmt: skip
ENGINE = ("displacement_m3", "cylinders", "nv_rev_per_m", "gears")
QUANTITIES = ("city", "hwy", "us06")


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Held-out test cars: table rows, and measured and modelled economy per quantity, miles per gallon (or equivalent), [n]."""

    rows: pl.DataFrame
    measured_mpg: dict[str, np.ndarray]
    ours_mpg: dict[str, np.ndarray]

    def error(self, quantity: str) -> np.ndarray:
        """Modelled over measured energy per mile, less 1; NaN where not measured."""
        return self.measured_mpg[quantity] / self.ours_mpg[quantity] - 1.0


def inputs_of_rows(rows: pl.DataFrame) -> EnergyInputs:
    """Energy inputs of rows laid out as `energy/held_cars`."""
    given = {c: rows[c].cast(pl.Float64).to_numpy().copy() for c in COLUMNS}
    kind = rows["kind"].to_numpy() if "kind" in rows.columns else np.full(len(rows), "petrol")
    electric = kind == "electric"
    for name in ENGINE:
        given[name][electric] = np.nan
    given |= {"electric": electric.astype(float), "hybrid": (kind == "hybrid").astype(float), "diesel": (kind == "diesel").astype(float)}
    names = [f"{a} {b} {i}" for i, (a, b) in enumerate(zip(rows["make"], rows["model"], strict=True))]
    return inputs(names, given, makers=rows["maker"].to_list())


@lru_cache(maxsize=1)
def _compiled() -> Any:
    def counted(car: Car, plan: Schedule, p: Parameters, **kinds: bool) -> Any:
        return per_cycle(follow(car, plan, p, **kinds), plan, p)[0]

    return eqx.filter_jit(counted)


def consumption(rows: pl.DataFrame) -> np.ndarray:
    """Energy per metre of cars of one kind, unadjusted FTP, HWFET and US06, [3, n]."""
    kind = rows["kind"][0]
    given = inputs_of_rows(rows)
    kinds = {"engines": kind in ("petrol", "diesel"), "electrics": kind == "electric", "hybrids": kind == "hybrid"}
    return np.asarray(_compiled()(given.car, schedule(("UDDS", "HWFET", "US06")), parameters(), **kinds))


@lru_cache(maxsize=1)
def held_out() -> HeldOut:
    """All held-out test cars through the shipped model; some 2,400 cars, a few seconds."""
    rows = table("energy/held_cars")
    use = np.concatenate([consumption(rows.filter(pl.col("kind") == kind)) for kind in KINDS], 1)
    p = parameters()
    gallon = np.where(rows["kind"].to_numpy() == "diesel", float(p.diesel_J_per_gal), float(p.gasoline_J_per_gal))
    ours = {q: gallon / MILE_M / use[i] for i, q in enumerate(QUANTITIES)}
    measured = {q: rows[f"{q}_mpg"].cast(pl.Float64).fill_null(np.nan).to_numpy() for q in QUANTITIES}
    return HeldOut(rows, measured, ours)


FIVE = {"sc03": ("sc03",), "cold": ("bag 1, 20 F", "bag 2, 20 F", "bag 3, 20 F")}
"""Tests beyond the usual ones, and what each measures."""


@lru_cache(maxsize=1)
def _compiled_five() -> Any:
    def driven(car: Car, p: Parameters, cold: bool) -> Any:
        kinds = {"engines": True, "electrics": False}
        return cold_bags(car, p, **kinds) if cold else cooled(car, p, **kinds)[None]

    return eqx.filter_jit(driven)


@lru_cache(maxsize=1)
def beyond() -> list[tuple[str, pl.DataFrame, np.ndarray]]:
    """Held-out petrol cars in SC03 and at 20 F: name, rows, modelled over measured energy per mile less 1."""
    found = []
    gallon = float(parameters().gasoline_J_per_gal) / MILE_M
    for test, names in FIVE.items():
        rows = table("energy/five_cars").filter(pl.col("test") == test)
        use = np.asarray(_compiled_five()(inputs_of_rows(rows).car, parameters(), test == "cold"))
        for i, name in enumerate(names):
            found.append((name, rows, use[i] * rows[f"test{i + 1}_mpg"].cast(pl.Float64).to_numpy() / gallon - 1.0))
    return found


def _row(kind: str, quantity: str, groups: int, e: np.ndarray) -> dict[str, Any]:
    size = np.abs(e)
    return {"kind": kind, "quantity": quantity, "cars": int(e.size), "groups": groups, "median": float(np.median(size)),
            "p90": float(np.percentile(size, 90.0)), "bias": float(np.median(e))}  # fmt: skip


def quality() -> list[dict[str, Any]]:
    """Per kind of drive and quantity: cars, groups, median and 90th percentile of the absolute error, median error."""
    found = held_out()
    kinds = found.rows["kind"].to_numpy()
    said: list[dict[str, Any]] = []
    for kind in dict.fromkeys(kinds.tolist()):
        for quantity in QUANTITIES:
            e = found.error(quantity)
            seen = (kinds == kind) & np.isfinite(e)
            if seen.any():
                said.append(_row(kind, quantity, found.rows.filter(pl.Series(seen))["group"].n_unique(), e[seen]))
    return said + [_row("petrol", name, rows["group"].n_unique(), e) for name, rows, e in beyond()]
