"""Which assumption moves the answer: shares of its variance, alone and together with others.

    S_i = cov(y, y_i) / var(y),    T_i = E[(y - y_i')^2] / (2 var(y))

y over the study's draws A, y_i over an independent set B with input i taken from A, y_i' over A with input i taken from B (Saltelli 2010,
Jansen 1999). Net benefit has heavy tails, so ranks of y are used by default: the share of what decides where a draw lies. Only inputs
that a gradient or a screening of the draws at hand ranks first are resolved; each costs two more runs of all draws. The screening sorts
the draws by an input into bins of n and takes

    S_i ~ [var(bin means) - mean(variance within) / n] / var(y)

which costs no run, knows inputs that have no slope at the centre, and is rough: it chooses, it is not shown (Strong and others 2012).
See docs/rooms/study.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from roadworthy.core import InputError
from roadworthy.study.assumed import Assumptions, assemble, draw, leaves

OTHER = 7919
"""Added to the seed for the independent second set (a prime, so that it meets no other seed in use)."""

BINS = 16
LEAST_PER_BIN = 4


@dataclass(frozen=True, slots=True)
class Index:
    """Shares of variance of one input, with their standard errors."""

    path: str
    main: float
    main_se: float
    total: float
    total_se: float


def by_path(draws: Assumptions) -> dict[str, np.ndarray]:
    """The drawn values of every leaf."""
    found = {}
    for path in leaves():
        room, field = path.split(".", 1)
        found[path] = np.asarray(getattr(getattr(draws, room), field))
    return found


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks scaled to (0, 1)."""
    return (np.argsort(np.argsort(values)) + 0.5) / len(values)


def screened(y: np.ndarray, values: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Rough main index of every input from one set of draws, the largest first; `y` and each value [draws]."""
    per = len(y) // BINS
    if per < LEAST_PER_BIN:
        return {}
    found = {}
    for path, value in values.items():
        if value.min() == value.max():
            continue
        bins = y[np.argsort(value, kind="stable")][: per * BINS].reshape(BINS, per)
        found[path] = float((bins.mean(axis=1).var(ddof=1) - bins.var(axis=1, ddof=1).mean() / per) / y.var())
    return dict(sorted(found.items(), key=lambda row: -row[1]))


def sobol(
    net: Callable[[Assumptions], np.ndarray],
    paths: Sequence[str],
    draws: int,
    seed: int,
    overrides: Mapping[str, float],
    ranked: bool = True,
) -> list[Index]:
    """Main and total index of some inputs; `net` gives the answer [draws] of a set of draws.

    Raises InputError for an input that is not drawn.
    """
    dead = [path for path in paths if not leaves()[path].drawn or path in overrides]
    if dead:
        raise InputError(
            f"{dead[0]} does not vary", "name an assumption with a distribution that is not held", code="input.fixed", where=dead[0]
        )
    one = by_path(draw(draws, seed, overrides))
    # two scrambles of one sequence agree point by point in their leading digits; a shuffle parts them
    mixed = np.random.default_rng(seed + OTHER).permutation(draws)
    two = {path: values[mixed] for path, values in by_path(draw(draws, seed + OTHER, overrides)).items()}
    from_one = net(assemble(one))
    scale = ranks if ranked else np.asarray
    y = scale(from_one)
    found = []
    for path in paths:
        # the same input, everything else drawn anew; and the input drawn anew, everything else the same
        same, anew = net(assemble(two | {path: one[path]})), net(assemble(one | {path: two[path]}))
        together = ranks(np.concatenate([from_one, same, anew])) if ranked else np.concatenate([from_one, same, anew])
        a, b, c = np.split(together, 3)
        spread = a.var()
        main = (a - a.mean()) * (b - b.mean()) / spread
        total = 0.5 * (a - c) ** 2 / spread
        root = np.sqrt(len(y))
        found.append(Index(path, float(main.mean()), float(main.std() / root), float(total.mean()), float(total.std() / root)))
    return sorted(found, key=lambda index: -index.total)


def linear_shares(slope: Mapping[str, float], drawn: Assumptions) -> dict[str, float]:
    """Share of variance that a straight line through the central point gives each float input: (dy/dx sd(x))^2, normalised."""
    values = by_path(drawn)
    parts = {path: (value * float(values[path].std())) ** 2 for path, value in slope.items()}
    whole = sum(parts.values()) or 1.0
    return dict(sorted(((path, part / whole) for path, part in parts.items()), key=lambda row: -row[1]))


def slopes(net: Callable[[Assumptions], Any], middle: Assumptions) -> dict[str, float]:
    """d net / d input at one point for every float leaf, in one reverse pass."""
    import equinox as eqx

    found = eqx.filter_jit(eqx.filter_grad(net))(middle)
    return {path: float(_leaf(found, path)) for path, leaf in leaves().items() if leaf.kind == "float"}


def _leaf(tree: Any, path: str) -> jax.Array:
    room, field = path.split(".", 1)
    return getattr(getattr(tree, room), field)  # type: ignore[no-any-return]
