"""What the model does not know of its vehicles: one error of mass, shared by the slots as a family trait.

    mass factor of slot e = exp(sd_e z_mass)        sd_e from `mass_sd_ln`: the fit's for a filled mass, 4.5 % for a mass that
                                                    nobody has verified, 0 for a published one

Limits: one z for all slots makes their errors fully dependent, where the design holds 0.5 for kei masses; the spread of each slot
alone is right, that of a difference between slots too small.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy.core.shapes import Scalar
from roadworthy.vehicles.fits import constant
from roadworthy.vehicles.vehicle import Vehicle


class VehiclesAssumptions(eqx.Module):
    """Standard normal errors of what is known of the slots' vehicles."""

    z_mass: Scalar
    """[-] error of curb masses in sd of their logarithm, shared by the slots"""


def central() -> VehiclesAssumptions:
    """The point values: no error."""
    return VehiclesAssumptions(z_mass=0.0)


def mass_sd_ln(v: Vehicle) -> np.ndarray:
    """Log-normal sd of each curb mass: as stated, else 4.5 % where nobody has verified it, else none."""
    return _sd_ln(v, "mass_kg", float(constant("mass_agreement").value))


def _sd_ln(v: Vehicle, field: str, unverified: float) -> np.ndarray:
    stated = v.sd_ln(field)
    assumed = np.array([s == "assumed" for s in v.status(field)], dtype=bool)
    return np.where(np.isnan(stated), np.where(assumed, unverified, 0.0), stated)


def slot_mass_factor(sd_ln: Float[Array, " e"], z_mass: Scalar) -> Float[Array, " e"]:
    """What the curb masses of the slots are multiplied with in a draw. [-]"""
    return jnp.exp(sd_ln * z_mass)
