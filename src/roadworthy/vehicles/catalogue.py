"""The bundled vehicles: 80 of them, every cell with its unit, status and source.

Read with the csv module and no data frame library, so that a verdict on the command line waits some milliseconds and not half a
second. Blank cells are blank on purpose: they stay unknown here, and `fill` says how it fills them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from roadworthy.core import Cited
from roadworthy.data.tables import FACTS
from roadworthy.vehicles.batch import from_rows
from roadworthy.vehicles.quantities import to_si
from roadworthy.vehicles.schema import fields
from roadworthy.vehicles.vehicle import Cell, Vehicle

FOLDER = FACTS / "vehicles"
NAME_SOURCE = "name and class of the catalogue row"


@dataclass(frozen=True, slots=True)
class Remark:
    """What another source says of a cell: a conflict, a rejected value or a caution."""

    kind: str
    text: str


def rows_of(file: Path) -> list[dict[str, str]]:
    """A small table as dictionaries."""
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@lru_cache(maxsize=1)
def catalogue() -> Vehicle:
    """The bundled vehicles as they were found, gaps included; read once."""
    by_stem = {f.stem: f for f in fields().values()}
    rows: dict[str, dict[str, Cell]] = {}
    for model in rows_of(FOLDER / "models.csv"):
        rows[model["id"]] = {
            name: Cell(model[name], "derived", NAME_SOURCE)
            for name in ("make", "model", "code", "group", "body", "body_kind")
            if model[name]
        }
    with (FOLDER / "cells.csv").open(encoding="utf-8", newline="") as text:
        lines = csv.reader(text)
        next(lines)
        for id, stem, value, unit, status, _, source in lines:
            field = by_stem[stem]
            held: float | str = to_si(float(value), unit, field) if field.numeric else value
            rows[id][field.name] = Cell(held, status, source)
    return from_rows(rows)


@lru_cache(maxsize=1)
def remarks() -> dict[tuple[str, str], tuple[Remark, ...]]:
    """Conflicts and cautions by vehicle and field."""
    by_stem = {f.stem: f.name for f in fields().values()}
    found: dict[tuple[str, str], tuple[Remark, ...]] = {}
    for row in rows_of(FOLDER / "remarks.csv"):
        key = row["id"], by_stem[row["field"]]
        found[key] = (*found.get(key, ()), Remark(row["kind"], row["words"]))
    return found


@lru_cache(maxsize=1)
def constants() -> dict[str, Cited]:
    """The rules of thumb that fill gaps, each a cited value in the unit of its table; `sd` is kept in the note."""
    return {
        row["name"]: Cited(float(row["value"]), row["unit"], row["source"], row["status"], note=row["meaning"])  # type: ignore[arg-type]
        for row in rows_of(FOLDER / "constants.csv")
    }


@lru_cache(maxsize=1)
def constant_sd() -> dict[str, float]:
    """Standard deviation of the rules of thumb that have one."""
    return {row["name"]: float(row["sd"]) for row in rows_of(FOLDER / "constants.csv") if row["sd"]}
