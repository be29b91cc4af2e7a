"""The owner's ledger: worked point, invariants, break-even, gradients."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.cost import Ledger, Ownership, own
from roadworthy.cost.ledger import exprel, retained_share

WORKED = {
    "price_usd": 16_000.0,
    "years_held": 5.0,
    "miles": 15_000.0,
    "energy_usd_per_mi": 3.15 / 42,
    "maintenance_usd_per_mi": 0.101,
    "insurance_usd": 1_700.0,
    "registration_usd": 250.0,
    "sales_tax_share": 0.06,
    "down_share": 0.15,
    "apr": 0.07,
    "loan_months": 60.0,
    "first_year_loss": 0.20,
    "yearly_loss": 0.12,
}
EXTRA = {
    "thin_market_loss": 0.05,
    "discount_rate": 0.05,
    "insurance_price_slope": 0.003,
    "insurance_reference_usd": 16_000.0,
    "parking_usd": 300.0,
    "time_usd": 100.0,
    "injury_usd_per_mi": 0.01,
}
own_fast = jax.jit(own)


def ledger(**values: float) -> Ledger:
    return own_fast(Ownership.constant(**(WORKED | values)))


RIVAL = {"price_usd": 17_200.0, "energy_usd_per_mi": 3.15 / 35}


def test_worked_point() -> None:
    """Hand arithmetic of the design: 42 mpg, 3.15 USD a gallon, 15,000 miles, five years, plain dollars."""
    found = ledger()
    assert float(found.total()) == pytest.approx(34_945.14, abs=5e-3)
    assert 100 * float(found.per_mile()) == pytest.approx(46.594, abs=5e-4)
    assert float(found.payment_usd_per_month) == pytest.approx(285.454, abs=5e-4)
    assert float(found.items()["finance"]) == pytest.approx(2_711.24, abs=5e-3)
    assert float(retained_share(jnp.asarray(5.0), jnp.asarray(0.2), jnp.asarray(0.12))) == pytest.approx(0.47976, abs=5e-6)
    assert 100 * float(ledger(miles=12_000.0).per_mile()) == pytest.approx(53.842, abs=5e-4)
    assert float(found.intercept_usd) == pytest.approx(22_950.00, abs=1e-6)
    assert float(found.slope) == pytest.approx(0.749697, abs=5e-7)


def test_worked_point_to_the_last_digit() -> None:
    """The same point from an independent calculation in plain Python, month by month."""
    price, rate, months, lent = 16_000.0, 0.07 / 12, 60, 16_000.0 * 1.06 * 0.85
    payment = lent * rate / (1 - (1 + rate) ** -months)
    owed = lent
    for _ in range(months):
        owed -= payment - owed * rate
    assert owed == pytest.approx(0.0, abs=1e-6)
    running = 75_000 * (3.15 / 42 + 0.101) + 5 * (1_700 + 250)
    total = price * 0.06 + running + (months * payment - lent) + price * (1 - 0.8 * 0.88**4)
    assert float(ledger().total()) == pytest.approx(total, abs=1e-6)


def test_break_even_of_the_worked_rival() -> None:
    kei, rival = ledger(), ledger(**RIVAL)
    assert 100 * float(rival.per_mile()) == pytest.approx(49.293, abs=5e-4)
    assert float(kei.break_even(rival)) == pytest.approx(18_700.61, abs=5e-3)


def test_a_lower_price_saves_what_the_prototype_read() -> None:
    """Differences of 13,000 and 8,000 USD are 146 USD a year per 1,000 USD within 5 %, with a light premium link too."""
    for link in ({}, {"insurance_price_slope": 0.003, "insurance_reference_usd": 16_000.0}):
        yearly = (
            ledger(price_usd=13_000.0, miles=12_000.0, **link).total() - ledger(price_usd=8_000.0, miles=12_000.0, **link).total()
        ) / 5
        assert float(yearly) / 5 == pytest.approx(146, rel=0.05)


def test_discounted_ledger_is_the_printed_formula() -> None:
    rate, price = 0.05, 16_000.0
    found = ledger(**EXTRA)
    beta, lent = 1 / (1 + rate), price * 1.06 * 0.85
    payment = lent * (0.07 / 12) / (1 - (1 + 0.07 / 12) ** -60)
    loan = sum(payment * beta ** (m / 12) for m in range(1, 61)) - lent
    yearly = 15_000 * (3.15 / 42 + 0.101 + 0.01) + 1_700 + 250 + 300 + 100
    middle = sum(beta ** (y - 0.5) for y in range(1, 6))
    resale = beta**5 * price * 0.75 * 0.88**4
    assert float(found.total()) == pytest.approx(price * 0.06 + middle * yearly + loan + price - resale, abs=1e-6)
    assert float(found.miles) == pytest.approx(15_000 * middle, rel=1e-12)


owners = st.fixed_dictionaries(
    {
        "price_usd": st.floats(2_000, 60_000),
        "years_held": st.integers(1, 20).map(float),
        "miles": st.floats(1_000, 60_000),
        "energy_usd_per_mi": st.floats(0.01, 0.3),
        "maintenance_usd_per_mi": st.floats(0.02, 0.3),
        "insurance_usd": st.floats(200, 5_000),
        "registration_usd": st.floats(0, 1_000),
        "sales_tax_share": st.floats(0, 0.12),
        "down_share": st.floats(0, 1),
        "apr": st.floats(0, 0.25),
        "loan_months": st.integers(12, 96).map(float),
        "first_year_loss": st.floats(0.05, 0.4),
        "yearly_loss": st.floats(0.02, 0.3),
        "thin_market_loss": st.floats(0, 0.1),
        "discount_rate": st.floats(0, 0.1),
        "insurance_price_slope": st.floats(0, 0.01),
        "insurance_reference_usd": st.floats(0, 30_000),
    }
)


@given(entry=owners)
def test_items_sum_to_the_line_and_to_the_total(entry: dict[str, float]) -> None:
    found = ledger(**entry)
    total = float(found.total())
    assert sum(map(float, found.items().values())) == pytest.approx(total, rel=1e-12, abs=1e-9)
    assert float(found.intercept_usd + found.slope * entry["price_usd"]) == pytest.approx(total, rel=1e-12, abs=1e-8)
    assert float(found.per_month()) * 12 * entry["years_held"] == pytest.approx(total, rel=1e-12)
    years = int(entry["years_held"])
    for name in found.items():
        np.testing.assert_array_equal(getattr(found, f"{name}_usd")[years:], 0.0)


@given(entry=owners)
def test_break_even_price_makes_the_costs_equal(entry: dict[str, float]) -> None:
    shared = {name: entry[name] for name in ("miles", "years_held", "discount_rate")}
    rival = ledger(**RIVAL, **shared)
    price = float(ledger(**entry).break_even(rival))
    assert float(ledger(**(entry | {"price_usd": price})).total()) == pytest.approx(float(rival.total()), abs=0.01)


@given(entry=owners)
def test_a_car_breaks_even_with_its_twin_at_its_own_price(entry: dict[str, float]) -> None:
    found = ledger(**entry)
    assert float(found.break_even(found)) == pytest.approx(entry["price_usd"], rel=1e-9)


RISING = ("price_usd", "apr", "sales_tax_share", "energy_usd_per_mi", "maintenance_usd_per_mi", "insurance_usd", "registration_usd")


@given(entry=owners, name=st.sampled_from([*RISING, "miles"]), more=st.floats(1.01, 1.5))
def test_cost_per_mile_rises_and_falls_as_it_should(entry: dict[str, float], name: str, more: float) -> None:
    start, after = ledger(**entry), ledger(**(entry | {name: entry[name] * more}))
    if name == "miles":
        assert float(after.per_mile()) < float(start.per_mile())
    else:
        assert float(after.per_mile()) >= float(start.per_mile()) - 1e-12


@given(entry=owners)
def test_credit_is_free_without_interest_or_loan(entry: dict[str, float]) -> None:
    plain = entry | {"discount_rate": 0.0}
    assert float(ledger(**(plain | {"apr": 0.0})).items()["finance"]) == pytest.approx(0.0, abs=1e-7)
    assert float(ledger(**(plain | {"down_share": 1.0})).items()["finance"]) == pytest.approx(0.0, abs=1e-9)


@given(years=st.integers(0, 20), first=st.floats(0, 0.5), later=st.floats(0, 0.5))
def test_resale_share_is_a_share_that_falls(years: int, first: float, later: float) -> None:
    now, next_ = (float(retained_share(jnp.asarray(float(y)), jnp.asarray(first), jnp.asarray(later))) for y in (years, years + 1))
    assert 0.0 <= next_ <= now <= 1.0


def test_a_loan_longer_than_the_time_held_is_paid_in_full() -> None:
    short = ledger(years_held=2.0)
    assert float(short.items()["finance"]) == pytest.approx(float(ledger().items()["finance"]), rel=1e-12)


def test_a_batch_is_its_parts_and_a_shorter_horizon_changes_nothing() -> None:
    prices = jnp.array([8_000.0, 13_000.0, 16_000.0])
    shape = {name: jnp.full(3, value) for name, value in (WORKED | EXTRA).items()}
    together = own(Ownership.constant(**(shape | {"price_usd": prices})), horizon=5)
    apart = [float(ledger(**(EXTRA | {"price_usd": float(price)})).total()) for price in prices]
    np.testing.assert_allclose(together.total(), apart, rtol=1e-13)
    assert together.energy_usd.shape == (3, 5)


@jax.jit
def headline(o: Ownership) -> jax.Array:
    found = own(o)
    return found.per_mile() + 1e-6 * found.break_even(own(replace(o, price_usd=o.price_usd + 1_000.0)))


@pytest.mark.parametrize("zero", [{}, {"apr": 0.0, "discount_rate": 0.0}])
def test_gradients_agree_with_differences(zero: dict[str, float]) -> None:
    """Also at interest and discount rates of zero, where the textbook formulas are 0/0."""
    point = Ownership.constant(**(WORKED | EXTRA | zero))
    slopes = jax.jit(jax.grad(headline))(point)
    for name in set(WORKED | EXTRA) - {"years_held", "loan_months"}:
        value, slope = getattr(point, name), getattr(slopes, name)
        step = 1e-5 * jnp.maximum(jnp.abs(value), 0.1)
        ends = [float(headline(replace(point, **{name: value + sign * step}))) for sign in (1, -1)]
        assert bool(jnp.all(jnp.isfinite(slope))), name
        assert (ends[0] - ends[1]) == pytest.approx(float(2 * jnp.sum(slope * step)), rel=1e-4, abs=1e-12), name


def test_exprel_is_smooth_where_it_changes_form() -> None:
    x = jnp.array([-1e-3, 1e-3])
    below, above = exprel(x * (1 - 1e-9)), exprel(x * (1 + 1e-9))
    np.testing.assert_allclose(below, above, rtol=1e-11)
    assert float(exprel(jnp.asarray(0.0))) == 1.0


def test_unknown_stays_unknown_but_a_price_is_not_needed_to_break_even() -> None:
    rival = ledger(**RIVAL)
    unpriced = ledger(price_usd=float("nan"))
    assert np.isnan(float(unpriced.total())) and np.isnan(float(unpriced.items()["depreciation"]))
    assert float(unpriced.items()["energy"]) == pytest.approx(75_000 * 3.15 / 42)
    assert float(unpriced.break_even(rival)) == pytest.approx(18_700.61, abs=5e-3)
    assert np.isnan(float(ledger(energy_usd_per_mi=float("nan")).break_even(rival)))
