"""Doors of the room: plain arrays, vehicle records, the command line's dict."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from roadworthy import energy
from roadworthy.core import STATUSES, InputError
from roadworthy.data import describe, table
from roadworthy.energy import Parameters
from roadworthy.energy.rating import spreads


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"curb_kg": -900.0, "power_W": 4e4, "displacement_m3": 1e-3}, "curb_kg of x is -900"),
        ({"curb_kg": 900.0, "power_W": 43.0, "displacement_m3": 1e-3}, "power_W of x is 43"),
        ({"curb_kg": 900.0, "power_W": 4e4}, "engine without a displacement"),
        ({"curb_kg": 900.0, "power_W": 4e4, "displacement_m3": 1e-3, "manual": 2.0}, "manual of x is 2"),
        ({"curb_kg": 900.0, "power_w": 4e4}, "no energy input 'power_w'"),
        ({"curb_kg": 900.0, "power_W": np.inf, "electric": 1.0}, "power_W of x is inf"),
    ],
)
def test_bad_numbers_are_refused_at_the_door(given: dict[str, float], says: str) -> None:
    with pytest.raises(InputError) as fault:
        energy.inputs(["x"], given)
    assert says in fault.value.message and fault.value.hint


def test_unknown_mass_or_power_is_a_result_not_an_exception() -> None:
    x = energy.inputs(
        ["no_mass", "no_power", "fine"],
        {"curb_kg": [np.nan, 900.0, 900.0], "power_W": [4e4, np.nan, 4e4], "electric": [1.0, 1.0, 0.0], "displacement_m3": 1.0e-3},
    )
    r = energy.rate(x)
    assert x.reasons == ("curb mass unknown", "power unknown", "")
    assert np.isnan(r.combined_mpg[:2]).all() and np.isnan(r.time_0_60_s[:2]).all()
    assert np.isfinite(r.combined_mpg[2])


def test_stand_ins_are_listed_and_poorer_inputs_spread_wider() -> None:
    common = {"curb_kg": 1200.0, "power_W": 9e4, "displacement_m3": 1.5e-3, "year": 2018.0}
    known = energy.inputs(["a"], common | {"A_N": 100.0, "B_Nspm": 2.0, "C_Ns2pm2": 0.4, "nv_rev_per_m": 1.1, "cylinders": 4, "gears": 6})
    area = energy.inputs(["b"], common | {"cda_m2": 0.7})
    poor = energy.inputs(["c"], common)
    assert not any("drag" in f or "rolling" in f for f in known.fallbacks[0])
    assert any("rolling resistance" in f for f in area.fallbacks[0])
    assert any("drag area" in f for f in poor.fallbacks[0])
    sds = [spreads(x.car, energy.parameters())[0][0] for x in (known, area, poor)]
    assert sds[0] == pytest.approx(energy.parameters().sd_city) and sds[0] < sds[1] < sds[2]


def test_a_known_factor_scales_consumption_alone() -> None:
    given = {"curb_kg": 1200.0, "power_W": 9e4, "displacement_m3": 1.5e-3}
    r = energy.rate(energy.inputs(["a", "b", "c"], given | {"factor": [1.0, 1.1, 1.0], "electric": [0.0, 0.0, 1.0]}))
    np.testing.assert_allclose(r.consumption_J_per_m[:, 1], 1.1 * r.consumption_J_per_m[:, 0], rtol=1e-12)
    assert r.time_0_60_s[0] == r.time_0_60_s[1]


def test_a_known_label_pins_the_vehicle() -> None:
    x = energy.inputs(
        ["petrol", "electric", "free"],
        {"curb_kg": 1200.0, "power_W": 9e4, "displacement_m3": 1.5e-3, "electric": [0.0, 1.0, 0.0]},
    )
    r = energy.rate(energy.pin(x, np.array([33.0, 110.0, np.nan])))
    np.testing.assert_allclose(r.combined_mpg[:2], [33.0, 110.0], rtol=1e-9)
    assert r.combined_mpg[2] == pytest.approx(energy.rate(x).combined_mpg[2])
    with pytest.raises(InputError, match="known labels"):
        energy.pin(x, np.array([-1.0, 110.0, np.nan]))


def test_lanes_are_inputs() -> None:
    x = energy.inputs(["a"], {"curb_kg": 900.0, "power_W": 4e4, "electric": 1.0})
    r = energy.rate(x, ways=(energy.Lane(31.3, 15.0, 200.0), energy.Lane(31.3, 0.0, 300.0)))
    assert r.lane_mps.shape == (2, 1) and r.lane_mps[0, 0] > 15.0


def test_a_users_trace_is_driven_beside_the_legal_cycles() -> None:
    t = np.arange(0.0, 200.0)
    mine = energy.trace("mine", t, 15.0 * np.sin(np.pi * t / 199.0) ** 2)
    r = energy.rate(energy.inputs(["a"], {"curb_kg": 900.0, "power_W": 4e4, "electric": 1.0}), cycles=(mine,))
    assert r.cycles == ("UDDS", "HWFET", "mine")
    assert r.consumption_J_per_m[2, 0] > 0.0 and r.missed_s[2, 0] == 0.0


@pytest.fixture(scope="module")
def catalogue() -> Any:
    vehicles = pytest.importorskip("roadworthy.vehicles")
    return vehicles.fill(vehicles.catalogue())


def test_drive_is_plain_json(catalogue: Any) -> None:
    said = energy.drive(catalogue.select("honda_nbox_jf5"), 0, catalogue.select("mitsubishi_mirage"))
    again = json.loads(json.dumps(said, allow_nan=False))
    assert again["label"]["unit"] == "mpg" and 30 < again["label"]["combined_mpg"] < 50
    assert again["merge"]["speed_mph"] > again["merge"]["design_merge_mph"] == 53.0
    assert again["top_speed_reason"] in ("governor", "power")
    assert len(again["checks"]) == 6 and again["comparators"][0]["id"] == "mitsubishi_mirage"
    assert any("assumed" in f for f in again["fallbacks"])


def test_every_parameter_has_unit_status_and_source() -> None:
    rows = [r for name in ("parameters", "fitted", "launch_fit", "five_fit") for r in table(f"energy/{name}").to_dicts()]
    assert {r["name"] for r in rows} == set(Parameters.__dataclass_fields__)
    assert len(rows) == len({r["name"] for r in rows})
    assert all(r["unit"] and r["status"] in STATUSES and r["source"] for r in rows)
    assert energy.cited("P_spin_W").status == "assumed" and energy.cited("P_spin_W").value == 0.0


@pytest.mark.parametrize(
    "name",
    [
        "cycles",
        "parameters",
        "fitted",
        "launch_fit",
        "five_fit",
        "five_cars",
        "residual",
        "residual_ranges",
        "held_cars",
        "fit_quality",
        "technology",
        "lanes",
        "kei_japan",
        "anchors_us",
        "labels_small_us",
        "defaults",
    ],
)
def test_tables_are_described_column_by_column(name: str) -> None:
    assert set(describe(f"energy/{name}").columns) == set(table(f"energy/{name}").columns)


def test_tables_follow_from_the_public_files(raw_data: Any) -> None:
    import importlib.util
    from pathlib import Path

    script = Path(__file__).resolve().parents[2] / "scripts" / "tables" / "energy.py"
    spec = importlib.util.spec_from_file_location("energy_tables", script)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    raw = raw_data / "energy"
    assert module.cycles(raw).equals(table("energy/cycles"))
    assert module.defaults(raw)["value"].to_list() == pytest.approx(table("energy/defaults")["value"].to_list(), rel=1e-6)
