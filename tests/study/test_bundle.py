"""A kept answer is packed, opened and solved again to the last bit; two answers are compared; a damaged bundle is refused."""

from __future__ import annotations

import json
import zipfile

import pytest

from roadworthy.cli.main import call
from roadworthy.core import InputError
from roadworthy.study import bundle, certainty, scenario, store
from roadworthy.study.ask import answer
from roadworthy.study.compare import compare

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
