"""The compliance ledger: published averages, credits that are neither made nor lost, the proposed reset."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy import data, fleet
from roadworthy.core import InputError
from roadworthy.fleet import cafe


@pytest.fixture(scope="module")
def today():
    return fleet.ledger(added=fleet.Added("car", 34.9, 50.0, 2000.0))


def test_required_averages_are_the_published_ones():
    """Ten published class averages on the MY2019 fleet within 0.7 %; none was fitted."""
    published = dict(data.table("fleet/held").select("id", "published").iter_rows())
    for kind in ("car", "truck"):
        for year in (2017, 2019, 2020, 2024, 2026):
            assert cafe.required(kind, year, fleet_year=2019) == pytest.approx(published[f"cafe_{kind}_{year}"], rel=0.007)


def test_epa_targets_on_both_sides_of_each_corner():
    """EPA's line is flat below its first footprint and above its last, and continuous to its rounding at both."""
    rows = data.table("fleet/epa_targets").filter(programme="EPA NTR FRM 2021 (CFR form)", model_year=2023)
    for row in rows.iter_rows(named=True):
        at = np.asarray([row["least_ft2"] - 0.01, row["least_ft2"] + 0.01, row["most_ft2"] - 0.01, row["most_ft2"] + 0.01])
        low, after, before, high = cafe.epa_target(row["fleet"], 2023, at)
        assert (low, high) == (row["a_g_per_mi"], row["b_g_per_mi"])
        assert after == pytest.approx(low, abs=0.6) and before == pytest.approx(high, abs=0.6)


def test_a_kei_sold_alone_falls_short_and_the_reset_changes_that(today):
    """A 34.9 ft2 car meets the cap of the curve (66.95 mpg in MY2026); under the reset the standard of MY2031 is 68 % of it."""
    mine = {entry.model_year: entry for entry in today.of("new importer")}
    assert mine[2026].required_mpg == pytest.approx(66.95, abs=0.01)
    assert mine[2031].required_mpg == pytest.approx(74.07, abs=0.01)
    assert mine[2026].shortfall_mpg == pytest.approx(16.95, abs=0.01)
    assert mine[2026].fine_usd == 0.0, "the penalty is 0 dollars"
    reset = fleet.ledger(reset=True, added=fleet.Added("car", 34.9, 50.0, 2000.0))
    then = {entry.model_year: entry for entry in reset.of("new importer")}
    assert then[2026].required_mpg == mine[2026].required_mpg
    assert then[2031].required_mpg == pytest.approx(74.07 * 34.5 / 50.4, abs=0.02)
    assert sum(e.short_tenths for e in reset.entries) < sum(e.short_tenths for e in today.entries)


def test_a_penalty_is_owed_on_what_credits_do_not_cover():
    entries = fleet.ledger(penalty_usd_per_tenth_mpg=5.0, added=fleet.Added("car", 34.9, 50.0, 2000.0)).of("new importer")
    for entry in entries:
        assert entry.fine_usd == pytest.approx(5.0 * entry.short_tenths)
    assert entries[-1].fine_usd == pytest.approx(5.0 * 241 * 2000.0)


@given(st.lists(st.floats(45.0, 80.0), min_size=1, max_size=1), st.floats(10.0, 1e5))
def test_credits_are_neither_made_nor_lost(mpg, vehicles):
    """Used never exceeds earned, a debt is covered once, and what is used covers what was short."""
    entries = fleet.ledger(added=fleet.Added("car", 34.9, mpg[0], vehicles)).of("new importer")
    earned, used = sum(e.earned for e in entries), sum(e.used for e in entries)
    assert used <= earned + 1e-6
    for entry in entries:
        due = max(round(entry.required_mpg, 1) - round(entry.achieved_mpg, 1), 0.0) * 10.0 * vehicles
        assert entry.used + entry.short_tenths == pytest.approx(due, abs=1e-6 * vehicles + 1e-6)
        assert entry.carried_back <= entry.used + 1e-9


def test_credits_live_five_years_and_serve_three_years_back():
    """50.2 mpg over in MY2022 (50.24 required, rounded to tenths): nothing to earn; 55 mpg earns in 2022-23 and covers 2024 first."""
    entries = fleet.ledger(added=fleet.Added("car", 34.9, 55.4, 1000.0)).of("new importer")
    assert entries[0].earned == pytest.approx((55.4 - 50.2) * 10 * 1000, rel=1e-6)
    by_year = {entry.model_year: entry for entry in entries}
    assert by_year[2024].short_tenths == 0.0
    assert by_year[2025].used > 0.0
    assert by_year[2029].used == 0.0, "credits of 2022 and 2023 are used up or expired"


def test_electric_cars_count_by_the_petroleum_factor():
    full, bare = fleet.ledger(last=2022), fleet.ledger(last=2022, pef_wh_per_gallon=cafe.PEF_WITHOUT_FUEL_CONTENT)
    tesla = [next(e.achieved_mpg for e in book.of("Tesla") if e.fleet == "car") for book in (full, bare)]
    assert tesla[0] / tesla[1] == pytest.approx(1.0 / 0.15, rel=1e-9)


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ({"first": 2031, "last": 2022}, "fleet.horizon"),
        ({"last": 2040}, "cafe.year"),
        ({"penalty_usd_per_tenth_mpg": -1.0}, "cafe.penalty"),
        ({"added": fleet.Added("van", 34.9, 50.0, 10.0)}, "fleet.unknown"),
        ({"added": fleet.Added("car", 34.9, 0.0, 10.0)}, "cafe.added"),
    ],
)
def test_bad_input(given_, code):
    with pytest.raises(InputError) as fault:
        fleet.ledger(**given_)
    assert fault.value.code == code and fault.value.hint


def test_an_unknown_maker_is_offered_the_nearest(today):
    with pytest.raises(InputError, match="no maker 'Toyoda'") as fault:
        today.of("Toyoda")
    assert "Toyota" in fault.value.hint
