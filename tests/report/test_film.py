"""The crash as a moving drawing: it follows the computed crush, rests at its end, and says so to who cannot see it."""

import re
from xml.etree import ElementTree

import pytest

from roadworthy.core.units import MPH
from roadworthy.crash import collide_vehicles
from roadworthy.report.film import DARK, KNOTS_MS, film, frames, frames_json
from roadworthy.vehicles import find

START = re.compile(r'.*?begin="([^"]*)\.click".*', re.DOTALL)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def scene():
    return collide_vehicles(find("honda_nbox_jf5"), 0, find("ford_f150_crew"), 0, 70 * MPH)


def test_frames_follow_the_pulse_and_end_at_the_greatest_crush(scene):
    shots = frames(scene)
    assert [f.time_ms for f in shots] == list(KNOTS_MS)
    for i in (0, 1):
        crush = [f.crush_m[i] for f in shots]
        assert crush == sorted(crush) and crush[0] == 0.0
        assert crush[-1] == pytest.approx((scene.first, scene.second)[i].crush_m, abs=2e-3)
    assert shots[0].gap_m == pytest.approx(0.010 * scene.closing_mps) and shots[1].gap_m == 0.0
    fine = frames_json(scene)
    assert fine[0]["time_ms"] == -10.0 and fine[-1]["time_ms"] == 110.0 and len(fine) == 61


def test_the_film_is_one_drawing_to_scale_that_rests_at_maximum_crush(scene):
    drawn = film(scene)
    root = ElementTree.fromstring(drawn)
    assert len(drawn) < 200_000 and "http" not in drawn.replace("http://www.w3.org/2000/svg", "")
    moves = [e for e in root.iter() if e.tag in (f"{SVG}animate", f"{SVG}animateTransform")]
    assert moves and all(e.get("begin") == "film_play.click" and e.get("dur") == "6s" for e in moves)
    for path in root.iter(f"{SVG}path"):
        for move in path.findall(f"{SVG}animate"):
            steps = move.get("values").split(";")
            assert steps[-1] == path.get("d") and len(steps) == len(KNOTS_MS)
            assert len({re.sub(r"[-\d. ]+", "", s) for s in steps}) == 1
    assert "prefers-reduced-motion" in drawn and "N-BOX gives 67 cm" in root.get("aria-label")
    cars = [g for g in root.iter(f"{SVG}g") if (g.get("class") or "").startswith("car ")]
    assert [c.get("class") for c in cars] == ["car kei", "car us"]
    gap = float(cars[0].get("transform").split("(")[1].split()[0]) - float(cars[1].get("transform").split("(")[1].split()[0])
    assert gap == pytest.approx(1e3 * (scene.first.crush_m + scene.second.crush_m), abs=5.0)


def test_plain_records_are_drawn_alike_and_unknown_sizes_are_not_drawn(scene):
    given = scene.as_dict()
    assert film(given) == film(scene)
    assert film({**given, "pulse": None}) == ""
    assert film({**given, "first": {**given["first"], "length_m": None}}) == ""
    assert "-" not in START.fullmatch(film(scene, name="b")).group(1), "a hyphen would end the id, and the film would never begin"
    assert 'id="b_play"' in film(scene, name="b") and DARK["kei"] in film(scene)


def test_a_page_with_a_scrubber_gets_a_film_without_a_button_that_begins_at_zero(scene):
    root = ElementTree.fromstring(film(scene, scrubbed=True))
    moves = [e for e in root.iter() if e.tag in (f"{SVG}animate", f"{SVG}animateTransform")]
    assert moves and all(e.get("begin") == "0s" for e in moves) and not list(root.iter(f"{SVG}a"))
    assert float(root.get("data-lasts-s")) == 6.0 and float(root.get("data-shown-ms")) - float(root.get("data-before-ms")) == KNOTS_MS[-1]
    assert len(root.get("data-frames").split(";")) == len(KNOTS_MS)
