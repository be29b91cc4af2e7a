"""What a vehicle is: arrays of numbers over a batch of vehicles, and beside each number its status and source.

A batch holds one float array for each numeric field (NaN = unknown), one tuple of texts for each text field ("" = unknown), and
for every value a status, a source and, where known, a log-normal sd. Text never enters `jit`; other rooms read the arrays as
attributes (`v.mass_kg`, `v.body_kind`) and take status and source from `v.cited(i, field)`. One vehicle is a batch of one.
Limits: a record of facts; it computes no physics and holds no opinion. Reference: pandas-like struct of arrays, as in PyPSA.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, SupportsIndex

import numpy as np

from roadworthy.core import STATUSES, Cited, Distribution, InputError, unknown
from roadworthy.vehicles import dates
from roadworthy.vehicles.door import UNKNOWN, door_value
from roadworthy.vehicles.schema import Field, at_door, fields, lookup, numeric_names
from roadworthy.vehicles.words import Words

FILLED = "fill "
"""Sources of values made by `fill` begin with this word."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of one vehicle with its status, its source and its log-normal sd (NaN when none is stated)."""

    value: float | str
    status: str
    source: str
    sd_ln: float = float("nan")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Vehicle:
    """A batch of vehicles as arrays, with the status and source of every value."""

    ids: tuple[str, ...]
    numbers: Mapping[str, np.ndarray]
    texts: Mapping[str, Words]
    grades: Mapping[str, Words]
    origins: Mapping[str, Words]
    spreads: Mapping[str, np.ndarray]
    equipment: tuple[Mapping[str, str], ...]

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            if name in self.numbers:
                return self.numbers[name]
            if name in self.texts:
                return self.texts[name].texts()
        raise AttributeError(f"Vehicle has no field {name!r}")

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *fields()})

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, field: str) -> Any:
        """The values of a field: an array of numbers or a tuple of texts."""
        lookup(field)
        return self.numbers[field] if field in self.numbers else self.texts[field].texts()

    def known(self, field: str) -> np.ndarray:
        """Which vehicles have a value for a field."""
        if field in self.numbers:
            return ~np.isnan(self.numbers[field])
        lookup(field)
        return self.texts[field].where(bool)

    def status(self, field: str) -> tuple[str, ...]:
        """Status of a field, vehicle by vehicle; "unknown" where there is no value."""
        lookup(field)
        return self.graded(field).texts()

    def source(self, field: str) -> tuple[str, ...]:
        """Source of a field, vehicle by vehicle; empty where there is no value."""
        lookup(field)
        return self.origins[field].texts() if field in self.origins else ("",) * len(self)

    def graded(self, field: str) -> Words:
        """Status of a field as a column."""
        return self.grades.get(field, Words.same(UNKNOWN, len(self)))

    def sd_ln(self, field: str) -> np.ndarray:
        """Standard deviation of the logarithm of each value; NaN where none is stated."""
        lookup(field)
        return self.spreads.get(field, np.full(len(self), np.nan))

    def index(self, id: str) -> int:
        """Position of a vehicle in the batch."""
        if id not in self.ids:
            raise unknown("vehicle", id, self.ids, see="roadworthy vehicles list")
        return self.ids.index(id)

    def cell(self, i: SupportsIndex, field: str) -> Cell:
        """One value with what is known of it."""
        at = int(i)
        lookup(field)
        value = float(self.numbers[field][at]) if field in self.numbers else self.texts[field][at]
        source = self.origins[field][at] if field in self.origins else ""
        return Cell(value, self.graded(field)[at], source, float(self.sd_ln(field)[at]))

    def cited(self, i: SupportsIndex, field: str) -> Cited:
        """One value as a `Cited`; an unknown one is NaN (or "") with status assumed and a source that says so."""
        found, cell = lookup(field), self.cell(i, field)
        unit = self.texts["price_currency"][int(i)] if found.dimension == "money" else found.unit
        if cell.status == UNKNOWN:
            return Cited(cell.value, unit, "not known: nobody has given it and no fit applies", "assumed", note=UNKNOWN)
        spread = None if np.isnan(cell.sd_ln) else Distribution("lognormal", (float(cell.value), cell.sd_ln))
        from roadworthy.vehicles.catalogue import remarks

        said = remarks().get((self.ids[int(i)], field), ()) if not cell.source.startswith(FILLED) else ()
        return Cited(
            cell.value,
            unit,
            cell.source,
            cell.status,  # type: ignore[arg-type]
            spread,
            note="; ".join(r.text for r in said),
            conflict=any(r.kind == "conflict" for r in said),
        )

    def explain(self, id: str, field: str) -> str:
        """One value in plain words: value, unit, status, source, fit and sd, and what other sources say."""
        from roadworthy.vehicles.show import explain

        return explain(self, self.index(id), field)

    def assumed_count(self, i: SupportsIndex) -> tuple[int, int]:
        """How many quantities of a vehicle are assumed, of how many that have a value: (9, 16)."""
        statuses = [self.graded(f.name)[int(i)] for f in fields().values() if f.counted]
        return sum(s == "assumed" for s in statuses), sum(s != UNKNOWN for s in statuses)

    def missing(self) -> dict[str, tuple[str, ...]]:
        """Fields that the other rooms need and that no vehicle, fit or rule supplied, by vehicle; complete ones are left out."""
        found: dict[str, tuple[str, ...]] = {}
        for i, id in enumerate(self.ids):
            electric = self.texts["powertrain"][i] == "bev"
            lacking = tuple(f.name for f in fields().values() if _needed(f, electric) and self.graded(f.name)[i] == UNKNOWN)
            if lacking:
                found[id] = lacking
        return found

    def select(self, id: str | Sequence[str] | None = None, *, group: str | None = None) -> Vehicle:
        """The vehicles with these ids, in the order asked for, or those of a group."""
        if id is None and group is None:
            return self
        if group is not None:
            choices = lookup("group").choices
            if group not in choices:
                raise unknown("group", group, choices)
            wanted = np.flatnonzero(self.texts["group"].among((group,))).tolist()
            if id is None:
                return self.take(wanted)
        names = [id] if isinstance(id, str) else list(id or ())
        return self.take([i for i in map(self.index, names) if group is None or self.texts["group"][i] == group])

    def take(self, positions: Iterable[int]) -> Vehicle:
        """The vehicles at some positions."""
        p = list(positions)

        def rows(values: Sequence[Any]) -> tuple[Any, ...]:
            return tuple(values[i] for i in p)

        return Vehicle(
            ids=rows(self.ids),
            numbers={k: frozen(x[p]) for k, x in self.numbers.items()},
            texts={k: x.take(p) for k, x in self.texts.items()},
            grades={k: x.take(p) for k, x in self.grades.items()},
            origins={k: x.take(p) for k, x in self.origins.items()},
            spreads={k: frozen(x[p]) for k, x in self.spreads.items()},
            equipment=rows(self.equipment),
        )

    def with_(self, *, status: str = "assumed", source: str = "user", **values: Any) -> Vehicle:
        """A copy with some fields given anew, for all vehicles or one value each; status assumed and source "user" unless said.

        Any accepted spelling will do: `with_(mass_kg=930)`, `with_(mass="930 kg")`, `with_(built="1998-03-10")`. What `fill` made
        before stays as it is; `refill` makes it again from the new values.
        """
        if status not in STATUSES:
            raise unknown("status", status, STATUSES)
        n = len(self)
        new = self
        for name, given in values.items():
            found, unit = at_door(name)
            each = list(given) if isinstance(given, (list, tuple, np.ndarray)) else [given] * n
            if len(each) != n:
                raise InputError(f"{name} has {len(each)} values for {n} vehicles", "give one value, or one for each", code="vehicle.shape")
            cells = [Cell(door_value(found, unit, x), status, source) for x in each]
            new = new.replace(found.name, np.ones(n, dtype=bool), cells)
        return new

    def replace(self, field: str, where: np.ndarray, cells: Sequence[Cell | None]) -> Vehicle:
        """A copy in which the vehicles marked in `where` take the cells given for them."""
        picked = [(i, c) for i, c in enumerate(cells) if c is not None and where[i]]
        at, cells_in = [i for i, _ in picked], [c for _, c in picked]
        numeric = lookup(field).numeric
        values: Any = np.array([c.value for c in cells_in], dtype=float) if numeric else Words.of(str(c.value) for c in cells_in)
        return self.put(
            field,
            np.array(at, dtype=np.int64),
            values,
            Words.of(c.status for c in cells_in),
            Words.of(c.source for c in cells_in),
            np.array([c.sd_ln for c in cells_in], dtype=float),
        )

    def put(self, field: str, at: np.ndarray, values: np.ndarray | Words, statuses: Words, sources: Words, sds: np.ndarray) -> Vehicle:
        """A copy with new values of one field at some positions; NaN and "" make a value unknown."""
        n = len(self)
        blank = values.where(lambda w: not w) if isinstance(values, Words) else np.isnan(values)
        grades, origins, spreads = self.graded(field), self.origins.get(field, Words.same("", n)), self.sd_ln(field).copy()
        grades, origins = grades.set(at, statuses), origins.set(at, sources)
        if blank.any():
            gone = at[blank]
            grades, origins = grades.set(gone, Words.same(UNKNOWN, len(gone))), origins.set(gone, Words.same("", len(gone)))
        spreads[at] = sds
        spreads.flags.writeable = False
        numbers, texts = self.numbers, self.texts
        if isinstance(values, Words):
            texts = {**texts, field: texts[field].set(at, values)}
        else:
            held = numbers[field].copy()
            held[at] = values
            held.flags.writeable = False
            numbers = {**numbers, field: held}
        return Vehicle(
            self.ids,
            numbers,
            texts,
            {**self.grades, field: grades},
            {**self.origins, field: origins},
            {**self.spreads, field: spreads},
            self.equipment,
        )

    def given(self) -> Vehicle:
        """A copy without the values that `fill` made."""
        new, gone = self, Cell(float("nan"), UNKNOWN, "")
        for field, sources in self.origins.items():
            made = sources.where(lambda source: source.startswith(FILLED))
            if made.any():
                empty = gone if lookup(field).numeric else Cell("", UNKNOWN, "")
                new = new.replace(field, made, [empty] * len(self))
        return new

    def built_span(self) -> tuple[np.ndarray, np.ndarray]:
        """First and last day on which each vehicle may have been built: of `built` where given, else of the model's life.

        A model on sale has no last day (9999-12-31). Not-a-time where nothing is known.
        """
        first, last = [], []
        for one, start, end in zip(self.texts["built"], self.texts["built_first"], self.texts["built_last"], strict=True):
            if one:
                lo, hi = dates.span(one)
            else:
                lo, hi = dates.span(start)[0], dates.span(end)[1]
                hi = dates.OPEN if np.isnat(hi) and not np.isnat(lo) else hi
            first.append(lo)
            last.append(hi)
        return np.array(first, dtype="datetime64[D]"), np.array(last, dtype="datetime64[D]")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Vehicle) or self.ids != other.ids or self.equipment != other.equipment or self.texts != other.texts:
            return False
        same_numbers = all(np.array_equal(self.numbers[f], other.numbers[f], equal_nan=True) for f in numeric_names())
        return same_numbers and all(
            self.status(f) == other.status(f)
            and self.source(f) == other.source(f)
            and np.allclose(self.sd_ln(f), other.sd_ln(f), rtol=1e-9, atol=0, equal_nan=True)
            for f in fields()
        )

    def __hash__(self) -> int:
        return hash(self.ids)

    def __repr__(self) -> str:
        from roadworthy.vehicles.show import plain

        return plain(self)

    def _repr_html_(self) -> str:
        from roadworthy.vehicles.show import html

        return html(self)


def _needed(found: Field, electric: bool) -> bool:
    if found.need == "required for an engine":
        return not electric
    if found.need == "required for a battery car":
        return electric
    if electric and found.name == "torque_Nm":
        return False
    return found.need == "required" or (found.need == "filled" and found.name in NEEDED_AFTER_FILL)


NEEDED_AFTER_FILL = ("powertrain", "wheelbase_m", "mass_kg", "mass_max_kg", "torque_Nm", "cd", "frontal_area_m2", "body_kind")
"""Filled fields without which a room gives no answer; ratings and cabins may stay unknown."""


def frozen(values: np.ndarray) -> np.ndarray:
    """A copy that cannot be written."""
    out = np.array(values, dtype=float)
    out.flags.writeable = False
    return out
