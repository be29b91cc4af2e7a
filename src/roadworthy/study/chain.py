"""The one function: what a rule change does, for one draw of the assumptions.

    evaluate(policy, world, assumptions) -> Outcome

law -> content -> mass and consumption -> crash kernel -> harm per metre -> offers -> market -> years -> business case -> fleet ->
account. Every step is a room's public verb; this module only wires arrays. Pure JAX: `jit` gives the live answer, `vmap` the Monte
Carlo, `grad` the sensitivities. An Outcome is always *given that cars are sold by route k*; both routes are computed. It is measured
against the market without the slots, and `study.run` takes away the Outcome of today's law in the same draw.
Reference: docs/chain.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy.account import MarketDollars, appraise, home_share
from roadworthy.core.axes import ENVIRONMENTS, NEW_SLOTS, ROUTES, SALE_YEARS, SLOTS, YEAR_10
from roadworthy.core.shapes import Scalar
from roadworthy.cost import Content, build, comply, used_import_usd
from roadworthy.crash import Kernel, field_kernel
from roadworthy.energy import Performance, performance
from roadworthy.fleet import Exposure, Harm, Withdrawn, change, displacement, exposure, extra_own_deaths, harm_per_metre, roll, speed_scale
from roadworthy.market import (
    Entry,
    Incumbents,
    Lineup,
    Offers,
    Vintage,
    Vintages,
    business,
    cleaned,
    enter,
    enter_exact,
    highway_ok,
    incumbents,
    newcomers_charge,
    offers,
    pv_fuel,
    rent_change,
    sales_path,
    vintages,
    wanted_path,
)
from roadworthy.rules.policy import Policy
from roadworthy.study.assumed import Assumptions
from roadworthy.study.world import World
from roadworthy.vehicles.assumptions import slot_mass_factor

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import xarray as xr

Engine = Literal["thin", "exact"]
Numbers = Array | np.ndarray
"""JAX inside, numpy once all draws are in."""
WHOLE = Lineup()
"""Every slot may be sold and a quota may bind."""
BOTH = tuple(range(len(ROUTES)))
NEAR_STEPS = 3
"""Newton steps of the exact engine's inversion from a near guess, and one more at its end."""
IMPORT = ROUTES.index("import")
LIMITED = ENVIRONMENTS.index("limited_access")
UNBOUNDED = 1e12
"""Units a year: an import has no capacity of its own."""
MOST_RENEWALS = 5
"""Entry lives that fit into the sale years, at most."""


class Outcome(eqx.Module):
    """One draw under one policy; the last leading axis is routes [k], others are reforms and draws. Money is USD of 2022, deaths are people a year, years are sale years."""

    units: Float[Numbers, "*lead e y"]
    price_usd: Float[Numbers, "*lead e"]
    landed_usd: Float[Numbers, " *lead"]
    """Cost of a new vehicle to its maker in the US, before the dealer."""
    standard_usd: Float[Numbers, " *lead"]
    """What it counts against each beside that for fuel economy short of target; inside margin and NPV, in no dollar of the account."""
    fixed_usd: Float[Numbers, " *lead"]
    margin_usd: Float[Numbers, " *lead"]
    npv_usd: Float[Numbers, " *lead"]
    volume: Float[Numbers, " *lead"]
    """Discounted units over the entry life, V."""
    break_even_units: Float[Numbers, " *lead"]
    deaths: Float[Numbers, "*lead party y"]
    miles_m: Float[Numbers, "*lead y"]
    gasoline_gallons: Float[Numbers, "*lead y"]
    electricity_kwh: Float[Numbers, "*lead y"]
    co2_kg: Float[Numbers, "*lead y"]
    vehicles: Float[Numbers, "*lead y"]
    """On the road: the slots' own."""
    miles_by_class_m: Float[Numbers, "*lead c"]
    """In year 10, by class: what is added and what it replaces."""
    deaths_by_road: Float[Numbers, "*lead party q"]
    """In year 10, by road environment."""
    own_by_type: Float[Numbers, "*lead kinds"]
    """Own occupants killed in year 10, by crash type."""
    deaths_split: Float[Numbers, "*lead party parts"]
    """In year 10: exposure, composition, rate."""
    fuel_split: Float[Numbers, "*lead amounts parts"]
    """In year 10, gallons and kg of CO2: exposure, composition, rate."""
    rebound_deaths: Float[Numbers, "*lead party"]
    """In year 10, of miles driven because a mile is cheaper; in no other field."""
    lines_usd: Float[Numbers, "*lead rate line"]
    net_usd: Float[Numbers, "*lead rate"]
    world_usd: Float[Numbers, "*lead rate"]
    who_pays_usd: Float[Numbers, "*lead rate transfer payer"]
    buyers_by_group: Float[Numbers, "*lead g"]
    surplus_by_group_usd: Float[Numbers, "*lead rate g"]
    co2_by_stream_usd: Float[Numbers, "*lead s"]
    """The CO2 line under every social cost of carbon."""
    lost_units: Float[Numbers, "*lead n"]
    """Units a year at launch that incumbents lose, by class."""
    lost_outside: Float[Numbers, " *lead"]
    highway_ok: Float[Numbers, "*lead e"]
    converged: Float[Numbers, " *lead"]
    thin_ok: Float[Numbers, " *lead"]

    def to_polars(self, quantity: str) -> pl.DataFrame:
        """One quantity of one draw as a long table with named axes; see `study.frames` for other leading axes."""
        from roadworthy.study import frames

        return frames.to_polars(self, quantity)

    def to_pandas(self, quantity: str) -> pd.Series:
        """One quantity of one draw as a Series indexed by its axes."""
        from roadworthy.study import frames

        return frames.to_pandas(self, quantity)

    def to_xarray(self) -> xr.Dataset:
        """Every quantity of one draw as a Dataset with named axes, labels and units."""
        from roadworthy.study import frames

        return frames.to_xarray(self)

    def _repr_html_(self) -> str:
        from roadworthy.study import frames

        return frames.html(self)


