"""The prepared world: arrays made once from law, vehicles and data. It knows files and holds no opinion.

The slow part, the bank of taste nodes, is kept on disk under the fingerprint of program and data.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Any
from zipfile import BadZipFile

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from roadworthy import account, fleet
from roadworthy.core import InputError
from roadworthy.core.axes import INCUMBENT_CLASSES, NEW_SLOTS, SLOTS
from roadworthy.core.files import cache_folder, digest, fingerprint, kept_json, write_atomic
from roadworthy.core.units import SQUARE_FOOT_M2
from roadworthy.cost import SlotFacts, slot_facts
from roadworthy.crash import Structure, class_structures, partner_structures, structures
from roadworthy.energy import EnergyGrid, grid
from roadworthy.market import Bank, MarketData, bank_arrays, bank_from_arrays
from roadworthy.market import load as load_market
from roadworthy.market import prepare as prepare_bank
from roadworthy.rules import cafe_target, load_book
from roadworthy.rules.policy import Policy, policy
from roadworthy.study.scenario import Study
from roadworthy.vehicles import Vehicle, concat, dump, find
from roadworthy.vehicles.assumptions import mass_sd_ln

ADDED_KG = (-120.0, -60.0, 0.0, 60.0, 120.0, 250.0)
"""Nodes of added mass: content adds, an error of the catalogue's mass may take away."""
CAFE_YEAR = 2031
"""Model year whose curves stand for every year, as in market/standard."""
OPEN_BEDS = ("truck", "pickup")
"""Bodies that make a light truck whatever else holds (49 CFR 523.5(a)(3)); all others are taken for passenger cars."""
TRACK_SHARE_OF_WIDTH = 1.30 / 1.475
"""Mean track over width where a track is not known: about 1.30 m in a 1.475 m kei car (assumed)."""
BASE = "none"
"""The reform that changes nothing: today's law, which every other is measured against."""
BANK_ROOMS = ("market",)
"""Rooms whose code and tables decide the bank, beside core and data: the imports of market, which a test holds to this."""
STAND_INS = {"kei_truck": "daihatsu_hijet_truck", "kei_ev": "nissan_sakura"}
"""What fills a slot that the study leaves out; its door stays closed."""


class World(eqx.Module):
    """What does not change with policy or draw."""

    slots: SlotFacts
    offered: Float[Array, " e"]
    """1 where the study puts a vehicle into the slot and its price is known."""
    mass_sd_ln: Float[Array, " e"]
    power_W: Float[Array, " e"]
    length_m: Float[Array, " e"]
    width_m: Float[Array, " e"]
    footprint_m2: Float[Array, " e"]
    seats: Float[Array, " e"]
    structures: Structure
    partners: Structure
    is_slot: Bool[Array, " c"]
    grid: EnergyGrid
    bank: Bank
    market: MarketData
    fleet: fleet.FleetTables
    values: account.Values
    base: Policy
    """Today's law: what the used import's recorded sales were made under."""
    asked_usd: Float[Array, " e"]
    """A price before tax at which a slot must sell; 0 where the maker sets its own."""
    light_truck: Float[Array, " e"]
    """1 where fuel-economy law rates it as a truck."""
    cafe_target_mpg: Float[Array, " e"]
    """By footprint, in the law's own units, at scale 1; 0 where nothing is rated: closed slots, used imports."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A world with what people want to know of it."""

    world: World
    policies: dict[str, Policy]
    """By reform; today's law is always one of them."""
    vehicles: Vehicle
    comparators: Vehicle


def slot_vehicles(study: Study) -> tuple[Vehicle, np.ndarray]:
    """The four slot vehicles, filled, and which of them the study offers."""
    names = {"kei_car": study.vehicle, "kei_truck": study.kei_truck, "kei_ev": study.kei_ev, "used_import": study.used_import}
    chosen = [find(names[slot] or STAND_INS[slot]) for slot in SLOTS]
    for slot, vehicle in zip(SLOTS, chosen, strict=True):
        if len(vehicle.ids) != 1:
            raise InputError(
                f"slot {slot} of study {study.id!r} holds {len(vehicle.ids)} vehicles",
                "give a file with one",
                code="slots.count",
                where=slot,
            )
    # one vehicle may fill two slots, so a slot that repeats an id says which it is
    seen = [vehicle.ids[0] for vehicle in chosen]
    named = [v if seen.index(v.ids[0]) == i else replace(v, ids=(f"{v.ids[0]}@{SLOTS[i]}",)) for i, v in enumerate(chosen)]
    return concat(*named), np.array([names[slot] is not None for slot in SLOTS])


def _known(vehicles: Vehicle) -> None:
    """The first slot must have what physics and demand need; say what is missing."""
    needed = ("length_m", "width_m", "height_m", "wheelbase_m", "mass_kg", "power_W", "seats")
    missing = [name for name in needed if np.isnan(getattr(vehicles, name)[0])]
    if missing:
        raise InputError(
            f"vehicle {vehicles.ids[0]!r} has no {', '.join(missing)}",
            "add it to the vehicle's file",
            code="vehicle.missing",
            where=vehicles.ids[0],
        )


