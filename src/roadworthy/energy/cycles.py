"""Which speed does the vehicle have to follow, second by second?

A cycle is a trace v(t); the model works on its steps, with v the mean of the two ends and a their difference over dt, so that
m a v dt is exactly the change of kinetic energy. UDDS is kept in two phases (the bags of the FTP), US06 in its city and highway
parts. WLTC of Japan is class 3b less its last phase.
Limits: 1 Hz tables; no gear prescriptions; a user's trace is taken as flat road.
References: 40 CFR 86 appendix I (UDDS, HWFET, US06, SC03); UN GTR 15 (WLTC); MLIT TRIAS (JC08, 10-15).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from roadworthy.core import InputError, unknown
from roadworthy.core.files import read_text
from roadworthy.core.units import KMH, MPH
from roadworthy.data import table

NAMES = ("UDDS", "HWFET", "US06", "SC03", "JC08", "JP1015", "WLTC3a", "WLTC3b", "WLTCJ")
DEFAULT = ("UDDS", "HWFET", "US06", "WLTCJ", "JC08")
WLTCJ_END_S = 1477.0
PHASES: dict[str, tuple[tuple[float, str], ...]] = {
    "UDDS": ((505.0, "bag1"), (1e9, "bag2")),
    "US06": ((130.0, "city"), (495.0, "hwy"), (1e9, "city_end")),
}
"""Ends of the phases that the US formulas need; every other cycle is one phase."""
PROCEDURES = {"WLTCJ": 2, "JC08": 1, "JP1015": 1}
"""Test mass: 0 as in the US, 1 as in JC08, 2 as in WLTC of Japan."""
CHUNK = 64
"""Steps to a block of the scan; sums are written out once a block."""
TOWN_MPS, HIGHWAY_MPS = 8.76, 21.58
"""Mean speeds of UDDS and HWFET."""
LONGEST_STEP_S = 10.0
FASTEST_MPS = 120.0
HARDEST_MPS2 = 12.0
"""More than the hardest braking on a dry road."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """A speed trace: times and speeds at its points, and the loading convention of its procedure."""

    name: str
    time_s: np.ndarray
    speed_mps: np.ndarray
    source: str = "user"

    @property
    def distance_m(self) -> float:
        """Length of the trace."""
        return float(np.trapezoid(self.speed_mps, self.time_s))


class Schedule(eqx.Module):
    """The steps of one or more cycles laid end to end, as the scan reads them: b blocks of CHUNK steps, p phases in all.

    A phase fills whole blocks; steps that pad its last block have no duration.
    """

    target_mps: Float[Array, "b s"]
    start_mps: Float[Array, "b s"]
    first: Float[Array, "b s"]
    dt_s: Float[Array, "b s"]
    per_s: Float[Array, "b s"]
    """1 / dt, and 0 for padding."""
    since_start_s: Float[Array, "b s"]
    procedure: Int[Array, "b s"]
    phase: Int[Array, " b"]
    length_m: Float[Array, " p"]
    """Distance that each phase prescribes."""
    town_share: Float[Array, " p"]
    """How far each cycle is like UDDS (1) and not like HWFET (0), by mean speed: which residual counts."""
    names: tuple[str, ...] = eqx.field(static=True)
    """Cycle of each phase."""
    labels: tuple[str, ...] = eqx.field(static=True)
    """Name of each phase within its cycle."""

    @property
    def cycles(self) -> tuple[str, ...]:
        """The cycles in order, each once."""
        return tuple(dict.fromkeys(self.names))


@lru_cache(maxsize=1)
def _tables() -> dict[str, Cycle]:
    frame = table("energy/cycles")
    found = {}
    for (name,), rows in frame.group_by("cycle", maintain_order=True):
        time = rows["time_s"].to_numpy().astype(float)
        found[str(name)] = Cycle(str(name), time, rows["speed_mps"].to_numpy(), "regulatory schedule")
    whole = found["WLTC3b"]
    kept = whole.time_s <= WLTCJ_END_S
    found["WLTCJ"] = Cycle("WLTCJ", whole.time_s[kept], whole.speed_mps[kept], "WLTC class 3b less its last phase")
    return found


def cycle(name: str) -> Cycle:
    """A bundled cycle by name."""
    found = _tables()
    if name not in found:
        raise unknown("cycle", name, NAMES)
    return found[name]


def trace(name: str, time_s: Sequence[float] | np.ndarray, speed_mps: Sequence[float] | np.ndarray, source: str = "user") -> Cycle:
    """A user's trace as a cycle, after checking it."""
    t, v = np.asarray(time_s, float), np.asarray(speed_mps, float)

    def fault(what: str, mend: str, code: str) -> InputError:
        return InputError(f"trace {name!r} of {source}: {what}", mend, code=f"cycle.{code}", where=source)

    if t.ndim != 1 or t.shape != v.shape or t.size < 2:
        raise fault(f"{t.size} times and {v.size} speeds", "give at least two points, each with a time and a speed", "shape")
    if not (np.isfinite(t).all() and np.isfinite(v).all()):
        row = int(np.argmin(np.isfinite(t) & np.isfinite(v)))
        raise fault(f"point {row + 1} is not a number", "give every point a time and a speed", "number")
    steps = np.diff(t)
    if (steps <= 0.0).any():
        row = int(np.argmax(steps <= 0.0)) + 1
        raise fault(f"time does not rise at point {row + 1}: {t[row - 1]:g} s, then {t[row]:g} s", "sort the points by time", "time")
    if steps.max() > LONGEST_STEP_S:
        raise fault(f"a gap of {steps.max():g} s", f"give a point at least each {LONGEST_STEP_S:g} s, best each second", "gap")
    if (v < 0.0).any() or v.max() > FASTEST_MPS:
        worst = float(v.min() if (v < 0.0).any() else v.max())
        raise fault(f"speed {worst:g} m/s is out of range", "give speeds from 0 to 120 m/s; check the unit", "speed")
    gain = np.diff(v) / steps
    if np.abs(gain).max() > HARDEST_MPS2:
        row = int(np.argmax(np.abs(gain)))
        change = f"{v[row] / KMH:.0f} to {v[row + 1] / KMH:.0f} km/h in {steps[row]:g} s at point {row + 2}"
        raise fault(f"speed jumps from {change}", "no road vehicle does that: check the unit in the column's name, or the gap", "unit")
    if float(np.trapezoid(v, t)) <= 0.0:
        raise fault("it never moves", "give a trace with some speed", "still")
    return Cycle(name, t, v, source)


