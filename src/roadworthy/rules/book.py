"""The rulebook: dated, cited limits, parameters, classes, standards, doors and states; immutable.

    book.at(day)["us.class.lsv.gvwr"]      the value in force on a day, as a Cited
    book.under(reform)                     the same book with the reform laid over it; the base book never changes

Dated values are half-open [start, next start). Before the first start the answer is "not in force" (None), never an error.
Loading reads YAML and CSV once and keeps a compiled copy in the cache folder, keyed by their checksum.
Limits: the book speaks to its compilation day; what happened later is unknown to it. Reference: OpenFisca parameter files.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from roadworthy.core import Cited, InputError, unknown
from roadworthy.core.files import cache_folder, write_atomic
from roadworthy.data.tables import FACTS
from roadworthy.rules.logic import Citation
from roadworthy.rules.quantity import check_unit, si_factor

if TYPE_CHECKING:
    from roadworthy.rules.reform import Reform

BOOKS = Path(__file__).parent / "books"
TABLES = FACTS / "rules"
COMPILED = dt.date(2026, 11, 22)
"""The day to which the book speaks."""
OPEN_START = dt.date(1900, 1, 1)
"""Stands for a start that is not recorded."""
FORMAT = 4
"""Raised when the compiled form changes."""


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


# ---------------------------------------------------------------- reading


def _citation(entry: Mapping[str, Any]) -> Citation:
    return Citation(
        label=str(entry.get("reference", "") or entry.get("source", "")),
        source=str(entry.get("source", "")),
        status=entry.get("status", "assumed"),
        as_of=str(entry.get("as_of", "")),
        conflict=bool(entry.get("conflict", 0)),
    )


def value_from(start: str, raw: Mapping[str, Any], entry: Mapping[str, Any]) -> Value:
    """One dated value; fields of the entry stand for those the value leaves out."""
    both = {**entry, **raw}
    return Value(
        start=dt.date.fromisoformat(start),
        value=both["value"],
        unit=both.get("unit", ""),
        citation=_citation(both),
        until=dt.date.fromisoformat(str(both["until"])) if both.get("until") else None,
        legal_state=both.get("legal_state", "in_force"),
        note=both.get("note", ""),
        printed=both.get("printed", ""),
    )


def _values(entry: Mapping[str, Any]) -> tuple[Value, ...]:
    return tuple(value_from(start, raw, entry) for start, raw in sorted(entry["values"].items()))


def class_from(name: str, e: Mapping[str, Any]) -> VehicleClass:
    """A class from its entry."""
    return VehicleClass(
        id=name,
        title=e["title"],
        jurisdiction=e.get("jurisdiction", "US"),
        limits=tuple(e["limits"]),
        bodies=tuple(e.get("bodies", ())),
        includes=tuple(e.get("includes", ())),
        excludes=tuple(e.get("excludes", ())),
        flags=tuple(e.get("flags", ())),
        excluded_until=tuple((k, dt.date.fromisoformat(str(v))) for k, v in e.get("excluded_until", {}).items()),
        reference=e.get("bodies_reference", "") or e.get("excluded_reference", ""),
    )


def limit_from(name: str, e: Mapping[str, Any]) -> Limit:
    """A limit from its entry; an unknown unit is refused."""
    values = _values(e)
    for value in values:
        check_unit(value.unit)
    return Limit(
        name, e.get("title", ""), e.get("body", ""), values, e["quantity"], e["op"], e.get("clock", "law_date"), bool(e.get("when_known"))
    )


PATHWAY_FIELDS = (
    "waives", "conditions", "quota_us_units_per_12mo", "maker_world_production_max", "units_built_max", "duration_months",
    "road_miles_per_year_max", "reform", "vehicle_class", "recognises", "assembled_in_us", "unspecified", "road_cap",
)  # fmt: skip


def pathway_from(name: str, e: Mapping[str, Any]) -> Pathway:
    """A door from its entry."""
    more = {field: e[field] for field in PATHWAY_FIELDS if field in e}
    if "duration_months" in more:
        more["duration_months"] = str(more["duration_months"])
    return Pathway(
        id=name,
        title=e["title"],
        actor=e.get("actor", "maker"),
        needs=e.get("needs", "none"),
        new_vehicle=bool(e.get("new_vehicle", 1)),
        citation=_citation(e),
        standards=tuple(e.get("standards", ())),
        **more,
    )


def _csv(name: str) -> list[dict[str, str]]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


POUND_KG = si_factor("lb")


def _tests(raw: list[dict[str, str]]) -> dict[str, tuple[Test, ...]]:
    found: dict[str, list[Test]] = {}
    for t in raw:
        found.setdefault(t["standard_id"], []).append(
            Test(
                id=t["limit_id"],
                standard=t["standard_id"],
                test=t["test_id"],
                kind=t["test_kind"],
                speed_kmh=t["speed_kmh"],
                conditions=t["conditions"],
                quantity=t["quantity"],
                op=t["op"],
                bound=float(t["bound"]) if t["bound"] else None,
                formula=t["formula"],
                unit=t["unit"],
                factor=float(t["si_factor"]),
                role=t["role"],
                citation=Citation(t["citation"], t["text_version"], t["status"], ""),  # type: ignore[arg-type]
            )
        )
    return {standard: tuple(tests) for standard, tests in found.items()}


def _standards(raw: list[dict[str, str]], tests: Mapping[str, tuple[Test, ...]]) -> dict[str, Standard]:
    def pounds(text: str) -> float | None:
        return float(text) * POUND_KG if text else None

    found = {}
    for r in raw:
        found[r["standard_id"]] = Standard(
            id=r["standard_id"], number=r["number"], title=r["title"],
            binds=frozenset(c for c in ("passenger_car", "mpv", "truck", "bus", "motorcycle", "lsv") if r[c] == "1"),
            since=dt.date.fromisoformat(r["since"]), gvwr_max_kg=pounds(r["gvwr_max_lb"]), gvwr_min_kg=pounds(r["gvwr_min_lb"]),
            gvwr_scope=r["gvwr_scope"], since_small_maker=dt.date.fromisoformat(r["since_small_maker"]) if r["since_small_maker"] else None,
            fuel=r["fuel"], condition=r["condition"], test_gvwr_max_kg=pounds(r["test_gvwr_max_lb"]),
            test_unladen_max_kg=pounds(r["test_unladen_max_lb"]), crashworthiness=r["crashworthiness"] == "1", block=r["block"],
            equipment=r["equipment"], summary=r["summary"],
            citation=Citation(r["citation"], "", r["status"], r["as_of"]),  # type: ignore[arg-type]
            tests=tests.get(r["standard_id"], ()),
        )  # fmt: skip
    return found


def _sources() -> list[Path]:
    return [*sorted(BOOKS.glob("*.yaml")), *(TABLES / f"{name}.csv" for name in ("standards", "standard_limits", "un_tests"))]


def _compiled() -> dict[str, Any]:
    """The books as plain dictionaries, from the cache when nothing changed."""
    digest = hashlib.sha256(str(FORMAT).encode())
    contents = {}
    for file in _sources():
        if not file.exists():
            raise InputError(f"{file.name} of the rulebook is missing", "install the package again", code="book.file", where=str(file))
        contents[file] = file.read_bytes()
        digest.update(contents[file])
    compiled = cache_folder() / f"rulebook-{digest.hexdigest()[:16]}.json"
    try:
        found: dict[str, Any] = json.loads(compiled.read_text(encoding="utf-8"))
        return found
    except (OSError, ValueError):
        pass
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    entries: dict[str, Any] = {}
    for file, content in contents.items():
        if file.suffix == ".yaml":
            entries |= yaml.load(content, Loader=loader)
    raw = {
        "entries": entries,
        "standards": _csv("standards"),
        "tests": [*_csv("standard_limits"), *_csv("un_tests")],
    }
    text = json.dumps(_plain(raw))
    with contextlib.suppress(InputError):  # a cache folder that cannot be written costs only time
        write_atomic(compiled, text)
    reread: dict[str, Any] = json.loads(text)
    return reread


def _plain(value: Any) -> Any:
    """Dates as ISO text, so that the compiled copy is plain JSON."""
    if isinstance(value, dict):
        return {_plain(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value.isoformat() if isinstance(value, dt.date) else value


@lru_cache(maxsize=1)
def load_book() -> Rulebook:
    """The shipped rulebook; read once."""
    raw = _compiled()
    by_kind: dict[str, dict[str, Any]] = {}
    for name, entry in raw["entries"].items():
        by_kind.setdefault(entry["kind"], {})[name] = entry
    tests = _tests(raw["tests"])
    standards = _standards(raw["standards"], tests)
    for name, e in by_kind.get("standard", {}).items():
        standards[name] = Standard(
            id=name, number=e["number"], title=e["title"], binds=frozenset(e["binds"]), since=dt.date.fromisoformat(e["since"]),
            citation=_citation(e), crashworthiness=True, block=e["block"], summary=e.get("summary", ""), tests=tests.get(name, ()),
        )  # fmt: skip
    return Rulebook(
        parameters={n: Parameter(n, e.get("title", n), e.get("body", ""), _values(e)) for n, e in by_kind["parameter"].items()},
        limits={n: limit_from(n, e) for n, e in by_kind["limit"].items()},
        classes={n: class_from(n, e) for n, e in by_kind["class"].items()},
        standards=standards,
        pathways={n: pathway_from(n, e) for n, e in by_kind["pathway"].items()},
        states={n: State(id=n, **{k: v for k, v in e.items() if k != "kind"}) for n, e in by_kind["state"].items()},
    )
