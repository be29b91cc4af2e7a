"""Fit of the sprint to published times of 0-62 mph (petrol, diesel, power-split hybrid, electric), and its error on models kept apart.

Reads world_specs_1988_2020.parquet (facts without a licence: for fits and checks only, never bundled). Boost is read from torque per
litre. Writes the rows `traction_*`, `launch_*` and `sd_time` of `energy/launch_fit`.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
from scipy.optimize import least_squares

from roadworthy.energy import inputs, parameters
from roadworthy.energy.launch import launch

sys.path.insert(0, str(Path(__file__).parent))
from energy_data import FACTS, source_folder

BOOSTED_NM_PER_L = 135.0
"""Torque per litre above which a petrol engine is taken for boosted: naturally aspirated ones reach about 120."""
FREE = {
    "traction_u": (0.85, 0.10), "traction_u_boosted": (0.0, 0.10), "traction_u_manual": (0.0, 0.05), "traction_u_awd": (0.0, 0.05),
    "launch_delay_s": (0.3, 0.3), "launch_delay_manual_s": (0.0, 0.3), "mu": (0.9, 0.05),
    "traction_u_diesel": (0.0, 0.10), "traction_u_hybrid": (0.3, 0.20), "traction_u_electric": (1.0, 0.10),
}  # fmt: skip
OTHERS = ("traction_u_diesel", "traction_u_hybrid", "traction_u_electric")
LOWEST = {"launch_delay_s": 0.0}
EACH = 6
"""Every sixth car is fitted: variants of one model are much alike."""
WILD_LN = 0.10


def cars(raw: Path) -> pl.DataFrame:
    """Cars with time, mass and power, and whether their model is kept apart: a stride of petrol and diesel ones, and all power-split
    hybrids (power of the engine) and electric cars."""
    table = pl.read_parquet(raw / "world_specs_1988_2020.parquet").filter(
        pl.col("acc_0_62_s").is_between(2.5, 25.0) & pl.col("curb_kg").is_between(600, 3000) & pl.col("power_kw").is_between(25, 500)
    )
    engine = pl.col("cc").is_between(600, 8000) & pl.col("torque_nm").is_not_null()
    split = pl.col("gear").str.contains("(?i)cvt|planetary") & pl.col("cc").is_between(900, 4000)
    single = pl.col("gear").str.contains("(?i)single|1-speed|1 speed|fixed|2-speed") & pl.col("cc").is_null()
    model = [f"{a}/{b.split(' ')[1] if ' ' in b else b}" for a, b in zip(table["make"], table["model"], strict=True)]
    apart = [int(hashlib.sha256(m.encode()).hexdigest(), 16) % 10 < 3 for m in model]
    table = table.with_columns(pl.Series("group", model), pl.Series("held", apart)).sort("make", "model", "option")
    many = [table.filter((pl.col("fuel") == fuel) & engine).gather_every(EACH) for fuel in ("Gasoline", "Diesel")]
    few = [table.filter((pl.col("fuel") == "Hybrid") & split), table.filter((pl.col("fuel") == "Electric") & single)]
    return pl.concat([*many, *few])


def main() -> None:
    """Fit, print the error on held-out model groups, write the table."""
    source = source_folder(argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter))
    table = cars(source / "vehicles")
    gear, drive = pl.col("gear").str.to_lowercase(), pl.col("drive").str.to_lowercase()
    manual = table.select(gear.str.contains("manual").cast(pl.Float64)).to_series().to_numpy()
    awd = table.select(drive.str.contains("all|four|4").cast(pl.Float64)).to_series().to_numpy()
    fuel = {name: (table["fuel"] == name).cast(pl.Float64).to_numpy() for name in ("Gasoline", "Diesel", "Hybrid", "Electric")}
    rich = (table["torque_nm"] / table["cc"] * 1e3 > BOOSTED_NM_PER_L).cast(pl.Float64).fill_null(0.0).to_numpy()
    boosted = np.where(fuel["Gasoline"] > 0.0, rich, 0.0)
    area = 0.83 * 1e-6 * (table["width_mm"] * table["height_mm"]).cast(pl.Float64).to_numpy()
    given = {
        "curb_kg": table["curb_kg"].cast(pl.Float64).to_numpy(), "power_W": table["power_kw"].to_numpy() * 1e3,
        "displacement_m3": table["cc"].cast(pl.Float64).fill_null(np.nan).to_numpy() * 1e-6, "year": table["year_from"].cast(pl.Float64).to_numpy(),
        "cda_m2": np.clip(table["cd"].fill_null(0.32).to_numpy() * area, 0.3, 2.0), "manual": manual, "awd": awd, "boosted": boosted,
        "diesel": fuel["Diesel"], "hybrid": fuel["Hybrid"], "electric": fuel["Electric"], "cvt": fuel["Hybrid"],
    }  # fmt: skip
    car = inputs([str(i) for i in range(len(table))], given).car
    names = list(FREE)
    centre, spread = (np.array(v) for v in zip(*FREE.values(), strict=True))
    told, held = np.log(table["acc_0_62_s"].to_numpy()), table["held"].to_numpy()
    mark, one = jnp.asarray([100.0 / 3.6]), jnp.asarray([10.0])

    @jax.jit
    def ln_time(values: jax.Array) -> jax.Array:
        p = eqx.tree_at(lambda q: [getattr(q, n) for n in names], parameters(), [values[i] for i in range(len(names))])
        return jnp.log(launch(car, car.test_kg, jnp.zeros_like(car.test_kg), mark, one, p).time_s[0])

    values, sd = centre.copy(), np.zeros(len(names))
    lower = np.array([(LOWEST[n] - centre[i]) / spread[i] if n in LOWEST else -4.0 for i, n in enumerate(names)])
    petrol = fuel["Gasoline"] > 0.0
    # the petrol numbers rest on petrol cars alone; each other kind then has its one number
    for these, rows_of in ((np.array([n not in OTHERS for n in names]), petrol), (np.array([n in OTHERS for n in names]), ~petrol)):
        seen, base = rows_of & ~held, values.copy()

        def loss(z: np.ndarray, these: np.ndarray = these, seen: np.ndarray = seen, base: np.ndarray = base) -> np.ndarray:
            trial = base.copy()
            trial[these] = centre[these] + spread[these] * z
            return np.r_[((np.asarray(ln_time(jnp.asarray(trial))) - told) / WILD_LN)[seen], z]

        found = least_squares(loss, np.zeros(int(these.sum())), loss="soft_l1", diff_step=1e-3, max_nfev=12, bounds=(lower[these], 4.0))
        values[these] = centre[these] + spread[these] * found.x
        sd[these] = spread[these] * np.sqrt(np.diag(np.linalg.inv(found.jac.T @ found.jac)))
    error = np.asarray(ln_time(jnp.asarray(values))) - told
    for which, keep in (("fit", ~held), ("held", held)):
        e = error[keep]
        print(f"{which}: {e.size} cars, median {np.median(abs(e)):.4f}, p90 {np.percentile(abs(e), 90):.4f}, bias {np.median(e):+.4f}")
    for what, keep in (
        *((name.lower(), flag > 0) for name, flag in fuel.items()),
        ("boosted petrol", boosted > 0),
        ("manual", manual > 0),
        ("below 60 kW", given["power_W"] < 6e4),
    ):
        e = error[held & keep]
        print(f"  held, {what}: {e.size} cars, median {np.median(abs(e)):.4f}, bias {np.median(e):+.4f}")
    kinds = {
        "petrol": petrol,
        "diesel": fuel["Diesel"] > 0.0,
        "power-split hybrid": fuel["Hybrid"] > 0.0,
        "electric": fuel["Electric"] > 0.0,
    }

    def row(n: str, value: float, one_sd: float, c: float, w: float) -> dict[str, object]:
        kind = {f"traction_u_{k}": k for k in ("diesel", "electric")}.get(n, "power-split hybrid" if n == "traction_u_hybrid" else "petrol")
        keep = kinds[kind]
        e = np.abs(error[keep & held])
        source = f"published 0-62 mph times of {int((keep & ~held).sum())} {kind} cars of 1988-2020 (no licence: fits only); held-out groups apart"
        note = f"range {c:g} +- {4 * w:g}; held out: median error {100 * np.median(e):.1f} % on {e.size} cars"
        return {"name": n, "value": round(value, 4), "sd": round(one_sd, 4), "unit": "s" if n.endswith("_s") else "-", "status": "measured",
                "source": source, "note": note}  # fmt: skip

    rows = [row(n, float(v), float(s), c, w) for n, v, s, (c, w) in zip(names, values, sd, FREE.values(), strict=True)]
    apart = held & petrol
    p90 = float(np.percentile(np.abs(error[apart]), 90)) / 1.645
    middle = f"median absolute error {100 * np.median(np.abs(error[apart])):.1f} % on {int(apart.sum())} petrol cars of held-out groups"
    rows.append({"name": "sd_time", "value": round(p90, 4), "sd": 0.0, "unit": "ln", "status": "measured", "source": "p90 / 1.645 of the held groups", "note": middle})  # fmt: skip
    pl.DataFrame(rows).write_csv(FACTS / "launch_fit.csv")


if __name__ == "__main__":
    main()
