import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.report import numbers as n

REAL = st.floats(-1e13, 1e13, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "signed", "text"),
    [(31240, False, "31,000"), (1.23, True, "+1.2"), (-0.0432, True, "−0.043"), (0.0, True, "0"), (-2.96, False, "−3.0"), (0.997, False, "1.0"), (99.6, False, "100")],
)  # fmt: skip
def test_plain_keeps_two_figures(value, signed, text):
    assert n.plain(value, signed=signed) == text


@pytest.mark.parametrize("nothing", [None, math.nan, math.inf, "x", [], {}])
def test_what_is_not_known_says_so(nothing):
    for write in (n.plain, n.short, n.dollars, n.car_price, n.of_100, n.per_cent, n.span, n.middle, n.dollar_span):
        assert write(nothing) == n.UNKNOWN


def read(text):
    return float(text.replace(n.MINUS, "-").replace(",", "").replace("+", ""))


@given(REAL)
def test_sign_and_size_survive_print(value):
    text = n.plain(value, signed=True)
    shown = read(text)
    assert math.isclose(shown, value, rel_tol=0.06, abs_tol=1e-300)
    assert "-" not in text
    assert shown == 0 or text[0] == ("+" if value > 0 else n.MINUS)


@given(REAL, REAL, REAL)
def test_a_band_is_in_order_at_one_scale(a, b, c):
    low, mid, high = sorted((a, b, c))
    band = {"p10": low, "p50": mid, "p90": high}
    s = n.scale([low, high])
    first, last = map(read, n.span(band, by=s, signed=True).split(" to "))
    assert first <= last
    for shown, value in ((first, low), (last, high)):
        assert shown == 0 or (shown > 0) == (value > 0)


def test_money_has_one_unit_and_its_signs():
    band = {"p10": -3.1e9, "p50": 1.2e9, "p90": 5.6e9}
    assert n.dollar_span(band, joint=" to ") == "−$3.1 to +$5.6 billion"
    assert n.dollar_span({"p10": -11.2e9, "p50": -1e9, "p90": 18e6}, joint=" to ") == "−$11 billion to +$18 million"
    assert n.dollar_span({"p10": -11.2e9, "p50": -1e9, "p90": 0.0}, joint=" to ") == "−$11 billion to $0"
    assert n.dollars(1.2e9) == "+$1.2 bn"
    assert n.dollar_span({"p10": 250, "p50": 800, "p90": 2100}, joint=" to ") == "+$250 to +$2,100"
    assert n.car_price(16384) == "$16,400"


@pytest.mark.parametrize(("p", "text"), [(0, "0"), (0.001, "under 1"), (0.64, "64"), (0.999, "over 99"), (1.0, "100")])
def test_certainty_is_said_only_when_it_is_there(p, text):
    assert n.of_100(p) == text


def test_a_quantity_comes_in_the_unit_asked():
    assert n.quantity({"delta_v_mps": 24.14}, "delta_v", "mph", "speed") == pytest.approx(54.0, abs=0.01)
    assert n.quantity({"crush_mm": 670}, "crush", "cm", "length") == pytest.approx(67.0)
    assert n.quantity({"crush_m": None}, "crush", "cm", "length") is None


@given(st.floats(0.01, 1e7))
def test_scales_hold_the_number(value):
    s = n.scale([value])
    assert s.factor == 1.0 or value / s.factor >= 0.99
