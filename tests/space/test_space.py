"""Who fits: published reference shares, properties of the tests, gradients, and what is said when a figure is missing."""

from __future__ import annotations

import json
from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy import space, vehicles
from roadworthy.core import InputError
from roadworthy.data import table
from roadworthy.space import SCALE_M, TIERS, Interior, adults, fit, fit_share, party, posture, room, shares
from roadworthy.space.interior import DIMENSIONS, converted

INCH = 0.0254
TOLERANCE = 0.012
"""2,000 adults against 60,000 of the reference: sd of a share of 0.95 is 0.005."""
SHARES = eqx.filter_jit(shares)


def interior(*rows: tuple[float, ...]) -> Interior:
    """Rows of H61, L34, W3, W5, H63, L51, W4 in inches, capacity in kg, seats."""
    columns = np.array(rows, dtype=float).T
    return Interior(*(jnp.asarray(c * INCH) for c in columns[:7]), jnp.asarray(columns[7]), jnp.asarray(columns[8]))


TANTO = (42.8, 41.5, 50.8, 48.8, 42.0, 45.7, 50.0, 220.0, 4.0)
COPEN = (35.7, 42.0, 46.9, 44.9, np.nan, np.nan, np.nan, 110.0, 2.0)

REFERENCE = {  # driver, men, front pair, no elbow contact, four up: hard tests, 60,000 synthetic adults
    "toyota_corolla_e210": (0.985, 0.975, 0.971, 0.965, 0.958),
    "mitsubishi_mirage": (0.981, 0.968, 0.962, 0.946, 0.955),
    "toyota_rav4_xa50": (0.960, 0.931, 0.921, 0.921, 0.921),
    "ford_f150_crew": (0.999, 0.998, 0.997, 0.997, 0.997),
    "daihatsu_tanto_la650": (0.976, 0.960, 0.953, 0.925, 0.953),
    "suzuki_alto_ha37": (0.976, 0.960, 0.952, 0.850, 0.945),
    "suzuki_jimny_jb64": (0.976, 0.960, 0.952, 0.878, 0.893),
    "nissan_sakura": (0.976, 0.960, 0.953, 0.918, 0.952),
    "suzuki_carry_da16t": (0.830, 0.699, 0.688, 0.662, np.nan),
}


@pytest.mark.parametrize("id", REFERENCE)
def test_reference_shares(id):
    found = fit(vehicles.find(id))
    tiers = ("driver", "driver_men", "front_pair", "pair_without_elbow_contact", "four_up")
    assert [found.share(t)[0] for t in tiers] == pytest.approx(list(REFERENCE[id]), abs=TOLERANCE, nan_ok=True)
    assert found.statuses == ("assumed",)


def test_reference_of_a_roadster():
    row = np.asarray(SHARES(interior(COPEN, TANTO), adults(), 0.0))[0]
    assert row[:4] == pytest.approx([0.905, 0.811, 0.815, 0.693], abs=TOLERANCE)
    assert np.isnan(row[TIERS.index("rear_seat")])
    assert np.isnan(row[TIERS.index("four_up")])


def test_almost_no_four_adults_weigh_what_a_kei_may_carry():
    kei = fit(vehicles.find("honda_nbox_jf5"))
    assert kei.share("load_55")[0] == pytest.approx(0.001, abs=0.003)
    assert kei.share("load_68")[0] == pytest.approx(0.082, abs=TOLERANCE)
    assert kei.share("load_rated")[0] == kei.share("load_55")[0]
    assert fit(vehicles.find("daihatsu_copen_la400")).share("load_55")[0] == pytest.approx(0.014, abs=0.005)
    assert fit(vehicles.find("daihatsu_hijet_truck")).share("load_rated")[0] == pytest.approx(1.0, abs=0.001)


CHECK = {  # p5, p50, p95 of men and of women, mm and kg
    "stature_m": ((1633, 1758, 1883), (1499, 1621, 1737)),
    "sitting_height_m": ((856, 920, 981), (793, 853, 910)),
    "bideltoid_m": ((453, 512, 587), (401, 463, 546)),
    "forearm_forearm_m": ((488, 581, 697), (425, 512, 633)),
    "hip_breadth_m": ((327, 380, 450), (344, 412, 505)),
    "buttock_knee_m": ((565, 620, 678), (536, 596, 669)),
    "weight_kg": ((62, 85, 123), (50, 72, 114)),
}


