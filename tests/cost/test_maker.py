"""The maker's side: worked landed prices, monotone content, arithmetic of entry, gradients, doors."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from roadworthy import data
from roadworthy.core import STATUSES, Distribution, InputError
from roadworthy.core.axes import BLOCKS, SLOTS
from roadworthy.cost import CostAssumptions, SlotFacts, block_factors, build, comply, price_floor_usd, slot_facts, slot_prices
from roadworthy.cost.maker import plant_unit_usd
from roadworthy.crash import comply_vehicle
from roadworthy.crash.compliance import CRASH_BLOCKS
from roadworthy.vehicles import concat, fill, find

FULL, NOTHING = jnp.ones(len(BLOCKS)), jnp.zeros(len(BLOCKS))
DUTY = jnp.array([[0.15, 0.0], [0.25, 0.0], [0.15, 0.0], [0.25, 0.0]])
comply_fast, build_fast = jax.jit(comply), jax.jit(build)
shares = hnp.arrays(float, len(BLOCKS), elements=st.floats(0.0, 1.0))


def with_(a: CostAssumptions, **values: float) -> CostAssumptions:
    return replace(a, **{name: jnp.asarray(float(value)) for name, value in values.items()})


def facts(x_usd: float, a: CostAssumptions) -> SlotFacts:
    """Slots whose ex-factory price is `x_usd`."""
    n = len(SLOTS)
    jpy = jnp.full(n, x_usd / a.ex_factory_share * a.jpy_per_usd)
    return SlotFacts(jpy, jnp.zeros(n), jnp.full(n, 900.0), jnp.zeros(n, bool), jnp.ones(n, bool), jnp.ones(n, bool))


@pytest.mark.parametrize(("theta", "floor"), [(0.0, 13_716.67), (1.0, 13_966.67)])
def test_price_floor_of_the_worked_example(central: CostAssumptions, theta: float, floor: float) -> None:
    a = with_(central, theta_in=theta, warranty_usd=0, dealer_share=0.10, freight_usd=1300, content_usd=1500, front_content_share=1)
    made = build_fast(facts(8300.0, a), comply_fast(FULL, a), DUTY, 25.0, a)
    assert float(price_floor_usd(made.landed_usd, a)[0, 0]) == pytest.approx(floor, abs=0.01)
    assert float(made.customs_value_usd[0, 0]) == pytest.approx(8300 + 1500 * theta)
    assert float(made.duty_usd[0, 0]) == pytest.approx(0.15 * (8300 + 1500 * theta))


def test_typical_list_price_gives_the_design_ex_factory_price(central: CostAssumptions) -> None:
    assert 1.6e6 / float(central.jpy_per_usd) * float(central.ex_factory_share) == pytest.approx(8300, rel=0.005)


def test_plant_pays_no_duty_and_no_freight_but_its_building(central: CostAssumptions) -> None:
    content = comply_fast(FULL, central)
    made = build_fast(facts(8300.0, central), content, DUTY, 25.0, central)
    unit = 8300 * central.plant_unit_cost_factor + content.cost_usd[0] + central.warranty_usd
    assert float(made.landed_usd[0, 1]) == pytest.approx(float(unit))
    np.testing.assert_allclose(made.duty_usd[:3, 1], 0.0)
    assert float(made.fixed_usd[0]) == pytest.approx(302e6)
    assert float(made.fixed_usd[1] - made.fixed_usd[0]) == pytest.approx(100_000 * 7703)
    np.testing.assert_allclose(plant_unit_usd(jnp.array([8300.0]), content.cost_usd[:1], central), made.landed_usd[:1, 1])


def test_fixed_costs_reproduce_the_break_even_table(central: CostAssumptions) -> None:
    """Q* = F/(A m) a year at 8 % over 7 years, from the fixed costs that this room builds."""
    annuity = (1 - 1.08**-7) / 0.08
    assert annuity == pytest.approx(5.2064, abs=5e-5)
    bare = build_fast(facts(8300.0, central), comply_fast(NOTHING, central), DUTY, 25.0, central)
    assert float(bare.fixed_usd[0]) / annuity / 1500 == pytest.approx(256, abs=0.5)
    assert float(comply_fast(FULL, central).programme_usd) / annuity / 1500 == pytest.approx(38_414, abs=1)
    # a new plant costs 1,480 USD a car over its life at full use, above a margin of 1,000 at any volume
    assert float(bare.fixed_usd[1] - bare.fixed_usd[0]) / annuity / float(central.plant_capacity) == pytest.approx(1480, abs=1)


def test_used_import_has_no_content_and_costs_more_when_younger(central: CostAssumptions) -> None:
    content = comply_fast(NOTHING, central)
    assert float(content.cost_usd[3]) == 0.0 and float(content.added_kg[3]) == 0.0
    assert float(content.own_injury_factor[3]) == 1.0 and float(content.involvement_factor[3]) == 1.0
    at25, at15 = (build_fast(facts(8300.0, central), content, DUTY, age, central).landed_usd for age in (25.0, 15.0))
    assert float(at25[3, 0]) == pytest.approx(3000 * 1.25 + 6000)
    assert float(at15[3, 0] - at25[3, 0]) == pytest.approx(10 * 250 * 1.25)
    np.testing.assert_array_equal(at15[:3], at25[:3])


@given(required=shares, more=shares)
def test_more_content_never_lowers_cost_or_mass_and_never_raises_risk(
    central: CostAssumptions, required: np.ndarray, more: np.ndarray
) -> None:
    weak, strong = (comply_fast(jnp.asarray(x), central) for x in (required, np.maximum(required, more)))
    slack = 1e-9
    for name in ("cost_usd", "added_kg", "programme_usd"):
        assert bool(jnp.all(getattr(strong, name) >= getattr(weak, name) - slack))
    for name in ("own_injury_factor", "involvement_factor"):
        assert bool(jnp.all(getattr(strong, name) <= getattr(weak, name) + slack))
        assert bool(jnp.all(getattr(strong, name) >= 1.0))


def test_full_content_is_neutral_in_risk_and_costs_the_whole(central: CostAssumptions) -> None:
    content = comply_fast(FULL, with_(central, front_content_share=1.0))
    np.testing.assert_allclose(content.cost_usd, [1500, 1500, 1350, 0])  # no emission content on the electric car
    np.testing.assert_allclose(content.added_kg, [90, 90, 85.5, 0])
    np.testing.assert_allclose(content.own_injury_factor, 1.0)
    np.testing.assert_allclose(content.involvement_factor, 1.0)


def test_a_nose_that_passes_walls_needs_less_of_the_front_block_and_a_cab_over_all_of_it(central: CostAssumptions) -> None:
    whole, less = (comply_fast(FULL, with_(central, front_content_share=x)) for x in (1.0, 0.25))
    np.testing.assert_allclose(whole.added_kg - less.added_kg, [0.75 * 0.30 * 90, 0, 0.75 * 0.30 * 90, 0])
    np.testing.assert_allclose(whole.cost_usd - less.cost_usd, [0.75 * 0.20 * 1500, 0, 0.75 * 0.20 * 1500, 0])
    assert float(whole.programme_usd) == float(less.programme_usd)
    np.testing.assert_allclose(whole.own_injury_factor, less.own_injury_factor)


def test_the_crash_room_prices_a_front_as_the_maker_does(rows, central: CostAssumptions) -> None:
    given = {row["name"]: row for row in data.table("crash/parameters").iter_rows(named=True)}
    for name in ("front_content_share", "content_kg", "content_usd"):
        assert given[name]["value"] == rows[name]["value"], name
    for name in ("front_content_share", "content_kg"):
        _, low, *_, high = rows[name]["distribution"]
        assert (given[name]["low"], given[name]["high"]) == (low, high), name
    design = comply_vehicle(find("honda_nbox_jf5"), 0, "fmvss")
    only_front = comply_fast(NOTHING.at[BLOCKS.index("front_structure")].set(1.0), central)
    assert design.front_kg.middle == pytest.approx(float(only_front.added_kg[0]))
    assert design.front_usd.middle == pytest.approx(float(only_front.cost_usd[0]))
    crashed = jnp.array([block in CRASH_BLOCKS for block in BLOCKS], float)
    assert design.mass_kg.middle == pytest.approx(float(comply_fast(crashed, central).added_kg[0]))
    share = rows["front_content_share"]["distribution"][1]
    block = given["content_kg"]["value"] * 0.30
    model = given["front_kg_per_m"]["value"] * design.added_m
    assert model == pytest.approx(share * block, rel=0.15), "the low end of the share is what the model asks for"


def test_waived_stability_control_and_right_hand_drive_follow_their_sources(central: CostAssumptions) -> None:
    for block, factor in (("esc", 1 / (1 - 0.23)), ("left_hand_drive", 1.40)):
        content = comply_fast(FULL.at[BLOCKS.index(block)].set(0.0), central)
        assert float(content.involvement_factor[0]) == pytest.approx(factor, rel=1e-4)
        assert float(content.own_injury_factor[0]) == pytest.approx(1.0)
    assert block_factors()["restraint"]["own_injury"].value == pytest.approx(1 / (1 - 0.11), abs=1e-4)


def test_a_scale_of_zero_makes_a_waiver_free(central: CostAssumptions) -> None:
    a = with_(central, waived_injury_scale=0, waived_involvement_scale=0)
    content = comply_fast(NOTHING, a)
    np.testing.assert_allclose(content.own_injury_factor, 1.0)
    np.testing.assert_allclose(content.involvement_factor, 1.0)


@given(duty=st.floats(0.0, 0.5), more=st.floats(0.0, 0.5))
def test_higher_duty_never_lowers_landed_cost(central: CostAssumptions, duty: float, more: float) -> None:
    content, slots = comply_fast(FULL, central), facts(8300.0, central)
    low, high = (build_fast(slots, content, jnp.full((4, 2), x), 25.0, central).landed_usd for x in (duty, duty + more))
    assert bool(jnp.all(high >= low))


@jax.jit
def summary(a: CostAssumptions, required: jax.Array, duty: jax.Array, age: jax.Array, slots: SlotFacts) -> jax.Array:
    content = comply(required, a)
    made = build(slots, content, duty, age, a)
    risk = jnp.sum(content.own_injury_factor * content.involvement_factor)
    return jnp.sum(made.landed_usd) + jnp.sum(made.duty_usd) + jnp.sum(made.fixed_usd) / 1e5 + 1e3 * risk + jnp.sum(content.added_kg)


def test_gradients_agree_with_differences(central: CostAssumptions) -> None:
    a = with_(central, theta_in=0.4)
    slots = SlotFacts(jnp.full(4, 1.5e6), jnp.zeros(4), jnp.full(4, 900.0), jnp.zeros(4, bool), jnp.ones(4, bool), jnp.ones(4, bool))
    point = (a, 0.3 + 0.05 * jnp.arange(10.0), DUTY + 0.01, jnp.asarray(21.0))
    gradient = jax.jit(jax.grad(summary, argnums=(0, 1, 2, 3)))(*point, slots)
    leaves, tree = jax.tree.flatten(point)
    for k, (leaf, slope) in enumerate(zip(leaves, jax.tree.leaves(gradient), strict=True)):
        assert bool(jnp.all(jnp.isfinite(slope)))
        step = 1e-4 * jnp.maximum(jnp.abs(leaf), 1e-2)
        ends = [summary(*jax.tree.unflatten(tree, [*leaves[:k], leaf + sign * step, *leaves[k + 1 :]]), slots) for sign in (1, -1)]
        assert float(ends[0] - ends[1]) == pytest.approx(2 * float(jnp.sum(slope * step)), rel=1e-4, abs=1e-6)


def test_a_slot_without_price_is_masked_and_finite(central: CostAssumptions) -> None:
    slots = SlotFacts(
        jnp.array([1.5e6, 0.0, 2.3e6, 0.0]),
        jnp.zeros(4),
        jnp.full(4, 900.0),
        jnp.zeros(4, bool),
        jnp.array([1, 0, 1, 1], bool),
        jnp.ones(4, bool),
    )
    gradient = jax.grad(summary)(central, FULL, DUTY, jnp.asarray(25.0), slots)
    assert all(bool(jnp.isfinite(leaf)) for leaf in jax.tree.leaves(gradient))


def test_slot_facts_take_consumption_tax_off_and_keep_status(slot_vehicles) -> None:
    slots = slot_facts(slot_vehicles)
    np.testing.assert_allclose(slots.retail_jpy, [1_499_000, 820_000, 2_317_000, 0])
    np.testing.assert_array_equal(slots.electric, [False, False, True, False])
    np.testing.assert_array_equal(slots.known, True)
    np.testing.assert_array_equal(slot_facts(fill(slot_vehicles)).nose, [True, False, True, False])
    assert [price.status for price in slot_prices(slot_vehicles)] == ["published"] * 3 + ["assumed"]
    assert "10%" in slot_prices(slot_vehicles)[0].note


def test_slot_facts_of_prices_unknown_or_in_dollars(slot_vehicles, make_vehicles) -> None:
    rest = slot_vehicles.take([1, 2, 3])
    unknown = slot_facts(concat(slot_vehicles.take([0]).with_(price_min=None), rest))
    assert not bool(unknown.known[0]) and bool(unknown.known[1:].all()) and float(unknown.retail_jpy[0]) == 0.0
    dollars = slot_facts(concat(make_vehicles(concept={"price_min": 12_000.0}), rest))
    assert float(dollars.retail_usd[0]) == 12_000.0 and float(dollars.retail_jpy[0]) == 0.0
    net = slot_facts(concat(make_vehicles(concept={"price_min": 1.5e6, "price_currency": "JPY", "price_includes_tax": 0.0}), rest))
    assert float(net.retail_jpy[0]) == 1.5e6


def test_slot_count_is_checked(slot_vehicles) -> None:
    with pytest.raises(InputError, match="2 vehicles given for 4 slots") as fault:
        slot_facts(slot_vehicles.take([0, 1]))
    assert fault.value.code == "slots.count" and "kei_truck" in fault.value.hint


def test_assumption_rows_fit_the_record(rows) -> None:
    assert set(rows) == set(CostAssumptions.__dataclass_fields__)
    streams = [row["stream"] for row in rows.values()]
    assert len(set(streams)) == len(streams) and all(120 <= stream < 180 for stream in streams)
    for name, row in rows.items():
        assert row["status"] in STATUSES and row["source"] and row["meaning"], name
        if row["distribution"]:
            kind, *args = row["distribution"]
            middle = Distribution(kind, tuple(map(float, args))).quantile(0.5)
            assert middle == pytest.approx(row["value"], rel=0.01), name


def test_content_lies_between_the_published_figures_for_us_cars(rows) -> None:
    firm = {row["item"]: row for row in data.table("cost/firm").iter_rows(named=True)}
    assert firm["fmvss_car_2001_usd"]["value_usd"] == pytest.approx(839 * 127.224 / 81.026, abs=0.01)
    assert firm["fmvss_car_2001_usd"]["value_usd"] <= rows["content_usd"]["value"] <= firm["fmvss_car_2012_usd"]["value_usd"]


def test_block_shares_sum_to_one() -> None:
    table = data.table("cost/blocks")
    assert table["block"].to_list() == list(BLOCKS)
    for name in ("content_usd_share", "content_kg_share", "programme_usd_share"):
        assert table[name].sum() == pytest.approx(1.0, abs=1e-12)
    assert table["own_injury_waived"].min() >= 1.0 and table["involvement_waived"].min() >= 1.0
    for name in ("shares_status", "injury_status", "involvement_status"):
        assert set(table[name]) <= set(STATUSES)
