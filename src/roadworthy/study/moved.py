"""What a choice of levers does: the policy of its preset with moved fields, and the assumptions held at moved values.

    policy' = policy with one field replaced per moved lever;  assumptions' = draws with one leaf held per moved lever

A lever that was not moved touches nothing, so that the preset comes back bit for bit. Class limits are law, not arrays: they are
set in the reform and its doors are judged again. Moving content or roads of the announcement ends its draw of both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from roadworthy.core.axes import NEW_SLOTS
from roadworthy.rules import load_book, reform
from roadworthy.rules.policy import NO_QUOTA, NO_SPEED_LIMIT_MPS, Policy, content_shares, policy, road_access
from roadworthy.rules.reform import Reform
from roadworthy.study.levers import Choice, Lever, Value, levers
from roadworthy.study.scenario import Study
from roadworthy.vehicles import Vehicle

DOORS = {(0, 0): "shut", (1, 0): "import", (0, 1): "plant", (1, 1): "both"}
"""Names of a door by (import, us_plant)."""
CAR_SLOTS = np.array([0, 2])
"""Slots whose duty is a car's: the kei car and the kei EV; the truck has a heading of its own."""
DRAWN = ("standard", "roads")
"""Levers that the announcement leaves to the draw."""


def _set(array: Any, where: Any, value: Any) -> Any:
    """The array with some cells replaced; in numpy, which dispatches in no time while a lever is dragged."""
    made = np.array(array)
    made[where] = value
    return jnp.asarray(made)


def _door(p: Policy, value: Any) -> Policy:
    imported, built = next(pair for pair, name in DOORS.items() if name == value)
    return eqx.tree_at(lambda q: q.door, p, _set(p.door, slice(NEW_SLOTS), [imported, built]))


def _standard(p: Policy, value: Any) -> Policy:
    return eqx.tree_at(lambda q: (q.required, q.announced), p, (jnp.asarray(content_shares(str(value))), jnp.zeros_like(p.announced)))


def _roads(p: Policy, value: Any) -> Policy:
    cap = jnp.asarray(float(value))
    return eqx.tree_at(lambda q: (q.road_access, q.access_speed_mps, q.announced), p, (road_access(cap), cap, jnp.zeros_like(p.announced)))


def _duty(p: Policy, value: Any) -> Policy:
    return eqx.tree_at(lambda q: q.duty, p, _set(p.duty, (CAR_SLOTS, 0), float(value)))


def _scalar(field: str) -> Callable[[Policy, Any], Policy]:
    return lambda p, value: eqx.tree_at(lambda q: getattr(q, field), p, jnp.asarray(float(value)))


def _quota(p: Policy, value: Any) -> Policy:
    return eqx.tree_at(lambda q: q.quota, p, jnp.full_like(p.quota, float(value)))


def _subsidy(p: Policy, value: Any) -> Policy:
    return eqx.tree_at(lambda q: q.subsidy_usd, p, _set(p.subsidy_usd, slice(NEW_SLOTS), float(value)))


MOVES: dict[str, Callable[[Policy, Any], Policy]] = {
    "door": _door,
    "required": _standard,
    "road_access": _roads,
    "quota": _quota,
    "duty": _duty,
    "subsidy_usd": _subsidy,
    "import_age_min_yr": _scalar("import_age_min_yr"),
    "design_speed_max_mps": _scalar("design_speed_max_mps"),
}
"""By policy field: the policy with that field moved to a value in the model's unit."""
NONE_AT = {"quota": NO_QUOTA, "design_speed_max_mps": NO_SPEED_LIMIT_MPS}
"""What the model calls no limit."""


def model_value(lever: Lever, value: Value) -> Value:
    """A lever's value in the model's unit; the open end is the model's own word for no limit."""
    if isinstance(value, str):
        return value
    if lever.open_end and value >= lever.high and lever.leaf in NONE_AT:
        return NONE_AT[lever.leaf]
    return value * lever.scale


def _standard_of(p: Policy) -> str | None:
    shares = np.asarray(p.required)
    return next((name for name, _ in levers()["standard"].choices if np.array_equal(content_shares(name), shares)), None)


