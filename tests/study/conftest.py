from __future__ import annotations

import equinox as eqx
import jax
import pytest

from roadworthy.study.ask import answer
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


@pytest.fixture(scope="session")
def asked():
    """A small question with a rate of its own, for all that is read off a whole answer."""
    return load("kei-green-light", draws=32, reforms=("none", "kei-urban", "import-age-15"), discount_rates=(0.035,))


@pytest.fixture(scope="session")
def answered(asked):
    """Its summary and results; solved once."""
    return answer(asked)
