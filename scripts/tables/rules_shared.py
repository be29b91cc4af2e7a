"""What the rulebook's table scripts share: where tables lie, how they are read and written, days as the law counts them. Makes no table."""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import os
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT / "src/roadworthy/data/facts/rules"
BOOKS = ROOT / "src/roadworthy/rules/books"


def source_folder(doc: str | None, *flags: str) -> argparse.Namespace:
    """The command line of a script: --source, and flags that it names."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, default=Path(os.environ.get("ROADWORTHY_RAW_DATA", "shared/data")))
    for flag in flags:
        parser.add_argument(f"--{flag}", action="store_true")
    return parser.parse_args()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, table: list[dict[str, Any]], columns: list[str]) -> None:
    FACTS.mkdir(parents=True, exist_ok=True)
    with (FACTS / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        out.writeheader()
        out.writerows(table)


def after(day: str) -> str:
    """The day after an inclusive last day in force."""
    return (dt.date.fromisoformat(day) + dt.timedelta(days=1)).isoformat()


def full_day(text: str) -> str:
    return text if len(text) == 10 else f"{text}-01-01" if len(text) == 4 else f"{text}-01"
