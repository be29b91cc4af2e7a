"""What happens at launch: price, sales, who buys, whom it takes from, and who gains or loses. The thin-entrant engine.

    V_ie = X beta_f + b_hp ln(power/mass) + B_f(size) + xi + gamma ln(dealers/1500) + h ln(income_i) + sum_k sigma_k nu_ik x_ek
           - a_i [price (1 + tax) - subsidy + g m_i PVfuel + phi risk + highway penalty + age]

Every loss to others is linear in the choice probabilities pe_i through the prepared columns z. The surplus is
M sum_i w_i (pe_i/Q_i) ln(1 + R_i) / a_i, never a difference of two large logs. xi of new vehicles is the small-car bias of the
size form; xi of the used import is set so that the base flow equals the recorded one.
Limits: first order in the entrant's share for rivals' prices (`thin_ok`); outside support the answer is an interval, not a number.
References: Berry, Levinsohn and Pakes (1995); Petrin (2002); docs/rooms/market.md.
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from roadworthy.core.axes import INCUMBENT_CLASSES, SLOT_COUNT
from roadworthy.market.assumptions import MarketAssumptions
from roadworthy.market.bank import COLUMNS, Bank, Market
from roadworthy.market.fit import POWER, design
from roadworthy.market.line import CONVERGED_USD, Line, clear_line
from roadworthy.market.offers import Lineup, Offers, attributes, chosen, cleaned
from roadworthy.market.tastes import size_utility, wish

THIN_SHARE = 0.003
"""Share of households above which the first-order response is no longer good to 1 %."""
LAST = -1
"""The used import, which is the last slot of any line-up."""
N_CLASSES = len(INCUMBENT_CLASSES)
UNITS = slice(0, N_CLASSES)
GASOLINE = slice(N_CLASSES, 2 * N_CLASSES)
ELECTRICITY = slice(2 * N_CLASSES, 3 * N_CLASSES)
PROFIT_US, PROFIT_FOREIGN = COLUMNS.index("profit_us"), COLUMNS.index("profit_foreign")
TAX, FUEL, GAIN = COLUMNS.index("sales_tax"), COLUMNS.index("pv_fuel"), COLUMNS.index("price_gain")


PER_SLOT = (
    "price_usd",
    "units",
    "buyers",
    "surplus_usd",
    "rival_price_gain_usd",
    "lost_units",
    "lost_outside",
    "lost_consumption_J_per_m",
    "lost_electricity_J_per_m",
    "incumbents_profit_us_usd",
    "incumbents_profit_foreign_usd",
    "sales_tax_usd",
    "felt_risk_usd",
    "felt_fuel_usd",
    "markup_usd",
)
"""Fields of `Entry` with a row per slot."""


class Entry(eqx.Module):
    """The launch year, per slot [e]; money and units a year. Masked slots are exactly 0."""

    price_usd: Float[Array, " e"]
    units: Float[Array, " e"]
    buyers: Float[Array, "e g"]
    """Units by income group."""
    surplus_usd: Float[Array, "e g"]
    """Buyers' gain by income group, at unchanged incumbents' prices."""
    rival_price_gain_usd: Float[Array, " e"]
    """What buyers of incumbents' vehicles gain because their prices fall."""
    lost_units: Float[Array, "e n"]
    """Sales that incumbents lose, by class."""
    lost_outside: Float[Array, " e"]
    """Buyers who would have bought no new vehicle."""
    lost_consumption_J_per_m: Float[Array, "e n"]
    """Mean fuel energy of the lost units, electric ones counted as zero."""
    lost_electricity_J_per_m: Float[Array, "e n"]
    """Mean wall energy of the lost units, those with an engine counted as zero."""
    incumbents_profit_us_usd: Float[Array, " e"]
    """Change of profit of makers seated in the United States (a loss is negative)."""
    incumbents_profit_foreign_usd: Float[Array, " e"]
    sales_tax_usd: Float[Array, " e"]
    """Change of sales tax: the slot's less that of the lost units."""
    felt_risk_usd: Float[Array, " e"]
    """Dollars of own risk that entered utility: slot's buyers less what they left."""
    felt_fuel_usd: Float[Array, " e"]
    """Dollars of fuel that entered utility: slot's less what it replaces (negative when it saves)."""
    markup_usd: Float[Array, " e"]
    """Full Bertrand markup over effective cost."""
    quota_rent_usd: Float[Array, ""]
    """Part of the line's revenue that a binding quota creates; it is inside price and margin."""
    quota_rise_usd: Float[Array, ""]
    """The same per unit."""
    quota_wants: Float[Array, ""]
    """Units that would be sold without the quota over those it lets in; 1 where it does not bind."""
    residual_usd: Float[Array, ""]
    converged: Bool[Array, ""]
    thin_ok: Bool[Array, ""]


