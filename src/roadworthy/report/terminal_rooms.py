"""What do the commands about one vehicle print?

A verdict, a collision, a drive, who fits, an owner's bill, a card of fields: the room's own record set as text, every number with its unit
and its mark. A field that is missing reads "not known"; colour only repeats what the sign says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from roadworthy.core import MARK, units
from roadworthy.report import reading as r
from roadworthy.report.normal import TIERS, meeting
from roadworthy.report.numbers import MINUS, UNKNOWN, car_price, finite, mark, of_100, per_cent, quantity, status_of
from roadworthy.report.terminal_text import BLUE, BOLD, GREEN, LEAST_WIDTH, RED, YELLOW, table, tint, wrap

SIGNS = {"yes": "✓", "no": "✕", "discretionary": "~", "unknown": "?"}
TINTS = {"✓": GREEN, "✕": RED, "~": BLUE}


def title(text: str, colour: bool) -> str:
    """The text in bold when colour may be used."""
    return tint(text, BOLD, colour)


def coloured(lines: Sequence[str], colour: bool) -> list[str]:
    """The lines with signs and assumed marks in colour when it may be used."""
    if not colour:
        return list(lines)
    found = []
    for line in lines:
        for sign, code in TINTS.items():
            line = line.replace(f"{sign} ", f"{tint(sign, code, True)} ", 1)
        found.append(line.replace("○", tint("○", YELLOW, True)))
    return found


def joined(lines: Sequence[str]) -> str:
    """The lines as text without trailing blanks."""
    return "\n".join(line.rstrip() for line in lines)


def number(value: Any, unit: str = "", digits: int = 3) -> str:
    """A number with its unit, or that it is not known."""
    v = finite(value)
    if v is None:
        return UNKNOWN
    text = f"{v:,.0f}" if abs(v) >= 1000 else f"{v:.{digits}g}"
    return f"{text} {unit}".rstrip().replace("-", MINUS, 1) if v < 0 else f"{text} {unit}".rstrip()


def render_crash(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """What happens to both in a head-on crash."""
    width = max(int(width), LEAST_WIDTH)
    given = meeting(dict(answer))
    sides = r.records(given.get("sides"))
    names = [r.text(s.get("name"), f"side {i + 1}") for i, s in enumerate(sides)] or ["no vehicle"]
    overlap = finite(given.get("overlap"))
    out = wrap(
        f"{' against '.join(names)}, head-on at {number(given.get('closing_mph'), 'mph')} closing"
        + (f", {per_cent(overlap)} overlap" if overlap is not None else ""),
        width,
    )
    out[0] = title(out[0], colour)
    lines = (
        ("mass as crashed", lambda s: number(s.get("mass_kg"), "kg")),
        ("speed change", lambda s: number(quantity(s, "delta_v", "mph", "speed"), "mph")),
        ("crush", lambda s: number(quantity(s, "crush", "cm", "length"), "cm")),
        ("cabin pushed in", lambda s: number(quantity(s, "intrusion", "cm", "length"), "cm")),
        ("peak deceleration", lambda s: number(s.get("peak_g"), "g")),
        ("chest", lambda s: number(s.get("chest_g"), "g")),
        ("head, HIC15", lambda s: number(s.get("hic15"))),
        ("driver seriously hurt", lambda s: _chance(s.get("p_ais3"))),
        ("driver killed, field curve", lambda s: _chance(s.get("p_fatal_field"))),
        ("same, own wall test", lambda s: _chance(s.get("wall_p_ais3"))),
    )
    rows = [[name, *(read(s) for s in sides)] for name, read in lines]
    rows.append(["mark", *(f"{mark(status_of(s))} {status_of(s, UNKNOWN)}".strip() for s in sides)])
    out += ["", *coloured(table(["", *(r.short_name(n) for n in names[: len(sides)])], rows, "l" + "r" * len(sides), width), colour), ""]
    share = finite(given.get("severity_share"))
    if share is not None:
        out += wrap(
            f"{per_cent(share)} of two-vehicle crashes close at this speed or above {mark(r.text(given.get('severity_status'))) or '○'}.",
            width,
        )
    out += wrap(
        "An injury scenario of the pair model, not a death count. A wall test measures a car against itself, never against a partner.",
        width,
    )
    if any(s.get("extrapolated") for s in sides):
        out += wrap("Extrapolated: the crush or the speed lies beyond what the model was made for.", width)
    return joined(out)


def _chance(value: Any) -> str:
    p = finite(value)
    return UNKNOWN if p is None else f"{of_100(p)} in 100"


def render_drive(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """Mileage, acceleration, merging, top speed and hills."""
    width = max(int(width), LEAST_WIDTH)
    status = status_of(answer, "derived")
    label, merge, grade = (r.record(answer.get(k)) for k in ("label", "merge", "grade"))
    unit = r.text(label.get("unit"), "mpg")
    out = [title(r.text(answer.get("name"), r.text(answer.get("id"))), colour)]
    if answer.get("known") is False:
        return joined([*out, *wrap(r.text(answer.get("reason"), "What it needs is not known."), width)])
    lane = number(finite(merge.get("lane_m")), "m")
    rows = [
        [
            "label, city / highway / combined",
            f"{number(label.get('city_mpg'))} / {number(label.get('hwy_mpg'))} / {number(label.get('combined_mpg'))} {unit}",
        ],
        ["label, power from the wall", number(label.get("combined_kwh_per_100mi"), "kWh per 100 miles")],
        ["Japanese cycle, WLTC", number(r.record(answer.get("wltcj")).get("km_per_l"), "km/L")],
        ["CO₂", number(answer.get("co2_g_per_km"), "g/km")],
        ["range", number(answer.get("range_km"), "km")],
        ["0 to 60 mph", "never" if answer.get("never_reaches_60") else number(answer.get("time_0_60_s"), "s")],
        ["the same, loaded", number(answer.get("time_0_60_loaded_s"), "s")],
        ["50 to 70 mph", number(answer.get("time_50_70_s"), "s")],
        [f"at the end of a {lane} lane", f"{number(merge.get('speed_mph'), 'mph')}, loaded {number(merge.get('loaded_mph'), 'mph')}"],
        [
            "top speed",
            number(answer.get("top_speed_mph"), "mph") + (f" ({answer['top_speed_reason']})" if answer.get("top_speed_reason") else ""),
        ],
        ["top speed on 6 %", number(answer.get("top_speed_6pct_mph"), "mph")],
        *([f"grade held at {k.removeprefix('at_').replace('_', ' ')}", per_cent(v)] for k, v in grade.items()),
    ]
    sure = [[*row, mark(status)] for row in rows if not row[1].startswith(UNKNOWN)]
    out += ["", *coloured(table(["", "", "mark"], sure, "lwl", width), colour)]
    checks = r.records(answer.get("checks"))
    if checks:
        word = {"True": "✓ yes", "False": "✕ no"}
        rows = [
            [
                r.text(c.get("what")),
                number(c.get("value")),
                number(c.get("needed")),
                word.get(str(c.get("passes")), "? not known"),
                mark(status_of(c)),
            ]
            for c in checks
        ]
        out += ["", *coloured(table(["can it keep up?", "has", "needs", "enough?", "mark"], rows, "wrrll", width), colour)]
    if answer.get("extrapolated"):
        out += wrap("Extrapolated: outside the vehicles on which the model was checked.", width)
    others = r.records(answer.get("comparators"))
    if others:
        rows = [[r.text(x.get("name"), r.text(x.get("id"))), number(r.record(x.get("label")).get("combined_mpg"), unit), number(x.get("time_0_60_s"), "s"), number(r.record(x.get("merge")).get("speed_mph"), "mph"), number(x.get("top_speed_mph"), "mph"), mark(status_of(x, "derived"))] for x in others]  # fmt: skip
        out += ["", *coloured(table(["beside it", "label", "0 to 60", "merges at", "top", "mark"], rows, "wrrrrl", width), colour)]
    return joined(out)


def render_fit(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """Which share of American adults fits."""
    width = max(int(width), LEAST_WIDTH)
    status = status_of(answer, "assumed")
    out = [*wrap(f"{r.text(answer.get('name'), r.text(answer.get('id')))}: who fits, of 100 US adults", width), ""]
    out[0] = title(out[0], colour)
    tiers = r.records(answer.get("tiers")) or [{"tier": k, "share": v} for k, v in r.record(answer.get("shares")).items()]
    rows = []
    for t in tiers:
        name = r.text(t.get("tier"))
        share = finite(t.get("share"))
        margin, binds = finite(t.get("margin")), r.text(t.get("binding")).replace("_", " ")
        room = "" if margin is None or not binds else f"{binds}, {_margin(name, margin)}"
        rows.append(
            [TIERS.get(name, name.replace("_", " ")), UNKNOWN if share is None else per_cent(share).removesuffix(" %"), room, mark(status)]
        )
    out += coloured(table(["who", "of 100", "what binds, margin of the middle", "mark"], rows, "lrwl", width), colour)
    if answer.get("why_unknown"):
        out += wrap(r.text(answer["why_unknown"]), width)
    source = r.text(answer.get("source"))
    return joined([*out, *(wrap(f"Interior: {source} {mark(status)} {status}.", width) if source else [])])


def _margin(tier: str, margin: float) -> str:
    unit, by = ("kg", 1.0) if tier.startswith("load") else ("mm", 1e3)
    value = margin * by
    return f"{MINUS if value < 0 else '+'}{abs(value):.0f} {unit}"


def render_own(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """What a mile costs, item by item, and below which price it wins."""
    width = max(int(width), LEAST_WIDTH)
    head = f"{r.text(answer.get('name'), r.text(answer.get('vehicle')))}: {number(answer.get('cents_per_mile'))} cents a mile"
    low, high = finite(answer.get("cents_per_mile_p5")), finite(answer.get("cents_per_mile_p95"))
    head += f", 90 of 100 draws {number(low)} to {number(high)}" if low is not None and high is not None else ""
    head += f"; {number(answer.get('years'))} years, {number(answer.get('miles_per_yr'))} miles a year, dollars of {r.text(answer.get('base_year'), '2022')}"
    out = [*wrap(head, width), ""]
    out[0] = title(out[0], colour)
    rows = [
        [r.text(x.get("item")).replace("_", " "), number(x.get("cents_per_mile"), digits=3), f"${number(x.get('usd'))}", f"${number(x.get('usd_per_month'))}"]
        for x in r.records(answer.get("items"))
        if finite(x.get("usd")) != 0.0
    ]  # fmt: skip
    rows.append(
        ["sum", number(answer.get("cents_per_mile")), f"${number(answer.get('total_usd'))}", f"${number(answer.get('usd_per_month'))}"]
    )
    out += table(
        ["item", "cents a mile", "in all", "a month"], [[c.replace(f"${UNKNOWN}", UNKNOWN) for c in row] for row in rows], "lrrr", width
    )
    even = r.records(answer.get("break_even"))
    if even:
        rows = [
            [r.text(x.get("rival")), car_price(x.get("price_usd")), f"{car_price(x.get('price_p5_usd'))} to {car_price(x.get('price_p95_usd'))}",
             f"${number(x.get('saving_usd_per_yr'))} a year".replace(f"${MINUS}", f"{MINUS}$").replace(f"${UNKNOWN} a year", UNKNOWN)]
            for x in even
        ]  # fmt: skip
        out += ["", *table(["costs the same as", "below", "90 of 100 draws", "saves at its price"], rows, "wrrr", width)]
    inputs = r.records(answer.get("inputs"))
    assumed = [r.text(x.get("name")) for x in inputs if status_of(x) == "assumed"]
    if inputs:
        out += ["", *coloured(wrap(f"○ {len(assumed)} of {len(inputs)} inputs assumed: {', '.join(assumed)}.", width), colour)]
    for note in answer.get("notes") or []:
        out += wrap(r.text(note), width)
    return joined(out)


UNIT_SHOWN = {
    "W": ("kW", 1e-3),
    "J": ("kWh", 1.0 / units.KWH_J),
    "m3": ("cc", 1e6),
    "m/s": ("mph", 1.0 / units.MPH),
    "mps": ("mph", 1.0 / units.MPH),
    "m/m3": ("km/L", 1e-6),
    "m2": ("m²", 1.0),
}
FLAGS = ("turbo", "price_includes_tax", "forward_control")


def render_vehicle(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """Every field of one vehicle with unit, mark and source."""
    width = max(int(width), LEAST_WIDTH)
    given = answer.get("fields")
    fields = (
        r.records(given) if isinstance(given, list) else [{"field": k, **v} for k, v in r.record(given).items() if isinstance(v, Mapping)]
    )
    assumed, filled = finite(answer.get("assumed")), finite(answer.get("filled"))
    head = f"{r.text(answer.get('name'), r.text(answer.get('id')))}  {r.text(answer.get('id'))}"
    head += f" · {assumed:.0f} of {filled:.0f} known numbers assumed ○" if assumed is not None and filled else ""
    out = [*coloured(wrap(head, width), colour), ""]
    rows = []
    for x in fields:
        value, unit = x.get("value"), r.text(x.get("unit"))
        if r.text(x.get("field")) in FLAGS and finite(value) is not None:
            text = "yes" if finite(value) else "no"
        elif finite(value) is not None and not isinstance(value, bool):
            shown, by = UNIT_SHOWN.get(unit, (unit if unit not in ("-", "1", "count") else "", 1.0))
            text = number(float(finite(value) or 0.0) * by, shown, 4)
        else:
            text = {"True": "yes", "False": "no"}.get(str(value), r.text(value, UNKNOWN))
        name = r.text(x.get("field", x.get("id")))
        for suffix in ("_m_per_m3", "_J_per_m", "_mps", "_m3", "_kg", "_W", "_J", "_Nm", "_m2", "_m", "_s"):
            name = name.removesuffix(suffix)
        rows.append([name.replace("_", " "), text, mark(status_of(x)), r.text(x.get("source"))])
    out += coloured(table(["field", "value", "mark", "source"], rows, "wllw", width), colour)
    missing = [r.text(x).replace("_", " ") for x in answer.get("unknown") or []]
    if missing:
        out += ["", *wrap(f"Not known: {', '.join(missing)}.", width)]
    return joined([*out, "", *coloured(wrap("  ".join(f"{MARK[s]} {s}" for s in MARK), width, 7, "Marks"), colour)])


def render_vehicles(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """The catalogue, one line a vehicle."""
    width = max(int(width), LEAST_WIDTH)
    rows = []
    for x in r.records(answer.get("vehicles")):
        power = finite(x.get("power_W"))
        assumed, filled = finite(x.get("assumed")), finite(x.get("filled"))
        count = f"{assumed:.0f} of {filled:.0f} ○" if assumed is not None and filled is not None else ""
        rows.append(
            [
                r.text(x.get("id")),
                r.text(x.get("name")),
                r.text(x.get("group")).replace("_", " "),
                number(x.get("length_m"), "m", 4),
                number(x.get("mass_kg"), "kg", 4),
                number(None if power is None else power / 1e3, "kW"),
                count,
            ]
        )
    lines = table(["id", "name", "group", "length", "mass", "power", "assumed"], rows, "lwwrrrr", width)
    return joined([*coloured(lines, colour), "", *wrap(f"{len(rows)} vehicles. See: roadworthy vehicles show ID", width)])
