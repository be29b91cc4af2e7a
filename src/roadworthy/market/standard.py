"""What a fleet fuel-economy standard means to newcomers, and what a changed one takes from the market, read between solved equilibria.

    v = max(fine, comply_anyway x mpg_value_usd),    change = L(scale, v) - L(scale of today, v of today)
    charge of a newcomer = v max(scale T - mpg, 0)

v is what a maker gives for one mpg of one vehicle before it stays short; while the fine is zero, makers that comply anyway still act
on part of that value. L, in the columns of `bank.COLUMNS`, is bilinear between the equilibria of `market.comply`, which
market/standard holds for 32 taste nodes; node b of the bank reads node b modulo 32. Where a reform leaves the standard alone the
change is exactly nothing. The standard is that of MY2031 in every year, the market that of MY2022 times the sales index.
A newcomer is a fleet of its own, so its model's target T is what it must reach: it acts as if each unit cost v more for every mpg short,
and gains nothing above. A unit's mpg is that of two cycles, by the ratios at which market/fleets rates the models on sale.
Limits: those of `market.comply`; a newcomer adds no technology (v^2 / 2b, some 20 dollars) and buys no credits, and one that has other
fleets with room to spare would count less; a market of the user's own has no makers' fleets and no standard.
Reference: docs/rooms/market.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy import data as bundled
from roadworthy.core.shapes import Index, Scalar
from roadworthy.market.assumptions import MarketAssumptions

FLEETS = ("car", "truck")
ABOVE_ANY = 1e12
"""A rating that meets every target."""


class Grid(eqx.Module):
    """Solved answers by taste node m, scale of the standard S and value of a mpg V."""

    scale: Float[Array, " S"]
    value_usd: Float[Array, " V"]
    """The first is 0, where no standard acts. [USD per mpg and vehicle]"""
    lost: Float[Array, "m S V C"]
    """What the standard takes from the market, units and dollars a year."""
    rated: Float[Array, "2 2"]
    """Two-cycle mpg times the label's consumption, for cars and trucks, with engine and with battery. [mpg J/m]"""


def grid(columns: Sequence[str]) -> Grid:
    """The bundled answers."""
    rows = bundled.table("market/standard").sort("node", "scale", "value_usd")
    models, rating = bundled.table("market/models"), bundled.table("market/fleets")
    product = (rating["mpg"] * models["consumption_J_per_m"]).to_numpy()
    kinds = [
        [(rating["fleet"] == fleet).to_numpy() & (models["electric"].to_numpy() == electric) for electric in (0, 1)] for fleet in FLEETS
    ]
    scale, value = (np.unique(rows[name].to_numpy()) for name in ("scale", "value_usd"))
    lost = rows.select(list(columns)).to_numpy().reshape(-1, len(scale), len(value), len(columns))
    return Grid(
        scale=jnp.asarray(scale),
        value_usd=jnp.asarray(np.append(0.0, value)),
        lost=jnp.asarray(np.concatenate([np.zeros_like(lost[:, :, :1]), lost], axis=2)),
        rated=jnp.asarray([[np.median(product[kind]) for kind in row] for row in kinds]),
    )


def without(columns: Sequence[str]) -> Grid:
    """A market in which no standard acts."""
    return Grid(jnp.asarray([0.0, 1.0]), jnp.asarray([0.0, 1.0]), jnp.zeros((1, 2, 2, len(columns))), jnp.full((2, 2), ABOVE_ANY))


def _between(x: Scalar, knots: Float[Array, " n"]) -> tuple[Array, Array]:
    """The knot below and the part of the way to the next; the ends hold beyond them."""
    x = jnp.clip(x, knots[0], knots[-1])
    low = jnp.clip(jnp.searchsorted(knots, x, side="right") - 1, 0, len(knots) - 2)
    return low, (x - knots[low]) / (knots[low + 1] - knots[low])


def lost_under(g: Grid, node: Index, scale: Scalar, value_usd: Scalar) -> Float[Array, " C"]:
    """What a standard of some scale takes from the market where makers value a mpg at v."""
    i, across = _between(scale, g.scale)
    j, along = _between(value_usd, g.value_usd)
    mine = g.lost[jnp.asarray(node) % g.lost.shape[0]]
    low, high = ((1.0 - along) * mine[k, j] + along * mine[k, j + 1] for k in (i, i + 1))
    return (1.0 - across) * low + across * high


def value_of_mpg(penalty_usd: Scalar, a: MarketAssumptions) -> Float[Array, ""]:
    """v: what a maker gives for one mpg of one vehicle before it stays short. [USD]"""
    anyway = jnp.asarray(a.comply_anyway, dtype=float) * a.mpg_value_usd
    return jnp.maximum(jnp.asarray(penalty_usd, dtype=float), anyway)


def shift(
    g: Grid, scale: Scalar, penalty_usd: Scalar, base_scale: Scalar, base_penalty_usd: Scalar, a: MarketAssumptions
) -> Float[Array, " C"]:
    """What a changed standard takes from the market against today's, a year; exactly nothing where it is today's."""
    now = lost_under(g, a.node, base_scale, value_of_mpg(base_penalty_usd, a))
    return lost_under(g, a.node, scale, value_of_mpg(penalty_usd, a)) - now


def newcomers_charge(
    g: Grid,
    consumption_J_per_m: Float[Array, " e"],
    electric: Float[Array, " e"],
    truck: Float[Array, " e"],
    target_mpg: Float[Array, " e"],
    penalty_usd: Scalar,
    a: MarketAssumptions,
) -> Float[Array, " e"]:
    """What a maker without other fleets counts against each unit for the mpg that it is short of its target. [USD]

    `consumption_J_per_m` is that of the label; `truck` is 1 where the law calls it a light truck. No money is paid while the fine is 0.
    """
    rated = (1.0 - truck)[:, None] * g.rated[0] + truck[:, None] * g.rated[1]
    mpg = ((1.0 - electric) * rated[:, 0] + electric * rated[:, 1]) / consumption_J_per_m
    return value_of_mpg(penalty_usd, a) * jnp.maximum(target_mpg - mpg, 0.0)
