"""Language, units and money: complete in both, equal in value, and marked where the rate is assumed. No server is opened."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sample
from hypothesis import given
from hypothesis import strategies as st

import roadworthy.web
from roadworthy.account import LINES
from roadworthy.report.cards_money import SHORT
from roadworthy.report.normal import normal
from roadworthy.study.levers import Choice, levers, themes
from roadworthy.study.reform_answer import GIVEN_UP, GROUP_LABELS
from roadworthy.web import money
from roadworthy.web.japanese import phrase
from roadworthy.web.view import cards, sentences
from roadworthy.web.words import LANGUAGES, Manner, _table, manner

TEMPLATES = Path(roadworthy.web.__file__).parent / "templates"
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
SAME_IN_BOTH = {"python", "japanese_note"}


def test_every_word_is_in_both_languages():
    for name, row in _table().items():
        assert set(row) == set(LANGUAGES), name
        assert name in SAME_IN_BOTH or (row["en"] and JAPANESE.search(row["ja"])), name


def test_every_lever_theme_and_choice_has_a_japanese_name():
    how = Manner(lang="ja")
    for theme in themes():
        assert JAPANESE.search(how.word(theme))
    for lever in levers().values():
        assert JAPANESE.search(how.label(lever)), lever.id
        for key, said in lever.choices:
            shown = how.said(lever, key)
            assert shown != said or not re.search("[a-z]{3}", said), (lever.id, shown)


def test_every_word_that_a_template_asks_for_is_known():
    asked = {w for f in TEMPLATES.iterdir() for w in re.findall(r"how\.word\([\"'](\w+)[\"']\)", f.read_text(encoding="utf-8"))}
    assert asked
    assert asked <= set(_table())


@pytest.fixture(scope="module")
def summary():
    return normal(sample.summary())


def test_yen_are_dollars_times_the_model_s_own_rate(summary):
    usd, jpy = cards(summary, Manner()), cards(summary, manner("en", "mi", "3", "jpy"))
    rate = float(money.rate().value)
    for mine, theirs in zip(usd["waterfall"].rows, jpy["waterfall"].rows, strict=True):
        for q in ("p10", "p50", "p90"):
            assert theirs[q] == pytest.approx(rate * mine[q])
    assert "¥" in jpy["waterfall"].big
    for name in ("sales", "deaths", "gasoline", "carbon"):
        assert (jpy[name].big, jpy[name].rows) == (usd[name].big, usd[name].rows)
    shown = [text for c in jpy.values() for text in (c.big, c.small, c.scope, c.sentence, c.note)]
    assert not any("$" in text or "USD" in text for text in shown)
    said = sentences(summary, True, manner("en", "mi", "3", "jpy"))
    assert "¥" in said["relax"]
    assert "$" not in said["relax"] + said["buy"]


def test_the_rate_is_shown_with_its_status_and_follows_its_lever():
    words = [Manner().word(name) for name in ("rate_moved", "rate_standing")]
    assert money.rate_note(money.rate_of(Choice()), *words) == "150 yen to the dollar in every year, ○ assumed, of no one day"
    moved = Choice("kei-urban", (("yen", 120.0),))
    assert manner("en", "mi", "3", "jpy").at(moved).per_usd == 120.0
    assert money.rate_note(120.0, *words) == "120 yen to the dollar, as moved here"
    assert Manner().at(moved).per_usd == 0.0


@given(value=st.floats(5.0, 20.0), rate=st.floats(90.0, 180.0))
def test_a_lever_in_yen_reads_as_its_dollars_times_the_rate(value, rate):
    text = Manner(per_usd=rate).said(levers()["vsl"], value)
    assert text.startswith("¥")
    assert text.endswith(" M")
    assert float(text[1:-2].replace(",", "")) == pytest.approx(value * rate, abs=0.51)


def test_inputs_of_a_row_keep_their_own_unit(summary):
    before = {row["path"]: row["range"] for row in cards(summary, Manner())["tornado"].rows}
    after = {row["path"]: row["range"] for row in cards(summary, manner("en", "mi", "3", "jpy"))["tornado"].rows}
    assert after == before


LEFT_IN_ENGLISH = {"tornado"}  # its rows are names of assumptions, which stand as their files have them
ALLOWED = re.compile(r"gal|FMVSS|SUV|IWG|EPA|CAFE|Geo Metro|Mirage")


def test_the_answers_and_charts_are_japanese_in_the_japanese_page(summary):
    for how in (Manner(lang="ja"), manner("ja", "km", "3", "jpy")):
        shown = [*sentences(summary, True, how).values()]
        for card in cards(summary, how).values():
            if card.id in LEFT_IN_ENGLISH:
                continue
            shown += [card.title, card.scope, card.big, card.small, card.note]
            shown += [
                str(v)
                for rows in card.data.values()
                for row in rows
                for k, v in row.items()
                if k in ("party", "name", "unit", "lose", "gain") and isinstance(v, str)
            ]
        english = [text for text in shown if re.search("[A-Za-z]{3}", ALLOWED.sub("", re.sub("<.*?>", "", text)))]
        assert english == []


def test_every_line_of_the_account_and_every_buyer_has_a_japanese_name():
    names = [SHORT.get(line.name, line.label) for line in LINES]
    names += [
        *GROUP_LABELS.values(),
        *GIVEN_UP.values(),
        "used car",
        "one car fewer at home",
        "no car",
        "import pays at 12 k",
        "US plant pays at 40 k",
    ]
    assert [name for name in names if not JAPANESE.search(phrase(name)) and name != "CO₂"] == []


def test_japanese_money_has_the_sign_and_size_of_the_english(summary):
    said = sentences(summary, True, Manner(lang="ja"))["relax"]
    assert "−31～+56億ドル" in said  # −$3.1 to +$5.6 billion
    assert "64回" in said
    assert re.search("−?[0-9]", cards(summary, Manner(lang="ja"))["waterfall"].big)
    assert cards(summary, Manner(lang="ja"))["waterfall"].big == "+1.2 十億ドル"
