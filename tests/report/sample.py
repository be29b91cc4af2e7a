"""An invented but plausible Summary, and random ones, for tests and for looking at the report. No number here is a result."""

from __future__ import annotations

import math
from typing import Any


def band(low: float, mid: float, high: float) -> dict[str, float]:
    return {"p10": low, "p25": low + 0.55 * (mid - low), "p50": mid, "p75": mid + 0.4 * (high - mid), "p90": high}


def path(low: float, mid: float, high: float, years: int = 30, lag: float = 1.6) -> dict[str, list[float]]:
    rise = [(1 - math.exp(-(y + 0.6) / lag)) * (1 + 0.004 * y) for y in range(years)]
    return {q: [v * r for r in rise] for q, v in band(low, mid, high).items()}


def cell(value: float | str | None, unit: str, status: str, source: str = "invented") -> dict[str, Any]:
    return {"value": value, "unit": unit, "status": status, "source": source}


def line(name: str, label: str, status: str, *b: float) -> dict[str, Any]:
    return {"id": name, "label": label, "status": status, "band": band(*(x * 1e9 for x in b))}


def route(pays: float, fixed: float, q: tuple[float, float, float] | None, price: float, verdict: str) -> dict[str, Any]:
    return {
        "open": True,
        "pays": pays,
        "npv_usd": band(-fixed * 1.1, -fixed * (0.6 - pays), fixed * 1.4),
        "margin_usd": band(250, 800, 2100),
        "standard_usd": band(30, 300, 1100),
        "price_usd": band(price * 0.8, price, price * 1.2),
        "fixed_usd": band(fixed * 0.4, fixed, fixed * 2.1),
        "break_even_units": band(*q) if q else None,
        "break_even_exists": 0.93 if q else 0.2,
        "units_y5": band(9000, 31000, 88000),
        "verdict": verdict,
    }


SHUT = {
    "open": False, "pays": None, "npv_usd": None, "margin_usd": None, "standard_usd": None, "price_usd": None, "fixed_usd": None,
    "break_even_units": None, "break_even_exists": None, "units_y5": None, "verdict": "not open",
}  # fmt: skip


