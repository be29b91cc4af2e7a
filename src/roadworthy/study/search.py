"""What would have to be true: the value of one or two inputs at which the net benefit crosses zero, and the best reform within bounds.

    find x with median_d net(policy(x), assumptions_d(x)) = 0

over common draws, so the curve is smooth in x and the same draws decide every point. A grid finds every change of sign, then the secant
that keeps its bracket (Illinois) closes in. The best reform is sought by the mean over the same draws from several starts inside the bounds
given: inputs with a slope together, up their gradient (one reverse pass, projected on the bounds, the step halved until it climbs); inputs
with kinks (a quota, a speed) by golden section, one after the other; and both ends of every range are tried, since the best often lies there.
Limits: what no room models (lobbying, makers' strategy, costs of enforcement) is not in the optimum; a bound that is reached says that
the model knows no reason to stop, not that there is none. See docs/rooms/study.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from roadworthy.core import InputError
from roadworthy.core.compiling import PLAIN_LOOPS
from roadworthy.market import Lineup
from roadworthy.rules.policy import Policy
from roadworthy.study import moves
from roadworthy.study.assumed import Assumptions, draw
from roadworthy.study.chain import evaluate
from roadworthy.study.run import CHUNK, lineup_of, results
from roadworthy.study.scenario import Study
from roadworthy.study.world import BASE, Prepared, World

GRID = 9
STEPS = 12
CLOSE = 1e-3
"""Of the range: where a crossing is close enough."""
GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0
LINE_STEPS = 7
ROUNDS = 2
CLIMBS, HALVINGS = 12, 5
"""Steps up the gradient, and how often a step that does not climb is halved."""
FIRST_STEP = 0.25
"""Of the range of the input that moves most."""
Slope = Callable[[Mapping[str, float]], dict[str, float]]
"""d mean net / d input for the inputs that have one."""
NOT_MODELLED = (
    "the optimum knows only what the model knows: no cost of enforcement, no answer of makers beyond price and entry, "
    "no taste of voters; at a bound the model merely has no reason to stop"
)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where the answer changes sign."""

    at: float
    rising: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """The answer along one input, and where it crosses zero."""

    name: str
    unit: str
    x: tuple[float, ...]
    p10: tuple[float, ...]
    p50: tuple[float, ...]
    p90: tuple[float, ...]
    crossings: tuple[Crossing, ...]
    central: float | None


@dataclass(frozen=True, slots=True)
class Best:
    """The best reform that was found."""

    values: dict[str, float]
    net_usd: float
    start_net_usd: float
    at_bound: tuple[str, ...]
    starts: tuple[float, ...]
    """What each start came to."""
    slopes: dict[str, float]
    """What one unit more of an input adds to the mean net at the best, in dollars; inputs with kinks are left out."""
    caveat: str = NOT_MODELLED


def answerer(prepared: Prepared, study: Study, reform: str, route: int, draws: int) -> Callable[[Mapping[str, float]], np.ndarray]:
    """Net of a reform at 3 % by draw, as a function of moved inputs; common draws."""
    if reform not in prepared.policies:
        from roadworthy.core import unknown

        raise unknown("reform", reform, prepared.policies)
    kept: dict[tuple[tuple[str, float], ...], np.ndarray] = {}

    def net(values: Mapping[str, float]) -> np.ndarray:
        asked = tuple(sorted(values.items()))
        if asked not in kept:
            drawn = draw(draws, study.seed, {**study.assumptions, **moves.held(values)})
            policies = {BASE: prepared.policies[BASE], "moved": moves.moved(prepared.policies[reform], values)}
            kept[asked] = np.asarray(results(policies, BASE, prepared.world, drawn).of("moved").net_usd[:, route, 0])
        return kept[asked]

    return net


def crossing(f: Callable[[float], float], low: float, high: float, at_low: float, at_high: float, close: float) -> float:
    """Zero of f between two points of unlike sign, by the Illinois rule; f may have a kink."""
    side = 0
    for _ in range(STEPS):
        x = (low * at_high - high * at_low) / (at_high - at_low)
        value = f(x)
        if value == 0.0 or high - low < close:
            return x
        if (value > 0) == (at_high > 0):
            high, at_high = x, value
            at_low, side = (at_low / 2.0, 1) if side == 1 else (at_low, 1)
        else:
            low, at_low = x, value
            at_high, side = (at_high / 2.0, -1) if side == -1 else (at_high, -1)
    return (low * at_high - high * at_low) / (at_high - at_low)


