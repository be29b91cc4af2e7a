"""From a `Vehicle` record to the numbers of the energy model, with every stand-in said aloud.

Limits: gearbox, axle, injection and stop-start are seldom recorded; what stands in for them is listed in `EnergyInputs.fallbacks`:
the maker's like test cars where there are some, else the usual of the class.
Drag areas made by `vehicles.fill` keep their own status.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from roadworthy.core import RANK, InputError
from roadworthy.core.units import KMH

from .car import EnergyInputs, inputs
from .parameters import parameters
from .residual import maker
from .technology import like

PERSON_KG = 55.0
"""Occupant by Japanese convention, for a full load where no capacity is recorded (assumed)."""
NV_KEI_REV_PER_M = {"cvt": 2600.0 / 60.0 / (100.0 * KMH), "manual": 4500.0 / 60.0 / (100.0 * KMH)}
"""Engine speed of a kei car in top gear: 2,600 rpm (CVT) and 4,500 rpm (manual) at 100 km/h (assumed: no table found)."""
FRONTAL_SHARE = 0.83
"""Frontal area over width times height (one published pair)."""
USED = ("mass_kg", "power_W", "displacement_m3", "cd", "frontal_area_m2", "battery_J", "governed_mps", "gearbox", "drive", "turbo")
HYBRIDS = ("hev", "phev")
TRUCKS = ("pickup", "suv", "van", "truck", "van_cabover")
"""Bodies that the test lists count as trucks."""
GEARBOXES = {"manual": "manual", "amt": "dct", "cvt": "cvt", "automatic": "at", "single": "single"}
NAMES = {"at": "automatic", "cvt": "cvt", "dct": "amt", "manual": "manual"}


def _year(text: Any) -> float:
    found = re.search(r"\d{4}", str(text))
    return float(found.group()) if found else float("nan")


def inputs_of(vehicle: Any) -> EnergyInputs:
    """The energy inputs of a batch of vehicles.

    Stand-ins: CVT for current kei and manual for historic kei and trucks where no gearbox is recorded, three cylinders for kei,
    top gearing by class, drag area from size, the governor of petrol kei, a recorded top speed as an electric car's limiter.
    """
    n = len(vehicle.ids)
    notes: list[list[str]] = [[] for _ in range(n)]
    p = parameters()

    def number(name: str) -> np.ndarray:
        return np.array(getattr(vehicle, name, np.full(n, np.nan)), float)

    def text(name: str) -> tuple[str, ...]:
        return tuple(str(x or "") for x in getattr(vehicle, name, ("",) * n))

    group, body, powertrain = text("group"), text("body"), text("powertrain")
    displacement, battery, governed = number("displacement_m3"), number("battery_J"), number("governed_mps")
    power, top = number("power_W"), number("speed_max_mps")
    kei = np.array([g.startswith("kei") or d <= 660e-6 for g, d in zip(group, displacement, strict=True)])
    electric = np.array([t == "bev" or (not t and np.isfinite(b) and not np.isfinite(d)) for t, b, d in
                         zip(powertrain, battery, displacement, strict=True)])  # fmt: skip
    built = [_year(t) for t in text("built_first")]

    makers = [maker(m) for m in text("make")]
    boxes = list(text("gearbox"))
    gears = np.full(n, np.nan)
    drives = list(text("drive"))
    turbo = number("turbo")
    nv = number("nv_rev_per_m")
    cylinders = number("cylinders")
    injection = number("direct_injection")
    stop = number("start_stop")
    for i in range(n):
        if electric[i]:
            boxes[i] = boxes[i] or "single"
            if not np.isfinite(governed[i]) and np.isfinite(top[i]):
                governed[i] = top[i]
                notes[i].append("limiter: recorded top speed (assumed)")
            elif not np.isfinite(governed[i]) and group[i].startswith("kei"):
                governed[i] = float(p.governor_kei_ev_mps)
                notes[i].append("governor: 130 km/h (assumed)")
            elif not np.isfinite(governed[i]):
                notes[i].append("limiter: none recorded, top speed by power alone (assumed)")
        else:
            usual = None if kei[i] else like(makers[i], displacement[i], power[i], built[i], GEARBOXES.get(boxes[i], ""))
            if usual is not None:
                if not boxes[i]:
                    boxes[i] = NAMES[usual.gearbox]
                gears[i] = usual.gears
                for array, there in ((nv, usual.nv_rev_per_m), (cylinders, usual.cylinders), (turbo, usual.boosted),
                                     (injection, usual.direct_injection), (stop, usual.start_stop)):  # fmt: skip
                    if not np.isfinite(array[i]):
                        array[i] = there
                notes[i].append(f"gearbox ({boxes[i]}), gearing, boost and injection where not recorded: {usual.said} (derived)")
            if not boxes[i]:
                old_or_truck = group[i] == "kei_historic" or "truck" in body[i]
                boxes[i] = ("manual" if old_or_truck else "cvt") if kei[i] else "automatic"
                notes[i].append(f"gearbox: {boxes[i]} (assumed)")
            if kei[i]:
                if not np.isfinite(cylinders[i]):
                    cylinders[i] = 3.0
                    notes[i].append("cylinders: 3 (assumed)")
                if not np.isfinite(nv[i]):
                    nv[i] = NV_KEI_REV_PER_M["cvt" if boxes[i] == "cvt" else "manual"]
                    notes[i].append(f"engine speed in top gear: {nv[i] * 100 * KMH * 60:,.0f} rpm at 100 km/h (assumed)")
                if not np.isfinite(governed[i]):
                    governed[i] = float(p.governor_kei_mps)
                    notes[i].append("governor: 140 km/h (assumed)")
            if not np.isfinite(turbo[i]):
                notes[i].append("boost: none recorded (assumed)")
            if not np.isfinite(injection[i]):
                notes[i].append("direct injection: none recorded (assumed)")
            if not np.isfinite(stop[i]):
                stop[i] = 1.0 if powertrain[i] in HYBRIDS or powertrain[i] == "mhev" else 0.0
                notes[i].append(f"stop-start: {'with' if stop[i] else 'none'} (assumed)")
        if not drives[i]:
            notes[i].append("driven wheels: one axle (assumed)")

    width, height = number("width_m"), number("height_m")
    area = number("frontal_area_m2")
    guessed = ~np.isfinite(area) & np.isfinite(width * height)
    area[guessed] = FRONTAL_SHARE * (width * height)[guessed]
    for i in np.flatnonzero(guessed).tolist():
        notes[i].append("frontal area: 0.83 of width times height (assumed)")

    capacity, payload, seats = number("capacity_kg"), number("payload_kg"), number("seats")
    full = np.where(np.isfinite(capacity), capacity, payload + PERSON_KG * seats)
    kind = [GEARBOXES.get(b, "at") for b in boxes]

    def flag(name: str) -> np.ndarray:
        return np.array([k == name for k in kind], float)

    given = {
        "curb_kg": number("mass_kg"),
        "power_W": power,
        "displacement_m3": np.where(electric, np.nan, displacement),
        "cylinders": np.where(electric, np.nan, cylinders),
        "nv_rev_per_m": np.where(electric, np.nan, nv),
        "year": built,
        "electric": electric.astype(float),
        "hybrid": np.array([t in HYBRIDS for t in powertrain], float),
        "plug": np.array([t == "phev" for t in powertrain], float),
        "truck": np.array([b in TRUCKS for b in text("body_kind")], float),
        "gears": gears,
        "cvt": flag("cvt"),
        "dct": flag("dct"),
        "manual": flag("manual"),
        "awd": np.array([d in ("4wd", "awd") for d in drives], float),
        "direct_injection": np.nan_to_num(injection),
        "boosted": np.nan_to_num(turbo),
        "start_stop": np.nan_to_num(stop),
        "governed_mps": governed,
        "battery_J": battery,
        "cda_m2": number("cd") * area,
        "payload_kg": full,
        "test_kg": number("test_mass_kg"),
        "A_N": number("coast_A_N"),
        "B_Nspm": number("coast_B_Nspm"),
        "C_Ns2pm2": number("coast_C_Ns2pm2"),
    }
    lacking = ~electric & ~np.isfinite(displacement) & np.isfinite(power)
    given["power_W"] = np.where(lacking, np.nan, power)
    out = inputs(vehicle.ids, given, statuses=_weakest(vehicle, n, notes), notes=notes, makers=makers)
    reasons = tuple("engine displacement unknown" if lacking[i] else out.reasons[i] for i in range(n))
    return EnergyInputs(out.ids, out.car, out.fallbacks, reasons, out.status)


def _weakest(vehicle: Any, n: int, notes: list[list[str]]) -> tuple[str, ...]:
    """Weakest status of the fields used, no better than derived: these are results of a model."""
    found = []
    for i in range(n):
        path = ["derived"] + (["assumed"] if any("assumed" in note for note in notes[i]) else [])
        for name in USED:
            try:
                status = vehicle.status(name)[i]
            except (InputError, AttributeError, KeyError):  # a record without this field says nothing about it
                continue
            if status in RANK:
                path.append(status)
        found.append(max(path, key=lambda s: RANK[s]))
    return tuple(found)
