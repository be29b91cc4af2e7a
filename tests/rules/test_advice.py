"""What a person gets: the states on a map, advice with its reasons, ways in two currencies, and the facts the room is held against."""

from __future__ import annotations

import json

import pytest

from roadworthy.cli.main import call
from roadworthy.report.state_map import STYLES, letters, picture, tile_places
from roadworthy.rules import ask, case_of, judge_facts, load_book
from roadworthy.rules.held import held
from roadworthy.rules.logic import ways
from roadworthy.rules.states import survey
from roadworthy.study.verdicts import map_states

DAY = "2026-11-22"
TRUCK = {"length": 3.295, "width": 1.395, "height": 1.735, "displacement": 656e-6, "body": "truck", "fuel": "petrol", "us_certified": False,
         "epa_certified": False, "speed_max": 32.0}  # fmt: skip
SUZUKI = TRUCK | {"body": "car", "length": 3.395, "width": 1.475, "wheels": 4.0, "gvwr": 1100.0, "speed_max": 38.0}


def run(capsys, *words):
    assert call(list(words)) == 0
    return capsys.readouterr().out


def test_each_state_answers_with_its_kind():
    found = {one.code: one for one in survey(case_of(TRUCK, law_date=DAY, built="1998-03-10"))}
    assert len(found) == 51 and set(found) == set(tile_places())
    kinds = {code: found[code].kind for code in ("TX", "NC", "VA", "GA", "HI", "IN")}
    assert kinds == {"TX": "legal", "NC": "legal_restricted", "VA": "antique_only", "GA": "prohibited", "HI": "unclear", "IN": "outside"}
    assert {code for code, one in found.items() if one.node.conflict} == {"AK", "AL", "CA", "CT", "IL", "ME", "MT", "NJ", "WI"}
    assert all(found[code].node.verdict.word == "unknown" for code in ("CA", "AL", "ME"))  # conflict is never yes or no
    assert found["NC"].road_cap_mph == 55 and found["TX"].road_cap_mph is None


def test_a_road_is_asked_too():
    case = case_of(TRUCK, law_date=DAY, built="1998-03-10")
    by = {mph: {one.code: one.kind for one in survey(case, posted_mps=mph * 0.44704)} for mph in (35, 36, 55, 56)}
    assert (by[35]["FL"], by[36]["FL"]) == ("legal_restricted", "road") and (by[55]["NC"], by[56]["NC"]) == ("legal_restricted", "road")


def test_the_map_says_what_the_table_says():
    said = map_states("honda_acty_ha3", built="1998-03-10")
    assert said["federal"]["verdict"] == "yes" and sum(said["counts"].values()) == 51
    text = "\n".join(letters(said["states"]))
    assert "CA-!" in text and "TX+" in text and "HI?" in text and "VAa" in text
    svg = picture(said["states"], "Acty <truck>")
    assert svg.count("<rect") == 52 and "Acty &lt;truck&gt;" in svg and svg.count('class="cf"') == 9
    assert all(one["status"] in STYLES for one in said["states"])


def test_map_command(capsys, tmp_path):
    target = tmp_path / "map.svg"
    text = run(capsys, "rules", "map", "honda_acty_ha3", "--built", "1998-03", "--on", "2024-03-31", "--svg", str(target))
    assert "Not legal advice; as of 2026-11-22." in text and "TX-" in text and target.read_text(encoding="utf-8").startswith("<svg")
    later = json.loads(run(capsys, "rules", "map", "honda_acty_ha3", "--on", "2024-04-01", "--json"))
    assert later["schema"] == "roadworthy/map/1" and next(s for s in later["states"] if s["code"] == "TX")["verdict"] == "yes"
    opened = json.loads(run(capsys, "rules", "map", "honda_acty_ha3", "--reform", "state-preemption", "--json"))
    assert opened["counts"] == {"yes": 51}


def test_advice_has_reasons_marks_ways_and_an_end(capsys):
    text = run(capsys, "judge", "honda_nbox_jf5", "--state", "NC", "--on", DAY, "--why")
    assert text.startswith("No: on 2026-11-22 no door is open to the Honda N-BOX (JF5/6).")
    for part in ("Why, door by door", "49 CFR 571.3(b)", "62 mph over", "Plate in North Carolina", "3.66 in over", "What would have to change",
                 "the vehicle alone", "the law alone", "At the border: 15 %", "○"):  # fmt: skip
        assert part in text, part
    assert text.rstrip().splitlines()[-1].startswith("Not legal advice; as of 2026-11-22")
    assert run(capsys, "judge", "honda_acty_ha3", "--built", "1998-03-10", "--on", "2023-03-10", "--why").startswith("Yes: on 2023-03-10")


