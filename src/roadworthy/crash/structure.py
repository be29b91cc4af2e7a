"""How stiff is the front of a vehicle, and when does its cabin give way?

Force against crush is one normalised shape for every vehicle: F(c) = o Fm f(c / C), with the mean force Fm = m V56^2 / (2 C) of a full
rigid wall at 56.3 km/h, so that a vehicle crushes by exactly C in that test. Up to C the shape is fixed; from C to `reserve` C it rises
to `strength` times the force at C; beyond that the cabin itself collapses at almost constant force.
Limits: front only, one dimension; every C, reserve and strength is assumed (no stiffness of a kei car was found in public sources).
References: docs/rooms/crash.md; Nusholtz et al., ESV 05-0413 (mass and stiffness correlate poorly); NHTSA 56.3 km/h frontal barrier.
"""

from __future__ import annotations

from collections.abc import Sequence

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, ArrayLike, Float

from roadworthy.core.units import KMH

WALL_SPEED_MPS = 56.3 * KMH
"""Speed of the full rigid wall that defines C."""
SHAPE_CRUSH = (0.0, 0.12, 0.55, 0.80, 1.0)
"""Knots of the normalised shape, as a share of C (assumed)."""
SHAPE_FORCE = (0.0, 0.70, 0.85, 1.45, 1.75)
"""Force at those knots before normalisation to a unit area (assumed)."""
SHAPE_AREA = sum(0.5 * (SHAPE_FORCE[i] + SHAPE_FORCE[i + 1]) * (SHAPE_CRUSH[i + 1] - SHAPE_CRUSH[i]) for i in range(len(SHAPE_CRUSH) - 1))
COLLAPSE_RISE = 0.05
"""Rise of force, as a share, while the cabin collapses by `COLLAPSE_LENGTH_M` (assumed)."""
COLLAPSE_LENGTH_M = 1.5
LEAST_RESERVE = 1.001
"""Reserve and strength are held above this, so that force strictly rises with crush and crush is a function of force."""
KNOTS = 6
MASS_COMPARED_KG = (400.0, 4500.0)
"""Test masses outside these bounds are flagged as extrapolated."""
RIGID_MASS_KG = 1e6
"""Mass that stands for a moving wall."""

Numbers = ArrayLike | Sequence[float]


class Structure(eqx.Module):
    """The front of one vehicle or of many: test mass and three numbers of the force-crush curve."""

    mass_kg: Float[Array, " *batch"]
    """Mass as tested, load included."""
    crush_m: Float[Array, " *batch"]
    """C: crush in a 56.3 km/h full rigid wall."""
    reserve: Float[Array, " *batch"]
    """lambda: crush available before the cabin deforms, as a multiple of C."""
    strength: Float[Array, " *batch"]
    """sigma: force at which the cabin deforms, as a multiple of the force at C."""

    @classmethod
    def of(cls, mass_kg: Numbers, crush_m: Numbers, reserve: Numbers, strength: Numbers) -> Structure:
        """A structure from numbers, lists or arrays, broadcast together as float64."""
        fields = jnp.broadcast_arrays(*(jnp.asarray(x, jnp.float64) for x in (mass_kg, crush_m, reserve, strength)))
        return cls(*fields)

    @property
    def shape(self) -> tuple[int, ...]:
        """The batch shape."""
        return self.mass_kg.shape

    def row(self, index: int) -> Structure:
        """One vehicle of a batch, as a structure without batch."""
        return Structure(self.mass_kg[index], self.crush_m[index], self.reserve[index], self.strength[index])


class Curve(eqx.Module):
    """A force-crush curve as compliances between force knots; the last compliance goes on for ever."""

    force_N: Float[Array, " knot *batch"]
    compliance_m_per_N: Float[Array, " knot *batch"]
    """Compliance just above each knot."""


def mean_force(structure: Structure) -> Float[Array, " *batch"]:
    """Mean force of the 56.3 km/h full wall, m V56^2 / (2 C). [N]"""
    return structure.mass_kg * WALL_SPEED_MPS**2 / (2.0 * structure.crush_m)


