"""The command as users meet it: tests, partners, design, film, held, and what is refused."""

import json

import pytest

from roadworthy.cli.main import call


def said(capsys, *line):
    assert call(["crash", *line, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def shown(capsys, *line):
    assert call(["crash", *line]) == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 100
    return text


def test_each_question_in_both_forms(capsys):
    told = said(capsys, "honda_nbox_jf5", "--test", "fmvss-208")
    assert told["schema"] == "roadworthy/crash_test/1"
    assert {"measure", "limit", "p_pass", "unit", "reason"} <= set(told["limits"][0])
    text = shown(capsys, "honda_nbox_jf5", "--test", "fmvss-208")
    assert "chest accel 3ms" in text and "60 g" in text and "not known" in text
    table = said(capsys, "honda_nbox_jf5", "--partners")
    assert len(table["partners"]) == 5 and table["schema"] == "roadworthy/crash_partners/1"
    assert "heavy truck" in shown(capsys, "honda_nbox_jf5", "--partners")
    design = said(capsys, "honda_nbox_jf5", "--comply", "fmvss")
    assert design["mass_kg"]["low"] < design["mass_kg"]["high"] and design["status"] == "assumed"
    assert "together" in shown(capsys, "honda_nbox_jf5", "--comply", "fmvss")
    assert "not known" not in shown(capsys, "smart_fortwo_451", "--test", "us-ncap").split("Rollover")[0]
    facts = said(capsys, "--held")["facts"]
    assert len(facts) > 30 and {"published", "ours", "error", "inside", "fitted"} <= set(facts[0])
    assert "held out" in shown(capsys, "--held")


def test_the_film_is_written_whole(capsys, tmp_path):
    file = tmp_path / "crash.svg"
    shown(capsys, "honda_nbox_jf5", "ford_f150_crew", "--film", str(file))
    assert file.read_text().startswith("<svg") and file.read_text().endswith("</svg>")


ROW = '[[vehicle]]\nid = "x"\nlike = "honda_nbox_jf5"\n'


@pytest.mark.parametrize(
    ("line", "code", "word"),
    [
        ([], 2, "no vehicle"),
        (["honda_nbox_jf5"], 2, "only one vehicle"),
        (["honda_nbox_jf5", "ford_f150_crew", "--test", "fmvss-208"], 2, "ford_f150_crew"),
        (["honda_nbox_jf5", "--test", "fmvss-280"], 3, "fmvss-208"),
        (["honda_nbox_jf5", "--test", "fmvss-208", "--partners"], 2, "two questions"),
        (["honda_nbox_jf5", "--comply", "usa"], 3, "usa"),
        (["honda_nbox_jf5", "ford_f150_crew", "--closing-mph", "160"], 2, "160"),
    ],
)
def test_wrong_questions_get_one_sentence(capsys, line, code, word):
    assert call(["crash", *line]) == code
    out = capsys.readouterr()
    assert word in out.err and "Traceback" not in out.err and not out.out


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ('mass = "0 kg"\n', "mass"),
        ("length_mm = 0\n", "length"),
        ("wheels = 2\n", "wheel"),
        ('mass = "12000 kg"\n', "12000"),
    ],
)
def test_vehicles_that_cannot_crash_here(capsys, tmp_path, row, word):
    file = tmp_path / "x.toml"
    file.write_text(ROW + row)
    assert call(["crash", str(file), "ford_f150_crew"]) == 3
    said = capsys.readouterr().err
    assert word in said.replace(",", "") and "Traceback" not in said
