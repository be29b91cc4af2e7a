"""Children, load and named people; taller and heavier people never fit better; what the room is held against; the picture."""

from __future__ import annotations

import json
import re
from typing import Any

import equinox as eqx
import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy import vehicles
from roadworthy.cli.main import call
from roadworthy.core import InputError
from roadworthy.report.seated import figure, seated
from roadworthy.space import TIERS, fit, named_party, party, percentile_sitter, posture, room, shares
from roadworthy.space.children import rear_facing_share
from roadworthy.space.held import held
from roadworthy.study.cards import seated_card

CARS = vehicles.fill(vehicles.catalogue()).select(["honda_nbox_jf5", "suzuki_carry_da16t", "toyota_corolla_e210", "mazda_mx5_nd"])
SHARES = eqx.filter_jit(shares)
ROOM = room(CARS).interior


def chance(sex: str, stature_m: float, weight_kg: float) -> np.ndarray:
    return np.asarray(SHARES(ROOM, party((sex, stature_m, weight_kg)), 0.02))


@given(st.sampled_from("MF"), st.floats(1.45, 2.0), st.floats(45.0, 140.0), st.floats(0.0, 40.0))
def test_heavier_people_never_fit_better(sex, stature, weight, more):
    light, heavy = chance(sex, stature, weight), chance(sex, stature, weight + more)
    assert np.all((heavy <= light + 1e-12) | np.isnan(light))


@given(st.sampled_from("MF"), st.floats(1.45, 1.95), st.floats(17.0, 40.0), st.floats(0.0, 0.1))
def test_taller_people_of_one_build_never_fit_better(sex, stature, build, more):
    small, tall = (chance(sex, s, build * s**2) for s in (stature, stature + more))
    assert np.all((tall <= small + 1e-12) | np.isnan(small))


@given(st.sampled_from("MF"), st.floats(1.45, 1.95), st.floats(45.0, 140.0), st.floats(0.0, 0.1))
def test_taller_people_of_one_weight_never_fit_the_driver_s_seat_better(sex, stature, weight, more):
    """At one weight a taller person is slimmer, so that hips may fit better; the driver's own seat has no such test."""
    driver = TIERS.index("driver")
    assert np.all(chance(sex, stature + more, weight)[:, driver] <= chance(sex, stature, weight)[:, driver] + 1e-12)


def test_a_child_seat_wants_room_that_a_tall_driver_takes():
    p = posture()
    tight = eqx.tree_at(lambda c: c.l51_m, ROOM, ROOM.l51_m - 0.16)
    short, tall = (np.asarray(rear_facing_share(tight, party(("M", s, 80.0)), 0.02, p)) for s in (1.55, 1.95))
    corolla = CARS.index("toyota_corolla_e210")
    assert tall[corolla] < short[corolla]
    assert np.isnan(short[CARS.index("mazda_mx5_nd")]) and np.isnan(short[CARS.index("suzuki_carry_da16t")])
    longer = eqx.tree_at(lambda c: c.l51_m, tight, tight.l51_m + 0.05)
    assert float(rear_facing_share(longer, party(("M", 1.95, 80.0)), 0.02, p)[corolla]) > tall[corolla]


def test_child_seats_side_by_side_never_outnumber_the_places():
    found = fit(CARS)
    assert found.across[CARS.index("honda_nbox_jf5")] == 2
    assert np.isnan(found.across[CARS.index("mazda_mx5_nd")])
    wide = fit(vehicles.find("ford_f150_crew"))
    assert wide.across[0] == 3


def test_load_beside_the_driver_is_the_rating_less_a_mean_adult():
    found = fit(CARS)
    kei = CARS.index("honda_nbox_jf5")
    assert found.left_kg[kei, 0] == pytest.approx(220 - 81.5, abs=0.5)
    assert found.left_kg[kei, 0] - found.left_kg[kei, 1] == pytest.approx(81.5, abs=0.5)
    assert np.isnan(found.left_kg[CARS.index("mazda_mx5_nd"), 0]), "rated load not known"
    said = found.as_dict(kei)
    json.dumps(said, allow_nan=False)
    assert said["children"]["seats_across"] == 2 and said["cargo"]["volume_m3"] is None


def test_named_people():
    assert float(named_party(["M, 1.93, 95", "f,1.68,62"]).stature_m[0, 1]) == 1.68
    for bad in ("tall", "M,1.93", "M,x,95", "X,1.93,95", "M,193,95"):
        with pytest.raises(InputError) as caught:
            named_party([bad])
        assert caught.value.code == "space.party" and caught.value.hint


def test_interiors_agree_with_the_published_volumes_and_adults_with_the_survey():
    facts = held()
    assert len(facts) >= 20 and all(h.inside for h in facts)
    assert sum(not h.fitted for h in facts) >= 6


def test_sitters_lie_at_their_percentiles():
    small, middle, tall = percentile_sitter("F", 5), percentile_sitter("", 50), percentile_sitter("M", 95)
    assert small.stature_m == pytest.approx(1.50, abs=0.01) and tall.stature_m == pytest.approx(1.884, abs=0.01)
    assert small.sitting_height_m < middle.sitting_height_m < tall.sitting_height_m


def test_the_crown_meets_the_roof_where_the_head_test_fails():
    """A head that needs all the room is drawn at the roof line: the picture and the test share their geometry."""
    card = seated_card(vehicles.find("honda_nbox_jf5"), 0)
    inside, person = card["inside"], card["people"][2]
    joints = figure(person, inside, (0.9, 0.4))
    free = inside["h61_m"] - 0.102 - np.hypot(joints["crown"][0] - joints["hip"][0], joints["crown"][1] - joints["hip"][1])
    assert free == pytest.approx(person["head_m"] + float(posture().head_clearance), abs=1e-9)
    thigh = np.hypot(joints["knee"][0] - joints["hip"][0], joints["knee"][1] - joints["hip"][1])
    shank = np.hypot(joints["knee"][0] - joints["ankle"][0], joints["knee"][1] - joints["ankle"][1])
    assert (thigh, shank) == pytest.approx((person["thigh_m"], person["shank_m"]))


def test_fit_on_the_command_line(capsys, tmp_path):
    picture = tmp_path / "seat.svg"
    assert call(["fit", "suzuki_carry_da16t", "--svg", str(picture), "--person", "M,1.93,95"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "do they fit? M,1.93,95" in said and "driver no" in said
    svg = picture.read_text()
    assert len(re.findall(r'class="sitter s\d"', svg)) == 3 and "man, 95th percentile" in svg
    assert call(["fit", "suzuki_carry_da16t", "--person", "tall"]) == 3
    assert "write it like M,1.93,95" in capsys.readouterr().err
    assert call(["fit", "aptera", "--svg", str(picture)]) == 3
    assert seated(seated_card(vehicles.find("aptera"), 0), 720.0) == ""


def test_gradient_of_the_child_seat_agrees_with_differences():
    driver, p = party(("M", 1.9, 90.0)), posture()

    def share(x: Any) -> Any:
        return rear_facing_share(eqx.tree_at(lambda c: c.l51_m, ROOM, ROOM.l51_m.at[0].set(x)), driver, 0.02, p)[0]

    at, step = 0.80, 1e-5
    difference = (float(share(at + step)) - float(share(at - step))) / (2 * step)
    assert float(jax.grad(share)(at)) == pytest.approx(difference, rel=1e-4)
