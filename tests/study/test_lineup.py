"""What a policy cannot sell is left out of the compiled program; the answer is that of the whole one."""

from __future__ import annotations

import ast
from pathlib import Path

import jax
import numpy as np
import pytest

from roadworthy.core.files import PACKAGE, fingerprint
from roadworthy.market import Lineup
from roadworthy.study.run import lineup_of, outcomes
from roadworthy.study.world import BANK_ROOMS

LINEUPS = {
    "none": Lineup((), capped=False),
    "import-age-15": Lineup((), capped=False),
    "kei-urban": Lineup((0,), capped=False),
    "announcement": Lineup((0,), capped=False),
    "exemption-cap-90000": Lineup((0,), capped=True),
}


def test_the_lineup_is_what_the_law_opens_and_the_study_fills(prepared, world):
    assert {name: lineup_of(prepared.policies[name], world) for name in LINEUPS} == LINEUPS


@pytest.mark.parametrize("reform", ["none", "import-age-15", "kei-urban", "exemption-cap-90000"])
def test_a_short_program_gives_the_numbers_of_the_whole_one(prepared, world, solve, few, reform):
    policy = prepared.policies[reform]
    draws = jax.tree.map(lambda *leaf: np.stack(leaf), *few)
    short = outcomes([policy], world, draws)
    for i, a in enumerate(few):
        whole = solve(policy, world, a)
        for name in type(whole).__dataclass_fields__:
            ours, reference = np.asarray(getattr(short, name))[0, i], np.asarray(getattr(whole, name))
            assert ours == pytest.approx(reference, rel=1e-9, abs=1e-12 * max(np.abs(reference).max(), 1e-300)), name


def test_the_bank_is_kept_by_the_rooms_that_market_imports():
    imported = set()
    for file in (PACKAGE / "market").glob("*.py"):
        for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("roadworthy."):
                imported.add(str(node.module).split(".")[1])
    assert imported - {"core", "data"} == set(BANK_ROOMS)


def test_a_fingerprint_of_rooms_reads_them_and_no_others(tmp_path, monkeypatch):
    from roadworthy.core import files

    for place in ("core", "market", "study", "data/facts/market", "data/facts/fleet"):
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
        (tmp_path / place / "a.py").write_text("1")
    monkeypatch.setattr(files, "PACKAGE", tmp_path)
    seen = []
    for changed in (None, "study", "data/facts/fleet", "market", "data/facts/market", "core"):
        if changed:
            (tmp_path / changed / "a.py").write_text("2")
        fingerprint.cache_clear()
        seen.append((fingerprint("market"), fingerprint()))
    fingerprint.cache_clear()
    part, whole = zip(*seen, strict=True)
    assert part[0] == part[1] == part[2]
    assert len(set(part[2:])) == 4
    assert len(set(whole)) == 6
