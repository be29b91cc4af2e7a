"""Would anyone buy one vehicle under one reform, at what price, by which route, and would it pay to make?

sell(study, price_usd=14_000, route="import") -> plain data

The study's draws are solved for its headline reform; a given price is imposed on the new car, a given route closes the other. The
same draws are solved again along a line of prices, so that the price at which the case breaks even is read off draw by draw. Who buys
and what they leave is found on a few draws, at the price of the draw. Limits: the composition of buyers and the prices that beat
rivals leave out perceived risk; a market of the user's own is served by 16 of the 128 taste nodes and keeps the MY2022 support.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from roadworthy import market as demand
from roadworthy.core import InputError, UsageError, near
from roadworthy.core.axes import INCOME_GROUPS, NEW_SLOTS, ROUTES, SLOTS, YEAR_5
from roadworthy.core.files import digest, kept_json
from roadworthy.market.bank import prepare_own, stored
from roadworthy.market.buyers import REGIONS, VEHICLES, beats, buyers, model_name, rival_rows
from roadworthy.market.decompose import PARTS
from roadworthy.market.gains import gains
from roadworthy.market.table import read_market
from roadworthy.rules import load_book, reform
from roadworthy.study.assumed import Assumptions, draw
from roadworthy.study.cards import name_of
from roadworthy.study.numbers import band
from roadworthy.study.reform_answer import GROUP_LABELS, PAYS, answer_reform
from roadworthy.study.run import outcomes, results
from roadworthy.study.scenario import Study
from roadworthy.study.scenes import record, support_of
from roadworthy.study.world import ADDED_KG, BASE, Prepared, prepare

ROUTE_NAMES = {"import": "import", "plant": "us_plant"}
"""As the command line says them."""
PRICE_LEAST_USD, PRICE_MOST_USD = 500.0, 500e3
"""Below the one a price was meant in thousands; above the other nobody has a use for the answer."""
PRICE_POINTS = 9
"""Prices between the ends that a user gives."""
PRICE_LINE = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.15, 1.3, 1.6, 2.0, 2.6)
"""Prices at which the case is solved, over the median landed cost and dealer's share."""
SPLIT_DRAWS = 6
"""Draws on which rivals' prices are solved anew to split the gain; few, since each is a whole equilibrium."""
SEEN_DRAWS = 24
"""Draws on which buyers are looked at one by one."""
KEPT = (
    "units_y5", "price_usd", "routes", "p_enters", "decided", "gives_up", "who_buys", "by_form", "variance_from_form", "sales_path",
    "conditions", "flags",
)  # fmt: skip


def checked_price(price_usd: float | None) -> None:
    """Raise InputError where a price cannot be one."""
    if price_usd is None:
        return
    if not np.isfinite(price_usd) or price_usd <= 0.0:
        raise InputError(f"a price of {price_usd:g} USD cannot be asked", "give dollars above 0", code="sell.price", where="--price")
    if price_usd < PRICE_LEAST_USD:
        raise InputError(
            f"a price of {price_usd:g} USD is no car's",
            f"give dollars, not thousands: {price_usd * 1e3:,.0f}?",
            code="sell.price",
            where="--price",
        )
    if price_usd > PRICE_MOST_USD:
        raise InputError(
            f"a price of {price_usd:,.0f} USD is beyond {PRICE_MOST_USD:,.0f}", "give dollars of 2022", code="sell.price", where="--price"
        )


def route_index(route: str | None) -> int | None:
    """Index of a route by the name people give it."""
    if route is None:
        return None
    if route not in ROUTE_NAMES:
        raise UsageError(f"no route {route!r}", near(route, ROUTE_NAMES), code="sell.route", where="--route")
    return ROUTES.index(ROUTE_NAMES[route])


def with_route(prepared: Prepared, headline: str, k: int) -> Prepared:
    """The same, with the other route closed to new vehicles under the headline reform."""
    policy = prepared.policies[headline]
    door = np.array(policy.door)
    if not (door[:NEW_SLOTS, k] * np.asarray(prepared.world.offered)[:NEW_SLOTS]).any():
        name = next(said for said, named in ROUTE_NAMES.items() if named == ROUTES[k])
        raise InputError(
            f"{headline} does not open the route {name!r} for this vehicle",
            "name another reform or leave --route out",
            code="sell.closed",
            where="--route",
        )
    door[:NEW_SLOTS, [j for j in range(len(ROUTES)) if j != k]] = 0.0
    closed = eqx.tree_at(lambda p: p.door, policy, jnp.asarray(door))
    return replace(prepared, policies=prepared.policies | {headline: closed})


def at_price(prepared: Prepared, price_usd: float) -> Prepared:
    """The same, with the first slot sold at one price."""
    asked = jnp.zeros(len(SLOTS)).at[0].set(price_usd)
    return replace(prepared, world=eqx.tree_at(lambda w: w.asked_usd, prepared.world, asked))


