"""The page's fixed words by language, and how a speed or a volume is said in miles or kilometres."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from roadworthy.study.levers import Choice, Lever, Value

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
    per_usd: float = 0.0
    """Yen to the dollar where amounts are shown in yen; 0 in dollars."""

    @property
    def yen(self) -> bool:
        """Amounts in yen."""
        return self.per_usd > 0.0

    def at(self, choice: Choice) -> Manner:
        """The same at the choice's own rate of exchange."""
        from roadworthy.web.money import rate_of

        return replace(self, per_usd=rate_of(choice)) if self.yen else self

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
        if self.lang != "en" and value is not None:
            text = _table().get(f"choice.{lever.id}.{value}", {}).get(self.lang) or self.end(text)
            text = text.removesuffix(f" {lever.unit}") + f" {self.unit(lever)}" if text.endswith(f" {lever.unit}") else text
        if self.metric and lever.unit == "mph" and text.endswith("mph") and isinstance(value, float | int):
            return f"{value * KM_PER_MILE:.0f} km/h"
        if self.yen and lever.unit.startswith("$") and isinstance(value, float | int):
            return f"¥{value * self.per_usd:,.0f}{lever.unit[1:]}"
        return text

    def preset(self, name: str, title: str) -> str:
        """A preset's title."""
        return _table().get(f"preset.{name}", {}).get(self.lang) or title

    def phrase(self, text: str) -> str:
        """A word that the model says: a door, a verdict, a status."""
        from roadworthy.web.japanese import phrase

        return phrase(text) if self.lang == "ja" else text

    def unit(self, lever: Lever) -> str:
        """A lever's unit."""
        return _table().get(f"unit.{lever.unit}", {}).get(self.lang) or lever.unit

    def end(self, word: str | None) -> str:
        """The word at an end of a range."""
        return _table().get(f"said.{word}", {}).get(self.lang) or word or ""

    def bare(self, lever: Lever, value: float) -> str:
        """An end of a lever's range, short."""
        text = self.end(lever.bare(value))
        if self.yen and lever.unit.startswith("$"):
            return self.said(lever, value).removesuffix(lever.unit[1:]).strip()
        return f"{value * KM_PER_MILE:.0f}" if self.metric and lever.unit == "mph" and text.isdigit() else text

    def query(self) -> dict[str, str]:
        """What of it belongs in a link."""
        given = (("lang", self.lang, "en"), ("units", self.units, "mi"), ("money", "jpy" if self.yen else "usd", "usd"))
        return {k: v for k, v, usual in given if v != usual}


def manner(lang: str | None, units: str | None, rate: str = "3", money: str | None = None) -> Manner:
    """A manner from what a link says; the usual where it says something else. Yen are at the standing rate until `at` a choice."""
    from roadworthy.web.money import rate as standing

    return Manner(
        lang if lang in LANGUAGES else "en",  # type: ignore[arg-type]
        units if units in UNITS else "mi",  # type: ignore[arg-type]
        rate if rate in ("3", "7") else "3",
        float(standing().value) if money == "jpy" else 0.0,
    )
