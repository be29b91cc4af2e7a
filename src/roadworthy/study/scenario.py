"""The question as a file: vehicles, reforms, law date, draws and what the user holds fixed.

A study is TOML, checked at the door; `key` is the hash of everything that decides the answer (inputs, program, bundled data).
"""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from roadworthy.core import InputError, near, unknown
from roadworthy.core.files import digest, read_text
from roadworthy.core.notebook import table_html
from roadworthy.study.faults import Fault, refuse

SHIPPED = Path(__file__).parent / "studies"
FIRST_LAW = date(1966, 9, 9)
"""The National Traffic and Motor Vehicle Safety Act: before it the book has nothing to say."""


class Study(BaseModel):
    """One question: which vehicles, under which reforms, against which law."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    question: str
    law_date: date
    start_year: int = Field(2027, ge=2023, le=2045)
    vehicle: str
    """Catalogue id or TOML file of slot 0, the new small car."""
    kei_truck: str | None = None
    kei_ev: str | None = None
    used_import: str
    comparators: tuple[str, ...] = ()
    reforms: tuple[str, ...]
    """Each an id, a TOML file of the user's own, or several joined by +, of which the later wins."""
    headline: str
    draws: int = Field(1024, ge=16, le=100_000)
    seed: int = Field(7, ge=0)
    discount_rates: tuple[float, ...] = ()
    """Rates of the user's own beside 3 and 7 %, as shares a year."""
    prices_usd: tuple[float, float] | None = None
    """Ends of a line of prices before tax at which the headline reform is solved as well, dollars of 2022."""
    assumptions: dict[str, float] = {}

    @field_validator("law_date")
    @classmethod
    def _after_first_law(cls, value: date) -> date:
        if value < FIRST_LAW:
            raise ValueError(f"must be {FIRST_LAW} or later: before it there was no federal vehicle safety law")
        return value

    @field_validator("discount_rates")
    @classmethod
    def _rates_are_shares(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        from roadworthy.account.present import check_rate

        try:
            return tuple(check_rate(rate) for rate in value)
        except InputError as fault:
            raise ValueError(f"{fault.message}; {fault.hint}") from None

    @field_validator("prices_usd")
    @classmethod
    def _prices_are_dollars(cls, value: tuple[float, float] | None) -> tuple[float, float] | None:
        if value is None:
            return None
        from roadworthy.study.selling import checked_prices

        try:
            checked_prices(value)
        except InputError as fault:
            raise ValueError(f"{fault.message}; {fault.hint}") from None
        return value

    @model_validator(mode="after")
    def _horizon_ahead(self) -> Study:
        if self.start_year < self.law_date.year:
            raise ValueError(f"sales would start in {self.start_year}, before the law of {self.law_date} that they are sold under")
        return self

    def _repr_html_(self) -> str:
        held = ", ".join(f"{path} = {value:g}" for path, value in self.assumptions.items()) or "none"
        slots = {"new small car": self.vehicle, "kei truck": self.kei_truck, "kei EV": self.kei_ev, "used import": self.used_import}
        rows = [(said, name) for said, name in slots.items() if name]
        rows += [
            ("reforms", ", ".join(self.reforms)),
            ("headline", self.headline),
            ("law of", f"{self.law_date}, sales from {self.start_year}"),
        ]
        rows += [("draws, seed", f"{self.draws:,}, {self.seed}"), ("assumptions held", held)]
        return table_html(f"{self.title}: {self.question}", ("", ""), rows)

    @property
    def key(self) -> str:
        """Hash of inputs, program and bundled data: permalink, cache key and bundle name."""
        return digest(json.dumps({"study": self.model_dump(mode="json"), "files": self._files(*self.reforms)}, sort_keys=True))

    def pictures_key(self) -> str:
        """Hash of what decides the pictures: everything but draws, seed and assumptions."""
        said = self.model_dump(
            mode="json", exclude={"draws", "seed", "discount_rates", "prices_usd", "assumptions", "reforms", "title", "question", "id"}
        )
        return digest(json.dumps({"pictures": said, "files": self._files(self.headline)}, sort_keys=True))

    def own_files(self) -> dict[str, str]:
        """Text of every TOML file of the user's own that it names, vehicles and reforms, by the name it has in the study."""
        return {name: text for name, text in self._files(*self.reforms).items() if name.endswith(".toml")}

    def _files(self, *reforms: str) -> dict[str, str]:
        from roadworthy.rules.reform import parts

        names = (self.vehicle, self.kei_truck, self.kei_ev, self.used_import, *self.comparators, *(p for r in reforms for p in parts(r)))
        return {name: read_text(name) if name.endswith(".toml") else name for name in names if name}


def shipped() -> dict[str, Path]:
    """Studies that come with the program, by id."""
    return {file.stem: file for file in sorted(SHIPPED.glob("*.toml"))}


def load(name: str, **changes: Any) -> Study:
    """A study by shipped id or TOML file; `changes` replace fields when not None.

    Raises one InputError of all faults, each with its line and mend.
    """
    if name in shipped():
        source = shipped()[name]
    elif name.endswith(".toml") or "/" in name:
        source = Path(name)
    else:
        raise unknown("study", name, shipped(), "roadworthy studies, or give a .toml file")
    text = read_text(source)
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise InputError(f"{source} is not TOML: {fault}", "mend the line it names", code="study.syntax", where=str(source)) from None
    given |= {field: value for field, value in changes.items() if value is not None}
    study = None
    faults: list[tuple[Fault, object]] = []
    try:
        study = Study(**given)
    except ValidationError as fault:
        faults += [_field_fault(error) for error in fault.errors()]
    faults += _name_faults(given)
    if faults or study is None:
        raise refuse(source, text, faults, [field for field, value in changes.items() if value is not None])
    return study


def under(study: str, reform: str | None, **changes: Any) -> tuple[Study, str]:
    """A study that answers a reform, and the reform's name: the study's own headline where none is given."""
    found = load(study, **changes)
    if reform is None or reform in found.reforms:
        return found, reform or found.headline
    return load(study, **changes, reforms=("none", reform), headline=reform), reform


def _field_fault(error: Any) -> tuple[Fault, object]:
    """A fault of one field as the schema sees it."""
    place = ".".join(str(part) for part in error["loc"]) or "start_year"
    mend = near(place, Study.model_fields) if error["type"] == "extra_forbidden" else "see `roadworthy studies --example`"
    said = "is not a field of a study" if error["type"] == "extra_forbidden" else error["msg"].removeprefix("Value error, ")
    shown = "" if error["type"] in ("missing", "extra_forbidden") or not error["loc"] else f"{error['input']!r}: "
    return Fault(place, shown + said[0].lower() + said[1:], mend), None


def _name_faults(given: dict[str, Any]) -> list[tuple[Fault, object]]:
    """Faults of names that other rooms know: vehicles, reforms, assumptions."""
    from roadworthy.rules.reform import reform
    from roadworthy.study.assumed import leaves
    from roadworthy.vehicles import find

    found: list[tuple[Fault, object]] = []
    cars = [(field, given.get(field)) for field in ("vehicle", "kei_truck", "kei_ev", "used_import")]
    cars += [("comparators", name) for name in _listed(given, "comparators")]
    for field, name in cars:
        if isinstance(name, str):
            try:
                find(name)
            except InputError as fault:
                found.append((Fault(field, fault.message, fault.hint), name))
    named = _listed(given, "reforms")
    for name in named:
        try:
            reform(str(name))
        except InputError as fault:
            found.append((Fault("reforms", fault.message, fault.hint), name))
    if named and given.get("headline") is not None and given["headline"] not in named:
        found.append((Fault("headline", f"{given['headline']!r} is not one of the reforms", near(str(given["headline"]), named)), None))
    held = given.get("assumptions")
    for path in held if isinstance(held, dict) else ():
        if path not in leaves():
            found.append((Fault(f"assumptions.{path}", "is not an assumption", near(path, leaves())), None))
    return found


def _listed(given: dict[str, Any], field: str) -> list[Any]:
    value = given.get(field, ())
    return list(value) if isinstance(value, list | tuple) else []
