"""Solve a small made-up market with PyBLP and keep its answers: `python tests/market/reference/make_pyblp.py` where PyBLP is installed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyblp

J, N, FIRMS = 9, 40, (0, 0, 1, 1, 2, 2, 2, 3, 4)


def main() -> None:
    pyblp.options.verbose = False
    rng = np.random.default_rng(11)
    x, cost = rng.normal(0.0, 1.0, J), rng.uniform(8.0, 20.0, J)
    income, nodes = rng.lognormal(3.0, 0.5, N), rng.normal(size=(N, 2))
    products = pd.DataFrame({"market_ids": 1, "firm_ids": FIRMS, "prices": cost + 4.0, "shares": 0.05, "x": x})
    agents = pd.DataFrame({"market_ids": 1, "weights": 1.0 / N, "nodes0": nodes[:, 0], "nodes1": nodes[:, 1], "income": income})
    beta, sigma, slope, xi = np.array([1.0, 0.7]), np.array([1.2, 0.8]), -6.0, rng.normal(1.0, 0.5, J)
    pi = np.zeros((3, 1))
    pi[1, 0] = slope
    peer = pyblp.Simulation(
        (pyblp.Formulation("1 + x"), pyblp.Formulation("1 + prices + x")),
        products,
        beta=beta,
        sigma=np.diag([sigma[0], 0.0, sigma[1]]),
        pi=pi,
        agent_formulation=pyblp.Formulation("0 + I(1 / income)"),
        agent_data=agents,
        xi=xi,
    )
    found = peer.replace_endogenous(cost, iteration=pyblp.Iteration("simple", {"atol": 1e-13, "max_evaluations": 5000}))
    kept = {
        "peer": f"PyBLP {pyblp.__version__}",
        "firms": FIRMS,
        "delta": (beta[0] + beta[1] * x + xi).tolist(),
        "taste": (nodes[:, :1] * sigma[0] + nodes[:, 1:] * sigma[1] * x).tolist(),
        "price_slope": (slope / income).tolist(),
        "cost": cost.tolist(),
        "start": (cost + 4.0).tolist(),
        "prices": found.product_data.prices.ravel().tolist(),
        "shares": found.product_data.shares.ravel().tolist(),
        "elasticities": found.compute_elasticities().tolist(),
        "diversion": found.compute_diversion_ratios().tolist(),
        "surplus": float(found.compute_consumer_surpluses().ravel()[0]),
    }
    (Path(__file__).parent / "pyblp.json").write_text(json.dumps(kept) + "\n")


if __name__ == "__main__":
    main()
