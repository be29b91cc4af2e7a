"""What the new line charges and who takes it, against given incumbents.

r_ie = exp(V_ie) / base_i, q_ie = r_ie / (1 + sum r), choice probability pe_ie = pi A_e q_ie (considered, and registered there).
One maker sets the prices of slots 0-2 by its first-order condition in the effective cost c / (1 - d); it ships at that cost
plus `markup_share` of the Bertrand markup. A quota lifts all its prices by the one amount that clears it, rent to the seller.
Fixed numbers of Newton steps; only the last ones are differentiated (implicit function), one-sided at the quota.
Limits: consideration of slots is treated as one event per slot, exact when all open slots share it; slot 3 is always considered.
"""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from roadworthy.core.shapes import Index, Scalar

FIRST_STEPS = 2
"""Steps that treat each slot alone: robust from a poor start. In single precision, like the next ones."""
JOINT_STEPS = 2
"""Newton steps with the full Jacobian of the line in single precision."""
QUOTA_STEPS = 6
"""In single precision too. A last step of each search in double precision squares what is left and carries the gradient."""
LEAST_SLOPE = 0.25
"""Floor of the slope of p - c - m(p), so that a step stays finite when tastes for money differ very much."""
TOP = 60.0
"""Ceiling of ln r, far above any share the thin model may be used at."""
BOTTOM = -150.0
"""Below this nobody buys: squares of what is left would be lost in the arithmetic, and gradients with them."""
CONVERGED_USD = 1.0
"""Largest last step of a price that counts as solved; a Newton step leaves an error of the order of its square."""


class Line(eqx.Module):
    """Prices and choice probabilities of all four slots."""

    price_usd: Float[Array, " e"]
    markup_usd: Float[Array, " e"]
    """Bertrand markup over effective cost; 0 for the used import."""
    pe: Float[Array, "e N"]
    ratio: Float[Array, "e N"]
    """r_ie at the shipped price, masked slots 0."""
    rent_usd: Float[Array, ""]
    """What the quota adds to each price."""
    wants: Float[Array, ""]
    """What would be sold without the quota over what it lets in; 1 where it does not bind."""
    residual_usd: Float[Array, ""]


def ratio(u: Float[Array, "e N"], mask: Float[Array, " e"]) -> Float[Array, "e N"]:
    """r = exp(V) / base of the open slots, exactly 0 below `BOTTOM`; `u` is V - log_base."""
    some = u > BOTTOM
    return mask[:, None] * jnp.where(some, jnp.exp(jnp.where(some, jnp.minimum(u, TOP), 0.0)), 0.0)


class Asked(eqx.Module):
    """The markup that a maker's first-order condition asks for at some prices, and how it moves."""

    gap: Float[Array, " l"]
    """p - c - m(p)."""
    alone: Float[Array, " l"]
    """Slope of the gap when a slot's share is nothing."""
    jacobian: Float[Array, "l l"]


def asked(
    p: Float[Array, " l"],
    u0: Float[Array, "l N"],
    alpha: Float[Array, " N"],
    weights: Float[Array, " N"],
    others: Float[Array, " N"],
    cost_usd: Float[Array, " l"],
    mask: Float[Array, " l"],
    reach: Float[Array, " l"],
) -> Asked:
    """m_e = sum_i w q_e (1 + alpha T_i / reach_e) / sum_i w alpha q_e with T_i = sum_e reach_e (p_e - c_e) q_e.

    Shares are scaled by each slot's largest ratio, so the condition is defined where nobody buys.
    """
    v = u0 - alpha * p[:, None]
    top = jax.lax.stop_gradient(v.max(axis=1, keepdims=True))
    shape = jnp.exp(v - top)
    r = mask[:, None] * shape * jnp.exp(jnp.minimum(top, TOP))
    room = 1.0 + r.sum(axis=0) + others
    q = r / room
    margin = p - cost_usd
    taken = weights * shape / room
    felt = taken * alpha
    earned = (mask * reach * margin) @ q
    twice = felt * alpha
    level, steep, steeper = taken.sum(axis=1), felt.sum(axis=1), twice.sum(axis=1)
    back = (felt * earned).sum(axis=1) / reach
    again = (twice * earned).sum(axis=1) / reach
    gap = margin - (level + back) / steep
    common, bent = felt @ q.T, twice @ q.T
    share = (mask * reach) / reach[:, None]
    cross = common - margin[:, None] * bent + 2.0 * ((twice * earned) @ q.T) / reach[:, None] + share * (common - bent * margin)
    own = 2.0 * steep + again - margin * steeper
    condition = cross - jnp.diag(own)
    slope = bent - jnp.diag(steeper)
    return Asked(gap, 2.0 - level * steeper / steep**2, -(condition + gap[:, None] * slope) / steep[:, None])


