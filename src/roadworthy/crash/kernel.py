"""What is the chance of death of either occupant when class c meets partner p on road q (the risk kernel for `fleet`)?

K[c, p, q] = sum_v w_v P(dv(V_v), i(V_v)): the closed-form meeting at 14 closing speeds of an exponential density, 7 below and 7 above
the speed at which the first cabin gives way. Absolute
probabilities per two-vehicle crash; differences and ratios are taken later. Own and partner come from one solve.
Limits: head-on structure stands for all two-vehicle crashes; a heavy partner is a moving wall (assumed).
References: docs/chain.md; docs/rooms/crash.md.
"""

from __future__ import annotations

from functools import lru_cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from roadworthy.core.shapes import Scalar
from roadworthy.crash.field import FieldCurve, fatality, parameter
from roadworthy.crash.pair import collapse_speed, in_series, meet_at_speeds
from roadworthy.crash.structure import Structure, crush_curve

NODES_BELOW, NODES_ABOVE = 7, 7
"""Closing-speed nodes below and above the speed at which the weaker cabin begins to collapse."""
RISK_POWER = 2.0
"""Below that speed the nodes are those of the weight t^2: risk grows as t^2.7 to t^6, so what is left to fit is smooth."""
SQUEEZE = 0.4
"""Above it the nodes are drawn closer by this factor: risk saturates at 1 long before the last node of the plain rule."""
FARTHEST_SPLIT = 14.0
"""The split is never beyond this many scales of the closing-speed density, where nothing is left to weigh."""
LEAST_SPEED_MPS = 1e-6


class CrashAssumptions(eqx.Module):
    """Uncertain numbers of crash physics, one scalar each; distributions in study/assumptions/crash.yaml."""

    k: Scalar
    """Exponent of field fatality risk in delta-v."""
    v0_mps: Scalar
    """Delta-v scale of field fatality risk."""
    kappa_per_s: Scalar
    """Delta-v added per metre of cabin intrusion."""
    closing_scale_mps: Scalar
    """Mean of the exponential closing-speed density in same-class pairs."""
    overlap: Scalar
    """Factor on force for an average field head-on."""
    slot_crush_factor: Scalar
    """Multiplies C of the slots."""
    slot_reserve_add: Scalar
    """Adds to the reserve (lambda) of the slots."""
    slot_strength_factor: Scalar
    """Multiplies the cabin strength (sigma) of the slots."""
    fleet_crush_factor: Scalar
    """Multiplies C of incumbents and partners."""
    fleet_strength_factor: Scalar
    """Multiplies the cabin strength (sigma) of incumbents and partners."""
    young_import_own_factor: Scalar
    """The same of an import younger than 25 years, with air bags; applied by `study` too."""
    used_import_own_factor: Scalar
    """Own risk of a used import without air bags, as a multiple of the kernel; applied by `study` to slot 3, never here."""


class Kernel(eqx.Module):
    """P(death) per two-vehicle crash, of an occupant of c and of the partner that c meets."""

    own: Float[Array, "c p q"]
    partner: Float[Array, "c p q"]


