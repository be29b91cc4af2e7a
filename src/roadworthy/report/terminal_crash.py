"""What two vehicles do to each other, in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.core.units import MPH
from roadworthy.report import reading as r
from roadworthy.report.normal import meeting
from roadworthy.report.numbers import UNKNOWN, finite, mark, of_100, per_cent, quantity, status_of
from roadworthy.report.terminal_marks import coloured, joined, number, title
from roadworthy.report.terminal_text import LEAST_WIDTH, table, wrap


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


def render_passing(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """Each measure of a standard with its limit and the chance of meeting it."""
    width = max(int(width), LEAST_WIDTH)
    out = wrap(f"{r.text(answer.get('name'))} in the tests of {r.text(answer.get('standard'))}", width)
    out[0] = title(out[0], colour)
    limits = r.records(answer.get("limits"))
    reasons: dict[str, list[str]] = {}
    for test in r.records(answer.get("tests")):
        name = r.text(test.get("test"))
        mine = [row for row in limits if row.get("test") == name]
        known = [row for row in mine if finite(row.get("p_pass")) is not None]
        speed = finite(test.get("speed_mps"))
        if not known and finite(test.get("p_ais3")) is None:
            reasons.setdefault(r.text(test.get("reason"), "not modelled"), []).append(name)
            continue
        head = f"{name}, {r.text(test.get('dummy'))}" + (f", {speed * 3.6:.0f} km/h" if speed is not None else "")
        rows = [
            [
                r.text(row.get("measure")).replace("_", " "),
                f"{number(row.get('median'))} ({number(row.get('low'))} to {number(row.get('high'))})" if row in known else UNKNOWN,
                f"{number(row.get('limit'))} {r.text(row.get('unit')).strip('-')}".strip(),
                f"at least {_chance(row.get('p_pass'))}" if row.get("at_least") else _chance(row.get("p_pass")),
            ]
            for row in mine
        ]
        out += ["", *wrap(head, width)]
        if rows:
            out += coloured(table(["measure", "likely (80 of 100)", "limit", "passes"], rows, "lrrr", width), colour)
            out += wrap(
                f"Of {test.get('limits')} limits {test.get('known')} count; all of these are met by {_chance(test.get('p_pass'))} designs.",
                width,
            )
        if finite(test.get("stars")) is not None:
            out += wrap(f"P(AIS3+) {_chance(test.get('p_ais3'))}, {int(test['stars'])} stars.", width)
    out += [line for row in r.records(answer.get("statistical")) for line in wrap(_statistic(row), width)]
    for why, names in reasons.items():
        out += ["", *wrap(f"Not known ({', '.join(names)}): {why}.", width)]
    out += [
        "",
        *wrap(
            "○ assumed: structures are drawn, restraints fitted to 14 tested cars, none of them a kei car. "
            "The chance is that of an untuned design; a wall test says nothing of a partner.",
            width,
        ),
    ]
    return joined(coloured(out, colour))


def _statistic(row: Mapping[str, Any]) -> str:
    """Side or rollover in one sentence, with its spread."""
    if row.get("what") == "side":
        p = r.record(row.get("p_fatal_field"))
        dv = finite(row.get("delta_v_mps"))
        low, middle, high = (_per_mille(p.get(k)) for k in ("low", "middle", "high"))
        return (
            f"{r.text(row.get('test'))}, by statistics: struck at {number(None if dv is None else dv / MPH, 'mph')} of speed change, "
            f"{middle} of 1,000 belted front occupants die in the field ({low} to {high}) △. No structure, no verdict."
        )
    p, ssf = r.record(row.get("p_rollover")), r.record(row.get("stability"))
    if not p:
        return f"Rollover: {UNKNOWN}, width or height is missing."
    said = f"Rollover, by outer sizes: stability {number(ssf.get('middle'))} ({number(ssf.get('low'))} to {number(ssf.get('high'))}), "
    return said + f"{_chance(p.get('middle'))} single-vehicle crashes roll over ({_of_100(p.get('low'))} to {_of_100(p.get('high'))}) ○."


def _per_mille(value: Any) -> str:
    p = finite(value)
    return UNKNOWN if p is None else number(1000.0 * p, "", 2)


def render_design(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """What passing a set of tests would add to a vehicle."""
    width = max(int(width), LEAST_WIDTH)
    head = f"{r.text(answer.get('id'))} made to pass the tests of the set {r.text(answer.get('tests'))!r}"
    out = [title(line, colour) for line in wrap(head, width)]
    if not answer.get("reached"):
        out += wrap(
            f"Not within 30 cm more of crush length: the worst belted test is passed by {_chance(answer.get('p_before'))} designs.", width
        )
        return joined(out)
    added = finite(answer.get("added_m")) or 0.0
    out += wrap(
        f"Front {100.0 * added:.0f} cm longer; worst belted test passed by {_chance(answer.get('p_before'))} designs before, {_chance(answer.get('p_after'))} after.",
        width,
    )
    rows = []
    for what, mass, money in (("front", "front_kg", "front_usd"), ("all else", "rest_kg", "rest_usd"), ("together", "mass_kg", "cost_usd")):
        kg, usd = r.record(answer.get(mass)), r.record(answer.get(money))
        said = (f"{number(x.get('middle'))} ({number(x.get('low'))} to {number(x.get('high'))})" for x in (kg, usd))
        rows.append([what, *said])
    out += [
        "",
        *table(["", "kg", "2022 USD"], rows, "lrr", width),
        "",
        *wrap("○ assumed, every kilogram and dollar; a tuned design does better.", width),
    ]
    return joined(coloured(out, colour))


def render_partners(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """A vehicle against every partner, by closing speed: own driver and the other one seriously hurt, of 100."""
    width = max(int(width), LEAST_WIDTH)
    speeds = [v for v in r.numbers(answer.get("closing_mps")) if v is not None]
    mass = number(answer.get("mass_kg"), "kg")
    out = wrap(f"{r.text(answer.get('name'))}, {mass} as crashed, head-on: drivers seriously hurt of 100, own / other", width)
    out[0] = title(out[0], colour)
    rows = []
    for partner in r.records(answer.get("partners")):
        own, other = (r.numbers(r.record(partner.get(side)).get("p_ais3")) for side in ("own", "other"))
        cells = [
            _of_100(own[i]) + (f" / {_of_100(other[i])}" if i < len(other) else "") if i < len(own) else UNKNOWN for i in range(len(speeds))
        ]
        mass_kg = finite(partner.get("mass_kg"))
        rows.append([r.text(partner.get("name")), number(mass_kg, "kg") if mass_kg else "", *cells])
    share = [per_cent(v) for v in r.numbers(answer.get("share_at_or_above"))]
    rows.append(["this fast or faster", "of crashes", *share])
    heads = ["against", "mass", *(f"{v / MPH:.0f} mph" for v in speeds)]
    out += ["", *coloured(table(heads, rows, "l" + "r" * (len(heads) - 1), width), colour), ""]
    out += wrap("○ assumed: injury scenarios of the pair model, not death counts. Of a heavy truck's driver nothing is said.", width)
    return joined(coloured(out, colour))


def render_held(answer: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """What the model is held against, with its error and whether that lies within what was promised."""
    width = max(int(width), LEAST_WIDTH)
    rows = []
    facts = r.records(answer.get("facts"))
    for fact in facts:
        error = finite(fact.get("error"))
        kind = "relative" if fact.get("kind") == "relative" else "absolute"
        said = UNKNOWN if error is None else (f"{100.0 * error:+.0f} %" if kind == "relative" else f"{error:+.2g}")
        inside = fact.get("inside")
        sign = "?" if inside is None else ("✓" if inside else "✕")
        held = "fitted" if fact.get("fitted") else "held out"
        rows.append(
            [
                f"{sign} {r.text(fact.get('what'))}",
                number(fact.get("published")),
                number(fact.get("ours")),
                said.replace("-0 %", "+0 %").replace("-", "−"),
                held,
            ]
        )
    out = [title("Crash, held against what was measured", colour), ""]
    out += coloured(table(["fact", "measured", "ours", "error", ""], rows, "wrrrl", width), colour)
    inside = sum(fact.get("inside") is True for fact in facts)
    out += ["", *wrap(f"{inside} of {len(facts)} within what was promised.", width)]
    out += [
        line
        for fact in facts
        if fact.get("inside") is False and fact.get("note")
        for line in wrap(f"✕ {fact['what']}: {fact['note']}", width)
    ]
    return joined(out)


def _of_100(value: Any) -> str:
    p = finite(value)
    return UNKNOWN if p is None else of_100(p)
