"""Duty and CAFE: the arithmetic that other rooms take from the law."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core import InputError
from roadworthy.rules import cafe_compliance, cafe_target, duty
from roadworthy.rules.cafe import curves, minimum_domestic_mpg, required_mpg, reset_scale


@pytest.mark.parametrize(
    ("heading", "entry", "built", "rate"),
    [
        ("car", "2025-04-02", None, 0.025),
        ("car", "2025-04-03", None, 0.275),
        ("car", "2025-09-15", None, 0.275),
        ("car", "2025-09-16", None, 0.15),
        ("truck", "2025-09-15", None, 0.50),
        ("truck", "2025-09-16", None, 0.25),
        ("car", "2026-11-22", "2001-11-22", 0.025),
        ("car", "2026-11-22", "2001-11-23", 0.15),
        ("car", "2026-11-22", "2001-11", 0.15),  # known to the month only: the later day decides
        ("truck", "2026-11-22", "1998-03-10", 0.25),
    ],
)
def test_duty_by_day_heading_and_age(heading, entry, built, rate):
    assert duty(heading, entry=entry, built=built).rate == pytest.approx(rate, abs=1e-12)


def test_duty_is_a_tree_of_rows():
    found = duty("car", entry="2026-03-01")
    assert [row.label for row in found.rows] == ["column 1", "Section 232, Japan", "Section 122 surcharge"]
    assert sum(row.rate for row in found.rows) == pytest.approx(found.rate) and found.status == "published"
    assert duty("car", entry="2026-03-01", origin="KR").rate == pytest.approx(0.275)
    assert duty("truck", entry="2026-03-01", plant=True).rate == 0.0


def test_duty_is_refused_for_other_headings():
    with pytest.raises(InputError, match="heading 'van'"):
        duty("van", entry="2026-11-22")


@pytest.mark.parametrize(
    ("fleet", "year", "footprint", "mpg"), [("car", 2026, 46.0, 60.2), ("car", 2026, 34.9, 66.95), ("truck", 2020, 68.3, 25.25)]
)
def test_published_targets(fleet, year, footprint, mpg):
    """V01 to V03 of the validation targets."""
    assert float(cafe_target(fleet, year, footprint)) == pytest.approx(mpg, abs=0.01)


@given(st.sampled_from(sorted(curves())), st.floats(25, 90), st.floats(0, 20))
def test_targets_fall_with_footprint_and_stay_between_cap_and_floor(key, footprint, more):
    fleet, year = key
    k = curves()[key]
    small, large = cafe_target(fleet, year, [footprint, footprint + more], rounded=False)
    assert small >= large - 1e-12
    assert min(k.b, k.f or k.b) - 1e-9 <= large and small <= max(k.a, k.e or k.a) + 1e-9


def test_scale_multiplies():
    plain, scaled = (cafe_target("car", 2026, 45.0, scale=s, rounded=False) for s in (1.0, reset_scale().value))
    assert scaled / plain == pytest.approx(34.5 / 50.4)
    assert reset_scale().status == "derived" and "parametric" in reset_scale().note


def test_unknown_years_are_named():
    with pytest.raises(InputError, match="model year 2040"):
        cafe_target("car", 2040, 45.0)
    with pytest.raises(InputError, match="not positive"):
        cafe_target("car", 2026, 0.0)


def test_compliance_is_harmonic_and_fines_tenths():
    found = cafe_compliance([1000, 1000], [40.0, 60.0], [36.0, 36.0], penalty_usd_per_tenth_mpg=17.0)
    assert found.required_mpg == pytest.approx(48.0) and found.achieved_mpg == pytest.approx(36.0)
    assert found.tenths_short == 120 and found.fine_usd == pytest.approx(120 * 17 * 2000)
    assert cafe_compliance([1000, 1000], [40.0, 60.0], [36.0, 36.0], penalty_usd_per_tenth_mpg=0.0).fine_usd == 0
    better = cafe_compliance([10], [40.0], [41.0], penalty_usd_per_tenth_mpg=17.0)
    assert better.fine_usd == 0 and better.credits_tenths == 100
    assert cafe_compliance([0], [40.0], [41.0], penalty_usd_per_tenth_mpg=17.0).fine_usd == 0


def test_minimum_domestic():
    assert minimum_domestic_mpg(2026).value == 53.5


@pytest.mark.shared
def test_required_averages_of_the_fleet(raw_data):
    """V04 to V12: what the curves ask of the MY2019 fleet, per class, within 0.7 %."""
    import polars as pl

    fleet = pl.read_parquet(raw_data / "fleet/fleet_my2019_ldv.parquet").filter(pl.col("footprint_ft2") > 0)
    published = {("car", 2017): 39.0, ("car", 2019): 41.9, ("car", 2024): 49.2, ("car", 2026): 59.4,
                 ("truck", 2017): 29.4, ("truck", 2019): 30.5, ("truck", 2024): 35.1, ("truck", 2026): 42.4}  # fmt: skip
    for (kind, year), mpg in published.items():
        rows = fleet.filter(pl.col("reg_class_id") == kind)
        found = required_mpg(rows["sales"].to_numpy(), cafe_target(kind, year, rows["footprint_ft2"].to_numpy()))
        assert found == pytest.approx(mpg, rel=0.007), (kind, year)
    assert np.isfinite(found)
