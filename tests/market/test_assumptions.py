"""The list of assumptions agrees with the leaves it describes."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import roadworthy
from roadworthy.core import STATUSES
from roadworthy.core.distribution import Distribution
from roadworthy.market import MarketAssumptions

ROWS = yaml.safe_load((Path(roadworthy.__file__).parent / "study" / "assumptions" / "market.yaml").read_text(encoding="utf-8"))
DRAWN_APART_FROM_THEIR_CENTRE = {"node", "form", "kappa", "novelty_kind"}


def test_every_leaf_but_the_tastes_is_listed_with_its_default():
    fields = MarketAssumptions.__dataclass_fields__
    assert set(ROWS) == set(fields) - {"tastes"}
    for name, row in ROWS.items():
        assert fields[name].default == row["value"], name
        assert row["status"] in STATUSES
        assert row["source"] and row["meaning"]


def test_streams_are_the_rooms_own_and_unique():
    streams = [row["stream"] for row in ROWS.values()]
    assert len(set(streams)) == len(streams)
    assert all(180 <= s <= 239 for s in streams)


@pytest.mark.parametrize("name", sorted(n for n, r in ROWS.items() if r["distribution"] and n not in DRAWN_APART_FROM_THEIR_CENTRE))
def test_the_central_value_is_the_median(name):
    kind, *args = ROWS[name]["distribution"]
    median = Distribution(kind, tuple(map(float, args))).quantile(0.5)
    assert median == pytest.approx(ROWS[name]["value"], rel=0.03, abs=1e-9)
