"""Properties of the vehicle model: order, conservation, scaling, gradients."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy import energy
from roadworthy.energy import Car
from roadworthy.energy.car import padded
from roadworthy.energy.cycles import schedule
from roadworthy.energy.engine import engine, fuel_power
from roadworthy.energy.follow import follow
from roadworthy.energy.rating import compiled, run

PLAN = schedule(("UDDS", "HWFET", "WLTCJ"))
P = energy.parameters()

cars = st.fixed_dictionaries(
    {
        "curb_kg": st.floats(600.0, 2200.0),
        "specific_W_per_kg": st.floats(42.0, 110.0),
        "cda_m2": st.floats(0.5, 1.2),
        "crr": st.floats(0.006, 0.014),
        "displacement_m3": st.floats(6e-4, 4e-3),
        "electric": st.sampled_from([0.0, 0.0, 1.0]),
        "manual": st.sampled_from([0.0, 1.0]),
        "boosted": st.sampled_from([0.0, 1.0]),
    }
)


def pair(car: dict[str, float], **changes: Any) -> energy.Figures:
    """A car and the same car changed, through the compiled physics; electric cars in a batch with a petrol one."""
    both = [dict(car), {**car, **{k: f(car[k]) for k, f in changes.items()}}]
    for one in both:
        one["power_W"] = one.pop("specific_W_per_kg") * car["curb_kg"]
    names = both[0].keys()
    x = energy.inputs(["base", "changed", "petrol", "electric"], {k: np.array([b[k] for b in both] + [b[k] for b in both]) for k in names}
                      | {"electric": np.array([car["electric"], car["electric"], 0.0, 1.0])})  # fmt: skip
    return run(x.car, PLAN, P, 2020.0)


@given(cars, st.sampled_from(["curb_kg", "cda_m2", "crr"]), st.floats(1.001, 1.3))
def test_consumption_never_falls_with_mass_drag_or_rolling(car: dict[str, float], name: str, factor: float) -> None:
    f = pair(car, **{name: lambda x: x * factor})
    able = f.missed_s[:, 1] == 0.0
    assert (f.consumption_J_per_m[able, 1] >= f.consumption_J_per_m[able, 0]).all()


@given(cars, st.floats(1.001, 1.4))
def test_sprint_never_quicker_with_mass_nor_slower_with_power(car: dict[str, float], factor: float) -> None:
    heavier = pair(car, curb_kg=lambda x: x * factor)
    assert heavier.empty.time_s[2, 1] >= heavier.empty.time_s[2, 0]
    assert (heavier.lane_empty_mps[:, 1] <= heavier.lane_empty_mps[:, 0] + 1e-12).all()
    stronger = pair(car, specific_W_per_kg=lambda x: x * factor)
    assert stronger.empty.time_s[2, 1] <= stronger.empty.time_s[2, 0]
    assert stronger.top_mps[1] >= stronger.top_mps[0]


@given(cars)
def test_label_lies_between_city_and_highway(car: dict[str, float]) -> None:
    lab = pair(car).label
    low, high = np.minimum(lab.city_mpg, lab.hwy_mpg), np.maximum(lab.city_mpg, lab.hwy_mpg)
    assert ((low <= lab.combined_mpg) & (lab.combined_mpg <= high)).all()
    assert (lab.combined_J_per_m > 0.0).all()


@pytest.fixture(scope="module")
def batch() -> energy.EnergyInputs:
    """Three petrol cars and an electric one: the kinds and the size of `pair`, so that one compilation serves both."""
    draw = np.random.default_rng(3)
    n = 4
    curb = draw.uniform(600.0, 2000.0, n)
    return energy.inputs(
        [f"v{i}" for i in range(n)],
        {
            "curb_kg": curb,
            "power_W": curb * draw.uniform(35.0, 90.0, n),
            "cda_m2": draw.uniform(0.6, 1.0, n),
            "displacement_m3": draw.uniform(6e-4, 3e-3, n),
            "cvt": draw.integers(0, 2, n).astype(float),
            "year": draw.uniform(1990.0, 2024.0, n),
            "electric": [0.0, 0.0, 0.0, 1.0],
        },
    )


@pytest.fixture(scope="module")
def totals(batch: energy.EnergyInputs) -> Any:
    return jax.tree.map(np.asarray, eqx.filter_jit(follow)(batch.car, PLAN, P))


def test_energy_closes_over_each_closed_cycle(totals: Any) -> None:
    """Wheel work delivered less braked equals work against road load: kinetic energy comes back to zero."""
    for phases in ([0, 1], [2], [3]):
        net = totals.pull_J[phases].sum(0) - totals.brake_J[phases].sum(0)
        np.testing.assert_allclose(net, totals.road_J[phases].sum(0), rtol=1e-6)


def test_missed_seconds_and_lag_say_the_same(totals: Any) -> None:
    np.testing.assert_array_equal(totals.missed_s > 0.0, totals.deficit_mps > 1e-9)
    able = totals.missed_s.sum(0) == 0.0
    assert able.any()
    np.testing.assert_allclose(totals.distance_m[:, able].sum(0), float(PLAN.length_m.sum()), rtol=1e-12)


def test_fuel_covers_brake_power(batch: energy.EnergyInputs) -> None:
    v = jnp.linspace(0.0, 40.0, 4)
    pull = jnp.linspace(0.0, 30e3, 4)
    fuel, friction, brake = fuel_power(engine(batch.car, P), pull, jnp.zeros(4), jnp.zeros(4), v, P)
    assert (np.asarray(fuel) >= np.asarray(brake)).all() and (np.asarray(friction) > 0.0).all()


def test_lower_top_gearing_never_raises_hot_highway_fuel(batch: energy.EnergyInputs) -> None:
    lower = eqx.tree_at(lambda c: c.nv_rev_per_m, batch.car, batch.car.nv_rev_per_m * 0.8)
    a, b = (run(c, PLAN, P, 2020.0).hot_J_per_m[1] for c in (batch.car, lower))
    assert (b <= a).all()


def test_doubling_power_mass_and_load_leaves_the_sprint(batch: energy.EnergyInputs) -> None:
    names = ("curb_kg", "test_kg", "loaded_kg", "A_N", "B_Nspm", "C_Ns2pm2", "power_W")
    pick = lambda c: tuple(getattr(c, n) for n in names)  # noqa: E731
    twice = eqx.tree_at(pick, batch.car, tuple(2.0 * x for x in pick(batch.car)))
    a, b = (run(c, PLAN, P, 2020.0) for c in (batch.car, twice))
    np.testing.assert_allclose(a.empty.time_s, b.empty.time_s, rtol=1e-12)
    np.testing.assert_allclose(a.lane_loaded_mps, b.lane_loaded_mps, rtol=1e-12)
    np.testing.assert_allclose(a.top_mps, b.top_mps, rtol=1e-12)


def test_batch_equals_one_by_one_and_identical_lanes_agree(batch: energy.EnergyInputs) -> None:
    whole = run(batch.car, PLAN, P, 2020.0)
    for i in (1, 3):
        alone = padded(batch.select(i).car)
        one = compiled()(alone, PLAN, P, jnp.full(4, 2020.0), None, engines=True, electrics=True, hybrids=False)
        np.testing.assert_allclose(one.consumption_J_per_m[:, 0], whole.consumption_J_per_m[:, i], rtol=1e-12)
        np.testing.assert_allclose(one.lane_loaded_mps[:, 0], whole.lane_loaded_mps[:, i], rtol=1e-12)
        np.testing.assert_allclose(one.empty.time_s[:, 0], whole.empty.time_s[:, i], rtol=1e-12)
    same = run(batch.select([2, 2, 2, 3]).car, PLAN, P, 2020.0)
    assert np.ptp(same.label.combined_mpg[:3]) == 0.0 and np.ptp(same.empty.time_s[:, :3], axis=1).max() == 0.0


TRACE = energy.trace("bumpy", np.arange(0.0, 91.0), 12.0 * np.abs(np.sin(np.arange(91.0) / 14.0)) * (np.arange(91) < 84))
FIELDS = ("curb_kg", "test_kg", "A_N", "C_Ns2pm2", "power_W", "displacement_m3", "nv_rev_per_m", "year", "factor")


@pytest.fixture(scope="module")
def mixed() -> Car:
    """Petrol, electric, one too weak for the trace, with stops and launches in it, strong hybrid, diesel."""
    return energy.inputs(
        ["petrol", "electric", "weak", "hybrid", "diesel"],
        {
            "curb_kg": [900.0, 1100.0, 420.0, 1350.0, 1500.0],
            "power_W": [43e3, 47e3, 2.5e3, 72e3, 100e3],
            "electric": [0.0, 1.0, 0.0, 0.0, 0.0],
            "displacement_m3": [6.6e-4, np.nan, 2e-4, 1.8e-3, 2.0e-3],
            "cda_m2": 0.8,
            "start_stop": [1.0, 0.0, 0.0, 0.0, 0.0],
            "hybrid": [0.0, 0.0, 0.0, 1.0, 0.0],
            "diesel": [0.0, 0.0, 0.0, 0.0, 1.0],
            "boosted": [0.0, 0.0, 0.0, 0.0, 1.0],
        },
    ).car


driven = eqx.filter_jit(lambda car, plan: follow(car, plan, P, hybrids=True))


def test_a_trace_that_never_moves_uses_idle_fuel_only(mixed: Car) -> None:
    """The sum over standing still is idle power times the time, of every kind of drive, with nothing at the wheels."""
    t = np.arange(0.0, 121.0)
    still = energy.Cycle(TRACE.name, t, np.zeros(t.size))  # by name and blocks the very shape of TRACE
    totals = jax.tree.map(np.asarray, driven(mixed, schedule((still,))))
    zero = jnp.zeros(5)
    nearly = 0.5 * P.w_load_W + zero  # the smooth positive part of no power
    idle, _, _ = fuel_power(engine(mixed, P), nearly, nearly, zero, zero, P)
    own = np.asarray(mixed.factor * jnp.exp(mixed.city_ln))
    engines = np.array([0, 2, 4])
    np.testing.assert_allclose(totals.hot_J[0, engines], (np.asarray(idle) * 120.0 * own)[engines], rtol=1e-9)
    assert (totals.hot_J >= 0.0).all() and (totals.distance_m == 0.0).all() and (totals.road_J == 0.0).all()
    assert (totals.missed_s == 0.0).all()
    np.testing.assert_allclose(totals.pull_J, totals.brake_J, rtol=1e-12)  # nothing left over


def _use(car: Car) -> jax.Array:
    totals = driven(car, schedule((TRACE,)))
    return ((totals.hot_J + totals.cold_J) / totals.distance_m)[0]


def _sprint(car: Car) -> jax.Array:
    from roadworthy.energy.launch import launch, top_speed

    out = launch(car, car.test_kg, jnp.zeros(5), jnp.asarray([20.0]), jnp.asarray([300.0]), P)
    return jnp.where(jnp.arange(5) != 2, out.time_s[0], 0.0) + out.speed_mps[0] + top_speed(car, car.test_kg, 0.06, P)


@pytest.mark.parametrize("what", [_use, _sprint], ids=["consumption", "sprint"])
def test_gradients_match_central_differences(mixed: Car, what: Any) -> None:
    """Reverse mode, every field of every vehicle at once, against central differences of a relative step."""
    value = what if what is _use else eqx.filter_jit(what)
    reverse = eqx.filter_jit(jax.grad(lambda c: what(c).sum()))(mixed)
    for field in FIELDS:
        base = getattr(mixed, field)
        step = 1e-6 * jnp.abs(base)
        ups, downs = (value(eqx.tree_at(lambda c, field=field: getattr(c, field), mixed, base + s)) for s in (step, -step))
        slope = np.asarray((ups - downs) / (2.0 * step))
        exact = np.asarray(getattr(reverse, field))
        scale = np.abs(np.asarray(value(mixed)) / np.asarray(base))
        assert np.isfinite(exact).all()
        np.testing.assert_allclose(exact / scale, slope / scale, rtol=1e-4, atol=2e-5, err_msg=field)
