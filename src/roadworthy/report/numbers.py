"""How is a number written so that it can be believed?

Two significant figures unless it is the price of a car, a true minus, a sign on every difference, one scale for a whole band,
and a zero without a sign. A number that is not known is the words "not known", never a zero.
Limits: English; US dollars; a scale is a power of a thousand.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from roadworthy.core import MARK, units

MINUS = "−"
UNKNOWN = "not known"
OUTER = ("p10", "p90")


@dataclass(frozen=True, slots=True)
class Scale:
    """A power of a thousand with the letter for tables and the word for prose."""

    factor: float
    short: str
    word: str


SCALES = (
    Scale(1e12, "tn", "trillion"),
    Scale(1e9, "bn", "billion"),
    Scale(1e6, "M", "million"),
    Scale(1e3, "k", "thousand"),
    Scale(1.0, "", ""),
)
ONE = SCALES[-1]


def finite(value: Any) -> float | None:
    """The value as a float, or None when it is absent, not a number or not finite."""
    if isinstance(value, Mapping):
        value = value.get("value", value.get("p50"))
    if value is None or isinstance(value, (str, bytes, list, tuple)):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def known(band: Any) -> TypeGuard[Mapping[str, float]]:
    """Whether a band has its median and both outer quantiles."""
    return isinstance(band, Mapping) and all(finite(band.get(q)) is not None for q in ("p10", "p50", "p90"))


def decimals(value: float, digits: int = 2) -> int:
    """Decimals that show `digits` significant figures; negative rounds before the point."""
    if value == 0.0:
        return 0
    return digits - 1 - math.floor(math.log10(abs(value)) + 1e-12)


def plain(value: Any, *, top: float | None = None, signed: bool = False, digits: int = 2, fixed: bool = False) -> str:
    """A number in print: 31,000, +1.2, −0.04, 0.

    `top` is the largest number beside it: its decimals hold for the whole band, one more below one step of them unless `fixed`.
    """
    number = finite(value)
    if number is None:
        return UNKNOWN
    places = decimals(number, digits)
    if top:
        grain = max(decimals(top, digits), 0)
        places = min(places, grain + (abs(number) < 10.0**-grain and not fixed))
    rounded = round(number, places)
    if rounded == 0.0:
        return "0"
    body = f"{abs(rounded):,.{max(min(decimals(rounded, digits), places), 0)}f}"
    sign = MINUS if rounded < 0 else "+" if signed else ""
    return sign + body


def scale(values: Iterable[Any]) -> Scale:
    """The scale of the largest of some numbers."""
    top = max((abs(v) for v in map(finite, values) if v is not None), default=0.0)
    return next((s for s in SCALES if top >= s.factor * 0.995), ONE)


def money_scale(values: Iterable[Any]) -> Scale:
    """The scale of money: millions and up; below that dollars are written out."""
    found = scale(values)
    return ONE if found.short == "k" else found


def outer(band: Mapping[str, Any] | None) -> list[float]:
    """The finite quantiles of a band, for scales and axes."""
    if not isinstance(band, Mapping):
        return []
    return [v for v in (finite(band.get(q)) for q in ("p10", "p25", "p50", "p75", "p90")) if v is not None]


def usual(bands: Iterable[Any]) -> float:
    """How far a band of several usually reaches: the median of those that are not zero."""
    reaches = sorted(top for top in (max(map(abs, outer(b)), default=0.0) for b in bands) if top)
    return reaches[len(reaches) // 2] if reaches else 0.0


def counted(value: Any) -> str:
    """A count in prose: 31,000; two significant figures, whole above ten."""
    return plain(value)


def short(value: Any, *, by: Scale | None = None, signed: bool = False) -> str:
    """A count in a table: 31 k, 1.2 M."""
    number = finite(value)
    if number is None:
        return UNKNOWN
    s = by or scale([number])
    text = plain(number / s.factor, signed=signed)
    return f"{text} {s.short}" if s.short and text != "0" else text


def span(band: Any, *, by: Scale = ONE, signed: bool = False, joint: str = " to ", top: float | None = None) -> str:
    """The band without its unit: −3.1 to +5.6. `top` is the largest number beside it, in the scale; by default the band's own."""
    if not known(band):
        return UNKNOWN
    low, high = (float(band[q]) / by.factor for q in OUTER)
    grain = top or max(abs(low), abs(high))
    return f"{plain(low, top=grain, signed=signed)}{joint}{plain(high, top=grain, signed=signed)}"


