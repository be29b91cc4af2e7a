"""How does an answer become one file that anyone can open?

`render` gives one HTML page with its style, pictures and tables inside and nothing fetched from anywhere; `write` puts it in place whole.
Limits: a page to read; the live page is another room. Links to sources are text with an address, never loaded.
"""

from __future__ import annotations

import base64
import datetime
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from roadworthy.core import MARK, STATUSES
from roadworthy.core.files import write_atomic
from roadworthy.report import reading as r
from roadworthy.report import tables, tables_record, theme
from roadworthy.report.chart import Chart
from roadworthy.report.film import film_chart
from roadworthy.report.gallery import charts
from roadworthy.report.normal import normal
from roadworthy.report.numbers import UNKNOWN, dollar_span, finite, known, middle, of_100, outer, plain, span, status_of
from roadworthy.report.pictures import partner
from roadworthy.report.plain_words import engine_sentence, lives, sentences, support_sentence

MOST_TRANSFERS = 4
HIDDEN = '<svg aria-hidden="true" '
MOVING = "<animate "
"""What a drawing that can be played holds: it has a button, and so is not hidden from those who hear the page."""


def rich(said: str) -> Markup:
    """Text with **bold** and ==band== as markup."""
    text = str(escape(said))
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
    return Markup(re.sub(r"==(.+?)==", r"<u>\1</u>", text))


@lru_cache(maxsize=1)
def style() -> str:
    """The style sheet."""
    return files("roadworthy.report").joinpath("report.css").read_text(encoding="utf-8")


