import json

import jax.numpy as jnp
import numpy as np
import pytest

from roadworthy.core import InputError
from roadworthy.core.units import GRAVITY, KMH
from roadworthy.crash import Structure, compliance, comply_vehicle, passing_vehicle, strike_wall, structure_record
from roadworthy.crash.barrier_fit import PARAMETERS, START
from roadworthy.crash.passing import STANDARDS, draw_fronts, fitted, passing
from roadworthy.crash.structure import FACE_DEPTH_M, FACE_HEIGHT_M, FACE_STRENGTH_PA, FACE_USABLE, FACE_WIDTH_M, crush_at, face_curve
from roadworthy.data import table
from roadworthy.study.verdicts import modelled_results
from roadworthy.vehicles import find


@pytest.fixture(scope="module")
def kei():
    return structure_record(find("honda_nbox_jf5"))[0]


@pytest.fixture(scope="module")
def old_truck():
    return structure_record(find("honda_acty_ha3"))[0]


@pytest.fixture(scope="module")
def frontal(kei):
    return passing(kei, "fmvss-208")


def test_each_measure_has_its_limit_and_a_chance(frontal):
    told = {row.limit_id: row for row in frontal.limits}
    chest = told["us.fmvss.208_front_belted.chest_accel_3ms"]
    assert chest.limit == 60.0 and chest.unit == "g"
    assert chest.low < chest.median < chest.high < 80.0
    assert 0.9 < chest.p_pass < 1.0
    for row in frontal.limits:
        assert np.isnan(row.p_pass) == (row.status == "unknown") == bool(row.reason)
        assert np.isnan(row.p_pass) or 0.0 <= row.p_pass <= 1.0
    neck = told["us.fmvss.208_front_belted.neck_tension"]
    assert 4.5 * GRAVITY * 36.0 < neck.median < 4.5 * GRAVITY * 60.0, "a head of 4.5 kg held at some 44 g"
    assert 0.9 < neck.p_pass < 1.0 and neck.status == "assumed" and neck.at_least and not chest.at_least
    assert "neck compression" in told["us.fmvss.208_front_belted.neck_compression"].reason
    assert np.isnan(told["us.fmvss.208_front_unbelted.hic15"].p_pass)


def test_the_longer_head_criterion_is_read_in_the_offset_test_and_no_verdict_rests_on_it(kei):
    hic = {row.measure: row for row in passing(kei, "un-r94").limits}["hic36"]
    short = {row.measure: row for row in passing(kei, "fmvss-208").limits if row.test == "208_front_belted"}["hic15"]
    assert 0.0 < hic.median < 1000.0 and short.p_pass > 0.9 and hic.p_pass > 0.9
    assert "un.r94.r94_odb.hic36" not in modelled_results(find("honda_nbox_jf5"))


def test_a_test_is_passed_less_often_than_its_hardest_limit(frontal):
    for test in frontal.tests:
        mine = [row.p_pass for row in frontal.limits if row.test == test["test"] and np.isfinite(row.p_pass) and not row.at_least]
        assert test["known"] == len(mine)
        assert test["p_pass"] <= min(mine) + 1e-9
        assert test["p_pass"] >= 1.0 - sum(1.0 - p for p in mine) - 1e-9


def test_a_small_woman_is_harder_to_protect_and_an_old_truck_fails(frontal, old_truck):
    by = {test["test"]: test["p_pass"] for test in frontal.tests}
    assert by["208_front_belted_5f"] < by["208_front_belted"]
    assert by["208_odb_5f"] > by["208_front_belted_5f"]
    old = {test["test"]: test for test in passing(old_truck, "fmvss-208").tests}
    assert old["208_front_belted"]["p_pass"] < 0.05
    assert old["208_front_unbelted"]["p_pass"] is None and "air bag" in old["208_front_unbelted"]["reason"]


def test_draws_are_wider_without_a_nose_and_hold_what_a_user_states(kei, old_truck, tmp_path):
    spread = [np.log(draw_fronts(record)[1]).std() for record in (kei, old_truck)]
    assert spread[0] == pytest.approx(0.15, rel=0.1) and spread[1] == pytest.approx(0.25, rel=0.1)
    mine = tmp_path / "mine.toml"
    mine.write_text(
        '[[vehicle]]\nid = "mine"\nlike = "honda_nbox_jf5"\ncrush_length = { value = "0.55 m", source = "own test", status = "measured" }\n'
    )
    record = structure_record(find(str(mine)))[0]
    assert record.crush_m.value == 0.55 and record.crush_m.status == "measured" and record.crush_m.source == "own test"
    assert np.ptp(draw_fronts(record)[1]) == 0.0 and np.ptp(draw_fronts(record)[2]) > 0.0
    assert passing(record, "fmvss-208").tests[0]["p_pass"] > 0.9


