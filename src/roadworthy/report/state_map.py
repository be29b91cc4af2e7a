"""Which states would plate one? A tile map of the 51 jurisdictions, on the page, as a picture of its own, and in letters.

Legal solid, restricted pale with a corner, antique outlined, closed grey, unclear dashed; a yellow dot where sources conflict. The map's
key carries the counts, so that it is a table too; no state is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.chart import Chart
from roadworthy.report.numbers import finite
from roadworthy.report.theme import FONT, TOKENS

STYLES = {
    "yes": ("ok", "yes", "+"),
    "legal": ("ok", "legal", "+"),
    "legal_restricted": ("re", "restricted", "r"),
    "restricted": ("re", "restricted", "r"),
    "discretionary": ("re", "an agency may", "~"),
    "antique_only": ("an", "antique only", "a"),
    "antique": ("an", "antique only", "a"),
    "no": ("no", "no", "-"),
    "prohibited": ("no", "prohibited", "-"),
    "outside": ("no", "outside the state's own class", "-"),
    "road": ("no", "not on such a road", "-"),
    "unknown": ("un", "not known", "?"),
    "unclear": ("un", "unclear", "?"),
}
"""How a state is drawn, said, and set in letters."""
TILE_PX = 22.6
ROWS = (
    "AK .. .. .. .. .. .. .. .. .. ME",
    ".. .. .. .. .. .. .. .. .. VT NH",
    "WA ID MT ND MN IL WI MI NY RI MA",
    "OR NV WY SD IA IN OH PA NJ CT ..",
    "CA UT CO NE MO KY WV VA MD DE ..",
    ".. AZ NM KS AR TN NC SC DC .. ..",
    ".. .. .. OK LA MS AL GA .. .. ..",
    "HI .. .. TX .. .. .. .. FL .. ..",
)
OWN_COLOURS = {"gain-t": "#BFDFD6", "q": "#5B6672"}
"""Tints of the style sheet that only the map uses."""


def tile_places() -> dict[str, tuple[int, int]]:
    """Column and row of each state on the tile map."""
    return {code: (x, y) for y, row in enumerate(ROWS) for x, code in enumerate(row.split()) if code != ".."}


def style(status: str) -> tuple[str, str, str]:
    """Class, words and letter of a status."""
    return STYLES.get(status, STYLES["unclear"])


def plates(summary: Mapping[str, Any]) -> Chart | None:
    """Which states would plate one."""
    given = r.record(summary.get("plates"))
    states = r.records(given.get("states", given.get("per_state")))
    if not states:
        return None
    rows = [_row(state) for state in states]
    said, conflicts = spoken(rows), sum(row["conflict"] == "yes" for row in rows)
    count = conflicts or int(finite(given.get("conflicts")) or 0)
    parts = [
        r.text(given.get("off_by")) or said,
        r.text(given.get("note")),
        f"sources conflict for {count}{' (yellow dot)' if conflicts else ''}",
        "a federal class does not open a state",
    ]
    note = " ".join(f"{p[0].upper()}{p[1:].rstrip('.')}." for p in parts if p)
    svg = tiles(rows)
    columns = [("code", "state"), ("status", "registration"), ("conflict", "sources conflict")]
    columns += [(key, words) for key, words in (("cap", "road cap, mph"), ("clause", "rule")) if any(row.get(key) for row in rows)]
    return Chart(
        "plates", "May a state plate one?", f"Tile map of state registration: {said}; sources conflict for {count}.", columns, rows,
        "today, by state", note, svg, svg,
    )  # fmt: skip


def _row(state: Mapping[str, Any]) -> dict[str, Any]:
    cap = finite(state.get("road_cap_mph"))
    return {
        "code": r.text(state.get("code", state.get("id"))).upper(), "status": r.text(state.get("status"), "unclear"),
        "conflict": "yes" if state.get("conflict") else "no", "cap": f"{cap:g}" if cap else "", "clause": r.text(state.get("clause")),
        "why": r.text(state.get("off_by")),
    }  # fmt: skip


def spoken(rows: Sequence[Mapping[str, Any]]) -> str:
    """The counts in words: '16 legal, 14 restricted, ...'."""
    counts: dict[str, int] = {}
    for name in STYLES:
        words = style(name)[1]
        found = sum(row["status"] == name for row in rows)
        if found:
            counts[words] = counts.get(words, 0) + found
    return ", ".join(f"{n} {words}" for words, n in counts.items())


def tiles(rows: Sequence[Mapping[str, Any]]) -> str:
    """The drawing, coloured by the page's style sheet; each tile says its state's answer."""
    places, drawn = tile_places(), []
    for row in rows:
        if row["code"] not in places:
            continue
        kind, words, _ = style(row["status"])
        x, y = (c * TILE_PX + 1.0 for c in places[row["code"]])
        corner = f'<path class="cor" d="M{x:.1f} {y + 20.6:.1f}v-6l6 6z"/>' if kind == "re" else ""
        dot = f'<circle class="cf" cx="{x + 17.3:.1f}" cy="{y + 3.8:.1f}" r="2"/>' if row["conflict"] == "yes" else ""
        why = "; ".join(part for part in (words, row.get("why", ""), f"roads to {row['cap']} mph" if row.get("cap") else "") if part)
        drawn.append(
            f'<g class="tl {kind}"><title>{escape(row["code"])}: {escape(why)}</title><rect x="{x:.1f}" y="{y:.1f}" width="20.7" height="20.6" rx="1.5"/>'
            f'{corner}<text class="c" x="{x + 10.4:.1f}" y="{y + 14.2:.1f}">{escape(row["code"])}</text>{dot}</g>'
        )
    return f'<svg class="map" viewBox="0 0 250 183" width="250" height="183">{"".join(drawn)}</svg>'


def picture(states: Sequence[Mapping[str, Any]], title: str) -> str:
    """The map as a picture of its own, in the light colours, with its title and key."""
    rows = [_row(state) for state in states]
    t = TOKENS | OWN_COLOURS
    css = (
        f"text{{font:11px {FONT};fill:{t['ink2']}}}.c{{text-anchor:middle}}.ok rect{{fill:{t['gain']}}}.ok text{{fill:{t['card']};font-weight:600}}"
        f".re rect{{fill:{t['gain-t']}}}.re text,.an text{{fill:{t['ink']}}}.cor{{fill:{t['gain']}}}.an rect{{fill:{t['card']};stroke:{t['gain']};stroke-width:1.4}}"
        f".no rect{{fill:{t['q']}}}.no text{{fill:{t['card']}}}.un rect{{fill:none;stroke:{t['ink3']};stroke-dasharray:2 2}}"
        f".cf{{fill:{t['kei']};stroke:{t['ink']};stroke-width:.7}}.h{{font-weight:650;font-size:13px;fill:{t['ink']}}}"
    )
    conflicts = sum(row["conflict"] == "yes" for row in rows)
    lines = [
        *_folded(spoken(rows)),
        f"yellow dot: sources conflict ({conflicts})" if conflicts else "",
        "state rules; a federal door is needed too",
    ]
    text = "".join(f'<text x="8" y="{222 + 15 * i}">{escape(line)}</text>' for i, line in enumerate(x for x in lines if x))
    inner = (
        tiles(rows)
        .replace('<svg class="map" viewBox="0 0 250 183" width="250" height="183">', '<g transform="translate(8 28)">')
        .replace("</svg>", "</g>")
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 268 285" width="536" height="570" role="img" aria-label="{escape(title)}"><style>{css}</style>'
        f'<rect width="268" height="285" fill="{t["paper"]}"/><text class="h" x="8" y="17">{escape(title)}</text>{inner}{text}</svg>\n'
    )


def _folded(text: str, most: int = 46) -> list[str]:
    lines = [""]
    for part in text.split(", "):
        longer = f"{lines[-1]}, {part}" if lines[-1] else part
        if len(longer) > most:
            lines.append(part)
        else:
            lines[-1] = longer
    return lines


def letters(states: Sequence[Mapping[str, Any]]) -> list[str]:
    """The map in letters: each state with the sign of its answer, ! where sources conflict."""
    found = {row["code"]: style(row["status"])[2] + ("!" if row["conflict"] == "yes" else " ") for row in map(_row, states)}
    return ["".join(f"{code}{found.get(code, '? ')} " if code != ".." else "     " for code in row.split()).rstrip() for row in ROWS]
