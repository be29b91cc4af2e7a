"""How far can a set of vehicles be trusted: what disagrees, what is unusual, what is the same car twice, and who says each figure.

    z = ln(value / fit) / sd        unusual when |z| > 3

An unusual figure is not wrong: it is either corrected in the catalogue or explained in the table vehicles/explained, by vehicle or by
kind of body. Twins are vehicles of two makers with one outer size, wheelbase, engine or battery and power; they are
one car where the catalogue declares the other name, and alike by assumed figures otherwise. Limits: a fit judges only
fields that it predicts (mass, heaviest mass, wheelbase, torque, cabin height); a figure that the fit itself made is not judged.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from roadworthy.core import STATUSES
from roadworthy.vehicles import fits
from roadworthy.vehicles.catalogue import FOLDER, constant_sd, rows_of
from roadworthy.vehicles.check import Finding, check
from roadworthy.vehicles.door import UNKNOWN
from roadworthy.vehicles.fill import SHORT_M, SMALL_ENGINE_M3, fitted_masses, is_kei
from roadworthy.vehicles.schema import fields
from roadworthy.vehicles.vehicle import FILLED, Vehicle

BAND_SD = 3.0
SAME = {"length_m": 0.002, "width_m": 0.002, "height_m": 0.01, "wheelbase_m": 0.002, "power_W": 0.01}
"""Relative difference up to which two vehicles are one car under two names."""


@dataclass(frozen=True, slots=True)
class Unusual:
    """A figure outside the band of the regression that predicts it."""

    id: str
    field: str
    value: float
    expected: float
    z: float
    fit: str
    why: str
    """The explanation, empty when nobody has given one."""

    def __str__(self) -> str:
        said = f"{self.id}: {self.field} {self.value:.4g} is {abs(self.z):.1f} sd {'above' if self.z > 0 else 'below'} the {self.expected:.4g} of fit {self.fit}"
        return f"{said}: {self.why}" if self.why else said


@dataclass(frozen=True, slots=True)
class Audit:
    """What is known of a set of vehicles as a whole."""

    vehicles: int
    groups: dict[str, int]
    findings: tuple[Finding, ...]
    unusual: tuple[Unusual, ...]
    twins: tuple[tuple[str, str, bool], ...]
    """Two ids, and whether the catalogue declares one a rebadge of the other."""
    shares: dict[str, dict[str, int]]
    """Figures by group ("all" for every vehicle) and status."""

    @property
    def clean(self) -> bool:
        """Whether nothing disagrees and nothing unusual is unexplained."""
        return not self.findings and all(u.why for u in self.unusual)

    def as_dict(self) -> dict[str, Any]:
        """The audit as `--json` prints it."""
        return {
            "schema": "roadworthy/audit/1",
            "vehicles": self.vehicles,
            "groups": self.groups,
            "clean": self.clean,
            "findings": [str(f) for f in self.findings],
            "unusual": [{k: getattr(u, k) for k in ("id", "field", "value", "expected", "z", "fit", "why")} for u in self.unusual],
            "twins": [{"ids": [one, other], "declared": declared} for one, other, declared in self.twins],
            "statuses": self.shares,
        }


@lru_cache(maxsize=1)
def explained() -> dict[tuple[str, str], str]:
    """Why a figure is unusual, by (vehicle or kind of body, field)."""
    return {(row["of"], row["field"]): row["words"] for row in rows_of(FOLDER / "explained.csv")}


def unusual(v: Vehicle) -> tuple[Unusual, ...]:
    """Given figures that lie more than 3 sd from what the fits expect of the vehicle's other figures."""
    found: list[Unusual] = []
    kei = is_kei(v)
    engine = ~v.texts["powertrain"].among(("bev",))
    with np.errstate(invalid="ignore", divide="ignore"):
        short, small = v.length_m < SHORT_M, v.displacement_m3 < SMALL_ENGINE_M3

        def judge(field: str, expected: np.ndarray, sd: np.ndarray, name: Callable[[int], str], where: np.ndarray) -> None:
            given = ~v.origins[field].where(lambda s: s.startswith(FILLED)) if field in v.origins else v.known(field)
            z = np.log(v[field] / expected) / sd
            for i in np.flatnonzero(where & given & (np.abs(z) > BAND_SD)).tolist():
                why = explained().get((v.ids[i], field)) or explained().get((v.texts["body_kind"][i], field), "")
                found.append(Unusual(v.ids[i], field, float(v[field][i]), float(expected[i]), float(z[i]), name(i), why))

        every = np.ones(len(v), dtype=bool)
        for name, mass, one_sd, where in fitted_masses(v):
            judge("mass_kg", mass, np.full(len(v), one_sd), lambda i, name=name: name, where)  # type: ignore[misc]
        judge("mass_max_kg", v.mass_kg * fits.fit("M3").terms["c"], fits.spread_ln("M3", v.mass_kg), lambda i: "M3", every)
        sd = np.where(short, fits.fit("W4").sd, fits.fit("W").sd)
        judge("wheelbase_m", fits.wheelbase(v.length_m, short), sd, lambda i: "W4" if short[i] else "W", every)
        sd = np.where(small, fits.fit("T1").sd, fits.fit("T").sd)
        judge("torque_Nm", fits.torque(v.displacement_m3, v.power_W, small), sd, lambda i: "T1" if small[i] else "T", engine)
        height = fits.cabin_height(v.height_m)
        judge("cabin_height_m", height, fits.spread_ln("CH", height), lambda i: "CH", kei & (v.seats == 4))
        for side in ("width", "length"):
            mean, spread = fits.constant(f"cabin_{side}").value, constant_sd()[f"cabin_{side}"]
            expected = np.full(len(v), float(mean))
            judge(f"cabin_{side}_m", expected, np.full(len(v), spread / mean), lambda i: "mean of four-seat kei", kei & (v.seats == 4))
    return tuple(found)


