"""Questions in SQL over what is kept: the draws of answers, or the partitions of one sweep or of many.

Tables: `draws` of all kept answers with their key and study, and a view of each study (`draws_kei_green_light`); or `sweep`, all partitions
below a folder with the id of their sweep, and where there are several a view of each (`sweep_caps`). They are read lazily, so a question
reads only the columns it names. The dialect is that of polars (SELECT, WHERE, GROUP BY, JOIN, ORDER BY, LIMIT, common aggregates, CTEs);
nothing can be written. See docs/rooms/study.md.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from roadworthy.core import InputError, near

if TYPE_CHECKING:
    import polars as pl

MOST_ROWS = 10_000
"""Rows given back at most; ask for aggregates, or write to a file."""


def tables(sweep: Path | None = None) -> dict[str, pl.LazyFrame]:
    """What a question may name."""
    return _sweeps(sweep) if sweep is not None else _answers()


def _sweeps(folder: Path) -> dict[str, pl.LazyFrame]:
    import polars as pl

    by_folder: dict[Path, list[Path]] = {}
    for file in sorted(folder.rglob("part-*.parquet")):
        by_folder.setdefault(file.parent, []).append(file)
    if not by_folder:
        raise InputError(f"no partition in {folder}", "give the --out folder of `roadworthy sweep`", code="sweep.none", where=str(folder))
    named = [(_sweep_id(place), pl.scan_parquet(files)) for place, files in by_folder.items()]
    return _views("sweep", "sweep_id", [(name, frame.with_columns(pl.lit(name).alias("sweep_id"))) for name, frame in named])


def _sweep_id(folder: Path) -> str:
    try:
        return str(json.loads((folder / "sweep.json").read_text(encoding="utf-8"))["design"]["id"])
    except (OSError, ValueError, KeyError, TypeError):
        return folder.name  # partitions that were copied alone


def _answers() -> dict[str, pl.LazyFrame]:
    import polars as pl

    from roadworthy.study import store

    names = store.keys()
    kept = [file for key in names if (file := store.folder() / f"{key}.parquet").exists()]
    if not kept:
        raise InputError("no answer with draws is kept yet", "run `roadworthy run` first", code="key.none")
    frames = []
    for file in kept:
        study = json.loads(pl.read_parquet_metadata(file).get("roadworthy.study", "{}")).get("id", "")
        frames.append((study, pl.scan_parquet(file).with_columns(pl.lit(file.stem).alias("key"), pl.lit(study).alias("study"))))
    return _views("draws", "study", frames)


def _views(table: str, column: str, frames: list[tuple[str, pl.LazyFrame]]) -> dict[str, pl.LazyFrame]:
    """All frames as one table, and where they bear several names a view of each."""
    import polars as pl

    whole = pl.concat([frame for _, frame in frames], how="diagonal_relaxed")
    names = sorted({name for name, _ in frames if name})
    views = {f"{table}_{re.sub('[^a-z0-9]+', '_', name.lower())}": whole.filter(pl.col(column) == name) for name in names}
    return {table: whole, **(views if len(names) > 1 else {})}


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
