"""Searches find what a known function hides; shares of variance are those of a known function; errors are those of known draws."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from roadworthy.core import InputError
from roadworthy.report.plain_words import engine_sentence
from roadworthy.report.terminal_study import render_convergence
from roadworthy.study import certainty, engine, indices, moves, search
from roadworthy.study.assumed import draw
from roadworthy.study.run import results
from roadworthy.study.sensitivity import compared
from roadworthy.study.world import BASE

QUOTA, DUTY, FREIGHT = "policy.quota", "policy.duty", "cost.freight_usd"


def line(slope, zero, name=DUTY, noise=0.0):
    return lambda values: slope * (values[name] - zero) + noise * np.linspace(-1, 1, 101)


def test_a_break_even_is_found_with_its_direction():
    found = search.break_even(line(-5.0, 0.3), DUTY)
    (one,) = found.crossings
    assert one.at == pytest.approx(0.3, abs=1e-3)
    assert not one.rising
    assert all(low <= mid <= high for low, mid, high in zip(found.p10, found.p50, found.p90, strict=True))


def test_two_crossings_and_none():
    both = search.break_even(lambda v: np.full(5, (v[DUTY] - 0.2) * (v[DUTY] - 0.85)), DUTY)
    assert [c.at for c in both.crossings] == pytest.approx([0.2, 0.85], abs=2e-3)
    assert [c.rising for c in both.crossings] == [False, True]
    assert search.break_even(lambda v: np.ones(5), DUTY).crossings == ()


def test_a_kink_does_not_stop_the_search():
    kinked = lambda v: np.full(3, max(v[DUTY] - 0.4, 0.02 * (v[DUTY] - 0.4)))  # noqa: E731
    (one,) = search.break_even(kinked, DUTY).crossings
    assert one.at == pytest.approx(0.4, abs=2e-3)


def test_the_line_of_two_inputs():
    found = search.frontier(lambda v: np.full(3, v[DUTY] + v["policy.state_access"] - 0.9), (DUTY, "policy.state_access"))
    assert len(found) >= 7
    assert all(x + y == pytest.approx(0.9) for x, y in found)


def test_the_best_is_found_inside_and_at_a_bound():
    inside = search.best(lambda v: np.array([-((v[DUTY] - 0.37) ** 2)]), {DUTY: None})
    assert inside.values[DUTY] == pytest.approx(0.37, abs=0.03)
    assert inside.at_bound == ()
    edge = search.best(lambda v: np.array([v[DUTY] - v["policy.state_access"]]), {DUTY: (0.0, 0.5), "policy.state_access": None})
    assert edge.values == {DUTY: 0.5, "policy.state_access": 0.0}
    assert set(edge.at_bound) == {DUTY, "policy.state_access"}
    assert edge.net_usd >= edge.start_net_usd
    assert "enforcement" in edge.caveat


def test_a_gradient_finds_what_golden_section_would_walk_to():
    """A ridge across two inputs, where going along one input at a time is slow, and a third input with a kink."""
    access, names = "policy.state_access", (DUTY, "policy.state_access", QUOTA)

    def net(v):
        ridge = -100.0 * (v[DUTY] - v[access]) ** 2 - (v[DUTY] + v[access] - 0.9) ** 2
        return np.array([ridge - abs(np.log(v[QUOTA] / 5e4))])

    asked = []

    def slope(v):
        asked.append(v)
        across, along = v[DUTY] - v[access], v[DUTY] + v[access] - 0.9
        return {DUTY: -200.0 * across - 2.0 * along, access: 200.0 * across - 2.0 * along}

    found = search.best(net, dict(zip(names, (None, None, (1e4, 9e4)), strict=True)), starts=3, slope=slope)
    assert asked
    assert found.values[DUTY] == pytest.approx(0.45, abs=0.03)
    assert found.values[access] == pytest.approx(found.values[DUTY], abs=0.01)
    assert found.values[QUOTA] == pytest.approx(5e4, rel=0.05)
    assert set(found.slopes) == {DUTY, access}
    assert len(found.starts) == 3


def test_a_slope_that_is_zero_at_the_start_does_not_hide_a_better_end():
    flat = lambda v: np.array([max(v[DUTY] - 0.8, 0.0)])  # noqa: E731
    found = search.best(flat, {DUTY: None}, starts=1, slope=lambda v: {DUTY: float(v[DUTY] > 0.8)})
    assert found.values[DUTY] == 1.0
    assert found.at_bound == (DUTY,)


def test_the_slope_of_the_real_chain_is_that_of_its_differences(prepared, study):
    """Over the very draws of the search."""
    net, step = search.answerer(prepared, study, "kei-urban", 0, 16), 1e-4
    found = search.slope(prepared, study, "kei-urban", 0, 16, [DUTY])({DUTY: 0.1})
    ends = [float(net({DUTY: 0.1 + sign * step}).mean()) for sign in (1.0, -1.0)]
    assert found[DUTY] == pytest.approx((ends[0] - ends[1]) / (2.0 * step), rel=1e-3)


def test_assumptions_are_held_in_every_draw_and_nothing_else_moves():
    draws = draw(16, 7)
    held = moves.hold(draws, {DUTY: jnp.asarray(0.1), FREIGHT: jnp.asarray(1234.0)})
    assert np.asarray(held.cost.freight_usd).tolist() == [1234.0] * 16
    moved = [path for path, values in indices.by_path(held).items() if not np.array_equal(values, indices.by_path(draws)[path])]
    assert moved == [FREIGHT]


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("policy.qouta", None, "input.unknown"),
        ("market.node", None, "input.choice"),
        (DUTY, (0.5, 0.5), "input.range"),
        (DUTY, (0.0, 3.0), "input.range"),
    ],
)
def test_a_bad_input_is_refused(name, given, code):
    with pytest.raises(InputError) as caught:
        moves.bounds(name, given)
    assert caught.value.code == code


def test_standard_errors_are_those_of_the_draws():
    rng = np.random.default_rng(3)
    values = rng.normal(size=4096)
    assert certainty.standard_error(values) == pytest.approx(1 / 64, rel=0.35)
    assert certainty.standard_error(values, 0.5) == pytest.approx(1.2533 / 64, rel=0.4)
    assert np.isnan(certainty.standard_error(np.ones(8)))


def test_balanced_blocks_are_surer_than_loose_draws():
    """A smooth function of one balanced coordinate: the error of block means falls far below that of independent draws."""
    u = np.asarray(draw(2048, 7).account.vsl_usd)
    assert certainty.standard_error(u) < 0.3 * u.std() / np.sqrt(len(u))


def test_convergence_is_told_by_number_of_draws():
    values = np.asarray(draw(1024, 7).account.vsl_usd)
    rows = certainty.against_draws(values, share=False)
    assert [row["draws"] for row in rows] == [128, 256, 512, 1024]
    assert rows[-1]["mean"] == values.mean()
    assert rows[0]["p50"] == np.median(values[:128])
    assert rows[-1]["mean_se"] < rows[0]["mean_se"]
    said = render_convergence({"convergence": [{"id": "gains", "by_draws": certainty.against_draws((values > 1e7) * 1.0, share=True)}]})
    assert [line.split()[0] for line in said.splitlines()[2:]] == ["128", "256", "512", "1,024"]


def test_the_check_of_the_engine_says_ratio_for_sales_and_part_of_the_band_for_what_may_be_zero():
    exact = {"units_y5": [100.0, 0.0, 200.0], "deaths_y10": [1.0, -1.0, 0.0], "net_usd_r3": [1e9, 2e9, 0.0]}
    quick = {"units_y5": [110.0, 0.0, 200.0], "deaths_y10": [1.5, -1.0, 0.0], "net_usd_r3": [1e9, 2e9, 4e8]}
    quick, exact = ({name: np.array(values) for name, values in one.items()} for one in (quick, exact))
    rows = {row["id"]: row for row in engine.compare(quick, exact, {"deaths_y10": 5.0, "net_usd_r3": 4e9})}
    assert rows["units_y5"]["max"] == pytest.approx(0.1)
    assert rows["units_y5"]["median"] == pytest.approx(0.05)  # a draw that sells nothing has no ratio
    assert rows["deaths_y10"]["max"] == pytest.approx(0.1)
    assert rows["net_usd_r3"]["max"] == pytest.approx(0.1)
    said = engine_sentence({"engine": {"draws": 3, "rows": list(rows.values())}})
    assert "sales differ by 5 % (at most 10 %)" in said
    assert engine_sentence({"engine": None}) == ""


def test_shares_of_variance_of_a_known_function():
    """y = x1 + 2 x2 + x1 x2 in standardised inputs: main 1/6, 4/6; total 2/6, 5/6."""
    names = ("account.vsl_usd", "cost.freight_usd")
    first = indices.by_path(draw(2048, 1))
    about = {name: (first[name].mean(), first[name].std()) for name in names}

    def net(a):
        values = indices.by_path(a)
        x, y = ((values[name] - about[name][0]) / about[name][1] for name in names)
        return x + 2 * y + x * y

    found = {row.path: row for row in indices.sobol(net, names, 2048, 1, {}, ranked=False)}
    for name, main, total in zip(names, (1 / 6, 4 / 6), (2 / 6, 5 / 6), strict=True):
        assert found[name].main == pytest.approx(main, abs=max(0.06, 3 * found[name].main_se))
        assert found[name].total == pytest.approx(total, abs=max(0.06, 3 * found[name].total_se))


def test_screening_finds_an_input_that_has_no_slope_at_the_centre():
    """y = x^2 in a standardised input is flat at its middle; a plain line and noise stand beside it."""
    values = {path: value for path, value in indices.by_path(draw(1024, 1)).items() if path.startswith(("cost.", "account."))}
    bent, straight = (values[name] for name in ("cost.freight_usd", "account.injury_multiple"))
    y = ((bent - np.median(bent)) / bent.std()) ** 2 + 0.5 * (straight - straight.mean()) / straight.std()
    found = indices.screened(indices.ranks(y), values)
    assert set(list(found)[:2]) == {"cost.freight_usd", "account.injury_multiple"}
    assert max(share for path, share in found.items() if path not in list(found)[:2]) < 0.1
    assert indices.screened(y[:40], {path: value[:40] for path, value in values.items()}) == {}


def test_the_note_says_how_two_orders_differ():
    assert compared(["a", "b"], ["a", "b"]) == "the order agrees"
    assert compared(["a", "b"], ["b", "a"]).startswith("the same 2 inputs in another order")
    assert "does not have c among its first 2" in compared(["a", "b"], ["c", "a"])


def test_an_input_that_is_held_has_no_share():
    with pytest.raises(InputError):
        indices.sobol(lambda a: np.zeros(16), ["cost.freight_usd"], 16, 1, {"cost.freight_usd": 1000.0})


def test_a_quota_moves_the_real_chain(prepared, study):
    net = search.answerer(prepared, study, "kei-urban", 0, 128)
    assert np.abs(net({QUOTA: 1e-3})).max() < 1e6  # nothing sold: nothing but the programme abroad
    free = prepared.policies["kei-urban"]
    direct = results({BASE: prepared.policies[BASE], "one": free}, BASE, prepared.world, draw(128, study.seed)).of("one")
    assert net({}) == pytest.approx(direct.net_usd[:, 0, 0])
    dear = net({FREIGHT: 4000.0})
    # dearer cars sell less, so less of anything follows, whatever its sign
    assert np.abs(dear).sum() < 0.9 * np.abs(net({FREIGHT: 500.0})).sum()
