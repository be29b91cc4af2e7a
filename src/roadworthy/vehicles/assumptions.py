"""What the model does not know of its vehicles: errors of mass, half of them shared by the slots as a family trait.

    mass factor of slot e = exp( sd_e [ sqrt(rho) z + sqrt(1 - rho) z_e ] )        rho = 0.5

sd_e from `mass_sd_ln`: the fit's for a filled mass, 4.5 % for a mass that nobody has verified, 0 for a published one. The spread of a slot
alone is sd_e, the correlation between two of them rho. Limits: rho is assumed; errors of other figures are not drawn.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from roadworthy.core.axes import SLOTS
from roadworthy.core.shapes import Scalar
from roadworthy.vehicles.fits import constant
from roadworthy.vehicles.vehicle import Vehicle


class VehiclesAssumptions(eqx.Module):
    """Standard normal errors of what is known of the slots' vehicles."""

    z_mass: Scalar
    """[-] error of curb masses that the slots share"""
    z_mass_kei_car: Scalar
    """[-] error of the kei car's curb mass alone"""
    z_mass_kei_truck: Scalar
    """[-] error of the kei truck's curb mass alone"""
    z_mass_kei_ev: Scalar
    """[-] error of the electric kei's curb mass alone"""
    z_mass_used_import: Scalar
    """[-] error of the used import's curb mass alone"""


def central() -> VehiclesAssumptions:
    """The point values: no error."""
    return VehiclesAssumptions(*(0.0 for _ in VehiclesAssumptions.__dataclass_fields__))


def mass_sd_ln(v: Vehicle) -> np.ndarray:
    """Log-normal sd of each curb mass: as stated, else 4.5 % where nobody has verified it, else none."""
    return _sd_ln(v, "mass_kg", float(constant("mass_agreement").value))


def _sd_ln(v: Vehicle, field: str, unverified: float) -> np.ndarray:
    stated = v.sd_ln(field)
    assumed = np.array([s == "assumed" for s in v.status(field)], dtype=bool)
    return np.where(np.isnan(stated), np.where(assumed, unverified, 0.0), stated)


def slot_mass_factor(sd_ln: Float[Array, " e"], a: VehiclesAssumptions) -> Float[Array, " e"]:
    """What the curb masses of the slots, in the order of core.axes.SLOTS, are multiplied with in a draw. [-]"""
    shared = float(constant("family_correlation").value)
    alone = jnp.stack([jnp.asarray(getattr(a, f"z_mass_{slot}")) for slot in SLOTS])
    return jnp.exp(sd_ln * (shared**0.5 * a.z_mass + (1.0 - shared) ** 0.5 * alone))
