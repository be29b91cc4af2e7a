"""What do `roadworthy fleet` and `roadworthy cafe` print?

The country year by year, published facts beside ours, and what each maker owes with and without the reset.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.core import MARK
from roadworthy.report import reading as r
from roadworthy.report.numbers import Scale, finite, plain, scale
from roadworthy.report.terminal_text import BOLD, LEAST_WIDTH, table, tint, wrap

SHOWN_STEP = 5


def render_fleet(found: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """Every fifth year of the country's fleet, the first and the last among them."""
    width = max(int(width), LEAST_WIDTH)
    rows = r.records(found.get("years"))
    whence = f"sales of {found['outlook']}" if found.get("outlook") else f"vehicles of {found.get('file')}"
    out = wrap(f"Light vehicles of the country, {rows[0]['year']} to {rows[-1]['year']}, {whence}", width)
    shown = [row for i, row in enumerate(rows) if i % SHOWN_STEP == 0 or i == len(rows) - 1]
    cells = [
        [
            str(row["year"]), f"{row['sold'] / 1e6:.2f}", f"{row['vehicles'] / 1e6:.1f}", f"{row['mean_age_yr']:.1f}",
            f"{row['miles'] / 1e12:.3f}", f"{row['gallons'] / 1e9:.1f}", plain(row["killed"], digits=3),
        ]
        for row in shown
    ]  # fmt: skip
    out += [
        "",
        *table(
            ["year", "sold, M", "on the road, M", "mean age, yr", "miles, tn", "gasoline, bn gal", "occupants killed"],
            cells,
            "rrrrrrr",
            width,
        ),
    ]
    read = r.record(found.get("read"))
    if read:
        years = ", ".join(str(year) for year in read["model_years"])
        out += ["", *wrap(f"Read {plain(read['vehicles'], digits=4)} vehicles of model year {years} in {read['rows']} rows; curb weight filled in {read['curb_weight_filled']}, "
                          f"medium-duty left out {plain(read['medium_duty_left_out'])}. EPA lifetime target {plain(read['epa_target_Mg'] / 1e6, digits=4)} Tg CO2.", width)]  # fmt: skip
        out += [line for said in read["differs_from_omega"] for line in wrap(said, width, 3, " ·")]
    if found.get("written"):
        out += ["", *wrap(f"Written under OMEGA's names: {found['written']}", width)]
    out += ["", *wrap(f"{MARK['derived']} derived: survival, level and growth of miles are set on AEO2022; `roadworthy fleet --held` shows what was not. "
                      f"The account keeps EPA's published lives; these schedules would make a life {100 * (finite(found.get('lifetime_ratio')) or 1) - 100:+.0f} % longer in miles.", width)]  # fmt: skip
    return "\n".join(line.rstrip() for line in out)


def render_held_fleet(found: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """Published facts beside ours, misses said."""
    width = max(int(width), LEAST_WIDTH)
    rows = r.records(found.get("facts"))
    out = wrap(f"{found['held_out_inside']} of {found['held_out']} published facts that were not fitted lie inside their tolerance", width)
    cells = []
    for row in rows:
        s = scale([row["published"], row["ours"]])
        unit = f"{s.short} {row['unit']}".strip()
        sign = "fitted" if row["fitted"] else "✓" if row["inside"] else "✕"
        cells.append(
            [
                row["what"],
                plain(row["published"] / s.factor, digits=4),
                plain(row["ours"] / s.factor, digits=4),
                unit,
                f"{100 * row['error']:+.1f} %",
                sign,
            ]
        )
    out += ["", *table(["", "published", "ours", "unit", "error", ""], cells, "wrrlrl", width)]
    notes = list(dict.fromkeys(f"{row['note']}" for row in rows if row["note"] and not row["inside"]))
    return "\n".join(line.rstrip() for line in [*out, "", *(line for note in notes for line in wrap(f"✕ {note}", width, 2, ""))])


def render_ledger(found: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """Required, achieved, credits and what is owed, with the curves in force and with the reset beside it."""
    width = max(int(width), LEAST_WIDTH)
    who = r.text(found.get("maker")) or "all makers"
    out = wrap(
        f"Fleet fuel economy of {who}, on the mix made in MY{found['fleet_year']}; penalty {found['penalty_usd_per_tenth_mpg']:g} dollars for a tenth of a mpg",
        width,
    )
    force, reset = (r.record(found.get(name)) for name in ("in_force", "reset"))
    for kind in ("car", "truck"):
        pairs = [(a, b) for a, b in zip(_by_year(force, kind), _by_year(reset, kind), strict=True)]
        if not pairs:
            continue
        debts, fines = (scale([row[name] for pair in pairs for row in pair]) for name in ("short_tenths", "fine_usd"))
        used = scale([a["used"] for a, _ in pairs])

        def owes(row: Mapping[str, float], debts: Scale = debts, fines: Scale = fines) -> list[str]:
            return [plain(row["short_tenths"] / debts.factor), plain(row["fine_usd"] / fines.factor)]

        cells = [
            [
                str(a["model_year"]),
                f"{a['required_mpg']:.1f}",
                f"{a['achieved_mpg']:.1f}",
                plain(a["used"] / used.factor),
                *owes(a),
                f"{b['required_mpg']:.1f}",
                *owes(b),
            ]
            for a, b in pairs
        ]
        out += ["", tint(f"{kind}s, {plain(pairs[0][0]['vehicles'])} vehicles a year", BOLD, colour)]
        owed, fine = (
            f"{word} {by.short}".strip().rstrip(",")
            for word, by in (("owed,", debts), ("fine,", Scale(fines.factor, f"{fines.short} $".strip(), "")))
        )
        heads = ["year", "required", "achieved", f"credits, {used.short}".removesuffix(", "), owed, fine, "reset: required", owed, fine]
        out += table(heads, cells, "rrrrrrrrr", width)
    out += ["", *wrap(f"mpg by two cycles; credits and debts in tenths of a mpg x vehicles. The reset is {r.record(found.get('reset')).get('scale', 1):.3f} of the curves from MY{found['reset_from']} on, "
                      "proposed and parametric. Economy is modelled by EPA's OMEGA, not certified; plug-in hybrids are left out.", width)]  # fmt: skip
    return "\n".join(line.rstrip() for line in out)


def _by_year(book: Mapping[str, Any], kind: str) -> list[dict[str, float]]:
    """Entries of one fleet, makers added up: means harmonic by vehicles, credits and debts summed."""
    found: list[dict[str, float]] = []
    rows = [row for row in r.records(book.get("entries")) if row["fleet"] == kind]
    for year in sorted({row["model_year"] for row in rows}):
        mine = [row for row in rows if row["model_year"] == year]
        n = sum(row["vehicles"] for row in mine)
        found.append(
            {
                "model_year": year,
                "vehicles": n,
                "required_mpg": n / sum(row["vehicles"] / row["required_mpg"] for row in mine),
                "achieved_mpg": n / sum(row["vehicles"] / row["achieved_mpg"] for row in mine),
                **{name: sum(row[name] for row in mine) for name in ("used", "short_tenths", "fine_usd")},
            }
        )
    return found
