"""From a headline to its sources, and the statement as people take it away."""

from __future__ import annotations

import csv
import io
import json
from fnmatch import fnmatch

import numpy as np
import pytest

from roadworthy.account import NAMES
from roadworthy.cli.main import call
from roadworthy.core import InputError
from roadworthy.core.plain import plain
from roadworthy.report import render_explain, render_statement
from roadworthy.study import scenario, store
from roadworthy.study.assumed import leaves
from roadworthy.study.explain import ENDS, HEADLINES, NET, STEPS, explain, statement_of, targets, upstream


@pytest.fixture(scope="module")
def outcome(answered):
    return answered


@pytest.fixture(scope="module")
def kept(outcome):
    """The answer as it comes back from the disk."""
    return json.loads(json.dumps(plain(dict(outcome[0]))))


@pytest.fixture
def stored(kept, tmp_path, monkeypatch):
    monkeypatch.setenv("ROADWORTHY_CACHE", str(tmp_path / "cache"))
    store.keep(kept)
    return kept["key"]


def head(kept):
    return next(row for row in kept["reforms"] if row["id"] == "kei-urban")


def test_every_assumption_is_reached_by_some_step_or_line():
    patterns = [p for step in STEPS.values() for p in step.assumptions] + [p for _, _, own, _ in ENDS.values() for p in own]
    lost = [path for path in leaves() if not any(fnmatch(path, pattern) for pattern in patterns)]
    assert lost == []
    idle = [pattern for pattern in patterns if not any(fnmatch(path, pattern) for path in leaves())]
    assert idle == [], "a pattern that names nothing"
    assert set(ENDS) == set(NAMES)
    assert all(upstream([name])[-1] == name for name in STEPS)


def test_what_moves_a_line_is_upstream_of_it(kept):
    """Measured: every assumption that moves a line by more than a millionth of it must be on the line's path, so no path is too short."""
    for line in NAMES:
        _, ends, own, _ = ENDS[line]
        allowed = [p for step in upstream(ends) for p in STEPS[step].assumptions] + list(own)
        size = max((abs(x) for swing in kept["tornado"] for x in swing["lines_usd"].get(line, [0.0])), default=0.0)
        for swing in kept["tornado"]:
            low, high = swing["lines_usd"].get(line, [0.0, 0.0])
            if abs(high - low) > 1e-6 * size:
                assert any(fnmatch(swing["path"], pattern) for pattern in allowed), (line, swing["path"])


def test_lines_of_a_swing_sum_to_its_net(kept):
    """Where an assumption takes two values, the lines at its ends differ by what the net differs: no line is left out."""
    for swing in kept["tornado"]:
        if leaves()[swing["path"]].kind != "index":
            gap = sum(high - low for low, high in swing["lines_usd"].values())
            assert gap == pytest.approx(swing["net_high_usd"] - swing["net_low_usd"], rel=1e-6, abs=1.0), swing["path"]


def test_the_walk_goes_from_net_to_sources(kept):
    found = explain(kept, NET)
    assert found["band"] == head(kept)["net_usd"]["3"]
    shown = {row["id"] for row in found["lines"]}
    assert {"buyers", "own_deaths", "injuries", "fuel"} <= shown
    assert found["silent"] == [], "no line of the net is zero in every draw"
    own = next(row for row in found["lines"] if row["id"] == "own_deaths")
    steps = [step["step"] for step in own["steps"]]
    assert steps.index("kernel") < steps.index("harm") < steps.index("buyers") < steps.index("paths")
    paths = {row["path"] for row in own["inputs"]}
    assert all(row["source"] for row in own["inputs"])
    assert any(path.startswith("market.") for path in paths)
    tables = {table["name"] for step in own["steps"] for table in step["tables"]}
    assert {"fleet/deaths", "account/vsl"} <= tables
    every = explain(kept, "own_deaths", most=None)
    assert {"account.vsl_usd", "crash.k"} & {row["path"] for row in every["inputs"]}
    assert len(every["inputs"]) > len(own["inputs"])


@pytest.mark.parametrize("target", [*targets(), "account.vsl_usd", "fleet.delta"])
def test_everything_named_can_be_explained_and_printed(kept, target):
    found = explain(kept, target)
    json.dumps(found, allow_nan=False)
    for width in (40, 100):
        text = render_explain(found, width=width)
        assert max(map(len, text.splitlines())) <= max(width, 60)
    assert target in render_explain(found).splitlines()[0]


def test_headlines_split_exactly(kept):
    """Means of exposure, composition and rate add up to the mean change of every headline, party by party."""
    why = head(kept)["because"]
    for party, parts in why["deaths_y10"].items():
        assert len(parts) == 3, party
    assert sum(p["mean"] for p in why["deaths_y10"]["net"]) == pytest.approx(sum(p["mean"] for p in why["deaths_by_road_y10"]), rel=1e-9)
    miles = {p["id"]: p["mean"] for p in why["miles_from_y10"]}
    assert miles["new"] > 0.0 and miles["induced"] > 0.0


