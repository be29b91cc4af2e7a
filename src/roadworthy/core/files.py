"""Files written whole or not at all, and where the program keeps what it may throw away."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from roadworthy.core.errors import InputError
from roadworthy.core.plain import plain

PACKAGE = Path(__file__).parents[1]
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says when a disk, a quota or a size limit is reached."""
CODE = (".py", ".yaml", ".toml", ".csv", ".parquet", ".json")


def write_atomic(path: Path | str, content: bytes | str) -> Path:
    """Write `content` beside its target and move it into place, so that no reader sees a part of it."""
    target = Path(path)
    data = content.encode() if isinstance(content, str) else content
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as fault:
        raise _not_written(target, fault) from None
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(target)
    except OSError as fault:
        Path(temporary).unlink(missing_ok=True)
        raise _not_written(target, fault) from None
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return target


def _not_written(target: Path, fault: OSError) -> InputError:
    if fault.errno in FULL:
        said = f"{target} cannot be written: {fault.strerror}"
        return InputError(said, "make room on that disk, or name another folder", code="disk.full", where=str(target.parent))
    mend = "name a file, not a folder" if isinstance(fault, IsADirectoryError) else "name a folder that you may write to"
    return InputError(f"{target} cannot be written: {fault.strerror}", mend, code="file.write", where=str(target))


def read_text(path: Path | str) -> str:
    """The text of a user's file, without the mark that some editors put first; one sentence when it cannot be had."""
    source = Path(path)
    try:
        return source.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        reason, mend = "is not UTF-8 text", "save it as UTF-8"
    except OSError as fault:
        reason, mend = f"cannot be read: {fault.strerror}", "check the name and that you may read it"
    raise InputError(f"{source} {reason}", mend, code="file.read", where=str(source))


def cache_folder() -> Path:
    """Where prepared worlds, compiled code and results are kept; `ROADWORTHY_CACHE` moves it."""
    named = os.environ.get("ROADWORTHY_CACHE")
    base = Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "roadworthy"
    try:
        base.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise InputError(
            f"the cache folder {base} cannot be made: {fault.strerror}",
            "set ROADWORTHY_CACHE to a folder you may write to",
            code="cache",
            where=str(base),
        ) from None
    return base


@lru_cache(maxsize=8)
def fingerprint(*rooms: str) -> str:
    """Hash of the program and its bundled tables: what is kept under it was made by exactly this code and data.

    With `rooms`, of `core`, `data` and those rooms alone, for what no other room can change.
    """
    said = hashlib.sha256()
    for file in sorted(file for file in PACKAGE.rglob("*") if file.suffix in CODE):
        room, *rest = file.relative_to(PACKAGE).parts
        if room == "data" and rest[:1] == ["facts"]:
            room = rest[1]
        apart = rooms and room not in ("core", "data", *rooms)
        if not apart:
            said.update(str(file.relative_to(PACKAGE)).encode())
            said.update(file.read_bytes())
    return said.hexdigest()


def digest(*parts: str) -> str:
    """Short name of some inputs under this program."""
    return hashlib.sha256("\0".join((fingerprint(), *parts)).encode()).hexdigest()[:12]


def kept_json(kind: str, name: str, make: Callable[[], Any]) -> Any:
    """A result from the cache, or made now and kept. `name` must hash everything that decides it; a broken file is made again."""
    file = cache_folder() / kind / f"{name}.json"
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        made = plain(make())
        write_atomic(file, json.dumps(made))
        return made
