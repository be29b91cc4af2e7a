"""The country's fleet: identities, the published series, and the errors of the rulemaking of 2018-20 that these tests would catch."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy import data, fleet
from roadworthy.core import InputError
from roadworthy.fleet import national

FACTORS = st.floats(0.3, 1.5)


@pytest.fixture(scope="module")
def base():
    return fleet.country(2016, 2056)


def scaled(factor, first=2027):
    """The outlook's sales with those from `first` on times a factor."""
    return {b: {y: n * (factor if y >= first else 1.0) for y, n in by.items()} for b, by in fleet.outlook_sales(national.OUTLOOK).items()}


def test_stock_is_previous_plus_sales_less_scrap(base):
    """Scrap of a year is each cohort's loss of survival, to 1e-9 of the stock."""
    survival = national.schedules().survival ** national.schedules().survival_exponent
    lost = -np.diff(np.concatenate([survival, np.zeros((3, 1))], axis=1), axis=1)
    for t in range(1, base.years.size):
        alive = base.stock[:, t - 1]
        scrap = (alive * lost / np.where(survival > 0, survival, 1.0)).sum(axis=1)
        want = base.stock[:, t - 1].sum(axis=1) + base.entries[:, t] - scrap
        np.testing.assert_allclose(base.stock[:, t].sum(axis=1), want, rtol=1e-9)


def test_published_stock_and_miles_within_three_per_cent():
    """Fitted: stock of 2021, miles of 2025 and 2040 of AEO2022. All else is held out; the years of the pandemic are named misses."""
    rows = data.table("fleet/outlook_stock")
    for outlook, last, worst in (("AEO2022", 2043, 0.03), ("AEO2021", 2050, 0.03)):
        ours = fleet.country(2021, last, fleet.outlook_sales(outlook))
        for year, vehicles, miles in rows.filter(outlook=outlook).select("calendar_year", "vehicles", "annual_mi").iter_rows():
            if not 2021 <= year <= last:
                continue
            t = year - 2021
            assert ours.vehicles[t] == pytest.approx(vehicles, rel=worst), (outlook, year)
            if year >= 2023:
                assert ours.total_m[t] / national.MILE_M == pytest.approx(miles, rel=worst), (outlook, year)


def test_deaths_of_the_calibration_years_are_fars(base):
    """The mean is exact; each year is within 4 % of the recorded course, which no number was set on."""
    inside = data.table("fleet/deaths").filter(data.table("fleet/deaths")["crash_type"] != "outside")["occupant_deaths"].sum()
    years = [int(y) for y in national.CALIBRATION_YEARS]
    ours = base.killed[: len(years)]
    assert ours.mean() == pytest.approx(inside, rel=1e-9)
    fars = dict(data.table("fleet/held").select("id", "published").iter_rows())
    course = np.asarray([fars[f"fars_{y}"] for y in years])
    np.testing.assert_allclose(ours / ours.mean(), course / course.mean(), rtol=0.04)


@given(FACTORS)
def test_fewer_sales_never_make_a_larger_fleet(factor):
    """Error of 2018: dearer new cars gave a larger fleet. Fewer sales leave fewer vehicles in every later year, and never more miles."""
    now, then = fleet.country(2026, 2056), fleet.country(2026, 2056, scaled(factor))
    sign = np.sign(1.0 - factor)
    assert np.all(sign * (now.vehicles - then.vehicles)[1:] >= -1e-6)
    assert np.all(sign * (now.total_m - then.total_m)[1:] >= -1e-3)
    assert now.vehicles[0] == then.vehicles[0]


@given(st.floats(0.0, 1e5), st.integers(2021, 2050))
def test_sum_over_cohorts_is_sum_over_years(extra, year):
    """Error of 2018: a factor not divided out. What one cohort drives year by year is its count times the miles of one life."""
    sales = fleet.outlook_sales(national.OUTLOOK)
    more = {**sales, "car": {**sales["car"], year: sales["car"][year] + extra}}
    s = replace(national.schedules(), miles_growth=0.0)
    one, two = (fleet.country(year, year + 39, x, given=s) for x in (sales, more))
    life = float((s.survival[0] ** s.survival_exponent * s.miles_m[0]).sum()) * s.miles_level
    assert (two.total_m - one.total_m).sum() == pytest.approx(extra * life, rel=1e-6, abs=1e-3 * life)


def test_no_miles_are_lost_between_ages_and_years(base):
    """Error of 2018: 700 billion miles lost. Miles by age sum to the year, and each age drives its own schedule."""
    per_vehicle = base.miles_m / np.where(base.stock > 0, base.stock, 1.0)
    s = national.schedules()
    growth = s.miles_level * (1.0 + s.miles_growth) ** (base.years - national.REFERENCE_YEAR)
    shown = base.stock > 0
    np.testing.assert_allclose(per_vehicle[shown], (s.miles_m[:, None] * growth[:, None])[shown], rtol=1e-12)


def test_vehicles_outlive_age_thirty():
    old = fleet.country(2030, 2030).stock[:, 0, 30:].sum()
    assert 1e6 < old < 3e7


@pytest.mark.parametrize(
    ("first", "last", "sales", "code", "says"),
    [
        (2056, 2027, None, "fleet.horizon", "2027 to 2056"),
        (2027, 2200, None, "fleet.horizon", "at most 100"),
        (2027, 2030, {"sedan_wagen": {2027: 1.0}}, "fleet.class", ""),
        (2027, 2030, {"pick-up": {2027: 1.0}}, "fleet.class", "pickup"),
        (2027, 2030, {"car": {2027: 1.0, 2029: 1.0}}, "fleet.year", "add the row"),
        (2027, 2030, {"car": {2027: -1.0}}, "fleet.sales", "zero or more"),
        (2027, 2030, {"car": {2027: float("nan")}}, "fleet.sales", "zero or more"),
    ],
)
def test_bad_input(first, last, sales, code, says):
    with pytest.raises(InputError) as fault:
        fleet.country(first, last, sales)
    assert fault.value.code == code
    assert says in fault.value.hint


def test_a_year_missing_in_a_price_table_is_named():
    with pytest.raises(InputError, match="no row for year 2031") as fault:
        fleet.check_years(np.asarray([2030, 2032, 2033]), "fleet/energy_prices")
    assert "2030 to 2033" in fault.value.hint
    with pytest.raises(InputError, match="gives year 2030 twice"):
        fleet.check_years(np.asarray([2030, 2030, 2031]), "prices")
    with pytest.raises(InputError, match="no row for any year"):
        fleet.check_years(np.asarray([], int), "prices")


def test_unknown_outlook_is_offered_the_nearest():
    with pytest.raises(InputError) as fault:
        fleet.outlook_sales("AEO2202")
    assert "AEO2" in fault.value.hint
