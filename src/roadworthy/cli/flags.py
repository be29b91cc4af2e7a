"""Arguments that several commands share, each described once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter, Token

from roadworthy.core.errors import UsageError


def _whole(kind: type, tokens: Sequence[Token]) -> int:
    text = tokens[0].value
    try:
        return int(text)
    except ValueError:
        name = tokens[0].keyword or "the number"
        raise UsageError(f"{name} {text!r} is not a whole number", "write it like 5", code="flag.whole", where=name) from None


AsJson = Annotated[bool, Parameter(negative="", help="Print one JSON object.")]
Debug = Annotated[bool, Parameter(negative="", help="Show where a fault of the program happened.")]
Car = Annotated[str, Parameter(help="Catalogue id or TOML file.")]
Whole = Annotated[int, Parameter(converter=_whole)]
"""A whole number; 2.5 is refused, not rounded."""
