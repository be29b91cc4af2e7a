"""The page's fixed words by language, and how a speed or a volume is said in miles or kilometres."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from roadworthy.study.levers import Lever, Value

FILE = Path(__file__).parent / "words.yaml"
LANGUAGES = ("en", "ja")
UNITS = ("mi", "km")
KM_PER_MILE = 1.609344


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, str]]:
    import yaml

    return dict(yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


@dataclass(frozen=True, slots=True)
class Manner:
    """How a reader wants it said: language, miles or kilometres, and the discount rate that is shown."""

    lang: str = "en"
    units: str = "mi"
    rate: str = "3"

    @property
    def metric(self) -> bool:
        """Kilometres and litres."""
        return self.units == "km"

    def word(self, name: str) -> str:
        """A fixed word; English where the language has none."""
        row = _table()[name]
        return row.get(self.lang) or row["en"]

    def label(self, lever: Lever) -> str:
        """A lever's name."""
        row = _table().get(f"lever.{lever.id}", {})
        return row.get(self.lang) or lever.label

    def said(self, lever: Lever, value: Value | None) -> str:
        """A lever's value with its unit."""
        text = lever.said(value)
        if self.metric and lever.unit == "mph" and text.endswith("mph") and isinstance(value, float | int):
            return f"{value * KM_PER_MILE:.0f} km/h"
        return text

    def bare(self, lever: Lever, value: float) -> str:
        """An end of a lever's range, short."""
        text = lever.bare(value)
        return f"{value * KM_PER_MILE:.0f}" if self.metric and lever.unit == "mph" and text.isdigit() else text

    def query(self) -> dict[str, str]:
        """What of it belongs in a link."""
        return {k: v for k, v, usual in (("lang", self.lang, "en"), ("units", self.units, "mi")) if v != usual}


def manner(lang: str | None, units: str | None, rate: str = "3") -> Manner:
    """A manner from what a link says; the usual where it says something else."""
    return Manner(lang if lang in LANGUAGES else "en", units if units in UNITS else "mi", rate if rate in ("3", "7") else "3")  # type: ignore[arg-type]
