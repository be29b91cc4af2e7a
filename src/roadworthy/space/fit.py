"""Who fits: shares of US adults for each car, the test that binds, and how much room there is.

`fit(vehicle, people)` is the room's one verb. Shares are those of hard tests (a margin of zero fits) unless a width is given; the
smooth form with gradients is `kernel.shares`. Interiors are assumed for nearly every car, so the result is, and it says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, SupportsIndex

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from roadworthy.core import MARK, Cited, unknown
from roadworthy.core.plain import plain
from roadworthy.core.shapes import Scalar
from roadworthy.space.children import children
from roadworthy.space.interior import Interior, Room, room
from roadworthy.space.kernel import TESTS_OF, TIERS, Margins, by_test, margins, shares
from roadworthy.space.people import People, adults, in_support
from roadworthy.space.posture import Posture, posture
from roadworthy.vehicles import Vehicle

LEAST = 0.05
"""Margins are told for the person who has less room than 95 of 100."""
TEST_WORDS = {
    "head": "headroom",
    "leg": "legroom",
    "shoulder": "shoulder room",
    "hip": "hip room",
    "elbow": "elbow room",
    "rear_head": "rear headroom",
    "rear_leg": "rear legroom",
    "rear_shoulder": "rear shoulder room",
    "load_55": "load at 55 kg a seat",
    "load_68": "load at 68 kg a seat",
    "load_rated": "rated load",
}
TIER_WORDS = {
    "driver": "adults fit the driver's seat",
    "driver_men": "men fit the driver's seat",
    "front_pair": "pairs fit in front",
    "pair_without_elbow_contact": "pairs sit in front without touching elbows",
    "rear_seat": "adults fit behind a stranger",
    "four_up": "foursomes fit",
    "load_55": "full cars weigh no more than 55 kg a seat",
    "load_68": "full cars weigh no more than 68 kg a seat",
    "load_rated": "full cars keep within the rated load",
}


@dataclass(frozen=True, slots=True)
class Fit:
    """Shares of people who fit, by vehicle and tier, with the test that binds and its margin."""

    ids: tuple[str, ...]
    shares: np.ndarray
    """[vehicle, tier] 0..1; NaN where a tier does not apply or the interior is unknown"""
    binding: tuple[tuple[str, ...], ...]
    """the test that fewest pass, by vehicle and tier; empty where the share is NaN"""
    margin: np.ndarray
    """[vehicle, tier] room left in the binding test by the person who has less than 95 of 100; m, or kg for loads"""
    statuses: tuple[str, ...]
    sources: tuple[str, ...]
    missing: tuple[tuple[str, ...], ...]
    supported: bool
    """whether all statures are within the data"""
    rear_facing: np.ndarray = field(default_factory=lambda: np.zeros(0))
    """[vehicle] share of adults who can drive with a rear-facing child seat behind them"""
    across: np.ndarray = field(default_factory=lambda: np.zeros(0))
    """[vehicle] child seats side by side in the second row"""
    cargo_m3: np.ndarray = field(default_factory=lambda: np.zeros(0))
    """[vehicle] EPA cargo volume behind the last row; NaN where it is not known"""
    left_kg: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))
    """[vehicle, 2] what may be loaded beside one and beside two mean adults"""

    def __len__(self) -> int:
        return len(self.ids)

    def share(self, tier: str) -> np.ndarray:
        """Shares of one tier over the vehicles."""
        return np.asarray(self.shares[:, self._tier(tier)])

    def _tier(self, tier: str) -> int:
        if tier not in TIERS:
            raise unknown("tier", tier, TIERS)
        return TIERS.index(tier)

    def cited(self, i: SupportsIndex, tier: str) -> Cited:
        """One share with its status (that of the interior) and source."""
        t = self._tier(tier)
        note = f"binds: {TEST_WORDS[_plain(self.binding[i][t])]}" if self.binding[i][t] else self.why_unknown(i)
        source = f"fit tests on 2,000 US adults (NHANES, ANSUR II); interior: {self.sources[i]}"
        return Cited(float(self.shares[i, t]), "", source, self.statuses[i], note=note)  # type: ignore[arg-type]

    def why_unknown(self, i: SupportsIndex) -> str:
        """The sentence that names what is missing."""
        if not self.missing[i]:
            return "the car has no such seats"
        return f"{self.ids[i]}: not known without {', '.join(self.missing[i])}; give them in a vehicle file"

    def explain(self, i: int = 0) -> str:
        """The answer in plain words, a line for each tier."""
        lines = [f"{self.ids[i]} (interior: {self.sources[i]} {MARK[self.statuses[i]]} {self.statuses[i]})"]
        for t, tier in enumerate(TIERS):
            if not np.isnan(self.shares[i, t]):
                lines.append(f"  {100 * self.shares[i, t]:.1f} of 100 {TIER_WORDS[tier]}; {self._room(i, t)}")
        if self.missing[i]:
            lines.append("  " + self.why_unknown(i))
        if not self.supported:
            lines.append("  out of support: statures outside 1.40 to 2.05 m")
        return "\n".join(lines)

    def as_dict(self, i: int = 0) -> dict[str, Any]:
        """One vehicle's answer as the `--json` output prints it; unknown shares are null."""
        tiers = [
            {
                "tier": tier,
                "words": TIER_WORDS[tier],
                "share": plain(float(self.shares[i, t])),
                "binding": self.binding[i][t],
                "binding_words": TEST_WORDS.get(_plain(self.binding[i][t]), ""),
                "margin": plain(float(self.margin[i, t])),
                "unit": "kg" if tier.startswith("load") else "m",
            }
            for t, tier in enumerate(TIERS)
        ]
        known = all(row["share"] is not None for row in tiers)
        return {
            "schema": "roadworthy/fit/1",
            "id": self.ids[i],
            "name": self.ids[i],
            "tiers": tiers,
            "status": self.statuses[i],
            "mark": MARK[self.statuses[i]],
            "source": self.sources[i],
            "children": {
                "rear_facing_share": plain(float(self.rear_facing[i])),
                "seats_across": plain(float(self.across[i])),
                "status": "assumed",
            },
            "cargo": {
                "volume_m3": plain(float(self.cargo_m3[i])),
                "load_beside_driver_kg": plain(float(self.left_kg[i, 0])),
                "load_beside_two_kg": plain(float(self.left_kg[i, 1])),
            },
            "missing": list(self.missing[i]),
            "why_unknown": "" if known else self.why_unknown(i),
            "supported": self.supported,
        }

    def _room(self, i: int, t: int) -> str:
        test = self.binding[i][t]
        left, unit = (self.margin[i, t], "kg") if test.startswith("load") else (1e3 * self.margin[i, t], "mm")
        word = "to spare" if left >= 0 else "short"
        return f"{TEST_WORDS[_plain(test)]} binds, {abs(left):.0f} {unit} {word} at the tight end"

    def __repr__(self) -> str:
        shown = "\n".join(self.explain(i) for i in range(min(len(self), 1)))
        return shown if len(self) == 1 else f"Fit of {len(self)} vehicles: driver {np.round(self.share('driver'), 3).tolist()[:8]}"


