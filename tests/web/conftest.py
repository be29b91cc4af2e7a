from __future__ import annotations

import shutil
import socket
import threading
import time

import pytest
import sample
from fastapi.testclient import TestClient

from roadworthy.report import render
from roadworthy.web import create_app

OPENING_S = 480.0


@pytest.fixture(scope="session")
def page(tmp_path_factory):
    """The report of the sample as a file."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(render(sample.summary()), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def app(desk):
    """The application over the standing study with few draws."""
    return create_app(desk, warm=False)


@pytest.fixture(scope="session")
def address(app):
    """The application on a port of this machine, opened."""
    import uvicorn

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", ws_max_size=8192))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    ends = time.monotonic() + OPENING_S
    while not (getattr(app.state, "opening", None) and app.state.opening.done()):
        assert time.monotonic() < ends, "the server did not open"
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture(scope="session")
def client(app, address):
    """A client of the opened application, without its own lifespan."""
    return TestClient(app)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A cache folder of its own."""
    monkeypatch.setenv("ROADWORTHY_CACHE", str(tmp_path))
    return tmp_path


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
