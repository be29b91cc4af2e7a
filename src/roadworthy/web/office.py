"""What all requests share: the desk, the threads that compute, and what has been asked lately.

One thread gives quick answers, one gives full ones and prepares vehicles, one hands out what was computed before; a reader costs at
most one place in each line. The desk itself lets the quick ones go first.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from roadworthy.core.errors import RoadworthyError, unknown
from roadworthy.core.plain import plain
from roadworthy.study.kept import Kept
from roadworthy.study.levers import Choice, levers
from roadworthy.study.live import Desk
from roadworthy.web.guard import Counts, Pace
from roadworthy.web.kept_page import KeptPages

MOST_WAITING = 64
"""Requests that may wait at once in a line of patient work."""
T = TypeVar("T")


class BusyError(RoadworthyError):
    """More is asked than one machine can answer."""


class Office:
    """Desk, threads and memory of one server."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.counts, self.pace = desk, Counts(), Pace()
        self._quick = ThreadPoolExecutor(1, thread_name_prefix="quick")
        self._slow = ThreadPoolExecutor(1, thread_name_prefix="slow")
        self._shelf = ThreadPoolExecutor(1, thread_name_prefix="shelf")
        self.pages = KeptPages(desk.study)
        self.opened = False
        """Whether opening has ended, well or not."""
        self._waiting: Counter[ThreadPoolExecutor] = Counter()
        self._seen: Kept[Choice, dict[str, Any]] = Kept(24)
        self._asked: Kept[str, Choice] = Kept(4096)
        self.charts: Kept[str, dict[str, Any]] = Kept(8)
        """Charts of frozen answers by key."""
        self.closing = False

    async def quickly(self, work: Callable[[], T]) -> T:
        """Run it in the thread of quick answers."""
        return await asyncio.get_running_loop().run_in_executor(self._quick, work)

    async def handed(self, work: Callable[[], T]) -> T:
        """Run what only reads and draws what was computed before: it waits for no desk; BusyError when too many wait."""
        return await self._in_line(self._shelf, work)

    async def slowly(self, work: Callable[[], T]) -> T:
        """Run it in the thread of full answers; BusyError when too many wait."""
        return await self._in_line(self._slow, work)

    async def _in_line(self, line: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        if self._waiting[line] >= MOST_WAITING:
            raise BusyError("too many full answers are waiting", "ask again in a minute", code="busy")
        self._waiting[line] += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(line, work)
        finally:
            self._waiting[line] -= 1

    def quick(self, choice: Choice, *, passing: bool = False) -> dict[str, Any]:
        """A quick answer, its key remembered so that a link to it can be opened."""
        began = time.perf_counter()
        said = self.desk.quick(choice, passing=passing)
        self._asked.put(said["key"], choice)
        self.counts.seen["quick"] += 1
        self.counts.took(time.perf_counter() - began)
        return said

    def full(self, choice: Choice, stop: Callable[[], bool] = lambda: False) -> dict[str, Any]:
        """A full answer in the form of a quick one: one that an earlier server gave under the same key is not computed again."""
        summary = self.desk.known(choice) or self.desk.remember(choice) or self.desk.full(choice, lambda: self.closing or stop())
        self.counts.seen["full"] += 1
        said = self.desk.live(summary, choice)
        self._asked.put(said["key"], choice)
        return said

    def best(self, choice: Choice, *, passing: bool = False) -> dict[str, Any]:
        """The full answer where it is at hand, else a quick one."""
        kept = self.desk.known(choice)
        return self.desk.live(kept, choice) if kept is not None else self.quick(choice, passing=passing)

    def seen(self, choice: Choice) -> dict[str, Any]:
        """Scenes of the choice's vehicle and law, made when first asked."""
        plainly = _lawful(choice)
        found = self._seen.get(plainly)
        return found if found is not None else self._seen.put(plainly, plain(self.desk.pictures(plainly)))

    def seen_now(self, choice: Choice) -> dict[str, Any]:
        """Scenes where they are at hand; else those of the standing law, which differ in their verdicts alone; else none."""
        return self.judged(choice) or self._seen.get(Choice(self.desk.study.headline, (), choice.vehicle)) or {}

    def judged(self, choice: Choice) -> dict[str, Any] | None:
        """Scenes with the verdicts of this very law, where they are at hand."""
        return self._seen.get(_lawful(choice))

    def whole(self, choice: Choice) -> bool:
        """Whether the full answer and the verdicts of its law are at hand."""
        return self.desk.known(choice) is not None and self.judged(choice) is not None

    def choice_of(self, key: str) -> Choice | None:
        """What was asked under a key, while it is remembered."""
        return self._asked.get(key)

    def read(self, given: Mapping[str, Any]) -> tuple[Choice, list[str]]:
        """A choice; the vehicle must be one of the catalogue."""
        return self.desk.read(given)

    def open(self) -> None:
        """Everything a first reader needs; runs beside the server's start."""
        try:
            self.desk.open()
            standing = Choice(self.desk.study.headline)
            self.seen(standing)
            self.full(standing)
        finally:
            self.opened = True
            settle()

    async def warm(self) -> None:
        """Compile what the first move to another preset would, one line-up at a time in the line of patient work."""
        for policy in await self.slowly(self.desk.unmet):
            if self.closing:
                return
            await self.slowly(lambda policy=policy: self.desk.warm(policy))  # type: ignore[misc]
        settle()

    def close(self) -> None:
        """Stop patient work and let the threads go."""
        self.closing = True
        self._slow.shutdown(wait=True, cancel_futures=True)
        self._quick.shutdown(wait=True, cancel_futures=True)
        self._shelf.shutdown(wait=True, cancel_futures=True)
        self.desk.close()


def settle() -> None:
    """Take what stays for good out of the collector's rounds: a full round over world and compiled programs is 60 ms in which no lever moves."""
    gc.collect()
    gc.freeze()


def _lawful(choice: Choice) -> Choice:
    """The choice without what no law says: vehicle, preset and moved class limits."""
    return Choice(choice.reform, tuple((k, v) for k, v in choice.moved if levers()[k].room == "reform"), choice.vehicle)


def lenient(office: Office, given: Mapping[str, str]) -> tuple[Choice, list[str]]:
    """A choice from a link that people type: what is not known is said and left out, never an error."""
    kept, notes = dict(given), []
    start = kept.pop("from", None)
    for _ in range(len(kept) + 1):
        try:
            choice, said = office.read(kept)
            break
        except RoadworthyError as error:
            notes.append(f"{error.message}; {error.hint}")
            bad = next((k for k in kept if k == error.where), None) or next(
                (k for k in kept if k not in levers() and k not in ("reform", "vehicle")), None
            )
            bad = bad or next((k for k in ("reform", "vehicle") if error.code.startswith(k)), None) or next(iter(kept))
            kept.pop(bad)
    else:
        raise unknown("link", "", [])
    if start and start != choice.reform:
        # a form without a script carries the old preset's places; only what was moved away from them is meant
        old = office.desk.before(Choice(start)) if start in office.desk.prepared().policies else {}
        choice = Choice(choice.reform, tuple((k, v) for k, v in choice.moved if k in old and old[k] != v), choice.vehicle)
    return choice, notes + said
