"""Gradients of injury with respect to mass, crush length, cabin strength and restraint limit agree with finite differences to 1 %."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from roadworthy.core.units import MPH
from roadworthy.crash import occupant
from roadworthy.crash.collide import PAIR, measure, risks
from roadworthy.crash.motion import STEP_S

LEAVES = ("mass_kg", "crush_m", "strength", "chest_limit")
CURVES = risks(("modern", "modern"))
ROW = jax.tree.map(lambda leaf: jnp.stack([leaf, leaf])[..., None], occupant.restraint("modern"))
SPEEDS = jnp.array([50.0, 62.0, 70.0]) * MPH


def _injury(leaves):
    """Chance of serious injury of the own driver at three closing speeds against a pickup."""
    ones = jnp.ones_like(SPEEDS)
    own = (leaves[0] * ones, leaves[1] * ones, 1.12 * ones, leaves[2] * ones)
    pickup = (2350.0 * ones, 0.70 * ones, 1.20 * ones, 1.25 * ones)
    columns = jnp.stack([*own, *pickup, SPEEDS, 0.8 * ones, 35.0 * ones, 0.0 * ones, 0.0 * ones])
    limited = eqx.tree_at(lambda r: r.limit_mps2, ROW, ROW.limit_mps2.at[0, 0, 0].set(leaves[3]))
    found, _ = measure(columns, limited, jnp.full(SPEEDS.shape, PAIR), CURVES, STEP_S, "float64", False)
    return found["p_ais3"][0]


injury = jax.jit(_injury)
slopes = jax.jit(jax.jacfwd(_injury))


@pytest.mark.parametrize("mass_kg", [1080.0, 1250.0])
def test_injury_slopes(mass_kg):
    at = jnp.array([mass_kg, 0.44, 1.10, 36.0 * 9.80665])
    found = np.asarray(slopes(at))
    for i, name in enumerate(LEAVES):
        h = 1e-6 * float(at[i])
        rise = np.asarray(injury(at.at[i].add(h)) - injury(at.at[i].add(-h))) / (2 * h)
        np.testing.assert_allclose(found[:, i], rise, rtol=0.01, atol=1e-9 / float(at[i]), err_msg=name)
    assert (found[:, 0] < 0.0).all()
