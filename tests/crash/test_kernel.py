import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from roadworthy.core import Distribution
from roadworthy.core.axes import CLASSES, ENVIRONMENTS, PARTNERS
from roadworthy.crash import (
    CrashAssumptions,
    Structure,
    class_structures,
    fatality,
    field_curve,
    field_kernel,
    partner_structures,
    relative_risk,
)
from roadworthy.crash.pair import in_series, meet_at_speeds
from roadworthy.crash.structure import crush_curve

ROADS = jnp.array([0.65, 1.0, 1.4])
IS_SLOT = jnp.array([True] * 4 + [False] * 4)
NONE = jnp.zeros(8)
kernel = jax.jit(field_kernel)


@pytest.fixture(scope="module")
def own():
    slots = Structure.of([1080.0, 840.0, 1220.0, 840.0], [0.44, 0.28, 0.44, 0.28], [1.12, 1.05, 1.12, 1.05], [1.1, 1.1, 1.1, 1.0])
    return jax.tree.map(lambda a, b: jnp.concatenate([a, b]), slots, class_structures())


@pytest.fixture(scope="module")
def partners():
    return partner_structures()


def change(a, **leaves):
    return eqx.tree_at(lambda x: tuple(getattr(x, n) for n in leaves), a, tuple(jnp.asarray(v) for v in leaves.values()))


@jax.jit
def fine(own, partners, a):
    """The same means on 12,000 equally spaced speeds."""
    x = jnp.linspace(0.0, 60.0, 12001)
    w = jnp.exp(-x) * (x[1] - x[0])
    row = jax.tree.map(lambda leaf: leaf[:, None], own)
    column = jax.tree.map(lambda leaf: leaf[None], partners)
    first, second = crush_curve(row, a.overlap), crush_curve(column, a.overlap)
    contact = in_series(first, second)

    def road(scale):
        speeds = jnp.broadcast_to(x * a.closing_scale_mps * scale, (8, 4, 1, x.size))
        met = meet_at_speeds(contact, first, second, row.mass_kg, column.mass_kg, speeds)
        mine = fatality(met.delta_v_first_mps, met.intrusion_first_m, a.v0_mps, a.k, a.kappa_per_s)
        theirs = fatality(met.delta_v_second_mps, met.intrusion_second_m, a.v0_mps, a.k, a.kappa_per_s)
        return jnp.stack([mine[:, :, 0] @ w, theirs[:, :, 0] @ w])

    return jnp.stack([road(scale) for scale in ROADS], axis=-1)


@pytest.mark.parametrize(
    "leaves",
    [
        {},
        {"k": 2.7},
        {"k": 6.0},
        {"k": 5.77, "v0_mps": 27.0, "kappa_per_s": 16.7},
        {"closing_scale_mps": 5.9, "overlap": 0.8},
        {"k": 3.0, "kappa_per_s": 0.0, "v0_mps": 25.0},
    ],
)
def test_the_few_speed_nodes_are_within_one_per_cent_of_fine_quadrature(own, partners, central, leaves):
    a = change(central, **leaves) if leaves else central
    found, exact = kernel(own, partners, ROADS, a, IS_SLOT, NONE), fine(own, partners, a)
    assert found.own.shape == (len(CLASSES) - 1, len(PARTNERS), len(ENVIRONMENTS))
    np.testing.assert_allclose(found.own, exact[0], rtol=0.01)
    np.testing.assert_allclose(found.partner[:, :3], exact[1][:, :3], rtol=0.01)


