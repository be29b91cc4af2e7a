"""What do the commands of the rulebook print?

Lists, one reform with its levers, one rule with its history, a comparison of two laws, and the states' answers as a map in letters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.report import reading as r
from roadworthy.report.state_map import letters, style
from roadworthy.report.terminal_marks import SIGNS, coloured, joined, title
from roadworthy.report.terminal_text import LEAST_WIDTH, table, wrap

NOT_ADVICE = "Not legal advice"


def render_list(said: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """Reforms, or the rules that hold a word."""
    if "rules" in said:
        rows = [[x["id"], x["kind"], x["title"]] for x in r.records(said["rules"])]
        if not rows:
            return f"no rule holds {said['find']!r}; try a shorter word, or part of an id such as us.class"
        return joined(table(["rule", "kind", "says"], rows, "llw", max(width, LEAST_WIDTH), indent=0))
    rows = [[x["id"], x["title"]] for x in r.records(said.get("reforms"))]
    tail = "a reform of your own: a .toml file wherever a reform is named; `a+b` lays b over a"
    return joined([*table(["reform", "title"], rows, "lw", max(width, LEAST_WIDTH), indent=0), "", *wrap(tail, width)])


def render_reform(said: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """One reform: its clauses, what it leaves out, its levers."""
    width = max(width, LEAST_WIDTH)
    lines = [title(f"{said['id']}: {said['title']}", colour), *wrap(said["words"], width), "", "changes"]
    lines += [line for change in said["changes"] for line in wrap(change, width, 2, "  ")] or ["  nothing"]
    lines += ["", *wrap(said["leaves_out"], width, 12, "leaves out:"), "", "levers"]
    for lever in r.records(said.get("levers")):
        lines += [
            f"  {lever['mark']} {lever['path']} = {lever['value']} {lever['unit']}".rstrip(" -"),
            *wrap(lever["source"], width, 6, ""),
        ]
    return joined(lines)


def render_rule(said: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """One rule: what it says now, what it has said, who can change it."""
    width = max(width, LEAST_WIDTH)
    lines = [title(f"{said['id']}: {said['title']}", colour)]
    if said.get("now"):
        lines.append(f"{said['now']} on {said['on']}" + (f", read by the clock {said['clock']}" if said.get("clock") else ""))
    for key, words in (
        ("body", "changed by"),
        ("conditions", "conditions"),
        ("standard", "part of"),
        ("needs", "needs"),
        ("since", "binds from"),
    ):
        if said.get(key):
            lines += wrap(str(said[key]), width, 12, f"{words}:")
    for key in ("limits", "tests", "binds"):
        if said.get(key):
            lines += wrap(", ".join(said[key]), width, 12, f"{key}:")
    values = r.records(said.get("values"))
    if values:
        rows = [
            [
                v.get("from") or "-",
                v.get("until") or "",
                v["value"],
                v.get("legal_state", ""),
                v["clause"],
                v["mark"] + ("!" if v.get("conflict") else ""),
            ]
            for v in values
        ]
        lines += ["", *table(["from", "until", "says", "state", "clause", "mark"], rows, "llllww", width)]
    elif said.get("clause"):
        lines += wrap(said["clause"], width, 12, "clause:")
    return joined(coloured(lines, colour))


def render_diff(said: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """What reads otherwise, clause by clause and lever by lever."""
    width = max(width, LEAST_WIDTH)
    ends = [said["before"], said["after"]]
    lines = [title(" against ".join(f"{end['title']} ({end['on']})" for end in reversed(ends)), colour), ""]
    rows = [[x["id"], x["before"], x["after"], x["clause"]] for x in r.records(said.get("rows"))]
    lines += table(["rule", "before", "after", "clause"], rows, "wwww", width) if rows else ["No rule reads otherwise."]
    levers = [[f"{x['mark']} {x['lever']}", x["before"], x["after"], x["unit"]] for x in r.records(said.get("levers"))]
    if levers:
        lines += ["", "What the chain takes from it", *table(["lever", "before", "after", "unit"], levers, "lwwl", width)]
    if said.get("levers_silent"):
        lines += ["", *wrap(said["levers_silent"], width, 12, "the chain:")]
    if rows and said.get("leaves_out"):
        lines += ["", *wrap(said["leaves_out"], width, 12, "leaves out:")]
    return joined(lines)


def render_map(said: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """The states as a map in letters, then each that is not simply open, with its clause."""
    width = max(width, LEAST_WIDTH)
    road = f", a road posted {said['posted_mph']:g} mph" if said.get("posted_mph") else ""
    law = "" if said["law"] == ["none"] else f", under {', '.join(said['law'])}"
    lines = [title(f"{said['name']}{road} on {said['on']}{law}", colour), *wrap(said["words"] or _counted(said), width), ""]
    lines += [f"  {line}" for line in letters(r.records(said["states"]))]
    lines += ["", "  + legal  r restricted  a antique plate only  - closed  ? not known  ! sources conflict", ""]
    rows = []
    for x in r.records(said["states"]):
        words = style(x["status"])[1] + (", sources conflict" if x.get("conflict") else "")
        cap = f"to {x['road_cap_mph']:g} mph" if x.get("road_cap_mph") else ""
        if words not in ("legal", "yes") or cap:
            rows.append(
                [
                    x["code"],
                    f"{SIGNS.get(x['verdict'], '?')} {words}",
                    cap,
                    "" if x["off_by"] == words else x["off_by"],
                    x["clause"],
                    x["mark"],
                ]
            )
    lines += coloured(table(["state", "plate", "roads", "why", "rule", "mark"], rows, "lwlwwl", width), colour) if rows else []
    federal = r.record(said.get("federal"))
    door = (
        "is open"
        if federal.get("verdict") == "yes"
        else f"is not open ({federal.get('off_by')})"
        if federal.get("off_by")
        else "is not open"
    )
    lines += ["", *wrap(f"Each state on its own side alone. The federal door {door} {federal.get('mark', '')}; both are needed.", width)]
    return joined([*lines, *wrap(f"{NOT_ADVICE}; as of {said['as_of']}.", width)])


def _counted(said: Mapping[str, Any]) -> str:
    return ", ".join(f"{n} {word}" for word, n in r.record(said.get("counts")).items())
