"""What is the crash room held against, and how far off is it?

Wall tests of cars left out of the fit of the restraint; deaths of NASS CDS 2001-02 predicted from 1997-2000; the exponent of the mass
ratio in FARS and in Evans; a car as small as a kei in the offset test. Misses stay in the list.
Limits: no fact of a kei car was found; pair tests with dummy sheets were not found in public sources.
References: tables crash/held, crash/barrier_left_out, crash/nass_classes, crash/mass_ratio.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Literal

import numpy as np

from roadworthy.core.held import Held
from roadworthy.core.units import KMH
from roadworthy.crash import field, fit
from roadworthy.crash.collide import strike_wall
from roadworthy.crash.field import FieldCurve, field_curve
from roadworthy.crash.mass_ratio import model_slope
from roadworthy.crash.structure import Structure

ROOM = "crash"
CHEST_G_WITHIN = 8.0
HIC_WITHIN = 0.5
FACTOR_TWO = math.log(2.0)
DEATHS_ENOUGH = 20
POLICY_K = 4.0
SMART = (930.0, 0.38, 1.12, 1.05)
"""Design row of the smart fortwo, as tested."""
OFFSET_MPS = 64.0 * KMH
NORMAL_95 = 1.96
WORDS = {
    "frontal_belted_bag": "frontal, belted, air bag",
    "frontal_belted": "frontal, belted",
    "frontal_unbelted": "frontal, unbelted",
    "other_belted": "not frontal, belted",
}


@lru_cache(maxsize=1)
def held() -> tuple[Held, ...]:
    """Every fact beside the model's own value."""
    return (*_walls(), *_field(), *_ratios(), *_smallest())


def _walls() -> list[Held]:
    from roadworthy.data import table

    out = []
    for row in table("crash/barrier_left_out").iter_rows(named=True):
        car, reading = row["car"], row["reading"]
        if reading == "femur_kN":
            continue
        chest = reading == "chest_g"
        off = abs(row["model"] - row["test"])
        missed = off > CHEST_G_WITHIN if chest else off > HIC_WITHIN * row["test"]
        note = "The model has too little spread: it knows mass and class of a car, not its seat, belt and bag." if missed else ""
        out.append(
            Held(
                ROOM, f"wall_{reading}_{car.lower().replace(' ', '_')}", f"{car}: {'chest' if chest else 'HIC36'} in the 56 km/h wall",
                "g" if chest else "1", row["test"], row["model"], CHEST_G_WITHIN if chest else HIC_WITHIN, "absolute" if chest else "relative",
                False, "NHTSA frontal tests of about model year 2010 (crash/cars_14), each car left out of the fit", note,
                "wall chest g" if chest else "wall HIC36",
            )
        )  # fmt: skip
    return out


def late_risk(subset: str) -> list[tuple[str, float, float, int, float]]:
    """Class, risk of death in 2001-02 as predicted from 1997-2000 and as observed, deaths in the file and effective deaths."""
    from roadworthy.data import table

    rows = [row for row in table("crash/nass_classes").iter_rows(named=True) if row["subset"] == subset]
    columns = ("occupants", "deaths", "deaths_raw", "deaths_effective")
    early, late = (
        fit.Counts(*(np.array([row[c] for row in rows if row["period"] == period], dtype=float) for c in columns))
        for period in ("1997-2000", "2001-2002")
    )
    found = fit.fit_field_risk(early)
    predicted, observed = fit.class_risk(found.v0_kmh, found.k, early.tail_scale_kmh), late.deaths / late.occupants
    return [
        (name, float(p), float(o), int(n), float(e))
        for name, p, o, n, e in zip(fit.CLASSES, predicted, observed, late.deaths_raw, late.deaths_effective, strict=True)
    ]


