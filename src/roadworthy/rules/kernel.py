"""A class for a million vehicles at once: codes and gaps from the same limits as the tree of one.

    codes, gaps = class_codes(book, "jp.class.kei", columns, day)      columns: fact name -> array in SI, NaN = unknown

codes are 0 no, 1 unknown, 3 yes; gaps [vehicle, limit] are signed in each limit's own unit, NaN where unknown or not binding. Row i
equals the tree of vehicle i. Limits: numeric limits and bodies; classes with flags, exclusions or inclusions are left to the tree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from roadworthy.core import InputError
from roadworthy.rules.book import Rulebook
from roadworthy.rules.check import GOODS_ONLY, MET_WITHIN, NOT_FOR_ELECTRIC, ROAD
from roadworthy.rules.logic import NO, UNKNOWN, YES
from roadworthy.rules.quantity import si_factor

Column = NDArray[np.float64]


def _met(gap: Column, op: str, bound: float) -> NDArray[np.bool_]:
    slack = MET_WITHIN * max(abs(bound), 1.0 if bound == 0 else 0.0)
    return gap < -slack if op in ("<", ">") else gap <= slack


def class_codes(
    book: Rulebook, name: str, columns: Mapping[str, Column], day: dt.date, *, body: NDArray[np.str_] | None = None
) -> tuple[NDArray[np.int8], dict[str, Column]]:
    """Whether each vehicle is of a class on a day, and its gap to each limit.

    `columns` holds `electric` as 0, 1 or NaN; `body` the federal class of each vehicle where the class asks for one.
    """
    kind = book.vehicle_class(name)
    if kind.flags or kind.excludes or kind.includes:
        raise InputError(f"class {name!r} asks for more than numbers", "judge its vehicles one by one", code="kernel.class")
    n = len(next(iter(columns.values())))
    nothing = np.full(n, np.nan)
    codes = np.full(n, int(YES), dtype=np.int8)
    electric = columns.get("electric", nothing)
    gaps: dict[str, Column] = {}
    for lid in kind.limits:
        limit = book.limits[lid]
        held = limit.at(day)
        if held is None or limit.quantity in ROAD or limit.quantity == "age":
            continue
        x = columns.get(limit.quantity, nothing)
        factor, bound = si_factor(held.unit), float(held.value)
        gap = (
            x - bound * factor if limit.op in ("<=", "<") else bound * factor - x if limit.op in (">=", ">") else np.abs(x - bound * factor)
        )
        free = np.zeros(n, dtype=bool)
        if limit.quantity in NOT_FOR_ELECTRIC:
            free |= electric == 1
        if limit.quantity == "power_electric":
            free |= electric == 0
        if limit.quantity in GOODS_ONLY:
            free |= np.ones(n, dtype=bool) if body is None else body != "truck"
        if limit.when_known:
            free |= np.isnan(x)
        with np.errstate(invalid="ignore"):
            code = np.where(np.isnan(gap), int(UNKNOWN), np.where(_met(gap, limit.op, bound * factor), int(YES), int(NO)))
        codes = np.minimum(codes, np.where(free, int(YES), code)).astype(np.int8)
        gaps[lid] = np.where(free, np.nan, gap / factor)
    if not gaps:
        codes[:] = int(NO)  # the class is not in force
    if kind.bodies:
        fits = np.full(n, int(UNKNOWN)) if body is None else np.where(np.isin(body, kind.bodies), int(YES), int(NO))
        codes = np.minimum(codes, fits).astype(np.int8)
    return codes, gaps
