"""Fit of the two tests beyond the label's usual ones: SC03 with air conditioning and the FTP at 20 F, on EPA test cars.

The shipped model drives both; five numbers are fitted on model groups of the fit and the error is printed on groups kept apart.
Writes `energy/five_fit` and the held-out cars `energy/five_cars`. Run after energy_fit.py.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
from scipy.optimize import least_squares

from roadworthy.core.units import MILE_M
from roadworthy.energy import Car, inputs, parameters
from roadworthy.energy.five import cold_bags, cooled

sys.path.insert(0, str(Path(__file__).parent))
from energy_data import FACTS, car_arrays, cold_cars, cooled_cars, source_folder, test_cars

COOLING = {"ac_W": (2000.0, 1000.0)}
COLD = {"cold_b": (0.1, 0.2), "cold_c": (1.5, 0.7), "cold_tau_s": (500.0, 200.0), "cold_soak": (0.3, 0.2)}
"""Centre and half-spread of the physical ranges (assumed); the fit stays within two spreads."""
UNITS = {"ac_W": "W", "cold_tau_s": "s"}
WILD_LN = 0.06
LOAD = 1.10
"""Road load at 20 F over that of the FTP of the same car: 1.100 at the median and both quartiles of 927 pairs of tests."""
KINDS = {"engines": True, "electrics": False}
KEPT = ("test_kg", "power_W", "displacement_m3", "cylinders", "nv_rev_per_m", "gears", "cvt", "dct", "manual", "awd", "truck", "boosted",
        "direct_injection", "start_stop", "year")  # fmt: skip


def cars_of(rows: pl.DataFrame, road_load: float = 1.0) -> Car:
    """Cars of table rows with the residual of their makers; `road_load` undoes what the test adds."""
    value = car_arrays(rows)
    for name in ("A_N", "B_Nspm", "C_Ns2pm2"):
        value[name] = value[name] / road_load
    return inputs([str(i) for i in range(len(rows))], value, makers=rows["maker"].to_list()).car


def fit(
    model: Callable[..., jax.Array], car: Car, told_J_per_m: np.ndarray, seen: np.ndarray, free: dict[str, tuple[float, float]]
) -> tuple[dict[str, float], np.ndarray, np.ndarray]:
    """Values, standard deviations, and ln(model / measured) of all cars [k, n]."""
    names = list(free)
    centre, spread = (np.array(v) for v in zip(*free.values(), strict=True))
    goal = np.log(told_J_per_m)

    @jax.jit
    def ln_use(values: jax.Array) -> jax.Array:
        p = eqx.tree_at(lambda q: [getattr(q, n) for n in names], parameters(), [values[i] for i in range(len(names))])
        return jnp.log(jnp.atleast_2d(model(car, p, **KINDS)))

    def loss(z: np.ndarray) -> np.ndarray:
        e = (np.asarray(ln_use(jnp.asarray(centre + spread * z))) - goal)[:, seen] / WILD_LN
        return np.r_[e.ravel(), z]

    low = np.array([max(-2.0, -centre[i] / spread[i]) for i in range(len(names))])
    found = least_squares(loss, np.zeros(len(names)), loss="soft_l1", diff_step=1e-3, bounds=(low, 2.0), max_nfev=25)
    values = centre + spread * found.x
    sd = spread * np.sqrt(np.diag(np.linalg.inv(found.jac.T @ found.jac)))
    return dict(zip(names, values.tolist(), strict=True)), sd, np.asarray(ln_use(jnp.asarray(values))) - goal


def main() -> None:
    """Fit both tests, print the errors on groups kept apart, write the tables."""
    raw = source_folder(argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)) / "energy"
    cars = test_cars(raw)
    gallon = float(parameters().gasoline_J_per_gal) / MILE_M
    sets = (
        ("sc03", cooled_cars(cars), ("sc03_mpg",), cooled, COOLING, 1.0),
        (
            "cold",
            cold_cars(cars, pl.read_parquet(raw / "epa_testcar_tests_2010_2022.parquet")),
            ("fe_bag1", "fe_bag2", "fe_bag3"),
            cold_bags,
            COLD,
            LOAD,
        ),
    )
    out = [{"name": "cold_load", "value": LOAD, "sd": 0.0, "unit": "-", "status": "measured", "source": "EPA test cars 2010-22: road load of 927 tests at 20 F over that of the FTP of the same cars", "note": "quartiles 1.100 and 1.100"}]  # fmt: skip
    kept = []
    for name, rows, columns, model, free, load in sets:
        told = gallon / np.stack([rows[c].cast(pl.Float64).to_numpy() for c in columns])
        apart = rows["held"].to_numpy()
        values, sd, e = fit(model, cars_of(rows, load), told, ~apart, free)
        groups = rows.filter(pl.col("held"))["group"].n_unique()
        errors = []
        for what, row in zip(columns, e, strict=True):
            size = np.abs(row[apart])
            errors.append(f"{100 * np.median(size):.1f} % {what}")
            print(f"{name} {what}: held {size.size} cars {groups} groups, median {np.median(size):.4f}, p90 {np.percentile(size, 90):.4f}, "
                  f"bias {np.median(row[apart]):+.4f}; fit {np.median(np.abs(row[~apart])):.4f}")  # fmt: skip
        said = f"held out ({int(apart.sum())} cars, {groups} groups): median {', '.join(errors)}"
        for (key, value), one in zip(values.items(), sd, strict=True):
            c, w = free[key]
            print(f"  {key} {value:.4g} +- {one:.2g}")
            edge = abs(value - c) > 1.96 * w
            out.append({"name": key, "value": float(f"{value:.5g}"), "sd": float(f"{one:.3g}"), "unit": UNITS.get(key, "-"), "status": "measured",
                        "source": f"EPA test cars 2010-22: {int((~apart).sum())} {name} tests of the fit",
                        "note": f"range {max(c - 2 * w, 0.0):g} to {c + 2 * w:g}{'; on its edge' if edge else ''}; {said}"})  # fmt: skip
        value = car_arrays(rows)
        one = {k: np.asarray(value[k], np.float32) for k in KEPT} | {
            k: np.asarray(value[k] / load, np.float32) for k in ("A_N", "B_Nspm", "C_Ns2pm2")
        }
        measured = {f"test{i + 1}_mpg": rows[c].cast(pl.Float32) for i, c in enumerate(columns)}
        blank = {f"test{i}_mpg": pl.Series([None] * len(rows), dtype=pl.Float32) for i in range(len(columns) + 1, 4)}
        frame = pl.DataFrame(
            {"test": [name] * len(rows), **{c: rows[c] for c in ("make", "model", "maker", "group")}, **one, **measured, **blank}
        )
        kept.append(frame.filter(pl.Series(apart)))
    pl.DataFrame(out).write_csv(FACTS / "five_fit.csv")
    pl.concat(kept).write_parquet(FACTS / "five_cars.parquet", compression="zstd", compression_level=19)


if __name__ == "__main__":
    main()
