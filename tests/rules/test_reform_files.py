"""A user's reform from TOML: what is accepted, what is refused and how; and what differs between two laws."""

from __future__ import annotations

import datetime as dt

import pytest

from roadworthy.core import InputError
from roadworthy.rules import ask, case_of, load_book, policy_record, reform
from roadworthy.rules.lookup import describe, differences, search
from roadworthy.rules.reform_file import read_reform

BOOK = load_book()
HEAD = 'id = "mine"\ntitle = "Mine"\nstart = 2027-01-01\n'


def file(tmp_path, body: str, head: str = HEAD):
    path = tmp_path / "mine.toml"
    path.write_text(head + body, encoding="utf-8")
    return str(path)


def test_a_reform_of_ones_own(tmp_path):
    path = file(
        tmp_path, '[[changes]]\nset = "us.class.lsv.speed_max"\nvalue = 35\nunit = "mph"\n[policy.road_cap]\nvalue = 35\nunit = "mph"\n'
    )
    mine = reform(path)
    assert mine.id == "mine" and mine.clauses() == ["us.class.lsv.speed_max: 25 mph becomes 35 mph from 2027-01-01"]
    facts = {"wheels": 4.0, "gvwr": 900.0, "speed_max": 30 * 0.44704}
    assert ask(case_of(facts, BOOK.under(mine), law_date="2027-01-01"), "us.class.lsv").verdict.word == "yes"
    record = policy_record(BOOK, mine, law_date="2026-11-22")
    assert record["access_speed_mps"].value == pytest.approx(35 * 0.44704) and record["access_speed_mps"].status == "assumed"


def test_units_of_the_same_kind_are_converted(tmp_path):
    mine = reform(file(tmp_path, '[[changes]]\nset = "us.class.lsv.gvwr"\nvalue = 1500\nunit = "kg"\n'))
    law = BOOK.under(mine)
    held = law.limits["us.class.lsv.gvwr"].at(dt.date(2027, 1, 1))
    assert held.si == 1500.0
    for mass, word in ((1499.0, "yes"), (1500.0, "no")):
        assert (
            ask(case_of({"wheels": 4.0, "gvwr": mass, "speed_max": 10.0}, law, law_date="2027-01-01"), "us.class.lsv").verdict.word == word
        )


@pytest.mark.parametrize(
    ("body", "message", "hint"),
    [
        ('[[changes]]\nset = "us.class.lsv.speed_mx"\nvalue = 35\n', "no limit 'us.class.lsv.speed_mx'", "us.class.lsv.speed_max"),
        ('[[changes]]\nset = "us.class.lsv.speed_max"\nvalue = 35\nrefernce = "x"\n', "unknown key 'refernce'", "reference"),
        ('[[changes]]\nset = "us.class.lsv.speed_max"\nvalue = 35\nunit = "kg"\n', "is in mph, not in kg", "mph"),
        ('[[changes]]\nset = "us.class.lsv.speed_max"\nvalue = "fast"\n', "is no number", "mph"),
        ('[[changes]]\nset = "us.class.lsv.speed_max"\n', "has no value", "value"),
        ('[[changes]]\nvalue = 3\n', "none or several of set, add and remove", "one"),
        ('[[changes]]\nset = "us.class.lsv.speed_max"\nvalue = 15\nunit = "mph"\n', "no low-speed vehicle can exist", "move one"),
        ('[[changes]]\nset = "us.class.lsv.speed_max"\nvalue = 35\n[[changes]]\nset = "us.class.lsv.speed_max"\nvalue = 45\n', "changed twice on 2027-01-01", "until"),
        ('[[changes]]\nset = "us.class.lsv.speed_max"\nvalue = 35\nuntil = 2026-01-01\n', "before it starts", "until"),
        ('[[changes]]\nremove = "us.class.lsv.wheels"\n', "us.class.lsv still needs us.class.lsv.wheels", "class"),
        ('[[changes]]\nset = "us.class.lsv.speed_max"\nvalue = 35\nop = "=<"\n', "not a comparison", "<="),
        ('[policy.rode_cap]\nvalue = 3\n', "no lever 'rode_cap'", "road_cap"),
        ('[policy.road_cap]\nunit = "mph"\n', "lever road_cap has no value", "value"),
        ('[policy.road_cap]\nvalue = 3\nstatus = "sure"\n', "status 'sure'", "assumed"),
        ("changes = 3\n", "not a list", "[[changes]]"),
        ("start = = 3\n", "is not TOML", "line"),
        ('start2 = 3\n', "unknown key 'start2'", "start"),
    ],
)  # fmt: skip
def test_what_is_refused(tmp_path, body, message, hint):
    with pytest.raises(InputError) as fault:
        read_reform(file(tmp_path, body))
    assert message in fault.value.message and hint in fault.value.hint, (fault.value.message, fault.value.hint)


