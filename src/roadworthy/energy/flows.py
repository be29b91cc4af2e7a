"""Where does the energy of a trip go, second by second?

One vehicle on one trace with the very laws of `follow`, `engine`, `hybrid` and `electric`, kept as time series, and summed up:

    tank or wall = engine or motor + accessories + driveline + rolling + air + brakes (+ what is left in motion)

exactly, whatever the vehicle's own factor and residual, which count as engine or motor loss. Limits: those of `follow`; of a hybrid,
engine, motor and battery are one loss.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .car import EnergyInputs
from .cycles import PHASES, PROCEDURES, Cycle, cycle, schedule
from .electric import drive, wall_power
from .engine import engine, fuel_power, soft_positive
from .figures import COLD, FTP_SHARES
from .follow import BEHIND_MPS, grip, tractive_power
from .hybrid import fuel_power as hybrid_power
from .hybrid import hybrid
from .parameters import Parameters, parameters

PARTS = ("engine", "accessories", "driveline", "rolling", "air", "brakes", "motion")


@dataclass(frozen=True, slots=True)
class Trip:
    """One vehicle on one trace: time series at the ends of the steps [t], and energy per part over the trip. [J]"""

    time_s: np.ndarray
    target_mps: np.ndarray
    speed_mps: np.ndarray
    power_W: np.ndarray
    """Tank or wall power during each step."""
    missed: np.ndarray
    """Whether the trace was missed in each step."""
    distance_m: float
    total_J: float
    parts_J: dict[str, float]


def speeds(one: Any, trace: Cycle, mass_kg: float, p: Parameters) -> np.ndarray:
    """Speed reached at each point of the trace: the law of `follow`, one vehicle, in plain numbers. [m/s]"""
    ratio = float(one.A_N[0] / one.test_kg[0])
    B, C = float(one.B_Nspm[0]), float(one.C_Ns2pm2[0])
    hold, power = float(grip(one, p)[0]) * mass_kg, float(tractive_power(one, p)[0])
    cap, inertia, slowest = float(one.governed_mps[0]), float(p.k_r) * mass_kg, float(p.v_floor_mps)
    reached = [float(trace.speed_mps[0])]
    for target, dt in zip(trace.speed_mps[1:].tolist(), np.diff(trace.time_s).tolist(), strict=True):
        v = reached[-1]
        gain = (min(hold, power / max(v, slowest)) - ratio * mass_kg - (B + C * v) * v) / inertia
        reached.append(min(target, max(v + gain * dt, 0.0), cap))
    return np.asarray(reached)


def trip(vehicles: EnergyInputs, i: int, trace: str | Cycle) -> Trip:
    """Vehicle `i` on a trace, with its cold start where the procedure has one (FTP: its cold share)."""
    c = cycle(trace) if isinstance(trace, str) else trace
    p = parameters()
    one = vehicles.select(i).car
    loads = (one.test_kg, one.curb_kg + p.payload_jc08_kg, one.curb_kg + p.payload_wltcj_kg)
    mass = float(loads[PROCEDURES.get(c.name, 0)][0])
    v = speeds(one, c, mass, p)
    dt = np.diff(c.time_s)
    middle = 0.5 * (v[1:] + v[:-1])
    swing = jnp.asarray(mass * np.diff(v) / dt * middle)
    rolling = float(one.A_N[0] / one.test_kg[0]) * mass * middle
    air = (float(one.B_Nspm[0]) + float(one.C_Ns2pm2[0]) * middle) * middle * middle
    wheel = jnp.asarray(rolling + air) + p.k_r * swing
    pull = soft_positive(wheel, p.w_load_W)
    brake = pull - wheel
    wide = jax.tree.map(lambda x: jnp.broadcast_to(x, middle.shape), one)
    at = jnp.asarray(middle)
    motor = engine(wide, p)
    age = 0.5 * (c.time_s[1:] + c.time_s[:-1]) - c.time_s[0]
    share = np.full(age.size, {"JC08": float(p.cold_jc08)}.get(c.name, 1.0 if c.name in COLD else 0.0))
    if c.name == "UDDS":
        share = np.where(age < PHASES["UDDS"][0][0], FTP_SHARES["bag1"], FTP_SHARES["bag2"])
    warming = share * float(p.c) * np.exp(-age / float(p.tau_s))
    lost_brake = np.asarray(brake)
    if float(one.electric[0]) > 0.5:
        battery = drive(wide, p)
        power = np.asarray(wall_power(battery, pull, brake, at, p))
        fade = jax.nn.sigmoid((at - p.ev_v_reg_mps) / p.ev_w_reg_mps)
        lost_brake = lost_brake - np.asarray(p.ev_r * battery.eta_d * fade * jnp.minimum(brake, battery.reg_W))
        accessories = np.full(middle.size, float(p.ev_P_aux_W))
        driveline = np.zeros(middle.size)
    elif float(one.hybrid[0]) > 0.5:
        joint = hybrid(wide, motor, p)
        warm, friction = hybrid_power(joint, pull, brake, at, p)
        power = np.asarray(warm) + np.asarray(friction) * warming
        fade = jax.nn.sigmoid((at - p.ev_v_reg_mps) / p.ev_w_reg_mps)
        lost_brake = lost_brake - np.asarray(p.hev_r * fade * jnp.minimum(brake, joint.reg_W))
        accessories = np.full(middle.size, float(p.hev_P_aux_W))
        driveline = np.asarray(pull / joint.eta_t - pull)
    else:
        warm, friction, shaft = fuel_power(motor, pull, brake, swing, at, p)
        power = np.asarray(warm) + np.asarray(friction) * warming
        accessories = np.full(middle.size, float(p.P_aux_W))
        driveline = np.asarray(shaft - pull) - accessories
    town = float(schedule((c,)).town_share[0])
    own = float(one.factor[0]) * float(np.exp(town * one.city_ln[0] + (1.0 - town) * one.hwy_ln[0]))
    power = power * own
    sums = {
        "accessories": accessories,
        "driveline": driveline,
        "rolling": rolling,
        "air": air,
        "brakes": lost_brake,
        "motion": float(p.k_r) * np.asarray(swing),
    }
    parts = {name: float((x * dt).sum()) for name, x in sums.items()}
    total = float((power * dt).sum())
    parts = {"engine": total - sum(parts.values()), **parts}
    missed = c.speed_mps[1:] - v[1:] > BEHIND_MPS
    return Trip(c.time_s, c.speed_mps, v, power, missed, float((middle * dt).sum()), total, parts)