def in_market(prepared: Prepared, file: Path) -> tuple[Prepared, np.ndarray]:
    """The same, among the models of the user's own market; and its mean utilities by node."""
    data = demand.load(models=read_market(file))
    bank, delta = prepare_own(data)
    world = eqx.tree_at(lambda w: (w.bank, w.market), prepared.world, (bank, data))
    return replace(prepared, world=world), delta


def checked_prices(prices: tuple[float, float] | None) -> None:
    """Raise InputError where the ends of a line of prices cannot be."""
    if prices is None:
        return
    for price in prices:
        checked_price(price)
    if not prices[0] < prices[1]:
        raise InputError(
            f"prices from {prices[0]:,.0f} to {prices[1]:,.0f} USD are no line",
            "give the lower one first",
            code="sell.prices",
            where="--prices",
        )


def points(prices: tuple[float, float] | None, middle_usd: float) -> list[float]:
    """Prices to solve at: between the ends given, else around what a unit costs."""
    if prices is None:
        return [round(part * middle_usd, -2) for part in PRICE_LINE]
    return [float(p) for p in np.linspace(*prices, PRICE_POINTS)]


def price_line(prepared: Prepared, headline: str, k: int, drawn: Assumptions, prices: list[float]) -> list[dict[str, Any]]:
    """Sales and the case at a line of prices: what is sold in year 5, what must be sold, the draws that pay; NPV by draw is `npv`."""
    rows = []
    for price in prices:
        found: Any = outcomes([prepared.policies[headline]], at_price(prepared, price).world, drawn)
        npv, units = found.npv_usd[0, :, k], found.units[0, :, k, :NEW_SLOTS, YEAR_5].sum(axis=1)
        earns, needs = found.margin_usd[0, :, k] > 0.0, found.break_even_units[0, :, k]
        rows.append(
            {
                "price_usd": price,
                "units_y5": band(units),
                "break_even_units": band(needs[earns]) if earns.mean() > PAYS else None,
                "pays": float((npv > 0.0).mean()),
                "npv": npv,
            }
        )
    return rows


def break_even_price(rows: list[dict[str, Any]]) -> tuple[np.ndarray, float]:
    """The lowest price at which each draw's case breaks even, where some price does, and the share of draws with one."""
    prices = np.asarray([row["price_usd"] for row in rows])
    npv = np.stack([row["npv"] for row in rows])
    pays = npv > 0.0
    some = pays.any(axis=0)
    first = np.argmax(pays, axis=0)
    found = []
    for d in np.flatnonzero(some):
        i = first[d]
        if i == 0:
            found.append(prices[0])
            continue
        low, high = npv[i - 1, d], npv[i, d]
        found.append(prices[i - 1] + (prices[i] - prices[i - 1]) * (-low) / (high - low))
    return np.asarray(found), float(some.mean())


def _shares(values: np.ndarray, labels: dict[str, str]) -> list[dict[str, Any]]:
    return [{"id": name, "label": label, "share": band(values[:, i])} for i, (name, label) in enumerate(labels.items())]


def _gain_parts(seen: list[Any]) -> list[dict[str, Any]]:
    """What all buyers of new vehicles gain a year, by income group: from a new car, lower prices of rivals, better vehicles."""
    if not seen:
        return []
    labels = {**{group: GROUP_LABELS[group] for group in INCOME_GROUPS}, "all": "all households"}
    rows = []
    for g, (name, label) in enumerate(labels.items()):
        parts = {
            part: np.asarray([float(np.asarray(getattr(one, part)).sum() if name == "all" else getattr(one, part)[g]) for one in seen])
            for part in (*PARTS, "total")
        }
        rows.append({"id": name, "label": label, **{f"{part}_usd": band(value) for part, value in parts.items()}})
    return rows