def reform(name: str, title: str, units: tuple[float, ...], deaths: list[tuple[float, ...]], net: tuple[float, ...], gain: float) -> dict:
    k = units[1] / 31000 if units[1] else 0.0
    rate3 = [
        line("buyers", "What buyers gain", "derived", 1.1 * k, 2.4 * k, 4.6 * k),
        line("makers", "What makers gain", "derived", -0.8 * k, -0.3 * k, 0.1 * k),
        line("own", "Deaths in the kei itself", "published", -4.9 * k, -2.6 * k, -1.2 * k),
        line("partners", "Deaths in other vehicles", "published", 0.4 * k, 0.9 * k, 1.6 * k),
        line("outside", "Deaths on foot, on bikes", "assumed", 0.0, 0.2 * k, 0.4 * k),
        line("co2", "CO₂ and air", "published", 0.2 * k, 0.5 * k, 1.2 * k),
        line("traffic", "Traffic and noise", "published", 0.0, 0.1 * k, 0.2 * k),
    ]
    rate7 = [{**x, "band": {q: v * 0.58 for q, v in x["band"].items()}} for x in rate3]
    lo, mid, hi = (x * 1e9 for x in net)
    return {
        "id": name,
        "title": title,
        "words": "A new class up to 3.40 × 1.48 × 2.00 m and 660 cc, UN tests R94, R95, R135, R137, roads posted to 45 mph, any maker.",
        "route": "import",
        "route_label": "imported from Japan",
        "conditions": ["the law is adopted as written", "the design passes its tests", "cars are sold by import"],
        "fleet_wide": False,
        "units_y5": band(*units),
        "units_added_y5": band(*units),
        "sales_path": path(*units),
        "price_usd": band(13100, 16400, 19800),
        "routes": {
            "import": route(0.34, 2e8, (14000, 39000, 120000), 16400, "doubtful"),
            "us_plant": route(0.08, 1.4e9, (110000, 290000, 900000), 18900, "would have to believe"),
        },
        "p_enters": 0.41,
        "decided": {
            "p_enters": 0.41,
            "units_y5": band(0, 0, 52000),
            "net_usd_r3": band(-0.4e9, 0.0, 2.1e9),
            "p_gain": 0.26,
            "p_loss": 0.15,
            "p_no_entry": 0.59,
        },
        "deaths_y10": {p: band(*d) for p, d in zip(("own", "partners", "outside", "net"), deaths, strict=True)},
        "fuel_gal_y10": band(-58e6 * k, -24e6 * k, -9e6 * k),
        "electricity_kwh_y10": band(0, 0, 0),
        "co2_t_y10": band(-520e3 * k, -210e3 * k, -80e3 * k),
        "fuel_path": path(-58e6 * k, -24e6 * k, -9e6 * k, lag=9),
        "co2_path": path(-520e3 * k, -210e3 * k, -80e3 * k, lag=9),
        "surplus_usd_r3": band(1.1e9 * k, 2.4e9 * k, 4.6e9 * k),
        "lines": {"3": rate3, "7": rate7},
        "net_usd": {"3": band(lo, mid, hi), "7": band(lo * 0.6, mid * 0.6, hi * 0.6)},
        "p_gain": {"3": gain, "7": gain - 0.02 if gain > 0.02 else gain},
        "net_dots": sorted(mid + (hi - lo) / 2.56 * z for z in (-1.96, -1.44, -1.15, -0.93, -0.76, -0.6, -0.45, -0.32, -0.19, -0.06,
                           0.06, 0.19, 0.32, 0.45, 0.6, 0.76, 0.93, 1.15, 1.44, 1.96)),
        "transfers": [line("duty", "Duty, from buyers to the Treasury", "law", 0.1 * k, 0.3 * k, 0.8 * k)],
        "gives_up": [
            {"id": "small_car", "label": "small car", "share": band(0.2, 0.34, 0.5)},
            {"id": "suv", "label": "small SUV", "share": band(0.15, 0.27, 0.4)},
            {"id": "used", "label": "used car", "share": band(0.1, 0.22, 0.4)},
            {"id": "none", "label": "other, none", "share": band(0.05, 0.17, 0.3)},
        ],
        "who_buys": [
            {"id": "below_25k", "label": "income under $25 k", "share": band(0.04, 0.08, 0.12)},
            {"id": "25_to_50k", "label": "$25 to 50 k", "share": band(0.12, 0.18, 0.25)},
            {"id": "50_to_100k", "label": "$50 to 100 k", "share": band(0.25, 0.34, 0.42)},
            {"id": "100_to_200k", "label": "$100 to 200 k", "share": band(0.2, 0.28, 0.36)},
            {"id": "above_200k", "label": "over $200 k", "share": band(0.06, 0.12, 0.2)},
        ],
        "by_form": [
            {"form": "ln_length_x_width", "units_y5": units[1] * 0.16},
            {"form": "ln_footprint", "units_y5": units[1] * 0.9},
            {"form": "linear_length_x_width", "units_y5": units[1] * 2.4},
        ],
        "variance_from_form": 0.44,
        "share_extrapolated": 1.0,
        "flags": [],
        "accounting_statement": [
            {"category": "benefit", "item": "Annualised, monetised", "primary": 0.31e9, "low": 0.1e9, "high": 0.7e9, "unit": "USD of 2022 a year",
             "rate": "3 %", "period": "2027 to 2056", "source": "draws", "status": "derived"},
            {"category": "benefit", "item": "Deaths avoided, other vehicles", "primary": 4, "low": 2, "high": 7, "unit": "deaths a year",
             "rate": "", "period": "2036", "source": "draws", "status": "published"},
            {"category": "cost", "item": "Annualised, monetised", "primary": 0.25e9, "low": 0.1e9, "high": 0.5e9, "unit": "USD of 2022 a year",
             "rate": "3 %", "period": "2027 to 2056", "source": "draws", "status": "derived"},
            {"category": "transfer", "item": "Duty: buyers to the Treasury", "primary": 0.02e9, "low": 0.01e9, "high": 0.05e9,
             "unit": "USD of 2022 a year", "rate": "7 %", "period": "2027 to 2056", "source": "HTS 8703", "status": "law"},
            {"category": "effect", "item": "States may still refuse a plate", "primary": None, "low": None, "high": None, "unit": "",
             "rate": "", "period": "", "source": "state table", "status": "published"},
        ],
    }  # fmt: skip


