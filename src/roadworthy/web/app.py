"""Kept answers as pages and JSON under their key; verdicts by vehicle. No cookies, no third-party requests."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse

from roadworthy import __version__
from roadworthy.core.errors import RoadworthyError
from roadworthy.core.plain import plain

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'unsafe-inline'"


def create_app() -> FastAPI:
    """The application; nothing is computed until it is asked."""
    app = FastAPI(title="roadworthy", version=__version__, docs_url=None, redoc_url=None)

    @app.exception_handler(RoadworthyError)
    async def _say(_: Request, error: RoadworthyError) -> JSONResponse:
        status = 404 if error.code.endswith((".unknown", ".none")) else 422
        return JSONResponse({"error": error.as_dict()}, status_code=status)

    def _page(key: str | None) -> HTMLResponse:
        from roadworthy.report import render
        from roadworthy.study.store import recall

        return HTMLResponse(render(recall(key)), headers={"Content-Security-Policy": POLICY})

    @app.get("/", response_class=HTMLResponse)
    def latest() -> HTMLResponse:
        """The report of the latest answer."""
        return _page(None)

    @app.get("/s/{key}.json")
    def answer(key: str) -> dict[str, Any]:
        """A kept answer as JSON."""
        from roadworthy.study.store import recall

        return recall(key)

    @app.get("/s/{key}", response_class=HTMLResponse)
    def page(key: str) -> HTMLResponse:
        """The report of a kept answer."""
        return _page(key)

    @app.get("/api/judge/{vehicle}")
    def judge(vehicle: str, reform: str | None = None, state: str | None = None) -> dict[str, Any]:
        """May this vehicle of the catalogue be sold, imported, registered."""
        from roadworthy.core.errors import unknown
        from roadworthy.study.verdicts import judge_vehicle
        from roadworthy.vehicles import catalogue

        if vehicle not in catalogue().ids:
            raise unknown("vehicle", vehicle, catalogue().ids)
        return dict(plain(judge_vehicle(vehicle, reform_id=reform, place=state)))

    return app
