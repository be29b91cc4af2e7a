"""One reform's part of the answer: bands over draws of what it does if cars are sold, and as makers would decide.

`if sold`: law adopted as written, the design passes, cars sold by the route that pays in more draws. `as makers decide`: entry draw
by draw by what a maker knows (study.decide), zeros included. Both are printed; neither is a forecast that anyone will enter.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from roadworthy.account import LINES, PAYERS, RATES, TRANSFERS, in_per_cent
from roadworthy.core.axes import INCOME_GROUPS, INCUMBENT_CLASSES, NEW_SLOTS, PARTIES, ROUTES, SIZE_FORMS, YEAR_5, YEAR_10
from roadworthy.rules import reform as shipped_reform
from roadworthy.rules.policy import Policy
from roadworthy.study.assumed import Assumptions
from roadworthy.study.decide import Decision, decide
from roadworthy.study.numbers import band, band_path
from roadworthy.study.rivals import Rivals, entrants
from roadworthy.study.run import Results
from roadworthy.study.scenario import Study
from roadworthy.study.statements import accounting, because, beside
from roadworthy.study.summary import Band, Decided, Line, Mix, ReformAnswer, RouteCase
from roadworthy.study.world import Prepared

KG_PER_TONNE = 1000.0
PAYS = 0.5
"""A maker's default rule: enter when NPV is positive in more than half of the draws."""
DOTS = 20
ROUTE_LABELS = {"import": "imported, duty paid", "us_plant": "built in a new US plant"}
GIVEN_UP = {"small_car": "new small car", "car": "new car", "suv_van": "new SUV or van", "pickup": "new pickup"}
GROUP_LABELS = {
    "below_25k": "below $25,000 a year",
    "25_to_50k": "$25,000 to 50,000",
    "50_to_100k": "$50,000 to 100,000",
    "100_to_200k": "$100,000 to 200,000",
    "above_200k": "above $200,000",
}


def route_case(outcome: Any, k: int, is_open: bool) -> RouteCase:
    """A maker's business case by one route, given that cars are sold by it."""
    if not is_open:
        return RouteCase(
            open=False, pays=None, npv_usd=None, margin_usd=None, standard_usd=None, price_usd=None, fixed_usd=None,
            break_even_units=None, break_even_exists=None, units_y5=None, verdict="closed by the rule",
        )  # fmt: skip
    npv, margin = outcome.npv_usd[:, k], outcome.margin_usd[:, k]
    earns = margin > 0
    pays = float((npv > 0).mean())
    return RouteCase(
        open=True,
        pays=pays,
        npv_usd=band(npv),
        margin_usd=band(margin),
        standard_usd=band(outcome.standard_usd[:, k]),
        price_usd=band(outcome.price_usd[:, k, 0]),
        fixed_usd=band(outcome.fixed_usd[:, k]),
        break_even_units=band(outcome.break_even_units[earns, k]) if earns.mean() > PAYS else None,
        break_even_exists=float(earns.mean()),
        units_y5=band(new_units(outcome, k)[:, YEAR_5]),
        verdict=f"a maker would have to believe that it is among the {pays:.0%} of draws that pay"
        if pays <= PAYS
        else "pays in most draws",
    )


def new_units(outcome: Any, k: int) -> np.ndarray:
    """Units of the new vehicle a year [draws, y]."""
    return np.asarray(outcome.units[:, k, :NEW_SLOTS].sum(axis=1))


def better_route(outcome: Any, is_open: list[bool]) -> int:
    """The open route that pays in more draws; by higher median NPV where they tie."""
    score = [
        (float((outcome.npv_usd[:, k] > 0).mean()), float(np.median(outcome.npv_usd[:, k]))) if is_open[k] else (-1.0, -np.inf)
        for k in range(len(ROUTES))
    ]
    return max(range(len(ROUTES)), key=lambda k: score[k])


def _decided(outcome: Any, made: Decision, rivals: Rivals) -> Decided:
    """Units and net with zeros where no maker enters; and how many follow the first."""
    pick = np.where(made.route >= 0, made.route, 0)
    row = np.arange(len(pick))
    units = np.where(made.enters, outcome.units[row, pick, :NEW_SLOTS, YEAR_5].sum(axis=1), 0.0)
    net = np.where(made.enters, outcome.net_usd[row, pick, 0], 0.0)
    followed = np.where(rivals.route >= 0, rivals.route, 0)
    together = outcome.units[row, followed, :NEW_SLOTS, YEAR_5].sum(axis=1) * rivals.sales_factor
    return Decided(
        p_enters=made.share,
        units_y5=band(units),
        net_usd_r3=band(net),
        p_gain=float((net > 0).mean()),
        p_loss=float((net < 0).mean()),
        p_no_entry=1.0 - made.share,
        makers=rivals.mean,
        p_second=rivals.at_least(2),
        units_all_makers_y5=band(together),
    )


