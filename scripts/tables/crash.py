"""Make the tables of the crash room: injury curves, field risk, tests, class masses, and the assumed structures and restraints.

Public origins: NASS CDS 1997-2002 (NHTSA, public domain; DAAG copy), NCAP injury curves, 49 CFR 571 as read in
rules/fmvss_limits.csv, MY2022 fleet of EPA OMEGA (public domain), 14 NHTSA frontal tests. Structures and restraints are judgements
of the design, written here and marked assumed.

    python -m scripts.tables.crash --source DIR    (default: the environment variable ROADWORTHY_RAW_DATA)

Prints the refit of the field curve beside the table, and the check of a 1997-2000 fit on the crashes of 2001-02.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl

from roadworthy.core.units import GRAVITY, INCH_M, KMH, POUND_FORCE_N, POUND_KG
from roadworthy.crash.fars_pairs import LOAD_KG
from roadworthy.crash.fit import CLASSES, Counts, Fit, class_risk, count, fit_field_risk, fit_scale
from scripts.tables.crash_shared import folders, mean_curb_lb, models_2022, write

DESIGN = "crash room design"
SMALL_CAR_FT2 = 41.0
POLICY_K = 4.0
RIGID_MASS_KG = 1e6

RESTRAINTS = (
    # restraint, part, s m, k g/mm, a_L g, k2 g/mm, Z m, k_b g/mm, stand-in
    ("modern", "chest", 0.010, 0.30, 36, 0.04, 0.38, 0.35, "no", "pretensioner, load limiter, air bag"),
    ("modern", "head", 0.030, 0.18, 44, 0.05, 0.55, 0.80, "no", "pretensioner, load limiter, air bag"),
    ("belt_1990s", "chest", 0.050, 0.15, 80, 0.04, 0.28, 0.80, "no", "belt only"),
    ("belt_1990s", "head", 0.100, 0.05, 25, 0.05, 0.38, 3.0, "no", "no air bag"),
    ("belt_quadricycle", "chest", 0.050, 0.15, 80, 0.04, 0.25, 0.80, "no", "belt only, in a cabin of 3 m"),
    ("belt_quadricycle", "head", 0.100, 0.05, 25, 0.05, 0.34, 3.0, "no", "no air bag"),
    ("belt_lsv", "chest", 0.070, 0.15, 80, 0.04, 0.23, 0.80, "no", "belt to FMVSS 209, no test of the seat or the column"),
    ("belt_lsv", "head", 0.120, 0.05, 25, 0.05, 0.30, 3.0, "no", "no air bag"),
    ("unbelted_bag", "chest", 0.120, 0.12, 45, 0.04, 0.45, 0.35, "no", "air bag, no belt"),
    ("unbelted_bag", "head", 0.030, 0.18, 44, 0.05, 0.55, 0.80, "yes", "no row exists: the modern head stands in, HIC and Nij stay unknown"),
)  # fmt: skip

# Dummy, link constants (mm/g, mm/m, -, 1/g, kN, kN/g, kN/m), restraint factor, travel less m, head kg, source.
DUMMIES = (
    ("50M", 0.60, 80.0, 0.05, 0.0055, 1.0, 0.020, 25.0, 1.0, 0.0, 4.5, DESIGN),
    ("5F", 0.495, 66.0, 0.05, 0.0071, 0.68, 0.0136, 17.0, 1.1, 0.08, 3.7, "the man's, times the ratios of the limits of 49 CFR 571.208 (52 / 63 mm, 6.805 / 10 kN) and, for the neck, of head mass over critical tension (3.7 / 4.5 kg, 4,287 / 6,806 N); belt and seat: judgement"),
)  # fmt: skip
# Structures, first match wins: kind, key (id or reading), group, body_kind, mass bounds (test mass), load, C, lambda, sigma, restraint.
ANY, INF = "", float("inf")
STRUCTURES = (
    ("id", "honda_nbox_jf5", ANY, ANY, 0, INF, 170, 0.44, 1.12, 1.10, "modern", "design row N-Box, 1,080 kg as tested"),
    ("id", "smart_fortwo_451", ANY, ANY, 0, INF, 180, 0.38, 1.12, 1.05, "modern", "design row smart, 930 kg as tested"),
    ("id", "ford_f150_crew", ANY, ANY, 0, INF, 220, 0.70, 1.20, 1.25, "modern", "design row F-150, 2,350 kg as tested"),
    ("class", "old kei, engine under the cab", "kei_historic", "truck", 0, INF, 150, 0.28, 1.05, 1.00, "belt_1990s", "design row old kei truck"),
    ("class", "old kei, short nose", "kei_historic", ANY, 0, INF, 150, 0.38, 1.05, 1.00, "belt_1990s", "nose of the smart, cabin of the old kei truck"),
    ("class", "kei, engine under the cab", "kei_current", "truck", 0, INF, 150, 0.28, 1.05, 1.10, "modern", "nose of the old kei truck, cabin of the N-Box"),
    ("class", "kei, engine under the cab", "kei_current", "van_cabover", 0, INF, 150, 0.28, 1.05, 1.10, "modern", "nose of the old kei truck, cabin of the N-Box"),
    ("class", "kei with a nose", "kei_current", ANY, 0, INF, 150, 0.44, 1.12, 1.10, "modern", "as the design row N-Box"),
    ("class", "quadricycle", ANY, "quadricycle", 0, INF, 150, 0.30, 1.05, 1.00, "belt_quadricycle", "nose of 3 m cars between smart and old kei truck; tested to nothing like a wall"),
    ("class", "low-speed vehicle", ANY, "lsv", 0, INF, 150, 0.25, 1.02, 1.00, "belt_lsv", "nose shorter than the old kei truck; FMVSS 500 has no crash test"),
    ("class", "autocycle", ANY, "autocycle", 0, INF, 150, 0.44, 1.05, 1.00, "belt_1990s", "nose of the N-Box, cabin of the old kei truck"),
    ("class", "city car", "micro", "hatch", 0, 1150, 150, 0.38, 1.12, 1.05, "modern", "as the design row smart"),
    ("class", "truck, engine under the cab", ANY, "truck", 0, INF, 150, 0.28, 1.05, 1.10, "modern", "as a current kei truck"),
    ("class", "van, engine under the cab", ANY, "van_cabover", 0, INF, 150, 0.28, 1.05, 1.10, "modern", "as a current kei van"),
    ("class", "compact pickup", ANY, "pickup", 0, 2000, 150, 0.62, 1.15, 1.25, "modern", "as the design row CUV"),
    ("class", "pickup", ANY, "pickup", 2000, INF, 150, 0.70, 1.20, 1.25, "modern", "as the design row F-150"),
    ("class", "small SUV", ANY, "suv", 0, 1600, 150, 0.565, 1.135, 1.15, "modern", "midway between the design rows Yaris and midsize"),
    ("class", "SUV", ANY, "suv", 1600, INF, 150, 0.62, 1.15, 1.25, "modern", "as the design row CUV"),
    ("class", "very small car", ANY, ANY, 0, 1150, 150, 0.44, 1.12, 1.10, "modern", "as the design row N-Box"),
    ("class", "small car", ANY, ANY, 1150, 1400, 150, 0.50, 1.12, 1.10, "modern", "design rows Yaris and Fit"),
    ("class", "compact car", ANY, ANY, 1400, 1600, 150, 0.565, 1.135, 1.15, "modern", "midway between the design rows Yaris and midsize"),
    ("class", "midsize car", ANY, ANY, 1600, 1700, 150, 0.63, 1.15, 1.20, "modern", "design rows Camry, Accord, midsize"),
    ("class", "large car", ANY, ANY, 1700, INF, 150, 0.66, 1.15, 1.25, "modern", "design row C-Class"),
)  # fmt: skip
TRAVEL_LOST_M = {"truck": 0.08, "van_cabover": 0.08}
"""Free travel that a seat over the front axle leaves less, by kind of body (assumed)."""
FRONTS = {
    # class or partner: C, lambda, sigma, source
    "small_car": (0.50, 1.12, 1.10, "design rows Yaris and Fit"),
    "car": (0.63, 1.15, 1.20, "design row midsize"),
    "suv_van": (0.62, 1.15, 1.25, "design row CUV"),
    "cuv_suv": (0.62, 1.15, 1.25, "design row CUV"),
    "pickup": (0.70, 1.20, 1.25, "design row F-150"),
    "heavy": (0.70, 1.20, 1.25, "moving wall: no structure is known"),
}
UNMODELLED = {
    "side_mdb": "no side structure in the model; delta-v by mass alone",
    "oblique_pole": "no side structure in the model; delta-v is that of the pole test whatever the mass",
    "static_crush": "no door structure in the model",
    "roof_crush": "no roof structure in the model, and no roof strength of a kei car in its data",
    "fuel": "fuel leakage is not modelled",
    "electrolyte": "electrolyte and isolation are not modelled",
}
OTHER_TESTS = (
    # test, programme, kind, km/h, overlap, restraint, dummy, reason, striker kg, status, source
    ("ncap_front", "ncap", "rigid_barrier", 56.3, 1.0, "modern", "50M", "", 0, "published", "US NCAP frontal, 35 mph full wall"),
    ("r94_odb", "un", "offset_deformable_barrier", 56, 0.8, "modern", "50M", "", 0, "assumed", "UN R94, 56 km/h 40 % offset into the honeycomb face"),
    ("r137_front", "un", "rigid_barrier", 50, 1.0, "modern", "50M", "", 0, "published", "UN R137, 50 km/h full wall"),
    ("r137_front_5f", "un", "rigid_barrier", 50, 1.0, "modern", "5th F", "", 0, "published", "UN R137, 50 km/h full wall, 01 series"),
    ("r95_mdb", "un", "side_mdb", 50, 1.0, "", "ES-2", UNMODELLED["side_mdb"], 950, "published", "UN R95, 950 kg barrier"),
    ("r135_pole", "un", "oblique_pole", 32, 1.0, "", "WorldSID", UNMODELLED["oblique_pole"], 0, "published", "UN R135, 32 km/h pole"),
    ("jncap_front", "jp", "rigid_barrier", 55, 1.0, "modern", "50M", "", 0, "published", "JNCAP full wall, 55 km/h"),
    ("jncap_odb", "jp", "offset_deformable_barrier", 64, 0.8, "modern", "50M", "", 0, "assumed", "JNCAP offset to 2023, 64 km/h 40 % into the honeycomb face"),
)  # fmt: skip
MDB_US_KG = 1368.0
OFFSET_OVERLAP = 0.8
PARAMETERS = (
    ("load_kg", LOAD_KG, "kg", 0.0, 300.0, "assumed", "occupant, instruments and luggage as tested"),
    ("kappa_per_s", 30.0 * KMH, "1/s", 0.0, 60.0 * KMH, "assumed", "judgement: 30 km/h of delta-v per metre of intrusion, 0-60"),
    ("closing_scale_mps", 17.6 * KMH, "m/s", 17.2 * KMH, 21.0 * KMH, "assumed", "twice the tail scale of NASS delta-v in belted frontal crashes with air bag (8.8 km/h)"),
    ("overlap_field", 0.9, "-", 0.8, 1.0, "assumed", "average field head-on; set by hand beside full-scale pair results"),
    ("track_share", 0.87, "1", 0.85, 0.89, "assumed", "track over width: no public table for kei cars; judgement"),
    ("centre_share", 0.355, "1", 0.33, 0.38, "assumed", "height of the centre of mass over height: judgement, so that a tall kei car has a stability of 1.0 to 1.1"),
    ("stability_spread", 0.07, "1", 0.05, 0.09, "assumed", "spread of ln stability from the two shares above"),
    ("front_kg_per_m", 90.0, "kg/m", 60.0, 130.0, "assumed", "rails, bonnet and wings of a longer front: a third of the 270 kg a metre of a whole kei car; judgement"),
    ("body_usd_per_kg", 6.0, "USD/kg", 4.0, 10.0, "assumed", "formed and painted body steel; judgement"),
    ("content_kg", 90.0, "kg", 60.0, 120.0, "assumed", "design prior on the mass that all standards add to a kei car"),
    ("front_content_share", 0.377, "1", 0.03, 1.0, "assumed", "share of the front block that a car with a nose still needs: 80 and 90 of 100 designs pass with 0.03 and 0.2, 1 is the prior; median of that triangle"),
    ("content_usd", 1500.0, "USD", 800.0, 3500.0, "assumed", "design prior on the cost that all standards add to a kei car"),
    ("overlap_offset", 0.8, "-", 0.7, 0.9, "assumed", "car-to-car offset of 40-50 %; set by hand beside full-scale pair results"),
)  # fmt: skip
SUBSETS = {
    "frontal belted with air bag": "frontal_belted_bag",
    "frontal belted": "frontal_belted",
    "frontal unbelted": "frontal_unbelted",
    "non-frontal belted": "other_belted",
}


def restraints() -> pl.DataFrame:
    """Restraint rows in SI."""
    per = GRAVITY / 1e-3  # 1 g/mm in s^-2
    rows = [
        {
            "restraint": name,
            "part": part,
            "slack_m": s,
            "stiffness_per_s2": k * per,
            "limit_mps2": limit * GRAVITY,
            "second_per_s2": k2 * per,
            "travel_m": z,
            "stop_per_s2": kb * per,
            "stand_in": stand_in,
            "meaning": meaning,
            "status": "assumed",
            "source": DESIGN,
        }
        for name, part, s, k, limit, k2, z, kb, stand_in, meaning in RESTRAINTS
    ]
    return pl.DataFrame(rows)


def dummies() -> pl.DataFrame:
    """What ties a dummy's readings to its two masses."""
    columns = (
        "dummy",
        "deflection_mm_per_g",
        "deflection_mm_per_m",
        "nij_base",
        "nij_per_g",
        "femur_base_kN",
        "femur_kN_per_g",
        "femur_kN_per_m",
    )
    names = (*columns, "restraint_factor", "travel_less_m", "head_kg", "source")
    return pl.DataFrame([dict(zip(names, row, strict=True)) | {"status": "assumed"} for row in DUMMIES])


