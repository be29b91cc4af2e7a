"""Levers and the desk: nothing moved is the study to the last bit, moving and back restores, page and Python agree."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import equinox as eqx
import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core import InputError
from roadworthy.rules import reforms
from roadworthy.study import run
from roadworthy.study.assumed import draw, leaves
from roadworthy.study.kept import Kept
from roadworthy.study.levers import Choice, levers, read, table, themes
from roadworthy.study.live import PIECE, QUICK, held
from roadworthy.study.moved import MOVES, READS, class_limits, overrides_of, policy_of
from roadworthy.study.pace import StoppedError, Turns
from roadworthy.study.reform_answer import answer_reform
from roadworthy.study.run import results

DRAWS = 32
"""Of the desk that is shared."""


def test_every_path_exists_and_every_default_is_on_its_grid(desk):
    today, urban = desk.today(), desk.before(Choice("kei-urban"))
    assert {lever.theme for lever in levers().values()} == set(themes())
    for name, lever in levers().items():
        if lever.room == "policy":
            assert lever.leaf in MOVES
            assert lever.leaf in READS
        elif lever.room == "assumptions":
            assert lever.leaf in leaves()
        elif lever.room == "reform":
            assert lever.leaf in class_limits(reforms()["kei-urban"])
        else:
            assert lever.path == "show.rate"
        for place in (today[name], urban[name]):
            if lever.choices or place is None:
                assert place is None or place in dict(lever.choices)
            else:
                assert lever.snap(place) == pytest.approx(place)


@pytest.mark.parametrize("name", sorted(reforms()))
def test_a_preset_with_nothing_moved_is_its_own_policy(desk, name):
    prepared = desk.prepared()
    choice, notes = desk.read({"reform": name, **{k: v for k, v in desk.before(Choice(name)).items() if v is not None}})
    assert choice == Choice(name)
    assert notes == []
    assert policy_of(choice, prepared.policies[name], desk.study, prepared.vehicles) is prepared.policies[name]


@pytest.mark.parametrize("name", ["door", "standard", "roads", "quota", "import_age", "duty", "top_speed", "subsidy"])
def test_moving_a_lever_to_where_the_preset_has_it_gives_the_same_policy(desk, name):
    prepared, lever = desk.prepared(), levers()[name]
    policy = prepared.policies["kei-urban"]
    stands = desk.before(Choice("kei-urban"))[name]
    moved = policy_of(Choice("kei-urban", ((name, stands),)), policy, desk.study, prepared.vehicles)
    assert eqx.tree_equal(moved, policy, rtol=1e-12), lever.path


def test_a_moved_lever_changes_its_own_field_and_no_other(desk):
    prepared = desk.prepared()
    policy = prepared.policies["kei-urban"]
    moved = policy_of(Choice("kei-urban", (("duty", 2.5),)), policy, desk.study, prepared.vehicles)
    changed = [f for f in type(policy).__dataclass_fields__ if not np.array_equal(getattr(policy, f), getattr(moved, f))]
    assert changed == ["duty"]
    assert float(moved.duty[0, 0]) == pytest.approx(0.025)
    assert float(moved.duty[1, 0]) == float(policy.duty[1, 0])


def test_a_class_limit_below_the_car_shuts_its_door_and_above_it_does_not(desk):
    prepared = desk.prepared()

    def door(metres):
        return float(
            policy_of(Choice("kei-urban", (("class_length", metres),)), prepared.policies["kei-urban"], desk.study, prepared.vehicles).door[
                0, 0
            ]
        )

    assert (door(3.35), door(3.4), door(3.6)) == (0.0, 1.0, 1.0)


def test_held_assumptions_are_what_draw_gives():
    overrides = overrides_of(Choice("kei-urban", (("vsl", 9.0), ("carbon", "2"))))
    assert overrides == {"account.vsl_usd": 9.0e6, "account.scghg_choice": 2.0}
    assert eqx.tree_equal(jax.tree.map(np.asarray, held(draw(16, 7), overrides)), jax.tree.map(np.asarray, draw(16, 7, overrides)))


def test_quick_is_the_study_s_own_answer_bit_for_bit(desk, monkeypatch):
    """In blocks of the desk's size: a sum's last bit depends on how many draws are solved at once."""
    monkeypatch.setattr(run, "BLOCK", PIECE)
    live = desk.quick(Choice("kei-urban"))
    study = desk.study.model_copy(update={"reforms": ("none", "kei-urban")})
    prepared = desk.prepared()
    drawn = draw(DRAWS, study.seed)
    found = results({"none": prepared.world.base, "kei-urban": prepared.policies["kei-urban"]}, "none", prepared.world, drawn)
    row = answer_reform("kei-urban", found, prepared, drawn, study)
    assert live["draws"] == DRAWS < QUICK
    for name in ("units_y5", "deaths_y10", "net_usd", "lines", "p_gain", "sales_path", "who_buys", "gives_up", "price_usd"):
        assert live["answer"][name] == row[name], name


def test_moving_and_back_restores_the_numbers(desk):
    first = desk.quick(Choice("kei-urban"))["answer"]
    moved, _ = desk.read({"reform": "kei-urban", "roads": 30, "vsl": 7})
    other = desk.quick(moved)["answer"]
    back, _ = desk.read({"reform": "kei-urban", "roads": 45, "vsl": 12.5})
    assert back == Choice("kei-urban")
    assert other["net_usd"] != first["net_usd"]
    assert desk.quick(back)["answer"] == first


def test_a_road_limit_takes_roads_and_with_the_motorways_buyers(desk):
    prepared = desk.prepared()

    def at(mph):
        choice, _ = desk.read({"reform": "kei-all-roads", "roads": mph})
        policy = policy_of(choice, prepared.policies["kei-all-roads"], desk.study, prepared.vehicles)
        return np.asarray(policy.road_access), desk.quick(choice)["answer"]["units_y5"]["p50"]

    (free, most), (town, fewer) = at(75), at(45)
    assert (free == 1.0).all()
    assert town.tolist() == [1.0, 0.0, 0.0]
    assert most > fewer > 0


def test_full_has_the_tornado_and_is_kept_under_its_key(desk, tmp_path, monkeypatch):
    from roadworthy.study.store import recall

    choice, _ = desk.read({"reform": "kei-urban", "roads": 35})
    summary = desk.full(choice)
    assert summary["key"] == desk.quick(choice)["key"]
    assert len(summary["tornado"]) > 20
    assert summary["reforms"][-1]["net_usd"] == desk.quick(choice)["answer"]["net_usd"]
    assert recall(summary["key"])["reforms"][-1]["net_usd"] == summary["reforms"][-1]["net_usd"]
    assert summary["study"]["command"] == "roadworthy what-if kei-urban --set roads=35"
    assert "roads posted up to" in summary["reforms"][-1]["title"].replace(",", "").lower()


def test_a_stopped_full_answer_is_not_kept(desk):
    choice, _ = desk.read({"reform": "kei-urban", "roads": 20, "vsl": 6})
    with pytest.raises(StoppedError):
        desk.full(choice, lambda: True)
    assert desk._full.get(choice) is None


def test_changes_name_what_differs_from_today(desk):
    choice, _ = desk.read({"reform": "kei-urban", "roads": 35})
    said = {row["id"]: row for row in desk.quick(choice)["changes"]}
    told = {
        "id": "roads",
        "label": "Roads, posted up to",
        "was": "all",
        "now": "35 mph",
        "was_value": 75.0,
        "now_value": 35.0,
        "mine": True,
    }
    assert said["roads"] == told
    assert said["door"]["mine"] is False
    assert desk.quick(Choice("none"))["changes"] == []


def test_outside_is_clipped_and_said():
    choice, notes = read({"reform": "kei-urban", "duty": "90", "roads": "-4"})
    assert choice.values == {"roads": 20.0, "duty": 40.0}
    assert len(notes) == 2
    assert any("90" in note and "0 to 40" in note for note in notes)


@pytest.mark.parametrize(
    ("said", "near"),
    [
        ({"reform": "kei-urbn"}, "kei-urban"),
        ({"raods": 35}, "roads"),
        ({"standard": "unn"}, "un"),
        ({"duty": "much"}, "0 to 40"),
        ({"duty": float("nan")}, "0 to 40"),
        ({"vsl": True}, "5 to 20"),
    ],
)
def test_what_is_not_known_is_said_with_a_near_name(said, near):
    with pytest.raises(InputError) as error:
        read(said)
    assert near in error.value.hint


@given(st.dictionaries(st.sampled_from([k for k, v in levers().items() if not v.choices]), st.floats(-1e9, 1e9), max_size=6))
def test_a_choice_survives_its_own_link(values):
    choice, _ = read({"reform": "kei-urban", **values})
    again, notes = read(choice.query())
    assert again == choice
    assert notes == []
    for name, value in choice.moved:
        assert levers()[name].low <= float(value) <= levers()[name].high


def test_every_lever_says_who_says_so():
    for row in table():
        assert row["source"]
        assert row["words"].endswith(".")
        assert row["mark"] in "§●◐△○"


def test_the_latest_answers_are_kept_and_the_oldest_go():
    kept: Kept[int, int] = Kept(2)
    for i in range(3):
        kept.put(i, i)
    assert [kept.get(i) for i in range(3)] == [None, 1, 2]


def test_those_who_hurry_go_before_the_patient():
    turns, order, started = Turns(), [], threading.Event()

    def patient():
        started.wait()
        with turns.patient(lambda: False):
            order.append("patient")

    def hurried():
        started.wait()
        with turns.hurried():
            order.append("hurried")

    with ThreadPoolExecutor(4) as pool:
        with turns.hurried():
            waiting = [pool.submit(hurried), pool.submit(hurried)]
            started.set()
            while turns._hurrying < 2:
                pass
            waiting.append(pool.submit(patient))
        for one in waiting:
            one.result(5)
    assert order == ["hurried", "hurried", "patient"]
