import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core import InputError
from roadworthy.crash import injury, occupant

MALE, FEMALE = "50M", "5F"


def at(value):
    return jnp.asarray(float(value))


def test_published_values():
    c = injury.curves(MALE)
    assert float(injury.head(at(700), c)) == pytest.approx(0.1116, abs=5e-5)
    assert float(injury.chest(at(63), at(injury.REFERENCE_AGE_YR), c)) == pytest.approx(0.5130, abs=2e-4)
    assert float(injury.neck(at(1), c)) == pytest.approx(0.2213, abs=5e-5)
    assert float(injury.neck(at(0), c)) == pytest.approx(0.0382, abs=5e-5)
    assert float(injury.femur(at(10), c)) == pytest.approx(0.3546, abs=5e-5)


def test_the_small_female_is_hurt_at_lower_readings():
    male, female = injury.curves(MALE), injury.curves(FEMALE)
    assert float(injury.femur(at(6.8), female)) > float(injury.femur(at(6.8), male))
    assert float(injury.chest(at(52), at(35), female)) > float(injury.chest(at(52), at(35), male))
    assert float(injury.neck_by_force(at(2.62), female)) > float(injury.neck_by_force(at(2.62), male))


def test_age_raises_chest_risk_and_35_is_the_plain_curve():
    c = injury.curves(MALE)
    plain = 1.0 / (1.0 + np.exp(10.5456 - 1.568 * 50.0**0.4612))
    assert float(injury.chest(at(50), at(35), c)) == pytest.approx(plain, rel=1e-4)
    assert float(injury.chest(at(50), at(70), c)) > 2.0 * plain


@given(st.tuples(st.floats(0, 3000), st.floats(0, 3), st.floats(0, 100), st.floats(0, 20)), st.floats(18, 90))
def test_joint_risk_is_a_risk_and_exceeds_each_part(readings, age):
    risk = injury.joint(*(at(x) for x in readings), at(age), injury.curves(MALE))
    parts = [float(x) for x in (risk.head, risk.neck, risk.chest, risk.femur)]
    assert all(0.0 <= p <= 1.0 for p in parts)
    assert max(parts) - 1e-12 <= float(risk.joint) <= min(1.0, sum(parts)) + 1e-12


def test_nothing_felt_has_finite_gradients():
    c = injury.curves(MALE)
    slopes = jax.grad(lambda x: injury.joint(x, x, x, x, at(35), c).joint)(at(0.0))
    assert np.isfinite(float(slopes))
    assert float(injury.head(at(0.0), c)) == 0.0


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_stars_fall_with_risk(a, b):
    low, high = sorted((a, b))
    for before in (False, True):
        assert 1 <= injury.stars(high, before_2011=before) <= injury.stars(low, before_2011=before) <= 5


@pytest.mark.parametrize(("risk", "stars"), [(0.1004, 5), (0.1006, 4), (0.1499, 4), (0.1501, 3), (0.40, 2), (0.41, 1)])
def test_stars_on_both_sides_of_their_cuts(risk, stars):
    assert injury.stars(risk) == stars


def test_old_stars_and_overall():
    assert [injury.stars(p, before_2011=True) for p in (0.10, 0.101, 0.20, 0.35, 0.45, 0.46)] == [5, 4, 4, 3, 2, 1]
    assert injury.overall_stars(0.1, 0.1, 0.1) == 5
    assert injury.overall_stars(0.5, 0.1, 0.1) < 5


def test_rollover_risk_falls_with_stability():
    tall, low = injury.rollover(at(1.05)), injury.rollover(at(1.4))
    assert float(tall) > float(low)
    assert float(injury.rollover(at(1.05), tip=True)) > float(tall)


@pytest.mark.parametrize(("level", "expected"), [(40.0, 151.8), (60.0, 418.3)])
def test_hic_of_a_constant_level(level, expected):
    dt = 5e-4
    integral = jnp.cumsum(jnp.full(100, level)) * dt
    assert float(occupant.hic15(integral, dt)) == pytest.approx(expected, abs=0.05)


def test_held_level_ignores_short_spikes():
    series = np.full(60, 30.0)
    series[20:25] = 90.0  # 2.5 ms
    assert float(occupant.held_level(jnp.asarray(series), 5e-4)) == 30.0
    series[25] = 90.0
    assert float(occupant.held_level(jnp.asarray(series), 5e-4)) == 90.0


def test_intrusion_eats_free_travel():
    row = jax.tree.map(lambda leaf: leaf[0], occupant.restraint("modern"))
    free = occupant.resistance(row, at(0.3), at(1.0), at(0.0))
    pushed = occupant.resistance(row, at(0.3), at(1.0), at(0.4))
    assert float(pushed) > float(free)
    assert float(occupant.resistance(row, at(0.3), at(-1.0), at(0.0))) == pytest.approx(occupant.RELEASE * float(free))


def test_unknown_names_offer_a_near_one():
    with pytest.raises(InputError) as caught:
        occupant.restraint("moden")
    assert "modern" in caught.value.hint
    with pytest.raises(InputError):
        injury.curves("95M")
    assert occupant.head_known("modern") and not occupant.head_known("unbelted_bag")
