"""What moved since the last release: the standing study's headlines, then and now.

    python -m scripts.moved [--write VERSION]

Compares the latest kept answer of the standing study (`roadworthy run` makes it) with docs/releases/*.json and writes docs/moved.md.
`--write VERSION` keeps the present headlines as those of a release. Why they moved since a release is said by hand in
docs/releases/why-since-RELEASE.md. Earlier pairs of releases follow below, so that nothing that moved is forgotten.
"""

from __future__ import annotations

import argparse
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent.parent / "docs"
RELEASES = DOCS / "releases"
STUDY = "kei-green-light"
SHOWN = (
    ("units_y5", "units a year, year 5", 1.0, "{:,.0f}"),
    ("deaths_net_y10", "deaths a year, year 10, net", 1.0, "{:+.2g}"),
    ("fuel_gal_y10", "fuel, million gallons, year 10", 1e6, "{:+.2g}"),
    ("net_usd_3", "net at 3 %, million $", 1e6, "{:+,.0f}"),
)


def band(found: dict[str, float]) -> list[float]:
    return [float(f"{found[q]:.4g}") for q in ("p10", "p50", "p90")]


def headlines(summary: dict[str, Any]) -> dict[str, Any]:
    """The few numbers of each reform that a release is remembered by."""
    return {
        "version": summary["version"],
        "study": summary["study"]["id"],
        "draws": summary["study"]["draws"],
        "seed": summary["study"]["seed"],
        "reforms": {
            row["id"]: {
                "units_y5": band(row["units_y5"]),
                "net_usd_3": band(row["net_usd"]["3"]),
                "deaths_net_y10": band(row["deaths_y10"]["net"]),
                "fuel_gal_y10": band(row["fuel_gal_y10"]),
                "p_gain_3": round(row["p_gain"]["3"], 3),
                "p_enters": None if row["p_enters"] is None else round(row["p_enters"], 3),
            }
            for row in summary["reforms"]
        },
    }


def latest() -> dict[str, Any]:
    from roadworthy.study.store import keys, recall

    for key in keys():
        found = recall(key)
        if found["study"]["id"] == STUDY and len(found["reforms"]) > 2 and "choice" not in found["study"]:
            return found
    raise SystemExit("no answer of the standing study is kept; run `roadworthy run` first")


def said(values: list[float], scale: float, form: str) -> str:
    low, middle, high = (form.format(v / scale) for v in values)
    return f"{middle} ({low} to {high})"


def page(then: dict[str, Any], now: dict[str, Any], level: str = "#") -> str:
    """Both answers side by side, and why they differ."""
    parts = [
        f"{level} What moved since {then['version']}\n\nThe standing study, {then['draws']:,} draws then and {now['draws']:,} now. "
        "Middle of the draws, and in brackets 80 of 100 of them.\n"
    ]
    for name, title, scale, form in SHOWN:
        parts.append(f"{level}# {title}\n\n| reform | then | now |\n| --- | --- | --- |")
        parts += [
            f"| {reform} | {said(then['reforms'][reform][name], scale, form)} | {said(row[name], scale, form)} |"
            for reform, row in now["reforms"].items()
            if reform in then["reforms"]
        ]
        parts.append("")
    why = RELEASES / f"why-since-{then['version']}.md"
    return "\n".join(parts) + ("\n" + why.read_text(encoding="utf-8").replace("## ", f"{level}# ", 1) if why.exists() else "")


def order(file: Path) -> list[int]:
    """A release's number."""
    return [int(x) for x in file.stem.split(".")]


def whole(now: dict[str, Any], releases: list[dict[str, Any]]) -> str:
    """Since the last release, and before that from each release to the next, the latest first."""
    parts = [page(releases[-1], now)]
    for then, later in reversed(list(pairwise(releases))):
        parts.append(
            page(then, later, "##")
            .replace("What moved since", f"Before that, in {later['version']}: since", 1)
            .replace(" now. Middle", " then. Middle")
        )
    return "\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", metavar="VERSION")
    given = parser.parse_args()
    now = headlines(latest())
    if given.write:
        (RELEASES / f"{given.write}.json").write_text(json.dumps(now | {"version": given.write}, indent=1) + "\n", encoding="utf-8")
    files = sorted((file for file in RELEASES.glob("*.json") if file.stem != given.write), key=order)
    releases = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    (DOCS / "moved.md").write_text(whole(now, releases), encoding="utf-8")


if __name__ == "__main__":
    main()
