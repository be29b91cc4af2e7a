"""Mileage, merging, hills."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from roadworthy.cli.flags import AsJson, Car, Debug
from roadworthy.cli.output import emit, talk

COMPARATORS = ("toyota_corolla_e210", "ford_f150_crew")
Flag = Annotated[bool, Parameter(negative="")]


def drive(
    vehicle: Car | None = None,
    *,
    cycle: Annotated[list[str], Parameter(negative="", consume_multiple=True)] | None = None,
    payload_kg: float = 0.0,
    picture: Path | None = None,
    five_cycle: Flag = False,
    held: Flag = False,
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """Mileage on the US label and in Japan, 0-60, merging, top speed, hills.

    Parameters
    ----------
    cycle
        Speed traces to drive: names such as US06 or WLTC3b, or CSV files with columns t_s and v_mps, v_kmh or v_mph.
    payload_kg
        Load beside the driver, 0 to 3,000 kg.
    picture
        Write the pictures of energy, trace and merge lane as SVG into this folder.
    five_cycle
        The label by all five tests, with air conditioning and in the cold, beside the usual form by two.
    held
        The error of the model on test cars that no fit has seen.
    """
    from roadworthy.core.errors import UsageError
    from roadworthy.report import render_drive

    if held:
        return _held(json)
    if vehicle is None:
        raise UsageError("no vehicle is named", "name one, such as honda_nbox_jf5: roadworthy vehicles list", code="drive.no_vehicle")
    from roadworthy.energy import drive as drive_vehicle
    from roadworthy.energy.cycles import DEFAULT
    from roadworthy.vehicles import find

    if not 0.0 <= payload_kg <= 3000.0:
        raise UsageError(
            f"--payload-kg {payload_kg:g} is outside 0 to 3000 kg",
            "give the load beside the driver",
            code="flag.range",
            where="--payload-kg",
        )
    traces = DEFAULT if cycle is None else _traces(cycle)
    car = find(vehicle)
    answer = drive_vehicle(car, 0, cycles=traces, payload_kg=payload_kg, five_cycle=five_cycle)
    emit(answer, render_drive, json)
    if picture is not None:
        _draw(car, picture, traces[-1] if cycle else "US06")
    return 0


def _traces(asked: list[str]) -> tuple[Any, ...]:
    """The cycles of label and Japan, then those asked for, each once."""
    found = {name: name for name in ("UDDS", "HWFET", "WLTCJ")}
    for one in map(_trace, asked):
        found[one if isinstance(one, str) else one.name] = one
    return tuple(found.values())


def _trace(name: str) -> Any:
    """A bundled cycle by name, or a file when there is one of that name or the name looks like one."""
    from roadworthy.energy import load_cycle
    from roadworthy.energy.cycles import NAMES, cycle

    if name in NAMES:
        return name
    if Path(name).suffix or Path(name).exists():
        return load_cycle(name)
    return cycle(name).name


def _draw(car: Any, folder: Path, trace: Any) -> None:
    from roadworthy.core.files import write_atomic
    from roadworthy.energy import scene
    from roadworthy.report.charts_drive import drive_charts
    from roadworthy.study.cards import name_of
    from roadworthy.vehicles import concat, find

    others = concat(*(find(name) for name in COMPARATORS if name != car.ids[0]))
    shown = scene(car, others, trace=trace)
    names = {batch.ids[i]: name_of(batch, i) for batch in (car, others) for i in range(len(batch.ids))}
    for chart in drive_charts(shown, names):
        talk(f"wrote {write_atomic(folder / f'{chart.id}.svg', chart.svg())}")


def _held(json: bool) -> int:
    from roadworthy.energy import quality
    from roadworthy.report.terminal_drive import render_quality

    emit({"schema": "roadworthy/drive-held/1", "rows": quality()}, render_quality, json)
    return 0
