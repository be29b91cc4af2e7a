"""The vehicle model beside FASTSim 3.1 in one run: error on held-out cars, error on the same vehicles, and speed.

    python -m benchmarks.energy_bench [--vehicles 4096] [--double] [--fleet FASTSim_py_veh_db.csv]

The fleet is the vehicle list of FASTSim 2 (in its wheel: fastsim/resources/FASTSim_py_veh_db.csv; `pip download --no-deps
--python-version 3.10 --only-binary :all: fastsim==2.1.2`), which FASTSim 3 reads; without it only the vehicles that FASTSim 3 ships are
compared. FASTSim gets its whole description of the vehicle, ours the coast-down, mass and gearing of the EPA test car behind the
label, or FASTSim's mass, drag and rolling where there is none, and FASTSim's power of engine or motor. Prints what it measured on this machine and asserts nothing.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import tempfile
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
from roadworthy.energy.engine import engine, fuel_power, soft_positive
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


FUSED, ROUNDS = 16, 2000
"""Multiply-adds in one round of the yardstick, and rounds."""


def arithmetic(n: int, kind: Any) -> tuple[float, float]:
    """Operations of one vehicle-second by the compiler's count (a root or an exponential counts one), and multiply-adds a second that
    this machine does on arrays of n numbers with nothing else to do, counted as two operations each."""
    p = energy.parameters()
    car = jax.tree.map(lambda x: x.astype(kind), fleet(n).car)

    def second(car: Any, v: jax.Array, a: jax.Array) -> jax.Array:
        swing = car.test_kg * a * v
        wheel = (car.A_N + (car.B_Nspm + car.C_Ns2pm2 * v) * v) * v + p.k_r * swing
        pull = soft_positive(wheel, p.w_load_W)
        hot, friction, _ = fuel_power(engine(car, p), pull, pull - wheel, swing, v, p)
        return hot + friction

    def cost(f: Any, *x: Any) -> float:
        found = jax.jit(f).lower(*x).compile().cost_analysis()
        return float(found.get("flops", 0.0) + found.get("transcendentals", 0.0)) / n

    v = jnp.ones(n, kind)
    fixed = cost(lambda car: jax.tree.leaves(engine(car, p)), car)

    @jax.jit
    def yardstick(x: jax.Array) -> jax.Array:
        def turn(_: int, x: jax.Array) -> jax.Array:
            for _ in range(FUSED):
                x = x * 0.999 + 0.001
            return x

        return jax.lax.fori_loop(0, ROUNDS, turn, x)

    return cost(second, car, v, v) - fixed, 2.0 * n * FUSED * ROUNDS / best(lambda: yardstick(v))


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
        if not electric:
            each, peak = arithmetic(n, kind)
            used = each * n * int(plan.dt_s.size) / seconds
            print(
                f"  {each:.0f} operations a vehicle-second: {used / 1e9:.1f} Gop/s of {peak / 1e9:.1f} Gop/s of bare multiply-adds, {used / peak:.0%}"
            )
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
    """Mass, drag area, rolling resistance and rated power (of the engine, else the motor) of a FASTSim vehicle: the same car for both."""
    told = vehicle.to_dict()
    chassis = told.get("chassis", told)
    flat = {str(k).split(" ")[0]: v for k, v in chassis.items()}

    def number(*names: str) -> float:
        return next((float(flat[n]) for n in names if n in flat and flat[n] is not None), float("nan"))

    drive = next(iter(told["pt_type"].values()))
    source = drive.get("fc") or drive.get("em") or {}
    mass = told.get("mass_kilograms") or number("mass_kilograms", "mass")
    return {
        "test_kg": float(mass) if mass else float("nan"),
        "cda_m2": number("drag_coef") * number("frontal_area_square_meters", "frontal_area"),
        "crr": number("wheel_rr_coef"),
        "power_W": float(source.get("pwr_out_max_watts") or "nan"),
    }


LISTS = {"fc_eff_map": 12, "mc_eff_map": 11, "mc_pwr_out_perc": 11}
ENGINE_LOADS = (0.0, 0.005, 0.015, 0.04, 0.06, 0.1, 0.14, 0.2, 0.4, 0.6, 0.8, 1.0)
ENGINE_MAPS = {
    "SI": (0.1, 0.12, 0.16, 0.22, 0.28, 0.33, 0.35, 0.36, 0.35, 0.34, 0.32, 0.3),
    "Atkinson": (0.1, 0.12, 0.28, 0.35, 0.375, 0.39, 0.4, 0.4, 0.38, 0.37, 0.36, 0.35),
    "Diesel": (0.1, 0.14, 0.2, 0.26, 0.32, 0.39, 0.41, 0.42, 0.41, 0.38, 0.36, 0.34),
    "HD_Diesel": (0.1, 0.14, 0.2, 0.26, 0.32, 0.39, 0.41, 0.42, 0.41, 0.38, 0.36, 0.34),
    "H2FC": (0.1, 0.3, 0.36, 0.45, 0.5, 0.56, 0.58, 0.6, 0.58, 0.57, 0.55, 0.54),
}
MOTOR_LOADS = (0.0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
MOTOR_MAP = (0.83, 0.85, 0.87, 0.89, 0.90, 0.91, 0.93, 0.94, 0.94, 0.93, 0.92)
"""FASTSim 2's own defaults for rows without a map."""
FIXED = {"small_motor_power_kw": 7.5, "large_motor_power_kw": 75.0, "modern_max": 0.95, "regen_a": 500.0, "regen_b": 0.99,
         "charging_on": False, "max_roadway_chg_kw": {"v": 1, "dim": [1], "data": [0.0]}, "props": {"air_density_kg_per_m3": 1.2}}  # fmt: skip