SPEED_COLUMNS = {"v_mps": 1.0, "speed_mps": 1.0, "v_kmh": KMH, "speed_kmh": KMH, "v_mph": MPH, "speed_mph": MPH}
TIME_COLUMNS = ("t_s", "time_s")


def load_cycle(path: Path | str) -> Cycle:
    """A trace from a CSV file with columns `t_s` and one of `v_mps`, `v_kmh`, `v_mph`."""
    file = Path(path)
    lines = [line for line in read_text(file).splitlines() if line.strip() and not line.lstrip().startswith("#")]
    header = [name.strip().strip('"') for name in lines[0].split(",")] if lines else []
    time_name = next((name for name in header if name in TIME_COLUMNS), None)
    speed_name = next((name for name in header if name in SPEED_COLUMNS), None)
    if time_name is None or speed_name is None:
        raise InputError(
            f"{file} has columns {', '.join(header) or '(none)'}",
            "name one column t_s and one v_mps, v_kmh or v_mph",
            code="cycle.columns",
            where=str(file),
        )
    columns = header.index(time_name), header.index(speed_name)
    points = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split(",")
        try:
            points.append([float(cells[column]) for column in columns])
        except (ValueError, IndexError):
            raise InputError(
                f"{file}, row {number}: {line.strip()!r} is not a time and a speed",
                "give two numbers, with a point for decimals",
                code="cycle.number",
                where=f"{file}:{number}",
            ) from None
    values = np.asarray(points, float).reshape(-1, 2)
    return trace(file.stem, values[:, 0], values[:, 1] * SPEED_COLUMNS[speed_name], str(file))


