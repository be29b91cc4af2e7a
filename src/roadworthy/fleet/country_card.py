"""The country's fleet, its checks and the compliance ledger as records for people and programs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from roadworthy.core.units import MILE_M
from roadworthy.fleet import cafe, omega
from roadworthy.fleet.held import held
from roadworthy.fleet.national import BODIES, Country, country, lifetime_ratio, outlook_sales
from roadworthy.fleet.tables import extrapolated


def country_card(first: int, last: int, outlook: str, file: Path | None = None, write: Path | None = None) -> dict[str, Any]:
    """Years first..last of the country, from an outlook or from an OMEGA-shaped file; also written under OMEGA's names to `write`."""
    given = None if file is None else omega.read_omega_vehicles(file)
    found = country(first, last, outlook_sales(outlook) if given is None else given.by_body())
    if write is not None:
        omega.write_omega_shape(found, write)
    return {
        "schema": "roadworthy/fleet/1",
        "outlook": outlook if given is None else "",
        "file": "" if given is None else given.source,
        "read": None
        if given is None
        else {
            "vehicles": float(given.sales.sum()),
            "rows": len(given.maker),
            "model_years": sorted(set(given.model_year.tolist())),
            "curb_weight_filled": given.filled_curb,
            "medium_duty_left_out": given.medium_duty,
            "epa_target_Mg": given.target_Mg(),
            "differs_from_omega": list(omega.DIFFERS),
        },
        "written": "" if write is None else str(write),
        "extrapolated_from": extrapolated(first) if 2022 <= first <= 2050 else {},
        "lifetime_ratio": lifetime_ratio(),
        "years": _years(found),
    }


def _years(found: Country) -> list[dict[str, float]]:
    return [
        {
            "year": int(year),
            "sold": float(found.entries[:, t].sum()),
            "vehicles": float(found.vehicles[t]),
            "miles": float(found.total_m[t] / MILE_M),
            "gallons": float(found.gallons[:, t].sum()),
            "killed": float(found.killed[t]),
            "mean_age_yr": float((found.stock[:, t].sum(axis=0) @ range(found.stock.shape[2])) / max(found.vehicles[t], 1.0)),
            **{f"vehicles_{body}": float(found.stock[b, t].sum()) for b, body in enumerate(BODIES)},
        }
        for t, year in enumerate(found.years)
    ]


def held_card() -> dict[str, Any]:
    """Every published fact with ours beside it."""
    rows = [asdict(row) | {"error": row.error, "inside": row.inside} for row in held()]
    free = [row for row in rows if not row["fitted"]]
    return {
        "schema": "roadworthy/held/1",
        "facts": rows,
        "held_out": len(free),
        "held_out_inside": sum(bool(row["inside"]) for row in free),
    }


def ledger_card(
    maker: str | None, first: int, last: int, penalty_usd_per_tenth_mpg: float, added: tuple[str, float, float, float] | None = None
) -> dict[str, Any]:
    """The ledger with the curves in force and with the reset, of one maker or of all makers together."""
    new = None if added is None else cafe.Added(*added)
    shown = new.maker if new is not None and maker is None else maker
    books = {}
    for name, reset in (("in_force", False), ("reset", True)):
        book = cafe.ledger(first=first, last=last, reset=reset, penalty_usd_per_tenth_mpg=penalty_usd_per_tenth_mpg, added=new)
        entries = book.of(shown) if shown else book.entries
        books[name] = {"scale": book.scale, "entries": [asdict(entry) for entry in entries]}
    return {
        "schema": "roadworthy/cafe/1",
        "maker": shown or "",
        "fleet_year": cafe.FLEET_YEAR,
        "penalty_usd_per_tenth_mpg": penalty_usd_per_tenth_mpg,
        "reset_from": cafe.RESET_FROM,
        "makers": sorted(set(cafe.made()["maker"].to_list())),
        **books,
    }
