"""What a vehicle probably is where nobody has said: gaps filled in a fixed order, each with its fit and spread.

Order: identity (powertrain, wheels, body kind, blower), mass, heaviest mass, wheelbase, torque, drag and area, payload, gross
weight, capacity, cabin. A value that is there is never touched; what no rule covers stays unknown, and no legal quantity takes a
group mean. The status of a filled value is the weakest of `derived`, its inputs and its fit; its source begins with "fill ".
Monte Carlo: `fill(v, z={"mass_kg": z})` multiplies the median by exp(sd z); without z the median itself is the value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from roadworthy.core import RANK, InputError
from roadworthy.vehicles import fits
from roadworthy.vehicles.door import UNKNOWN
from roadworthy.vehicles.vehicle import FILLED, Vehicle
from roadworthy.vehicles.words import Words

SHORT_M = 4.0
"""Below this length the fits for small cars hold."""
SMALL_ENGINE_M3 = 1.1e-3
KEI_GROUPS = ("kei_current", "kei_historic")
LOAD_BODIES = ("truck", "van", "van_cabover")
SHORT_COUPLED = ("truck", "quadricycle")
"""Bodies whose axles stand 3 to 6 sd closer than fit W says (all known ones): their wheelbase is not filled."""
FORWARD_CONTROL_BODIES = ("truck", "van_cabover")
ENGINES = ("ice", "mhev", "hev", "phev")

BODY_WORDS = (
    ("super", "super_height"),
    ("cab-over", "van_cabover"),
    ("cabover", "van_cabover"),
    ("quadricycle", "quadricycle"),
    ("autocycle", "autocycle"),
    ("3-wheel", "autocycle"),
    ("low-speed", "lsv"),
    ("lsv", "lsv"),
    ("pickup", "pickup"),
    ("truck", "truck"),
    ("roadster", "roadster"),
    ("coupe", "roadster"),
    ("van", "van"),
    ("suv", "suv"),
    ("4x4", "suv"),
    ("off-road", "suv"),
    ("height wagon", "height_wagon"),
    ("crossover", "height_wagon"),
    ("hatch", "hatch"),
    ("city", "hatch"),
    ("sedan", "sedan"),
    ("saloon", "sedan"),
)
"""Words of a body, most telling first, and the kind they mean."""


def fill(v: Vehicle, z: Mapping[str, np.ndarray] | None = None) -> Vehicle:
    """The same vehicles with their gaps filled; `z` holds standard normal draws by field for those that spread."""
    draw = dict(z or {})
    for field, values in draw.items():
        if np.shape(values) != (len(v),):
            raise InputError(
                f"z of {field} has shape {np.shape(values)} for {len(v)} vehicles", "give one number a vehicle", code="vehicle.shape"
            )
    for step in (_identity, _turbo, _mass, _mass_max, _wheelbase, _torque, _drag, _area, _payload, _gross, _capacity, _cabin):
        v = step(v, draw)
    return v


def refill(v: Vehicle, z: Mapping[str, np.ndarray] | None = None) -> Vehicle:
    """Forget what was filled and fill again, so that derived figures follow a changed input."""
    return fill(v.given(), z)


def is_kei(v: Vehicle) -> np.ndarray:
    """Japanese kei: by group, or a user's vehicle inside the class's envelope of size, engine and seats."""
    limit = {k: fits.constant(f"kei_{k}_max").value for k in ("length", "width", "height", "displacement", "seats")}
    with np.errstate(invalid="ignore"):
        inside = (
            (v.length_m <= limit["length"]) & (v.width_m <= limit["width"]) & (v.height_m <= limit["height"]) & (v.seats <= limit["seats"])
        )
        small = (v.displacement_m3 <= limit["displacement"] * fits.CC * (1 + 1e-9)) | _electric(v)
    group = v.texts["group"]
    return group.among(KEI_GROUPS) | (group.among(("user",)) & inside & small)


def _electric(v: Vehicle) -> np.ndarray:
    return v.texts["powertrain"].among(("bev",))


def _petrol(v: Vehicle) -> np.ndarray:
    return v.texts["powertrain"].among(ENGINES)


def _body(v: Vehicle, kinds: Sequence[str]) -> np.ndarray:
    return v.texts["body_kind"].among(kinds)


def _path_status(paths: Sequence[Words], own: str) -> Words:
    """For each vehicle the weakest of `derived`, the fit's own status and those of its known inputs."""
    least = max(RANK["derived"], RANK[own])
    rank = np.full(len(paths[0]) if paths else 1, float(least))
    for path in paths:
        rank = np.maximum(rank, path.values(lambda s: -1.0 if s == UNKNOWN else float(RANK[s])))
    return Words((rank > RANK["derived"]).astype(np.int32), ("derived", "assumed"))


