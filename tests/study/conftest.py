from __future__ import annotations

import equinox as eqx
import jax
import pytest

from roadworthy.study.assumed import central, draw
from roadworthy.study.chain import evaluate
from roadworthy.study.scenario import load
from roadworthy.study.world import prepare


@pytest.fixture(scope="session")
def study():
    return load("kei-green-light")


@pytest.fixture(scope="session")
def prepared(study):
    return prepare(study)


@pytest.fixture(scope="session")
def world(prepared):
    return prepared.world


@pytest.fixture(scope="session")
def solve():
    """One draw, compiled once for all tests of this worker."""
    return eqx.filter_jit(evaluate)


@pytest.fixture(scope="session")
def middle():
    return central()


@pytest.fixture(scope="session")
def few(study):
    """Some joint draws as a list of single draws."""
    drawn = draw(128, study.seed)
    return [jax.tree.map(lambda leaf, i=i: leaf[i], drawn) for i in (0, 17, 93)]
