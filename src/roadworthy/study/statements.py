"""The account of one reform as people need it: the A-4 statement, why the headlines moved, and what other switches would say.

Everything here is read off the draws of an Outcome; nothing is solved again. The net under other switches and the official mass
coefficients stand beside the net and are never mixed into it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from roadworthy.account import NAMES, RATES, SCGHG, Counted, Priced, statement
from roadworthy.core import Status
from roadworthy.core.axes import CLASSES, ENVIRONMENTS, INCUMBENT_CLASSES, PARTIES, SALE_YEARS, SLOT_COUNT, YEAR_10
from roadworthy.core.units import MILE_M
from roadworthy.fleet import CRASH_TYPES, PARTS, official_mass_effect
from roadworthy.study.assumed import Assumptions
from roadworthy.study.numbers import band
from roadworthy.study.scenario import Study
from roadworthy.study.summary import Because, Beside, Part
from roadworthy.study.world import Prepared

KG_PER_TONNE = 1000.0
TRILLION = 1e12
SWITCHES = {"none": "carbon not valued", "interagency_3": "interagency carbon, 3 %", "epa_2": "EPA 2023 carbon, 2 %"}
PARTY_LABELS = {"own": "Deaths of own occupants", "partners": "Deaths in other vehicles", "outside": "Deaths of people outside"}
ROAD_LABELS = {
    "posted_45_or_less": "roads posted 45 mph or less",
    "other_surface": "faster roads without limited access",
    "limited_access": "motorways",
}
TYPE_LABELS = {
    "two_vehicle": "two vehicles",
    "single_fixed": "one vehicle, something fixed",
    "rollover_first": "rollover first",
    "three_plus": "three vehicles and more",
}
PART_LABELS = {"exposure": "more or fewer miles in all", "composition": "other vehicles drive them", "rate": "a class itself changes"}
MILES_FROM = {"new": "new cars not bought", "rest": "other cars (below zero: driven more)", "induced": "miles nobody would have driven"}


def switched(outcome: Any, k: int) -> list[Priced]:
    """The net under each carbon switch, and with deaths alone priced: [d, r] each."""
    lines = outcome.lines_usd[:, k]
    net, co2 = lines.sum(axis=-1), lines[:, :, NAMES.index("co2")]
    found = [
        Priced("alternative", f"Net, {label}", net - co2 + outcome.co2_by_stream_usd[:, k, SCGHG.index(name), None], f"account.scghg_choice = {SCGHG.index(name)}", "assumed")
        for name, label in SWITCHES.items()
    ]  # fmt: skip
    return [
        *found,
        Priced(
            "alternative", "Net, injuries left out", net - lines[:, :, NAMES.index("injuries")], "account.injury_multiple = 0", "assumed"
        ),
    ]


def mass_bound(outcome: Any, k: int, prepared: Prepared, drawn: Assumptions) -> tuple[np.ndarray, bool]:
    """Deaths of year 10 if the official mass coefficients at fixed footprint were all there is [d], and whether that extrapolates.

    Each slot against the incumbent mix that today's miles are driven in, both by the coefficients of their bodies.
    """
    bodies = ("car", "car", "suv_van", "pickup")
    masses = np.asarray(prepared.world.structures.mass_kg)
    slots = [official_mass_effect(float(masses[e]), "car") for e in range(SLOT_COUNT)]
    fleet = [official_mass_effect(float(masses[SLOT_COUNT + n]), bodies[n]).linear for n in range(len(INCUMBENT_CLASSES))]
    reference = float(np.asarray(prepared.world.fleet.road_fleet) @ np.asarray(fleet))
    extra = np.asarray([each.linear - reference for each in slots])
    tables = prepared.world.fleet
    toll = float(tables.driver_deaths * tables.occupants_per_driver + tables.outside_deaths)
    per_m = toll / (np.asarray(drawn.fleet.light_vmt) * TRILLION * MILE_M)
    miles = outcome.miles_by_class_m[:, k, :SLOT_COUNT]
    return per_m * (miles @ extra), any(each.extrapolated for each in slots)


def _quantities(outcome: Any, k: int, drawn: Assumptions) -> Iterable[Counted]:
    """What is counted a year, mean of the sale years."""
    period = f"mean of {SALE_YEARS} sale years"

    def mean(values: np.ndarray) -> np.ndarray:
        return np.asarray(values[:, k].mean(axis=-1))

    deaths = outcome.deaths[:, k].mean(axis=-1)
    for i, party in enumerate(PARTIES):
        yield Counted("quantified", PARTY_LABELS[party], deaths[:, i], "deaths a year", "FARS rates x crash kernel", "assumed", period)
    hurt = deaths.sum(axis=1) * np.asarray(drawn.fleet.serious_per_death)
    yield Counted("quantified", "Serious injuries", hurt, "people a year", "deaths x fleet.serious_per_death", "assumed", period)
    yield Counted(
        "quantified",
        "Vehicles on the road",
        outcome.vehicles[:, k, -1],
        "vehicles",
        "sales x survival",
        "assumed",
        f"sale year {SALE_YEARS}",
    )
    yield Counted("quantified", "Miles driven in all", mean(outcome.miles_m) / MILE_M, "miles a year", "fleet", "assumed", period)
    yield Counted("quantified", "Gasoline", mean(outcome.gasoline_gallons), "gallons a year", "fleet", "assumed", period)
    yield Counted("quantified", "Electricity", mean(outcome.electricity_kwh), "kWh a year", "fleet", "assumed", period)
    yield Counted("quantified", "CO2", mean(outcome.co2_kg) / KG_PER_TONNE, "tonnes a year", "fleet", "assumed", period)


def _explained(outcome: Any, k: int, prepared: Prepared, drawn: Assumptions, year: int) -> Iterable[Counted]:
    """Decompositions of year 10 and the outside check."""
    source, when = "exact split, mean over the orders of change", f"{year}"
    for i, part in enumerate(PARTS):
        label = PART_LABELS[part]
        yield Counted("why", f"Deaths, {label}", outcome.deaths_split[:, k, :, i].sum(axis=1), "deaths a year", source, "derived", when)
    for i, part in enumerate(PARTS):
        yield Counted("why", f"Gasoline, {PART_LABELS[part]}", outcome.fuel_split[:, k, 0, i], "gallons a year", source, "derived", when)
    for i, road in enumerate(ENVIRONMENTS):
        on_road = outcome.deaths_by_road[:, k, :, i].sum(axis=1)
        yield Counted("why", f"Deaths on {ROAD_LABELS[road]}", on_road, "deaths a year", "FARS rates x crash kernel", "assumed", when)
    for i, kind in enumerate(CRASH_TYPES):
        label = f"Deaths of own occupants, {TYPE_LABELS[kind]}"
        yield Counted("why", label, outcome.own_by_type[:, k, i], "deaths a year", "FARS shares x crash kernel", "assumed", when)
    rebound = outcome.rebound_deaths[:, k].sum(axis=1)
    yield Counted("why", "Deaths of rebound miles, in no other row", rebound, "deaths a year", "fleet.rebound", "assumed", when)
    bound, extrapolated = mass_bound(outcome, k, prepared, drawn)
    note = "NHTSA mass coefficients at fixed footprint" + (", extrapolated far below the lightest car of their fit" if extrapolated else "")
    yield Counted("bound", "Deaths by the official mass coefficients alone", bound, "deaths a year", note, "published", when)


def accounting(
    outcome: Any, k: int, prepared: Prepared, drawn: Assumptions, study: Study, group_labels: dict[str, str]
) -> list[dict[str, object]]:
    """The whole statement of one reform and route as plain rows."""
    year = study.start_year + YEAR_10
    return statement(
        outcome.lines_usd[:, k],
        rates=(*RATES, *study.discount_rates),
        who_pays=outcome.who_pays_usd[:, k],
        by_group=outcome.surplus_by_group_usd[:, k],
        group_labels=group_labels,
        counted=[*_quantities(outcome, k, drawn), *_explained(outcome, k, prepared, drawn, year)],
        priced=switched(outcome, k),
        start_year=study.start_year,
    ).as_dicts()


def because(outcome: Any, k: int) -> Because:
    """Why deaths, fuel and CO2 of year 10 moved, exactly: parts of every headline, with means that add up and bands that do not."""

    def parts(values: np.ndarray) -> list[Part]:
        return [
            Part(id=name, label=PART_LABELS[name], mean=float(values[:, i].mean()), band=band(values[:, i])) for i, name in enumerate(PARTS)
        ]

    deaths = {party: parts(outcome.deaths_split[:, k, i]) for i, party in enumerate(PARTIES)}
    miles = outcome.miles_by_class_m[:, k] / MILE_M
    new, rest = -miles[:, SLOT_COUNT:-1].sum(axis=1), -miles[:, CLASSES.index("stock")]
    source = np.stack([new, rest, miles[:, :SLOT_COUNT].sum(axis=1) - new - rest], axis=1)
    return Because(
        deaths_y10={**deaths, "net": parts(outcome.deaths_split[:, k].sum(axis=1))},
        fuel_gal_y10=parts(outcome.fuel_split[:, k, 0]),
        co2_t_y10=parts(outcome.fuel_split[:, k, 1] / KG_PER_TONNE),
        deaths_by_road_y10=[
            Part(id=road, label=ROAD_LABELS[road], mean=float(values.mean()), band=band(values))
            for road, values in zip(ENVIRONMENTS, outcome.deaths_by_road[:, k].sum(axis=1).T, strict=True)
        ],
        own_by_type_y10=[
            Part(id=kind, label=TYPE_LABELS[kind], mean=float(values.mean()), band=band(values))
            for kind, values in zip(CRASH_TYPES, outcome.own_by_type[:, k].T, strict=True)
        ],
        rebound_deaths_y10=band(outcome.rebound_deaths[:, k].sum(axis=1)),
        miles_from_y10=[
            Part(id=name, label=MILES_FROM[name], mean=float(values.mean()), band=band(values))
            for name, values in zip(MILES_FROM, source.T, strict=True)
        ],
    )


def beside(outcome: Any, k: int, prepared: Prepared, drawn: Assumptions) -> Beside:
    """What stands beside the net at 3 %: carbon switches, injuries left out, and the official mass coefficients as a bound on deaths."""
    bound, extrapolated = mass_bound(outcome, k, prepared, drawn)
    status: Status = "published"
    return Beside(
        net_usd_r3=[
            Part(id=row.item.removeprefix("Net, "), label=row.item, mean=float(row.draws[:, 0].mean()), band=band(row.draws[:, 0]))
            for row in switched(outcome, k)
        ],
        official_mass={
            "deaths_y10": band(bound),
            "ours_y10": band(outcome.deaths[:, k, :, YEAR_10].sum(axis=1)),
            "extrapolated": extrapolated,
            "status": status,
            "source": "NHTSA safety coefficients of the 2024-26 final rule (facts/fleet/mass_safety), per 100 lb at fixed footprint",
        },
    )