@pytest.mark.parametrize("measure", CHECK)
def test_adults_have_the_percentiles_of_the_nation(measure):
    people = adults()
    men = np.asarray(people.male[:, 0]) == 1
    unit = 1.0 if measure == "weight_kg" else 1e-3
    values = np.asarray(getattr(people, measure))[:, 0] / unit
    for sex, wanted in zip((men, ~men), CHECK[measure], strict=True):
        assert np.percentile(values[sex], [5, 50, 95]) == pytest.approx(wanted, rel=0.015)


def test_adults_stand_for_the_nation():
    people = adults()
    assert people.stature_m.shape == (2000, 4)
    assert float(people.share.sum()) == pytest.approx(1.0)
    assert float(people.weight_kg[:, 0] @ people.share) == pytest.approx(81.5, abs=0.5)
    assert float(people.male[:, 0] @ people.share) == pytest.approx(0.48, abs=0.01)
    for seat in (1, 2, 3):  # each adult is somebody's companion once
        assert np.sort(np.asarray(people.weight_kg[:, seat])) == pytest.approx(np.sort(np.asarray(people.weight_kg[:, 0])))
    assert table("space/adults")["stands_for"].sum() == pytest.approx(227e6, rel=0.01)


def test_shares_are_ordered_and_bounded():
    table_of_shares = fit(vehicles.fill(vehicles.catalogue())).shares
    known = table_of_shares[~np.isnan(table_of_shares)]
    assert np.all((known >= 0) & (known <= 1))
    with np.errstate(invalid="ignore"):
        for greater, less in (("driver", "front_pair"), ("front_pair", "pair_without_elbow_contact"), ("front_pair", "four_up")):
            assert not np.any(table_of_shares[:, TIERS.index(greater)] < table_of_shares[:, TIERS.index(less)])


@given(st.sampled_from([*DIMENSIONS, "capacity_kg"]), st.floats(0.0, 0.08), st.sampled_from([0.0, 0.01, SCALE_M]))
def test_more_room_never_lets_fewer_sit(name, more, scale):
    car = interior(COPEN, TANTO)
    wider = replace(car, **{name: getattr(car, name) + more * (1000.0 if name == "capacity_kg" else 1.0)})
    before, after = SHARES(car, adults(), scale), SHARES(wider, adults(), scale)
    assert np.all(np.nan_to_num(np.asarray(after - before)) >= -1e-12)


def test_the_order_of_people_does_not_matter():
    people, order = adults(), np.random.default_rng(3).permutation(2000)
    mixed = jax.tree.map(lambda x: x[order], people)
    car = interior(COPEN, TANTO)
    assert np.asarray(SHARES(car, mixed, SCALE_M)) == pytest.approx(np.asarray(SHARES(car, people, SCALE_M)), rel=1e-12, nan_ok=True)


def test_smooth_tests_go_over_into_hard_ones():
    car = interior(COPEN, TANTO)
    hard = np.asarray(SHARES(car, adults(), 0.0))
    gaps = [np.nanmax(np.abs(np.asarray(SHARES(car, adults(), s)) - hard)) for s in (0.02, 0.005, 1e-4, 1e-6)]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < 1e-3


@pytest.mark.parametrize("name", [*DIMENSIONS, "capacity_kg"])
def test_gradients_by_every_dimension(name):
    car = interior(TANTO)
    car = replace(car, h61_m=car.h61_m - 0.12, h63_m=car.h63_m - 0.1, l51_m=car.l51_m - 0.3, capacity_kg=car.capacity_kg + 40.0)
    kernel, step = GRADIENT, 1e-4 if name != "capacity_kg" else 1e-2
    slope = float(getattr(kernel(car), name)[0])

    def at(shift: float) -> float:
        return float(TOTAL(replace(car, **{name: getattr(car, name) + shift})))

    assert slope > 0
    assert slope == pytest.approx((at(step) - at(-step)) / (2 * step), rel=1e-4)


@eqx.filter_jit
def TOTAL(car: Interior):
    return jnp.nansum(shares(car, adults(), SCALE_M))


GRADIENT = eqx.filter_jit(jax.grad(lambda car: jnp.nansum(shares(car, adults(), SCALE_M))))


