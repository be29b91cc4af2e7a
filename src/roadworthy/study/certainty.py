"""How sure is an answer of its own draws?

Every aligned block of 128 draws holds each stratum of every input and each node of tastes once, so block means b_i scatter less than
draws do, and the standard error of a mean is sd(b) / sqrt(blocks). For a quantile the blocks' quantiles are taken the same way.
See docs/rooms/study.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from roadworthy.core.axes import NEW_SLOTS, YEAR_5, YEAR_10
from roadworthy.core.streams import BLOCK

FEWEST_BLOCKS = 4
"""Below this a standard error of blocks says nothing."""
HALVES = 8
"""Batches that a run of few blocks is cut into instead."""


def batches(draws: int) -> int:
    """Into how many equal batches of whole blocks a run is cut; smaller pieces where there are few blocks."""
    blocks = draws // BLOCK
    return min(blocks, 32) if blocks >= FEWEST_BLOCKS else HALVES


def standard_error(values: np.ndarray, level: float | None = None) -> float:
    """Standard error of the mean over draws [d], or of the quantile `level`, from batches of draws in their order."""
    count = batches(len(values))
    size = len(values) // count
    if size < 2:
        return float("nan")
    parts = values[: count * size].reshape(count, size)
    of_parts = parts.mean(axis=1) if level is None else np.quantile(parts, level, axis=1)
    return float(of_parts.std(ddof=1) / np.sqrt(count))


def headline(outcome: Any, route: int) -> dict[str, np.ndarray]:
    """The headline quantities of one reform by draw."""
    return {
        "units_y5": outcome.units[:, route, :NEW_SLOTS, YEAR_5].sum(axis=1),
        "deaths_y10": outcome.deaths[:, route, :, YEAR_10].sum(axis=1),
        "net_usd_r3": outcome.net_usd[:, route, 0],
        "net_usd_r7": outcome.net_usd[:, route, 1],
        "gains": (outcome.net_usd[:, route, 0] > 0).astype(float),
        "pays": (outcome.npv_usd[:, route] > 0).astype(float),
    }


def against_draws(values: np.ndarray, share: bool) -> list[dict[str, Any]]:
    """What the first draws alone would have said, and its standard error: 128 draws, twice as many, and so on to all."""
    counts = [BLOCK * 2**i for i in range(32) if BLOCK * 2**i < len(values)]
    return [
        {
            "draws": count,
            "mean": float(values[:count].mean()),
            "mean_se": standard_error(values[:count]),
            "p50": None if share else float(np.median(values[:count])),
            "p50_se": None if share else standard_error(values[:count], 0.5),
        }
        for count in [*counts, len(values)]
    ]


def convergence(outcome: Any, route: int) -> list[dict[str, Any]]:
    """Mean, median and their standard errors for each headline quantity."""
    rows = []
    for name, values in headline(outcome, route).items():
        share = name in ("gains", "pays")
        rows.append(
            {
                "id": name,
                "mean": float(values.mean()),
                "mean_se": standard_error(values),
                "p50": None if share else float(np.median(values)),
                "p50_se": None if share else standard_error(values, 0.5),
                "draws": len(values),
                "batches": batches(len(values)),
                "by_draws": against_draws(values, share),
            }
        )
    return rows
