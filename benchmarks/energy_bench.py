"""The vehicle model beside FASTSim 3.1 in one run: error on held-out cars, error on the same vehicles, and speed.

    python -m benchmarks.energy_bench [--vehicles 4096] [--double] [--database FOLDER]

FOLDER is a copy of the FASTSim vehicle database (fastsim-vehicles, v1/fastsim-3); without it only the vehicles that FASTSim ships are
compared. Prints what it measured on this machine and asserts nothing.
"""

from __future__ import annotations

import argparse
import csv
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.row import Row, installed
from roadworthy import energy
from roadworthy.energy.cycles import schedule
from roadworthy.energy.follow import follow
from roadworthy.energy.residual import maker

REFERENCES = Path(__file__).with_name("fastsim_refs.csv")
QUANTITIES = ("city", "hwy", "combined", "0-60")
RUNS = 100


def fleet(n: int, electric: bool = False) -> energy.EnergyInputs:
    """Vehicles from kei to pickup, drawn with a fixed seed."""
    draw = np.random.default_rng(1)
    curb = draw.uniform(700.0, 2300.0, n)
    given = {
        "curb_kg": curb,
        "power_W": curb * draw.uniform(45.0, 90.0, n),
        "cda_m2": draw.uniform(0.6, 1.1, n),
        "year": 2018.0,
    }
    given |= {"electric": 1.0} if electric else {"displacement_m3": draw.uniform(6.6e-4, 4e-3, n)}
    return energy.inputs([f"v{i}" for i in range(n)], given)


def best(call: Callable[[], Any], repeats: int = 5) -> float:
    """Shortest of some runs, after one to compile."""
    jax.block_until_ready(call())
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        jax.block_until_ready(call())
        times.append(time.perf_counter() - start)
    return min(times)


def speed(n: int, double: bool) -> float:
    """UDDS vehicle-cycles a second, petrol; prints electric and the full rating too."""
    kind = jnp.float64 if double else jnp.float32
    plan, p = schedule(("UDDS",)), energy.parameters()
    drive = eqx.filter_jit(lambda car, engines: follow(car, plan, p, engines=engines, electrics=not engines))
    rates = []
    for name, electric in (("petrol", False), ("electric", True)):
        car = jax.tree.map(lambda x: x.astype(kind), fleet(n, electric).car)
        seconds = best(lambda car=car, electric=electric: drive(car, not electric).hot_J)
        rates.append(n / seconds)
        print(f"UDDS, {n} {name}, {kind.__name__}: {seconds:.3f} s, {rates[-1]:,.0f} vehicle-cycles/s")
    thousand = fleet(1000)
    seconds = best(lambda: energy.rate(thousand).combined_mpg, 3)
    print(f"full rate of 1,000 vehicles (5 cycles, label, performance): {seconds:.2f} s")
    return rates[0]


def unseen() -> None:
    """Error on test cars that no fit has seen."""
    print("held-out EPA test cars, energy per mile, unadjusted (median, 90th percentile, bias):")
    for r in energy.quality():
        print(f"  {r['kind']:9s} {r['quantity']:5s} {r['cars']:5d} cars {r['groups']:4d} groups "
              f"{100 * r['median']:5.1f} % {100 * r['p90']:5.1f} % {100 * r['bias']:+5.1f} %")  # fmt: skip


def theirs(vehicle: Any, fastsim: Any) -> dict[str, float]:
    """FASTSim's label and sprint of one vehicle, consumption as kWh a mile or gallons a mile."""
    text = str(fastsim.get_label_fe(vehicle))
    text = text[text.index("adj_params") :]

    def value(name: str) -> float:
        found = re.search(rf"{name}: (?:Some\()?([-\d.eE+]+)", text)
        return float(found.group(1)) if found else float("nan")

    return {k: value(k) for k in ("adj_udds_mpgge", "adj_hwy_mpgge", "adj_comb_mpgge", "adj_udds_kwh_per_mi", "adj_hwy_kwh_per_mi", "adj_comb_kwh_per_mi", "net_accel")}  # fmt: skip


def body(vehicle: Any) -> dict[str, float]:
    """Mass, drag area and rolling resistance of a FASTSim vehicle: the same car for both."""
    told = vehicle.to_dict()
    chassis = told.get("chassis", told)
    flat = {str(k).split(" ")[0]: v for k, v in chassis.items()}

    def number(*names: str) -> float:
        return next((float(flat[n]) for n in names if n in flat and flat[n] is not None), float("nan"))

    mass = told.get("mass_kilograms") or number("mass_kilograms", "mass")
    return {
        "test_kg": float(mass) if mass else float("nan"),
        "cda_m2": number("drag_coef") * number("frontal_area_square_meters", "frontal_area"),
        "crr": number("wheel_rr_coef"),
    }