def test_rules_commands(capsys):
    assert "state-preemption" in run(capsys, "rules", "list")
    assert "us.class.lsv.gvwr" in run(capsys, "rules", "list", "--find", "lsv.gvwr")
    assert "< 2500 lb on 2006-06-04" in run(capsys, "rules", "show", "us.class.lsv.gvwr", "--on", "2006-06-04")
    assert "<= 35 mph" in run(capsys, "rules", "diff", "lsv-35")
    said = json.loads(run(capsys, "rules", "diff", "none", "none", "--was", "2025-04-02", "--now", "2025-04-03", "--json"))
    assert {row["id"] for row in said["rows"]} == {"us.s232_auto", "us.s232_auto_age_exempt"}
    long_ago = json.loads(run(capsys, "rules", "diff", "none", "none", "--was", "1998-01-01", "--json"))
    assert "us.class.lsv.speed_max" in {row["id"] for row in long_ago["rows"]}
    assert "us.cafe_penalty_usd_per_tenth_mpg" in long_ago["levers_silent"] and long_ago["levers"] == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["rules", "show", "us.class.lsv.gvw"], 3, "us.class.lsv.gvwr"),
        (["rules", "show", "kei-urbn"], 3, "kei-urban"),
        (["rules", "diff", "kei-urbn"], 3, "kei-urban"),
        (["rules", "show", "us.class.lsv.gvwr", "--on", ""], 3, "not a date"),
        (["judge", "honda_nbox_jf5", "--on", ""], 3, "not a date"),
        (["rules", "map", "honda_acty_ha3", "--road", "300"], 2, "outside 5 to 85"),
        (["rules", "map", "honda_acty_ha3", "--on", "2026-02-30"], 3, "2026-02-30"),
        (["judge", "honda_nbox_jf5", "--state", "North Carolin"], 3, "North Carolina"),
        (["judge", "honda_nbox_jf5", "--on", "2026-01-01", "--date", "2026-01-02"], 2, "two days"),
        (["judge", "honda_nbox_jf5", "--built", "3024-01-01"], 3, "outside 1885 to 2199"),
        (["judge", "honda_nbox_jf5", "--built", "1998-13"], 3, "is not a date"),
    ],
)
def test_mistakes_get_a_sentence(capsys, words, code, said):
    assert call(words) == code
    error = capsys.readouterr().err
    assert said in error and "Traceback" not in error


def test_ways_in_two_currencies():
    found = judge_facts(SUZUKI, law_date=DAY, built="2024-04-12")
    sets = found.ways()
    own = next(w for w in sets["vehicle"] if w["pathway"] == "fmvss_cert")
    assert {a["text"] for a in own["acts"]} == {"certify the vehicle for the United States", "obtain an EPA certificate of conformity"}
    assert own["hardest"] == 0 and own["bodies"] == ["the maker"]
    law = next(w for w in sets["law"] if w["pathway"] == "fmvss_cert")
    assert law["bodies"] == ["Congress", "NHTSA"] and {a["currency"] for a in law["acts"]} == {"law"}
    wait = next(w for w in sets["vehicle"] if w["pathway"] == "import25")
    assert [a["text"] for a in wait["acts"]] == ["wait until 2049-04-12"]  # the longer wait holds the shorter
    hard = [w["hardest"] for w in sets["either"]]
    assert hard == sorted(hard)


def test_a_failed_test_is_not_certified_away():
    found = judge_facts(SUZUKI, law_date=DAY, results={"us.fmvss.208_front_belted.hic15": 900.0}, pathways=["fmvss_cert"])
    own = next(w for w in found.ways()["vehicle"] if w["pathway"] == "fmvss_cert")
    assert any("reduce HIC15 by 200" in a["text"] for a in own["acts"])


def test_each_way_opens_its_door():
    """Acts on numbers, carried out, turn the class to yes: the set is sufficient, and none of it can be spared."""
    facts = {"wheels": 4.0, "speed_max": 30 * 0.44704, "gvwr": 3100 * 0.45359237, "body": "car"}
    (one,) = ways(ask(case_of(facts, law_date=DAY), "us.class.lsv"), "vehicle")
    assert {a.limit for a in one} == {"us.class.lsv.speed_max", "us.class.lsv.gvwr"}
    mended = {"us.class.lsv.speed_max": {"speed_max": 25 * 0.44704}, "us.class.lsv.gvwr": {"gvwr": 2999 * 0.45359237}}

    def verdict(*acts):
        given = facts | {k: v for act in acts for k, v in mended[act].items()}
        return ask(case_of(given, law_date=DAY), "us.class.lsv").verdict.word

    assert verdict(*mended) == "yes" and all(verdict(act) == "no" for act in mended)


def test_held_facts_are_there_and_misses_say_why():
    facts = held()
    assert len(facts) >= 30 and len({f.id for f in facts}) == len(facts) and not any(f.fitted for f in facts)
    by_class = [f for f in facts if f.group == "required average by class"]
    assert len(by_class) == 16 and all(f.inside for f in by_class)
    assert all(f.inside for f in facts if f.group in ("target of one vehicle", "duty"))
    assert all(f.note for f in facts if not f.inside)


def test_later_and_earlier_than_the_law_is_said():
    assert "2026-11-22" in judge_facts({}, law_date="2031-01-01", pathways=["import25"]).notes[0]
    assert "no federal vehicle safety law" in judge_facts({}, law_date="1960-01-01", pathways=["import25"]).notes[0]
    assert "not yet built" in judge_facts({}, law_date=DAY, built="2030-01-01", pathways=["import25"]).notes[0]
    assert load_book().as_of.isoformat() == DAY
