"""The policy: levers as numbers, each with its source, and the announcement resolved draw by draw."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from roadworthy.core.axes import BLOCKS, SLOTS
from roadworthy.rules import load_book, reforms
from roadworthy.rules.policy import (
    MPH,
    RulesAssumptions,
    content_record,
    content_shares,
    policy,
    policy_record,
    road_access,
)
from roadworthy.vehicles import concat, find

BOOK = load_book()
DAY = "2026-11-22"


@pytest.fixture(scope="module")
def slots():
    return concat(*[find(n) for n in ("honda_nbox_jf5", "daihatsu_hijet_truck", "nissan_sakura", "honda_acty_ha3")])


@pytest.fixture(scope="module")
def all_policies(slots):
    return {name: policy(BOOK, name, law_date=DAY, vehicles=slots) for name in reforms()}


def test_shapes_and_types(all_policies):
    shapes = {k: tuple(leaf.shape for leaf in jax.tree.leaves(p)) for k, p in all_policies.items()}
    assert len(set(shapes.values())) == 1
    assert all(leaf.dtype == jnp.float64 for p in all_policies.values() for leaf in jax.tree.leaves(p))
    assert all(bool(jnp.all(jnp.isfinite(leaf))) for p in all_policies.values() for leaf in jax.tree.leaves(p))


def test_doors(all_policies):
    open_ = {name: p.door.tolist() for name, p in all_policies.items()}
    base = [[0, 0], [0, 0], [0, 0], [1, 0]]
    new = [[1, 1], [1, 1], [1, 1], [1, 0]]
    assert open_["none"] == open_["cafe-reset"] == open_["import-age-15"] == base
    assert (
        open_["lsv-35"]
        == open_["kei-urban"]
        == open_["kei-all-roads"]
        == open_["mutual-recognition"]
        == open_["exemption-cap-90000"]
        == new
    )
    assert open_["announcement"] == [[0, 1], [0, 1], [0, 1], [1, 0]]


def test_duty_of_the_standing_case(all_policies):
    assert np.allclose(all_policies["none"].duty[:, 0], [0.15, 0.25, 0.15, 0.25]) and not all_policies["none"].duty[:, 1].any()


def test_levers(all_policies):
    p = all_policies
    assert p["none"].required.tolist() == [1.0] * len(BLOCKS)
    assert p["kei-urban"].road_access.tolist() == [1, 0, 0] and p["kei-all-roads"].road_access.tolist() == [1, 1, 1]
    assert float(p["lsv-35"].design_speed_max_mps) == pytest.approx(35 * MPH)
    assert 0.6 < float(p["lsv-35"].road_access[0]) <= 0.72 and p["lsv-35"].road_access[1:].tolist() == [0, 0]
    assert p["exemption-cap-90000"].quota.tolist() == [90000, 90000] and p["none"].quota.tolist() == [1e9, 1e9]
    assert float(p["import-age-15"].import_age_min_yr) == 15 and float(p["none"].import_age_min_yr) == 25
    assert float(p["cafe-reset"].cafe_target_scale) == pytest.approx(34.5 / 50.4) and float(p["none"].cafe_penalty_usd_per_mpg) == 0
    assert float(p["none"].start_year) == 2026 and float(p["kei-urban"].start_year) == 2027
    old = policy(BOOK, "none", law_date="2025-01-01")
    assert float(old.cafe_penalty_usd_per_mpg) == 170


def test_content_falls_with_the_reform():
    assert all((content_shares("full") >= content_shares(s)).all() for s in ("un", "japanese", "exempted", "low_speed"))
    assert content_shares("japanese").sum() < content_shares("un").sum() < content_shares("full").sum()
    for name in ("un", "japanese", "exempted", "low_speed"):
        record = content_record(name)
        assert set(record) == set(BLOCKS) and all(c.source and c.status == "assumed" for c in record.values())


def test_used_imports_by_population(all_policies):
    record = policy_record(BOOK, "none", law_date=DAY)
    low = record["state_access"].value[3]
    assert 0.5 < low < 0.65 and "with unknown states closed" in record["state_access"].note
    assert float(all_policies["lsv-35"].state_access[0]) == pytest.approx(1 - (3605944 + 576851) / 331449281)


def test_every_leaf_is_cited(all_policies):
    for name in reforms():
        record = policy_record(BOOK, name, law_date=DAY)
        assert all(c.source and c.unit and c.status for c in record.values()), name
        assert set(record) <= set(all_policies[name].__dataclass_fields__)


def test_vehicle_outside_the_class_stays_out():
    wide = concat(*[find(n) for n in ("toyota_corolla_e210", "daihatsu_hijet_truck", "nissan_sakura", "honda_acty_ha3")])
    foreign = wide.with_(group=["user", "kei_current", "kei_current", "kei_historic"])
    p = policy(BOOK, "kei-urban", law_date=DAY, vehicles=foreign)
    assert p.door[0].tolist() == [0, 0] and p.door[1].tolist() == [1, 1]
    assert policy(BOOK, "none", law_date=DAY, vehicles=wide).door[0].tolist() == [1, 1]  # certified by its maker


def test_roads_follow_the_cap_with_a_slope():
    caps = np.array([25, 35, 45, 55, 65, 85.0]) * MPH
    shares = np.array([road_access(c) for c in caps])
    assert (np.diff(shares, axis=0) >= 0).all() and shares[-1].tolist() == [1, 1, 1]
    slope = jax.grad(lambda c: road_access(c).sum())(jnp.asarray(37.0 * MPH))
    step = 1e-4
    plain = (road_access(37.0 * MPH + step).sum() - road_access(37.0 * MPH - step).sum()) / (2 * step)
    assert float(slope) == pytest.approx(float(plain), rel=1e-6)


def test_resolve(all_policies):
    resolve = jax.jit(lambda p, a: p.resolve(a))
    announced = all_policies["announcement"]
    for content, name in enumerate(("un", "japanese", "full")):
        for roads, access in enumerate(([1, 0, 0], [1, 1, 1])):
            found = resolve(announced, RulesAssumptions(jnp.int32(content), jnp.int32(roads)))
            assert found.required.tolist() == content_shares(name).tolist() and found.road_access.tolist() == access
    other = resolve(all_policies["kei-urban"], RulesAssumptions(jnp.int32(2), jnp.int32(1)))
    assert all(bool(jnp.array_equal(a, b)) for a, b in zip(jax.tree.leaves(other), jax.tree.leaves(all_policies["kei-urban"]), strict=True))


def test_gradient_through_resolve(all_policies):
    a = RulesAssumptions(jnp.int32(1), jnp.int32(0))

    def total(p):
        q = p.resolve(a)
        return q.required.sum() + q.road_access.sum() + q.quota.sum()

    for name in ("announcement", "kei-urban"):
        slopes = jax.grad(total)(all_policies[name])
        assert all(bool(jnp.all(jnp.isfinite(leaf))) for leaf in jax.tree.leaves(slopes))
        assert float(slopes.required.sum()) == (0 if name == "announcement" else len(BLOCKS))


def test_slots_must_be_four():
    with pytest.raises(Exception, match="slot vehicles"):
        policy(BOOK, "none", law_date=DAY, vehicles=find("honda_nbox_jf5"))
    assert len(SLOTS) == 4
