"""How far the quick market engine is from the exact one, on some draws of every full run.

    exact: the draw's own tastes, the market inverted anew at the draw's fuel and risk valuations, every price solved with the entrants in
    quick: the prepared taste node, first order in the entrant's share and in those valuations

The first 16 draws are taken: an aligned block of the Sobol sequence, so each sixteenth of every input is met once. Sales are compared by
ratio; deaths and net, which may be near zero, as parts of the band that 80 of 100 draws span.
Limits: the two share tastes, households and every other room; an error of the demand model itself does not show here.
See docs/rooms/study.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy.core.axes import ROUTES
from roadworthy.core.compiling import PLAIN_LOOPS
from roadworthy.core.files import digest, kept_json
from roadworthy.market.bank import stored
from roadworthy.rules.policy import Policy
from roadworthy.study.assumed import Assumptions
from roadworthy.study.certainty import headline
from roadworthy.study.chain import Outcome, evaluate
from roadworthy.study.run import THREADS, Results, as_read, lineup_of
from roadworthy.study.scenario import Study
from roadworthy.study.world import Prepared, World

DRAWS = 16
FULL = 1_024
"""Draws from which a run is a full one."""
SHOWN = ("units_y5", "deaths_y10", "net_usd_r3")
BAND = (0.1, 0.9)


@partial(jax.jit, static_argnames=("route",), compiler_options=PLAIN_LOOPS)
def _exact(policy: Policy, world: World, a: Assumptions, start: Float[Array, " J"], route: int) -> Outcome:
    return evaluate(policy, world, a, market="exact", routes=(route,), start=start)


def exactly(policy: Policy, world: World, drawn: Assumptions, route: int, draws: int = DRAWS) -> Outcome:
    """The first draws by the exact engine at the tastes of their nodes, one route: leading axes [draw, 1]."""
    nodes = np.asarray(drawn.market.node)[:draws]
    tastes, utilities, _ = stored([int(node) for node in nodes])
    read = as_read(policy)

    def one(i: int) -> Outcome:
        a = jax.tree.map(lambda leaf: jnp.asarray(np.asarray(leaf)[i]), drawn)
        a = eqx.tree_at(lambda x: x.market.tastes, a, jax.tree.map(lambda leaf: jnp.asarray(np.asarray(leaf)[i], float), tastes))
        return jax.tree.map(np.asarray, _exact(read, world, a, jnp.asarray(utilities[i]), route))  # type: ignore[no-any-return]

    first = one(0)  # compiles once, before the threads share the rest
    with ThreadPoolExecutor(THREADS) as pool:
        found = [first, *pool.map(one, range(1, len(nodes)))]
    return jax.tree.map(lambda *leaf: np.stack(leaf), *found)  # type: ignore[no-any-return]


def compare(quick: Mapping[str, np.ndarray], exact: Mapping[str, np.ndarray], spread: Mapping[str, float]) -> list[dict[str, Any]]:
    """Median and greatest error of the quick engine by draw; `spread` is the width of each quantity's band."""
    rows = []
    for name in SHOWN:
        one, other = quick[name], exact[name]
        if name == "units_y5":
            sold = other > 0.0
            error, of = np.abs(one[sold] / other[sold] - 1.0), "value"
        else:
            error, of = np.abs(one - other) / max(spread[name], np.finfo(float).tiny), "band"
        if len(error):
            rows.append({"id": name, "of": of, "median": float(np.median(error)), "max": float(error.max()), "draws": len(error)})
    return rows


def engine_check(found: Results, study: Study, route: int, prepared: Prepared, drawn: Assumptions) -> dict[str, Any] | None:
    """The check of a run on the first draws of its headline and route; None for a run that is not full, or sells nothing new.

    The exact answers are kept, since they do not depend on the number of draws.
    """
    policy, every = prepared.policies[study.headline], found.levels_of(study.headline)
    if len(every.converged) < FULL or not lineup_of(policy, prepared.world).new:
        return None

    def solve() -> dict[str, Any]:
        exact = exactly(policy, prepared.world, drawn, route)
        shown = {name: values.tolist() for name, values in headline(exact, 0).items()}
        return {"draws": shown, "converged": int((exact.converged > 0.0).sum())}

    said = [study.pictures_key(), study.seed, sorted(study.assumptions.items()), route]
    exact = kept_json("engine", digest(json.dumps(said)), solve)
    ours = headline(every, route)
    spread = {name: float(np.subtract(*np.quantile(values, BAND[::-1]))) for name, values in ours.items()}
    return {
        "reform": study.headline,
        "route": ROUTES[route],
        "draws": DRAWS,
        "converged": exact["converged"],
        "rows": compare(
            {name: values[:DRAWS] for name, values in ours.items()}, {name: np.asarray(v) for name, v in exact["draws"].items()}, spread
        ),
    }