def solve_few(matrix: Float[Array, "l l"], value: Float[Array, " l"]) -> Float[Array, " l"]:
    """Cramer's rule for the one to three slots of a line: cheaper than a library call inside a mapped draw."""
    if len(value) == 1:
        return value / matrix[0]
    if len(value) == 2:
        (p, q), (r, s) = matrix
        return jnp.stack([s * value[0] - q * value[1], p * value[1] - r * value[0]]) / (p * s - q * r)
    a, b, c = matrix[:, 0], matrix[:, 1], matrix[:, 2]
    minors = jnp.stack([jnp.cross(b, c), jnp.cross(c, a), jnp.cross(a, b)])
    return minors @ value / (a @ minors[0])


def bertrand(
    u0: Float[Array, "l N"],
    alpha: Float[Array, " N"],
    weights: Float[Array, " N"],
    others: Float[Array, " N"],
    cost_usd: Float[Array, " l"],
    mask: Float[Array, " l"],
    reach: Float[Array, " l"],
) -> tuple[Float[Array, " l"], Float[Array, ""]]:
    """Markups of one maker's slots from its joint first-order condition, and the last change of a price; nothing from no slots.

    `u0` is V - log_base without the own price, `alpha` > 0 the utility of a dollar of it, `others` the ratio of rivals that do
    not respond, `reach` = pi A_e.
    """
    if not len(cost_usd):
        return jnp.zeros_like(cost_usd), jnp.zeros((), cost_usd.dtype)
    within = jnp.where(reach > 0.0, reach, 1.0)
    held = jax.lax.stop_gradient((u0, alpha, weights, others, cost_usd, mask, within))
    single = jax.tree.map(lambda leaf: leaf.astype(jnp.float32), held)

    def first(_: Index, p: Float[Array, " l"]) -> Float[Array, " l"]:
        at = asked(p, *single)
        return p - at.gap / jnp.maximum(at.alone, LEAST_SLOPE)

    def joint(p: Float[Array, " l"], fixed: tuple[Array, ...]) -> Float[Array, " l"]:
        at = asked(p, *fixed)
        return p - solve_few(at.jacobian, at.gap)

    p = single[4] + 1.0 / (single[2] @ single[1])
    p = jax.lax.fori_loop(0, FIRST_STEPS, first, p)
    p = jax.lax.stop_gradient(jax.lax.fori_loop(0, JOINT_STEPS, lambda _, x: joint(x, single), p).astype(cost_usd.dtype))
    at = asked(p, u0, alpha, weights, others, cost_usd, mask, within)
    final = p - solve_few(jax.lax.stop_gradient(at.jacobian), at.gap)
    on = mask > 0.0
    return jnp.where(on, final - cost_usd, 0.0), jnp.max(jnp.where(on, jnp.abs(final - p), 0.0))


def faded(
    rise: Float[Array, ""],
    total: Float[Array, " N"],
    taken: Float[Array, " N"],
    alpha: Float[Array, " N"],
    weights: Float[Array, " N"],
    others: Float[Array, " N"],
) -> tuple[Float[Array, " N"], Float[Array, " N"]]:
    """Sales of the line to each consumer when all its prices rise by one amount, and the share of choice the line leaves."""
    fade = jnp.exp(-alpha * rise)
    room = 1.0 + others + total * fade
    return weights * taken * fade / room, 1.0 - total * fade / room


