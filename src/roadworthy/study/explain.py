"""Where does a number come from? From a headline to the lines of the account, to the steps of the chain, to inputs with sources.

    net benefit = sum of lines;  line <- steps that end in it <- the rooms' assumptions and bundled tables
`explain(summary, target)` walks a kept answer and solves nothing again. Which assumptions move a line is measured, not written down:
the swings of the answer (each assumption to its 10 % and its 90 % end, all else central) carry every line. `STEPS` says what each
step does, after which others, and on which groups of assumptions and tables it rests; a test holds it against the whole list.
Limits: swings are those of the headline reform; one assumption moves at a time.
Reference: docs/chain.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Any

from roadworthy.account import LINES, NAMES
from roadworthy.core import MARK, InputError, unknown, weakest
from roadworthy.data import catalogue

MOST_INPUTS = 8
SCHEMA = "roadworthy/explain/1"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the chain: what it gives and how, after which steps, resting on which assumptions (patterns) and tables."""

    room: str
    gives: str
    how: str
    after: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


STEPS: dict[str, Step] = {
    "law": Step("rules", "which doors are open, on which roads, at what duty", "verdict on every limit of the dated rulebook", (), ("rules.*",), ("rules/*",)),
    "vehicle": Step("vehicles", "size, mass, power of the vehicle", "catalogue cell; mass x exp(sd z)", (), ("vehicles.*",), ("vehicles/*",)),
    "content": Step("cost", "dollars, kilograms and programme that the law adds", "sum over required blocks", ("law",), ("cost.*",), ("cost/blocks",)),
    "energy": Step("energy", "fuel or power a mile, merging, top speed", "driving cycles at the mass that results", ("vehicle", "content"), ("energy.*",), ("energy/*",)),
    "kernel": Step("crash", "chance of death of both sides in a crash, by partner and road", "two crushing structures, then P = 1 - exp(-(dV / V0)^k)", ("vehicle", "content"), ("crash.*",), ("crash/*",)),
    "roads": Step("fleet", "on which roads it drives, and how much", "share_q x access_q, part of barred miles moved", ("law",), ("fleet.share_*", "fleet.shift"), ("rules/road_access",)),
    "harm": Step("fleet", "deaths a mile of every class, by road", "FARS rate x kernel over the fleet's mean kernel", ("kernel", "roads"), ("fleet.light_vmt", "fleet.partner_*", "fleet.speed_scale_*", "fleet.deaths_share_45", "fleet.rho_*"), ("fleet/deaths", "fleet/road_fleet")),
    "lives": Step("fleet", "how long and how far a vehicle drives, and its risk by age", "survival x miles a year x risk by age", (), ("fleet.kei_miles_factor", "fleet.used_import_*", "fleet.age_strength"), ("fleet/lives", "fleet/fatality_rates")),
    "life": Step("account", "what a life is worth by year", "vsl (1 + growth)^years", (), ("account.vsl_*",), ("account/vsl", "account/deflator")),
    "risk": Step("fleet", "own risk over a life, in dollars, as buyers may feel it", "own deaths a mile x lifetime miles, above the mean vehicle on the same trips, x value of a life", ("harm", "lives", "life"), (), ()),
    "replaced": Step("fleet", "whose miles it takes over", "delta (1 - outside (none + induced second))", (), ("fleet.delta", "fleet.outside_*", "fleet.second_induced"), ()),
    "offer": Step("cost", "landed cost, duty and price at which it is offered", "price abroad, freight, duty, content, what makers count for a missed fuel-economy target; price by Bertrand competition", ("content", "energy"), ("cost.*", "market.markup*", "market.dealers", "market.comply_anyway", "market.mpg_value_usd"), ("cost/*", "market/fleets")),
    "buyers": Step("market", "who buys, and what they would have had", "random-coefficient logit over the models of 2022", ("offer", "energy", "risk", "vehicle"), ("market.*",), ("market/*",)),
    "years": Step("market", "sales year by year", "launch sales x novelty x index of all sales, under quota and capacity", ("buyers",), ("market.*", "cost.plant_capacity"), ("fleet/sales",)),
    "paths": Step("fleet", "vehicles, miles, deaths, fuel and CO2 by calendar year", "sales x survival x miles, less what they replace", ("years", "harm", "energy", "roads", "lives", "replaced"), ("fleet.slot_onroad_factor", "fleet.serious_per_death"), ("fleet/economy", "fleet/constants", "fleet/stock_miles")),
    "prices": Step("fleet", "what fuel and power cost", "price before tax x factor + tax", (), ("fleet.gasoline_price_factor",), ("fleet/energy_prices",)),
    "carbon": Step("account", "what a tonne of CO2 is worth", "one of eight streams, at its own discount rate", (), ("account.scghg_choice",), ("account/scghg", "fleet/carbon")),
    "rebound": Step("fleet", "miles driven because a mile is cheaper", "cost ratio ^ elasticity - 1", ("paths", "prices"), ("fleet.rebound",), ()),
}  # fmt: skip
ENDS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "buyers": ("sum over households of ln(1 + e / base) / a, each year, plus rivals' price cuts", ("years",), (), ()),
    "makers": ("margin x units at home share - programmes; incumbents' profits lost", ("years",), ("account.home_share_*",), ()),
    "government": ("duty + sales tax - subsidy + fuel tax", ("years", "paths", "prices"), (), ()),
    "own_deaths": ("minus own deaths x value of a life", ("paths", "life"), (), ()),
    "felt_by_buyers": ("own risk that entered utility, in the very dollars", ("years", "risk"), (), ()),
    "partner_deaths": ("minus deaths in vehicles met x value of a life", ("paths", "life"), (), ()),
    "outside_deaths": ("minus deaths of people outside x value of a life", ("paths", "life"), (), ()),
    "injuries": ("multiple x the three lines of deaths, and those of rebound miles", ("paths", "life", "rebound"), ("account.injury_multiple",), ()),
    "fuel": ("minus fuel and power bought, at retail", ("paths", "prices"), (), ()),
    "fuel_already_counted": ("minus fuel saving that entered utility, in the very dollars", ("years", "energy", "replaced", "prices"), (), ()),
    "maintenance": ("minus miles x services of a mile", ("paths",), (), ("account/owners_time",)),
    "refuelling": ("minus gallons x minutes at the pump x value of time; chargers on the way", ("paths",), (), ("account/owners_time",)),
    "co2": ("minus (tailpipe + upstream) x cost of a tonne", ("paths", "carbon"), (), ("account/scghg",)),
    "air": ("minus exhaust, refining and power plants x cost of a ton", ("paths",), ("account.air_high",), ("account/criteria", "account/vehicle_emissions", "account/fuel_emissions")),
    "congestion_noise": ("minus miles x congestion and noise of a mile", ("paths",), ("account.congestion_factor",), ("account/congestion_noise",)),
    "energy_security": ("minus gallons x cost of an imported barrel", ("paths",), (), ("account/energy_security",)),
    "rebound": ("minus harm to others and fuel tax of rebound miles", ("rebound", "life", "carbon"), ("account.*",), ()),
}  # fmt: skip
"""How each line is formed: in words, the steps it ends, assumptions and tables of its own."""
HEADLINES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "deaths": ("deaths_y10", "deaths a year in year 10", ("paths",)),
    "gasoline": ("fuel_gal_y10", "gallons a year in year 10", ("paths",)),
    "carbon": ("co2_t_y10", "tonnes a year in year 10", ("paths", "carbon")),
    "sales": ("units_y5", "vehicles a year in year 5", ("years",)),
}
NET = "net_benefit"


