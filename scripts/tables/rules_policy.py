"""Make the tables by which a reform reaches the model: content blocks that sets of rules demand, roads below a cap.

Origin: judgement of the project, each row with its reason; nothing was measured.

    python -m scripts.tables.rules_policy
"""

from __future__ import annotations

from typing import Any

from scripts.tables.rules_shared import write

# Share of each content block of full FMVSS that a set of rules demands of a kei as sold in Japan. All judgement, each with its why.
FULL = "the whole of the standards, as the law stands"
CONTENT: dict[str, dict[str, tuple[float, str]]] = {
    "un": {
        "front_structure": (0.2, "new kei are approved in Japan to R94 and R137; what is left is margin and the small woman in front"),
        "side_structure": (
            0.5,
            "R135 asks 32 km/h whatever the width, narrow cars have been approved at less; barrier of R95 is 950 kg, not 1,368",
        ),
        "rear_and_fuel": (0.1, "no rear test at 80 km/h in the set"),
        "roof": (0.0, "no roof crush test in the set"),
        "restraint": (0.5, "no test without belts; head protection for the pole test is needed"),
        "esc": (1.0, "R140 asks for it: nothing is waived"),
        "aeb": (0.5, "R152 asks for braking to 60 km/h, FMVSS 127 for 80 to 100 and for pedestrians in the dark"),
        "lamps_and_equipment": (1.0, "lamps and markers as on American roads, beams aimed for traffic on the right"),
        "emissions_and_obd": (1.0, "the Clean Air Act stands: EPA certificate"),
        "left_hand_drive": (1.0, "a class of its own, made for the United States"),
    },
    "japanese": {
        "front_structure": (0.0, "recognised as approved in Japan"),
        "side_structure": (0.0, "recognised as approved in Japan"),
        "rear_and_fuel": (0.0, "recognised as approved in Japan"),
        "roof": (0.0, "recognised as approved in Japan"),
        "restraint": (0.0, "recognised as approved in Japan"),
        "esc": (1.0, "Japan asks for it: nothing is waived"),
        "aeb": (0.5, "Japan asks for R152, less than FMVSS 127"),
        "lamps_and_equipment": (0.0, "recognised as approved in Japan"),
        "emissions_and_obd": (0.0, "recognition covers the emission approval"),
        "left_hand_drive": (0.0, "recognised as built, wheel on the right"),
    },
    "exempted": {
        "front_structure": (0.0, "named in the petition"),
        "side_structure": (0.0, "named in the petition"),
        "rear_and_fuel": (0.0, "named in the petition"),
        "roof": (0.0, "named in the petition"),
        "restraint": (0.2, "belts and anchorages stay, air bag tests are named in the petition"),
        "esc": (1.0, "fitted for Japan: an exemption takes nothing off the car"),
        "aeb": (0.5, "fitted for Japan to R152: an exemption takes nothing off the car"),
        "lamps_and_equipment": (1.0, "lamps and markers stay"),
        "emissions_and_obd": (1.0, "Part 555 waives no emission rule"),
        "left_hand_drive": (0.0, "no standard names the side of the wheel"),
    },
    "low_speed": {
        "front_structure": (0.0, "FMVSS 500 has no crash test"),
        "side_structure": (0.0, "FMVSS 500 has no crash test"),
        "rear_and_fuel": (0.0, "FMVSS 500 has no crash test"),
        "roof": (0.0, "FMVSS 500 has no crash test"),
        "restraint": (0.2, "belts to FMVSS 209 at each seat (571.500 S5(b)(10))"),
        "esc": (0.0, "not in FMVSS 500"),
        "aeb": (0.0, "not in FMVSS 500"),
        "lamps_and_equipment": (1.0, "lamps, reflectors, mirrors, parking brake, VIN, rear view (571.500 S5(b))"),
        "emissions_and_obd": (0.0, "the reform moves EPA's floor with the class (40 CFR 85.1703)"),
        "left_hand_drive": (0.0, "no standard names the side of the wheel"),
    },
}
BLOCKS = ("front_structure", "side_structure", "rear_and_fuel", "roof", "restraint", "esc", "aeb", "lamps_and_equipment", "emissions_and_obd",
          "left_hand_drive")  # fmt: skip
# Share of the miles of each road environment that lies on roads posted at or below a cap. Judgement: no public table of miles by
# posted speed was found; the first environment ends at 45 mph by definition, limited access opens between 55 and 70 mph.
ROAD_ACCESS = [(0, 0.0, 0.0, 0.0), (25, 0.3, 0.0, 0.0), (30, 0.5, 0.0, 0.0), (35, 0.72, 0.0, 0.0), (40, 0.87, 0.0, 0.0), (45, 1.0, 0.0, 0.0), (50, 1.0, 0.2, 0.0),
               (55, 1.0, 0.75, 0.1), (60, 1.0, 0.85, 0.25), (65, 1.0, 0.97, 0.55), (70, 1.0, 1.0, 0.9), (75, 1.0, 1.0, 1.0)]  # fmt: skip


def policy_tables() -> None:
    table: list[dict[str, Any]] = [{"set": "full", "block": b, "share": 1.0, "status": "law" if b != "left_hand_drive" else "assumed",
                                    "why": FULL if b != "left_hand_drive" else "no standard names it; a car engineered for the US has it"} for b in BLOCKS]  # fmt: skip
    for name, blocks in CONTENT.items():
        table += [{"set": name, "block": b, "share": blocks[b][0], "status": "assumed", "why": blocks[b][1]} for b in BLOCKS]
    write("content_blocks", table, ["set", "block", "share", "status", "why"])
    why = "judgement; 45 mph bounds the first environment by definition"
    access = [
        {"cap_mph": c, "posted_45_or_less": a, "other_surface": b, "limited_access": d, "status": "assumed", "source": why}
        for c, a, b, d in ROAD_ACCESS
    ]
    write("road_access", access, ["cap_mph", "posted_45_or_less", "other_surface", "limited_access", "status", "source"])


if __name__ == "__main__":
    policy_tables()
