"""Reforms: immutable overlays on the rulebook, clause by clause.

    reform("lsv-35")                     a shipped one
    first.then(second)                   composed left to right; the later change of one limit wins
    book.under(reform)                   the law as it would read

A reform names the limits it sets, the classes and doors it adds, the rows it removes, and in words what it leaves out. It fails
when it is built on a limit that does not exist, not when it is used. `levers` carry the numbers that `Policy` takes from it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from roadworthy.core import InputError, unknown
from roadworthy.rules.book import Limit, Rulebook, Value
from roadworthy.rules.logic import Citation
from roadworthy.rules.reading import class_from, limit_from, load_book, pathway_from

SHIPPED = Path(__file__).parent / "reforms"
ORDER = (
    "none", "lsv-35", "kei-urban", "kei-all-roads", "mutual-recognition", "exemption-cap-90000", "import-age-15", "state-preemption",
    "no-chicken-tax", "cafe-reset", "announcement",
)  # fmt: skip
"""Shipped reforms in the order in which tables print them."""


def _frozen(value: Mapping[str, Any]) -> str:
    """A mapping as JSON text: hashable, comparable, and read back whole."""
    return json.dumps(value, default=str)


@dataclass(frozen=True, slots=True)
class Change:
    """One clause: set a limit or parameter from a day on, or add or remove a row."""

    kind: str
    target: str
    start: dt.date
    value: float | str | None = None
    unit: str = ""
    until: dt.date | None = None
    op: str = ""
    reference: str = ""
    row: str = "{}"

    @property
    def entry(self) -> dict[str, Any]:
        """The row that is added."""
        found: dict[str, Any] = json.loads(self.row)
        return found

    def words(self, book: Rulebook) -> str:
        """The clause as a sentence, with what stood before."""
        if self.kind == "set":
            old = book.words(self.target, self.start)
            new = f"{self.value:g} {self.unit}" if isinstance(self.value, int | float) else str(self.value)
            return f"{self.target}: {old} becomes {new} from {self.start.isoformat()}"
        if self.kind == "remove":
            return f"{self.target} falls away from {self.start.isoformat()}"
        return f"{self.target} is added from {self.start.isoformat()}: {self.entry.get('title', '')}".rstrip(": ")


@dataclass(frozen=True, slots=True)
class Reform:
    """A change of the law. Hashable, comparable, never alters the book it is laid over."""

    id: str
    title: str
    plain: str = ""
    author: str = ""
    leaves_out: str = ""
    changes: tuple[Change, ...] = ()
    levers: str = field(default="{}", repr=False)

    def __post_init__(self) -> None:
        book = load_book()
        known = {*book.limits, *book.parameters, *book.test_ids(), *book.classes, *book.standards, *book.pathways, *book.states}
        for change in self.changes:
            if change.kind not in ("set", "add", "remove"):
                raise InputError(f"reform {self.id!r} has a change of kind {change.kind!r}", "use set, add or remove", code="reform.kind")
            if change.kind == "add":
                known.add(change.target)
            elif change.target not in known:
                raise unknown("limit", change.target, sorted(known), see="roadworthy rules list")

    @property
    def policy(self) -> dict[str, Any]:
        """The levers: name -> {value, status, source} as written in the reform's file."""
        found: dict[str, Any] = json.loads(self.levers)
        return found

    @property
    def words(self) -> str:
        """The reform in one plain sentence."""
        return self.plain

    def then(self, later: Reform) -> Reform:
        """This reform, then another over it."""
        levers = {**self.policy, **later.policy}
        return Reform(
            id=f"{self.id}+{later.id}",
            title=f"{self.title}; then {later.title}",
            plain=f"{self.plain} {later.plain}".strip(),
            author="; ".join(dict.fromkeys(a for a in (self.author, later.author) if a)),
            leaves_out=" ".join(t for t in (self.leaves_out, later.leaves_out) if t),
            changes=self.changes + later.changes,
            levers=_frozen(levers),
        )

    def clauses(self) -> list[str]:
        """Every change as a sentence, against the shipped book."""
        book = load_book()
        return [change.words(book) for change in self.changes]


def overlay(book: Rulebook, reform: Reform) -> Rulebook:
    """The book under a reform: new tables beside the old ones."""
    tables: dict[str, dict[str, Any]] = {
        name: dict(getattr(book, name)) for name in ("limits", "parameters", "classes", "standards", "pathways")
    }
    for change in reform.changes:
        if change.kind == "set":
            _set(book, tables, reform, change)
        elif change.kind == "remove":
            for table in tables.values():
                table.pop(change.target, None)
        else:
            _add(tables, reform, change)
    return book.changed(**tables, reforms=(*book.reforms, reform.id))