def structures() -> pl.DataFrame:
    """Front structure by vehicle or class."""
    columns = (
        "kind",
        "key",
        "group",
        "body_kind",
        "mass_from_kg",
        "mass_to_kg",
        "load_kg",
        "crush_m",
        "reserve",
        "strength",
        "restraint",
        "source",
    )
    rows = [dict(zip(columns, row, strict=True)) | {"status": "assumed"} for row in STRUCTURES]
    for row in rows:
        row["travel_lost_m"] = TRAVEL_LOST_M.get(str(row["body_kind"]), 0.0)
        for column in ("mass_from_kg", "mass_to_kg", "load_kg", "crush_m", "reserve", "strength"):
            row[column] = float(row[column])
    return pl.DataFrame(rows)


def fleet_structures(raw: Path) -> pl.DataFrame:
    """Mean incumbents and partners: MY2022 sales-weighted curb mass plus the load, structure of the nearest design row."""
    models = models_2022(raw)
    body = pl.col("body_style")
    small = pl.col("footprint_ft2") < SMALL_CAR_FT2
    groups = {
        ("class", "small_car"): small,
        ("class", "car"): (body == "sedan_wagon") & ~small,
        ("class", "suv_van"): (body == "cuv_suv_van") & ~small,
        ("class", "pickup"): (body == "pickup") & ~small,
        ("partner", "car"): body == "sedan_wagon",
        ("partner", "cuv_suv"): body == "cuv_suv_van",
        ("partner", "pickup"): body == "pickup",
    }
    rows = []
    for (kind, key), chosen in groups.items():
        found = models.filter(chosen)
        curb = float(found.select(mean_curb_lb()).item()) * POUND_KG
        rows.append(_front(kind, key, round(curb, 1), LOAD_KG, "derived"))
    rows.append(_front("partner", "heavy", RIGID_MASS_KG, 0.0, "assumed"))
    return pl.DataFrame(rows)


