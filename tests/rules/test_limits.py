"""Each limit on both sides of its bound and of its start day; ages by the day; the batch equals one by one."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.core import InputError
from roadworthy.rules import ask, case_of, load_book
from roadworthy.rules.check import ROAD, Clocks, against, age, gap_of, in_class, met
from roadworthy.rules.days import anniversary, day, span, years_between
from roadworthy.rules.facts import Fact, Facts
from roadworthy.rules.kernel import judge_columns
from roadworthy.rules.logic import NO, UNKNOWN, YES, Citation
from roadworthy.rules.quantity import si_factor

BOOK = load_book()
DAY = dt.date(2026, 11, 22)
LAW = Citation("49 USC 30112(b)(9)", "", "law")
NUMERIC = [lim for lim in BOOK.limits.values() if lim.quantity not in ("age", *ROAD)]
EDGE = 1e-6


def clocks_at(moment):
    return Clocks(moment, moment, Fact(span(moment), "law"))


def one(limit, x, moment):
    held = {"us_class": Fact("truck", "law"), "electric": Fact(float("electric" in limit.quantity), "law")}
    facts = Facts({**held, limit.quantity: Fact(x, "measured")})
    return against(limit, facts, clocks_at(moment), proposed=True)


@pytest.mark.parametrize("limit", NUMERIC, ids=lambda lim: lim.id)
def test_both_sides_of_every_bound(limit):
    for value in limit.values:
        b = float(value.value) * si_factor(value.unit)
        step = max(abs(b), 1.0) * EDGE
        below, at, above = (one(limit, x, value.start) for x in (b - step, b, b + step))
        wanted = {"<=": (YES, YES, NO), "<": (YES, NO, NO), ">=": (NO, YES, YES), ">": (NO, NO, YES), "==": (NO, YES, NO)}[limit.op]
        if value.citation.conflict:
            wanted = (UNKNOWN, UNKNOWN, UNKNOWN)
        assert (below.verdict, at.verdict, above.verdict) == wanted
        assert at.gap == 0 and at.shortfall == 0 and at.strict == (limit.op in ("<", ">"))


@pytest.mark.parametrize("limit", list(BOOK.limits.values()), ids=lambda lim: lim.id)
def test_both_sides_of_every_start_day(limit):
    for before, value in zip([None, *limit.values], limit.values, strict=False):
        if value.start.year <= 1900:
            continue
        assert limit.at(value.start, proposed=True) is value
        eve = limit.at(value.start - dt.timedelta(days=1), proposed=True)
        assert eve is (before if before is None or before.until is None or before.until >= value.start else None)
        if value.until:
            assert limit.at(value.until - dt.timedelta(days=1), proposed=True) is value
            assert limit.at(value.until, proposed=True) is not value


def test_values_are_sorted_and_half_open():
    for table in (BOOK.limits, BOOK.parameters):
        for item in table.values():
            starts = [v.start for v in item.values]
            assert starts == sorted(set(starts))


@given(st.floats(0.1, 10), st.floats(0.1, 10), st.sampled_from(["<=", "<", ">=", ">"]), st.floats(0, 5))
def test_loosening_never_shuts(x, b, op, more):
    looser = b + more if op in ("<=", "<") else b - more
    if met(gap_of(x, op, b), op, b):
        assert met(gap_of(x, op, looser), op, looser)


@given(st.floats(2.0, 4.5))
def test_gap_does_not_depend_on_the_unit(length):
    """The same bound in metres and in inches gives the same gap in metres."""
    nc = BOOK.limits["us.nc.class.minitruck.length"]
    node = one(nc, length, dt.date(2020, 1, 1))
    assert node.gap * 0.0254 == pytest.approx(node.gap_si, abs=1e-12)
    assert node.gap_si == pytest.approx(length - 130 * 0.0254, abs=1e-12)


@given(st.floats(3.0, 4.0), st.floats(1e-6, 1e-3))
def test_gap_moves_one_for_one(length, step):
    limit = BOOK.limits["jp.class.kei.length"]
    a, b = one(limit, length, DAY), one(limit, length + step, DAY)
    assert (b.gap_si - a.gap_si) / step == pytest.approx(1.0, abs=1e-6)


@given(st.dates(dt.date(1970, 1, 1), dt.date(2005, 12, 31)), st.integers(1, 30))
def test_age_turns_on_the_anniversary(built, years):
    first = anniversary(built, years)
    known = Fact(span(built), "law")
    eve = age("x", float(years), first - dt.timedelta(days=1), known, LAW)
    on = age("x", float(years), first, known, LAW)
    assert (eve.verdict, on.verdict) == (NO, YES)
    assert eve.gap_si == 1 and on.gap <= 0
    assert years_between(built, first) == pytest.approx(years)


def test_month_and_year_are_unknown_inside():
    for text, eve, inside, after in (
        ("1998-03", "2023-02-28", "2023-03-15", "2023-03-31"),
        ("1998", "2022-12-31", "2023-07-01", "2023-12-31"),
    ):
        known = Fact(span(text), "published")
        got = [age("x", 25.0, day(d), known, LAW).verdict for d in (eve, inside, after)]
        assert got == [NO, UNKNOWN, YES], text


def test_leap_day():
    assert anniversary(dt.date(2000, 2, 29), 25) == dt.date(2025, 3, 1)
    assert anniversary(dt.date(2000, 2, 29), 4) == dt.date(2004, 2, 29)


@pytest.mark.parametrize("text", ["1998-13", "yesterday", "", "98"])
def test_bad_dates(text):
    with pytest.raises(InputError, match="is not a date"):
        span(text)


def test_day_must_be_exact():
    with pytest.raises(InputError, match="names no day"):
        day("2026-11")


def test_epa_counts_calendar_years():
    """A car built in December 2005 qualifies from 2026-01-01 for EPA, and not for NHTSA."""
    facts = {"body": "car", "fuel": "petrol", "speed_max": 40.0, "epa_certified": False}
    for entry, truth in (("2025-12-31", NO), ("2026-01-01", YES)):
        node = ask(case_of(facts, law_date=entry, built="2005-12-20"), "us.pathway.import25")
        epa = next(c for c in node.children if "Air" in c.label)
        assert epa.verdict == truth and node.verdict == NO


def test_class_before_its_time_does_not_exist():
    node = in_class(BOOK, "us.class.lsv", Facts({"wheels": 4.0, "speed_max": 11.0, "gvwr": 800.0}), clocks_at(dt.date(1997, 1, 1)))
    assert node.verdict == NO and "not in force" in node.label


def test_lsv_trucks_were_outside_until_2005():
    facts = {"wheels": 4.0, "speed_max": 11.0, "gvwr": 800.0, "body": "truck"}
    verdicts = [ask(case_of(facts, law_date=d), "us.class.lsv").verdict for d in ("2005-10-02", "2005-10-03")]
    assert verdicts == [NO, YES]


def test_lsv_weight_is_strict_and_dated():
    facts = {"wheels": 4.0, "speed_max": 11.0, "body": "car"}
    lb = si_factor("lb")
    for weight, when, truth in ((3000 * lb, "2026-11-22", NO), (2999.9 * lb, "2026-11-22", YES), (2500 * lb, "2006-06-04", NO), (2500 * lb, "2006-06-05", YES), (9000 * lb, "2000-01-01", YES)):  # fmt: skip
        assert ask(case_of(facts | {"gvwr": weight}, law_date=when), "us.class.lsv").verdict == truth, (weight / lb, when)


def test_missing_is_unknown_and_named():
    node = ask(case_of({"width": 1.4, "height": 1.7}, law_date=DAY), "jp.class.kei")
    assert node.verdict == UNKNOWN and set(node.missing) >= {"length", "displacement"}


def test_bad_numbers_are_refused():
    with pytest.raises(InputError, match="gvwr"):
        case_of({"gvwr": -3.0}, law_date=DAY)


finite = st.floats(0.5, 5.0)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(finite, finite, finite, st.floats(1e-4, 2e-3), st.sampled_from([0.0, 1.0, float("nan")])), min_size=1, max_size=6)
)
def test_batch_equals_one_by_one(rows):
    table = np.array(rows)
    columns = dict(zip(("length", "width", "height", "displacement", "electric"), table.T, strict=True))
    for name, moment in (
        ("jp.class.kei", DAY),
        ("jp.class.kei", dt.date(1980, 1, 1)),
        ("us.co.class.kei", dt.date(2028, 1, 1)),
        ("us.co.class.kei", DAY),
    ):
        found = judge_columns(name, columns, law_date=moment)
        for i, row in enumerate(rows):
            facts = Facts(dict(zip(columns, row, strict=True)))
            node = in_class(BOOK, name, facts, clocks_at(moment))
            assert node.verdict == found.codes[i], (name, row)
            for leaf in node.leaves():
                if leaf.gap is not None:
                    assert found.gaps[leaf.limit][i] == pytest.approx(leaf.gap, abs=1e-9)
        back = judge_columns(name, {k: v[::-1] for k, v in columns.items()}, law_date=moment)
        assert np.array_equal(back.codes[::-1], found.codes)
