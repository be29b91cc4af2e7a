"""The rulebook: dated, cited limits, parameters, classes, standards, doors and states; immutable.

    book.at(day)["us.class.lsv.gvwr"]      the value in force on a day, as a Cited
    book.under(reform)                     the same book with the reform laid over it; the base book never changes

Dated values are half-open [start, next start). Before the first start the answer is "not in force" (None), never an error.
Module `reading` makes the book from its files. Limits: the book speaks to its compilation day; what happened later is unknown to it. Reference: OpenFisca parameter files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from roadworthy.core import Cited, unknown
from roadworthy.data.tables import FACTS
from roadworthy.rules.logic import Citation
from roadworthy.rules.quantity import si_factor

if TYPE_CHECKING:
    from roadworthy.rules.reform import Reform

TABLES = FACTS / "rules"
COMPILED = dt.date(2026, 11, 22)
"""The day to which the book speaks."""
OPEN_START = dt.date(1900, 1, 1)
"""Stands for a start that is not recorded."""


@dataclass(frozen=True, slots=True)
class Value:
    """One dated value, in the unit in which the law states it."""

    start: dt.date
    value: float | str
    unit: str
    citation: Citation
    until: dt.date | None = None
    legal_state: str = "in_force"
    note: str = ""
    printed: str = ""

    @property
    def si(self) -> float:
        """The value in SI."""
        return float(self.value) * si_factor(self.unit)

    @property
    def cited(self) -> Cited:
        """The value as a cited record."""
        c = self.citation
        return Cited(self.value, self.unit, c.source or c.label, c.status, note=self.note, conflict=c.conflict, citation=c.label)


PENDING = frozenset({"proposed", "denied"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated number or word of the law."""

    id: str
    title: str
    body: str
    values: tuple[Value, ...]

    def at(self, day: dt.date, proposed: bool = False) -> Value | None:
        """The value in force on a day; proposals count only when asked for."""
        held = None
        for value in self.values:
            if value.start <= day:
                held = value
        if held is None or (held.until is not None and day >= held.until):
            return None
        return None if held.legal_state in PENDING and not proposed else held


@dataclass(frozen=True, slots=True)
class Limit(Parameter):
    """A dated bound on a quantity, read by one of three clocks: law_date, built, entry_or_use."""

    quantity: str = ""
    op: str = "<="
    clock: str = "law_date"
    when_known: bool = False
    """Binds a vehicle only when the fact is given: rules of construction beside the definition of the class."""

    @property
    def strict(self) -> bool:
        """Whether the bound itself is outside."""
        return self.op in ("<", ">")