def _set(
    v: Vehicle,
    field: str,
    where: np.ndarray,
    values: np.ndarray | Words,
    *,
    name: str | Words,
    inputs: Sequence[str],
    own: str = "derived",
    sd_ln: np.ndarray | float = float("nan"),
    draw: Mapping[str, np.ndarray] | None = None,
) -> Vehicle:
    """Give `field` its values where asked, where nothing is known and where the value itself is known."""
    blank = ~v.known(field) & where
    if isinstance(values, np.ndarray):
        values = np.broadcast_to(values, (len(v),))
        blank &= ~np.isnan(values)
    if not blank.any():
        return v
    sds = np.broadcast_to(np.asarray(sd_ln, dtype=float), (len(v),))
    if draw and field in draw and isinstance(values, np.ndarray):
        values = values * np.exp(np.where(np.isnan(sds), 0.0, sds) * np.asarray(draw[field]))
    at = np.flatnonzero(blank)
    names = Words.same(name, len(v)) if isinstance(name, str) else name
    statuses = _path_status([v.graded(f) for f in inputs], own)
    graded = statuses.take(at) if inputs else Words.same(statuses[0], len(at))
    sources = names.take(at).mapped(lambda fit: FILLED + fit)
    return v.put(field, at, values.take(at) if isinstance(values, Words) else values[at], graded, sources, sds[at])


def _identity(v: Vehicle, draw: Mapping[str, np.ndarray]) -> Vehicle:
    """Powertrain from battery and engine, body kind from the body's words, and counts nobody states because they are usual."""
    battery, engine = v.known("battery_J"), v.known("displacement_m3")
    v = _set(v, "powertrain", battery & ~engine, Words.same("bev", len(v)), name="battery without engine", inputs=("battery_J",))
    v = _set(
        v, "powertrain", engine & ~battery, Words.same("ice", len(v)), name="engine without traction battery", inputs=("displacement_m3",)
    )
    kinds = v.texts["body"].mapped(lambda body: next((kind for word, kind in BODY_WORDS if word in body.lower()), ""))
    v = _set(v, "body_kind", kinds.where(bool), kinds, name="words of the body", inputs=("body",))
    every = np.ones(len(v), dtype=bool)
    v = _set(v, "wheels", every, np.full(len(v), fits.constant("wheels").value), name="usual: four wheels", inputs=(), own="assumed")
    front = np.minimum(fits.constant("seats_front").value, v.seats)
    v = _set(v, "seats_front", every, front, name="usual: two in front", inputs=("seats",), own="assumed")
    forward = _body(v, FORWARD_CONTROL_BODIES) & is_kei(v)
    return _set(
        v, "forward_control", forward, np.ones(len(v)), name="body: kei truck or cab-over van", inputs=("body_kind",), own="assumed"
    )


def _turbo(v: Vehicle, draw: Mapping[str, np.ndarray]) -> Vehicle:
    """64 PS from 660 cc without a blower was done once, in 1991."""
    year = v.texts["built_first"].values(lambda t: float(t[:4]) if t else float("nan"))
    with np.errstate(invalid="ignore"):
        new = year > fits.constant("turbo_year").value
        strong = v.power_W >= fits.constant("turbo_power").value * fits.KW
        small = v.displacement_m3 <= fits.constant("kei_displacement_max").value * fits.CC * (1 + 1e-9)
    rule = "kei engine of 45 kW and more, built after 1998"
    return _set(v, "turbo", new & strong & small, np.ones(len(v)), name=rule, inputs=("power_W", "displacement_m3"), own="assumed")


def fitted_masses(v: Vehicle) -> tuple[tuple[str, np.ndarray, float, np.ndarray], ...]:
    """The fits of curb mass: name, mass [kg], sd of its logarithm, and the vehicles for which it is the one to use."""
    kei, electric = is_kei(v), _electric(v)
    with np.errstate(invalid="ignore"):
        strong = (v.power_W >= fits.constant("turbo_power").value * fits.KW).astype(float)
    petrol = kei & _petrol(v) & v.known("power_W")
    m2 = fits.mass_petrol_kei(v.height_m, strong, _body(v, ("truck",)).astype(float))
    density, sd = fits.constant("kei_ev_density"), fits.constant_sd()["kei_ev_density"]
    me = fits.mass_electric_kei(v.length_m, v.width_m, v.height_m)
    m1 = fits.mass_any(v.length_m, v.width_m, v.height_m)
    return (
        ("M2", m2, fits.fit("M2").sd, petrol),
        ("ME", me, sd / density.value, kei & electric),
        ("M1", m1, fits.fit("M1").sd, ~(kei & (electric | petrol))),
    )


MASS_OWN = {
    "M2": (("height_m", "power_W"), "assumed"),
    "ME": (("length_m", "width_m", "height_m"), "assumed"),
    "M1": (("length_m", "width_m", "height_m"), "derived"),
}
"""Inputs of each fit of mass and its own status: M2 and ME rest on masses that are mostly assumed."""


