"""How is a table set in a terminal of any width?

Columns take the width they need; where they do not fit, the wordy ones wrap, and where that is not enough each row becomes a list.
Colour and bold only repeat what a word, a sign or a mark says: without them the text is the same.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

BOLD, DIM, YELLOW, RED, GREEN, BLUE, RESET = "\x1b[1m", "\x1b[2m", "\x1b[33m", "\x1b[31m", "\x1b[32m", "\x1b[34m", "\x1b[0m"
RULE = "─"
LEAST_TEXT = 14
LEAST_WIDTH = 32


def tint(text: str, code: str, colour: bool) -> str:
    """The text in a colour when colour may be used."""
    return f"{code}{text}{RESET}" if colour and text else text


def bare(text: str) -> str:
    """Text without the marks of bold and band."""
    return re.sub(r"\*\*|==", "", text)


def visible(text: str) -> int:
    """Columns that a text takes."""
    return len(re.sub(r"\x1b\[\d+m", "", text))


def pad(text: str, width: int, align: str = "l") -> str:
    """The text filled to a width, left, right or centred."""
    spare = max(width - visible(text), 0)
    return (
        " " * spare + text
        if align == "r"
        else " " * (spare // 2) + text + " " * (spare - spare // 2)
        if align == "c"
        else text + " " * spare
    )


def wrap(text: str, width: int, indent: int = 0, first: str = "") -> list[str]:
    """A paragraph with a hanging indent, `first` standing in it."""
    if len(first) > indent:
        return [*wrap(first, width), *wrap(text, width, indent)]
    inside = max(width - indent, LEAST_TEXT)
    lines = textwrap.wrap(bare(text), inside) or [""]
    return [(first.ljust(indent) if i == 0 else " " * indent) + line for i, line in enumerate(lines)]


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], align: str, width: int, *, indent: int = 1, gap: int = 2) -> list[str]:
    """A table of at most `width` columns; `align` holds l, r or w (left and may wrap) for each column."""
    cells = [[str(c) for c in row] for row in rows]
    natural = [max([visible(h), *(visible(row[i]) for row in cells)]) for i, h in enumerate(heads)]
    room = width - indent - gap * (len(heads) - 1)
    sizes = list(natural)
    while sum(sizes) > room:
        soft = [i for i, a in enumerate(align) if a == "w" and sizes[i] > LEAST_TEXT]
        if not soft:
            return as_list(heads, cells, width, indent)
        widest = max(soft, key=lambda i: sizes[i])
        sizes[widest] -= 1
    sides = [a.replace("w", "l") for a in align]
    out = [
        " " * indent + (" " * gap).join(pad(line[i], sizes[i], sides[i]) for i in range(len(heads))).rstrip()
        for line in _lines(list(heads), sizes, align)
    ]
    out.append(" " * indent + RULE * (sum(sizes) + gap * (len(heads) - 1)))
    for row in cells:
        out += [
            " " * indent + (" " * gap).join(pad(line[i], sizes[i], sides[i]) for i in range(len(heads))).rstrip()
            for line in _lines(row, sizes, align)
        ]
    return out


def _lines(row: list[str], sizes: Sequence[int], align: str) -> list[list[str]]:
    parts = [_fold(cell, sizes[i]) if align[i] == "w" else [cell] for i, cell in enumerate(row)]
    tall = max(len(p) for p in parts)
    return [[p[n] if n < len(p) else "" for p in parts] for n in range(tall)]


def _fold(cell: str, size: int) -> list[str]:
    if visible(cell) <= size:
        return [cell]
    lead = len(cell) - len(cell.lstrip())
    return [" " * lead + line for line in textwrap.wrap(cell.strip(), max(size - lead, 4))] or [""]


def as_list(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int, indent: int = 1) -> list[str]:
    """Each row as its name and one line a value, for narrow terminals."""
    out: list[str] = []
    size = min(max((visible(h) for h in heads[1:]), default=0), max(width // 2 - indent - 2, 6))
    for row in rows:
        out += wrap(row[0], width, indent, " " * indent)
        for head, cell in zip(heads[1:], row[1:], strict=True):
            if cell.strip():
                folded = textwrap.wrap(head, size) or [""]
                said = textwrap.wrap(cell.strip(), max(width - indent - size - 4, 8)) or [""]
                for n in range(max(len(folded), len(said))):
                    left = folded[n] if n < len(folded) else ""
                    out.append((" " * (indent + 2) + pad(left, size) + "  " + (said[n] if n < len(said) else "")).rstrip())
    return out


def grouped(
    heads: Sequence[tuple[str, Sequence[str]]],
    rows: Sequence[tuple[str, Sequence[Sequence[str]]]],
    width: int,
    first: str,
    star: int | None = None,
) -> list[str]:
    """Columns in named groups, numbers to the right; groups that do not fit go to a table below, each with the row's name.

    `star` is the row that is marked.
    """
    names = [first, *(name for name, _ in rows)]
    room = max(map(len, names)) + 1
    sizes = [[max([visible(h), *(visible(row[g][i]) for _, row in rows)]) for i, h in enumerate(subs)] for g, (_, subs) in enumerate(heads)]
    spans = [max(sum(s) + len(s) - 1, visible(heads[g][0])) for g, s in enumerate(sizes)]
    if any(room + 2 + span > width for span in spans):
        flat = [f"{title} {sub}".strip() for title, subs in heads for sub in subs]
        return as_list([first, *flat], [[name, *(c for part in row for c in part)] for name, row in rows], width)
    parts: list[list[int]] = [[]]
    used = room
    for g, span in enumerate(spans):
        if parts[-1] and used + 2 + span > width:
            parts.append([])
            used = room
        parts[-1].append(g)
        used += 2 + span
    out: list[str] = []
    for part in parts:
        out += [""] if out else []
        out += _block(heads, rows, part, sizes, spans, room, first, star)
    return out


def _block(
    heads: Sequence[tuple[str, Sequence[str]]],
    rows: Sequence[tuple[str, Sequence[Sequence[str]]]],
    part: Sequence[int],
    sizes: Sequence[Sequence[int]],
    spans: Sequence[int],
    room: int,
    first: str,
    star: int | None,
) -> list[str]:
    def line(name: str, cells: Sequence[Sequence[str]], sign: str = " ") -> str:
        said = [pad(" ".join(pad(c, sizes[g][i], "r") for i, c in enumerate(cells[g])), spans[g], "r") for g in part]
        return (sign + name.ljust(room - 1) + "  " + "  ".join(said)).rstrip()

    top = (" " * room + "  " + "  ".join(pad(heads[g][0], spans[g], "r") for g in part)).rstrip()
    under = line(first, [subs for _, subs in heads])
    body = [line(name, cells, "▶" if i == star else " ") for i, (name, cells) in enumerate(rows)]
    return [top, under, " " + RULE * (room - 1 + sum(spans[g] + 2 for g in part)), *body]