def _content(policy: Policy, world: World, a: Assumptions) -> tuple[Content, Float[Array, " e"], Float[Array, " e"]]:
    """What the rules add to each slot: content, mass over the catalogue's [kg], mass as driven [kg]."""
    content = comply(policy.required, a.cost, electric=world.slots.electric, nose=world.slots.nose)
    factor = slot_mass_factor(world.mass_sd_ln, a.vehicles)
    added_kg = world.slots.mass_kg * (factor - 1.0) + content.added_kg
    return content, added_kg, world.slots.mass_kg + added_kg


def _roads(policy: Policy, a: Assumptions) -> Exposure:
    """Roads and miles of each slot: new slots as the rule allows, used imports everywhere a plate takes them."""
    everywhere = jnp.ones_like(policy.road_access)
    access = jnp.stack([policy.road_access] * NEW_SLOTS + [everywhere])
    return jax.vmap(lambda allowed: exposure(allowed, a.fleet))(access)


def _kernel(added_kg: Float[Array, " e"], lineup: Lineup, world: World, a: Assumptions) -> Kernel:
    """The crash kernel of what the line-up can put on the road and of all incumbents; zeros for slots that never are."""
    classes = world.structures.mass_kg.shape[0]
    rows = np.array([*lineup.rows, *range(len(SLOTS), classes)])
    extra = jnp.zeros(classes).at[: len(SLOTS)].set(added_kg)[rows]
    found = field_kernel(
        jax.tree.map(lambda leaf: leaf[rows], world.structures),
        world.partners,
        speed_scale(a.fleet),
        a.crash,
        world.is_slot[rows],
        extra,
    )
    return jax.tree.map(lambda leaf: jnp.zeros((classes, *leaf.shape[1:])).at[rows].set(leaf), found)


def _harm(content: Content, added_kg: Float[Array, " e"], young: Scalar, lineup: Lineup, world: World, a: Assumptions) -> tuple[Harm, Harm]:
    """Deaths per metre of every class, with `young` as the share of used imports under 25 years, and with none; waivers are paid for."""
    kernel = _kernel(added_kg, lineup, world, a)
    ones = jnp.ones(world.structures.mass_kg.shape)
    used = a.crash.used_import_own_factor + young * (a.crash.young_import_own_factor - jnp.asarray(a.crash.used_import_own_factor))
    own = ones.at[: added_kg.shape[0]].set(content.own_injury_factor.at[NEW_SLOTS].mul(used))
    involvement = ones.at[: added_kg.shape[0]].set(content.involvement_factor)
    harm = harm_per_metre(kernel, own, involvement, world.fleet, a.fleet)
    old = eqx.tree_at(lambda h: h.own, harm, harm.own.at[NEW_SLOTS].mul(a.crash.used_import_own_factor / used))
    return harm, old


