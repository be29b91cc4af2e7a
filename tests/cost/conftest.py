"""The maker's assumptions at their central values, and small batches of vehicles as other rooms give them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import pytest
import yaml

import roadworthy
from roadworthy.cost import CostAssumptions
from roadworthy.vehicles.batch import from_rows
from roadworthy.vehicles.vehicle import Cell, Vehicle

ROWS = yaml.safe_load((Path(roadworthy.__file__).parent / "study" / "assumptions" / "cost.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def rows() -> dict[str, dict[str, Any]]:
    return ROWS


@pytest.fixture(scope="session")
def central() -> CostAssumptions:
    return CostAssumptions(**{name: jnp.asarray(float(row["value"])) for name, row in ROWS.items()})


def cell(value: float | str, status: str = "published") -> Cell:
    return Cell(value, status, "test")


def vehicles(**each: dict[str, Any]) -> Vehicle:
    plain = {"group": "us", "powertrain": "ice", "body_kind": "hatch", "price_currency": "USD", "mass_kg": 900.0}
    return from_rows({name: {field: cell(value) for field, value in (plain | given).items()} for name, given in each.items()})


@pytest.fixture(scope="session")
def make_vehicles() -> Callable[..., Vehicle]:
    return vehicles


@pytest.fixture(scope="session")
def slot_vehicles() -> Vehicle:
    kei = {"group": "kei_current", "price_currency": "JPY"}
    return vehicles(
        box=kei | {"price_min": 1_648_900.0, "mass_kg": 910.0},
        truck=kei | {"price_min": 902_000.0, "mass_kg": 690.0, "body_kind": "truck"},
        sakura=kei | {"price_min": 2_548_700.0, "mass_kg": 1070.0, "powertrain": "bev"},
        acty={"group": "kei_historic", "price_currency": "JPY", "body_kind": "truck"},
    )


@pytest.fixture(scope="session")
def garage() -> Vehicle:
    return vehicles(
        kei={"group": "kei_current", "price_currency": "JPY", "price_min": 1_648_900.0},
        versa={"price_min": 17_200.0, "body_kind": "sedan"},
        rav4={"price_min": 30_000.0, "body_kind": "suv", "powertrain": "hev"},
        nameless={"powertrain": ""},
    )
