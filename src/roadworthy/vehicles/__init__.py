"""What a vehicle is, what is known of it, and how well: the catalogue, users' files, and filled gaps with their spread.

`catalogue()` reads the bundled vehicles, `load` a user's TOML, `find` either of them with gaps filled. A `Vehicle` is a batch:
arrays of numbers (NaN = unknown) with a status and a source beside each value. Importing the room loads no jax and no data frames.
"""

from typing import TYPE_CHECKING, Any

from roadworthy.vehicles.audit import audit
from roadworthy.vehicles.batch import concat
from roadworthy.vehicles.catalogue import catalogue
from roadworthy.vehicles.check import Finding, check
from roadworthy.vehicles.door import UNKNOWN
from roadworthy.vehicles.fill import fill, is_kei, refill
from roadworthy.vehicles.identify import identify
from roadworthy.vehicles.read import FileError, find, load
from roadworthy.vehicles.schema import Field, fields
from roadworthy.vehicles.template import template
from roadworthy.vehicles.vehicle import Vehicle
from roadworthy.vehicles.write import dump

if TYPE_CHECKING:
    from roadworthy.vehicles.assumptions import (
        VehiclesAssumptions,
        mass_sd_ln,
        slot_mass_factor,
    )

_NUMERICAL = ("VehiclesAssumptions", "mass_sd_ln", "slot_mass_factor")


def __getattr__(name: str) -> Any:
    if name in _NUMERICAL:
        from roadworthy.vehicles import assumptions

        return getattr(assumptions, name)
    raise AttributeError(f"module 'roadworthy.vehicles' has no attribute {name!r}")


__all__ = [
    "UNKNOWN",
    "Field",
    "FileError",
    "Finding",
    "Vehicle",
    "VehiclesAssumptions",
    "audit",
    "catalogue",
    "check",
    "concat",
    "dump",
    "fields",
    "fill",
    "find",
    "identify",
    "is_kei",
    "load",
    "mass_sd_ln",
    "refill",
    "slot_mass_factor",
    "template",
]
