"""Five rules in OpenFisca-Core, run by the peer's own interpreter: reads columns from an .npz, prints one JSON line. Not part of the package.

OpenFisca-Core is AGPL-3.0: it is installed apart, never imported by roadworthy, and this file is run as a program of its own.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version

import numpy as np


def system():
    from openfisca_core.entities import Entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    car = Entity("car", "cars", "a vehicle", "")

    def number(name):
        return type(name, (Variable,), {"value_type": float, "entity": car, "definition_period": DateUnit.DAY, "label": name})

    def rule(name, formula):
        body = {"value_type": bool, "entity": car, "definition_period": DateUnit.DAY, "label": name, "formula": formula}
        return type(name, (Variable,), body)

    def kei(cars, day):
        size = (cars("length", day) <= 3.4) * (cars("width", day) <= 1.48) * (cars("height", day) <= 2.0)
        return size * (cars("displacement", day) <= 660e-6)

    def lsv(cars, day):
        v = cars("speed_max", day)
        return (cars("wheels", day) == 4) * (v > 20 * 0.44704) * (v <= 25 * 0.44704 * (1 + 1e-9)) * (cars("gvwr", day) < 3000 * 0.45359237)

    def old(cars, day):
        return cars("age_years", day) >= 25

    def roof(cars, day):
        made = (
            (cars("built_day", day) >= 16679) * (cars("wheels", day) > 3) * (1 - cars("lsv", day))
        )  # 2015-09-01, a car, no low-speed vehicle
        return (made * (cars("gvwr", day) <= 10000 * 0.45359237)).astype(bool)

    def road(cars, day):
        return cars("posted", day) <= 35 * 0.44704 * (1 + 1e-9)

    class Toy(TaxBenefitSystem):
        def __init__(self):
            super().__init__([car])
            names = ("length", "width", "height", "displacement", "speed_max", "wheels", "gvwr", "age_years", "posted", "built_day")
            self.add_variables(
                *(number(n) for n in names), rule("kei", kei), rule("lsv", lsv), rule("old", old), rule("roof", roof), rule("road", road)
            )

    return Toy()


def main() -> None:
    from openfisca_core.simulations import SimulationBuilder

    columns = dict(np.load(sys.argv[1]))
    n, day, toy = len(columns["length"]), "2026-11-22", system()
    times, counts = [], {}
    for _ in range(5):
        simulation = SimulationBuilder().build_default_simulation(toy, n)
        for name, values in columns.items():
            simulation.set_input(name, day, values)
        start = time.perf_counter()
        counts = {name: int(simulation.calculate(name, day).sum()) for name in ("kei", "lsv", "old", "roof", "road")}
        times.append(time.perf_counter() - start)
    print(json.dumps({"seconds": sorted(times)[2], "counts": counts, "version": version("openfisca-core")}))


if __name__ == "__main__":
    main()