BODIES = (
    ("honda_nbox_jf5", "Honda N-BOX", "super-height wagon", 3.395, 1.475, 1.79, 2.52, 910, "published"),
    ("mazda_mx5_nd", "Mazda MX-5 Miata", "roadster", 3.914, 1.735, 1.233, 2.309, 1058, "assumed"),
    ("ford_f150_crew", "Ford F-150 SuperCrew", "pickup", 5.885, 2.03, 1.961, 3.694, 2130, "assumed"),
    ("mitsubishi_mirage", "Mitsubishi Mirage", "subcompact car", 3.795, 1.665, 1.505, 2.45, 950, "assumed"),
    ("toyota_corolla_e210", "Toyota Corolla", "compact car", 4.63, 1.78, 1.435, 2.70, 1335, "assumed"),
    ("toyota_rav4_xa50", "Toyota RAV4", "compact SUV", 4.596, 1.855, 1.702, 2.69, 1530, "assumed"),
)


def body(row: tuple) -> dict[str, Any]:
    name, title, kind, length, width, height, base, mass, status = row
    numbers = {"length_m": length, "width_m": width, "height_m": height, "wheelbase_m": base, "mass_kg": mass}
    return {"id": name, "name": title, "body_kind": kind, **numbers, "status": dict.fromkeys(numbers, status)}


def pulse(peak: float, ms: float) -> list[float]:
    return [max(0.0, peak * math.sin(math.pi * min(t / ms, 1.0)) * (0.75 + 0.5 * min(t / ms, 1.0))) for t in range(0, 151, 5)]


def risk(v: float, half: float, slope: float = 10.0) -> float:
    return 1.0 / (1.0 + math.exp(-(v - half) / slope))


