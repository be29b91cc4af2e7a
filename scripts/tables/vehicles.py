"""Make the tables of the vehicles room from the public catalogue of facts and the gap fits.

Origin: `vehicles/catalogue_cells.csv` (1,026 cells, each with unit, status and source: makers' press pages, car magazines and
encyclopaedias named per cell), `vehicles/catalogue.csv` (names, years and classes of the same 80 vehicles),
`vehicles/gap_fits.csv` (regressions; no row of the data they were fitted on is used or shipped), and the US government tables that
`vehicles_us.py` names.

    python -m scripts.tables.vehicles --source DIR
"""

from __future__ import annotations

import argparse
import csv
import os
from pathlib import Path

from scripts.tables import vehicles_us

OUT = Path(__file__).resolve().parents[2] / "src/roadworthy/data/facts/vehicles"

FIELDS = {  # column of the raw table -> our stem, unit there in our spelling
    "length_mm": ("length", "mm"),
    "width_mm": ("width", "mm"),
    "height_mm": ("height", "mm"),
    "wheelbase_mm": ("wheelbase", "mm"),
    "curb_kg_min": ("mass", "kg"),
    "curb_kg_max": ("mass_max", "kg"),
    "engine_cc": ("displacement", "cc"),
    "power_kw": ("power", "kW"),
    "torque_nm": ("torque", "N m"),
    "battery_kwh": ("battery", "kWh"),
    "range_km": ("range", "km"),
    "economy_wltc_kml": ("economy", "km/L"),
    "price_min": ("price_min", ""),
    "price_max": ("price_max", ""),
    "cabin_length_mm": ("cabin_length", "mm"),
    "cabin_width_mm": ("cabin_width", "mm"),
    "cabin_height_mm": ("cabin_height", "mm"),
    "sales_japan_2025": ("sales_japan_2025", ""),
    "jncap": ("crash_tests", ""),
    "top_speed_kmh": ("speed_max", "km/h"),
    "t0_60mph_s": ("t_0_60mph", "s"),
    "seats": ("seats", ""),
}
NOBODY = "none: general knowledge, nobody has verified it"
CRAWL = "world_specs (unlicensed 2020 reference set)"
SINGLE_FACT = "specification list of 2020, no licence stated, single fact"
ROW = "name and class of the catalogue row"
BY_MARKET = "market of the vehicle: the cycle in force there"

LATEST_LIST = 2025
LIST_AGE_YR = 5
PRICE_YEAR = "launch or latest list, not dated by the source: launch year of models since 2020, last year of sale of older ones, else 2025"

BODY_KINDS = {  # the catalogue's words -> the few kinds that other rooms tell apart; the id wins where the words do not suffice
    "super-height wagon": "super_height",
    "super-height wagon EV": "super_height",
    "height wagon": "height_wagon",
    "height wagon, sliding doors": "height_wagon",
    "height wagon EV": "height_wagon",
    "crossover": "height_wagon",
    "hatchback": "hatch",
    "hatchback EV": "hatch",
    "2-seat city car": "hatch",
    "city EV": "hatch",
    "van": "van",
    "van EV": "van",
    "cab-over van": "van_cabover",
    "cab-over van (leisure)": "van_cabover",
    "cab-over wagon": "van_cabover",
    "truck": "truck",
    "truck, extended cab": "truck",
    "micro truck": "truck",
    "roadster": "roadster",
    "coupe, gullwing": "roadster",
    "off-road 4x4": "suv",
    "compact SUV": "suv",
    "compact SUV EV": "suv",
    "subcompact SUV": "suv",
    "pickup": "pickup",
    "pickup EV": "pickup",
    "compact pickup": "pickup",
    "compact car": "sedan",
    "subcompact car": "sedan",
    "light quadricycle L6e": "quadricycle",
    "heavy quadricycle L7e": "quadricycle",
    "3-wheel EV (autocycle)": "autocycle",
    "LSV 4-seat": "lsv",
}
KIND_BY_ID = {"mitsubishi_mirage": "hatch", "daihatsu_ehijet": "van_cabover", "mitsubishi_minicab_ev": "van_cabover"}
FORWARD_CONTROL = ("truck", "van_cabover")
MONTHS = {"daihatsu_copen_l880": "2002-06"}