def targets() -> list[str]:
    """What may be explained beside an assumption of the list."""
    return [NET, *HEADLINES, *NAMES]


def upstream(steps: Iterable[str]) -> list[str]:
    """The steps and all they follow, the first ones first."""
    found: list[str] = []

    def visit(name: str) -> None:
        for before in STEPS[name].after:
            visit(before)
        if name not in found:
            found.append(name)

    for name in steps:
        visit(name)
    return found


def patterns(steps: Iterable[str]) -> list[str]:
    """Patterns of the assumptions on which some steps rest."""
    return list(dict.fromkeys(pattern for name in steps for pattern in STEPS[name].assumptions))


def _tables(names: Iterable[str]) -> list[dict[str, str]]:
    """Bundled tables by name or pattern, with their origin."""
    wanted = list(names)
    return [
        {"name": name, "what": info.what, "source": info.source, "licence": info.licence, "status": info.status}
        for name, info in catalogue().items()
        if any(fnmatch(name, pattern) for pattern in wanted)
    ]


def _steps(names: Iterable[str]) -> list[dict[str, Any]]:
    return [
        {"step": name, "room": STEPS[name].room, "gives": STEPS[name].gives, "how": STEPS[name].how, "after": list(STEPS[name].after),
         "tables": _tables(STEPS[name].tables)}
        for name in names
    ]  # fmt: skip


