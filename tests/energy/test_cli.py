"""`roadworthy drive` as users meet it, with its pictures and its errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from roadworthy.cli.main import call


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = call(["drive", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    file = tmp_path / "mine.csv"
    file.write_text("t_s,v_kmh\n" + "\n".join(f"{t},{min(t, 60 - t) * 1.5:.2f}" for t in range(61)))
    return file


def test_cycles_and_payload_of_the_user(capsys: pytest.CaptureFixture[str], trace: Path) -> None:
    code, out, _ = run(capsys, "honda_nbox_jf5", "--cycle", str(trace), "--cycle", "SC03", "--payload-kg", "200", "--json")
    light = json.loads(run(capsys, "honda_nbox_jf5", "--cycle", str(trace), "--cycle", "SC03", "--json")[1])
    heavy = json.loads(out)
    assert code == 0 and heavy["schema"] == "roadworthy/drive/1" and heavy["payload_kg"] == 200.0
    assert {"mine", "SC03", "UDDS", "HWFET"} <= set(heavy["cycles"])
    assert heavy["cycles"]["mine"]["J_per_m"] > light["cycles"]["mine"]["J_per_m"]
    assert heavy["time_0_60_s"] > light["time_0_60_s"] and heavy["time_0_60_loaded_s"] >= heavy["time_0_60_s"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "no vehicle is named"),
        (("honda_nbox_jf5", "--payload-kg=-5"), "--payload-kg -5 is outside 0 to 3000 kg"),
        (("honda_nbox_jf5", "--cycle", "US66"), "did you mean 'US06'?"),
        (("honda_nbox_jf5", "--cycle", "nowhere.csv"), "cannot be read"),
        (("honda_nbx",), "honda_nbox"),
    ],
)
def test_bad_words_get_one_sentence_and_a_mend(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str) -> None:
    code, _, err = run(capsys, *words)
    assert code in (2, 3) and says in err and "Traceback" not in err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("t_s,v_mps\n0,0\n30,5\n", "a gap of 30 s"),
        ("t_s,v_mps\n0,0\n1,40\n2,50\n", "check the unit"),
        ("t_s,v_knots\n0,0\n1,1\n", "v_mps, v_kmh or v_mph"),
    ],
)
def test_bad_trace_files_are_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(text)
    code, _, err = run(capsys, "honda_nbox_jf5", "--cycle", str(file))
    assert code == 3 and says in err


def test_the_label_by_all_five_tests_stands_beside_the_usual_one(capsys: pytest.CaptureFixture[str]) -> None:
    answer = json.loads(run(capsys, "honda_nbox_jf5", "--five-cycle", "--json")[1])
    usual, five = answer["label"], answer["label_five_cycle"]
    assert five["combined_mpg"] == pytest.approx(usual["combined_mpg"], rel=0.12) and five["combined_mpg"] != usual["combined_mpg"]
    assert five["bag1_20f_mpge"] < five["bag3_20f_mpge"] and five["status"] == "derived"
    assert "label_five_cycle" not in json.loads(run(capsys, "honda_nbox_jf5", "--json")[1])


def test_held_out_error_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--held")
    assert code == 0 and "petrol" in out and "median error" in out


def test_pictures_are_written_and_say_what_they_show(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "honda_nbox_jf5", "--picture", str(tmp_path))
    assert code == 0
    for name, words in (("energy_flows", "brakes"), ("trace", "behind"), ("merge_lane", "merge speed")):
        assert f"{name}.svg" in err
        text = (tmp_path / f"{name}.svg").read_text(encoding="utf-8")
        assert text.startswith("<svg") and words in text


def test_charts_leave_out_what_is_not_known() -> None:
    from roadworthy import energy
    from roadworthy.report.charts_drive import drive_charts

    unknown = energy.inputs(["dark"], {"curb_kg": 900.0, "power_W": float("nan"), "electric": 1.0})
    shown = energy.scene(unknown)
    assert shown["unknown"] == [{"id": "dark", "reason": "power unknown"}] and shown["trace"] is None
    assert drive_charts(shown, {}) == []
