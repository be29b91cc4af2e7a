import itertools
import re
import xml.etree.ElementTree as ET

import pytest
import sample
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.report.bodies import drawings, kind_of, side
from roadworthy.report.silhouettes import crash_scene, lineup

CARS = [sample.body(row) for row in sample.BODIES]


def extent(path):
    xs = [p[0] for _, points in path for p in points]
    ys = [p[1] for _, points in path for p in points]
    return min(xs), max(xs), min(ys), max(ys)


def brackets(svg):
    """Length in pixels of the bracket under each vehicle."""
    found = re.findall(r'<line class="ax" x1="([\d.]+)" x2="([\d.]+)" y1="([\d.]+)" y2="([\d.]+)"', svg)
    return [float(b) - float(a) for a, b, y, z in found if y == z]


@pytest.mark.parametrize("width", [1072.0, 346.0])
def test_one_scale_for_all(width):
    svg = lineup(CARS, width)
    pixels = brackets(svg)
    assert len(pixels) == len(CARS)
    per_m = [px / car["length_m"] for px, car in zip(pixels, CARS, strict=True)]
    assert max(per_m) == pytest.approx(min(per_m), rel=0.01)
    metre = float(re.search(r'<line class="dim s" x1="0" x2="([\d.]+)"', svg).group(1))
    assert metre == pytest.approx(per_m[0], rel=0.01)
    scales = {float(s) for s in re.findall(r"scale\(([\d.]+)\)", svg)}
    assert len(scales) == 1
    assert scales.pop() * 1000 == pytest.approx(per_m[0], rel=0.01)


@pytest.mark.parametrize("kind", sorted(drawings()))
@given(st.floats(2.2, 6.5), st.floats(1.1, 2.1), st.floats(0.5, 0.7))
def test_a_body_fills_its_length_and_height(kind, length, height, share):
    word = {"tall_wagon": "super_height", "truck": "kei truck"}.get(kind, kind)
    view = side({"body_kind": word, "length_m": length, "height_m": height, "wheelbase_m": share * length})
    left, right, top, bottom = extent(view.outline)
    assert left == pytest.approx(0, abs=0.02 * length * 1e3)
    assert right == pytest.approx(length * 1e3, rel=0.02)
    assert -top == pytest.approx(height * 1e3, rel=0.02)
    assert bottom <= 0
    assert view.axles[1] - view.axles[0] == pytest.approx(share * length * 1e3, rel=1e-9)


@pytest.mark.parametrize(
    ("words", "length", "height", "kind"),
    [("super_height", 3.4, 1.8, "tall_wagon"), ("super-height wagon", 3.4, 1.8, "tall_wagon"), ("height_wagon", 3.4, 1.65, "tall_wagon"), ("truck", 3.4, 1.78, "truck"),
     ("van_cabover", 3.4, 1.9, "van"), ("pickup", 5.9, 1.96, "pickup"), ("truck", 5.9, 1.96, "pickup"), ("roadster", 3.9, 1.23, "roadster"), ("suv", 4.6, 1.7, "suv"),
     ("sedan", 4.6, 1.4, "sedan"), ("subcompact car", 3.8, 1.5, "hatch"), ("hatch", 3.4, 1.5, "hatch"), ("van van", 3.4, 1.9, "tall_wagon"),
     ("suv off-road 4x4", 3.4, 1.7, "offroad"), ("quadricycle light quadricycle L6e", 2.4, 1.5, "hatch"), ("lsv LSV 4-seat", 3.5, 1.9, "tall_wagon"), ("", 3.4, 1.8, "tall_wagon"), ("", 4.6, 1.44, "sedan")],
)  # fmt: skip
def test_words_choose_the_drawing(words, length, height, kind):
    assert kind_of(words, length, height) == kind


def test_a_vehicle_without_a_length_is_not_drawn():
    assert side({"length_m": None, "height_m": 1.8}) is None
    assert side({"length_m": float("nan"), "height_m": 1.8}) is None
    assert lineup([{"id": "x", "length_m": None, "height_m": 1.8}], 500.0) == ""


def test_words_under_small_cars_do_not_overlap():
    small = [
        {"id": f"v{i}", "name": f"Wuling Hongguang Mini EV {i}", "length_m": 2.4, "height_m": 1.5, "wheelbase_m": 1.6, "mass_kg": 665.0}
        for i in range(9)
    ]
    svg = lineup(small, 1072.0)
    words = re.findall(r'<text class="c m" x="([\d.]+)" y="([\d.]+)">([^<]+)</text>', svg)
    assert len(words) == len(small)
    for (x, y, said), (x2, y2, _) in itertools.pairwise(words):
        if y == y2:
            assert float(x2) - float(x) >= 5.5 * len(said)


def crush_bars(svg):
    return [float(b) - float(a) for a, b in re.findall(r'<line class="dim(?: u)?" x1="([\d.]+)" x2="([\d.]+)"', svg)]


@pytest.mark.parametrize("width", [720.0, 346.0])
def test_crush_bars_are_to_scale(width):
    crash = sample.summary()["crash"]
    svg = crash_scene(crash, [CARS[0], CARS[2]], width)
    ET.fromstring(svg)
    metre = float(re.search(r'<line class="dim s" x1="0" x2="([\d.]+)"', svg).group(1))
    assert [round(b / metre, 2) for b in crush_bars(svg)] == [0.67, 0.55]
    assert svg.count("ghost") == 2
    assert "gives 67 cm" in svg


def test_no_crush_is_said_and_zero_crush_is_zero():
    crash = sample.summary()["crash"]
    crash["sides"][0]["crush_m"] = None
    assert "crush not known" in crash_scene(crash, [CARS[0], CARS[2]], 720.0)
    crash["sides"][0]["crush_m"] = 0.0
    assert crush_bars(crash_scene(crash, [CARS[0], CARS[2]], 720.0))[0] == 0.0
