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
from roadworthy.report.charts_launches import launches
from roadworthy.report.charts_prices import by_price
from roadworthy.report.tables_record import launch_table
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
        (["--prices", "8000"], 2, "low:high"),
        (["--prices", "20000:8000"], 3, "lower one first"),
        (["--prices", "8:20"], 3, "8,000"),
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


LINE = [
    {
        "price_usd": p,
        "units_y5": {"p10": low, "p25": low, "p50": 3 * low, "p75": 9 * low, "p90": 9 * low},
        "break_even_units": needs,
        "pays": pays,
    }
    for p, low, needs, pays in (
        (8e3, 900.0, None, 0.0),
        (14e3, 300.0, {"p10": 3e3, "p50": 8e3, "p90": 2e4}, 0.1),
        (20e3, 90.0, {"p10": 1e3, "p50": 2e3, "p90": 6e3}, 0.2),
    )
]


def test_the_chart_of_prices_says_what_it_shows():
    even = {"p10": 12e3, "p50": 14e3, "p90": 17e3}
    chart = by_price({"price_line": LINE, "break_even_price_usd": even, "break_even_price_exists": 0.2})
    assert chart is not None
    assert [row["needs"] for row in chart.rows] == [None, 8e3, 2e3]
    assert "between 900 and 8,100" in chart.sentence and "20 of 100" in chart.sentence
    assert chart.wide["datasets"]["even"] and len(chart.wide["datasets"]["need"]) == 2  # type: ignore[index]
    assert by_price({"price_line": LINE[:1]}) is None


def test_cars_left_out_are_in_the_chart_and_the_table_with_their_misses():
    rows = [
        {"car": "smart fortwo", "year": 2008, "observed": 24622.0, "p10": 15.0, "p50": 1500.0, "p90": 23647.0, "log_error": -2.8, "covered": False, "badge": "outside", "status": "published"},
        {"car": "Chevrolet Spark", "year": 2013, "observed": 34130.0, "p10": 2838.0, "p50": 18000.0, "p90": 114548.0, "log_error": -0.63, "covered": True, "badge": "edge", "status": "assumed"},
    ]  # fmt: skip
    summary = {"holdout": {"rows": rows, "score": {"sentence": "1 of 2 inside the 80 % interval"}}}
    chart, table = launches(summary), launch_table(summary)
    assert chart is not None and table is not None
    assert chart.sentence.endswith("1 of 2 inside the 80 % interval.")
    said = [[cell.text for cell in row.cells] for row in table.rows]
    assert said[0][1:] == ["24,622", "15 to 23,647", "1,500", "−2.80", "no", "outside"]
    assert said[1][5] == "yes" and table.rows[1].assumed
    assert launches({}) is None and launch_table({"holdout": {"rows": [{"car": "x"}]}}) is None


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
