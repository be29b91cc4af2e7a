"""Batches of vehicles made from rows of cells, or from other batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from roadworthy.core import InputError
from roadworthy.vehicles.door import UNKNOWN
from roadworthy.vehicles.schema import numeric_names, text_names
from roadworthy.vehicles.vehicle import Cell, Vehicle, frozen
from roadworthy.vehicles.words import Words, joined


def from_rows(rows: Mapping[str, Mapping[str, Cell]], equipment: Mapping[str, Mapping[str, str]] | None = None) -> Vehicle:
    """A batch from rows of cells: id -> field -> cell."""
    ids = tuple(rows)
    listed = [rows[id] for id in ids]
    blank = Cell(float("nan"), UNKNOWN, "")

    def column(field: str, get: Callable[[Cell], Any]) -> list[Any]:
        return [get(row.get(field, blank)) for row in listed]

    used = {field for row in listed for field in row}
    return Vehicle(
        ids=ids,
        numbers={f: frozen(np.array(column(f, lambda c: c.value), dtype=float)) for f in numeric_names()},
        texts={f: Words.of("" if not isinstance(x, str) else x for x in column(f, lambda c: c.value)) for f in text_names()},
        grades={f: Words.of(column(f, lambda c: c.status)) for f in used},
        origins={f: Words.of(column(f, lambda c: c.source)) for f in used},
        spreads={f: frozen(np.array(column(f, lambda c: c.sd_ln), dtype=float)) for f in used},
        equipment=tuple(dict((equipment or {}).get(id, {})) for id in ids),
    )


def concat(*batches: Vehicle) -> Vehicle:
    """Batches one after another; two vehicles of one id are refused."""
    if not batches:
        raise InputError("there is nothing to join", "give at least one batch of vehicles", code="vehicle.shape")
    ids = tuple(id for v in batches for id in v.ids)
    twice = sorted({id for id in ids if ids.count(id) > 1})
    if twice:
        raise InputError(f"two vehicles are called {twice[0]!r}", "rename one of them", code="vehicle.duplicate")

    used = {f for v in batches for f in v.grades}
    return Vehicle(
        ids=ids,
        numbers={f: frozen(np.concatenate([v.numbers[f] for v in batches])) for f in numeric_names()},
        texts={f: joined([v.texts[f] for v in batches]) for f in text_names()},
        grades={f: joined([v.graded(f) for v in batches]) for f in used},
        origins={f: joined([v.origins.get(f, Words.same("", len(v))) for v in batches]) for f in used},
        spreads={f: frozen(np.concatenate([v.sd_ln(f) for v in batches])) for f in used},
        equipment=tuple(e for v in batches for e in v.equipment),
    )
