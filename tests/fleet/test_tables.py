"""The prepared tables give the published reference values."""

import importlib.util
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from roadworthy import data, fleet
from roadworthy.core import InputError
from roadworthy.core.axes import AGES, CLASSES
from roadworthy.core.units import GASOLINE_J_PER_GALLON, MILE_M
from roadworthy.fleet import tables as room

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "tables" / "fleet.py"


@pytest.mark.parametrize(("body", "miles"), [("car", 192_559), ("suv_van", 200_302), ("pickup", 213_125)])
def test_lifetime_miles_as_published(body, miles):
    rows = data.table("fleet/lives").filter(body=body, status="published")
    assert float((rows["survival"] * rows["annual_mi"]).sum()) == pytest.approx(miles, abs=1.0)


@pytest.mark.parametrize(("age", "miles"), [(0, 15_922), (10, 11_615), (20, 8_826)])
def test_annual_miles_of_a_sedan(tables, age, miles):
    assert float(tables.miles_m[CLASSES.index("car"), age]) / MILE_M == pytest.approx(miles)


def test_tail_of_cars_falls_by_the_published_hazard(tables):
    survival = np.asarray(tables.survival[CLASSES.index("car")])
    assert survival[25] == pytest.approx(0.0514, abs=5e-5)
    assert survival[29] == pytest.approx(0.0235, abs=5e-5)
    assert 1.0 - survival[30:] / survival[29:-1] == pytest.approx(np.full(10, 0.178), abs=5e-4)


def test_survival_starts_at_one_and_never_rises(tables):
    survival = np.asarray(tables.survival)
    assert survival[:, 0] == pytest.approx(np.ones(len(CLASSES)))
    assert np.all(np.diff(survival, axis=1) <= 0.0)


def test_deaths_are_those_of_fars(tables):
    assert float(tables.driver_deaths) == pytest.approx(19_124, abs=1.0)
    assert float(tables.occupants_per_driver) == pytest.approx(1.31, abs=0.005)
    assert np.asarray(tables.crash_share) == pytest.approx([0.433, 0.400, 0.075, 0.091], abs=2e-3)
    assert float(tables.crash_share.sum()) == pytest.approx(1.0, abs=1e-12)


def test_prices_and_sales_of_the_outlook():
    t = fleet.prepare(2022)
    retail = np.asarray(t.gasoline_pretax_usd_per_gallon + t.gasoline_tax_usd_per_gallon)
    assert retail[[0, 4, 8, 28]] == pytest.approx([4.18, 3.07, 3.07, 3.33], abs=0.005)
    assert float(t.sales_index[4]) * 12_814_915 == pytest.approx(15.33e6, rel=1e-3)
    assert float(t.base_vehicles[0]) == pytest.approx(261.6e6, rel=1e-3)
    mpg = GASOLINE_J_PER_GALLON / (np.asarray(t.stock_consumption_J_per_m[0]) * MILE_M)
    assert 22.0 < mpg < 26.0


def test_past_the_end_of_a_table_the_last_value_holds(tables):
    prices = np.asarray(tables.gasoline_pretax_usd_per_gallon)
    last = 2060 - tables.start_year
    assert np.ptp(prices[last:]) == 0.0
    assert prices[last] != prices[last - 1]
    assert fleet.extrapolated()["fleet/energy_prices"] == 2061


@pytest.mark.parametrize("year", [2016, 2020, 2030, 2047, 2066])
def test_age_profile_has_mean_one_in_every_calendar_year(year):
    survival, miles = room._lives()
    weights = np.sum(list(room._age_weights(survival, miles, room._road_fleet()).values()), axis=0)
    ages = np.arange(AGES)
    assert weights.sum() == pytest.approx(1.0)
    assert room.relative_rates(np.full(AGES, year), ages, weights) @ weights == pytest.approx(1.0, abs=1e-12)


def test_new_cars_are_safer_than_the_fleet_and_old_ones_less(tables):
    shape = np.asarray(tables.age_shape)
    assert 0.2 < shape[0, 0] < 0.5
    assert shape[0, 20] > 1.5
    assert np.all(shape[[CLASSES.index("used_import"), CLASSES.index("stock")]] == 1.0)


@pytest.mark.parametrize("year", [2021, 2051])
def test_a_start_year_without_prices_is_refused(year):
    with pytest.raises(InputError) as fault:
        fleet.prepare(year)
    assert fault.value.code == "fleet.start_year"
    assert str(year) in fault.value.message


@pytest.mark.parametrize("year", [2022, 2050])
def test_first_and_last_start_year_are_taken(year):
    assert np.all(np.isfinite(np.asarray(fleet.prepare(year).age_shape)))


def test_official_mass_effect_of_a_kei():
    effect = fleet.official_mass_effect(1870 * 0.45359237)
    assert effect.linear == pytest.approx(0.16, abs=0.005)
    assert effect.compounded == pytest.approx(0.17, abs=0.005)
    assert effect.extrapolated
    assert fleet.official_mass_effect(3201 * 0.45359237).linear == pytest.approx(0.0, abs=1e-12)
    with pytest.raises(InputError):
        fleet.official_mass_effect(900.0, "wagon")


@pytest.mark.shared
def test_tables_are_those_the_script_makes(raw_data):
    spec = importlib.util.spec_from_file_location("fleet_tables_script", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    raw = raw_data / "fleet"
    for name in ("lives", "road_fleet", "economy", "sales", "energy_prices", "carbon", "stock_miles", "mass_safety", "constants"):
        made = pl.read_csv(getattr(script, name)(raw).write_csv().encode(), infer_schema_length=None)
        assert made.equals(data.table(f"fleet/{name}")), name
    assert script.deaths(raw_data / "crash").drop("years").equals(data.table("fleet/deaths").drop("years"))
