"""The energy results that `evaluate` needs, as a small table over added mass, read by straight lines.

`grid(inputs)` runs the physics at six added masses; `performance(grid, added_kg, ...)` is piecewise linear in added mass, pure and
differentiable, and applies the draw's residuals: consumption times exp(residual), time times exp(z), speed at the end of the
lane times exp(-z / 3), since at constant power v^3 goes as power.
Limits: error below 0.3 % against `rate` between the nodes; beyond the last node the last line goes on. A design-speed cap bounds
the speeds but leaves consumption as it was. A plug-in hybrid's consumption adds wall and fuel energy, and counts as not electric.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy.core.units import MPH

from .car import Car, EnergyInputs, added, padded
from .cycles import Schedule, schedule
from .figures import lanes, per_cycle, us_label
from .follow import follow
from .label import NEW_FORM_YEAR
from .launch import HORIZON_S, SPEED_MARKS, launch, top_speed
from .parameters import Parameters, parameters
from .plugin import composite, depleting

ADDED_KG = (0.0, 50.0, 100.0, 150.0, 200.0, 250.0)
MERGE_DESIGN_MPS = 70.0 * MPH
SIXTY_MPS = SPEED_MARKS["60mph"]
SPEED_EXPONENT = 1.0 / 3.0
"""Speed over a fixed length goes as the cube root of power, time to a speed as its inverse."""


class EnergyGrid(eqx.Module):
    """Results at m added masses for e vehicles."""

    added_kg: Float[Array, " m"]
    consumption_J_per_m: Float[Array, "e m"]
    """Tank or wall energy behind the combined US label."""
    time_0_60_s: Float[Array, "e m"]
    """Capped at 99 s where 60 mph is never reached (see `capped`)."""
    speed_max_mps: Float[Array, "e m"]
    merge_speed_mps: Float[Array, "e m"]
    """Speed at the end of the acceleration lane of a 70 mph highway, from rest."""
    electric: Float[Array, " e"]
    capped: Float[Array, "e m"]
    """1 where 60 mph is never reached."""


class EnergyAssumptions(eqx.Module):
    """What is uncertain about energy results, one scalar each; distributions in study/assumptions/energy.yaml."""

    log_residual: Float[Array, " *draws"] | float
    """Log of real over modelled consumption, vehicles with an engine."""
    ev_log_residual: Float[Array, " *draws"] | float
    """The same for electric vehicles."""
    time_log_residual: Float[Array, " *draws"] | float
    """Log of real over modelled time to a speed."""


class Performance(eqx.Module):
    """What a draw sees of each vehicle."""

    consumption_J_per_m: Float[Array, " e"]
    time_0_60_s: Float[Array, " e"]
    speed_max_mps: Float[Array, " e"]
    merge_speed_mps: Float[Array, " e"]


def nodes(
    car: Car,
    plan: Schedule,
    p: Parameters,
    *,
    engines: bool = True,
    electrics: bool = True,
    hybrids: bool = False,
    plugs: bool = False,
) -> tuple[Float[Array, " n"], Float[Array, " n"], Float[Array, " n"], Float[Array, " n"]]:
    """Label-combined consumption, 0-60, top speed and merge speed of each lane of vehicles."""

    def label(one: Car, electrics: bool) -> Float[Array, " n"]:
        counted, _, _ = per_cycle(follow(one, plan, p, engines=engines, electrics=electrics, hybrids=hybrids), plan, p)
        return us_label(counted[0], counted[1], one, p, NEW_FORM_YEAR).combined_J_per_m

    consumption = label(car, electrics)
    if plugs:
        consumption, _ = composite(car, consumption, label(depleting(car), True), p)
    lane = next(w for w in lanes() if w.start_mps == 0.0 and abs(w.design_mps - MERGE_DESIGN_MPS) < 1e-6)
    dtype = car.power_W.dtype
    run = launch(car, car.test_kg, jnp.zeros_like(car.test_kg), jnp.asarray([SIXTY_MPS], dtype), jnp.asarray([lane.length_m], dtype), p)
    top = jnp.minimum(top_speed(car, car.test_kg, 0.0, p), car.governed_mps)
    return consumption, run.time_s[0], top, run.speed_mps[0]


@lru_cache(maxsize=1)
def _compiled() -> Any:
    return eqx.filter_jit(nodes)


def grid(vehicles: EnergyInputs | Any, added_kg: Sequence[float] = ADDED_KG) -> EnergyGrid:
    """The table of some vehicles (`EnergyInputs` or `Vehicle`). An unknown vehicle gives a row of NaN."""
    if not isinstance(vehicles, EnergyInputs):
        from .adapter import inputs_of

        vehicles = inputs_of(vehicles)
    e, m = len(vehicles), len(added_kg)
    wide = jax.tree.map(lambda x: jnp.repeat(x, m), vehicles.car)
    heavier = added(wide, jnp.tile(jnp.asarray(added_kg, float), e))
    electric = np.asarray(vehicles.car.electric) > 0.5
    hybrid, plug = (bool((np.asarray(x) > 0.5).any()) for x in (vehicles.car.hybrid, vehicles.car.plug))
    kinds = {"engines": bool((~electric).any()), "electrics": bool(electric.any()), "hybrids": hybrid, "plugs": plug}
    found = _compiled()(padded(heavier), schedule(("UDDS", "HWFET")), parameters(), **kinds)
    unknown = jnp.asarray([bool(r) for r in vehicles.reasons])[:, None]
    consumption, time, top, merge = (jnp.where(unknown, jnp.nan, x[: e * m].reshape(e, m)) for x in found)
    return EnergyGrid(
        added_kg=jnp.asarray(added_kg, float),
        consumption_J_per_m=consumption,
        time_0_60_s=time,
        speed_max_mps=top,
        merge_speed_mps=merge,
        electric=vehicles.car.electric,
        capped=(time >= HORIZON_S - 1e-9).astype(float),
    )


def interpolate(nodes_kg: Float[Array, " m"], values: Float[Array, "e m"], at_kg: Float[Array, " e"]) -> Float[Array, " e"]:
    """Straight lines between nodes; the first and last lines go on beyond them."""
    last = nodes_kg.shape[0] - 2
    i = jnp.clip((nodes_kg[None] <= jax.lax.stop_gradient(at_kg)[:, None]).sum(1) - 1, 0, last)
    low, high = nodes_kg[i], nodes_kg[i + 1]
    rows = jnp.arange(values.shape[0])
    return values[rows, i] + (values[rows, i + 1] - values[rows, i]) * (at_kg - low) / (high - low)


def performance(
    grid: EnergyGrid,
    added_kg: Float[Array, " e"],
    design_speed_max_mps: Float[Array, " e"] | Float[Array, ""] | float,
    a: EnergyAssumptions,
) -> Performance:
    """Consumption and speed of each vehicle with its added mass, under one cap of design speed or each its own, in one draw."""

    def read(values: Float[Array, "e m"]) -> Float[Array, " e"]:
        return interpolate(grid.added_kg, values, added_kg)

    residual = a.log_residual + (a.ev_log_residual - a.log_residual) * grid.electric
    top = jnp.minimum(read(grid.speed_max_mps), design_speed_max_mps)
    time = jnp.minimum(read(grid.time_0_60_s) * jnp.exp(a.time_log_residual), HORIZON_S)
    merge = read(grid.merge_speed_mps) * jnp.exp(-SPEED_EXPONENT * jnp.asarray(a.time_log_residual))
    return Performance(
        consumption_J_per_m=read(grid.consumption_J_per_m) * jnp.exp(residual),
        time_0_60_s=jnp.where(top >= SIXTY_MPS, time, HORIZON_S),
        speed_max_mps=top,
        merge_speed_mps=jnp.minimum(merge, top),
    )
