"""One wrong input per command gives one sentence, a mend and exit code 2 or 3; never a traceback, never half a result."""

from __future__ import annotations

import json

import pytest

from roadworthy.cli.main import call

NEGATIVE = '[[vehicle]]\nid = "x"\nlike = "honda_nbox_jf5"\nmass = "-930 kg"\n'
WRONG_UNIT = '[[vehicle]]\nid = "x"\nlike = "honda_nbox_jf5"\nlength = "3395 kg"\n'
MISSING = '[[vehicle]]\nid = "x"\nmass = "930 kg"\n'
NOT_TOML = "[[vehicle\nid = 3"

CASES = [
    (["run", "kei-green-ligth"], 3, "kei-green-light"),
    (["run", "--draws", "0"], 3, "draws"),
    (["run", "--draws", "many"], 2, "many"),
    (["run", "--law-date", "2026-13-01"], 3, "law_date"),
    (["run", "nowhere/study.toml"], 3, "nowhere/study.toml"),
    (["judge", "honda_nbox_jf6"], 3, "honda_nbox_jf5"),
    (["judge", "honda_nbox_jf5", "--reform", "kei-urbn"], 3, "kei-urban"),
    (["judge", "honda_acty_ha3", "--built", "1998-02-30"], 3, "1998-02-30"),
    (["judge", "honda_nbox_jf5", "--state", "ZZ"], 3, "ZZ"),
    (["crash", "honda_nbox_jf5", "ford_f150"], 3, "ford_f150_crew"),
    (["crash", "honda_nbox_jf5", "ford_f150_crew", "--closing-mph", "-5"], 2, "-5"),
    (["crash", "honda_nbox_jf5", "ford_f150_crew", "--overlap", "2"], 3, "2"),
    (["drive", "suzuki_atlo_ha37"], 3, "suzuki_alto_ha37"),
    (["fit", "no_such_car_at_all"], 3, "no_such_car_at_all"),
    (["own", "honda_nbox_jf5", "--miles", "0"], 2, "--miles"),
    (["own", "honda_nbox_jf5", "--price-usd", "-1"], 2, "--price-usd"),
    (["own", "honda_nbox_jf5", "--years", "2.5"], 2, "whole"),
    (["fleet", "--first", "2027.5"], 2, "whole"),
    (["fleet", "--last", "nan"], 2, "whole"),
    (["run", "--draws", "2.5"], 2, "--draws"),
    (["sell", "honda_nbox_jf5", "--draws", "2.5"], 2, "whole"),
    (["best", "quota=0:90000", "--starts", "1.5"], 2, "whole"),
    (["indices", "--top", "two"], 2, "whole"),
    (["sweep", "nowhere.toml", "--workers", "1.5"], 2, "whole"),
    (["serve", "--port", "80.5"], 2, "whole"),
    (["sell", "honda_nbox_jf5", "--reform", "kei-everywhere"], 3, "kei-everywhere"),
    (["vehicles", "show", "honda_nboks"], 3, "honda_nbox"),
    (["vehicles", "list", "--group", "kai"], 3, "kai"),
    (["rules", "show", "lsv35"], 3, "lsv-35"),
    (["show", "zzzz"], 3, ""),
    (["report", "zzzz"], 3, ""),
    (["serve", "--port", "99999999"], 2, "--port"),
    (["nonsense"], 2, "nonsense"),
]


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("ROADWORTHY_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize(("tokens", "code", "names"), CASES, ids=lambda value: " ".join(value) if isinstance(value, list) else None)
def test_one_sentence_and_a_mend(tokens, code, names, capsys):
    assert call(tokens) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert names in said.err
    assert "Traceback" not in said.err
    assert len(said.err.strip().splitlines()) >= 2, "a mend is missing"


@pytest.mark.parametrize(
    ("text", "names"),
    [(NEGATIVE, "mass"), (WRONG_UNIT, "length"), (MISSING, "seats"), (NOT_TOML, "")],
    ids=["negative", "unit", "missing", "toml"],
)
@pytest.mark.parametrize("command", ["judge", "drive", "fit", "own"])
def test_a_bad_vehicle_file(text, names, command, tmp_path, capsys):
    file = tmp_path / "car.toml"
    file.write_text(text)
    assert call([command, str(file)]) == 3
    said = capsys.readouterr()
    assert names in said.err
    assert "car.toml" in said.err


def test_an_unreadable_file(tmp_path, capsys):
    file = tmp_path / "car.toml"
    file.write_bytes(b"\xff\xfe\x00binary")
    assert call(["judge", str(file)]) == 3
    assert "car.toml" in capsys.readouterr().err


def test_json_errors_are_objects(capsys):
    assert call(["judge", "honda_nbox_jf6", "--json"]) == 3
    said = json.loads(capsys.readouterr().out)["error"]
    assert said["code"] == "vehicle.unknown"
    assert "honda_nbox_jf5" in said["hint"]


def test_a_bad_study_names_file_line_and_field(tmp_path, capsys):
    file = tmp_path / "mine.toml"
    file.write_text('id = "mine"\ntitle = "t"\nquestion = "q"\nlaw_date = 2026-11-22\nvehicel = "x"\n')
    assert call(["run", str(file)]) == 3
    said = capsys.readouterr().err
    assert "mine.toml" in said


@pytest.mark.parametrize(
    "tokens",
    [
        ["rules", "map", "honda_acty_ha3", "--svg"],
        ["fleet", "--omega"],
        ["fit", "honda_nbox_jf5", "--svg"],
        ["vehicles", "compare", "honda_nbox_jf5", "mazda_mx5_nd", "--svg"],
    ],
    ids=lambda tokens: tokens[0],
)
def test_a_folder_is_no_file_to_write(tokens, tmp_path, capsys):
    folder = tmp_path / "out.svg"
    folder.mkdir()
    assert call([*tokens, str(folder)]) == 3
    assert "out.svg cannot be written" in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir() if file.name != "cache"] == ["out.svg"], "a part of the file was left behind"


def test_nothing_is_written_when_the_place_is_wrong(tmp_path, capsys):
    blocked = tmp_path / "file"
    blocked.write_text("here")
    assert call(["report", "--out", str(blocked / "inside.html")]) == 3
    assert blocked.read_text() == "here"
    capsys.readouterr()