@lru_cache(maxsize=8)
def _rules(below: int, above: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Nodes and weights on (0, 1) for integrands that grow at least as t^2, and on (0, inf) for integrands times e^-x."""
    from scipy.special import roots_jacobi, roots_laguerre

    y, v = roots_jacobi(below, 0.0, RISK_POWER)  # weight (1 + y)^2 on (-1, 1)
    t = 0.5 * (1.0 + y)
    x, w = roots_laguerre(above)
    return t, v * 0.5 ** (RISK_POWER + 1.0) / t**RISK_POWER, SQUEEZE * x, SQUEEZE * w * np.exp((1.0 - SQUEEZE) * x)


def closing_speeds(
    bend_mps: Float[Array, " *pair"], scale_mps: Float[Array, " q"], below: int = NODES_BELOW, above: int = NODES_ABOVE
) -> tuple[Float[Array, "*pair q v"], Float[Array, "*pair q v"]]:
    """Nodes and weights of the mean over an exponential density of closing speeds, split where a cabin begins to collapse.

    Risk bends sharply at that speed; a rule laid across the bend errs by up to 10 %, one laid on either side by less than 1 %.
    """
    t, wt, x, wx = (jnp.asarray(rule) for rule in _rules(below, above))
    split = jnp.minimum(bend_mps[..., None, None], FARTHEST_SPLIT * scale_mps[:, None])
    scale = scale_mps[:, None]
    low = split * t
    density = jnp.exp(-low / scale) / scale
    high = split + scale * x
    beyond = jnp.exp(-split / scale)
    return jnp.concatenate([low, high], axis=-1), jnp.concatenate([split * density * wt, beyond * wx], axis=-1)


def slots_drawn(own: Structure, a: CrashAssumptions, is_slot: Bool[Array, " c"], added_kg: Float[Array, " c"]) -> Structure:
    """Own structures with the added content mass and this draw's factors."""
    return Structure(
        own.mass_kg + added_kg,
        own.crush_m * jnp.where(is_slot, a.slot_crush_factor, a.fleet_crush_factor),
        own.reserve + jnp.where(is_slot, a.slot_reserve_add, 0.0),
        own.strength * jnp.where(is_slot, a.slot_strength_factor, a.fleet_strength_factor),
    )


def partners_drawn(partners: Structure, a: CrashAssumptions) -> Structure:
    """Partner structures with this draw's factors."""
    return Structure(
        partners.mass_kg, partners.crush_m * a.fleet_crush_factor, partners.reserve, partners.strength * a.fleet_strength_factor
    )


def field_kernel(
    own: Structure,
    partners: Structure,
    speed_scale: Float[Array, " q"],
    a: CrashAssumptions,
    is_slot: Bool[Array, " c"],
    added_kg: Float[Array, " c"],
) -> Kernel:
    """The kernel of every class against every partner on every road; pure, differentiable, no stepping, no conditionals."""
    mine = slots_drawn(own, a, is_slot, added_kg)
    theirs = partners_drawn(partners, a)
    row = Structure(mine.mass_kg[:, None], mine.crush_m[:, None], mine.reserve[:, None], mine.strength[:, None])
    column = Structure(theirs.mass_kg[None], theirs.crush_m[None], theirs.reserve[None], theirs.strength[None])
    first, second = crush_curve(row, a.overlap), crush_curve(column, a.overlap)
    contact = in_series(first, second)
    bend = collapse_speed(contact, first, second, row.mass_kg, column.mass_kg)
    speeds, weights = closing_speeds(bend, jnp.maximum(a.closing_scale_mps * speed_scale, LEAST_SPEED_MPS))
    met = meet_at_speeds(contact, first, second, row.mass_kg, column.mass_kg, speeds)

    def mean_risk(delta_v_mps: Float[Array, "*node"], intrusion_m: Float[Array, "*node"]) -> Float[Array, "*pair"]:
        # in one row and apart from what made them, or the compiler works them out anew for every logarithm and one by one
        swing, pushed = jax.lax.optimization_barrier((delta_v_mps.reshape(-1), intrusion_m.reshape(-1)))
        risk = jax.lax.optimization_barrier(fatality(swing, pushed, a.v0_mps, a.k, a.kappa_per_s))
        return jnp.sum(risk.reshape(delta_v_mps.shape) * weights, axis=-1)

    return Kernel(
        own=mean_risk(met.delta_v_first_mps, met.intrusion_first_m), partner=mean_risk(met.delta_v_second_mps, met.intrusion_second_m)
    )


_compiled = jax.jit(field_kernel)


def relative_risk(
    own: Structure,
    partners: Structure,
    curve: FieldCurve,
    reference: Structure,
    *,
    kappa_per_s: float | None = None,
    closing_scale_mps: float | None = None,
    overlap: float | None = None,
) -> Float[Array, "c p"]:
    """rho[c, p]: own driver's risk against p, relative to the reference against itself (Evans' ratio; at the table's central values)."""
    given = {"kappa_per_s": kappa_per_s, "closing_scale_mps": closing_scale_mps, "overlap_field": overlap}
    value = {name: jnp.asarray(parameter(name).value if x is None else x, jnp.float64) for name, x in given.items()}
    one = jnp.asarray(1.0)
    a = CrashAssumptions(
        k=jnp.asarray(curve.k),
        v0_mps=jnp.asarray(curve.v0_mps),
        kappa_per_s=value["kappa_per_s"],
        closing_scale_mps=value["closing_scale_mps"],
        overlap=value["overlap_field"],
        slot_crush_factor=one,
        slot_reserve_add=jnp.asarray(0.0),
        slot_strength_factor=one,
        fleet_crush_factor=one,
        fleet_strength_factor=one,
        used_import_own_factor=one,
        young_import_own_factor=one,
    )
    road = jnp.ones(1)
    plain = jnp.zeros(own.shape, dtype=bool)
    kernel = _compiled(own, partners, road, a, plain, jnp.zeros(own.shape))
    against = Structure(*(leaf.reshape(1) for leaf in (reference.mass_kg, reference.crush_m, reference.reserve, reference.strength)))
    base = _compiled(against, against, road, a, jnp.zeros(1, dtype=bool), jnp.zeros(1))
    return kernel.own[..., 0] / base.own[0, 0, 0]
