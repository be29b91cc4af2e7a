"""The car page: where it may be driven, whom it meets, whether it merges, who fits, what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from roadworthy.core import MARK
from roadworthy.core.errors import InputError, RoadworthyError, unknown
from roadworthy.report import charts as gallery
from roadworthy.report import reading as r
from roadworthy.report import tables_record, theme
from roadworthy.report.chart import Chart
from roadworthy.report.html import day
from roadworthy.report.normal import normal
from roadworthy.report.numbers import finite, of_100, plain
from roadworthy.report.tables_record import VERDICTS
from roadworthy.rules import load_book
from roadworthy.study.car_scene import car_scene
from roadworthy.study.cards import name_of
from roadworthy.vehicles import Vehicle, catalogue, fill, find, load
from roadworthy.web import assets
from roadworthy.web.office import Office
from roadworthy.web.view import environment
from roadworthy.web.words import Manner

MOST_CARS = 64
SIZES = {
    "length_m": ("Length", "m", 1.5, 7.0, 3.395), "width_m": ("Width", "m", 0.8, 2.6, 1.475), "height_m": ("Height", "m", 0.8, 2.8, 1.75),
    "wheelbase_m": ("Wheelbase", "m", 1.2, 4.5, 2.5), "mass_kg": ("Mass", "kg", 250.0, 4500.0, 900.0), "power_kW": ("Power", "kW", 1.0, 600.0, 43.0), "seats": ("Seats", "", 1.0, 9.0, 4.0),
    "price_usd": ("Price", "$", 1000.0, 200000.0, 16000.0),
    "displacement_cc": ("Engine", "cc", 50.0, 8000.0, 658.0), "battery_kWh": ("Battery", "kWh", 1.0, 250.0, 20.0), "built": ("Built", "", 1950.0, 2035.0, 2026.0),
}  # fmt: skip
"""What a reader may say of a car: words, unit, range, an example."""
POWERTRAINS = {"ice": "petrol", "bev": "battery"}
DOOR_CHILDREN = 4


@lru_cache(maxsize=MOST_CARS)
def _scene(name: str, place: str, reform: str, price_usd: float | None) -> dict[str, Any]:
    return car_scene(find(name), place=place or None, reform=reform or None, price_usd=price_usd)


def price_of(office: Office, name: str, vehicle: Vehicle) -> float | None:
    """What a car with a foreign list price would cost here: the model's median under the standing reform; None where it cannot say."""
    if vehicle.price_currency[0] == "USD":
        return None
    try:
        choice, _ = office.read({"reform": office.desk.study.headline, "vehicle": name})
        price = office.desk.quick(choice)["answer"]["price_usd"]
    except RoadworthyError:
        return None
    return round(float(price["p50"]), -2) if price else None


def states() -> dict[str, str]:
    """Places with a rule of their own, by their two letters."""
    return {code: getattr(state, "name", code) or code for code, state in sorted(load_book().states.items())}


def render_car(office: Office, name: str, place: str, how: Manner) -> str:
    """The page of a car of the catalogue."""
    if name not in catalogue().ids:
        raise unknown("vehicle", name, catalogue().ids)
    if place and place not in states():
        raise unknown("state", place[:16], states())
    vehicle = find(name)
    return page(_scene(name, place, office.desk.study.headline, price_of(office, name, vehicle)), vehicle, place, how)


