"""Which assumption matters, twice: by one gradient pass at the centre and by shares of variance over all draws, held against each other.

A gradient sees a straight line through the central point; shares of variance see the whole of it, bends, products and choices. What is
resolved is what either puts first: the gradient, and a screening of the draws for inputs that have no slope at the centre. Where the
two order the first inputs differently the note says which and why. See docs/rooms/study.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from roadworthy.core import unknown
from roadworthy.core.axes import ROUTES
from roadworthy.study.assumed import Assumptions, central, draw, leaves
from roadworthy.study.indices import by_path, linear_shares, ranks, screened, slopes, sobol
from roadworthy.study.run import difference, lineup_of, results
from roadworthy.study.scenario import under
from roadworthy.study.world import BASE, prepare

CHOICES = ("market.node", "market.form")
"""Choices, which have no gradient; always resolved, since they are known to matter."""


def compared(by_line: Sequence[str], by_variance: Sequence[str]) -> str:
    """How two orders of the first inputs differ, and why they may."""
    if list(by_line) == list(by_variance):
        return "the order agrees"
    why = "a gradient sees a straight line at the centre, shares of variance the bends and products between inputs"
    if set(by_line) == set(by_variance):
        return f"the same {len(by_line)} inputs in another order: {why}"
    missed = [path for path in by_variance if path not in by_line]
    return f"the orders differ, and the gradient does not have {', '.join(missed)} among its first {len(by_line)}: {why}"


def sensitivity(
    study: str, reform: str | None, route: str, draws: int, names: Sequence[str], top: int, talk: Callable[[str], None]
) -> dict[str, Any]:
    """Gradient shares of every input and variance shares of the first ones."""
    if route not in ROUTES:
        raise unknown("route", route, ROUTES)
    for name in names:
        if name not in leaves():
            raise unknown("assumption", name, leaves(), "roadworthy assumptions")
    question, law = under(study, reform, draws=draws)
    prepared, k = prepare(question), ROUTES.index(route)
    policy, base, world = prepared.policies[law], prepared.policies[BASE], prepared.world
    drawn = draw(draws, question.seed, question.assumptions)
    talk("gradient   one reverse pass at the central point")
    lineup = lineup_of(policy, world)
    slope = slopes(lambda a: difference(policy, base, world, a, lineup=lineup).net_usd[k, 0], central(question.assumptions))
    by_line = linear_shares({path: value for path, value in slope.items() if path not in question.assumptions}, drawn)

    def net(a: Assumptions) -> np.ndarray:
        found = results({BASE: base, law: policy}, BASE, world, a)
        return np.asarray(found.of(law).net_usd[:, k, 0])

    asked = list(names)
    if not asked:
        talk("screening  the draws at hand, sorted by every input")
        seen = list(
            screened(ranks(net(drawn)), {path: value for path, value in by_path(drawn).items() if path not in question.assumptions})
        )
        choices = [c for c in CHOICES if c not in question.assumptions]
        asked = list(dict.fromkeys([*list(by_line)[:top], *seen[:top], *choices]))

    talk(f"variance   {len(asked)} inputs, {2 * len(asked) + 1} runs of {draws} draws")
    shares = sobol(net, asked, draws, question.seed, question.assumptions)
    sloped = [path for path in asked if path in by_line]
    first = min(top, len(sloped))
    lines = [path for path in by_line if not names or path in asked][:first]
    sobols = [row.path for row in shares if row.path in sloped][:first]
    return {
        "schema": "roadworthy/indices/1",
        "reform": law,
        "route": route,
        "draws": draws,
        "gradient": [
            {"path": path, "slope": slope[path], "share": share}
            for i, (path, share) in enumerate(by_line.items())
            if i < top or path in asked
        ],
        "indices": [asdict(row) for row in shares],
        "same_order": lines == sobols,
        "note": compared(lines, sobols),
    }
