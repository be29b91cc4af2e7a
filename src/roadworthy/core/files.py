"""Files written whole or not at all, and where the program keeps what it may throw away."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from roadworthy.core.errors import InputError


def write_atomic(path: Path | str, content: bytes | str) -> Path:
    """Write `content` beside its target and move it into place, so that no reader sees a part of it."""
    target = Path(path)
    data = content.encode() if isinstance(content, str) else content
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as fault:
        raise InputError(
            f"{target} cannot be written: {fault.strerror}", "name a folder that you may write to", code="file.write", where=str(target)
        ) from None
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return target


def read_text(path: Path | str) -> str:
    """The text of a user's file; one sentence when it is absent, a folder, unreadable or not text."""
    source = Path(path)
    try:
        return source.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        reason, mend = "is not UTF-8 text", "save it as UTF-8"
    except OSError as fault:
        reason, mend = f"cannot be read: {fault.strerror}", "check the name and that you may read it"
    raise InputError(f"{source} {reason}", mend, code="file.read", where=str(source))


def cache_folder() -> Path:
    """Where prepared worlds, compiled code and results are kept; `ROADWORTHY_CACHE` moves it."""
    named = os.environ.get("ROADWORTHY_CACHE")
    base = Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "roadworthy"
    base.mkdir(parents=True, exist_ok=True)
    return base
