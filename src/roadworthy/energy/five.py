"""What would the label say if the vehicle were put through all five tests?

The derived label knows two tests; the vehicle-specific one (40 CFR 600.114-12) needs five. Here the model drives them all:

    FTP at 75 F in bags, HWFET, US06 in its city and highway parts     as in `follow`
    SC03 at 95 F: compressor load P_ac on the shaft, no stop-start     follow(P_aux + P_ac, S = 0), warm
    FTP at 20 F: road load x 1.10, friction f0 (1 + b), start c, tau   bag 3 keeps a part of the cold after its soak of ten minutes

Five numbers fitted to EPA tests of cars of the fit (scripts/tables/energy_five.py, table `energy/five_fit`); the factor 1.10 of the
20 F test is what those lists hold against the FTP of the same cars. Limits: petrol cars and strong hybrids without a plug; compressors and
heaters differ by car, which no field tells; the cold numbers of hybrids are those of petrol cars.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy.core.units import MILE_M

from . import label
from .car import Car, EnergyInputs, padded
from .cycles import schedule
from .figures import economy, joules_per_gallon
from .follow import Totals, follow
from .parameters import Parameters, parameters


class FiveTests(eqx.Module):
    """Energy per metre of each phase that the five-cycle formulas read. [J/m]"""

    bags75: Float[Array, "3 n"]
    bags20: Float[Array, "3 n"]
    us06_city: Float[Array, " n"]
    us06_hwy: Float[Array, " n"]
    sc03: Float[Array, " n"]
    hfet: Float[Array, " n"]


class FiveCycle(eqx.Module):
    """Label by all five tests, miles per gallon, and the tests behind it."""

    city_mpg: Float[Array, " n"]
    hwy_mpg: Float[Array, " n"]
    combined_mpg: Float[Array, " n"]
    tests: FiveTests


def with_cooling(p: Parameters) -> Parameters:
    """Parameters of the 95 F test: the compressor on the shaft, and an engine that does not stop."""
    at = lambda q: (q.P_aux_W, q.hev_P_aux_W, q.S)  # noqa: E731
    return eqx.tree_at(at, p, (p.P_aux_W + p.ac_W, p.hev_P_aux_W + p.ac_W, 0.0))


def in_the_cold(car: Car, p: Parameters) -> tuple[Car, Parameters]:
    """The vehicle and parameters of the 20 F test: thicker air and oil, a colder start."""
    load = lambda c: (c.A_N, c.B_Nspm, c.C_Ns2pm2)  # noqa: E731
    heavier = eqx.tree_at(load, car, tuple(x * p.cold_load for x in load(car)))
    return heavier, eqx.tree_at(lambda q: (q.f0, q.c, q.tau_s), p, (p.f0 * (1.0 + p.cold_b), p.cold_c, p.cold_tau_s))


def _bags(t: Totals, kept: Any) -> Float[Array, "3 n"]:
    """Bags 1 to 3 per metre; bag 3 is bag 1 driven again, with `kept` of its cold start left."""
    metres = jnp.maximum(t.distance_m, 1.0)
    first = (t.hot_J[0] + t.cold_J[0]) / metres[0]
    second = (t.hot_J[1] + t.cold_J[1]) / metres[1]
    return jnp.stack([first, second, (t.hot_J[0] + kept * t.cold_J[0]) / metres[0]])


def cold_bags(car: Car, p: Parameters, **kinds: bool) -> Float[Array, "3 n"]:
    """The three bags of the 20 F test. [J/m]"""
    stiff, frozen = in_the_cold(car, p)
    return _bags(follow(stiff, schedule(("UDDS",)), frozen, **kinds), p.cold_soak)


def cooled(car: Car, p: Parameters, **kinds: bool) -> Float[Array, " n"]:
    """SC03 with air conditioning. [J/m]"""
    t = follow(car, schedule(("SC03",)), with_cooling(p), **kinds)
    return (t.hot_J / jnp.maximum(t.distance_m, 1.0))[0]


def five_cycle(car: Car, p: Parameters, *, hybrids: bool = False) -> FiveCycle:
    """All five tests and the label they give, pure and differentiable in `car` and `p`."""
    kinds = {"engines": True, "electrics": False, "hybrids": hybrids}
    plan = schedule(("UDDS", "HWFET", "US06"))
    t = follow(car, plan, p, **kinds)

    def part(name: str, *labels: str) -> Float[Array, " n"]:
        rows = np.asarray([i for i, (n, w) in enumerate(zip(plan.names, plan.labels, strict=True)) if n == name and w in labels])
        return t.hot_J[rows].sum(0) / jnp.maximum(t.distance_m[rows].sum(0), 1.0)

    city_us06, hwy_us06 = part("US06", "city", "city_end"), part("US06", "hwy")
    tests = FiveTests(
        _bags(jax.tree.map(lambda x: x[:2], t), 0.0), cold_bags(car, p, **kinds), city_us06, hwy_us06, cooled(car, p, **kinds),
        part("HWFET", "whole"),
    )  # fmt: skip
    gallon = joules_per_gallon(car, p)
    mpg = lambda x: economy(x, gallon)  # noqa: E731
    warm, cold = ((mpg(b[0]), mpg(b[1]), mpg(b[2])) for b in (tests.bags75, tests.bags20))
    city, hwy = label.five_cycle(warm, cold, mpg(city_us06), mpg(hwy_us06), mpg(tests.sc03), mpg(tests.hfet))
    return FiveCycle(city, hwy, label.combined(city, hwy), tests)


@lru_cache(maxsize=1)
def _compiled() -> Any:
    return eqx.filter_jit(five_cycle)


def five_of(vehicles: EnergyInputs | Any) -> FiveCycle:
    """The label by all five tests of a batch; NaN for electric, plug-in and unknown vehicles."""
    if not isinstance(vehicles, EnergyInputs):
        from .adapter import inputs_of

        vehicles = inputs_of(vehicles)
    car = vehicles.car
    n = len(vehicles)
    found = _compiled()(padded(car), parameters(), hybrids=bool((np.asarray(car.hybrid) > 0.5).any()))
    without = np.asarray([bool(r) for r in vehicles.reasons]) | (np.asarray(car.electric) > 0.5) | (np.asarray(car.plug) > 0.5)
    return jax.tree.map(lambda x: np.where(without, np.nan, np.asarray(x)[..., :n]), found)  # type: ignore[no-any-return]


def plain(f: FiveCycle, i: int) -> dict[str, float | str | None]:
    """One vehicle's label by five tests and the unusual tests behind it in miles per gallon, JSON-able; None where there is none."""
    gallon = float(parameters().gasoline_J_per_gal)
    values = {"city_mpg": f.city_mpg[i], "hwy_mpg": f.hwy_mpg[i], "combined_mpg": f.combined_mpg[i]}
    values |= {"sc03_mpge": gallon / f.tests.sc03[i] / MILE_M}
    values |= {f"bag{k + 1}_20f_mpge": gallon / f.tests.bags20[k, i] / MILE_M for k in range(3)}
    said: dict[str, float | str | None] = {k: round(float(v), 2) if np.isfinite(v) else None for k, v in values.items()}
    return said | {"status": "derived", "form": "40 CFR 600.114-12, all five tests modelled"}
