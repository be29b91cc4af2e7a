"""What is a chart here?

A sentence, rows with units and marks, and a specification at each width; the picture is made from it when it is asked for.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from roadworthy.report import theme

WIDE, NARROW = 720.0, 346.0
"""Pixels of a chart in the report's column, and on a telephone."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One figure: what it says, what it shows, and how it is drawn."""

    id: str
    title: str
    sentence: str
    columns: Sequence[tuple[str, str]]
    """Key of a row and the heading with its unit."""
    rows: Sequence[Mapping[str, Any]]
    scope: str = ""
    note: str = ""
    wide: Mapping[str, Any] | str = field(default="")
    """A Vega-Lite specification, or a drawing."""
    narrow: Mapping[str, Any] | str = field(default="")
    middle: str = ""
    """A drawing between the two, where the wide one fills the page."""

    def svg(self, *, narrow: bool = False) -> str:
        """The stand-alone picture in the light colours."""
        drawn = (self.narrow or self.wide) if narrow else self.wide
        return drawn if isinstance(drawn, str) else theme.to_svg(drawn)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """For notebooks: the picture as SVG, the sentence as text, and the Vega-Lite specification where there is one."""
        bundle: dict[str, Any] = {"image/svg+xml": self.svg(), "text/plain": self.sentence}
        if not isinstance(self.wide, str):
            bundle["application/vnd.vegalite.v5+json"] = dict(self.wide)
        return bundle

    def spec(self) -> str:
        """The specification as JSON text; for a drawing, its data."""
        held = {"title": self.title, "columns": list(self.columns), "data": list(self.rows)} if isinstance(self.wide, str) else self.wide
        return json.dumps(held, ensure_ascii=False, allow_nan=False)

    def csv(self, key: str = "") -> str:
        """The rows as CSV, units in the header, the key of the study in a first comment line."""
        out = io.StringIO()
        out.write(f"# roadworthy {key} {self.id}: {self.title}\n")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([heading for _, heading in self.columns])
        writer.writerows([row.get(name, "") if row.get(name) is not None else "not known" for name, _ in self.columns] for row in self.rows)
        return out.getvalue()