def summary() -> dict[str, Any]:
    head = ((4, 11, 21), (-7, -4, -1.5), (-2, -1, 0), (1, 6, 14))
    speeds = list(range(20, 95, 5))
    return {
        "schema": "roadworthy/summary/1",
        "key": "7f3a91c0d4e55b21",
        "version": "0.1.0",
        "study": {
            "id": "kei-green-light", "title": "Kei cars on American roads",
            "question": "Should kei cars be allowed on American roads, and would anyone buy them?",
            "law_date": "2026-11-22", "start_year": 2027, "draws": 10240, "seed": 7, "base_year": 2022, "rates": [0.03, 0.07],
            "horizon_years": 30, "vehicle": "honda_nbox_jf5", "made": "2026-11-22",
        },
        "headline": "kei-urban",
        "sentences": {},
        "reforms": [
            reform("lsv-35", "LSV at 35 mph", (1200, 4000, 9000), [(0, 0.5, 1), (-0.3, -0.1, 0), (0, 0, 0), (0, 0.4, 1)], (-0.4, 0.1, 0.7), 0.58),
            reform("kei-urban", "Kei class, roads to 45 mph", (9000, 31000, 88000), list(head), (-3.1, 1.2, 5.6), 0.64),
            reform("kei-all-roads", "Kei class, all roads", (16000, 52000, 131000), [(20, 44, 81), (-22, -13, -5), (-4, -2, 0), (9, 29, 61)],
                   (-7.9, -0.9, 6.0), 0.41),
            reform("mutual-recognition", "Accept Japan’s approval", (12000, 44000, 118000), [(12, 29, 60), (-15, -9, -3), (-3, -1, 0),
                   (5, 19, 44)], (-5.6, 0.3, 6.1), 0.53),
            {**reform("exemption-cap-90000", "Exemption cap 90,000", (6000, 22000, 61000), [(4, 11, 25), (-6, -3, -1), (-2, -1, 0), (1, 7, 18)],
                    (-2.7, 0.6, 4.0), 0.57)},
            {**reform("import-age-15", "Import at 15 years", (8000, 14000, 22000), [(4, 8, 13), (-4, -2, -1), (0, 0, 0), (3, 6, 10)],
                    (-1.6, -0.4, 0.6), 0.29), "route": "used", "route_label": "imported used", "routes": {"import": SHUT, "us_plant": SHUT},
             "p_enters": None, "decided": None, "price_usd": None},
        ],
        "tornado": [
            {"path": "market.pi", "label": "consideration of the class", "unit": "share", "status": "assumed", "low": 0.05, "high": 0.6,
             "net_low_usd": -2.1e9, "net_high_usd": 4.4e9},
            {"path": "cost.landed_usd", "label": "landed price", "unit": "USD", "status": "derived", "low": 10300, "high": 22100,
             "net_low_usd": 3.9e9, "net_high_usd": -1.4e9},
            {"path": "crash.k", "label": "own risk, share of miles", "unit": "-", "status": "published", "low": 2.7, "high": 6.0,
             "net_low_usd": -1.9e9, "net_high_usd": 2.8e9},
            {"path": "account.vsl_usd", "label": "value of a life", "unit": "USD", "status": "published", "low": 7e6, "high": 18e6,
             "net_low_usd": 2.6e9, "net_high_usd": -0.7e9},
            {"path": "market.form", "label": "size form of demand", "unit": "", "status": "assumed", "low": 0, "high": 2,
             "net_low_usd": 0.1e9, "net_high_usd": 2.9e9},
            {"path": "fleet.replaced", "label": "what it replaces", "unit": "share", "status": "published", "low": 0.2, "high": 0.7,
             "net_low_usd": 0.3e9, "net_high_usd": 2.2e9},
            {"path": "market.phi", "label": "weight of own risk", "unit": "share", "status": "assumed", "low": 0.0, "high": 1.0,
             "net_low_usd": 0.5e9, "net_high_usd": 1.9e9},
        ],
        "central_net_usd": 1.2e9,
        "assumptions": [
            {"path": "crash.k", "meaning": "exponent of field fatality risk in delta-v", "value": 4.0, "unit": "-", "status": "assumed",
             "source": "design judgement: mixed belt use", "p10": 2.97, "p90": 5.03},
            {"path": "crash.V0_mps", "meaning": "delta-v at which risk is 63 %", "value": 27.0, "unit": "m/s", "status": "measured",
             "source": "fit on NASS 1997 to 2002", "p10": 26.1, "p90": 27.9},
            {"path": "market.pi", "meaning": "share of buyers who consider the class", "value": 0.3, "unit": "1", "status": "assumed",
             "source": "no data at all", "p10": 0.05, "p90": 0.6},
            {"path": "account.vsl_usd", "meaning": "value of a statistical life", "value": 13.1e6, "unit": "USD", "status": "published",
             "source": "US DOT guidance, 2022 dollars", "p10": 7e6, "p90": 18e6},
            {"path": "cost.duty", "meaning": "duty on a Japanese car", "value": 0.15, "unit": "1", "status": "law", "source": "HTS 8703",
             "p10": None, "p90": None},
            {"path": "cost.landed_usd", "meaning": "landed price of the car", "value": 16400.0, "unit": "USD", "status": "derived",
             "source": "list price, freight, duty", "p10": 13100.0, "p90": 19800.0},
        ],
        "vehicle": {
            "id": "honda_nbox_jf5", "name": "Honda N-BOX", "body_kind": "super-height wagon", "assumed": 11, "filled": 4,
            "fields": {
                "length_m": cell(3.395, "m", "published", "maker"), "width_m": cell(1.475, "m", "published", "maker"),
                "height_m": cell(1.79, "m", "published", "maker"), "wheelbase_m": cell(2.52, "m", "published", "maker"),
                "mass_kg": cell(910.0, "kg", "assumed", "catalogue"), "power_W": cell(43000.0, "W", "assumed", "catalogue"),
                "seats": cell(4, "-", "published", "maker"), "cd": cell(None, "-", "assumed", "not found"),
            },
        },
        "comparators": [body(row) for row in BODIES[1:]],
        "verdicts": [
            {"door": "Sold new, full standards", "verdict": "no", "off_by": "3 of 44 fail, 5 not known", "clause": "49 CFR 571", "status": "published",
             "children": [
                 {"door": "rear barrier", "verdict": "no", "off_by": "50 km/h of 80: 30 km/h short", "clause": "FMVSS 301 S6.2", "status": "published"},
                 {"door": "pole test", "verdict": "unknown", "off_by": "no result at 32 km/h", "clause": "FMVSS 214 S9", "status": "assumed"}]},
            {"door": "Low-speed vehicle", "verdict": "no", "off_by": "62 mph over 25 mph", "clause": "49 CFR 571.500", "status": "law", "children": []},
            {"door": "Imported used, 25 years", "verdict": "no", "off_by": "23.4 years short of 25", "clause": "49 USC 30112(b)(9)",
             "status": "law", "children": []},
            {"door": "Small-number exemption", "verdict": "discretionary", "off_by": "2,500 in any 12 months", "clause": "49 CFR 555.6(b)(5)",
             "status": "law", "children": []},
            {"door": "Plate in Delaware", "verdict": "unknown", "off_by": "sources conflict", "clause": "", "status": "published", "children": []},
        ],
        "verdicts_reform": [
            {"door": "Kei class, roads to 45 mph", "verdict": "yes", "off_by": "4 mm inside on chest", "clause": "this reform", "status": "derived",
             "children": []},
        ],
        "plates": {
            "counts": {"legal": 3, "restricted": 2, "antique": 1, "prohibited": 2, "unclear": 2},
            "states": [
                {"code": c, "status": s, "conflict": f}
                for c, s, f in (("TX", "legal", False), ("NC", "legal", False), ("WA", "legal", True), ("VA", "restricted", False),
                                ("FL", "restricted", False), ("WI", "antique", True), ("NY", "prohibited", False), ("GA", "prohibited", True),
                                ("DE", "unclear", False), ("AK", "unclear", False))
            ],
        },
        "crash": {
            "closing_mph": 70.0, "overlap": 0.8, "severity_share": 0.02, "status": "derived",
            "sides": [
                {"name": "Honda N-BOX", "mass_kg": 1080.0, "delta_v_mps": 24.2, "crush_m": 0.67, "intrusion_m": 0.175, "peak_g": 45.0,
                 "p_ais3": 0.60, "status": "derived"},
                {"name": "Ford F-150", "mass_kg": 2350.0, "delta_v_mps": 11.1, "crush_m": 0.55, "intrusion_m": 0.0, "peak_g": 21.0,
                 "p_ais3": 0.09, "status": "derived"},
            ],
            "pulses": [
                {"name": "N-BOX", "time_ms": list(range(0, 151, 5)), "accel_g": pulse(42, 95)},
                {"name": "F-150", "time_ms": list(range(0, 151, 5)), "accel_g": pulse(19, 95)},
            ],
            "wall": [{"name": "Honda N-BOX", "p_ais3": 0.114}, {"name": "Ford F-150", "p_ais3": 0.097}],
        },
        "crash_by_speed": [
            {"partner": n, "mass_kg": m, "speeds_mph": speeds, "own": [risk(v, h) for v in speeds],
             "other": [risk(v, o, 14) for v in speeds] if o else None, "status": "derived"}
            for n, m, h, o in (("another N-BOX", 1080, 84, 84), ("Mirage", 1100, 82, 86), ("Corolla", 1500, 71, 104), ("RAV4", 1750, 66, 112),
                               ("F-150", 2350, 62, 125), ("a wall", None, 72, None))
        ],
        "energy": [
            {"id": "honda_nbox_jf5", "name": "Honda N-BOX", "mpg": cell(41.0, "mpg", "derived"), "time_0_60_s": cell(14.9, "s", "derived"),
             "merge_mph": cell(58.0, "mph", "derived"), "speed_max_mph": cell(87.0, "mph", "assumed")},
            {"id": "ford_f150_crew", "name": "Ford F-150", "mpg": cell(20.0, "mpg", "derived"), "time_0_60_s": cell(6.2, "s", "derived"),
             "merge_mph": cell(79.0, "mph", "derived"), "speed_max_mph": cell(None, "mph", "assumed")},
        ],
        "space": [
            {"id": "honda_nbox_jf5", "name": "Honda N-BOX", "shares": {"driver": 0.98, "front_pair": 0.95, "no_elbow": 0.92, "four_up": 0.95,
             "load": 0.001}, "status": "assumed"},
            {"id": "mazda_mx5_nd", "name": "Mazda Miata", "shares": {"driver": 0.91, "front_pair": 0.82, "no_elbow": 0.69, "four_up": None,
             "load": None}, "status": "assumed"},
        ],
        "own": [
            {"id": "honda_nbox_jf5", "name": "Honda N-BOX", "price_usd": 16400.0, "items": {"capital": 20.1, "fuel": 7.7, "upkeep": 10.1,
             "insurance, tax": 14.6}, "total_cents_per_mile": band(48.0, 52.5, 57.0), "status": "assumed", "break_even_usd": None},
            {"id": "mitsubishi_mirage", "name": "Mitsubishi Mirage", "price_usd": 17200.0, "items": {"capital": 21.0, "fuel": 8.1, "upkeep": 10.1,
             "insurance, tax": 15.8}, "total_cents_per_mile": band(51.0, 55.0, 60.0), "status": "assumed",
             "break_even_usd": band(15000.0, 18700.0, 22200.0)},
            {"id": "ford_f150_crew", "name": "Ford F-150", "price_usd": 45000.0, "items": {"capital": 41.2, "fuel": 17.0, "upkeep": 11.0,
             "insurance, tax": 18.0}, "total_cents_per_mile": band(80.0, 87.2, 95.0), "status": "assumed",
             "break_even_usd": band(52000.0, 58000.0, 66000.0)},
        ],
        "support": {"badge": "outside", "attributes": [
            {"name": "length × width", "value": 5.01, "bound": 5.80, "unit": "m²"}, {"name": "power", "value": 43.0, "bound": 58.2, "unit": "kW"}]},
        "record": [
            {"model": "smart fortwo", "year": 2008, "units": 24622, "status": "published", "source": "maker"},
            {"model": "smart fortwo", "year": 2018, "units": 1276, "status": "published", "source": "maker"},
            {"model": "Mitsubishi Mirage", "year": 2017, "units": 29766, "status": "published", "source": "maker"},
            {"model": "Chevrolet Spark", "year": 2016, "units": 39159, "status": "assumed", "source": "not verified"},
            {"model": "Geo Metro", "year": 1989, "units": 52700, "status": "published", "source": "1981 to 1990 table"},
            {"model": "used kei trucks", "year": 2023, "units": 7594, "status": "published", "source": "import records"},
        ],
        "marks": {"law": 4, "measured": 6, "published": 8, "derived": 5, "assumed": 11},
        "citations": [
            {"id": "FARS", "text": "NHTSA, Fatality Analysis Reporting System, 2005 to 2020", "url": "https://www.nhtsa.gov/research-data/fars"},
            {"id": "49 CFR 571", "text": "Federal Motor Vehicle Safety Standards", "url": ""},
        ],
        "seconds": {"prepare": 1.1, "draws": 6.4},
    }  # fmt: skip


