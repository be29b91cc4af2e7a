"""What very small cars have sold in the United States: the record that "what must be true" is set against.

Years of one model become a lowest and highest figure with the weakest status among them. Reservations, intentions and foreign
sales never enter.
"""

from __future__ import annotations

from dataclasses import dataclass

from roadworthy import data
from roadworthy.core import Status, weakest

SET_AGAINST = (
    "smart fortwo",
    "Mitsubishi Mirage",
    "Chevrolet Spark",
    "Subaru Justy",
    "Geo Metro",
    "Chevrolet Sprint",
    "US minicar segment (all)",
    "US small used kei-truck imports (25-year rule)",
)


@dataclass(frozen=True, slots=True)
class Launch:
    """Sales of one small car or segment over its recorded years."""

    model: str
    record: str
    first_year: int
    last_year: int
    lowest_units_per_yr: float
    highest_units_per_yr: float
    status: Status
    sources: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """One line for a report."""
        span = f"{self.lowest_units_per_yr:,.0f}"
        if self.highest_units_per_yr > self.lowest_units_per_yr:
            span += f"-{self.highest_units_per_yr:,.0f}"
        note = ", partly unverified" if self.status == "assumed" else ""
        return f"{self.model} {span} a year ({self.first_year}-{self.last_year}{note})"


def launch_record(models: tuple[str, ...] = SET_AGAINST) -> tuple[Launch, ...]:
    """The recorded span of each model's yearly sales, in the order asked."""
    rows = data.table("market/natural_experiments")
    found = []
    for model in models:
        kept = [r for r in rows.iter_rows(named=True) if r["model"] == model and r["record"] in ("sale", "segment", "used_import")]
        if not kept:
            continue
        units = [float(r["units_per_yr"]) for r in kept]
        years = [int(r["year"]) for r in kept]
        found.append(
            Launch(
                model=model,
                record=kept[0]["record"],
                first_year=min(years),
                last_year=max(years),
                lowest_units_per_yr=min(units),
                highest_units_per_yr=max(units),
                status=weakest(r["status"] for r in kept),
                sources=tuple(sorted({r["source"] for r in kept})),
            )
        )
    return tuple(found)


def sales_years(model: str) -> dict[int, float]:
    """Units by calendar year of one model."""
    rows = data.table("market/natural_experiments")
    return {int(r["year"]): float(r["units_per_yr"]) for r in rows.iter_rows(named=True) if r["model"] == model}
