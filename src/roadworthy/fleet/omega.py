"""How does a study start from EPA OMEGA's own files, and how are results set beside OMEGA's?

`read_omega_vehicles` takes OMEGA's vehicles.csv as it is; `read_omega_summary` its yearly results, long (run, calendar_year, variable,
value) or wide (one column a variable); `write_omega_shape` gives ours under OMEGA's names. Nothing of OMEGA's code is used.
    target_Mg = sum sales x g/mi x lifetime miles / 1e6,  g/mi by footprint and model year
Limits: our bodies are three, so OMEGA's size classes are kept as text only; medium-duty rows are counted apart and enter no fleet.
Scope that differs is listed by `DIFFERS`. Reference: EPA OMEGA 2.5.0, file formats.
"""

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from roadworthy.core import InputError, near, unknown
from roadworthy.core.files import read_text, write_atomic
from roadworthy.core.units import MILE_M
from roadworthy.data import table
from roadworthy.fleet.cafe import epa_target
from roadworthy.fleet.national import Country

BODY_OF = {
    "sedan": "car",
    "sedan_wagon": "car",
    "car": "car",
    "cuv_suv": "suv_van",
    "cuv_suv_van": "suv_van",
    "pickup": "pickup",
}
REG_CLASSES = ("car", "truck", "mediumduty")
NEEDED = ("manufacturer_id", "model_year", "reg_class_id", "body_style", "sales", "footprint_ft2")
NUMBERS = ("sales", "footprint_ft2", "curbweight_lbs", "etw_lbs", "cert_direct_oncycle_co2e_grams_per_mile")
CURB_UNDER_ETW_LB = 300.0
GRAMS_PER_MG = 1e6
DIFFERS = (
    "OMEGA chooses technologies and prices to comply; here the fleet given is held",
    "OMEGA holds body-style shares; demand by size is the market room's",
    "OMEGA values mass against deaths by slope; here deaths come from crash physics",
    "survival to age 39 with a fitted exponent here; OMEGA's ends at 30 (pickups 37)",
)
OUR_NAMES = ("calendar_year", "sales_total", "registered_count", "vmt", "gasoline_gallons", "vehicle_co2e_Mg", "fatalities")


@dataclass(frozen=True, slots=True)
class OmegaFleet:
    """Light vehicles of an OMEGA file, one entry a row [n]; what the file leaves empty is NaN."""

    source: str
    maker: tuple[str, ...]
    name: tuple[str, ...]
    model_year: np.ndarray
    reg_class: tuple[str, ...]
    body: tuple[str, ...]
    sales: np.ndarray
    footprint_ft2: np.ndarray
    curb_lb: np.ndarray
    cert_g_per_mi: np.ndarray
    filled_curb: int
    """Rows whose curb weight was missing and is test weight less 300 lb."""
    medium_duty: float
    """Vehicles of medium-duty rows, in no array."""

    def by_body(self) -> dict[str, dict[int, float]]:
        """Sales by body and model year, as `fleet.country` takes them."""
        found: dict[str, dict[int, float]] = {}
        for body, year, sales in zip(self.body, self.model_year, self.sales, strict=True):
            found.setdefault(body, {})
            found[body][int(year)] = found[body].get(int(year), 0.0) + float(sales)
        return found

    def target_Mg(self, model_year: int | None = None) -> float:
        """EPA's lifetime target of all vehicles, by footprint; under the year asked, or each row's own. [Mg]"""
        life = dict(table("fleet/epa_targets").select("fleet", "lifetime_mi").iter_rows())
        total = 0.0
        for reg in ("car", "truck"):
            for year in sorted(set(self.model_year.tolist())):
                rows = np.asarray([r == reg and y == year for r, y in zip(self.reg_class, self.model_year, strict=True)], bool)
                if rows.any():
                    grams = epa_target(reg, model_year or int(year), self.footprint_ft2[rows])
                    total += float((self.sales[rows] * grams).sum() * life[reg] / GRAMS_PER_MG)
        return total


def _rows(path: Path | str) -> list[dict[str, str]]:
    """Records of a CSV file, gzipped or not."""
    source = Path(path)
    if source.suffix == ".gz":
        try:
            text = gzip.decompress(source.read_bytes()).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError, EOFError) as fault:
            raise InputError(f"{source} cannot be read: {fault}", "give a gzipped CSV file", code="file.read", where=str(source)) from None
    else:
        text = read_text(source)
    rows = list(csv.DictReader(io.StringIO(text)))
    if not rows:
        raise InputError(
            f"{source} holds no rows", "give a CSV file with a header and one row a vehicle or year", code="omega.empty", where=str(source)
        )
    return rows


def _columns(rows: list[dict[str, str]], needed: tuple[str, ...], source: str) -> None:
    present = [name for name in rows[0] if name]
    for name in needed:
        if name not in present:
            raise InputError(f"{source} has no column {name!r}", near(name, present), code="omega.column", where=source)


def _number(row: dict[str, str], name: str, source: str, line: int) -> float:
    text = (row.get(name) or "").strip()
    if not text:
        return float("nan")
    try:
        return float(text)
    except ValueError:
        raise InputError(
            f"{source}:{line}: {name} is {text!r}", "give a number or leave it empty", code="omega.number", where=f"{source}:{line}"
        ) from None


