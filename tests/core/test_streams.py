import numpy as np

from roadworthy.core.streams import BLOCK, COORDINATES, points


def test_the_first_draws_are_the_first_of_many():
    assert np.array_equal(points(256, 7), points(1024, 7)[:256])


def test_every_block_holds_every_stratum_once():
    u = points(512, 7)
    for start in range(0, 512, BLOCK):
        strata = np.sort(np.floor(u[start : start + BLOCK] * BLOCK), axis=0)
        assert np.array_equal(strata, np.tile(np.arange(BLOCK)[:, None], (1, COORDINATES)))


def test_seeds_differ_and_stay_inside():
    assert not np.array_equal(points(128, 7), points(128, 8))
    assert 0 < points(128, 7).min() < points(128, 7).max() < 1
