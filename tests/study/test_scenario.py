"""A study file that is wrong is refused once, with every fault and its line."""

from __future__ import annotations

import pytest

from roadworthy.core import InputError
from roadworthy.study import scenario

GOOD = scenario.shipped()["kei-green-light"].read_text(encoding="utf-8")


def refused(tmp_path, text):
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        scenario.load(str(file))
    return caught.value


def line(text, start):
    return next(n for n, row in enumerate(text.splitlines(), 1) if row.startswith(start))


def test_all_faults_are_said_at_once_with_their_lines(tmp_path):
    text = (
        GOOD.replace('vehicle = "honda_nbox_jf5"', 'vehicle = "honda_nbox_jf6"')
        .replace("draws = 1024", "draws = 0")
        .replace("seed = 7", 'seed = "seven"\ncolour = "red"')
        .replace('"lsv-35",', '"lsv-53",')
        .replace("start_year = 2027", "start_year = 1990")
        + '\n[assumptions]\n"cost.dealr_share" = 0.1\n'
    )
    said = refused(tmp_path, text)
    assert said.code == "study.faults"
    for start, names in {
        "vehicle =": "honda_nbox_jf5",
        "draws =": "draws: 0",
        "seed =": "seed: 'seven'",
        "colour =": "colour: is not a field",
        '  "lsv-53"': "lsv-35",
        "start_year =": "start_year: 1990",
        '"cost.dealr_share"': "cost.dealer_share",
    }.items():
        row = next(row for row in said.message.splitlines() if f"line {line(text, start)}:" in row)
        assert names in row
    assert "7 faults" in said.message


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("draws = 1024", "draws = 0", "draws"),
        ("draws = 1024", 'draws = "many"', "draws"),
        ("draws = 1024", "drawz = 1024", "draws"),
        ('vehicle = "honda_nbox_jf5"', 'vehicle = "honda_nbox_jf6"', "honda_nbox_jf5"),
        ("law_date = 2026-11-22", "law_date = 2031-01-01", "start in 2027, before the law of 2031"),
        ('headline = "kei-urban"', 'headline = "kei-urbn"', "kei-urban"),
    ],
)
def test_one_fault_is_one_sentence_with_file_line_and_mend(tmp_path, old, new, names):
    said = refused(tmp_path, GOOD.replace(old, new))
    assert "\n" not in said.message
    assert names in said.message + said.hint
    assert said.hint
    assert "mine.toml" in said.where


def test_a_field_left_out_is_named(tmp_path):
    said = refused(tmp_path, GOOD.replace("law_date = 2026-11-22\n", ""))
    assert "not in the file: law_date" in said.message


def test_what_the_command_line_gives_is_not_blamed_on_a_line():
    with pytest.raises(InputError) as caught:
        scenario.load("kei-green-light", vehicle="no_such_car")
    assert "not in the file: vehicle" in caught.value.message
