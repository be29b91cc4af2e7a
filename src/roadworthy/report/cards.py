"""What does one small live chart consist of?

A specification that never changes, rows and a few signals that do: the page keeps the view and sends only rows and signals, the server
draws the same specification once so that the page reads without a script.
Limits: colours are the design's names; the ends of an axis are signals, so that the page may hold them still while a lever moves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from roadworthy.core.files import digest, kept_json
from roadworthy.report import theme
from roadworthy.report.theme import TOKENS, Layer

WIDTH, HEIGHT = 238.0, 168.0
QUANTILES = ("p10", "p25", "p50", "p75", "p90")


@dataclass(frozen=True, slots=True)
class Card:
    """One live figure: what it says, its numbers, and what its view needs."""

    id: str
    title: str
    scope: str
    big: str
    small: str
    sentence: str
    spec: Mapping[str, Any]
    data: Mapping[str, Sequence[Mapping[str, Any]]]
    signals: Mapping[str, float]
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Mapping[str, Any]]
    note: str = ""
    kind: str = field(default="card")

    def wire(self) -> dict[str, Any]:
        """What the page is sent on each move: words, rows and signals; the specification stays."""
        return {
            "id": self.id, "scope": self.scope, "big": self.big, "small": self.small, "sentence": self.sentence, "note": self.note,
            "data": {name: list(rows) for name, rows in self.data.items()}, "signals": dict(self.signals),
            "heads": [heading for _, heading in self.columns], "rows": [[row.get(key) for key, _ in self.columns] for row in self.rows],
        }  # fmt: skip

    def whole(self) -> dict[str, Any]:
        """The specification with rows and signals in place: what is drawn, and what a download holds."""
        spec = dict(self.spec)
        spec["params"] = [{**p, "value": self.signals.get(p["name"], p["value"])} for p in spec["params"]]
        spec["datasets"] = {name: list(rows) for name, rows in self.data.items()}
        return spec

    def svg(self) -> str:
        """The picture, its colours as the page's variables."""
        return theme.themed(theme.to_svg(self.whole()))


def spec(
    width: float,
    height: float,
    pad: tuple[float, float, float, float],
    layers: Sequence[Layer],
    signals: Sequence[str],
    names: Sequence[str],
) -> dict[str, Any]:
    """A specification without rows: its named data are empty and its axis ends are signals."""
    found = theme.frame(width, height, pad, {name: [] for name in names}, layers)
    found["params"] = [{"name": name, "value": float(i)} for i, name in enumerate(signals)]
    return found


def ends(low: str, high: str) -> dict[str, Any]:
    """A scale between two signals."""
    return {"domain": [{"expr": low}, {"expr": high}], "nice": False, "zero": False}


@lru_cache(maxsize=1)
def _names() -> tuple[re.Pattern[str], dict[str, str]]:
    names = {hexa.upper(): name for name, hexa in TOKENS.items()}
    return re.compile("|".join(re.escape(h) for h in names), re.IGNORECASE), names


def compiled(given: Mapping[str, Any]) -> dict[str, Any]:
    """The specification in Vega's own form, which a browser need not compile, with colours as variables of the style sheet."""

    def make() -> Any:
        import vl_convert

        with theme.DRAWING:
            made = vl_convert.vegalite_to_vega(dict(given), vl_version=theme.VERSION)
        return {name: part for name, part in made.items() if name != "$schema"}

    made = kept_json("vega", digest("vega", theme.VERSION, json.dumps(given, sort_keys=True)), make)
    pattern, names = _names()
    return dict(json.loads(pattern.sub(lambda m: f"var(--{names[m.group(0).upper()]})", json.dumps(made))))