def old_form(row: dict[str, str]) -> dict[str, Any]:
    """A row of the FASTSim 2 list as its vehicle file, which FASTSim 3 converts."""
    found: dict[str, Any] = {"selection": 0}
    for name, text in row.items():
        if name in LISTS or name == "selection":
            continue
        key = {"Scenario name": "scenario_name"}.get(name, name)
        if key in ("scenario_name", "veh_pt_type", "fc_eff_type"):
            found[key] = text
        elif text.upper() in ("TRUE", "FALSE"):
            found[key] = text.upper() == "TRUE"
        elif key == "veh_override_kg":
            found[key] = _number(text) if text else None
        elif key.startswith("val") or text:
            found[key] = _number(text) if text else float("nan")
    listed = lambda name, default: json.loads(row[name]) if row.get(name) else list(default)  # noqa: E731
    found["fc_eff_type"] = found["fc_eff_type"] or "SI"
    found["fc_eff_map"] = _array(listed("fc_eff_map", ENGINE_MAPS[found["fc_eff_type"]]))
    found["fc_pwr_out_perc"] = _array(ENGINE_LOADS)
    found["mc_eff_map"] = _array(listed("mc_eff_map", MOTOR_MAP))
    found["mc_pwr_out_perc"] = _array(listed("mc_pwr_out_perc", MOTOR_LOADS))
    found["veh_year"] = int(found.get("veh_year") or (re.findall(r"(?:19|20)\d\d", found["scenario_name"]) or ["2020"])[0])
    for name, default in (("min_fc_time_on", 30.0), ("idle_fc_kw", 2.5), ("stop_start", False), ("force_aux_on_fc", False)):
        found.setdefault(name, default)
    blank = {"veh_kg": 0.0, "max_trac_mps2": 0.0, "ess_mass_kg": 0.0, "mc_mass_kg": 0.0, "fc_mass_kg": 0.0, "fs_mass_kg": 0.0}
    return {
        **found,
        **{k: v for k, v in FIXED.items() if k != "props"},
        **blank,
        "fc_peak_eff_override": None,
        "mc_peak_eff_override": None,
    }


def _number(text: str) -> float:
    return float(text.rstrip("%")) / 100.0 if text.endswith("%") else float(text)


def _array(values: Any) -> dict[str, Any]:
    data = [float(v) for v in values]
    return {"v": 1, "dim": [len(data)], "data": data}


def vehicles(fastsim: Any, fleet_file: Path | None) -> dict[str, Any]:
    """FASTSim vehicles by the name that `fastsim_refs.csv` has for them, `resource` or `fleet_name`."""
    found: dict[str, Any] = {}
    for name in {r["resource"] for r in csv.DictReader(REFERENCES.open(encoding="utf-8")) if r["resource"]}:
        found[name] = fastsim.Vehicle.from_resource(name)
    if fleet_file is None:
        return found
    wanted = {r["fleet_name"] for r in csv.DictReader(REFERENCES.open(encoding="utf-8"))}
    with tempfile.TemporaryDirectory() as folder:
        for row in csv.DictReader(fleet_file.open(encoding="utf-8")):
            if row["Scenario name"].strip() in wanted:
                file = Path(folder) / "vehicle.yaml"
                file.write_text(json.dumps(old_form(row)).replace("NaN", ".nan"))  # JSON is YAML but for NaN
                found[row["Scenario name"].strip()] = fastsim.Vehicle.from_f2_file(str(file))
    return found


