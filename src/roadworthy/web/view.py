"""An answer as the page shows it: sentences, cards, chips, strips and rows, ready for a template or a socket.

The same function serves the first page, every move and every embedded card, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2

from roadworthy.core import MARK
from roadworthy.report import cards_money, cards_paths
from roadworthy.report import reading as r
from roadworthy.report.cards import Card
from roadworthy.report.html import rich
from roadworthy.report.normal import normal
from roadworthy.report.numbers import known, of_100
from roadworthy.report.plain_words import buy_word, pays, relax, sold
from roadworthy.study.levers import Choice, levers, themes
from roadworthy.web import japanese
from roadworthy.web.money import card_in_yen, in_yen, rate_note, sign
from roadworthy.web.words import Manner

TEMPLATES = Path(__file__).parent / "templates"
CHIPS = 3
USUAL = Manner()
SMALLEST_STRIP = {"who_buys": 4.0, "gives_up": 9.0}
"""Shares of 100 below this stand together: a narrower piece cannot hold its name."""
INCOME_K = {"below_25k": "<25", "25_to_50k": "25–50", "50_to_100k": "50–100", "100_to_200k": "100–200", "above_200k": ">200"}
"""Household income in thousand dollars a year, for pieces too narrow for the group's name."""
LITRES_PER_GALLON = 3.785411784


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """The templates."""
    found = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    found.filters["rich"] = rich
    return found