def side(name: str, title: str, mass: float, crush: float | None, p: float) -> dict[str, Any]:
    return {
        "id": name, "name": title, "mass_kg": mass, "delta_v_mps": 24.1, "crush_m": crush, "intrusion_m": 0.17, "peak_g": 44.7, "chest_g": 82.0,
        "hic15": 998.0, "nij": 0.66, "p_ais3": p, "p_fatal_field": 0.5, "wall_p_ais3": 0.11, "wall_stars": 4, "status": "assumed", "extrapolated": False,
    }  # fmt: skip


def door(pathway: str, title: str, verdict: str, off_by: str, clause: str, status: str, **more: Any) -> dict[str, Any]:
    return {
        "pathway": pathway, "title": title, "verdict": verdict, "answer": more.pop("answer", verdict), "off_by": off_by, "clause": clause,
        "status": status, "children": more.pop("children", []), "more": 0, "reform": "", "opens_on": None, **more,
    }  # fmt: skip


MEETING = {
    "closing_mps": 31.2928, "overlap": 0.8, "first": side("honda_nbox_jf5", "Honda N-BOX", 1080.0, 0.668, 0.6),
    "second": side("ford_f150_crew", "Ford F-150 SuperCrew 5.5 ft", 2350.0, 0.55, 0.09), "share_at_or_above": 0.0017, "share_status": "assumed",
    "pulse": {"time_s": [0.0, 0.05, 0.1], "first": {"vehicle_g": [0.0, 44.0, 0.0]}, "second": {"vehicle_g": [0.0, 20.0, 0.0]}}, "status": "assumed",
}  # fmt: skip

