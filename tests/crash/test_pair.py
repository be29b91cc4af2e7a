import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core.units import KMH, MPH
from roadworthy.crash import Structure, closed_form
from roadworthy.crash.pair import UNLOADING, meet
from roadworthy.crash.structure import linear_curve

V70 = 70 * MPH
structures = st.tuples(st.floats(500.0, 4000.0), st.floats(0.25, 0.9), st.floats(1.0, 1.25), st.floats(1.0, 1.3))
speeds = st.floats(3.0, 50.0)
solve = jax.jit(closed_form)


def test_headline_table(nbox, midsize, f150):
    kei = solve(nbox, f150, V70, 0.8)
    assert float(kei.delta_v_first_mps) / KMH == pytest.approx(87.0, abs=0.2)
    assert float(kei.delta_v_second_mps) / KMH == pytest.approx(40.0, abs=0.2)
    assert float(kei.crush_first_m) == pytest.approx(0.67, abs=0.003)
    assert float(kei.crush_second_m) == pytest.approx(0.55, abs=0.003)
    assert float(kei.intrusion_first_m) == pytest.approx(0.175, abs=0.008)
    assert float(kei.intrusion_second_m) == 0.0
    car = solve(midsize, f150, V70, 0.8)
    assert float(car.delta_v_first_mps) / KMH == pytest.approx(75.0, abs=0.2)
    assert float(car.delta_v_second_mps) / KMH == pytest.approx(52.6, abs=0.2)
    assert float(car.crush_first_m) == pytest.approx(0.84, abs=0.003)
    assert float(car.crush_second_m) == pytest.approx(0.65, abs=0.003)


@given(structures, structures, speeds)
def test_momentum_and_swap(one, two, closing):
    one, two = Structure.of(*one), Structure.of(*two)
    there, back = solve(one, two, closing, 0.8), solve(two, one, closing, 0.8)
    push = float(one.mass_kg * there.delta_v_first_mps)
    assert push == pytest.approx(float(two.mass_kg * there.delta_v_second_mps), rel=1e-9)
    for here, other in (("first", "second"), ("second", "first")):
        for name in ("delta_v_{}_mps", "crush_{}_m", "intrusion_{}_m"):
            a, b = getattr(there, name.format(here)), getattr(back, name.format(other))
            assert float(a) == pytest.approx(float(b), rel=1e-7, abs=1e-9)


@given(structures, speeds)
def test_identical_cars_are_each_in_a_wall_at_half_speed(structure, closing):
    structure = Structure.of(*structure)
    pair = solve(structure, structure, closing, 0.9)
    rigid = Structure.of(1e15, 1e-9, 1.1, 1.1)
    wall = solve(structure, rigid, 0.5 * closing, 0.9)
    assert float(pair.delta_v_first_mps) == pytest.approx(float(wall.delta_v_first_mps), rel=1e-6)
    assert float(pair.crush_first_m) == pytest.approx(float(wall.crush_first_m), rel=1e-6)


@given(structures, structures, speeds, st.floats(1.05, 2.0))
def test_mass_and_speed_move_delta_v_the_right_way(one, two, closing, factor):
    one, two = Structure.of(*one), Structure.of(*two)
    base = solve(one, two, closing, 0.9)
    heavier = Structure.of(one.mass_kg * factor, one.crush_m, one.reserve, one.strength)
    other = solve(heavier, two, closing, 0.9)
    assert float(other.delta_v_first_mps) < float(base.delta_v_first_mps)
    assert float(other.delta_v_second_mps) > float(base.delta_v_second_mps)
    faster = solve(one, two, closing * factor, 0.9)
    for name in ("delta_v_first_mps", "delta_v_second_mps", "crush_first_m", "crush_second_m"):
        assert float(getattr(faster, name)) > float(getattr(base, name))
    assert float(faster.intrusion_first_m) >= float(base.intrusion_first_m)


def test_linear_springs_have_their_closed_form():
    m1, m2, stiffness, closing = 1080.0, 2350.0, 1.3e6, 31.3
    reduced = m1 * m2 / (m1 + m2)
    met = meet(linear_curve(2 * stiffness), linear_curve(2 * stiffness), jnp.asarray(m1), jnp.asarray(m2), jnp.asarray(closing))
    crush = closing * np.sqrt(reduced / stiffness)
    assert float(met.crush_first_m + met.crush_second_m) == pytest.approx(crush, rel=1e-12)
    assert float(met.force_N) == pytest.approx(stiffness * crush, rel=1e-12)
    assert float(met.restitution) == pytest.approx(np.sqrt(UNLOADING), rel=1e-12)
    assert float(met.delta_v_first_mps) == pytest.approx((1 + np.sqrt(UNLOADING)) * closing * m2 / (m1 + m2), rel=1e-12)


def test_default_curve_rebounds_at_about_thirteen_per_cent(nbox, midsize):
    rigid = Structure.of(1e15, 1e-9, 1.1, 1.1)
    assert float(solve(nbox, rigid, 56.3 * KMH, 1.0).restitution) == pytest.approx(0.1334, abs=5e-4)
    assert float(solve(nbox, midsize, V70, 0.8).restitution) == pytest.approx(0.13, abs=0.01)


def test_at_rest_nothing_happens_and_gradients_stay_finite(nbox, f150):
    still = solve(nbox, f150, 0.0, 0.9)
    assert float(still.delta_v_first_mps) == 0.0
    assert float(still.crush_first_m) < 1e-6
    slope = jax.grad(lambda v: closed_form(nbox, f150, v, 0.9).delta_v_first_mps)(0.0)
    assert np.isfinite(float(slope))


def _blend(leaves):
    own = Structure(leaves[0], leaves[1], leaves[2], leaves[3])
    partner = Structure(leaves[6], leaves[7], leaves[8], leaves[9])
    met = closed_form(own, partner, leaves[4], leaves[5])
    return met.delta_v_first_mps + 3.0 * met.crush_first_m + 10.0 * met.intrusion_first_m


blend, slope_of = jax.jit(_blend), jax.jit(jax.grad(_blend))


@pytest.mark.parametrize("closing", [8.0, 20.0, V70, 45.0])
def test_gradients_agree_with_finite_differences(closing):
    at = jnp.array([1080.0, 0.44, 1.12, 1.10, closing, 0.85, 2350.0, 0.70, 1.20, 1.25])
    slopes = np.asarray(slope_of(at))
    for i in range(at.size):
        h = 1e-6 * float(at[i])
        rise = float(blend(at.at[i].add(h)) - blend(at.at[i].add(-h))) / (2 * h)
        assert slopes[i] == pytest.approx(rise, rel=1e-4, abs=1e-7)