def _used(policy: Policy, world: World, a: Assumptions) -> Vintages:
    """The used import: as recorded today, and younger ones beside it where the law admits them."""
    today_yr, young_duty = world.base.import_age_min_yr, policy.duty[NEW_SLOTS, 0]

    def vintage(age_yr: Scalar, duty: Scalar) -> Vintage:
        return Vintage(*used_import_usd(age_yr, duty, a.cost), age_yr)

    return vintages(
        vintage(today_yr, policy.duty_recorded),
        vintage(policy.import_age_min_yr, young_duty),
        vintage(today_yr, young_duty),
        world.market.constants.sales_tax_rate,
        a.market,
    )


def _offers(
    policy: Policy, landed_usd: Float[Array, "e k"], used_age_yr: Float[Array, ""], world: World, a: Assumptions, **facts: Any
) -> Offers:
    """What is on sale by some route, at the cost of an import; `_by_route` makes it any route's. Slots that no study fills hold stand-ins."""
    whole = offers(
        world.market.constants,
        mask=world.offered,
        landed_cost_usd=landed_usd[:, IMPORT],
        subsidy_usd=policy.subsidy_usd,
        power_W=world.power_W,
        length_m=world.length_m,
        width_m=world.width_m,
        footprint_m2=world.footprint_m2,
        seats=world.seats,
        electric=world.slots.electric.astype(float),
        quota=policy.quota[IMPORT],
        state_access=policy.state_access,
        dealer_share=a.cost.dealer_share,
        asked_usd=world.asked_usd,
        age_yr=jnp.zeros(len(SLOTS)).at[NEW_SLOTS].set(used_age_yr),
        **facts,
    )
    return eqx.tree_at(lambda o: o.mask, cleaned(whole), policy.door.max(axis=1) * world.offered)


def _standard(policy: Policy, drives: Performance, world: World, a: Assumptions) -> Float[Array, " e"]:
    """What makers count against a unit that misses its fuel-economy target. [USD]"""
    target = policy.cafe_target_scale * world.cafe_target_mpg
    electric = world.slots.electric.astype(float)
    return newcomers_charge(
        world.bank.standard, drives.consumption_J_per_m, electric, world.light_truck, target, policy.cafe_penalty_usd_per_mpg, a.market
    )


def _by_route(on_sale: Offers, policy: Policy, landed_usd: Float[Array, "e k"], world: World) -> tuple[Offers, Offers]:
    """Offers with an axis of routes on what differs between them and nowhere else, so that the rest is worked out once; and that axis."""
    differs = lambda o: (o.mask, o.landed_cost_usd, o.quota)  # noqa: E731
    known = jnp.where(world.offered[:, None] > 0.0, landed_usd, 0.0)
    each = eqx.tree_at(differs, on_sale, ((policy.door * world.offered[:, None]).T, known.T, policy.quota))
    axes = jax.tree.map(lambda _: None, on_sale)
    return each, eqx.tree_at(differs, axes, (0, 0, 0), is_leaf=lambda x: x is None)


def _used_alone(entry: Entry, policy: Policy) -> Entry:
    """By route, when nothing but the used import is sold: solved once, and nothing where it has no door."""
    doors = policy.door[NEW_SLOTS]
    shown = [jax.tree.map(lambda leaf, k=k: jnp.where(doors[k] > 0.0, leaf, jnp.zeros_like(leaf)), entry) for k in range(len(ROUTES))]
    both = jax.tree.map(lambda *leaf: jnp.stack(leaf), *shown)
    flags = [jnp.stack([flag] * len(ROUTES)) for flag in (entry.converged, entry.thin_ok)]
    return eqx.tree_at(lambda e: (e.converged, e.thin_ok), both, flags)


def _per(amount: Float[Array, " *shape"], of: Float[Array, " *whole"]) -> Float[Array, " *shape"]:
    """amount / of, and zero (with zero slope) where there is nothing to divide by."""
    some = of > 0.0
    return jnp.where(some, amount / jnp.where(some, of, 1.0), 0.0)


