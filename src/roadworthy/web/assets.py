"""The page's own files: style, modules, compiled specifications and the chart library, each served from memory under a fixed list."""

from __future__ import annotations

import gzip
import json
import re
from functools import lru_cache
from pathlib import Path

from fastapi import Request, Response

from roadworthy.core.errors import unknown
from roadworthy.core.files import cache_folder, digest, write_atomic
from roadworthy.report import cards_money, cards_paths
from roadworthy.report.cards import compiled
from roadworthy.report.html import style as report_style
from roadworthy.report.theme import DRAWING, VERSION

FOLDER = Path(__file__).parent / "static"
KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".json": "application/json"}
A_YEAR_S = 31_536_000


def library() -> bytes:
    """Vega and its embedder from the installed wheel, gzipped; made once and kept."""
    file = cache_folder() / "vega" / f"{digest('vega bundle', VERSION)}.js.gz"
    try:
        return file.read_bytes()
    except OSError:
        import vl_convert

        with DRAWING:
            bundle = vl_convert.javascript_bundle(vl_version=VERSION)  # type: ignore[call-arg]  # the stub has it without a default
        packed = gzip.compress(bundle.encode(), 9)
        write_atomic(file, packed)
        return packed


def specs() -> bytes:
    """Every live chart in the form that a browser runs, by id."""
    given = {
        "sales": cards_paths.sales_spec(), "deaths": cards_money.deaths_spec(), "gasoline": cards_paths.saving_spec(), "carbon": cards_paths.saving_spec(),
        "waterfall": cards_money.waterfall_spec(), "tornado": cards_money.tornado_spec(),
    }  # fmt: skip
    return gzip.compress(json.dumps({name: compiled(spec) for name, spec in given.items()}).encode(), 9)


@lru_cache(maxsize=1)
def packed() -> dict[str, tuple[str, bytes]]:
    """Kind and gzipped bytes of each file by name: only what is listed here can be asked for."""
    found = {
        file.name: (KINDS[file.suffix], gzip.compress(file.read_bytes(), 9)) for file in sorted(FOLDER.iterdir()) if file.suffix in KINDS
    }
    style = f"{drawing()}\n{(FOLDER / 'page.css').read_text(encoding='utf-8')}"
    found["page.css"] = (KINDS[".css"], gzip.compress(style.encode(), 9))
    return found | {"vega.js": (KINDS[".js"], library()), "specs.json": (KINDS[".json"], specs())}


def drawing() -> str:
    """The rules of the report's drawings, which the page shows too."""
    found = re.search(r"/\* drawing \*/(.*?)/\* end \*/", report_style(), re.DOTALL)
    return found[1].strip() if found else ""


@lru_cache(maxsize=1)
def version() -> str:
    """A name of these files together, for addresses that may be kept for a year."""
    return digest(
        "assets", report_style(), *(file.read_text(encoding="utf-8") for file in sorted(FOLDER.iterdir()) if file.suffix in KINDS)
    )


def serve(name: str, request: Request) -> Response:
    """One file, gzipped for those who take it."""
    if name not in packed():
        raise unknown("file", name[:64], packed())
    kind, body = packed()[name]
    tag = f'"{version()}-{name}"'
    headers = {
        "etag": tag,
        "cache-control": f"public, max-age={A_YEAR_S}, immutable" if request.url.query else "no-cache",
        "vary": "accept-encoding",
    }
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(gzip.decompress(body), media_type=kind, headers=headers)
    return Response(body, media_type=kind, headers={**headers, "content-encoding": "gzip"})
