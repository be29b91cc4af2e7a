"""The local page and its API: thin, no formula of the model lives here.

No cookies, no third-party requests, no file named by a request. The world is prepared and compiled beside the start; until it is
ready /health says so, links that were answered before are read from what is kept, and others say that they wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, WebSocket
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from roadworthy import __version__
from roadworthy.core.errors import RoadworthyError
from roadworthy.study.live import Desk
from roadworthy.web import api, assets, car, links, policy, proof
from roadworthy.web.guard import Guard
from roadworthy.web.office import BusyError, Office
from roadworthy.web.socket import serve

NOT_FOUND = (".unknown", ".none")


async def after(opening: asyncio.Task[None], office: Office) -> None:
    """Once it is open, make the first move to another preset as quick as the next."""
    await asyncio.wait([opening])
    if not opening.cancelled() and opening.exception() is None:
        await office.warm()


def create_app(desk: Desk | None = None, *, warm: bool = True) -> FastAPI:
    """The application; with no desk it opens the standing study's beside the start. `warm` compiles the other presets once it is open."""
    office = Office(desk or Desk())
    facts = proof.Proof()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        app.state.opening = asyncio.create_task(office.slowly(lambda: policy.lay_out(office)))
        warming = asyncio.create_task(after(app.state.opening, office)) if warm else None
        yield
        facts.close()
        if warming is not None:
            warming.cancel()
        await asyncio.to_thread(office.close)
        await asyncio.gather(app.state.opening, return_exceptions=True)

    app = FastAPI(
        title="roadworthy",
        version=__version__,
        summary="Should this class of vehicle be allowed on the road, and would anyone buy it?",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.office = office
    app.state.open_by = {}
    app.add_middleware(Guard, counts=office.counts, pace=office.pace)

    @app.exception_handler(RoadworthyError)
    async def _say(request: Request, error: RoadworthyError) -> Response:
        status = 404 if error.code.endswith(NOT_FOUND) else 503 if isinstance(error, BusyError) else 422
        if "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(policy.error_page(error.message, error.hint), status_code=status)
        return JSONResponse({"error": error.as_dict()}, status_code=status)

    @app.get("/health", tags=["service"])
    async def health() -> dict[str, Any]:
        """Whether the world is prepared."""
        done = app.state.opening.done()
        failed = done and not app.state.opening.cancelled() and app.state.opening.exception() is not None
        return {"status": "failed" if failed else "ready" if done else "opening", "version": __version__, "seconds": office.desk.seconds}

    @app.get("/metrics", tags=["service"], response_class=PlainTextResponse)
    async def metrics() -> str:
        """Counts and quantiles in text."""
        return office.counts.text()

    @app.get("/static/{name}", include_in_schema=False)
    async def static(name: str, request: Request) -> Response:
        return await asyncio.to_thread(assets.serve, name, request)

    @app.websocket("/live")
    async def live(socket: WebSocket) -> None:
        await serve(office, socket, app.state.open_by)

    for router in (policy.router(office), car.router(office), api.router(office), links.router(office), proof.router(facts)):
        app.include_router(router)
    return app
