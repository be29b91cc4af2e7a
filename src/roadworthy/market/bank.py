"""The prepared markets: for each node of tastes, what a household's base choice is worth and what one lost unit of it means.

    log_base_i = ln(1 + sum_j exp V_ij),   z_ci = sum_j s_ij v_cj - lambda_c . g_i

A thin entrant that takes consumer i with probability pe_i takes s_ij pe_i from every offer j, exactly. Incumbents' prices then
move by dp = G_p^-1 sum_i w_i pe_i g_i to first order, g_ij = s_ij + alpha_i s_ij (m_j - 2 M_f(j)i); for an outcome Y(p) that is
lambda . g_i per unit of pe_i with lambda = G_p^-T grad_p Y: one adjoint J x J solve per node gives all columns.
Limits: first order in the entrant's share; good below about 0.3 % of households (`Entry.thin_ok`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy import data as bundled
from roadworthy.core import InputError, SolveError
from roadworthy.core.axes import INCUMBENT_CLASSES
from roadworthy.core.shapes import Index
from roadworthy.market import inversion
from roadworthy.market.demand import log_inclusive
from roadworthy.market.fit import MeanFit, Moved, fit, moved
from roadworthy.market.inversion import lift, market_size, non_price
from roadworthy.market.pricing import first_order_jacobian, own_brand_margin
from roadworthy.market.standard import Grid, grid, without
from roadworthy.market.tastes import TASTES, Tastes, from_columns, money_utility
from roadworthy.market.world import Constants, Households, MarketData, Offered, load

NODES = 128
LEAST_REFERENCE = 2
ELECTRIC = TASTES.index("electric")
COLUMNS = (
    *(f"units_{n}" for n in INCUMBENT_CLASSES),
    *(f"gasoline_{n}" for n in INCUMBENT_CLASSES),
    *(f"electricity_{n}" for n in INCUMBENT_CLASSES),
    "profit_us",
    "profit_foreign",
    "sales_tax",
    "pv_fuel",
    "price_gain",
)
"""Rows of z: units, J/m, USD lost per unit of choice taken; `price_gain` is what other buyers gain from price cuts."""


class Prepared(eqx.Module):
    """One node, or all of them with a leading axis b."""

    tastes: Tastes
    fit: MeanFit
    a: Float[Array, "*b N"]
    """Utility of one dollar. [1/USD]"""
    log_base: Float[Array, "*b N"]
    z: Float[Array, "*b C N"]
    market_size: Float[Array, " *b"]
    moved: Moved
    """What the fit becomes when g or perceived risk moves and shares are kept, along g, g squared, and the risk of each incumbent class."""


class Market(eqx.Module):
    """One prepared node: all that `entry.enter_market` reads."""

    node: Prepared
    people: Households
    constants: Constants


class Bank(eqx.Module):
    """All nodes and what they share."""

    nodes: Prepared
    people: Households
    constants: Constants
    standard: Grid = eqx.field(default_factory=lambda: without(COLUMNS))
    """What fleet standards do to the whole market; nothing in a market of the user's own."""

    def at(self, node: Index) -> Market:
        """One node with the shared parts."""
        one = jax.tree.map(lambda leaf: leaf[node], self.nodes)
        return Market(one, self.people, self.constants)


def responses(
    s: Float[Array, "N J"],
    people: Households,
    price_slope: Float[Array, " N"],
    margin: Float[Array, " J"],
    owner: Float[Array, "J F"],
    gradient: Float[Array, "J C"],
) -> Float[Array, "N C"]:
    """lambda_c . g_i: how the incumbents' price response moves each outcome, per unit of choice taken from consumer i."""
    single = jax.tree.map(lambda leaf: leaf.astype(jnp.float32), (s, people.weights, price_slope * 1e3, margin / 1e3, owner))
    jacobian = first_order_jacobian(*single).astype(float) * 1e-3  # float32 is ample for a first-order term; the slope is per 1000 USD
    lam = jnp.linalg.solve(jacobian.T, gradient)
    own = own_brand_margin(s, margin, owner)
    push = s * (1.0 + price_slope[:, None] * (margin - 2.0 * own))
    return push @ lam


