"""What a reform changes, as a small pytree of numbers: the first argument of `evaluate`.

    policy(book, "kei-urban", law_date="2026-11-22") -> Policy;  policy_record(...) -> the same leaves as Cited

Doors are hard verdicts computed here, before `evaluate`: unknown and discretionary are closed under today's law, and open under a
reform's printed condition. `required` is the share of each content block of full FMVSS that the rules demand (table
rules/content_blocks). `Policy.resolve` puts the drawn content and roads of the announcement in place, in pure JAX.
Limits: one door, one duty, one quota for each slot and route; states enter as one share of the population.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy.core import Cited, InputError, Status, unknown, weakest
from roadworthy.core.axes import BLOCKS, ENVIRONMENTS, NEW_SLOTS, ROUTES, SLOTS
from roadworthy.core.shapes import Index, Scalar
from roadworthy.core.units import MPH
from roadworthy.rules import days
from roadworthy.rules.book import TABLES, Rulebook
from roadworthy.rules.check import in_class
from roadworthy.rules.doors import Case, question_node
from roadworthy.rules.duty import Duty, duty, heading_of
from roadworthy.rules.facts import facts_of
from roadworthy.rules.judge import case_of, in_force
from roadworthy.rules.logic import NO, UNKNOWN, YES
from roadworthy.rules.quantity import si_factor
from roadworthy.rules.reform import Reform, reform
from roadworthy.rules.states import kei_rule

if TYPE_CHECKING:
    from roadworthy.vehicles import Vehicle

NO_QUOTA = 1e9
NO_SPEED_LIMIT_MPS = 1e3
NO_CAP_MPH = 85.0
"""Highest posted speed limit in the country: no road lies above it."""
TENTHS_PER_MPG = 10.0
CONTENT_SETS = ("un", "japanese", "full")
"""What the announcement may mean, in the order of `announced_content`."""
ROAD_CAPS_MPH = (45.0, NO_CAP_MPH)
"""Roads it may mean, in the order of `announced_roads`."""
DEFAULT_HEADINGS = ("car", "truck", "car", "truck")
"""HTS headings of the standing study's slots."""


class RulesAssumptions(eqx.Module):
    """What the announcement left unsaid; both are drawn and matter under that reform only."""

    announced_content: Index
    """0 UN tests, 1 as approved in Japan, 2 full standards"""
    announced_roads: Index
    """0 roads posted up to 45 mph, 1 all roads"""


class Policy(eqx.Module):
    """A reform as numbers: slots e, routes k, content blocks u, road environments q."""

    door: Float[Array, " e k"]
    """1 where the slot may come by the route"""
    required: Float[Array, " u"]
    """share of each block of full FMVSS that the rules demand"""
    road_access: Float[Array, " q"]
    """share of the miles of each environment on roads that may be used"""
    access_speed_mps: Float[Array, ""]
    """posted speed up to which roads may be used"""
    design_speed_max_mps: Float[Array, ""]
    """speed beyond which the class may not be made; 1000 when there is none"""
    state_access: Float[Array, " e"]
    """share of the population in states that register it"""
    quota: Float[Array, " k"]
    """units a maker and year; 1e9 when there is none"""
    duty: Float[Array, " e k"]
    """share of the customs value; of a used import, that of one younger than today's limit"""
    duty_recorded: Float[Array, ""]
    """the same of a used import as old as today's limit, which is what is recorded"""
    subsidy_usd: Float[Array, " e"]
    import_age_min_yr: Float[Array, ""]
    start_year: Float[Array, ""]
    cafe_target_scale: Float[Array, ""]
    cafe_penalty_usd_per_mpg: Float[Array, ""]
    announced: Float[Array, ""]
    """1 when content and roads are drawn"""
    announced_required: Float[Array, " a u"]
    announced_access: Float[Array, " b q"]
    announced_speed_mps: Float[Array, " b"]

    def resolve(self, a: RulesAssumptions) -> Policy:
        """The policy with the draw's content and roads in place; itself where nothing is left open."""
        content = jnp.asarray(a.announced_content, dtype=jnp.int32)
        roads = jnp.asarray(a.announced_roads, dtype=jnp.int32)
        on = self.announced > 0.5
        return eqx.tree_at(
            lambda p: (p.required, p.road_access, p.access_speed_mps),
            self,
            (
                jnp.where(on, self.announced_required[content], self.required),
                jnp.where(on, self.announced_access[roads], self.road_access),
                jnp.where(on, self.announced_speed_mps[roads], self.access_speed_mps),
            ),
        )