def bank() -> Bank:
    """The market's taste nodes, from the disk when they were prepared before."""
    file = cache_folder() / f"bank-{fingerprint(*BANK_ROOMS)[:12]}.npz"
    try:
        with np.load(file) as stored:
            return bank_from_arrays({name: stored[name] for name in stored.files})
    except (OSError, ValueError, EOFError, KeyError, BadZipFile):
        pass  # not kept yet, or damaged: made again
    made = prepare_bank()
    out = io.BytesIO()
    arrays: dict[str, Any] = dict(bank_arrays(made))
    np.savez(out, **arrays)
    write_atomic(file, out.getvalue())
    return made


def energy_grid(vehicles: Vehicle) -> EnergyGrid:
    """Energy results of the slot vehicles over added mass; kept, since they depend on the vehicles alone."""
    names = tuple(EnergyGrid.__dataclass_fields__)

    def make() -> dict[str, Any]:
        made = grid(vehicles, ADDED_KG)
        return {name: np.asarray(getattr(made, name)) for name in names}

    stored = kept_json("energy", digest("energy", repr(ADDED_KG), dump(vehicles)), make)
    # an unknown vehicle's NaN is null in the file and NaN again here
    return EnergyGrid(**{name: jnp.asarray(np.array(stored[name], dtype=float)) for name in names})


def _not_stricter(name: str, years: float, today: float) -> None:
    """A later age than today's keeps out imports of which no record says how many; the chain would answer nothing, as if none."""
    if years > today:
        raise InputError(
            f"reform {name!r} lets used imports in from {years:g} years: how many of those recorded it would keep out is not known",
            f"set us.import_age_nhtsa to {today:g} years or less; `judge` answers for a stricter age too",
            code="reform.import_age",
            where="us.import_age_nhtsa",
        )


def prepare(study: Study) -> Prepared:
    """Everything `evaluate` needs for a study, and its policies by reform."""
    vehicles, offered = slot_vehicles(study)
    _known(vehicles)
    facts = slot_facts(vehicles)
    book = load_book()
    policies = {name: policy(book, name, law_date=study.law_date, vehicles=vehicles) for name in dict.fromkeys((*study.reforms, BASE))}
    for name, one in policies.items():
        _not_stricter(name, float(one.import_age_min_yr), float(policies[BASE].import_age_min_yr))
    own, incumbents = structures(vehicles), class_structures()
    classes = Structure(
        *(jnp.concatenate([getattr(own, name), getattr(incumbents, name)]) for name in ("mass_kg", "crush_m", "reserve", "strength"))
    )
    open_slots = offered & np.asarray(facts.known)
    if not open_slots[0]:
        raise InputError(
            f"vehicle {vehicles.ids[0]!r} has no price",
            "add price_min with its currency and year, such as '1648900 JPY 2023'",
            code="vehicle.price",
        )
    table = energy_grid(vehicles)
    dark = [i for i in range(len(SLOTS)) if open_slots[i] and not bool(np.isfinite(np.asarray(table.consumption_J_per_m)[i]).all())]
    if dark:
        raise InputError(
            f"the energy model cannot drive {vehicles.ids[dark[0]]!r}: powertrain {vehicles.powertrain[dark[0]] or 'unknown'}",
            "strong hybrids and unknown powertrains wait for a later version; try a petrol or battery car",
            code="vehicle.energy",
        )
    array = {
        name: jnp.asarray(np.asarray(getattr(vehicles, name), dtype=float))
        for name in ("power_W", "length_m", "width_m", "wheelbase_m", "seats")
    }
    footprint_m2 = array["wheelbase_m"] * array["width_m"] * TRACK_SHARE_OF_WIDTH
    trucks = vehicles.texts["body_kind"].among(OPEN_BEDS)
    rated = open_slots & (np.arange(len(SLOTS)) < NEW_SLOTS)
    by_fleet = {name: cafe_target(name, CAFE_YEAR, np.asarray(footprint_m2) / SQUARE_FOOT_M2) for name in ("car", "truck")}
    world = World(
        slots=facts,
        offered=jnp.asarray(open_slots.astype(float)),
        mass_sd_ln=jnp.asarray(mass_sd_ln(vehicles)),
        power_W=array["power_W"],
        length_m=array["length_m"],
        width_m=array["width_m"],
        footprint_m2=footprint_m2,
        seats=array["seats"],
        structures=classes,
        partners=partner_structures(),
        is_slot=jnp.arange(len(SLOTS) + len(INCUMBENT_CLASSES)) < len(SLOTS),
        grid=table,
        bank=bank(),
        market=load_market(),
        fleet=fleet.prepare(study.start_year),
        values=account.prepare(study.start_year, study.discount_rates),
        base=policies[BASE],
        asked_usd=jnp.zeros(len(SLOTS)),
        light_truck=jnp.asarray(trucks.astype(float)),
        cafe_target_mpg=jnp.asarray(np.where(rated, np.where(trucks, by_fleet["truck"], by_fleet["car"]), 0.0)),
    )
    others = [find(name) for name in study.comparators]
    beside = [vehicle for vehicle in others if not set(vehicle.ids) & set(vehicles.ids[:1])]
    comparators = concat(*beside) if beside else vehicles.take([])
    return Prepared(world, policies, vehicles, comparators)