READS: dict[str, Callable[[Policy], Value | None]] = {
    "door": lambda p: DOORS[(int(p.door[0, 0] > 0), int(p.door[0, 1] > 0))],
    "required": _standard_of,
    "road_access": lambda p: float(p.access_speed_mps),
    "quota": lambda p: float(p.quota[0]),
    "duty": lambda p: float(p.duty[0, 0]),
    "subsidy_usd": lambda p: float(p.subsidy_usd[0]),
    "import_age_min_yr": lambda p: float(p.import_age_min_yr),
    "design_speed_max_mps": lambda p: float(p.design_speed_max_mps),
}
"""By policy field: where a policy stands, in the model's unit."""


def class_limits(law: Reform) -> dict[str, float]:
    """The limits that a reform itself sets for its class, by name."""
    return {c.target: float(c.value) for c in law.changes if c.kind == "add" and isinstance(c.value, int | float)}


def place(lever: Lever, p: Policy, law: Reform) -> Value | None:
    """Where a lever stands before anyone moves it, in the shown unit; None where the preset has no such thing or leaves it open."""
    if lever.room == "show":
        return lever.choices[0][0]
    if lever.room == "assumptions":
        from roadworthy.study.assumed import leaves

        value = float(leaves()[lever.leaf].cited.value)
        return f"{value:.0f}" if lever.choices else round(value / lever.scale, 9)
    if lever.room == "reform":
        return class_limits(law).get(lever.leaf)
    if float(p.announced) > 0.5 and lever.id in DRAWN:
        return None
    found = READS[lever.leaf](p)
    if found is None or isinstance(found, str):
        return found
    shown = found / lever.scale
    return lever.high if lever.open_end and shown > lever.high else round(shown, 6)


def places(p: Policy, law: Reform) -> dict[str, Value | None]:
    """Where every lever stands under a policy."""
    return {name: place(lever, p, law) for name, lever in levers().items()}


def settled(choice: Choice, before: Mapping[str, Value | None]) -> Choice:
    """The choice without levers that stand where the preset has them or that the preset does not have."""
    kept = []
    for name, value in choice.moved:
        stands, lever = before[name], levers()[name]
        if lever.room == "reform" and stands is None:
            continue
        same = stands == value if isinstance(value, str) or isinstance(stands, str) or stands is None else abs(stands - value) < 1e-6
        if not same:
            kept.append((name, value))
    return replace(choice, moved=tuple(kept))


def law_of(choice: Choice) -> Reform:
    """The reform of the preset with the class limits that were moved."""
    law, moved = reform(choice.reform), choice.values
    new = {lever.leaf: moved[name] for name, lever in levers().items() if lever.room == "reform" and name in moved}
    if not new:
        return law
    return replace(law, changes=tuple(replace(c, value=new[c.target]) if c.target in new else c for c in law.changes))


def policy_of(choice: Choice, preset: Policy, study: Study, vehicles: Vehicle) -> Policy:
    """The policy of a choice: the preset's own, with each moved field replaced."""
    law = law_of(choice)
    found = preset if law is reform(choice.reform) else policy(load_book(), law, law_date=study.law_date, vehicles=vehicles)
    for name, value in choice.moved:
        lever = levers()[name]
        if lever.room == "policy":
            found = MOVES[lever.leaf](found, model_value(lever, value))
    return found


def overrides_of(choice: Choice) -> dict[str, float]:
    """Assumptions held at a value, by path."""
    return {
        levers()[name].leaf: float(model_value(levers()[name], value))
        for name, value in choice.moved
        if levers()[name].room == "assumptions"
    }


def changes(choice: Choice, today: Mapping[str, Value | None], preset: Mapping[str, Value | None]) -> list[dict[str, Any]]:
    """What differs from today's law and the central assumptions: what was, what is, and whether the reader moved it."""
    found = []
    for name, lever in levers().items():
        mine = name in choice.values
        now = choice.values.get(name, preset[name])
        was = today[name]
        if lever.room == "reform" and not mine:
            continue
        if now == was or (now is None and not mine and lever.id not in DRAWN):
            continue
        said = "drawn" if now is None else lever.said(now)
        found.append(
            {
                "id": name,
                "label": lever.label,
                "was": "none" if was is None else lever.said(was),
                "now": said,
                "was_value": was,
                "now_value": now,
                "mine": mine,
            }
        )
    return found


__all__ = ["changes", "law_of", "overrides_of", "places", "policy_of", "settled"]
