"""A file to start from, vehicles side by side, and what a number says."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.cli.main import call
from roadworthy.core import InputError
from roadworthy.vehicles import catalogue, fields, identify, load, template
from roadworthy.vehicles.identify import ALPHABET, chassis_codes, check_digit, model_year

VIN = "1M8GDM9AXKP042788"
"""The worked example that is printed with the rule."""


def test_a_new_file_loads_as_it_stands_and_names_every_field():
    text = template("my_car")
    v = load(text)
    assert v.ids == ("my_car",) and v.length_m[0] == 3.395
    for f in fields().values():
        if f.name != "group":
            assert re.search(rf"^(# )?{f.stem} = ", text, re.M), f.stem
            assert f.meaning in text


def test_every_example_of_a_new_file_is_accepted():
    """Each commented line, made live one by one, loads: the template never teaches what the door refuses."""
    lines = template("my_car").splitlines()
    for k, line in enumerate(lines):
        found = re.match(r"^# (\w+) = (.+)$", line)
        if found and found.group(1) in {f.stem for f in fields().values()}:
            live = [*lines[:k], line[2:], *lines[k + 1 :]]
            if found.group(1) == "battery":
                live.append('powertrain = "phev"')  # a battery beside an engine needs a word on what drives it
            load("\n".join(live))


def test_a_file_like_another_shows_its_values_and_keeps_its_sources():
    text = template("my_car", like="honda_nvan_jj1")
    assert 'like = "honda_nvan_jj1"' in text and "# honda_nvan_jj1: 1.945 m" in text
    v, seed = load(text), catalogue().select("honda_nvan_jj1")
    assert v.height_m[0] == seed.height_m[0] and v.source("height_m") == seed.source("height_m")


@pytest.mark.parametrize(
    ("id", "like", "code"),
    [("My Car", None, "vehicle.id"), ("honda_nbox_jf5", None, "vehicle.duplicate"), ("mine", "honda_nbx", "vehicle.unknown")],
)
def test_impossible_templates_are_refused_with_a_mend(id, like, code):
    with pytest.raises(InputError) as caught:
        template(id, like)
    assert caught.value.code == code and caught.value.hint


def test_new_does_not_overwrite(tmp_path, capsys):
    file = tmp_path / "mine.toml"
    assert call(["vehicles", "new", "mine", "--out", str(file)]) == 0
    assert call(["vehicles", "new", "mine", "--out", str(file)]) == 3
    assert "is there already" in capsys.readouterr().err


def test_a_vin_of_the_rule_is_read():
    found = identify(VIN)
    assert (found.kind, found.region, found.valid, found.model_year) == ("vin", "United States", True, 1989)
    assert identify("1" * 17).valid is True


def test_the_year_code_has_two_rounds():
    assert model_year("1M8GD19AXKP042788") == 1989
    assert model_year("1M8GDM1AXKP042788") == 1989  # digit in position 7
    assert model_year("1M8GDMAAXKP042788") == 2019  # letter in position 7
    assert model_year("1M8GDM1AXZP042788") is None


@given(st.integers(0, 16).filter(lambda k: k != 8), st.sampled_from(sorted(ALPHABET)))
def test_a_wrong_character_is_found_out_unless_its_value_is_the_same(place, letter):
    changed = VIN[:place] + letter + VIN[place + 1 :]
    same = (ALPHABET[letter] - ALPHABET[VIN[place]]) % 11 == 0
    assert (check_digit(changed) == VIN[8]) is same


@pytest.mark.parametrize(
    ("number", "code", "hint"), [("1M8GDM9A", "vin.length", "17"), ("1M8GDM9AXKPO42788", "vin.character", "'0'"), ("", "vin.length", "17")]
)
def test_impossible_numbers_are_refused_with_a_mend(number, code, hint):
    with pytest.raises(InputError) as caught:
        identify(number)
    assert caught.value.code == code and hint in caught.value.hint


def test_a_japanese_frame_number_names_the_chassis_in_the_catalogue():
    assert identify("HA3-1234567").candidates == ("honda_acty_ha3",)
    assert identify("ha4-2000001").candidates == ("honda_acty_ha3",)
    assert set(identify("DA16T-100001").candidates) == {"suzuki_carry_da16t", "suzuki_super_carry"}
    nobody = identify("ZZ99-100001")
    assert nobody.candidates == () and "no vehicle" in nobody.notes[-1] and nobody.valid is None


def test_chassis_codes_are_taken_apart():
    assert chassis_codes("HA3/HA4") == {"HA3", "HA4"}
    assert {"MK54S", "MK94S"} <= chassis_codes("MK54S/94S")
    assert chassis_codes("-") == set()


def test_every_code_of_the_catalogue_finds_its_vehicle():
    seed = catalogue()
    for id, group, code in zip(seed.ids, seed.group, seed.code, strict=True):
        if group.startswith("kei"):
            for one in chassis_codes(code):
                if re.match(r"^[A-Z0-9]{2,7}$", one):
                    assert id in identify(f"{one}-100001").candidates, (id, one)


def test_identify_on_the_command_line(capsys):
    assert call(["vehicles", "identify", VIN]) == 0
    assert "check digit right; model year 1989" in " ".join(capsys.readouterr().out.split())
    assert call(["vehicles", "identify", VIN.replace("X", "1")]) == 1
    assert call(["vehicles", "identify", "12"]) == 3
    assert "has 2 characters" in capsys.readouterr().err


def test_compare_on_the_command_line(capsys, tmp_path):
    picture = tmp_path / "cars.svg"
    assert call(["vehicles", "compare", "honda_nbox_jf5", "mazda_mx5_nd", "--svg", str(picture)]) == 0
    said = capsys.readouterr().out
    assert "3.914 m" in said and "(+15%)" in said and "not known" in said
    svg = picture.read_text()
    assert svg.startswith("<svg") and 'xmlns="http://www.w3.org/2000/svg"' in svg and svg.count('class="tyre"') == 4
    assert call(["vehicles", "compare", "honda_nbox_jf5", "mazda_mx5_nd", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    length = next(row for row in answer["rows"] if row["field"] == "length_m")
    assert length["values"][1]["ratio"] == pytest.approx(3.914 / 3.395) and length["values"][1]["status"] == "published"
    assert call(["vehicles", "compare", "honda_nbox_jf5"]) == 2
    assert call(["vehicles", "compare", "honda_nbox_jf5", "mazda_mx6_nd"]) == 3
    assert "mazda_mx5_nd" in capsys.readouterr().err