BILL = {
    "schema": "roadworthy/own/1", "vehicle": "honda_nbox_jf5", "years": 5.0, "miles_per_yr": 12000.0, "base_year": 2022, "total_usd": 32943.9,
    "cents_per_mile": 54.9, "cents_per_mile_p5": 50.4, "cents_per_mile_p95": 59.8, "usd_per_month": 549.1,
    "items": [{"item": "depreciation", "usd": 8803.7, "cents_per_mile": 14.7, "usd_per_month": 146.7}, {"item": "sales_tax", "usd": 0.0,
              "cents_per_mile": 0.0, "usd_per_month": 0.0}, {"item": "energy", "usd": None, "cents_per_mile": None, "usd_per_month": None}],
    "break_even": [{"rival": "mitsubishi_mirage", "price_usd": 15154.9, "price_p5_usd": 13197.6, "price_p95_usd": 17203.5, "saving_usd_per_yr": -134.3}],
    "inputs": [{"name": "price_usd", "value": 16000.0, "unit": "USD", "status": "assumed"}, {"name": "apr", "value": 0.07, "unit": "1/yr", "status": "published"}],
    "assumed": ["price_usd"], "notes": [], "in_support": True,
}  # fmt: skip

VERDICT = {
    "name": "Honda N-BOX (JF5/6)", "built": "from 2023", "law_date": "2026-11-22", "entry_or_use": "2026-11-22", "status": "law", "open": False,
    "rows": [
        door("fmvss_cert", "sold new, full standards", "no", "not certified", "49 USC 30112(a)(1); 49 CFR 567", "assumed",
             children=[{"title": "certified by its maker", "verdict": "no", "off_by": "none is known", "clause": "49 CFR 567", "status": "assumed"}]),
        door("import25", "imported used, 25 years", "no", "3.89 of 25 years: 21.1 years short", "49 USC 30112(b)(9)", "law", opens_on="2048-01-01"),
        door("p555", "small-number exemption", "discretionary", "2,500 in any 12 months", "49 CFR 555.6(b)(5)", "law", answer="NHTSA may"),
        door("plate", "plate, 51 jurisdictions", "yes", "26 of 51", "--state VA", "published", answer="26 of 51"),
    ],
    "shortest": [{"count": 2, "text": "a class of its own by rule (NHTSA)", "door": "sold new, full standards"}],
    "not_in_force": [{"reform": "kei-urban", "after": "unknown", "off_by": "no result at 56 km/h", "status": "assumed"}], "notes": ["the book ends today"],
    "missing_count": 127,
}  # fmt: skip

