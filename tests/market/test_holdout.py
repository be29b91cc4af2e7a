"""The hold-out table: every visible small car of the choice set, honestly scored."""

from __future__ import annotations

import math

import pytest

from roadworthy import market


@pytest.fixture(scope="module")
def table():
    return market.holdout_table()


def test_the_three_small_cars_are_held_out(table):
    assert {row.car for row in table} == {"Chevrolet Spark", "Mitsubishi Mirage", "MINI Cooper"}


def test_scores_follow_from_the_forecast(table):
    for row in table:
        low, mid, high = row.forecast
        assert low < mid < high
        assert row.covered == (low <= row.observed <= high)
        assert row.log_error == pytest.approx(math.log(mid / row.observed))


def test_intervals_are_as_wide_as_the_least_spread_implies(table):
    for row in table:
        assert row.forecast.p90 / row.forecast.p10 > math.exp(2 * 1.28 * 1.3) * 0.9


def test_median_error_is_below_the_target(table):
    assert sorted(abs(row.log_error) for row in table)[1] <= 0.9
