"""The API: levers, presets, verdicts, cars, and answers; every value typed, every range from levers.yaml."""

from functools import lru_cache
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field, create_model

from roadworthy.core.errors import unknown
from roadworthy.core.plain import plain
from roadworthy.report import sentences
from roadworthy.study.levers import Choice, levers, table
from roadworthy.web.office import Office
from roadworthy.web.policy import base_of

EXAMPLE: Any = {"reform": "kei-urban", "moved": {"roads": 35, "duty": 2.5}, "draws": "quick"}
Draws: Any = Literal["quick", "full"]
CODES: dict[int | str, dict[str, Any]] = {
    404: {"description": "a name is not known; the hint has a near one"},
    422: {"description": "a value cannot be used"},
}


@lru_cache(maxsize=1)
def moved_model() -> type[BaseModel]:
    """The levers as a model: one optional field each, named and described as in levers.yaml."""
    fields: dict[str, Any] = {}
    for name, lever in levers().items():
        if lever.choices:
            kind: Any = Literal[tuple(key for key, _ in lever.choices)] | None  # type: ignore[operator]
            said = f"{lever.label}. {lever.words}"
        else:
            kind = float | None
            said = f"{lever.label} [{lever.unit or '-'}], {lever.low:g} to {lever.high:g} in steps of {lever.step:g}; outside it is clipped and noted. {lever.words}"
        fields[name] = (kind, Field(None, description=said, allow_inf_nan=False) if not lever.choices else Field(None, description=said))
    return create_model("Moved", __config__=ConfigDict(extra="forbid"), **fields)


def router(office: Office) -> APIRouter:
    """The API's routes."""
    found = APIRouter(prefix="/api", tags=["api"])
    moved_type: Any = moved_model()
    ask_type: Any = create_model(
        "Ask",
        __config__=ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]}),
        reform=(str, Field("kei-urban", max_length=64, description="a preset of /api/reforms")),
        vehicle=(str | None, Field(None, max_length=64, description="a car of /api/vehicles; the study's own when not given")),
        moved=(moved_type, Field(default_factory=moved_type)),
        draws=(Draws, Field("quick", description="the first draws at once, or all draws with the tornado")),
    )
    query_type: Any = create_model(
        "AskByLink",
        __base__=moved_type,
        reform=(str, Field("kei-urban", max_length=64)),
        vehicle=(str | None, Field(None, max_length=64)),
        draws=(Draws, "quick"),
    )

    async def answered(given: dict[str, Any], draws: str, base: str) -> dict[str, Any]:
        def quick() -> dict[str, Any]:
            choice, notes = office.read(given)
            return said(office.quick(choice), choice, notes)

        def full() -> dict[str, Any]:
            choice, notes = office.read(given)
            return said(office.full(choice), choice, notes)

        def said(live: dict[str, Any], choice: Choice, notes: list[str]) -> dict[str, Any]:
            words = sentences(
                {
                    "headline": live["answer"]["id"],
                    "reforms": [live["answer"]],
                    "study": {"horizon_years": 30},
                    "support": office.seen_now(choice).get("support"),
                }
            )
            return dict(
                plain(
                    {
                        **live,
                        "notes": notes,
                        "sentences": {k: words[k] for k in ("relax", "buy")},
                        "link": f"{base}/?{choice.link()}",
                        "frozen": f"{base}/s/{live['key']}",
                        "command": choice.command(),
                        "python": choice.python(),
                    }
                )
            )

        return await (office.slowly(full) if draws == "full" else office.quickly(quick))

    @found.get("/levers")
    async def list_levers() -> dict[str, Any]:
        """Every lever: path into policy or assumptions, range, step, unit, marks, source, status, and where it stands today."""
        today = await office.quickly(office.desk.today)
        return {"schema": "roadworthy/levers/1", "levers": [{**row, "today": today[row["id"]]} for row in table()]}

    @found.get("/reforms")
    async def list_reforms() -> dict[str, Any]:
        """The presets, in plain words, with who proposed them and what they leave out."""
        from roadworthy.rules import reforms

        return {
            "schema": "roadworthy/reforms/1",
            "reforms": [
                {"id": x.id, "title": x.title, "words": x.plain, "author": x.author, "leaves_out": x.leaves_out} for x in reforms().values()
            ],
        }

    @found.get("/vehicles")
    async def list_vehicles(group: Annotated[str | None, Query(max_length=32)] = None) -> dict[str, Any]:
        """The catalogue's cars by id."""
        from roadworthy.study.cards import name_of
        from roadworthy.vehicles import catalogue

        cars = catalogue()
        rows = [{"id": name, "name": name_of(cars, i), "group": cars.group[i]} for i, name in enumerate(cars.ids)]
        return {"schema": "roadworthy/vehicles/1", "vehicles": [row for row in rows if group is None or row["group"] == group]}

    @found.get("/what-if", responses=CODES)
    async def what_if_by_link(ask: Annotated[query_type, Query()], request: Request) -> dict[str, Any]:
        """The answer of a preset with moved levers, as the page gives it."""
        given = ask.model_dump(exclude_none=True)
        draws = given.pop("draws")
        return await answered(given, draws, base_of(request))

    @found.post("/what-if", responses=CODES)
    async def what_if(ask: ask_type, request: Request) -> dict[str, Any]:
        """The same by a JSON body."""
        given = {"reform": ask.reform, "vehicle": ask.vehicle or "", **ask.moved.model_dump(exclude_none=True)}
        return await answered(given, ask.draws, base_of(request))

    @found.get("/judge/{vehicle}", responses=CODES)
    async def judge(
        vehicle: str, reform: Annotated[str | None, Query(max_length=64)] = None, state: Annotated[str | None, Query(max_length=2)] = None
    ) -> dict[str, Any]:
        """May this vehicle of the catalogue be sold, imported, registered."""
        from roadworthy.study.verdicts import judge_vehicle
        from roadworthy.vehicles import catalogue

        if vehicle not in catalogue().ids:
            raise unknown("vehicle", vehicle[:64], catalogue().ids)
        return await office.slowly(lambda: dict(plain(judge_vehicle(vehicle, reform_id=reform, place=state))))

    return found
