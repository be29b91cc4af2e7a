"""What it costs to own a car, and at which price it would cost the same as another one.

    PV = P t + sum_y beta^(y-1/2) [ (c_y + M_y) m_y + I_y + R_y ] + F(P) + P - beta^Y P rho(Y) + other        beta = 1/(1+r)
    F  = PV(payments) - L,  L = P (1+t)(1-D),  payment = L a,  a = (i/12) / (1 - (1+i/12)^-n)
    rho(Y) = (1 - d1 - u)(1 - d)^(Y-1)
    P* = (total of the rival - A)/B,  since total = A + B P

Every item is an array over years whose sum is the item: depreciation and the loan telescope. A premium linear in the price keeps
the total affine, so the break-even price has a closed form. At r = 0 all is plain dollars, as published calculators have it.
Limits: whole years; no lease, trade-in credit or fee by weight; a loan longer than the time held is paid off at its full cost.
References: AAA Your Driving Costs (convention of 5 x 15,000 miles); Argonne ANL/ESD-21/4 (2021).
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

HORIZON = 20
"""Years of the fixed axis; an owner may hold a car for as long and no longer."""
MONTHS = 12.0
_SMALL = 1e-3


class Ownership(eqx.Module):
    """One owner with one car, or a batch: yearly entries have a last axis of years, of size one when they are constant."""

    price_usd: Float[Array, "*#batch"]
    years_held: Float[Array, "*#batch"]
    miles: Float[Array, "*#batch #year"]
    """Miles driven in the year. [mi/yr]"""
    energy_usd_per_mi: Float[Array, "*#batch #year"]
    maintenance_usd_per_mi: Float[Array, "*#batch #year"]
    insurance_usd: Float[Array, "*#batch #year"]
    """Premium of the year at the reference price. [USD/yr]"""
    registration_usd: Float[Array, "*#batch #year"]
    sales_tax_share: Float[Array, "*#batch"]
    down_share: Float[Array, "*#batch"]
    apr: Float[Array, "*#batch"]
    loan_months: Float[Array, "*#batch"]
    first_year_loss: Float[Array, "*#batch"]
    """Share of the price lost in the first year held. [-]"""
    yearly_loss: Float[Array, "*#batch"]
    """Share of the value lost in each later year. [-]"""
    thin_market_loss: Float[Array, "*#batch"]
    """Further share of the price lost at once because few want the car. [-]"""
    discount_rate: Float[Array, "*#batch"]
    insurance_price_slope: Float[Array, "*#batch"]
    """Premium per dollar of price above the reference. [1/yr]"""
    insurance_reference_usd: Float[Array, "*#batch"]
    parking_usd: Float[Array, "*#batch #year"]
    time_usd: Float[Array, "*#batch #year"]
    """Value of the time spent refuelling or charging. [USD/yr]"""
    injury_usd_per_mi: Float[Array, "*#batch #year"]
    """Expected cost of own injury; leave at zero where the account counts it. [USD/mi]"""

    @classmethod
    def constant(cls, **values: object) -> Ownership:
        """From numbers, or arrays over the batch, that are the same in every year; what is not named in OPTIONAL must be given."""
        given = dict.fromkeys(OPTIONAL, 0.0) | values
        arrays = {name: jnp.asarray(value, dtype=float) for name, value in given.items()}
        return cls(**{name: x[..., None] if name in YEARLY else x for name, x in arrays.items()})


YEARLY = (
    "miles",
    "energy_usd_per_mi",
    "maintenance_usd_per_mi",
    "insurance_usd",
    "registration_usd",
    "parking_usd",
    "time_usd",
    "injury_usd_per_mi",
)
"""Entries of `Ownership` with an axis of years."""
OPTIONAL = (
    "thin_market_loss",
    "discount_rate",
    "insurance_price_slope",
    "insurance_reference_usd",
    "parking_usd",
    "time_usd",
    "injury_usd_per_mi",
)
"""Entries that are zero unless given; at zero the ledger is that of published calculators."""


class Ledger(eqx.Module):
    """What each item costs in each year, in present dollars, and the line total = intercept + slope x price."""

    depreciation_usd: Float[Array, "*batch year"]
    sales_tax_usd: Float[Array, "*batch year"]
    finance_usd: Float[Array, "*batch year"]
    energy_usd: Float[Array, "*batch year"]
    maintenance_usd: Float[Array, "*batch year"]
    insurance_usd: Float[Array, "*batch year"]
    registration_usd: Float[Array, "*batch year"]
    other_usd: Float[Array, "*batch year"]
    miles: Float[Array, " *batch"]
    """Miles driven, discounted as the costs are. [mi]"""
    months_held: Float[Array, " *batch"]
    payment_usd_per_month: Float[Array, " *batch"]
    intercept_usd: Float[Array, " *batch"]
    slope: Float[Array, " *batch"]

    def items(self) -> dict[str, Float[Array, " *batch"]]:
        """Each item's sum over the years. [USD]"""
        return {name: jnp.sum(getattr(self, f"{name}_usd"), axis=-1) for name in ITEMS}

    def total(self) -> Float[Array, " *batch"]:
        """What owning costs, resale deducted. [USD]"""
        return sum(self.items().values(), jnp.zeros(()))

    def per_mile(self) -> Float[Array, " *batch"]:
        """Total over discounted miles. [USD/mi]"""
        return self.total() / self.miles

    def per_month(self) -> Float[Array, " *batch"]:
        """Total over the months held. [USD/month]"""
        return self.total() / self.months_held

    def break_even(self, rival: Ledger) -> Float[Array, " *batch"]:
        """The price before tax at which a mile costs what it costs in the rival. [USD]

        NaN when energy use of either or the price of the rival is unknown; its own price need not be known.
        """
        return (rival.per_mile() * self.miles - self.intercept_usd) / self.slope


