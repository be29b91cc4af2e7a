"""The bundled vehicles: how many, inside which class, and that no cell is without unit, status and source."""

from __future__ import annotations

import csv
import subprocess
import sys

import numpy as np
import pytest

from roadworthy import vehicles
from roadworthy.core import STATUSES, InputError
from roadworthy.data import table
from roadworthy.vehicles import catalogue, check, fields
from roadworthy.vehicles.catalogue import FOLDER


def test_eighty_vehicles_of_which_38_current_kei():
    c = catalogue()
    assert len(c) >= 80
    assert len(set(c.ids)) == len(c)
    assert len(c.select(group="kei_current")) >= 38
    assert len(c.select(group="kei_historic")) >= 16


def test_every_cell_has_status_source_and_a_known_unit():
    known = {f.stem: f for f in fields().values()}
    with (FOLDER / "cells.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    for row in rows:
        assert row["status"] in STATUSES
        assert row["source"]
        field = known[row["field"]]
        assert bool(row["unit"]) == (field.dimension not in ("text", "date", "count", "ratio", "flag", "money")), row
    assert len({(r["id"], r["field"]) for r in rows}) == len(rows)


def test_every_value_in_the_batch_has_a_status_and_every_gap_has_none():
    v = vehicles.fill(catalogue())
    for name in fields():
        for known, status, source in zip(v.known(name), v.status(name), v.source(name), strict=True):
            assert (status in STATUSES and source != "") if known else (status == vehicles.UNKNOWN and source == "")


def test_current_kei_are_inside_the_class():
    kei = catalogue().select(group="kei_current")
    assert np.all(kei.length_m <= 3.400)
    assert np.all(kei.width_m <= 1.480)
    assert np.all(kei.height_m <= 2.000)
    assert not np.any(kei.displacement_m3 > 660e-6)
    assert np.all(kei.power_W <= 47.1e3)


def test_historic_kei_are_inside_the_class():
    kei = catalogue().select(group="kei_historic")
    assert np.all(kei.length_m <= 3.400)
    assert np.all(kei.displacement_m3 <= 660e-6)


def test_all_figures_agree_with_each_other_filled_or_not():
    assert check(catalogue()) == ()
    assert check(vehicles.fill(catalogue())) == ()


def test_check_says_what_is_wrong_and_the_mend():
    bad = catalogue().select("honda_nbox_jf5").with_(mass_max_kg=880.0, wheelbase_m=3.4, width_m=1.6)
    found = {f.field: f for f in check(bad)}
    assert set(found) == {"mass_max_kg", "wheelbase_m", "width_m"}
    assert "honda_nbox_jf5" in found["width_m"].message
    assert found["width_m"].mend


def test_blank_cells_stay_blank():
    assert np.isnan(catalogue().select("byd_racco").mass_kg[0])
    assert np.isnan(catalogue().select("gem_e4").length_m[0])


def test_known_values():
    car = catalogue().select("nissan_sakura")
    assert car.length_m[0] == 3.395
    assert car.battery_J[0] == pytest.approx(72e6)
    assert car.range_m[0] == 180e3
    assert car["range_cycle"] == ("WLTC",)
    truck = catalogue().select("daihatsu_hijet_truck")
    assert truck.forward_control[0] == 1.0
    assert truck.status("forward_control") == ("assumed",)
    assert truck["body_kind"] == ("truck",)


def test_every_body_has_a_kind_and_every_vehicle_a_powertrain():
    c = catalogue()
    assert set(c["body_kind"]) <= set(fields()["body_kind"].choices)
    electric = np.array([p == "bev" for p in c["powertrain"]])
    assert np.array_equal(electric, c.known("battery_J"))
    assert np.array_equal(~electric, c.known("displacement_m3"))


def test_the_sales_of_2025_are_those_published():
    sales = {"honda_nbox_jf5": 201354, "suzuki_spacia_mk54": 165589, "daihatsu_tanto_la650": 124619, "daihatsu_mira_es_la350": 55777}
    for id, units in sales.items():
        assert catalogue().select(id).sales_japan_2025[0] == units


def test_conflicts_are_kept_and_told():
    cited = catalogue().cited(catalogue().index("slate_truck"), "torque_Nm")
    assert cited.value == 264
    assert cited.conflict
    assert "400" in catalogue().explain("slate_truck", "torque_Nm")


def test_assumed_cells_are_counted_and_marked():
    assert catalogue().assumed_count(catalogue().index("honda_nbox_jf5")) == (12, 18)
    one = catalogue().select("honda_nbox_jf5")
    assert "12 of 18 quantities assumed" in repr(one)
    html = one._repr_html_()
    assert "assumed" in html
    assert "○" in html
    assert "80 vehicles" in catalogue()._repr_html_()


def test_reading_the_catalogue_loads_neither_jax_nor_data_frames():
    code = (
        "import sys; from roadworthy import vehicles as v; v.find('honda_nbox_jf5'); "
        "sys.exit(any(m in sys.modules for m in ('jax', 'polars', 'pandas', 'equinox')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_unknown_id_offers_a_near_one():
    with pytest.raises(InputError, match="no vehicle 'suzuki_atlo_ha37'") as caught:
        vehicles.find("suzuki_atlo_ha37")
    assert "suzuki_alto_ha37" in caught.value.hint
    assert "roadworthy vehicles list" in caught.value.hint
    assert caught.value.code == "vehicle.unknown"


def test_tables_are_described():
    for name in ("models", "cells", "remarks", "fits", "drag", "constants"):
        assert table(f"vehicles/{name}").height > 0


def test_the_wide_table_equals_the_cells(raw_data):
    from roadworthy.core.units import convert

    with (raw_data / "vehicles" / "catalogue.csv").open(encoding="utf-8", newline="") as text:
        wide = {row["id"]: row for row in csv.DictReader(text)}
    pairs = [
        ("length_mm", "length_m", "mm", "length"),
        ("width_mm", "width_m", "mm", "length"),
        ("height_mm", "height_m", "mm", "length"),
        ("wheelbase_mm", "wheelbase_m", "mm", "length"),
        ("curb_kg_min", "mass_kg", "kg", "mass"),
        ("curb_kg_max", "mass_max_kg", "kg", "mass"),
        ("engine_cc", "displacement_m3", "cc", "volume"),
        ("power_kw", "power_W", "kW", "power"),
        ("battery_kwh", "battery_J", "kWh", "energy"),
        ("top_speed_kmh", "speed_max_mps", "km/h", "speed"),
    ]
    c = catalogue()
    for i, id in enumerate(c.ids):
        for column, field, unit, dimension in pairs:
            text_value = wide[id][column]
            if text_value:
                assert c[field][i] == pytest.approx(convert(float(text_value), unit, dimension), rel=1e-12)
            else:
                assert np.isnan(c[field][i])
