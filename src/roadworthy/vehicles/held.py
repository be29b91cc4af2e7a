"""What the vehicles room is held against: its catalogue beside government tables, and its gap fits beside published masses and axles.

A cell that was general knowledge before the comparison was not made from the source, so the comparison is a fair test of the other
assumed cells. The fits are asked for the mass, the heaviest axle distance and the torque of cars as if those were not known.
"""

from __future__ import annotations

import numpy as np

from roadworthy.core.held import Held
from roadworthy.vehicles import fits
from roadworthy.vehicles.catalogue import FOLDER, catalogue, rows_of
from roadworthy.vehicles.fill import SHORT_M, SMALL_ENGINE_M3, fitted_masses
from roadworthy.vehicles.quantities import to_si
from roadworthy.vehicles.schema import fields
from roadworthy.vehicles.vehicle import Vehicle

ROOM = "vehicles"
CLOSE = 0.02
"""Sizes agree within 2 %."""
CLOSE_OF = {"mass": 0.045, "power": 0.045, "battery": 0.045}
TWO_SD = 2.0
MISS = {
    ("ford_f150_crew", "height"): "the source gives a mean over cabs and axles; kept as a conflict",
    ("honda_civic_fe", "power"): "the source has the engine of model year 2022, the catalogue that of 2025",
    ("tesla_model_y", "battery"): "the source gives gross energy of the long-range car, the catalogue usable energy",
}
PICKUP = "the fit knows cars; a pickup of aluminium on a frame is lighter than a car of its outer box"
OLD = "kei of before 1998 are lighter than those the fit was made on: no airbags, no side beams"
SHORT_CARS = "very short cars set their axles to the last centimetre; the fit's cars of 3.5 to 4 m do not"
FAR_AXLES = "a crew-cab pickup has its axles farther apart than a car of its length"


def held() -> tuple[Held, ...]:
    """Every fact, misses included."""
    return (*_cells(), *_masses(), *_axles(), *_torques())


def _cells() -> list[Held]:
    seed, by_stem = catalogue(), {f.stem: f for f in fields().values()}
    out = []
    for row in rows_of(FOLDER / "held.csv"):
        field = by_stem[row["field"]]
        published = to_si(float(row["value"]), row["unit"], field)
        ours = float(seed[field.name][seed.index(row["id"])])
        known_before = row["status_before"] != "assumed"
        out.append(
            Held(
                room=ROOM,
                id=f"{row['id']}_{row['field']}" + ("_label" if "label" in row["source"] else ""),
                what=f"{row['field'].replace('_', ' ')} of {row['id']}"
                + (" (two sources)" if known_before else ", general knowledge before"),
                unit=field.unit or "-",
                published=published,
                ours=ours,
                tolerance=CLOSE_OF.get(row["field"], CLOSE),
                kind="relative",
                fitted=False,
                source=row["source"],
                note=MISS.get((row["id"], row["field"]), ""),
                group=f"catalogue {row['field']}",
            )
        )
    return out


def _sourced(v: Vehicle, field: str) -> np.ndarray:
    return np.array([s == "published" for s in v.status(field)], dtype=bool)


def _masses() -> list[Held]:
    v = catalogue()
    out = []
    for name, mass, sd, where in fitted_masses(v):
        for i in np.flatnonzero(where & _sourced(v, "mass_kg")).tolist():
            out.append(
                Held(ROOM, f"{v.ids[i]}_mass_{name}", f"curb mass of {v.ids[i]} from its other figures, fit {name}", "kg", float(v.mass_kg[i]), float(mass[i]),
                     TWO_SD * sd, "relative", name != "M1", v.source("mass_kg")[i], PICKUP if v.texts["body_kind"][i] == "pickup" else OLD if v.texts["group"][i] == "kei_historic" else "", "mass from size")
            )  # fmt: skip
    return out


def _axles() -> list[Held]:
    v = catalogue()
    short = v.length_m < SHORT_M
    expected = fits.wheelbase(v.length_m, short)
    out = []
    for i in np.flatnonzero(_sourced(v, "wheelbase_m")).tolist():
        sd = fits.fit("W4" if short[i] else "W").sd
        note = FAR_AXLES if v.texts["body_kind"][i] == "pickup" else SHORT_CARS if short[i] else ""
        out.append(
            Held(ROOM, f"{v.ids[i]}_wheelbase_W", f"wheelbase of {v.ids[i]} from its length", "m", float(v.wheelbase_m[i]), float(expected[i]), TWO_SD * sd, "relative",
                 False, v.source("wheelbase_m")[i], note, "wheelbase from length")
        )  # fmt: skip
    return out


def _torques() -> list[Held]:
    v = catalogue()
    with np.errstate(invalid="ignore"):
        small = v.displacement_m3 < SMALL_ENGINE_M3
    expected = fits.torque(v.displacement_m3, v.power_W, small)
    out = []
    for i in np.flatnonzero(_sourced(v, "torque_Nm") & ~np.isnan(expected)).tolist():
        sd = fits.fit("T1" if small[i] else "T").sd
        note = "unblown engine that makes its power at very high speed" if v.ids[i] == "honda_beat" else ""
        out.append(
            Held(ROOM, f"{v.ids[i]}_torque_T", f"torque of {v.ids[i]} from displacement and power", "N m", float(v.torque_Nm[i]), float(expected[i]), TWO_SD * sd, "relative",
                 False, v.source("torque_Nm")[i], note, "torque from power")
        )  # fmt: skip
    return out
