"""What the market room is held against: published moments, margins, and the sales of small cars that it had not seen.

Moments of market/calibration were matched (`fitted`); margins, elasticities of single models and launches were not. Launches are
compared in logarithms, since the answer is a range over orders of magnitude; the table of intervals is `holdout_table`.
"""

from __future__ import annotations

import math

import numpy as np

from roadworthy import data as bundled
from roadworthy.core.held import Held
from roadworthy.market.bank import stored
from roadworthy.market.holdout import HeldOut, holdout_table

MATCHED_SD = 2.0
"""A matched moment may miss by so many of its sd."""
LAUNCH_TOLERANCE = 0.9
"""ln; the design's target for the median absolute error."""
MARGIN_TOLERANCE = 0.30
"""Published margins come from models with a mean elasticity of -6.76, ours is matched to -5 with sd 1."""
SAME = 1e-9
CHEAP_USD = 18e3
CENTRAL_MARKET = 2.5
NOTES = {
    "second_choice_suv": "the published spread of tastes for SUVs and the free classes together keep too many within the class",
    "second_choice_log_hp": "the published spread for power is tight (0.18 of 1.96) and leaves little room to raise it",
    "margin_suv": "elasticities of dear models are matched at 0.74 of the parent model's, so our margins are larger",
    "price_q4": "prices paid rise more evenly with income than in the survey",
    "smart fortwo": "novelty, a city car with 74 dealers: the model has no taste for the unusual",
    "Mitsubishi i-MiEV": "supply and range: the model has no taste for range and no supply limit",
    "Honda Insight gen-1": "two seats and supply are no attributes of the model",
    "Chevrolet Sprint": "a market of 1986 in the choice set of 2022",
    "Mitsubishi Mirage": "too high in both years: equipment and brand are not attributes",
}


def _moments() -> list[Held]:
    what = {row["id"]: row for row in bundled.table("market/targets").iter_rows(named=True)}
    found = []
    for row in bundled.table("market/calibration").iter_rows(named=True):
        if row["households_per_buyer"] != CENTRAL_MARKET:
            continue
        target = what[row["id"]]
        family = row["id"].split("_")[0]
        found.append(
            Held(
                room="market",
                id=row["id"],
                what=target["what"],
                unit="-",
                published=row["target"],
                ours=row["model"],
                tolerance=MATCHED_SD * row["target_sd"],
                kind="absolute",
                fitted=row["used"] == "yes",
                source=target["source"],
                note=NOTES.get(row["id"], "") if row["matched"] == "no" else "",
                group={
                    "own": "elasticities",
                    "market": "elasticities",
                    "second": "second choices",
                    "purchase": "income",
                    "price": "income",
                }.get(family, "outside diversion"),
            )
        )
    return found


def _margins() -> list[Held]:
    models = bundled.table("market/models")
    price, sales = models["price_usd"].to_numpy(), models["sales"].to_numpy()
    _, _, cost = stored([0])
    margin = price - cost[0]
    cheap, suv = price < CHEAP_USD, (models["body"] == "suv").to_numpy()
    paper = "auto_tariffs, sales-weighted means of a demand model of 2015-24 (market/moments)"
    rows = (
        ("margin_cheap", "price less marginal cost, models under 18,000 USD", "USD", 5036.0, float(np.average(margin[cheap], weights=sales[cheap]))),
        ("margin_suv", "price less marginal cost, SUVs", "USD", 5185.0, float(np.average(margin[suv], weights=sales[suv]))),
        ("lerner", "mean of margin over price", "-", 0.172, float(np.average(margin / price, weights=sales))),
    )  # fmt: skip
    return [
        Held(
            "market",
            name,
            what,
            unit,
            published,
            ours,
            MARGIN_TOLERANCE,
            "relative",
            False,
            paper,
            NOTES.get(name, ""),
            "margins" if unit == "USD" else "",
        )
        for name, what, unit, published, ours in rows
    ]


RESET, STRICT, FULL_USD = 34.5 / 50.4, 1.0, 300.0
"""The proposed reset, the curves in force, and a value of a mpg at which nearly every fleet complies."""


def _reset() -> Held:
    """What the proposed reset of the fleet standard would save on a vehicle if makers complied with both."""
    rows = bundled.table("market/standard")
    cost = {
        scale: float(rows.filter((rows["scale"] - scale).abs() < SAME, rows["value_usd"] == FULL_USD)["technology_usd"].mean())  # type: ignore[arg-type]
        for scale in (STRICT, RESET)
    }
    return Held(
        room="market",
        id="cafe_reset_cost",
        what="technology cost of a vehicle that the proposed CAFE reset saves, if makers comply with either",
        unit="USD",
        published=930.0,
        ours=cost[STRICT] - cost[RESET],
        tolerance=MARGIN_TOLERANCE,
        kind="relative",
        fitted=True,
        source="NHTSA on its proposal (90 FR 56438), by press; it sets the slope of the cost curve",
        note="the fleet of 2022 without what makers planned is farther from 50.4 mpg than the agency's of 2031",
    )


def _launch(row: HeldOut) -> Held:
    missed = abs(row.log_error) > LAUNCH_TOLERANCE or not row.covered
    inside = "inside" if row.covered else "outside"
    note = f"{inside} the 80 % interval of {row.forecast.p10:,.0f} to {row.forecast.p90:,.0f} a year"
    if missed and row.car in NOTES:
        note += f"; {NOTES[row.car]}"
    return Held(
        room="market",
        id=f"{row.kind.split()[0]}_{row.car.lower().replace(' ', '_')}_{row.year}",
        what=f"ln of units of {row.car}, {row.year}, that car left out",
        unit="ln(1/yr)",
        published=math.log(row.observed),
        ours=math.log(row.forecast.p50),
        tolerance=LAUNCH_TOLERANCE,
        kind="absolute",
        fitted=False,
        source="market/launches" if row.kind == "launch" else "market/models",
        note=note,
        group="small cars left out",
    )


def held() -> tuple[Held, ...]:
    """Every published fact beside the model's value, misses included."""
    return (*_moments(), *_margins(), _reset(), *(_launch(row) for row in holdout_table()))
