"""Every uncertain number of the model: its value, unit, source, status, distribution and random stream.

The rooms own the leaves (`CrashAssumptions`, ...); the rows that describe them are in `study/assumptions/<room>.yaml`, one per
leaf. `central()` gives the pytree at the central point, `draw(n, seed)` the same pytree with a leading axis of draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from roadworthy.account import AccountAssumptions
from roadworthy.core import Cited, Distribution, InputError, streams, unknown
from roadworthy.cost import CostAssumptions
from roadworthy.crash import CrashAssumptions
from roadworthy.energy import EnergyAssumptions
from roadworthy.fleet import FleetAssumptions
from roadworthy.market.assumptions import MarketAssumptions, central_tastes
from roadworthy.rules.policy import RulesAssumptions
from roadworthy.vehicles import VehiclesAssumptions

FOLDER = Path(__file__).parent / "assumptions"


class Assumptions(eqx.Module):
    """All leaves, grouped by the room that owns them."""

    vehicles: VehiclesAssumptions
    rules: RulesAssumptions
    crash: CrashAssumptions
    energy: EnergyAssumptions
    cost: CostAssumptions
    market: MarketAssumptions
    fleet: FleetAssumptions
    account: AccountAssumptions


ROOMS = {
    "vehicles": VehiclesAssumptions,
    "rules": RulesAssumptions,
    "crash": CrashAssumptions,
    "energy": EnergyAssumptions,
    "cost": CostAssumptions,
    "market": MarketAssumptions,
    "fleet": FleetAssumptions,
    "account": AccountAssumptions,
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One assumption: `path` is room.field, `meaning` its plain words, `stream` its Sobol coordinate."""

    path: str
    meaning: str
    cited: Cited
    stream: int
    kind: Literal["float", "index"]

    @property
    def drawn(self) -> bool:
        """Whether the model draws it."""
        return self.cited.distribution is not None

    @property
    def choices(self) -> int | None:
        """How many values an index may take; None for a number."""
        if self.kind != "index" or self.cited.distribution is None:
            return None
        args = self.cited.distribution.args
        return len(args) if self.cited.distribution.kind == "choice" else round(args[1])

    def at(self, u: np.ndarray) -> np.ndarray:
        """Values at cumulative probabilities u [n]; an index is a whole number."""
        distribution = self.cited.distribution
        if distribution is None:
            return np.full(u.shape, float(self.cited.value))
        values = distribution.ppf(u)
        return np.floor(values) if self.kind == "index" else values


@lru_cache(maxsize=1)
def leaves() -> dict[str, Leaf]:
    """Every assumption by path, in the order of the files."""
    import yaml

    found: dict[str, Leaf] = {}
    for room in ROOMS:
        text = (FOLDER / f"{room}.yaml").read_text(encoding="utf-8")
        for name, row in (yaml.load(text, Loader=yaml.CSafeLoader) or {}).items():
            spec = row.get("distribution")
            path = f"{room}.{name}"
            found[path] = Leaf(
                path=path,
                meaning=row["meaning"],
                cited=Cited(
                    value=float(row["value"]),
                    unit=str(row["unit"]),
                    source=row["source"],
                    status=row["status"],
                    distribution=Distribution(spec[0], tuple(float(x) for x in spec[1:])) if spec else None,
                ),
                stream=int(row["stream"]),
                kind=row.get("kind", "float"),
            )
    return found


def assemble(value_of: Mapping[str, np.ndarray]) -> Assumptions:
    """The pytree from values by path, all scalars or all with one leading axis of draws.

    The thin engine's tastes are those of its node; the exact engine's are leaves of their own and are the same in every draw.
    """
    shape = np.shape(next(iter(value_of.values())))
    rooms: dict[str, Any] = {}
    for room, module in ROOMS.items():
        fields = {path.split(".", 1)[1]: np.asarray(value) for path, value in value_of.items() if path.startswith(f"{room}.")}
        template = module(**{name: 0 if leaves()[f"{room}.{name}"].kind == "index" else 0.0 for name in fields})
        values = [
            jnp.asarray(value, jnp.int32 if leaves()[f"{room}.{name}"].kind == "index" else jnp.float64) for name, value in fields.items()
        ]
        # records hold scalars; with draws each leaf gets its axis only now, as `vmap` takes it away again
        rooms[room] = eqx.tree_at(lambda m, names=tuple(fields): [getattr(m, name) for name in names], template, values)
    market = eqx.tree_at(
        lambda m: m.tastes,
        rooms["market"],
        jax.tree.map(lambda leaf: jnp.broadcast_to(jnp.asarray(leaf, jnp.float64), shape), central_tastes()),
    )
    found = [market if room == "market" else rooms[room] for room in ROOMS]
    return Assumptions(**dict(zip(ROOMS, found, strict=True)))


def _check(overrides: Mapping[str, float]) -> None:
    for path, value in overrides.items():
        if path not in leaves():
            raise unknown("assumption", path, leaves(), "roadworthy assumptions")
        if not np.isfinite(value):
            raise InputError(f"assumption {path} = {value} is not a number", "give a finite number", code="assumption.value", where=path)
        choices = leaves()[path].choices
        if choices is not None and value not in range(choices):
            raise InputError(
                f"assumption {path} = {value:g} is not a choice",
                f"give a whole number from 0 to {choices - 1}",
                code="assumption.value",
                where=path,
            )


def central(overrides: Mapping[str, float] | None = None) -> Assumptions:
    """The central point: every leaf at its value, or at the user's."""
    given = overrides or {}
    _check(given)
    return assemble({path: np.asarray(given.get(path, leaf.cited.value)) for path, leaf in leaves().items()})


def draw(draws: int, seed: int, overrides: Mapping[str, float] | None = None) -> Assumptions:
    """`draws` joint draws [draws] of every leaf; an overridden leaf is held at the user's value.

    The first n draws are the same for every `draws`, and a leaf's draws depend on no other leaf.
    """
    if draws < 1:
        raise InputError(f"{draws} draws cannot be made", "ask for at least 1", code="draws.range")
    given = overrides or {}
    _check(given)
    u = streams.points(draws, seed)
    return assemble(
        {path: np.full(draws, float(given[path])) if path in given else leaf.at(u[:, leaf.stream]) for path, leaf in leaves().items()}
    )
