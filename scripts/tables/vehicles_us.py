"""What US government tables say of the US vehicles of the catalogue: sizes of model year 2022 and the drive train of one label each.

Origins: EPA OMEGA 2.5.0, light-duty fleet of model year 2022 (`fleet/fleet_my2022_ldv.parquet`, public domain) and the label table of
fueleconomy.gov (`energy/epa_vehicles_1984_2026.parquet`, EPA and DOE, public domain).

A source counts for a cell when its figure is within 2 % of it (4.5 % for mass, power and battery), as in the catalogue itself: the
value stays, its status rises to published, and the source is named. A figure further off is kept beside the cell as a conflict. Blank
cells of the catalogue's own fields stay blank (they serve as checks); only fields it never had are added: gearbox, driven wheels,
turbo, cylinders, injection, start-stop, EPA identifiers and EPA volumes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

CUBIC_FOOT_M3 = 0.3048**3
TOLERANCE = {"mass": 0.045, "power": 0.045, "battery": 0.045}
TOLERANCE_SIZE = 0.02
OMEGA = "EPA OMEGA 2.5.0, fleet of model year 2022"
LABEL = "EPA/DOE label table, vehicle"
COLUMNS = {  # column of the OMEGA fleet -> our stem, our unit, factor
    "length_mm": ("length", "mm", 1.0),
    "width_mm": ("width", "mm", 1.0),
    "height_mm": ("height", "mm", 1.0),
    "wheelbase_mm": ("wheelbase", "mm", 1.0),
    "curb_mass_kg": ("mass", "kg", 1.0),
    "power_kw": ("power", "kW", 1.0),
    "engine_displacement_liters": ("displacement", "cc", 1000.0),
    "passenger_capacity": ("seats", "", 1.0),
    "battery_gross_kwh": ("battery", "kWh", 1.0),
}


@dataclass(frozen=True, slots=True)
class Match:
    """Rows of the OMEGA fleet that are one vehicle of the catalogue, and the columns that hold for it."""

    name: str
    """Pattern of `vehicle_name`."""
    litres: float | None = None
    wheelbase_in: float | None = None
    leave_out: tuple[str, ...] = ()
    """Our stems for which the row means another variant or a mean over bodies."""


FLEET: dict[str, tuple[Match, ...]] = {
    "ford_f150_crew": (
        Match(r"^F150 PICKUP (2|4)WD( HEV)?$", wheelbase_in=145.4, leave_out=("power", "displacement", "seats", "battery")),
        Match(r"^F150 PICKUP 2WD$", 2.7, leave_out=("length", "wheelbase", "mass", "width", "height")),
    ),
    "chevy_silverado_crew": (Match(r"^SILVERADO 2WD$", 2.7, leave_out=("seats",)),),
    "toyota_rav4_xa50": (Match(r"^RAV4$", 2.5),),
    "toyota_corolla_e210": (Match(r"^COROLLA( XLE)?$", 1.8, leave_out=("power", "displacement")),),
    "honda_civic_fe": (Match(r"^CIVIC 4DR$", 2.0, leave_out=("length",)),),
    "nissan_versa_n18": (Match(r"^VERSA$", 1.6),),
    "mitsubishi_mirage": (Match(r"^MIRAGE$", 1.2, leave_out=("length", "wheelbase", "mass")),),
    "mazda_mx5_nd": (Match(r"^MX-5$", 2.0),),
    "ford_maverick": (Match(r"^MAVERICK HEV FWD$", 2.5, leave_out=("power", "battery")),),
    "tesla_model_y": (Match(r"^MODEL Y"),),
    "hyundai_venue": (Match(r"^VENUE$", 1.6),),
}
LABELS = {  # catalogue id -> EPA vehicle id of the variant to which mass, power and engine belong
    "ford_f150_crew": 43458,
    "chevy_silverado_crew": 44728,
    "toyota_rav4_xa50": 44991,
    "honda_crv_rs": 45950,
    "toyota_corolla_e210": 45931,
    "honda_civic_fe": 44133,
    "nissan_versa_n18": 41796,
    "mitsubishi_mirage": 44289,
    "mazda_mx5_nd": 45026,
    "chevy_trax_2024": 46450,
    "ford_maverick": 45110,
    "tesla_model_y": 48475,
    "hyundai_venue": 44135,
}
DRIVES = {"Front-Wheel Drive": "fwd", "Rear-Wheel Drive": "rwd", "All-Wheel Drive": "4wd", "4-Wheel Drive": "4wd"}

Cells = dict[tuple[str, str], list[Any]]


@dataclass(slots=True)
class Notes:
    """What the comparison leaves behind: conflicts for readers, and every figure of the sources with the status that the cell had."""

    remarks: list[tuple[str, ...]]
    held: list[tuple[Any, ...]]


def gearbox(trany: str) -> str:
    """EPA's words for a transmission as one of ours: AV and variable gear ratios are belts or planetary sets, A1 is one speed."""
    if trany.startswith("Manual"):
        return "manual"
    if "A1)" in trany:
        return "single"
    if "variable" in trany or "(AV" in trany:
        return "cvt"
    return "amt" if "(AM" in trany else "automatic"


