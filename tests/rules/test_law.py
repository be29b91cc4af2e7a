"""The reference cases of tests/law: verdict, gaps and values as a lawyer wrote them down."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from roadworthy.core.units import KMH, MPH, POUND_KG
from roadworthy.rules import Fact, ask, case_of, duty, load_book
from roadworthy.rules.duty import heading_of
from roadworthy.rules.fmvss import us_class
from roadworthy.rules.quantity import shown
from roadworthy.rules.states import plate, road

LAW = Path(__file__).resolve().parents[1] / "law"
CASES = [case for file in sorted(LAW.glob("*.yaml")) for case in yaml.safe_load(file.read_text(encoding="utf-8"))]
SI = {"length_m": ("length", 1.0), "length_in": ("length", 0.0254), "width_m": ("width", 1.0), "height_m": ("height", 1.0),
      "displacement_cc": ("displacement", 1e-6), "gvwr_kg": ("gvwr", 1.0), "gvwr_lb": ("gvwr", POUND_KG), "dry_mass_lb": ("dry_mass", POUND_KG),
      "unladen_mass_lb": ("unladen_mass", POUND_KG), "top_speed_kmh": ("speed_max", KMH), "top_speed_mph": ("speed_max", MPH), "wheels": ("wheels", 1.0)}  # fmt: skip
findings: list[str] = []


def case_from(case):
    v = case["vehicle"]
    facts = {name: v[key] * times for key, (name, times) in SI.items() if key in v}
    facts |= {"body": v["body"], "fuel": v["fuel"]} | case.get("given", {})
    facts = {name: Fact(value, "law", "as the case says") for name, value in facts.items()}
    at = case["at"]
    return case_of(facts, load_book(), law_date=at["law_date"], entry_or_use=at["entry_or_use"], built=v.get("built"),
                   results=case.get("results"))  # fmt: skip


def check_gap(node, quantity: str, text: str) -> None:
    """Within 0.5 % or the last printed digit of some leaf of that quantity."""
    if text == "0":
        assert any(leaf.quantity == quantity and leaf.verdict.word == "yes" for leaf in node.leaves())
        return
    size, unit = re.fullmatch(r"([+-]?[\d.]+)\s*(.*)", text).groups()
    digit = 10.0 ** -len(size.partition(".")[2])
    found = []
    for leaf in node.leaves():
        if leaf.quantity != quantity or leaf.gap is None:
            continue
        if unit.startswith("day"):
            found.append(leaf.gap_si)
        else:
            gap, shown_unit = shown(leaf.gap, leaf.unit)
            found.append(gap)
            if unit:
                assert shown_unit == unit or leaf.unit == unit
    want = float(size)
    assert any(abs(g - want) <= max(0.005 * abs(want), 0.5001 * digit) for g in found), (quantity, text, found)


@pytest.mark.parametrize("case", CASES, ids=[c["case"].split(":")[0] for c in CASES])
def test_case(case):
    before = case_from(case)
    question, expect, at = case["ask"], case["expect"], case["at"]
    if question == "us.class":
        assert us_class(before.book, before.facts, before.clocks)[0] == expect["value"]
        return
    if isinstance(question, dict) and "duty" in question:
        found = duty(heading_of(before.facts), entry=at["entry_or_use"], origin=question["duty"], built=case["vehicle"]["built"])
        assert found.rate == pytest.approx(expect["value"], abs=1e-12)
        return
    if isinstance(question, dict) and "parameter" in question:
        assert before.book.at(at["entry_or_use"])[question["parameter"]].value == expect["value"]
        return
    if isinstance(question, dict) and "bound" in question:
        assert ask(before, question["bound"]).bound == expect["value"]
        return
    if isinstance(question, dict):
        state = before.book.state(at["state"])
        node = road(before, state, question["road"] * MPH, crossing=question.get("crossing", False))
    elif question == "plate":
        node = plate(before, before.book.state(at["state"]))
    else:
        node = ask(before, question, proposed=case.get("proposed", False))
    assert node.verdict.word == expect["verdict"], node.as_dict()
    for quantity, text in expect.get("gaps", {}).items():
        check_gap(node, quantity, text)
    if node.status != expect.get("status", node.status):
        findings.append(f"{case['case']}: status {node.status}, the case says {expect['status']}")


def test_all_cases_are_there():
    """44 cases of the compiled table, and at least as many of our own, each side of a boundary by itself."""
    names = [c["case"].split(":")[0] for c in CASES]
    assert len(set(names)) == len(names)
    assert sum(name.startswith("T") for name in names) == 44
    assert sum(name.startswith("B") for name in names) >= 100