def test_dates_and_names_are_checked(tmp_path):
    with pytest.raises(InputError, match="no title"):
        read_reform(file(tmp_path, "", 'id = "mine"\n'))
    with pytest.raises(InputError, match="outside 1885 to 2199"):
        read_reform(file(tmp_path, '[[changes]]\nset = "us.class.lsv.speed_max"\nvalue = 35\nstart = 3027-01-01\n'))
    with pytest.raises(InputError, match=r"none\.toml"):
        reform(str(tmp_path / "none.toml"))


def test_two_values_with_an_end_between_are_no_contradiction(tmp_path):
    body = '[[changes]]\nset = "us.class.lsv.speed_max"\nvalue = 35\nuntil = 2029-01-01\n[[changes]]\nset = "us.class.lsv.speed_max"\nvalue = 45\nstart = 2029-01-01\n'
    law = BOOK.under(read_reform(file(tmp_path, body)))
    assert [law.at(d)["us.class.lsv.speed_max"].value for d in ("2026-12-31", "2028-12-31", "2029-01-01")] == [25, 35, 45]


def test_composed_by_name_later_wins():
    both = reform("import-age-15+no-chicken-tax")
    assert both.id == "import-age-15+no-chicken-tax" and len(both.changes) == 3
    with pytest.raises(InputError, match="no reform 'no-chiken-tax'"):
        reform("import-age-15+no-chiken-tax")


def test_preemption_opens_every_state_and_nothing_else():
    truck = {"length": 3.295, "width": 1.395, "height": 1.735, "displacement": 656e-6, "body": "truck", "fuel": "petrol", "us_certified": False,
             "epa_certified": False, "speed_max": 32.0}  # fmt: skip
    law = BOOK.under(reform("state-preemption"))
    for state, built, word in (("GA", "1998-03-10", "yes"), ("NY", "1998-03-10", "yes"), ("GA", "2020-03-10", "no")):
        assert ask(case_of(truck, law, law_date="2027-01-01", built=built), f"plate.{state}").verdict.word == word
    assert ask(case_of(truck, law, law_date="2026-12-31", built="1998-03-10"), "plate.GA").verdict.word == "no"
    record = policy_record(BOOK, "state-preemption", law_date="2026-11-22")
    assert record["state_access"].value == [1.0, 1.0, 1.0, 1.0]
    assert policy_record(BOOK, "none", law_date="2026-11-22")["state_access"].value[3] < 0.7


def test_the_chicken_tax_reaches_the_chain():
    """Used imports have two rates: those of 25 years and more are free of Section 232, younger ones are not."""
    record = {name: policy_record(BOOK, name, law_date="2026-11-22") for name in ("none", "no-chicken-tax")}
    duty = {name: [row[0] for row in one["duty"].value] for name, one in record.items()}
    assert duty["none"] == [0.15, 0.25, 0.15, 0.25]
    assert duty["no-chicken-tax"] == pytest.approx([0.15, 0.15, 0.15, 0.15])
    assert [one["duty_recorded"].value for one in record.values()] == pytest.approx([0.25, 0.025])


def test_differences():
    day = dt.date(2027, 1, 1)
    rows = {row["id"]: row for row in differences(BOOK, day, BOOK.under(reform("lsv-35")), day)}
    assert set(rows) == {"us.class.lsv.speed_max", "us.fmvss.500_speed.speed_max", "us.epa_motor_vehicle_speed_floor"}
    assert (rows["us.class.lsv.speed_max"]["before"], rows["us.class.lsv.speed_max"]["after"]) == ("<= 25 mph", "<= 35 mph")
    assert differences(BOOK, day, BOOK.under(reform("none")), day) == []
    past = {row["id"] for row in differences(BOOK, dt.date(1998, 6, 16), BOOK, dt.date(1998, 6, 17))}
    assert "us.class.lsv.speed_max" in past and "jp.class.kei.length" not in past


def test_the_book_answers_for_an_id():
    said = describe(BOOK, "us.class.lsv.gvwr", dt.date(2006, 6, 4))
    assert said["now"] == "< 2500 lb" and [v["value"] for v in said["values"]] == ["< 2500 lb", "< 3000 lb"]
    assert describe(BOOK, "us.fmvss.208_front_belted.hic15")["now"] == "<= 700"
    assert "us.class.lsv.gvwr" in describe(BOOK, "us.class.lsv")["limits"]
    assert describe(BOOK, "us.fmvss.127")["since"] == "2029-09-01"
    with pytest.raises(InputError, match="no rule") as fault:
        describe(BOOK, "us.class.lsv.gwr")
    assert "us.class.lsv.gvwr" in fault.value.hint
    assert {"us.class.lsv", "us.pathway.lsv_cert"} <= {row["id"] for row in search(BOOK, "low-speed")} and search(BOOK, "zeppelin") == []
