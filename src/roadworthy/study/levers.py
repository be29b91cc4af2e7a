"""What may be moved, and what a moved lever does to policy and assumptions.

A `Choice` is a preset (a shipped reform), a vehicle and the levers that were moved. `levers.yaml` lists every lever once; page, CLI,
API and docs read it. Nothing moved is the preset to the last bit: a lever that stays is never written into the policy.

    choice, notes = read({"reform": "kei-urban", "roads": "35", "duty": "90"})     # duty is clipped to 40 and notes says so
    policy_of(choice, base, policy), overrides_of(choice)

Limits: an assumption that is moved is held at its value in every draw; one that is not is drawn. Fleet standards have no lever,
because their penalty is 0 dollars and the model drops them (see docs/rooms/web.md).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from roadworthy.core import Cited, InputError, unknown
from roadworthy.core.plain import plain

FILE = Path(__file__).parent / "levers.yaml"
PRESET = "kei-urban"
MOST_TEXT = 64
"""Characters of one value in a link."""
Value = float | str


@dataclass(frozen=True, slots=True)
class Lever:
    """One lever: a range with a step, or a few named choices."""

    id: str
    theme: str
    label: str
    path: str
    words: str
    source: str
    status: str
    unit: str = ""
    scale: float = 1.0
    low: float = 0.0
    high: float = 1.0
    step: float = 1.0
    ends: tuple[str, str] | None = None
    open_end: str | None = None
    """Words at the high end, where it means that there is no limit."""
    marks: tuple[tuple[float, str], ...] = ()
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def room(self) -> str:
        """What the path leads into: policy, reform, assumptions or show."""
        return self.path.split(".", 1)[0]

    @property
    def leaf(self) -> str:
        """The path without its first word."""
        return self.path.split(".", 1)[1]

    def snap(self, number: float) -> float:
        """The value on the lever's own grid, inside its ends."""
        steps = round((min(max(number, self.low), self.high) - self.low) / self.step)
        return round(min(self.low + steps * self.step, self.high), 9)

    def bare(self, number: float) -> str:
        """An end of the range: the number without its unit, or the word that stands there."""
        said = self.said(number)
        return said if said == self.open_end or (self.ends and said in self.ends) else said.removesuffix(self.unit).strip()

    def said(self, value: Value | None) -> str:
        """The value with its unit: 45 mph, $12.5 M, all."""
        if value is None:
            return "mixed"
        if self.choices:
            return dict(self.choices).get(str(value), str(value))
        number = float(value)
        if self.open_end and number >= self.high:
            return self.open_end
        if self.ends and number in (self.low, self.high):
            return self.ends[number == self.high]
        text = f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.6g}"
        if self.unit.startswith("$"):
            return f"${text}{self.unit[1:]}"
        return f"{text} {self.unit}".strip()


@lru_cache(maxsize=1)
def themes() -> dict[str, str]:
    """Headings of the groups of levers, in order."""
    return dict(_file()["themes"])