def _set(book: Rulebook, tables: dict[str, dict[str, Any]], reform: Reform, change: Change) -> None:
    citation = Citation(f"reform {reform.id}: {change.reference or reform.title}", reform.author or reform.title, "derived", "")
    for table in ("limits", "parameters"):
        if change.target in tables[table]:
            old = tables[table][change.target]
            last = old.values[-1]
            value = change.value if change.value is not None else last.value
            new = Value(change.start, value, change.unit or last.unit, citation, change.until, "reform")
            kept = tuple(v for v in old.values if v.start < change.start)
            resumed: tuple[Value, ...] = ()
            if change.until is not None:
                then = old.at(change.until)
                later = tuple(v for v in old.values if v.start > change.until)
                resumed = ((replace(then, start=change.until),) if then else ()) + later
            more = {"op": change.op} if change.op and isinstance(old, Limit) else {}
            tables[table][change.target] = replace(old, values=(*kept, new, *resumed), **more)
            return
    for name, standard in tables["standards"].items():
        if any(test.id == change.target for test in standard.tests):
            tests = tuple(
                replace(t, bound=float(change.value), formula="", citation=citation)  # type: ignore[arg-type]
                if t.id == change.target
                else t
                for t in standard.tests
            )
            tables["standards"][name] = replace(standard, tests=tests)
            return
    raise unknown("limit", change.target, [*book.limits, *book.parameters])


def _add(tables: dict[str, dict[str, Any]], reform: Reform, change: Change) -> None:
    entry = {"reference": f"reform {reform.id}", "status": "derived", "source": reform.title, **change.entry}
    kind = entry["kind"]
    if kind == "limit":
        entry.setdefault("values", {change.start.isoformat(): {"value": change.value, "legal_state": "reform"}})
        tables["limits"][change.target] = limit_from(change.target, entry)
    elif kind == "class":
        tables["classes"][change.target] = class_from(change.target, entry)
    elif kind == "pathway":
        tables["pathways"][change.target] = pathway_from(change.target, {**entry, "reform": reform.id})
    else:
        raise InputError(f"reform {reform.id!r} adds a row of kind {kind!r}", "use limit, class or pathway", code="reform.kind")


def reform_from(raw: Mapping[str, Any]) -> Reform:
    """A reform from a mapping, as in the shipped files or a user's; one that contradicts itself is refused."""
    from roadworthy.rules.days import day
    from roadworthy.rules.reform_file import check

    start = raw.get("start", "2027-01-01")
    changes = []
    for c in raw.get("changes", ()):
        kind = next((k for k in ("set", "add", "remove") if k in c), "")
        changes.append(
            Change(
                kind=kind,
                target=str(c.get(kind, "")),
                start=day(c.get("start", start)),
                value=c.get("value"),
                unit=c.get("unit", ""),
                until=day(c["until"]) if c.get("until") else None,
                op=c.get("op", ""),
                reference=c.get("reference", ""),
                row=_frozen(c.get("row", {})),
            )
        )
    made = Reform(
        id=raw["id"],
        title=raw["title"],
        plain=raw.get("plain", ""),
        author=raw.get("author", ""),
        leaves_out=raw.get("leaves_out", ""),
        changes=tuple(changes),
        levers=_frozen(raw.get("policy", {})),
    )
    check(made, load_book())
    return made


@lru_cache(maxsize=1)
def reforms() -> dict[str, Reform]:
    """The shipped reforms by id, in the order of the tables."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = {}
    for file in SHIPPED.glob("*.yaml"):
        raw = yaml.load(file.read_bytes(), Loader=loader)
        found[raw["id"]] = reform_from(raw)
    return {name: found[name] for name in (*ORDER, *sorted(found.keys() - set(ORDER)))}


def parts(name: str) -> list[str]:
    """Ids and files that `a+b` is made of, the first first; a file whose own name holds a plus is one."""
    return [name] if "+" not in name or Path(name).is_file() else [part.strip() for part in name.split("+")]


def reform(name: str) -> Reform:
    """A reform by id, or from a TOML file; `a+b` lays b over a. A near name is offered for an unknown one."""
    first, *rest = parts(name)
    if rest:
        found = reform(first)
        for later in rest:
            found = found.then(reform(later))
        return found
    if name.endswith(".toml"):
        from roadworthy.rules.reform_file import read_reform

        return read_reform(name)
    known = reforms()
    if name not in known:
        raise unknown("reform", name, known, see="roadworthy rules list")
    return known[name]