def describe(office: Office, said: Mapping[str, str]) -> str:
    """The page of a car that a reader describes; every number is held to its range and marked assumed."""
    values = {}
    for name, (words, unit, low, high, _) in SIZES.items():
        try:
            value = float(said.get(name, ""))
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise InputError(
                f"{words} {said.get(name, 'nothing')!r} is not between {low:g} and {high:g} {unit}".rstrip(),
                "give a number in that range",
                code="car.size",
                where=name,
            )
        values[name] = value
    power = said.get("powertrain", "ice")
    if power not in POWERTRAINS:
        raise unknown("powertrain", power[:16], POWERTRAINS)
    row = ', status = "assumed", source = "as described on the page" }'
    lines = [
        "[[vehicle]]",
        'id = "described"',
        f'make = {{ value = "A"{row}',
        f'model = {{ value = "described car"{row}',
        f'powertrain = {{ value = "{power}"{row}',
        f'body_kind = {{ value = "hatch"{row}',
        f'group = {{ value = "user"{row}',
    ]
    for name, unit in (("length", "m"), ("width", "m"), ("height", "m"), ("wheelbase", "m"), ("mass", "kg"), ("power", "kW")):
        lines.append(f'{name} = {{ value = "{values[f"{name}_{unit}"]:g} {unit}"{row}')
    heart = (
        f'displacement = {{ value = "{values["displacement_cc"]:g} cc"{row}'
        if power == "ice"
        else f'battery = {{ value = "{values["battery_kWh"]:g} kWh"{row}'
    )
    lines += [heart, f'built_first = {{ value = "{values["built"]:.0f}"{row}']
    lines += [f"seats = {{ value = {values['seats']:.0f}{row}", f'price_min = {{ value = "{values["price_usd"]:.0f} USD 2022"{row}']
    vehicle = fill(load("\n".join(lines) + "\n"))
    scene = car_scene(vehicle, reform=office.desk.study.headline)
    return page(scene, vehicle, "", Manner(), described={**{k: f"{v:g}" for k, v in values.items()}, "powertrain": power})