def spending(fixed_usd: Scalar, lag_yr: Scalar, life_yr: Scalar, renewal: Scalar) -> Float[Array, " y"]:
    """When a maker spends: the programme a year before the first sales, a part of it again each entry life. [USD by sale year]

    A date between two years is shared between them, so that money moves smoothly with the lag.
    """
    years = jnp.arange(SALE_YEARS, dtype=float)
    first = jnp.clip(lag_yr - 1.0, 0.0, SALE_YEARS - 1.0)
    dates = first + life_yr * jnp.arange(MOST_RENEWALS + 1, dtype=float)
    weight = jnp.clip(1.0 - jnp.abs(years - dates[:, None]), 0.0, 1.0)
    money = fixed_usd * jnp.where(jnp.arange(MOST_RENEWALS + 1) == 0, 1.0, renewal)
    return money @ weight


def _fuel_left_behind(entry: Entry, world: World, a: Assumptions) -> Float[Array, " e"]:
    """Dollars of fuel that buyers from outside the new market no longer burn, as utility has them. [USD at launch]

    Their old way of travelling is the zero of utility, fuel included, so its saving is inside the surplus already; the account
    takes the same miles off the mean vehicle on the road.
    """
    miles_moved = displacement(_per(entry.lost_outside, entry.units), a.fleet) * entry.units - entry.lost_units.sum(axis=1)
    return _fuel_of_stock_miles(miles_moved, world, a)


def _fuel_of_stock_miles(cars: Float[Array, " *e"], world: World, a: Assumptions) -> Float[Array, " *e"]:
    """Dollars of fuel that utility counts for the miles of so many mean vehicles on the road. [USD]"""
    mean = world.fleet.stock_consumption_J_per_m[0]
    return a.market.fuel_valuation * pv_fuel(mean, jnp.zeros(()), world.market.constants) * cars


def _dollars(
    via: Route,
    wide: Incumbents,
    units: Float[Array, "e y"],
    rent_usd: Float[Array, " y"],
    policy: Policy,
    fixed: Float[Array, " y"],
    world: World,
    a: Assumptions,
) -> MarketDollars:
    """The market's dollars by sale year, for one route."""
    entry = via.entry
    scale = _per(units, entry.units[:, None])
    margin = entry.price_usd[:NEW_SLOTS] * (1.0 - a.cost.dealer_share) - via.landed_usd[:NEW_SLOTS]
    gain = entry.surplus_usd.sum(axis=0)
    every = world.fleet.sales_index
    rent = rent_usd * units[:NEW_SLOTS].sum(axis=0)
    return MarketDollars(
        surplus=entry.surplus_usd.sum(axis=1) @ scale,
        rival_price_gain=entry.rival_price_gain_usd @ scale + wide.gain_usd * every,
        entrant_profit=margin @ units[:NEW_SLOTS] + (1.0 - a.cost.dealer_share) * rent,
        fixed_cost=fixed,
        incumbents_profit_us=entry.incumbents_profit_us_usd @ scale + wide.profit_us_usd * every,
        incumbents_profit_foreign=entry.incumbents_profit_foreign_usd @ scale + wide.profit_foreign_usd * every,
        duty=via.duty_usd @ units,
        sales_tax=entry.sales_tax_usd @ scale + wide.sales_tax_usd * every + world.market.constants.sales_tax_rate * rent,
        subsidy=policy.subsidy_usd @ units,
        felt_risk=entry.felt_risk_usd @ scale + wide.felt_risk_usd * every,
        felt_fuel=(_fuel_left_behind(entry, world, a) - entry.felt_fuel_usd) @ scale
        - (_fuel_of_stock_miles(wide.lost_units.sum(), world, a) + wide.felt_fuel_usd) * every,
        entrant_home_share=via.home,
        surplus_by_group=_per(gain, gain.sum()),
    )


