"""What a vehicle costs: its maker until it stands at a US dealer (`comply`, `build`), and its owner over the years (`own`)."""

from roadworthy.cost.assumptions import CostAssumptions
from roadworthy.cost.bill import Bill, bill, own_vehicle
from roadworthy.cost.content import Content, block_factors, comply
from roadworthy.cost.ledger import HORIZON, ITEMS, Ledger, Ownership, own
from roadworthy.cost.maker import Build, SlotFacts, build, price_floor_usd
from roadworthy.cost.owner import Car, Owner, car, owner_costs
from roadworthy.cost.slots import slot_facts, slot_prices

__all__ = [
    "HORIZON",
    "ITEMS",
    "Bill",
    "Build",
    "Car",
    "Content",
    "CostAssumptions",
    "Ledger",
    "Owner",
    "Ownership",
    "SlotFacts",
    "bill",
    "block_factors",
    "build",
    "car",
    "comply",
    "own",
    "own_vehicle",
    "owner_costs",
    "price_floor_usd",
    "slot_facts",
    "slot_prices",
]
