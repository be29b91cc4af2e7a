"""Routes of the policy page and its parts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from roadworthy.core.plain import plain
from roadworthy.study.levers import Choice
from roadworthy.web import assets, parts
from roadworthy.web.office import Office, lenient
from roadworthy.web.pages import film_page, film_part, method_page, opening_page, policy_page
from roadworthy.web.view import environment
from roadworthy.web.words import Manner, manner

OURS = ("lang", "units", "money", "rate", "pin", "full", "place", "closing")
MOST_DIGITS = 5
"""Names in a link that are no levers."""


def error_page(message: str, hint: str) -> str:
    """What went wrong, as a page."""
    return environment().get_template("error.html.jinja").render(how=Manner(), here="", asset="", tail="", message=message, hint=hint)


def base_of(request: Request) -> str:
    """The address the reader sees."""
    return str(request.base_url).rstrip("/")


def asked(office: Office, request: Request) -> tuple[Choice, Manner, list[str]]:
    """Choice, manner and what was clipped, from a link."""
    given = {k: v for k, v in request.query_params.items() if k not in OURS}
    said = request.query_params
    how = manner(said.get("lang"), said.get("units"), given.pop("rate", said.get("rate", "3")), said.get("money"))
    choice, notes = lenient(office, given)
    return choice, how.at(choice), notes


def whole_page(
    office: Office, choice: Choice, how: Manner, notes: Sequence[str] = (), pins: Sequence[str] = (), *, full: bool = False
) -> str:
    """The policy page; kept for the next start where it shows the full answer and nothing but its link decided it."""
    whole = office.whole(choice)
    made = policy_page(office, choice, how, notes, pins, full)
    if whole and not notes and not pins:
        office.pages.put(choice, how, made)
    return made


def lay_out(office: Office) -> None:
    """Open the desk and make what a first reader asks for: the page and its files."""
    office.open()
    whole_page(office, Choice(office.desk.study.headline), Manner())
    assets.packed()


def router(office: Office) -> APIRouter:
    """The policy page, its dialogs and tables."""
    found = APIRouter(include_in_schema=False)

    @found.get("/", response_class=HTMLResponse)
    async def page(request: Request) -> Response:
        said = request.query_params
        kept = await asyncio.to_thread(office.pages.get, said.multi_items())
        if kept is not None:
            return HTMLResponse(kept)
        if not office.opened:
            waits = opening_page(manner(said.get("lang"), said.get("units")))
            return HTMLResponse(waits, status_code=202, headers={"refresh": "2", "retry-after": "2"})

        def make() -> str:
            choice, how, notes = asked(office, request)
            return whole_page(office, choice, how, notes, said.getlist("pin"), full=said.get("full") == "1")

        return HTMLResponse(await (office.slowly(make) if said.get("full") == "1" else office.quickly(make)))

    @found.get("/part/{kind}/{name}", response_class=HTMLResponse)
    async def part(kind: str, name: str, request: Request) -> str:
        def make() -> str:
            choice, how, _ = asked(office, request)
            if kind == "card":
                return str(parts.card_story(office, choice, name, how))
            if kind == "lever":
                return str(parts.lever_story(office, choice, name, how))
            if kind == "take":
                return str(parts.take(office, choice, name, base_of(request)))
            return str(parts.table(office, choice, name, how))

        return await office.quickly(make)

    @found.get("/method", response_class=HTMLResponse)
    async def method(request: Request) -> str:
        def make() -> str:
            choice, how, _ = asked(office, request)
            return method_page(office, choice, how)

        return await office.quickly(make)

    @found.get("/part/film")
    async def reel(request: Request) -> JSONResponse:
        def make() -> dict[str, Any]:
            choice, how, _ = asked(office, request)
            said = request.query_params.get("closing", "")
            return dict(plain(film_part(office, choice, float(said) if said.isdecimal() and len(said) < MOST_DIGITS else None, how)))

        return JSONResponse(await office.slowly(make))

    @found.get("/film")
    async def moving(request: Request) -> Response:
        def make() -> str:
            choice, _, _ = asked(office, request)
            return film_page(office, choice)

        return Response(await office.slowly(make), media_type="image/svg+xml")

    @found.get("/part/compare", response_class=HTMLResponse)
    async def compare(request: Request) -> str:
        from urllib.parse import parse_qsl

        def make() -> str:
            how = manner(request.query_params.get("lang"), request.query_params.get("units"), money=request.query_params.get("money"))
            pins = request.query_params.getlist("pin")[: parts.MOST_PINS + 1]
            choices = [lenient(office, dict(parse_qsl(pin)))[0] for pin in pins]
            return str(parts.compare(office, choices, how))

        return await office.quickly(make)

    return found
