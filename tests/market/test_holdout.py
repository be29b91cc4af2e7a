"""The hold-out table: every visible small car, honestly scored, and any other through the same door."""

from __future__ import annotations

import math

import pytest

from roadworthy import data as bundled
from roadworthy import market
from roadworthy.market import holdout


@pytest.fixture(scope="module")
def table():
    return market.holdout_table()


def test_small_cars_of_the_choice_set_and_launches_are_held_out(table):
    assert {row.car for row in table if row.kind == "choice set"} == {"Chevrolet Spark", "Mitsubishi Mirage", "MINI Cooper"}
    launches = {(row.car, row.year) for row in table if row.kind == "launch"}
    assert {("smart fortwo", 2008), ("Geo Metro", 1989), ("Mitsubishi Mirage", 2014)} <= launches
    assert len(table) == 15


def test_scores_follow_from_the_forecast(table):
    for row in table:
        low, mid, high = row.forecast
        assert low < mid < high
        assert row.covered == (low <= row.observed <= high)
        assert row.log_error == pytest.approx(math.log(mid / row.observed))


def test_intervals_are_as_wide_as_the_least_spread_implies(table):
    for row in table:
        assert row.forecast.p90 / row.forecast.p10 > math.exp(2 * 1.28 * 1.3) * 0.9


def test_coverage_and_error_meet_the_targets(table):
    """Targets of the design: 7 of 10 covered, median absolute log error 0.9, median width 40 for cars inside or at the edge."""
    found = holdout.score(table)
    assert found.covered >= 0.7 * found.count
    assert found.median_abs_log_error <= 0.9
    assert holdout.score([row for row in table if row.badge.place != "outside"]).median_width <= 40.0


def test_a_dearer_or_weaker_sibling_is_forecast_to_sell_less(table):
    row = next(r for r in bundled.table("market/launches").iter_rows(named=True) if r["model"] == "Honda Fit")
    dear, small, plain = holdout.launched(
        [row | {"price_usd": row["price_usd"] + 3000.0}, row | {"length_m": 3.2, "footprint_m2": 3.0}, row]
    )
    said = next(r for r in table if r.car == "Honda Fit")
    assert plain.forecast.p50 == pytest.approx(said.forecast.p50)
    assert dear.forecast.p50 < plain.forecast.p50
    assert small.forecast.p50 < plain.forecast.p50
    assert small.badge.place == "outside"


def test_the_report_carries_the_misses(table):
    report = market.holdout_report()
    assert len(report["rows"]) == len(table)
    assert sum(row["covered"] for row in report["rows"]) == report["score"]["covered"]
    assert f"{report['score']['covered']} of {len(table)}" in report["score"]["sentence"]
