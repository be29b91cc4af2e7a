"""Verdicts on the catalogue: what a new kei meets, what opens when, and what the answer carries."""

from __future__ import annotations

import json

import pytest

from roadworthy.core import Cited, InputError
from roadworthy.rules import ask, case_of, judge, judge_facts, load_book, reform
from roadworthy.rules.fmvss import standards_that_bind
from roadworthy.rules.logic import NO, UNKNOWN, YES
from roadworthy.vehicles import catalogue, find
from roadworthy.vehicles.entries import EQUIPMENT

TODAY = "2026-11-22"
BOOK = load_book()
UN = [t.id for s in ("un.r94", "un.r95", "un.r135", "un.r137") for t in BOOK.standards[s].tests]


@pytest.fixture(scope="module")
def nbox():
    return find("honda_nbox_jf5")


@pytest.fixture(scope="module")
def answer(nbox):
    return judge(nbox, law_date=TODAY, built="2024-04-12", reform="kei-urban")[0]


def test_a_new_kei_may_not_be_sold_as_it_stands(answer):
    door = answer.door("fmvss_cert")
    assert door.verdict == NO and not answer.open
    failing = [n for n in door.deciding() if n.verdict == NO]
    clauses = " ".join(n.citation.label for n in failing)
    assert "49 USC 30112" in clauses and "30115" in clauses and "42 USC 7522" in clauses
    assert all(n.status == "assumed" for n in failing)


def test_tests_without_a_result_are_unknown_and_named(answer):
    door = answer.door("fmvss_cert")
    open_ = [n for n in door.deciding() if n.verdict == UNKNOWN]
    assert "us.fmvss.214_pole.hic36" in door.tree.missing and len(open_) > 40
    lamps = next(n for n in open_ if "571.108" in n.citation.label)
    assert lamps.verdict == UNKNOWN  # Japanese lamps are not known to fail


def test_every_current_kei_is_no_new_and_no_old():
    kei = catalogue().select(group="kei_current").take(range(0, 38, 5))
    for verdict in judge(kei, law_date=TODAY, pathways=["fmvss_cert", "import25"]):
        assert verdict.door("fmvss_cert").verdict == NO, verdict.vehicle
        assert verdict.door("import25").verdict == NO, verdict.vehicle


def test_american_cars_are_sold_and_registered():
    for verdict in judge(catalogue().select(group="us").take(range(0, 13, 6)), law_date=TODAY):
        assert verdict.door("fmvss_cert").verdict == YES and verdict.open, verdict.vehicle
        assert verdict.plate["counts"] == {"yes": 51}


def test_old_truck_comes_in_and_the_day_it_opens(nbox):
    old = judge(find("honda_acty_ha3"), law_date=TODAY, place="NC", road_mps=55 * 0.44704)[0]
    assert old.door("import25").verdict == YES and old.plate["verdict"] == "yes"
    exact = judge(find("honda_acty_ha3"), law_date="2020-01-01", built="1998-03-10")[0]
    assert exact.opens_on.isoformat() == "2023-03-10"
    assert judge(nbox, law_date=TODAY, built="2024-04-12")[0].opens_on.isoformat() == "2049-04-12"
    fast = judge(find("honda_acty_ha3"), law_date=TODAY, place="NC", road_mps=65 * 0.44704)[0]
    assert fast.plate["verdict"] == "no"


def test_years_of_production_straddling_the_rule_are_unknown():
    copen = find("daihatsu_copen_l880")  # built 2002 to 2012
    when = {
        d: judge(copen, law_date=d, pathways=["import25"])[0].door("import25").verdict for d in ("2026-12-31", "2030-01-01", "2037-12-31")
    }
    assert when == {"2026-12-31": NO, "2030-01-01": UNKNOWN, "2037-12-31": YES}


