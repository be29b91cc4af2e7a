"""Label formulas against the values worked out from 40 CFR 600.114 and 600.210."""

from __future__ import annotations

import numpy as np
import pytest

from roadworthy.data import table
from roadworthy.energy import label, parameters


@pytest.mark.parametrize(
    ("ftp", "hfet", "city", "hwy", "combined"),
    [
        (30.0, 45.0, 23.3858, 31.2914, 26.3856),
        (45.0, 60.0, 33.4773, 40.3779, 36.2664),
        (60.0, 70.0, 42.6876, 46.1173, 44.1656),
        (25.0, 35.0, 19.8039, 24.8900, 21.8094),
    ],
)
def test_derived_five_cycle(ftp: float, hfet: float, city: float, hwy: float, combined: float) -> None:
    got = label.derived(ftp, hfet)
    assert float(got[0]) == pytest.approx(city, abs=1e-4)
    assert float(got[1]) == pytest.approx(hwy, abs=1e-4)
    assert float(label.combined(*got)) == pytest.approx(combined, abs=1e-4)


def test_vehicle_specific_five_cycle() -> None:
    city, hwy = label.five_cycle((33.0, 34.0, 38.0), (25.0, 31.0, 34.0), 22.0, 38.0, 28.0, 52.0)
    assert float(city) == pytest.approx(27.5341, abs=1e-4)
    assert float(hwy) == pytest.approx(35.4586, abs=1e-4)


def test_the_same_car_by_bags() -> None:
    ftp = label.ftp_from_bags(33.0, 34.0, 38.0, (3.59, 3.86, 3.59))
    city, hwy = label.derived(ftp, 52.0)
    assert float(ftp) == pytest.approx(34.787, abs=1e-3)
    assert float(city) == pytest.approx(26.710, abs=1e-3)
    assert float(hwy) == pytest.approx(35.606, abs=1e-3)


def test_the_form_changes_with_model_year_2017() -> None:
    old, new = label.derived(40.0, 55.0, 2016.0), label.derived(40.0, 55.0, 2017.0)
    assert float(old[0]) == pytest.approx(1.0 / (0.003259 + 1.1805 / 40.0))
    assert float(new[1]) == pytest.approx(1.0 / (0.003191 + 1.2945 / 55.0))


def test_electric_label_is_seven_tenths() -> None:
    assert float(label.electric(150.0, parameters())) == pytest.approx(105.0)


def test_small_cars_on_sale_since_1984_get_their_label() -> None:
    """The old form on published unadjusted values gives the published label to about a mile per gallon."""
    rows = table("energy/labels_small_us").filter(table("energy/labels_small_us")["year"] < 2011)
    city, hwy = label.derived(rows["city_unadjusted_mpg"].to_numpy(), rows["hwy_unadjusted_mpg"].to_numpy(), 2010.0)
    both = np.asarray(label.combined(city, hwy))
    assert np.median(np.abs(np.asarray(city) - rows["city_label_mpg"].to_numpy())) < 0.6
    assert np.median(np.abs(both - rows["combined_label_mpg"].to_numpy())) < 0.6
    insight = rows.filter((rows["model"] == "Insight") & (rows["year"] == 2000)).row(0, named=True)
    assert (insight["city_label_mpg"], insight["hwy_label_mpg"], insight["combined_label_mpg"]) == (49, 61, 53)