def _front(kind: str, key: str, curb: float, load: float, mass_status: str) -> dict[str, object]:
    crush, reserve, strength, source = FRONTS[key]
    return {
        "kind": kind,
        "key": key,
        "mass_kg": curb + load,
        "crush_m": crush,
        "reserve": reserve,
        "strength": strength,
        "mass_status": mass_status,
        "status": "assumed",
        "source": f"mass: MY2022 sales-weighted curb mass + {load:.0f} kg (EPA OMEGA); structure: {source}" if load else source,
    }


def injury_curves(raw: Path) -> pl.DataFrame:
    """Injury risk curves as published, the age slope taken out of the formula."""
    curves = pl.read_csv(raw / "crash" / "injury_risk_curves.csv")
    slopes = [float(found.group(1)) if (found := re.search(r"([\d.]+)\*age", form)) else 0.0 for form in curves["form"]]
    return curves.with_columns(
        pl.Series("age_per_year", slopes),
        pl.lit("published").alias("status"),
        pl.lit("pyisomme p_* functions (SafetyCompanion 2023/24); head and chest agree with two further public sources").alias("source"),
    )


def nass(raw: Path) -> dict[str, tuple[Counts, Counts, Counts]]:
    """Counts of every subset: all years, 1997-2000, 2001-02."""
    rows = pl.read_csv(raw / "crash" / "nass_cds_1997_2002_front_occupants.csv.gz")
    belted, bag, front = rows["seatbelt"] == "belted", rows["airbag"] == "airbag", rows["frontal"] == 1
    chosen = {
        "frontal_belted_bag": front & belted & bag,
        "frontal_belted": front & belted,
        "frontal_unbelted": front & ~belted,
        "other_belted": ~front & belted,
        "frontal_mixed": front,
    }
    early = rows["yearacc"] <= 2000
    out = {}
    for name, mask in chosen.items():
        parts = (mask, mask & early, mask & ~early)
        out[name] = tuple(
            count(*(rows.filter(part)[c].to_numpy() for c in ("dvcat", "weight")), rows.filter(part)["dead"].to_numpy() == "dead")
            for part in parts
        )
    return out  # type: ignore[return-value]


