"""A small synthetic crash kernel and the central assumptions, read from the room's own list."""

from __future__ import annotations

from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import yaml
from jaxtyping import Array, Float

from roadworthy import fleet

LIST = Path(fleet.__file__).parents[1] / "study" / "assumptions" / "fleet.yaml"


class Kernel(eqx.Module):
    own: Float[Array, "8 p4 q3"]
    partner: Float[Array, "8 p4 q3"]


def kernel_of(mass_kg, steepness: float = 4.0) -> Kernel:
    """Risk by mass ratio: own (m_p / m_c)^k, partner the inverse, rising with the road's speed."""
    own_mass = jnp.asarray(mass_kg)[:, None, None]
    partner_mass = jnp.asarray([1600.0, 1850.0, 2350.0, 15000.0])[None, :, None]
    share = partner_mass / (own_mass + partner_mass)
    speed = jnp.asarray([0.4, 1.0, 1.2]) * 4e-3
    return Kernel(speed * share**steepness, speed * (1.0 - share) ** steepness)


MASSES = (1080.0, 850.0, 1200.0, 850.0, 1250.0, 1600.0, 1900.0, 2350.0)


@pytest.fixture(scope="session")
def tables():
    return fleet.prepare()


@pytest.fixture(scope="session")
def assumed():
    rows = yaml.safe_load(LIST.read_text())
    return fleet.FleetAssumptions(**{name: jnp.asarray(float(row["value"])) for name, row in rows.items()})


@pytest.fixture(scope="session")
def make_kernel():
    return kernel_of


@pytest.fixture(scope="session")
def harm_of():
    """harm_per_metre, compiled once for all tests."""
    return jax.jit(fleet.harm_per_metre)


@pytest.fixture(scope="session")
def roll():
    """roll, compiled once for all tests."""
    return jax.jit(fleet.roll)


@pytest.fixture(scope="session")
def harm(tables, assumed, harm_of):
    return harm_of(kernel_of(MASSES), jnp.ones(8), jnp.ones(8), tables, assumed)


@pytest.fixture(scope="session")
def case(tables, assumed, harm):
    """A full set of inputs to roll: two routes of kei sold, one of them barred from fast roads."""
    rng = np.random.default_rng(1)
    access = jnp.asarray([[1.0, 0.0, 0.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]])
    roads = jax.vmap(lambda q: fleet.exposure(q, assumed))(access)
    return {
        "units": jnp.asarray(rng.uniform(0.0, 5e4, (4, 30))),
        "lost_per_unit": jnp.asarray(rng.uniform(0.0, 0.2, (4, 4))),
        "lost_consumption_J_per_m": jnp.asarray(rng.uniform(2500.0, 4500.0, (4, 4))),
        "consumption_J_per_m": jnp.asarray([1800.0, 1900.0, 500.0, 2200.0]),
        "electric": jnp.asarray([0.0, 0.0, 1.0, 0.0]),
        "harm": harm,
        "exposure_share": roads.share,
        "miles_factor": roads.miles_factor,
        "tables": tables,
        "a": assumed,
        "displaced_share": roads.displaced,
        "lost_electricity_J_per_m": jnp.full((4, 4), 20.0),
    }
