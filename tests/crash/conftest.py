from pathlib import Path

import jax.numpy as jnp
import pytest
import yaml

import roadworthy
from roadworthy.crash import CrashAssumptions, Structure

ASSUMPTIONS = Path(roadworthy.__file__).parent / "study" / "assumptions" / "crash.yaml"


@pytest.fixture(scope="session")
def nbox():
    return Structure.of(1080.0, 0.44, 1.12, 1.10)


@pytest.fixture(scope="session")
def midsize():
    return Structure.of(1650.0, 0.63, 1.15, 1.20)


@pytest.fixture(scope="session")
def cuv():
    return Structure.of(1800.0, 0.62, 1.15, 1.25)


@pytest.fixture(scope="session")
def f150():
    return Structure.of(2350.0, 0.70, 1.20, 1.25)


@pytest.fixture(scope="session")
def rows():
    return yaml.safe_load(ASSUMPTIONS.read_text())


@pytest.fixture(scope="session")
def central(rows):
    return CrashAssumptions(**{name: jnp.asarray(float(row["value"])) for name, row in rows.items()})
