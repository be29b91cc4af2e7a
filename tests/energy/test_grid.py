"""The table that `evaluate` reads: near `rate`, smooth, finite."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from roadworthy import energy
from roadworthy.core.units import MPH
from roadworthy.energy import EnergyAssumptions, EnergyGrid, EnergyInputs
from roadworthy.energy.car import added

NONE = EnergyAssumptions(0.0, 0.0, 0.0)
FREE_MPS = 1.0e3


@pytest.fixture(scope="module")
def slots() -> EnergyInputs:
    """A kei car, a kei truck, a kei EV, an old truck, a quadricycle and a vehicle of unknown power."""
    return energy.inputs(
        ["car", "truck", "ev", "old_truck", "quad", "unknown"],
        {
            "curb_kg": [910.0, 690.0, 1070.0, 690.0, 487.0, 900.0],
            "power_W": [43e3, 34e3, 47e3, 28e3, 6e3, np.nan],
            "electric": [0.0, 0.0, 1.0, 0.0, 1.0, 1.0],
            "displacement_m3": [6.58e-4, 6.58e-4, np.nan, 6.56e-4, np.nan, np.nan],
            "cda_m2": [0.79, 0.79, 0.66, 0.72, 0.55, 0.7],
            "manual": [0.0, 1.0, 0.0, 1.0, 0.0, 0.0],
            "cvt": [1.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            "year": [2023.0, 2014.0, 2022.0, 1990.0, 2023.0, 2020.0],
            "governed_mps": [38.9, 38.9, np.nan, 38.9, 12.5, np.nan],
        },
    )


@pytest.fixture(scope="module")
def table(slots: EnergyInputs) -> EnergyGrid:
    return energy.grid(slots)


def test_reads_within_three_per_mille_of_rate(slots: EnergyInputs, table: EnergyGrid) -> None:
    more = jnp.asarray([10.0, 25.0, 75.0, 133.0, 220.0, 0.0])
    heavy = EnergyInputs(slots.ids, added(slots.car, more), slots.fallbacks, slots.reasons, slots.status)
    r = energy.rate(heavy)
    got = energy.performance(table, more, FREE_MPS, NONE)
    known = np.arange(6) < 5
    np.testing.assert_allclose(np.asarray(got.consumption_J_per_m)[known], r.combined_J_per_m[known], rtol=3e-3)
    np.testing.assert_allclose(np.asarray(got.speed_max_mps)[known], r.top_mps[known], rtol=3e-3)
    np.testing.assert_allclose(np.asarray(got.merge_speed_mps)[known], r.lane_mps[4][known], rtol=3e-3)
    fast = np.isfinite(r.time_0_60_s) & known
    np.testing.assert_allclose(np.asarray(got.time_0_60_s)[fast], r.time_0_60_s[fast], rtol=3e-3)
    assert float(got.time_0_60_s[4]) == 99.0 and np.asarray(table.capped)[4].all()


def test_unknown_power_is_nan_with_a_reason(slots: EnergyInputs, table: EnergyGrid) -> None:
    assert slots.reasons[5] == "power unknown"
    assert np.isnan(np.asarray(table.consumption_J_per_m)[5]).all()
    assert np.isnan(energy.rate(slots).combined_mpg[5])


def test_a_design_speed_bounds_speeds_and_never_more(table: EnergyGrid) -> None:
    slow = energy.performance(table, jnp.zeros(6), 35.0 * MPH, NONE)
    assert (np.asarray(slow.speed_max_mps)[:5] <= 35.0 * MPH).all()
    assert (np.asarray(slow.merge_speed_mps)[:5] <= np.asarray(slow.speed_max_mps)[:5]).all()
    assert (np.asarray(slow.time_0_60_s)[:5] == 99.0).all()


def test_residuals_act_on_their_own_kind(table: EnergyGrid) -> None:
    base = energy.performance(table, jnp.zeros(6), FREE_MPS, NONE)
    petrol = energy.performance(table, jnp.zeros(6), FREE_MPS, EnergyAssumptions(0.1, 0.0, 0.0))
    ratio = np.asarray(petrol.consumption_J_per_m / base.consumption_J_per_m)[:5]
    np.testing.assert_allclose(ratio, [np.exp(0.1), np.exp(0.1), 1.0, np.exp(0.1), 1.0])
    sluggish = energy.performance(table, jnp.zeros(6), FREE_MPS, EnergyAssumptions(0.0, 0.0, 0.3))
    assert (np.asarray(sluggish.merge_speed_mps)[:4] < np.asarray(base.merge_speed_mps)[:4]).all()
    assert (np.asarray(sluggish.time_0_60_s)[:4] > np.asarray(base.time_0_60_s)[:4]).all()


def test_gradients_are_finite_and_right(table: EnergyGrid) -> None:
    known = EnergyGrid(table.added_kg, *(getattr(table, n)[:5] for n in ("consumption_J_per_m", "time_0_60_s", "speed_max_mps",
                                         "merge_speed_mps", "electric", "capped")))  # fmt: skip

    def total(kg: jax.Array, cap: jax.Array, a: EnergyAssumptions) -> jax.Array:
        out = energy.performance(known, kg, cap, a)
        return sum(jnp.sum(x) for x in jax.tree.leaves(out))  # type: ignore[return-value]

    kg, cap = jnp.full(5, 30.0), jnp.asarray(30.0)
    a = EnergyAssumptions(jnp.asarray(0.02), jnp.asarray(-0.01), jnp.asarray(0.03))
    slopes = jax.jit(jax.grad(total, argnums=(0, 1, 2)))(kg, cap, a)
    assert all(np.isfinite(np.asarray(x)).all() for x in jax.tree.leaves(slopes))
    h = 1e-4
    numeric = (total(kg + h, cap, a) - total(kg - h, cap, a)) / (2 * h)
    assert float(slopes[0].sum()) == pytest.approx(float(numeric), rel=1e-4)
    higher = EnergyAssumptions(a.log_residual + h, a.ev_log_residual, a.time_log_residual)
    lower = EnergyAssumptions(a.log_residual - h, a.ev_log_residual, a.time_log_residual)
    assert float(slopes[2].log_residual) == pytest.approx(float((total(kg, cap, higher) - total(kg, cap, lower)) / (2 * h)), rel=1e-4)


def test_the_study_can_read_the_assumptions() -> None:
    from importlib.resources import files

    import yaml

    rows = yaml.safe_load((files("roadworthy") / "study" / "assumptions" / "energy.yaml").read_text())
    assert set(rows) == set(EnergyAssumptions.__dataclass_fields__)
    assert all(100 <= row["stream"] <= 119 for row in rows.values())
    assert len({row["stream"] for row in rows.values()}) == len(rows)
