"""Fit of the petrol model to EPA test cars: FTP bags, highway and US06 together.

Each cycle is reduced to a histogram of speed and acceleration (its cells keep time, distance and work of acceleration exactly), so
that a vehicle costs a fifth of the evaluations of the Willans line. The loss is soft L1 in log fuel, with a weak normal
prior on each parameter in place of hard bounds; derivatives come from JAX in forward mode.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
from scipy.optimize import least_squares

from roadworthy.core.units import MILE_M
from roadworthy.energy import Car, Parameters, cycle, electric, hybrid, inputs, parameters
from roadworthy.energy.engine import engine, fuel_power, soft_positive
from roadworthy.energy.label import FTP_COLD, ftp_from_bags
from roadworthy.energy.residual import clipped, design, features

sys.path.insert(0, str(Path(__file__).parent))
from energy_data import FACTS, car_arrays, diesels, electrics, hybrids, petrol, source_folder, test_cars

SPEED_CELL_MPS = 1.0
GAIN_CELL_MPS2 = 0.1
BAG1_S = 505.0
BATCH = 256
"""Vehicles evaluated at once: what the cache holds."""


@dataclass(frozen=True)
class Cells:
    """Histogram of one phase: speed, acceleration, seconds of each cell, and seconds weighted for warm-up are made from `age_s`."""

    speed_mps: np.ndarray
    gain_mps2: np.ndarray
    seconds: np.ndarray
    member: np.ndarray
    """Cell of each second."""
    age_s: np.ndarray
    """Time since the start of each second."""
    length_m: float


def cells(name: str, low_s: float = 0.0, high_s: float = np.inf) -> Cells:
    """The histogram of a cycle between two times."""
    c = cycle(name)
    dt = np.diff(c.time_s)
    middle = (c.time_s[1:] + c.time_s[:-1]) / 2.0
    keep = (middle >= low_s) & (middle < high_s)
    v = ((c.speed_mps[1:] + c.speed_mps[:-1]) / 2.0)[keep]
    a = (np.diff(c.speed_mps) / dt)[keep]
    dt, middle = dt[keep], middle[keep] - low_s
    code = np.where(v < 0.05, -1, np.floor(v / SPEED_CELL_MPS) * 1000 + np.round(a / GAIN_CELL_MPS2) + 500).astype(int)
    _, member = np.unique(code, return_inverse=True)
    total = np.bincount(member, dt)
    speed = np.bincount(member, dt * v) / total
    work = np.bincount(member, dt * v * a)
    gain = np.where(speed > 1e-6, work / np.maximum(total * speed, 1e-9), 0.0)
    return Cells(speed, gain, total, member, middle, float((dt * v).sum()))


PHASES = ("bag1", "bag2", "bag3", "hwy", "us06", "city")
"""Phases in the order of the targets; bag 3 repeats the seconds of bag 1 with a warm engine."""


def phases() -> tuple[Cells, ...]:
    """Histograms of bag 1 (also driven as bag 3), bag 2, HWFET, US06."""
    return cells("UDDS", 0.0, 505.0), cells("UDDS", 505.0), cells("HWFET"), cells("US06")


def use(car: Car, p: Parameters, plan: tuple[Cells, ...], kind: str) -> jax.Array:
    """Tank or wall energy per metre of each phase, [6, n], of batches of one kind: petrol, diesel, hybrid or electric."""
    motor = engine(car, p)
    both = hybrid.hybrid(car, motor, p)
    battery = electric.drive(car, p)
    found = []
    for i, c in enumerate(plan):
        v, a, t = (jnp.asarray(x, car.power_W.dtype)[:, None] for x in (c.speed_mps, c.gain_mps2, c.seconds))
        swing = car.test_kg * a * v
        wheel = (car.A_N + (car.B_Nspm + car.C_Ns2pm2 * v) * v) * v + p.k_r * swing
        pull = soft_positive(wheel, p.w_load_W)
        brake = pull - wheel
        friction = jnp.zeros_like(pull)
        if kind in ("petrol", "diesel"):
            hot, friction, _ = fuel_power(motor, pull, brake, swing, v, p)
        elif kind == "hybrid":
            hot, friction = hybrid.fuel_power(both, pull, brake, v, p)
        else:
            hot = electric.wall_power(battery, pull, brake, v, p)
        warm = (hot * t).sum(0)
        if i < 2:
            age = jnp.asarray(c.age_s + i * BAG1_S, car.power_W.dtype)
            weight = jax.ops.segment_sum(p.c * jnp.exp(-age / p.tau_s), c.member, c.seconds.size)
            found.append((warm + (friction * weight[:, None]).sum(0)) / c.length_m)
            if i == 0:
                third = warm / c.length_m
        else:
            found.append(warm / c.length_m)
    miles = plan[0].length_m, plan[1].length_m
    cold = (found[0] * miles[0] + found[1] * miles[1]) / sum(miles)
    warm = (third * miles[0] + found[1] * miles[1]) / sum(miles)
    city = FTP_COLD * cold + (1.0 - FTP_COLD) * warm
    return jnp.stack([found[0], found[1], third, found[2], found[3], city])


PETROL = {
    "e0": (0.41, 0.015), "e_DI": (0.01, 0.01), "e_b": (0.0, 0.02), "e_y": (0.01, 0.01), "e_V": (0.0, 0.02), "e_c": (0.0, 0.02),
    "f0": (1.5e5, 3e4), "f1": (500.0, 500.0), "f_b": (1.1, 0.1), "f_c": (0.05, 0.1), "f_s": (0.3, 0.15), "f_y": (0.0, 0.05),
    "bmep_na_Pa": (6.5e5, 0.75e5), "bmep_boosted_Pa": (8e5, 1.5e5), "r_man": (0.8, 0.1), "r_cvt": (1.2, 0.15), "k_N_geared": (0.9, 0.1),
    "k_N_cvt": (1.0, 0.1), "n0": (11.5, 0.75), "S": (0.4, 0.15), "d": (0.3, 0.3), "c": (0.6, 0.2), "tau_s": (400.0, 100.0),
    "eta_at": (0.87, 0.02), "eta_cvt": (0.87, 0.02), "eta_dct": (0.90, 0.02), "eta_manual": (0.92, 0.015), "e_g": (0.005, 0.005),
    "e_awd": (0.01, 0.01), "e_low": (0.1, 0.05), "e_low_dct": (0.05, 0.05), "P_aux_W": (600.0, 200.0), "P_spin_awd_W": (200.0, 150.0),
    "k_rich": (1.0, 0.5), "k_t": (0.05, 0.05),
}  # fmt: skip
HYBRID = {
    "hev_e": (0.0, 0.03),
    "hev_e_y": (0.01, 0.02),
    "hev_bmep_Pa": (8e5, 1e5),
    "hev_N_min": (18.0, 4.0),
    "hev_eta_chain": (0.78, 0.06),
    "hev_eta_t": (0.93, 0.03),
    "hev_eta_geared": (0.88, 0.03),
    "hev_r": (0.6, 0.15),
    "hev_P_aux_W": (400.0, 200.0),
    "hev_c": (1.0, 0.4),
}
ELECTRIC = {
    "ev_e0": (0.90, 0.03), "ev_e_y": (0.01, 0.005), "ev_r": (0.8, 0.1), "ev_P_aux_W": (300.0, 50.0), "ev_P_spin_W": (500.0, 100.0),
    "ev_P_spin_awd_W": (150.0, 75.0),
}  # fmt: skip
DIESEL = {"e_diesel": (0.04, 0.02), "f_diesel": (1.2, 0.15), "bmep_diesel_Pa": (8e5, 1.5e5)}
FREE: dict[str, dict[str, tuple[float, float]]] = {"petrol": PETROL, "hybrid": HYBRID, "electric": ELECTRIC, "diesel": DIESEL}
"""Free parameters with centre and half-spread of their physical ranges (assumed: textbook values); the fit stays within two spreads."""
RANGE = 2.0
POSITIVE = (
    "f1",
    "d",
    "k_rich",
    "f_c",
    "S",
    "P_aux_W",
    "e_low",
    "e_low_dct",
    "e_awd",
    "P_spin_awd_W",
    "k_t",
    "hev_P_aux_W",
    "hev_N_min",
    "hev_r",
    "ev_P_aux_W",
    "ev_P_spin_W",
    "ev_P_spin_awd_W",
)
"""Cannot be below zero in nature."""
SCALE_LN = np.array([0.06, 0.06, 0.06, 0.05, 0.06, 0.05])
"""Spread of each target in the loss, ln."""


UNITS = {
    "e_y": "per 5 years", "e_V": "per ln(V / 2 L)", "e_c": "per ln(cylinder / 0.5 L)", "f0": "Pa", "f1": "Pa s", "f_c": "per ln(cylinders / 4)",
    "f_y": "per 5 years", "bmep_na_Pa": "Pa", "bmep_boosted_Pa": "Pa", "n0": "rev/s", "tau_s": "s", "e_g": "per gear", "P_aux_W": "W",
    "P_spin_awd_W": "W", "hev_e_y": "per 5 years", "hev_bmep_Pa": "Pa", "hev_N_min": "rev/s", "hev_P_aux_W": "W", "ev_e_y": "per 5 years",
    "ev_P_aux_W": "W", "bmep_diesel_Pa": "Pa", "ev_P_spin_W": "W", "ev_P_spin_awd_W": "W",
}  # fmt: skip


def with_values(p: Parameters, names: list[str], values: Any) -> Parameters:
    """Parameters with some of them replaced."""
    return eqx.tree_at(lambda q: [getattr(q, n) for n in names], p, [values[i] for i in range(len(names))])


def fit(car: Car, target_J_per_m: np.ndarray, start: Parameters, kind: str) -> tuple[Parameters, np.ndarray]:
    """Parameters of one kind that fit log consumption [6, n] (NaN where not measured), and the standard deviation of the free ones."""
    free = FREE[kind]
    names = list(free)
    centre, spread = (np.array(x) for x in zip(*free.values(), strict=True))
    plan = phases()
    n = target_J_per_m.shape[1]
    rows = np.minimum(np.arange(n + -n % BATCH), n - 1)
    blocks = jax.tree.map(lambda x: jnp.asarray(np.asarray(x, np.float32)[rows].reshape(-1, BATCH)), car)
    seen = np.isfinite(target_J_per_m)
    goal = np.where(seen, np.log(np.where(seen, target_J_per_m, 1.0)), 0.0)

    def model(z: jax.Array, one: Car) -> jax.Array:
        values = jnp.asarray(centre, jnp.float32) + jnp.asarray(spread, jnp.float32) * z
        return jnp.log(use(one, with_values(start, names, values), plan, kind))

    @jax.jit
    def both(z: jax.Array) -> tuple[jax.Array, jax.Array]:
        return jax.lax.map(lambda one: (model(z, one), jax.jacfwd(model)(z, one)), blocks)

    @lru_cache(maxsize=2)
    def evaluate(point: bytes) -> tuple[np.ndarray, np.ndarray]:
        z = np.frombuffer(point)
        value, slope = both(jnp.asarray(z, jnp.float32))
        value = np.moveaxis(np.asarray(value, float), 1, 0).reshape(len(PHASES), -1)[:, :n]
        slope = np.moveaxis(np.asarray(slope, float), 1, 0).reshape(len(PHASES), -1, len(names))[:, :n]
        r = ((value - goal) / SCALE_LN[:, None])[seen]
        j = (slope / SCALE_LN[:, None, None])[seen]
        root = np.sqrt(1.0 + r * r)  # soft L1: the cost is s^2 / 2 with s^2 = 2 (root - 1)
        s = np.sign(r) * np.sqrt(2.0 * (root - 1.0))
        gain = np.where(np.abs(r) < 1e-4, 1.0, r / (root * np.where(s == 0.0, 1.0, s)))
        return np.r_[s, z], np.r_[j * gain[:, None], np.eye(len(names))]

    lower = np.array([max(-RANGE, -centre[i] / spread[i]) if m in POSITIVE else -RANGE for i, m in enumerate(names)])
    found = least_squares(
        lambda z: evaluate(z.tobytes())[0], np.maximum(np.zeros(len(names)), lower + 0.1), jac=lambda z: evaluate(z.tobytes())[1],
        max_nfev=30, xtol=1e-4, ftol=1e-4, bounds=(lower, RANGE),
    )  # fmt: skip
    covariance = np.linalg.inv(found.jac.T @ found.jac)
    best = with_values(start, names, [float(v) for v in centre + spread * found.x])
    return best, spread * np.sqrt(np.diag(covariance))


RIDGE = {"petrol": (3.0, 10.0, 15.0), "hybrid": (10.0, 20.0, 20.0), "electric": (5.0, 5.0, 5.0), "diesel": (5.0, 10.0, 10.0)}
"""Penalties of technical terms, of each maker's mean and of each maker's own terms, in vehicles; those of few cars are
set by the five-fold error by group (electric, town and highway: 6.2 / 3.5 % here, 6.7 / 3.8 % with a maker's mean held three times as close)."""
WILD_LN = 0.06
"""Beyond this residual a vehicle's weight falls."""


def ridge(kind: str, names: list[str], X: np.ndarray, r: np.ndarray) -> np.ndarray:
    """Robust ridge regression of residuals on the terms: coefficients."""
    own = np.array([1 + (not name.endswith(":one")) if ":" in name else 0 for name in names])
    penalty = np.asarray(RIDGE[kind])[own] * np.array([name != "one" for name in names])
    w = np.ones(r.size)
    b = np.zeros(X.shape[1])
    for _ in range(15):
        b = np.linalg.solve(X.T @ (X * w[:, None]) + np.diag(penalty), X.T @ (w * r))
        w = 1.0 / np.maximum(1.0, np.abs(r - X @ b) / WILD_LN)
    return b


@dataclass(frozen=True)
class Sample:
    """Cars of one kind: table rows, inputs, and measured energy per metre by phase, [6, n]."""

    kind: str
    rows: pl.DataFrame
    value: dict[str, np.ndarray]
    car: Car
    target: np.ndarray

    def take(self, keep: np.ndarray) -> Sample:
        """Some of the cars."""
        at = np.flatnonzero(keep)
        return Sample(
            self.kind,
            self.rows.filter(pl.Series(keep)),
            {k: v[at] for k, v in self.value.items()},
            jax.tree.map(lambda v: v[at], self.car),
            self.target[:, at],
        )


def sample(kind: str, rows: pl.DataFrame, gallon_J_per_mi: float) -> Sample:
    """A sample from table rows; bags count where they recompose the city value, and the city value where they do not."""
    value = car_arrays(rows, kind == "electric", kind == "hybrid", kind == "diesel")
    x = inputs([str(i) for i in range(len(rows))], value | {"city_ln": 0.0, "hwy_ln": 0.0})
    known = {k: np.asarray(getattr(x.car, k)) for k in Car.__dataclass_fields__} | {"truck": value["truck"]}
    column = lambda name: rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy()  # noqa: E731
    city, hwy = (column(n) for n in (("city_mpge", "hwy_mpge") if kind == "electric" else ("ftp_mpg", "hwy_mpg")))
    nothing = np.full(len(rows), np.nan)
    bags = [column(f"fe_bag{i}") for i in (1, 2, 3)] if kind in ("petrol", "diesel") else [nothing] * 3
    agree = np.abs(np.log(np.asarray(ftp_from_bags(*bags)) / city)) < BAGS_AGREE
    mpg = [np.where(agree, b, np.nan) for b in bags] + [
        hwy,
        nothing if kind == "electric" else column("us06_mpg"),
        np.where(agree, np.nan, city),
    ]
    target = gallon_J_per_mi / np.stack(mpg)
    return Sample(kind, rows.with_columns(pl.Series("city", city), pl.Series("hwy", hwy)), known, x.car, target)


BAGS_AGREE = 0.02


def physics_ln(s: Sample, p: Parameters) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ln(measured / physics) in town, on the highway and in US06."""
    found = np.asarray(jax.jit(lambda car: use(car, p, phases(), s.kind))(s.car))
    gallon = float(p.diesel_J_per_gal if s.kind == "diesel" else p.gasoline_J_per_gal) / MILE_M
    city, hwy = (gallon / s.rows[c].to_numpy() for c in ("city", "hwy"))
    return np.log(city / found[5]), np.log(hwy / found[3]), np.log(s.target[4] / found[4])


def regress(s: Sample, p: Parameters) -> tuple[list[str], np.ndarray, dict[str, tuple[float, float]]]:
    """Residual terms, coefficients [k, 2] and ranges of the features."""
    x = features(s.value)
    ranges = {k: tuple(np.percentile(v, (1.0, 99.0)).round(4)) for k, v in x.items() if k != "one"}
    makers = s.rows["maker"].to_list()
    known = sorted({m for m in makers if m != "OTHER"})
    names, X = design(s.kind, clipped(s.kind, x, ranges), makers, known)
    city, hwy, _ = physics_ln(s, p)
    return names, np.stack([ridge(s.kind, names, X, r) for r in (city, hwy)], 1), ranges


def left(s: Sample, p: Parameters, names: list[str], b: np.ndarray, ranges: dict[str, tuple[float, float]]) -> tuple[np.ndarray, ...]:
    """ln(measured / model) with the residual, town and highway, and without it."""
    known = sorted({n.split(":")[0] for n in names if ":" in n})
    _, X = design(s.kind, clipped(s.kind, features(s.value), ranges), s.rows["maker"].to_list(), known)
    city, hwy, _ = physics_ln(s, p)
    return city - X @ b[:, 0], hwy - X @ b[:, 1], city, hwy


def quality(s: Sample, which: str, errors: tuple[np.ndarray, ...]) -> list[dict[str, object]]:
    """Rows of the table `fit_quality`."""
    return [
        {
            "kind": s.kind, "quantity": what, "set": which, "cars": e.size, "groups": s.rows["group"].n_unique(),
            "median": round(float(np.median(np.abs(e))), 4), "p90": round(float(np.percentile(np.abs(e), 90.0)), 4),
            "bias": round(float(np.median(-e)), 4), "physics": round(float(np.median(np.abs(bare))), 4),
        }
        for what, e, bare in zip(("city", "hwy"), errors[:2], errors[2:], strict=True)
    ]  # fmt: skip


FOLDS = 5
P90_SD = 1.645
"""90th percentile of the absolute error over the standard deviation, of a normal error."""


def folds(s: Sample, p: Parameters) -> list[dict[str, object]]:
    """Error of each group by a fit that has not seen it, over all groups: for kinds with few groups."""
    fold = np.array([int(hashlib.sha256(f"fold {g}".encode()).hexdigest(), 16) % FOLDS for g in s.rows["group"]])
    found = [np.zeros(fold.size) for _ in range(4)]
    for k in range(FOLDS):
        seen, kept = s.take(fold != k), s.take(fold == k)
        q, _ = fit(seen.car, seen.target, p, s.kind)
        for into, e in zip(found, left(kept, q, *regress(seen, q)), strict=True):
            into[fold == k] = e
    return quality(s, "folds", tuple(found))


def held_rows(s: Sample) -> pl.DataFrame:
    """Held-out cars as the bundled table keeps them."""
    columns = ("test_kg", "A_N", "B_Nspm", "C_Ns2pm2", "power_W", "displacement_m3", "cylinders", "nv_rev_per_m", "gears", "cvt", "dct",
               "manual", "awd", "truck", "boosted", "direct_injection", "start_stop", "year")  # fmt: skip
    us06 = s.rows["us06_mpg"].cast(pl.Float64)
    return pl.DataFrame(
        {
            "kind": [s.kind] * len(s.rows),
            **{c: s.rows[c] for c in ("make", "model", "maker", "group")},
            **{c: np.asarray(s.value[c], np.float32) for c in columns},
            "city_mpg": s.rows["city"].cast(pl.Float32),
            "hwy_mpg": s.rows["hwy"].cast(pl.Float32),
            "us06_mpg": us06.cast(pl.Float32),
        }
    )


SPREADS = {
    "petrol": ("sd_city", "sd_hwy"), "hybrid": ("sd_hev_city", "sd_hev_hwy"), "electric": ("sd_ev",),
    "diesel": ("sd_diesel_city", "sd_diesel_hwy"),
}  # fmt: skip
"""Names of the spreads in town and on the highway; one for both keeps the larger."""


def kept_rows(table: str, chosen: list[str]) -> list[dict[str, Any]]:
    """Rows of a table whose kind is not fitted anew."""
    return [r for r in pl.read_csv(FACTS / f"{table}.csv").to_dicts() if r["kind"] not in chosen]


def main() -> None:
    """Fit all kinds on the model groups of the fit and write parameters, residual, held-out cars and quality."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="+", choices=list(FREE), default=list(FREE), help="fit these alone; the others stay as they are")
    raw = source_folder(parser) / "energy"
    chosen = parser.parse_args().kinds
    cars = test_cars(raw)
    p = parameters()
    gallon = float(p.gasoline_J_per_gal) / MILE_M
    frames = {
        "petrol": petrol(cars),
        "hybrid": hybrids(cars),
        "electric": electrics(cars, pl.read_parquet(raw / "epa_vehicles_1984_2026.parquet")),
        "diesel": diesels(cars),
    }
    # each table without the kinds that are fitted anew; petrol comes first, as the other engines rest on it
    terms, ranges, told = (kept_rows(name, chosen) for name in ("residual", "residual_ranges", "fit_quality"))
    held = [pl.read_parquet(FACTS / "held_cars.parquet").filter(~pl.col("kind").is_in(chosen))]
    anew = {n for kind in chosen for n in (*FREE[kind], *SPREADS[kind])}
    rows = [r for r in pl.read_csv(FACTS / "fitted.csv").to_dicts() if r["name"] not in anew]
    for kind in chosen:
        frame = frames[kind]
        s = sample(kind, frame, float(p.diesel_J_per_gal) / MILE_M if kind == "diesel" else gallon)
        apart = s.rows["held"].to_numpy()
        seen, kept = s.take(~apart), s.take(apart)
        before = p
        p, sd = fit(seen.car, seen.target, p, kind)
        names, b, limits = regress(seen, p)
        terms += [
            {"kind": kind, "term": n, "city_ln": round(c, 5), "hwy_ln": round(h, 5)} for n, (c, h) in zip(names, b.tolist(), strict=True)
        ]
        ranges += [{"kind": kind, "feature": k, "low": float(a), "high": float(z)} for k, (a, z) in limits.items()]
        errors = left(kept, p, names, b, limits)
        told += quality(seen, "fit", left(seen, p, names, b, limits)) + quality(kept, "held", errors)
        if kind != "petrol":
            told += folds(s, before)
        held.append(held_rows(kept))
        for (name, (centre, spread)), one in zip(FREE[kind].items(), sd, strict=True):
            value = getattr(p, name)
            edge = abs(value - centre) > (RANGE - 0.02) * spread or (name in POSITIVE and value < 0.02 * centre)
            weak = "; on its edge: not identified" if edge else "; weak data, the range decides" if one > 0.7 * spread else ""
            note = f"range {centre:g} +- {RANGE * spread:g}{weak}"
            rows = [r for r in rows if r["name"] != name]
            rows.append({"name": name, "value": float(f"{value:.6g}"), "sd": float(f"{one:.3g}"), "unit": UNITS.get(name, "-"),
                         "status": "measured", "source": f"EPA test cars 2010-22, {len(seen.rows)} {kind} cars of the fit", "note": note})  # fmt: skip
        last = [r for r in told if r["kind"] == kind][-2:]  # the last two: folds where there are some
        for what, row in zip(("city", "hwy"), last, strict=True):
            name = SPREADS[kind][0 if what == "city" else -1]
            value = max([round(float(str(row["p90"])) / P90_SD, 4), *(float(str(r["value"])) for r in rows if r["name"] == name)])
            rows = [r for r in rows if r["name"] != name]
            rows.append({"name": name, "value": value, "sd": 0.0, "unit": "ln", "status": "measured",
                         "source": f"p90 / {P90_SD} of the {row['set']} groups", "note": ""})  # fmt: skip
    pl.DataFrame(rows).write_csv(FACTS / "fitted.csv")
    pl.DataFrame(terms).write_csv(FACTS / "residual.csv")
    pl.DataFrame(ranges).write_csv(FACTS / "residual_ranges.csv")
    pl.DataFrame(told).write_csv(FACTS / "fit_quality.csv")
    pl.concat(held, how="vertical_relaxed").write_parquet(FACTS / "held_cars.parquet", compression="zstd", compression_level=19)
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=140):
        print(pl.DataFrame(told))


if __name__ == "__main__":
    main()
