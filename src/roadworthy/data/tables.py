"""Reading the bundled tables, their descriptions and their checksums.

A table `market/models` is the file `facts/market/models.csv` (or .parquet) and an entry `[models]` in
`facts/market/tables.toml` with: what, source, licence, status, script and `[models.columns]` (name -> "unit: meaning").
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from roadworthy.core import InputError, unknown
from roadworthy.core.files import write_atomic

if TYPE_CHECKING:
    import polars as pl

FACTS = Path(__file__).parent / "facts"
LOCK = Path(__file__).parent / "lock.toml"


@dataclass(frozen=True, slots=True)
class TableInfo:
    """What is known of a bundled table: where it came from, under which licence, and what its columns mean."""

    name: str
    file: Path
    what: str
    source: str
    licence: str
    status: str
    script: str
    columns: dict[str, str]


@lru_cache(maxsize=1)
def catalogue() -> dict[str, TableInfo]:
    """Every bundled table by name."""
    found: dict[str, TableInfo] = {}
    for sheet in sorted(FACTS.glob("*/tables.toml")):
        room = sheet.parent.name
        for name, entry in tomllib.loads(sheet.read_text(encoding="utf-8")).items():
            files = [sheet.parent / f"{name}.{ending}" for ending in ("csv", "parquet", "npz")]
            present = [file for file in files if file.exists()]
            if not present:
                raise InputError(f"table {room}/{name} is described but its file is missing", "run its script again", code="table.file")
            found[f"{room}/{name}"] = TableInfo(
                name=f"{room}/{name}",
                file=present[0],
                what=entry["what"],
                source=entry["source"],
                licence=entry["licence"],
                status=entry["status"],
                script=entry["script"],
                columns=entry["columns"],
            )
    return found


def describe(name: str) -> TableInfo:
    """The description of a table; a near name is offered for an unknown one."""
    tables = catalogue()
    if name not in tables:
        raise unknown("table", name, tables)
    return tables[name]


def path(name: str) -> Path:
    """The file of a table."""
    return describe(name).file


@lru_cache(maxsize=64)
def table(name: str) -> pl.DataFrame:
    """A bundled table as a data frame; read once."""
    import polars as pl

    file = path(name)
    if file.suffix == ".parquet":
        return pl.read_parquet(file)
    return pl.read_csv(file, infer_schema_length=None)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _current() -> dict[str, str]:
    files = [file for file in FACTS.rglob("*") if file.is_file()]
    return {str(file.relative_to(FACTS)): _digest(file) for file in sorted(files)}


def lock() -> dict[str, str]:
    """Write `lock.toml` with the checksum of every bundled file, and return it."""
    current = _current()
    lines = ["# SHA-256 of every bundled table; written by `roadworthy data lock`.", ""]
    lines += [f'"{name}" = "{digest}"' for name, digest in current.items()]
    write_atomic(LOCK, "\n".join(lines) + "\n")
    return current


def verify() -> list[str]:
    """Names of bundled files that differ from the lock, are missing or are not locked; empty when all agree."""
    locked = tomllib.loads(LOCK.read_text(encoding="utf-8")) if LOCK.exists() else {}
    current = _current()
    return sorted(name for name in locked.keys() | current.keys() if locked.get(name) != current.get(name))