def test_gradients_are_finite_at_scale_zero_and_by_posture():
    car = interior(TANTO)
    by_scale_and_posture = eqx.filter_jit(jax.grad(lambda sp: fit_share(car, adults(), *sp).sum()))
    assert np.isfinite(float(by_scale_and_posture((0.0, posture()))[0]))
    _, by = by_scale_and_posture((SCALE_M, posture()))
    assert float(by.head_clearance) < 0
    assert np.all(np.isfinite(jax.tree.leaves(by)))


def test_driver_share_is_what_demand_takes():
    car = interior(COPEN, TANTO)
    assert np.asarray(fit_share(car, adults(), 0.0)) == pytest.approx(np.asarray(SHARES(car, adults(), 0.0))[:, 0])


def test_conversion_of_a_japanese_cabin():
    got = converted(2.125, 1.350, 1.370, "super_height", 4.0)
    wanted = dict(zip(DIMENSIONS, TANTO, strict=False))
    assert {k: v / INCH for k, v in got.items()} == pytest.approx({k: wanted[k] for k in got}, abs=0.06)


def test_a_vehicle_s_own_figures_rule():
    own = vehicles.find("mazda_mx5_nd").with_(
        h61_in=37.4, l34_in=43.1, w3_in=52.2, w5_in=52.0, capacity_kg=160, status="published", source="sheet"
    )
    found = fit(own)
    assert found.sources == ("own figures",)
    assert 0.5 < found.share("driver")[0] < 1
    narrower = fit(vehicles.find("honda_nbox_jf5").with_(w3="1.20 m"))
    assert narrower.share("front_pair")[0] < fit(vehicles.find("honda_nbox_jf5")).share("front_pair")[0]


def test_older_narrower_trucks_have_narrower_cabs():
    old, new = room(vehicles.find("honda_acty_ha3")).interior, room(vehicles.find("daihatsu_hijet_truck")).interior
    assert float(new.w3_m[0] - old.w3_m[0]) == pytest.approx(0.080, abs=1e-6)


def test_what_is_missing_is_named_and_never_an_exception():
    found = fit(vehicles.find("aptera"))
    assert np.isnan(found.share("driver")[0])
    assert "h61_m" in found.missing[0]
    assert "h61_m" in found.explain()
    cited = found.cited(0, "driver")
    assert np.isnan(cited.value)
    assert "h61_m" in cited.note


def test_the_answer_as_json_has_null_for_what_is_unknown():
    said = fit(vehicles.find("daihatsu_copen_la400")).as_dict(0)
    json.dumps(said, allow_nan=False)
    by_tier = {row["tier"]: row for row in said["tiers"]}
    assert by_tier["four_up"]["share"] is None
    assert by_tier["driver"]["binding_words"] == "headroom"
    assert said["status"] == "assumed"


def test_single_seaters_have_no_pairs():
    found = fit(vehicles.find("daihatsu_midget2"))
    assert found.share("driver")[0] > 0
    assert np.isnan(found.share("front_pair")[0])


def test_the_binding_test_and_its_margin_are_told():
    copen = fit(vehicles.find("daihatsu_copen_la400"))
    assert copen.binding[0][TIERS.index("driver")] == "alone_head"
    assert copen.margin[0, TIERS.index("driver")] < 0
    assert "headroom binds" in copen.explain()
    assert "assumed" in copen.explain()


def test_a_tall_man_is_told_what_he_lacks():
    car = vehicles.find("daihatsu_copen_la400")
    tall, short = fit(car, party(("M", 1.95, 95.0))), fit(car, party(("F", 1.60, 60.0)))
    assert tall.share("driver")[0] == 0
    assert short.share("driver")[0] == 1
    assert tall.margin[0, 0] < short.margin[0, 0]
    assert "short" in tall.explain()
    assert not fit(car, party(("M", 2.10, 95.0))).supported
    assert "out of support" in fit(car, party(("M", 2.10, 95.0))).explain()


@pytest.mark.parametrize("members", [(), (("X", 1.8, 80.0),), (("M", 180.0, 80.0),), (("M", 1.8, 80.0),) * 5])
def test_impossible_parties_are_refused(members):
    with pytest.raises(InputError):
        party(*members)


def test_unknown_tiers_offer_a_near_one():
    with pytest.raises(InputError, match="no tier 'drivers'"):
        fit(vehicles.find("honda_nbox_jf5")).share("drivers")


def test_tables_are_described():
    for name in ("adults", "body_fits", "interiors", "parameters"):
        assert table(f"space/{name}").height > 0
    assert space.posture().head_factor == 0.93
