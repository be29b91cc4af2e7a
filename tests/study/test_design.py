"""A design lays out its points, cuts them into partitions that share a base, and is refused with all faults at once."""

from __future__ import annotations

import pytest

from roadworthy.core import InputError
from roadworthy.study import design

GRID = """
id = "caps"
draws = 16
[vary]
reform = ["kei-urban", "kei-all-roads"]
"policy.quota" = { from = 1000, to = 9000, points = 3 }
"cost.freight_usd" = [800, 1600]
"""


@pytest.fixture
def write(tmp_path):
    def made(text):
        file = tmp_path / "design.toml"
        file.write_text(text)
        return str(file)

    return made


def test_a_grid_is_every_combination_once(write):
    found = design.points(design.read(write(GRID)))
    assert len(found) == len(set(found)) == 2 * 3 * 2
    assert {dict(p.numbers)["policy.quota"] for p in found} == {1000.0, 5000.0, 9000.0}


def test_a_partition_shares_its_base(write):
    for part in design.partitions(design.read(write(GRID))):
        assert len({(p.vehicle, p.law_date, p.held()) for p in part.points}) == 1
    assert len(design.partitions(design.read(write(GRID)))) == 2


def test_the_name_of_a_partition_is_what_decides_it(write):
    names = lambda text: [p.key for p in design.partitions(design.read(write(text)))]  # noqa: E731
    assert names(GRID) == names(GRID.replace('id = "caps"', 'id = "other"'))
    for change in (("draws = 16", "draws = 32"), ("draws = 16", "draws = 16\nseed = 8"), ("9000", "9001"), ("800, ", "801, ")):
        assert set(names(GRID)) - set(names(GRID.replace(*change)))


def test_states_are_varied_by_name(write):
    """A list of states is their share of the people; the name stays beside the number, and is part of the partition's key."""
    text = 'id = "s"\ndraws = 16\n[vary]\nstates = ["TX", "TX, CA", "all"]\n"cost.freight_usd" = [800, 1600]\n'
    found = design.points(design.read(write(text)))
    share = {p.states: dict(p.numbers)["policy.state_access"] for p in found}
    assert len(found) == 6
    assert share["all"] == 1.0
    assert 0.08 < share["TX"] < 0.10  # 29.1 of 331.4 million in 2020
    assert share["TX, CA"] == pytest.approx(share["TX"] + 39.538223 / 331.449281, abs=2e-4)
    one, other = (
        [p.key for p in design.partitions(design.read(write(text.replace('"TX, CA"', said))))] for said in ('"TX, CA"', '"CA TX"')
    )
    assert not set(one) & set(other)


@pytest.mark.parametrize(
    ("text", "code"),
    [('states = ["TX", "ZZ"]', "state.unknown"), ('states = ["TX"]\n"policy.state_access" = [0.5]', "design.states")],
)
def test_wrong_states_are_refused(write, text, code):
    with pytest.raises(InputError) as caught:
        design.points(design.read(write(f'id = "s"\n[vary]\n{text}\n')))
    assert caught.value.code == code


def test_a_sobol_design_fills_its_ranges(write):
    text = 'id = "s"\nkind = "sobol"\npoints = 32\n[vary]\n"policy.duty" = { from = 0.0, to = 0.5 }\n"cost.freight_usd" = { from = 500, to = 2500 }\n'
    found = design.points(design.read(write(text)))
    duty = sorted(dict(p.numbers)["policy.duty"] for p in found)
    assert len(found) == 32
    assert all(i / 64 <= x <= (i + 1) / 64 for i, x in enumerate(duty))  # one point in each of 32 strata


def test_all_faults_of_a_design_are_said_at_once(write):
    text = GRID.replace("draws = 16", "draws = 0").replace("policy.quota", "policy.qouta").replace("[800, 1600]", "[]")
    with pytest.raises(InputError) as caught:
        design.read(write(text))
    said = caught.value.message
    assert "3 faults" in said
    for start, names in {"draws": "draws", '"policy.qouta"': "policy.quota", '"cost.freight_usd"': "empty"}.items():
        number = next(n for n, row in enumerate(text.splitlines(), 1) if row.startswith(start))
        assert any(f"line {number}:" in row and names in row for row in said.splitlines())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('id = "x"\n[vary]\nreform = { from = 1, to = 2 }\n', "word"),
        ('id = "x"\nkind = "sobol"\n[vary]\n"policy.duty" = [0.1]\n', "range"),
        ('id = "x"\n[vary]\nreform = ["kei-urbn"]\n', "kei-urban"),
        ('id = "x"\n[vary]\nvehicle = ["no_such_car"]\n', "no_such_car"),
        (
            'id = "x"\n[vary]\n"policy.quota" = { from = 1, to = 2, points = 10000 }\n"policy.duty" = { from = 0, to = 1, points = 10000 }\n',
            "points",
        ),
        ("id = ", "TOML"),
    ],
)
def test_bad_designs_are_refused(write, text, names):
    with pytest.raises(InputError) as caught:
        design.partitions(design.read(write(text)))
    assert names in caught.value.message + caught.value.hint
