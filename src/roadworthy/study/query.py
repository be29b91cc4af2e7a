"""Questions in SQL over what is kept: the draws of answers, or the partitions of a sweep.

Tables are read lazily, so a question reads only the columns it names. The dialect is that of polars (SELECT, WHERE, GROUP BY, JOIN, ORDER
BY, LIMIT, common aggregates, CTEs); nothing can be written. See docs/rooms/study.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from roadworthy.core import InputError, near

if TYPE_CHECKING:
    import polars as pl

MOST_ROWS = 10_000
"""Rows given back at most; ask for aggregates, or write to a file."""


def tables(sweep: Path | None = None) -> dict[str, pl.LazyFrame]:
    """What a question may name: `draws` and `answers` of kept answers, or `sweep` of a folder."""
    import polars as pl

    from roadworthy.study import store

    if sweep is not None:
        files = sorted(sweep.glob("part-*.parquet"))
        if not files:
            raise InputError(f"no partition in {sweep}", "give the --out folder of `roadworthy sweep`", code="sweep.none", where=str(sweep))
        return {"sweep": pl.scan_parquet(files)}
    found = {}
    names = store.keys()
    kept = [file for key in names if (file := store.folder() / f"{key}.parquet").exists()]
    if kept:
        named = [pl.scan_parquet(file).with_columns(pl.lit(file.stem).alias("key")) for file in kept]
        found["draws"] = pl.concat(named, how="diagonal_relaxed")
    if not found:
        raise InputError("no answer with draws is kept yet", "run `roadworthy run` first", code="key.none")
    return found


def ask(question: str, sweep: Path | None = None) -> pl.DataFrame:
    """The table that a question gives, at most `MOST_ROWS` rows.

    Raises InputError with the reason of the SQL reader and the columns that exist.
    """
    import polars as pl

    known = tables(sweep)
    try:
        with pl.SQLContext(frames=known, eager=False) as context:
            return context.execute(question).head(MOST_ROWS).collect()
    except (pl.exceptions.PolarsError, ValueError, TypeError) as fault:
        said = " ".join(str(fault).split())[:200]
        columns = [column for frame in known.values() for column in frame.collect_schema().names()]
        missing = said.split("'")[1] if "'" in said else said.split('"')[1] if '"' in said else said
        raise InputError(
            f"the question cannot be answered: {said}",
            f"tables: {', '.join(known)}; {near(missing, columns)} of {len(columns)} columns",
            code="sql",
            where="SQL",
        ) from None
