"""What is said when something is wrong: one sentence of what, with the value and place, and one of the mend."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class RoadworthyError(Exception):
    """A fault of the input or the request that a user can mend.

    `code` is stable and documented ("vehicle.unknown"); `where` names a file and line, a flag or a field;
    `exit_code` is what the command line returns: 2 for bad usage, 3 for bad input, 4 when the model cannot solve.
    """

    exit_code = 3

    def __init__(self, message: str, hint: str = "", *, code: str = "input", where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code
        self.where = where

    def as_dict(self) -> dict[str, str]:
        """The error as the `--json` output prints it."""
        return {"code": self.code, "message": self.message, "hint": self.hint, "where": self.where}


class UsageError(RoadworthyError):
    """A request that makes no sense whatever the files say: an unknown flag value, an impossible combination."""

    exit_code = 2


class InputError(RoadworthyError):
    """A value in a file, an id or a number that cannot be used."""

    exit_code = 3


class SolveError(RoadworthyError):
    """The model could not be solved for this input."""

    exit_code = 4


def near(name: str, known: Iterable[str]) -> str:
    """The sentence that offers the nearest known name, or the first few when none is near."""
    names = list(known)
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]!r}?"
    shown = ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")
    return f"known: {shown}"


def unknown(kind: str, name: str, known: Iterable[str], see: str = "") -> InputError:
    """An error for a name that is not in a list, with the nearest one that is."""
    names = list(known)
    hint = near(name, names) + (f" see: {see}" if see else "")
    return InputError(f"no {kind} {name!r} among the {len(names)} known", hint, code=f"{kind.replace(' ', '_')}.unknown")
