"""Does each maker's fleet meet the fleet standard, with the curves in force and with the proposed reset, and what is owed?

    shortfall = required - achieved;  required = sum n / sum (n / T(footprint)),  achieved = sum n / sum (n / mpg)
A maker has one ledger for cars and one for trucks. A year over the standard earns credits (tenths of a mpg x vehicles) that live five
model years; a year under it uses the oldest first, then those of the next three years (carry-back), then owes tenths x penalty x
vehicles. The mix is that of MY2022 in every year, so the ledger says how far today's fleet is from tomorrow's standard, not what
makers will do. Electric cars count kWh at the petroleum equivalency factor.
Limits: no transfers between cars and trucks or trades between makers, no minimum domestic standard, no multipliers; two-cycle
economy is modelled (+3.4 % against certified on 14 nameplates); plug-in hybrids have none and are left out of the achieved mean.
The reset is a multiple of the curves from MY2027 on: its coefficients were not readable.
References: 49 CFR 531.5, 533.5, 536; 49 U.S.C. 32903; 10 CFR 474.3.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from roadworthy.core import InputError, unknown
from roadworthy.data import table
from roadworthy.fleet.door import check_horizon
from roadworthy.rules.cafe import FLEETS, cafe_compliance, cafe_target, reset_scale

FLEET_YEAR = 2022
FIRST_YEAR, LAST_YEAR = 2022, 2031
CARRY_FORWARD, CARRY_BACK = 5, 3
RESET_FROM = 2027
PEF_WH_PER_GALLON = 82049.0
"""10 CFR 474.3 as it stood before 2024; the rule of 2024 was vacated in 2025 and an interim rule of 2026 takes the fuel content
factor (1 / 0.15) out."""
PEF_WITHOUT_FUEL_CONTENT = PEF_WH_PER_GALLON * 0.15
PENALTY_USD_PER_TENTH = 0.0
"""Since 2025-07-04 (Pub. L. 119-21)."""


@dataclass(frozen=True, slots=True)
class Added:
    """A vehicle that joins the market as a maker of its own: its CAFE fleet, footprint, two-cycle economy and units a year."""

    fleet: str
    footprint_ft2: float
    mpg: float
    vehicles: float
    maker: str = "new importer"


@dataclass(frozen=True, slots=True)
class Entry:
    """One maker's cars or trucks in one model year; mpg as legislated, credits in tenths of a mpg x vehicles."""

    maker: str
    fleet: str
    model_year: int
    vehicles: float
    required_mpg: float
    achieved_mpg: float
    shortfall_mpg: float
    earned: float
    used: float
    carried_back: float
    banked: float
    short_tenths: float
    """Tenths x vehicles still owed after credits."""
    fine_usd: float


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every maker's entries under one set of curves."""

    scale: float
    penalty_usd_per_tenth_mpg: float
    entries: tuple[Entry, ...]

    def of(self, maker: str) -> tuple[Entry, ...]:
        """One maker's entries; an unknown maker is named with the nearest."""
        known = sorted({entry.maker for entry in self.entries})
        if maker not in known:
            raise unknown("maker", maker, known)
        return tuple(entry for entry in self.entries if entry.maker == maker)

    def as_dicts(self) -> list[dict[str, object]]:
        """The entries as plain records."""
        return [asdict(entry) for entry in self.entries]


@lru_cache(maxsize=4)
def made(fleet_year: int = FLEET_YEAR) -> pl.DataFrame:
    """Vehicles made in 2019 or 2022 by maker, fleet, powertrain and footprint."""
    rows = table("fleet/made")
    years = sorted(set(rows["model_year"]))
    if fleet_year not in years:
        raise InputError(f"no fleet of model year {fleet_year}", f"fleets known: {', '.join(map(str, years))}", code="cafe.fleet")
    return rows.filter(pl.col("model_year") == fleet_year)


def required(fleet: str, model_year: int, *, fleet_year: int = FLEET_YEAR, scale: float = 1.0) -> float:
    """Required average of all cars or all trucks made in `fleet_year` under the curves of `model_year`. [mpg]"""
    if fleet not in FLEETS:
        raise unknown("fleet", fleet, FLEETS)
    rows = made(fleet_year).filter(pl.col("fleet") == fleet)
    n = rows["vehicles"].to_numpy()
    return float(n.sum() / (n / cafe_target(fleet, model_year, rows["footprint_ft2"].to_numpy(), scale=scale)).sum())


def required_all(model_year: int, *, fleet_year: int = FLEET_YEAR) -> float:
    """Required average of cars and trucks together. [mpg]"""
    n = [float(made(fleet_year).filter(pl.col("fleet") == fleet)["vehicles"].sum()) for fleet in FLEETS]
    return sum(n) / sum(count / required(fleet, model_year, fleet_year=fleet_year) for fleet, count in zip(FLEETS, n, strict=True))


def epa_target(fleet: str, model_year: int, footprint_ft2: np.ndarray, programme: str = "EPA NTR FRM 2021 (CFR form)") -> np.ndarray:
    """EPA's CO2 target by footprint. [g/mi] A model year takes the last one listed before it."""
    rows = table("fleet/epa_targets").filter(pl.col("programme") == programme)
    if rows.height == 0:
        raise unknown("programme", programme, sorted(set(table("fleet/epa_targets")["programme"])))
    mine = rows.filter((pl.col("fleet") == fleet) & (pl.col("model_year") <= model_year)).sort("model_year")
    if mine.height == 0:
        raise InputError(
            f"no EPA target for {fleet}s of model year {model_year}",
            f"targets begin with model year {min(rows['model_year'].to_list())}",
            code="epa.year",
        )
    row = mine.row(-1, named=True)
    line = row["c_g_per_mi_ft2"] * np.asarray(footprint_ft2, float) + row["d_g_per_mi"]
    inside = np.where(np.asarray(footprint_ft2) <= row["least_ft2"], row["a_g_per_mi"], line)
    return np.asarray(np.where(np.asarray(footprint_ft2) > row["most_ft2"], row["b_g_per_mi"], inside))


