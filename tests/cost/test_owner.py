"""The owner's bill: inputs with their sources, bands, prices unknown, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from roadworthy import data
from roadworthy.core import STATUSES, InputError, RoadworthyError, UsageError
from roadworthy.core.units import GASOLINE_J_PER_GALLON, KWH_J, MILE_M
from roadworthy.cost import HORIZON, ITEMS, Owner, bill, car, own_vehicle, owner_costs
from roadworthy.cost.owner import energy_path, resale_class

DRAWS = 128
"""One count everywhere, so that the ledger is compiled once."""


def mpg(value: float) -> float:
    """Consumption in J/m of so many miles per gallon."""
    return GASOLINE_J_PER_GALLON / (value * MILE_M)


def test_bill_of_the_worked_point(garage) -> None:
    """With no thin-market loss counted, the table's means are those of the worked example of the ledger."""
    found = own_vehicle(garage, 0, mpg(42), 16_000.0, Owner(repairs=False), draws=DRAWS)
    thin = owner_costs()["thin_market_loss", "kei"].cited.value
    assert found.total_usd == pytest.approx(34_945.14 + 16_000 * thin * 0.88**4, abs=0.01)
    assert found.payment_usd_per_month == pytest.approx(285.454, abs=5e-4)
    assert sum(found.items_usd.values()) == pytest.approx(found.total_usd, rel=1e-12)
    assert "thin_market_loss (kei)" in found.assumed and "maintenance_usd_per_mi (ice)" not in found.assumed


def test_break_even_lies_in_its_band_and_matches_the_ledgers(garage) -> None:
    versa = car(garage, 1, mpg(35))
    found = own_vehicle(garage, 0, mpg(42), 16_000.0, rivals=[versa])
    (entry,) = found.break_even
    assert entry.rival == "versa"
    assert found.inputs["versa: price_usd"].value == 17_200.0 and "yearly_loss (car)" in found.inputs
    assert entry.price_p5_usd < entry.price_usd < entry.price_p95_usd
    at_price = own_vehicle(garage, 0, mpg(42), entry.price_usd, draws=DRAWS)
    assert at_price.total_usd == pytest.approx(bill(versa, draws=DRAWS).total_usd, abs=0.01)
    assert entry.saving_usd_per_yr == pytest.approx((bill(versa, draws=DRAWS).total_usd - found.total_usd) / 5, abs=1e-6)


def test_a_car_against_its_twin_has_no_band(garage) -> None:
    versa = car(garage, 1, mpg(35))
    (entry,) = bill(versa, rivals=[versa], draws=DRAWS).break_even
    assert entry.price_usd == pytest.approx(17_200, abs=1e-6)
    assert (entry.price_p5_usd, entry.price_p95_usd) == pytest.approx((17_200, 17_200), abs=1e-6)


def test_unknown_price_gives_a_sentence_and_a_break_even(garage) -> None:
    found = own_vehicle(garage, 0, mpg(42), rivals=[car(garage, 1, mpg(35))], draws=DRAWS)
    assert np.isnan(found.total_usd) and found.items_usd["energy"] == pytest.approx(75_000 * 3.15 / 42)
    assert "price unknown" in found.notes[0] and "JPY" in found.notes[0]
    assert np.isfinite(found.break_even[0].price_usd) and np.isfinite(found.break_even[0].price_p5_usd)
    plain = found.as_dict()
    assert plain["total_usd"] is None and plain["break_even"][0]["price_usd"] > 0
    assert plain["break_even"][0]["saving_usd_per_yr"] is None


def test_unknown_energy_use_gives_a_sentence(garage) -> None:
    found = own_vehicle(garage, 1, float("nan"), draws=DRAWS)
    assert np.isnan(found.total_usd) and "energy use unknown" in found.notes[0]


