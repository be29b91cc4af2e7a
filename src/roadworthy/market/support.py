"""How far a vehicle lies outside anything on sale: inside, edge or outside, with the attributes that decided.

inside: every attribute within the fleet's range and Mahalanobis distance to its nearest models below the fleet's 95 %
leave-one-out quantile; edge: within range but beyond it, or within 10 % of the lower bound of a size attribute; outside: below a
lower bound or above an upper one, or with a property that no model has (cannot use limited-access roads).
A result outside support is an `Interval` and has no scalar value. Limits: distances are in logs of five attributes.
Reference: docs/rooms/market.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NoReturn

import numpy as np

from roadworthy import data
from roadworthy.core import InputError, UsageError

Place = Literal["inside", "edge", "outside"]
PLACES: tuple[Place, ...] = ("inside", "edge", "outside")
ATTRIBUTES = ("footprint_m2", "area_m2", "mass_kg", "power_W", "consumption_J_per_m")
SIZES = ("footprint_m2", "area_m2", "mass_kg", "power_W")
"""Attributes whose lower bound has an edge and decides what is outside."""
EDGE = 0.10
NEAREST = 5
QUANTILE = 0.95
HIGHWAY = "highway_ok"


@dataclass(frozen=True, slots=True)
class Badge:
    """Where a vehicle stands and why; `decided` holds one phrase per attribute."""

    place: Place
    decided: tuple[str, ...]
    distance: float
    """Mahalanobis distance to the nearest models over the fleet's 95 % quantile; 1 = as far as the farthest twentieth."""

    def __str__(self) -> str:
        return f"{self.place} support" + (f": {'; '.join(self.decided)}" if self.decided else "")


@dataclass(frozen=True, slots=True)
class Interval:
    """Ten, fifty and ninety per cent of a result that must not be read as one number."""

    p10: float
    p50: float
    p90: float
    unit: str = ""

    def __iter__(self) -> Iterator[float]:
        return iter((self.p10, self.p50, self.p90))

    def __str__(self) -> str:
        return f"between {self.p10:,.4g} and {self.p90:,.4g}" + (f" {self.unit}" if self.unit else "")

    def __format__(self, spec: str) -> str:
        if spec:
            self._refuse()
        return str(self)

    def _refuse(self, *_: object) -> NoReturn:
        raise UsageError(
            f"a result outside support has no single value ({self.p10:,.4g} to {self.p90:,.4g})",
            "say 'between', or use p10, p50 and p90 together",
            code="market.interval",
        )

    __float__ = __int__ = __index__ = __complex__ = __round__ = _refuse  # type: ignore[assignment]
    __lt__ = __gt__ = __le__ = __ge__ = _refuse  # type: ignore[assignment]
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse  # type: ignore[assignment]
    __array__ = _refuse  # type: ignore[assignment]


@lru_cache(maxsize=1)
def _fleet() -> dict[str, np.ndarray]:
    m = data.table("market/models")
    columns = {name: m[name].to_numpy().astype(float) for name in ("footprint_m2", "mass_kg", "power_W", "consumption_J_per_m")}
    columns["area_m2"] = m["length_m"].to_numpy() * m["width_m"].to_numpy()
    return columns


@lru_cache(maxsize=1)
def _distances() -> tuple[np.ndarray, np.ndarray, float]:
    """Log attributes, whitening matrix and the leave-one-out quantile of the mean distance to the nearest models."""
    z = np.log(np.stack([_fleet()[name] for name in ATTRIBUTES], axis=1))
    whiten = np.linalg.cholesky(np.linalg.inv(np.cov(z.T)))
    y = z @ whiten
    gaps = np.sqrt(((y[:, None] - y[None]) ** 2).sum(axis=2))
    np.fill_diagonal(gaps, np.inf)
    nearest = np.sort(gaps, axis=1)[:, :NEAREST].mean(axis=1)
    return y, whiten, float(np.quantile(nearest, QUANTILE))


def support(vehicle: Mapping[str, float]) -> Badge:
    """Badge of a vehicle given `footprint_m2`, `length_m` and `width_m` (or `area_m2`), `mass_kg`, `power_W`,
    `consumption_J_per_m` and `highway_ok` (0..1; 1 when left out). A missing attribute is said and never counted as inside.
    """
    values = dict(vehicle)
    if "area_m2" not in values and {"length_m", "width_m"} <= values.keys():
        values["area_m2"] = values["length_m"] * values["width_m"]
    decided: list[str] = []
    worst = 0
    unknown = [name for name in ATTRIBUTES if not np.isfinite(values.get(name, np.nan))]
    for name in ATTRIBUTES:
        if name in unknown:
            continue
        value = float(values[name])
        if value <= 0.0:
            raise InputError(f"{name} = {value:g} cannot be", "give a positive value in SI units", code="market.attribute", where=name)
        low, high = float(_fleet()[name].min()), float(_fleet()[name].max())
        if value < low * (1.0 - 1e-9):
            worst = 2
            decided.append(f"{name} {value:,.3g} is {1.0 - value / low:.0%} below the smallest on sale ({low:,.3g})")
        elif value > high * (1.0 + 1e-9):
            worst = 2
            decided.append(f"{name} {value:,.3g} is {value / high - 1.0:.0%} above the largest on sale ({high:,.3g})")
        elif name in SIZES and value < low * (1.0 + EDGE):
            worst = max(worst, 1)
            decided.append(f"{name} {value:,.3g} is within {EDGE:.0%} of the smallest on sale ({low:,.3g})")
    if values.get(HIGHWAY, 1.0) < 1.0:
        worst = 2
        decided.append("no model on sale is barred from or too slow for limited-access roads")
    distance = np.nan
    if unknown:
        worst = max(worst, 1)
        decided += [f"{name} is not known" for name in unknown]
    else:
        y, whiten, limit = _distances()
        here = np.log([float(values[name]) for name in ATTRIBUTES]) @ whiten
        gaps = np.sort(np.sqrt(((y - here) ** 2).sum(axis=1)))
        gaps = gaps[1:] if gaps[0] < 1e-9 else gaps
        distance = float(gaps[:NEAREST].mean() / limit)
        if distance > 1.0:
            worst = max(worst, 1)
            decided.append(f"its nearest models are {distance:.1f} times as far as those of the farthest twentieth")
    return Badge(place=PLACES[worst], decided=tuple(decided), distance=float(distance))
