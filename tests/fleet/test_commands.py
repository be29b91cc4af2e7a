"""`roadworthy fleet` and `roadworthy cafe` as people meet them."""

import json

import pytest

from roadworthy.cli.main import call


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("ROADWORTHY_CACHE", str(tmp_path / "cache"))


def test_the_country_in_both_forms(capsys, tmp_path):
    out = tmp_path / "ours.csv"
    assert call(["fleet", "--last", "2030", "--omega", str(out), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [row["year"] for row in said["years"]] == [2027, 2028, 2029, 2030]
    assert 255e6 < said["years"][0]["vehicles"] < 280e6
    assert out.read_text().startswith("calendar_year,sales_total")
    assert call(["fleet"]) == 0
    text = capsys.readouterr().out
    assert "2056" in text and max(map(len, text.splitlines())) <= 100
    assert call(["fleet", "--held"]) == 0
    held = capsys.readouterr().out
    assert "were not fitted" in held and "✕" in held, "misses are shown"


def test_the_ledger_with_and_without_the_reset(capsys):
    assert call(["cafe", "--add", "car", "34.9", "50", "2000", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    force, reset = ({e["model_year"]: e for e in said[name]["entries"]} for name in ("in_force", "reset"))
    assert force[2027]["short_tenths"] > 0.0 and reset[2027]["short_tenths"] == 0.0
    for tokens in (["cafe"], ["cafe", "Toyota", "--penalty", "14"]):
        assert call(tokens) == 0
        text = capsys.readouterr().out
        assert "reset: required" in text and max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize(
    ("tokens", "code", "says"),
    [
        (["fleet", "--first", "2050", "--last", "2027"], 3, "2027 to 2050"),
        (["fleet", "nothing.csv"], 3, "nothing.csv"),
        (["fleet", "--outlook", "AEO22"], 3, "AEO20"),
        (["cafe", "Toyoda"], 3, "Toyota"),
        (["cafe", "--last", "2050"], 3, "2031"),
        (["cafe", "--penalty", "-5"], 3, "0 or more"),
        (["cafe", "--add", "van", "34.9", "50", "10"], 3, "car"),
        (["cafe", "--add", "car", "34.9", "much", "10"], 2, "much"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_one_sentence_and_a_mend(tokens, code, says, capsys):
    assert call(tokens) == code
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("error: ")
    assert says in said.err and "Traceback" not in said.err
