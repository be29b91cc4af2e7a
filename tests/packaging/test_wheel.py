"""The wheel, installed where no repository is beside it and no network can be reached, gives the repository's own answer.

Dependencies are those of this environment, found by a path file, so that nothing is downloaded; the program is the wheel's alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from roadworthy.core.files import cache_folder
from roadworthy.study import load, recall
from roadworthy.study.store import keys

ROOT = Path(__file__).resolve().parents[2]
DRAWS = 64
"""As the pages have it, so that a suite solves it once."""
NO_NETWORK = """
import socket
_connect = socket.socket.connect
def connect(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise OSError("the network is shut in this test")
    return _connect(self, address)
socket.socket.connect = connect
"""


def done(words: list[str], **how) -> subprocess.CompletedProcess[str]:
    found = subprocess.run(words, capture_output=True, text=True, check=False, **how)
    assert found.returncode == 0, f"{words}: {found.stderr[-3000:]}"
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    done([sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT)
    assert {file.suffix for file in folder.iterdir()} == {".whl", ".gz"}
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def away(wheel, tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """The `roadworthy` of an environment of its own, and the variables it is run with."""
    folder = tmp_path_factory.mktemp("away")
    done([sys.executable, "-m", "venv", str(folder / "venv")])
    python = folder / "venv" / "bin" / "python"
    site = Path(done([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).stdout.strip())
    done([str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)])
    (site / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    (site / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    apart = ("PYTHONPATH", "ROADWORTHY_RAW_DATA", "PYTHONSTARTUP")
    return folder, {name: value for name, value in os.environ.items() if name not in apart}


def run(away: tuple[Path, dict[str, str]], *words: str) -> subprocess.CompletedProcess[str]:
    folder, environment = away
    return done([str(folder / "venv" / "bin" / "roadworthy"), *words], cwd=folder, env=environment)


def test_the_wheel_holds_the_program_and_its_facts_alone(wheel):
    import zipfile

    names = zipfile.ZipFile(wheel).namelist()
    assert not [name for name in names if not name.startswith("roadworthy")]
    kept = {
        str(file.relative_to(ROOT / "src"))
        for file in (ROOT / "src" / "roadworthy").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert kept <= set(names), sorted(kept - set(names))[:5]


def test_version_names_the_program_and_its_data_lock(away):
    from roadworthy import __version__
    from roadworthy.core.files import digest
    from roadworthy.data.tables import LOCK

    said = json.loads(run(away, "version", "--json").stdout)
    assert said["roadworthy"] == __version__
    assert said["data"] == digest(LOCK.read_text(encoding="utf-8"))
    where = done(
        [str(away[0] / "venv" / "bin" / "python"), "-c", "import roadworthy; print(roadworthy.__file__)"], env=away[1], cwd=away[0]
    )
    assert where.stdout.startswith(str(away[0]))


def test_benchmarks_are_said_to_be_elsewhere(away):
    folder, environment = away
    found = subprocess.run(
        [str(folder / "venv" / "bin" / "roadworthy"), "bench"], capture_output=True, text=True, cwd=folder, env=environment, check=False
    )
    assert found.returncode == 3 and "repository" in found.stderr and "Traceback" not in found.stderr


def here() -> dict[str, Any]:
    """The answer of the repository's program: the one kept by the pages' own tests where it is there, solved now otherwise."""
    key = load("kei-urban", draws=DRAWS).key
    if key not in keys():
        paths = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        done([sys.executable, "-m", "roadworthy.cli.main", "run", "kei-urban", "--draws", str(DRAWS), "--json"], env=paths)
    return dict(recall(key))


@pytest.mark.slow
def test_a_run_without_repository_or_network_gives_the_same_answer(away):
    """The study is solved anew there, since its folder of answers is empty; compiled code and the prepared demand are shared with this run,
    which finds them by a hash of the program and its tables: another program would not find them.
    """
    ours = here()
    folder, environment = away
    (folder / "cache").mkdir()
    for kept in ("bank-*.npz", "points-*.npy", "rulebook-*.json"):
        for file in cache_folder().glob(kept):
            (folder / "cache" / file.name).symlink_to(file)
    environment = environment | {"ROADWORTHY_CACHE": str(folder / "cache"), "JAX_COMPILATION_CACHE_DIR": str(cache_folder() / "compiled")}
    theirs = json.loads(run((folder, environment), "run", "kei-urban", "--draws", str(DRAWS), "--json").stdout)
    assert theirs["key"] == ours["key"], "the same program and data have the same key"
    for said, own in zip(theirs["reforms"], ours["reforms"], strict=True):
        assert said["id"] == own["id"]
        for name in ("units_y5", "fuel_gal_y10"):
            assert said[name] == pytest.approx(own[name], rel=1e-9, abs=1e-9), name
        for rate, band in own["net_usd"].items():
            assert said["net_usd"][rate] == pytest.approx(band, rel=1e-9, abs=1.0)