def _csv(name: str) -> list[dict[str, str]]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=8)
def content_shares(name: str) -> np.ndarray:
    """Share of each content block that a set of rules demands, in the order of BLOCKS."""
    rows = {r["block"]: float(r["share"]) for r in _csv("content_blocks") if r["set"] == name}
    if not rows:
        raise InputError(
            f"no content set {name!r}",
            f"use one of {', '.join(dict.fromkeys(r['set'] for r in _csv('content_blocks')))}",
            code="content.unknown",
        )
    return np.array([rows[block] for block in BLOCKS])


def content_record(name: str) -> dict[str, Cited]:
    """The same with the reason for each share."""
    return {r["block"]: Cited(float(r["share"]), "-", r["why"], r["status"]) for r in _csv("content_blocks") if r["set"] == name}  # type: ignore[arg-type]


@lru_cache(maxsize=1)
def _access_table() -> np.ndarray:
    return np.array([[float(r["cap_mph"]) * MPH, *(float(r[q]) for q in ENVIRONMENTS)] for r in _csv("road_access")])


def road_access(cap_mps: Scalar) -> Float[Array, " q"]:
    """Share of the miles of each environment on roads posted up to a cap; piecewise linear, so that the cap is a lever with a slope."""
    table, cap = _access_table(), jnp.asarray(cap_mps)
    return jnp.stack([jnp.interp(cap, table[:, 0], table[:, 1 + q]) for q in range(len(ENVIRONMENTS))])


@lru_cache(maxsize=1)
def _population() -> dict[str, float]:
    return {r["state"]: float(r["population"]) for r in _csv("state_population")}


def population_share(states: Sequence[str]) -> float:
    """Share of the population that lives in some states, by their codes; `all` is every one of the 51.

    Raises InputError for a code that is no state's.
    """
    people = _population()
    for code in states:
        if code not in people and code != "all":
            raise unknown("state", code, people)
    return sum(people[s] for s in (people if "all" in states else dict.fromkeys(states))) / sum(people.values())


def used_import_access(case: Case) -> tuple[float, float]:
    """Share of the population in states that register 25-year kei: unknown states closed, and open."""
    answers = {s.code: kei_rule(case, s).verdict for s in case.book.states.values()}
    return population_share([s for s, v in answers.items() if v == YES]), population_share(
        [s for s, v in answers.items() if v in (YES, UNKNOWN)]
    )


def lsv_access(book: Rulebook) -> float:
    """Share of the population in states with a road cap for low-speed vehicles."""
    return population_share([s.code for s in book.states.values() if s.lsv_road])


def lsv_roads(book: Rulebook, cap_mps: float, day: dt.date) -> np.ndarray:
    """Road access under a federal cap or the state's lower one, mean over the people of the states that have one."""
    people, total, found = _population(), 0.0, np.zeros(len(ENVIRONMENTS))
    for state in book.states.values():
        held = book.limits[state.lsv_road].at(day) if state.lsv_road else None
        if held is not None:
            total += people[state.code]
            found += people[state.code] * np.asarray(road_access(min(cap_mps, held.si)))
    return found / total


def _cited(value: Any, unit: str, lever: dict[str, Any] | None, otherwise: tuple[Status, str], note: str = "") -> Cited:
    if lever is None:
        return Cited(value, unit, otherwise[1], otherwise[0], note=note)
    return Cited(value, unit, lever["source"], lever["status"], note=note)


TODAY: tuple[Status, str] = ("law", "the law of the day, as compiled 2026-11-22")


