"""Values that know where they come from: value, unit, source, status and, when uncertain, a distribution.

Limits: a `Cited` is a scalar record for people and for the doors of the model; inside `evaluate` only the value travels.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from roadworthy.core.errors import InputError

Status = Literal["law", "measured", "published", "derived", "assumed"]
STATUSES: tuple[Status, ...] = ("law", "measured", "published", "derived", "assumed")
"""From strong to weak; `measured` and `published` rank alike."""
RANK: dict[str, int] = {"law": 0, "measured": 1, "published": 1, "derived": 2, "assumed": 3}
MARK: dict[str, str] = {"law": "§", "measured": "●", "published": "◐", "derived": "△", "assumed": "○"}
"""The glyph of each status on page, report and terminal."""


def weakest(statuses: Iterable[str]) -> Status:
    """The weakest of some statuses; an empty path is `derived` (mathematics alone)."""
    found = sorted((s for s in statuses), key=lambda s: RANK[s])
    return found[-1] if found else "derived"  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Cited:
    """A value with its unit, source and status; `distribution` when the model draws it."""

    value: Any
    unit: str
    source: str
    status: Status
    distribution: Any = None
    """A `core.distribution.Distribution`, or None when the model does not draw it."""
    note: str = ""
    conflict: bool = False
    citation: str = field(default="")

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise InputError(
                f"status {self.status!r} of {self.source!r} is not known",
                f"use one of {', '.join(STATUSES)}",
                code="status.unknown",
            )

    @property
    def mark(self) -> str:
        """The status glyph."""
        return MARK[self.status]

    def __repr__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        return f"{self.value}{unit} {self.mark} {self.status}: {self.source}"

    def _repr_html_(self) -> str:
        from html import escape

        return f"<span title='{escape(self.source)}'>{escape(repr(self.value))} {escape(self.unit)} {self.mark}</span>"
