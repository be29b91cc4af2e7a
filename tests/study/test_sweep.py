"""A sweep comes to its end whatever is killed, and nothing half written is ever read."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import cheap_sweep
import polars as pl
import pytest

from roadworthy.cli.main import call
from roadworthy.core import InputError, SolveError
from roadworthy.study import partition, query
from roadworthy.study.design import partitions, read
from roadworthy.study.sweep import sweep

PARTITIONS = 6
TEXT = """
id = "caps"
draws = 16
[vary]
"policy.quota" = [1000]
"cost.freight_usd" = { from = 500, to = 2500, points = 6 }
"""
PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def design_file(tmp_path_factory):
    file = tmp_path_factory.mktemp("design") / "caps.toml"
    file.write_text(TEXT)
    return file


@pytest.fixture(scope="module")
def asked(design_file):
    return read(str(design_file))


@pytest.fixture(scope="module")
def undisturbed(asked, tmp_path_factory):
    """A sweep that nothing happened to."""
    folder = tmp_path_factory.mktemp("whole")
    found = sweep(asked, folder, workers=0, solve=cheap_sweep.solve)
    assert (found.partitions, found.solved, found.rows) == (PARTITIONS, PARTITIONS, 4 * PARTITIONS)
    return names(folder)


def names(folder):
    return sorted(file.name for file in Path(folder).glob("part-*.parquet"))


def until(true):
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < PATIENCE_S
        time.sleep(0.02)


def test_the_same_again_does_nothing(asked, undisturbed, tmp_path):
    sweep(asked, tmp_path, workers=0, solve=cheap_sweep.solve)
    before = {file: file.stat().st_mtime_ns for file in tmp_path.glob("part-*")}
    again = sweep(asked, tmp_path, workers=0, solve=cheap_sweep.solve)
    assert again.solved == 0
    assert {file: file.stat().st_mtime_ns for file in tmp_path.glob("part-*")} == before
    assert names(tmp_path) == undisturbed


def test_killing_the_program_loses_only_what_was_under_way(asked, design_file, undisturbed, tmp_path):
    paths = os.pathsep.join(path for path in sys.path if path)
    ran = subprocess.Popen(
        [sys.executable, cheap_sweep.__file__, str(design_file), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": paths},
        start_new_session=True,
    )
    until(lambda: names(tmp_path) or ran.poll() is not None)
    assert ran.poll() is None, "it ended before it could be killed"
    os.kill(ran.pid, signal.SIGKILL)
    ran.wait()
    there = names(tmp_path)
    assert 0 < len(there) < PARTITIONS
    assert set(there) <= set(undisturbed)  # every file is whole: its name holds the hash of its bytes
    until(lambda: not members(ran.pid))  # the workers of a killed program end too
    found = sweep(asked, tmp_path, workers=0, solve=cheap_sweep.solve)
    assert found.solved == PARTITIONS - len(there)
    assert names(tmp_path) == undisturbed


def members(group):
    """Live processes of a session."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, grp = stat.read_text().rsplit(")", 1)[1].split()[:3]
        except OSError:
            continue
        if int(grp) == group and state != "Z":
            found.append(stat.parent.name)
    return found


def test_killing_workers_only_delays(asked, undisturbed, tmp_path):
    killed = []

    def kill_one():
        until(lambda: names(tmp_path))
        victim = multiprocessing.active_children()[0]
        os.kill(victim.pid, signal.SIGKILL)
        killed.append(victim.pid)

    beside = threading.Thread(target=kill_one)
    beside.start()
    sweep(asked, tmp_path, workers=2, solve=cheap_sweep.solve)
    beside.join()
    assert killed
    assert names(tmp_path) == undisturbed


def test_a_solver_that_always_dies_is_named(asked, tmp_path, monkeypatch):
    monkeypatch.setattr("roadworthy.study.sweep.MOST_DEATHS", 1)
    with pytest.raises(SolveError) as caught:
        sweep(asked, tmp_path, workers=1, solve=die)
    assert caught.value.code == "sweep.workers"
    assert "partitions 0" in caught.value.message


def die(part):
    os._exit(9)