def test_as_dict_is_json_and_carries_the_table(answer):
    said = json.loads(json.dumps(answer.as_dict()))
    assert {"schema", "rows", "shortest", "not_in_force", "under", "changes", "opens_on", "missing", "open"} <= said.keys()
    for row in said["rows"]:
        assert {"pathway", "title", "verdict", "answer", "sign", "off_by", "clause", "status", "mark", "children"} <= row.keys()
    rows = {r["pathway"]: r for r in said["rows"]}
    assert rows["lsv_cert"]["off_by"].endswith("62 mph over")
    assert rows["import25"]["off_by"] == "2.61 of 25 years: 22.4 years short"
    assert rows["p555"]["answer"] == "NHTSA may" and rows["p555"]["quota"]["units_per_12mo"] == 2500
    assert rows["import25"]["opens_on"] == "2049-04-12"
    assert [c["pathway"] for c in said["changes"]] == ["kei_urban"]
    assert {w["reform"] for w in said["not_in_force"]} >= {"kei-urban", "lsv-35", "mutual-recognition"}
    assert said["shortest"][0]["bodies"] == ["NHTSA", "the maker"]
    assert sum(rows["plate"]["counts"].values()) == 51


def test_results_decide_under_the_reform(nbox):
    good = {name: (0.9 * BOOK_TEST(name).bound, "derived") for name in UN}
    facts = {"epa_certified": True}
    passed = judge(nbox, law_date=TODAY, reform="kei-urban", results=good, facts=facts)[0].under.door("kei_urban")
    assert passed.verdict == YES and passed.tree.status == "assumed"
    bad = good | {"un.r137.r137_front.chest_deflection": Cited(0.050, "m", "a test", "measured")}
    failed = judge(nbox, law_date=TODAY, reform="kei-urban", results=bad, facts=facts)[0].under.door("kei_urban")
    assert failed.verdict == NO and failed.off_by == "50 mm of 42: 8 mm over"
    assert judge(nbox, law_date=TODAY, reform="kei-urban")[0].under.door("kei_urban").verdict == UNKNOWN


def BOOK_TEST(name):
    return next(t for s in BOOK.standards.values() for t in s.tests if t.id == name)


def test_on_the_bound_of_a_test_is_a_pass(nbox):
    chest = "us.fmvss.208_front_belted.chest_deflection"
    for mm, truth in ((63.0, YES), (63.001, NO)):
        node = ask(case_of({"body": "car", "fuel": "petrol"}, law_date=TODAY, results={chest: mm}), chest)
        assert node.verdict == truth


@pytest.mark.parametrize(("day", "answer"), [("1988-10-30", UNKNOWN), ("1988-10-31", YES)])
def test_before_the_exemption_by_age_the_book_does_not_know(day, answer):
    assert judge(find("honda_acty_ha3"), law_date=day, built="1960-01-01", pathways=["import25"])[0].door("import25").verdict == answer


def test_all_equipment_that_the_book_asks_for_may_be_written_in_a_file():
    asked = {s.equipment for s in BOOK.standards.values()} | {
        t.quantity for s in BOOK.standards.values() for t in s.tests if t.role == "equipment"
    }
    asked |= {s.condition.removeprefix("not ") for s in BOOK.standards.values()} - {"speed_over_40_kmh"}
    assert asked - {""} <= set(EQUIPMENT)


def test_absent_equipment_is_a_plain_no(nbox):
    verdict = judge(nbox, law_date=TODAY, facts={"us_certified": None, "epa_certified": True, "esc": (False, "published", "brochure")})[0]
    failing = [n for n in verdict.door("fmvss_cert").deciding() if n.verdict == NO]
    assert [n.limit for n in failing] == ["us.fmvss.126"] and failing[0].status == "published"


def bound_to(kind, made="2026-11-22", **facts):
    import datetime as dt

    case = case_of({"body": "car", "fuel": "petrol", "gvwr": 1250.0, "forward_control": False} | facts, law_date=made)
    return {s for s, (truth, _) in standards_that_bind(BOOK, kind, case.facts, dt.date.fromisoformat(made)).items() if truth != NO}


def test_who_is_bound():
    car, truck = bound_to("passenger_car"), bound_to("truck")
    assert {"us.part.581", "us.fmvss.212", "us.fmvss.301"} <= car and "us.part.581" not in truck
    assert {"us.fmvss.305", "us.fmvss.141", "us.fmvss.203", "us.fmvss.127"}.isdisjoint(car)
    assert {"us.fmvss.212", "us.fmvss.219"}.isdisjoint(bound_to("truck", forward_control=True))
    ev = bound_to("passenger_car", fuel="electric", speed_max=36.0)
    assert {"us.fmvss.305", "us.fmvss.141"} <= ev and "us.fmvss.301" not in ev
    assert "us.fmvss.305" not in bound_to("passenger_car", fuel="electric", speed_max=11.0)
    assert "us.fmvss.203" in bound_to("passenger_car", airbags=False)


