"""The label by all five tests: air conditioning, cold, and what the law makes of them."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from roadworthy import energy
from roadworthy.energy import label
from roadworthy.energy.cycles import schedule
from roadworthy.energy.figures import per_cycle, us_label
from roadworthy.energy.five import cooled, plain
from roadworthy.energy.follow import follow

P = energy.parameters()
FAMILY = {"curb_kg": 1450.0, "power_W": 1.1e5, "displacement_m3": 2.0e-3, "cda_m2": 0.66, "year": 2018.0}


@pytest.fixture(scope="module")
def cars() -> energy.EnergyInputs:
    """A family car, the same with stop-start, heavier, as a hybrid, electric; padded to one shape."""
    return energy.inputs(
        ["car", "stops", "heavy", "hybrid", "electric"],
        FAMILY
        | {
            "curb_kg": [1450.0, 1450.0, 1700.0, 1450.0, 1450.0],
            "start_stop": [0.0, 1.0, 0.0, 0.0, 0.0],
            "hybrid": [0.0, 0.0, 0.0, 1.0, 0.0],
            "electric": [0.0, 0.0, 0.0, 0.0, 1.0],
        },
    )


@pytest.fixture(scope="module")
def found(cars: energy.EnergyInputs) -> energy.FiveCycle:
    return energy.five_of(cars)


def test_it_is_the_formula_of_the_law_on_the_tests_it_drives(found: energy.FiveCycle) -> None:
    gallon = float(P.gasoline_J_per_gal) / 1609.344
    t = found.tests
    mpg = [gallon / x for x in (*t.bags75, *t.bags20, t.us06_city, t.us06_hwy, t.sc03, t.hfet)]
    city, hwy = label.five_cycle(tuple(mpg[:3]), tuple(mpg[3:6]), *mpg[6:])
    np.testing.assert_allclose(found.city_mpg, city, rtol=1e-12)
    np.testing.assert_allclose(found.hwy_mpg, hwy, rtol=1e-12)


def test_it_lies_near_the_derived_label_and_the_bags_make_the_usual_city(cars: energy.EnergyInputs, found: energy.FiveCycle) -> None:
    def two(car: energy.Car) -> Any:
        plan = schedule(("UDDS", "HWFET"))
        counted, _, _ = per_cycle(follow(car, plan, P, electrics=False), plan, P)
        return us_label(counted[0], counted[1], car, P, 2020.0)

    usual = eqx.filter_jit(two)(cars.car)
    petrol = slice(0, 3)
    gallon = float(P.gasoline_J_per_gal) / 1609.344
    bags = tuple(gallon / b for b in found.tests.bags75)
    np.testing.assert_allclose(label.ftp_from_bags(*bags)[petrol], usual.ftp_mpg[petrol], rtol=2e-3)
    np.testing.assert_allclose(found.combined_mpg[petrol], usual.combined_mpg[petrol], rtol=0.10)


def test_cold_heat_and_mass_cost(found: energy.FiveCycle) -> None:
    cold = found.tests.bags20[:, :4] / found.tests.bags75[:, :4]
    assert (cold > 1.0).all() and (cold[0, :3] > cold[2, :3]).all()  # the cold start is worst
    assert found.combined_mpg[2] < found.combined_mpg[0]
    assert (found.tests.bags20[:, 2] > found.tests.bags20[:, 0]).all() and found.tests.sc03[2] > found.tests.sc03[0]
    assert found.tests.bags75[1, 1] < found.tests.bags75[1, 0]  # stop-start helps in town,
    # but not with the compressor running: what is left is the residual's view of such cars
    own = float(energy.inputs(["a"], FAMILY | {"start_stop": 1.0}).car.city_ln[0] - energy.inputs(["a"], FAMILY).car.city_ln[0])
    assert abs(np.log(found.tests.sc03[1] / found.tests.sc03[0])) <= abs(own) + 1e-6


def test_a_stronger_compressor_costs_what_its_slope_says(cars: energy.EnergyInputs) -> None:
    def use(watts: jax.Array) -> jax.Array:
        return cooled(cars.car, eqx.tree_at(lambda p: p.ac_W, P, watts), electrics=False)

    at = jnp.asarray(float(P.ac_W))
    value = jax.jit(use)
    slope = np.asarray(jax.jit(jax.jacfwd(use))(at))
    numeric = np.asarray(value(at + 1.0) - value(at - 1.0)) / 2.0
    np.testing.assert_allclose(slope, numeric, rtol=1e-4)
    assert (slope[:3] > 0.0).all()


def test_electric_cars_have_none_and_say_so(found: energy.FiveCycle) -> None:
    assert np.isnan(found.combined_mpg[4]) and np.isfinite(found.combined_mpg[:4]).all()
    told = plain(found, 4)
    assert told["city_mpg"] is None and plain(found, 0)["sc03_mpge"] > 10.0  # type: ignore[operator]