def fit(vehicle: Vehicle, people: People | None = None, *, scale_m: float = 0.0) -> Fit:
    """Which share of people fits each vehicle, seat by seat; `people` are US adults unless given.

    Hard tests by default; `scale_m` gives them a logistic width (20 mm in the design).
    """
    who, found = adults() if people is None else people, room(vehicle)
    offered = children(found.interior, who, scale_m)
    mean = float(who.weight_kg[:, 0] @ who.share)
    left = np.asarray(found.interior.capacity_kg)[:, None] - mean * np.array([1.0, 2.0])
    return replace(
        _answer(vehicle.ids, found, who, scale_m),
        rear_facing=offered.rear_facing,
        across=offered.across,
        cargo_m3=np.asarray(vehicle.cargo_volume_m3),
        left_kg=np.where(np.asarray(found.interior.seats)[:, None] >= np.array([1.0, 2.0]), left, np.nan),
    )


def _answer(ids: tuple[str, ...], found: Room, people: People, scale_m: float) -> Fit:
    values, tests, spare = jax.tree.map(np.asarray, _evaluate()(found.interior, people, scale_m))
    values = np.clip(values, 0.0, 1.0)  # sums of weights are one but for the last bit
    binding, margin = [], np.full(values.shape, np.nan)
    for i in range(len(ids)):
        row = []
        for t, tier in enumerate(TIERS):
            name = "" if np.isnan(values[i, t]) else min(TESTS_OF[tier], key=lambda k: (float(tests[k][i]), float(spare[k][i])))
            row.append(name)
            if name:
                margin[i, t] = float(spare[name][i])
        binding.append(tuple(row))
    supported = bool(in_support(people).all()) if len(people.share) < len(adults().share) else True
    return Fit(ids, values, tuple(binding), margin, found.statuses, found.sources, found.missing, supported)


@lru_cache(maxsize=1)
def _evaluate() -> Callable[[Interior, People, Scalar], Any]:
    @eqx.filter_jit
    def run(interior: Interior, people: People, scale_m: Scalar) -> tuple[Array, dict[str, Array], dict[str, Array]]:
        p = posture()
        m = margins(interior, people, p)
        return shares(interior, people, scale_m, p), by_test(m, people, scale_m, p), _tight(interior, m, people, p)

    return run


def _tight(car: Interior, m: Margins, people: People, p: Posture) -> dict[str, Array]:
    """Margin of the person who has less room than 95 of 100, by test.

    A margin is room less need, so its quantile is the room less one quantile of need, the same for every car.
    """
    empty = jax.tree.map(lambda x: jnp.zeros_like(x[:1]), car)
    need = margins(empty, people, p)
    named = {**{k: getattr(need, k) for k in Margins.__dataclass_fields__}, "alone_head": need.head[..., 0], "alone_leg": need.leg[..., 0]}
    room_of = {"head": car.h61_m, "leg": car.l34_m, "shoulder": car.w3_m, "hip": car.w5_m, "elbow": car.w3_m}
    room_of |= {"rear_head": car.h63_m, "rear_leg": car.l34_m + car.l51_m, "rear_shoulder": car.w4_m}
    tight = {
        k: room_of[_plain(k)] + jnp.quantile(x if x.ndim == 2 else x.min(axis=-1), LEAST) for k, x in named.items() if _plain(k) in room_of
    }
    first = jnp.quantile(m.load_55, LEAST, axis=-1)
    return tight | {k: first + getattr(m, k)[:, 0] - m.load_55[:, 0] for k in ("load_55", "load_68", "load_rated")}


def _plain(test: str) -> str:
    return test.removeprefix("alone_").removeprefix("single_")
