"""One comparison with a peer, in the words of the common table."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """The same problem by both programs, in one run on one machine unless the note says otherwise."""

    room: str
    peer: str
    """Name and version."""
    problem: str
    ours: float | None = None
    """Seconds or another amount of `unit`; less is better."""
    theirs: float | None = None
    unit: str = "s"
    error_ours: float | None = None
    """Error of ours against what `error_of` names; a share of it."""
    error_theirs: float | None = None
    error_of: str = ""
    absent: str = ""
    """How to get the peer where it is not installed; the other fields say nothing then."""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Theirs over ours: how many times as quick ours is."""
        return self.theirs / self.ours if self.ours and self.theirs else None

    def as_dict(self) -> dict[str, Any]:
        """Plain values, with the ratio."""
        return {**asdict(self), "ratio": self.ratio}


def installed(module: str, distribution: str) -> tuple[Any, str] | None:
    """A peer's module and its name with version, or None where it is not installed here."""
    try:
        return importlib.import_module(module), f"{distribution} {version(distribution)}"
    except ImportError:
        return None


def say(rows: Sequence[Row]) -> None:
    """Rows as lines, for a benchmark that is run by itself."""
    for row in rows:
        if row.absent:
            print(f"{row.peer}: not installed here; {row.absent}")
            continue
        parts = [f"{row.problem}:"]
        if row.ours is not None and row.theirs is not None:
            parts.append(f"ours {row.ours:.4g} {row.unit}, {row.peer} {row.theirs:.4g} {row.unit}, ratio {row.ratio:.3g}")
        if row.error_ours is not None:
            theirs = f", {row.peer} {row.error_theirs:.2%}" if row.error_theirs is not None else ""
            parts.append(f"error against {row.error_of}: ours {row.error_ours:.2%}{theirs}")
        print(" ".join([*parts, f"({row.note})" if row.note else ""]).rstrip())