def agree(cells: Cells, key: tuple[str, str], value: float, unit: str, source: str, notes: Notes) -> None:
    """Raise a cell to published where the source agrees; keep a conflict where it does not; leave a blank cell blank."""
    if key not in cells:
        return
    cell = cells[key]
    held = float(cell[2])
    notes.held.append((*key, f"{value:.6g}", unit, cell[4], source))
    if abs(value / held - 1.0) <= TOLERANCE.get(key[1], TOLERANCE_SIZE):
        cell[4], cell[5] = "published", int(cell[5]) + 1
        cell[6] = source if int(cell[5]) == 1 else f"{cell[6]} | {source}"
    else:
        notes.remarks.append((*key, "conflict", f"{value:.6g}", unit, f"{source} gives {value:,.6g} {unit}".strip()))


def mean(rows: pl.DataFrame, column: str) -> float | None:
    """Sales-weighted mean of a column over the rows that have it."""
    known = rows.filter(pl.col(column).is_not_null() & (pl.col(column) > 0))
    return float((known[column] * known["sales"]).sum() / known["sales"].sum()) if len(known) else None


def add(source: Path, cells: Cells, notes: Notes) -> None:
    """Raise statuses, note conflicts and add the fields that only the government tables have; both arguments are changed in place."""
    fleet = pl.read_parquet(source / "fleet" / "fleet_my2022_ldv.parquet")
    for id, matches in FLEET.items():
        for match in matches:
            rows = fleet.filter(pl.col("vehicle_name").str.contains(match.name))
            if match.litres is not None:
                rows = rows.filter((pl.col("engine_displacement_liters") - match.litres).abs() < 0.06)
            if match.wheelbase_in is not None:
                rows = rows.filter((pl.col("wheelbase_in") - match.wheelbase_in).abs() < 0.1)
            for column, (stem, unit, factor) in COLUMNS.items():
                value = mean(rows, column)
                if value is not None and stem not in match.leave_out:
                    agree(cells, (id, stem), value * factor, unit, OMEGA, notes)

    labels = pl.read_parquet(source / "energy" / "epa_vehicles_1984_2026.parquet").with_columns(pl.col(pl.Categorical).cast(pl.String))
    for id, number in LABELS.items():
        row = labels.filter(pl.col("id") == number).row(0, named=True)
        words = f"{LABEL} {number} ({row['year']} {row['model']})"

        def put(stem: str, value: object, unit: str = "", *, id: str = id, words: str = words) -> None:
            cells[id, stem] = [id, stem, value, unit, "published", 1, words]

        put("epa_id", number)
        put("gearbox", gearbox(row["trany"]))
        put("drive", DRIVES[row["drive"]])
        if row["displ"]:
            agree(cells, (id, "displacement"), row["displ"] * 1000.0, "cc", words, notes)
            put("cylinders", int(row["cylinders"]))
            put("turbo", int(row["tCharger"] == "T"))
            put("direct_injection", int("DI" in (row["eng_dscr"] or "")))
            if row["startStop"]:
                put("start_stop", int(row["startStop"] == "Y"))
        motor = re.match(r"(\d+) kW", row["evMotor"] or "")
        if motor and not row["displ"]:
            agree(cells, (id, "power"), float(motor.group(1)), "kW", words, notes)
        if "Hybrid" in (row["eng_dscr"] or ""):
            put("powertrain", "hev")
        for stem, columns in (("passenger_volume", ("pv4", "pv2", "hpv")), ("cargo_volume", ("lv4", "lv2", "hlv"))):
            volume = next((row[c] for c in columns if row[c]), 0)
            if volume:
                put(stem, round(volume * CUBIC_FOOT_M3, 4), "m3")
