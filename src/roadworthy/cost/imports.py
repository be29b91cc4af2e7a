"""What a vehicle of 25 years costs by the time it has US plates.

    landed = car x (1 + duty) + freight + everything else

The car is bought in Japan; duty is charged on what was paid for it there; freight and the rest are known only as ranges that hobby and
enthusiast pages give. Limits: one figure for all states, no storage, no repairs before the first drive; a state may still refuse it.
"""

from __future__ import annotations

from dataclasses import dataclass

from roadworthy.core import Cited, InputError
from roadworthy.cost.owner import owner_costs


@dataclass(frozen=True, slots=True)
class Landed:
    """The parts of a landed price."""

    car_usd: Cited
    duty_share: Cited
    freight_usd: Cited
    rest_usd: Cited

    @property
    def duty_usd(self) -> float:
        """What the customs take. [USD]"""
        return float(self.car_usd.value * self.duty_share.value)

    @property
    def total_usd(self) -> float:
        """All of it. [USD]"""
        return float(self.car_usd.value + self.duty_usd + self.freight_usd.value + self.rest_usd.value)

    def parts(self) -> dict[str, Cited]:
        """Each part in dollars with its source, in the order in which it is paid."""
        duty = Cited(self.duty_usd, "USD", self.duty_share.source, self.duty_share.status)
        return {
            "car in Japan": self.car_usd,
            "ocean freight": self.freight_usd,
            "customs duty": duty,
            "port, broker, haul, title": self.rest_usd,
        }


def landed(car_usd: Cited, duty_share: Cited) -> Landed:
    """The landed price of a car bought for `car_usd` in Japan at a duty. [USD, share]"""
    if not car_usd.value > 0.0:
        raise InputError(f"price in Japan is {car_usd.value:g} USD", "give a price above zero", code="price.range", where="price_usd")
    if not 0.0 <= duty_share.value <= 1.0:
        raise InputError(f"duty is {duty_share.value:g}", "give it as a share, such as 0.25", code="duty.range", where="duty")
    freight = owner_costs()["import_freight_usd", "all"].cited
    whole = owner_costs()["import_but_car_usd", "all"].cited
    rest = Cited(whole.value - freight.value, "USD", f"what remains of {whole.source}", "derived")
    return Landed(car_usd, duty_share, freight, rest)