def field_risk(raw: Path, counts: dict[str, tuple[Counts, Counts, Counts]]) -> tuple[pl.DataFrame, list[float]]:
    """The default curves, the mixed-belt refit, and V0 at the policy exponent: mixed belts, unbelted, belted. [m/s]"""
    rows = []
    for row in pl.read_csv(raw / "crash" / "field_fatality_risk_fit.csv").iter_rows(named=True):
        rows.append(
            _risk_row(
                SUBSETS[row["subset"]],
                row["V0_km_h"],
                row["k"],
                row["k_lo95"],
                row["k_hi95"],
                row["tail_scale_km_h"],
                row["deaths_raw"],
                "measured",
            )
        )
    mixed = counts["frontal_mixed"][0]
    fit = fit_field_risk(mixed)
    rows.append(_risk_row("frontal_mixed", fit.v0_kmh, fit.k, fit.k_low, fit.k_high, fit.tail_scale_kmh, fit.deaths_raw, "derived"))
    scales = [fit_scale(counts[name][0], POLICY_K)[0] * KMH for name in ("frontal_mixed", "frontal_unbelted", "frontal_belted")]
    return pl.DataFrame(rows), scales


def _risk_row(subset: str, v0: float, k: float, low: float, high: float, tail: float, deaths: int, status: str) -> dict[str, object]:
    return {
        "subset": subset,
        "v0_mps": round(v0 * KMH, 4),
        "k": round(k, 3),
        "k_low": round(low, 3),
        "k_high": round(high, 3),
        "tail_scale_mps": round(tail * KMH, 4),
        "deaths_raw": deaths,
        "status": status,
        "source": "fit on NASS CDS 1997-2002 front occupants (scripts/tables/crash.py)",
    }


