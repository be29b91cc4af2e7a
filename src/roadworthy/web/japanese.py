"""The two answers and the charts' words in Japanese, from the same numbers and thresholds as the English.

Money is counted in 億 and 兆, as Japanese readers count it. A word that has no entry stays English; `phrases.yaml` lists them.
Limits: stories, the method page and the names of the tornado's assumptions are English. Not yet read by a reader of Japanese.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.cards import Card
from roadworthy.report.numbers import counted, finite, known, of_100, outer, plain
from roadworthy.report.plain_words import buy_word, relax

FILE = Path(__file__).parent / "phrases.yaml"
COUNTS = ((1e12, "兆"), (1e8, "億"), (1e4, "万"), (1.0, ""))
ROUTES = {"import": "輸入", "us_plant": "米国工場"}
SCALES = {
    f"{by} {sign}": f"{word}{name}"
    for by, word in (("M", "百万"), ("bn", "十億"), ("tn", "兆"))
    for sign, name in (("$", "ドル"), ("¥", "円"))
}
SPOKEN = ("label", "party", "name", "unit", "lose", "gain")
"""Words of a row that are read; the others are names for the program."""


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    import yaml

    return dict(yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


@lru_cache(maxsize=4096)
def phrase(text: str) -> str:
    """The Japanese of a phrase; the phrase itself where there is none."""
    found = _table()["whole"].get(text)
    if found is not None:
        return str(found)
    for pattern, said in _table()["patterns"]:
        if re.fullmatch(pattern, text):
            text = re.sub(pattern, said, text)
            break
    return scaled(text)


def scaled(text: str) -> str:
    """The scale and sign of money in words: 百万ドル."""
    for english, japanese in SCALES.items():
        text = text.replace(english, japanese)
    return text


def sentence(text: str) -> str:
    """The Japanese of a chart's sentence: its frame, then the names in it."""
    for pattern, said in _table()["sentences"]:
        if re.fullmatch(pattern, text):
            text = re.sub(pattern, said, text)
            break
    for english, japanese in sorted(_table()["whole"].items(), key=lambda x: -len(x[0])):
        text = re.sub(rf"(?<![A-Za-z]){re.escape(english)}(?= [−+\d])", japanese, text)
    text = re.sub(r"([$¥])([\d.,]+) (M|bn|tn)", r"\2 \3 \1", re.sub(r"([\d.,]+) to ([−+]?[\d])", r"\1～\2", text))
    return scaled(text)


def card(given: Card) -> Card:
    """A card in Japanese."""
    data = {
        name: [{k: phrase(v) if isinstance(v, str) and k in SPOKEN else v for k, v in row.items()} for row in rows]
        for name, rows in given.data.items()
    }
    return replace(
        given, title=phrase(given.title), scope=phrase(given.scope), big=phrase(given.big), small=phrase(given.small),
        note=phrase(given.note), sentence=sentence(given.sentence), data=data,
    )  # fmt: skip


def money(band: Mapping[str, Any], unit: str) -> str:
    """A band of money: −7～+2.7億ドル."""
    low, high = float(band["p10"]), float(band["p90"])
    top = max(abs(low), abs(high))
    by, word = next((x for x in COUNTS if top >= x[0]), COUNTS[-1])
    ends = [plain(v / by, top=top / by, signed=True) for v in (low, high)]
    return f"{ends[0]}～{ends[1]}{word}{unit}"


def answers(summary: Mapping[str, Any], moved: bool, *, yen: bool) -> dict[str, str]:
    """The two sentences of the page; ** marks bold and == the band."""
    words = _table()["verdicts"]
    reform, band = r.headline(summary), r.net(r.headline(summary))
    word, horizon = relax(summary)["word"], finite(r.record(summary.get("study")).get("horizon_years")) or 0.0
    if band is None:
        first = "純便益は分かりません。"
    elif not any(outer(band)):
        first = "勘定に入るものは何も変わりません: **0**、帯は==0～0==。"
    else:
        share, world = r.gain(reform), r.gain_world(reform)
        given = "販売される場合、" if reform.get("route") else ""
        first = f"{given}国全体にとって{horizon:.0f}年間(割引率3%)で=={money(band, '円' if yen else 'ドル')}==。"
        first += f"100回の試行のうち**{of_100(share)}回**で利益"
        first += "。" if world is None else f"、国外のメーカーも数えると{of_100(world)}回。"
    units = reform.get("units_y5")
    if not moved or not known(units):
        return {
            "relax": f"**{words.get(word, word)}。**{first}",
            "buy": f"**{words['Not asked']}。**新しい車は販売できないので、売れません。",
        }
    second = f"販売される場合、5年目に年間=={counted(units['p10'])}～{counted(units['p90'])}台=="
    cases = [
        f"{ROUTES[name]}では{of_100(p)}回"
        for name, route in r.routes(reform).items()
        if route.get("open", True) and (p := finite(route.get("pays"))) is not None
    ]
    second += f"。100回の試行のうち{'、'.join(cases)}でメーカーの採算が合います。" if cases else "。"
    return {"relax": f"**{words.get(word, word)}。**{first}", "buy": f"**{words[buy_word(units)]}。**{second}"}
