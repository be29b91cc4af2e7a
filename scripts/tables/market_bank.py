"""128 nodes of tastes, each put on the observed MY2022 market: facts/market/bank_tastes.csv, bank.parquet and calibration.csv.

Tastes are matched to published moments (market/targets) once for each size of the yearly market, households / 2.5 and / 6; the nodes
are draws from N(theta, V) of the two matches along one scrambled Sobol block, with weights 3 : 1; node 0 is the match at households
/ 2.5. In every node mean utilities are inverted exactly and costs recovered.

    python scripts/tables/market.py --source DIR && python scripts/tables/market_bank.py      # about 10 minutes on two cores
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import polars as pl
from jaxtyping import Array, Float
from scipy.stats import norm, qmc

from roadworthy.market import calibrate as cal
from roadworthy.market import inversion, world
from roadworthy.market.tastes import Tastes

OUT = Path(__file__).resolve().parents[2] / "src" / "roadworthy" / "data" / "facts" / "market"
NODES = 128
SEED = 7
HOUSEHOLDS_PER_BUYER = (2.5, 6.0)
SMALL_SHARE = 0.25
"""Weight of households / 6 (assumed): the published outside diversions use it, most of the literature the other."""
MATCHED_SD = 2.0
"""A moment within so many of its sd counts as matched."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=NODES, help="first so many nodes; fewer than 128 writes nothing")
    count = parser.parse_args().nodes
    data = world.load()
    began = time.perf_counter()

    def talk(text: str) -> None:
        print(f"{time.perf_counter() - began:5.0f} s  {text}", flush=True)

    fits = {m: cal.calibrate(data, m, talk) for m in HOUSEHOLDS_PER_BUYER}
    f = fits[2.5].frame
    roots = {m: np.linalg.cholesky(fit.covariance) for m, fit in fits.items()}
    dims = len(cal.PRIORS)
    u = qmc.Sobol(d=dims + 3, scramble=True, rng=np.random.default_rng(SEED)).random_base2(7)
    z = norm.ppf(u)
    z[0], u[0] = 0.0, 1.0
    look = cal.looker(data, f, contraction=8, newton=6)

    @eqx.filter_jit
    def finish(t: Tastes, start: Float[Array, " J"]) -> tuple[Array, Array, Array]:
        at = inversion.node(t, data, start, contraction=0, newton=2)
        s = at.probabilities(data.offered.price_usd)
        gap = jnp.max(jnp.abs(jnp.log(data.people.weights @ s * at.market_size / data.offered.sales)))
        return at.delta, inversion.costs(at, data), gap

    rows, delta_all, cost_all, seen = [], [], [], []
    for b in range(count):
        m = 6.0 if u[b, dims] < SMALL_SHARE else 2.5
        fit = fits[m]
        tastes = cal.tastes(fit.theta + roots[m] @ z[b, :dims], m, float(z[b, dims + 1]), float(z[b, dims + 2]))
        level, values = look(tastes, jnp.asarray(fit.level))
        delta, cost, gap = finish(tastes, level - inversion.lift(tastes, data))
        delta_all.append(np.asarray(delta))
        cost_all.append(np.asarray(cost))
        seen.append(np.asarray(values))
        own, whole = float(values[0]), float(values[5])
        rows.append(
            {"node": b}
            | {name: float(getattr(tastes, name)) for name in Tastes.__dataclass_fields__}
            | {"own_elasticity": own, "market_elasticity": whole}
        )
        talk(
            f"node {b:3d} M {m} own {own:.2f} market {whole:.2f} share gap {float(gap):.0e} negative costs {int((cost_all[-1] < 0).sum())}"
        )
    if count < NODES:
        return
    pl.DataFrame(rows).write_csv(OUT / "bank_tastes.csv")
    names = pl.read_csv(OUT / "models.csv")["model"].to_list()
    pl.DataFrame(
        {
            "node": np.repeat(np.arange(NODES, dtype=np.int16), len(names)),
            "model": names * NODES,
            "mean_utility": np.concatenate(delta_all),
            "marginal_cost_usd": np.concatenate(cost_all),
        }
    ).write_parquet(OUT / "bank.parquet", compression="zstd")
    small = np.asarray([row["households_per_buyer"] > 5.0 for row in rows])
    table = []
    for m, mine in ((2.5, ~small), (6.0, small)):
        fit, drawn = fits[m], np.asarray(seen)[mine]
        weight = cal.weights(f, m)
        for i, t in enumerate(f.targets):
            low, mid, high = np.quantile(drawn[:, i], (0.1, 0.5, 0.9))
            table.append(
                {
                    "households_per_buyer": m,
                    "id": t.id,
                    "target": t.value,
                    "target_sd": t.sd,
                    "used": "yes" if weight[i] > 0 else "no",
                    "model": round(float(fit.moments[i]), 4),
                    "model_sd": round(float(fit.moments_sd[i]), 4),
                    "nodes_p10": round(float(low), 4),
                    "nodes_p50": round(float(mid), 4),
                    "nodes_p90": round(float(high), 4),
                    "matched": "yes" if abs(fit.moments[i] - t.value) <= MATCHED_SD * t.sd else "no",
                }
            )
    pl.DataFrame(table).write_csv(OUT / "calibration.csv")


if __name__ == "__main__":
    main()
