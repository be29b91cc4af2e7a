"""Run a sweep to its end, whatever happens on the way.

Workers solve partitions and send back bytes; this process alone writes them, each whole. What is on disk is read first, so a run that
was killed, ran out of disk or lost a worker goes on where it stopped, and a finished one does nothing. At most `AHEAD` partitions a
worker are under way, so memory does not grow with the sweep. Workers are processes of this machine, or those of a Dask cluster.
See docs/rooms/study.md.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from roadworthy.core import InputError, SolveError
from roadworthy.core.files import write_atomic
from roadworthy.study import partition
from roadworthy.study.design import Design, Partition, partitions

AHEAD = 2
"""Partitions under way for each worker."""
MOST_DEATHS = 3
"""Times that the workers may die on the same unfinished partitions."""
TALK_S = 2.0
ANSWERS_WITHIN = "10s"
"""How long a scheduler may take to answer."""
Solver = Callable[[Partition], bytes]
"""Parquet bytes of a partition; a function of a module, since workers import it by name."""


@dataclass(frozen=True, slots=True)
class Swept:
    """A finished sweep."""

    folder: Path
    partitions: int
    solved: int
    """By this run; the others were there."""
    damaged: tuple[str, ...]
    """Files that were found damaged, named and solved again."""
    rows: int
    seconds: float


def _die_with_parent() -> None:
    """A worker whose parent was killed ends too, rather than waiting for ever."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class Processes:
    """Workers on this machine; started anew when one of them is killed."""

    def __init__(self, workers: int, solve: Solver) -> None:
        self.width, self._solve = workers, solve
        self._start()

    def _start(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(self.width, mp_context=spawn, initializer=_die_with_parent)

    def submit(self, part: Partition) -> Future[bytes]:
        """Start one partition."""
        return self._pool.submit(self._solve, part)

    def restart(self) -> None:
        """New workers after a death."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._start()

    def close(self) -> None:
        """End the workers."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class Here:
    """This process itself, one partition after the other."""

    width = 1

    def __init__(self, solve: Solver) -> None:
        self._solve = solve

    def submit(self, part: Partition) -> Future[bytes]:
        """Solve one partition now."""
        done: Future[bytes] = Future()
        done.set_result(self._solve(part))
        return done

    def close(self) -> None:
        """Nothing to end."""


class Cluster:
    """Workers of a Dask scheduler; it moves the work of a dead one to another."""

    def __init__(self, address: str, solve: Solver) -> None:
        self._solve = solve
        try:
            from distributed import Client
        except ImportError:
            raise InputError(
                "a Dask scheduler needs the extra 'sweep'", "pip install 'roadworthy[sweep]'", code="dask.absent", where="--scheduler"
            ) from None
        try:
            self._client = Client(address, timeout=ANSWERS_WITHIN)
        except (OSError, ValueError) as fault:
            raise InputError(
                f"no scheduler answers at {address}: {fault}",
                "start one with `dask scheduler` and give its tcp:// address",
                code="dask.address",
                where="--scheduler",
            ) from None
        self.width = max(sum(self._client.nthreads().values()), 1)

    def submit(self, part: Partition) -> Any:
        """Start one partition; a future of Dask. Its name is its key, so the scheduler does no work twice."""
        return self._client.submit(self._solve, part, key=f"partition-{part.key}", pure=True)

    def close(self) -> None:
        """Leave the cluster as it was."""
        self._client.close()


@contextmanager
def pool(workers: int, scheduler: str | None, solve: Solver) -> Iterator[Any]:
    """The workers of a sweep, ended afterwards."""
    made: Any = Cluster(scheduler, solve) if scheduler else Processes(workers, solve) if workers else Here(solve)
    try:
        yield made
    finally:
        made.close()


def _write_all(parts: Sequence[Partition], where: Any, folder: Path, said: Callable[[int], None]) -> None:
    """Solve and keep every partition, a bounded number under way."""
    waiting = list(parts)[::-1]
    under_way: dict[Any, Partition] = {}
    done, deaths = 0, 0
    while waiting or under_way:
        try:
            while waiting and len(under_way) < AHEAD * where.width:
                part = waiting.pop()
                under_way[where.submit(part)] = part
            for future in _finished(under_way):
                content = future.result()
                part = under_way.pop(future)
                partition.keep(folder, part, content)
                done, deaths = done + 1, 0
                said(done)
        except BrokenProcessPool:
            deaths += 1
            lost = sorted(under_way.values(), key=lambda p: p.index)
            if deaths >= MOST_DEATHS:
                names = ", ".join(str(p.index) for p in lost[:6])
                raise SolveError(
                    f"workers died {deaths} times on partitions {names}",
                    "give fewer --workers if memory ran out, then run the same command: it goes on where it stopped",
                    code="sweep.workers",
                    where=str(folder),
                ) from None
            under_way.clear()
            waiting += lost[::-1]
            where.restart()


def _finished(under_way: dict[Any, Partition]) -> list[Any]:
    if isinstance(next(iter(under_way)), Future):
        return list(wait(under_way, return_when=FIRST_COMPLETED).done)
    from distributed import wait as dask_wait

    return list(dask_wait(list(under_way), return_when="FIRST_COMPLETED").done)


def sweep(
    design: Design,
    folder: Path,
    *,
    workers: int = 2,
    scheduler: str | None = None,
    solve: Solver = partition.solve,
    talk: Callable[[str], None] = lambda _: None,
) -> Swept:
    """Bring a sweep to its end in `folder`; what is there and whole is not solved again. No `workers` is this process itself.

    Raises InputError on a wrong design or scheduler, SolveError when the disk is full or workers keep dying.
    """
    began = time.perf_counter()
    parts = partitions(design)
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(".part-*"):
        left.unlink(missing_ok=True)  # what a killed writer left behind
    manifest = {
        "schema": "roadworthy/sweep/1",
        "design": json.loads(design.model_dump_json(by_alias=True)),
        "partitions": [{"index": p.index, "key": p.key, "points": len(p.points)} for p in parts],
    }
    write_atomic(folder / "sweep.json", json.dumps(manifest, indent=1))
    kept = partition.look(folder, parts)
    for file in kept.damaged:
        talk(f"damaged    {file.name}: its bytes are not those of its name; it is solved again")
        with suppress(OSError):
            file.unlink()
    todo = [part for part in parts if part.index not in kept.whole]
    talk(f"sweep      {len(parts)} partitions, {len(parts) - len(todo)} there, {len(todo)} to solve, {design.draws} draws a point")
    if todo:
        spoken = [time.perf_counter()]

        def said(done: int) -> None:
            now = time.perf_counter()
            if now - spoken[0] > TALK_S or done == len(todo):
                spoken[0] = now
                left = (now - began) / done * (len(todo) - done)
                talk(f"sweep      {done} of {len(todo)} partitions, {left:,.0f} s left")

        with pool(min(workers, len(todo)), scheduler, solve) as where:
            _write_all(todo, where, folder, said)
    whole = partition.look(folder, parts).whole
    missing = [part.index for part in parts if part.index not in whole]
    if missing:
        raise SolveError(f"partitions {missing[:6]} are missing", "run the same command again", code="sweep.missing", where=str(folder))
    import polars as pl

    rows = sum(int(pl.scan_parquet(file).select(pl.len()).collect().item()) for file in whole.values())
    return Swept(folder, len(parts), len(todo), tuple(f.name for f in kept.damaged), rows, time.perf_counter() - began)
