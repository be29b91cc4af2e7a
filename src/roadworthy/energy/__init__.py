"""Consumption, label and performance of any light vehicle, and whether it is too slow for its road.

`rate(vehicles)` says everything of a batch; `drive(vehicle)` one vehicle in plain figures; `grid` and `performance` carry the
results into `evaluate`; `five_of` the label by all five tests; `scene` what the pictures show, `quality` the error on cars kept apart. `inputs` and `inputs_of` are the doors, `load_cycle` takes a user's speed trace.
"""

from roadworthy.energy.adapter import inputs_of
from roadworthy.energy.car import Car, EnergyInputs, added, inputs, road_load
from roadworthy.energy.cycles import Cycle, cycle, load_cycle, schedule, trace
from roadworthy.energy.drive import drive
from roadworthy.energy.figures import Figures, Lane, figures, lanes
from roadworthy.energy.five import FiveCycle, five_of
from roadworthy.energy.flows import Trip, trip
from roadworthy.energy.grid import ADDED_KG, EnergyAssumptions, EnergyGrid, Performance, grid, performance
from roadworthy.energy.parameters import Parameters, cited, parameters
from roadworthy.energy.rating import Rating, pin, rate
from roadworthy.energy.scene import scene
from roadworthy.energy.unseen import held_out, quality

__all__ = [
    "ADDED_KG",
    "Car",
    "Cycle",
    "EnergyAssumptions",
    "EnergyGrid",
    "EnergyInputs",
    "Figures",
    "FiveCycle",
    "Lane",
    "Parameters",
    "Performance",
    "Rating",
    "Trip",
    "added",
    "cited",
    "cycle",
    "drive",
    "figures",
    "five_of",
    "grid",
    "held_out",
    "inputs",
    "inputs_of",
    "lanes",
    "load_cycle",
    "parameters",
    "performance",
    "pin",
    "quality",
    "rate",
    "road_load",
    "scene",
    "schedule",
    "trace",
    "trip",
]