def own_money(offers: Offers, market: Market, a: MarketAssumptions) -> Float[Array, "e N"]:
    """Dollars that a buyer counts against a slot beside its price: fuel, risk, roads barred, age, less the subsidy."""
    flat = (
        a.risk_valuation * offers.risk_usd
        + a.highway_penalty_usd * (1.0 - offers.highway_ok)
        + a.used_age_taste_usd_per_yr * offers.age_yr
        - offers.subsidy_usd
    )
    return flat[:, None] + a.fuel_valuation * offers.pv_fuel_usd[:, None] * market.people.miles_factor


def new_mean_utility(offers: Offers, market: Market, a: MarketAssumptions) -> Float[Array, " e"]:
    """Mean utility of a new vehicle before money: fit, power, size, small-car bias, dealers.

    Fit and bias were measured at the node's g and without risk; they move with g and phi as they would if the market were inverted
    again at the present values (second order in g, first in phi). The exact engine has no such shifts: it does invert again.
    """
    node, c = market.node, market.constants
    x = attributes(offers, c)
    fit = node.fit
    area = offers.length_m * offers.width_m
    size = size_utility(node.tastes, a.form, a.kappa, area, offers.footprint_m2, c.area_floor_m2, c.footprint_floor_m2)
    bias = fit.bias_mean[a.form] + fit.bias_sd[a.form] * a.xi_z - jnp.log(jnp.asarray(a.consideration))
    more = a.fuel_valuation - node.tastes.fuel_valuation
    steps = jnp.concatenate([jnp.stack([more, more**2]), a.risk_valuation * offers.class_risk_usd])[: node.moved.bias.shape[0]]
    again = design(x) @ (steps @ node.moved.beta) + steps @ node.moved.bias
    dealers = a.dealer_exponent * jnp.log(a.dealers / c.dealers_reference)
    return design(x) @ fit.beta[a.form] + node.tastes.power_mean * x[:, POWER] + size + bias + again + dealers


def taste_part(offers: Offers, market: Market) -> Float[Array, "e N"]:
    """sum_k sigma_k nu_ik x_ek, and what income adds."""
    income = wish(market.node.tastes, market.people.income_usd, market.constants.income_reference_usd)
    return (attributes(offers, market.constants) * market.node.tastes.spread()) @ market.people.nu + income


def _new(offers: Offers) -> Bool[np.ndarray, " e"]:
    """True for the line's own slots: all but the last, the used import."""
    count = offers.mask.shape[0]
    return np.arange(count) < count - 1


def reach(offers: Offers, a: MarketAssumptions) -> Float[Array, " e"]:
    """Share of households that can choose a slot: considered, and registered in their state."""
    considered = jnp.where(_new(offers), jnp.asarray(a.consideration, dtype=float), 1.0)
    return offers.mask * offers.state_access * considered


def used_mean_utility(recorded: Offers, market: Market, a: MarketAssumptions) -> Float[Array, ""]:
    """Mean utility of the used import at which its recorded offer alone sells the recorded units."""
    node, c, w = market.node, market.constants, market.people.weights
    alpha = node.a * (1.0 + recorded.sales_tax_rate)
    u = taste_part(recorded, market)[LAST] - node.a * own_money(recorded, market, a)[LAST] - node.log_base
    u = u - alpha * recorded.landed_cost_usd[LAST]
    goal = c.used_import_record * a.used_import_factor / node.market_size
    access = jnp.where(recorded.state_access[LAST] > 0.0, recorded.state_access[LAST], 1.0)
    top = u.max()
    xi = jnp.log(goal / access) - jnp.log(w @ jnp.exp(u - top)) - top

    def step(value: Float[Array, ""], u: Float[Array, " N"], goal: Float[Array, ""]) -> Float[Array, ""]:
        r = jnp.exp(u + value)
        q = w * r / (1.0 + r)
        slope = jax.lax.stop_gradient(jnp.sum(q / (1.0 + r)) / q.sum())
        return value - (jnp.log(access * q.sum()) - jnp.log(goal)) / slope

    held = jax.lax.stop_gradient((u, goal))
    # the start is exact for a vanishing share; each of two steps squares what the recorded 1 in 10,000 leaves
    xi = jax.lax.stop_gradient(step(jax.lax.stop_gradient(xi), *held))
    return step(xi, u, goal)


def mean_utilities(offers: Offers, recorded: Offers, market: Market, a: MarketAssumptions) -> Float[Array, " e"]:
    """Mean utility of every slot before money."""
    used = used_mean_utility(chosen(recorded, (LAST,)), market, a)
    return jnp.where(_new(offers), new_mean_utility(offers, market, a), used)


def launch(offers: Offers, market: Market, a: MarketAssumptions, mean: Float[Array, " e"], capped: bool = True) -> Line:
    """Prices and choice probabilities of the slots at given mean utilities, against the market's incumbents."""
    node = market.node
    u0 = mean[:, None] + taste_part(offers, market) - node.a * own_money(offers, market, a) - node.log_base
    share = jnp.where(_new(offers), 1.0 - offers.dealer_share, 1.0)
    cap = offers.quota * a.makers / node.market_size
    alpha = node.a * (1.0 + offers.sales_tax_rate)
    effective = (offers.landed_cost_usd + offers.standard_usd) / share
    return clear_line(
        u0, alpha, market.people.weights, offers.mask, reach(offers, a), effective, cap, a.markup_share, offers.asked_usd, capped
    )