def _reform(summary: Mapping[str, Any], name: str | None) -> dict[str, Any]:
    rows = {row["id"]: row for row in summary.get("reforms", [])}
    wanted = name or summary.get("headline", "")
    if wanted not in rows:
        raise unknown("reform", wanted, rows, "roadworthy show KEY --json")
    return dict(rows[wanted])


def statement_of(summary: Mapping[str, Any], reform: str | None = None) -> dict[str, Any]:
    """The accounting statement of one reform of a kept answer; one sentence when the reform changes nothing."""
    row = _reform(summary, reform)
    rows = row.get("accounting_statement", [])
    if not rows:
        raise InputError(
            f"{row['id']} changes nothing against today's law, so it has no statement",
            f"choose another reform, such as --reform {summary.get('headline')}",
            code="statement.empty",
        )
    return {
        "schema": "roadworthy/statement/1",
        "key": summary.get("key", ""),
        "reform": row["id"],
        "reform_title": row["title"],
        "conditions": row.get("conditions", []),
        "study": summary.get("study", {}),
        "because": row.get("because"),
        "rows": rows,
    }


def _inputs(summary: Mapping[str, Any], line: str | None, allowed: list[str], most: int | None) -> list[dict[str, Any]]:
    """Assumptions on the path with how far they move the line (the net when None), the largest first; what is held is told last."""
    moves = {
        row["path"]: row["lines_usd"].get(line) if line else [row["net_low_usd"], row["net_high_usd"]] for row in summary.get("tornado", [])
    }
    found = []
    for row in summary.get("assumptions", []):
        if not any(fnmatch(row["path"], pattern) for pattern in allowed):
            continue
        ends = moves.get(row["path"])
        if line and row["path"] in moves and ends is None:
            continue  # it is drawn and was seen not to move this line
        found.append(
            {name: row[name] for name in ("path", "meaning", "value", "unit", "status", "source", "p10", "p90")}
            | {"low_usd": ends[0] if ends else None, "high_usd": ends[1] if ends else None}
        )
    found.sort(key=lambda row: -abs(row["high_usd"] - row["low_usd"]) if row["low_usd"] is not None else 1.0)
    return found if most is None else found[:most]


def explain(
    summary: Mapping[str, Any], target: str = NET, *, reform: str | None = None, rate: str = "3", most: int | None = MOST_INPUTS
) -> dict[str, Any]:
    """What a number of a kept answer is made of: its value, its parts, the steps behind it, the inputs that move it, their sources.

    `target` is net_benefit, a line of the account, deaths, gasoline, carbon, sales, or an assumption of the list; `most` limits the inputs.
    Raises InputError for a target, reform or rate that the answer does not have, with the nearest one that it has.
    """
    row = _reform(summary, reform)
    rates = list(row.get("lines", {}))
    if rate not in rates:
        raise InputError(
            f"no account at {rate!r} per cent",
            f"this answer has {', '.join(rates)}; discount_rates in the study adds others",
            code="explain.rate",
        )
    known = {entry["path"]: entry for entry in summary.get("assumptions", [])}
    answer: dict[str, Any] = {
        "schema": SCHEMA,
        "key": summary.get("key", ""),
        "target": target,
        "reform": row["id"],
        "reform_title": row["title"],
        "rate": rate,
        "conditions": row.get("conditions", []),
        "swings_of": summary.get("headline", ""),
    }
    if target in known:
        return answer | _assumption(summary, known[target])
    if target in HEADLINES:
        return answer | _headline(summary, row, target, most)
    if target != NET and target not in NAMES:
        raise unknown("number", target, [*targets(), *known], "roadworthy explain KEY net_benefit")
    lines = [_line(summary, each, most) for each in row["lines"][rate]]
    if target in NAMES:
        return answer | next(each for each in lines if each["id"] == target) | {"kind": "line"}
    moving = [each for each in lines if any(each["band"].values())]
    return answer | {
        "kind": "net",
        "label": "Net benefit to the country",
        "unit": "USD of 2022, present value",
        "band": row["net_usd"][rate],
        "how": "the sum of the lines below, draw by draw; middles of lines do not add up, their means do",
        "status": weakest([each["status"] for each in moving] or ["derived"]),
        "lines": sorted(moving, key=lambda each: -abs(each["band"]["p50"])),
        "silent": [each["label"] for each in lines if each not in moving],
        "inputs": _inputs(summary, None, ["*"], most),
        "beside": row.get("beside"),
    }


