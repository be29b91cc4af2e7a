"""Signs, colours and numbers that every terminal view of one vehicle shares; colour only repeats what the sign says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from roadworthy.report.numbers import MINUS, UNKNOWN, finite
from roadworthy.report.terminal_text import BLUE, BOLD, GREEN, RED, YELLOW, tint

SIGNS = {"yes": "✓", "no": "✕", "discretionary": "~", "unknown": "?"}
TINTS = {"✓": GREEN, "✕": RED, "~": BLUE}


def title(text: str, colour: bool) -> str:
    """The text in bold when colour may be used."""
    return tint(text, BOLD, colour)


def coloured(lines: Sequence[str], colour: bool) -> list[str]:
    """The lines with signs and assumed marks in colour when it may be used."""
    if not colour:
        return list(lines)
    found = []
    for line in lines:
        for sign, code in TINTS.items():
            line = line.replace(f"{sign} ", f"{tint(sign, code, True)} ", 1)
        found.append(line.replace("○", tint("○", YELLOW, True)))
    return found


def joined(lines: Sequence[str]) -> str:
    """The lines as text without trailing blanks."""
    return "\n".join(line.rstrip() for line in lines)


def number(value: Any, unit: str = "", digits: int = 3) -> str:
    """A number with its unit, or that it is not known."""
    v = finite(value)
    if v is None:
        return UNKNOWN
    text = f"{v:,.0f}" if abs(v) >= 1000 else f"{v:.{digits}g}"
    return f"{text} {unit}".rstrip().replace("-", MINUS, 1) if v < 0 else f"{text} {unit}".rstrip()
