import re

import pytest
import sample

from roadworthy import report

ANSI = re.compile(r"\x1b\[\d+m")
WIDTHS = (32, 48, 60, 79, 80, 100, 140)
ROOMS = [
    (report.render_judge, sample.VERDICT, ["✕ no", "NHTSA may", "opens 2048-01-01", "Shortest way to yes", "kei-urban"]),
    (report.render_crash, sample.MEETING, ["70 mph", "1,080 kg", "66.8 cm", "60 in 100", "not a death count"]),
    (report.render_drive, sample.DRIVE, ["40.6 mpg", "15.5 s", "✓ yes", "87 mph"]),
    (report.render_fit, sample.FIT, ["98", "0.05", "not known", "+18 mm"]),
    (report.render_own, sample.BILL, ["54.9 cents a mile", "$15,200", "−$134 a year", "not known"]),
    (report.render_vehicle, sample.CARD, ["3.395 m", "43 kW", "○", "turbo"]),
    (report.render_vehicles, {"vehicles": [{"id": "honda_nbox_jf5", "name": "Honda N-BOX", "group": "kei_current", "length_m": 3.395, "mass_kg": 910.0,
                                            "power_W": 43000.0, "assumed": 17, "filled": 23}]}, ["honda_nbox_jf5", "43 kW", "17 of 23"]),
]  # fmt: skip


def longest(text):
    return max(len(ANSI.sub("", line)) for line in text.split("\n"))


@pytest.mark.parametrize("width", WIDTHS)
def test_run_fits_the_terminal(summary, width):
    assert longest(report.render_run(summary, width=width)) <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_run_loses_no_number_when_it_is_narrow(summary, width):
    text = " ".join(report.render_run(summary, width=width).split())
    for number in ("9.0", "88", "14 to 120", "110 to 900", "+29", "−3.1", "+5.6", "+3.4", "11 of 34", "7f3a91c"):
        assert number in text, number


def test_run_says_both_sentences_tables_and_the_key(summary):
    lines = report.render_run(summary, width=100).split("\n")
    assert lines[2].startswith("Should the rules be relaxed?  About even.")
    assert any(line.startswith("Would anyone buy them?") for line in lines)
    assert any(line.startswith("▶kei-urban") for line in lines)
    assert any(line.startswith("Marks") for line in lines)
    assert lines[-1] == "key 7f3a91c   roadworthy show 7f3a91c"


def test_both_tables_are_whole_at_100_columns(summary):
    text = report.render_run(summary, width=100)
    assert sum(line.startswith("▶") for line in text.split("\n")) == 2


def test_colour_only_repeats(summary):
    plain, coloured = (report.render_run(summary, width=100, colour=c) for c in (False, True))
    assert ANSI.sub("", coloured) == plain
    assert "\x1b" not in plain
    assert "\x1b" in coloured


def test_bars_agree_in_sign_with_their_numbers(summary):
    lines = report.render_run(summary, width=100).split("\n")
    checked = 0
    for line in lines:
        found = re.match(r" (.{20,40}?) [§●◐△○] +([+−])([\d.]+)  ", line)
        if found and ("█" in line or "▒" in line):
            assert ("█" in line) == (found.group(2) == "+")
            assert ("▒" in line) == (found.group(2) == "−")
            checked += 1
    assert checked >= 7


@pytest.mark.parametrize("gone", sorted(sample.summary()))
def test_run_holds_when_something_is_missing(summary, gone):
    summary[gone] = None
    assert longest(report.render_run(summary, width=100)) <= 100


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("render", "answer", "wanted"), ROOMS, ids=lambda v: getattr(v, "__name__", ""))
def test_rooms_fit_the_terminal_and_keep_their_numbers(render, answer, wanted, width):
    text = render(answer, width=width)
    assert longest(text) <= width
    if width >= 79:
        for word in wanted:
            assert word in text, word
    assert ANSI.sub("", render(answer, width=width, colour=True)) == text


@pytest.mark.parametrize("render", [r for r, _, _ in ROOMS] + [report.render_sell, report.render_run])
def test_an_empty_answer_is_no_traceback(render):
    assert isinstance(render({}, width=80), str)


def test_sell_says_the_range_and_what_must_be_true(summary):
    head = next(r for r in summary["reforms"] if r["id"] == summary["headline"])
    answer = {
        **head,
        "name": "Honda N-BOX",
        "reform": head["title"],
        "support": summary["support"],
        "record": summary["record"],
        "draws": 256,
        "law_date": "2026-11-22",
    }
    for width in WIDTHS:
        assert longest(report.render_sell(answer, width=width)) <= width
    text = report.render_sell(answer, width=100)
    assert "Between 9,000 and 88,000" in text
    assert "What would have to be true" in text
    assert "about" not in text.lower().replace("about even", "")