def middle(band: Any, *, by: Scale = ONE, signed: bool = False, top: float | None = None) -> str:
    """The median of a band at the band's grain."""
    if not known(band):
        return UNKNOWN
    return plain(float(band["p50"]) / by.factor, top=top or max(map(abs, outer(band))) / by.factor, signed=signed)


def dollars(value: Any, *, by: Scale | None = None, signed: bool = True, word: bool = False) -> str:
    """Money at a scale: +$1.2 bn, −$3.1 billion."""
    number = finite(value)
    if number is None:
        return UNKNOWN
    s = by or money_scale([number])
    text = plain(number / s.factor, signed=signed)
    if text == "0":
        return "$0"
    sign, body = (text[0], text[1:]) if text[0] in "+" + MINUS else ("", text)
    unit = s.word if word else s.short
    return f"{sign}${body}{' ' + unit if unit else ''}"


def dollar_span(band: Any, *, signed: bool = True, word: bool = True, joint: str = " and ") -> str:
    """Money between two ends, the unit once: −$3.1 and +$5.6 billion; each its own where one is nothing beside the other: −$11 billion
    and +$18 million."""
    if not known(band):
        return UNKNOWN
    s = money_scale(outer(band))
    low, high = (plain(float(band[q]) / s.factor, top=max(map(abs, outer(band))) / s.factor, signed=signed) for q in OUTER)
    if "0" in (low, high) and low != high:
        return joint.join(dollars(band[q], signed=signed, word=word) for q in OUTER)
    ends = [t if t == "0" else f"{t[0]}${t[1:]}" if t[0] in "+" + MINUS else f"${t}" for t in (low, high)]
    unit = s.word if word else s.short
    return f"{ends[0]}{joint}{ends[1]}{' ' + unit if unit else ''}"


def car_price(value: Any) -> str:
    """The price of a car, to the hundred: $16,400."""
    number = finite(value)
    if number is None:
        return UNKNOWN
    return f"{MINUS if number <= -50 else ''}${abs(round(number, -2)):,.0f}"


def car_price_span(band: Any, joint: str = " to ") -> str:
    """Two prices of a car: $13,100 to $19,800."""
    if not known(band):
        return UNKNOWN
    return f"{car_price(band['p10'])}{joint}{car_price(band['p90'])}"


def of_100(share: Any) -> str:
    """A probability as draws of a hundred; the ends are only said when they are exact."""
    p = finite(share)
    if p is None:
        return UNKNOWN
    if p <= 0.0:
        return "0"
    if p >= 1.0:
        return "100"
    if p < 0.005:
        return "under 1"
    if p > 0.995:
        return "over 99"
    return f"{round(100 * p)}"


def per_cent(share: Any) -> str:
    """A share in per cent, finer near the ends: 0.1 %, 98 %, 99.9 %."""
    p = finite(share)
    if p is None:
        return UNKNOWN
    x = 100.0 * p
    edge = min(abs(x), abs(100.0 - x))
    if 0.0 < edge < 0.01:
        return "under 0.01 %" if x < 50.0 else "over 99.99 %"
    text = f"{x:.2f}" if 0.0 < edge < 0.095 else f"{x:.1f}" if 0.0 < edge < 1.0 else f"{x:.0f}"
    return f"{text} %".replace("-", MINUS)


def quantity(record: Mapping[str, Any], stem: str, unit: str, dimension: str) -> float | None:
    """The field `stem_<unit>` of a record in the unit asked, whichever unit the record carries it in.

    quantity({"delta_v_mps": 24.2}, "delta_v", "mph", "speed") is 54.1.
    """
    for name, value in record.items():
        if name.startswith(stem + "_") and (given := name[len(stem) + 1 :]) in units.UNITS[dimension]:
            number = finite(value)
            if number is not None:
                return number * units.UNITS[dimension][given] / units.UNITS[dimension][unit]
    return None


def status_of(value: Any, default: str = "") -> str:
    """The status that a record carries, or the default."""
    if isinstance(value, Mapping):
        status = value.get("status")
        if isinstance(status, str) and status in MARK:
            return status
    return default


def mark(status: str | None) -> str:
    """The glyph of a status; nothing for an unknown one."""
    return MARK.get(status or "", "")