def compare(fastsim: Any, fleet_file: Path | None) -> dict[str, tuple[int, float, float]]:
    """Both models on the reference vehicles that can be read: by quantity, how many and both median errors."""
    rows = list(csv.DictReader(REFERENCES.open(encoding="utf-8")))
    kwh = {"city": "adj_udds_kwh_per_mi", "hwy": "adj_hwy_kwh_per_mi", "combined": "adj_comb_kwh_per_mi"}
    mpg = {"city": "adj_udds_mpgge", "hwy": "adj_hwy_mpgge", "combined": "adj_comb_mpgge"}
    errors: dict[str, list[tuple[float, float, bool, bool]]] = {q: [] for q in QUANTITIES}
    known = vehicles(fastsim, fleet_file)
    for row in rows:
        # the vehicle that FASTSim ships today before the same one of the older list
        vehicle = known.get(row["resource"]) or known.get(row["fleet_name"])
        if vehicle is None:
            continue
        try:
            peer = theirs(vehicle, fastsim)
        except Exception as fault:  # a peer that stops on a vehicle is a result of the comparison
            print(f"  {row['db_path']}: FASTSim stops: {str(fault).splitlines()[0][:80]}")
            continue
        ours = rate_row(row, body(vehicle))
        electric = row["powertrain"] == "bev"
        said = []
        apart = row["seen"] == "held"
        for q, published in (("city", row["city_label"]), ("hwy", row["hwy_label"]), ("combined", row["comb_label"])):
            told = float(published) if electric else 1.0 / float(published)
            fair = 37.95 / 33.7 if row["diesel"] == "1" else 1.0
            peer_use = peer[kwh[q]] if electric else 1.0 / (peer[mpg[q]] * fair)
            errors[q].append((ours[q] / told - 1.0, peer_use / told - 1.0, apart, bool(row["test_car"])))
            said.append(f"{q} {100 * errors[q][-1][0]:+.1f} / {100 * errors[q][-1][1]:+.1f} %")
        if row["zero60_s"]:
            told = float(row["zero60_s"])
            errors["0-60"].append((ours["0-60"] / told - 1.0, peer["net_accel"] / told - 1.0, apart, bool(row["test_car"])))
            said.append(f"0-60 {100 * errors['0-60'][-1][0]:+.1f} / {100 * errors['0-60'][-1][1]:+.1f} %")
        print(f"  {row['db_path']} ({row['seen'] or 'body as FASTSim has it'}): ours / FASTSim: {', '.join(said)}")
    found = {}
    for q in QUANTITIES:
        pairs = np.array([e for e in errors[q] if np.isfinite(e).all()]).reshape(-1, 4)
        subsets = (
            ("vehicles", slice(None)),
            ("with the test car behind their label", pairs[:, 3] > 0.5),
            ("of these in no fit of ours", pairs[:, 2] > 0.5),
        )
        for words, some in ((w, pairs[k]) for w, k in subsets):
            if some.size:
                ours_q, theirs_q = 100.0 * np.median(np.abs(some[:, :2]), axis=0)
                ours_mean, theirs_mean = 100.0 * np.mean(np.abs(some[:, :2]), axis=0)
                found.setdefault(q, (len(some), float(ours_q) / 100.0, float(theirs_q) / 100.0))
                print(
                    f"{q}: error over {len(some)} {words}: median ours {ours_q:.1f} %, FASTSim {theirs_q:.1f} %; mean {ours_mean:.1f} %, {theirs_mean:.1f} %"
                )
    return found


COAST = ("test_kg", "A_N", "B_Nspm", "C_Ns2pm2")


def rate_row(row: dict[str, str], same: dict[str, float]) -> dict[str, float]:
    """Our label and sprint of a reference vehicle: the test car behind its label, else engine and gearbox of the label and FASTSim's body."""
    electric = row["powertrain"] == "bev"
    number = lambda name: float(row[name]) if row[name] else np.nan  # noqa: E731
    load = {n: number(n) for n in COAST} if row["test_car"] else {k: v for k, v in same.items() if np.isfinite(v)}
    given = load | {
        "power_W": same["power_W"], "year": number("year"), "electric": float(electric),
        "hybrid": float(row["powertrain"] == "hev"), "diesel": number("diesel"), "awd": number("awd"), "truck": number("truck"),
    }  # fmt: skip
    if not electric:
        given |= {"displacement_m3": number("displacement_l") * 1e-3, "cylinders": number("cylinders"), "cvt": number("cvt"), "dct": number("dct"),
                  "boosted": number("boosted"), "direct_injection": number("direct_injection"), "start_stop": number("start_stop"),
                  "gears": number("gears") if row["gears"] else number("test_gears"), "nv_rev_per_m": number("nv_rev_per_m")}  # fmt: skip
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
    parser.add_argument("--fleet", type=Path, help="vehicle list of FASTSim 2: FASTSim_py_veh_db.csv")
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
    compare(fastsim, options.fleet)


if __name__ == "__main__":
    main()
