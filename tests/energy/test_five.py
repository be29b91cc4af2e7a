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
from roadworthy.energy.five import five_cycle, plain
from roadworthy.energy.unseen import FIVE, beyond

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
def compiled() -> Any:
    return eqx.filter_jit(lambda car, p: five_cycle(car, p, hybrids=True))


@pytest.fixture(scope="module")
def found(cars: energy.EnergyInputs, compiled: Any) -> energy.FiveCycle:
    return jax.tree.map(np.asarray, compiled(cars.car, P))


def test_it_is_the_formula_of_the_law_on_the_tests_it_drives(found: energy.FiveCycle) -> None:
    gallon = float(P.gasoline_J_per_gal) / 1609.344
    t = found.tests
    mpg = [gallon / x for x in (*t.bags75, *t.bags20, t.us06_city, t.us06_hwy, t.sc03, t.hfet)]
    city, hwy = label.five_cycle(tuple(mpg[:3]), tuple(mpg[3:6]), *mpg[6:])
    np.testing.assert_allclose(found.city_mpg, city, rtol=1e-12)
    np.testing.assert_allclose(found.hwy_mpg, hwy, rtol=1e-12)


def test_it_lies_near_the_derived_label_and_the_bags_make_the_usual_city(cars: energy.EnergyInputs, found: energy.FiveCycle) -> None:
    usual = energy.rate(cars, ("UDDS", "HWFET"))
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


def test_a_stronger_compressor_lowers_the_label_as_its_slope_says(cars: energy.EnergyInputs, compiled: Any) -> None:
    def total(watts: jax.Array) -> jax.Array:
        q = eqx.tree_at(lambda p: p.ac_W, P, watts)
        return jnp.sum(five_cycle(cars.car, q, hybrids=True).combined_mpg[:4])

    at = jnp.asarray(float(P.ac_W))
    value = jax.jit(total)
    slope = float(jax.jit(jax.jacfwd(total))(at))
    assert slope == pytest.approx(float((value(at + 1.0) - value(at - 1.0)) / 2.0), rel=1e-4) and slope < 0.0


def test_electric_cars_have_none_and_say_so(cars: energy.EnergyInputs) -> None:
    f = energy.five_of(cars)
    assert np.isnan(f.combined_mpg[4]) and np.isfinite(f.combined_mpg[:4]).all()
    told = plain(f, 4)
    assert told["city_mpg"] is None and plain(f, 0)["sc03_mpge"] > 10.0  # type: ignore[operator]


def test_cars_that_no_fit_has_seen_are_met() -> None:
    """Medians of the tests of cars kept apart; each bag and SC03 has more than two hundred."""
    seen = {name: e for name, _, e in beyond()}
    assert set(seen) == {name for names in FIVE.values() for name in names}
    limits = {"sc03": 0.065, "bag 1, 20 F": 0.075, "bag 2, 20 F": 0.05, "bag 3, 20 F": 0.06}
    for name, e in seen.items():
        assert e.size > 200 and np.median(np.abs(e)) < limits[name] and abs(np.median(e)) < 0.03