def _field() -> list[Held]:
    out = []
    for subset, words in WORDS.items():
        for name, predicted, observed, deaths, effective in late_risk(subset):
            if deaths < DEATHS_ENOUGH:
                continue
            off = abs(math.log(predicted / observed))
            chance = NORMAL_95 / math.sqrt(effective)
            said = f"{deaths} deaths in the file, but their weights are so unequal that they count as {effective:.0f}: "
            said += f"off by a factor of {math.exp(off):.1f}, where that few make one of {math.exp(chance):.1f} by chance (95 of 100)."
            note = said if off > FACTOR_TWO else ""
            out.append(
                Held(
                    ROOM, f"nass_{subset}_{name.replace('+', '_up').replace('-', '_')}",
                    f"ln risk of death, {words}, delta-v {name} km/h, 2001-02 from 1997-2000", "ln", math.log(observed), math.log(predicted),
                    FACTOR_TWO, "absolute", False, "NASS CDS 1997-2002 (crash/nass_classes)", note, "ln field risk",
                )
            )  # fmt: skip
    return out


def _ratios() -> list[Held]:
    from roadworthy.data import table

    facts = {row["id"]: row for row in table("crash/held").iter_rows(named=True)}
    slopes = {row["impact"]: row for row in table("crash/mass_ratio").iter_rows(named=True) if row["kind"] == "slope"}
    policy = model_slope(FieldCurve(v0_mps=field.parameter("v0_mixed_mps").value, k=POLICY_K))
    ours = {
        "joksch_v0": field.parameter("v0_mixed_mps").value,
        "evans_unbelted": model_slope(field_curve("frontal_unbelted")),
        "fars_headon_design": model_slope(field_curve("frontal_belted")),
    }
    out = [_fact(facts[name], value, group="" if name == "joksch_v0" else "mass exponent") for name, value in ours.items()]
    design = facts["fars_headon_design"]
    out.append(
        Held(
            ROOM, "fars_headon_policy", "exponent of the mass ratio in head-ons: FARS beside the curve that `evaluate` draws (k = 4)", "1",
            design["value"], policy, design["tolerance"], "absolute", False, design["source"],
            "k = 4 lies between the unbelted fit (3.6) and the belted one (5.8) because half of those killed wear no belt; FARS by make says more.",
            "mass exponent",
        )
    )  # fmt: skip
    for impact in ("head-on", "angle", "front-rear"):
        row = slopes[impact]
        out.append(
            Held(
                ROOM, f"fars_{impact.replace('-', '_')}", f"exponent of the mass ratio in FARS, {impact} crashes, mass as the mean of the make", "1",
                row["value"], ours["fars_headon_design"], NORMAL_95 * row["error"], "absolute", False, row["source"],
                "Mass by make is narrower than mass by vehicle and goes with body type and price, which inflates the exponent: another table "
                "of masses gives 5.4. It says above 3, and is no calibration.", "mass exponent",
            )
        )  # fmt: skip
    return out


def _fact(row: dict[str, object], ours: float, note: str = "", group: str = "") -> Held:
    kind: Literal["relative", "absolute"] = "relative" if row["kind"] == "relative" else "absolute"
    fitted = row["id"] == "joksch_v0"
    published, within = float(str(row["value"])), float(str(row["tolerance"]))
    return Held(
        ROOM, str(row["id"]), str(row["what"]), str(row["unit"]), published, ours, within, kind, fitted, str(row["source"]), note, group
    )  # fmt: skip


def _smallest() -> list[Held]:
    """A car as small as a kei in the offset test."""
    from roadworthy.data import table

    facts = {row["id"]: row for row in table("crash/held").iter_rows(named=True)}
    side = strike_wall(Structure.of(*SMART), OFFSET_MPS, 0.8, face=True).first
    read = {
        "smart_odb_hic15": side.hic15,
        "smart_odb_chest": side.deflection_mm,
        "smart_odb_nij": side.nij,
        "smart_odb_femur": side.femur_kN,
    }
    out = []
    for name, value in read.items():
        row, ours = facts[name], float(value)
        missed = abs(ours / row["value"] - 1.0) > row["tolerance"]
        note = "The link from the two masses to this reading is assumed and was tuned to no offset test." if missed else ""
        out.append(_fact(row, ours, note))
    return out