def test_damage_is_seen_said_and_mended(asked, undisturbed, tmp_path):
    sweep(asked, tmp_path, workers=0, solve=cheap_sweep.solve)
    one, other = (tmp_path / name for name in names(tmp_path)[:2])
    spoilt = bytearray(one.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1  # one bit of a data page: Parquet itself would not notice
    one.write_bytes(spoilt)
    other.write_bytes(other.read_bytes()[:100])
    assert set(partition.look(tmp_path, partitions(asked)).damaged) == {one, other}
    said = []
    found = sweep(asked, tmp_path, workers=0, solve=cheap_sweep.solve, talk=said.append)
    assert set(found.damaged) == {one.name, other.name}
    assert any(one.name in line for line in said)
    assert found.solved == 2
    assert names(tmp_path) == undisturbed


def test_a_full_disk_is_said_and_what_is_whole_stays(asked, undisturbed, tmp_path):
    """The system itself refuses to let a file grow: the same refusal as a full disk or quota."""
    parts = partitions(asked)
    first = cheap_sweep.solve(parts[0])
    partition.keep(tmp_path, parts[0], first)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(first) // 2, before[1]))
    try:
        with pytest.raises(SolveError) as caught:
            partition.keep(tmp_path, parts[1], cheap_sweep.solve(parts[1]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.code == "disk.full"
    assert "1 partitions are whole" in caught.value.message
    assert len(list(tmp_path.iterdir())) == 1  # no half file is left
    assert sweep(asked, tmp_path, workers=0, solve=cheap_sweep.solve).solved == PARTITIONS - 1
    assert names(tmp_path) == undisturbed


def test_files_of_another_design_are_left_alone(asked, tmp_path):
    stranger = tmp_path / "part-000000-aaaaaaaaaaaa-bbbbbbbbbbbbbbbb.parquet"
    stranger.write_bytes(b"not ours")
    assert partition.look(tmp_path, partitions(asked)).foreign == (stranger,)


def test_sql_reads_a_sweep_and_refuses_with_a_reason(asked, tmp_path, capsys):
    sweep(asked, tmp_path, workers=0, solve=cheap_sweep.solve)
    found = query.ask("SELECT count(*) AS n, avg(net_usd_r3) AS mean FROM sweep", tmp_path)
    assert found.rows() == [(4 * PARTITIONS, 0.625)]
    with pytest.raises(InputError) as caught:
        query.ask("SELECT net_usd FROM sweep", tmp_path)
    assert "net_usd_r3" in caught.value.hint
    assert call(["sql", "SELECT max(net_usd_r3) AS best FROM sweep", "--sweep", str(tmp_path)]) == 0
    assert capsys.readouterr().out.split() == ["best", "3"]
    assert call(["sql", "SELEC 1", "--sweep", str(tmp_path)]) == 3
    assert call(["sql", "SELECT 1", "--sweep", str(tmp_path / "nowhere")]) == 3


def test_sql_reads_many_sweeps_and_a_view_of_each(asked, tmp_path):
    for name, count in (("one", 2), ("two-wide", 3)):
        varied = {"policy.quota": [1000.0], "cost.freight_usd": [500.0 + i for i in range(count)]}
        sweep(asked.model_copy(update={"id": name, "vary": varied}), tmp_path / name, workers=0, solve=cheap_sweep.solve)
    counted = query.ask("SELECT sweep_id, count(*) AS n FROM sweep GROUP BY sweep_id ORDER BY sweep_id", tmp_path)
    assert counted.rows() == [("one", 8), ("two-wide", 12)]
    assert query.ask("SELECT count(*) AS n FROM sweep_two_wide", tmp_path).item() == 12
    assert set(query.tables(tmp_path / "one")) == {"sweep"}


@pytest.mark.parametrize(("tokens", "code"), [(["sweep", "nowhere.toml"], 3), (["sweep", "x.toml", "--workers", "-1"], 2)])
def test_the_command_refuses_bad_input(tokens, code, capsys):
    assert call(tokens) == code
    assert capsys.readouterr().err.startswith("error: ")


def test_a_scheduler_that_is_not_there_is_said(asked, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("roadworthy.study.sweep.ANSWERS_WITHIN", "500ms")
    with pytest.raises(InputError) as caught:
        sweep(asked, tmp_path, scheduler="tcp://127.0.0.1:1")
    assert caught.value.code == "dask.address"


def test_real_partitions_have_every_point_route_and_draw(tmp_path):
    file = tmp_path / "real.toml"
    file.write_text(TEXT.replace("points = 6", "points = 2").replace("[1000]", "[1000, 1e9]"))
    parts = partitions(read(str(file)))
    table = pl.read_parquet(partition.solve(parts[0]))
    assert len(table) == 2 * 2 * 16
    capped = table.filter(pl.col("policy.quota") == 1000.0)["units_y5"]
    free = table.filter(pl.col("policy.quota") == 1e9)["units_y5"]
    assert (capped <= free + 1e-9).all()
    assert partition.solve(parts[0]) == partition.solve(parts[0])
