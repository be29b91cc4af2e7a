"""A whole answer: every field is there, its draws are kept with provenance, and the same question finds the same key."""

from __future__ import annotations

import json

import jax.numpy as jnp
import numpy as np
import polars as pl
import pytest

from roadworthy.core import InputError
from roadworthy.core.plain import plain
from roadworthy.study import scenario, store
from roadworthy.study.assumed import ROOMS, central, draw, leaves
from roadworthy.study.chain import spending
from roadworthy.study.reform_answer import conditions, moves_the_fleet
from roadworthy.study.summary import Summary


@pytest.fixture
def found(answered):
    return answered


def row(found, name):
    return next(r for r in found[0]["reforms"] if r["id"] == name)


def test_every_field_of_the_summary_is_there_and_plain(found):
    assert set(Summary.__annotations__) <= set(found[0])
    json.dumps(plain(dict(found[0])), allow_nan=False)


def test_todays_law_is_the_row_of_zeros(found):
    law = row(found, "none")
    assert set(law["net_usd"]["3"].values()) == {0.0}
    assert all(set(band.values()) == {0.0} for band in law["deaths_y10"].values())


def test_only_the_reset_moves_the_standard_of_all_new_vehicles(prepared, found):
    moved = {name for name, policy in prepared.policies.items() if moves_the_fleet(policy, prepared.world.base)}
    assert moved == {"cafe-reset"}
    assert all(r["fleet_wide"] == (r["id"] == "cafe-reset") for r in found[0]["reforms"])
    assert "the fine for missing the standard" in conditions(True, True)[-1]
    assert conditions(False, False) == ["the law is adopted as written"]


def test_lines_parties_and_shares_add_up(found):
    outcome = found[1].of("kei-urban")
    assert outcome.lines_usd.sum(axis=-1) == pytest.approx(outcome.net_usd, rel=1e-9, abs=1e-3)
    made = row(found, "kei-urban")["decided"]
    assert made["p_enters"] + made["p_no_entry"] == pytest.approx(1.0)
    assert made["p_gain"] + made["p_loss"] <= made["p_enters"] + 1e-12


def test_what_buyers_give_up_is_all_of_it(found):
    outcome = found[1].of("kei-urban")
    given = outcome.lost_units.sum(axis=-1) + outcome.lost_outside
    base = found[1].of("none")
    assert given.shape == base.lost_outside.shape
    sold = outcome.buyers_by_group.sum(axis=-1)
    assert given == pytest.approx(sold, rel=1e-8)


def test_draws_are_kept_with_their_provenance(found, tmp_path, monkeypatch):
    monkeypatch.setenv("ROADWORTHY_CACHE", str(tmp_path))
    file = store.save(dict(found[0]), found[1])
    table = pl.read_parquet(file)
    assert len(table) == 3 * 2 * 32
    assert pl.read_parquet_metadata(file)["roadworthy.key"] == found[0]["key"]
    assert store.recall(found[0]["key"][:6])["key"] == found[0]["key"]
    picked = table.filter((pl.col("reform") == "kei-urban") & (pl.col("route") == "import"))
    assert picked["net_usd_r3"].to_numpy() == pytest.approx(found[1].of("kei-urban").net_usd[:, 0, 0])


def test_the_key_is_the_question(asked):
    same = {"reforms": ("none", "kei-urban", "import-age-15"), "discount_rates": (0.035,)}
    assert asked.key == scenario.load("kei-green-light", draws=32, **same).key
    assert asked.key != scenario.load("kei-green-light", draws=33, **same).key
    assert asked.pictures_key() == scenario.load("kei-green-light", draws=64).pictures_key()


def test_quick_draws_are_the_first_of_the_full_ones():
    quick, full = draw(256, 7), draw(1024, 7)
    assert np.array_equal(np.asarray(quick.crash.k), np.asarray(full.crash.k)[:256])
    assert sorted(np.asarray(full.market.node)[:128].tolist()) == list(range(128))


def test_every_leaf_has_one_row_and_one_stream():
    streams = [leaf.stream for leaf in leaves().values()]
    assert len(streams) == len(set(streams))
    for room, module in ROOMS.items():
        told = {path.split(".", 1)[1] for path in leaves() if path.startswith(f"{room}.")}
        assert told == set(module.__dataclass_fields__) - {"tastes"}, room


def test_central_values_sit_inside_their_distributions():
    for path, leaf in leaves().items():
        if leaf.drawn and leaf.kind == "float":
            low, high = leaf.at(np.array([1e-9, 1.0 - 1e-9]))
            assert low - 1e-6 <= float(leaf.cited.value) <= high + 1e-6, path


@pytest.mark.parametrize(
    ("path", "value"), [("market.node", 500.0), ("market.form", 0.5), ("cost.dealer_share", float("nan")), ("cost.dealr", 1.0)]
)
def test_a_bad_override_is_refused(path, value):
    with pytest.raises(InputError):
        central({path: value})


def test_money_is_spent_before_the_first_sale_and_again_each_life():
    path = np.asarray(spending(jnp.asarray(100.0), 2.5, 7.0, 0.5))
    assert path[1] == pytest.approx(50.0)
    assert path[2] == pytest.approx(50.0)
    assert path[8:10] == pytest.approx([25.0, 25.0])
    assert path.sum() == pytest.approx(100.0 + 0.5 * 100.0 * 3.5)  # half of the fourth renewal falls after the last year


@pytest.mark.parametrize("vehicle", ["nissan_sakura", "mazda_mx5_nd", "honda_acty_ha3"])
def test_any_car_of_the_catalogue_may_be_asked_about(vehicle):
    from roadworthy.study.world import prepare, slot_vehicles

    study = scenario.load("kei-green-light", vehicle=vehicle)
    names, _ = slot_vehicles(study)
    assert len(set(names.ids)) == 4
    if vehicle != "honda_acty_ha3":
        assert vehicle not in prepare(study).comparators.ids