def who(prepared: Prepared, found: Any, k: int, drawn: Assumptions, delta: np.ndarray | None) -> dict[str, Any]:
    """Buyers by region and vehicles at home, the models they leave, and the price at which each is beaten."""
    world = prepared.world
    nodes = np.asarray(drawn.market.node)[:SEEN_DRAWS]
    _, stored_delta, stored_cost = stored([int(b) for b in nodes]) if delta is None else (None, delta[nodes], None)
    zero = ADDED_KG.index(0.0)
    cases, costs = [], []
    for i, b in enumerate(nodes):
        price = float(found.price_usd[i, k, 0])
        if price <= 0.0:
            continue
        one = demand.offers(
            world.market.constants,
            mask=jnp.zeros(len(SLOTS)).at[0].set(1.0),
            landed_cost_usd=jnp.full(len(SLOTS), float(found.landed_usd[i, k])),
            power_W=world.power_W,
            mass_kg=world.slots.mass_kg,
            consumption_J_per_m=world.grid.consumption_J_per_m[:, zero],
            length_m=world.length_m,
            width_m=world.width_m,
            footprint_m2=world.footprint_m2,
            electric=world.slots.electric.astype(float),
            highway_ok=jnp.asarray(found.highway_ok[i, k]),
            asked_usd=jnp.zeros(len(SLOTS)).at[0].set(price),
            dealer_share=jnp.asarray(drawn.cost.dealer_share)[i],
        )
        a = jax.tree.map(lambda leaf, i=i: jnp.asarray(leaf)[i], drawn.market)
        costs.append(None if stored_cost is None else jnp.asarray(stored_cost[i]))
        cases.append((world.market, world.bank.at(int(b)), jnp.asarray(stored_delta[i]), one, one, a))
    if not cases:
        return {"regions": [], "vehicles_at_home": [], "would_have_bought": [], "gain_parts": []}
    seen = [buyers(*case) for case in cases]
    taken = np.stack([np.asarray(s.model) for s in seen])
    answer: dict[str, Any] = {
        "regions": _shares(np.stack([np.asarray(s.region) for s in seen]), REGIONS),
        "vehicles_at_home": _shares(np.stack([np.asarray(s.vehicles) for s in seen]), VEHICLES),
        "would_have_bought": [],
        "gain_parts": _gain_parts([gains(*case, found_cost) for case, found_cost in zip(cases[:SPLIT_DRAWS], costs, strict=False)]),
    }
    if delta is not None:
        return answer  # names of models are those of the bundled choice set
    rows = rival_rows(taken)
    beaten = np.stack([np.asarray(beats(*case, jnp.asarray(rows))) for case in cases])
    listed = np.asarray(world.market.offered.price_usd)
    answer["would_have_bought"] = [
        {
            "model": model_name(j),
            "price_usd": float(listed[j]),
            "share": band(taken[:, j]),
            "beaten_at_usd": band(np.maximum(beaten[:, n], 0.0)),
            "beaten_at_some_price": float((beaten[:, n] > 0.0).mean()),
        }
        for n, j in enumerate(rows)
    ]
    return answer


def holdouts() -> dict[str, Any]:
    """The hold-out table, kept under the program's fingerprint."""
    kept: dict[str, Any] = kept_json("holdout", digest("holdout"), demand.holdout_report)
    return kept


def price_answer(
    free: Prepared, study: Study, k: int, drawn: Assumptions, middle_usd: float, prices: tuple[float, float] | None
) -> dict[str, Any]:
    """The line of prices as plain data, and the lowest price that breaks even."""
    line = price_line(free, study.headline, k, drawn, points(prices, middle_usd))
    even, exists = break_even_price(line)
    return {
        "price_line": [{name: value for name, value in each.items() if name != "npv"} for each in line],
        "break_even_price_usd": band(even) if exists > 0.0 else None,
        "break_even_price_exists": exists,
    }


def cost_of_sale(found: Any, k: int, drawn: Assumptions) -> float:
    """Median landed cost and dealer's share of a unit. [USD]"""
    return float(np.median(found.landed_usd[:, k] / (1.0 - np.asarray(drawn.cost.dealer_share))))


def sell(
    study: Study,
    *,
    price_usd: float | None = None,
    route: str | None = None,
    market_file: Path | None = None,
    prices: tuple[float, float] | None = None,
) -> dict[str, Any]:
    """Sales, price, business cases, buyers and what must be true for the study's vehicle under its headline reform.

    `prices` are the ends of the line of prices. Raises InputError or UsageError on a price that cannot be, an unknown or closed
    route, or a market file that cannot be used.
    """
    checked_price(price_usd)
    checked_prices(prices)
    asked_route = route_index(route)
    prepared, delta = prepare(study), None
    if market_file is not None:
        prepared, delta = in_market(prepared, market_file)
    if asked_route is not None:
        prepared = with_route(prepared, study.headline, asked_route)
    free = prepared
    if price_usd is not None:
        prepared = at_price(prepared, price_usd)
    drawn = draw(study.draws, study.seed, study.assumptions)
    solved = results(prepared.policies, BASE, prepared.world, drawn)
    row: dict[str, Any] = dict(answer_reform(study.headline, solved, prepared, drawn, study))
    found: Any = solved.of(study.headline)
    answer: dict[str, Any] = {
        "schema": "roadworthy/sell/1",
        "key": study.key,
        "vehicle": prepared.vehicles.ids[0],
        "name": name_of(prepared.vehicles, 0),
        "reform": reform(study.headline).title,
        "route": row["route"],
        "asked": {"price_usd": price_usd, "route": route, "market": str(market_file) if market_file else None},
        "draws": study.draws,
        "law_date": study.law_date.isoformat(),
        "book": str(load_book().as_of),
        "support": support_of(prepared),
        "record": record(),
        **{name: row[name] for name in KEPT},
        "regions": [],
        "vehicles_at_home": [],
        "would_have_bought": [],
        "gain_parts": [],
        "price_line": [],
        "break_even_price_usd": None,
        "break_even_price_exists": None,
        "holdout": holdouts(),
    }
    if not row["route"]:
        return answer
    k = ROUTES.index(row["route"])
    answer |= who(prepared, found, k, drawn, delta)
    return answer | price_answer(free, study, k, drawn, cost_of_sale(found, k, drawn), prices)
