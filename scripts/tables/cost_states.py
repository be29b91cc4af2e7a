"""Make the table of what differs between states for an owner: tax on the sale, price of electricity, premium.

Origins, each read from a public copy and typed in here:
* electricity: US EIA State Energy Data System, residential price ESRCD of 2022 in USD per million Btu, as shipped with
  OpenStudio-HPXML (`ReportUtilityBills/resources/simple_rates/pr_all_update.csv`); US government work.
* premium: combined average premium by state, National Association of Insurance Commissioners 2011, as shipped with FiveThirtyEight's
  `bad-drivers` data (CC BY 4.0). Only its ratio to the mean over people is used.
* sales tax: state rate plus mean local rate of the general sales tax (Tax Foundation, about 2023, from a public copy). Some states tax
  cars at another rate, so the row is assumed to hold for cars. No table of registration fees or pump prices by state was found.

    python -m scripts.tables.cost_states
"""

from __future__ import annotations

import csv
from pathlib import Path

FACTS = Path(__file__).resolve().parents[2] / "src" / "roadworthy" / "data" / "facts"

US_ELECTRICITY = 44.08  # USD per million Btu, 2022: 15.04 cents a kWh
STATES = """
AL 41.76 784.55 9.24
AK 67.72 1053.48 1.81
AZ 38.15 899.47 8.37
AR 35.33 827.34 9.44
CA 75.73 878.41 8.85
CO 41.59 835.50 7.79
CT 72.13 1068.73 6.35
DE 40.18 1137.87 0.00
DC 41.57 1273.89 6.00
FL 40.75 1160.13 7.02
GA 40.45 913.15 7.39
HI 126.10 861.18 4.44
ID 30.40 641.96 6.03
IL 45.87 803.11 8.84
IN 42.77 710.46 7.00
IA 38.53 649.06 6.93
KS 41.00 780.45 8.75
KY 37.85 872.51 6.00
LA 37.91 1281.55 9.55
ME 65.78 661.88 5.50
MD 42.38 1048.78 6.00
MA 76.12 1011.14 6.25
MI 52.33 1110.61 6.00
MN 41.76 777.18 7.53
MS 36.39 896.07 7.07
MO 34.42 790.32 8.37
MT 33.21 816.21 0.00
NE 31.63 732.28 6.97
NV 40.39 1029.87 8.24
NH 74.61 746.54 0.00
NJ 49.05 1301.52 6.61
NM 40.57 869.85 7.82
NY 64.71 1234.31 8.53
NC 34.04 708.24 6.95
ND 32.00 688.75 7.04
OH 40.59 697.73 7.24
OK 36.47 881.51 8.97
OR 33.48 804.71 0.00
PA 46.73 905.99 6.34
RI 68.03 1148.99 7.00
SC 39.82 858.97 7.50
SD 35.44 669.31 6.40
TN 35.89 767.91 9.55
TX 40.33 1004.75 8.19
UT 31.78 809.38 7.20
VT 58.42 716.20 6.36
VA 39.10 768.95 5.73
WA 30.06 890.03 9.40
WV 38.77 992.61 6.43
WI 45.79 670.31 5.43
WY 32.50 791.14 5.44
"""
"""State, electricity [USD per million Btu, 2022], premium [USD, 2011], general sales tax [%]."""


def main() -> None:
    rows = [line.split() for line in STATES.strip().splitlines()]
    with (FACTS / "rules" / "state_population.csv").open(encoding="utf-8", newline="") as text:
        people = {row["state"]: float(row["population"]) for row in csv.DictReader(text)}
    mean = sum(people[s] * float(premium) for s, _, premium, _ in rows) / sum(people[s] for s, *_ in rows)
    with (FACTS / "cost" / "states.csv").open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["state", "sales_tax_share", "electricity_factor", "insurance_factor"])
        for state, electricity, premium, tax in rows:
            table.writerow([state, f"{float(tax) / 100:.4f}", f"{float(electricity) / US_ELECTRICITY:.4f}", f"{float(premium) / mean:.4f}"])
    print(f"{len(rows)} states, mean premium of 2011 {mean:.0f} USD")


if __name__ == "__main__":
    main()