def test_an_unknown_rival_is_named(garage) -> None:
    found = own_vehicle(garage, 1, mpg(35), rivals=[car(garage, 0, mpg(42))], draws=DRAWS)
    assert found.notes[0].startswith("kei: price or energy use unknown") and np.isnan(found.break_even[0].price_usd)


def test_bill_is_plain_json_with_every_status(garage) -> None:
    found = own_vehicle(garage, 2, mpg(40), rivals=[car(garage, 1, mpg(35))], draws=DRAWS)
    plain = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert [row["item"] for row in plain["items"]] == list(ITEMS)
    assert {row["status"] for row in plain["inputs"]} <= set(STATUSES)
    assert set(plain["assumed"]) == {row["name"] for row in plain["inputs"] if row["status"] == "assumed"}
    assert plain["cents_per_mile_p5"] < plain["cents_per_mile"] < plain["cents_per_mile_p95"]
    assert sum(row["cents_per_mile"] for row in plain["items"]) == pytest.approx(plain["cents_per_mile"])
    assert "cents a mile" in str(found)


def test_same_seed_same_band_and_more_draws_agree(garage) -> None:
    few, many = (bill(car(garage, 1, mpg(35)), draws=n).usd_per_mi_band for n in (DRAWS, 2048))
    assert few == bill(car(garage, 1, mpg(35)), draws=DRAWS).usd_per_mi_band
    assert few == pytest.approx(many, rel=0.01)


def test_owner_entries_go_before_the_table(garage) -> None:
    subject = car(garage, 1, mpg(35))
    base = bill(subject, draws=DRAWS)
    own_price = bill(subject, Owner(gasoline_usd_per_gal=6.30), draws=DRAWS)
    assert own_price.items_usd["energy"] == pytest.approx(2 * base.items_usd["energy"])
    assert own_price.inputs["gasoline_usd_per_gal"].source == "given by the user"
    fixed = bill(subject, Owner(insurance_usd_per_yr=1_000.0), draws=DRAWS)
    assert fixed.items_usd["insurance"] == pytest.approx(5_000)
    parked = bill(subject, Owner(parking_usd_per_yr=600.0), draws=DRAWS)
    assert parked.items_usd["other"] == pytest.approx(3_000) and base.items_usd["other"] == 0.0


def test_electric_cars_are_billed_for_wall_energy(garage) -> None:
    electric = garage.take([1]).with_(powertrain="bev")
    use = 0.25 * KWH_J / MILE_M
    found = bill(car(electric, 0, use), draws=DRAWS)
    assert found.items_usd["energy"] == pytest.approx(75_000 * 0.25 * 0.167)
    assert "electricity_usd_per_kwh" in found.inputs and "gasoline_usd_per_gal" not in found.inputs


def test_energy_prices_may_follow_the_outlook(garage) -> None:
    found = bill(car(garage, 1, mpg(35)), Owner(prices_from_year=2024), draws=DRAWS)
    path = energy_path("gasoline_usd_per_gal", 2024)
    assert found.items_usd["energy"] == pytest.approx(15_000 / 35 * path[:5].sum())
    assert found.inputs["gasoline_usd_per_gal"].value == pytest.approx(3.324864)
    late = energy_path("gasoline_usd_per_gal", 2045)
    assert len(late) == HORIZON and late[-1] == late[5] == pytest.approx(3.331972)


