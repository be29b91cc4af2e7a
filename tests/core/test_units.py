import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core import InputError
from roadworthy.core.units import UNITS, convert, factor, parse, suffix


@given(st.sampled_from([(d, u) for d, t in UNITS.items() for u in t]), st.floats(1e-6, 1e6))
def test_round_trip(pair, value):
    dimension, unit = pair
    assert convert(value, unit, dimension) / factor(unit, dimension) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "dimension", "si"),
    [
        ("3.395 m", "length", 3.395),
        ("64 PS", "power", 47071.92),
        ("64PS", "power", 47071.92),
        ("3,000 lb", "mass", 1360.77711),
        ("660 cc", "volume", 660e-6),
        ("25 mph", "speed", 11.176),
        ("21.2 km/L", "economy", 21.2e6),
        ("4", "count", 4.0),
    ],
)
def test_parse(text, dimension, si):
    assert parse(text, dimension) == pytest.approx(si, rel=1e-9)


@pytest.mark.parametrize(
    ("text", "dimension", "code"),
    [
        ("3.4", "length", "unit.missing"),
        ("3.4 kg", "length", "unit.dimension"),
        ("3.4 mmm", "length", "unit.unknown"),
        ("abc", "mass", "unit.syntax"),
    ],
)
def test_parse_says_what_is_wrong(text, dimension, code):
    with pytest.raises(InputError) as fault:
        parse(text, dimension)
    assert fault.value.code == code
    assert fault.value.hint


def test_suffix_finds_the_longest_unit():
    fields = {"length": "length", "mass": "mass"}
    assert suffix("length_mm", fields) == ("length", "mm")
    assert suffix("length_furlong", fields) is None
    assert math.isclose(factor("mm", "length"), 1e-3)
