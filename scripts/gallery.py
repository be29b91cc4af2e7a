"""The gallery of the documentation: small studies, each ending in one chart.

    python -m scripts.gallery [ID ...]

Runs each shipped study below (256 draws), writes its chart to docs/gallery/ID.svg and the page docs/gallery.md. A reader gets the same
with `roadworthy run ID --report report.html`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent.parent / "docs"
KEPT = DOCS / "gallery"
CHARTS = {
    "todays-law": "plates",
    "kei-urban": "waterfall",
    "kei-green-light": "sales",
    "lsv-35": "deaths",
    "mutual-recognition": "waterfall",
    "us-built-kei-ev": "sales",
    "byd-racco": "sales",
    "import-age-15": "deaths",
    "quadricycle": "lineup",
    "what-price": "prices",
    "fuel-targets": "sales",
}
"""The one chart that each study ends in."""
HEAD = """# Gallery

Eleven small questions, each with the chart that answers it. Every one is a study that comes with the program: `roadworthy run ID --report
report.html` gives its whole report, and the same key is the same answer. Bands hold 80 of 100 draws.
"""


BAND = ("p10", "p50", "p90")


def plain(text: str) -> str:
    return text.replace("**", "").replace("==", "")


def make(name: str) -> dict[str, Any]:
    """Run one study and keep its chart; what the page says of it."""
    from roadworthy.report import charts, sentences
    from roadworthy.report.html import alone
    from roadworthy.study import answer, load

    found, _ = answer(load(name, draws=256))
    found["sentences"] = sentences(found)
    chart = charts(found)[CHARTS[name]]
    (KEPT / f"{name}.svg").write_text(alone(chart.svg()), encoding="utf-8")
    said = found["sentences"]
    return {
        "id": name,
        "title": found["study"]["title"],
        "question": found["study"]["question"],
        "relax": [said["relax"]["word"], plain(said["relax"]["text"])],
        "buy": [said["buy"]["word"], plain(said["buy"]["text"])],
        "sentence": chart.sentence,
        "scope": chart.scope,
        "key": found["key"],
        "draws": found["study"]["draws"],
        "sold": [[row["id"], *(row["units_added_y5"][q] for q in BAND)] for row in found["reforms"] if row["id"] != "none"],
    }


def page(rows: list[dict[str, Any]]) -> str:
    """The page of all studies."""
    parts = [HEAD]
    for row in rows:
        parts.append(f"## {row['title']}\n\n**{row['question']}**\n")
        if row["id"] != "todays-law":
            parts.append(
                f"*Relax the rules?* {row['relax'][0]}. {row['relax'][1]}\n\n*Would anyone buy?* {row['buy'][0]}. {row['buy'][1]}\n"
            )
        parts.append(f"![{row['sentence']}](gallery/{row['id']}.svg)\n\n{row['sentence']}\n")
        if len(row["sold"]) > 1:
            parts.append("| vehicles a year, year 5 | 10 % | middle | 90 % |\n| --- | --- | --- | --- |")
            parts.append("".join(f"| {name} | {low:,.0f} | {mid:,.0f} | {high:,.0f} |\n" for name, low, mid, high in row["sold"]))
        parts.append(f"`roadworthy run {row['id']} --draws {row['draws']}` · key {row['key'][:7]}\n")
    return "\n".join(parts)


def main(names: list[str]) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    record = KEPT / "studies.json"
    rows = {row["id"]: row for row in json.loads(record.read_text(encoding="utf-8"))} if record.exists() else {}
    for name in names or CHARTS:
        rows[name] = make(name)
        print(name, rows[name]["sentence"])
    kept = [rows[name] for name in CHARTS if name in rows]
    record.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (DOCS / "gallery.md").write_text(page(kept), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