def buyers_gain(line: Line, market: Market) -> Float[Array, "e g"]:
    """Surplus of the slots' buyers by income group: pe / Q ln(1 + R) / a, shared among slots by their choice probability."""
    total = line.ratio.sum(axis=0)
    tiny = total < 1e-12
    safe = jnp.where(tiny, 1.0, total)
    # apart from its readers, which would each take the logarithm again
    per_choice = jax.lax.optimization_barrier(jnp.where(tiny, 1.0 + total / 2.0, jnp.log1p(safe) * (1.0 + safe) / safe) / market.node.a)
    return market.node.market_size * (line.pe * per_choice * market.people.weights) @ market.people.groups.T


def account(line: Line, offers: Offers, market: Market, a: MarketAssumptions, lost: Float[Array, "e C"]) -> Entry:
    """The launch year in units and dollars from choice probabilities and what they take from others (columns of `bank.COLUMNS`)."""
    node, people, c = market.node, market.people, market.constants
    mass = node.market_size * line.pe * people.weights
    units = mass.sum(axis=1)
    lost_units = lost[:, UNITS]
    some = jnp.abs(lost_units) > 0.0
    sold = units[:LAST].sum()
    return Entry(
        price_usd=line.price_usd,
        units=units,
        buyers=mass @ people.groups.T,
        surplus_usd=buyers_gain(line, market),
        rival_price_gain_usd=lost[:, GAIN],
        lost_units=lost_units,
        lost_outside=units - lost_units.sum(axis=1),
        lost_consumption_J_per_m=jnp.where(some, lost[:, GASOLINE] / jnp.where(some, lost_units, 1.0), 0.0),
        lost_electricity_J_per_m=jnp.where(some, lost[:, ELECTRICITY] / jnp.where(some, lost_units, 1.0), 0.0),
        incumbents_profit_us_usd=-lost[:, PROFIT_US],
        incumbents_profit_foreign_usd=-lost[:, PROFIT_FOREIGN],
        sales_tax_usd=offers.sales_tax_rate * line.price_usd * units - lost[:, TAX],
        felt_risk_usd=a.risk_valuation * (offers.risk_usd * units - lost_units @ offers.class_risk_usd),
        felt_fuel_usd=a.fuel_valuation * (offers.pv_fuel_usd * (mass @ people.miles_factor) - lost[:, FUEL]),
        markup_usd=line.markup_usd,
        quota_rent_usd=line.rent_usd * sold,
        quota_rise_usd=line.rent_usd,
        quota_wants=line.wants,
        residual_usd=line.residual_usd,
        converged=line.residual_usd < CONVERGED_USD,
        thin_ok=units.sum() <= THIN_SHARE * c.households,
    )


def enter_market(
    market: Market,
    offers: Offers,
    a: MarketAssumptions,
    recorded: Offers | None = None,
    mean: Float[Array, " e"] | None = None,
    lineup: Lineup | None = None,
) -> Entry:
    """`enter` on one prepared node. `mean` holds the mean utilities fixed (for tests of what is felt)."""
    if lineup is not None:
        return _few(market, offers, a, offers if recorded is None else recorded, lineup)
    clean = cleaned(offers)
    base = clean if recorded is None else cleaned(recorded)
    level = mean_utilities(clean, base, market, a) if mean is None else mean
    line = launch(clean, market, a, level)
    lost = market.node.market_size * (line.pe * market.people.weights) @ market.node.z.T
    return account(line, clean, market, a, lost)


def _few(market: Market, offers: Offers, a: MarketAssumptions, recorded: Offers, lineup: Lineup) -> Entry:
    """`enter_market` for the slots of a line-up alone; the others' rows are the zeros that a closed slot has."""
    rows = np.array(lineup.rows)
    some = chosen(offers, lineup.rows)
    line = launch(some, market, a, mean_utilities(some, cleaned(recorded), market, a), lineup.capped)
    lost = market.node.market_size * (line.pe * market.people.weights) @ market.node.z.T
    found = account(line, some, market, a, lost)

    def whole(value: Array) -> Array:
        return jnp.zeros((SLOT_COUNT, *value.shape[1:]), value.dtype).at[rows].set(value)

    return Entry(**{name: whole(value) if name in PER_SLOT else value for name, value in vars(found).items()})


def enter(bank: Bank, offers: Offers, a: MarketAssumptions, recorded: Offers | None = None, lineup: Lineup | None = None) -> Entry:
    """Launch year of one route in the node that `a.node` names: the thin-entrant engine.

    `recorded` holds the offers of the base law; its slot 3 is the used import as recorded today, from which the taste for it is
    found. Left out, `offers` itself is the base. Gradients with respect to `a.tastes` are zero: the node is an index.
    With a `lineup` only its slots are solved, all others sell nothing, and the values of its slots must be known (`cleaned`).
    """
    return enter_market(bank.at(a.node), offers, a, recorded, lineup=lineup)