@dataclass(frozen=True, slots=True)
class VehicleClass:
    """A legal class: its limits, and what else the text asks for."""

    id: str
    title: str
    jurisdiction: str
    limits: tuple[str, ...]
    bodies: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    excluded_until: tuple[tuple[str, dt.date], ...] = ()
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Test:
    """One measurable limit of a standard; `formula` where the bound depends on the vehicle."""

    id: str
    standard: str
    test: str
    kind: str
    speed_kmh: str
    conditions: str
    quantity: str
    op: str
    bound: float | None
    formula: str
    unit: str
    factor: float
    role: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard and whom it binds."""

    id: str
    number: str
    title: str
    binds: frozenset[str]
    since: dt.date
    citation: Citation
    gvwr_max_kg: float | None = None
    gvwr_min_kg: float | None = None
    gvwr_scope: str = ""
    since_small_maker: dt.date | None = None
    fuel: str = ""
    condition: str = ""
    test_gvwr_max_kg: float | None = None
    test_unladen_max_kg: float | None = None
    crashworthiness: bool = False
    block: str = ""
    equipment: str = ""
    summary: str = ""
    tests: tuple[Test, ...] = ()


@dataclass(frozen=True, slots=True)
class Pathway:
    """A door into the market: who acts, what it needs, how many it lets through, what it waives."""

    id: str
    title: str
    actor: str
    needs: str
    new_vehicle: bool
    citation: Citation
    waives: str = ""
    conditions: str = ""
    quota_us_units_per_12mo: float | None = None
    maker_world_production_max: float | None = None
    units_built_max: float | None = None
    duration_months: str = ""
    road_miles_per_year_max: float | None = None
    reform: str = ""
    vehicle_class: str = ""
    standards: tuple[str, ...] = ()
    recognises: str = ""
    assembled_in_us: bool = False
    unspecified: str = ""
    road_cap: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """One of the 51 jurisdictions: ids of its kei and low-speed rules."""

    id: str
    code: str
    title: str
    kei: str
    kei_road: str = ""
    kei_age: str = ""
    kei_class: str = ""
    lsv_road: str = ""
    lsv_crossing: str = ""
    lsv_local: str = ""
    lsv_local_status: str = ""


@dataclass(frozen=True, slots=True)
class DatedBook:
    """The book on one day; indexing gives the value in force as Cited, or None when nothing is."""

    book: Rulebook
    day: dt.date

    def __getitem__(self, name: str) -> Cited | None:
        held = self.book.dated(name).at(self.day)
        return held.cited if held else None


@dataclass(frozen=True, slots=True, eq=False)
class Rulebook:
    """Every rule the project knows, and the reforms laid over it, in order."""

    parameters: Mapping[str, Parameter]
    limits: Mapping[str, Limit]
    classes: Mapping[str, VehicleClass]
    standards: Mapping[str, Standard]
    pathways: Mapping[str, Pathway]
    states: Mapping[str, State]
    as_of: dt.date = COMPILED
    reforms: tuple[str, ...] = ()
    _cache: dict[str, Any] = field(default_factory=dict, repr=False)

    def dated(self, name: str) -> Parameter:
        """A limit or parameter by id; a near name is offered for an unknown one."""
        found = self.limits.get(name) or self.parameters.get(name)
        if found is None:
            raise unknown("limit", name, [*self.limits, *self.parameters, *self.test_ids()], see="roadworthy rules list")
        return found

    def at(self, day: dt.date | str) -> DatedBook:
        """The book as it stands on a day."""
        from roadworthy.rules.days import day as exact

        return DatedBook(self, exact(day))

    def under(self, reform: Reform) -> Rulebook:
        """The book with a reform laid over it."""
        from roadworthy.rules.reform import overlay

        return overlay(self, reform)

    def test_ids(self) -> Iterator[str]:
        """Ids of all measurable limits of standards."""
        return (test.id for standard in self.standards.values() for test in standard.tests)

    def words(self, name: str, day: dt.date) -> str:
        """The bound or value of an id on a day, as printed: '25 mph', or 'nothing' before its start."""
        for standard in self.standards.values():
            for test in standard.tests:
                if test.id == name:
                    return f"{test.bound:g} {test.unit}" if test.bound is not None else test.formula
        held = self.dated(name).at(day)
        if held is None:
            return "nothing"
        return f"{held.value:g} {held.unit}" if isinstance(held.value, int | float) else str(held.value)

    def vehicle_class(self, name: str) -> VehicleClass:
        """A class by id."""
        if name not in self.classes:
            raise unknown("class", name, self.classes)
        return self.classes[name]

    def pathway(self, name: str) -> Pathway:
        """A door by id, with or without `us.pathway.`."""
        full = name if name.startswith("us.pathway.") else f"us.pathway.{name}"
        if full not in self.pathways:
            raise unknown("pathway", name, [p.removeprefix("us.pathway.") for p in self.pathways])
        return self.pathways[full]

    def state(self, code: str) -> State:
        """A jurisdiction by its two letters or name."""
        for state in self.states.values():
            if code.upper() == state.code or code.lower() == state.title.lower():
                return state
        names = [s.code for s in self.states.values()] + [s.title for s in self.states.values()]
        raise unknown("state", code, names)

    def changed(self, **tables: Any) -> Rulebook:
        """A copy with some tables exchanged."""
        return replace(self, **tables, _cache={})