REMARKS = [  # id, stem, kind, other value, unit, words
    ("slate_truck", "torque", "conflict", "400", "N m", "another source gives 400 N m (295 lb ft)"),
    ("slate_truck", "battery", "conflict", "57.2", "kWh", "another source gives 57.2 kWh"),
    ("slate_truck", "price_min", "conflict", "", "", "another source says 'high 20 thousand'"),
    ("honda_nbox_jf5", "cabin_length", "conflict", "2240", "mm", "lists made for the previous car give 2,240 mm"),
    ("daihatsu_hijet_cargo", "economy", "conflict", "20.5", "km/L", "a table of fuel economies gives 20.5 km/L for the CVT"),
    ("daihatsu_copen_l880", "wheelbase", "conflict", "2225", "mm", "another source gives 2,225 mm"),
    ("daihatsu_copen_la400", "wheelbase", "conflict", "2225", "mm", "another source gives 2,225 mm for the Copen"),
    ("microlino", "power", "conflict", "12", "kW", "printed as 12 kW elsewhere, taken as rounded"),
    ("honda_none_e", "length", "rejected", "3900", "mm", "3.9 m in one source, impossible for a kei car"),
    ("suzuki_hustler_mr52", "length", "rejected", "3300", "mm", "3.3 m in one source, impossible beside its wheelbase"),
    ("smart_fortwo_451", "width", "remark", "", "", "may include mirrors or be another market's"),
    ("renault_twizy80", "width", "remark", "", "", "may include mirrors or be another market's"),
    ("mitsubishi_imiev_us", "width", "remark", "", "", "may include mirrors or be another market's"),
    ("daihatsu_move_la850", "sales_japan_2025", "remark", "", "", "includes Canbus"),
    ("daihatsu_mira_es_la350", "sales_japan_2025", "remark", "", "", "the whole Mira family"),
    ("suzuki_wagonr_mh85", "sales_japan_2025", "remark", "", "", "includes Smile"),
    ("mitsubishi_delica_mini2", "sales_japan_2025", "remark", "", "", "includes eK"),
]

CABOVER = "cab-over truck: the driver sits above the front axle and the bed reaches far behind the rear one; no fitted car is built so"
SHORT_COUPLED = "quadricycle: shorter than any fitted car, axles drawn in under the seats"
EXPLAINED = [  # vehicle or kind of body, field (name inside), why the figure is outside the 3-sd band of its fit
    ("truck", "wheelbase_m", CABOVER),
    ("quadricycle", "wheelbase_m", SHORT_COUPLED),
    ("pickup", "wheelbase_m", "crew cab and bed behind it: a pickup's axles stand farther apart than a car's of its length"),
    ("aptera", "mass_kg", "three-wheeler with a composite body, its makers' target; the fit knows steel cars of that outer size"),
    (
        "honda_beat",
        "torque_Nm",
        "unblown engine that makes its power at very high speed and so at little torque; the small engines of the fit turn slower",
    ),
    ("suzuki_jimny_jb64", "cabin_height_m", "ladder frame and ground clearance under the floor take height from the cabin"),
]

FITS = {  # target in the raw table -> name of the fit, our field, words for where it applies
    "curb_kg (any car)": ("M1", "mass_kg", "any car"),
    "curb_kg, lightest variant (petrol, length <= 3400 mm)": ("M2", "mass_kg", "petrol, length <= 3.4 m"),
    "wheelbase_mm (any car)": ("W", "wheelbase_m", "length >= 4 m"),
    "wheelbase_mm (length < 4000 mm)": ("W4", "wheelbase_m", "length < 4 m"),
    "torque_nm (petrol)": ("T", "torque_Nm", "petrol, 1.1 L and more"),
    "torque_nm (petrol, < 1100 cc)": ("T1", "torque_Nm", "petrol, under 1.1 L"),
    "curb_kg_max / curb_kg_min (petrol kei)": ("M3", "mass_max_kg", "any car, fitted on petrol kei"),
    "cabin_height_mm (4-seat kei)": ("CH", "cabin_height_m", "four-seat kei"),
    "t_0_62mph_s (any car)": ("A", "t_0_62mph_s", "length >= 4 m"),
    "t_0_62mph_s (length < 4000 mm)": ("A4", "t_0_62mph_s", "length < 4 m"),
}
TERMS = {
    "(curb_kg+136)/power_kw": "mass_by_power",
    "dummy power_kw>=45": "is_45_kw",
    "dummy truck": "is_truck",
    "engine_cc": "displacement_cc",
}

