"""Reforms: overlays that never touch the base, compose, and fail early."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core import InputError
from roadworthy.rules import Change, Reform, ask, case_of, judge_facts, load_book, reform, reform_from, reforms

BOOK = load_book()
LSV = {"wheels": 4.0, "gvwr": 900.0, "body": "car", "fuel": "electric"}
START = dt.date(2027, 1, 1)


def change(target: str, value: float, unit: str, start: dt.date = START) -> Change:
    return Change("set", target, start, value, unit)


def lsv(book, mph: float, when="2027-06-01"):
    return ask(case_of(LSV | {"speed_max": mph * 0.44704}, book, law_date=when), "us.class.lsv").verdict.word


def test_shipped_reforms_are_whole():
    assert list(reforms()) == [
        "none", "lsv-35", "kei-urban", "kei-all-roads", "mutual-recognition", "exemption-cap-90000", "import-age-15", "state-preemption",
        "no-chicken-tax", "cafe-reset", "announcement",
    ]  # fmt: skip
    for one in reforms().values():
        assert one.title and one.words and one.leaves_out and one.author
        assert one.words.count(". ") == 0
        BOOK.under(one)
        for name, lever in one.policy.items():
            assert lever["status"] and lever["source"], (one.id, name)
        assert all(one.clauses())


def test_unknown_limit_fails_when_built_with_a_near_name():
    with pytest.raises(InputError) as fault:
        Reform("x", "x", changes=(change("us.class.lsv.speed_maxx", 35, "mph"),))
    assert "us.class.lsv.speed_max" in fault.value.hint
    with pytest.raises(InputError, match="no reform 'kei-urbn'"):
        reform("kei-urbn")


def test_overlay_leaves_the_base_alone():
    wide = reform("lsv-35")
    before = BOOK.limits["us.class.lsv.speed_max"]
    book = BOOK.under(wide)
    assert lsv(book, 30) == "yes" and lsv(BOOK, 30) == "no"
    assert BOOK.limits["us.class.lsv.speed_max"] is before
    assert load_book() is BOOK
    assert book.reforms == ("lsv-35",)


def test_reform_starts_on_its_day():
    book = BOOK.under(reform("lsv-35"))
    assert [lsv(book, 30, d) for d in ("2026-12-31", "2027-01-01")] == ["no", "yes"]


def test_both_sides_of_the_new_bound():
    book = BOOK.under(reform("lsv-35"))
    assert [lsv(book, v) for v in (34.9, 35.0, 35.1)] == ["yes", "yes", "no"]


@given(st.floats(26, 60), st.floats(1000, 4000), st.floats(20.5, 70), st.floats(300, 2000))
def test_disjoint_reforms_commute(mph, lb, speed, weight):
    a = Reform("a", "a", changes=(change("us.class.lsv.speed_max", mph, "mph"),))
    b = Reform("b", "b", changes=(change("us.class.lsv.gvwr", lb, "lb"),))
    facts = {"wheels": 4.0, "gvwr": weight, "speed_max": speed * 0.44704}
    nodes = [
        ask(case_of(facts, book, law_date="2027-06-01"), "us.class.lsv")
        for book in (BOOK.under(a).under(b), BOOK.under(b).under(a), BOOK.under(a.then(b)))
    ]
    assert nodes[0].verdict == nodes[1].verdict == nodes[2].verdict
    assert [leaf.gap for leaf in nodes[0].leaves()] == [leaf.gap for leaf in nodes[1].leaves()]


def test_later_wins():
    a = Reform("a", "a", changes=(change("us.class.lsv.speed_max", 30, "mph"),))
    b = Reform("b", "b", changes=(change("us.class.lsv.speed_max", 45, "mph"),))
    both = a.then(b)
    assert both.id == "a+b" and lsv(BOOK.under(both), 40) == "yes" and lsv(BOOK.under(b.then(a)), 40) == "no"


@given(st.floats(20.5, 80), st.floats(25, 60), st.floats(0, 20))
def test_raising_a_cap_never_shuts_the_class(speed, cap, more):
    low = BOOK.under(Reform("a", "a", changes=(change("us.class.lsv.speed_max", cap, "mph"),)))
    high = BOOK.under(Reform("b", "b", changes=(change("us.class.lsv.speed_max", cap + more, "mph"),)))
    if lsv(low, speed) == "yes":
        assert lsv(high, speed) == "yes"


def test_until_gives_the_base_back():
    pilot = Reform("pilot", "pilot", changes=(Change("set", "us.class.lsv.speed_max", START, 35.0, "mph", until=dt.date(2029, 1, 1)),))
    book = BOOK.under(pilot)
    assert [lsv(book, 30, d) for d in ("2026-06-01", "2028-12-31", "2029-01-01")] == ["no", "yes", "no"]


def test_hash_and_equality():
    a, b = (Reform("a", "a", changes=(change("us.class.lsv.speed_max", 30, "mph"),)) for _ in range(2))
    assert a == b and hash(a) == hash(b) and len({a, b, reform("none")}) == 2
    assert a != Reform("a", "a", changes=(change("us.class.lsv.speed_max", 31, "mph"),))


def test_empty_reform_is_the_identity():
    facts = {"length": 3.395, "width": 1.475, "height": 1.79, "displacement": 658e-6, "body": "car", "fuel": "petrol", "wheels": 4.0, "gvwr": 1250.0,
             "speed_max": 38.9, "us_certified": False, "epa_certified": False}  # fmt: skip
    bare, under = (judge_facts(facts, book, law_date="2026-11-22", built="2024-04-12") for book in (BOOK, BOOK.under(reform("none"))))
    assert bare.doors == under.doors
    assert {**bare.as_dict(), "reforms": []} == {**under.as_dict(), "reforms": []}


def test_a_users_reform_from_a_mapping():
    mine = reform_from(
        {
            "id": "mine",
            "title": "Wider kei in North Carolina",
            "start": "2027-01-01",
            "changes": [{"set": "us.nc.class.minitruck.width", "value": 62, "unit": "in"}],
        }
    )
    assert mine.clauses() == ["us.nc.class.minitruck.width: 60 in becomes 62 in from 2027-01-01"]
    gone = reform_from({"id": "g", "title": "g", "changes": [{"remove": "us.fmvss.127"}]})
    assert "us.fmvss.127" not in BOOK.under(gone).standards and "us.fmvss.127" in BOOK.standards


def test_kei_class_of_the_reform_on_both_sides():
    book = BOOK.under(reform("kei-urban"))
    facts = {"length": 3.4, "width": 1.48, "height": 2.0, "displacement": 660e-6, "fuel": "petrol", "body": "car"}
    ask_class = lambda **f: ask(case_of(facts | f, book, law_date="2027-01-01"), "us.class.kei").verdict.word  # noqa: E731
    assert ask_class() == "yes" and ask_class(length=3.401) == "no" and ask_class(displacement=661e-6) == "no"
    assert ask_class(displacement=None, fuel="electric") == "yes"
    assert ask(case_of(facts, book, law_date="2026-12-31"), "us.class.kei").verdict.word == "no"
