"""Demand estimated on a user's own tables with PyBLP, handed to our counterfactual engine. Needs the `estimate` extra.

estimate(products, agents, linear="1 + hpwt", random="1 + prices + hpwt", agent="0 + I(1 / income)", sigma=..., pi=...) -> Estimated
Estimated.market(1990) -> Choices with recovered mean utilities and marginal costs, ready for `settled`, `joined`, `decompose`

PyBLP does the estimation (instruments, moments, standard errors); what crosses over are numbers: mean utilities without price, each
consumer's deviations, price slopes, costs. Limits: price enters random utility linearly and its mean taste must not vary with other
columns' transformations; one type of product identifier per market. References: Conlon and Gortmaker (2020); Berry (1994).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
import polars as pl

from roadworthy.core import InputError, UsageError, near
from roadworthy.market.choices import Choices

PRICES = "prices"
PRODUCT_COLUMNS = ("market_ids", "firm_ids", "shares", PRICES)
AGENT_COLUMNS = ("market_ids", "weights")


@dataclass(frozen=True, slots=True)
class Estimated:
    """A PyBLP result and the tables behind it."""

    results: Any
    """`pyblp.ProblemResults`: estimates and standard errors."""
    products: Any
    agents: Any

    @property
    def markets(self) -> tuple[Any, ...]:
        """Ids of the markets."""
        return tuple(dict.fromkeys(self.products["market_ids"].tolist()))

    def market(self, market_id: Any) -> Choices:
        """One market as arrays, at its observed prices, with the costs that make them an equilibrium."""
        if market_id not in self.markets:
            raise InputError(f"no market {market_id!r}", near(str(market_id), [str(m) for m in self.markets]), code="estimate.market")
        rows = (self.products["market_ids"] == market_id).to_numpy()
        people = self.agents[self.agents["market_ids"] == market_id]
        random = self.results.problem.products.X2[rows]
        at = list(self.results.problem._X2_formulations)
        column = next((i for i, term in enumerate(at) if PRICES in term.names), None)
        prices = self.products[PRICES].to_numpy()[rows].astype(float)
        problem_agents = self.results.problem.agents
        mine = problem_agents.market_ids.ravel() == market_id
        nodes, sigma = problem_agents.nodes[mine], np.asarray(self.results.sigma)
        if nodes.shape[1] < sigma.shape[1]:  # PyBLP lets a table leave out nodes of what has no spread
            sigma = sigma[:, np.abs(sigma).sum(axis=0) > 0.0]
        tastes = nodes @ sigma.T
        if self.results.pi.size:
            tastes = tastes + problem_agents.demographics[mine].reshape(mine.sum(), -1) @ self.results.pi.T
        linear = list(self.results.problem._X1_formulations)
        mean_slope = sum(float(b) for b, term in zip(self.results.beta.ravel(), linear, strict=True) if PRICES in term.names)
        slope = mean_slope + (tastes[:, column] if column is not None else np.zeros(len(tastes)))
        if not (slope < 0.0).all():
            raise InputError(
                f"market {market_id!r}: {(slope >= 0.0).mean():.0%} of consumers like higher prices at the estimates",
                "let the price coefficient depend on 1 / income, or bound it below 0",
                code="estimate.price",
            )
        rest = [i for i in range(random.shape[1]) if i != column]
        firms = self.products["firm_ids"].to_numpy()[rows]
        market = Choices(
            delta=jnp.asarray(self.results.delta.ravel()[rows] - mean_slope * prices),
            taste=jnp.asarray(tastes[:, rest] @ random[:, rest].T),
            price_slope=jnp.asarray(slope),
            weights=jnp.asarray(people["weights"].to_numpy().astype(float)),
            price=jnp.asarray(prices),
            cost=jnp.asarray(prices),
            owner=jnp.asarray((firms[:, None] == np.unique(firms)).astype(float)),
            mask=jnp.ones(len(prices)),
        )
        costs = market.costs_behind()
        return Choices(**{name: costs if name == "cost" else getattr(market, name) for name in Choices.__dataclass_fields__})


def checked(products: pl.DataFrame, agents: pl.DataFrame) -> None:
    """Raise InputError naming row and column where PyBLP would fail later and say less."""
    for name, table, needed in (("products", products, PRODUCT_COLUMNS), ("agents", agents, AGENT_COLUMNS)):
        for column in needed:
            if column not in table.columns:
                raise InputError(f"{name}: column {column} is missing", near(column, table.columns), code="estimate.column", where=column)
    for i, share in enumerate(products["shares"].to_list()):
        if share is None or not 0.0 < share < 1.0:
            raise InputError(f"products: row {i + 2}, column shares: {share} is no share", "above 0 and below 1", code="estimate.share")
    total = products.group_by("market_ids", maintain_order=True).agg(pl.col("shares").sum())
    for row in total.iter_rows(named=True):
        if row["shares"] >= 1.0:
            raise InputError(
                f"products: market {row['market_ids']}: shares sum to {row['shares']:.3g}",
                "leave room for an outside good",
                code="estimate.share",
            )
    absent = set(products["market_ids"].to_list()) - set(agents["market_ids"].to_list())
    if absent:
        raise InputError(f"agents: no consumers for market {sorted(absent)[0]}", "give consumers for every market", code="estimate.agents")


def estimate(
    products: pl.DataFrame, agents: pl.DataFrame, *, linear: str, random: str, agent: str, sigma: Any, pi: Any, **solve: Any
) -> Estimated:
    """Estimate with PyBLP on own tables; formulas as PyBLP writes them, `solve` goes to `Problem.solve`.

    Raises UsageError without the `estimate` extra, InputError where the tables cannot be used.
    """
    checked(products, agents)
    try:
        import pyblp
    except ImportError:
        raise UsageError("PyBLP is not installed", "pip install 'roadworthy[estimate]'", code="estimate.extra") from None
    pyblp.options.verbose = False
    frames = {name: _frame(table) for name, table in (("products", products), ("agents", agents))}
    problem = pyblp.Problem(
        (pyblp.Formulation(linear), pyblp.Formulation(random)), frames["products"], pyblp.Formulation(agent), frames["agents"]
    )
    results = problem.solve(sigma=np.asarray(sigma, dtype=float), pi=np.asarray(pi, dtype=float), **solve)
    return Estimated(results, frames["products"], frames["agents"])


def _frame(table: pl.DataFrame) -> Any:
    import pandas as pd

    return pd.DataFrame({name: table[name].to_numpy() for name in table.columns})
