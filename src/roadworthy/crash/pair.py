"""Who takes how much of a head-on meeting of two structures?

Equal force, added crush: X(F) = c1(F) + c2(F) is piecewise linear at the merged knots, so F(X) = sum_k dS_k max(X - X_k, 0) exactly, and
the work integral W(X) = sum_k dS_k max(X - X_k, 0)^2 / 2 gives the greatest crush from W(X_max) = mu V^2 / 2 by one square root: no root
finding, no time stepping. Rebound follows the unloading rule, e = sqrt(r F_max X_max / (2 W)), and momentum gives
dv_i = (1 + e) V m_j / (m_i + m_j).
Limits: one dimension, no rotation, no over- or underride. Closed form in double precision only.
References: docs/rooms/crash.md.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, ArrayLike, Bool, Float

from roadworthy.crash.structure import KNOTS, Curve, Structure, crush_at, crush_curve, intrusion_at

UNLOADING = 0.02
"""Share of the greatest crush over which force falls to zero in rebound (assumed)."""
STILL_J = 1e-12
"""Energies below this count as no crash; keeps the square root differentiable at rest."""


class Contact(eqx.Module):
    """Force against total crush of two structures in series: bends of the slope at total-crush knots."""

    knot_m: Float[Array, " knot *batch"]
    bend_N_per_m: Float[Array, " knot *batch"]


class Meeting(eqx.Module):
    """What momentum, structure and rebound make of one meeting, both sides."""

    delta_v_first_mps: Float[Array, " *batch"]
    delta_v_second_mps: Float[Array, " *batch"]
    crush_first_m: Float[Array, " *batch"]
    crush_second_m: Float[Array, " *batch"]
    intrusion_first_m: Float[Array, " *batch"]
    intrusion_second_m: Float[Array, " *batch"]
    force_N: Float[Array, " *batch"]
    restitution: Float[Array, " *batch"]


def in_series(first: Curve, second: Curve) -> Contact:
    """Two curves pressed together.

    The change of slope at a knot of one needs the other's compliance there. Where both have a knot at the same force (two equal cars),
    the first's bend is taken to come before the second's, so that the bends still sum to the right slope; hence no sorting.
    """
    shape = jnp.broadcast_shapes(first.force_N.shape[1:], second.force_N.shape[1:])
    one, two = _spread(first, shape), _spread(second, shape)
    start = 1.0 / (one.compliance_m_per_N[0] + two.compliance_m_per_N[0])
    knots_one, bends_one = _knots_of(one, two, reached=False)
    knots_two, bends_two = _knots_of(two, one, reached=True)
    return Contact(
        jnp.concatenate([jnp.zeros_like(start)[None], knots_one, knots_two]), jnp.concatenate([start[None], bends_one, bends_two])
    )


def _spread(curve: Curve, shape: tuple[int, ...]) -> Curve:
    """A curve with its batch broadcast to a shape."""
    whole = (KNOTS, *shape)
    lifted = (KNOTS, *([1] * (len(shape) - curve.force_N.ndim + 1)), *curve.force_N.shape[1:])
    return Curve(jnp.broadcast_to(curve.force_N.reshape(lifted), whole), jnp.broadcast_to(curve.compliance_m_per_N.reshape(lifted), whole))


def _knots_of(curve: Curve, other: Curve, *, reached: bool) -> tuple[Float[Array, " knot *batch"], Float[Array, " knot *batch"]]:
    """Total crush at the knots of one curve, and the change of the pair's slope there.

    `reached` says whether the other's knots at the same force have been passed already.
    """
    force_N, soft = curve.force_N[1:], curve.compliance_m_per_N
    turn = other.compliance_m_per_N[1:] - other.compliance_m_per_N[:-1]
    passed = other.force_N[None, 1:] <= force_N[:, None] if reached else other.force_N[None, 1:] < force_N[:, None]
    across = other.compliance_m_per_N[0] + jnp.sum(jnp.where(passed, turn[None], 0.0), axis=1)
    return _crush_at_all(curve, force_N) + _crush_at_all(other, force_N), 1.0 / (soft[1:] + across) - 1.0 / (soft[:-1] + across)


def _crush_at_all(curve: Curve, force_N: Float[Array, " level *batch"]) -> Float[Array, " level *batch"]:
    """Crush of a curve at several forces."""
    turn = curve.compliance_m_per_N[1:] - curve.compliance_m_per_N[:-1]
    past = jnp.maximum(force_N[:, None] - curve.force_N[None, 1:], 0.0)
    return curve.compliance_m_per_N[0] * force_N + jnp.sum(turn[None] * past, axis=1)


def against_wall(curve: Curve) -> Contact:
    """One curve against a rigid wall, in the same number of knots as a pair."""
    slope = 1.0 / curve.compliance_m_per_N
    bends = jnp.concatenate([slope[:1], slope[1:] - slope[:-1]])
    none = jnp.zeros((KNOTS - 1, *slope.shape[1:]), slope.dtype)
    return Contact(jnp.concatenate([_crush_at_all(curve, curve.force_N), none]), jnp.concatenate([bends, none]))


def force(contact: Contact, crush_m: Float[Array, " *batch"]) -> Float[Array, " *batch"]:
    """Loading force at a total crush. [N]"""
    total = contact.bend_N_per_m[0] * crush_m
    for k in range(1, contact.knot_m.shape[0]):
        total = total + contact.bend_N_per_m[k] * jnp.maximum(crush_m - contact.knot_m[k], 0.0)
    return total


def work(contact: Contact, crush_m: Float[Array, " *batch"]) -> Float[Array, " *batch"]:
    """Work of loading to a total crush. [J]"""
    return 0.5 * jnp.sum(contact.bend_N_per_m * jnp.maximum(crush_m - contact.knot_m, 0.0) ** 2, axis=0)


def _work_at_knots(contact: Contact) -> Float[Array, " knot *batch"]:
    past = jnp.maximum(contact.knot_m[:, None] - contact.knot_m[None], 0.0)
    return 0.5 * jnp.sum(contact.bend_N_per_m[None] * past**2, axis=1)


def greatest_crush(
    contact: Contact, energy_J: Float[Array, " *batch"], trailing: int = 0
) -> tuple[Float[Array, " *batch"], Float[Array, " *batch"]]:
    """Total crush and force at which the work of loading equals an energy. [m], [N]

    On the segment reached, W = A X^2 / 2 + B X + D with A, B, D summed over the knots passed; then F = A X + B = sqrt(B^2 + 2 A (E - D)).
    `trailing` is the number of axes that the energy has beyond those of the contact (speeds).
    """
    spread = (..., *([None] * trailing))
    bend, knot = contact.bend_N_per_m, contact.knot_m
    needed = _work_at_knots(contact)
    slope = bend[0][spread] * jnp.ones_like(energy_J)
    offset, ground = jnp.zeros_like(slope), jnp.zeros_like(slope)
    pull, lift = bend * knot, 0.5 * bend * knot**2
    for k in range(1, knot.shape[0]):
        passed = energy_J >= needed[k][spread]
        slope = slope + jnp.where(passed, bend[k][spread], 0.0)
        offset = offset - jnp.where(passed, pull[k][spread], 0.0)
        ground = ground + jnp.where(passed, lift[k][spread], 0.0)
    most = jnp.sqrt(offset**2 + 2.0 * slope * (energy_J - ground))
    softening = offset >= 0.0
    # The smaller root of the quadratic in the form that loses no digits; the unused form is kept finite for its gradient.
    crush = jnp.where(softening, 2.0 * (energy_J - ground) / jnp.where(softening, most + offset, 1.0), (most - offset) / slope)
    return crush, most


def closed_form(own: Structure, partner: Structure, closing_mps: ArrayLike, overlap: ArrayLike) -> Meeting:
    """Delta-v, crush and intrusion of both sides of a head-on meeting, without time stepping."""
    first, second = crush_curve(own, overlap), crush_curve(partner, overlap)
    return meet(first, second, own.mass_kg, partner.mass_kg, jnp.asarray(closing_mps, jnp.float64))


def meet(first: Curve, second: Curve, mass_first_kg: Array, mass_second_kg: Array, closing_mps: Array) -> Meeting:
    """As `closed_form`, from curves."""
    shape = jnp.broadcast_shapes(mass_first_kg.shape, mass_second_kg.shape, closing_mps.shape)
    closing = jnp.broadcast_to(closing_mps, shape)
    return _resolve(in_series(first, second), first, second, mass_first_kg, mass_second_kg, closing, trailing=0)


def meet_at_speeds(
    contact: Contact, first: Curve, second: Curve, mass_first_kg: Array, mass_second_kg: Array, speeds_mps: Float[Array, "*batch q v"]
) -> Meeting:
    """Every pair of a batch at its own speeds [*batch, q, v]; the series is built once per pair."""
    return _resolve(contact, first, second, mass_first_kg, mass_second_kg, speeds_mps, trailing=2)


def collapse_speed(contact: Contact, first: Curve, second: Curve, mass_first_kg: Array, mass_second_kg: Array) -> Float[Array, " *batch"]:
    """Closing speed at which the weaker of the two cabins begins to collapse. [m/s]"""
    limit = jnp.minimum(first.force_N[-1], second.force_N[-1])
    energy = work(contact, crush_at(first, limit) + crush_at(second, limit))
    return jnp.sqrt(2.0 * energy * (1.0 / mass_first_kg + 1.0 / mass_second_kg))


def _resolve(contact: Contact, first: Curve, second: Curve, m1: Array, m2: Array, closing: Array, *, trailing: int) -> Meeting:
    spread = (..., *([None] * trailing))
    share_first = (m2 / (m1 + m2))[spread]
    reduced_kg = m1[spread] * share_first
    energy = jnp.maximum(0.5 * reduced_kg * closing**2, STILL_J)
    crush, most = greatest_crush(contact, energy, trailing)
    rebound = jnp.sqrt(UNLOADING * most * crush / (2.0 * energy))
    swing = (1.0 + rebound) * closing
    curve_first = Curve(first.force_N[spread], first.compliance_m_per_N[spread])
    curve_second = Curve(second.force_N[spread], second.compliance_m_per_N[spread])
    return Meeting(
        delta_v_first_mps=swing * share_first,
        delta_v_second_mps=swing * (1.0 - share_first),
        crush_first_m=crush_at(curve_first, most),
        crush_second_m=crush_at(curve_second, most),
        intrusion_first_m=intrusion_at(curve_first, most),
        intrusion_second_m=intrusion_at(curve_second, most),
        force_N=most,
        restitution=rebound,
    )


def choose(rigid: Bool[Array, " *batch"], wall: Contact, pair: Contact) -> Contact:
    """The wall's contact where `rigid`, the pair's elsewhere."""
    return Contact(jnp.where(rigid, wall.knot_m, pair.knot_m), jnp.where(rigid, wall.bend_N_per_m, pair.bend_N_per_m))