def test_the_default_restraint_beside_its_fit():
    """Crush length and chest limit of the pair model lie in the interval of the fit, the head limit at its edge, the femur slope below it."""
    rows = {row["name"]: row for row in table("crash/barrier_fit").iter_rows(named=True) if row["kind"] == "parameter"}
    default = dict(zip(PARAMETERS, START, strict=True))
    for name in ("crush_factor", "chest_limit_g"):
        assert rows[name]["low"] <= default[name] <= rows[name]["high"]
    assert rows["head_limit_g"]["high"] == pytest.approx(default["head_limit_g"], rel=0.01)
    assert default["femur_kN_per_g"] < rows["femur_kN_per_g"]["low"]
    assert fitted()["chest_limit_g"][1] < 0.1


def test_unknown_standards_and_unmodelled_ones(kei):
    with pytest.raises(InputError) as caught:
        passing(kei, "fmvs-208")
    assert "fmvss-208" in caught.value.hint
    roof = passing(kei, "fmvss-216a")
    assert all(test["p_pass"] is None and "roof" in test["reason"] for test in roof.tests)
    assert set(STANDARDS) >= {"fmvss-208", "fmvss-214", "un-r94", "un-r137", "us-ncap"}


def test_ncap_reads_as_json_with_stars_side_and_rollover():
    told = json.loads(json.dumps(passing_vehicle(find("honda_nbox_jf5"), 0, "us-ncap").as_dict(), allow_nan=False))
    assert told["tests"][0]["stars"] == 4
    rollover = next(row for row in told["statistical"] if row["what"] == "rollover")
    assert rollover["stability"]["low"] < rollover["stability"]["middle"] < rollover["stability"]["high"]
    assert rollover["p_rollover"]["low"] < rollover["p_rollover"]["high"]
    side = passing_vehicle(find("honda_nbox_jf5"), 0, "fmvss-214").as_dict()["statistical"]
    assert {row["test"] for row in side} == {"214_mdb", "214_pole"}
    assert side[0]["p_fatal_field"]["low"] < side[0]["p_fatal_field"]["middle"] < side[0]["p_fatal_field"]["high"]


def test_the_honeycomb_face_takes_its_energy_and_then_is_solid():
    curve = face_curve(jnp.asarray(1.0))
    mean = FACE_STRENGTH_PA * FACE_HEIGHT_M * FACE_WIDTH_M
    assert float(crush_at(curve, jnp.asarray(1.1 * mean))) == pytest.approx(FACE_USABLE * FACE_DEPTH_M, rel=0.02)
    assert float(crush_at(curve, jnp.asarray(3.0 * mean)) - crush_at(curve, jnp.asarray(1.2 * mean))) < 1e-3
    car = Structure.of(1080.0, 0.44, 1.12, 1.10)
    soft, hard = strike_wall(car, 56 * KMH, 0.8, face=True), strike_wall(car, 56 * KMH, 0.8)
    assert float(soft.first.crush_m) < float(hard.first.crush_m)
    assert float(soft.first.peak_g) < float(hard.first.peak_g)
    assert float(soft.second.crush_m) == pytest.approx(FACE_USABLE * FACE_DEPTH_M, rel=0.05)
    assert float(soft.first.delta_v_mps) == pytest.approx(56 * KMH, rel=0.15)
    assert not bool(soft.extrapolated) and np.isinf(float(soft.second.mass_kg))


def test_less_room_in_the_cabin_is_felt():
    car = Structure.of(840.0, 0.28, 1.05, 1.10)
    room, none = strike_wall(car, 56 * KMH).first, strike_wall(car, 56 * KMH, travel_lost_m=0.15).first
    assert float(none.p_ais3) > float(room.p_ais3)
    assert float(none.delta_v_mps) == float(room.delta_v_mps)


def test_passing_the_american_tests_costs_more_than_the_european_ones(kei, old_truck):
    us, un, none = (compliance(kei, tests) for tests in ("fmvss", "un", "none"))
    assert us.reached and us.p_after >= 0.8 > us.p_before
    assert us.mass_kg.middle > un.mass_kg.middle > none.mass_kg.middle == 0.0
    assert us.cost_usd.low < us.cost_usd.middle < us.cost_usd.high
    assert un.added_m == 0.0 and un.front_kg.low == 0.0 < un.front_kg.high
    assert us.front_kg.low < us.front_kg.middle < us.front_kg.high, "the range joins the model and the prior on the block"
    old = compliance(old_truck, "fmvss")
    assert not old.reached and old.as_dict()["mass_kg"] is None
    with pytest.raises(InputError):
        comply_vehicle(find("honda_nbox_jf5"), 0, "fmvs")


def test_a_reading_within_the_scatter_of_tests_decides_no_verdict():
    found = modelled_results(find("honda_nbox_jf5"))
    assert "us.fmvss.208_front_belted.hic15" in found
    assert "us.fmvss.208_front_unbelted_5f.chest_accel_3ms" not in found
