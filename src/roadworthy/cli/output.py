"""Where an answer goes: a table to people, one JSON object to programs, a file when asked."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

from roadworthy.core.errors import InputError, UsageError
from roadworthy.core.plain import plain


def emit(answer: dict[str, Any], render: Callable[..., str], as_json: bool) -> None:
    """Print the answer: one JSON object, or the table fitted to the terminal."""
    if as_json:
        print(json.dumps(plain(answer), ensure_ascii=False))
    else:
        print(render(answer, width=width(), colour=colour()))


def width() -> int:
    """Columns of the terminal; 100 when the output is not one."""
    return shutil.get_terminal_size((100, 40)).columns if sys.stdout.isatty() else 100


def colour() -> bool:
    """Whether colour may be used: a terminal, and the user has not said NO_COLOR."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def talk(text: str, quiet: bool = False) -> None:
    """A line of progress on stderr."""
    if not quiet:
        print(text, file=sys.stderr, flush=True)


def day(text: str, flag: str) -> date:
    """An ISO date from a flag; one sentence when it is none or impossible."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"{flag} {text!r} is not a date", "write it as YYYY-MM-DD, such as 1998-03-10", code="date.syntax", where=flag
        ) from None


def low_high(text: str | None, flag: str, example: str = "500:4000") -> tuple[float, float] | None:
    """low:high from a flag; None when it is not given."""
    if text is None:
        return None
    try:
        low, high = (float(part) for part in text.split(":"))
    except ValueError:
        raise UsageError(
            f"{flag} {text!r} is not a range", f"write it as low:high, such as {example}", code="flag.range", where=flag
        ) from None
    return low, high


def within(value: float, low: float, high: float, flag: str, unit: str) -> float:
    """A number from a flag, held to its range."""
    if not low <= value <= high:
        raise UsageError(
            f"{flag} {value:g} is outside {low:g} to {high:g} {unit}",
            f"give a value from {low:g} to {high:g}",
            code="flag.range",
            where=flag,
        )
    return value
