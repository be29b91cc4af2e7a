"""What a vehicle costs: its maker until it stands at a US dealer (`comply`, `build`), and its owner over the years (`own`)."""

from roadworthy.cost.assumptions import CostAssumptions
from roadworthy.cost.bill import Bill, bill, own_vehicle
from roadworthy.cost.cars import Car, car, imported, owner_costs, used
from roadworthy.cost.content import Content, block_factors, comply
from roadworthy.cost.imports import Landed, landed
from roadworthy.cost.ledger import HORIZON, ITEMS, Cash, Ledger, Ownership, cash_flow, own
from roadworthy.cost.maker import Build, SlotFacts, build, price_floor_usd, used_import_usd
from roadworthy.cost.owner import Owner
from roadworthy.cost.slots import slot_facts, slot_prices
from roadworthy.cost.states import read_states, state, states

__all__ = [
    "HORIZON",
    "ITEMS",
    "Bill",
    "Build",
    "Car",
    "Cash",
    "Content",
    "CostAssumptions",
    "Landed",
    "Ledger",
    "Owner",
    "Ownership",
    "SlotFacts",
    "bill",
    "block_factors",
    "build",
    "car",
    "cash_flow",
    "comply",
    "imported",
    "landed",
    "own",
    "own_vehicle",
    "owner_costs",
    "price_floor_usd",
    "read_states",
    "slot_facts",
    "slot_prices",
    "state",
    "states",
    "used",
    "used_import_usd",
]
