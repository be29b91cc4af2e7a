"""Who wants to sit in the car: 2,000 adults that stand for all of the United States, in parties of four.

Person k sits with three companions drawn once and for all, so that cars are compared with the same parties and shares change
smoothly. Body dimensions follow stature S and weight w, `dim = b0 + b1 S + b2 w + b3 sqrt(w) + e`, held where the curve would fall with
weight (sitting height of women beyond 69 kg), with the residuals of one soldier taken whole (leg and trunk residuals are correlated, -0.7).
Limits: weights of 2009-12, about 2 kg lower than today's; companions are strangers in sex and size.
References: NHANES 2009-12 (CDC); ANSUR II (US Army, 2012).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy.core import InputError
from roadworthy.data.tables import FACTS
from roadworthy.space.posture import Posture, leg_need_m

MM = 1e-3
SEATS = 4
BODY = ("sitting_height_mm", "buttock_knee_mm", "knee_height_mm", "hip_breadth_mm", "bideltoid_mm", "forearm_forearm_mm")
SUPPORT_M = (1.40, 2.05)
"""Statures outside are computed and marked as out of support."""


class People(eqx.Module):
    """Parties of four: column 0 is the person counted, column 1 sits beside, columns 2 and 3 behind."""

    male: Float[Array, "persons seats"]
    stature_m: Float[Array, "persons seats"]
    weight_kg: Float[Array, "persons seats"]
    sitting_height_m: Float[Array, "persons seats"]
    buttock_knee_m: Float[Array, "persons seats"]
    knee_height_m: Float[Array, "persons seats"]
    hip_breadth_m: Float[Array, "persons seats"]
    bideltoid_m: Float[Array, "persons seats"]
    forearm_forearm_m: Float[Array, "persons seats"]
    share: Float[Array, " persons"]
    """Weight of each party; sums to one."""


@lru_cache(maxsize=1)
def adults() -> People:
    """The 2,000 US adults of the product, each with its three companions."""
    with (FACTS / "space" / "adults.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    seat = np.array([[int(r["number"]), *(int(r[f"companion_{k}"]) for k in (1, 2, 3))] for r in rows])

    def column(name: str) -> np.ndarray:
        return np.array([float(r[name]) for r in rows])[seat]

    weights = np.array([float(r["stands_for"]) for r in rows])
    dims = [column(d) * MM for d in BODY]
    male = np.array([r["sex"] == "M" for r in rows], dtype=float)[seat]
    return _people(male, column("stature_mm") * MM, column("weight_kg"), *dims, weights / weights.sum())


@lru_cache(maxsize=1)
def _body_fits() -> dict[tuple[str, str], tuple[float, float, float, float]]:
    with (FACTS / "space" / "body_fits.csv").open(encoding="utf-8", newline="") as text:
        return {
            (r["sex"], r["dimension"]): (
                float(r["b0_mm"]),
                float(r["b_stature"]),
                float(r["b_weight_mm_per_kg"]),
                float(r["b_sqrt_weight"]),
            )
            for r in csv.DictReader(text)
        }


def party(*members: tuple[str, float, float]) -> People:
    """One party of named people, each (sex, stature in m, weight in kg), of mean proportions; the last one fills the empty seats.

    `fit(vehicle, party(("M", 1.93, 95.0)))` answers for one person, and with two members for a pair.
    """
    if not members or len(members) > SEATS:
        raise InputError(f"a party of {len(members)}", "give one to four people", code="space.party")
    for sex, stature, weight in members:
        if sex not in ("M", "F"):
            raise InputError(f"sex {sex!r} is not known", "write M or F: proportions differ", code="space.party")
        if not (0.5 < stature < 2.8 and 20 < weight < 400):
            raise InputError(f"a person of {stature:g} m and {weight:g} kg", "give stature in m and weight in kg", code="space.party")
    seats = [members[min(k, len(members) - 1)] for k in range(SEATS)]
    dims = [_row([_dimension(sex, name, stature, weight) for sex, stature, weight in seats]) for name in BODY]
    male = _row([float(sex == "M") for sex, _, _ in seats])
    return _people(male, _row([s for _, s, _ in seats]), _row([w for _, _, w in seats]), *dims, np.ones(1))


def named_party(texts: Sequence[str]) -> People:
    """A party from texts such as "M,1.93,95": sex, stature in m, weight in kg."""
    members = []
    for text in texts:
        parts = [p.strip() for p in text.split(",")]
        try:
            sex, stature, weight = parts
            members.append((sex.upper(), float(stature), float(weight)))
        except ValueError:
            raise InputError(f"person {text!r} is not sex, stature, weight", "write it like M,1.93,95", code="space.party") from None
    return party(*members)


@dataclass(frozen=True, slots=True)
class Sitter:
    """One adult of mean proportions."""

    stature_m: float
    weight_kg: float
    sitting_height_m: float
    buttock_knee_m: float
    knee_height_m: float

    def needs(self, p: Posture) -> tuple[float, float]:
        """Head room and leg room that the driver's seat must offer, as the fit tests have it. [m]"""
        thigh, shank = self.buttock_knee_m - p.thigh_offset, self.knee_height_m - p.shank_offset
        leg = leg_need_m(thigh, shank, p.knee_angle_front, p.ankle_offset)
        return float(p.head_factor * self.sitting_height_m + p.head_clearance), float(leg)


def percentile_sitter(sex: str, percent: float) -> Sitter:
    """The adult at a percentile of stature and of weight of a sex; with sex "" the mean of a man and a woman at it."""
    if sex == "":
        man, woman = percentile_sitter("M", percent), percentile_sitter("F", percent)
        return Sitter(*(0.5 * (getattr(man, f) + getattr(woman, f)) for f in Sitter.__dataclass_fields__))
    who = adults()
    mine = np.asarray(who.male[:, 0]) == (1.0 if sex == "M" else 0.0)
    stature, weight = (float(np.percentile(np.asarray(x)[mine, 0], percent)) for x in (who.stature_m, who.weight_kg))
    dims = (_dimension(sex, f"{name}_mm", stature, weight) for name in ("sitting_height", "buttock_knee", "knee_height"))
    return Sitter(stature, weight, *dims)


def _people(*columns: np.ndarray) -> People:
    return People(*(jnp.asarray(c) for c in columns))


def _dimension(sex: str, name: str, stature_m: float, weight_kg: float) -> float:
    b0, b1, b2, b3 = _body_fits()[sex, name]
    felt = min(weight_kg, (b3 / (2.0 * b2)) ** 2) if b2 < 0.0 < b3 else weight_kg
    return MM * (b0 + b1 * stature_m / MM + b2 * felt + b3 * felt**0.5)


def _row(values: Sequence[float]) -> np.ndarray:
    return np.array([values], dtype=float)


def in_support(people: People) -> np.ndarray:
    """Which parties consist of people of statures that the data cover."""
    low, high = SUPPORT_M
    stature = np.asarray(people.stature_m)
    return np.asarray(((stature >= low) & (stature <= high)).all(axis=1))
