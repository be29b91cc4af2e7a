"""Which vehicle is this number plate's number, as far as arithmetic and the catalogue can say?

    check digit = (sum_i weight_i value_i) mod 11,  10 printed as X

A 17-character VIN of North America carries a check digit (position 9) and the model year (position 10); both are arithmetic of
49 CFR 565.15. A Japanese frame number (chassis code, hyphen, serial number) names the chassis code, which the catalogue knows. Limits:
maker and model inside a VIN are the makers' own codes and are not decoded; only the region of the first character is; a VIN from
outside North America need not carry a valid check digit or a model year. References: 49 CFR 565.15; ISO 3780 (regions).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from roadworthy.core import InputError
from roadworthy.vehicles.catalogue import catalogue

LENGTH = 17
ALPHABET = {
    **{str(n): n for n in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
"""Value of each character, 49 CFR 565.15 table III; I, O and Q are not used."""
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
"""Weight of each position, 49 CFR 565.15 table IV."""
YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"
"""Model year codes from 1980 (A) to 2009 (9), then again from 2010, 49 CFR 565.15 table VII."""
FIRST_YEAR, CYCLE = 1980, 30
REGIONS = {"1": "United States", "4": "United States", "5": "United States", "2": "Canada", "3": "Mexico", "J": "Japan"}
"""First character; other regions are left unnamed."""
_FRAME = re.compile(r"^([A-Z0-9]{2,7})-(\d{4,8})$")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a number says of its vehicle."""

    number: str
    kind: str
    """vin or frame"""
    region: str
    check_digit: str
    """the digit that the others demand; empty for a frame number"""
    valid: bool | None
    """whether the number carries that digit; None where none is due"""
    model_year: int | None
    candidates: tuple[str, ...]
    """catalogue ids with that chassis code"""
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {"schema": "roadworthy/identity/1", **{k: getattr(self, k) for k in self.__dataclass_fields__}}


def check_digit(vin: str) -> str:
    """The check digit that the other sixteen characters demand."""
    rest = sum(w * ALPHABET[c] for w, c in zip(WEIGHTS, vin, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def model_year(vin: str) -> int | None:
    """Model year of a light vehicle by positions 10 and 7: a digit in position 7 means before 2010, a letter 2010 and after."""
    place = YEARS.find(vin[9])
    return None if place < 0 else FIRST_YEAR + place + (0 if vin[6].isdigit() else CYCLE)


def chassis_codes(code: str) -> set[str]:
    """The codes that a catalogue entry stands for: "HA3/HA4", "MK54S/94S" and "S500P/S510P" each hold two."""
    found: set[str] = set()
    last = ""
    for part in re.split(r"[/,-]", re.sub(r"\(.*?\)", "", code).upper()):
        part = part.strip()
        if not part:
            continue
        full = last[: re.match(r"[A-Z]*", last).end()] + part if part[0].isdigit() and last else part  # type: ignore[union-attr]
        found.add(full)
        last = full
    return found


def identify(number: str) -> Identity:
    """What a VIN or a Japanese frame number says; the candidates are vehicles of the catalogue with its chassis code."""
    text = number.strip().upper()
    frame = _FRAME.match(text)
    if frame:
        return _frame(text, frame.group(1))
    if len(text) != LENGTH:
        raise InputError(
            f"{number!r} has {len(text)} characters, a VIN has {LENGTH}",
            "give the 17 characters of the VIN, or a Japanese frame number such as HA3-1234567",
            code="vin.length",
        )
    bad = [c for c in text if c not in ALPHABET]
    if bad:
        mend = {"I": "1", "O": "0", "Q": "0"}.get(bad[0])
        raise InputError(
            f"{bad[0]!r} does not occur in a VIN",
            f"did you mean {mend!r}?" if mend else "give letters and digits only",
            code="vin.character",
        )
    due = check_digit(text)
    region = REGIONS.get(text[0], "")
    home = text[0] in "12345"
    valid = text[8] == due if home or text[8] == due else None
    notes = []
    if valid is False:
        notes.append(
            f"check digit is {text[8]}, the other characters demand {due}: a character is wrong, or the number was not made for North America"
        )
    if valid is None:
        notes.append("made outside North America: a check digit and a model year are not due")
    return Identity(text, "vin", region, due, valid, model_year(text) if valid else None, (), tuple(notes))


def _frame(text: str, code: str) -> Identity:
    seed = catalogue()
    exact = [id for id, known in zip(seed.ids, seed.code, strict=True) if code in chassis_codes(known)]
    near = [
        id
        for id, known in zip(seed.ids, seed.code, strict=True)
        if any(code.startswith(k) or k.startswith(code) for k in chassis_codes(known) if len(k) > 2)
    ]
    found = tuple(exact or near)
    notes = ["a Japanese frame number, not a VIN: it carries no check digit and no model year"]
    if not found:
        notes.append(f"no vehicle of the catalogue has the chassis code {code}")
    return Identity(text, "frame", "Japan", "", None, None, found, tuple(notes))
