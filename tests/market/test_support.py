"""Badges and intervals: a kei car is outside, and nothing lets its forecast become one number."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy import data, market
from roadworthy.core import UsageError
from roadworthy.core.units import SQUARE_FOOT_M2
from roadworthy.market.support import PLACES

KEI = {"footprint_m2": 3.25, "length_m": 3.40, "width_m": 1.48, "mass_kg": 960.0, "power_W": 47e3, "consumption_J_per_m": 2100.0}
COROLLA = {"footprint_m2": 4.13, "length_m": 4.63, "width_m": 1.78, "mass_kg": 1370.0, "power_W": 104e3, "consumption_J_per_m": 2280.0}


def test_a_kei_car_is_outside_by_area_and_power_though_hardly_by_footprint():
    badge = market.support(KEI)
    assert badge.place == "outside"
    text = str(badge)
    assert "area_m2" in text and "13%" in text
    assert "power_W" in text and "19%" in text
    assert "footprint_m2 3.25 is 2% below" in text


def test_a_corolla_is_inside():
    assert market.support(COROLLA).place == "inside"


def test_bounds_of_the_choice_set_are_those_of_the_design_page():
    m = data.table("market/models")
    area = (m["length_m"] * m["width_m"]).to_numpy()
    assert m["footprint_m2"].min() == pytest.approx(35.7 * SQUARE_FOOT_M2, rel=1e-3)
    assert area.min() == pytest.approx(62.4 * SQUARE_FOOT_M2, rel=1e-3)
    assert m["mass_kg"].min() == pytest.approx(966.0, abs=1.0)
    assert m["power_W"].min() == pytest.approx(58.2e3, rel=1e-3)


@given(st.floats(0.5, 1.0))
def test_shrinking_below_a_minimum_never_moves_towards_inside(factor):
    wider = market.support(COROLLA | {"footprint_m2": 3.40})
    smaller = market.support(COROLLA | {"footprint_m2": 3.40 * factor})
    assert PLACES.index(smaller.place) >= PLACES.index(wider.place)


def test_a_car_barred_from_motorways_is_outside():
    assert market.support(COROLLA | {"highway_ok": 0.0}).place == "outside"


def test_an_unknown_attribute_is_said_and_never_counts_as_inside():
    badge = market.support(COROLLA | {"mass_kg": math.nan})
    assert badge.place != "inside"
    assert "mass_kg is not known" in badge.decided


@pytest.mark.parametrize("turn", [float, int, round, np.asarray, lambda x: x + 1, lambda x: x < 2, lambda x: f"{x:.0f}"])
def test_an_interval_has_no_single_value(turn):
    interval = market.Interval(1e3, 5e3, 4e4, "a year")
    with pytest.raises(UsageError, match="no single value"):
        turn(interval)


def test_an_interval_says_between():
    assert (
        str(market.Interval(1e3, 5e3, 4e4, "a year")) == "between 1,000 and 4e+04 a year"
        or "between" in f"{market.Interval(1.0, 2.0, 3.0)}"
    )
    assert list(market.Interval(1.0, 2.0, 3.0)) == [1.0, 2.0, 3.0]


def test_the_launch_record_is_that_of_the_design_page():
    spans = {entry.model: (entry.lowest_units_per_yr, entry.highest_units_per_yr) for entry in market.launch_record()}
    assert spans["smart fortwo"] == (1276, 24622)
    assert spans["Mitsubishi Mirage"] == (13220, 29766)
    assert spans["Chevrolet Spark"] == (12385, 39159)
    assert spans["Subaru Justy"] == (13240, 27313)
    assert spans["Chevrolet Sprint"][1] == 60983
    assert all(entry.record != "reservation" for entry in market.launch_record())


def test_an_unverified_record_says_so():
    spark = next(entry for entry in market.launch_record() if entry.model == "Chevrolet Spark")
    assert spark.status == "assumed"
    assert "unverified" in spark.sentence
