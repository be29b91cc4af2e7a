"""Whose turn it is: quick answers before patient ones, on the cores of one machine.

A patient job (all draws, the tornado) is cut into blocks and asks for its turn before each; a quick job waits for one block at most.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class StoppedError(Exception):
    """A patient job that nobody waits for any more."""


class Turns:
    """One job computes at a time; those that hurry go first."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._busy = False
        self._hurrying = 0

    @contextmanager
    def hurried(self) -> Iterator[None]:
        """The next turn."""
        with self._free:
            self._hurrying += 1
            self._free.wait_for(lambda: not self._busy)
            self._hurrying -= 1
            self._busy = True
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def patient(self, stop: Callable[[], bool]) -> Iterator[None]:
        """A turn when nobody hurries; StoppedError when `stop` says so first."""
        with self._free:
            while self._busy or self._hurrying:
                self._free.wait(0.05)
                if stop():
                    raise StoppedError
            if stop():
                raise StoppedError
            self._busy = True
        try:
            yield
        finally:
            self._leave()

    def _leave(self) -> None:
        with self._free:
            self._busy = False
            self._free.notify_all()
