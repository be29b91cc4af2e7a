"""Arguments that several commands share, each described once."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

AsJson = Annotated[bool, Parameter(negative="", help="Print one JSON object.")]
Debug = Annotated[bool, Parameter(negative="", help="Show where a fault of the program happened.")]
Car = Annotated[str, Parameter(help="Catalogue id or TOML file.")]
