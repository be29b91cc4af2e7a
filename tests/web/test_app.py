"""The local page serves kept answers and verdicts; mistakes are one object with a mend."""

from __future__ import annotations

from fastapi.testclient import TestClient

from roadworthy.web import create_app


def client():
    return TestClient(create_app())


def test_latest_and_by_key(kept):
    app = client()
    assert kept[:7] in app.get("/").text
    page = app.get(f"/s/{kept[:5]}")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert app.get(f"/s/{kept}.json").json()["key"] == kept


def test_an_unknown_key_is_said(kept):
    found = client().get("/s/zzzzzz")
    assert found.status_code == 404
    assert found.json()["error"]["hint"]


def test_nothing_kept_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("ROADWORTHY_CACHE", str(tmp_path))
    found = client().get("/")
    assert found.status_code == 404
    assert "run" in found.json()["error"]["hint"]


def test_verdicts_by_vehicle():
    said = client().get("/api/judge/honda_nbox_jf5").json()
    assert said["open"] is False
    wrong = client().get("/api/judge/honda_nbox_jf6")
    assert wrong.status_code == 404
    assert "honda_nbox_jf5" in wrong.json()["error"]["hint"]
    assert client().get("/api/judge/honda_nbox_jf5", params={"reform": "kei-urbn"}).status_code == 404