def per_unit(o: Offered, money: Float[Array, "J 3"]) -> Float[Array, "J C"]:
    """What one unit of each model means: units, fuel and wall energy by class, then money."""
    electric = o.x[:, ELECTRIC]
    burnt, drawn = o.consumption_J_per_m * (1.0 - electric), o.consumption_J_per_m * electric
    return jnp.concatenate([o.classes, o.classes * burnt[:, None], o.classes * drawn[:, None], money], axis=1)


def prepare_node(tastes: Tastes, delta: Float[Array, " J"], cost_usd: Float[Array, " J"], data: MarketData) -> Prepared:
    """Base choices, their meaning per lost unit, and the fit of mean utilities, for one vector of tastes."""
    o, people, tax = data.offered, data.people, data.constants.sales_tax_rate
    a = money_utility(tastes, people.income_usd, data.constants.income_reference_usd)
    alpha = -a * (1.0 + tax)
    mu = non_price(tastes, data, tastes.fuel_valuation) + alpha[:, None] * o.price_usd
    log_base = log_inclusive(delta, mu)
    s = jnp.exp(delta + mu - log_base[:, None])
    margin = o.price_usd - cost_usd
    worth = per_unit(o, jnp.stack([margin * o.home, margin * (1.0 - o.home), tax * o.price_usd], axis=1))
    frozen = s @ worth
    slope = people.weights * alpha
    mean_share = people.weights @ s
    direct = jnp.zeros_like(worth)
    direct = direct.at[:, -3].set(o.home * mean_share).at[:, -2].set((1.0 - o.home) * mean_share).at[:, -1].set(tax * mean_share)
    gradient = worth * (slope @ s)[:, None] - s.T @ (slope[:, None] * frozen) + direct
    miles = people.miles_factor
    fuel = miles * (s @ o.pv_fuel_usd)
    fuel_gradient = o.pv_fuel_usd * ((slope * miles) @ s) - s.T @ (slope * fuel)
    gain_gradient = -(1.0 + tax) * mean_share
    all_gradients = jnp.concatenate([gradient, fuel_gradient[:, None], gain_gradient[:, None]], axis=1)
    answers = responses(s, people, alpha, margin, o.owner, all_gradients)
    lost = jnp.concatenate([frozen, fuel[:, None]], axis=1) - answers[:, :-1]
    buyers = s * people.weights[:, None] / mean_share
    felt = a * miles
    fuel_mean, fuel_square = o.pv_fuel_usd * (felt @ buyers), o.pv_fuel_usd**2 * (felt**2 @ buyers)
    # keeping shares, mean utilities rise by what buyers feel; those who drive little stay when fuel weighs more, hence the variance
    along = [fuel_mean[:, None], -0.5 * (fuel_square - fuel_mean**2)[:, None], (a @ buyers)[:, None] * o.classes]
    return Prepared(
        tastes=tastes,
        fit=fit(delta, tastes, data),
        a=a,
        log_base=log_base,
        z=jnp.concatenate([lost, answers[:, -1:]], axis=1).T,
        market_size=jnp.asarray(market_size(tastes, data)),
        moved=moved(jnp.concatenate(along, axis=1), data),
    )


