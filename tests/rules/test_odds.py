"""Uncertain results give a probability from the same tree; the smooth form has gradients and never replaces the verdict."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from roadworthy.core import InputError
from roadworthy.core.units import MPH
from roadworthy.rules import ask, case_of, load_book, reform
from roadworthy.rules.odds import odds
from roadworthy.rules.smooth import smooth

DAY = "2026-11-22"
BOOK = load_book()
HIC, CHEST = "us.fmvss.208_front_belted.hic15", "us.fmvss.208_front_belted.chest_accel_3ms"
CAR = {"length": 3.4, "width": 1.475, "height": 1.79, "displacement": 658e-6, "body": "car", "fuel": "petrol", "wheels": 4.0, "gvwr": 1250.0,
       "speed_max": 24 * MPH, "mass_curb": 950.0}  # fmt: skip


def test_share_of_draws_is_the_probability():
    rng = np.random.default_rng(1)
    draws = rng.normal(700.0, 100.0, 4000)
    found = odds(case_of(CAR, law_date=DAY), HIC, {HIC: draws})
    assert found.yes == pytest.approx((draws <= 700.0).mean()) and found.yes + found.no == pytest.approx(1.0)
    (limit,) = found.limits
    assert limit.p_met == found.yes and limit.gap[1] == pytest.approx(np.median(draws) - 700.0)
    assert found.status == "assumed" and "of 100 draws" in found.words


def test_results_that_move_together_fail_together():
    rng = np.random.default_rng(2)
    one = rng.normal(size=2000)
    case = case_of(CAR, law_date=DAY)
    together = {HIC: 700 + 50 * one, CHEST: 60 + 5 * one}
    apart = {HIC: 700 + 50 * one, CHEST: 60 + 5 * rng.normal(size=2000)}
    question = "us.pathway.fmvss_cert"
    certain = {**CAR, "epa_certified": True, "us_certified": False}
    no = [odds(case_of({**certain}, law_date=DAY), question, d).no for d in (together, apart)]
    assert no == [1.0, 1.0]  # nobody certified it, whatever the draws
    assert odds(case, "us.fmvss.208_front_belted.hic15", together).yes == pytest.approx(0.5, abs=0.05)
    un = {"un.r94.r94_odb.hic36": 1000 + 50 * one, "un.r94.r94_odb.chest_deflection": 42 + 5 * one}
    loose = {"un.r94.r94_odb.hic36": 1000 + 50 * one, "un.r94.r94_odb.chest_deflection": 42 + 5 * rng.normal(size=2000)}
    law = BOOK.under(reform("kei-urban"))
    shut = [odds(case_of(CAR, law, law_date="2027-06-01"), "us.pathway.kei_urban", d) for d in (un, loose)]
    assert shut[0].no == pytest.approx(0.5, abs=0.05) and shut[1].no == pytest.approx(0.75, abs=0.05)
    assert shut[0].yes == 0.0 and shut[0].unknown == pytest.approx(1 - shut[0].no)  # other tests are still not known


def test_certain_draws_are_the_verdict():
    case = case_of(CAR, law_date=DAY)
    for value, word in ((699.0, "yes"), (700.0, "yes"), (700.5, "no")):
        found = odds(case, HIC, {HIC: np.full(8, value)})
        assert getattr(found, word) == 1.0
        assert ask(case_of(CAR, law_date=DAY, results={HIC: value}), HIC).verdict.word == word


def test_draws_of_unequal_length_are_refused():
    with pytest.raises(InputError, match="unequal length"):
        odds(case_of(CAR, law_date=DAY), HIC, {HIC: np.ones(3), CHEST: np.ones(4)})


def test_gradients_agree_with_finite_differences():
    lean = smooth(case_of(CAR, law_date=DAY), "jp.class.kei")
    at = {"length": 3.401, "width": 1.479}
    slope = jax.grad(lambda v: lean(v, scale=0.01))(at)
    for name in at:
        step = 1e-6
        up, down = (float(lean({**at, name: at[name] + s}, scale=0.01)) for s in (step, -step))
        assert float(slope[name]) == pytest.approx((up - down) / (2 * step), rel=1e-5)
        assert float(slope[name]) < 0  # longer or wider leans towards no
    bound = jax.grad(lambda b: lean(at, {"jp.class.kei.length": b}))(3.4)
    assert float(bound) > 0  # a looser limit leans towards yes


def test_a_narrow_edge_is_the_verdict():
    for length, word in ((3.39, "yes"), (3.41, "no")):
        case = case_of(CAR | {"length": length}, law_date=DAY)
        lean = float(smooth(case, "jp.class.kei")({}, scale=1e-5))
        assert ask(case, "jp.class.kei").verdict.word == word and lean == pytest.approx(1.0 if word == "yes" else 0.0, abs=1e-6)


def test_nothing_to_lean_on():
    with pytest.raises(InputError, match="compares no number"):
        smooth(case_of({"body": "car"}, law_date=DAY), "us.pathway.ri_capable")
