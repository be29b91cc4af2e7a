import math
import runpy
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

from roadworthy.crash import field_curve
from roadworthy.crash.barrier_fit import PARAMETERS, cars, residuals
from roadworthy.crash.held import held
from roadworthy.crash.mass_ratio import fit_slope, model_odds, model_slope
from roadworthy.crash.structure import Structure
from roadworthy.data import table


@pytest.fixture(scope="module")
def facts():
    return {fact.id: fact for fact in held()}


def test_every_fact_has_a_value_a_source_and_a_word_on_its_miss(facts):
    assert len(facts) == len(held()) >= 30
    for fact in facts.values():
        assert fact.room == "crash" and fact.source and math.isfinite(fact.ours) and math.isfinite(fact.published)
        assert fact.inside or fact.note, fact.id
        assert fact.inside == (abs(fact.error) <= fact.tolerance)


def test_cars_left_out_of_the_fit(facts):
    chest = [fact for fact in facts.values() if fact.group == "wall chest g"]
    hic = [fact for fact in facts.values() if fact.group == "wall HIC36"]
    assert len(chest) == len(hic) == 14 and not any(fact.fitted for fact in (*chest, *hic))
    assert sum(bool(fact.inside) for fact in chest) >= 12
    assert abs(np.mean([fact.error for fact in chest])) < 2.0
    assert np.median([abs(fact.error) for fact in hic]) < 0.35


def test_deaths_of_later_years(facts):
    late = [fact for fact in facts.values() if fact.group == "ln field risk"]
    assert len(late) >= 8
    belted = [fact for fact in late if "unbelted" not in fact.what]
    assert all(fact.inside for fact in belted)
    assert all("count as" in fact.note for fact in late if not fact.inside)


def test_a_car_as_small_as_a_kei_in_the_offset_test(facts):
    small = [fact for name, fact in facts.items() if name.startswith("smart_odb")]
    assert len(small) == 4 and all(fact.inside for fact in small)


def test_exponents_of_the_mass_ratio(facts):
    assert 2.7 < model_slope(field_curve("frontal_unbelted")) < 4.3
    assert facts["fars_headon_design"].inside
    assert model_slope(field_curve("frontal_belted")) > model_slope(field_curve("frontal_unbelted"))
    assert facts["fars_head_on"].published > 3.0 and not facts["fars_head_on"].inside


def test_the_slope_is_recovered_and_odds_of_equals_are_even():
    draw = np.random.default_rng(2)
    ratio = draw.uniform(-0.5, 0.5, 40_000)
    other = draw.normal(size=ratio.size)
    killed = (draw.uniform(size=ratio.size) < 1.0 / (1.0 + np.exp(-(4.2 * ratio - 0.5 * other)))).astype(float)
    found = fit_slope(np.stack([ratio, other], axis=1), killed)
    assert found.interval[0] < 4.2 < found.interval[1]
    assert found.rest[0] == pytest.approx(-0.5, abs=0.05)
    car = Structure.of([1650.0], [0.63], [1.15], [1.20])
    assert model_odds(car, car, field_curve("frontal_belted"))[0] == pytest.approx(1.0, rel=1e-9)


def test_the_fit_of_the_restraint_is_the_table_s():
    """No parameter can be moved by 2 % without making the fit worse."""
    mass, crush, tested = (jnp.asarray(x) for x in cars())
    rows = {row["name"]: row for row in table("crash/barrier_fit").iter_rows(named=True) if row["kind"] == "parameter"}
    best = jnp.array([rows[name]["value"] for name in PARAMETERS])

    def loss(at):
        return float(jnp.sum(residuals(at, mass, crush, tested, jnp.ones(mass.size)) ** 2))

    for i in range(len(PARAMETERS)):
        assert loss(best) < min(loss(best.at[i].multiply(f)) for f in (0.98, 1.02))
    assert all(row["low"] < row["value"] < row["high"] for row in rows.values())


@pytest.mark.shared
def test_the_mass_ratio_of_the_file_is_the_table_s(raw_data):
    script = Path(__file__).resolve().parents[2] / "scripts" / "tables" / "crash_fits.py"
    made = runpy.run_path(str(script))["mass_ratio"](raw_data)
    kept = table("crash/mass_ratio")
    np.testing.assert_allclose(made["value"].to_numpy(), kept["value"].to_numpy(), rtol=1e-6)
    assert made["crashes"].to_list() == kept["crashes"].to_list()