def _mass(v: Vehicle, draw: Mapping[str, np.ndarray]) -> Vehicle:
    for name, mass, sd, where in fitted_masses(v):
        inputs, own = MASS_OWN[name]
        v = _set(v, "mass_kg", where, mass, name=name, inputs=inputs, own=own, sd_ln=sd, draw=draw)
    return v


def _mass_max(v: Vehicle, draw: Mapping[str, np.ndarray]) -> Vehicle:
    m3 = fits.fit("M3")
    values, every = v.mass_kg * m3.terms["c"], np.ones(len(v), dtype=bool)
    return _set(
        v, "mass_max_kg", every, values, name="M3", inputs=("mass_kg",), own=m3.status, sd_ln=fits.spread_ln("M3", values), draw=draw
    )


def _wheelbase(v: Vehicle, draw: Mapping[str, np.ndarray]) -> Vehicle:
    with np.errstate(invalid="ignore"):
        short = v.length_m < SHORT_M
    names = Words(short.astype(np.int32), ("W", "W4"))
    sd = np.where(short, fits.fit("W4").sd, fits.fit("W").sd)
    usual = ~_body(v, SHORT_COUPLED)
    return _set(v, "wheelbase_m", usual, fits.wheelbase(v.length_m, short), name=names, inputs=("length_m",), sd_ln=sd, draw=draw)


def _torque(v: Vehicle, draw: Mapping[str, np.ndarray]) -> Vehicle:
    with np.errstate(invalid="ignore"):
        small = v.displacement_m3 < SMALL_ENGINE_M3
    names = Words(small.astype(np.int32), ("T", "T1"))
    sd = np.where(small, fits.fit("T1").sd, fits.fit("T").sd)
    values, inputs = fits.torque(v.displacement_m3, v.power_W, small), ("displacement_m3", "power_W")
    return _set(v, "torque_Nm", _petrol(v), values, name=names, inputs=inputs, sd_ln=sd, draw=draw)


def _drag(v: Vehicle, draw: Mapping[str, np.ndarray]) -> Vehicle:
    cd, sd = fits.drag(np.nan_to_num(v.height_m))
    return _set(v, "cd", v.known("height_m"), cd, name="D", inputs=("height_m",), sd_ln=sd / cd, draw=draw)


def _area(v: Vehicle, draw: Mapping[str, np.ndarray]) -> Vehicle:
    factor, sd = fits.constant("area_factor"), fits.constant_sd()["area_factor"]
    values, every = factor.value * v.width_m * v.height_m, np.ones(len(v), dtype=bool)
    inputs = ("width_m", "height_m")
    return _set(
        v,
        "frontal_area_m2",
        every,
        values,
        name="0.83 width x height",
        inputs=inputs,
        own=factor.status,
        sd_ln=sd / factor.value,
        draw=draw,
    )


def _payload(v: Vehicle, draw: Mapping[str, np.ndarray]) -> Vehicle:
    load = fits.constant("kei_payload")
    where = is_kei(v) & _body(v, LOAD_BODIES)
    return _set(v, "payload_kg", where, np.full(len(v), load.value), name="limit of kei trucks and vans", inputs=("body_kind",))


def _gross(v: Vehicle, draw: Mapping[str, np.ndarray]) -> Vehicle:
    seat = fits.constant("seat_mass_japan")
    values = v.mass_max_kg + seat.value * v.seats + np.nan_to_num(v.payload_kg)
    name, inputs = "heaviest mass + 55 kg a seat + payload", ("mass_max_kg", "seats", "payload_kg")
    return _set(v, "gvwr_kg", is_kei(v), values, name=name, inputs=inputs, own=seat.status)


def _capacity(v: Vehicle, draw: Mapping[str, np.ndarray]) -> Vehicle:
    seat = fits.constant("seat_mass_japan")
    values = seat.value * v.seats + np.nan_to_num(v.payload_kg)
    return _set(v, "capacity_kg", is_kei(v), values, name="55 kg a seat + payload", inputs=("seats", "payload_kg"), own=seat.status)


def _cabin(v: Vehicle, draw: Mapping[str, np.ndarray]) -> Vehicle:
    where = is_kei(v) & (v.seats == fits.constant("kei_seats_max").value) & ~_body(v, ("truck",))
    height = fits.cabin_height(v.height_m)
    own = fits.fit("CH").status
    v = _set(v, "cabin_height_m", where, height, name="CH", inputs=("height_m",), own=own, sd_ln=fits.spread_ln("CH", height), draw=draw)
    for side in ("cabin_width", "cabin_length"):
        mean, sd = fits.constant(side), fits.constant_sd()[side]
        values = np.full(len(v), mean.value)
        v = _set(v, f"{side}_m", where, values, name="mean of four-seat kei", inputs=(), own=mean.status, sd_ln=sd / mean.value, draw=draw)
    return v
