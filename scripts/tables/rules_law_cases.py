"""Write tests/law/*.yaml, cases that a lawyer can read, from the compiled reference cases.

Origin: rules/test_cases.csv of the source folder (T01 to T44). What a case takes as given beyond the vehicle's figures, and the
question in the rulebook's own words, is written here by hand.

    python -m scripts.tables.rules_law_cases --source DIR
"""

from __future__ import annotations

import argparse
import csv
import os
from pathlib import Path
from typing import Any

import yaml

TARGET = Path(__file__).resolve().parents[2] / "tests/law"

NOT_CERTIFIED = {"us_certified": False, "epa_certified": False}
# id -> (file, question, more)
ASK: dict[str, tuple[str, Any, dict[str, Any]]] = {
    "T01": ("kei_class", "jp.class.kei", {}),
    "T02": ("kei_class", "jp.class.kei", {"law_date": "1997-01-01"}),
    "T03": ("kei_class", "jp.class.kei", {}),
    "T04": ("kei_class", "jp.class.kei", {}),
    "T05": ("kei_class", "jp.class.kei", {}),
    "T06": ("import", "us.federal_import", {}),
    "T07": ("import", "us.pathway.import25", {}),
    "T08": ("import", "us.pathway.import25", {}),
    "T09": ("import", "us.federal_import", {"given": {"units_built": 38000}}),
    "T10": ("import", "us.pathway.show_display", {"given": {"show_display_permission": True, "units_built": 337}}),
    "T11": ("sale_new", "us.sale_new", {"given": NOT_CERTIFIED}),
    "T12": ("standards", "us.fmvss.127", {}),
    "T13": ("standards", "us.part.581", {}),
    "T14": ("standards", "us.part.581", {}),
    "T15": ("standards", {"bound": "us.fmvss.216a_roof.strength_to_weight"}, {}),
    "T16": ("low_speed", "us.class.lsv", {}),
    "T17": ("low_speed", "us.class.lsv", {}),
    "T18": ("other_classes", "eu.class.l6e_b", {"given": {"type_approval": "eu.class.l6e_b"}}),
    "T19": ("other_classes", "eu.class.m1e", {"proposed": True}),
    "T20": ("other_classes", "eu.class.m1e_super_credit", {"proposed": True, "given": {"made_in_eu": False}}),
    "T21": ("other_classes", "us.class", {}),
    "T22": ("low_speed", {"road": 40}, {}),
    "T23": ("low_speed", {"road": 45}, {}),
    "T24": ("low_speed", {"road": 50, "crossing": True}, {}),
    "T25": ("low_speed", {"road": 35}, {"given": {"local_authorisation": False}}),
    "T26": ("states", {"road": 55}, {}),
    "T27": ("states", "plate", {"given": NOT_CERTIFIED}),
    "T28": ("states", "us.nc.class.minitruck", {}),
    "T29": ("states", "plate", {"given": NOT_CERTIFIED}),
    "T30": ("states", "plate", {"given": NOT_CERTIFIED}),
    "T31": ("states", "plate", {"given": NOT_CERTIFIED}),
    "T32": ("states", {"road": 45}, {}),
    "T33": ("states", "plate", {"given": NOT_CERTIFIED}),
    "T34": ("states", "plate", {"given": NOT_CERTIFIED}),
    "T35": ("states", "plate", {"given": NOT_CERTIFIED}),
    "T36": ("states", "us.ar.class.minitruck", {}),
    "T37": ("low_speed", "us.mn.class.msev", {}),
    "T38": ("exemptions", "us.pathway.p555_lowemission", {"given": {"maker_world_production": 3100000, "us_units_per_12mo": 2500}}),
    "T39": ("exemptions", "us.pathway.p555_lowemission", {"given": {"us_units_per_12mo": 30000}}),
    "T40": ("duty", {"duty": "JP"}, {}),
    "T41": ("duty", {"duty": "JP"}, {}),
    "T42": ("duty", {"duty": "JP"}, {}),
    "T43": ("duty", {"parameter": "us.cafe_penalty_usd_per_tenth_mpg"}, {}),
    "T44": ("low_speed", "us.epa_certificate", {}),
}
VALUE = {"T15": 3.0, "T21": "motorcycle", "T40": 0.15, "T41": 0.25, "T42": 0.275, "T43": 0.0}
NUMBERS = ("length_m", "width_m", "height_m", "displacement_cc", "gvwr_kg", "top_speed_kmh", "wheels")


def number(text: str) -> float | int:
    value = float(text)
    return int(value) if value == int(value) else value


def gaps(text: str) -> dict[str, str]:
    """'length=+95 mm; width=+75 mm' as a mapping; remarks in brackets fall away."""
    found = {}
    for part in filter(None, (p.strip() for p in text.split(";"))):
        name, _, size = part.partition("=")
        found[name] = size.split("(")[0].strip()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, default=Path(os.environ.get("ROADWORTHY_RAW_DATA", "shared/data")))
    source = parser.parse_args().source / "rules/test_cases.csv"
    files: dict[str, list[dict[str, Any]]] = {}
    with source.open(encoding="utf-8", newline="") as text:
        for r in csv.DictReader(text):
            name, question, more = ASK[r["id"]]
            vehicle: dict[str, Any] = {"name": r["vehicle"], "built": r["built"], "body": r["body"], "fuel": r["fuel"]}
            vehicle |= {k: number(r[k]) for k in NUMBERS if r[k] and not (k == "displacement_cc" and r["fuel"] == "electric")}
            expect: dict[str, Any] = {"value": VALUE[r["id"]]} if r["id"] in VALUE else {"verdict": r["verdict"]}
            if r["gaps"]:
                expect["gaps"] = gaps(r["gaps"])
            expect |= {"law": r["law"], "status": r["status"]}
            case: dict[str, Any] = {"case": f"{r['id']}: {r['vehicle']}: {r['question']}", "why": r["why"], "vehicle": vehicle}
            at = {"law_date": more.get("law_date", r["date"]), "entry_or_use": r["date"]}
            if r["state"]:
                at["state"] = r["state"]
            case |= {"at": at, "ask": question}
            case |= {k: v for k, v in more.items() if k in ("given", "proposed")}
            files.setdefault(name, []).append(case | {"expect": expect})
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, cases in files.items():
        body = yaml.safe_dump(cases, sort_keys=False, allow_unicode=True, width=140).replace("\n- case:", "\n\n- case:")
        head = "# Reference cases of the rulebook. Dates are the three clocks; gaps are signed, + is over the limit. Not legal advice.\n\n"
        (TARGET / f"{name}.yaml").write_text(head + body, encoding="utf-8")


if __name__ == "__main__":
    main()
