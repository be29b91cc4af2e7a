"""Vehicles from users' files: what loads, what is written, and every sentence when something is wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy import vehicles
from roadworthy.vehicles import FileError, catalogue, dump, fill, load

LIKE = '[[vehicle]]\nid = "x_car"\nlike = "honda_nvan_jj1"\n'
WHOLE = """# a concept
[[vehicle]]
id = "my_micro_van"
built_first = 2026
seats = 4
length = "3.395 m"
width_mm = 1475
height = "6.2 ft"
displacement_cc = 658
power = "64 PS"
mass = { value = "930 kg", source = "maker's sheet 2026-03", status = "published", sd = "15 kg" }
price_min = "1648900 JPY 2023"
equipment = { airbags = true, esc = "unknown", abs = false }
"""


def test_a_whole_file_loads_with_its_provenance(tmp_path):
    file = tmp_path / "concept.toml"
    file.write_text(WHOLE)
    v = load(file)
    assert v == load(WHOLE) == load(str(file))
    assert v.ids == ("my_micro_van",)
    assert v.width_m[0] == 1.475
    assert v.height_m[0] == pytest.approx(6.2 * 0.3048)
    assert v.power_W[0] == pytest.approx(64 * 735.49875)
    assert v.cited(0, "mass_kg").status == "published"
    assert v.source("mass_kg") == ("maker's sheet 2026-03",)
    assert v.sd_ln("mass_kg")[0] == pytest.approx(15 / 930)
    assert v.status("length_m") == ("assumed",)
    assert (v.price_min[0], v["price_currency"][0], v.price_year[0]) == (1648900, "JPY", 2023)
    assert v.equipment[0] == {"airbags": "yes", "esc": "unknown", "abs": "no"}
    filled = vehicles.find(file)
    assert filled == fill(v)
    assert filled.source("torque_Nm") == ("fill T1",)


def test_the_mark_that_some_editors_put_first_is_no_part_of_the_text(tmp_path):
    file = tmp_path / "marked.toml"
    file.write_text(WHOLE, encoding="utf-8-sig")
    assert load(file) == load(WHOLE)


def test_like_copies_values_with_status_and_source():
    v = load(LIKE + 'height = "1.9 m"\n')
    base = catalogue().select("honda_nvan_jj1")
    assert v.length_m[0] == base.length_m[0]
    assert v.status("length_m") == base.status("length_m")
    assert v.source("mass_kg") == base.source("mass_kg")
    assert v["group"] == ("user",)
    assert v["model"] == ("",)
    assert np.isnan(v.economy_m_per_m3[0])


def test_like_drops_what_the_file_contradicts():
    v = load(LIKE + 'powertrain = "bev"\nbattery = "20 kWh"\nmass = "1000 kg"\n')
    assert np.isnan(v.displacement_m3[0])
    assert np.isnan(v.mass_max_kg[0])
    assert fill(v).mass_max_kg[0] == pytest.approx(1109)
    with pytest.raises(FileError, match="both an engine and a battery"):
        load(LIKE + 'battery = "20 kWh"\n')


def test_like_may_name_an_earlier_vehicle_of_the_file():
    v = load(WHOLE + '[[vehicle]]\nid = "second"\nlike = "my_micro_van"\npower = "40 kW"\n')
    assert v.ids == ("my_micro_van", "second")
    assert v.length_m[0] == v.length_m[1]


@pytest.mark.parametrize("filled", [False, True])
def test_what_is_written_is_read_back_bit_for_bit(filled):
    v = fill(catalogue()) if filled else catalogue()
    assert load(dump(v)) == v
    own = load(WHOLE)
    assert load(dump(own)) == own


def test_order_of_fields_and_vehicles_does_not_matter():
    head, *lines = WHOLE.strip().splitlines()[1:]
    assert load("\n".join([head, *reversed(lines)])) == load(WHOLE)
    other = LIKE + 'height = "1.9 m"\n'
    assert load(WHOLE + other).select("x_car") == load(other)
    assert load(other + WHOLE).select("my_micro_van") == load(WHOLE)


@given(st.floats(1.51, 6.99), st.sampled_from(["m", "mm", "cm", "in", "ft"]))
def test_any_accepted_unit_gives_the_same_length(length, unit):
    from roadworthy.core.units import UNITS

    number = length / UNITS["length"][unit]
    by_text = load(LIKE + f'length = "{number!r} {unit}"\n').length_m[0]
    by_name = load(LIKE + f"length_{unit} = {number!r}\n").length_m[0]
    assert by_text == by_name == pytest.approx(length, rel=1e-12)


@pytest.mark.parametrize(
    ("line", "litres_per_100km"),
    [('economy = "5 L/100km"', 5.0), ("economy_L_per_100km = 5", 5.0), ('economy = "20 km/L"', 5.0), ('economy = "47.04291666 mpg"', 5.0)],
)
def test_economy_in_every_form(line, litres_per_100km):
    assert 1e8 / load(LIKE + line + "\n").economy_m_per_m3[0] == pytest.approx(litres_per_100km, rel=1e-4)


def test_electric_consumption_has_its_own_field():
    v = load(LIKE + 'economy = "120 Wh/km"\n')
    assert v.consumption_J_per_m[0] == pytest.approx(432)
    assert np.isnan(v.economy_m_per_m3[0])


BAD = {
    "unknown field": ('lenght = "3.3 m"', "vehicle.field", "lenght", "length"),
    "unknown unit": ('length = "3.3 furlong"', "unit.unknown", "furlong", "mm"),
    "capitals of a unit": ('mass = "930 KG"', "unit.unknown", "KG", "'kg'"),
    "other dimension": ('mass = "3.3 m"', "unit.dimension", "measures length, not mass", "kg"),
    "suffix of another dimension": ("mass_mm = 3", "vehicle.field", "measures length", "mass_kg"),
    "bare number": ("length = 3.3", "unit.missing", "no unit", '"3.3 m"'),
    "inches read as mm": ('length = "133.7 mm"', "vehicle.range", "0.1337 m", "inches read as mm? that would be 3.396 m"),
    "inches in the name": ("length_mm = 133.7", "vehicle.range", "0.1337 m", "inches read as mm?"),
    "metres for millimetres": ('height = "1790 m"', "vehicle.range", "1790", "1.79 m"),
    "too many seats": ("seats = 12", "vehicle.range", "seats = 12", "1 to 9"),
    "negative mass": ('mass = "-900 kg"', "vehicle.range", "negative", "positive"),
    "no seat": ("seats = 0", "vehicle.range", "zero", "positive"),
    "not a number": ("mass_kg = nan", "vehicle.range", "not a finite number", "unknown"),
    "price without currency": ("price_min = 1000000", "unit.missing", "no currency", "JPY 2023"),
    "price without year": ('price_min = "1000000 JPY"', "unit.missing", "no year", "1000000 JPY 2023"),
    "unknown currency": ('price_min = "1000000 YEN 2023"', "unit.unknown", "YEN", "JPY"),
    "not a date": ('built_first = "March 2020"', "vehicle.date", "March 2020", "1998-03"),
    "not a flag": ('turbo = "maybe"', "vehicle.value", "neither true nor false", "true"),
    "unknown choice": ('powertrain = "petrol"', "vehicle.value", "petrol", "ice"),
    "list": ("length = [1, 2]", "vehicle.value", "a list", "one value"),
    "unknown status": ('mass = { value = "930 kg", status = "sure" }', "status.unknown", "sure", "measured"),
    "unknown part of a value": ('mass = { valeu = "930 kg" }', "vehicle.value", "valeu", "value"),
    "negative sd": ('mass = { value = "930 kg", sd = "-3 kg" }', "vehicle.range", "negative", "positive"),
    "equipment": ("equipment = { esc = 3 }", "vehicle.value", "esc", "true"),
    "equipment name": ("equipment = { airbgs = true }", "equipment.unknown", "airbgs", "airbags"),
    "equipment that is a size": ("equipment = { length = true }", "equipment.unknown", "length", "mean"),
}


@pytest.mark.parametrize("case", BAD)
def test_errors_name_file_line_value_and_mend(case, tmp_path):
    line, code, words, mend = BAD[case]
    file = tmp_path / "concept.toml"
    file.write_text(LIKE + line + "\n")
    with pytest.raises(FileError) as caught:
        load(file)
    fault = caught.value
    assert fault.exit_code == 3
    assert (fault.code, fault.where) == (code, f"{file}:4")
    assert words in fault.message
    assert mend in fault.hint


def fault_of(text: str) -> FileError:
    with pytest.raises(FileError) as caught:
        load(text)
    return caught.value


def test_two_spellings_of_one_field():
    fault = fault_of(LIKE + 'length = "3.3 m"\nlength_mm = 3300\n')
    assert "two spellings" in fault.message
    assert fault.where == "text:5"


def test_two_vehicles_of_one_id():
    fault = fault_of(LIKE + "\n" + LIKE)
    assert "two vehicles are called 'x_car'" in fault.message
    assert fault.where == "text:6"


def test_unknown_like_offers_a_near_name_and_nothing_else():
    fault = fault_of('[[vehicle]]\nid = "a"\nlike = "honda_nvan_jj2"\n')
    assert fault.where == "text:3"
    assert "honda_nvan_jj1" in fault.hint
    assert len(fault.faults) == 1


def test_missing_fields_are_listed_with_examples():
    fault = fault_of('[[vehicle]]\nid = "a"\nlength = "3.3 m"\n')
    said = [f.message.split(" is missing")[0] for f in fault.faults]
    assert {"built_first", "seats", "width", "height", "power"} <= set(said)
    assert any("neither an engine nor a battery" in f.message for f in fault.faults)
    assert all(f.hint for f in fault.faults)


def test_all_errors_of_a_file_are_told_together_in_order():
    fault = fault_of(LIKE + 'lenght = "3 m"\nmass = "3 m"\npower = 3\n')
    assert [f.where for f in fault.faults] == ["text:4", "text:5", "text:6"]
    assert fault.message.startswith("3 errors")
    assert "did you mean 'length'" in fault.message


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ('[[vehicle]]\nid = "a"\nlength = 3.4 m\n', "text:3", 'length = "3.4 m"'),
        ("id: a\nlength: 3\n", "text:1", "[[vehicle]]"),
        ('id = "a"\nlength = "3 m"\n', "text:1", "[[vehicle]]"),
        ("vehicle = 3\n", "text:1", "[[vehicle]]"),
        ("\n", "text:1", "[[vehicle]]"),
        ('[[vehicle]]\nid = "My Van"\nlike = "honda_nvan_jj1"\n', "text:2", "my_van"),
        ('[[vehicle]]\nlike = "honda_nvan_jj1"\n', "text:1", "id ="),
    ],
)
def test_files_that_are_no_vehicle_files(text, where, words):
    fault = fault_of(text)
    assert fault.where == where
    assert words in fault.hint


def test_a_missing_file_is_one_sentence(tmp_path):
    from roadworthy.core import InputError

    with pytest.raises(InputError, match="cannot be read"):
        vehicles.find(tmp_path / "nothing.toml")


def test_implausible_is_allowed_when_said_but_impossible_is_not():
    v = load(LIKE + 'implausible_ok = true\nlength = "8 m"\n')
    assert v.length_m[0] == 8
    assert load(dump(v)) == v
    assert "negative" in fault_of(LIKE + 'implausible_ok = true\nlength = "-8 m"\n').message


def test_an_explicit_unknown_is_an_answer():
    v = load(LIKE + 'height = "unknown"\n')
    assert np.isnan(v.height_m[0])
    assert v.status("height_m") == (vehicles.UNKNOWN,)
    assert np.isnan(fill(v).cd[0])
