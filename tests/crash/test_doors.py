import numpy as np
import pytest

from roadworthy.core import InputError
from roadworthy.crash import Structure, collide, strike_wall


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ((-5.0, 0.44, 1.1, 1.1), "crash.mass_kg"),
        ((0.0, 0.44, 1.1, 1.1), "crash.mass_kg"),
        ((np.nan, 0.44, 1.1, 1.1), "crash.mass_kg"),
        ((1080.0, 0.0, 1.1, 1.1), "crash.crush_m"),
        ((1080.0, 0.44, 0.99, 1.1), "crash.reserve"),
        ((1080.0, 0.44, 1.1, 0.9), "crash.strength"),
        ((1080.0, 0.44, 1.1, np.nan), "crash.strength"),
        ((12_000.0, 0.7, 1.1, 1.1), "crash.heavy"),
    ],
)
def test_structures_that_make_no_sense(values, code, f150):
    with pytest.raises(InputError) as caught:
        collide(Structure.of(*values), f150, 20.0)
    assert caught.value.code == code
    assert caught.value.hint and "first" in caught.value.where + caught.value.message


@pytest.mark.parametrize(
    ("closing", "overlap", "code"),
    [
        (-1.0, 0.8, "crash.speed"),
        (np.nan, 0.8, "crash.speed"),
        (70.0, 0.8, "crash.speed_high"),
        (20.0, 0.0, "crash.overlap"),
        (20.0, 1.1, "crash.overlap"),
    ],
)
def test_speeds_and_overlaps_out_of_range(closing, overlap, code, nbox, f150):
    with pytest.raises(InputError) as caught:
        collide(nbox, f150, closing, overlap)
    assert caught.value.code == code


def test_an_empty_batch_and_an_unknown_restraint(nbox, f150):
    with pytest.raises(InputError, match="length 0"):
        collide(nbox, f150, np.zeros(0))
    with pytest.raises(InputError) as caught:
        collide(nbox, f150, 20.0, restraint="belt_1990")
    assert "belt_1990s" in caught.value.hint


def test_far_corners_are_flagged_not_refused(nbox, f150):
    assert not bool(collide(nbox, f150, 30.0).extrapolated)
    assert bool(collide(nbox, f150, 210 / 3.6).extrapolated)
    assert bool(collide(Structure.of(350.0, 0.3, 1.1, 1.1), f150, 20.0).extrapolated)
    wall = Structure.of(1e6, 0.7, 1.2, 1.25)
    met = collide(nbox, wall, 20.0)
    assert bool(met.extrapolated)
    assert float(met.first.delta_v_mps) == pytest.approx(20.0, rel=0.15)


def test_a_rigid_moving_wall_is_the_wall(nbox):
    moving = collide(nbox, Structure.of(1e12, 1e-6, 1.2, 1.25), 15.0, 1.0)
    fixed = strike_wall(nbox, 15.0, 1.0)
    assert float(moving.first.delta_v_mps) == pytest.approx(float(fixed.first.delta_v_mps), rel=1e-3)
    assert float(moving.first.crush_m) == pytest.approx(float(fixed.first.crush_m), rel=1e-3)
    assert float(fixed.second.delta_v_mps) == 0.0