def stored(nodes: Sequence[int]) -> tuple[Tastes, Float[np.ndarray, "b J"], Float[np.ndarray, "b J"]]:
    """Tastes, mean utilities and costs of some nodes, as `scripts/tables/market_bank.py` solved them."""
    chosen = list(nodes)
    if not chosen or min(chosen) < 0 or max(chosen) >= NODES:
        raise InputError(f"nodes {chosen} asked, the bank has 0 to {NODES - 1}", "ask for some of them", code="market.node")
    rows = bundled.table("market/bank_tastes")
    tastes = from_columns({name: rows[name].to_numpy()[chosen] for name in Tastes.__dataclass_fields__})
    long = bundled.table("market/bank")
    shape = (NODES, len(long) // NODES)
    return tastes, long["mean_utility"].to_numpy().reshape(shape)[chosen], long["marginal_cost_usd"].to_numpy().reshape(shape)[chosen]


OWN_NODES = 16
"""Taste nodes that serve a market of the user's own; each stands in for eight of the bank."""
OWN_CONTRACTION, OWN_NEWTON = 40, 8
SAME_SHARE = 1e-8


def prepare_own(data: MarketData, count: int = OWN_NODES) -> tuple[Bank, Float[np.ndarray, "b J"]]:
    """The bank of a market that no table holds, and its mean utilities: the first taste nodes, inverted and recovered here.

    Its leading axis is that of the whole bank, so a draw's node finds one: node b is served by b modulo `count`.
    """
    if float(data.offered.reference.sum()) < LEAST_REFERENCE:
        raise InputError(
            f"the market has {int(data.offered.reference.sum())} small cars with an engine and four seats under 41.5 ft2",
            f"give at least {LEAST_REFERENCE}: what a new small car is worth beyond its attributes is measured on them",
            code="market.reference",
        )
    tastes, _, _ = stored(range(count))

    @eqx.filter_jit
    def one(t: Tastes, start: Float[Array, " J"]) -> tuple[Array, Prepared, Array]:
        at = inversion.node(t, data, start, contraction=OWN_CONTRACTION, newton=OWN_NEWTON)
        s = data.people.weights @ at.probabilities(data.offered.price_usd)
        gap = jnp.max(jnp.abs(jnp.log(s * at.market_size / data.offered.sales)))
        return at.delta, prepare_node(t, at.delta, inversion.costs(at, data), data), gap

    built, deltas = [], []
    for b in range(count):
        t = jax.tree.map(lambda leaf, b=b: leaf[b], tastes)
        start = jnp.log(data.offered.sales / market_size(t, data)) - lift(t, data)
        delta, node, gap = one(t, start)
        if not float(gap) < SAME_SHARE:
            raise SolveError(
                f"no mean utilities reproduce the sales of the market at taste node {b}", "check sales and prices", code="market.inversion"
            )
        if not np.isfinite(np.asarray(node.fit.beta)).all():
            raise InputError(
                "body, brand and powertrain of the market's models do not tell their worth apart",
                "give more models of each kind with a footprint of 41.5 ft2 or more and under 90,000 USD",
                code="market.fit",
            )
        built.append(node)
        deltas.append(np.asarray(delta))
    serves = np.arange(NODES) % count
    nodes = jax.tree.map(lambda *leaves: jnp.stack(leaves)[serves], *built)
    return Bank(nodes=nodes, people=data.people, constants=data.constants), np.stack(deltas)[serves]


def prepare(nodes: Sequence[int] | None = None, data: MarketData | None = None) -> Bank:
    """Build the bank, node by node; about a fifth of a second each on one core.

    With fewer consumers than bundled (`data=load(500)`) the stored mean utilities are no longer exact: tests only.
    """
    world = load() if data is None else data
    tastes, delta, cost = stored(range(NODES) if nodes is None else nodes)
    one = eqx.filter_jit(prepare_node)
    built = [
        one(jax.tree.map(lambda leaf, b=b: leaf[b], tastes), jnp.asarray(delta[b]), jnp.asarray(cost[b]), world) for b in range(len(delta))
    ]
    stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *built)
    return Bank(nodes=stacked, people=world.people, constants=world.constants, standard=grid(COLUMNS))


NESTED: dict[str, type[eqx.Module]] = {
    "nodes": Prepared,
    "tastes": Tastes,
    "fit": MeanFit,
    "moved": Moved,
    "people": Households,
    "constants": Constants,
    "standard": Grid,
}


def bank_arrays(bank: Bank) -> dict[str, np.ndarray]:
    """The bank as named arrays ("nodes.fit.beta"), for a cache on disk."""
    found: dict[str, np.ndarray] = {}

    def walk(part: eqx.Module, prefix: str) -> None:
        for name in part.__dataclass_fields__:
            value = getattr(part, name)
            if name in NESTED:
                walk(value, f"{prefix}{name}.")
            else:
                found[prefix + name] = np.asarray(value)

    walk(bank, "")
    return found


def bank_from_arrays(arrays: Mapping[str, np.ndarray]) -> Bank:
    """The bank back from the arrays of `bank_arrays`."""

    def build(kind: type[eqx.Module], prefix: str) -> eqx.Module:
        values = {
            name: build(NESTED[name], f"{prefix}{name}.") if name in NESTED else jnp.asarray(arrays[prefix + name])
            for name in kind.__dataclass_fields__
        }
        return kind(**values)

    return build(Bank, "")  # type: ignore[return-value]