def barrier_tests(raw: Path) -> pl.DataFrame:
    """Tests of the US rules with their speeds from the law as read, and the other programmes."""
    limits = pl.read_csv(raw / "rules" / "fmvss_limits.csv", infer_schema_length=None).with_columns(
        pl.col("speed_kmh").cast(pl.Float64, strict=False)
    )
    tests = limits.unique("test_id", keep="first", maintain_order=True)
    rows = []
    for row in tests.iter_rows(named=True):
        kind = _kind(row["number"], row["test_kind"])
        if kind is None:
            continue
        modelled = kind in ("rigid_barrier", "offset_deformable_barrier")
        reason = "" if modelled else UNMODELLED[kind]
        rows.append(
            {
                "test": row["test_id"],
                "programme": "us",
                "kind": kind,
                "speed_mps": None if row["speed_kmh"] is None else round(row["speed_kmh"] * KMH, 6),
                "overlap": OFFSET_OVERLAP if kind == "offset_deformable_barrier" else 1.0,
                "restraint": "" if not modelled else ("unbelted_bag" if "unbelted" in row["test_id"] else "modern"),
                "dummy": row["dummy"],
                "reason": reason,
                "striker_kg": MDB_US_KG if kind == "side_mdb" else 0.0,
                "status": "law",
                "source": row["citation"],
            }
        )
    columns = ("test", "programme", "kind", "speed_kmh", "overlap", "restraint", "dummy", "reason", "striker_kg", "status", "source")
    for other in OTHER_TESTS:
        entry = dict(zip(columns, other, strict=True))
        entry["speed_mps"] = round(float(entry.pop("speed_kmh")) * KMH, 6)  # type: ignore[arg-type]
        entry["striker_kg"] = float(entry["striker_kg"])  # type: ignore[arg-type]
        rows.append({name: entry[name] for name in rows[0]})
    return pl.DataFrame(rows, infer_schema_length=None)