def summary_of(live: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """A live answer as the Summary that the report's functions read."""
    row = {**live["answer"], "title": "This reform"}
    return normal(
        {
            "headline": row["id"], "reforms": [row], "tornado": live.get("tornado", []), "central_net_usd": live.get("central_net_usd"),
            "study": {"horizon_years": 30}, "support": seen.get("support"), "record": seen.get("record", []),
        }
    )  # fmt: skip


def cards(summary: Mapping[str, Any], how: Manner) -> dict[str, Card]:
    """The live figures by id; the tornado only where the answer has one."""
    given, summary = summary, in_yen(summary, how.per_usd) if how.yen else summary
    made = [
        cards_paths.sales(given),
        cards_money.deaths(summary),
        cards_paths.gasoline(summary, LITRES_PER_GALLON if how.metric else 1.0),
        cards_paths.carbon(summary),
        cards_money.waterfall(summary, how.rate),
        cards_money.tornado(summary),
    ]
    found = [card_in_yen(card) if how.yen else card for card in made if card is not None]
    return {card.id: japanese.card(card) if how.lang == "ja" else card for card in found}


def sentences(summary: Mapping[str, Any], moved: bool, how: Manner = USUAL) -> dict[str, str]:
    """The two sentences of the page, short: the word and its band."""
    if how.lang == "ja":
        given = japanese.answers(in_yen(summary, how.per_usd) if how.yen else summary, moved, yen=how.yen)
        return {name: rich(text) for name, text in given.items()}
    if how.yen:
        said = sentences(in_yen(summary, how.per_usd), moved)
        return {name: sign(text) for name, text in said.items()}
    first = relax(summary)
    band = r.headline(summary).get("units_y5")
    clause = sold(summary) if moved else None
    second = f"{clause}{pays(summary)}." if clause else "Nothing new may be sold, so nothing is."
    text = first["text"].replace("This reform, if cars are sold: ", "If cars are sold: ").replace("This reform: ", "")
    return {
        "relax": rich(f"**{first['word']}.** {text[:1].upper()}{text[1:]}"),
        "buy": rich(f"**{buy_word(band) if clause else 'Not asked'}.** {second}"),
    }


def strips(answer: Mapping[str, Any], how: Manner = USUAL) -> dict[str, list[dict[str, Any]]]:
    """Who buys and what they give up: shares of 100 in the middle of the draws, scaled to 100, largest first."""
    found = {}
    for name in ("who_buys", "gives_up"):
        rows = [
            (float(x["share"]["p50"]), r.text(x.get("label")), INCOME_K.get(r.text(x.get("id")), ""))
            for x in r.records(answer.get(name))
            if known(x.get("share"))
        ]
        total = sum(row[0] for row in rows) or 1.0
        shares = sorted(((100.0 * v / total, label, short) for v, label, short in rows if v > 0), key=lambda x: -x[0])
        small = [row[0] for row in shares if row[0] < SMALLEST_STRIP[name]]
        if len(small) > 1:
            shares = [*(x for x in shares if x[0] >= SMALLEST_STRIP[name]), (sum(small), "others", "")]
        found[name] = [
            {
                "label": how.phrase(label),
                "short": short or how.phrase(label),
                "value": f"{v:.0f}" if v >= 1 else "<1",
                "share": round(v, 2),
                "shade": "abcd"[min(i, 3)],
            }
            for i, (v, label, short) in enumerate(shares)
        ]
    return found


def chips(live: Mapping[str, Any], how: Manner) -> dict[str, Any]:
    """What differs from today, the reader's own moves first; three, then how many more."""
    rows = []
    for given in sorted(live["changes"], key=lambda c: not c["mine"]):
        lever = levers()[given["id"]]
        known = {k: how.said(lever, given[f"{k}_value"]) for k in ("was", "now") if given[f"{k}_value"] is not None}
        rows.append({**given, **known, "name": how.label(lever)})
    return {"shown": rows[:CHIPS], "more": rows[CHIPS:], "mine": sum(row["mine"] for row in rows)}


def numbers(found: Mapping[str, Card]) -> dict[str, str]:
    """The headline numbers, for pins and comparison."""
    return {name: card.big for name, card in found.items() if card.kind != "wide"}


def handle(found: Mapping[str, Card], summary: Mapping[str, Any], mine: int, how: Manner) -> str:
    """What the drawer's handle says on a telephone."""
    return how.word("handle").format(mine=mine, net=found["waterfall"].big, gain=of_100(r.gain(r.headline(summary), how.rate)))


def lever_rows(choice: Choice, before: Mapping[str, Any], today: Mapping[str, Any], how: Manner) -> list[dict[str, Any]]:
    """Every lever as the panel draws it, by theme: where it stands, where today is, its words."""
    groups: dict[str, list[dict[str, Any]]] = {theme: [] for theme in themes()}
    for name, lever in levers().items():
        value = choice.values.get(name, before[name])
        now = today[name] if today[name] is not None else before[name]
        gone = lever.room == "reform" and before[name] is None
        row: dict[str, Any] = {
            "lever": lever, "label": how.label(lever), "value": value, "said": how.said(lever, value) if value is not None else how.word("not_in_reform" if gone else "drawn"),
            "moved": name in choice.values, "now": now, "now_said": how.said(lever, now), "start": before[name], "changed": value != now, "gone": gone, "mark": MARK[lever.status],  # type: ignore[index]
        }  # fmt: skip
        if not lever.choices:
            at, q = (value if value is not None else lever.high), (now if now is not None else lever.low)
            width = lever.high - lever.low
            row |= {"at": at, "v": 100.0 * (float(at) - lever.low) / width, "q": 100.0 * (float(q) - lever.low) / width}
            row |= {"low_said": how.bare(lever, lever.low), "high_said": how.bare(lever, lever.high)}
        groups[lever.theme].append(row)
    return [{"id": theme, "title": how.word(theme), "rows": rows} for theme, rows in groups.items()]


def message(live: Mapping[str, Any], seen: Mapping[str, Any], how: Manner, tables: bool) -> dict[str, Any]:
    """What a socket sends for an answer: cards as rows and signals, and the few parts of the page that are text."""
    summary = summary_of(live, seen)
    found = cards(summary, how)
    part = environment().get_template("parts.html.jinja").module
    chipped = chips(live, how)
    moved = bool(live["answer"]["routes"] and any(x["open"] for x in live["answer"]["routes"].values()))
    wires = {name: card.wire() for name, card in found.items()}
    if not tables:
        for wire in wires.values():
            del wire["heads"], wire["rows"]
    return {
        "kind": live["kind"], "draws": live["draws"], "key": live["key"], "choice": live["choice"], "cards": wires,
        "parts": {
            "answer": str(part.answer(sentences(summary, moved, how), how)),  # type: ignore[attr-defined]
            "chips": str(part.chips(chipped, how)),  # type: ignore[attr-defined]
            "strips": str(part.strips(strips(live["answer"], how), how)),  # type: ignore[attr-defined]
            "foot": str(part.foot(live, how, rate_note(how.per_usd, how.word("rate_moved"), how.word("rate_standing")) if how.yen else "")),  # type: ignore[attr-defined]
        },
        "numbers": numbers(found), "handle": handle(found, summary, chipped["mine"], how),
        "flags": live["answer"]["flags"], "seconds": live["seconds"],
    }  # fmt: skip


__all__ = ["cards", "chips", "environment", "lever_rows", "message", "sentences", "strips", "summary_of"]
