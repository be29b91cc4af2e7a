"""Discounting."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy import account
from roadworthy.core import InputError


def test_at_rate_zero_the_plain_sum():
    flow = jnp.asarray([1.0, 2.0, 3.5])
    assert float(account.present_value(flow, 0.0)) == pytest.approx(6.5)


def test_mid_year():
    assert float(account.present_value(jnp.asarray([100.0]), 0.07)) == pytest.approx(100.0 / 1.07**0.5)


@given(st.floats(0.0, 0.15), st.sampled_from([1, 30]), st.floats(-1e9, 1e9))
def test_annualised_value_rediscounts_to_the_present_value(rate, years, present):
    yearly = float(account.annualise(jnp.asarray(present), rate, years))
    assert float(account.present_value(jnp.full(years, yearly), rate)) == pytest.approx(present, rel=1e-9, abs=1e-6)
    assert present * account.annuity(rate, years) == pytest.approx(yearly, rel=1e-9, abs=1e-9)


def test_higher_rate_is_worth_less():
    flow = jnp.ones(30)
    assert np.all(np.diff([float(account.present_value(flow, r)) for r in (0.0, 0.03, 0.07)]) < 0.0)


@pytest.mark.parametrize(("rate", "says"), [(-0.01, "below zero"), (7.0, "per cent"), (float("nan"), "below zero"), (0.5, "above 0.2")])
def test_a_rate_that_is_none_is_refused_with_its_mend(rate, says):
    with pytest.raises(InputError, match=says) as fault:
        account.check_rate(rate)
    assert fault.value.code == "account.rate" and fault.value.hint
    assert account.check_rate(0.035) == 0.035
