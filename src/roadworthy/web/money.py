"""The account in yen: every amount times one rate, every sign that stood for dollars the other's.

The rate is the model's own, so that one page never holds two: the lever's value where it was moved, else the assumption's central value,
shown with its status and source wherever yen are shown. Money stays that of 2022; nothing is discounted or deflated anew.
Limits: levers of law and inputs of the tornado keep the unit of their source; frozen answers, the report and the car page are in dollars.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from roadworthy.core import MARK, Cited
from roadworthy.report.cards import Card
from roadworthy.study.levers import Choice

LEVER, LEAF = "yen", "cost.jpy_per_usd"
PLACES = ("lines", "net_dots", "transfers")
"""Amounts whose names do not end in _usd."""
OWN_UNIT = ("range", "label", "path", "status", "mark")
"""Words of a row that speak of something else than the account."""


def rate() -> Cited:
    """Yen to the dollar: value, source and status."""
    from roadworthy.study.assumed import leaves

    return leaves()[LEAF].cited


def rate_of(choice: Choice) -> float:
    """The rate that a choice is answered with in the middle."""
    return float(choice.values.get(LEVER, rate().value))


def rate_note(choice_rate: float, moved: str, standing: str) -> str:
    """The rate with its status, in the words for a moved and for the standing one."""
    cited = rate()
    return (moved if choice_rate != float(cited.value) else standing).format(f"{choice_rate:g}", MARK[cited.status])


def times(value: Any, factor: float) -> Any:
    """Every number of a nest times a factor; words, marks and what is not known stay."""
    if isinstance(value, Mapping):
        return {k: times(v, factor) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [times(v, factor) for v in value]
    return value * factor if isinstance(value, float | int) and not isinstance(value, bool) else value


def in_yen(value: Any, factor: float) -> Any:
    """A summary with its amounts in yen."""
    if isinstance(value, Mapping):
        return {k: times(v, factor) if "_usd" in str(k) or k in PLACES else in_yen(v, factor) for k, v in value.items()}
    return [in_yen(v, factor) for v in value] if isinstance(value, list) else value


def sign(text: str) -> str:
    """The yen's sign and name where the dollar's stood."""
    return text.replace("USD of 2022", "JPY at 2022 prices").replace("USD", "JPY").replace("$", "¥")


def _rows(rows: Any) -> Any:
    return [{k: sign(v) if isinstance(v, str) and k not in OWN_UNIT else v for k, v in row.items()} for row in rows]


def card_in_yen(card: Card) -> Card:
    """A card of amounts in yen, its words too."""
    return replace(
        card, scope=sign(card.scope), big=sign(card.big), small=sign(card.small), sentence=sign(card.sentence), note=sign(card.note),
        data={name: _rows(rows) for name, rows in card.data.items()}, columns=[(k, sign(said)) for k, said in card.columns],
    )  # fmt: skip
