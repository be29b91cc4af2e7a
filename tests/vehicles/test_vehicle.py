"""The record itself: batches, selection, new values, dates of some precision."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy import vehicles
from roadworthy.core import InputError
from roadworthy.vehicles import catalogue, concat, fields
from roadworthy.vehicles.dates import OPEN, date_text, precision, span
from roadworthy.vehicles.schema import at_door


def test_selecting_all_is_identity_and_order_does_not_matter():
    c = catalogue()
    assert c.select(c.ids) == c
    assert c.select(list(reversed(c.ids))).select(c.ids) == c
    assert concat(c.take(range(40)), c.take(range(40, 80))) == c


def test_a_batch_of_one_is_a_row_of_the_batch():
    c = vehicles.fill(catalogue())
    for id in ("honda_nbox_jf5", "gem_e4", "ford_f150_crew"):
        assert vehicles.fill(catalogue().select(id)) == c.select(id)


def test_new_values_are_assumed_and_the_old_record_is_untouched():
    car = catalogue().select("honda_nbox_jf5")
    new = car.with_(mass="950 kg", length_mm=3390)
    assert car.mass_kg[0] == 910
    assert (new.mass_kg[0], new.length_m[0]) == (950, 3.390)
    assert new.status("mass_kg") == ("assumed",)
    assert new.source("mass_kg") == ("user",)
    assert car.with_(mass_kg=930, status="published", source="sheet").cited(0, "mass_kg").status == "published"


def test_arrays_cannot_be_written():
    with pytest.raises(ValueError, match="read-only"):
        catalogue().mass_kg[0] = 1.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"masss_kg": 3.0}, "no field"),
        ({"mass_kg": -3.0}, "negative"),
        ({"mass": 900}, "no unit"),
        ({"mass_kg": [1.0, 2.0]}, "2 values for 1"),
    ],
)
def test_bad_new_values_are_refused(change, words):
    with pytest.raises(InputError, match=words):
        catalogue().select("honda_nbox_jf5").with_(**change)


def test_two_vehicles_of_one_id_do_not_join():
    with pytest.raises(InputError, match="honda_nbox_jf5"):
        concat(catalogue(), catalogue().select("honda_nbox_jf5"))


def test_unknown_values_are_cited_as_unknown():
    cited = catalogue().cited(catalogue().index("byd_racco"), "mass_kg")
    assert np.isnan(cited.value)
    assert cited.note == vehicles.UNKNOWN
    assert "not known" in cited.source


def test_missing_names_what_nothing_could_fill():
    left = vehicles.fill(catalogue()).missing()
    assert set(left) == {"gem_e4"}
    assert "length_m" in left["gem_e4"]
    assert "mass_kg" in catalogue().select("byd_racco").missing()["byd_racco"]


def test_dates_keep_their_precision():
    assert (date_text(1998), date_text("1998-3"), date_text("1998-03-10")) == ("1998", "1998-03", "1998-03-10")
    assert [precision(t) for t in ("1998", "1998-03", "1998-03-10", "")] == ["year", "month", "day", ""]
    assert span("2000-02") == (np.datetime64("2000-02-01"), np.datetime64("2000-02-29"))
    assert span("1998") == (np.datetime64("1998-01-01"), np.datetime64("1998-12-31"))
    for bad in ("March 1998", "1998-13", "1998-02-30", "98", 1.5, True):
        with pytest.raises(InputError):
            date_text(bad)


def test_the_day_of_build_of_one_vehicle_rules_over_the_years_of_the_model():
    truck = catalogue().select("honda_acty_ha3")
    first, last = truck.built_span()
    assert (str(first[0]), str(last[0])) == ("1990-01-01", "1999-12-31")
    first, last = truck.with_(built="1998-03-10").built_span()
    assert str(first[0]) == str(last[0]) == "1998-03-10"
    assert catalogue().select("honda_nbox_jf5").built_span()[1][0] == OPEN
    copen = catalogue().select("daihatsu_copen_l880")
    assert str(copen.built_span()[0][0]) == "2002-06-01"
    assert copen.status("built_first") == ("assumed",)


@given(st.sampled_from([f for f in fields().values() if f.kind == "number" and f.unit]), st.floats(0.01, 0.99))
def test_units_round_trip(field, where):
    from roadworthy.core.units import UNITS
    from roadworthy.vehicles.quantities import quantity

    value = field.low + where * (field.high - field.low)
    for unit, factor in UNITS.get(field.dimension, {}).items():
        assert quantity(f"{value / factor!r} {unit}", field) == pytest.approx(value, rel=1e-12)
    assert quantity(f"{value!r} {field.unit}", field) == value


@pytest.mark.parametrize(
    ("name", "field", "unit"),
    [
        ("length", "length_m", None),
        ("length_mm", "length_m", "mm"),
        ("mass_lb", "mass_kg", "lb"),
        ("mass_max_lb", "mass_max_kg", "lb"),
        ("displacement_cc", "displacement_m3", "cc"),
        ("power_kW", "power_W", "kW"),
        ("power_PS", "power_W", "PS"),
        ("economy_mpg", "economy_m_per_m3", "mpg"),
        ("economy_L_per_100km", "economy_m_per_m3", "L/100km"),
        ("battery_kWh", "battery_J", "kWh"),
        ("speed_max_kmh", "speed_max_mps", "km/h"),
        ("range_mi", "range_m", "mi"),
        ("cabin_height_in", "cabin_height_m", "in"),
        ("t_0_60mph_s", "t_0_60mph_s", "s"),
        ("cd", "cd", None),
    ],
)
def test_names_at_the_door(name, field, unit):
    from roadworthy.core.units import UNITS

    found, carried = at_door(name)
    assert found.name == field
    if unit in UNITS.get(found.dimension, {}):
        assert UNITS[found.dimension][carried] == UNITS[found.dimension][unit]
    else:
        assert carried == unit


def test_every_field_of_the_schema_is_described():
    for field in fields().values():
        assert field.meaning
        assert field.used_by
        assert field.low < field.high
        assert not field.numeric or field.unit or field.dimension in ("count", "ratio", "flag", "money")


def test_explain_names_fit_and_spread():
    words = vehicles.fill(catalogue()).explain("daihatsu_taft_la900", "mass_kg")
    assert "fit M2" in words
    assert "0.080" in words
    assert "assumed" in words
    assert "unknown" in catalogue().explain("daihatsu_taft_la900", "mass_kg")
