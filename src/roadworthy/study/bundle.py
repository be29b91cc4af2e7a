"""An answer as one file that can be opened and solved again next year: a zip with study, data lock, versions, answer, draws and report.

`rerun` solves the study of a bundle with the program at hand and holds every draw against the bundle's own: bit for bit on the same
program, libraries, machine and number of processors, else within `TOLERANCE`, and it says which of those differ. See docs/rooms/study.md.
"""

from __future__ import annotations

import io
import json
import os
import platform
import tempfile
import zipfile
import zlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from roadworthy import __version__
from roadworthy.core import InputError
from roadworthy.core.files import fingerprint, write_atomic
from roadworthy.core.plain import plain
from roadworthy.data.tables import LOCK
from roadworthy.rules.reform import parts
from roadworthy.study import store
from roadworthy.study.scenario import Study

TOLERANCE = 1e-6
"""Relative to the largest value of a column: other machines and library versions round otherwise."""
LIBRARIES = ("jax", "jaxlib", "numpy", "polars", "equinox")
WHEN = (1980, 1, 1, 0, 0, 0)
"""One date for every member, so that the same content is the same file."""
CARS = ("vehicle", "kei_truck", "kei_ev", "used_import")


def processors() -> int:
    """How many this process may use; sums are split by it."""
    seen = getattr(os, "sched_getaffinity", None)
    return len(seen(0)) if seen else os.cpu_count() or 1


def versions() -> dict[str, str]:
    """What a result's last digits depend on."""
    return {
        "roadworthy": __version__,
        "program_and_data": fingerprint(),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {processors()} processors",
        **{name: version(name) for name in LIBRARIES},
    }


def make(key: str | None, out: Path, report: str) -> tuple[str, Path]:
    """Write the bundle of a kept answer; `report` is its HTML. Gives the key and the file."""
    found = store.recall(key)
    draws = store.folder() / f"{found['key']}.parquet"
    if "inputs" not in found or not draws.exists():
        raise InputError(
            f"the kept answer {found['key']} has no draws to bundle",
            "run the study again without --out",
            code="bundle.draws",
            where=found["key"],
        )
    inputs = found["inputs"]
    own: dict[str, str] = found.get("own_files", {})
    if not own and any(".toml" in str(name) for name in (*inputs["reforms"], *inputs["comparators"], *(inputs.get(car) for car in CARS))):
        raise InputError(
            f"the kept answer {found['key']} names files of your own and does not hold their text: an older version made it",
            "run the study again",
            code="bundle.files",
            where=found["key"],
        )
    members: dict[str, bytes] = {
        "study.json": json.dumps(inputs, indent=1).encode(),
        "data.lock.toml": LOCK.read_bytes(),
        "versions.json": json.dumps(versions(), indent=1).encode(),
        "answer.json": json.dumps(plain(found)).encode(),
        "draws.parquet": draws.read_bytes(),
        "report.html": report.encode(),
    }
    for i, text in enumerate(own.values()):
        members[f"files/{i}.toml"] = text.encode()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in members.items():
            pack.writestr(zipfile.ZipInfo(name, WHEN), content, zipfile.ZIP_DEFLATED)
    return found["key"], write_atomic(out, held.getvalue())


def opened(file: Path) -> dict[str, bytes]:
    """Members of a bundle; one sentence when it is none or damaged."""
    try:
        with zipfile.ZipFile(file) as pack:
            broken = pack.testzip()
            members = {name: pack.read(name) for name in pack.namelist()}
    except (OSError, zipfile.BadZipFile, zlib.error) as fault:
        raise InputError(
            f"{file} is not a bundle: {fault}", "give the file of `roadworthy bundle`", code="bundle.read", where=str(file)
        ) from None
    missing = [name for name in ("study.json", "versions.json", "answer.json", "draws.parquet") if name not in members]
    if broken or missing:
        said = f"member {broken} is damaged" if broken else f"{missing[0]} is missing"
        raise InputError(f"{file} is not whole: {said}", "make the bundle again", code="bundle.broken", where=str(file))
    return members


def study_of(members: dict[str, bytes], folder: Path) -> tuple[Study, dict[str, str]]:
    """The study of a bundle, its own vehicles and reforms laid out in `folder`, and what each reform was called before."""
    inputs, own = json.loads(members["study.json"]), json.loads(members["answer.json"]).get("own_files", {})
    files = {}
    for i, (name, text) in enumerate(own.items()):
        (folder / f"{i}.toml").write_text(text, encoding="utf-8")
        files[name] = str(folder / f"{i}.toml")

    def place(name: str) -> str:
        return files.get(name) or "+".join(files.get(part, part) for part in parts(name))

    cars = {car: place(inputs[car]) for car in CARS if inputs.get(car)} | {"comparators": tuple(map(place, inputs["comparators"]))}
    law = {"reforms": tuple(map(place, inputs["reforms"])), "headline": place(inputs["headline"])}
    return Study(**inputs | cars | law), dict(zip(law["reforms"], inputs["reforms"], strict=True))


def rerun(file: Path) -> dict[str, Any]:
    """Solve a bundle's study again and hold every draw against its own."""
    import polars as pl

    from roadworthy.study.ask import solve
    from roadworthy.study.assumed import draw
    from roadworthy.study.world import prepare

    members = opened(file)
    with tempfile.TemporaryDirectory() as folder:
        study, called = study_of(members, Path(folder))
        prepared = prepare(study)
        again = store.draws_table(solve(prepared, draw(study.draws, study.seed, study.assumptions)))
        again = again.with_columns(pl.col("reform").replace(called))
    before = pl.read_parquet(io.BytesIO(members["draws.parquet"]))
    then, now = json.loads(members["versions.json"]), versions()
    apart = differing(before, again)
    worst = max(apart, key=lambda row: row["relative"], default=None)
    return {
        "schema": "roadworthy/rerun/1",
        "key": json.loads(members["answer.json"])["key"],
        "draws": len(before),
        "identical": not apart,
        "within_tolerance": worst is None or worst["relative"] <= TOLERANCE,
        "tolerance": TOLERANCE,
        "columns_apart": apart,
        "changed": {name: [then.get(name), now[name]] for name in now if then.get(name) != now[name]},
    }


def differing(before: Any, again: Any) -> list[dict[str, Any]]:
    """Columns of two tables of draws that are not bit for bit the same, and by how much of the column's largest value."""
    if before.shape != again.shape or before.columns != again.columns:
        return [{"column": "rows and columns", "relative": float("inf")}]
    found = []
    for name in before.columns:
        one, other = before[name], again[name]
        if one.equals(other):
            continue
        if not one.dtype.is_numeric():
            found.append({"column": name, "relative": float("inf")})
            continue
        a, b = one.to_numpy().astype(float), other.to_numpy().astype(float)
        gap = np.abs(a - b).max() / max(np.abs(a).max(), np.finfo(float).tiny)
        found.append({"column": name, "relative": float(gap)})
    return found
