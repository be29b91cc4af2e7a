"""Make the fleet fuel economy tables: targets by footprint, minimum domestic standards, CO2 targets, footprints of two fleets.

Origin: 49 CFR 531.5, 533.5 and 40 CFR 86.1818-12 (public domain); the MY2019 and MY2022 fleets of US EPA's OMEGA
(USEPA/EPA_OMEGA_Model, a work of the US government), folded to units by footprint of 0.1 ft2. The folder named by --source holds
fleet/cafe_*.csv, fleet/epa_ghg_footprint_targets.csv, fleet/fleet_my*_ldv.parquet and fleet/published_required_cafe_*.csv.

    python -m scripts.tables.rules_cafe --source DIR
"""

from __future__ import annotations

from pathlib import Path

from scripts.tables.rules_shared import rows, source_folder, write


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


CO2_RULE = {"EPA SAFE FRM 2020": "safe-2020", "EPA NTR FRM 2021 (CFR form)": "ntr-2021"}
CO2_SOURCE = {
    "safe-2020": "40 CFR 86.1818-12 as of the SAFE final rule of 2020, coefficients in EPA OMEGA",
    "ntr-2021": "40 CFR 86.1818-12 as of the final rule of 2021, coefficients in EPA OMEGA",
}
FLEETS = (2019, 2022)
FOOTPRINT_STEP_FT2 = 0.1


def co2(source: Path) -> None:
    table = []
    for r in rows(source / "epa_ghg_footprint_targets.csv"):
        rule = CO2_RULE[r["program"]]
        table.append(
            {"rule": rule, "fleet": r["reg_class_id"], "model_year": r["start_year"], "a_g_per_mi": r["a_coeff"], "b_g_per_mi": r["b_coeff"],
             "c_g_per_mi_ft2": r["c_coeff"], "d_g_per_mi": r["d_coeff"], "status": "published", "source": CO2_SOURCE[rule]}
        )  # fmt: skip
    write(
        "co2_targets",
        table,
        ["rule", "fleet", "model_year", "a_g_per_mi", "b_g_per_mi", "c_g_per_mi_ft2", "d_g_per_mi", "status", "source"],
    )


def footprints(source: Path) -> None:
    import polars as pl

    table = []
    for year in FLEETS:
        fleet = pl.read_parquet(source / f"fleet_my{year}_ldv.parquet").filter(pl.col("footprint_ft2") > 0)
        held = fleet.group_by(pl.col("reg_class_id").alias("fleet"), pl.col("footprint_ft2").round(1)).agg(pl.col("sales").sum())
        for row in held.sort("fleet", "footprint_ft2").iter_rows(named=True):
            table.append(
                {"fleet_year": year, "fleet": row["fleet"], "footprint_ft2": f"{row['footprint_ft2']:.1f}", "units": round(row["sales"])}
            )
    write("fleet_footprints", table, ["fleet_year", "fleet", "footprint_ft2", "units"])


NEWS_2024 = "final rule of 2024 (89 FR 52540), as told by ca.hoganlovells.com and sidley.com"
HELD = [  # id, what, unit, published, tolerance, kind, source, note, group
    ("target_car_2026_46", "target of a 46 ft2 car, MY2026", "mpg", 60.2, 0.01, "absolute", "49 CFR 531.5(c)", "", "target of one vehicle"),
    ("target_car_2026_35", "target of a 35 ft2 car, MY2026: the cap", "mpg", 66.95, 0.01, "absolute", "49 CFR 531.5(c)", "", "target of one vehicle"),
    ("target_truck_2020_68", "target of a 68.3 ft2 truck, MY2020: the floor", "mpg", 25.25, 0.01, "absolute", "49 CFR 533.5(a)", "", "target of one vehicle"),
    ("co2_2023", "required CO2 of the whole fleet, MY2023", "g/mi", 202.0, 0.01, "relative", "trendscan.net, of EPA's final rule of 2021",
     "MY2019 fleet by units made; weighted by EPA's lifetime miles too it is 205.7", "required CO2"),
    ("required_all_2031", "required average of the whole fleet, MY2031", "mpg", 50.4, 0.012, "relative", NEWS_2024,
     "MY2027 to MY2031 curves are derived (2 % a year) and the fleet is that of MY2022", "required average, both"),
    ("duty_car_2025_05", "duty on a new Japanese car, 2025-05-01", "-", 0.275, 1e-9, "absolute", "japantoday.com: 27.5 % in all", "", "duty"),
    ("duty_car_2026", "duty on a new Japanese car, 2026-11-22", "-", 0.15, 1e-9, "absolute", "90 FR 44638", "", "duty"),
    ("duty_truck_old", "duty on a Japanese truck of 25 years, 2026-11-22", "-", 0.25, 1e-9, "absolute", "HTSUS 8704; 9903.94.04",
     "ports are reported to differ", "duty"),
    ("states_open", "states that plate a kei truck without restriction", "states", 7.0, 2.0, "absolute", "jdmbuysell.com, 2026-06",
     "the trade page counts as restricted what other pages call legal at 25 years; the three counts are not of one list", "states"),
    ("states_restricted", "states that plate a kei truck with restrictions or as an antique", "states", 27.0, 3.0, "absolute", "jdmbuysell.com, 2026-06",
     "see states_open: legal and restricted together are 34 there", "states"),
    ("states_either", "states that plate a kei truck at all", "states", 34.0, 3.0, "absolute", "jdmbuysell.com, 2026-06",
     "ours counts sources in conflict by where they lean", "states"),
    ("states_shut", "states that refuse a kei truck", "states", 14.0, 1.0, "absolute", "jdmbuysell.com, 2026-06",
     "ours counts sources in conflict by where they lean", "states"),
]  # fmt: skip


def held(source: Path) -> None:
    """Published facts that the room is held against; none was used to fit anything."""
    columns = ("id", "what", "unit", "published", "tolerance", "kind", "source", "note", "group")
    table = [dict(zip(columns, row, strict=True)) for row in HELD]
    rules = {"safe2020": range(2017, 2024), "2022rule": range(2024, 2032)}
    for name, years in rules.items():
        for r in rows(source / f"published_required_cafe_{name}.csv"):
            if int(r["model_year"]) not in years:
                continue  # years in which another rule holds
            rule = r["rule"].split(" (")[0]
            for fleet, column, words in (
                ("car", "cars_mpg", "cars"),
                ("truck", "light_trucks_mpg", "light trucks"),
                ("all", "combined_mpg", "the whole fleet"),
            ):
                if r[column]:
                    table.append(
                        {"id": f"required_{fleet}_{r['model_year']}", "what": f"required average of {words}, MY{r['model_year']}", "unit": "mpg",
                         "published": float(r[column]), "tolerance": 0.007, "kind": "relative", "source": f"{rule} rule, agency's estimate",
                         "note": "the agency's mix of cars and trucks was another than that of MY2019" if fleet == "all" else "curves on the MY2019 fleet",
                         "group": "required average, both" if fleet == "all" else "required average by class"}
                    )  # fmt: skip
    write("held", table, list(columns))


if __name__ == "__main__":
    folder = source_folder(__doc__).source / "fleet"
    cafe(folder)
    co2(folder)
    footprints(folder)
    held(folder)
