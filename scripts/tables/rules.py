"""Make the rulebook's tables of standards, test limits, population and events from the compiled public law.

Origin: US Code, Code of Federal Regulations and Federal Register (public domain), state statutes and agency pages, the
Japanese class limits as printed by the Saitama light motor vehicle association, the 2020 census (public domain). The folder
named by --source holds rules/*.csv and fleet/cafe_*.csv with a README that says how each row was read.

    python -m scripts.tables.rules --source DIR
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scripts.tables.rules_shared import full_day, rows, source_folder, write

STANDARD_GRAVITY = 9.80665
SI = {  # unit as legislated -> SI unit and factor; "g" is decided by the quantity
    "-": ("1", 1.0),
    "mm": ("m", 1e-3),
    "N": ("N", 1.0),
    "lbf": ("N", 4.4482216152605),
    "Nm": ("N m", 1.0),
    "count": ("1", 1.0),
    "present": ("1", 1.0),
    "g/min": ("kg/s", 1e-3 / 60.0),
    "m": ("m", 1.0),
    "m (V km/h)": ("m", 1.0),
    "min": ("s", 60.0),
    "s": ("s", 1.0),
    "deg": ("rad", 0.017453292519943295),
    "ohm/V": ("ohm/V", 1.0),
    "L": ("m3", 1e-3),
    "V": ("V", 1.0),
    "km/h": ("m/s", 1 / 3.6),
    "mph": ("m/s", 1609.344 / 3600),
    "kg": ("kg", 1.0),
    "%": ("1", 0.01),
}

# What reading the text changed (rules design, section 3): corrections to apply to fmvss.csv, by number.
CORRECTIONS: dict[str, dict[str, str]] = {
    "202": {"number": "202a", "standard_id": "us.fmvss.202a", "citation": "49 CFR 571.202a"},
    "105": {"gvwr_min_lb": "7716"},
    "120": {"gvwr_min_lb": "10000", "gvwr_scope": "not_motorcycle"},
    "138": {"condition": "not dual_wheels"},
    "141": {"fuel": "electric_drive"},
    "203": {"condition": "not airbags"},
    "204": {"gvwr_max_lb": "", "test_gvwr_max_lb": "10000", "test_unladen_max_lb": "5500"},
    "206": {"bus": "1", "gvwr_max_lb": "10000"},
    "208": {"gvwr_max_lb": "", "test_gvwr_max_lb": "8500", "test_unladen_max_lb": "5500"},
    "212": {"condition": "not forward_control"},
    "214": {"since": "2014-09-01"},
    "216a": {"since": "2015-09-01", "condition": "not convertible"},
    "219": {"condition": "not forward_control"},
    "225": {"gvwr_scope": "truck_mpv"},
    "226": {"condition": "not convertible"},
    "301": {"since": "2006-09-01", "fuel": "liquid"},
    "303": {"fuel": "cng"},
    "305": {"gvwr_max_lb": "10000", "fuel": "electric_drive", "condition": "speed_over_40_kmh"},
    "307": {"fuel": "hydrogen"},
    "127": {"since_small_maker": "2030-09-01"},
    "P541": {"condition": "high_theft_line"},
    "500": {"gvwr_max_lb": ""},  # strict bound of the class itself, 571.3
}
TEXT_READ = {"yes", "partly"}
BLOCK_OF = {
    "208": "front_structure", "204": "front_structure", "212": "front_structure", "219": "front_structure", "203": "restraint",
    "214": "side_structure", "226": "side_structure", "206": "side_structure",
    "301": "rear_and_fuel", "303": "rear_and_fuel", "305": "rear_and_fuel", "305a": "rear_and_fuel", "307": "rear_and_fuel",
    "P581": "rear_and_fuel",
    "216a": "roof",
    "201": "restraint", "202a": "restraint", "207": "restraint", "209": "restraint", "210": "restraint", "225": "restraint",
    "126": "esc", "127": "aeb",
}  # fmt: skip
EQUIPMENT_OF = {"126": "esc", "127": "aeb", "138": "tpms", "111": "rear_camera", "225": "latch"}

# Resident population, census of 2020-04-01 (US Census Bureau, apportionment data file; copy read in the GitHub repository
# SoftwareEngineering4Scientists/UFO-pop-data, apportionment.csv, commit 6063aee). The 51 must add to 331,449,281.
POPULATION_2020 = """AL 5024279 AK 733391 AZ 7151502 AR 3011524 CA 39538223 CO 5773714 CT 3605944 DE 989948 DC 689545 FL 21538187
GA 10711908 HI 1455271 ID 1839106 IL 12812508 IN 6785528 IA 3190369 KS 2937880 KY 4505836 LA 4657757 ME 1362359 MD 6177224
MA 7029917 MI 10077331 MN 5706494 MS 2961279 MO 6154913 MT 1084225 NE 1961504 NV 3104614 NH 1377529 NJ 9288994 NM 2117522
NY 20201249 NC 10439388 ND 779094 OH 11799448 OK 3959353 OR 4237256 PA 13002700 RI 1097379 SC 5118425 SD 886667 TN 6910840
TX 29145505 UT 3271616 VT 643077 VA 8631393 WA 7705281 WV 1793716 WI 5893718 WY 576851"""
POPULATION_TOTAL = 331_449_281


def standards(source: Path) -> None:
    application = {r["number"]: r for r in rows(source / "fmvss_application.csv") if r["number"] != "571.3"}
    table = []
    for r in rows(source / "fmvss.csv"):
        row: dict[str, Any] = dict.fromkeys(
            ("gvwr_min_lb", "gvwr_scope", "since_small_maker", "fuel", "condition", "test_gvwr_max_lb", "test_unladen_max_lb"), ""
        )
        row |= r
        row |= CORRECTIONS.get(r["number"], {})
        read = application.get(row["number"], {})
        if read.get("text_read") in TEXT_READ:
            row["status"] = "law" if read["text_read"] == "yes" else row["status"]
            row["as_of"] = row["as_of"] or ""
        row["correction"] = read.get("correction", "") if "none found" not in read.get("correction", "") else ""
        row["since"] = full_day(row["since"])
        row["block"] = BLOCK_OF.get(row["number"], "lamps_and_equipment")
        row["equipment"] = EQUIPMENT_OF.get(row["number"], "")
        table.append(row)
    table.append(
        {
            "standard_id": "us.fmvss.305a", "number": "305a", "title": "Electric powertrain, shock and fire protection (305a)",
            "passenger_car": 1, "mpv": 1, "truck": 1, "bus": 1, "motorcycle": 0, "lsv": 0, "gvwr_max_lb": "10000",
            "since": "2027-09-01", "kind": "crash", "crashworthiness": 1, "fuel": "electric_drive", "condition": "speed_over_40_kmh",
            "citation": "49 CFR 571.305a; 89 FR 104318; 90 FR 9609", "status": "law", "block": "rear_and_fuel",
            "summary": "effective 2025-03-20, compliance 2027-09-01 up to 4,536 kg; CFR text not read", "correction": "row added",
        }
    )  # fmt: skip
    write(
        "standards",
        table,
        ["standard_id", "number", "title", "passenger_car", "mpv", "truck", "bus", "motorcycle", "lsv", "gvwr_max_lb", "gvwr_min_lb",
         "gvwr_scope", "since", "since_small_maker", "fuel", "condition", "test_gvwr_max_lb", "test_unladen_max_lb", "kind",
         "crashworthiness", "block", "equipment", "summary", "citation", "status", "as_of", "correction"],
    )  # fmt: skip


def standard_limits(source: Path) -> None:
    table = []
    for r in rows(source / "fmvss_limits.csv"):
        row: dict[str, Any] = dict(r)
        row["standard_id"] = (
            "us.fmvss.500"
            if r["number"] in ("500", "571.3")
            else f"us.part.{r['number'][1:]}"
            if r["number"][0] == "P"
            else f"us.fmvss.{r['number']}"
        )
        try:
            row["bound"], row["formula"] = float(r["limit"]), ""
        except ValueError:
            row["bound"], row["formula"] = "", r["limit"]
        if r["limit_id"] == "us.fmvss.500_speed.speed_max":
            # printed "40 kilometers per hour (25 miles per hour)"; the customary form is compared, as for the class of 571.3
            row["bound"], row["unit"], row["counterpart"] = 25.0, "mph", "printed: not more than 40 km/h (25 mph)"
        unit = row["unit"]
        if unit == "g":
            row["si_unit"], row["si_factor"] = ("kg", 1e-3) if r["quantity"].startswith("fuel") else ("m/s2", STANDARD_GRAVITY)
        else:
            row["si_unit"], row["si_factor"] = SI[unit]
        row["role"] = "constant" if r["quantity"].startswith("nij_") else "class" if r["test_kind"] == "class" else (
            "equipment" if r["test_kind"] == "equipment" else "test")  # fmt: skip
        row["conditions"] = "; ".join(t for t in (r["counterpart"], r["overlap_or_side"], r["dummy"]) if t and t != "none")
        table.append(row)
    write(
        "standard_limits",
        table,
        TEST_COLUMNS,
    )


SEEN = "globalautoregs.com: reports of UN working parties on R137 (2016) and R135 (GTR 14)"
UNREAD = "not verified against a text"
UN_TESTS = [  # standard, test, kind, km/h, conditions, quantity, op, bound, unit, citation, status, source
    ("un.r94", "r94_odb", "offset_deformable_barrier", 56, "40 % offset; 50th M front", "hic36", "<=", 1000, "-", "UN R94 5.2.1.1", "assumed", UNREAD),
    ("un.r94", "r94_odb", "offset_deformable_barrier", 56, "40 % offset; 50th M front", "chest_deflection", "<=", 42, "mm", "UN R94 5.2.1.4", "assumed", UNREAD),
    ("un.r95", "r95_mdb", "side_mdb", 50, "950 kg barrier, 90 deg; ES-2 front", "hic36", "<=", 1000, "-", "UN R95 5.2.1.1", "assumed", UNREAD),
    ("un.r95", "r95_mdb", "side_mdb", 50, "950 kg barrier, 90 deg; ES-2 front", "rib_deflection", "<=", 42, "mm", "UN R95 5.2.1.2", "assumed", UNREAD),
    ("un.r95", "r95_mdb", "side_mdb", 50, "950 kg barrier, 90 deg; ES-2 front", "pubic_force", "<=", 6, "kN", "UN R95 5.2.1.3", "assumed", UNREAD),
    ("un.r135", "r135_pole", "oblique_pole", 32, "254 mm pole, 75 deg, whatever the width (01 series); WorldSID 50th M", "hic36", "<=", 1000, "-",
     "UN R135 5.3.1", "assumed", UNREAD),
    ("un.r135", "r135_pole", "oblique_pole", 32, "254 mm pole, 75 deg, whatever the width (01 series); WorldSID 50th M", "rib_deflection", "<=", 55, "mm",
     "UN R135 5.3.3", "assumed", UNREAD),
    ("un.r137", "r137_front", "rigid_barrier", 50, "full width; 50th M driver", "chest_deflection", "<=", 42, "mm", "UN R137 5.2", "published", SEEN),
    ("un.r137", "r137_front_5f", "rigid_barrier", 50, "full width; 5th F passenger (01 series)", "chest_deflection", "<=", 34, "mm",
     "UN R137 5.2, 01 series", "published", SEEN),
]  # fmt: skip


def un_tests() -> None:
    """Limits of the UN tests that a kei reform would take; what was not read is assumed."""
    table = [
        {
            "limit_id": f"{standard}.{test}.{quantity}", "standard_id": standard, "test_id": test, "test_kind": kind, "speed_kmh": speed,
            "conditions": conditions, "quantity": quantity, "op": op, "bound": float(bound), "formula": "", "unit": unit,
            "si_factor": (SI | {"kN": ("N", 1e3)})[unit][1], "si_unit": (SI | {"kN": ("N", 1e3)})[unit][0], "role": "test",
            "citation": citation, "status": status, "text_version": source,
        }
        for standard, test, kind, speed, conditions, quantity, op, bound, unit, citation, status, source in UN_TESTS
    ]  # fmt: skip
    write("un_tests", table, TEST_COLUMNS)


TEST_COLUMNS = [
    "limit_id", "standard_id", "test_id", "test_kind", "speed_kmh", "conditions", "quantity", "op", "bound", "formula", "unit", "si_factor",
    "si_unit", "role", "citation", "status", "text_version",
]  # fmt: skip


def population() -> None:
    words = POPULATION_2020.split()
    table = [{"state": s, "population": int(n)} for s, n in zip(words[::2], words[1::2], strict=True)]
    assert sum(r["population"] for r in table) == POPULATION_TOTAL
    for r in table:
        r |= {"status": "published", "source": "2020 census, resident population, US Census Bureau apportionment data file"}
    write("state_population", table, ["state", "population", "status", "source"])


def timeline(source: Path) -> None:
    write("events", rows(source / "events.csv"), ["date", "event", "source", "status"])


if __name__ == "__main__":
    law = source_folder(__doc__).source / "rules"
    standards(law)
    standard_limits(law)
    un_tests()
    population()
    timeline(law)