def policy_record(book: Rulebook, reform_id: str | Reform, *, law_date: Any, vehicles: Vehicle | None = None) -> dict[str, Cited]:
    """Every leaf of the policy with its unit, source and status; arrays are nested lists in the order of the axes."""
    chosen = reform(reform_id) if isinstance(reform_id, str) else reform_id
    law = days.day(law_date, "law date")
    slots = [facts_of(vehicles, e) for e in range(len(SLOTS))] if vehicles is not None else None
    now = case_of(slots[3] if slots else {}, book, law_date=law)
    later = in_force(now, chosen) if chosen.changes else now
    start = max([c.start for c in chosen.changes], default=law)
    after, day = later.book, max(law, start) if chosen.changes else law

    def at(name: str, of: Rulebook = after) -> Cited:
        held = of.parameters[name].at(day)
        if held is None:
            first = of.parameters[name].values[0].start
            raise InputError(
                f"the book has no value of {name} for {day.isoformat()}",
                f"ask for a day from {first.isoformat()} on",
                code="date.range",
                where=name,
            )
        return held.cited

    lever = chosen.policy.get
    content, cap, speed = lever("content"), lever("road_cap"), lever("design_speed")
    cap_mps = cap["value"] * si_factor(cap["unit"]) if cap else NO_CAP_MPH * MPH
    roads = lsv_roads(after, cap_mps, day) if cap and cap.get("state_caps") else np.asarray(road_access(cap_mps))
    quota = lever("quota")
    age, penalty = at("us.import_age_nhtsa"), at("us.cafe_penalty_usd_per_tenth_mpg")
    recorded_yr = float(at("us.import_age_nhtsa", book).value)
    shares = content_shares(content["value"] if content else "full")
    announced = lever("announced")
    return {
        "door": _doors(now, later, chosen, law, slots),
        "required": _cited(list(map(float, shares)), "-", content, ("law", "all federal standards")),
        "road_access": _cited(roads.tolist(), "-", cap and {**cap, "status": weakest([cap["status"], "assumed"])}, TODAY),
        "access_speed_mps": _cited(cap_mps, "m/s", cap, TODAY, "posted speed up to which roads may be used"),
        "design_speed_max_mps": _cited(speed["value"] * si_factor(speed["unit"]) if speed else NO_SPEED_LIMIT_MPS, "m/s", speed, TODAY),
        "state_access": _states(later, chosen),
        "quota": _cited([float(quota["value"]) if quota else NO_QUOTA] * len(ROUTES), "units a maker and year", quota, TODAY),
        "duty": _duties(after, law, min(float(age.value), recorded_yr - 1.0), slots),
        "duty_recorded": _used_duty(after, law, recorded_yr, slots),
        "subsidy_usd": Cited([0.0] * len(SLOTS), "USD", "no subsidy in the reform", "derived"),
        "import_age_min_yr": _cited(float(age.value), "years", lever("import_age"), (age.status, age.citation or age.source)),
        "start_year": Cited(
            float(day.year), "year", "start of the reform" if chosen.changes else "day of the law", "assumed" if chosen.changes else "law"
        ),
        "cafe_target_scale": _cited(float(at("us.cafe_target_scale").value), "-", lever("cafe_target_scale"), TODAY),
        "cafe_penalty_usd_per_mpg": Cited(
            float(penalty.value) * TENTHS_PER_MPG, "USD per mpg", penalty.source, penalty.status, citation=penalty.citation
        ),
        "announced": _cited(float(announced["value"]) if announced else 0.0, "-", announced, ("derived", "nothing is left open")),
    }


