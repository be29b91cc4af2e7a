"""The table of facts: counts add up, a miss is never hidden, every group of facts becomes a picture."""

from __future__ import annotations

import math

import pytest

from roadworthy.core.held import Held
from roadworthy.report import render_validation
from roadworthy.report.charts_validation import scatters
from roadworthy.report.validation_page import render_validation_page
from roadworthy.study import validation


def fact(i: int, ours: float, *, fitted: bool = False, kind: str = "relative", note: str = "") -> Held:
    return Held(
        room="energy",
        id=f"car_{i}",
        what=f"car {i}, city",
        unit="mpg",
        published=20.0 + i,
        ours=ours,
        tolerance=0.05,
        kind=kind,  # type: ignore[arg-type]
        fitted=fitted,
        source="a test",
        note=note,
        group="city",
    )


FACTS = (fact(0, 20.5), fact(1, 21.0, fitted=True), fact(2, 30.0, note="A turbo nobody modelled."), fact(3, math.nan), fact(4, 24.5))


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    monkeypatch.setattr(validation, "held", lambda room: FACTS if room == "energy" else ())
    return validation.validate()


def test_the_tolerance_is_relative_or_in_the_unit() -> None:
    assert fact(0, 20.9).inside and not fact(0, 21.1).inside
    assert fact(0, 20.04, kind="absolute").inside and not fact(0, 20.06, kind="absolute").inside
    assert fact(0, math.nan).inside is None


def test_counts_add_up_and_the_unknown_is_neither_in_nor_out(answer: dict) -> None:
    total = answer["total"]
    assert total["facts"] == len(FACTS) == sum(v for k, v in total.items() if k != "facts")
    assert (total["unseen_inside"], total["unseen_outside"], total["unseen_unknown"], total["fitted_inside"]) == (2, 1, 1, 1)


def test_a_miss_is_said_with_its_reason_in_terminal_and_page(answer: dict) -> None:
    for said in (render_validation(answer, width=100), render_validation_page(answer, "0")):
        assert "car 2, city" in said
        assert "A turbo nobody modelled." in " ".join(said.split())
        assert "not known" in said
    assert "https://" not in render_validation_page(answer, "0"), "the page fetches nothing"


def test_the_picture_holds_the_facts_that_have_a_value(answer: dict) -> None:
    (chart,) = scatters(answer)
    assert len(chart.rows) == 4
    assert chart.svg().count("<svg") == 1
    assert "3 of 4" in chart.note


def test_an_unknown_room_is_named_with_a_near_one() -> None:
    with pytest.raises(Exception, match="energi") as fault:
        validation.held("energi")
    assert "energy" in str(getattr(fault.value, "hint", ""))


def test_misses_stand_under_their_reason_and_every_fact_can_be_asked_for(answer: dict) -> None:
    short, long = render_validation(answer), render_validation(answer, every=True)
    assert short.index("A turbo nobody modelled.") < short.index("car 2, city") < short.index("Middle absolute error")
    assert "car 4, city" not in short and all(f"car {i}, city" in long for i in range(5))
