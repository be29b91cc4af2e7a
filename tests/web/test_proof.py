"""The page of facts: made beside the answers, waited for, and served with its misses."""

from __future__ import annotations

import html
import threading

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from roadworthy.study.validation import validate
from roadworthy.web import proof as room


@pytest.fixture
def one_room(monkeypatch):
    """Held facts of one cheap room, and a gate that holds them back."""
    gate = threading.Event()
    monkeypatch.setattr(room, "ROOMS", ("rules",))
    monkeypatch.setattr(room, "held", lambda name: gate.wait(20))
    monkeypatch.setattr(room, "validate", lambda: validate("rules"))
    monkeypatch.setattr(room, "AT_ONCE_S", 0.01)
    return gate


def test_it_says_how_far_it_is_and_then_shows_every_fact(one_room):
    facts = room.Proof()
    app = FastAPI()
    app.include_router(room.router(facts))
    client = TestClient(app)
    waits = client.get("/validation")
    assert waits.status_code == 202
    assert "0 of 1 rooms" in waits.text
    assert waits.headers["refresh"] == "2"
    one_room.set()
    assert facts.wait(60)
    page = client.get("/validation")
    assert page.status_code == 200
    assert '<a class="plate" href="/">' in page.text
    assert "script" not in page.headers["content-security-policy"]
    for fact in validate("rules")["facts"][:5]:
        assert fact["source"] in html.unescape(page.text)
    assert "How right is it?" in page.text
