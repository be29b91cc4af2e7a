"""Shapes and types of every room are checked at run time under pytest; raw public data are looked for beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from jaxtyping import install_import_hook

install_import_hook("roadworthy", "shapecheck.checker")
# Most of a test's time goes into compiling what runs once: plain code compiles a third faster and computes the same.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")

settings.register_profile("roadworthy", deadline=None, max_examples=25, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("roadworthy")

LONG_FIRST = ("study", "web", "docs", "packaging", "market", "energy", "crash")
"""Folders whose files take longest: they are given out first, so that no process ends the run alone."""

RAW = Path(os.environ.get("ROADWORTHY_RAW_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


DESK = ("study/test_live.py", "web/test_app.py", "web/test_live_page.py")
"""Files that ask the same desk: in one process (`--dist loadgroup`) it is opened once."""


@pytest.fixture(scope="session")
def desk():
    """The standing study with few draws, opened by whoever asks first; these files share its answers."""
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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long folders first, else as collected; a file's tests stay together, and so do the files that share a desk."""
    here = Path(__file__).parent

    def rank(item: pytest.Item) -> int:
        folder = item.path.relative_to(here).parts[0]
        return LONG_FIRST.index(folder) if folder in LONG_FIRST else len(LONG_FIRST)

    items.sort(key=rank)
    for item in items:
        file = item.path.relative_to(here).as_posix()
        item.add_marker(pytest.mark.xdist_group("desk" if file in DESK else file))