def test_published_relative_risks(nbox, midsize, cuv, f150):
    """Table of the design, head-on, belted curve: midsize against midsize is 1 (within 3 %)."""
    fleet = jax.tree.map(lambda *x: jnp.stack(x), nbox, midsize, cuv, f150)
    rho = np.asarray(relative_risk(fleet, fleet, field_curve("frontal_belted"), midsize))
    for i, j, value in ((0, 1, 2.5), (0, 2, 3.0), (0, 3, 4.5), (0, 0, 0.98), (1, 3, 2.3), (1, 1, 1.0)):
        assert rho[i, j] == pytest.approx(value, rel=0.03)
    assert rho[3, 0] == pytest.approx(0.07, abs=0.005)
    assert 60.0 < rho[0, 3] / rho[3, 0] < 65.0
    loose = np.asarray(relative_risk(fleet, fleet, field_curve("frontal_unbelted"), midsize))
    assert 13.5 < loose[0, 3] / loose[3, 0] < 15.5


def test_swapping_class_and_partner_swaps_harms(central):
    four = Structure.of([1080.0, 1650.0, 1800.0, 2350.0], [0.44, 0.63, 0.62, 0.7], [1.12, 1.15, 1.15, 1.2], [1.1, 1.2, 1.25, 1.25])
    found = kernel(four, four, ROADS, central, jnp.zeros(4, dtype=bool), jnp.zeros(4))
    np.testing.assert_allclose(found.own, jnp.swapaxes(found.partner, 0, 1), rtol=1e-7)
    np.testing.assert_allclose(found.own[1, 1], found.partner[1, 1], rtol=1e-12)


def test_a_heavy_partner_hurts_most_and_is_hurt_least(own, partners, central):
    found = kernel(own, partners, ROADS, central, IS_SLOT, NONE)
    assert (found.own[:, 3] > found.own[:, 2]).all()
    assert float(found.partner[:, 3].max()) < 1e-8
    assert ((found.own > 0.0) & (found.own < 1.0)).all()


def test_faster_roads_and_less_mass_hurt_more(own, partners, central):
    found = kernel(own, partners, ROADS, central, IS_SLOT, NONE)
    assert (jnp.diff(found.own, axis=-1) > 0.0).all()
    loaded = kernel(own, partners, ROADS, central, IS_SLOT, jnp.full(8, 100.0))
    assert (loaded.own[:, :3] < found.own[:, :3]).all()
    assert (loaded.partner[:, :3] > found.partner[:, :3]).all()


def test_slot_factors_touch_slots_only(own, partners, central):
    base = kernel(own, partners, ROADS, central, IS_SLOT, NONE)
    for name, value in (("slot_crush_factor", 1.2), ("slot_reserve_add", 0.08), ("slot_strength_factor", 1.2)):
        other = kernel(own, partners, ROADS, change(central, **{name: value}), IS_SLOT, NONE)
        np.testing.assert_array_equal(base.own[4:], other.own[4:])
        assert not np.allclose(base.own[:4], other.own[:4], rtol=1e-6)
        if name != "slot_crush_factor":  # a longer front of equal work is a softer one, so its cabin yields before a partner's
            assert (other.own[:4, 2:, 1:] < base.own[:4, 2:, 1:]).all()
    stiffer = kernel(own, partners, ROADS, change(central, fleet_strength_factor=1.2), IS_SLOT, NONE)
    assert not np.allclose(base.own[4:], stiffer.own[4:], rtol=1e-6)


def test_the_sign_of_mass_agrees_with_the_official_car_coefficient(central):
    """100 lb off a car below 3,201 lb at equal structure: own deaths up, partners' down, the sum up for a light car."""
    car = class_structures().row(0)
    one = jax.tree.map(lambda leaf: leaf[None], car)
    partners = partner_structures()
    weight = jnp.array([0.35, 0.38, 0.20, 0.07])

    def harm(added):
        found = kernel(one, partners, jnp.ones(1), central, jnp.zeros(1, dtype=bool), jnp.array([added]))
        return float(found.own[0, :, 0] @ weight), float(found.partner[0, :, 0] @ weight)

    base, lighter = harm(0.0), harm(-45.4)
    assert lighter[0] > base[0] and lighter[1] < base[1]
    assert sum(lighter) > sum(base)


