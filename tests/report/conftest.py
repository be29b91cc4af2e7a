"""The sample answer, and the report made of it once."""

import copy

import pytest
import sample


@pytest.fixture
def summary():
    return copy.deepcopy(sample.summary())


@pytest.fixture
def rooms():
    return copy.deepcopy(sample.from_rooms())


@pytest.fixture(scope="session")
def page():
    """The sample's report, drawn in full."""
    from roadworthy.report import render

    return render(sample.summary())


@pytest.fixture
def undrawn(monkeypatch):
    """Charts as empty pictures, so that a report takes milliseconds."""
    from roadworthy.report import theme

    monkeypatch.setattr(theme, "to_svg", lambda spec: '<svg xmlns="http://www.w3.org/2000/svg"></svg>')
