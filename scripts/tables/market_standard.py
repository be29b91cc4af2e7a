"""What fleet fuel-economy standards do to the market: facts/market/fleets.csv and standard.parquet.

fleets.csv rates every model as the law does: car or truck (EPA OMEGA) and two-cycle mpg. The label's mpg is raised by one ratio for
cars and one for trucks, those of the fleets in fleet/made, less 3.4 % by which that model exceeds certified values; electric cars count
kWh at the petroleum equivalency factor without the fuel content factor, as since 2026. standard.parquet holds `market.comply.solve` at the taste nodes on a grid of scales and values.

    python scripts/tables/market_standard.py --source DIR      # about 5 minutes on two cores
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from roadworthy.core.units import GASOLINE_J_PER_GALLON, KWH_J, MILE_M, SQUARE_FOOT_M2
from roadworthy.fleet.cafe import PEF_WITHOUT_FUEL_CONTENT, made
from roadworthy.market import bank, inversion, world
from roadworthy.rules.cafe import cafe_target

OUT = Path(__file__).resolve().parents[2] / "src" / "roadworthy" / "data" / "facts" / "market"
MODEL_YEAR = 2031
"""Whose curves stand for every year: the proposed reset is a multiple of them."""
MODELLED_OVER_CERTIFIED = 1.034
"""docs/rooms/fleet.md: two-cycle economy of fleet/made against certified values on 14 nameplates."""
SCALES = (0.6, 34.5 / 50.4, 0.85, 1.0, 1.15)
VALUES_USD = (10.0, 25.0, 50.0, 80.0, 120.0, 180.0, 300.0)
NODES = 32
"""Node b of the bank reads node b modulo 32: a quarter of the Sobol block, balanced."""


def fleets(source: Path) -> pl.DataFrame:
    """Fleet and two-cycle mpg of every model of the choice set."""
    raw = pl.read_csv(source / "demand" / "us_market_my2022_models.csv", infer_schema_length=None).sort("product_id")
    models = pl.read_csv(OUT / "models.csv")
    assert raw["product_id"].to_list() == models["model"].to_list()
    fleet, sales = np.asarray(raw["reg_class_id"].to_list()), models["sales"].to_numpy()
    label = GASOLINE_J_PER_GALLON / MILE_M / models["consumption_J_per_m"].to_numpy()
    electric = models["electric"].to_numpy() == 1
    engine = np.asarray(models["powertrain"].is_in(["N", "HEV"]).to_list())
    mpg = np.zeros(len(models))
    for name in ("car", "truck"):
        here = fleet == name
        rows = made().filter(pl.col("fleet") == name)
        petrol = rows.filter(pl.col("powertrain") == "gasoline")
        n = petrol["vehicles"].to_numpy()
        theirs = n.sum() / (n / petrol["twocycle_mpg"].to_numpy()).sum() / MODELLED_OVER_CERTIFIED
        mine = here & engine
        ratio = theirs / (sales[mine].sum() / (sales[mine] / label[mine]).sum())
        power = rows.filter(pl.col("powertrain") == "electric", pl.col("twocycle_kwh_per_mi").is_not_null())
        kwh = np.average(power["twocycle_kwh_per_mi"].to_numpy(), weights=power["vehicles"].to_numpy())
        wall = GASOLINE_J_PER_GALLON / KWH_J / label
        part = kwh / np.average(wall[here & electric], weights=sales[here & electric])
        mpg[here] = np.where(electric[here], PEF_WITHOUT_FUEL_CONTENT / 1e3 / (wall[here] * part), label[here] * ratio)
        print(f"{name}: two-cycle over label {ratio:.3f}; electric, two-cycle over label {part:.3f}")
    footprint = models["footprint_m2"].to_numpy() / SQUARE_FOOT_M2
    target = np.where(fleet == "car", *(cafe_target(name, MODEL_YEAR, footprint) for name in ("car", "truck")))
    return pl.DataFrame({"model": models["model"], "fleet": fleet, "mpg": mpg.round(3), "target_mpg": target.round(2)})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=Path(os.environ.get("ROADWORTHY_RAW_DATA", ".")))
    parser.add_argument("--nodes", type=int, default=NODES, help="first so many nodes; fewer than 32 writes no grid")
    given = parser.parse_args()
    (OUT / "fleets.csv").touch()  # a table that is described must exist before any can be read
    fleets(given.source).write_csv(OUT / "fleets.csv")

    from roadworthy.market.comply import solve, standard

    data = world.load()
    rated = standard(data)

    @eqx.filter_jit
    def one(t, delta, cost, scales, values):
        at = inversion.node(t, data, delta, contraction=0, newton=0)
        return jax.lax.map(lambda case: solve(at, cost, data, rated, case[0], case[1]), (scales, values))

    tastes, delta, cost = bank.stored(range(given.nodes))
    scales, values = (x.ravel() for x in np.meshgrid(SCALES, VALUES_USD, indexing="ij"))
    tables, began = [], time.perf_counter()
    for b in range(given.nodes):
        t = jax.tree.map(lambda leaf, b=b: leaf[b], tastes)
        found = one(t, jnp.asarray(delta[b]), jnp.asarray(cost[b]), jnp.asarray(scales), jnp.asarray(values))
        shadow, short = np.asarray(found.shadow), np.asarray(found.short_mpg)
        inside = (shadow > 0.0) & (shadow < values[:, None] - 1e-9)
        print(
            f"{time.perf_counter() - began:5.0f} s  node {b:3d} residual {float(found.residual_usd.max()):.1e} USD, "
            f"binding fleets miss by {np.abs(short[inside]).max():.1e} mpg, cost a vehicle {float(found.mean_cost_usd.max()):.0f} USD",
            flush=True,
        )
        lost = np.asarray(found.lost)
        tables.append(
            pl.DataFrame(
                {"node": np.full(len(scales), b, dtype=np.int16), "scale": scales, "value_usd": values}
                | {name: lost[:, k] for k, name in enumerate(bank.COLUMNS)}
                | {
                    "fleets_short": (shadow >= values[:, None] - 1e-9).sum(axis=1).astype(np.int16),
                    "technology_usd": np.asarray(found.mean_cost_usd),
                }
            )
        )
        if b == 0:
            print(
                tables[0].select(
                    "scale",
                    "value_usd",
                    "gasoline_car",
                    "gasoline_suv_van",
                    "price_gain",
                    "profit_us",
                    "profit_foreign",
                    "fleets_short",
                    "technology_usd",
                )
            )
    if given.nodes == NODES:
        pl.concat(tables).write_parquet(OUT / "standard.parquet", compression="zstd")


if __name__ == "__main__":
    main()