def evaluate(
    policy: Policy,
    world: World,
    assumptions: Assumptions,
    *,
    market: Engine = "thin",
    lineup: Lineup = WHOLE,
    routes: tuple[int, ...] = BOTH,
    start: Float[Array, " J"] | None = None,
) -> Outcome:
    """What a policy does in one draw, against the market without the slots; both routes, or those named.

    `market="exact"` solves every price and has gradients with respect to tastes; "thin" is the fast engine for draws, whose
    tastes are an index and have none. `lineup` leaves out of the program what the policy is known never to sell
    (`study.run.lineup_of`); the results are the same. `start` is a near guess of incumbents' mean utilities for the exact engine,
    which then takes fewer steps.
    """
    a = assumptions
    policy = policy.resolve(a.rules)
    content, added_kg, mass_kg = _content(policy, world, a)
    governed = jnp.full(len(SLOTS), jnp.inf).at[:NEW_SLOTS].set(policy.design_speed_max_mps)
    drives = performance(world.grid, added_kg, governed, a.energy)
    roads = _roads(policy, a)
    made = build(world.slots, content, policy.duty, policy.import_age_min_yr, a.cost)
    as_recorded = build(world.slots, content, world.base.duty, world.base.import_age_min_yr, a.cost)
    used = _used(policy, world, a)
    recorded_usd, _ = used_import_usd(world.base.import_age_min_yr, world.base.duty_recorded, a.cost)
    made = eqx.tree_at(
        lambda m: (m.landed_usd, m.duty_usd),
        made,
        (made.landed_usd.at[NEW_SLOTS].set(used.landed_usd), made.duty_usd.at[NEW_SLOTS].set(used.duty_usd)),
    )
    harm, harm_before = _harm(content, added_kg, used.young_share, lineup, world, a)
    dread_usd, dread_before_usd = (extra_own_deaths(each, roads, world.fleet, a.fleet) * a.account.vsl_usd for each in (harm, harm_before))
    usable = highway_ok(drives.speed_max_mps, jnp.ones(len(SLOTS)).at[:NEW_SLOTS].set(policy.road_access[LIMITED]), world.market.constants)
    facts = {
        "mass_kg": mass_kg,
        "consumption_J_per_m": drives.consumption_J_per_m,
        "highway_ok": usable,
        "risk_usd": dread_usd[: len(SLOTS)],
        "class_risk_usd": dread_usd[len(SLOTS) :],
        "standard_usd": _standard(policy, drives, world, a),
    }
    on_sale = _offers(policy, made.landed_usd, used.age_yr, world, a, **facts)
    facts_before = facts | {"risk_usd": dread_before_usd[: len(SLOTS)]}
    before = _offers(
        world.base, as_recorded.landed_usd.at[NEW_SLOTS].set(recorded_usd), world.base.import_age_min_yr, world, a, **facts_before
    )
    each, axes = _by_route(on_sale, policy, made.landed_usd, world)
    if market == "exact":
        steps: dict[str, Any] = {} if start is None else {"start": start, "contraction": 0, "newton": NEAR_STEPS}
        alone = [jax.tree.map(lambda x, axis, k=k: x if axis is None else x[k], each, axes) for k in routes]
        solved = [enter_exact(world.market, one, a.market, before, **steps) for one in alone]
        entry = jax.tree.map(lambda *leaf: jnp.stack(leaf), *solved)
    elif lineup.new:
        entry = jax.vmap(lambda one: enter(world.bank, one, a.market, before, lineup), in_axes=(axes,))(each)
    else:
        entry = _used_alone(enter(world.bank, on_sale, a.market, before, lineup), policy)
    if market == "thin" and routes != BOTH:
        entry = jax.tree.map(lambda leaf: leaf[np.array(routes)], entry)
    wide = incumbents(
        world.bank,
        facts["class_risk_usd"],
        policy.cafe_target_scale,
        policy.cafe_penalty_usd_per_mpg,
        world.base.cafe_target_scale,
        world.base.cafe_penalty_usd_per_mpg,
        a.market,
    )
    by_route = {
        "landed_usd": made.landed_usd.T,
        "duty_usd": made.duty_usd.T,
        "fixed_usd": made.fixed_usd,
        "opened": jnp.max(policy.door[:NEW_SLOTS] * world.offered[:NEW_SLOTS, None], axis=0),
        "quota": policy.quota,
        "capacity": jnp.stack([jnp.asarray(UNBOUNDED), jnp.asarray(a.cost.plant_capacity, dtype=float)]),
        "lag_yr": jnp.stack([jnp.asarray(a.market.lag_import_yr, dtype=float), jnp.asarray(a.market.lag_plant_yr, dtype=float)]),
        "home": jnp.stack([jnp.asarray(home_share(k, a.account), dtype=float) for k in range(len(ROUTES))]),
        "standard_usd": jnp.stack([facts["standard_usd"]] * len(ROUTES)),
    }
    named = {name: leaf[np.array(routes)] for name, leaf in by_route.items()} if routes != BOTH else by_route
    return jax.vmap(lambda one: _route(Route(**one), wide, policy, harm, roads, drives, usable, world, a))({"entry": entry, **named})


