"""Frozen answers under their key: the report, and by suffix everything one may take away.

A key is first looked for among kept answers, then among what was asked lately; one that is nowhere is a 404 with a near name.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from roadworthy.core.errors import unknown
from roadworthy.core.plain import plain
from roadworthy.report import charts as gallery
from roadworthy.report import render, sentences
from roadworthy.report.html import alone
from roadworthy.report.normal import normal
from roadworthy.study import store
from roadworthy.web import bundle
from roadworthy.web.office import Office
from roadworthy.web.policy import base_of
from roadworthy.web.view import cards, environment
from roadworthy.web.words import Manner

KEY_LETTERS = set("0123456789abcdef")
MOST_KEY = 64
KINDS = {
    "html": "text/html; charset=utf-8", "json": "application/json", "csv": "text/csv; charset=utf-8", "svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf",
    "parquet": "application/vnd.apache.parquet", "ipynb": "application/x-ipynb+json", "zip": "application/zip", "py": "text/x-python; charset=utf-8",
}  # fmt: skip
REPORT = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
FIRST_CHART = "sales"
T = TypeVar("T")


def answer_of(office: Office, key: str) -> dict[str, Any]:
    """The kept answer of a key, or the one it names computed now; unknown keys give a near one."""
    if not _proper(key):
        raise unknown("key", key[:MOST_KEY], store.keys()[:8])
    choice = office.choice_of(key)
    if choice is not None and (office.desk.known(choice) or not store.has(key)):
        found: dict[str, Any] = dict(plain(office.desk.full(choice, lambda: office.closing)))
    else:
        found = store.recall(key)
    if not found.get("sentences"):
        found["sentences"] = sentences(found)
    return found


def _proper(key: str) -> bool:
    return bool(key) and len(key) <= MOST_KEY and not set(key) - KEY_LETTERS


def at_hand(office: Office, key: str) -> bool:
    """Whether the answer of a key needs no computing; a key that nobody knows needs none either."""
    choice = office.choice_of(key)
    return choice is None or not _proper(key) or office.desk.known(choice) is not None or store.has(key)


def chart_of(office: Office, answer: dict[str, Any], name: str | None) -> Any:
    """One chart of an answer: the report's own, or a card where the report has none. Its charts are kept: readers take several."""
    made = office.charts.get(answer["key"])
    if made is None:
        said = normal(answer)
        made = office.charts.put(answer["key"], {**cards(said, Manner()), **gallery(said)})
    name = name or FIRST_CHART
    if name not in made:
        raise unknown("chart", name[:40], made)
    return made[name]


def drawn(chart: Any) -> str:
    """The stand-alone picture of a chart, in the light colours."""
    return bundle.light(alone(chart.svg()))


def body_of(office: Office, key: str, suffix: str, chart: str | None, base: str) -> bytes | str:
    """What a suffix gives."""
    found = answer_of(office, key)
    if suffix in ("svg", "png", "pdf"):
        return bundle.picture(drawn(chart_of(office, found, chart)), suffix)
    if suffix == "csv":
        return bundle.chart_csv(chart_of(office, found, chart), found["key"]) if chart else bundle.numbers_csv(found, base)
    if suffix == "json":
        given = chart_of(office, found, chart) if chart else None
        if given is None:
            return json.dumps(found, ensure_ascii=False)
        return str(given.spec()) if callable(getattr(given, "spec", None)) else json.dumps(given.whole(), ensure_ascii=False)
    if suffix == "parquet":
        return bundle.draws(found["key"])
    if suffix == "ipynb":
        return bundle.notebook(found, base)
    if suffix == "py":
        return bundle.code(found)
    if suffix == "zip":
        return bundle.everything(found, base)
    return render(found)


def router(office: Office) -> APIRouter:
    """Frozen answers."""
    found = APIRouter(tags=["frozen answers"])

    async def ready(key: str, work: Callable[[], T]) -> T:
        """In the line of patient work only where something must be computed."""
        return await (office.handed(work) if at_hand(office, key) else office.slowly(work))

    @found.get(
        "/s/{name}",
        responses={200: {"content": {kind.split(";")[0]: {} for kind in KINDS.values()}}, 404: {}, 422: {}},
        response_class=Response,
    )
    async def frozen(name: str, request: Request, chart: str | None = None) -> Response:
        """A frozen answer: /s/KEY is its report; .json .csv .svg .png .pdf .parquet .ipynb .py .zip by suffix, ?chart= for one chart."""
        key, _, suffix = name.partition(".")
        suffix = suffix or "html"
        if suffix not in KINDS:
            raise unknown("suffix", suffix[:16], KINDS)
        base = base_of(request)
        body = await ready(key, lambda: body_of(office, key, suffix, chart, base))
        headers = {"cache-control": "public, max-age=3600"}
        if suffix == "html":
            headers["content-security-policy"] = REPORT
        else:
            headers["content-disposition"] = (
                f'{"inline" if suffix in ("svg", "png", "json") else "attachment"}; filename="roadworthy-{key[:12]}{"-" + chart if chart and chart.replace("-", "").isalnum() else ""}.{suffix}"'
            )
        return Response(body, media_type=KINDS[suffix], headers=headers)

    @found.get("/embed/{key}/{chart}", response_class=HTMLResponse, responses={404: {}, 422: {}})
    async def embed(key: str, chart: str, request: Request) -> str:
        """One chart with its sentence and source, for another page's frame."""
        base = base_of(request)

        def make() -> str:
            answer = answer_of(office, key)
            shown = chart_of(office, answer, chart)
            return (
                environment()
                .get_template("embed.html.jinja")
                .render(chart=shown, svg=drawn(shown), key=answer["key"], base=base, title=answer["reforms"][-1]["title"])
            )

        return await ready(key, make)

    @found.get("/report", response_class=HTMLResponse, include_in_schema=False)
    async def report(request: Request) -> Response:
        from roadworthy.web.policy import asked

        def make() -> str:
            choice, _, _ = asked(office, request)
            office.quick(choice)
            return render(answer_of(office, office.quick(choice)["key"]))

        return HTMLResponse(await office.slowly(make), headers={"content-security-policy": REPORT})

    return found


__all__ = ["answer_of", "router"]
