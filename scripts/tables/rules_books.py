"""Make the dated books of the rulebook from the compiled public law; they were generated once and have been edited by hand since.

Origin: as in scripts/tables/rules.py. Nothing is written without --books, because that loses what was edited by hand.

    python -m scripts.tables.rules_books --source DIR --books
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from pathlib import Path
from typing import Any

import yaml

from scripts.tables.rules_shared import BOOKS, after, rows, source_folder

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


if __name__ == "__main__":
    arguments = source_folder(__doc__, "books")
    if arguments.books:
        law = arguments.source / "rules"
        books = class_books(law)
        books["us"] |= parameter_book(law) | pathway_book(law)
        books["states"] |= state_book(law)
        for name, book in books.items():
            dump(name, book)