def break_even(net: Callable[[Mapping[str, float]], np.ndarray], name: str, given: tuple[float, float] | None = None) -> Curve:
    """The answer along one input, and every value at which its median crosses zero."""
    low, high = moves.bounds(name, given)
    xs = [float(x) for x in np.linspace(low, high, GRID)]
    bands = np.array([np.quantile(net({name: x}), [0.1, 0.5, 0.9]) for x in xs])
    middle = bands[:, 1]

    def median(x: float) -> float:
        return float(np.median(net({name: x})))

    found = []
    for i in range(GRID - 1):
        if (middle[i] > 0) != (middle[i + 1] > 0):
            at = crossing(median, xs[i], xs[i + 1], float(middle[i]), float(middle[i + 1]), CLOSE * (high - low))
            found.append(Crossing(at, bool(middle[i + 1] > middle[i])))
    unit, central = _about(name)
    p10, p50, p90 = (tuple(float(x) for x in column) for column in bands.T)
    return Curve(name, unit, tuple(xs), p10, p50, p90, tuple(found), central)


def frontier(
    net: Callable[[Mapping[str, float]], np.ndarray], names: tuple[str, str], given: Sequence[tuple[float, float] | None] = (None, None)
) -> list[tuple[float, float]]:
    """Pairs of two inputs on the line where the median is zero: for each value of the first, crossings of the second."""
    if names[0] == names[1]:
        raise InputError(f"{names[0]} is named twice", "name two inputs", code="input.twice", where=names[0])
    (low, high), second = moves.bounds(names[0], given[0]), moves.bounds(names[1], given[1])
    line = []
    ys = np.linspace(*second, GRID)
    for x in np.linspace(low, high, GRID):
        z = np.array([np.median(net({names[0]: float(x), names[1]: float(y)})) for y in ys])
        for i in np.flatnonzero((z[:-1] > 0) != (z[1:] > 0)):
            line.append((float(x), float(ys[i] - z[i] * (ys[i + 1] - ys[i]) / (z[i + 1] - z[i]))))
    return line


