"""The live line: one reader, one question at a time, the latest wins.

A reader's newest message replaces the one that waits. A quick answer goes out at once; when nothing new came for REST_S the full one
follows, and it is dropped between blocks when the reader moves again. A bad message is answered with a sentence; the line stays.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

from fastapi import WebSocket, WebSocketDisconnect

from roadworthy.core.errors import InputError, RoadworthyError
from roadworthy.study.levers import Choice, levers
from roadworthy.study.pace import StoppedError
from roadworthy.web.guard import LOOPBACK, LOOPBACK_FACTOR, address_of
from roadworthy.web.office import Office
from roadworthy.web.pages import told
from roadworthy.web.words import Manner, manner

REST_S = 0.3
MOST_BYTES = 4096
MOST_PER_ADDRESS = 8
MOST_SOCKETS = 256
MOST_PER_SECOND = 200
TOO_MUCH = 1008


def asked(text: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Number, levers and manner of a message; InputError when it is none."""
    if len(text) > MOST_BYTES:
        raise InputError(f"a message of {len(text)} characters is too long", f"send at most {MOST_BYTES}", code="message.size")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError(
            "the message is not JSON", 'send {"id": 1, "reform": "kei-urban", "moved": {"roads": 35}}', code="message.syntax"
        ) from None
    if not isinstance(said, dict) or not isinstance(said.get("moved", {}), dict) or not isinstance(said.get("manner", {}), dict):
        raise InputError(
            "the message is not an object of id, reform and moved",
            'send {"id": 1, "reform": "kei-urban", "moved": {}}',
            code="message.shape",
        )
    number = said.get("id", 0)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 2**53:
        raise InputError("the message's id is not a whole number", "count messages from 1", code="message.id")
    moved = {str(k): v for k, v in list(said.get("moved", {}).items())[: len(levers()) + 1] if isinstance(v, str | int | float)}
    given = {"reform": said.get("reform") or "", "vehicle": said.get("vehicle") or "", **moved}
    how = {k: str(said.get("manner", {}).get(k, "")) for k in ("lang", "units", "money")} | {"rate": str(said.get("rate", "3"))}
    return number, given, how


class Line:
    """One reader's connection."""

    def __init__(self, office: Office, socket: WebSocket) -> None:
        self.office, self.socket = office, socket
        self.latest: str | None = None
        self.came = asyncio.Event()
        self.gone = False

    async def listen(self) -> None:
        """Keep the newest message; close on a flood."""
        loop = asyncio.get_running_loop()
        began, count = loop.time(), 0
        while True:
            got = await self.socket.receive()
            if got["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(got.get("code", 1000))
            count += 1
            if loop.time() - began > 1.0:
                began, count = loop.time(), 0
            if count > MOST_PER_SECOND:
                await self.socket.close(TOO_MUCH)
                raise WebSocketDisconnect(TOO_MUCH)
            self.latest = got.get("text") if got.get("text") is not None else "\0"
            self.came.set()

    def moved_on(self) -> bool:
        """Whether nobody waits for the full answer any more."""
        return self.gone or self.came.is_set()

    def whole(self, choice: Choice, how: Manner) -> dict[str, Any]:
        """The full answer with the verdicts of its law."""
        live = self.office.full(choice, self.moved_on)
        self.office.seen(choice)
        return told(self.office, live, choice, how)

    async def speak(self) -> None:
        """Answer the newest message, then the same in full when it rests."""
        while True:
            await self.came.wait()
            self.came.clear()
            number = 0
            try:
                number, given, how = asked(self.latest or "")
                said = manner(how["lang"], how["units"], how["rate"], how["money"])
                choice, _ = await self.office.quickly(lambda given=given: self.office.read(given))  # type: ignore[misc]
                said = said.at(choice)
                now = await self.office.quickly(
                    lambda choice=choice, said=said: told(self.office, self.office.best(choice, passing=True), choice, said)
                )  # type: ignore[misc]
                await self.socket.send_text(json.dumps({"id": number, **now}))
                if now["kind"] == "full":
                    continue
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self.came.wait(), REST_S)
                    continue
                whole = await self.office.slowly(lambda choice=choice, said=said: self.whole(choice, said))  # type: ignore[misc]
                await self.socket.send_text(json.dumps({"id": number, **whole}))
            except StoppedError:
                continue
            except RoadworthyError as error:
                await self.socket.send_text(json.dumps({"id": number, "error": error.as_dict()}))


async def serve(office: Office, socket: WebSocket, open_by: dict[str, int]) -> None:
    """One connection from its opening to its end; the address's share of connections is bounded."""
    address = address_of(socket.scope)
    most = MOST_PER_ADDRESS * (LOOPBACK_FACTOR if address in LOOPBACK else 1)
    if open_by.get(address, 0) >= most or office.counts.sockets >= MOST_SOCKETS or office.closing:
        await socket.close(TOO_MUCH)
        return
    await socket.accept()
    open_by[address] = open_by.get(address, 0) + 1
    office.counts.sockets += 1
    line = Line(office, socket)
    tasks = [asyncio.create_task(line.listen()), asyncio.create_task(line.speak())]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            with suppress(WebSocketDisconnect, RuntimeError):
                task.result()
    finally:
        line.gone = True
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
            await asyncio.gather(*tasks, return_exceptions=True)
        office.counts.sockets -= 1
        open_by[address] -= 1
        if not open_by[address]:
            del open_by[address]
