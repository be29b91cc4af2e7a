"""Everything that is wrong with a study file, said at once and by line.

A file is read whole before anything is refused, so that one run shows every fault. Lines are found by the text of key and value, as
TOML's reader keeps no places. See docs/rooms/study.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from roadworthy.core import InputError


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: `field` is the dotted place in the file, `said` what is wrong there, `mend` what to do."""

    field: str
    said: str
    mend: str


def line_of(text: str, field: str, value: object = None) -> int | None:
    """Line of a dotted field, or of one value of a list below it; None when the file does not have it."""
    lines = text.splitlines()
    parts = field.split(".")
    for stem in (field, ".".join(parts[1:]), parts[0]):
        for number, line in enumerate(lines, 1):
            if stem and line.split("=")[0].strip().strip('"[]') == stem:
                if isinstance(value, str) and f'"{value}"' not in line:
                    later = (n for n, other in enumerate(lines[number:], number + 1) if f'"{value}"' in other)
                    return next(later, number)
                return number
    return None


def refuse(source: Path | str, text: str, faults: Iterable[tuple[Fault, object]], replaced: Collection[str] = ()) -> InputError:
    """One error of all faults, each with its line; fields `replaced` by the caller have none."""
    rows = []
    for fault, value in faults:
        line = None if fault.field in replaced else line_of(text, fault.field, value)
        rows.append((line or 0, f"{f'line {line}' if line else 'not in the file'}: {fault.field}: {fault.said}", fault.mend))
    rows = list(dict.fromkeys(sorted(rows)))
    first = next((line for line, _, _ in rows if line), 0)
    where = f"{source}:{first}" if first else str(source)
    if len(rows) == 1:
        _, said, mend = rows[0]
        return InputError(f"{source}, {said}", mend, code="study.field", where=where)
    listed = "".join(f"\n  {said}; {mend}" for _, said, mend in rows)
    return InputError(f"{source} has {len(rows)} faults:{listed}", "mend them all and run again", code="study.faults", where=where)
