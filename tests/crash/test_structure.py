import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.crash.pair import against_wall, force, greatest_crush, in_series, work
from roadworthy.crash.structure import SHAPE_AREA, WALL_SPEED_MPS, Structure, crush_at, crush_curve, force_at, intrusion_at, mean_force

masses = st.floats(500.0, 4000.0)
lengths = st.floats(0.2, 1.0)
reserves = st.floats(1.0, 1.3)
strengths = st.floats(1.0, 1.4)
force_jit, work_jit, greatest_jit = jax.jit(force), jax.jit(work), jax.jit(greatest_crush)
series_jit, wall_jit, curve_jit = jax.jit(in_series), jax.jit(against_wall), jax.jit(crush_curve)
structures = st.tuples(masses, lengths, reserves, strengths)


def test_shape_area_is_that_of_the_design():
    assert pytest.approx(0.98275, abs=1e-12) == SHAPE_AREA


@given(structures)
def test_full_wall_at_56_3_gives_crush_c_at_the_mean_force(structure):
    structure = Structure.of(*structure)
    contact = wall_jit(curve_jit(structure, 1.0))
    energy = 0.5 * structure.mass_kg * WALL_SPEED_MPS**2
    crush, most = greatest_jit(contact, energy)
    assert float(crush) == pytest.approx(float(structure.crush_m), rel=1e-6)
    assert float(work_jit(contact, structure.crush_m)) == pytest.approx(float(mean_force(structure) * structure.crush_m), rel=1e-9)
    assert float(intrusion_at(crush_curve(structure, 1.0), most)) == 0.0


@given(structures, st.floats(0.3, 1.0), st.floats(0.0, 1.9))
def test_force_and_crush_are_inverse(structure, overlap, reach):
    structure = Structure.of(*structure)
    crush = reach * structure.crush_m
    back = crush_at(crush_curve(structure, overlap), force_at(structure, crush, overlap))
    assert float(back) == pytest.approx(float(crush), rel=1e-9, abs=1e-12)


@given(structures, structures, st.floats(0.0, 2.0))
def test_two_in_series_share_force_and_add_crush(one, two, reach):
    one, two = Structure.of(*one), Structure.of(*two)
    first, second = crush_curve(one, 0.8), crush_curve(two, 0.8)
    crush = jnp.asarray(reach)
    common = force(in_series(first, second), crush)
    assert float(crush_at(first, common) + crush_at(second, common)) == pytest.approx(reach, rel=1e-7, abs=1e-9)


@given(structures)
def test_two_equal_fronts_are_one_front_of_half_the_stiffness(structure):
    structure = Structure.of(*structure)
    curve = curve_jit(structure, 0.9)
    pair, wall = (_spread(contact) for contact in (series_jit(curve, curve), wall_jit(curve)))
    x = jnp.linspace(0.0, 1.5, 40)
    np.testing.assert_allclose(force_jit(pair, 2.0 * x), force_jit(wall, x), rtol=1e-7, atol=1e-3)


@given(structures, structures)
def test_work_is_the_integral_of_force_and_greatest_crush_inverts_it(one, two):
    one, two = Structure.of(*one), Structure.of(*two)
    contact = series_jit(curve_jit(one, 0.8), curve_jit(two, 0.8))
    x = np.linspace(0.0, 1.2, 20001)
    level = np.asarray(force_jit(_spread(contact), jnp.asarray(x)))
    integral = float(((level[1:] + level[:-1]) * 0.5 * np.diff(x)).sum())
    assert float(work_jit(contact, jnp.asarray(1.2))) == pytest.approx(integral, rel=1e-6)
    crush, most = greatest_jit(contact, jnp.asarray(integral))
    assert float(crush) == pytest.approx(1.2, rel=1e-6)
    assert float(most) == pytest.approx(level[-1], rel=1e-6)


def _spread(contact):
    return type(contact)(contact.knot_m[:, None], contact.bend_N_per_m[:, None])


def test_batch_has_the_rows_it_was_made_of(nbox, f150):
    both = Structure.of([1080.0, 2350.0], [0.44, 0.70], [1.12, 1.20], [1.10, 1.25])
    assert both.shape == (2,)
    assert float(both.row(1).crush_m) == float(f150.crush_m)
    assert float(both.row(0).mass_kg) == float(nbox.mass_kg)
