"""Make the rulebook's tables and dated books from the compiled public law.

Origin: US Code, Code of Federal Regulations and Federal Register (public domain), state statutes and agency pages, the
Japanese class limits as printed by the Saitama light motor vehicle association, the 2020 census (public domain). The folder
named by --source holds rules/*.csv and fleet/cafe_*.csv with a README that says how each row was read.

    python scripts/tables/rules.py --source DIR            # tables in data/facts/rules
    python scripts/tables/rules.py --source DIR --books    # also rules/books/*.yaml (generated once, then edited by hand)
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import itertools
import os
import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT / "src/roadworthy/data/facts/rules"
BOOKS = ROOT / "src/roadworthy/rules/books"

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


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, table: list[dict[str, Any]], columns: list[str]) -> None:
    FACTS.mkdir(parents=True, exist_ok=True)
    with (FACTS / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        out.writeheader()
        out.writerows(table)


def after(day: str) -> str:
    """The day after an inclusive last day in force."""
    return (dt.date.fromisoformat(day) + dt.timedelta(days=1)).isoformat()


def full_day(text: str) -> str:
    return text if len(text) == 10 else f"{text}-01-01" if len(text) == 4 else f"{text}-01"


# ---------------------------------------------------------------- tables


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

# Share of each content block of full FMVSS that a set of rules demands of a kei as sold in Japan. All judgement, each with its why.
FULL = "the whole of the standards, as the law stands"
CONTENT: dict[str, dict[str, tuple[float, str]]] = {
    "un": {
        "front_structure": (0.2, "new kei are approved in Japan to R94 and R137; what is left is margin and the small woman in front"),
        "side_structure": (
            0.5,
            "R135 asks 32 km/h whatever the width, narrow cars have been approved at less; barrier of R95 is 950 kg, not 1,368",
        ),
        "rear_and_fuel": (0.1, "no rear test at 80 km/h in the set"),
        "roof": (0.0, "no roof crush test in the set"),
        "restraint": (0.5, "no test without belts; head protection for the pole test is needed"),
        "esc": (1.0, "R140 asks for it: nothing is waived"),
        "aeb": (0.5, "R152 asks for braking to 60 km/h, FMVSS 127 for 80 to 100 and for pedestrians in the dark"),
        "lamps_and_equipment": (1.0, "lamps and markers as on American roads, beams aimed for traffic on the right"),
        "emissions_and_obd": (1.0, "the Clean Air Act stands: EPA certificate"),
        "left_hand_drive": (1.0, "a class of its own, made for the United States"),
    },
    "japanese": {
        "front_structure": (0.0, "recognised as approved in Japan"),
        "side_structure": (0.0, "recognised as approved in Japan"),
        "rear_and_fuel": (0.0, "recognised as approved in Japan"),
        "roof": (0.0, "recognised as approved in Japan"),
        "restraint": (0.0, "recognised as approved in Japan"),
        "esc": (1.0, "Japan asks for it: nothing is waived"),
        "aeb": (0.5, "Japan asks for R152, less than FMVSS 127"),
        "lamps_and_equipment": (0.0, "recognised as approved in Japan"),
        "emissions_and_obd": (0.0, "recognition covers the emission approval"),
        "left_hand_drive": (0.0, "recognised as built, wheel on the right"),
    },
    "exempted": {
        "front_structure": (0.0, "named in the petition"),
        "side_structure": (0.0, "named in the petition"),
        "rear_and_fuel": (0.0, "named in the petition"),
        "roof": (0.0, "named in the petition"),
        "restraint": (0.2, "belts and anchorages stay, air bag tests are named in the petition"),
        "esc": (1.0, "fitted for Japan: an exemption takes nothing off the car"),
        "aeb": (0.5, "fitted for Japan to R152: an exemption takes nothing off the car"),
        "lamps_and_equipment": (1.0, "lamps and markers stay"),
        "emissions_and_obd": (1.0, "Part 555 waives no emission rule"),
        "left_hand_drive": (0.0, "no standard names the side of the wheel"),
    },
    "low_speed": {
        "front_structure": (0.0, "FMVSS 500 has no crash test"),
        "side_structure": (0.0, "FMVSS 500 has no crash test"),
        "rear_and_fuel": (0.0, "FMVSS 500 has no crash test"),
        "roof": (0.0, "FMVSS 500 has no crash test"),
        "restraint": (0.2, "belts to FMVSS 209 at each seat (571.500 S5(b)(10))"),
        "esc": (0.0, "not in FMVSS 500"),
        "aeb": (0.0, "not in FMVSS 500"),
        "lamps_and_equipment": (1.0, "lamps, reflectors, mirrors, parking brake, VIN, rear view (571.500 S5(b))"),
        "emissions_and_obd": (0.0, "the reform moves EPA's floor with the class (40 CFR 85.1703)"),
        "left_hand_drive": (0.0, "no standard names the side of the wheel"),
    },
}
BLOCKS = ("front_structure", "side_structure", "rear_and_fuel", "roof", "restraint", "esc", "aeb", "lamps_and_equipment", "emissions_and_obd",
          "left_hand_drive")  # fmt: skip
# Share of the miles of each road environment that lies on roads posted at or below a cap. Judgement: no public table of miles by
# posted speed was found; the first environment ends at 45 mph by definition, limited access opens between 55 and 70 mph.
ROAD_ACCESS = [(0, 0.0, 0.0, 0.0), (25, 0.3, 0.0, 0.0), (30, 0.5, 0.0, 0.0), (35, 0.72, 0.0, 0.0), (40, 0.87, 0.0, 0.0), (45, 1.0, 0.0, 0.0), (50, 1.0, 0.2, 0.0),
               (55, 1.0, 0.75, 0.1), (60, 1.0, 0.85, 0.25), (65, 1.0, 0.97, 0.55), (70, 1.0, 1.0, 0.9), (75, 1.0, 1.0, 1.0)]  # fmt: skip


def policy_tables() -> None:
    table: list[dict[str, Any]] = [{"set": "full", "block": b, "share": 1.0, "status": "law" if b != "left_hand_drive" else "assumed",
                                    "why": FULL if b != "left_hand_drive" else "no standard names it; a car engineered for the US has it"} for b in BLOCKS]  # fmt: skip
    for name, blocks in CONTENT.items():
        table += [{"set": name, "block": b, "share": blocks[b][0], "status": "assumed", "why": blocks[b][1]} for b in BLOCKS]
    write("content_blocks", table, ["set", "block", "share", "status", "why"])
    why = "judgement; 45 mph bounds the first environment by definition"
    access = [
        {"cap_mph": c, "posted_45_or_less": a, "other_surface": b, "limited_access": d, "status": "assumed", "source": why}
        for c, a, b, d in ROAD_ACCESS
    ]
    write("road_access", access, ["cap_mph", "posted_45_or_less", "other_surface", "limited_access", "status", "source"])


def cafe(source: Path) -> None:
    fleet = {"passenger_car": "car", "light_truck": "truck"}
    letters = {
        "a_mpg_max": "a_mpg", "b_mpg_min": "b_mpg", "c_gal_per_mi_ft2": "c_gal_per_mi_ft2", "d_gal_per_mi": "d_gal_per_mi",
        "e_mpg_max_floor": "e_mpg", "f_mpg_min_floor": "f_mpg", "g_gal_per_mi_ft2_floor": "g_gal_per_mi_ft2",
        "h_gal_per_mi_floor": "h_gal_per_mi",
    }  # fmt: skip
    table = []
    for r in rows(source / "cafe_footprint_targets.csv"):
        row = {"fleet": fleet[r["fleet"]], "model_year": r["model_year"], "status": r["status"]}
        row |= {new: r[old] for old, new in letters.items()}
        row["source"] = r["source"].replace(" (eCFR text mirrored in github MichalOpoka/ecfr)", "")
        table.append(row)
    write("cafe_targets", table, ["fleet", "model_year", *letters.values(), "status", "source"])
    table = [
        {"fleet": fleet[r["fleet"]], "model_year": r["model_year"], "a_mpg": r["a_mpg"], "b_mpg": r["b_mpg"], "c_ft2": r["c_ft2"],
         "d_ft2": r["d_ft2"], "status": "law", "source": "49 CFR 531.5(b), 533.5(a), logistic form of MY2008-2011"}
        for r in rows(source / "cafe_logistic_targets_2008_2011.csv")
    ]  # fmt: skip
    write("cafe_logistic", table, ["fleet", "model_year", "a_mpg", "b_mpg", "c_ft2", "d_ft2", "status", "source"])
    table = [
        {
            "model_year": r["model_year"],
            "minimum_mpg": r["minimum_domestic_passenger_car_mpg"],
            "status": "law",
            "source": "49 CFR 531.5(d) table 4",
        }
        for r in rows(source / "cafe_minimum_domestic_pc.csv")
    ]
    write("cafe_minimum_domestic", table, ["model_year", "minimum_mpg", "status", "source"])


def population() -> None:
    words = POPULATION_2020.split()
    table = [{"state": s, "population": int(n)} for s, n in zip(words[::2], words[1::2], strict=True)]
    assert sum(r["population"] for r in table) == POPULATION_TOTAL
    for r in table:
        r |= {"status": "published", "source": "2020 census, resident population, US Census Bureau apportionment data file"}
    write("state_population", table, ["state", "population", "status", "source"])


def timeline(source: Path) -> None:
    write("events", rows(source / "events.csv"), ["date", "event", "source", "status"])


# ---------------------------------------------------------------- books

CLASS_ID = {
    "us_lsv_1998": "us.class.lsv", "us_lsv_2005": "us.class.lsv", "us_lsv": "us.class.lsv", "us_passenger_car": "us.class.passenger_car",
    "us_motorcycle": "us.class.motorcycle", "us_replica": "us.class.replica", "us_msv_petition": "us.class.msv_petition",
    "us_nc_minitruck": "us.nc.class.minitruck", "us_co_kei": "us.co.class.kei", "us_in_minitruck": "us.in.class.minitruck",
    "us_ar_minitruck": "us.ar.class.minitruck", "us_wy_mpv": "us.wy.class.mpv", "us_or_sb1213": "us.or.class.kei_bill",
    "us_mn_msev": "us.mn.class.msev", "us_ok_msev": "us.ok.class.msev", "us_tx_nev": "us.tx.class.nev",
    "us_ky_altspeed": "us.ky.class.altspeed", "in_small_petrol": "in.class.small", "in_small_2006": "in.class.small",
    "in_quadricycle": "in.class.quadricycle", "ca_lsv": "ca.class.lsv", "ca_15yr": "ca.class.import15", "jp_kei_power": "jp.class.kei_power",
}  # fmt: skip
CLASS_NOTE: dict[str, dict[str, Any]] = {
    "us.nc.class.minitruck": {"bodies": ["truck"], "bodies_reference": "N.C. S.L. 2019-34: designed primarily for property"},
    "us.in.class.minitruck": {"bodies": ["truck"], "bodies_reference": "IC 9-13-2-103.1"},
    "us.ar.class.minitruck": {"bodies": ["truck"], "bodies_reference": "Ark. Code 27-14-726"},
    "us.or.class.kei_bill": {"bodies": ["truck"], "bodies_reference": "Oregon SB 1213 (2025)"},
    "us.mn.class.msev": {"excludes": ["us.class.lsv"], "flags": ["roll_cage"]},
    "us.class.lsv": {"excluded_until": {"truck": dt.date(2005, 10, 3)}, "excluded_reference": "70 FR 48313"},
    "us.class.replica": {"flags": ["replica"]},
}
SPECIAL_TITLE = {"jp.class.kei": "kei vehicle", "us.class.lsv": "low-speed vehicle"}
LIMIT_FIELDS = ("unit", "reference", "status", "source", "conflict", "as_of", "legal_state", "note", "start_status")


def class_id(name: str) -> str:
    if name in CLASS_ID:
        return CLASS_ID[name]
    country, rest = name.split("_", 1)
    return f"{country}.class.{re.sub(r'_(19|20)[0-9]{2}$', '', rest)}"


def iso(day: str) -> Any:
    return dt.date.fromisoformat(day)


OPEN_START = dt.date(1900, 1, 1)  # stands for "start not recorded"


def folded(values: dict[Any, dict[str, Any]], head: dict[str, Any]) -> dict[str, Any]:
    """An entry with the fields that all values share moved up, OpenFisca fashion."""
    shared = {}
    for field in LIMIT_FIELDS:
        seen = {str(v.get(field, "")) for v in values.values()}
        if len(seen) == 1:
            first = next(iter(values.values()))
            if first.get(field) not in ("", None):
                shared[field] = first[field]
            for v in values.values():
                v.pop(field, None)
    values = {k: {a: b for a, b in v.items() if b not in ("", None)} for k, v in values.items()}
    return head | shared | {"values": values}


def number(text: str) -> Any:
    try:
        value = float(text)
    except ValueError:
        return text
    return int(value) if value == int(value) and abs(value) < 1e15 else value


PRINTED = {  # how the text itself prints the bound: metric first, customary in brackets; the customary form is compared
    ("us.class.lsv", ">", "20"): "more than 32 km/h (20 mph)",
    ("us.class.lsv", "<=", "25"): "not more than 40 km/h (25 mph)",
    ("us.class.lsv", "<", "3000"): "less than 1,361 kg (3,000 lb)",
}


def class_books(source: Path) -> dict[str, dict[str, Any]]:
    """Entries of class_limits.csv by book; successive texts of one class become dated values of one limit."""
    books: dict[str, dict[str, Any]] = {"us": {}, "jp": {}, "eu": {}, "states": {}, "others": {}}
    collected: dict[str, dict[tuple[str, str], dict[Any, dict[str, Any]]]] = {}
    title: dict[str, str] = {}
    for r in rows(source / "class_limits.csv"):
        cid = class_id(r["class_id"])
        quantity = r["quantity"]
        if quantity == "super_credit":
            continue
        if quantity == "made_in_eu_for_super_credit":
            cid, quantity = "eu.class.m1e_super_credit", "made_in_eu"
        title[cid] = SPECIAL_TITLE.get(cid, r["class_name"] if cid != "eu.class.m1e_super_credit" else "M1E super credit (proposal)")
        start = iso(r["valid_from"]) if r["valid_from"] else OPEN_START
        value = {
            "value": number(r["value"]), "unit": r["unit"], "reference": r["citation"], "status": r["status"], "source": r["source"],
            "conflict": int(r["conflict"]), "as_of": r["as_of"], "legal_state": r["legal_state"], "note": r["note"],
            "start_status": r["valid_from_status"],
        }  # fmt: skip
        if r["valid_to"]:
            value["until"] = iso(after(r["valid_to"]))
        printed = PRINTED.get((cid, r["op"], r["value"]))
        if printed and r["class_id"] == "us_lsv":
            value["printed"] = printed
            value["reference"] = "49 CFR 571.3(b) Low-speed vehicle; 71 FR 20026; 73 FR 55804"
        collected.setdefault(cid, {}).setdefault((quantity, r["op"]), {})[start] = value
    # a value that is followed at once by the next needs no `until`
    for limits in collected.values():
        for values in limits.values():
            starts = sorted(values)
            for one, two in itertools.pairwise(starts):
                if values[one].get("until") == two:
                    del values[one]["until"]
    for cid, limits in collected.items():
        where = cid.split(".")[0]
        book = "states" if where == "us" and not cid.startswith("us.class") else where if where in books else "others"
        named = {(q, op): f"{cid}.{q}" + ("_min" if op in (">", ">=") else "") for q, op in limits}
        entry: dict[str, Any] = {
            "kind": "class", "title": title[cid], "jurisdiction": cid.split(".class")[0].upper(), "limits": list(named.values()),
        }  # fmt: skip
        if cid == "eu.class.m1e_super_credit":
            entry["includes"] = ["eu.class.m1e"]
        books[book][cid] = entry | CLASS_NOTE.get(cid, {})
        for (quantity, op), values in limits.items():
            clock = "entry_or_use" if quantity in ("posted_road_speed", "age") else "law_date"
            head: dict[str, Any] = {"kind": "limit", "quantity": quantity, "op": op, "clock": clock}
            if cid == "jp.class.kei" and quantity in ("seats", "payload"):
                head["when_known"] = True  # Annexed Table 1 names size and displacement; these are rules of construction
            books[book][named[quantity, op]] = folded(values, head)
    return books


PARAMETER_SKIP = re.compile(r"^(cafe_coef|cafe_min_domestic|label_|cafe_penalty_usd_per_tenth_mpg_before|p555_cap_bill)")
PARAMETER_BODY = {  # who can amend it
    "import_age_nhtsa": "Congress", "p555_cap": "Congress", "p555_hardship_world_cap": "Congress", "import_age_epa_op_years": "EPA",
    "epa_motor_vehicle_speed_floor": "EPA", "replica_us_cap": "Congress", "replica_world_cap": "Congress",
    "duty_car_mfn": "Congress", "duty_truck_mfn": "Congress", "s232_auto": "the President", "s232_auto_japan_total_if_lt15": "the President",
    "s232_auto_japan_added_if_ge15": "the President", "cafe_penalty_usd_per_tenth_mpg": "Congress", "show_display_miles": "NHTSA",
}  # fmt: skip


def parameter_book(source: Path) -> dict[str, Any]:
    book: dict[str, Any] = {}
    table = {r["parameter_id"]: r for r in rows(source / "parameters.csv")}
    for name, r in table.items():
        if PARAMETER_SKIP.match(name):
            continue
        values = {}
        chain = [r]
        if name == "cafe_penalty_usd_per_tenth_mpg":
            chain = [table["cafe_penalty_usd_per_tenth_mpg_before"], r]
        for one in chain:
            start = iso(one["valid_from"]) if one["valid_from"] else OPEN_START
            value = {
                "value": number(one["value"]) if one["value"] else 1, "unit": one["unit"], "reference": one["citation"],
                "status": one["status"], "source": one["source"], "conflict": int(one["conflict"]), "as_of": one["as_of"],
                "legal_state": "in_force" if name == "cafe_penalty_usd_per_tenth_mpg" else one["legal_state"],
            }  # fmt: skip
            if one["valid_to"] and one is chain[-1]:
                value["until"] = iso(after(one["valid_to"]))
            values[start] = value
        head: dict[str, Any] = {"kind": "parameter", "title": r["name"].removesuffix(" before")}
        if name in PARAMETER_BODY:
            head["body"] = PARAMETER_BODY[name]
        book[f"us.{name}"] = folded(values, head)
    book["us.show_display_units_built"] = {
        "kind": "parameter", "title": "Show or Display: units built in all, normally at most", "unit": "count", "body": "NHTSA",
        "reference": "49 CFR 591.5(j)(1)(iii); 64 FR 37878", "status": "law", "legal_state": "in_force", "as_of": "1999-07-14",
        "values": {dt.date(1999, 7, 14): {"value": 500}},
    }  # fmt: skip
    book["us.cafe_target_scale"] = {
        "kind": "parameter", "title": "multiple of the CAFE curve in force", "unit": "-", "body": "NHTSA", "status": "law",
        "reference": "49 CFR 531.5(c), 533.5(a)", "legal_state": "in_force", "values": {OPEN_START: {"value": 1.0}},
    }  # fmt: skip
    return book


def pathway_book(source: Path) -> dict[str, Any]:
    book: dict[str, Any] = {}
    for r in rows(source / "pathways.csv"):
        entry: dict[str, Any] = {
            "kind": "pathway", "title": r["name"], "actor": r["actor"], "needs": r["needs"], "new_vehicle": int(r["new_vehicle_possible"]),
            "waives": r["exempts_from"], "reference": r["citation"], "conditions": r["conditions"], "status": r["status"],
            "conflict": int(r["conflict"]), "as_of": r["as_of"],
        }  # fmt: skip
        for field, name in (
            ("us_units_per_12mo_max", "quota_us_units_per_12mo"), ("maker_world_production_max", "maker_world_production_max"),
            ("units_built_max", "units_built_max"), ("duration_months", "duration_months"), ("road_miles_per_year_max", "road_miles_per_year_max"),
        ):  # fmt: skip
            if r[field]:
                entry[name] = number(r[field])
        book[f"us.pathway.{r['pathway_id']}"] = {k: v for k, v in entry.items() if v not in ("", None)}
    return book


# Histories that the compiled row tells in words: what held before `kei_from`.
BEFORE = {  # state: (from when, rule, status, why)
    "NC": ("1900-01-01", "prohibited", "law", "no class before S.L. 2019-34"),
    "CO": ("1900-01-01", "unclear", "published", "refusals reported before HB25-1281 takes effect (theautopian.com 2024-12)"),
    "TX": ("1900-01-01", "prohibited", "published", "DMV ban reversed in April 2024 (copy of jalopnik)"),
    "MI": ("1900-01-01", "prohibited", "published", "policy reversed in December 2024 (theautopian.com)"),
    "MA": ("2024-06-01", "prohibited", "published", "RMV refusals of June to September 2024 (theautopian.com)"),
    "FL": ("1900-01-01", "unclear", "assumed", "start not verified"),
    "IN": ("1900-01-01", "prohibited", "law", "no class before P.L.180-2015"),
}
STATE_CLASS = {
    "NC": "us.nc.class.minitruck", "CO": "us.co.class.kei", "IN": "us.in.class.minitruck", "AR": "us.ar.class.minitruck",
    "WY": "us.wy.class.mpv",
}  # fmt: skip
LSV_CROSS_MPH = {"ID": 45, "VT": 50}
LSV_LOCAL = {"IL", "WI"}


def state_book(source: Path) -> dict[str, Any]:
    book: dict[str, Any] = {}
    for r in rows(source / "state_rules.csv"):
        code, low = r["state"], r["state"].lower()
        start = iso(r["kei_from"]) if r["kei_from"] else OPEN_START
        values: dict[Any, dict[str, Any]] = {}
        if code in BEFORE:
            day, what, status, why = BEFORE[code]
            if iso(day) != OPEN_START:
                values[OPEN_START] = {"value": "unclear", "status": "assumed", "source": "not recorded", "conflict": 0}
            values[iso(day)] = {"value": what, "status": status, "source": why, "conflict": 0}
        elif start != OPEN_START:
            values[OPEN_START] = {"value": "unclear", "status": "assumed", "source": "not recorded before the start date", "conflict": 0}
        values[start] = {
            "value": r["kei_rule"], "reference": r["kei_citation"], "status": r["kei_status_mark"], "source": r["kei_source"],
            "conflict": int(r["kei_conflict"]), "as_of": r["kei_as_of"], "note": r["kei_note"], "start_status": r["kei_from_status"],
        }  # fmt: skip
        book[f"us.state.{low}.kei"] = folded(
            values, {"kind": "parameter", "title": f"{r['name']}: kei rule", "unit": "rule", "body": r["name"]}
        )
        state: dict[str, Any] = {"kind": "state", "title": r["name"], "code": code, "kei": f"us.state.{low}.kei"}
        if r["kei_max_posted_mph"]:
            lid = f"us.state.{low}.kei_road"
            book[lid] = {
                "kind": "limit", "quantity": "posted_road_speed", "op": "<=", "clock": "entry_or_use", "unit": "mph", "body": r["name"],
                "reference": r["kei_citation"], "status": r["kei_status_mark"], "source": r["kei_source"], "conflict": int(r["kei_conflict"]),
                "as_of": r["kei_as_of"], "values": {start: {"value": number(r["kei_max_posted_mph"])}},
            }  # fmt: skip
            state["kei_road"] = lid
        if r["kei_min_age_years"]:
            lid = f"us.state.{low}.kei_age"
            book[lid] = {
                "kind": "limit", "quantity": "age", "op": ">=", "clock": "entry_or_use", "unit": "years", "body": r["name"],
                "reference": r["kei_citation"], "status": r["kei_status_mark"], "source": r["kei_source"], "conflict": 0,
                "as_of": r["kei_as_of"], "values": {OPEN_START: {"value": number(r["kei_min_age_years"])}},
            }  # fmt: skip
            state["kei_age"] = lid
        if code in STATE_CLASS:
            state["kei_class"] = STATE_CLASS[code]
        if r["lsv_max_posted_mph"]:
            lid = f"us.state.{low}.lsv_road"
            book[lid] = {
                "kind": "limit", "quantity": "posted_road_speed", "op": "<=", "clock": "entry_or_use", "unit": "mph", "body": r["name"],
                "reference": r["lsv_citation"], "status": r["lsv_status_mark"], "note": r["lsv_note"], "values": {OPEN_START: {"value": number(r["lsv_max_posted_mph"])}},
            }  # fmt: skip
            state["lsv_road"] = lid
        if code in LSV_CROSS_MPH:
            lid = f"us.state.{low}.lsv_crossing"
            book[lid] = {
                "kind": "limit", "quantity": "crossed_road_speed", "op": "<=", "clock": "entry_or_use", "unit": "mph", "body": r["name"],
                "reference": r["lsv_citation"], "status": r["lsv_status_mark"], "note": r["lsv_note"], "values": {OPEN_START: {"value": LSV_CROSS_MPH[code]}},
            }  # fmt: skip
            state["lsv_crossing"] = lid
        if code in LSV_LOCAL:
            state["lsv_local"] = r["lsv_citation"] or r["lsv_note"]
            state["lsv_local_status"] = r["lsv_status_mark"]
        for entry in book.values():
            for empty in [k for k, v in entry.items() if v in ("", None)]:
                del entry[empty]
        book[f"us.state.{low}"] = state
    return book


HEADER = {
    "us": "Federal law of the United States: classes, parameters, doors. Not legal advice.",
    "jp": "Japan: the kei class, 1949 to now.",
    "eu": "European Union: light quadricycles and the M1E proposal.",
    "states": "Fifty states and DC: kei rules, road caps, mini-truck and medium-speed classes.",
    "others": "Small-car classes of Canada, Korea, China and India.",
}


def dump(name: str, book: dict[str, Any]) -> None:
    BOOKS.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(book, sort_keys=False, allow_unicode=True, width=150)
    text = re.sub(r"\n(?=[a-z]{2}\.)", "\n\n", text)
    lead = f"# {HEADER[name]}\n# Compiled 2026-11-22. `values` are half-open: each holds from its day to the next, or to `until`.\n"
    lead += "# 1900-01-01 means that the start is not recorded. status: law, published, assumed (not verified). Edited by hand since.\n\n"
    (BOOKS / f"{name}.yaml").write_text(lead + text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, default=Path(os.environ.get("ROADWORTHY_RAW_DATA", "shared/data")))
    parser.add_argument("--books", action="store_true", help="also write rules/books/*.yaml, losing what was edited by hand")
    arguments = parser.parse_args()
    law, fleet = arguments.source / "rules", arguments.source / "fleet"
    standards(law)
    standard_limits(law)
    un_tests()
    policy_tables()
    cafe(fleet)
    population()
    timeline(law)
    if arguments.books:
        books = class_books(law)
        books["us"] |= parameter_book(law) | pathway_book(law)
        books["states"] |= state_book(law)
        for name, book in books.items():
            dump(name, book)


if __name__ == "__main__":
    main()