def test_limits(raw: Path, tests: pl.DataFrame) -> pl.DataFrame:
    """Which limit of the law reads which quantity of which test; constants of Nij are not limits."""
    limits = pl.read_csv(raw / "rules" / "fmvss_limits.csv", infer_schema_length=None)
    us = limits.filter(pl.col("test_id").is_in(tests["test"].to_list()) & (pl.col("op") != "==")).select(
        "limit_id", pl.col("test_id").alias("test"), "quantity", pl.col("citation").alias("source")
    )
    un = pl.DataFrame(
        [
            ("un.r94.r94_odb.chest_deflection", "r94_odb", "chest_deflection", "UN R94 5.2.1.4"),
            ("un.r137.r137_front.chest_deflection", "r137_front", "chest_deflection", "UN R137 5.2"),
            ("un.r137.r137_front_5f.chest_deflection", "r137_front_5f", "chest_deflection", "UN R137 5.2, 01 series"),
        ],
        schema=("limit_id", "test", "quantity", "source"),
        orient="row",
    )
    return pl.concat([us, un])


def _kind(number: str, kind: str) -> str | None:
    """Our kind of a crash test of the rules, or None when it is not a crash test of the vehicle."""
    standard = re.sub(r"\D", "", str(number))[:3]
    if standard == "216":
        return "roof_crush"
    if standard == "301":
        return "fuel"
    if standard == "305":
        return "electrolyte"
    return kind if standard in ("208", "214") else None


