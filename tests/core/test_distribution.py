import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core import Cited, InputError, weakest
from roadworthy.core.distribution import Distribution

KINDS = [
    Distribution("normal", (4.0, 0.8)),
    Distribution("normal", (4.0, 0.8, 2.7, 6.0)),
    Distribution("lognormal", (1.0, 0.3)),
    Distribution("uniform", (0.05, 1.0)),
    Distribution("triangular", (0.1, 0.4, 1.0)),
    Distribution("halfnormal", (0.5,)),
]


@pytest.mark.parametrize("found", KINDS, ids=lambda d: d.kind)
@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_quantiles_rise(found, one, other):
    low, high = sorted((one, other))
    assert found.quantile(low) <= found.quantile(high) + 1e-12


def test_known_quantiles():
    assert Distribution("normal", (4.0, 0.8)).quantile(0.5) == pytest.approx(4.0)
    assert Distribution("lognormal", (2.0, 0.3)).quantile(0.5) == pytest.approx(2.0)
    assert Distribution("halfnormal", (0.5,)).quantile(0.0) == pytest.approx(0.0)


def test_choice_keeps_its_weights():
    drawn = Distribution("choice", (0.4, 0.3, 0.3)).ppf((np.arange(1000) + 0.5) / 1000)
    assert [int((drawn == i).sum()) for i in range(3)] == [400, 300, 300]


def test_unknown_kind_and_status_are_refused():
    with pytest.raises(InputError):
        Distribution("beta", (1.0, 2.0)).quantile(0.5)
    with pytest.raises(Exception, match="guessed"):
        Cited(1.0, "m", "nowhere", "guessed")  # type: ignore[arg-type]


def test_weakest_status_wins():
    assert weakest(["law", "published", "assumed"]) == "assumed"
    assert weakest(["law", "derived", "measured"]) == "derived"


@pytest.mark.parametrize(
    ("found", "name", "args"),
    [
        (Distribution("normal", (4.0, 0.8, 2.7, 6.0)), "truncnorm", ((2.7 - 4.0) / 0.8, (6.0 - 4.0) / 0.8, 4.0, 0.8)),
        (Distribution("triangular", (0.1, 0.4, 1.0)), "triang", (0.3 / 0.9, 0.1, 0.9)),
        (Distribution("triangular", (2.0, 300.0, 600.0)), "triang", (298.0 / 598.0, 2.0, 598.0)),
        (Distribution("halfnormal", (0.5,)), "halfnorm", (0.0, 0.5)),
        (Distribution("lognormal", (2.0, 0.3)), "lognorm", (0.3, 0.0, 2.0)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_quantiles_agree_with_scipy(found, name, args):
    from scipy import stats

    u = np.linspace(0.001, 0.999, 101)
    assert found.ppf(u) == pytest.approx(getattr(stats, name).ppf(u, *args), rel=1e-9)
