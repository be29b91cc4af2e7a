import subprocess
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core import InputError
from roadworthy.core.units import KMH
from roadworthy.crash import age_factor, fatality, field_curve, share_at_or_above
from roadworthy.crash.field import parameter
from roadworthy.crash.fit import CLASSES, class_risk, count, fit_field_risk
from roadworthy.data import table


def risk(dv_kmh, subset, intrusion=0.0):
    c = field_curve(subset)
    return float(fatality(jnp.asarray(dv_kmh * KMH), jnp.asarray(intrusion), c.v0_mps, c.k, parameter("kappa_per_s").value))


def test_the_curve_is_its_own_definition():
    assert risk(97.2, "frontal_belted") == pytest.approx(1 - np.exp(-1), abs=1e-6)
    assert risk(67.2, "frontal_belted", intrusion=1.0) == pytest.approx(1 - np.exp(-1), abs=1e-6)
    assert risk(0.0, "frontal_belted") == 0.0


def test_belts_and_direction_order_as_in_the_data():
    at_40 = {name: risk(40.0, name) for name in ("frontal_belted", "frontal_unbelted", "other_belted")}
    assert at_40["frontal_belted"] < at_40["frontal_unbelted"]
    assert at_40["other_belted"] / at_40["frontal_belted"] == pytest.approx(4.9, abs=0.1)
    assert risk(30.0, "other_belted") / risk(30.0, "frontal_belted") == pytest.approx(7.2, abs=0.1)


@given(st.floats(0.0, 60.0), st.floats(0.0, 1.5), st.floats(2.7, 6.0), st.floats(20.0, 40.0))
def test_risk_is_a_probability_with_finite_gradients(dv, intrusion, k, v0):
    value, slopes = jax.value_and_grad(fatality, argnums=(0, 1, 2, 3, 4))(*(jnp.asarray(x) for x in (dv, intrusion, v0, k, 8.33)))
    assert 0.0 <= float(value) <= 1.0
    assert all(np.isfinite(float(s)) for s in slopes)


def test_pure_momentum_gives_the_mass_ratio_to_the_power_k():
    def p(mass, other):
        return float(fatality(jnp.asarray(2.0 * other / (mass + other)), jnp.asarray(0.0), 500.0, 4.0, 0.0))

    assert p(1080, 1650) / p(1650, 1080) == pytest.approx((1650 / 1080) ** 4, rel=1e-3)
    own, partner = p(1080, 1650) / p(1650, 1650), p(1650, 1080) / p(1650, 1650)
    assert own == pytest.approx(2.13, abs=0.01)
    assert partner == pytest.approx(0.39, abs=0.005)
    assert 0.5 * (own + partner) == pytest.approx(1.26, abs=0.005)


def test_age():
    assert float(age_factor(35.0)) == 1.0
    assert float(age_factor(65.0)) == pytest.approx(np.exp(0.018 * 30))
    assert float(age_factor(75.0)) == pytest.approx(np.exp(0.018 * 30 + 0.10 * 10))


def test_severity_weight_is_the_exponential_tail():
    assert float(share_at_or_above(0.0, 4.9)) == 1.0
    assert float(share_at_or_above(4.9, 4.9)) == pytest.approx(np.exp(-1))


def test_unknown_curve_offers_a_near_one():
    with pytest.raises(InputError) as caught:
        field_curve("frontal_belt")
    assert "frontal_belted" in caught.value.hint


def test_the_policy_scale_agrees_with_the_published_fourth_power():
    """Joksch 1993: P = (dv / 31.74 m/s)^4; our refit at exponent 4 with belts mixed."""
    assert parameter("v0_mixed_mps").value == pytest.approx(31.74, rel=0.01)


@pytest.mark.shared
def test_refit_reproduces_the_table(raw_data):
    rows = pl.read_csv(raw_data / "crash" / "nass_cds_1997_2002_front_occupants.csv.gz")
    belted, front = rows["seatbelt"] == "belted", rows["frontal"] == 1
    chosen = {
        "frontal_belted_bag": front & belted & (rows["airbag"] == "airbag"),
        "frontal_belted": front & belted,
        "frontal_unbelted": front & ~belted,
        "other_belted": ~front & belted,
    }
    stored = {row["subset"]: row for row in table("crash/field_risk").iter_rows(named=True)}
    for name, mask in chosen.items():
        part = rows.filter(mask)
        counts = count(part["dvcat"].to_numpy(), part["weight"].to_numpy(), part["dead"].to_numpy() == "dead")
        fit, kept = fit_field_risk(counts), stored[name]
        assert kept["k_low"] - 0.05 <= fit.k <= kept["k_high"] + 0.05
        assert fit.k == pytest.approx(kept["k"], abs=0.06)
        assert fit.v0_kmh * KMH == pytest.approx(kept["v0_mps"], rel=0.01)
        assert fit.tail_scale_kmh * KMH == pytest.approx(kept["tail_scale_mps"], abs=0.02)


def test_fit_recovers_a_curve_it_was_given():
    tail, v0, k = 9.0, 95.0, 5.0
    share = np.exp(-np.array([1, 10, 25, 40, 55]) / tail) - np.exp(-np.array([10, 25, 40, 55, 1e9]) / tail)
    occupants = 1e6 * share
    deaths = occupants * class_risk(v0, k, tail)
    counts = count(np.array(CLASSES), np.ones(5), np.zeros(5, dtype=bool))
    counts = type(counts)(occupants, deaths, deaths, deaths)
    fit = fit_field_risk(counts)
    assert fit.tail_scale_kmh == pytest.approx(tail, rel=1e-6)
    assert fit.k == pytest.approx(k, abs=0.01)
    assert fit.v0_kmh == pytest.approx(v0, rel=0.002)
    assert fit.k_low < k < fit.k_high


@pytest.mark.shared
@pytest.mark.slow
def test_the_script_reproduces_the_bundled_tables(raw_data, tmp_path):
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "scripts.tables.crash", "--source", str(raw_data), "--into", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
    assert done.returncode == 0, done.stderr
    facts = root / "src" / "roadworthy" / "data" / "facts" / "crash"
    fitted = {"barrier_fit.csv", "barrier_left_out.csv", "mass_ratio.csv", "held.csv"}  # by crash_fits.py, which takes minutes
    assert {file.name for file in facts.glob("*.csv")} == {file.name for file in tmp_path.glob("*.csv")} | fitted
    for file in tmp_path.glob("*.csv"):
        assert file.read_text() == (facts / file.name).read_text(), file.name
    assert "fit on 1997-2000" in done.stdout