ASSUMED = "assumed"
CONSTANTS = [  # name, value, unit, sd, status, source, meaning
    ("kei_length_max", 3.40, "m", "", "published", "kei class of Japan since October 1998", "longest kei"),
    ("kei_width_max", 1.48, "m", "", "published", "kei class of Japan since October 1998", "widest kei"),
    ("kei_height_max", 2.00, "m", "", "published", "kei class of Japan", "tallest kei"),
    ("kei_displacement_max", 660.0, "cc", "", "published", "kei class of Japan since 1990", "largest kei engine"),
    ("kei_power_max", 64.0, "PS", "", "published", "makers' agreement of 1990", "strongest kei"),
    ("kei_seats_max", 4.0, "", "", "published", "kei class of Japan", "most seats of a kei"),
    ("kei_payload", 350.0, "kg", "", "published", "load limit of kei trucks and vans", "rated load of a kei truck or van"),
    (
        "seat_mass_japan",
        55.0,
        "kg",
        "",
        ASSUMED,
        "Japanese rating practice, not read in the text",
        "weight of one occupant in a Japanese rating",
    ),
    (
        "turbo_power",
        45.0,
        "kW",
        "",
        ASSUMED,
        "64 PS is out of reach of unblown 660 cc engines of today",
        "kei at or above this are turbocharged",
    ),
    (
        "turbo_year",
        1998.0,
        "year",
        "",
        ASSUMED,
        "the Beat of 1991 makes 47 kW unblown",
        "the turbo rule holds for kei built after this year",
    ),
    ("area_factor", 0.83, "", 0.03, ASSUMED, "one published pair: N-BOX 2.19 m2", "frontal area over width x height"),
    ("wheels", 4.0, "", "", ASSUMED, "a car has four wheels unless said", "wheels"),
    ("seats_front", 2.0, "", "", ASSUMED, "two seats in front unless said", "front seats"),
    (
        "kei_ev_density",
        122.0,
        "kg/m3",
        12.0,
        ASSUMED,
        "five electric kei of the catalogue, masses mostly assumed",
        "curb mass over length x width x height, electric kei",
    ),
    (
        "mass_agreement",
        0.045,
        "",
        "",
        ASSUMED,
        "a source counts as agreeing within 4.5 % in mass",
        "sd of the logarithm of a catalogued mass nobody has verified",
    ),
    ("family_correlation", 0.5, "", "", ASSUMED, "a fit's error is a family trait", "correlation of the errors of kei masses"),
    ("cabin_width", 1.333, "m", 0.021, ASSUMED, "24 four-seat kei of the catalogue, cells mostly assumed", "inside width, four-seat kei"),
    ("cabin_length", 2.140, "m", 0.131, ASSUMED, "24 four-seat kei of the catalogue, cells mostly assumed", "inside length, four-seat kei"),
]
DRAG = [  # below this height in m: drag coefficient, sd
    (1.45, 0.31, 0.03),
    (1.55, 0.305, 0.030),
    (1.70, 0.330, 0.035),
    (1.85, 0.362, 0.046),
    (9.99, 0.387, 0.046),
]


def write(name: str, header: list[str], rows: list[list[object]]) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with (OUT / f"{name}.csv").open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def cycle(row: dict[str, str]) -> str:
    """The cycle of a declared range or economy, by market and class."""
    if row["price_ccy"] == "JPY":
        return "WLTC"
    if row["price_ccy"] == "CNY":
        return "NEDC" if int(row["year_from"]) < 2021 else "CLTC"
    if row["price_ccy"] == "USD":
        return "EPA, maker's estimate"
    return "WMTC" if "quadricycle" in row["body"] else "WLTP"


def price_year(row: dict[str, str]) -> int:
    """Year of a list price that the source does not date: the last year of sale, the launch of a recent model, else the latest list."""
    if row["year_to"]:
        return int(row["year_to"])
    launched = int(row["year_from"])
    return launched if launched >= LATEST_LIST - LIST_AGE_YR else LATEST_LIST


def kind_of(row: dict[str, str]) -> str:
    return KIND_BY_ID.get(row["id"], BODY_KINDS[row["body"]])