def _mix(values: np.ndarray, labels: dict[str, str]) -> list[Mix]:
    """Shares [draws, n] of a total, in the order of `labels`; nothing where there is no total."""
    total = values.sum(axis=1)
    some = total > 0
    if not some.any():
        return []
    shares = values[some] / total[some, None]
    return [Mix(id=name, label=label, share=band(shares[:, i])) for i, (name, label) in enumerate(labels.items())]


def _gives_up(outcome: Any, k: int, drawn: Assumptions) -> list[Mix]:
    """What buyers would have had: a new vehicle by class, or from outside the new market a used car, a second one, none."""
    used = np.asarray(drawn.fleet.outside_used)
    second = (1.0 - used) * np.asarray(drawn.fleet.outside_second)
    outside = np.maximum(outcome.lost_outside[:, k], 0.0)
    columns = [np.maximum(outcome.lost_units[:, k, n], 0.0) for n in range(len(INCUMBENT_CLASSES))]
    columns += [outside * used, outside * second, outside * (1.0 - used - second)]
    labels = GIVEN_UP | {"used": "used car", "second": "one car fewer at home", "nothing": "no car"}
    return _mix(np.stack(columns, axis=1), labels)


def _form_share(units: np.ndarray, form: np.ndarray) -> tuple[list[dict[str, Any]], float | None]:
    """Median units under each size form, and the share of the variance of ln units that the form explains."""
    by_form = [{"form": name, "units_y5": float(np.median(units[form == i]))} for i, name in enumerate(SIZE_FORMS) if (form == i).any()]
    positive = units > 0
    if positive.sum() < len(SIZE_FORMS) or np.var(np.log(units[positive])) == 0:
        return by_form, None
    y, f = np.log(units[positive]), form[positive]
    between = sum((f == i).mean() * (y[f == i].mean() - y.mean()) ** 2 for i in np.unique(f))
    return by_form, float(between / y.var())


def _lines(values: np.ndarray) -> list[Line]:
    """Lines of the account [draws, L] as bands."""
    return [Line(id=line.name, label=line.label, status=line.status, band=band(values[:, i])) for i, line in enumerate(LINES)]


def _flags(outcome: Any, k: int, opened: bool) -> list[str]:
    """What a reader must know of the numbers themselves."""
    said: list[str] = []
    if not opened:
        return said
    lost = 1.0 - outcome.converged[:, k].mean()
    thick = 1.0 - outcome.thin_ok[:, k].mean()
    if lost > 0:
        said.append(f"prices did not settle in {lost:.1%} of draws; they are kept")
    if thick > 0:
        said.append(f"sales pass the range of the quick market engine in {thick:.1%} of draws")
    said.append("outside the demand data: ranges only")
    return said


