"""The A-4 statement."""

import csv
import io

import numpy as np
import pytest

from roadworthy import account
from roadworthy.core import InputError


@pytest.fixture(scope="module")
def draws():
    rng = np.random.default_rng(4)
    return rng.normal(1e9, 4e8, (400, 2, len(account.LINES)))


def test_rows_cover_every_line_at_both_rates(draws):
    statement = account.statement(draws)
    for line in account.LINES:
        rows = [row for row in statement.rows if row.item == line.label]
        assert [row.rate for row in rows] == ["7%", "3%"], line.name
        assert all(row.low <= row.primary <= row.high for row in rows)
        assert {row.category for row in rows} == {line.category}


def test_amounts_are_annualised_percentiles_and_costs_change_sign(draws):
    statement = account.statement(draws)
    buyers = next(row for row in statement.rows if row.item == "Buyers" and row.rate == "3%")
    scale = account.annuity(0.03, 30) / 1e6
    assert (buyers.low, buyers.primary, buyers.high) == pytest.approx(tuple(np.quantile(draws[:, 0, 0], (0.05, 0.5, 0.95)) * scale))
    k = account.NAMES.index("partner_deaths")
    cost = next(row for row in statement.rows if row.item == "Deaths in other vehicles" and row.rate == "7%")
    assert cost.primary == pytest.approx(-np.median(draws[:, 1, k]) * account.annuity(0.07, 30) / 1e6)


def test_net_of_a_central_run_is_benefits_transfers_less_costs(draws):
    central = draws[0]
    statement = account.statement(draws, central=central)
    for rate in ("3%", "7%"):
        by = {
            c: sum(r.primary for r in statement.rows if r.category == c and r.rate == rate and not r.item.startswith("All "))
            for c in ("benefit", "transfer", "cost", "net")
        }
        total = next(r.primary for r in statement.rows if r.item == "All costs" and r.rate == rate)
        assert total == pytest.approx(by["cost"], rel=1e-9)
        assert by["benefit"] + by["transfer"] - by["cost"] == pytest.approx(by["net"], rel=1e-9)


def test_transfers_say_from_whom_to_whom(draws):
    paid = np.zeros((400, 2, len(account.TRANSFERS), 3))
    paid[:, :, 0, 1], paid[:, :, 0, 2] = -5e8, 5e8
    rows = [row for row in account.statement(draws, who_pays=paid).rows if row.item.startswith("Duty")]
    assert [row.item for row in rows] == ["Duty: from makers to government"] * 2
    assert rows[0].primary > 0.0


def test_counted_rows_csv_and_statuses(draws):
    deaths = account.Counted("quantified", "Deaths of own occupants", np.full(400, 2.0), "deaths a year", "FARS", "derived")
    statement = account.statement(draws, counted=[deaths], statuses={"buyers": "derived"})
    own = next(row for row in statement.rows if row.category == "quantified")
    assert (own.primary, own.unit, own.rate) == (2.0, "deaths a year", "none")
    read = list(csv.DictReader(io.StringIO(statement.to_csv())))
    assert len(read) == len(statement.rows) == len(statement.as_dicts())
    assert read[0]["status"] == "derived"
    assert {row["primary"] for row in read if row["category"] == "effect"} == {""}, "no number is an empty cell, never nan"
    assert {row.status for row in statement.rows if row.category == "net"} == {"assumed"}


def test_a_rate_of_the_users_own_has_its_rows_and_categories_keep_their_order(draws):
    three = np.concatenate([draws, draws[:, :1]], axis=1)
    statement = account.statement(three, rates=(0.03, 0.07, 0.035))
    net = [row for row in statement.rows if row.category == "net"]
    assert [row.rate for row in net] == ["7%", "3%", "3.5%"]
    assert net[2].primary == pytest.approx(net[1].primary / account.annuity(0.03, 30) * account.annuity(0.035, 30))
    order = [account.CATEGORIES.index(row.category) for row in statement.rows]
    assert order == sorted(order)


def test_groups_and_switches_stand_beside_the_net(draws):
    by_group = np.broadcast_to(np.asarray([0.1, 0.2, 0.3, 0.3, 0.1]) * 1e9, (400, 2, 5))
    zero = account.Priced("alternative", "Net, carbon not valued", draws.sum(axis=2), "switch", "assumed")
    statement = account.statement(draws, by_group=by_group, priced=[zero])
    shares = [row for row in statement.rows if row.category == "distribution" and row.rate == "3%"]
    assert len(shares) == 5
    assert sum(row.primary for row in shares) == pytest.approx(1e3 * account.annuity(0.03, 30))
    beside = next(row for row in statement.rows if row.category == "alternative" and row.rate == "7%")
    assert beside.primary == pytest.approx(next(row for row in statement.rows if row.category == "net" and row.rate == "7%").primary)


def test_a_wrong_shape_is_refused(draws):
    with pytest.raises(InputError) as fault:
        account.statement(draws[:, 0])
    assert fault.value.code == "statement.shape"
