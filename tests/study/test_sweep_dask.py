"""A Dask scheduler and two workers, each a process of its own, give the tables of the embedded run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from roadworthy.study.design import read
from roadworthy.study.sweep import sweep

pytest.importorskip("distributed", reason="the extra 'sweep' (dask, distributed) is not installed")

DESIGN = 'id = "two"\ndraws = 16\n[vary]\nreform = ["kei-urban"]\n"cost.freight_usd" = [800, 1600]\n'
PATIENCE_S = 120.0


@pytest.fixture
def cluster(tmp_path):
    """Scheduler and workers on loopback, ended afterwards by their own handles."""
    address = tmp_path / "scheduler.json"
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, "PYTHONPATH": paths, "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    started = []

    def start(*command):
        log = (tmp_path / f"{len(started)}.log").open("w")
        started.append(subprocess.Popen([sys.executable, "-m", *command], env=environment, stdout=log, stderr=log, cwd=tmp_path))

    start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(address))
    for _ in range(2):
        start("distributed.cli.dask_worker", "--scheduler-file", str(address), "--nthreads", "1", "--no-nanny", "--no-dashboard")
    began = time.monotonic()
    while not address.exists():
        assert time.monotonic() - began < PATIENCE_S, (tmp_path / "0.log").read_text()
        time.sleep(0.1)
    import json

    yield json.loads(address.read_text())["address"]
    for process in started[::-1]:
        process.kill()
    for process in started:
        process.wait(timeout=PATIENCE_S)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # those of the scheduler's client are not ours
def test_a_cluster_gives_the_tables_of_this_machine(cluster, tmp_path):
    file = tmp_path / "two.toml"
    file.write_text(DESIGN)
    asked = read(str(file))
    far, near = tmp_path / "far", tmp_path / "near"
    assert sweep(asked, far, scheduler=cluster).solved == 2
    assert sweep(asked, near, workers=0).solved == 2
    names = lambda folder: sorted(p.name for p in Path(folder).glob("part-*.parquet"))  # noqa: E731
    keys = lambda folder: [name.split("-")[:3] for name in names(folder)]  # noqa: E731
    assert keys(far) == keys(near)
    for one, other in zip(names(far), names(near), strict=True):
        a, b = pl.read_parquet(far / one), pl.read_parquet(near / other)
        assert a.schema == b.schema
        for column in a.columns:
            if a[column].dtype.is_float():  # sums are split by the processors that a process sees, so last digits may differ
                gap = (a[column] - b[column]).abs().max()
                assert gap <= 1e-12 * max(a[column].abs().max(), 1e-300), column
            else:
                assert a[column].equals(b[column])
