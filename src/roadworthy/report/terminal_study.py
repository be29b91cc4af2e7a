"""What searches, sweeps and comparisons look like in a terminal."""

from __future__ import annotations

from typing import Any


def cell(value: object) -> str:
    """One value of a table, short and plain."""
    if value is None:
        return "-"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


def columns(names: list[str], rows: list[list[Any]]) -> str:
    """A table with numbers to the right; a row a line."""
    text = [[cell(value) for value in row] for row in rows]
    wide = [max([len(name), *(len(row[i]) for row in text)]) for i, name in enumerate(names)]
    right = [all(isinstance(row[i], int | float) or row[i] is None for row in rows) for i in range(len(names))]

    def line(row: list[str]) -> str:
        return "  ".join(value.rjust(w) if r else value.ljust(w) for value, w, r in zip(row, wide, right, strict=True)).rstrip()

    return "\n".join([line(names), *map(line, text)])


def render_table(said: dict[str, Any], **_: object) -> str:
    """Rows under their columns."""
    return columns(said["columns"], said["rows"]) if said["rows"] else "no rows"
