"""Routes of the car page: one car of the catalogue, or one that a reader describes."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from roadworthy.web.car_page import describe, render_car
from roadworthy.web.office import Office
from roadworthy.web.policy import asked


def router(office: Office) -> APIRouter:
    """The car page."""
    found = APIRouter(include_in_schema=False)

    @found.get("/car", response_class=HTMLResponse)
    async def pick(request: Request) -> Response:
        """The chosen car's page; with sizes in the link, the page of the car they describe."""
        query = request.query_params
        if "length_m" in query:
            said = {k: v[:64] for k, v in query.items()}
            return HTMLResponse(await office.slowly(lambda: describe(office, said)))
        name = query.get("vehicle") or office.desk.study.vehicle
        kept = "&".join(f"{k}={v}" for k, v in query.items() if k in ("lang", "units", "place") and v.isalnum())
        return RedirectResponse(
            f"/car/{name[:64] if name.replace('_', '').isalnum() else office.desk.study.vehicle}" + (f"?{kept}" if kept else ""),
            status_code=303,
        )

    @found.get("/car/{name}", response_class=HTMLResponse)
    async def page(name: str, request: Request) -> str:
        def make() -> str:
            _, how, _ = asked(office, request)
            return render_car(office, name[:64], request.query_params.get("place") or "", how)

        return await office.slowly(make)

    return found
