"""Vehicles that several tests use."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from roadworthy import energy
from roadworthy.data import table

REV_PER_M = 1.0 / 60.0 / 0.44704


def column(rows: list[dict[str, Any]], name: str, factor: float = 1.0) -> np.ndarray:
    return np.array([np.nan if r[name] is None else r[name] * factor for r in rows], float)


@pytest.fixture(scope="session")
def anchor_rows() -> list[dict[str, Any]]:
    return table("energy/anchors_us").to_dicts()


@pytest.fixture(scope="session")
def anchors(anchor_rows: list[dict[str, Any]]) -> energy.EnergyInputs:
    """The smallest US cars with their coast-down coefficients."""
    rows = anchor_rows
    given = {
        "test_kg": column(rows, "test_mass_kg"),
        "A_N": column(rows, "coast_A_N"),
        "B_Nspm": column(rows, "coast_B_Nspm"),
        "C_Ns2pm2": column(rows, "coast_C_Ns2pm2"),
        "power_W": column(rows, "power_kw", 1e3),
        "displacement_m3": column(rows, "displacement_l", 1e-3),
        "cylinders": column(rows, "cylinders"),
        "gears": column(rows, "gears"),
        "nv_rev_per_m": column(rows, "nv_rpm_per_mph", REV_PER_M),
        "year": column(rows, "year"),
        "electric": np.array([r["fuel"] == "electric" for r in rows], float),
        "cvt": np.array([r["transmission"] == "CVT" for r in rows], float),
        "manual": np.array([r["transmission"] == "M" for r in rows], float),
    }
    return energy.inputs([r["test_vehicle"] for r in rows], given)


# height of the bodies of the published kei figures [m]; drag coefficient by height is the fit of the vehicles room
HEIGHT_M = {
    "N-Box": 1.79, "Alto": 1.525, "Mira": 1.50, "Copen": 1.28, "Hijet": 1.89, "Every": 1.895, "Spacia": 1.785, "N-Van": 1.96,
    "Smile": 1.695, "Jimny": 1.725, "Sakura": 1.655,
}  # fmt: skip


def _drag(height_m: float) -> float:
    for limit, cd in ((1.45, 0.31), (1.55, 0.305), (1.70, 0.330), (1.85, 0.362)):
        if height_m < limit:
            return cd
    return 0.387


@pytest.fixture(scope="session")
def kei_rows() -> list[dict[str, Any]]:
    rows = table("energy/kei_japan").to_dicts()
    return [r for r in rows if r["wltcj_km_per_l"] or r["jc08_km_per_l"] or r["wltcj_range_km"]]


@pytest.fixture(scope="session")
def kei(kei_rows: list[dict[str, Any]]) -> energy.EnergyInputs:
    """Kei cars with published consumption; drag areas assumed but for one car."""
    cars: list[dict[str, float]] = []
    for r in kei_rows:
        height = next(v for k, v in HEIGHT_M.items() if k in r["model"])
        width = 1.645 if "Sierra" in r["model"] else 1.475
        engine = r["displacement_cc"] is not None
        manual = "MT" in r["trans"]
        rpm = 2600.0 if r["trans"] == "CVT" else 4500.0 if "Sierra" not in r["model"] else 3400.0
        cars.append(
            {
                "curb_kg": r["mass_kg"],
                "power_W": r["power_kw"] * 1e3,
                "displacement_m3": r["displacement_cc"] * 1e-6 if engine else np.nan,
                "electric": float(not engine),
                "cda_m2": (r["cd"] or _drag(height)) * (r["frontal_area_m2"] or 0.83 * width * height),
                "cvt": float(r["trans"] == "CVT"),
                "manual": float(manual),
                "gears": np.nan if not engine else 1.0 if r["trans"] == "CVT" else 5.0 if manual else 4.0,
                "boosted": float("turbo" in r["powertrain"]),
                "start_stop": float("hybrid" in r["powertrain"]),
                "awd": float(r["drive"] == "4WD"),
                "year": float(r["years"][:4]),
                "cylinders": np.nan if not engine else 4.0 if "Sierra" in r["model"] else 3.0,
                "nv_rev_per_m": rpm / 60.0 / (100.0 / 3.6) if engine else np.nan,
                "battery_J": np.nan if engine else 20.0 * 3.6e6,
            }
        )
    return energy.inputs([r["model"] for r in kei_rows], {k: np.array([c[k] for c in cars], float) for k in cars[0]})


@pytest.fixture(scope="session")
def kei_rating(kei: energy.EnergyInputs) -> energy.Rating:
    return energy.rate(kei)
