from __future__ import annotations

import shutil

import pytest
import sample

from roadworthy.report import render
from roadworthy.study import store


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """An answer in a cache of its own; its key."""
    monkeypatch.setenv("ROADWORTHY_CACHE", str(tmp_path))
    summary = sample.summary()
    store.keep(summary)
    return summary["key"]


@pytest.fixture(scope="session")
def page(tmp_path_factory):
    """The report of the sample as a file."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(render(sample.summary()), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium of the system; the tests are skipped with the mend where there is none."""
    found = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("Chromium was not found: install the package 'chromium' to run the browser tests")
    playwright = pytest.importorskip("playwright.sync_api")
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
    ]
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=found, args=[*quiet, "--disable-sync"])
        yield chromium
        chromium.close()
