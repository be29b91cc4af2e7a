"""Published facts beside ours: finite, sourced, and each miss says why."""

import math

from roadworthy.account.held import held as account_held
from roadworthy.fleet.held import held


def test_every_fact_is_sourced_and_every_miss_says_why():
    rows = [*held(), *account_held()]
    assert len({row.id for row in rows}) == len(rows)
    for row in rows:
        assert math.isfinite(row.ours) and row.source, row.id
        assert row.inside or row.note, row.id


def test_what_was_not_fitted_mostly_stands():
    free = [row for row in held() if not row.fitted]
    assert len(free) >= 60
    assert sum(bool(row.inside) for row in free) >= 0.75 * len(free)
    assert all(row.inside for row in free if row.group == "required CAFE")
