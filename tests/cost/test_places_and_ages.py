"""Owners by state, used cars, imports of 25 years, repairs by age, cash year by year, and what the costs are held against."""

from __future__ import annotations

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.cli.main import call
from roadworthy.core import Cited, InputError
from roadworthy.core.units import GASOLINE_J_PER_GALLON, MILE_M
from roadworthy.cost import Owner, Ownership, bill, car, cash_flow, imported, landed, own, owner_costs, read_states, state, states, used
from roadworthy.cost.held import held
from roadworthy.cost.upkeep import repairs_usd_per_mi, tyres_usd_per_mi
from roadworthy.data import table

DRAWS = 128


def mpg(value: float) -> float:
    return GASOLINE_J_PER_GALLON / (value * MILE_M)


def entry(**values: float) -> Ownership:
    plain = {
        "price_usd": 16e3, "years_held": 5.0, "miles": 12e3, "energy_usd_per_mi": 0.08, "maintenance_usd_per_mi": 0.1, "insurance_usd": 1.7e3,
        "registration_usd": 250.0, "sales_tax_share": 0.06, "down_share": 0.15, "apr": 0.07, "loan_months": 60.0, "first_year_loss": 0.2,
        "yearly_loss": 0.12,
    }  # fmt: skip
    return Ownership.constant(**(plain | values))


def test_states_are_all_there_and_average_to_the_nation():
    assert len(states()) == 51
    people = {row["state"]: row["population"] for row in table("rules/state_population").iter_rows(named=True)}
    total = sum(people[s] for s in states())
    assert sum(people[s] * states()[s].insurance_factor for s in states()) / total == pytest.approx(1.0, abs=1e-4)
    assert 0.6 < min(s.electricity_factor for s in states().values()) < 1 < max(s.electricity_factor for s in states().values()) < 3
    assert state("or").sales_tax_share == 0.0 and state("HI").electricity_factor == pytest.approx(126.1 / 44.08, abs=1e-4)


def test_a_state_changes_its_items_and_says_what_it_does_not_know(garage):
    subject = car(garage, 1, mpg(35))
    nation, oregon = bill(subject, draws=DRAWS), bill(subject, Owner(state="OR"), draws=DRAWS)
    assert oregon.items_usd["sales_tax"] == 0.0 and nation.items_usd["sales_tax"] > 0.0
    assert oregon.items_usd["insurance"] == pytest.approx(nation.items_usd["insurance"] - 5 * 1700 * (1 - state("OR").insurance_factor))
    assert oregon.items_usd["energy"] == nation.items_usd["energy"]
    assert "no table by state found for registration and gasoline" in oregon.notes[0]
    assert oregon.inputs["sales_tax_share"].status == "assumed" and oregon.inputs["sales_tax_share"].source.startswith("OR:")
    own_fees = Owner(state="OR", registration_usd_per_yr=122.0, gasoline_usd_per_gal=4.0)
    assert bill(subject, own_fees, draws=DRAWS).notes == ()


