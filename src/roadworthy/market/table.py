"""A market of the user's own in place of MY2022: one row per model, read at the door and refused with row and column.

Columns are those of market/models that demand reads; `share` (of households / 2.5 a year) may stand in place of `sales`, and `group`
is found from body and footprint when it is not given. Units are SI: metres, kilograms, watts, joules per metre, dollars of 2022.
Limits: small cars carry the bias of a new small car, so the file needs at least two with four seats and an engine under 41.5 ft2.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from roadworthy import data as bundled
from roadworthy.core import InputError, near
from roadworthy.core.axes import INCUMBENT_CLASSES
from roadworthy.core.units import SQUARE_FOOT_M2

TEXT = ("model", "maker", "make", "name", "body")
FLAGS = ("electric", "us_maker", "european", "luxury")
BOUNDS: dict[str, tuple[float, float, str]] = {
    "sales": (0.0, 5e6, "units a year"),
    "price_usd": (1e3, 5e6, "dollars, not thousands"),
    "length_m": (1.5, 8.0, "metres"),
    "width_m": (0.8, 3.0, "metres"),
    "footprint_m2": (1.0, 10.0, "square metres, track x wheelbase"),
    "mass_kg": (200.0, 6e3, "kilograms"),
    "power_W": (2e3, 2e6, "watts"),
    "seats": (1.0, 16.0, "seats"),
    "consumption_J_per_m": (100.0, 2e4, "joules per metre"),
}
"""What a value may be, and its unit in words. The lower bound is exclusive at 0."""
BODIES = ("car", "suv", "van", "pickup")
GROUP_OF = {"car": "car", "suv": "suv_van", "van": "suv_van", "pickup": "pickup"}
SMALL_CAR_M2 = 41.0 * SQUARE_FOOT_M2
FIRST_ROW = 2
"""Row 1 of the file is its header."""
LEAST_PER_BUYER = 6.0
"""The smallest yearly market of the bank is households / 6; all sales must leave room for an outside good in it."""
SHARE_PER_BUYER = 2.5


def _bad(path: Path, row: int | None, column: str, said: str, mend: str, code: str = "market.value") -> InputError:
    place = f"row {row + FIRST_ROW}, column {column}" if row is not None else f"column {column}"
    return InputError(f"{path}: {place}: {said}", mend, code=code, where=f"{path}:{row + FIRST_ROW}" if row is not None else str(path))


def _read(path: Path) -> pl.DataFrame:
    try:
        rows = pl.read_csv(path, infer_schema_length=0) if path.suffix.lower() == ".csv" else pl.read_parquet(path)
    except FileNotFoundError:
        raise InputError(f"no file {path}", "check the name of the market file", code="market.file", where=str(path)) from None
    except (pl.exceptions.PolarsError, OSError) as fault:
        said = str(fault).splitlines()[0]
        raise InputError(
            f"{path} cannot be read: {said}", "give a CSV or Parquet table with a header", code="market.file", where=str(path)
        ) from None
    if rows.is_empty():
        raise InputError(f"{path} has no rows", "give one row per model", code="market.empty", where=str(path))
    return rows


def _numbers(rows: pl.DataFrame, column: str, path: Path) -> list[float]:
    found = []
    for i, cell in enumerate(rows[column].to_list()):
        try:
            value = float(cell)
        except (TypeError, ValueError):
            said = "is empty" if cell is None or str(cell).strip() == "" else f"{cell!r} is not a number"
            raise _bad(path, i, column, said, "give a number; leave the model out if it is not known") from None
        if value != value:
            raise _bad(path, i, column, "is not a number", "give a number; leave the model out if it is not known")
        found.append(value)
    return found


def read_market(file: str | Path) -> pl.DataFrame:
    """The table of a user's market with the columns of market/models, checked.

    Raises InputError naming file, row and column: a missing column or cell, a value out of bounds or in another unit, a model given
    twice, shares that leave no outside good.
    """
    path = Path(file)
    rows = _read(path)
    households = next(r["value"] for r in bundled.table("market/constants").iter_rows(named=True) if r["name"] == "households")
    if "share" in rows.columns and "sales" not in rows.columns:
        shares = _numbers(rows, "share", path)
        for i, share in enumerate(shares):
            if not 0.0 < share < 1.0:
                raise _bad(
                    path, i, "share", f"{share:g} is no share", "give a share of the whole market, above 0 and below 1", "market.share"
                )
        if sum(shares) >= 1.0:
            raise _bad(
                path,
                None,
                "share",
                f"shares sum to {sum(shares):.3g}",
                "leave room for those who buy nothing: the sum must be below 1",
                "market.share",
            )
        rows = rows.with_columns(pl.Series("sales", [s * households / SHARE_PER_BUYER for s in shares]))
    needed = (*TEXT, *BOUNDS, *FLAGS)
    for column in needed:
        if column not in rows.columns:
            raise _bad(path, None, column, "is missing", near(column, rows.columns), "market.column")
    seen: dict[str, int] = {}
    for column in TEXT:
        for i, cell in enumerate(rows[column].to_list()):
            if cell is None or not str(cell).strip():
                raise _bad(path, i, column, "is empty", f"give the {column} of every row")
            if column == "model":
                if cell in seen:
                    raise _bad(
                        path,
                        i,
                        column,
                        f"{cell!r} is already in row {seen[cell] + FIRST_ROW}",
                        "keep one row per model",
                        "market.duplicate",
                    )
                seen[cell] = i
            if column == "body" and cell not in BODIES:
                raise _bad(path, i, column, f"{cell!r} is no body", near(cell, BODIES), "market.body")
    values = {column: _numbers(rows, column, path) for column in (*BOUNDS, *FLAGS)}
    for column, (low, high, unit) in BOUNDS.items():
        for i, value in enumerate(values[column]):
            if not (low < value if low == 0.0 else low <= value) or value > high:
                raise _bad(path, i, column, f"{value:g} cannot be", f"give {unit}, {low:g} to {high:g}")
    for column in FLAGS:
        for i, value in enumerate(values[column]):
            if value not in (0.0, 1.0):
                raise _bad(path, i, column, f"{value:g} is neither 0 nor 1", "give 1 for yes, 0 for no")
    room = households / LEAST_PER_BUYER
    if sum(values["sales"]) >= room:
        raise _bad(
            path,
            None,
            "sales",
            f"sum to {sum(values['sales']):,.0f}: shares over one",
            f"a yearly market has at most {room:,.0f} buyers",
            "market.share",
        )
    group = ["small_car" if f < SMALL_CAR_M2 else GROUP_OF[b] for f, b in zip(values["footprint_m2"], rows["body"], strict=True)]
    if "group" in rows.columns:
        for i, given in enumerate(rows["group"].to_list()):
            if given not in INCUMBENT_CLASSES:
                raise _bad(path, i, "group", f"{given!r} is no class", near(str(given), INCUMBENT_CLASSES), "market.group")
        group = rows["group"].to_list()
    text = {column: rows[column].cast(pl.String).to_list() for column in TEXT}
    powertrain = rows["powertrain"].to_list() if "powertrain" in rows.columns else ["EV" if e else "N" for e in values["electric"]]
    return pl.DataFrame({**text, "group": group, "powertrain": powertrain, **values})
