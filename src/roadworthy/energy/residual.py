"""What does the physics miss, by technology and by maker?

ln(measured / physics) = sum of b_k x_k over technical terms and maker terms, town and highway each, for petrol, hybrid, electric and diesel
cars; robust ridge regression on the same vehicles as the physics, with maker terms drawn towards zero. Mass and road load are no
terms, so that a heavier or draggier vehicle never gains by its residual. Every feature is held within the range of the fit.
Limits: a maker's habits on the US market; outside the support of the fit (every kei engine) maker terms are left out.
Made by scripts/tables/energy_fit.py; tables `energy/residual`, `energy/residual_ranges`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from roadworthy.data import table

KINDS = ("petrol", "hybrid", "electric", "diesel")
TERMS: dict[str, tuple[str, ...]] = {
    "petrol": (
        "one", "size", "rating", "age", "boosted", "injection", "stop", "cylinders", "gearing", "truck", "gears", "cvt", "dct", "manual",
        "awd", "size*size", "rating*rating", "age*age", "size*boosted", "rating*boosted", "size*rating", "age*boosted", "age*cvt",
        "age*gears", "age*manual", "gearing*manual", "gearing*size", "gearing*cvt", "gearing*gearing", "age*rating", "age*injection",
        "boosted*injection", "boosted*stop", "truck*awd", "gears*gears", "age*size", "cylinders*boosted", "cylinders*size",
    ),
    "hybrid": ("one", "size", "age", "truck", "awd", "geared"),
    "electric": ("one", "age", "awd", "power"),
    "diesel": ("one", "size", "truck"),
}  # fmt: skip
BY_MAKER: dict[str, tuple[str, ...]] = {
    "petrol": ("one", "age", "boosted", "cvt", "manual", "size", "truck", "rating", "awd", "stop", "injection", "gears"),
    "hybrid": ("one",),
    "electric": ("one",),
    "diesel": ("one",),
}
"""Terms that each maker has of its own."""
MAKES = {
    "MERCEDES-BENZ": "MERCEDES", "MERCEDES BENZ": "MERCEDES", "SMART": "MERCEDES", "VOLKSWAGEN": "VW", "AUDI": "AUDI",
    "PORSCHE": "PORSCHE", "BMW": "BMW", "MINI": "BMW", "ROLLS ROYCE": "BMW", "ROLLS-ROYCE": "BMW",
    "TOYOTA": "TOYOTA", "LEXUS": "TOYOTA", "SCION": "TOYOTA", "HONDA": "HONDA", "ACURA": "HONDA", "NISSAN": "NISSAN",
    "INFINITI": "NISSAN", "HYUNDAI": "HYUNDAI", "KIA": "HYUNDAI", "GENESIS": "HYUNDAI", "CHEVROLET": "GM", "GMC": "GM", "BUICK": "GM",
    "CADILLAC": "GM", "SATURN": "GM", "PONTIAC": "GM", "FORD": "FORD", "LINCOLN": "FORD", "MERCURY": "FORD", "ROUSH": "FORD",
    "CHRYSLER": "FCA", "DODGE": "FCA", "JEEP": "FCA", "RAM": "FCA", "FIAT": "FCA", "ALFA ROMEO": "FCA", "ALFA": "FCA",
    "JAGUAR": "JLR", "LAND ROVER": "JLR", "SUBARU": "SUBARU", "MAZDA": "MAZDA", "VOLVO": "VOLVO",
    "POLESTAR": "VOLVO", "MITSUBISHI": "MITSUBISHI", "SUZUKI": "SUZUKI", "TESLA": "TESLA",
}  # fmt: skip
"""Maker of each make: one family of engines and gearboxes."""


def maker(make: str) -> str:
    """Maker of a make as written in a list or catalogue; `OTHER` for the rest."""
    return MAKES.get(make.strip().upper(), "OTHER")


def features(value: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The features of the regression from the inputs of the room (SI arrays [n])."""
    n = value["power_W"].size
    V, P = value["displacement_m3"], value["power_W"]
    geared = 1.0 - value["cvt"]
    return {
        "one": np.ones(n),
        "size": np.log(V / 2.0e-3),
        "rating": np.log(P / V / 5.0e7),
        "power": np.log(P / 1.5e5),
        "age": (value["year"] - 2016.0) / 5.0,
        "boosted": value["boosted"],
        "injection": value["direct_injection"],
        "stop": value["start_stop"],
        "cylinders": np.log(value["cylinders"] / 4.0),
        "gearing": np.log(value["nv_rev_per_m"]),
        "truck": value["truck"],
        "gears": geared * np.log(value["gears"] / 6.0),
        "cvt": value["cvt"],
        "dct": value["dct"],
        "manual": value["manual"],
        "awd": value["awd"],
        "geared": geared,
    }


def column(term: str, x: Mapping[str, np.ndarray]) -> np.ndarray:
    """One term, a product of features: "age*cvt"."""
    found = np.ones_like(x["one"])
    for name in term.split("*"):
        found = found * x[name]
    return found


def design(kind: str, x: Mapping[str, np.ndarray], makers: Sequence[str], known: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """Names and columns [n, k] of all terms: technical ones, then "MAKER:term" for each known maker."""
    of = np.asarray(makers)
    names = list(TERMS[kind]) + [f"{m}:{t}" for m in known for t in BY_MAKER[kind]]
    technical = [column(t, x) for t in TERMS[kind]]
    own = [(of == m) * column(t, x) for m in known for t in BY_MAKER[kind]]
    return names, np.stack(technical + own, 1)


def clipped(kind: str, x: Mapping[str, np.ndarray], ranges: Mapping[str, tuple[float, float]]) -> dict[str, np.ndarray]:
    """Features held within the range of the fit."""
    return {name: np.clip(v, *ranges[name]) if name in ranges else v for name, v in x.items()}


@lru_cache(maxsize=8)
def _fitted(kind: str) -> tuple[dict[str, tuple[float, float]], dict[str, tuple[float, float]]]:
    rows = table("energy/residual").filter(table("energy/residual")["kind"] == kind)
    held = table("energy/residual_ranges").filter(table("energy/residual_ranges")["kind"] == kind)
    terms = {t: (float(c), float(h)) for t, c, h in zip(rows["term"], rows["city_ln"], rows["hwy_ln"], strict=True)}
    ranges = {f: (float(a), float(b)) for f, a, b in zip(held["feature"], held["low"], held["high"], strict=True)}
    return terms, ranges


def residual(value: Mapping[str, np.ndarray], makers: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """ln of what the physics misses in town and on the highway, [n] each. An empty maker has no maker terms."""
    n = value["power_W"].size
    kinds = np.where(value["electric"] > 0.5, "electric", np.where(value["hybrid"] > 0.5, "hybrid", "petrol"))
    kinds = np.where((value["diesel"] > 0.5) & (kinds == "petrol"), "diesel", kinds)
    raw = features(value)
    city, hwy = np.zeros(n), np.zeros(n)
    for kind in KINDS:
        here = np.flatnonzero(kinds == kind)
        if not here.size:
            continue
        terms, ranges = _fitted(kind)
        x = clipped(kind, {k: v[here] for k, v in raw.items()}, ranges)
        of = np.asarray(makers)[here]
        for term, (c, h) in terms.items():
            who, _, what = term.rpartition(":")
            share = column(what, x) * (of == who if who else 1.0)
            city[here] += c * share
            hwy[here] += h * share
    return city, hwy
