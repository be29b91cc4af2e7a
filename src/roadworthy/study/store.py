"""Answers kept by key: the summary as JSON, the draws as Parquet with their provenance.

The key is `Study.key`; the same question under the same version and data finds the same file.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from roadworthy.core import InputError, unknown
from roadworthy.core.axes import NEW_SLOTS, PARTIES, ROUTES, YEAR_5, YEAR_10
from roadworthy.core.files import cache_folder, write_atomic
from roadworthy.core.plain import plain
from roadworthy.data.tables import LOCK

if TYPE_CHECKING:
    import polars as pl

    from roadworthy.study.run import Results


def folder() -> Path:
    """Where answers are kept."""
    place = cache_folder() / "answers"
    place.mkdir(parents=True, exist_ok=True)
    return place


def keys() -> list[str]:
    """Keys of kept answers, the latest first."""
    files = sorted(folder().glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
    return [file.stem for file in files]


def has(key: str, *, draws: bool = False) -> bool:
    """Whether the answer of a whole key is kept; with `draws`, its draws too."""
    return (folder() / f"{key}.json").is_file() and (not draws or (folder() / f"{key}.parquet").is_file())


def recall(key: str | None = None) -> dict[str, Any]:
    """A kept answer by key or its first letters; the latest when None."""
    kept = keys()
    if not kept:
        raise InputError("no answer is kept yet", "run `roadworthy run` first", code="key.none")
    if key is None:
        return _read(kept[0])
    matches = [name for name in kept if name.startswith(key)]
    if not matches:
        raise unknown("key", key, kept, "roadworthy run")
    if len(matches) > 1 and key not in matches:
        raise InputError(
            f"key {key!r} begins {len(matches)} kept answers", f"give more of it, such as {matches[0]!r}", code="key.ambiguous"
        )
    return _read(key if key in matches else matches[0])


def _read(key: str) -> dict[str, Any]:
    try:
        return dict(json.loads((folder() / f"{key}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError) as fault:
        raise InputError(f"the kept answer {key} cannot be read: {fault}", "run the study again", code="key.broken") from None


def keep(summary: dict[str, Any]) -> Path:
    """Keep a summary under its key."""
    return write_atomic(folder() / f"{summary['key']}.json", json.dumps(plain(summary), ensure_ascii=False))


def draws_table(outcome: Results) -> pl.DataFrame:
    """One row per reform, route and draw: what varies and what it comes to."""
    import jax
    import polars as pl

    from roadworthy.account import NAMES

    frames = []
    for i, reform in enumerate(outcome.reforms):
        row = jax.tree.map(lambda leaf, i=i: np.asarray(leaf[i]), outcome.differences)
        for k, route in enumerate(ROUTES):
            deaths = row.deaths[:, k, :, YEAR_10]
            frames.append(
                pl.DataFrame(
                    {
                        "reform": reform,
                        "route": route,
                        "draw": np.arange(len(deaths)),
                        "units_new_y5": row.units[:, k, :NEW_SLOTS, YEAR_5].sum(axis=1),
                        "units_added_y5": row.units[:, k, :, YEAR_5].sum(axis=1),
                        "price_usd": row.price_usd[:, k, 0],
                        "standard_usd": row.standard_usd[:, k],
                        "margin_usd": row.margin_usd[:, k],
                        "fixed_usd": row.fixed_usd[:, k],
                        "npv_usd": row.npv_usd[:, k],
                        "break_even_units": row.break_even_units[:, k],
                        **{f"deaths_{party}_y10": deaths[:, j] for j, party in enumerate(PARTIES)},
                        "gasoline_gallons_y10": row.gasoline_gallons[:, k, YEAR_10],
                        "co2_kg_y10": row.co2_kg[:, k, YEAR_10],
                        **{f"{name}_usd_r3": row.lines_usd[:, k, 0, j] for j, name in enumerate(NAMES)},
                        "net_usd_r3": row.net_usd[:, k, 0],
                        "net_usd_r7": row.net_usd[:, k, 1],
                        "converged": row.converged[:, k] > 0,
                        "thin_ok": row.thin_ok[:, k] > 0,
                    }
                )
            )
    return pl.concat(frames)


def save(summary: dict[str, Any], outcome: Results, out: Path | None = None) -> Path:
    """Keep the summary by its key and write the draws as Parquet, with key, version, study and data lock in its metadata."""
    table = draws_table(outcome)
    provenance = {
        "roadworthy.key": summary["key"],
        "roadworthy.version": summary["version"],
        "roadworthy.study": json.dumps(plain(summary["study"])),
        "roadworthy.data_lock": LOCK.read_text(encoding="utf-8"),
    }
    buffer = io.BytesIO()
    table.write_parquet(buffer, metadata=provenance)
    keep(summary)
    return write_atomic(out or folder() / f"{summary['key']}.parquet", buffer.getvalue())