def doors(scene: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each door with what decides it: verdict, who decides, how far off, the clause and the mark; the reform's own door last."""
    today = [row for row in r.records(scene.get("verdicts")) if row.get("pathway") != "plate"]
    known = {"plate", *(row.get("pathway") for row in today)}
    new = [row for row in r.records(scene.get("verdicts_reform")) if row.get("pathway") not in known]
    found = []
    for row in [*today, *new, *r.records([scene.get("plates")])]:
        children = [
            {"title": r.text(c.get("title")), "off": r.text(c.get("off_by")), "clause": r.text(c.get("clause")), "mark": r.text(c.get("mark")), "status": r.text(c.get("status")), "verdict": VERDICTS.get(r.text(c.get("verdict")), VERDICTS["unknown"])}
            for c in r.records(row.get("children"))
        ]  # fmt: skip
        bad = [c for c in children if c["verdict"][0] != "y"] or children
        found.append({
            "title": r.text(row.get("title")), "verdict": VERDICTS.get(r.text(row.get("verdict")), VERDICTS["unknown"]), "off": r.text(row.get("off_by")), "clause": r.text(row.get("clause")),
            "mark": r.text(row.get("mark")), "status": r.text(row.get("status")), "opens": r.text(row.get("opens_on")), "new": row in new, "conditions": r.text(row.get("conditions")),
            "children": bad[:DOOR_CHILDREN], "more": max(len(children) - DOOR_CHILDREN, 0) + int(finite(row.get("more")) or 0),
        })  # fmt: skip
    return found


def lede(scene: Mapping[str, Any], vehicle: Vehicle) -> str:
    """May it, and would it be worth owning, in two sentences."""
    verdict = r.record(scene.get("verdict"))
    opens = r.text(verdict.get("opens_on"))
    may = (
        "**May it?** Some door is open today."
        if verdict.get("open")
        else "**May it?** Not today"
        + (f": the first door that opens by itself opens on =={day(opens)}==." if opens else ": no door is open for sale or import.")
    )
    own = r.records(scene.get("own"))
    cost = ""
    if own and finite(own[0].get("cents_per_mile")) is not None:
        first = own[0]
        cost = f" **What does it cost?** About **{plain(first['cents_per_mile'])} cents** a mile over {finite(first.get('years')) or 0:.0f} years, likely =={plain(first.get('cents_per_mile_p5'))} to {plain(first.get('cents_per_mile_p95'))}==."
    sides = [x for x in (r.record(scene.get("crash")).get("first"), r.record(scene.get("crash")).get("second")) if isinstance(x, Mapping)]
    met = (
        f" **Against a pickup** at 70 mph closing {of_100(sides[0].get('p_ais3'))} of 100 of its drivers are seriously hurt, {of_100(sides[1].get('p_ais3'))} in the pickup."
        if len(sides) == 2
        else ""
    )
    return may + cost + met


def merging(scene: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each vehicle's run to 60 mph and its speed at the end of the lane."""
    found = []
    for row in r.records(scene.get("energy")):
        merge, label = r.record(row.get("merge")), r.record(row.get("label"))
        found.append({
            "name": r.text(row.get("name"), r.text(row.get("id"))), "to_60": plain(row.get("time_0_60_s"), digits=3), "loaded": plain(row.get("time_0_60_loaded_s"), digits=3), "merge": plain(merge.get("speed_mph")),
            "merge_loaded": plain(merge.get("loaded_mph")), "lane": plain(merge.get("lane_m")), "top": plain(row.get("levels_off_mph")), "mpg": plain(label.get("combined_mpg")), "km_l": plain(r.record(row.get("wltcj")).get("km_per_l")),
        })  # fmt: skip
    return found


def picture(chart: Chart | None, *, narrow: bool = False) -> dict[str, Any] | None:
    """A report's chart for the page: drawings as they are, charts in the page's colours."""
    if chart is None:
        return None
    svg = chart.svg(narrow=narrow)
    return {
        "svg": svg if isinstance(chart.wide, str) else theme.themed(svg),
        "title": chart.title,
        "scope": chart.scope,
        "note": chart.note,
        "sentence": chart.sentence,
        "id": chart.id,
    }


def called(said: str) -> str:
    """A car of the catalogue by its name where an id is given, its age kept: `toyota_corolla_e210, 5 years old`."""
    cars = catalogue()
    name, comma, age = said.partition(", ")
    return name_of(cars, cars.ids.index(name)) + comma + age if name in cars.ids else said


def page(scene: Mapping[str, Any], vehicle: Vehicle, place: str, how: Manner, described: Mapping[str, str] | None = None) -> str:
    """The page of one car from its scene."""
    said = normal({**scene, "headline": "", "reforms": []})
    for row in r.records(said.get("own")):
        row["name"] = called(r.text(row.get("name"), r.text(row.get("id"))))
    drawn = gallery({**said, "_normal": True})
    names = {row["id"]: row["name"] for row in r.records(said.get("space")) if row.get("id")}
    runs = merging(scene)
    for row in runs:
        row["name"] = names.get(row["name"], row["name"])
    cars = catalogue()
    return environment().get_template("car.html.jinja").render(
        how=how, here="car", asset=assets.version(), tail="", name=name_of(vehicle, 0), code=vehicle.code[0], id=vehicle.ids[0], lede=lede(scene, vehicle), doors=doors(scene), law_date=day(scene.get("law_date")),
        lineup=picture(drawn.get("lineup"), narrow=False), lineup_narrow=picture(drawn.get("lineup"), narrow=True), crash=picture(drawn.get("crash"), narrow=True), plates=picture(drawn.get("plates")),
        risks=[picture(c) for key, c in drawn.items() if key.startswith("risk-")], own=picture(drawn.get("own"), narrow=True), wins=picture(drawn.get("wins"), narrow=True),
        space=tables_record.vehicle_table(r.records(said.get("space")), "Who fits", shares=True), runs=runs, shortest=r.records(r.record(scene.get("verdict")).get("shortest"))[:3],
        cars=[(i, name_of(cars, n)) for n, i in enumerate(cars.ids)], states=states(), place=place, missing=scene.get("unknown", []), sizes=SIZES, powertrains=POWERTRAINS,
        described=described or {}, card=r.record(scene.get("vehicle")), marks=MARK,
    )  # fmt: skip