def epa_fleet_target(model_year: int, *, fleet_year: int = 2019, programme: str = "EPA NTR FRM 2021 (CFR form)") -> float:
    """EPA's CO2 target of all vehicles made in `fleet_year`, by production as EPA publishes it. [g/mi]"""
    grams = vehicles = 0.0
    for fleet in FLEETS:
        rows = made(fleet_year).filter(pl.col("fleet") == fleet)
        n = rows["vehicles"].to_numpy()
        grams += float((n * epa_target(fleet, model_year, rows["footprint_ft2"].to_numpy(), programme)).sum())
        vehicles += float(n.sum())
    return grams / vehicles


def ledger(
    *,
    first: int = FIRST_YEAR,
    last: int = LAST_YEAR,
    reset: bool = False,
    penalty_usd_per_tenth_mpg: float = PENALTY_USD_PER_TENTH,
    added: Added | None = None,
    pef_wh_per_gallon: float = PEF_WH_PER_GALLON,
) -> Ledger:
    """Every maker's compliance ledger, model years first..last, on the fleet made in 2022.

    `reset` multiplies the curves from MY2027 on by the proposed level; `added` is a maker of its own beside the others.
    Raises InputError for a horizon reversed, years without curves, a penalty below zero, or an added vehicle that is none.
    """
    check_horizon(first, last)
    if not penalty_usd_per_tenth_mpg >= 0.0:
        raise InputError(
            f"penalty {penalty_usd_per_tenth_mpg} is below zero", "give dollars for a tenth of a mpg, 0 or more", code="cafe.penalty"
        )
    groups = _groups(added, pef_wh_per_gallon)
    factor = float(reset_scale().value) if reset else 1.0
    entries: list[Entry] = []
    for (maker, fleet), (n, footprint, mpg) in groups.items():
        entries += _account(maker, fleet, range(first, last + 1), n, footprint, mpg, factor, penalty_usd_per_tenth_mpg)
    return Ledger(factor, penalty_usd_per_tenth_mpg, tuple(entries))


def _groups(added: Added | None, pef: float) -> dict[tuple[str, str], tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Vehicles, footprints and economies by maker and fleet; NaN economy where none is known."""
    rows = made().with_columns(
        pl.when(pl.col("powertrain") == "electric")
        .then(pef / 1e3 / pl.col("twocycle_kwh_per_mi"))
        .otherwise(pl.col("twocycle_mpg"))
        .alias("mpg")
    )
    found = {}
    for (maker, fleet), mine in rows.group_by(["maker", "fleet"], maintain_order=True):
        found[str(maker), str(fleet)] = tuple(
            mine[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("vehicles", "footprint_ft2", "mpg")
        )
    if added is not None:
        if added.fleet not in FLEETS:
            raise unknown("fleet", added.fleet, FLEETS)
        if not (added.mpg > 0.0 and added.vehicles > 0.0):
            raise InputError(f"{added.vehicles:g} vehicles of {added.mpg:g} mpg", "give units and an economy above zero", code="cafe.added")
        found[added.maker, added.fleet] = tuple(np.asarray([value]) for value in (added.vehicles, added.footprint_ft2, added.mpg))
    return found  # type: ignore[return-value]


def _account(
    maker: str, fleet: str, years: range, n: np.ndarray, footprint: np.ndarray, mpg: np.ndarray, factor: float, penalty: float
) -> list[Entry]:
    """One maker's fleet year by year: credits first in first out, then from later years, then the fine."""
    rated = np.isfinite(mpg)
    if not rated.any():
        return []
    states = []
    for year in years:
        target = cafe_target(fleet, year, footprint, scale=factor if year >= RESET_FROM else 1.0)
        states.append(cafe_compliance(n[rated], target[rated], mpg[rated], penalty_usd_per_tenth_mpg=0.0))
    count = float(n[rated].sum())
    earned = np.asarray([state.credits_tenths for state in states])
    owed = np.asarray([state.tenths_short * count for state in states])
    left, used, back = earned.copy(), np.zeros(len(states)), np.zeros(len(states))
    for t in range(len(states)):
        for source in [*range(max(0, t - CARRY_FORWARD), t), *range(t + 1, min(len(states), t + 1 + CARRY_BACK))]:
            take = min(left[source], owed[t])
            left[source] -= take
            owed[t] -= take
            used[t] += take
            back[t] += take if source > t else 0.0
    return [
        Entry(
            maker=maker,
            fleet=fleet,
            model_year=year,
            vehicles=count,
            required_mpg=state.required_mpg,
            achieved_mpg=state.achieved_mpg,
            shortfall_mpg=state.shortfall_mpg,
            earned=float(earned[t]),
            used=float(used[t]),
            carried_back=float(back[t]),
            banked=float(left[max(0, t - CARRY_FORWARD) : t + 1].sum()),
            short_tenths=float(owed[t]),
            fine_usd=float(owed[t]) * penalty,
        )
        for t, (year, state) in enumerate(zip(years, states, strict=True))
    ]
