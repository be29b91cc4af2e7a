"""Bad input stopped at the door: what `roll` must not be given, said in one sentence each.

Called by whoever takes numbers from people; never inside `jit`.
"""

from __future__ import annotations

import numpy as np

from roadworthy.core import InputError
from roadworthy.core.axes import ENVIRONMENTS, SLOTS

TOLERANCE = 1e-6


def check(units: np.ndarray, lost_per_unit: np.ndarray, exposure_share: np.ndarray, consumption_J_per_m: np.ndarray) -> None:
    """Raise for negative or unknown sales, replaced units outside 0..1, road shares that do not sum to 1, or missing consumption."""
    for k, slot in enumerate(SLOTS):
        if not np.all(units[k] >= 0.0):
            year = int(np.argmin(np.where(np.isnan(units[k]), -np.inf, units[k])))
            raise InputError(
                f"sales of {slot!r} in sale year {year} are {units[k][year]}", "sales are zero or more in every year", code="fleet.sales"
            )
        lost = lost_per_unit[k]
        if not (np.all(lost >= 0.0) and lost.sum() <= 1.0 + TOLERANCE):
            raise InputError(
                f"a unit of {slot!r} replaces {lost.tolist()} new cars by class",
                "shares are zero or more and sum to at most 1; the rest comes from outside the new-car market",
                code="fleet.lost",
            )
        if not np.any(units[k] > 0.0):
            continue
        share = exposure_share[k]
        if not (np.all(share >= 0.0) and abs(share.sum() - 1.0) <= TOLERANCE):
            raise InputError(
                f"road shares of {slot!r} are {share.tolist()}", f"shares of {', '.join(ENVIRONMENTS)} sum to 1", code="fleet.exposure"
            )
        if not consumption_J_per_m[k] > 0.0:
            raise InputError(
                f"{slot!r} is sold but its consumption is {consumption_J_per_m[k]} J/m",
                "give its economy or its road load",
                code="fleet.consumption",
            )
