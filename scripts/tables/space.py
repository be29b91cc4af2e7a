"""Make the tables of the space room: 2,000 US adults with body dimensions, the proportions they follow, and interiors of US cars.

Origins: NHANES 2009-10 and 2011-12, adults of 18 and over (CDC, public domain; `vehicles/nhanes_2009_2012_adults_body.csv.gz`);
ANSUR II, US Army 2012 (public domain; `vehicles/ansur2_trimmed.csv.gz`, `ansur2_regressions.csv`); interior dimensions of US cars
from general knowledge (`vehicles/interior_inputs.csv`, assumed).

Adults are a systematic sample of NHANES by its weights, ordered by sex, stature and weight, so that 2,000 stand for the nation with
little noise. Each takes the fitted proportions and, whole, the residuals of one soldier of the same sex: residuals of leg and trunk
are correlated (-0.7), and leg room depends on it. Companions are three fixed random permutations.

    python -m scripts.tables.space --source DIR
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
from pathlib import Path

import numpy as np

from roadworthy.study.public import SOLDIERS_DIMENSIONS as DIMENSIONS

OUT = Path(__file__).resolve().parents[2] / "src/roadworthy/data/facts/space"
ADULTS = 2000
SEED = 20240117
INCH_MM = 25.4
US_CARS = {
    "Honda Civic 2022 sedan": "honda_civic_fe",
    "Toyota Corolla sedan": "toyota_corolla_e210",
    "Mitsubishi Mirage": "mitsubishi_mirage",
    "Nissan Versa 2020": "nissan_versa_n18",
    "Toyota RAV4 XA50": "toyota_rav4_xa50",
    "Ford F-150 SuperCrew": "ford_f150_crew",
}
CLASS_ROWS = {"Kei truck (Carry-like)": "kei_truck", "Honda Beat/S660-like": "kei_roadster"}
"""Kei bodies for which makers publish no cabin: one interior for the class."""
MORE_CARS = [  # inches: H61, L34, W3, W5, H63, L51, W4; general knowledge like the rows above; rated load not known
    ("mazda_mx5_nd", 37.4, 43.1, 52.2, 52.0, None, None, None),
    ("honda_crv_rs", 38.2, 41.3, 57.9, 55.1, 38.2, 41.0, 55.9),
    ("chevy_trax_2024", 39.6, 41.9, 55.4, 53.0, 38.0, 38.7, 53.1),
    ("hyundai_venue", 39.4, 41.3, 53.9, 52.0, 38.6, 34.3, 53.5),
    ("tesla_model_y", 41.0, 41.8, 56.4, 53.8, 39.4, 40.5, 54.0),
    ("chevy_silverado_crew", 43.0, 44.5, 66.0, 61.2, 40.1, 43.4, 65.2),
    ("ford_maverick", 40.3, 42.8, 57.3, 54.4, 39.6, 36.9, 55.6),
    ("smart_fortwo_451", 39.7, 41.2, 48.0, 45.4, None, None, None),
]
PERCENTS = (5, 50, 95)
RESAMPLES = 400
NOBODY = "none: general knowledge, nobody has verified it"
DERIVED = "derived from Japanese cabin sizes by an assumed conversion"


def read(file: Path) -> list[dict[str, str]]:
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rt", encoding="utf-8", newline="") as text:  # type: ignore[operator]
        return list(csv.DictReader(text))


def write(name: str, header: list[str], rows: list[list[object]]) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with (OUT / f"{name}.csv").open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


def numbers(rows: list[dict[str, str]], column: str) -> np.ndarray:
    return np.array([float(r[column]) for r in rows])


def turning_kg(b_weight: float, b_sqrt: float) -> float:
    """Weight beyond which a body dimension would fall with weight: from there on it is held. One fit has such a point, that of the
    sitting height of women (69 kg), where soldiers are few and the curve of the fit means nothing."""
    return (b_sqrt / (2.0 * b_weight)) ** 2 if b_weight < 0.0 < b_sqrt else float("inf")


def adults(source: Path, rng: np.random.Generator) -> tuple[list[list[object]], float]:
    """The sample: number, sex, stature, weight, six dimensions, people it stands for, three companions."""
    surveyed = [r for r in read(source / "nhanes_2009_2012_adults_body.csv.gz") if float(r["wt_mec2yr"]) > 0]
    surveyed.sort(key=lambda r: (r["sex"], float(r["height_cm"]), float(r["weight_kg"]), r["seqn"]))
    nation = numbers(surveyed, "wt_mec2yr") / 2.0  # two cycles of two years
    steps = (np.arange(ADULTS) + rng.random()) / ADULTS * nation.sum()
    chosen = [surveyed[i] for i in np.searchsorted(np.cumsum(nation), steps)]
    stature, weight = numbers(chosen, "height_cm") * 10.0, numbers(chosen, "weight_kg")
    sexes = np.array([r["sex"] for r in chosen])

    soldiers = read(source / "ansur2_trimmed.csv.gz")
    fits = {
        (r["sex"], r["dim"]): [float(r[k]) for k in ("b0", "b_stature_mm", "b_weight_kg", "b_sqrt_weight")]
        for r in read(source / "ansur2_regressions.csv")
    }
    dims = np.empty((ADULTS, len(DIMENSIONS)))
    for sex in ("M", "F"):
        mine, own = sexes == sex, [r for r in soldiers if r["sex"] == sex]
        donors = rng.choice(len(own), size=int(mine.sum()), replace=False)
        for j, dim in enumerate(DIMENSIONS):
            b0, b1, b2, b3 = fits[sex, dim]
            s, w = numbers(own, "stature_mm"), numbers(own, "weight_kg")
            residual = numbers(own, dim) - (b0 + b1 * s + b2 * w + b3 * np.sqrt(w))
            felt = np.minimum(weight[mine], turning_kg(b2, b3))
            dims[mine, j] = b0 + b1 * stature[mine] + b2 * felt + b3 * np.sqrt(felt) + residual[donors]
    order = rng.permutation(ADULTS)  # so that neighbours in the table are strangers
    companions = np.array([rng.permutation(ADULTS) for _ in range(3)])
    rows: list[list[object]] = []
    stands_for = round(float(nation.sum()) / ADULTS, 1)
    for n, i in enumerate(order):
        body = [f"{x:.1f}" for x in dims[i]]
        rows.append([n, sexes[i], f"{stature[i]:.1f}", f"{weight[i]:.1f}", *body, stands_for, *(int(c[n]) for c in companions)])
    return rows, float(nation.sum())


def weighted_percentile(values: np.ndarray, weights: np.ndarray, percents: tuple[int, ...]) -> np.ndarray:
    """Percentiles of a weighted sample: where the running share of weight passes each."""
    order = np.argsort(values, kind="stable")
    running = np.cumsum(weights[order])
    middle = (running - 0.5 * weights[order]) / running[-1]
    return np.interp(np.array(percents) / 100.0, middle, values[order])


def survey_percentiles(source: Path, rng: np.random.Generator) -> list[list[object]]:
    """Percentiles of the survey itself, and the sampling error of 2,000 of its people: sd over resamples by the survey weights.

    Clusters of the survey are left out of account, so the error is, if anything, too small.
    """
    surveyed = [r for r in read(source / "nhanes_2009_2012_adults_body.csv.gz") if float(r["wt_mec2yr"]) > 0]
    rows: list[list[object]] = []
    for sex in ("M", "F"):
        own = [r for r in surveyed if r["sex"] == sex]
        weights = numbers(own, "wt_mec2yr")
        for measure, column, by in (("stature_mm", "height_cm", 10.0), ("weight_kg", "weight_kg", 1.0)):
            values = numbers(own, column) * by
            found = weighted_percentile(values, weights, PERCENTS)
            picks = rng.choice(len(own), size=(RESAMPLES, ADULTS // 2), p=weights / weights.sum())
            error = np.percentile(values[picks], PERCENTS, axis=1).std(axis=1)
            rows += [[sex, measure, p, round(float(v), 1), round(float(e), 2)] for p, v, e in zip(PERCENTS, found, error, strict=True)]
    return rows


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--source", type=Path, default=os.environ.get("ROADWORTHY_RAW_DATA"))
    source = Path(ask.parse_args().source) / "vehicles"
    rows, total = adults(source, np.random.default_rng(SEED))
    body = [*DIMENSIONS.values()]
    write("adults", ["number", "sex", "stature_mm", "weight_kg", *body, "stands_for", "companion_1", "companion_2", "companion_3"], rows)

    fits: list[list[object]] = []
    for r in read(source / "ansur2_regressions.csv"):
        if r["dim"] in DIMENSIONS:
            terms = [r[k] for k in ("b0", "b_stature_mm", "b_weight_kg", "b_sqrt_weight", "r2", "resid_sd_mm")]
            fits.append([r["sex"], DIMENSIONS[r["dim"]], *terms])
    write("body_fits", ["sex", "dimension", "b0_mm", "b_stature", "b_weight_mm_per_kg", "b_sqrt_weight", "r2", "sd_mm"], fits)

    interiors: list[list[object]] = []
    for r in read(source / "interior_inputs.csv"):
        name = US_CARS.get(r["vehicle"]) or CLASS_ROWS.get(r["vehicle"])
        if name is None:
            continue
        inches = [r[f"{k}_in"] for k in ("H61", "L34", "W3", "W5", "H63", "L51", "W4")]
        two = r["vehicle"] in CLASS_ROWS
        kept = [x if x and not (two and k == 6) else "" for k, x in enumerate(inches)]
        interiors.append(
            [name, *(f"{float(x) * INCH_MM:.1f}" if x else "" for x in kept), r["vcw_kg"], "assumed", DERIVED if two else NOBODY]
        )
    for name, *more in MORE_CARS:
        interiors.append([name, *(f"{x * INCH_MM:.1f}" if x is not None else "" for x in more), "", "assumed", NOBODY])
    header = ["id", "h61_mm", "l34_mm", "w3_mm", "w5_mm", "h63_mm", "l51_mm", "w4_mm", "capacity_kg", "status", "source"]
    write("interiors", header, interiors)
    errors = np.random.default_rng(SEED + 1)
    write("survey_percentiles", ["sex", "measure", "percent", "value", "sampling_error"], survey_percentiles(source, errors))

    assumed = "design judgement"
    parameters: list[list[object]] = [
        ["head_factor", 0.93, "", 0.015, "assumed", assumed, "erect sitting height that remains when slumped and reclined"],
        ["head_clearance", 20, "mm", 15, "assumed", assumed, "hair, roof and movement above the head"],
        ["rear_head_less", 15, "mm", "", "assumed", assumed, "head room that a rear passenger needs less"],
        [
            "ankle_offset",
            254,
            "mm",
            20,
            "assumed",
            "SAE J1100 defines leg room as ankle point to hip point plus 254 mm",
            "added to the distance from hip to ankle",
        ],
        ["thigh_offset", 190, "mm", 20, "assumed", assumed, "buttock-knee length less this is hip point to knee"],
        ["shank_offset", 120, "mm", 20, "assumed", assumed, "knee height less this is knee to ankle"],
        ["knee_angle_front", 110, "deg", 5, "assumed", assumed, "knee angle in front"],
        ["knee_angle_rear", 85, "deg", 5, "assumed", assumed, "knee angle in the rear"],
        ["shoulder_clearance", 40, "mm", 20, "assumed", assumed, "beside and between two pairs of shoulders"],
        ["hip_clearance", 50, "mm", 20, "assumed", assumed, "beside and between two pairs of hips"],
        ["scale", 20, "mm", "", "assumed", "design: 15 to 25 mm", "width of the logistic tests of length"],
        ["scale_load", 5, "kg", "", "assumed", "design: 5 kg", "width of the logistic tests of load"],
        ["seat_mass_japan", 55, "kg", "", "assumed", "Japanese rating practice, not read in the text", "kg a seat in a Japanese rating"],
        ["seat_mass_us", 68, "kg", "", "assumed", "FMVSS 110: 150 lb, rounded", "kg a seat in a US rating"],
        ["shoulder_from_cabin", -60, "mm", 35, "assumed", "few pairs of cars: -35 to -140", "W3 less Japanese cabin width"],
        ["hip_from_shoulder", -50, "mm", "", "assumed", "derived rows of the design's interior table", "W5 less W3"],
        ["rear_shoulder_from_front", -20, "mm", "", "assumed", "derived rows of the design's interior table", "W4 less W3"],
        ["head_from_cabin", 47, "mm", 20, "assumed", "102 mm of J1100 less 55 of seat and recline", "H61 + H30 less Japanese cabin height"],
        ["rear_head_from_front", -20, "mm", "", "assumed", "derived rows of the design's interior table", "H63 less H61"],
        ["legs_from_cabin", 90, "mm", 60, "assumed", "few pairs of cars", "L34 + L51 less Japanese cabin length"],
        ["l34_kei", 41.5, "in", 1.5, "assumed", "band 40 to 43 in", "leg room in front, kei with four seats"],
        ["l34_roadster", 42.0, "in", 1.5, "assumed", "derived rows of the design's interior table", "leg room in front, kei roadster"],
        ["h30_super_height", 330, "mm", "", "assumed", assumed, "hip point above heel, tall kei and vans"],
        [
            "h30_height_wagon",
            290,
            "mm",
            "",
            "assumed",
            "row of the Sakura in the design's interior table",
            "hip point above heel, height wagon",
        ],
        ["h30_hatch", 280, "mm", "", "assumed", assumed, "hip point above heel, hatch"],
        ["h30_suv", 270, "mm", "", "assumed", "row of the Jimny in the design's interior table", "hip point above heel, off-road kei"],
        ["h30_roadster", 170, "mm", "", "assumed", assumed, "hip point above heel, roadster"],
        ["h30_cabover", 380, "mm", "", "assumed", assumed, "hip point above heel, cab-over"],
        ["h30_sedan", 260, "mm", "", "assumed", assumed, "hip point above heel, sedan: for the picture only"],
        ["h30_us_suv", 320, "mm", "", "assumed", assumed, "hip point above heel, US sport utility: for the picture only"],
        ["h30_pickup", 350, "mm", "", "assumed", assumed, "hip point above heel, pickup: for the picture only"],
        [
            "couple_from_leg",
            -60,
            "mm",
            60,
            "assumed",
            assumed,
            "distance between the hip points of both rows less L51, front seat at the rear end of its track",
        ],
        ["child_seat_rearward", 790, "mm", 50, "assumed", assumed, "distance between hip points that a rear-facing child seat wants"],
        ["child_seat_width", 440, "mm", 30, "assumed", assumed, "width of one child seat"],
        [
            "kei_width_of_class_rows",
            1475,
            "mm",
            "",
            "published",
            "nearly all kei since 1998",
            "outer width of the cars whose class rows are in `interiors`",
        ],
    ]
    write("parameters", ["name", "value", "unit", "spread", "status", "source", "meaning"], parameters)
    print(f"{len(rows)} adults for {total / 1e6:.0f} million, {len(interiors)} interiors in {OUT}")


if __name__ == "__main__":
    main()
