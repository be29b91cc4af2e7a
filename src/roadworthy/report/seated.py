"""How does one sit in it? Small, middle and tall adults in the driver's seat, in the side view of the car, to scale.

    ankle fixed at the pedals;  hip behind it by sqrt(D^2 - (H30 - a)^2),  D the reach of the leg at the knee angle of the fit tests
    crown above the hip point by 0.93 sitting height - 102 mm, 8 degrees to the rear: it meets the roof line where the head test fails

Limits: the room inside is that of the fit tests and mostly assumed, so is where the pedals stand behind the axle; limbs are drawn, not
measured; the seat moves along a level track.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.bodies import side
from roadworthy.report.numbers import MINUS, finite, mark
from roadworthy.report.silhouettes import ROOM_M, drawing, paint

LEAN_HEAD = math.radians(8.0)
"""SAE J1100 measures effective headroom 8 degrees to the rear of the vertical."""
J1100_HEAD_M = 0.102
"""What effective headroom adds to the distance from hip point to headlining."""
ANKLE_M = 0.10
HEAD_M, NECK_M, NECK_BACK_M, SHOULDER = 0.105, 0.25, 0.05, 0.88
"""Half the height of a head, crown to the base of the neck, how far that lies behind the crown, and where on the back the shoulder is."""
ROOF_M = 0.05
"""Roof and headlining (assumed)."""
PEDALS_M = {"truck": -0.34, "van_cabover": -0.30, "pickup": 0.62, "suv": 0.52, "sedan": 0.60, "roadster": 0.50}
"""Ankle behind the front axle by kind of body (assumed)."""
PEDALS_ELSE_M = 0.42
TEXT_PX = 54.0


def figure(person: Mapping[str, Any], car: Mapping[str, Any], ankle: tuple[float, float]) -> dict[str, tuple[float, float]]:
    """Joints of one person, in metres from the car's front end and the road: ankle, toe, knee, hip, shoulder, neck, crown, hand."""
    thigh, shank = float(person["thigh_m"]), float(person["shank_m"])
    reach = math.sqrt(thigh**2 + shank**2 - 2.0 * thigh * shank * math.cos(float(car["knee_rad"])))
    rise = min(float(car["h30_m"]) - ANKLE_M, 0.95 * reach)
    hip = (ankle[0] + math.sqrt(reach**2 - rise**2), ankle[1] + rise)
    at_hip = math.acos(max(-1.0, min(1.0, (thigh**2 + reach**2 - shank**2) / (2.0 * thigh * reach))))
    down = math.atan2(rise, hip[0] - ankle[0])
    knee = (hip[0] - thigh * math.cos(at_hip - down), hip[1] + thigh * math.sin(at_hip - down))
    tall = float(car["head_factor"]) * float(person["sitting_height_m"]) - J1100_HEAD_M
    crown = (hip[0] + tall * math.sin(LEAN_HEAD), hip[1] + tall * math.cos(LEAN_HEAD))
    neck = (crown[0] + NECK_BACK_M, crown[1] - NECK_M)
    shoulder = (hip[0] + SHOULDER * (neck[0] - hip[0]), hip[1] + SHOULDER * (neck[1] - hip[1]))
    hand = (knee[0] + 0.10, max(knee[1] + 0.16, shoulder[1] - 0.30))
    return {"ankle": ankle, "toe": (ankle[0] - 0.17, ankle[1] + 0.03), "knee": knee, "hip": hip, "shoulder": shoulder, "neck": neck, "crown": crown, "hand": hand}  # fmt: skip


def _limb(points: Sequence[tuple[float, float]], width_m: float) -> str:
    path = "M" + "L".join(f"{1e3 * x:.0f} {-1e3 * y:.0f}" for x, y in points)
    return f'<path d="{path}" stroke-width="{1e3 * width_m:.0f}"/>'


def _person(j: Mapping[str, tuple[float, float]], style: str) -> str:
    middle = (j["crown"][0], j["crown"][1] - HEAD_M)
    limbs = [
        _limb((j["toe"], j["ankle"], j["knee"]), 0.085),
        _limb((j["knee"], j["hip"]), 0.13),
        _limb((j["hip"], j["shoulder"]), 0.19),
        _limb((j["shoulder"], j["neck"]), 0.09),
        _limb((j["shoulder"], j["hand"]), 0.07),
    ]
    head = f'<ellipse cx="{1e3 * middle[0]:.0f}" cy="{-1e3 * middle[1]:.0f}" rx="{1e3 * 0.8 * HEAD_M:.0f}" ry="{1e3 * HEAD_M:.0f}"/>'
    return f'<g class="sitter {style}">{"".join(limbs)}{head}</g>'


def seated(card: Mapping[str, Any], width: float) -> str:
    """The car with three adults in the driver's seat and how much room each has; empty where size or room inside is not known."""
    view, inside = side(card), r.record(card.get("inside"))
    people = r.records(card.get("people"))
    known = [finite(inside.get(k)) for k in ("h61_m", "l34_m", "h30_m")]
    if view is None or not people or any(v is None for v in known):
        return ""
    height, kind = float(card["height_m"]), r.text(card.get("body_kind"))
    roof = height - ROOF_M
    hip_y = roof - (float(inside["h61_m"]) - J1100_HEAD_M) * math.cos(LEAN_HEAD)
    floor = hip_y - float(inside["h30_m"])
    ankle = (view.axles[0] / 1e3 + PEDALS_M.get(kind, PEDALS_ELSE_M), floor + ANKLE_M)
    per_m = min((width - 2.0) / (view.length / 1e3 + 2 * ROOM_M), 190.0)
    ground = height * per_m + 14.0
    left = ROOM_M * per_m
    drawn = "".join(_person(figure(p, inside, ankle), f"s{i}") for i, p in enumerate(people))
    out = [
        f'<line class="road" x1="0" x2="{width:.1f}" y1="{ground:.1f}" y2="{ground:.1f}"/>',
        f'<g transform="translate({left:.2f},{ground:.2f}) scale({per_m / 1e3:.6f})"><g class="faint">{drawing(view, paint(0 if "kei" in r.text(card.get("group")) else 1, card))}</g>{drawn}</g>',
    ]
    y = ground + 18.0
    name = r.short_name(r.text(card.get("name"), r.text(card.get("id"))))
    out.append(f'<text class="b" x="0" y="{y:.1f}">{escape(name)}: small, middle and tall in the driver’s seat</text>')
    for i, p in enumerate(people):
        x = i * width / max(len(people), 1)
        out.append(f'<rect class="sitter s{i} key" x="{x:.1f}" y="{y + 10:.1f}" width="10" height="10"/>')
        out.append(f'<text x="{x + 15:.1f}" y="{y + 19:.1f}">{escape(r.text(p.get("label")))}</text>')
        head, leg = (_spare(finite(p.get(k))) for k in ("head_m", "leg_m"))
        out.append(
            f'<text class="m" x="{x + 15:.1f}" y="{y + 33:.1f}">head {head}, leg {leg} {mark(r.text(inside.get("status"), "assumed"))}</text>'
        )
    total = ground + TEXT_PX + 8.0
    return f'<svg class="side" viewBox="0 0 {width:.0f} {total:.0f}" width="{width:.0f}" height="{total:.0f}">{"".join(out)}</svg>'


def _spare(metres: float | None) -> str:
    return "not known" if metres is None else f"{'+' if metres >= 0 else MINUS}{abs(metres) * 1e3:.0f} mm"