class Route(eqx.Module):
    """What differs between routes once the launch year is solved."""

    entry: Entry
    landed_usd: Float[Array, " e"]
    duty_usd: Float[Array, " e"]
    fixed_usd: Float[Array, ""]
    opened: Float[Array, ""]
    """1 where some new vehicle may come by it."""
    quota: Float[Array, ""]
    capacity: Float[Array, ""]
    lag_yr: Float[Array, ""]
    home: Float[Array, ""]
    """US share of the entrant's profit."""
    standard_usd: Float[Array, " e"]


def _route(
    via: Route,
    wide: Incumbents,
    policy: Policy,
    harm: Harm,
    roads: Exposure,
    drives: Performance,
    usable: Float[Array, " e"],
    world: World,
    a: Assumptions,
) -> Outcome:
    """From the launch year to the account, for one route."""
    entry = via.entry
    wanted = wanted_path(entry.units, a.market, world.fleet.sales_index, via.lag_yr, entry.quota_wants)
    rent_usd = rent_change(wanted, via.quota, entry.quota_rise_usd, entry.quota_wants, a.market)
    index, capacity = world.fleet.sales_index, via.capacity * a.market.makers
    units = sales_path(entry.units, a.market, index, via.lag_yr, via.quota, capacity, entry.quota_wants)
    fixed_usd = via.fixed_usd * via.opened * a.market.makers
    counted_usd = via.landed_usd + via.standard_usd
    case = business(units, entry.price_usd, counted_usd, a.cost.dealer_share, fixed_usd, via.lag_yr, a.market, rent_usd)
    mix = _per(entry.units[:NEW_SLOTS], entry.units[:NEW_SLOTS].sum())
    paths = roll(
        units,
        _per(entry.lost_units, entry.units[:, None]),
        entry.lost_consumption_J_per_m,
        drives.consumption_J_per_m,
        world.slots.electric.astype(float),
        harm,
        roads.share,
        roads.miles_factor,
        world.fleet,
        a.fleet,
        displaced_share=roads.displaced,
        lost_electricity_J_per_m=entry.lost_electricity_J_per_m,
        withdrawn=Withdrawn(
            *(x[:, None] * world.fleet.sales_index for x in (wide.lost_units, wide.lost_gasoline_J_per_m, wide.lost_electricity_J_per_m))
        ),
    )
    fixed = spending(fixed_usd, via.lag_yr, a.market.entry_life_yr, a.market.renewal_share)
    dollars = _dollars(via, wide, units, rent_usd, policy, fixed, world, a)
    worth = appraise(paths, dollars, world.values, a.account, electric=world.slots.electric.astype(float))
    why = change(paths, harm, world.fleet, a.fleet, YEAR_10)
    shown = slice(0, SALE_YEARS)
    return Outcome(
        units=units,
        price_usd=entry.price_usd,
        landed_usd=via.landed_usd[:NEW_SLOTS] @ mix,
        standard_usd=via.standard_usd[:NEW_SLOTS] @ mix,
        fixed_usd=fixed_usd,
        margin_usd=case.margin_usd,
        npv_usd=case.npv_usd,
        volume=case.discounted_units,
        break_even_units=case.break_even_units,
        deaths=paths.deaths[:, shown],
        miles_m=paths.miles_m[:, shown].sum(axis=0),
        gasoline_gallons=paths.gasoline_gallons[shown],
        electricity_kwh=paths.electricity_kwh[shown],
        co2_kg=(paths.tailpipe_co2_kg + paths.upstream_co2_kg)[shown],
        vehicles=paths.stock[: len(SLOTS), shown].sum(axis=0),
        miles_by_class_m=paths.miles_m[:, YEAR_10],
        deaths_by_road=paths.deaths_by_road[:, :, YEAR_10],
        own_by_type=paths.own_by_type[:, YEAR_10],
        deaths_split=why.deaths,
        fuel_split=jnp.stack([why.gallons, why.co2_kg]),
        rebound_deaths=paths.rebound.deaths[:, YEAR_10],
        lines_usd=worth.lines,
        net_usd=worth.net,
        world_usd=worth.world,
        who_pays_usd=worth.who_pays,
        buyers_by_group=entry.buyers.sum(axis=0),
        surplus_by_group_usd=worth.by_group,
        co2_by_stream_usd=worth.co2_by_stream,
        lost_units=entry.lost_units.sum(axis=0) + wide.lost_units,
        lost_outside=entry.lost_outside.sum() - wide.lost_units.sum(),
        highway_ok=usable,
        converged=entry.converged.astype(float),
        thin_ok=entry.thin_ok.astype(float),
    )
