"""One light car in T3CO, run by cost_bench in an environment that has it: prints JSON. Fuel is left to ours, since T3CO takes its own prices."""

from __future__ import annotations

import json
import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path


def main() -> None:
    warnings.filterwarnings("ignore")
    case = json.loads(sys.argv[1])
    start = time.perf_counter()
    import t3co
    from t3co.energy_models import energy
    from t3co.input_data import scenario, vehicle
    from t3co.tco import ledger

    loaded = time.perf_counter() - start
    inputs = Path(t3co.__file__).parent / "resources" / "inputs"
    car = vehicle.Vehicle().from_csv(selection=1, vehicle_db_file=inputs / "Demo_FY22_vehicle_model_assumptions.csv")
    car.set_veh_kg()
    years = case["years"]

    def run() -> tuple[dict[str, float], float]:
        s = scenario.Scenario().from_csv(selection=1, scenario_file=inputs / "Demo_FY22_scenario_assumptions.csv")
        s.vehicle_life_yr, s.vmt, s.msrp_total_dol = years, [case["miles"]] * years, case["price"]
        s.tax_rate_pct, s.purchasing_method, s.fuel_type = case["tax"], "cash", "gasoline"
        s.maint_oper_cost_dol_per_mi = [case["maintenance"]] * years
        s.insurance_rates_pct_per_yr = [case["insurance"] / case["price"]] * years
        s.depreciation_rates_pct_per_yr, s.discount_rate_pct_per_yr = [0.0] * years, case["discount"]
        s.shifts_per_year, s.mr_unplanned_downtime_hr_per_mi = [260] * years, [0.0] * years
        for toggle in (
            "fueling_dwell_labor",
            "payload_oppy_cost",
            "fueling_dwell_oppy_cost",
            "mr_downtime_oppy_cost",
            "mark_up",
            "purchasing_cost",
        ):
            setattr(s.cost_toggles, toggle, False)
        began = time.perf_counter()
        found = ledger.Ledger(vehicle=car, scenario=s, energy=energy.Energy(mpgge=case["mpg"], primary_fuel_range_mi=300.0))
        spent = time.perf_counter() - began
        plain = found.to_dict(flatten=True)
        return {
            "price_and_tax": plain["discounted_total_cap_cost_dol"],
            "maintenance": plain["total_maintenance_cost_dol"],
            "insurance": plain["insurance_cost_dol"],
        }, spent

    items, first = run()
    print(json.dumps({"items": items, "seconds": min(first, run()[1]), "import_s": loaded, "version": version("t3co")}))


if __name__ == "__main__":
    main()
