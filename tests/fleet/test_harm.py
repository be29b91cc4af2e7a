"""Harms per metre: calibrated to FARS, symmetric between the two vehicles, one formula for every class."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy import fleet
from roadworthy.core.units import MILE_M

MASS = st.floats(500.0, 3500.0)
EIGHT = st.lists(MASS, min_size=8, max_size=8)


def _set(assumed, **values):
    for name, value in values.items():
        assumed = eqx.tree_at(lambda x, n=name: getattr(x, n), assumed, jnp.asarray(value))
    return assumed


@given(EIGHT, st.floats(1.0, 6.0), st.floats(0.5, 3.0), st.floats(0.3, 0.75), st.floats(2.5, 3.3))
@settings(max_examples=15)
def test_base_fleet_sums_to_fars_whatever_the_slots(tables, assumed, harm_of, make_kernel, masses, k, rho, share, vmt):
    a = _set(assumed, rho_single=rho, rho_roll=rho, rho_ped=rho, share_45=share, light_vmt=vmt)
    factor = jnp.asarray([rho, 2.0, 3.0, 0.5, 1.0, 1.0, 1.0, 1.0])
    harm = harm_of(make_kernel(masses, k), factor, factor, tables, a)
    own, _, outside = np.asarray(fleet.calibration_deaths(harm, tables, a))
    assert own == pytest.approx(19_123.8 * 125_338 / 95_619, rel=1e-9)
    assert outside == pytest.approx(6893.0, rel=1e-9)


def test_rates_per_mile_are_those_of_the_design(harm, tables, assumed):
    assert float(fleet.driver_rate(tables, assumed)) * 1e8 * MILE_M == pytest.approx(0.66, abs=0.002)
    assert np.asarray(harm.outside[4:]) * 1e8 * MILE_M == pytest.approx(np.full((5, 3), 0.24), abs=0.003)


def test_equal_vehicles_harm_each_other_equally(tables, assumed, harm_of):
    class Same(eqx.Module):
        own: jax.Array
        partner: jax.Array

    risk = jnp.broadcast_to(jnp.asarray([1e-3, 2e-3, 3e-3]), (8, 4, 3))
    plain = _set(assumed, rho_single=1.0, rho_roll=1.0, rho_ped=1.0)
    harm = harm_of(Same(risk, risk), jnp.ones(8), jnp.ones(8), tables, plain)
    # Own harm holds the other crash types too, in proportion to the road's speed: only the two-vehicle share is mutual.
    assert np.asarray(harm.own * tables.crash_share[0]) == pytest.approx(np.asarray(harm.partners), rel=1e-9)
    assert np.ptp(np.asarray(harm.own), axis=0) == pytest.approx(np.zeros(3), abs=1e-20)


def test_swapping_the_sides_of_the_kernel_swaps_two_vehicle_harms(tables, assumed, harm_of, make_kernel):
    """A slot that does what an incumbent suffers: own and partner terms of the slot trade places, one scale for both."""
    kernel = make_kernel((1080.0, 850.0, 1200.0, 850.0, 1250.0, 1600.0, 1900.0, 2350.0))
    swapped = eqx.tree_at(
        lambda k: (k.own, k.partner), kernel, (kernel.own.at[0].set(kernel.partner[0]), kernel.partner.at[0].set(kernel.own[0]))
    )
    ones = jnp.ones(8)
    first, second = harm_of(kernel, ones, ones, tables, assumed), harm_of(swapped, ones, ones, tables, assumed)
    alone = np.asarray(first.own[0]) - np.asarray(second.partners[0])
    assert np.asarray(second.own[0]) - np.asarray(first.partners[0]) == pytest.approx(alone, rel=1e-9)


def test_slots_alone_answer_to_their_relative_risks(harm, tables, assumed, harm_of, make_kernel):
    masses = (1080.0, 850.0, 1200.0, 850.0, 1250.0, 1600.0, 1900.0, 2350.0)
    worse = harm_of(make_kernel(masses), jnp.ones(8), jnp.ones(8), tables, _set(assumed, rho_single=1.6, rho_ped=1.1))
    assert np.all(np.asarray(worse.own[:4]) > np.asarray(harm.own[:4]))
    assert np.all(np.asarray(worse.outside[:4]) > np.asarray(harm.outside[:4]))
    assert np.array_equal(np.asarray(worse.own[4:]), np.asarray(harm.own[4:]))
    doubled = harm_of(make_kernel(masses), jnp.ones(8), jnp.full(8, 2.0).at[4:].set(1.0), tables, assumed)
    for party in ("own", "partners", "outside"):
        assert np.asarray(getattr(doubled, party)[:4]) == pytest.approx(2.0 * np.asarray(getattr(harm, party)[:4]), rel=1e-12)


def test_a_lighter_car_suffers_more_and_does_less(harm):
    assert float(harm.own[4].sum()) > float(harm.own[5].sum()) > float(harm.own[7].sum())
    assert float(harm.partners[4].sum()) < float(harm.partners[5].sum()) < float(harm.partners[7].sum())


def test_stock_is_the_mean_of_the_incumbents(harm, tables):
    for rows in (harm.own, harm.partners, harm.outside):
        assert np.asarray(rows[-1]) == pytest.approx(np.asarray(tables.road_fleet @ rows[4:8]), rel=1e-12)


def test_partner_weights_are_renormalised(assumed):
    doubled = _set(assumed, partner_car=0.7, partner_cuv=0.76, partner_pickup=0.4, partner_heavy=0.14)
    assert float(fleet.partner_weights(doubled).sum()) == pytest.approx(1.0)
    assert np.asarray(fleet.partner_weights(doubled)) == pytest.approx(np.asarray(fleet.partner_weights(assumed)))


def test_lifetime_own_deaths(harm, tables, assumed, case):
    deaths = np.asarray(fleet.lifetime_own_deaths(harm, case["exposure_share"], case["miles_factor"], tables, assumed))
    life = fleet.lives(tables, assumed)
    stock = float(jnp.sum(life.travel_m[-1]) * jnp.sum(harm.own[-1] * fleet.base_share(assumed)))
    assert deaths[-1] == pytest.approx(stock)
    assert deaths[4] > deaths[7]
    assert 5e-4 < stock < 5e-3
    assert deaths[1] > deaths[0], "the barred kei drives less and slower than the free one of a lighter body"


def test_base_fleet_levels(harm, tables, assumed):
    level = fleet.base_fleet(harm, tables, assumed)
    own = float(level.deaths[0, :, 0].sum())
    assert own == pytest.approx(float(fleet.calibration_deaths(harm, tables, assumed)[0]) * float(tables.base_miles_index[0]))
    assert float(level.miles_m[:, 0].sum()) / MILE_M == pytest.approx(3.15e12, rel=0.02)