def _doors(now: Case, later: Case, chosen: Reform, law: dt.date, slots: Any) -> Cited:
    """Hard verdicts: today's doors, and those that the reform opens under its printed condition."""
    lever, kind = chosen.policy.get("door"), chosen.policy.get("door_class")
    wanted = np.array([lever["value"][route] for route in ROUTES], dtype=float).T if lever else np.zeros((len(SLOTS), len(ROUTES)))
    notes = []
    statuses: list[Status] = [lever["status"]] if lever else ["derived"]
    for e in range(NEW_SLOTS):
        if slots is None:
            continue
        case = case_of(slots[e], now.book, law_date=law)
        # a vehicle that nobody certified can at most be a low-speed vehicle today, so the long tree is spared
        may = case.facts.flag("us_certified") is not False or in_class(now.book, "us.class.lsv", case.facts, now.clocks).verdict == YES
        if may and question_node(case, "us.sale_new").verdict == YES:
            wanted[e] = 1.0
            notes.append(f"{SLOTS[e]} may be sold today")
        elif kind and wanted[e].any():
            inside = in_class(later.book, kind["value"], case.facts, later.clocks, without=kind.get("without", ()))
            if inside.verdict == NO:
                wanted[e] = 0.0
                notes.append(f"{SLOTS[e]} is outside the class")
    used = 1.0
    if slots is not None:
        node = question_node(now, "us.federal_import")
        under = question_node(later, "us.federal_import")
        used = float(YES in (node.verdict, under.verdict))
        statuses.append(node.status)
    wanted[3, 0] = used
    source = lever["source"] if lever else "used imports of 25 years (49 USC 30112(b)(9)); new vehicles are not certified"
    return Cited(wanted.tolist(), "0 or 1", source, weakest(statuses), note="; ".join(notes))


def _states(case: Case, chosen: Reform) -> Cited:
    low, high = used_import_access(case)
    lever = chosen.policy.get("state_access")
    new = lsv_access(case.book) if lever and lever["value"] == "lsv_states" else float(lever["value"]) if lever else 1.0
    note = f"used imports: {low:.3f} with unknown states closed, {high:.3f} with them open"
    source = lever["source"] if lever else "new vehicles register where they may be sold"
    return Cited(
        [new] * NEW_SLOTS + [low], "share of population", f"{source}; kei rules of 51 jurisdictions, 2020 census", "assumed", note=note
    )


DUTY_UNIT, DUTY_SOURCE = "share of customs value", "HTSUS 8703, 8704; Section 232; 90 FR 44638"


def _duties(book: Rulebook, law: dt.date, used_age: float, slots: Any) -> Cited:
    """Duty of each slot and route on the law's day."""
    found = [_duty_of(book, law, e, slots, used_age if e >= NEW_SLOTS else None) for e in range(len(SLOTS))]
    return Cited([[float(one.rate), 0.0] for one in found], DUTY_UNIT, DUTY_SOURCE, weakest([one.status for one in found]))


def _used_duty(book: Rulebook, law: dt.date, age: float, slots: Any) -> Cited:
    """Duty of a used import of an age."""
    found = _duty_of(book, law, NEW_SLOTS, slots, age)
    return Cited(float(found.rate), DUTY_UNIT, DUTY_SOURCE, found.status)


def _duty_of(book: Rulebook, law: dt.date, e: int, slots: Any, age: float | None) -> Duty:
    heading = heading_of(slots[e]) if slots else DEFAULT_HEADINGS[e]
    built = days.anniversary(law, -int(age)) if age is not None else None
    return duty(heading, entry=law, built=built, book=book)  # type: ignore[arg-type]


@lru_cache(maxsize=1)
def _announced() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Constant tables that `resolve` indexes."""
    caps = np.array(ROAD_CAPS_MPH) * MPH
    return np.stack([content_shares(s) for s in CONTENT_SETS]), np.stack([np.asarray(road_access(c)) for c in caps]), caps


def policy(book: Rulebook, reform_id: str | Reform, *, law_date: Any, vehicles: Vehicle | None = None) -> Policy:
    """The policy of a reform under the law of a day; `vehicles` are the four slots, for verdicts and duty headings."""
    if vehicles is not None and len(vehicles) != len(SLOTS):
        raise InputError(f"{len(vehicles)} slot vehicles were given", f"give {len(SLOTS)}: {', '.join(SLOTS)}", code="policy.slots")
    record = policy_record(book, reform_id, law_date=law_date, vehicles=vehicles)
    required, access, speed = _announced()
    leaves = {name: jnp.asarray(cited.value, dtype=jnp.float64) for name, cited in record.items()}
    return Policy(
        **leaves,
        announced_required=jnp.asarray(required),
        announced_access=jnp.asarray(access),
        announced_speed_mps=jnp.asarray(speed),
    )
