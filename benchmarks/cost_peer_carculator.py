"""A small petrol car of carculator, run by cost_bench in an environment that has it: prints JSON with its inputs and cost a kilometre."""

from __future__ import annotations

import json
import time
import warnings
from importlib.metadata import version


def main() -> None:
    warnings.filterwarnings("ignore")
    start = time.perf_counter()
    import numpy as np
    from carculator import CarInputParameters, CarModel, fill_xarray_from_input_parameters

    loaded = time.perf_counter() - start
    start = time.perf_counter()
    given = CarInputParameters()
    given.static()
    _, table = fill_xarray_from_input_parameters(given, scope={"powertrain": ["ICEV-p"], "size": ["Mini"], "year": [2020]})
    model = CarModel(table, cycle="WLTC")
    model.set_all()
    spent = time.perf_counter() - start

    def value(name: str) -> float:
        return float(np.ravel(model.array.sel(size="Mini", powertrain="ICEV-p", year=2020, parameter=name).values)[0])

    names = {
        "price": "purchase cost", "energy": "energy cost", "maintenance": "maintenance cost", "total": "total cost per km",
        "interest": "interest rate", "life_km": "lifetime kilometers", "km_per_year": "kilometers per year",
    }  # fmt: skip
    print(json.dumps({**{k: value(n) for k, n in names.items()}, "seconds": spent, "import_s": loaded, "version": version("carculator")}))


if __name__ == "__main__":
    main()
