"""What the space room is held against: the survey that its adults stand for, and EPA's own volumes of the cabins it assumes.

EPA multiplies head, shoulder and leg room of each row (40 CFR 600.315-08); the same product of our assumed interiors must come near the
published volume. The adults are a sample of the survey, so that the percentiles test the sampling and not the survey.
"""

from __future__ import annotations

import numpy as np

from roadworthy.core.held import Held
from roadworthy.space.interior import room
from roadworthy.space.people import adults
from roadworthy.space.posture import rows_of
from roadworthy.vehicles import catalogue

ROOM = "space"
TWO_SD = 2.0
VOLUME_CLOSE = 0.05
FIELD = {"stature_mm": ("stature_m", 1e-3), "weight_kg": ("weight_kg", 1.0)}
MEANS = {  # adults of 20 and over, README of the survey extract; ours are 18 and over
    ("M", "stature_mm"): (1758.0, 5.0),
    ("M", "weight_kg"): (88.6, 1.5),
    ("F", "stature_mm"): (1620.0, 5.0),
    ("F", "weight_kg"): (75.7, 1.5),
}
SURVEY = "NHANES 2009-12 (CDC), survey weights"


def held() -> tuple[Held, ...]:
    """Every fact, misses included."""
    return (*_percentiles(), *_means(), *_volumes())


def _ours(sex: str, measure: str) -> tuple[np.ndarray, np.ndarray]:
    who, (field, unit) = adults(), FIELD[measure]
    mine = np.asarray(who.male[:, 0]) == (1.0 if sex == "M" else 0.0)
    return np.asarray(getattr(who, field))[mine, 0] / unit, np.asarray(who.share)[mine]


def _percentiles() -> list[Held]:
    out = []
    for row in rows_of("survey_percentiles"):
        values, _ = _ours(row["sex"], row["measure"])
        sex, what, unit = "men" if row["sex"] == "M" else "women", *row["measure"].rsplit("_", 1)
        out.append(
            Held(ROOM, f"{row['sex'].lower()}_{what}_p{row['percent']}", f"{row['percent']}th percentile of {what} of {sex}", unit, float(row["value"]),
                 float(np.percentile(values, float(row["percent"]))), TWO_SD * float(row["sampling_error"]), "absolute", True, SURVEY,
                 "tolerance: two sampling errors of 1,000 people", f"percentiles of {what}")
        )  # fmt: skip
    return out


def _means() -> list[Held]:
    out = []
    for (sex, measure), (published, tolerance) in MEANS.items():
        values, share = _ours(sex, measure)
        what, unit = measure.rsplit("_", 1)
        out.append(
            Held(ROOM, f"{sex.lower()}_{what}_mean", f"mean {what} of {'men' if sex == 'M' else 'women'} of 20 and over", unit, published,
                 float(values @ share / share.sum()), tolerance, "absolute", True, SURVEY, "ours are 18 and over", f"means of {what}")
        )  # fmt: skip
    return out


def _volumes() -> list[Held]:
    seed = catalogue()
    known = seed.take(np.flatnonzero(seed.known("passenger_volume_m3")).tolist())
    inside = room(known).interior
    front = np.asarray(inside.h61_m * inside.l34_m * inside.w3_m)
    rear = np.nan_to_num(np.asarray(inside.h63_m * inside.l51_m * inside.w4_m))
    return [
        Held(ROOM, f"{id}_volume", f"EPA passenger volume of {id} from the assumed interior", "m3", float(known.passenger_volume_m3[i]), float(front[i] + rear[i]),
             VOLUME_CLOSE, "relative", False, known.source("passenger_volume_m3")[i], "", "passenger volume")
        for i, id in enumerate(known.ids)
    ]  # fmt: skip