DRIVE = {
    "id": "honda_nbox_jf5", "known": True, "label": {"city_mpg": 39.2, "hwy_mpg": 42.4, "combined_mpg": 40.6, "unit": "mpg"}, "time_0_60_s": 15.5,
    "merge": {"lane_m": 493.8, "speed_mph": 69.5, "loaded_mph": 68.1}, "top_speed_mph": 87.0, "grade": {"at_55_mph": 0.11}, "status": "assumed",
    "checks": [{"what": "0-60 mph, s", "value": 15.5, "needed": 20.0, "passes": True, "status": "assumed"}], "comparators": [],
}  # fmt: skip

FIT = {
    "id": "honda_nbox_jf5", "name": "Honda N-BOX", "status": "assumed", "source": "Japanese cabin sizes, converted",
    "tiers": [{"tier": "driver", "share": 0.976, "binding": "alone_leg", "margin": 0.018}, {"tier": "load_rated", "share": 0.0005, "binding": "load_rated",
              "margin": -179.0}, {"tier": "four_up", "share": None, "binding": "", "margin": None}],
}  # fmt: skip

CARD = {
    "id": "honda_nbox_jf5", "name": "Honda N-BOX", "assumed": 2, "filled": 4, "unknown": ["turbo"],
    "fields": [
        {"field": "body_kind", "value": "super_height", "unit": "", "status": "derived", "source": "words of the body"},
        {"field": "length_m", "value": 3.395, "unit": "m", "status": "published", "source": "class envelope"},
        {"field": "height_m", "value": 1.79, "unit": "m", "status": "assumed", "source": "nobody has verified it"},
        {"field": "wheelbase_m", "value": 2.52, "unit": "m", "status": "assumed", "source": "nobody has verified it"},
        {"field": "power_W", "value": 43000.0, "unit": "W", "status": "published", "source": "maker"},
    ],
}  # fmt: skip


