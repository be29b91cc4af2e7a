"""What searches, sweeps and comparisons look like in a terminal."""

from __future__ import annotations

from typing import Any

WIDE = 100
"""Columns beyond which a table is cut into several."""


def cell(value: object) -> str:
    """One value of a table, short and plain."""
    if value is None:
        return "-"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


def columns(names: list[str], rows: list[list[Any]]) -> str:
    """A table with numbers to the right; a row a line."""
    text = [[cell(value) for value in row] for row in rows]
    wide = [max([len(name), *(len(row[i]) for row in text)]) for i, name in enumerate(names)]
    right = [all(isinstance(row[i], int | float) or row[i] is None for row in rows) for i in range(len(names))]

    def line(row: list[str]) -> str:
        return "  ".join(value.rjust(w) if r else value.ljust(w) for value, w, r in zip(row, wide, right, strict=True)).rstrip()

    return "\n".join([line(names), *map(line, text)])


def render_table(said: dict[str, Any], **_: object) -> str:
    """Rows under their columns."""
    return columns(said["columns"], said["rows"]) if said["rows"] else "no rows"


def render_rerun(said: dict[str, Any], **_: object) -> str:
    """Whether the draws are the same again."""
    if said["identical"]:
        first = f"{said['key']}: all {said['draws']:,} rows of draws are the same, bit for bit"
    else:
        worst = max(said["columns_apart"], key=lambda row: row["relative"])
        word = "within" if said["within_tolerance"] else "OUTSIDE"
        first = (
            f"{said['key']}: {len(said['columns_apart'])} columns differ, most {worst['column']} by {worst['relative']:.1e} of its largest "
            f"value; {word} the tolerance of {said['tolerance']:.0e}"
        )
    changed = [f"  {name}: {then} -> {now}" for name, (then, now) in said["changed"].items()]
    return "\n".join([first, *(["changed since:", *changed] if changed else [])])


def render_compare(said: dict[str, Any], **_: object) -> str:
    """What was asked differently, and medians side by side."""
    asked = [f"  {name}: {then} -> {now}" for name, (then, now) in said["changed"].items()] or ["  nothing"]
    rows = [[row["reform"], row["what"], row["first"]["p50"], row["second"]["p50"], row["change_p50"]] for row in said["rows"]]
    table = columns(["reform", "median of", said["first"], said["second"], "change"], rows)
    return "\n".join(["asked differently:", *asked, "", table])


def render_cite(said: dict[str, Any], **_: object) -> str:
    """The citation, then its sources."""
    return "\n".join([said["text"], "", *(" ".join(str(part) for part in source.values() if part) for source in said["sources"])])


def render_break_even(said: dict[str, Any], **_: object) -> str:
    """Crossings in words, then the curve."""
    at = [
        f"median net benefit of {said['reform']} crosses zero at {said['name']} = {one['at']:,.6g} {said['unit']}, "
        + ("a gain above" if one["rising"] else "a loss above")
        for one in said["crossings"]
    ]
    sign = "a gain" if said["p50"][0] > 0 else "a loss"
    first = at or [f"median net benefit of {said['reform']} is {sign} over the whole range of {said['name']}"]
    rows = [list(row) for row in zip(said["x"], said["p10"], said["p50"], said["p90"], strict=True)]
    return "\n".join([*first, "", columns([said["name"], "net p10, USD", "p50", "p90"], rows)])


def render_best(said: dict[str, Any], **_: object) -> str:
    """The best values, and what the model does not know."""
    rows = [
        [name, value, said["slopes"].get(name), "at its bound" if name in said["at_bound"] else ""]
        for name, value in said["values"].items()
    ]
    gain = f"mean net benefit {said['net_usd']:,.0f} USD, against {said['start_net_usd']:,.0f} in the middle of the bounds"
    return "\n".join(
        [
            columns(["input", "best", "USD a unit more", ""], rows),
            gain,
            f"starts came to {', '.join(cell(x) for x in said['starts'])}",
            said["caveat"],
        ]
    )


CONVERGED = {
    "units_y5": ("new vehicles in year 5", "p50", 1.0),
    "deaths_y10": ("deaths in year 10", "p50", 1.0),
    "net_usd_r3": ("net, million USD, 3 %", "p50", 1e6),
    "net_usd_r7": ("net, million USD, 7 %", "p50", 1e6),
    "gains": ("gains, of 100 draws", "mean", 0.01),
    "pays": ("pays, of 100 draws", "mean", 0.01),
}
"""Headline quantities: words, middle or mean, and what it is divided by."""


def render_convergence(said: dict[str, Any], **_: object) -> str:
    """Each headline over the first draws with its standard error, down to all of them."""
    rows = {row["id"]: row for row in said["convergence"]}
    names = [name for name in CONVERGED if rows.get(name, {}).get("by_draws")]
    if not names:
        return "this answer was kept without its convergence; run the study again"
    counts = [row["draws"] for row in rows[names[0]]["by_draws"]]
    heads = ["draws"] + [part for name in names for part in (CONVERGED[name][0], "se")]
    table = []
    for i, count in enumerate(counts):
        line: list[Any] = [count]
        for name in names:
            _, which, unit = CONVERGED[name]
            at = rows[name]["by_draws"][i]
            line += [None if at[k] is None or at[k] != at[k] else at[k] / unit for k in (which, f"{which}_se")]
        table.append(line)
    found, note = columns(heads, table).splitlines(), "median or share over the first draws, and its standard error from balanced batches"
    wide = max(map(len, found))
    if wide <= WIDE:
        return "\n".join([note, *found])
    blocks = [note]
    for j, name in enumerate(names):
        short = [[row[0], row[1 + 2 * j], row[2 + 2 * j]] for row in table]
        blocks += ["", CONVERGED[name][0], columns(["draws", "value", "standard error"], short)]
    return "\n".join(blocks)


def render_indices(said: dict[str, Any], **_: object) -> str:
    """Shares of variance, and the gradient's beside them."""
    line = {row["path"]: row["share"] for row in said["gradient"]}
    rows = [[row["path"], row["main"], row["main_se"], row["total"], row["total_se"], line.get(row["path"])] for row in said["indices"]]
    return "\n".join([columns(["input", "alone", "se", "with others", "se", "by gradient"], rows), said["note"]])