def _line(summary: Mapping[str, Any], each: Mapping[str, Any], most: int | None) -> dict[str, Any]:
    """One line with the formula that ends it, the steps behind it, the inputs that move it and its tables."""
    how, ends, own, tables = ENDS[each["id"]]
    steps = upstream(ends)
    return {
        "id": each["id"],
        "label": each["label"],
        "unit": "USD of 2022, present value",
        "band": each["band"],
        "status": each["status"],
        "how": how,
        "source": next(line.source for line in LINES if line.name == each["id"]),
        "steps": _steps(steps),
        "tables": _tables(tables),
        "inputs": _inputs(summary, each["id"], [*patterns(steps), *own], most),
    }


def _headline(summary: Mapping[str, Any], row: Mapping[str, Any], target: str, most: int | None) -> dict[str, Any]:
    """A physical headline with its exact parts, its steps, and the inputs ordered by how far they move the net."""
    field, unit, ends = HEADLINES[target]
    steps = upstream(ends)
    value = row[field]
    why = row.get("because") or {}
    parts = why.get(field, {})
    return {
        "kind": "headline",
        "label": f"{target} of {row['title']}",
        "unit": unit,
        "band": value["net"] if target == "deaths" else value,
        "by_party": value if target == "deaths" else None,
        "parts": parts.get("net", []) if isinstance(parts, Mapping) else parts,
        "by_road": why.get("deaths_by_road_y10", []) if target == "deaths" else [],
        "by_type": why.get("own_by_type_y10", []) if target == "deaths" else [],
        "miles_from": why.get("miles_from_y10", []) if target in ("deaths", "gasoline", "carbon") else [],
        "how": "reform minus today's law, draw by draw; parts sum to it exactly in every draw" if parts else "reform minus today's law",
        "status": "derived",
        "steps": _steps(steps),
        "inputs": _inputs(summary, None, patterns(steps), most),
    }


def _assumption(summary: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """An assumption: where it comes from, where it enters, how far it moves each line."""
    swing = next((each for each in summary.get("tornado", []) if each["path"] == row["path"]), None)
    moved = dict(swing["lines_usd"]) if swing else {}
    order = sorted(moved, key=lambda name: -abs(moved[name][1] - moved[name][0]))
    return {
        "kind": "assumption",
        "label": row["meaning"],
        "unit": row["unit"],
        "value": row["value"],
        "p10": row["p10"],
        "p90": row["p90"],
        "status": row["status"],
        "mark": MARK[row["status"]],
        "source": row["source"],
        "enters": [name for name, step in STEPS.items() if any(fnmatch(row["path"], pattern) for pattern in step.assumptions)]
        + [name for name, (_, _, own, _) in ENDS.items() if any(fnmatch(row["path"], pattern) for pattern in own)],
        "net_usd": [swing["net_low_usd"], swing["net_high_usd"]] if swing else None,
        "moves": [{"line": name, "low_usd": moved[name][0], "high_usd": moved[name][1]} for name in order],
    }
