"""What every room shares: axes, units, cited values, errors, random streams and files written whole."""

from typing import Any

from roadworthy.core.cited import MARK, RANK, STATUSES, Cited, Status, weakest
from roadworthy.core.errors import InputError, RoadworthyError, SolveError, UsageError, near, unknown

__all__ = [
    "MARK",
    "RANK",
    "STATUSES",
    "Cited",
    "Distribution",
    "InputError",
    "RoadworthyError",
    "SolveError",
    "Status",
    "UsageError",
    "near",
    "unknown",
    "weakest",
]


def __getattr__(name: str) -> Any:
    """`Distribution` on first use: it needs numpy, which `roadworthy --help` does not."""
    if name == "Distribution":
        from roadworthy.core.distribution import Distribution

        return Distribution
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
