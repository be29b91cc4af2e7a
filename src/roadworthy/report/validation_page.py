"""The table of facts as one page that anyone can open: counts, scatter plots, misses, every row with its source."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from roadworthy.core.files import write_atomic
from roadworthy.report import reading as r
from roadworthy.report.charts_validation import scatters
from roadworthy.report.html import figure, style
from roadworthy.report.numbers import UNKNOWN, finite, plain
from roadworthy.report.terminal_validation import COUNTS, SIGN, numbers, size

ROOM_HEADS = ("room", "facts", "never seen: inside", "outside", "no value", "fitted: inside", "outside", "no value")
HEADS = ("", "room", "fact", "published", "ours", "error", "tolerance", "used in fitting", "source")


def _row(f: Mapping[str, Any]) -> list[str]:
    unit, kind = r.text(f.get("unit")), f.get("kind")
    return [
        SIGN[f.get("inside")],
        r.text(f.get("room")),
        r.text(f.get("what")),
        f"{plain(f.get('published'), digits=3)} {unit}",
        plain(f.get("ours"), digits=3) if finite(f.get("ours")) is not None else UNKNOWN,
        size(f.get("error"), kind, unit),
        size(f.get("tolerance"), kind, unit),
        "yes" if f.get("fitted") else "no",
        r.text(f.get("source")),
    ]


def render_validation_page(validation: Mapping[str, Any], version: str) -> str:
    """The page as one HTML text; nothing is fetched from anywhere."""
    import jinja2

    total = r.record(validation.get("total"))
    facts = r.records(validation.get("facts"))
    source = files("roadworthy.report").joinpath("templates/validation.html.jinja").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(source).render(
        css=style(),
        version=version,
        unseen_in=total["unseen_inside"],
        unseen=total["unseen_inside"] + total["unseen_outside"] + total["unseen_unknown"],
        fitted_in=total["fitted_inside"],
        fitted=total["fitted_inside"] + total["fitted_outside"] + total["fitted_unknown"],
        unknown=total["unseen_unknown"] + total["fitted_unknown"],
        room_heads=ROOM_HEADS,
        rooms=[[x["room"], *(str(x[k]) for k in COUNTS)] for x in r.records(validation.get("rooms"))],
        figures=[figure(chart, "validate") for chart in scatters(validation)],
        misses=[
            {"place": f"{r.text(f.get('room'))}: {r.text(f.get('what'))}.", "numbers": numbers(f), "note": r.text(f.get("note"))}
            for f in facts
            if f.get("inside") is not True
        ],
        public=_public(r.record(validation.get("public"))),
        heads=HEADS,
        rows=[_row(f) for f in facts],
    )


def _public(found: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the full public files say, where a folder was given."""
    if not found:
        return None
    facts = r.records(found.get("facts"))
    return {
        "agree": sum(f.get("inside") is True for f in facts),
        "facts": len(facts),
        "rows": [_row(f) for f in facts],
        "left_out": list(found.get("left_out") or ()),
    }


def write_validation_page(validation: Mapping[str, Any], version: str, path: Path | str) -> Path:
    """The page in a file, written whole or not at all."""
    return write_atomic(path, render_validation_page(validation, version))