def test_a_user_s_table_goes_before_ours(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("state,sales_tax_share,gasoline_usd_per_gal\nCA,0.0725,\nor,,3.9\n")
    assert read_states(file) == {"CA": {"sales_tax_share": 0.0725}, "OR": {"gasoline_usd_per_gal": 3.9}}


@pytest.mark.parametrize(
    ("text", "code", "line", "hint"),
    [
        ("state,sales_tax_share\nCA,0.07\nca,0.08\n", "states.twice", 3, "one row"),
        ("state,sales_tax_share\nCA,0.07,9\n", "states.column", 2, "one cell"),
        ("place,sales_tax_share\nCA,0.07\n", "states.column", 1, "state,"),
        ("state,sales_tax\nCA,0.07\n", "states.column", 1, "sales_tax_share"),
        ("state,sales_tax_share\nCX,0.07\n", "state.unknown", 2, "did you mean"),
        ("state,sales_tax_share\nCA,7 %\n", "states.value", 2, "0.0625"),
        ("state,sales_tax_share\nCA,7.25\n", "owner.range", 2, "0.0725"),
    ],
)
def test_a_wrong_table_is_refused_with_line_and_mend(tmp_path, text, code, line, hint):
    file = tmp_path / "mine.csv"
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        read_states(file)
    assert caught.value.code == code and caught.value.where.endswith(f":{line}") and hint in caught.value.hint


def test_a_used_car_costs_what_is_left_and_loses_less(garage):
    new = car(garage, 1, mpg(35))
    old = used(new, 5)
    rows = owner_costs()
    kept = (1 - rows["first_year_loss", "car"].cited.value) * (1 - rows["yearly_loss", "car"].cited.value) ** 4
    assert old.price_usd.value == pytest.approx(17_200 * kept) and kept == pytest.approx(1 - 0.456)
    first, second = bill(new, draws=DRAWS), bill(old, draws=DRAWS)
    assert second.items_usd["depreciation"] < 0.5 * first.items_usd["depreciation"]
    assert second.items_usd["maintenance"] > first.items_usd["maintenance"], "repairs grow with age"
    assert second.usd_per_mi_band[0] < second.usd_per_mi < second.usd_per_mi_band[1]
    lost = 1 - (1 - rows["yearly_loss", "car"].cited.value) ** 5
    assert second.items_usd["depreciation"] == pytest.approx(old.price_usd.value * lost)
    for age in (0, 0.5, 2.5, 40):
        with pytest.raises(InputError) as caught:
            used(new, age)
        assert caught.value.code == "age.range"


def test_an_import_is_the_sum_of_its_parts(garage):
    parts = landed(Cited(3_000.0, "USD", "given", "assumed"), Cited(0.25, "-", "customs", "law"))
    assert parts.total_usd == pytest.approx(3_000 * 1.25 + 6_000) and parts.duty_usd == 750
    assert sum(c.value for c in parts.parts().values()) == pytest.approx(parts.total_usd)
    price = Cited(parts.total_usd, "USD", "landed", "assumed")
    found = bill(imported(garage, 0, mpg(38), price, 25.0), draws=DRAWS, landed=parts)
    assert found.items_usd["sales_tax"] == pytest.approx(0.06 * parts.total_usd)
    assert found.of_which_usd["repairs"] > 5 * bill(car(garage, 0, mpg(38), 10_000.0), draws=DRAWS).of_which_usd["repairs"]
    assert found.as_dict()["landed"][0]["part"] == "car in Japan"
    for bad in (Cited(0.0, "USD", "", "assumed"), Cited(float("nan"), "USD", "", "assumed")):
        with pytest.raises(InputError):
            landed(bad, Cited(0.25, "-", "", "law"))
    with pytest.raises(InputError) as caught:
        landed(Cited(3_000.0, "USD", "", "assumed"), Cited(25.0, "-", "", "law"))
    assert caught.value.code == "duty.range"


def test_repairs_follow_the_published_curve():
    at = repairs_usd_per_mi(np.arange(8.0), 0.0, "car", "ice")
    scale = 127.224 / 112.318
    assert at[:5] == pytest.approx(np.array([0, 0, 0.00333, 0.01, 0.0167]) * scale, abs=1e-7)
    assert np.diff(at[4:]) == pytest.approx(np.full(3, 0.00333 * scale), abs=1e-7)
    dear, truck, electric = (
        repairs_usd_per_mi(np.array([6.0]), p, b, e)[0] for p, b, e in ((40e3, "car", "ice"), (0.0, "truck", "ice"), (0.0, "car", "bev"))
    )
    assert dear / at[6] == pytest.approx(np.exp(0.8)) and truck / at[6] == pytest.approx(0.7) and electric / at[6] == pytest.approx(0.67)
    assert tyres_usd_per_mi().value == pytest.approx(525 / 50_000 * scale, rel=1e-4)


@given(st.integers(1, 15), st.floats(12, 84), st.floats(0, 0.2), st.floats(0, 1), st.floats(0, 0.08))
def test_the_purse_adds_up_to_the_ledger(years, months, apr, down, rate):
    o = entry(years_held=float(years), loan_months=float(months), apr=apr, down_share=down, discount_rate=rate)
    purse = cash_flow(o)
    plain = own(entry(years_held=float(years), loan_months=float(months), apr=apr, down_share=down))
    assert float(purse.total().sum()) == pytest.approx(float(plain.total()), rel=1e-9, abs=1e-6)
    assert not np.any(np.asarray(purse.total())[years:]), "nothing after it is sold"
    assert float(purse.resale_usd.min()) < 0.0


def test_the_purse_has_gradients():
    def f(price: float) -> jax.Array:
        return cash_flow(entry(price_usd=price)).total()[0]

    slope = float(jax.grad(f)(16e3))
    assert slope == pytest.approx((float(f(16e3 + 1)) - float(f(16e3 - 1))) / 2, rel=1e-6)


def test_a_million_owners_are_one_call():
    n = 1_000
    o = entry(price_usd=np.linspace(8e3, 4e4, n), apr=np.full(n, 0.07))
    one = jax.jit(lambda x: own(x, horizon=5).total())(o)
    assert one.shape == (n,) and np.all(np.diff(np.asarray(one)) > 0)


def test_published_components_and_ours():
    facts = {h.id: h for h in held()}
    assert len(facts) >= 20
    for h in facts.values():
        assert h.inside or h.note, h.id
    assert all(facts[f"loss_2025_{kind}"].error == pytest.approx(0.0, abs=1e-9) for kind in ("car", "truck", "suv", "hybrid", "bev"))
    assert facts["upkeep_ice"].inside and facts["aaa_fuel_2025"].inside


def test_own_on_the_command_line(capsys, tmp_path):
    assert call(["own", "honda_nbox_jf5", "--price-usd", "14000", "--state", "ca", "--parking-usd", "1200", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["place"] == "CA" and {i["item"]: i["usd"] for i in answer["items"]}["other"] == pytest.approx(6_000)
    assert [x["rival"] for x in answer["break_even"]][-1] == "toyota_corolla_e210, 5 years old"
    assert all(x["price_p5_usd"] < x["price_usd"] < x["price_p95_usd"] for x in answer["break_even"])
    assert sum(row["sum"] for row in answer["cash"]) == pytest.approx(answer["total_usd"])
    file = tmp_path / "mine.csv"
    file.write_text("state,registration_usd_per_yr\nCA,400\n")
    assert call(["own", "honda_acty_ha3", "--import", "--state", "CA", "--states", str(file)]) == 0
    said = capsys.readouterr().out
    assert "landed price" in said and "customs duty" in said and "$2,000" in said


@pytest.mark.parametrize(
    ("words", "exit", "said"),
    [
        (["--state", "XX"], 3, "no state 'XX'"),
        (["--miles", "0"], 2, "--miles 0 is outside"),
        (["--states", "x.csv"], 2, "name the state"),
        (["--parking-usd", "-5"], 2, "--parking-usd"),
        (["--against", "honda_nbx"], 3, "no vehicle"),
    ],
)
def test_bad_owners_on_the_command_line(capsys, words, exit, said):
    assert call(["own", "honda_nbox_jf5", *words]) == exit
    err = capsys.readouterr().err
    assert said in err and "Traceback" not in err


def test_jax_numbers_stay_finite_at_the_edges():
    for values in ({"apr": 0.0}, {"down_share": 1.0}, {"years_held": 1.0}, {"yearly_loss": 0.0}):
        assert jnp.isfinite(cash_flow(entry(**values)).total()).all()


def test_a_used_rival_keeps_its_age_in_labels():
    from roadworthy.report.normal import bills
    from roadworthy.report.reading import short_name

    assert short_name("Toyota Corolla sedan LE, 5 years old") == "Corolla, 5 years"
    assert short_name("Ford F-150 SuperCrew 5.5 ft") == "F-150"
    given = [
        {
            "vehicle": "a",
            "cents_per_mile": 50.0,
            "items": [],
            "break_even": [{"rival": "b, 5 years old", "price_usd": 1.0, "price_p5_usd": 0.5, "price_p95_usd": 2.0}],
        }
    ]
    assert bills(given, {"a": "A", "b": "Bee"})[1]["name"] == "Bee, 5 years old"