@pytest.mark.parametrize(
    ("owner", "code", "where"),
    [
        (Owner(miles_per_yr=-5.0), "owner.range", "miles_per_yr"),
        (Owner(years=0), "owner.range", "years"),
        (Owner(years=40), "owner.range", "years"),
        (Owner(apr=7.0), "owner.range", "apr"),
        (Owner(discount_rate=float("nan")), "owner.range", "discount_rate"),
        (Owner(prices_from_year=1990), "owner.range", "prices_from_year"),
        (Owner(prices_from_year=2025, gasoline_usd_per_gal=3.0), "owner.prices", ""),
    ],
)
def test_impossible_owners_are_refused_with_the_entry(garage, owner: Owner, code: str, where: str) -> None:
    with pytest.raises(RoadworthyError) as fault:
        bill(car(garage, 1, mpg(35)), owner, draws=DRAWS)
    assert (fault.value.code, fault.value.where) == (code, where) and fault.value.hint


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda v: car(v, 3, mpg(35)), "powertrain.unknown"),
        (lambda v: car(v, 1, mpg(35), -1.0), "price.range"),
        (lambda v: car(v, 1, -2.0), "consumption.range"),
        (lambda v: bill(car(v, 1, mpg(35)), draws=0), "draws.range"),
    ],
)
def test_impossible_cars_are_refused(garage, ask: Any, code: str) -> None:
    with pytest.raises(InputError) as fault:
        ask(garage)
    assert fault.value.code == code and fault.value.hint


def test_conflicting_prices_are_a_fault_of_usage(garage) -> None:
    with pytest.raises(UsageError):
        bill(car(garage, 1, mpg(35)), Owner(prices_from_year=2025, electricity_usd_per_kwh=0.1), draws=DRAWS)


def test_miles_out_of_support_are_computed_and_marked(garage) -> None:
    inside, outside = (bill(car(garage, 1, mpg(35)), Owner(miles_per_yr=m), draws=DRAWS) for m in (1_000.0, 900.0))
    assert inside.in_support and not outside.in_support and np.isfinite(outside.total_usd)
    assert "out of support" in outside.notes[-1]


@pytest.mark.parametrize(
    ("group", "body", "powertrain", "expected"),
    [
        ("kei_current", "truck", "bev", "kei"),
        ("us", "pickup", "ice", "truck"),
        ("us", "suv", "hev", "hybrid"),
        ("us", "suv", "ice", "suv"),
        ("us", "sedan", "bev", "bev"),
        ("us", "sedan", "ice", "car"),
    ],
)
def test_resale_class(group: str, body: str, powertrain: str, expected: str) -> None:
    assert resale_class(group, body, powertrain) == expected


@pytest.mark.parametrize(("resale", "lost"), [("car", 0.456), ("suv", 0.489), ("truck", 0.404), ("hybrid", 0.407), ("bev", 0.588)])
def test_yearly_losses_give_the_published_five_year_loss(resale: str, lost: float) -> None:
    rows = owner_costs()
    first, later = rows["first_year_loss", resale].cited.value, rows["yearly_loss", resale].cited.value
    assert 1 - (1 - first) * (1 - later) ** 4 == pytest.approx(lost, abs=1e-9)


def test_ownership_rows_are_drawn_about_their_value_from_streams_of_this_room() -> None:
    streams = []
    for key, row in owner_costs().items():
        if row.cited.distribution is None:
            assert row.stream is None, key
            continue
        assert row.cited.distribution.quantile(0.5) == pytest.approx(row.cited.value, rel=0.01, abs=1e-9), key
        streams.append(row.stream)
    assert len(set(streams)) == len(streams) and all(140 <= s < 180 for s in streams if s is not None)


def test_tables_are_described_column_by_column() -> None:
    for name in ("blocks", "ownership", "price_basis", "energy_prices", "firm"):
        assert list(data.describe(f"cost/{name}").columns) == data.table(f"cost/{name}").columns


def test_energy_prices_are_the_outlook(raw_data) -> None:
    import polars as pl

    source = pl.read_csv(raw_data / "fleet" / "aeo_energy_prices.csv").filter(
        (pl.col("context_id") == "AEO2023") & (pl.col("case_id") == "Reference case") & (pl.col("fuel_id") == "US electricity")
    )
    kept = data.table("cost/energy_prices")
    expected = source.filter(pl.col("calendar_year").is_in(kept["calendar_year"].implode()))["retail_dollars_per_unit"]
    np.testing.assert_allclose(kept["electricity_usd_per_kwh"], expected)
