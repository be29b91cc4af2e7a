"""Every vehicle of the catalogue on every cycle: no exception, and what it misses is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from roadworthy import energy
from roadworthy.core import STATUSES
from roadworthy.energy.cycles import NAMES, cycle
from roadworthy.vehicles import catalogue, fill


@pytest.fixture(scope="module")
def filled() -> Any:
    return fill(catalogue())


@pytest.fixture(scope="module")
def given(filled: Any) -> energy.EnergyInputs:
    return energy.inputs_of(filled)


@pytest.fixture(scope="module")
def rated(given: energy.EnergyInputs) -> energy.Rating:
    """All of them on all cycles, in one batch."""
    return energy.rate(given, NAMES)


def test_every_vehicle_has_a_figure_or_a_reason_on_every_cycle(given: energy.EnergyInputs, rated: energy.Rating) -> None:
    assert set(rated.cycles) == set(NAMES) and len(rated) == len(given) > 20
    known = np.array([not reason for reason in given.reasons])
    assert known.sum() > 20
    for values in (rated.consumption_J_per_m, rated.missed_s, rated.missed_m, rated.deficit_mps):
        assert np.isfinite(values[:, known]).all() and np.isnan(values[:, ~known]).all()
    assert (rated.consumption_J_per_m[:, known] > 0.0).all()
    for row, name in enumerate(rated.cycles):
        c = cycle(name)
        assert (rated.missed_s[row, known] >= 0.0).all() and (rated.missed_s[row, known] <= np.ptp(c.time_s)).all()
        assert (rated.missed_m[row, known] < c.distance_m).all()
        behind = rated.deficit_mps[row, known] > 1e-9
        np.testing.assert_array_equal(rated.missed_s[row, known] > 0.0, behind)


def test_slow_vehicles_are_among_them_and_miss_what_they_cannot_reach(given: energy.EnergyInputs, rated: energy.Rating) -> None:
    """Low-speed vehicles and quadricycles are governed at 45 km/h or less: they fall short of every highway by at least the difference."""
    governed = np.asarray(given.car.governed_mps)
    known = np.array([not reason for reason in given.reasons])
    slow = known & (governed < 13.0)
    assert slow.sum() >= 2
    for name in ("HWFET", "US06", "WLTC3b"):
        row = rated.cycles.index(name)
        fastest = float(cycle(name).speed_mps.max())
        assert (rated.missed_s[row, slow] > 60.0).all()
        assert (rated.deficit_mps[row, slow] >= fastest - governed[slow] - 1e-6).all()
    able = known & (np.asarray(given.car.power_W) > 60e3)
    assert (rated.missed_s[rated.cycles.index("UDDS"), able] == 0.0).all()


def test_the_figures_name_the_seconds_missed(given: energy.EnergyInputs, rated: energy.Rating) -> None:
    from roadworthy.energy.drive import one, warnings

    i = int(np.argmax(np.nan_to_num(rated.missed_s[rated.cycles.index("US06")])))
    told: dict[str, Any] = one(rated, i, 31.3)
    assert told["cycles"]["US06"]["missed_s"] == pytest.approx(rated.missed_s[rated.cycles.index("US06"), i], abs=0.05)
    assert any("cannot keep up with" in said and "US06" in said for said in warnings(rated, i))


def test_every_vehicle_of_the_catalogue_gets_an_answer(filled: Any, rated: energy.Rating) -> None:
    r = rated
    known = np.array([not reason for reason in r.reasons])
    assert known.sum() >= 75
    assert np.isfinite(r.combined_mpg[known]).all() and np.isfinite(r.lane_mps[:, known]).all()
    assert (r.sd_combined_ln[known] > 0.0).all() and set(r.status) <= set(STATUSES)
    kei = np.array([g == "kei_current" for g in filled.group]) & known & ~r.electric
    assert (r.lane_mps[4, kei] > 53.0 * 0.44704).all()  # every kei merges at the design speed
    assert r.extrapolated[kei].all()
    assert all(any("gearbox" in f for f in r.fallbacks[i]) for i in np.flatnonzero(kei))


def test_declared_economy_of_kei_is_near(filled: Any, rated: energy.Rating) -> None:
    r = rated
    declared = np.asarray(filled.economy_m_per_m3) / 1e6
    seen = np.isfinite(declared) & np.isfinite(r.wltcj_km_per_l) & np.array([c == "WLTC" for c in filled.economy_cycle])
    assert seen.sum() > 20
    assert np.median(np.abs(r.wltcj_km_per_l[seen] / declared[seen] - 1.0)) < 0.11