def read_omega_vehicles(path: Path | str) -> OmegaFleet:
    """An OMEGA vehicles.csv (or .csv.gz) as arrays.

    Raises InputError for a missing column, a body or class unknown, a number that is none, negative sales or a footprint not above 0,
    each with file and line.
    """
    source = str(path)
    rows = _rows(path)
    _columns(rows, NEEDED, source)
    kept: list[tuple[dict[str, str], dict[str, float]]] = []
    medium, filled = 0.0, 0
    for line, row in enumerate(rows, 2):
        values = {name: _number(row, name, source, line) for name in NUMBERS}
        where = f"{source}:{line}"
        if row["body_style"] not in BODY_OF:
            raise InputError(
                f"{where}: body style {row['body_style']!r} is not known", near(row["body_style"], BODY_OF), code="omega.body", where=where
            )
        if row["reg_class_id"] not in REG_CLASSES:
            raise InputError(
                f"{where}: class {row['reg_class_id']!r} is not known",
                near(row["reg_class_id"], REG_CLASSES),
                code="omega.class",
                where=where,
            )
        if not values["sales"] >= 0.0:
            raise InputError(f"{where}: sales are {row['sales'] or 'empty'}", "give zero or more", code="omega.sales", where=where)
        if row["reg_class_id"] == "mediumduty":
            medium += values["sales"]
            continue
        if not values["footprint_ft2"] > 0.0:
            raise InputError(
                f"{where}: footprint is {row['footprint_ft2'] or 'empty'}",
                "give wheelbase x mean track in square feet",
                code="omega.footprint",
                where=where,
            )
        if np.isnan(values["curbweight_lbs"]) and not np.isnan(values["etw_lbs"]):
            values["curbweight_lbs"] = values["etw_lbs"] - CURB_UNDER_ETW_LB
            filled += 1
        kept.append((row, values))

    def column(name: str) -> np.ndarray:
        return np.asarray([values[name] for _, values in kept], float)

    return OmegaFleet(
        source=source,
        maker=tuple(row["manufacturer_id"] for row, _ in kept),
        name=tuple(row.get("vehicle_name") or "" for row, _ in kept),
        model_year=np.asarray([int(float(row["model_year"])) for row, _ in kept], int),
        reg_class=tuple(row["reg_class_id"] for row, _ in kept),
        body=tuple(BODY_OF[row["body_style"]] for row, _ in kept),
        sales=column("sales"),
        footprint_ft2=column("footprint_ft2"),
        curb_lb=column("curbweight_lbs"),
        cert_g_per_mi=column("cert_direct_oncycle_co2e_grams_per_mile"),
        filled_curb=filled,
        medium_duty=medium,
    )


def read_omega_summary(path: Path | str, run: str | None = None) -> dict[str, dict[int, float]]:
    """OMEGA's yearly results as {variable: {year: value}}, from its long or its wide form.

    `run` chooses among several runs in one file; a file with several and none chosen is refused with their names.
    """
    source = str(path)
    rows = _rows(path)
    label = next((name for name in ("run", "session_name") if name in rows[0]), None)
    runs = sorted({row[label] for row in rows}) if label else []
    if run is not None and run not in runs:
        raise unknown("run", run, runs)
    if run is None and len(runs) > 1:
        raise InputError(f"{source} holds {len(runs)} runs", f"choose one of {', '.join(runs)}", code="omega.run", where=source)
    mine = [row for row in rows if not label or run is None or row[label] == run]
    _columns(mine, ("calendar_year",), source)
    found: dict[str, dict[int, float]] = {}
    long = {"variable", "value"} <= set(rows[0])
    for line, row in enumerate(mine, 2):
        year = int(_number(row, "calendar_year", source, line))
        pairs = [(row["variable"], _number(row, "value", source, line))] if long else _wide(row, label)
        for name, value in pairs:
            found.setdefault(name, {})[year] = value
    return found


def _wide(row: dict[str, str], label: str | None) -> list[tuple[str, float]]:
    """Number columns of one wide row; text columns are not results."""
    out = []
    for name, text in row.items():
        if name in ("calendar_year", label) or not text:
            continue
        try:
            out.append((name, float(text)))
        except ValueError:
            continue
    return out


def check_summary(summary: dict[str, dict[int, float]]) -> dict[int, dict[str, float]]:
    """Totals of a summary against the sums of its makers, by year: sales and target, as (makers' sum / total - 1)."""
    found: dict[int, dict[str, float]] = {}
    for year, total in summary.get("sales_total", {}).items():
        makers = sum(values[year] for name, values in summary.items() if name.endswith("_sales_total") and year in values)
        found[year] = {"sales_total": total, "makers_sales": makers, "gap": makers / total - 1.0 if total else float("nan")}
    return found


def write_omega_shape(country: Country, path: Path | str | None = None) -> str:
    """A fleet of ours under OMEGA's names, one row a year, as CSV text; also written to `path` when given."""
    carbon = dict(table("fleet/constants").select("name", "value").iter_rows())["gasoline_co2_g_per_gal"] / GRAMS_PER_MG
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(OUR_NAMES)
    gallons = country.gallons.sum(axis=0)
    for t, year in enumerate(country.years):
        writer.writerow(
            [int(year), *(f"{value:.6g}" for value in (country.entries[:, t].sum(), country.vehicles[t], country.total_m[t] / MILE_M,
                                                       gallons[t], gallons[t] * carbon, country.killed[t]))]
        )  # fmt: skip
    if path is not None:
        write_atomic(path, out.getvalue())
    return out.getvalue()