def quota_rent(
    r: Float[Array, "l N"],
    alpha: Float[Array, " N"],
    weights: Float[Array, " N"],
    others: Float[Array, " N"],
    reach: Float[Array, " l"],
    cap: Float[Array, ""],
) -> tuple[Float[Array, ""], Float[Array, ""], Float[Array, ""]]:
    """Rise of all prices of the line at which its sales meet `cap`, what is left to ration (1 when met), sales without a quota over
    the quota (1 where it does not bind). [USD], [-], [-]

    ln sales is convex in the rise, so Newton from zero approaches from below without overshoot. `cap` is a share of the market.
    """
    total = r.sum(axis=0)
    taken = reach @ r

    def step(
        rise: Float[Array, ""],
        tot: Float[Array, " N"],
        tak: Float[Array, " N"],
        al: Float[Array, " N"],
        w: Float[Array, " N"],
        rivals: Float[Array, " N"],
        aim: Float[Array, ""],
    ) -> Float[Array, ""]:
        q, left_out = faded(rise, tot, tak, al, w, rivals)
        sold, steep = q.sum(), jax.lax.stop_gradient(jnp.sum(q * al * left_out))
        over = binding & (sold > 0.0) & (steep > 0.0)
        safe_sold = jnp.where(over, sold, 1.0)
        slope = jax.lax.stop_gradient(jnp.where(over, steep, 1.0) / safe_sold)
        return rise + jnp.where(over, (jnp.log(safe_sold) - jnp.log(aim)) / slope, 0.0)

    goal = jnp.where(cap > 0.0, cap, 1.0)
    free = faded(jnp.zeros(()), total, taken, alpha, weights, others)[0].sum()
    binding = (free > cap) & (cap > 0.0)
    held = jax.lax.stop_gradient((total, taken, alpha, weights, others, goal))
    single = jax.tree.map(lambda leaf: leaf.astype(jnp.float32), held)
    rise = jnp.zeros(())
    rise = jax.lax.fori_loop(0, QUOTA_STEPS, lambda _, x: jnp.where(binding, step(x, *single), 0.0), rise.astype(jnp.float32))
    rise = jax.lax.stop_gradient(rise.astype(cap.dtype))
    rise = jnp.where(binding, jnp.maximum(step(rise, total, taken, alpha, weights, others, goal), 0.0), 0.0)
    left = faded(rise, total, taken, alpha, weights, others)[0].sum()
    ration = jnp.where(left > cap, cap / jnp.where(left > 0.0, left, 1.0), 1.0)
    return rise, ration, jnp.where(binding, free / goal, 1.0)


def clear_line(
    u0: Float[Array, "e N"],
    alpha: Float[Array, " N"],
    weights: Float[Array, " N"],
    mask: Float[Array, " e"],
    reach: Float[Array, " e"],
    cost_usd: Float[Array, " e"],
    cap: Float[Array, ""],
    markup_share: Scalar,
    asked_usd: Float[Array, " e"],
    capped: bool = True,
) -> Line:
    """Ship the line and the used import, which is the last slot: prices, then who takes them.

    `cost_usd` is the effective cost c / (1 - d) of new slots and the price of the used import; `cap` the quota as a share of the
    market, read where `capped`; `asked_usd` a price that is given, 0 where the maker sets its own. A binding quota lifts a given
    price too.
    """
    new, used = slice(0, -1), slice(-1, None)
    mask = mask * (reach > 0.0)  # what nobody can choose competes with nothing
    others = ratio(u0[used] - alpha * cost_usd[used, None], mask[used]).sum(axis=0)
    markup, residual = bertrand(u0[new], alpha, weights, others, cost_usd[new], mask[new], reach[new])
    price = jnp.where(asked_usd[new] > 0.0, asked_usd[new], cost_usd[new] + markup_share * markup)
    r = ratio(u0[new] - alpha * price[:, None], mask[new])
    rise, ration, wants = jnp.zeros_like(cap), jnp.ones_like(cap), jnp.ones_like(cap)
    if capped and len(r):
        rise, ration, wants = quota_rent(r, alpha, weights, others, reach[new], cap)
        r = r * jnp.exp(-alpha * rise)
    prices = mask * jnp.concatenate([price + rise, cost_usd[used]])
    ratios = jnp.concatenate([r, ratio(u0[used] - alpha * cost_usd[used, None], mask[used])])
    rationed = reach * jnp.concatenate([jnp.ones_like(price) * ration, jnp.ones(1)])
    pe = rationed[:, None] * ratios / (1.0 + ratios.sum(axis=0))
    return Line(
        price_usd=prices,
        markup_usd=jnp.concatenate([markup, jnp.zeros(1)]),
        pe=pe,
        ratio=ratios,
        rent_usd=rise,
        wants=wants,
        residual_usd=residual,
    )
