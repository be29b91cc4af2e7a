"""The commands as users meet them: tables for people, one JSON object for programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from roadworthy.cli.main import call


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("ROADWORTHY_CACHE", str(tmp_path / "cache"))


def as_json(capsys, *tokens):
    assert call([*tokens, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def as_text(capsys, *tokens):
    assert call(list(tokens)) == 0
    return capsys.readouterr().out


def row(said, pathway):
    return next(r for r in said["rows"] if r["pathway"] == pathway)


def test_a_new_kei_may_not_be_sold_and_clauses_say_why(capsys):
    said = as_json(capsys, "judge", "honda_nbox_jf5")
    assert not said["open"]
    assert row(said, "fmvss_cert")["verdict"] == "no"
    assert "30112" in row(said, "fmvss_cert")["clause"]
    text = as_text(capsys, "judge", "honda_nbox_jf5")
    assert "sold new" in text
    assert "no" in text


def test_a_reform_says_what_it_changes(capsys):
    said = as_json(capsys, "judge", "honda_nbox_jf5", "--reform", "kei-urban")
    assert any("kei" in r["pathway"] for r in said["under"]["rows"])


@pytest.mark.parametrize(("day", "verdict"), [("2023-03-09", "no"), ("2023-03-10", "yes")])
def test_the_acty_on_its_twenty_fifth_birthday_and_the_day_before(capsys, day, verdict):
    said = as_json(capsys, "judge", "honda_acty_ha3", "--built", "1998-03-10", "--date", day)
    assert row(said, "import25")["verdict"] == verdict


def test_modelled_tests_are_assumed_and_never_open_a_door(capsys):
    plain, modelled = (as_json(capsys, "judge", "honda_nbox_jf5", *flag) for flag in ([], ["--model-tests"]))
    assert not modelled["open"]
    assert modelled["missing_count"] < plain["missing_count"]


def test_strict_says_no_by_its_exit_code(capsys):
    assert call(["judge", "honda_nbox_jf5", "--strict"]) == 1
    capsys.readouterr()


def test_the_pickup_wins_and_momentum_is_kept(capsys):
    said = as_json(capsys, "crash", "honda_nbox_jf5", "ford_f150_crew", "--closing-mph", "70")
    small, large = said["first"], said["second"]
    assert abs(said["momentum_residual"]) < 1e-6
    assert small["mass_kg"] * small["delta_v_mps"] == pytest.approx(large["mass_kg"] * large["delta_v_mps"], rel=1e-6)
    assert small["delta_v_mps"] > 2 * large["delta_v_mps"]
    assert small["intrusion_m"] > large["intrusion_m"]
    assert small["p_ais3"] > large["p_ais3"]


@pytest.mark.parametrize("command", ["drive", "fit", "own"])
@pytest.mark.parametrize("vehicle", ["honda_nbox_jf5", "toyota_corolla_e210"])
def test_car_commands_answer_in_both_forms(capsys, command, vehicle):
    said = as_json(capsys, command, vehicle)
    assert vehicle in json.dumps(said)
    text = as_text(capsys, command, vehicle)
    assert len(text.splitlines()) > 3
    assert max(map(len, text.splitlines())) <= 100


def test_a_vehicle_of_ones_own(capsys, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('[[vehicle]]\nid = "my_van"\nlike = "honda_nvan_jj1"\nlength_mm = 3390\nmass_lb = 2100\npower_kW = 47\n')
    shown = as_json(capsys, "vehicles", "show", str(file))
    lengths = {f["field"]: f["value"] for f in shown["fields"]}
    assert lengths["length_m"] == pytest.approx(3.390)
    assert lengths["mass_kg"] == pytest.approx(952.54, abs=0.01)
    for command in ("judge", "drive", "fit", "own"):
        assert call([command, str(file), "--json"]) == 0
    capsys.readouterr()


@pytest.mark.parametrize(
    "tokens",
    [
        ["vehicles", "list"],
        ["vehicles", "show", "byd_racco"],
        ["rules", "list"],
        ["rules", "show", "kei-urban"],
        ["assumptions"],
        ["studies"],
        ["data", "list"],
    ],
    ids=" ".join,
)
def test_lists(capsys, tokens):
    assert as_json(capsys, *tokens)["schema"].startswith("roadworthy/")
    assert as_text(capsys, *tokens).strip()


def test_bundled_data_agree_with_the_lock(capsys):
    assert call(["data", "verify"]) == 0
    capsys.readouterr()


def test_help_loads_no_room():
    code = "import sys; sys.argv=['roadworthy','--help']\nfrom roadworthy.cli.main import call\ncall(['--help'])\nprint([m for m in ('jax','numpy','polars','scipy','yaml') if m in sys.modules], file=sys.stderr)"
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ})
    assert done.stderr.strip() == "[]"
    assert "judge" in done.stdout
    assert time.perf_counter() - began < 30  # a hang, not a speed test
