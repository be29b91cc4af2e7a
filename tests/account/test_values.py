"""Unit values are those of the public tables, in 2022 dollars."""

import importlib.util
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from roadworthy import account, data
from roadworthy.core.axes import CLASSES
from roadworthy.core.units import MILE_M

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "tables" / "account.py"


def test_deflator():
    assert account.to_money_year(2022) == 1.0
    assert account.to_money_year(2018) == pytest.approx(127.224 / 110.339)


@pytest.mark.parametrize(
    ("stream", "year", "usd", "dollars"),
    [("interagency_3", 2027, 56.8435, 2018), ("epa_2", 2030, 230.0, 2020), ("epa_2", 2028, 222.0, 2020)],
)
def test_cost_of_carbon(values, stream, year, usd, dollars):
    cost = values.scghg_usd_per_kg[account.SCGHG.index(stream), year - values.start_year]
    assert float(cost) * 1e3 == pytest.approx(usd * account.to_money_year(dollars), rel=1e-9)


def test_streams_keep_their_own_rate(values):
    rate = dict(zip(account.SCGHG, np.asarray(values.scghg_rate), strict=True))
    assert rate["interagency_5"] == 0.05 and rate["epa_1_5"] == 0.015 and rate["interagency_3_95th"] == 0.03
    assert np.all(np.asarray(values.scghg_usd_per_kg[0]) == 0.0)


def test_congestion_noise_and_oil(values):
    car = float(values.congestion_usd_per_m[CLASSES.index("car")]) * MILE_M
    truck = float(values.congestion_usd_per_m[CLASSES.index("pickup")]) * MILE_M
    assert car == pytest.approx(0.0634 * account.to_money_year(2018), rel=1e-3)
    assert truck == pytest.approx(0.0566 * account.to_money_year(2018), rel=1e-3)
    assert truck < float(values.congestion_usd_per_m[-1]) * MILE_M < car
    assert float(values.noise_usd_per_m[0]) * MILE_M == pytest.approx(0.00094 * account.to_money_year(2018), rel=2e-3)
    assert float(values.security_usd_per_gallon[0]) == pytest.approx(
        3.409 * 0.907 * 0.9 * 0.8807 / 42 * account.to_money_year(2020), rel=1e-3
    )


def test_value_of_a_life_grows_from_2022(values, assumed):
    life = np.asarray(account.value_of_life(values, assumed, 3))
    assert life[0] == pytest.approx(12.5e6 * 1.0077**5)
    rows = dict(data.table("account/vsl").iter_rows())
    real = (rows[2022] / (rows[2012] * account.to_money_year(2012))) ** 0.1 - 1.0
    assert float(assumed.vsl_growth) == pytest.approx(real, abs=5e-5)


def test_air_costs_rank_as_they_must(values):
    air = np.asarray(values.air_usd_per_m)
    assert np.all(air > 0.0)
    assert np.all(air[1] > air[0]), "the high study is above the low"
    assert np.all(air[:, 0] > air[:, 1]), "3 % is above 7 %"
    assert np.all(air[:, :, CLASSES.index("used_import")] > air[:, :, CLASSES.index("car")])
    # The stock's exhaust falls as its model years are renewed, while the value of a ton rises.
    assert air[0, 0, -1, 0] > air[0, 0, -1, 30]


def test_owners_time_and_services(values):
    """Services of a petrol mile are OMEGA's sum of cost over interval; a small tank needs more stops for a gallon."""
    petrol, electric = np.asarray(values.maintenance_usd_per_m) * MILE_M
    assert petrol == pytest.approx(0.1031 * account.to_money_year(2019), rel=1e-3)
    assert 0.5 < electric / petrol < 0.65
    pump = np.asarray(values.refuelling_usd_per_gallon)
    car, kei = pump[CLASSES.index("car")], pump[CLASSES.index("kei_car")]
    minutes = 0.6 * (3.5 / (18 * 0.65) + 1 / 7.5)
    assert car == pytest.approx(minutes / 60 * 25.8553 * account.to_money_year(2018), rel=1e-4)
    assert kei > 1.9 * car
    charging = np.asarray(values.charging_usd_per_m) * MILE_M
    assert 0.02 < charging[CLASSES.index("kei_ev")] < 0.06 and charging[CLASSES.index("car")] == 0.0


def test_air_of_a_users_rate_lies_between_the_studies(values):
    own = account.prepare(values.start_year, (0.05,))
    air = np.asarray(own.air_usd_per_m)
    assert np.asarray(own.rates) == pytest.approx([0.03, 0.07, 0.05])
    np.testing.assert_allclose(air[:, 2], 0.5 * (air[:, 0] + air[:, 1]), rtol=1e-9)


@pytest.mark.shared
def test_tables_are_those_the_script_makes(raw_data):
    spec = importlib.util.spec_from_file_location("account_tables_script", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    raw = raw_data / "fleet"
    for name in (
        "scghg",
        "deflator",
        "vsl",
        "congestion_noise",
        "energy_security",
        "criteria",
        "fuel_emissions",
        "constants",
        "owners_time",
    ):
        made = pl.read_csv(getattr(script, name)(raw).write_csv().encode(), infer_schema_length=None)
        assert made.equals(data.table(f"account/{name}")), name
    assert script.vehicle_emissions(raw).equals(data.table("account/vehicle_emissions"))
