"""Who is hurt when a small vehicle meets a wall, a side barrier or a pickup? Three layers that are never mixed.

`assess`, `passing`: rule tests against a wall (layer 1). `collide`, `collide_vehicles`: two structures and their restrained drivers (layer 2).
`closed_form`, `field_kernel`: fatality risk fitted on field data, the only layer that feeds death counts (layer 3).
"""

from roadworthy.crash.barrier import Barrier, TestResult, assess, results
from roadworthy.crash.collide import Collision, Side, collide, strike_wall
from roadworthy.crash.compliance import Design, compliance
from roadworthy.crash.defaults import (
    StructureRecord,
    class_structures,
    partner_structures,
    restraints_of,
    structure_of,
    structure_record,
    structures,
)
from roadworthy.crash.field import FieldCurve, age_factor, fatality, field_curve, share_at_or_above
from roadworthy.crash.kernel import CrashAssumptions, Kernel, field_kernel, relative_risk
from roadworthy.crash.mass_ratio import odds_rows
from roadworthy.crash.pair import Meeting, closed_form
from roadworthy.crash.passing import Chance, Passing, passing
from roadworthy.crash.readers import pairs, read_fars, read_ratings, read_tests
from roadworthy.crash.scene import Scene, SceneSide, collide_vehicles, comply_vehicle, front_vehicle, partners_vehicle, passing_vehicle
from roadworthy.crash.structure import Structure, force_at

__all__ = [
    "Barrier",
    "Chance",
    "Collision",
    "CrashAssumptions",
    "Design",
    "FieldCurve",
    "Kernel",
    "Meeting",
    "Passing",
    "Scene",
    "SceneSide",
    "Side",
    "Structure",
    "StructureRecord",
    "TestResult",
    "age_factor",
    "assess",
    "class_structures",
    "closed_form",
    "collide",
    "collide_vehicles",
    "compliance",
    "comply_vehicle",
    "fatality",
    "field_curve",
    "field_kernel",
    "force_at",
    "front_vehicle",
    "odds_rows",
    "pairs",
    "partner_structures",
    "partners_vehicle",
    "passing",
    "passing_vehicle",
    "read_fars",
    "read_ratings",
    "read_tests",
    "relative_risk",
    "restraints_of",
    "results",
    "share_at_or_above",
    "strike_wall",
    "structure_of",
    "structure_record",
    "structures",
]