def answer_reform(name: str, found: Results, prepared: Prepared, drawn: Assumptions, study: Study, *, brief: bool = False) -> ReformAnswer:
    """Everything about one reform, against today's law; `brief` leaves out the statement and why deaths moved, for an answer in passing."""
    law = shipped_reform(name)
    outcome: Any = found.of(name)  # an Outcome whose leaves are numpy arrays [draw, ...]
    policy = prepared.policies[name]
    offered = np.asarray(prepared.world.offered)
    fleet_wide = moves_the_fleet(policy, prepared.world.base)
    is_open = [bool((np.asarray(policy.door)[:NEW_SLOTS, k] * offered[:NEW_SLOTS]).any()) for k in range(len(ROUTES))]
    opened = any(is_open)
    k = better_route(outcome, is_open) if opened else 0
    cases = {route: route_case(outcome, i, is_open[i]) for i, route in enumerate(ROUTES)}
    path = new_units(outcome, k) if opened else outcome.units[:, k].sum(axis=1)
    deaths = outcome.deaths[:, k, :, YEAR_10]
    net, world = outcome.net_usd[:, k], outcome.world_usd[:, k]
    rates = [in_per_cent(rate).removesuffix("%") for rate in (*RATES, *study.discount_rates)]
    made, rivals = None, None
    if opened:
        case = (outcome.volume, outcome.landed_usd + outcome.standard_usd, outcome.margin_usd, outcome.fixed_usd, np.array(is_open))
        made = decide(*case)
        rivals = entrants(*case, np.asarray(drawn.market.nest_correlation), np.asarray(drawn.market.markup_share))
    form = np.asarray(drawn.market.form)
    by_form, explained = _form_share(path[:, YEAR_5], form) if opened else ([], None)
    moved = not brief and np.abs(outcome.net_usd).max() > 0
    kinds: dict[str, Band] = {party: band(deaths[:, i]) for i, party in enumerate(PARTIES)} | {"net": band(deaths.sum(axis=1))}
    return ReformAnswer(
        id=name,
        title=law.title,
        words=law.plain,
        route=ROUTES[k] if opened else "",
        route_label=ROUTE_LABELS[ROUTES[k]] if opened else "",
        conditions=conditions(opened, fleet_wide),
        fleet_wide=fleet_wide,
        units_y5=band(path[:, YEAR_5]),
        units_added_y5=band(outcome.units[:, k, :, YEAR_5].sum(axis=1)),
        sales_path=band_path(path),
        price_usd=cases[ROUTES[k]]["price_usd"] if opened else None,
        routes=cases,
        p_enters=made.share if made else None,
        decided=_decided(outcome, made, rivals) if made and rivals else None,
        deaths_y10=kinds,
        fuel_gal_y10=band(outcome.gasoline_gallons[:, k, YEAR_10]),
        electricity_kwh_y10=band(outcome.electricity_kwh[:, k, YEAR_10]),
        co2_t_y10=band(outcome.co2_kg[:, k, YEAR_10] / KG_PER_TONNE),
        fuel_path=band_path(outcome.gasoline_gallons[:, k]),
        co2_path=band_path(outcome.co2_kg[:, k] / KG_PER_TONNE),
        surplus_usd_r3=band(outcome.lines_usd[:, k, 0, 0]),
        lines={rate: _lines(outcome.lines_usd[:, k, i]) for i, rate in enumerate(rates)},
        net_usd={rate: band(net[:, i]) for i, rate in enumerate(rates)},
        p_gain={rate: float((net[:, i] > 0).mean()) for i, rate in enumerate(rates)},
        world_usd={rate: band(world[:, i]) for i, rate in enumerate(rates)},
        p_gain_world={rate: float((world[:, i] > 0).mean()) for i, rate in enumerate(rates)},
        net_dots=[float(x) for x in np.quantile(net[:, 0], (np.arange(DOTS) + 0.5) / DOTS)],
        transfers=[
            Line(
                id=f"{what}:{who}",
                label=f"{what.replace('_', ' ')}, {who}",
                status="derived",
                band=band(outcome.who_pays_usd[:, k, 0, i, j]),
            )
            for i, what in enumerate(TRANSFERS)
            for j, who in enumerate(PAYERS)
            if np.abs(outcome.who_pays_usd[:, k, 0, i, j]).max() > 0
        ],
        gives_up=_gives_up(outcome, k, drawn) if opened else [],
        who_buys=_mix(np.maximum(outcome.buyers_by_group[:, k], 0.0), {group: GROUP_LABELS[group] for group in INCOME_GROUPS})
        if opened
        else [],
        by_form=by_form,
        variance_from_form=explained,
        share_extrapolated=1.0 if opened else 0.0,
        flags=_flags(outcome, k, opened),
        surplus_by_group_usd_r3=[
            Line(id=group, label=GROUP_LABELS[group], status="assumed", band=band(outcome.surplus_by_group_usd[:, k, 0, i]))
            for i, group in enumerate(INCOME_GROUPS)
        ],
        because=because(outcome, k) if moved else None,
        beside=beside(outcome, k, prepared, drawn) if moved else None,
        accounting_statement=accounting(outcome, k, prepared, drawn, study, GROUP_LABELS) if moved else [],
    )


def conditions(opened: bool, fleet_wide: bool) -> list[str]:
    """Under what the numbers of a reform hold, in words."""
    said = ["the law is adopted as written"]
    if opened:
        said += ["the design passes what the law then demands", "a maker sells"]
    if fleet_wide:
        said.append(
            "the fine for missing the standard is 0 dollars since 2025-07-04; what changes is what makers do who comply anyway, a share that is assumed"
        )
    return said


def moves_the_fleet(policy: Policy, today: Policy) -> bool:
    """Whether a reform changes the fuel-economy standard of all new vehicles, which moves far more than a small class does."""
    return any(float(getattr(policy, name)) != float(getattr(today, name)) for name in ("cafe_target_scale", "cafe_penalty_usd_per_mpg"))