ITEMS = ("depreciation", "sales_tax", "finance", "energy", "maintenance", "insurance", "registration", "other")
"""Names of the ledger's items, in the order in which they are shown."""


def exprel(x: Float[Array, ...]) -> Float[Array, ...]:
    """(e^x - 1)/x, smooth through zero, so that interest and discount rates of zero keep their gradients."""
    small = jnp.abs(x) < _SMALL
    safe = jnp.where(small, 1.0, x)
    series = 1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0)))
    return jnp.where(small, series, jnp.expm1(safe) / safe)


def payment_share(apr: Float[Array, ...], months: Float[Array, ...]) -> Float[Array, ...]:
    """Monthly payment per dollar lent: (i/12) / (1 - (1 + i/12)^-n). [1/month]"""
    growth = jnp.log1p(apr / MONTHS)
    return exprel(growth) / (months * exprel(-growth * months))


def balance_share(apr: Float[Array, ...], months: Float[Array, ...], paid: Float[Array, ...]) -> Float[Array, ...]:
    """What is still owed after `paid` months, per dollar lent. [-]"""
    growth = jnp.log1p(apr / MONTHS)
    left = months - paid
    return left / months * exprel(-growth * left) / exprel(-growth * months)


def annuity_months(force: Float[Array, ...], months: Float[Array, ...]) -> Float[Array, ...]:
    """Present value of a dollar at the end of each of some months, `force` = ln(1 + r)/12. [months]"""
    return months * exprel(-force * months) / exprel(force)


def retained_share(years: Float[Array, ...], first: Float[Array, ...], later: Float[Array, ...]) -> Float[Array, ...]:
    """Resale value after whole years over the price: (1 - first)(1 - later)^(years - 1), and 1 when new. [-]"""
    after_first = jnp.maximum(years - 1.0, 0.0)
    return jnp.where(years < 1.0, 1.0, (1.0 - first) * jnp.exp(after_first * jnp.log1p(-later)))


def finance_share(o: Ownership, year: Float[Array, " year"], held: Float[Array, ...]) -> Float[Array, ...]:
    """Present value of payments less principal repaid in each year, per dollar lent; the last year held pays off the rest. [-]"""
    apr, months, force = o.apr[..., None], o.loan_months[..., None], jnp.log1p(o.discount_rate)[..., None] / MONTHS
    elapsed = jnp.where(year >= o.years_held[..., None], months, jnp.minimum(MONTHS * year, months))
    paid = payment_share(apr, months) * annuity_months(force, elapsed)
    repaid = 1.0 - balance_share(apr, months, elapsed)
    return jnp.diff(paid - repaid, axis=-1, prepend=0.0) * held


