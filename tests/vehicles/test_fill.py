"""Gaps: filled in order, never over a given value, with the spread of the fit; and the fits themselves."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy import vehicles
from roadworthy.core import InputError
from roadworthy.vehicles import VehiclesAssumptions, catalogue, concat, fill, fits, load, mass_sd_ln, refill, slot_mass_factor
from roadworthy.vehicles.assumptions import central

CONCEPT = """
[[vehicle]]
id = "{id}"
built_first = 2026
seats = 4
length = { value = "3.395 m", status = "published" }
width = { value = "1.475 m", status = "published" }
height = { value = "1.79 m", status = "published" }
displacement = { value = "658 cc", status = "published" }
power = { value = "43 kW", status = "published" }
body = "super-height wagon"
"""


def concept(id: str = "concept", **changes):
    return load(CONCEPT.replace("{id}", id)).with_(**changes, status="published", source="sheet")


def test_fill_is_idempotent_and_touches_no_given_value():
    c = catalogue()
    once = fill(c)
    assert fill(once) == once
    for name in vehicles.fields():
        known = c.known(name)
        for i in np.flatnonzero(known):
            assert once.cell(i, name).value == c.cell(i, name).value
            assert once.cell(i, name).source == c.cell(i, name).source


def test_given_forgets_what_was_filled_and_refill_follows_a_new_input():
    assert fill(catalogue()).given() == catalogue()
    longer = refill(fill(concept()).with_(height_m=1.6))
    assert longer.mass_kg[0] < fill(concept()).mass_kg[0]


def test_mass_of_the_worked_point():
    assert fits.mass_any(3.395, 1.475, 1.790) == pytest.approx(832.0, abs=1.0)


def test_each_fit_is_used_where_it_belongs():
    kei = fill(concept())
    assert kei.source("mass_kg") == ("fill M2",)
    assert kei.mass_kg[0] == pytest.approx(np.exp(1.7235 + 0.6733 * np.log(1790)))
    assert kei.mass_max_kg[0] == pytest.approx(1.109 * kei.mass_kg[0])
    assert kei.wheelbase_m[0] == pytest.approx(1e-3 * np.exp(3.2748 + 0.5487 * np.log(3395)))
    assert kei.torque_Nm[0] == pytest.approx(np.exp(-0.2931 + 0.0822 * np.log(658) + 1.1063 * np.log(43)))
    assert kei.cd[0] == 0.362
    assert kei.frontal_area_m2[0] == pytest.approx(2.19, abs=0.01)
    assert kei.gvwr_kg[0] == pytest.approx(kei.mass_max_kg[0] + 220)
    assert kei.capacity_kg[0] == 220
    assert kei.cabin_height_m[0] == pytest.approx(1e-3 * (296.8895 + 0.6011 * 1790))
    assert np.isnan(kei.payload_kg[0])
    big = fill(concept(length_m=4.6, width_m=1.78, height_m=1.435, displacement_cc=1987, power_kW=126, seats=5))
    assert big.source("mass_kg") == ("fill M1",)
    assert big.source("wheelbase_m") == ("fill W",)
    assert big.source("torque_Nm") == ("fill T",)
    assert np.isnan(big.gvwr_kg[0])
    assert np.isnan(big.capacity_kg[0])


def test_status_is_the_weakest_on_the_path():
    big = fill(concept(length_m=4.6, displacement_cc=1987))
    assert big.status("mass_kg") == ("derived",)
    assert big.status("mass_max_kg") == ("assumed",)
    guess = fill(concept(length_m=4.6, displacement_cc=1987).with_(height_m=1.5))
    assert guess.status("mass_kg") == ("assumed",)
    assert guess.status("cd") == ("assumed",)
    assert guess.status("wheelbase_m") == ("derived",)


def test_kei_trucks_carry_350_kg_and_stand_over_their_engine():
    truck = fill(catalogue()).select("daihatsu_hijet_truck")
    assert truck.payload_kg[0] == 350
    assert truck.capacity_kg[0] == 350 + 2 * 55
    assert truck.forward_control[0] == 1


def test_turbo_rule_spares_the_beat():
    v = fill(catalogue())
    assert v.select("honda_s660").turbo[0] == 1
    assert np.isnan(v.select("honda_beat").turbo[0])
    assert np.isnan(v.select("honda_nbox_jf5").turbo[0])


def test_unknown_stays_unknown():
    v = fill(catalogue().select("gem_e4"))
    for name in ("mass_max_kg",):
        assert v.known(name)[0]
    for name in ("length_m", "wheelbase_m", "torque_Nm"):
        assert not v.known(name)[0]


def test_draws_have_the_median_and_the_sd_of_the_fit():
    n = 10_000
    one = concept()
    many = one.take([0] * n)
    z = np.random.default_rng(7).standard_normal(n)
    drawn = fill(many, z={"mass_kg": z, "cd": z})
    point = fill(one)
    assert np.median(drawn.mass_kg) == pytest.approx(point.mass_kg[0], rel=0.01)
    assert np.std(np.log(drawn.mass_kg)) == pytest.approx(point.sd_ln("mass_kg")[0], rel=0.03)
    assert np.std(np.log(drawn.cd)) == pytest.approx(point.sd_ln("cd")[0], rel=0.03)
    given_mass = fill(one.with_(mass_kg=900.0).take([0, 0]), z={"mass_kg": np.array([1.0, -1.0])})
    assert np.all(given_mass.mass_kg == 900)


def test_draws_of_another_length_are_refused():
    with pytest.raises(InputError, match="shape"):
        fill(concept(), z={"mass_kg": np.zeros(3)})


@given(st.floats(2.5, 5.5), st.floats(1.3, 2.0), st.floats(1.2, 2.0), st.floats(1.001, 1.2))
def test_masses_rise_with_every_size(length, width, height, more):
    base = fits.mass_any(length, width, height)
    assert fits.mass_any(length * more, width, height) > base
    assert fits.mass_any(length, width * more, height) > base
    assert fits.mass_any(length, width, height * more) > base
    assert fits.mass_petrol_kei(height * more, 0.0, 0.0) > fits.mass_petrol_kei(height, 0.0, 0.0)
    assert fits.fit("M3").terms["c"] >= 1.0


def test_gradients_of_the_fits():
    def ln_mass(ln_length):
        return jnp.log(fits.mass_any(jnp.exp(ln_length), 1.475, 1.79, xp=jnp))

    x, h = jnp.log(3.395), 1e-5
    assert float(jax.grad(ln_mass)(x)) == pytest.approx(1.3401, abs=1e-9)
    assert float(jax.grad(ln_mass)(x)) == pytest.approx(float((ln_mass(x + h) - ln_mass(x - h)) / (2 * h)), abs=1e-6)

    def twist(power):
        return fits.torque(658e-6, power, True, xp=jnp)

    assert float(jax.grad(twist)(43e3)) == pytest.approx(float((twist(43001.0) - twist(42999.0)) / 2), rel=1e-6)


def test_masses_of_kei_by_the_fits_are_within_two_sd():
    kei = catalogue().select(group="kei_current")
    blank = kei.replace("mass_kg", np.ones(len(kei), dtype=bool), [vehicles.vehicle.Cell(float("nan"), "unknown", "")] * len(kei))
    guess = fill(blank)
    known = kei.known("mass_kg")
    error = np.log(guess.mass_kg[known] / kei.mass_kg[known])
    assert np.all(np.abs(error) < 2.5 * guess.sd_ln("mass_kg")[known])
    assert np.sqrt(np.mean((error / guess.sd_ln("mass_kg")[known]) ** 2)) < 1.2


def test_slots_share_half_of_their_error_of_mass():
    slots = fill(concat(*(catalogue().select(i) for i in ("honda_nbox_jf5", "daihatsu_taft_la900", "nissan_sakura", "honda_acty_ha3"))))
    sd = mass_sd_ln(slots)
    assert sd[:3] == pytest.approx([0.045, 0.080, 0.0])  # unverified, filled, published
    names = tuple(VehiclesAssumptions.__dataclass_fields__)
    draws = np.random.default_rng(0).standard_normal((20_000, len(names)))
    factor = jax.jit(jax.vmap(lambda z: slot_mass_factor(jnp.asarray(sd), VehiclesAssumptions(*z))))(jnp.asarray(draws))
    logs = np.log(np.asarray(factor))
    assert logs.std(axis=0) == pytest.approx(sd, rel=0.03, abs=1e-12), "each slot keeps its own spread"
    assert np.corrcoef(logs[:, 0], logs[:, 1])[0, 1] == pytest.approx(0.5, abs=0.02)
    assert np.asarray(slot_mass_factor(jnp.asarray(sd), central())) == pytest.approx(np.ones(4))


def test_fits_of_the_public_set_are_reproduced(raw_data):
    import polars as pl

    file = raw_data / "vehicles" / "world_specs_1988_2020.parquet"
    if not file.exists():
        pytest.skip(f"{file} not found")
    cars = pl.read_parquet(file)

    def refit(target: str, terms: list[str], rows: pl.DataFrame) -> np.ndarray:
        kept = rows.select([target, *terms]).drop_nulls()
        y = np.log(kept[target].to_numpy())
        X = np.column_stack([np.ones(kept.height), *(np.log(kept[t].to_numpy()) for t in terms)])
        return np.linalg.lstsq(X, y, rcond=None)[0]

    sizes = ["length_mm", "width_mm", "height_mm"]
    assert refit("curb_kg", sizes, cars) == pytest.approx(list(fits.fit("M1").terms.values()), abs=1e-3)
    assert refit("wheelbase_mm", ["length_mm"], cars) == pytest.approx(list(fits.fit("W").terms.values()), abs=1e-3)
    short = cars.filter(pl.col("length_mm") < 4000)
    assert refit("wheelbase_mm", ["length_mm"], short) == pytest.approx(list(fits.fit("W4").terms.values()), abs=1e-3)
