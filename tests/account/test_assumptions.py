"""The room's list of assumptions: one row per leaf, streams of its own, centres that are centres."""

import dataclasses
from pathlib import Path

import pytest
import yaml

from roadworthy import account
from roadworthy.core import STATUSES, Distribution

ROWS = yaml.safe_load((Path(account.__file__).parents[1] / "study" / "assumptions" / "account.yaml").read_text())


def test_one_row_per_leaf_and_streams_of_the_room():
    assert set(ROWS) == {field.name for field in dataclasses.fields(account.AccountAssumptions)}
    streams = [row["stream"] for row in ROWS.values()]
    assert len(set(streams)) == len(streams)
    assert min(streams) >= 300 and max(streams) <= 339


@pytest.mark.parametrize("name", list(ROWS))
def test_the_value_is_the_centre(name):
    row = ROWS[name]
    assert row["status"] in STATUSES and row["source"] and row["meaning"]
    if row["distribution"]:
        middle = Distribution(row["distribution"][0], tuple(map(float, row["distribution"][1:]))).quantile(0.5)
        assert middle == pytest.approx(float(row["value"]), rel=0.02)
