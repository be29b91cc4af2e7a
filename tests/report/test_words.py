import copy
import re

import pytest
import sample
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.report import sentences
from roadworthy.report.plain_words import GAIN_WORDS, buy_word, contrast, relax, relax_word

NUMBER = r"([+−]?)\$?([\d,.]+)"


@st.composite
def bands(draw, low, high):
    q = sorted(draw(st.lists(st.floats(low, high, allow_nan=False), min_size=5, max_size=5)))
    return dict(zip(("p10", "p25", "p50", "p75", "p90"), q, strict=True))


@st.composite
def summaries(draw):
    s = copy.deepcopy(BASE)
    head = next(r for r in s["reforms"] if r["id"] == s["headline"])
    scale = draw(st.sampled_from([1e3, 1e6, 1e9, 1e12]))
    head["net_usd"] = {r: draw(bands(-scale, scale)) for r in ("3", "7")}
    head["p_gain"] = {r: draw(st.floats(0, 1)) for r in ("3", "7")}
    head["units_y5"] = draw(bands(0, draw(st.sampled_from([10, 1e4, 1e6]))))
    head["deaths_y10"]["net"] = draw(bands(-50, 50))
    head["p_enters"] = draw(st.one_of(st.none(), st.floats(0, 1)))
    s["support"] = {"badge": draw(st.sampled_from(["inside", "edge", "outside", None])), "attributes": []}
    return s


BASE = sample.summary()


def signs(text):
    """Sign and size of every number in the band."""
    return [(sign, float(size.replace(",", ""))) for sign, size in re.findall(NUMBER, text)]


@given(summaries())
def test_every_headline_carries_its_band_and_its_signs(s):
    said = sentences(s)
    head = next(r for r in s["reforms"] if r["id"] == s["headline"])
    relax = said["relax"]["text"]
    shown = re.search(r"==(.*?)==", relax)
    assert shown, relax
    low, high = signs(shown.group(1))
    for (sign, size), value in ((low, head["net_usd"]["3"]["p10"]), (high, head["net_usd"]["3"]["p90"])):
        assert size == 0 or sign == ("+" if value > 0 else "−")
    assert re.search(r"==[\d,.]+ (and|to) [\d,.]+==", said["buy"]["text"])
    assert relax.count("==") % 2 == 0
    assert relax.count("**") % 2 == 0


@given(summaries())
def test_the_word_follows_the_share_of_draws_that_gain(s):
    said = sentences(s)["relax"]["word"]
    head = next(r for r in s["reforms"] if r["id"] == s["headline"])
    if any(head["net_usd"]["3"].values()):
        share = head["p_gain"]["3"]
        assert said == relax_word(share)
        assert share >= {w: p for p, w in GAIN_WORDS}[said]


def test_what_the_fleets_standard_does_is_not_said_of_small_cars():
    """A reform that also moves the standard of all cars does not `turn` one that does not; as headline it says so."""
    s = copy.deepcopy(BASE)
    head = next(r for r in s["reforms"] if r["id"] == s["headline"])
    other = next(r for r in s["reforms"] if r["id"] not in ("none", s["headline"]))
    for row in s["reforms"]:
        row["p_gain"] = {"3": 0.1, "7": 0.1}
    other["p_gain"] = {"3": 0.9, "7": 0.9}
    assert f"{other['title']} turns it" in contrast(s)
    other["fleet_wide"] = True
    assert contrast(s) is None
    assert "fuel-economy standard" not in relax(s)["text"]
    head["fleet_wide"] = True
    assert f"{other['title']} turns it" in contrast(s)
    assert "moves the fuel-economy standard of all new vehicles" in relax(s)["text"]


@given(summaries())
def test_deaths_rise_or_fall_only_when_the_whole_band_does(s):
    head = next(r for r in s["reforms"] if r["id"] == s["headline"])
    net = head["deaths_y10"]["net"]
    said = next(t for t in sentences(s)["lede"] if t.startswith("In year 10"))
    if "deaths rise" in said:
        assert net["p50"] >= -1e-9 or abs(net["p50"]) < 0.01 * net["p90"]
        assert net["p90"] > 0
    elif "deaths fall" in said:
        assert net["p10"] < 0
    elif "deaths change" in said:
        assert net["p10"] < 0 < net["p90"]
        assert "sign not known" in said


