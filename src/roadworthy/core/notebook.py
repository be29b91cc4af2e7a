"""Small tables for notebooks: plain HTML that needs no script, no style sheet and no network, and renders in static viewers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

MOST_ROWS = 12


def table_html(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], note: str = "") -> str:
    """A captioned table of texts; rows beyond the twelfth are folded."""
    listed = [[escape(str(cell)) for cell in row] for row in rows]
    head = "<tr>" + "".join(f'<th scope="col" style="text-align:left">{escape(h)}</th>' for h in heads) + "</tr>"

    def body(some: Sequence[Sequence[str]]) -> str:
        return "".join("<tr>" + "".join(f'<td style="text-align:left">{cell}</td>' for cell in row) + "</tr>" for row in some)

    text = f"<table><caption style='text-align:left'>{escape(caption)}</caption><thead>{head}</thead><tbody>{body(listed[:MOST_ROWS])}</tbody></table>"
    rest = listed[MOST_ROWS:]
    if rest:
        text += f"<details><summary>{len(rest)} more</summary><table><thead>{head}</thead><tbody>{body(rest)}</tbody></table></details>"
    return text + (f"<p><small>{escape(note)}</small></p>" if note else "")