def schedule(cycles: Sequence[str | Cycle] = DEFAULT) -> Schedule:
    """Cycles, by name or as traces, laid end to end for the scan. Repeated names are an error."""
    chosen = [cycle(c) if isinstance(c, str) else c for c in cycles]
    names = [c.name for c in chosen]
    if len(set(names)) < len(names):
        raise InputError(f"a cycle is named twice: {', '.join(names)}", "give each cycle its own name", code="cycle.twice")
    return _schedule(tuple(chosen)) if any(not isinstance(c, str) for c in cycles) else _named(tuple(names))


@lru_cache(maxsize=16)
def _named(names: tuple[str, ...]) -> Schedule:
    return _schedule(tuple(cycle(name) for name in names))


def _schedule(chosen: tuple[Cycle, ...]) -> Schedule:
    blocks: dict[str, list[np.ndarray]] = {k: [] for k in ("target", "start", "first", "dt", "since", "procedure", "phase")}
    names: list[str] = []
    labels: list[str] = []
    lengths: list[float] = []
    shares: list[float] = []
    for c in chosen:
        pace = c.distance_m / float(np.ptp(c.time_s))
        town = float(np.clip((HIGHWAY_MPS - pace) / (HIGHWAY_MPS - TOWN_MPS), 0.0, 1.0))
        steps = c.time_s.size - 1
        since = (c.time_s[:-1] + c.time_s[1:]) / 2.0 - c.time_s[0]
        dt = np.diff(c.time_s)
        mean = (c.speed_mps[:-1] + c.speed_mps[1:]) / 2.0
        phases = PHASES.get(c.name, ((np.inf, "whole"),))
        member = np.searchsorted(np.asarray([end for end, _ in phases]), since)
        columns = {
            "target": c.speed_mps[1:],
            "start": np.full(steps, c.speed_mps[0]),
            "first": np.eye(1, steps)[0],
            "dt": dt,
            "since": since,
            "procedure": np.full(steps, PROCEDURES.get(c.name, 0)),
        }
        for number, (_, label) in enumerate(phases):
            rows = np.flatnonzero(member == number)
            padding = -rows.size % CHUNK
            for key, column in columns.items():
                fill = column[rows[-1]] if key in ("target", "since", "procedure") else 0.0
                blocks[key].append(np.concatenate([column[rows], np.full(padding, fill)]).reshape(-1, CHUNK))
            blocks["phase"].append(np.full((rows.size + padding) // CHUNK, len(names)))
            names.append(c.name)
            labels.append(label)
            lengths.append(float((mean * dt)[rows].sum()))
            shares.append(town)
    joined = {k: np.concatenate(v) for k, v in blocks.items()}
    moving = joined["dt"] > 0.0
    with jax.ensure_compile_time_eval():  # these arrays are kept: they must not belong to whatever is being traced
        return Schedule(
            target_mps=jnp.asarray(joined["target"]),
            start_mps=jnp.asarray(joined["start"]),
            first=jnp.asarray(joined["first"]),
            dt_s=jnp.asarray(joined["dt"]),
            per_s=jnp.asarray(np.where(moving, 1.0 / np.where(moving, joined["dt"], 1.0), 0.0)),
            since_start_s=jnp.asarray(joined["since"]),
            procedure=jnp.asarray(joined["procedure"], jnp.int32),
            phase=jnp.asarray(joined["phase"], jnp.int32),
            length_m=jnp.asarray(lengths),
            town_share=jnp.asarray(shares),
            names=tuple(names),
            labels=tuple(labels),
        )
