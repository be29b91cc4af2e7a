"""What the demand model says of facts that others have measured: elasticities, second choices, who buys.

    S(B|A) = sum_{j in A} sum_i w_i s_ij s_{i, B without j} / (1 - s_ij)  over the same sum with B = all      (second choice in B)
    corr(x_first, x_second) over all pairs, each weighted by sum_i w_i s_ij s_ik / (1 - s_ij), inside choices only
    D_j0 = -(ds_0/dp_j) / (ds_j/dp_j)                                              (outside diversion)

A second choice is the new vehicle that a buyer would have bought had the first not been on sale; the outside good is none. Limits: the published second choices are of 2015 and 2022 buyers and of
other choice sets; income quintiles of the sample stand for those of the surveys.
References: Grieco, Murry and Yurukoglu (2024) and Allcott et al. for the facts, through market/moments.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy import data as bundled
from roadworthy.market.demand import market_elasticity, outside_diversion, own_elasticities
from roadworthy.market.inversion import Node
from roadworthy.market.tastes import TASTES
from roadworthy.market.world import MarketData

QUINTILES = 5
BANDS_USD = ((0.0, 18e3), (18e3, 22e3), (22e3, 27e3), (27e3, 35e3))
CLASSES = {"suv": "SUV", "van": "van", "electric": "EV", "european": "European brand", "luxury": "luxury brand"}
DIVERTED = {
    "Honda Civic": ("Honda", "Civic", "N"),
    "Ford F-150": ("Ford", "F150", "N"),
    "Ford Bronco": ("Ford", "Bronco", "N"),
    "Toyota RAV4 Hybrid": ("Toyota", "RAV4", "HEV"),
    "Tesla Model 3": ("Tesla", "Model 3", "EV"),
}


@dataclass(frozen=True, slots=True)
class Target:
    """One published fact, and how much it weighs."""

    id: str
    what: str
    value: float
    sd: float
    used: str
    """"yes", "no", or "small" where it counts only for a market of households / 6, under which it was published."""
    status: str
    source: str


def second_choice(s: Float[Array, "N J"], weights: Float[Array, " N"], member: Float[Array, " J"]) -> Float[Array, ""]:
    """Share of the buyers of a class whose second choice among all offers is in the class again."""
    return jnp.sum(pairs(s, weights, member, member)) / jnp.sum(pairs(s, weights, member, jnp.ones_like(member)))


def pairs(s: Float[Array, "N J"], weights: Float[Array, " N"], first: Float[Array, " J"], second: Float[Array, " J"]) -> Float[Array, " N"]:
    """Mass of each consumer whose first choice is among `first` and whose second is among `second`."""
    mine, others = s * first, s * second
    rest = others.sum(axis=1, keepdims=True) - others
    return weights * jnp.sum(mine * rest / (1.0 - s), axis=1)


def second_choice_correlation(
    s: Float[Array, "N J"], weights: Float[Array, " N"], x: Float[Array, " J"], among: Float[Array, " J"]
) -> Float[Array, ""]:
    """Correlation of an attribute between first and second choices, both `among` some offers."""
    first = s * among * weights[:, None] / (1.0 - s)
    second = s * among
    level = second.sum(axis=1, keepdims=True) - second
    xs = (second @ x)[:, None] - second * x
    xx = (second @ x**2)[:, None] - second * x**2
    total = jnp.sum(first * level)
    m1, m2 = jnp.sum(first * x * level) / total, jnp.sum(first * xs) / total
    v1 = jnp.sum(first * x**2 * level) / total - m1**2
    v2 = jnp.sum(first * xx) / total - m2**2
    return (jnp.sum(first * x * xs) / total - m1 * m2) / jnp.sqrt(v1 * v2)


def quintiles(income_usd: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Income quintile of each household, 0 the lowest."""
    order = np.argsort(income_usd)
    rank = np.empty(len(order))
    rank[order] = np.cumsum(weights[order]) / weights.sum()
    return np.minimum((rank * QUINTILES - 1e-9).astype(int), QUINTILES - 1)


@dataclass(frozen=True, slots=True)
class Frame:
    """What the moments need beside a node: classes and groups that do not depend on tastes."""

    targets: tuple[Target, ...]
    groups: Float[np.ndarray, "5 N"]
    """One-hot income quintiles."""
    bands: Float[np.ndarray, "4 J"]
    """Price bands, weighted by sales."""
    log_power: Float[np.ndarray, " J"]
    diverted: tuple[int, ...]
    """Rows of the offers whose outside diversion is published."""


def _row(make: str, name: str, powertrain: str) -> int:
    models = bundled.table("market/models")
    return int(np.flatnonzero(((models["make"] == make) & (models["name"] == name) & (models["powertrain"] == powertrain)).to_numpy())[0])


def frame(data: MarketData) -> Frame:
    """Targets and the classes they refer to."""
    price, sales = np.asarray(data.offered.price_usd), np.asarray(data.offered.sales)
    bands = np.stack([sales * ((price >= low) & (price < high)) for low, high in BANDS_USD])
    group = quintiles(np.asarray(data.people.income_usd), np.asarray(data.people.weights))
    rows = bundled.table("market/targets")
    return Frame(
        targets=tuple(Target(**{name: row[name] for name in Target.__dataclass_fields__}) for row in rows.iter_rows(named=True)),
        groups=np.stack([(group == q).astype(float) for q in range(QUINTILES)]),
        bands=bands / bands.sum(axis=1, keepdims=True),
        log_power=np.log(bundled.table("market/models")["power_W"].to_numpy().astype(float)),
        diverted=tuple(_row(*key) for key in DIVERTED.values()),
    )


def moments(at: Node, data: MarketData, f: Frame) -> Float[Array, " m"]:
    """The model's value of every target, in the order of market/targets."""
    o, w = data.offered, data.people.weights
    s = at.probabilities(o.price_usd)
    own = own_elasticities(s, w, at.price_slope, o.price_usd)
    x = {name: o.x[:, TASTES.index(name)] for name in ("power_to_mass", "economy", *CLASSES)}
    ev = x["electric"]
    bought = f.groups @ (w * s.sum(axis=1)) / (f.groups @ w)
    spent = f.groups @ (w * (s @ o.price_usd)) / (f.groups @ (w * s.sum(axis=1)))
    values = [
        jnp.sum(own * o.sales) / o.sales.sum(),
        *(f.bands @ own),
        market_elasticity(s, w, at.price_slope, o.price_usd),
        *(second_choice(s, w, x[name]) for name in CLASSES),
        sum(jnp.sum(pairs(s, w, ev * c, ev * c)) for c in o.classes.T) / jnp.sum(pairs(s, w, ev, jnp.ones_like(ev))),
        second_choice_correlation(s, w, jnp.asarray(f.log_power), jnp.ones_like(ev)),
        second_choice_correlation(s, w, x["economy"], 1.0 - ev),
        *(bought[1:] / bought[0]),
        *((spent[1:] - spent[0]) / 1e5),
        *outside_diversion(s, w, at.price_slope)[jnp.asarray(f.diverted)],
    ]
    return jnp.stack([jnp.asarray(v) for v in values])
