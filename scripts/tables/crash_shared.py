"""What the crash room's table scripts share: where tables lie, the raw folder, the fleet of one year, how tables are written. Makes no table."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

import polars as pl

FACTS = Path(__file__).resolve().parents[2] / "src" / "roadworthy" / "data" / "facts" / "crash"
DIGITS = 8


def folders(doc: str | None) -> tuple[Path, Path]:
    """The folder of raw public data, from the command line or the environment, and the folder the tables are written to."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--source", default=os.environ.get("ROADWORTHY_RAW_DATA"), help="folder of raw public data")
    parser.add_argument("--into", type=Path, default=FACTS, help="folder to write to, in place of the package's own tables")
    named = parser.parse_args()
    if not named.source:
        raise SystemExit("name the folder of raw public data: --source DIR or ROADWORTHY_RAW_DATA")
    return Path(named.source), named.into


def models_2022(raw: Path) -> pl.DataFrame:
    """Models sold in the United States in 2022 with mass, size and sales (EPA OMEGA, public domain)."""
    return pl.read_csv(raw / "demand" / "us_market_my2022_models.csv", infer_schema_length=None)


def mean_curb_lb() -> pl.Expr:
    """Sales-weighted mean curb mass. [lb]"""
    return (pl.col("curb_lb") * pl.col("sales")).sum() / pl.col("sales").sum()


def write(tables: Mapping[str, pl.DataFrame], into: Path) -> None:
    """Each table as CSV under its name, with how many rows it has."""
    into.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        floats = [c for c, t in table.schema.items() if t == pl.Float64]
        table.with_columns(pl.col(c).round_sig_figs(DIGITS) for c in floats).write_csv(into / f"{name}.csv")
        print(f"crash/{name}: {table.height} rows")
