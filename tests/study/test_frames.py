"""Named axes: every value lands under its labels, in every library; a wrong shape or name is said."""

from __future__ import annotations

import numpy as np
import pytest

from roadworthy.core.axes import PARTIES, ROUTES
from roadworthy.core.errors import InputError
from roadworthy.rules import judge
from roadworthy.study import frames, load
from roadworthy.study.assumed import draw
from roadworthy.study.run import results
from roadworthy.vehicles import find


@pytest.fixture(scope="module")
def outcome(solve, prepared, middle):
    return solve(prepared.policies["kei-urban"], prepared.world, middle)


@pytest.fixture(scope="module")
def two(prepared):
    """Today's law and one reform in 16 draws."""
    return results({name: prepared.policies[name] for name in ("none", "kei-urban")}, "none", prepared.world, draw(16, 7))


def test_every_quantity_has_axes_and_a_unit(outcome):
    found = frames.labelled(outcome)
    assert found["deaths"].axes == ("route", "party", "sale_year")
    assert all(one.unit for one in found.values()), [name for name, one in found.items() if not one.unit]


def test_a_long_table_keeps_each_value_under_its_labels(outcome):
    rows = frames.to_polars(outcome, "deaths")
    assert rows.height == len(ROUTES) * len(PARTIES) * 30
    one = rows.filter((rows["route"] == "us_plant") & (rows["party"] == "partners") & (rows["sale_year"] == 10))
    assert one["deaths"].item() == np.asarray(outcome.deaths)[1, 1, 9]


def test_xarray_and_pandas_agree_with_the_arrays(outcome):
    data = pytest.importorskip("xarray") and frames.to_xarray(outcome)
    pytest.importorskip("pandas")
    assert float(data.net_usd.sel(route="import", rate=0.03)) == float(outcome.net_usd[0, 0])
    assert data.net_usd.attrs["units"] == "USD of 2022"
    series = frames.to_pandas(outcome, "units")
    assert series.loc[("import", "kei_car", 5)] == float(outcome.units[0, 0, 4])


def test_a_studys_results_have_reforms_and_draws_as_axes(two):
    data = two.to_xarray()
    assert data.deaths.dims == ("reform", "draw", "route", "party", "sale_year")
    assert not data.sel(reform="none").deaths.any()
    rows = two.to_polars("net_usd")
    assert rows.height == 2 * 16 * len(ROUTES) * 2


def test_wrong_names_and_axes_are_said(outcome):
    with pytest.raises(InputError, match="deths"):
        frames.to_polars(outcome, "deths")
    with pytest.raises(InputError, match="shape"):
        frames.labelled(outcome, {"route": ("import",)})


def test_answers_show_themselves_without_a_network(two):
    found = two
    assert len(repr(found).splitlines()) <= 10 and "kei-urban" in repr(found)
    one = found.one("kei-urban", 3)
    assert one.net_usd.shape == (2, 2) and (np.asarray(one.net_usd) == np.asarray(found.differences.net_usd[1, 3])).all()
    study = load("kei-urban")._repr_html_()
    assert "honda_nbox_jf5" in study and "kei-urban" in study
    (verdict,) = judge(find("honda_nbox_jf5"), law_date="2026-11-22")
    assert all(door.title in verdict._repr_html_() for door in verdict.doors)
    assert "people a year" in one._repr_html_() and "leading axes 2<" in one._repr_html_()
    assert "leading axes 16 x 2<" in found.of("kei-urban")._repr_html_()
    assert "kei-urban, us_plant" in found._repr_html_()
    for html in (found._repr_html_(), study, verdict._repr_html_(), one._repr_html_()):
        assert "http" not in html and "<script" not in html
    for reform, number in (("kei-urbn", 0), ("kei-urban", 16)):
        with pytest.raises(InputError):
            found.one(reform, number)
