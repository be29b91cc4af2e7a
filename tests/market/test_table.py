"""A market of the user's own: read as it is, refused with row and column, and put to work."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from roadworthy import data as bundled
from roadworthy import market
from roadworthy.core import InputError
from roadworthy.market import bank as banks
from roadworthy.market.table import BOUNDS, FLAGS, TEXT, read_market

NEEDED = (*TEXT, *BOUNDS, *FLAGS)


@pytest.fixture(scope="module")
def models():
    small = bundled.table("market/models").sort("footprint_m2").head(25)
    large = bundled.table("market/models").sort("sales", descending=True).head(15)
    return pl.concat([small, large]).unique("model", maintain_order=True).select(NEEDED)


@pytest.fixture
def write(tmp_path):
    def one(rows: pl.DataFrame):
        file = tmp_path / "mine.csv"
        rows.write_csv(file)
        return file

    return one


def cell(rows: pl.DataFrame, row: int, column: str, value) -> pl.DataFrame:
    """The table with one cell changed; `row` as an editor counts, the header being 1."""
    values = rows[column].cast(pl.String).to_list()
    values[row - 2] = value
    return rows.with_columns(pl.Series(column, values))


def test_a_good_file_comes_back_as_it_is(models, write):
    found = read_market(write(models))
    assert found["model"].to_list() == models["model"].to_list()
    np.testing.assert_allclose(found["price_usd"], models["price_usd"])
    assert set(found["group"]) <= {"small_car", "car", "suv_van", "pickup"}


@pytest.mark.parametrize(
    ("row", "column", "value", "said", "code"),
    [
        (4, "price_usd", "", "row 4, column price_usd: is empty", "market.value"),
        (3, "price_usd", "21.5", "row 3, column price_usd: 21.5 cannot be", "market.value"),
        (5, "mass_kg", "-900", "row 5, column mass_kg: -900 cannot be", "market.value"),
        (2, "sales", "nan", "row 2, column sales: is not a number", "market.value"),
        (6, "sales", "many", "row 6, column sales: 'many' is not a number", "market.value"),
        (3, "body", "wagon", "row 3, column body: 'wagon' is no body", "market.body"),
        (7, "electric", "2", "row 7, column electric: 2 is neither 0 nor 1", "market.value"),
        (4, "maker", None, "row 4, column maker: is empty", "market.value"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column(models, write, row, column, value, said, code):
    with pytest.raises(InputError) as fault:
        read_market(write(cell(models, row, column, value)))
    assert said in fault.value.message
    assert fault.value.hint and fault.value.code == code


def test_a_repeated_model_names_both_rows(models, write):
    twice = cell(models, 5, "model", models["model"][0])
    with pytest.raises(InputError, match=r"row 5, column model: .* is already in row 2") as fault:
        read_market(write(twice))
    assert fault.value.code == "market.duplicate"


def test_a_missing_column_has_a_near_name(models, write):
    with pytest.raises(InputError, match="column price_usd: is missing") as fault:
        read_market(write(models.rename({"price_usd": "price_us"})))
    assert "price_us" in fault.value.hint


@pytest.mark.parametrize(("share", "said"), [(0.2, "shares sum to"), (1.2, "1.2 is no share"), (0.0, "0 is no share")])
def test_shares_must_leave_an_outside_good(models, write, share, said):
    rows = models.drop("sales").with_columns(pl.lit(share).alias("share"))
    with pytest.raises(InputError, match=said) as fault:
        read_market(write(rows))
    assert fault.value.code == "market.share"


def test_sales_beyond_the_smallest_market_are_shares_over_one(models, write):
    with pytest.raises(InputError, match="shares over one"):
        read_market(write(models.with_columns(pl.lit(4e6).alias("sales"))))


def test_a_file_that_is_absent_or_empty_is_said(tmp_path, models, write):
    with pytest.raises(InputError, match="no file"):
        read_market(tmp_path / "none.csv")
    with pytest.raises(InputError, match="has no rows"):
        read_market(write(models.head(0)))


def test_an_own_market_is_inverted_exactly_and_serves_every_node(models, write):
    data = market.load(200, read_market(write(models)))
    bank, delta = banks.prepare_own(data, 2)
    assert bank.nodes.log_base.shape[0] == banks.NODES
    np.testing.assert_array_equal(delta[0], delta[2])
    assert np.isfinite(np.asarray(bank.nodes.z)).all()
    assert (np.asarray(bank.nodes.fit.bias_sd) >= 1.3).all()


def test_a_market_without_small_cars_cannot_say_what_one_is_worth(models, write):
    large = models.filter(pl.col("footprint_m2") > 4.2)
    with pytest.raises(InputError, match="small cars") as fault:
        banks.prepare_own(market.load(50, read_market(write(large))), 1)
    assert fault.value.code == "market.reference"