def compare(fastsim: Any, database: Path | None) -> dict[str, tuple[int, float, float]]:
    """Both models on the reference vehicles that can be read: by quantity, how many and both median errors."""
    rows = list(csv.DictReader(REFERENCES.open(encoding="utf-8")))
    kwh = {"city": "adj_udds_kwh_per_mi", "hwy": "adj_hwy_kwh_per_mi", "combined": "adj_comb_kwh_per_mi"}
    mpg = {"city": "adj_udds_mpgge", "hwy": "adj_hwy_mpgge", "combined": "adj_comb_mpgge"}
    errors: dict[str, list[tuple[float, float]]] = {q: [] for q in QUANTITIES}
    for row in rows:
        file = None if database is None else database / row["db_path"] / "base" / "r1.yaml"
        try:
            if file is not None and file.exists():
                vehicle = fastsim.Vehicle.from_file(str(file))
            elif row["resource"]:
                vehicle = fastsim.Vehicle.from_resource(row["resource"])
            else:
                continue
            peer = theirs(vehicle, fastsim)
        except Exception as fault:  # a peer that stops on a vehicle is a result of the comparison
            print(f"  {row['db_path']}: FASTSim stops: {str(fault).splitlines()[0][:80]}")
            continue
        ours = rate_row(row, body(vehicle))
        electric = row["powertrain"] == "bev"
        said = []
        for q, published in (("city", row["city_label"]), ("hwy", row["hwy_label"]), ("combined", row["comb_label"])):
            told = float(published) if electric else 1.0 / float(published)
            fair = 37.95 / 33.7 if row["diesel"] == "1" else 1.0
            peer_use = peer[kwh[q]] if electric else 1.0 / (peer[mpg[q]] * fair)
            errors[q].append((ours[q] / told - 1.0, peer_use / told - 1.0))
            said.append(f"{q} {100 * errors[q][-1][0]:+.1f} / {100 * errors[q][-1][1]:+.1f} %")
        if row["zero60_s"]:
            told = float(row["zero60_s"])
            errors["0-60"].append((ours["0-60"] / told - 1.0, peer["net_accel"] / told - 1.0))
            said.append(f"0-60 {100 * errors['0-60'][-1][0]:+.1f} / {100 * errors['0-60'][-1][1]:+.1f} %")
        print(f"  {row['db_path']}: ours / FASTSim: {', '.join(said)}")
    found = {}
    for q in QUANTITIES:
        pairs = np.abs(np.array([e for e in errors[q] if np.isfinite(e).all()]).reshape(-1, 2))
        if pairs.size:
            print(
                f"{q}: median error over {len(pairs)} vehicles: ours {100 * np.median(pairs[:, 0]):.1f} %, FASTSim {100 * np.median(pairs[:, 1]):.1f} %"
            )
            found[q] = (len(pairs), float(np.median(pairs[:, 0])), float(np.median(pairs[:, 1])))
    return found


def rate_row(row: dict[str, str], same: dict[str, float]) -> dict[str, float]:
    """Our label and sprint of a reference vehicle: engine and gearbox from its label row, body as FASTSim has it."""
    electric = row["powertrain"] == "bev"
    number = lambda name: float(row[name]) if row[name] else np.nan  # noqa: E731
    given = {k: v for k, v in same.items() if np.isfinite(v)} | {
        "power_W": number("power_kw") * 1e3, "year": number("year"), "electric": float(electric), "hybrid": float(row["powertrain"] == "hev"),
        "diesel": number("diesel"), "awd": number("awd"), "truck": number("truck"),
    }  # fmt: skip
    if not electric:
        given |= {"displacement_m3": number("displacement_l") * 1e-3, "cylinders": number("cylinders"), "cvt": number("cvt"), "dct": number("dct"),
                  "boosted": number("boosted"), "direct_injection": number("direct_injection"), "start_stop": number("start_stop"),
                  "gears": number("gears")}  # fmt: skip
    x = energy.inputs([row["db_path"]], given, makers=(maker(row["make"]),))
    r = energy.rate(x, ("UDDS", "HWFET"), label_year=None)
    use = (lambda mpg: 33.7 / mpg[0]) if electric else (lambda mpg: 1.0 / mpg[0])
    return {"city": use(r.city_mpg), "hwy": use(r.hwy_mpg), "combined": use(r.combined_mpg), "0-60": float(r.time_0_60_s[0])}


def theirs_a_second(fastsim: Any, runs: int) -> float:
    """UDDS vehicle-cycles a second by FASTSim, one thread."""
    vehicle = fastsim.Vehicle.from_resource("2012_Ford_Fusion.yaml")
    vehicle.set_save_interval(None)
    trace = fastsim.Cycle.from_resource("udds.csv")
    drives = [fastsim.SimDrive(vehicle, trace) for _ in range(runs)]
    start = time.process_time()
    for one in drives:
        one.run()
    return runs / (time.process_time() - start)


def rows(quick: bool = False) -> list[Row]:
    """A driving cycle by both, and the figures of the same cars by both."""
    found = installed("fastsim", "fastsim")
    if found is None:
        return [Row("energy", "FASTSim", "a vehicle through UDDS", absent="pip install 'roadworthy[peers]'")]
    fastsim, name = found
    size = 512 if quick else 4096
    many = f"ours {size:,} petrol vehicles at a time in float32, theirs one after another"
    cycle = Row(
        "energy", name, "a vehicle through UDDS", 1.0 / speed(size, False), 1.0 / theirs_a_second(fastsim, 10 if quick else RUNS), note=many
    )
    words = {"city": "city label", "hwy": "highway label", "combined": "combined label", "0-60": "0 to 60 mph"}
    same = compare(fastsim, None)
    return [cycle] + [
        Row("energy", name, f"{words[q]}, {n} cars that FASTSim ships", error_ours=mine, error_theirs=other, error_of="the published figure, median")
        for q, (n, mine, other) in same.items()
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vehicles", type=int, default=4096)
    parser.add_argument("--double", action="store_true", help="work in float64 as `rate` does; float32 otherwise")
    parser.add_argument("--database", type=Path, help="copy of the FASTSim vehicle database, folder v1/fastsim-3")
    options = parser.parse_args()
    ours = speed(options.vehicles, options.double)
    unseen()
    try:
        import fastsim
    except ImportError:
        print("fastsim is not installed (extra: peers); no comparison")
        return
    peer = theirs_a_second(fastsim, RUNS)
    print(f"FASTSim, UDDS, one thread: {peer:,.0f} vehicle-cycles/s; ours are {ours / peer:,.0f} times as many on this machine")
    compare(fastsim, options.database)


if __name__ == "__main__":
    main()
