"""A drawing as a file of its own: the SVG with the styles of the report inside, so that it opens anywhere."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from roadworthy.core import InputError
from roadworthy.core.files import write_atomic

END = "/* end */"
MARGIN_PX = 16.0


def standalone(svg: str) -> str:
    """The drawing with name space, background and styles."""
    css = files("roadworthy.report").joinpath("report.css").read_text(encoding="utf-8").split(END, 1)[0]
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)" width="[\d.]+" height="[\d.]+"', svg)
    if size is None:
        raise ValueError("not a drawing of this package")
    w, h = float(size.group(1)) + 2 * MARGIN_PX, float(size.group(2)) + 2 * MARGIN_PX
    box = f'viewBox="{-MARGIN_PX:.0f} {-MARGIN_PX:.0f} {w:.0f} {h:.0f}" width="{w:.0f}" height="{h:.0f}" xmlns="http://www.w3.org/2000/svg"'
    head, body = svg.replace(size.group(0), box).split(">", 1)
    ground = f'<rect x="{-MARGIN_PX:.0f}" y="{-MARGIN_PX:.0f}" width="{w:.0f}" height="{h:.0f}" fill="var(--paper)"/>'
    return f"{head}><style>{css}</style>{ground}{body}"


def save(svg: str, path: Path) -> None:
    """Write a drawing to a file."""
    if not svg:
        raise InputError("there is nothing to draw: length and height are not known", "give both in the vehicle file", code="picture.empty")
    write_atomic(path, standalone(svg))
