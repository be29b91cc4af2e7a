"""Fleet paths of a made-up reform, market dollars and the central assumptions, read from the rooms' own lists."""

from __future__ import annotations

from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import yaml

from roadworthy import account, fleet

LISTS = Path(account.__file__).parents[1] / "study" / "assumptions"


def assumed_of(room, name):
    rows = yaml.safe_load((LISTS / f"{name}.yaml").read_text())
    return room(**{k: jnp.asarray(r["value"], jnp.int32 if r.get("kind") == "index" else jnp.float64) for k, r in rows.items()})


@pytest.fixture(scope="session")
def values():
    return account.prepare()


@pytest.fixture(scope="session")
def assumed():
    return assumed_of(account.AccountAssumptions, "account")


@pytest.fixture(scope="session")
def fleet_inputs():
    """Inputs of fleet.roll with every slot sold."""
    rng = np.random.default_rng(2)
    a = assumed_of(fleet.FleetAssumptions, "fleet")
    rates = jnp.asarray(rng.uniform(2e-12, 6e-12, (3, 9, 3)))
    base = jnp.broadcast_to(fleet.base_share(a), (4, 3))
    return {
        "units": jnp.asarray(rng.uniform(0.0, 5e4, (4, 30))),
        "lost_per_unit": jnp.asarray(rng.uniform(0.0, 0.2, (4, 4))),
        "lost_consumption_J_per_m": jnp.full((4, 4), 3500.0),
        "consumption_J_per_m": jnp.asarray([1800.0, 1900.0, 500.0, 2200.0]),
        "electric": jnp.asarray([0.0, 0.0, 1.0, 0.0]),
        "harm": fleet.Harm(*rates),
        "exposure_share": base,
        "miles_factor": jnp.ones(4),
        "tables": fleet.prepare(),
        "a": a,
    }


@pytest.fixture(scope="session")
def roll():
    return jax.jit(fleet.roll)


@pytest.fixture(scope="session")
def appraise():
    """appraise, compiled once for all tests."""
    return jax.jit(account.appraise)


@pytest.fixture(scope="session")
def paths(roll, fleet_inputs):
    return roll(**fleet_inputs)


@pytest.fixture(scope="session")
def nothing(paths):
    return jax.tree.map(jnp.zeros_like, paths)


@pytest.fixture(scope="session")
def dollars():
    rng = np.random.default_rng(3)
    flows = [jnp.asarray(rng.uniform(1e6, 1e8, 30)) for _ in range(11)]
    return account.MarketDollars(*flows, entrant_home_share=jnp.asarray(0.5), surplus_by_group=jnp.asarray([0.1, 0.2, 0.3, 0.3, 0.1]))


@pytest.fixture(scope="session")
def line():
    """The place of a line by name."""
    return account.NAMES.index


@pytest.fixture(scope="session")
def leaf():
    def replace(tree, **new):
        for name, value in new.items():
            old = getattr(tree, name)
            tree = eqx.tree_at(lambda x, n=name: getattr(x, n), tree, jnp.asarray(value, old.dtype))
        return tree

    return replace