def slope(prepared: Prepared, study: Study, reform: str, route: int, draws: int, names: Sequence[str]) -> Slope:
    """The gradient of the mean net over the same draws that `answerer` takes; inputs with kinks are held where they stand."""
    drawn = draw(draws, study.seed, study.assumptions)
    chunks = jax.tree.map(lambda leaf: np.asarray(leaf)[: draws // CHUNK * CHUNK].reshape(-1, CHUNK), drawn)
    law, base, world = prepared.policies[reform], prepared.policies[BASE], prepared.world
    known, today = lineup_of(law, world), lineup_of(base, world)
    lineup = Lineup(known.new, capped=known.capped or "policy.quota" in names)
    rooms = any(name not in moves.MOVES for name in names)

    def net(policy: Policy, a: Assumptions, world: World, lineup: Lineup) -> Array:
        return evaluate(policy, world, a, lineup=lineup, routes=(route,)).net_usd[0, 0]

    def mean(smooth: dict[str, Array], kinked: dict[str, Array], chunk: Assumptions, world: World) -> Array:
        values = {**smooth, **kinked}
        here = moves.hold(chunk, values)
        found = jax.vmap(lambda a: net(moves.moved(law, values), a, world, lineup))(here)
        return jnp.mean(found - (jax.vmap(lambda a: net(base, a, world, today))(here) if rooms else 0.0))

    @partial(jax.jit, compiler_options=PLAIN_LOOPS)
    def whole(smooth: dict[str, Array], kinked: dict[str, Array], chunks: Assumptions, world: World) -> dict[str, Array]:
        each = jax.lax.map(lambda chunk: jax.grad(mean)(smooth, kinked, chunk, world), chunks)
        return jax.tree.map(jnp.mean, each)

    def of(values: Mapping[str, float]) -> dict[str, float]:
        smooth, kinked = (
            {name: jnp.asarray(values[name], float) for name in values if moves.smooth(name) is wanted} for wanted in (True, False)
        )
        return {name: float(value) for name, value in whole(smooth, kinked, chunks, world).items()}

    return of


def best(
    net: Callable[[Mapping[str, float]], np.ndarray],
    ranges: Mapping[str, tuple[float, float] | None],
    starts: int = 2,
    seed: int = 7,
    slope: Slope | None = None,
) -> Best:
    """The values of some inputs at which the mean over draws is greatest, from several starts; without `slope` by golden section alone."""
    if not ranges:
        raise InputError("nothing to choose", "name at least one input with its bounds", code="input.none")
    names = list(ranges)
    box = np.array([moves.bounds(name, ranges[name]) for name in names])
    span = box[:, 1] - box[:, 0]
    steep = [name for name in names if slope is not None and moves.smooth(name)]

    def named(x: np.ndarray) -> dict[str, float]:
        return dict(zip(names, (float(v) for v in x), strict=True))

    def worth(x: np.ndarray) -> float:
        return float(np.mean(net(named(x))))

    def rise(x: np.ndarray) -> np.ndarray:
        found = slope(named(x)) if slope is not None and steep else {}
        return np.array([found.get(name, 0.0) if name in steep else 0.0 for name in names])

    rng = np.random.default_rng(seed)
    begins = [box.mean(axis=1)] + [box[:, 0] + rng.random(len(names)) * span for _ in range(starts - 1)]
    kinked = [i for i, name in enumerate(names) if name not in steep]
    ends = [_climb(worth, rise, begin, box, kinked) for begin in begins]
    values = [worth(x) for x in ends]
    x = ends[int(np.argmax(values))]
    at_bound = tuple(n for n, v, (a, b), e in zip(names, x, box, CLOSE * span, strict=True) if v - a <= e or b - v <= e)
    slopes = {name: float(value) for name, value in zip(names, rise(x), strict=True) if name in steep}
    return Best(named(x), max(values), worth(begins[0]), at_bound, tuple(values), slopes)


def _climb(
    worth: Callable[[np.ndarray], float], rise: Callable[[np.ndarray], np.ndarray], x: np.ndarray, box: np.ndarray, kinked: Sequence[int]
) -> np.ndarray:
    """Up the gradient, then along each input with kinks, then to whichever end of a range is higher; again where there are several inputs."""
    for _ in range(ROUNDS if len(x) > 1 else 1):
        if len(kinked) < len(x):
            x = _ascend(worth, rise, x, box)
        for i, ends in enumerate(box):

            def along(value: float, i: int = i, x: np.ndarray = x) -> float:
                return worth(np.concatenate([x[:i], [value], x[i + 1 :]]))

            tried = {float(v): along(float(v)) for v in (x[i], *ends)}
            a, b = (float(end) for end in ends)
            for _ in range(LINE_STEPS if i in kinked else 0):
                p, q = b - GOLDEN * (b - a), a + GOLDEN * (b - a)
                tried[p], tried[q] = along(p), along(q)
                a, b = (a, q) if tried[p] >= tried[q] else (p, b)
            x = np.concatenate([x[:i], [max(tried, key=tried.__getitem__)], x[i + 1 :]])
    return x


def _ascend(worth: Callable[[np.ndarray], float], rise: Callable[[np.ndarray], np.ndarray], x: np.ndarray, box: np.ndarray) -> np.ndarray:
    """Projected gradient ascent in units of each range; the step grows while it climbs and is halved when it does not."""
    span, here, step = box[:, 1] - box[:, 0], worth(x), FIRST_STEP
    for _ in range(CLIMBS):
        up = rise(x) * span
        out = ((x <= box[:, 0]) & (up < 0)) | ((x >= box[:, 1]) & (up > 0))
        up = np.where(out, 0.0, up)
        if not np.abs(up).max() > 0.0:
            return x
        up = up / np.abs(up).max()
        for _ in range(HALVINGS):
            there = np.clip(x + step * up * span, box[:, 0], box[:, 1])
            value = worth(there)
            if value > here:
                x, here, step = there, value, 1.5 * step
                break
            step /= 2.0
        else:
            return x
        if step < CLOSE:
            return x
    return x


def _about(name: str) -> tuple[str, float | None]:
    from roadworthy.study.assumed import leaves

    return (moves.MOVES[name].unit, None) if name in moves.MOVES else (leaves()[name].cited.unit, float(leaves()[name].cited.value))