@given(summaries())
def test_outside_the_data_nothing_is_about(s):
    if s["support"]["badge"] == "outside":
        said = sentences(s)
        for text in (said["relax"]["text"], said["buy"]["text"], *said["lede"]):
            assert "bout **" not in text
            assert not re.search(r"worth \*\*", text)


@pytest.mark.parametrize(
    ("share", "word"),
    [(1.0, "Yes, clearly"), (0.90, "Yes, clearly"), (0.8999, "Likely yes"), (0.67, "Likely yes"), (0.6699, "About even"), (0.33, "About even"),
     (0.3299, "Likely no"), (0.10, "Likely no"), (0.0999, "No, clearly"), (0.0, "No, clearly"), (None, "Not known")],
)  # fmt: skip
def test_words_on_both_sides_of_each_threshold(share, word):
    assert relax_word(share) == word


@pytest.mark.parametrize(
    ("low", "mid", "high", "word"),
    [(100, 4999, 9000, "Hardly anyone"), (100, 5000, 9000, "Some would"), (6000, 49999, 90000, "Some would"), (6000, 50000, 90000, "Many would"),
     (100, 20000, 60000, "From hardly anyone to many"), (0, 0, 0, "Hardly anyone")],
)  # fmt: skip
def test_buyers_on_both_sides_of_each_threshold(low, mid, high, word):
    assert buy_word({"p10": low, "p25": low, "p50": mid, "p75": high, "p90": high}) == word


def test_a_reform_that_changes_nothing_says_so(summary):
    head = next(r for r in summary["reforms"] if r["id"] == summary["headline"])
    head["net_usd"] = {r: sample.band(0, 0, 0) for r in ("3", "7")}
    said = sentences(summary)["relax"]
    assert said["word"] == "No difference"
    assert "nothing" in said["text"]


def test_seven_per_cent_is_said_when_it_turns_the_sign(summary):
    head = next(r for r in summary["reforms"] if r["id"] == summary["headline"])
    head["net_usd"]["7"] = sample.band(-9e9, -2e9, 1e9)
    assert "At 7 %" in sentences(summary)["relax"]["text"]
    head["net_usd"]["7"] = sample.band(-1e9, 2e9, 9e9)
    assert "At 7 %" not in sentences(summary)["relax"]["text"]


def test_beliefs_set_what_is_needed_against_the_record(summary):
    said = " ".join(sentences(summary)["beliefs"])
    assert "By import" in said
    assert "110,000 to 900,000" in said
    assert "Geo Metro" in said
    assert "each of these turns the sign" in said


def test_a_missed_fuel_economy_target_is_said_where_makers_mind_it(summary):
    assert "**Its fuel-economy target** is missed" in " ".join(sentences(summary)["beliefs"])
    head = next(r for r in summary["reforms"] if r["id"] == summary["headline"])
    for route in head["routes"].values():
        route["standard_usd"] = sample.band(0, 0, 40)
    assert "fuel-economy" not in " ".join(sentences(summary)["beliefs"])


@pytest.mark.parametrize("gone", ["reforms", "record", "own", "tornado", "support", "headline", "study", "vehicle"])
def test_sentences_hold_when_something_is_missing(summary, gone):
    summary[gone] = None
    said = sentences(summary)
    assert said["relax"]["word"]
    assert said["buy"]["word"]


@pytest.mark.parametrize(
    ("home", "world", "word"),
    [
        (0.99, 0.38, "Yes for the country alone"),
        (0.99, 0.95, "Yes, clearly"),
        (0.20, 0.60, "No for the country alone"),
        (0.55, 0.45, "About even"),
        (0.05, 0.01, "No, clearly"),
    ],
)
def test_the_word_says_whose_gain_it_is(home, world, word):
    summary = copy.deepcopy(BASE)
    for reform in summary["reforms"]:
        reform["p_gain"], reform["p_gain_world"] = {"3": home, "7": home}, {"3": world, "7": world}
    said = relax(summary)
    assert said["word"] == word
    assert "makers abroad" in said["text"]