def _file() -> dict[str, Any]:
    import yaml

    return dict(yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


@lru_cache(maxsize=1)
def levers() -> dict[str, Lever]:
    """Every lever by id, in the order of the file; an assumption's source and status are those of its own row."""
    from roadworthy.study.assumed import leaves

    found: dict[str, Lever] = {}
    for name, row in _file()["levers"].items():
        cited: Cited | None = leaves()[row["path"].split(".", 1)[1]].cited if row["path"].startswith("assumptions.") else None
        ends = row.get("ends")
        found[name] = Lever(
            id=name,
            theme=row["theme"],
            label=row["label"],
            path=row["path"],
            words=row["words"],
            source=cited.source if cited else row["source"],
            status=cited.status if cited else row["status"],
            unit=row.get("unit", ""),
            scale=float(row.get("scale", 1.0)),
            low=float(row.get("min", 0.0)),
            high=float(row.get("max", 1.0)),
            step=float(row.get("step", 1.0)),
            ends=(str(ends[0]), str(ends[1])) if ends else None,
            open_end=row.get("open_end"),
            marks=tuple((float(at), str(said)) for at, said in row.get("marks", {}).items()),
            choices=tuple((str(key), str(said)) for key, said in row.get("choices", {}).items()),
        )
    return found


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked: a preset, a vehicle (None is the study's own) and the moved levers in the order of the file."""

    reform: str = PRESET
    moved: tuple[tuple[str, Value], ...] = ()
    vehicle: str | None = None

    @property
    def values(self) -> dict[str, Value]:
        """Moved levers by id."""
        return dict(self.moved)

    def query(self) -> dict[str, str]:
        """The short form for a link: the preset and what was moved."""
        car = {"vehicle": self.vehicle} if self.vehicle else {}
        return {"reform": self.reform} | car | {name: value if isinstance(value, str) else f"{value:.10g}" for name, value in self.moved}

    def link(self) -> str:
        """The query as text."""
        return urlencode(self.query())

    def command(self) -> str:
        """The command line that gives the same answer."""
        car = f" --vehicle {self.vehicle}" if self.vehicle else ""
        sets = "".join(f" --set {name}={value}" for name, value in self.query().items() if name not in ("reform", "vehicle"))
        return f"roadworthy what-if {self.reform}{car}{sets}"

    def python(self) -> str:
        """The Python lines that give the same answer."""
        sets = "".join(f", {name}={value!r}" for name, value in self.moved)
        car = f", vehicle={self.vehicle!r}" if self.vehicle else ""
        return (
            "from roadworthy.report import sentences\nfrom roadworthy.study import what_if\n\n"
            f'answer = what_if({self.reform!r}{car}{sets})\nprint(sentences(answer)["relax"]["text"])'
        )


def _number(lever: Lever, text: Any) -> float:
    said = str(text)[:MOST_TEXT]
    try:
        number = float(said)
    except ValueError:
        number = math.nan
    if isinstance(text, bool) or not math.isfinite(number):
        raise InputError(
            f"lever {lever.id} = {said!r} is not a number",
            f"give a value from {lever.low:g} to {lever.high:g} {lever.unit}".rstrip(),
            code="lever.value",
            where=lever.id,
        )
    return number


def read(given: Mapping[str, Any], vehicles: tuple[str, ...] | None = None) -> tuple[Choice, list[str]]:
    """A choice from a link, a message or flags, and what was changed on the way in. Raises InputError for a name that is not known.

    A number outside its ends is clipped and said; one between two steps goes to the nearer. A lever at the preset's own place is
    not moved.
    """
    from roadworthy.rules import reforms

    name = str(given.get("reform") or PRESET)[:MOST_TEXT]
    if name not in reforms():
        raise unknown("reform", name, reforms())
    vehicle = str(given.get("vehicle") or "")[:MOST_TEXT] or None
    if vehicle is not None and vehicles is not None and vehicle not in vehicles:
        raise unknown("vehicle", vehicle, vehicles)
    notes: list[str] = []
    moved: dict[str, Value] = {}
    for key, raw in given.items():
        if key in ("reform", "vehicle"):
            continue
        if key not in levers():
            raise unknown("lever", str(key)[:MOST_TEXT], levers(), "roadworthy levers")
        lever = levers()[key]
        if lever.choices:
            options = dict(lever.choices)
            said = str(raw)[:MOST_TEXT]
            if said not in options:
                raise unknown(f"{key} choice", said, options)
            moved[key] = said
            continue
        number = _number(lever, raw)
        if not lever.low <= number <= lever.high:
            end = lever.low if number < lever.low else lever.high
            notes.append(
                f"{lever.label} {number:g} {lever.unit} was outside {lever.low:g} to {lever.high:g}; shown at {lever.said(end)}".replace(
                    "  ", " "
                )
            )
        moved[key] = lever.snap(number)
    return Choice(name, tuple((key, moved[key]) for key in levers() if key in moved), vehicle), notes


def card(lever: Lever) -> dict[str, Any]:
    """A lever as plain values, for page, API and documents."""
    from roadworthy.core import MARK

    return {
        "id": lever.id, "theme": lever.theme, "label": lever.label, "path": lever.path, "words": lever.words, "source": lever.source,
        "status": lever.status, "mark": MARK[lever.status], "unit": lever.unit, "min": lever.low, "max": lever.high, "step": lever.step,  # type: ignore[index]
        "ends": list(lever.ends) if lever.ends else None, "open_end": lever.open_end,
        "marks": [{"at": at, "label": said} for at, said in lever.marks], "choices": [{"id": key, "label": said} for key, said in lever.choices],
    }  # fmt: skip


def table() -> list[dict[str, Any]]:
    """Every lever as plain values."""
    return [plain(card(lever)) for lever in levers().values()]
