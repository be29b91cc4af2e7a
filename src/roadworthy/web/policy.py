"""Routes of the policy page and its parts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from roadworthy.core.plain import plain
from roadworthy.study.levers import Choice
from roadworthy.web import parts
from roadworthy.web.office import Office, lenient
from roadworthy.web.pages import film_page, film_part, method_page, policy_page
from roadworthy.web.view import cards, environment, summary_of
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


def router(office: Office) -> APIRouter:
    """The policy page, its dialogs and tables."""
    found = APIRouter(include_in_schema=False)

    @found.get("/", response_class=HTMLResponse)
    async def page(request: Request) -> str:
        def make() -> str:
            choice, how, notes = asked(office, request)
            pins = request.query_params.getlist("pin")
            return policy_page(office, choice, how, notes, pins)

        def whole() -> str:
            choice, how, notes = asked(office, request)
            return policy_page(office, choice, how, notes, request.query_params.getlist("pin"), full=True)

        return await (office.slowly(whole) if request.query_params.get("full") == "1" else office.quickly(make))

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
            shown = cards(summary_of(office.best(choice), office.seen_now(choice)), how)
            return (
                str(parts.card_table(shown[name])) if name in shown else str(parts.error_html("No table here.", "The full draws bring it."))
            )

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