def made(row: dict[str, str], present: set[str]) -> list[list[object]]:
    """Cells that follow from the row: years, class, market."""
    id, kind = row["id"], kind_of(row)
    cells: list[list[object]] = [[id, "built_first", MONTHS.get(id, row["year_from"]), "", ASSUMED, 0, NOBODY]]
    if row["year_to"]:
        cells.append([id, "built_last", row["year_to"], "", ASSUMED, 0, NOBODY])
    electric = "battery" in present and "displacement" not in present
    rule = "battery without engine" if electric else "engine without traction battery"
    cells.append([id, "powertrain", "bev" if electric else "ice", "", "derived", 0, rule])
    cells.append(
        [
            id,
            "forward_control",
            int(kind in FORWARD_CONTROL),
            "",
            ASSUMED,
            0,
            "body: kei trucks and cab-over vans probably qualify, others not",
        ]
    )
    if kind == "autocycle":
        cells.append([id, "wheels", 3, "", "derived", 0, ROW])
    if "range" in present:
        cells.append([id, "range_cycle", cycle(row), "", "derived", 0, BY_MARKET])
    if "economy" in present:
        cells.append([id, "economy_cycle", "WLTC", "", "derived", 0, BY_MARKET])
    if "price_min" in present:
        cells.append([id, "price_currency", row["price_ccy"], "", "derived", 0, "market of the vehicle"])
        cells.append([id, "price_year", price_year(row), "", ASSUMED, 0, PRICE_YEAR])
        if row["price_ccy"] == "JPY":
            cells.append([id, "price_includes_tax", 1, "", "derived", 0, "Japanese list prices include consumption tax"])
    if row["rebadges"]:
        cells.append([id, "rebadges", row["rebadges"], "", ASSUMED, 0, NOBODY])
    return cells


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--source", type=Path, default=os.environ.get("ROADWORTHY_RAW_DATA"))
    source = Path(ask.parse_args().source) / "vehicles"

    cells: dict[tuple[str, str], list[object]] = {}
    for cell in read(source / "catalogue_cells.csv"):
        stem, unit = FIELDS[cell["field"]]
        sources = cell["sources"].replace(CRAWL, SINGLE_FACT) if cell["n_sources"] != "0" else NOBODY
        cells[cell["id"], stem] = [cell["id"], stem, cell["value"], unit, cell["status"], cell["n_sources"], sources]

    models = []
    for row in read(source / "catalogue.csv"):
        own = made(row, {stem for id, stem in cells if id == row["id"]})
        cells |= {(row["id"], str(cell[1])): cell for cell in own}
        models.append([row[k] for k in ("id", "make", "model", "code", "group", "body")] + [kind_of(row)])
    notes = vehicles_us.Notes(list(REMARKS), [])
    vehicles_us.add(source.parent, cells, notes)
    order = [model[0] for model in models]
    rows = sorted(cells.values(), key=lambda cell: order.index(cell[0]))
    write("models", ["id", "make", "model", "code", "group", "body", "body_kind"], models)
    write("cells", ["id", "field", "value", "unit", "status", "n_sources", "source"], rows)
    write("remarks", ["id", "field", "kind", "other_value", "unit", "words"], [list(r) for r in notes.remarks])
    write("held", ["id", "field", "value", "unit", "status_before", "source"], [list(r) for r in notes.held])

    write("explained", ["of", "field", "words"], [list(r) for r in EXPLAINED])

    fits: list[list[object]] = []
    for fit in read(source / "gap_fits.csv"):
        if fit["target"] not in FITS:
            continue
        name, field, applies = FITS[fit["target"]]
        terms = [TERMS.get(t.strip(), t.strip()) for t in fit["terms"].split("|")]
        terms = ["c" if t == "mean" else t for t in terms]
        form = {"l": "log", "r": "ratio", "y": "linear"}[fit["form"][0]]
        sd, kind = (fit["sd_ln"].split()[0], "mm") if "mm" in fit["sd_ln"] else (fit["sd_ln"], "ln" if form == "log" else "ratio")
        on_crawl = fit["fitted_on"] == "world_specs"
        basis = (
            f"{fit['n']} car variants of 1988-2020 (not shipped)"
            if on_crawl
            else f"{fit['n']} kei of the catalogue, masses and cabins mostly assumed"
        )
        for term, coefficient in zip(terms, fit["coefficients"].split("|"), strict=True):
            status = "measured" if on_crawl else ASSUMED
            fits.append([name, field, applies, form, term, coefficient.strip(), sd, kind, fit["n"], status, basis])
    write("fits", ["fit", "field", "applies_to", "form", "term", "coefficient", "sd", "sd_of", "n", "status", "source"], fits)
    write("constants", ["name", "value", "unit", "sd", "status", "source", "meaning"], [list(c) for c in CONSTANTS])
    drag = [[*band, "measured", "17792 car variants of 1988-2020 (not shipped)"] for band in DRAG]
    write("drag", ["height_below_m", "cd", "sd", "status", "source"], [list(d) for d in drag])
    print(f"{len(models)} vehicles, {len(rows)} cells, {len(fits)} fit terms in {OUT}")


if __name__ == "__main__":
    main()
