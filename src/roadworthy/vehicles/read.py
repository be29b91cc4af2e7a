"""Vehicles from users' TOML files: quantities with units, provenance, and every error of a file at once.

    [[vehicle]]
    id = "my_micro_van"
    like = "honda_nvan_jj1"          # optional: start from a catalogue row or an earlier vehicle of the file
    length = "3.395 m"
    mass = { value = "930 kg", source = "maker's sheet 2026-03", status = "published", sd = "15 kg" }
    power = "64 PS"

Names are the schema's, with any accepted unit or none (`length`, `length_m`, `length_mm`); a bare number needs its unit in the name.
Each error names file and line, what is wrong, and the mend.
"""

from __future__ import annotations

import re
import tomllib
from functools import partial
from pathlib import Path

from roadworthy.core import InputError, near, unknown
from roadworthy.core.files import read_text
from roadworthy.vehicles.batch import from_rows
from roadworthy.vehicles.catalogue import catalogue
from roadworthy.vehicles.fill import fill
from roadworthy.vehicles.rows import read_one
from roadworthy.vehicles.vehicle import Cell, Vehicle

_TABLE = re.compile(r"^\s*\[\[\s*vehicle\s*\]\]")


class FileError(InputError):
    """All that is wrong in one file of vehicles; `faults` holds the errors one by one."""

    def __init__(self, file: str, faults: list[InputError]) -> None:
        one = faults[0]
        if len(faults) == 1:
            super().__init__(one.message, one.hint, code=one.code, where=one.where)
        else:
            lines = [f"{f.where}: {f.message} ({f.hint})" if f.hint else f"{f.where}: {f.message}" for f in faults]
            super().__init__(
                f"{len(faults)} errors in {file}\n" + "\n".join(lines), "mend the lines named", code="vehicle.file", where=one.where
            )
        self.faults = tuple(faults)


class _Lines:
    """Where in the text a key of the k-th vehicle stands; TOML readers do not say."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lines = text.splitlines()
        self.starts = [n for n, line in enumerate(self.lines) if _TABLE.match(line)]

    def at(self, vehicle: int, key: str | None = None) -> str:
        start = self.starts[vehicle] if vehicle < len(self.starts) else 0
        end = self.starts[vehicle + 1] if vehicle + 1 < len(self.starts) else len(self.lines)
        if key is not None:
            wanted = re.compile(rf"(^|[{{,\s.\[])[\"']?{re.escape(key)}[\"']?\s*(=|\]|\.)")
            for n in range(start, end):
                if wanted.search(self.lines[n].split("#")[0]):
                    return f"{self.file}:{n + 1}"
        return f"{self.file}:{start + 1}"


def load(path_or_text: str | Path) -> Vehicle:
    """The vehicles of a TOML file, or of its text, with gaps left open.

    A string is taken as text when it has a line break or an equals sign, else as the name of a file.
    """
    is_text = isinstance(path_or_text, str) and ("\n" in path_or_text or "=" in path_or_text)
    text = str(path_or_text) if is_text else read_text(path_or_text)
    file = "text" if is_text else str(path_or_text)
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        place = re.search(r"at line (\d+)", str(fault))
        where = f"{file}:{place.group(1)}" if place else file
        raise FileError(
            file, [InputError(f"this is not TOML: {fault}", _toml_hint(text, place), code="vehicle.toml", where=where)]
        ) from None
    lines = _Lines(text, file)
    stray = [k for k in tree if k != "vehicle"]
    listed = tree.get("vehicle")
    faults: list[InputError] = []
    for key in stray:
        hint = "put [[vehicle]] on a line above the fields" if listed is None else near(key, ["vehicle"])
        faults.append(InputError(f"{key!r} stands outside a [[vehicle]]", hint, code="vehicle.file", where=lines.at(0, key)))
        if listed is None:
            break
    if isinstance(listed, dict):
        listed = [listed]
    if not stray and not listed:
        faults.append(InputError("no vehicle in this file", "begin one with a line [[vehicle]]", code="vehicle.file", where=f"{file}:1"))
    if listed is not None and not (isinstance(listed, list) and all(isinstance(t, dict) for t in listed)):
        faults.append(
            InputError("vehicle is not a table", "begin each vehicle with a line [[vehicle]]", code="vehicle.file", where=f"{file}:1")
        )
        listed = []
    rows: dict[str, dict[str, Cell]] = {}
    equipment: dict[str, dict[str, str]] = {}

    def wrong(k: int, fault: InputError, key: str | None) -> None:
        faults.append(InputError(fault.message, fault.hint, code=fault.code, where=lines.at(k, key)))

    for k, table in enumerate(listed or []):
        read_one(table, k, rows, equipment, partial(wrong, k))
    if faults:
        raise FileError(file, sorted(faults, key=lambda f: _line_of(f.where)))
    return from_rows(rows, equipment)


def find(id_or_path: str | Path) -> Vehicle:
    """Vehicles by catalogue id, or of a TOML file, with gaps filled: what every command and study takes."""
    name = str(id_or_path)
    if name.endswith(".toml") or (name not in catalogue().ids and Path(name).is_file()):
        return fill(load(Path(name)))
    if name not in catalogue().ids:
        raise unknown("vehicle", name, catalogue().ids, see="roadworthy vehicles list")
    return fill(catalogue().select(name))


def _line_of(where: str) -> int:
    last = where.rsplit(":", 1)[-1]
    return int(last) if last.isdigit() else 0


def _toml_hint(text: str, place: re.Match[str] | None) -> str:
    if place:
        lines = text.splitlines()
        n = int(place.group(1)) - 1
        if n < len(lines) and re.search(r"=\s*[\d.]+\s*[A-Za-z]", lines[n]):
            return f"put quotation marks around the value: {re.sub(r'=[ ]*([^#]+?)[ ]*(#.*)?$', _quoted, lines[n].strip())}"
        if n < len(lines) and re.search(r"=\s*[A-Za-z]", lines[n]):
            return "put quotation marks around text"
    return 'write lines such as length = "3.395 m" under [[vehicle]]'


def _quoted(found: re.Match[str]) -> str:
    return f'= "{found.group(1)}"'