def test_parts_sum_in_every_draw(outcome):
    found = outcome[1].of("kei-urban")
    deaths = found.deaths[:, :, :, 9]
    assert found.deaths_split.sum(axis=-1) == pytest.approx(deaths, rel=1e-8, abs=1e-9)
    assert found.fuel_split[:, :, 0].sum(axis=-1) == pytest.approx(found.gasoline_gallons[:, :, 9], rel=1e-8, abs=1e-3)
    assert found.fuel_split[:, :, 1].sum(axis=-1) == pytest.approx(found.co2_kg[:, :, 9], rel=1e-8, abs=1e-3)
    assert found.own_by_type.sum(axis=-1) == pytest.approx(deaths[:, :, 0], rel=1e-8, abs=1e-9)
    assert found.deaths_by_road.sum(axis=-1) == pytest.approx(deaths, rel=1e-8, abs=1e-9)


def test_the_statement_is_whole(kept):
    rows = head(kept)["accounting_statement"]
    assert {row["category"] for row in rows} == {
        "benefit",
        "transfer",
        "cost",
        "net",
        "alternative",
        "distribution",
        "quantified",
        "why",
        "bound",
        "effect",
    }
    assert {row["rate"] for row in rows if row["category"] == "net"} == {"7%", "3%", "3.5%"}
    assert set(head(kept)["net_usd"]) == {"3", "7", "3.5"}
    net = {row["rate"]: row["primary"] for row in rows if row["category"] == "net"}
    assert min(net["3%"], net["7%"]) <= net["3.5%"] * 1.2
    beside = head(kept)["beside"]["net_usd_r3"]
    assert [row["id"] for row in beside][:3] == ["carbon not valued", "interagency carbon, 3 %", "EPA 2023 carbon, 2 %"]
    assert head(kept)["beside"]["official_mass"]["extrapolated"] is True
    said = statement_of(kept)
    for width in (40, 100):
        assert max(map(len, render_statement(said, width=width).splitlines())) <= max(width, 60)


def test_switches_stand_beside_the_net_as_the_assumption_would_set_them(outcome):
    """Draws whose own stream is `none` have the net of the row that values no carbon."""
    from roadworthy.study.assumed import draw
    from roadworthy.study.statements import switched

    drawn = draw(32, 7)
    found = outcome[1].of("kei-urban")
    rows = {row.item: row.draws for row in switched(found, 0)}
    choice = drawn.account.scghg_choice
    for i, name in enumerate(("Net, carbon not valued", "Net, interagency carbon, 3 %", "Net, EPA 2023 carbon, 2 %")):
        mine = [d for d in range(32) if int(choice[d]) == i]
        assert mine
        assert rows[name][mine] == pytest.approx(found.net_usd[mine, 0], rel=1e-9, abs=1e-3)
    lives = found.lines_usd[:, 0, 0, [NAMES.index(name) for name in ("own_deaths", "partner_deaths", "outside_deaths")]].sum(axis=-1)
    hurt = found.net_usd[:, 0, 0] - rows["Net, injuries left out"][:, 0]
    assert np.median(hurt / lives / drawn.account.injury_multiple) == pytest.approx(1.0, abs=0.2), (
        "but for rebound miles, a multiple of deaths"
    )


def test_commands(stored, capsys, tmp_path):
    assert call(["explain", stored[:6], "net_benefit"]) == 0
    assert "Net benefit to the country" in capsys.readouterr().out
    assert call(["explain", stored, "own_deaths", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "line"
    assert call(["statement", stored, "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {"benefit", "cost", "transfer"} <= {row["category"] for row in rows}
    out, page = tmp_path / "a4.csv", tmp_path / "a4.html"
    assert call(["statement", stored, "--out", str(out), "--page", str(page)]) == 0
    capsys.readouterr()
    assert next(csv.DictReader(io.StringIO(out.read_text())))["category"] == "benefit"
    html = page.read_text()
    assert "Benefits, costs and transfers" in html and "<script" not in html and "http" not in html.split("</style>")[1].split("data:")[0]
    assert call(["statement", stored, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "roadworthy/statement/1"


@pytest.mark.parametrize(
    ("tokens", "says"),
    [
        (["explain", "KEY", "own_death"], "own_deaths"),
        (["explain", "KEY", "--reform", "kei-urbn"], "kei-urban"),
        (["explain", "KEY", "--rate", "5"], "3, 7, 3.5"),
        (["explain", "zz"], "roadworthy run"),
        (["statement", "KEY", "--reform", "none"], "kei-urban"),
    ],
)
def test_wrong_requests_name_what_there_is(stored, capsys, tokens, says):
    assert call([stored if token == "KEY" else token for token in tokens]) == 3
    said = capsys.readouterr()
    assert said.out == "" and says in said.err and "Traceback" not in said.err


@pytest.mark.parametrize(("rate", "says"), [(7.0, "0.07 for 7 %"), (-0.01, "below zero")])
def test_a_discount_rate_in_per_cent_or_below_zero_is_refused(rate, says):
    with pytest.raises(InputError) as fault:
        scenario.load("kei-green-light", discount_rates=(rate,))
    assert says in fault.value.message


def test_headlines_are_fields_of_an_answer(kept):
    assert all(field in head(kept) for field, _, _ in HEADLINES.values())