def own(o: Ownership, horizon: int = HORIZON) -> Ledger:
    """The ledger of each owner and car over `horizon` years, of which the first `years_held` count.

    Pure and differentiable; a batch of any shape. Use `horizon` as small as the longest time held to save memory.
    """
    year = jnp.arange(1.0, horizon + 1.0)
    held = (year <= o.years_held[..., None]).astype(year.dtype)
    force = jnp.log1p(o.discount_rate)[..., None]
    middle = jnp.exp(-force * (year - 0.5)) * held
    first, later = (o.first_year_loss + o.thin_market_loss)[..., None], o.yearly_loss[..., None]
    worth = jnp.exp(-force * year) * retained_share(year, first, later)
    lost = -jnp.diff(worth, axis=-1, prepend=1.0) * held

    tax = o.sales_tax_share[..., None] * (year == 1.0)
    lent = (1.0 + o.sales_tax_share) * (1.0 - o.down_share)
    interest = lent[..., None] * finance_share(o, year, held)
    link = o.insurance_price_slope[..., None] * middle
    miles = o.miles * middle
    running = {
        "energy": o.energy_usd_per_mi * miles,
        "maintenance": o.maintenance_usd_per_mi * miles,
        "insurance": (o.insurance_usd * middle) - link * o.insurance_reference_usd[..., None],
        "registration": o.registration_usd * middle,
        "other": (o.parking_usd + o.time_usd) * middle + o.injury_usd_per_mi * miles,
    }
    per_dollar = {"depreciation": lost, "sales_tax": tax, "finance": interest, "insurance": link}
    price = o.price_usd[..., None]
    shape = jnp.broadcast_shapes(price.shape, *(x.shape for x in running.values()), *(x.shape for x in per_dollar.values()))
    zero = jnp.zeros(())
    amount = {name: running.get(name, zero) + (price * per_dollar[name] if name in per_dollar else zero) for name in ITEMS}
    item = {f"{name}_usd": jnp.broadcast_to(amount[name], shape) for name in ITEMS}
    batch = shape[:-1]
    return Ledger(
        **item,
        miles=jnp.broadcast_to(jnp.sum(jnp.broadcast_to(miles, shape), axis=-1), batch),
        months_held=jnp.broadcast_to(o.years_held * MONTHS, batch),
        payment_usd_per_month=jnp.broadcast_to(o.price_usd * lent * payment_share(o.apr, o.loan_months), batch),
        intercept_usd=jnp.sum(jnp.broadcast_to(sum(running.values(), zero), shape), axis=-1),
        slope=jnp.sum(jnp.broadcast_to(sum(per_dollar.values(), zero), shape), axis=-1),
    )


class Cash(eqx.Module):
    """What leaves the owner's purse in each year, in dollars of that year; what comes back is negative."""

    purchase_usd: Float[Array, "*batch year"]
    """Down payment, tax included."""
    loan_usd: Float[Array, "*batch year"]
    """Payments; in the last year held all that are left."""
    running_usd: Float[Array, "*batch year"]
    """Energy, maintenance, premium, fees and the rest."""
    resale_usd: Float[Array, "*batch year"]

    def total(self) -> Float[Array, "*batch year"]:
        """The sum of each year. [USD]"""
        return self.purchase_usd + self.loan_usd + self.running_usd + self.resale_usd


def cash_flow(o: Ownership, horizon: int = HORIZON) -> Cash:
    """The owner's payments year by year, undiscounted; over the years held they add up to the ledger's total at no discount."""
    plain = eqx.tree_at(lambda x: x.discount_rate, o, jnp.zeros_like(o.discount_rate))
    found = own(plain, horizon)
    year = jnp.arange(1.0, horizon + 1.0)
    held = o.years_held[..., None]
    last, during = (year == held).astype(year.dtype), (year <= held).astype(year.dtype)
    with_tax = (o.price_usd * (1.0 + o.sales_tax_share))[..., None]
    months = o.loan_months[..., None]
    left = jnp.maximum(months - MONTHS * (year - 1.0), 0.0)
    paid = jnp.where(last > 0.0, left, jnp.minimum(left, MONTHS)) * during
    running = found.energy_usd + found.maintenance_usd + found.insurance_usd + found.registration_usd + found.other_usd
    kept = retained_share(held, (o.first_year_loss + o.thin_market_loss)[..., None], o.yearly_loss[..., None])
    parts = jnp.broadcast_arrays(
        o.down_share[..., None] * with_tax * (year == 1.0),
        found.payment_usd_per_month[..., None] * paid,
        running,
        -o.price_usd[..., None] * kept * last,
    )
    return Cash(*parts)