def test_phase_in_days():
    assert "us.fmvss.127" not in bound_to("passenger_car", "2029-08-31") and "us.fmvss.127" in bound_to("passenger_car", "2029-09-01")
    small = {"us_units_per_12mo": 4999}
    assert "us.fmvss.127" not in bound_to("passenger_car", "2030-08-31", **small) and "us.fmvss.127" in bound_to(
        "passenger_car", "2030-09-01", **small
    )
    assert "us.fmvss.214" not in bound_to("passenger_car", "2014-08-31") and "us.fmvss.214" in bound_to("passenger_car", "2014-09-01")


def test_counts_of_the_table_of_standards():
    """Rows that may bind each class, as in the design: cars 44, trucks 45, LSV 7, three wheels 10, and 305a."""
    binds = {
        k: sum(k in s.binds for s in BOOK.standards.values() if s.id.startswith("us."))
        for k in ("passenger_car", "truck", "mpv", "lsv", "motorcycle")
    }
    assert binds == {"passenger_car": 45, "truck": 46, "mpv": 46, "lsv": 7, "motorcycle": 10}
    assert sum(s.crashworthiness for s in BOOK.standards.values() if s.id.startswith("us.")) == 21
    assert sum(1 for s in BOOK.standards.values() if s.id.startswith("us.") for _ in s.tests) == 134


def test_missing_facts_never_raise():
    verdict = judge_facts({}, law_date=TODAY, look_ahead=True)
    assert verdict.door("fmvss_cert").verdict == UNKNOWN and "built" in verdict.missing
    json.dumps(verdict.as_dict())


def test_later_than_the_book_is_said():
    assert "2026-11-22" in judge_facts({}, law_date="2031-01-01").notes[0]


def test_names_are_checked(nbox):
    with pytest.raises(InputError, match="no pathway"):
        judge(nbox, law_date=TODAY, pathways=["import_25"])
    with pytest.raises(InputError, match="no state"):
        judge(nbox, law_date=TODAY, place="Virgina")
    with pytest.raises(InputError, match="no limit"):
        judge(nbox, law_date=TODAY, results={"us.fmvss.208_front_belted.hic16": 3.0})
    with pytest.raises(InputError, match="needs a state"):
        judge(nbox, law_date=TODAY, road_mps=20.0)


def test_order_of_vehicles_does_not_matter():
    kei = catalogue().select(group="micro").take(range(1, 13, 4))
    names = ["fmvss_cert", "lsv_cert", "import25"]
    forward = judge(kei, law_date=TODAY, pathways=names)
    back = judge(kei.take(reversed(range(len(kei)))), law_date=TODAY, pathways=names)
    assert forward == back[::-1]
    assert judge(kei.take([2]), law_date=TODAY, pathways=names)[0] == forward[2]


def test_states_before_and_after():
    truck = {"length": 3.295, "width": 1.395, "height": 1.735, "displacement": 656e-6, "body": "truck", "fuel": "petrol", "us_certified": False,
             "epa_certified": False, "speed_max": 32.0}  # fmt: skip
    cases = {("TX", "2024-03-31"): "no", ("TX", "2024-04-01"): "yes", ("MA", "2024-09-17"): "no", ("MA", "2024-09-18"): "yes", ("CO", "2027-06-30"): "unknown",
             ("GA", "2026-11-22"): "no", ("ME", "2026-11-22"): "unknown", ("VA", "2026-11-22"): "yes", ("HI", "2026-11-22"): "unknown"}  # fmt: skip
    for (state, when), word in cases.items():
        assert judge_facts(truck, law_date=when, built="1998-03-10", place=state).plate["verdict"] == word, (state, when)


def test_reform_moves_the_import_door():
    car = judge_facts(
        {"body": "car", "fuel": "petrol", "speed_max": 40.0, "epa_certified": False},
        law_date=TODAY,
        built="2010-06-01",
        reform=reform("import-age-15"),
    )
    assert (car.door("import25").verdict, car.under.door("import25").verdict) == (NO, YES)
    assert car.under.opens_on.isoformat() == "2025-06-01"


def test_importing_the_room_loads_no_numerical_library():
    import subprocess
    import sys

    said = (
        "import sys, roadworthy.rules as r; r.load_book(); r.reforms(); print(*[m for m in ('jax', 'polars', 'numpy') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout.strip() == ""
