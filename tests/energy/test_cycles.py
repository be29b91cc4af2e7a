"""Cycle distances against published ones, and the door for a user's trace."""

from __future__ import annotations

import numpy as np
import pytest

from roadworthy import energy
from roadworthy.core import InputError
from roadworthy.energy.cycles import DEFAULT, NAMES, schedule

KILOMETRES = {
    "UDDS": 11.990,
    "HWFET": 16.507,
    "US06": 12.888,
    "SC03": 5.761,
    "WLTC3b": 23.266,
    "WLTC3a": 23.194,
    "JC08": 8.159,
    "JP1015": 4.165,
    "WLTCJ": 15.012,
}


@pytest.mark.parametrize("name", NAMES)
def test_distance_is_the_published_one(name: str) -> None:
    assert energy.cycle(name).distance_m / 1e3 == pytest.approx(KILOMETRES[name], rel=1e-3)


def test_wltc_of_japan_tops_out_at_97_kmh() -> None:
    assert energy.cycle("WLTCJ").speed_mps.max() * 3.6 == pytest.approx(97.4, abs=0.05)


def test_schedule_keeps_every_metre_and_second() -> None:
    plan = schedule(DEFAULT)
    for name in DEFAULT:
        rows = [i for i, n in enumerate(plan.names) if n == name]
        assert float(plan.length_m[np.asarray(rows)].sum()) == pytest.approx(energy.cycle(name).distance_m, rel=1e-12)
    assert float(plan.dt_s.sum()) == pytest.approx(sum(np.ptp(energy.cycle(n).time_s) for n in DEFAULT))
    assert plan.names.count("UDDS") == 2 and plan.names.count("US06") == 3


def test_a_near_name_is_offered() -> None:
    with pytest.raises(InputError, match="no cycle 'UDSS'") as fault:
        energy.cycle("UDSS")
    assert "UDDS" in fault.value.hint


def test_csv_in_any_speed_unit(tmp_path) -> None:
    t = np.arange(0, 61.0)
    v = 10.0 * np.sin(np.pi * t / 60.0)
    for unit, factor in (("v_mps", 1.0), ("v_kmh", 3.6), ("v_mph", 1.0 / 0.44704)):
        file = tmp_path / f"{unit}.csv"
        file.write_text(f"# my road\nt_s,{unit}\n" + "\n".join(f"{a},{b * factor:.9f}" for a, b in zip(t, v, strict=True)))
        assert energy.load_cycle(file).distance_m == pytest.approx(np.trapezoid(v, t), rel=1e-6)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("t_s,v_mps\n0,0\n1,2\n1,3\n", "time does not rise at point 3"),
        ("t_s,v_mps\n0,0\n1,-2\n2,0\n", "speed -2 m/s is out of range"),
        ("t_s,v_mps\n0,0\n1,x\n", "row 3"),
        ("t_s,v_mps\n0,0\n100,5\n", "gap of 100 s"),
        ("t_s,v_mps\n0,0\n1,nan\n2,1\n", "point 2 is not a number"),
        ("time,speed\n0,0\n", "has columns time, speed"),
        ("", "(none)"),
        ("t_s,v_mps\n0,0\n1,0\n", "never moves"),
        ("t_s,v_mps\n0,0\n", "1 times"),
    ],
)
def test_a_bad_trace_is_one_sentence_with_a_mend(tmp_path, text: str, says: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(text)
    with pytest.raises(InputError) as fault:
        energy.load_cycle(file)
    assert says in fault.value.message and fault.value.hint and str(file) in fault.value.where


def test_a_missing_file_is_an_input_error(tmp_path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        energy.load_cycle(tmp_path / "none.csv")


def test_a_cycle_named_twice_is_refused() -> None:
    with pytest.raises(InputError, match="twice"):
        schedule(("UDDS", "UDDS"))
