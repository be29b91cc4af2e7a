"""Vehicles that several tests use."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from roadworthy import energy
from roadworthy.data import table
from roadworthy.energy.held import kei_inputs

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


@pytest.fixture(scope="session")
def kei_rows() -> list[dict[str, Any]]:
    rows = table("energy/kei_japan").to_dicts()
    return [r for r in rows if r["wltcj_km_per_l"] or r["jc08_km_per_l"] or r["wltcj_range_km"]]


@pytest.fixture(scope="session")
def kei(kei_rows: list[dict[str, Any]]) -> energy.EnergyInputs:
    """Kei cars with published consumption; drag areas assumed but for one car."""
    return kei_inputs(kei_rows)


@pytest.fixture(scope="session")
def kei_rating(kei: energy.EnergyInputs) -> energy.Rating:
    return energy.rate(kei)