def cars_14(raw: Path) -> pl.DataFrame:
    """Fourteen 56 km/h barrier tests, for orientation of chest g and HIC."""
    cars = pl.read_csv(raw / "crash" / "nhtsa_35mph_barrier_14_cars.csv")
    return cars.select(
        "car",
        pl.col("hic").alias("hic36"),
        "chest_g",
        (pl.max_horizontal("femur_left_lbf", "femur_right_lbf") * POUND_FORCE_N / 1e3).round(4).alias("femur_kN"),
        pl.col("tti").alias("side_tti_g"),
        pl.col("pelvis_g").alias("side_pelvis_g"),
        (pl.col("length_in") * INCH_M).round(3).alias("length_m"),
        (pl.col("curb_weight_lb") * POUND_KG).round(1).alias("curb_kg"),
        pl.lit("published").alias("status"),
    )


def nass_classes(counts: dict[str, tuple[Counts, Counts, Counts]]) -> pl.DataFrame:
    """Occupants and deaths by delta-v class and period, for the check on years left out of the fit."""
    rows = []
    for subset, (_, early, late) in counts.items():
        for period, part in (("1997-2000", early), ("2001-2002", late)):
            for i, name in enumerate(CLASSES):
                given = {
                    "occupants": part.occupants[i],
                    "deaths": part.deaths[i],
                    "deaths_raw": int(part.deaths_raw[i]),
                    "deaths_effective": part.deaths_effective[i],
                }
                rows.append(
                    {
                        "subset": subset,
                        "period": period,
                        "class": name,
                        **given,
                        "status": "measured",
                        "source": "NASS CDS 1997-2002 (DAAG copy)",
                    }
                )
    return pl.DataFrame(rows)


def report(table: pl.DataFrame, counts: dict[str, tuple[Counts, Counts, Counts]]) -> None:
    """Refit of every subset beside the table, and early years' curve on late years' deaths."""
    print("subset               deaths  V0 km/h (table)   k (table)      95 %          tail km/h")
    for row in table.iter_rows(named=True):
        fit: Fit = fit_field_risk(counts[row["subset"]][0])
        print(
            f"{row['subset']:20s} {fit.deaths_raw:6d}  {fit.v0_kmh:6.1f} ({row['v0_mps'] / KMH:5.1f})   {fit.k:5.2f} ({row['k']:4.2f})"
            f"   {fit.k_low:4.2f}-{fit.k_high:4.2f}     {fit.tail_scale_kmh:5.1f}"
        )
    print("\nfit on 1997-2000, predicted / observed class risk of 2001-02 (raw deaths in the class)")
    for name, (_, early, late) in counts.items():
        fit = fit_field_risk(early)
        predicted = class_risk(fit.v0_kmh, fit.k, early.tail_scale_kmh)
        observed = late.deaths / late.occupants
        cells = [
            f"{c}: {p / o:4.2f} ({n})" if o > 0 else f"{c}: no deaths ({n})"
            for c, p, o, n in zip(CLASSES, predicted, observed, late.deaths_raw, strict=True)
        ]
        print(f"{name:20s} k {fit.k:4.2f}, V0 {fit.v0_kmh:5.1f}  " + "; ".join(cells))


def main() -> None:
    raw, into = folders(__doc__)
    counts = nass(raw)
    risk, scales = field_risk(raw, counts)
    names = ("name", "value", "unit", "low", "high", "status", "source")
    source = "fit on NASS frontal front occupants at exponent 4, belts mixed (low: unbelted, high: belted); Joksch 1993: 31.74"
    mixed = ("v0_mixed_mps", *(round(v0, 2) for v0 in scales[:1]), "m/s", round(scales[1], 2), round(scales[2], 2), "derived", source)
    tables = {
        "restraints": restraints(),
        "dummies": dummies(),
        "structures": structures(),
        "fleet_structures": fleet_structures(raw),
        "injury_curves": injury_curves(raw),
        "field_risk": risk,
        "parameters": pl.DataFrame([dict(zip(names, row, strict=True)) for row in (*PARAMETERS, mixed)]),
        "barrier_tests": barrier_tests(raw),
        "test_limits": test_limits(raw, barrier_tests(raw)),
        "cars_14": cars_14(raw),
        "nass_classes": nass_classes(counts),
    }
    write(tables, into)
    report(risk, counts)


if __name__ == "__main__":
    np.set_printoptions(precision=4)
    main()
