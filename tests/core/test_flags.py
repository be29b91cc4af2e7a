"""How XLA compiles is the user's to say, and nothing is asked of a version that would not know it."""

from __future__ import annotations

import pytest

import roadworthy


@pytest.mark.parametrize(
    ("given", "jaxlib", "used"),
    [
        ("", "0.10.2", roadworthy.PLAIN_LOOPS),
        ("--xla_dump_to=x", "0.10.2", f"{roadworthy.PLAIN_LOOPS} --xla_dump_to=x"),
        ("--xla_cpu_use_fusion_emitters=true", "0.10.2", "--xla_cpu_use_fusion_emitters=true"),
        ("--xla_dump_to=x", "0.12.0.1", "--xla_dump_to=x"),
        ("", "0.12.0.1", ""),
    ],
)
def test_flags(given, jaxlib, used, monkeypatch):
    monkeypatch.setenv("XLA_FLAGS", given)
    monkeypatch.setattr(roadworthy, "version", lambda name: jaxlib)
    assert roadworthy._flags() == used