def test_gradients_agree_with_finite_differences(own, partners, central):
    names = [f for f in CrashAssumptions.__dataclass_fields__ if f != "used_import_own_factor"]
    weight = jnp.linspace(0.5, 1.5, 96).reshape(8, 4, 3)

    def total(leaves, added):
        a = change(central, **{n: leaves[i] for i, n in enumerate(names)})
        found = field_kernel(own, partners, ROADS, a, IS_SLOT, added)
        return jnp.sum(found.own * weight) + jnp.sum(found.partner * weight)

    value, slope = jax.jit(total), jax.jit(jax.grad(total, argnums=(0, 1)))
    at, added = jnp.array([float(getattr(central, n)) for n in names]), jnp.full(8, 12.0)
    by_leaf, by_mass = slope(at, added)
    for i, name in enumerate(names):
        h = 1e-5 * max(abs(float(at[i])), 0.1)
        rise = float(value(at.at[i].add(h), added) - value(at.at[i].add(-h), added)) / (2 * h)
        assert float(by_leaf[i]) == pytest.approx(rise, rel=1e-4, abs=1e-8), name
    for c in (0, 3, 6):
        rise = float(value(at, added.at[c].add(0.01)) - value(at, added.at[c].add(-0.01))) / 0.02
        assert float(by_mass[c]) == pytest.approx(rise, rel=1e-4)


def test_masked_and_extreme_inputs_keep_gradients_finite(own, partners, central):
    def total(a, structure, roads):
        found = field_kernel(structure, partners, roads, a, IS_SLOT, NONE)
        return jnp.sum(found.own) + jnp.sum(found.partner)

    slope = jax.jit(jax.grad(total, argnums=(0, 1, 2)))
    tight = eqx.tree_at(lambda s: (s.reserve, s.strength), own, (jnp.ones(8), jnp.ones(8)))
    for structure in (own, tight):
        for a in (central, change(central, slot_reserve_add=-0.5, slot_strength_factor=0.5)):
            for roads in (ROADS, jnp.array([0.0, 1e-3, 3.0])):
                assert all(np.isfinite(np.asarray(leaf)).all() for leaf in jax.tree.leaves(slope(a, structure, roads)))
    none = kernel(own, partners, jnp.zeros(3), central, IS_SLOT, NONE)
    assert float(jnp.abs(none.own).max()) < 1e-12


def test_mapping_over_draws_equals_one_by_one(own, partners, central):
    draws = jax.tree.map(lambda leaf: leaf * jnp.array([0.95, 1.0, 1.05]), central)
    many = jax.jit(jax.vmap(lambda a: field_kernel(own, partners, ROADS, a, IS_SLOT, NONE)))(draws)
    for d in range(3):
        one = kernel(own, partners, ROADS, jax.tree.map(lambda leaf, d=d: leaf[d], draws), IS_SLOT, NONE)
        np.testing.assert_allclose(many.own[d], one.own, rtol=1e-12)


def test_the_list_of_assumptions_is_that_of_the_record(rows):
    assert set(rows) == set(CrashAssumptions.__dataclass_fields__)
    streams = [row["stream"] for row in rows.values()]
    assert len(set(streams)) == len(streams) and all(40 <= s <= 99 for s in streams)
    for name, row in rows.items():
        kind, *args = row["distribution"]
        drawn = Distribution(kind, tuple(args))
        assert drawn.quantile(0.5) == pytest.approx(row["value"], rel=0.02, abs=1e-9), name
        assert row["status"] in ("derived", "assumed") and row["source"] and row["meaning"]


def test_assumptions_and_parameters_agree(rows):
    from roadworthy.crash.field import parameter

    for leaf, name in (
        ("kappa_per_s", "kappa_per_s"),
        ("closing_scale_mps", "closing_scale_mps"),
        ("overlap", "overlap_field"),
        ("v0_mps", "v0_mixed_mps"),
    ):
        assert rows[leaf]["value"] == pytest.approx(parameter(name).value, rel=1e-6)
