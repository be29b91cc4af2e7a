import itertools
import json

import pytest
import sample

from roadworthy.report import charts
from roadworthy.report.charts_answer import stacked
from roadworthy.report.charts_own import items
from roadworthy.report.charts_sales import references, spread
from roadworthy.report.normal import normal
from roadworthy.report.theme import TOKENS, domain, themed, ticks, to_svg


@pytest.fixture
def drawn(summary):
    return charts(summary)


def test_all_charts_are_there(drawn):
    assert {
        "lineup",
        "sales",
        "deaths",
        "waterfall",
        "waterfall-7",
        "tornado",
        "crash",
        "pulses",
        "plates",
        "own",
        "wins",
        "risk-1",
    } <= drawn.keys()


def test_specs_are_json_with_named_data(drawn):
    for chart in drawn.values():
        held = json.loads(chart.spec())
        if not isinstance(chart.wide, str):
            assert held["$schema"].endswith("v5.json")
            names = {x["data"].get("name") for x in held["layer"]} - {None}
            assert names <= held["datasets"].keys()


def test_each_bar_of_the_waterfall_starts_where_the_last_ended(drawn):
    *lines, net = drawn["waterfall"].rows
    assert lines[0]["start"] == 0
    for before, after in itertools.pairwise(lines):
        assert after["start"] == pytest.approx(before["end"])
    for line in lines:
        assert line["low"] <= line["end"] + 1e-12
        assert line["high"] >= line["end"] - 1e-12
    assert net["net"]
    assert net["start"] == 0


def test_the_tornado_is_sorted_and_holds_the_centre(drawn):
    spans = [abs(row["at_high"] - row["at_low"]) for row in drawn["tornado"].rows]
    assert spans == sorted(spans, reverse=True)
    assert all(row["low"] <= 1.2 <= row["high"] for row in drawn["tornado"].rows)


def test_deaths_are_always_four_in_order(drawn, summary):
    assert [row["id"] for row in drawn["deaths"].rows] == ["own", "partners", "outside", "net"]
    next(r for r in summary["reforms"] if r["id"] == summary["headline"])["deaths_y10"]["partners"] = None
    rows = charts(summary)["deaths"].rows
    assert rows[1]["band"] == "not known"


def test_twenty_dots_are_twenty():
    dots = stacked([0.1] * 12 + [-0.3] * 8, 100.0, 3.9)
    assert len(dots) == 20
    assert len({(d["x"], d["pile"]) for d in dots}) == 20
    assert sum(d["gain"] for d in dots) == 12


def test_thresholds_win_over_launches_for_room(summary):
    refs = references(normal(summary), 1e6)
    assert [r["kind"] for r in refs][:2] == ["threshold", "threshold"]
    kept = spread(refs, 260 / 1e6)
    assert kept[0] == refs[0]
    assert all(abs(a["units"] - b["units"]) * 260 / 1e6 >= 13 for i, a in enumerate(kept) for b in kept[:i])


def test_small_items_are_put_together_and_nothing_is_lost():
    row = {"items": {f"item {i}": float(i) for i in range(1, 9)}}
    found = items(row)
    assert len(found) == 5
    assert sum(v for _, v in found) == pytest.approx(36.0)


def test_a_bill_without_a_sum_has_no_sum(summary):
    summary["own"][0]["total_cents_per_mile"] = None
    assert charts(summary)["own"].rows[0]["total"] is None


@pytest.mark.parametrize("span", [(0, 1), (-3.1, 5.6), (0, 98000), (-1e-6, 1e-6), (2.0, 2.0), (-1e12, 0)])
def test_ticks_are_round_and_inside(span):
    found = ticks(span, 6)
    assert 1 <= len(found) <= 8
    slack = 1e-9 * max(map(abs, span))
    assert all(span[0] - slack <= t <= span[1] + slack for t in found)


def test_a_range_is_never_empty():
    for values in ([], [0.0], [5.0, 5.0], [-1.0, -1.0]):
        low, high = domain(values)
        assert low < high


def test_a_picture_keeps_only_names_of_colours():
    chart = charts(sample.summary())["deaths"]
    raw = to_svg(chart.wide)
    assert TOKENS["own"] in raw
    svg = themed(raw)
    assert "var(--own)" in svg
    assert TOKENS["own"].lower() not in svg.lower()
    assert len(svg) < len(raw)


def test_csv_has_units_and_not_known(summary):
    next(r for r in summary["reforms"] if r["id"] == summary["headline"])["deaths_y10"]["own"] = None
    text = charts(summary)["deaths"].csv("7f3a91c")
    assert text.startswith("# roadworthy 7f3a91c deaths")
    assert "deaths a year" in text.splitlines()[1]
    assert "not known" in text