def declared(v: Vehicle, i: int, j: int) -> bool:
    """Whether one of two vehicles is listed among the other's rebadges."""
    return any(
        v.texts["make"][a] in v.texts["rebadges"][b] and v.texts["model"][a].split(" (")[0] in v.texts["rebadges"][b]
        for a, b in ((i, j), (j, i))
    )


def twins(v: Vehicle) -> tuple[tuple[str, str, bool], ...]:
    """Pairs of vehicles of different makers that agree in every outer figure, and whether a rebadge is declared."""
    sizes = {f: np.asarray(v[f], dtype=float) for f in SAME}
    heart = np.where(np.isnan(v.battery_J), v.displacement_m3, v.battery_J)
    found = []
    for i in range(len(v)):
        same = np.ones(len(v), dtype=bool)
        for f, near in SAME.items():
            same &= np.abs(sizes[f] - sizes[f][i]) <= near * sizes[f][i]
        same &= (np.abs(heart - heart[i]) <= 0.01 * heart[i]) & v.texts["body_kind"].among((v.texts["body_kind"][i],))
        found += [
            (v.ids[i], v.ids[j], declared(v, i, j))
            for j in np.flatnonzero(same).tolist()
            if j > i and v.texts["make"][i] != v.texts["make"][j]
        ]
    return tuple(found)


def shares(v: Vehicle) -> dict[str, dict[str, int]]:
    """How many given figures have each status, by group and in all."""
    counted = [f.name for f in fields().values() if f.counted]
    of = {"all": range(len(v)), **{g: np.flatnonzero(v.texts["group"].among((g,))).tolist() for g in dict.fromkeys(v.texts["group"])}}
    out = {}
    for group, at in of.items():
        seen = Counter(v.graded(f)[i] for f in counted for i in at)
        out[group] = {s: seen[s] for s in STATUSES if seen[s]}
    return {g: n for g, n in out.items() if g != "all" or len(out) > 2}


def audit(v: Vehicle) -> Audit:
    """All of it at once."""
    return Audit(len(v), dict(Counter(v.texts["group"])), check(v), unusual(v), twins(v), shares(v))


def published_share(counts: dict[str, int]) -> float:
    """Share of figures that a source states: law, measured or published."""
    total = sum(n for s, n in counts.items() if s != UNKNOWN)
    return sum(counts.get(s, 0) for s in ("law", "measured", "published")) / total if total else math.nan