def alone(svg: str) -> str:
    """A drawing that stands without the page: its style inside, in the light colours."""
    if "xmlns=" not in svg:
        rules = re.search(r"/\* drawing \*/(.*?)/\* end \*/", style(), re.DOTALL)
        light = re.search(r":root\{(.*?)\}", style(), re.DOTALL)
        inside = f":root{{{light.group(1) if light else ''}}}{rules.group(1) if rules else ''}"
        svg = re.sub(r"<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', svg, count=1)
        svg = re.sub(r"(<svg [^>]*>)", lambda m: f"{m.group(1)}<style>{inside}</style>", svg, count=1)
    return svg


def uri(kind: str, text: str) -> str:
    """The text as a link that holds it."""
    if kind == "image/svg+xml":
        return f"data:{kind};base64,{base64.b64encode(text.encode()).decode()}"
    return f"data:{kind};charset=utf-8,{quote(text)}"


def value_text(value: Any) -> str:
    """A value in a chart's table."""
    if value is None or value == "":
        return UNKNOWN
    return plain(value, digits=3) if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


def figure(chart: Chart, key: str, hatched: bool = False) -> dict[str, Any]:
    """What the template needs of a chart: both pictures, the table and the links."""
    raw, drawn = chart.svg(), isinstance(chart.wide, str)
    small = chart.svg(narrow=True) if chart.narrow else raw
    pictures = [p if drawn else theme.themed(p) for p in (raw, small)]
    if hatched:
        pictures = [p.replace('fill="var(--kei-tint)"', 'fill="url(#outside-data)"') for p in pictures]
    quiet = "<svg " if MOVING in raw else HIDDEN
    wide, narrow = (re.sub(r"<svg ", quiet, re.sub(r' xmlns="[^"]*"', "", p), count=1) for p in pictures)
    if chart.middle:
        wide = f'<div class="xl">{wide}</div><div class="lg">{chart.middle.replace("<svg ", HIDDEN, 1)}</div>'
    return {
        "id": chart.id, "title": chart.title, "scope": chart.scope, "note": chart.note, "sentence": chart.sentence, "wide": wide, "narrow": narrow,
        "svg_uri": uri("image/svg+xml", alone(raw)), "csv_uri": uri("text/csv", chart.csv(key)), "json_uri": uri("application/json", chart.spec()),
        "heads": [h for _, h in chart.columns],
        "rows": [[str(value_text(row.get(k))) if k not in ("year", "mph") else f"{finite(row.get(k)) or 0:.0f}" for k, _ in chart.columns] for row in chart.rows],
    }  # fmt: skip


def day(value: Any) -> str:
    """A date in words, as given when it is no date."""
    text = r.text(value)
    try:
        found = datetime.date.fromisoformat(text[:10])
    except ValueError:
        return text or "date not known"
    return f"{found.day} {found:%B %Y}"


def crash_sentence(summary: Mapping[str, Any]) -> str:
    """The head-on crash in words: both drivers, the wall test, and how rare it is."""
    crash = r.record(summary.get("crash"))
    sides, walls = r.records(crash.get("sides")), r.records(crash.get("wall"))
    if len(sides) < 2:
        return "The crash against a pickup was not computed."
    names = [r.short_name(r.text(s.get("name"), f"side {i + 1}")) for i, s in enumerate(sides)]
    said = ""
    p = [finite(s.get("p_ais3")) for s in sides]
    w = [finite(x.get("p_ais3")) for x in walls]
    if len(w) > 1 and w[0] is not None and w[1] is not None:
        said = f"In a wall test {of_100(w[0])} of 100 drivers of the {names[0]} would be seriously hurt, {of_100(w[1])} in the {names[1]}. "
    if None in p:
        return said + f"Head-on with the {names[1]} the injury of one driver is {UNKNOWN}."
    said += f"Head-on at {plain(crash.get('closing_mph'))} mph closing, **{of_100(p[0])} of 100** drivers of the {names[0]} are seriously hurt and **{of_100(p[1])}** in the {names[1]}."
    share = finite(crash.get("severity_share"))
    return said + (
        f" {of_100(share).capitalize()} in 100 such crashes {'is' if of_100(share) in ('1', 'under 1') else 'are'} that fast."
        if share is not None
        else ""
    )


def crash_title(summary: Mapping[str, Any]) -> str:
    """The heading of the crash: a pickup by its kind, another partner by its name."""
    sides = r.records(r.record(summary.get("crash")).get("sides"))
    if len(sides) < 2:
        return "Head-on"
    found = partner(sides[1], r.drawn(summary)) or {}
    if "pickup" in r.text(found.get("body_kind", found.get("body"))):
        return "What a pickup does to it"
    return f"Head-on with the {r.short_name(r.text(sides[1].get('name'), 'other'))}"


def law_sentence(summary: Mapping[str, Any]) -> str:
    """How many doors are open today."""
    rows = [x for x in r.records(summary.get("verdicts")) if x.get("pathway") != "plate"]
    if not rows:
        return "The law was not asked."
    count = {v: sum(r.text(x.get("verdict")).lower() == v for x in rows) for v in ("yes", "no", "discretionary", "unknown")}
    name = r.text(r.record(summary.get("vehicle")).get("name"), "this vehicle")
    parts = [f"{count['yes']} of {len(rows)} doors open", f"{count['no']} shut"]
    parts += [f"an agency may open {count['discretionary']}"] if count["discretionary"] else []
    parts += [f"{count['unknown']} not known"] if count["unknown"] else []
    return f"Today, for {name}: {', '.join(parts)}."


def facts(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the aside lists."""
    study = r.record(summary.get("study"))
    draws, seed = finite(study.get("draws")), study.get("seed")
    rows = [("from", r.text(study.get("start_year"))), ("against", f"law of {r.text(study.get('law_date'), UNKNOWN)}")]
    if draws:
        rows.append(("draws", f"{draws:,.0f}" + (f", seed {seed}" if seed is not None else "")))
    rows.append(("money", f"{r.text(study.get('base_year'), '2022')} dollars, 3 and 7 %"))
    if r.headline(summary).get("route_label"):
        rows.append(("sold", r.text(r.headline(summary)["route_label"])))
    rows.append(("vehicle", r.text(r.record(summary.get("vehicle")).get("name"), UNKNOWN)))
    return [(k, v) for k, v in rows if v]


def counted_word(n: int) -> str:
    """How many reforms, in words up to twelve."""
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")
    return f"{words[n] if n < len(words) else n} reform{'' if n == 1 else 's'}"


def transfers(reform: Mapping[str, Any]) -> list[str]:
    """What passes between parties, the largest first."""
    given = [x for x in r.records(reform.get("transfers")) if known(x.get("band")) and any(outer(x["band"]))]
    given.sort(key=lambda x: -max(map(abs, outer(x["band"]))))
    said = [f"{r.text(x.get('label'))} {dollar_span(x['band'], word=False, joint=' to ')}" for x in given[:MOST_TRANSFERS]]
    return [*said, f"and {len(given) - MOST_TRANSFERS} smaller"] if len(given) > MOST_TRANSFERS else said


def repeat(summary: Mapping[str, Any]) -> str:
    """The commands that give this answer again."""
    study = r.record(summary.get("study"))
    key, name = r.text(summary.get("key")), r.text(study.get("id"), "study.toml")
    flags = "".join(f" --{k} {int(v)}" for k in ("draws", "seed") if (v := finite(study.get(k))) is not None)
    version = r.text(summary.get("version"))
    return "\n".join(
        [
            f"pip install roadworthy{'==' + version if version else ''}",
            f"roadworthy run {name}{flags} --report report.html",
            f"roadworthy show {key[:7]}",
        ]
    )


def context(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that the template sets."""
    key = r.text(summary.get("key"), "none")
    head, wide = r.headline(summary), r.outside(summary)
    said = {**sentences(summary), **{k: v for k, v in r.record(summary.get("sentences")).items() if v}}
    drawn, moving = charts(summary), film_chart(summary)
    if moving is not None:
        drawn["film"] = moving
    made = {name: figure(c, key[:7], hatched=wide and name == "sales") for name, c in drawn.items()}
    study, vehicle = r.record(summary.get("study")), r.record(summary.get("vehicle"))
    assumed, total = r.marks(summary)
    bands = r.deaths(head)
    top = max(abs(v) for band in bands.values() for v in [0.0, *outer(band)]) or None
    split = [
        f"{name} {middle(bands[k], signed=True, top=top)} (=={span(bands[k], signed=True, top=top)}==)"
        for k, name in (("own", "in the car itself"), ("partners", "in other vehicles"), ("outside", "on foot and on bikes"))
        if bands[k]
    ]
    net_said = lives(bands["net"])
    draws = finite(study.get("draws"))
    filled = finite(vehicle.get("filled"))
    turning = sum(
        1 for x in r.records(summary.get("tornado"))
        if x.get("status") == "assumed" and (a := finite(x.get("net_low_usd"))) is not None and (b := finite(x.get("net_high_usd"))) is not None and a * b < 0
    )  # fmt: skip
    return {
        "css": style(), "key": key, "key7": key[:7], "version": r.text(summary.get("version"), UNKNOWN), "study": study, "made": day(study.get("made")), "law_date": r.text(study.get("law_date"), UNKNOWN),
        "title": f"{counted_word(sum(str(x.get('id')) not in tables.TODAY for x in r.reforms(summary)))}, one table",
        "question": r.text(study.get("question"), r.text(study.get("title"), "Should the rules be relaxed?")), "lede": said["lede"], "beliefs": said["beliefs"], "said": said,
        "head": head, "facts": facts(summary), "counts": {"assumed": assumed, "total": total}, "turning": turning, "outside": wide, "support": support_sentence(summary),
        "engine": engine_sentence(summary),
        "charts": made, "crash_title": crash_title(summary),
        "crash_status": status_of(summary.get("crash"), "derived"), "risks": [f for name, f in made.items() if name.startswith("risk-")], "marks": MARK, "statuses": STATUSES,
        "reforms": tables.reform_table(summary), "cases": tables.route_table(head), "decided": tables.decided_table(summary), "record": tables_record.record_table(summary), "launches": tables_record.launch_table(summary),
        "fuel": tables.fuel_table(head), "crash": tables_record.crash_table(summary), "crash_said": crash_sentence(summary), "law_said": law_sentence(summary),
        "verdicts": tables_record.verdict_table(r.records(summary.get("verdicts")), "Doors under today’s law"),
        "clauses": tables_record.verdict_table(r.records(summary.get("verdicts")), "Doors and clauses under today’s law", 2),
        "verdicts_reform": tables_record.verdict_table(r.records(summary.get("verdicts_reform")), "Doors under the reform", 1),
        "performance": tables_record.vehicle_table(r.records(summary.get("energy")), "Performance"), "space": tables_record.vehicle_table(r.records(summary.get("space")), "Who fits", shares=True),
        "statement": tables_record.statement_table(head), "assumptions": tables_record.assumption_table(summary), "citations": [dict(c) for c in r.records(summary.get("citations"))],
        "who": tables.mix_table(head.get("who_buys"), "Who buys, of 100"), "gives": tables.mix_table(head.get("gives_up"), "What they would have had, of 100"),
        "deaths_said": f"In year 10 {net_said}" + (f": {'; '.join(split)}." if split else "."), "price": tables.price_of(head),
        "transfers": transfers(head),
        "vehicle": {"name": r.text(vehicle.get("name"), "The vehicle"), "said": f"{finite(vehicle.get('assumed')) or 0:.0f}" + (f" of {filled:.0f}" if filled else "") + " of its known numbers are ○ assumed."},
        "repeat": repeat(summary), "draws": f"{draws:,.0f} draws" if draws else "draws not known",
    }  # fmt: skip


def page(name: str, given: Mapping[str, Any]) -> str:
    """A template with the macros that all pages share, set."""
    import jinja2

    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["rich"] = rich
    folder = files("roadworthy.report").joinpath("templates")
    source = "".join(folder.joinpath(f"{part}.html.jinja").read_text(encoding="utf-8") for part in ("macros", name))
    return environment.from_string(source).render(given)


def render(summary: Mapping[str, Any]) -> str:
    """The report of an answer as one HTML text."""
    return page("report", context(normal(summary)))


def write(summary: Mapping[str, Any], path: Path | str) -> Path:
    """The report in a file, written whole or not at all."""
    return write_atomic(path, render(summary))
