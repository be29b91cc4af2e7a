"""`roadworthy sell` as users meet it: wrong input is one sentence with a mend; prices and routes do what they say."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from roadworthy import data as bundled
from roadworthy.cli.main import call
from roadworthy.core import InputError
from roadworthy.market import estimate
from roadworthy.study.selling import break_even_price, checked_price, route_index


@pytest.mark.parametrize(
    ("flags", "code", "said"),
    [
        (["--price", "0"], 3, "above 0"),
        (["--price", "-14000"], 3, "above 0"),
        (["--price", "14"], 3, "14,000"),
        (["--price", "nan"], 3, "above 0"),
        (["--route", "plane"], 2, "plant"),
        (["--price", "cheap"], 2, "cheap"),
        (["--market", "nowhere.csv"], 3, "nowhere.csv"),
    ],
)
def test_wrong_input_is_one_sentence_and_a_mend(capsys, flags, code, said):
    assert call(["sell", "honda_nbox_jf5", *flags, "--json"]) == code
    heard = capsys.readouterr()
    assert said in heard.out + heard.err
    assert "Traceback" not in heard.out + heard.err


def test_a_market_file_is_refused_with_row_and_column(capsys, tmp_path):
    rows = bundled.table("market/models").head(5)
    file = tmp_path / "mine.csv"
    pl.concat([rows, rows.head(1)]).write_csv(file)
    assert call(["sell", "honda_nbox_jf5", "--market", str(file), "--json"]) == 3
    heard = json.loads(capsys.readouterr().out)
    fault = heard.get("error", heard)
    assert fault["code"] == "market.duplicate"
    assert "row 7, column model" in fault["message"] and "row 2" in fault["message"]


def test_prices_and_routes_at_both_sides_of_their_bounds():
    checked_price(None)
    checked_price(500.0)
    with pytest.raises(InputError, match="no car's"):
        checked_price(499.0)
    assert route_index(None) is None
    assert (route_index("import"), route_index("plant")) == (0, 1)


def test_the_break_even_price_is_read_off_where_npv_changes_sign():
    rows = [
        {"price_usd": p, "npv": np.asarray(v)} for p, v in ((10e3, [-2.0, -1.0, 5.0]), (12e3, [-1.0, -2.0, 3.0]), (14e3, [3.0, -3.0, 1.0]))
    ]
    even, exists = break_even_price(rows)
    np.testing.assert_allclose(even, [12.5e3, 10e3])
    assert exists == pytest.approx(2.0 / 3.0)


def products(**given):
    plain = {"market_ids": [1, 1, 2], "firm_ids": [1, 2, 1], "shares": [0.2, 0.3, 0.4], "prices": [10.0, 12.0, 11.0]}
    return pl.DataFrame(plain | given)


AGENTS = pl.DataFrame({"market_ids": [1, 2], "weights": [1.0, 1.0]})


def test_tables_to_estimate_on_are_checked_before_pyblp_sees_them():
    estimate.checked(products(), AGENTS)
    with pytest.raises(InputError, match=r"row 3, column shares: 1\.3"):
        estimate.checked(products(shares=[0.2, 1.3, 0.4]), AGENTS)
    with pytest.raises(InputError, match=r"market 1: shares sum to 1\.1"):
        estimate.checked(products(shares=[0.6, 0.5, 0.4]), AGENTS)
    with pytest.raises(InputError, match="column prices is missing"):
        estimate.checked(products().rename({"prices": "price"}), AGENTS)
    with pytest.raises(InputError, match="no consumers for market 2"):
        estimate.checked(products(), AGENTS.head(1))
