"""Shapes and types of every room are checked at run time under pytest; raw public data are looked for beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from jaxtyping import install_import_hook

install_import_hook("roadworthy", "shapecheck.checker")


def plain_code() -> str:
    """XLA's flags: most of a test's time goes into compiling what runs once, and plain code compiles in a third of the time."""
    from roadworthy.core.compiling import PLAIN_LOOPS

    asked = {"xla_backend_optimization_level": 0, **(PLAIN_LOOPS or {})}
    return " ".join(f"--{name}={str(value).lower()}" for name, value in asked.items())


os.environ.setdefault("XLA_FLAGS", plain_code())

settings.register_profile("roadworthy", deadline=None, max_examples=25, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("roadworthy")

FIRST = ("study/test_answer.py", "market", "energy", "crash", "fleet", "study", "web", "docs", "packaging", "report", "rules")
"""Files and folders in the order they are given out. One process starts with the whole answer, the other with what shares no program
with it, so that neither compiles what the other is compiling; small folders come last, so that no process ends the run alone."""
TOGETHER = {
    "study/test_explain.py": "study/test_answer.py",
    "web/test_app.py": "study/test_live.py",
    "web/test_live_page.py": "study/test_live.py",
}
"""Files that read the session's answered study, or ask its desk: solved and opened once in each process."""

RAW = Path(os.environ.get("ROADWORTHY_RAW_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


@pytest.fixture(scope="session")
def desk():
    """The standing study with few draws, opened by whoever asks first; the files that ask it share its answers."""
    from roadworthy.study.live import Desk
    from roadworthy.study.scenario import load

    opened = Desk(load("kei-green-light", draws=32))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def raw_data() -> Path:
    """The folder of raw public files; tests that need it are skipped with this reason where it is absent."""
    if not RAW.is_dir():
        pytest.skip(f"raw public data not found at {RAW}; set ROADWORTHY_RAW_DATA to the folder to run this test")
    return RAW


def file_of(path: str) -> str:
    """The file whose process runs this one's tests."""
    file = path.removeprefix("tests/")
    return TOGETHER.get(file, file)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files in the order of `FIRST`, else as collected."""
    here = Path(__file__).parent

    def rank(item: pytest.Item) -> int:
        file = file_of(item.path.relative_to(here).as_posix())
        return min((FIRST.index(name) for name in (file, file.split("/")[0]) if name in FIRST), default=len(FIRST))

    items.sort(key=rank)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Whole files to each process, those of `TOGETHER` to one."""
    from xdist.scheduler import LoadFileScheduling

    class Files(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return file_of(super()._split_scope(nodeid))

    return Files(config, log)