def from_rooms() -> dict[str, Any]:
    """The sample with the scenes as the rooms hand them over."""
    found = summary()
    found["vehicle"] = CARD
    found["crash"] = MEETING
    found["crash_by_speed"] = [
        {
            "id": "ford_f150_crew",
            "name": "Ford F-150",
            "mass_kg": 2350.0,
            "speeds_mph": [20.0, 50.0, 80.0],
            "own": [0.07, 0.1, 0.95],
            "other": [0.06, 0.08, None],
        }
    ]
    found["energy"], found["space"], found["own"] = [DRIVE], [FIT], [BILL, {**BILL, "vehicle": "mitsubishi_mirage", "break_even": []}]
    found["record"] = [
        {"model": "Geo Metro", "years": "1989-1990", "units_low": 52409.0, "units_high": 52700.0, "kind": "sale", "status": "published", "source": "table"},
        {"model": "US minicar segment (all)", "years": "2018", "units_low": 76442.0, "units_high": 76442.0, "kind": "segment", "status": "published", "source": "web"},
    ]  # fmt: skip
    found["verdicts"], found["verdicts_reform"] = VERDICT["rows"], [{**VERDICT["rows"][0], "reform": "kei-urban", "verdict": "unknown"}]
    found["plates"] = {
        "states": {"TX": "yes", "NY": "no", "DE": "unknown"},
        "off_by": "1 legal, 1 no",
        "conflicts": 1,
        "note": "by the states' rules",
    }
    found["support"] = {"badge": "outside", "attributes": ["power_W 4.3e+04 is 26% below the smallest on sale (5.82e+04)"], "distance": 4.2}
    found["citations"] = [{"what": "fleet/fars", "source": "NHTSA FARS", "licence": "public domain", "status": "measured"}]
    return found
