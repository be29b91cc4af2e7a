"""Facts the market is held against: they exist, misses are said, and what was fitted is marked."""

from __future__ import annotations

import math

import pytest

from roadworthy.market.held import held


@pytest.fixture(scope="module")
def facts():
    return held()


def test_there_are_facts_of_every_kind_with_unique_names(facts):
    assert len(facts) >= 10
    assert len({f.id for f in facts}) == len(facts)
    assert {f.room for f in facts} == {"market"}
    assert {"elasticities", "second choices", "income", "margins", "small cars left out"} <= {f.group for f in facts}
    assert any(f.fitted for f in facts) and any(not f.fitted for f in facts)
    assert all(math.isfinite(f.ours) and math.isfinite(f.published) and f.source for f in facts)


def test_a_miss_says_why(facts):
    for f in facts:
        assert f.inside or f.note, f.id


def test_launches_are_never_fitted_and_most_calibrated_moments_hold(facts):
    assert not any(f.fitted for f in facts if f.group == "small cars left out")
    fitted = [f for f in facts if f.fitted and f.group]
    assert sum(bool(f.inside) for f in fitted) >= 0.85 * len(fitted)