def crush_curve(structure: Structure, overlap: ArrayLike) -> Curve:
    """The force-crush curve of a structure of which a share `overlap` of the width is struck.

    Overlap multiplies force at equal crush: 1.0 full wall, 0.9 average field head-on, 0.8 offset of 40-50 %.
    """
    scale = jnp.asarray(overlap) * mean_force(structure) / SHAPE_AREA
    reserve = jnp.maximum(structure.reserve, LEAST_RESERVE)
    strength = jnp.maximum(structure.strength, LEAST_RESERVE)
    top = strength * SHAPE_FORCE[-1]
    levels = [jnp.full_like(scale, force) for force in SHAPE_FORCE] + [top * jnp.ones_like(scale)]
    lengths = [(SHAPE_CRUSH[i + 1] - SHAPE_CRUSH[i]) * structure.crush_m for i in range(len(SHAPE_CRUSH) - 1)]
    lengths += [(reserve - 1.0) * structure.crush_m, jnp.full_like(scale, COLLAPSE_LENGTH_M)]
    rises = [levels[i + 1] - levels[i] for i in range(KNOTS - 1)] + [COLLAPSE_RISE * top]
    force = jnp.stack([level * scale for level in levels])
    compliance = jnp.stack([length / (rise * scale) for length, rise in zip(lengths, rises, strict=True)])
    return Curve(force, compliance)


def linear_curve(stiffness_N_per_m: ArrayLike) -> Curve:
    """A straight-line structure with no cabin, for comparison with closed forms and with other programs."""
    stiffness = jnp.asarray(stiffness_N_per_m, jnp.float64)
    never = jnp.full_like(stiffness, 1e12)
    force = jnp.stack([jnp.zeros_like(stiffness)] + [never] * (KNOTS - 1))
    return Curve(force, jnp.stack([1.0 / stiffness] * KNOTS))


FACE_STRENGTH_PA = 0.342e6
"""Crush strength of the honeycomb of the offset deformable barrier (UN R94, annex 9)."""
FACE_HEIGHT_M = 0.65
FACE_DEPTH_M = 0.54
"""Main block of 450 mm behind a bumper element of 90 mm (UN R94, annex 9)."""
FACE_WIDTH_M = 0.65
"""Width that a 40 % offset engages: 0.59 m of a kei car, 0.73 m of a midsize one (middle, assumed)."""
FACE_USABLE = 0.8
"""Share of the depth that crushes before the honeycomb is solid (assumed)."""
FACE_START, FACE_END, FACE_ONSET_M = 0.9, 1.1, 0.005
"""Force at the start and end of crushing over the mean, and the crush at which it sets in (assumed)."""
SOLID_M_PER_N = 1e-9


def face_curve(like: Float[Array, " *batch"]) -> Curve:
    """The honeycomb face of an offset deformable barrier: an almost constant force, then solid."""
    mean = FACE_STRENGTH_PA * FACE_HEIGHT_M * FACE_WIDTH_M
    low, high = FACE_START * mean, FACE_END * mean
    soft = FACE_USABLE * FACE_DEPTH_M / (high - low)
    force = (0.0, low, *(high * (1.0 + 1e-3 * k) for k in range(KNOTS - 2)))
    compliance = (FACE_ONSET_M / low, soft, *([SOLID_M_PER_N] * (KNOTS - 2)))
    ones = jnp.ones_like(like)
    return Curve(jnp.stack([f * ones for f in force]), jnp.stack([c * ones for c in compliance]))


def crush_at(curve: Curve, force_N: Float[Array, " *batch"]) -> Float[Array, " *batch"]:
    """Crush at a force, by the sum of hinge functions. [m]"""
    crush = curve.compliance_m_per_N[0] * force_N
    for k in range(1, KNOTS):
        bend = curve.compliance_m_per_N[k] - curve.compliance_m_per_N[k - 1]
        crush = crush + bend * jnp.maximum(force_N - curve.force_N[k], 0.0)
    return crush


def intrusion_at(curve: Curve, force_N: Float[Array, " *batch"]) -> Float[Array, " *batch"]:
    """How far the cabin is pushed in at a force: crush beyond `reserve` C. [m]"""
    return curve.compliance_m_per_N[-1] * jnp.maximum(force_N - curve.force_N[-1], 0.0)


def force_at(structure: Structure, crush_m: ArrayLike, overlap: ArrayLike = 1.0) -> Float[Array, " *batch"]:
    """Force at a crush, for pictures of one structure. [N]"""
    curve = crush_curve(structure, overlap)
    crush = jnp.asarray(crush_m)
    at_knot = [crush_at(curve, curve.force_N[k]) for k in range(KNOTS)]
    force = crush / curve.compliance_m_per_N[0]
    for k in range(1, KNOTS):
        bend = 1.0 / curve.compliance_m_per_N[k] - 1.0 / curve.compliance_m_per_N[k - 1]
        force = force + bend * jnp.maximum(crush - at_knot[k], 0.0)
    return force


def extrapolated(structure: Structure, crush_m: Float[Array, " *batch"]) -> Array:
    """Whether crush goes past the end of the curve or the mass is outside 400-4,500 kg, where nothing was compared."""
    beyond = crush_m > structure.reserve * structure.crush_m + COLLAPSE_LENGTH_M
    light, heavy = MASS_COMPARED_KG
    return beyond | (structure.mass_kg < light) | (structure.mass_kg > heavy)
