"""The page of facts that the model is held against: made once beside the answers, room by room, and kept.

A cold cache takes some seconds a room; until the last is done a reader gets a page that says how far it is and asks again by itself.
"""

from __future__ import annotations

import asyncio
import threading

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from roadworthy import __version__
from roadworthy.core.errors import RoadworthyError
from roadworthy.report.validation_page import render_validation_page
from roadworthy.study.validation import ROOMS, held, validate
from roadworthy.web.links import REPORT
from roadworthy.web.view import environment
from roadworthy.web.words import Manner

AT_ONCE_S = 1.5
"""A reader waits this long for a page that is nearly ready before being told how far it is."""


class Proof:
    """The validation page: asked for when first wanted, computed in a thread of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stop = False
        self.done = 0
        self.page = ""
        self.fault: RoadworthyError | None = None

    def start(self) -> None:
        """Begin, unless begun."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._make, name="proof", daemon=True)
                self._thread.start()

    def _make(self) -> None:
        try:
            for room in ROOMS:
                held(room)
                self.done += 1
                if self._stop:
                    return
            made = render_validation_page(validate(), __version__)
            self.page = made.replace('<span class="plate">roadworthy</span>', '<a class="plate" href="/">roadworthy</a>', 1)
        except RoadworthyError as error:
            self.fault = error

    def wait(self, seconds: float) -> bool:
        """Whether it is ready, at most so much later."""
        if self._thread is not None:
            self._thread.join(seconds)
        return bool(self.page)

    def close(self) -> None:
        """Stop between two rooms."""
        self._stop = True


def router(proof: Proof) -> APIRouter:
    """The route of the page."""
    found = APIRouter(include_in_schema=False)

    @found.get("/validation", response_class=HTMLResponse)
    async def validation() -> Response:
        proof.start()
        if await asyncio.to_thread(proof.wait, AT_ONCE_S):
            return HTMLResponse(proof.page, headers={"content-security-policy": REPORT})
        if proof.fault is not None:
            raise proof.fault
        waits = (
            environment()
            .get_template("wait.html.jinja")
            .render(how=Manner(), here="", asset="", tail="", done=proof.done, rooms=len(ROOMS))
        )
        return HTMLResponse(waits, status_code=202, headers={"refresh": "2", "retry-after": "2"})

    return found
