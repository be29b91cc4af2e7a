"""A kept answer is packed, opened and solved again to the last bit; two answers are compared; a damaged bundle is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile

import pytest

from roadworthy.cli.main import call
from roadworthy.core import InputError
from roadworthy.study import bundle, certainty, scenario, store
from roadworthy.study.ask import answer
from roadworthy.study.compare import compare
from roadworthy.study.world import prepare

CHEAP = ("none", "import-age-15")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A small answer kept in a folder of its own, with the bundle of it."""
    folder = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        found, outcome = answer(scenario.load("kei-green-light", draws=32, reforms=CHEAP, headline="import-age-15"))
        patch.setattr(store, "folder", lambda: folder)
        store.save(dict(found), outcome)
        _, file = bundle.make(found["key"], folder / "answer.zip", "<html></html>")
        yield found, file, folder


@pytest.fixture
def here(kept, monkeypatch):
    monkeypatch.setattr(store, "folder", lambda: kept[2])
    return kept


def test_a_bundle_holds_all_and_the_same_answer_is_the_same_file(here, tmp_path):
    found, file, _ = here
    with zipfile.ZipFile(file) as pack:
        assert set(pack.namelist()) == {"study.json", "data.lock.toml", "versions.json", "answer.json", "draws.parquet", "report.html"}
    bundle.make(found["key"], tmp_path / "again.zip", "<html></html>")
    assert (tmp_path / "again.zip").read_bytes() == file.read_bytes()


def test_a_bundle_is_solved_again_bit_for_bit(here, capsys):
    _, file, _ = here
    assert call(["rerun", str(file), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["identical"]
    assert said["columns_apart"] == []
    assert said["changed"] == {}
    assert said["draws"] == len(CHEAP) * 2 * 32


def test_a_changed_draw_is_found():
    import polars as pl

    one = pl.DataFrame({"reform": ["a", "b"], "net": [1.0, -4.0]})
    other = one.with_columns(pl.Series("net", [1.0, -4.0 * (1 + 1e-9)]))
    assert bundle.differing(one, one) == []
    (apart,) = bundle.differing(one, other)
    assert apart["column"] == "net"
    assert apart["relative"] == pytest.approx(1e-9, rel=1e-3)
    assert bundle.differing(one, one.head(1))[0]["relative"] == float("inf")


@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied", "absent"])
def test_a_damaged_bundle_is_refused(here, tmp_path, damage):
    content = bytearray(here[1].read_bytes())
    file = tmp_path / "bad.zip"
    if damage == "cut":
        file.write_bytes(content[:1000])
    elif damage == "flipped":
        content[2000] ^= 255
        file.write_bytes(content)
    elif damage == "emptied":
        with zipfile.ZipFile(file, "w") as pack:
            pack.writestr("study.json", "{}")
    with pytest.raises(InputError):
        bundle.opened(file)


def test_two_answers_side_by_side(here, capsys):
    found, _, folder = here
    other = json.loads((folder / f"{found['key']}.json").read_text())
    other["key"] = "f" * 12
    other["inputs"]["draws"] = 64
    store.keep(other)
    said = compare(found["key"], "f" * 12)
    assert said["changed"] == {"draws": [32, 64]}
    assert {row["reform"] for row in said["rows"]} == set(CHEAP)
    assert all(row["change_p50"] == 0 for row in said["rows"])
    assert call(["compare", found["key"], "f" * 12]) == 0
    assert "draws: 32 -> 64" in capsys.readouterr().out
    assert call(["cite", found["key"]]) == 0
    assert found["key"] in capsys.readouterr().out


def test_the_answer_says_how_sure_its_draws_are(kept):
    rows = {row["id"]: row for row in kept[0]["convergence"]}
    assert {"units_y5", "deaths_y10", "net_usd_r3", "gains", "pays"} <= set(rows)
    assert rows["net_usd_r3"]["batches"] == certainty.HALVES
    assert rows["net_usd_r3"]["mean_se"] > 0


OWN = """id = "twenty"
title = "Used imports from 20 years"
start = 2027-01-01
[[changes]]
set = "us.import_age_nhtsa"
value = 20
unit = "years"
"""


def test_files_of_ones_own_are_packed_as_they_were_answered(tmp_path, monkeypatch):
    """A reform over another and a vehicle in two places: solved again after the files have changed, under the names that they had."""
    reform, car = tmp_path / "twenty.toml", tmp_path / "mine.toml"
    reform.write_text(OWN)
    car.write_text('[[vehicle]]\nid = "mine"\nlike = "honda_nvan_jj1"\n')
    composed = f"import-age-15+{reform}"
    asked = {"draws": 16, "reforms": ("none", "import-age-15", composed), "headline": composed}
    study = scenario.load("kei-green-light", **asked, vehicle=str(car), comparators=("ford_f150_crew", str(car)))
    found, outcome = answer(study)
    assert found["headline"] == composed
    sold = {row["id"]: row["units_added_y5"]["p50"] for row in found["reforms"]}
    assert 0.0 < sold[composed] < sold["import-age-15"]  # twenty years let in fewer than fifteen
    monkeypatch.setattr(store, "folder", lambda: tmp_path)
    store.save(dict(found), outcome)
    reform.write_text(OWN.replace("value = 20", "value = 10"))
    car.unlink()
    _, packed = bundle.make(found["key"], tmp_path / "own.zip", "<html></html>")
    again = bundle.rerun(packed)
    assert again["identical"], again["columns_apart"]


def test_an_answer_without_the_text_of_its_files_is_not_packed(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "recall", lambda key: {"key": "abc", "inputs": {"reforms": ["mine.toml"], "comparators": []}})
    monkeypatch.setattr(store, "folder", lambda: tmp_path)
    (tmp_path / "abc.parquet").write_bytes(b"")
    with pytest.raises(InputError, match="does not hold their text"):
        bundle.make("abc", tmp_path / "own.zip", "")
    assert not (tmp_path / "own.zip").exists()


def test_a_stricter_age_than_todays_is_refused(tmp_path):
    """Nothing recorded says how many of today's imports it would keep out; that is not the same as none."""
    file = tmp_path / "thirty.toml"
    file.write_text(OWN.replace("value = 20", "value = 30"))
    with pytest.raises(InputError, match="from 30 years"):
        prepare(scenario.load("kei-green-light", reforms=("none", str(file)), headline=str(file)))


def test_another_text_of_a_reform_is_another_study(tmp_path):
    file = tmp_path / "mine.toml"
    keys = []
    for years in ("20", "21"):
        file.write_text(OWN.replace("value = 20", f"value = {years}"))
        keys.append(scenario.load("kei-green-light", reforms=("none", str(file)), headline=str(file)).key)
    assert keys[0] != keys[1]


WORLD = """
import hashlib, jax, numpy as np
from roadworthy.study import load, prepare
leaves = jax.tree.leaves(prepare(load("kei-green-light")).world)
print(hashlib.sha256(b"".join(np.ascontiguousarray(leaf).tobytes() for leaf in leaves)).hexdigest())
"""


def test_the_world_is_the_same_to_the_last_bit_in_every_process():
    """Whatever the seed of the interpreter's hashes, which decides the order of sets."""
    said = [
        subprocess.run(
            [sys.executable, "-c", WORLD], capture_output=True, text=True, check=True, env=os.environ | {"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    ]
    assert len(said[0].strip()) == 64
    assert said[0] == said[1]
