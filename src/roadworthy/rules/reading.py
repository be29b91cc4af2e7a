"""Where the rulebook comes from: dated YAML and tables, read once and kept compiled.

    load_book()    the shipped book; a compiled copy lies in the cache folder, keyed by the checksum of its sources

An entry of YAML has a `kind` (parameter, limit, class, pathway, state, standard) and, where it is dated, `values: {day: {value, ...}}`;
fields of the entry stand for those that a value leaves out. Limits: no entry is checked for truth, only for its units.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from roadworthy.core import InputError
from roadworthy.core.files import cache_folder, write_atomic
from roadworthy.rules.book import TABLES, Limit, Parameter, Pathway, Rulebook, Standard, State, Test, Value, VehicleClass
from roadworthy.rules.logic import Citation
from roadworthy.rules.quantity import check_unit, si_factor

BOOKS = Path(__file__).parent / "books"
FORMAT = 4
"""Raised when the compiled form changes."""


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
