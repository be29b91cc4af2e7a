"""What opens when a number is asked about: its story, its table, how to take it away, and scenarios side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape

from roadworthy import __version__
from roadworthy.core import MARK
from roadworthy.core.errors import unknown
from roadworthy.report.cards import Card
from roadworthy.report.chart import Chart
from roadworthy.report.html import value_text
from roadworthy.report.normal import normal
from roadworthy.report.state_map import plates
from roadworthy.study.cards import assumption_rows
from roadworthy.study.levers import Choice, levers
from roadworthy.study.moved import overrides_of
from roadworthy.web.office import Office
from roadworthy.web.view import cards, numbers, summary_of
from roadworthy.web.words import Manner

STORIES = Path(__file__).parent / "stories.yaml"
SUFFIXES = {
    "html": "report", "json": "answer, JSON", "csv": "numbers, CSV", "parquet": "all draws, Parquet", "svg": "chart, SVG", "png": "chart, PNG", "pdf": "chart, PDF",
    "ipynb": "notebook", "zip": "everything, ZIP",
}  # fmt: skip
MOST_PINS = 3


@lru_cache(maxsize=1)
def stories() -> dict[str, dict[str, Any]]:
    """What stands behind each headline, by card."""
    import yaml

    return dict(yaml.load(STORIES.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def table_html(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Markup:
    """A plain table."""
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(h) if h else Markup("<td></td>") for h in heads)
    body = Markup("").join(Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(v) for v in row)) for row in rows)
    return Markup('<div class="scroll" tabindex="0"><table class="rd"><tr>{}</tr>{}</table></div>').format(head, body)


def card_table(card: Card | Chart) -> Markup:
    """The rows behind a card, units in the heading."""
    rows = [[f"{row.get(k):.0f}" if k == "year" else value_text(row.get(k)) for k, _ in card.columns] for row in card.rows]
    return table_html([heading for _, heading in card.columns], rows)


def table(office: Office, choice: Choice, name: str, how: Manner) -> Markup:
    """The rows behind a figure of the page; a sentence where it has none yet."""
    if name == "plates":
        shown: Any = plates(normal(office.seen_now(choice)))
    else:
        shown = cards(summary_of(office.best(choice), office.seen_now(choice)), how).get(name)
    return card_table(shown) if shown is not None else error_html("No table here.", "The full draws bring it.")


def _mark(status: str) -> Markup:
    return Markup('<span class="mk{}" title="{}" aria-label="{}">{}</span>').format(
        Markup(" as") if status == "assumed" else "", status, status, MARK[status]
    )  # type: ignore[index]


def _inputs(choice: Choice, rooms: Sequence[str]) -> Markup:
    rows = [row for row in assumption_rows(overrides_of(choice)) if not rooms or row["path"].split(".")[0] in rooms]
    assumed = sum(row["status"] == "assumed" for row in rows)
    said = [
        [_mark(row["status"]), row["meaning"], f"{row['value']:.4g} {row['unit']}".replace(" -", ""), "held" if row["p10"] is None else f"{row['p10']:.3g} to {row['p90']:.3g}".replace("-", "−"), row["source"]]
        for row in rows
    ]  # fmt: skip
    return Markup("<h3>{} inputs, {} of them ○ assumed</h3>{}").format(
        len(rows), assumed, table_html(["", "input", "central", "10 to 90 %", "who says so"], said)
    )


def card_story(office: Office, choice: Choice, name: str, how: Manner) -> Markup:
    """Formula, inputs with sources and status, draws, and what is left out."""
    if name not in stories():
        raise unknown("figure", name[:40], stories())
    live, story = office.best(choice), stories()[name]
    found = cards(summary_of(live, office.seen_now(choice)), how)
    law = [f"{c['label']}: {c['was']} becomes {c['now']}" for c in live["changes"]]
    rules = Markup("").join(
        Markup("<li>{} {}. {}</li>").format(_mark(levers()[c["id"]].status), said, levers()[c["id"]].source)
        for c, said in zip(live["changes"], law, strict=True)
    )
    said = found[name].sentence if name in found else ""
    return Markup(
        '<h2 id="story-title">{}</h2><p>{}</p><p><b>How.</b> {}</p><pre tabindex="0">{}</pre><p>{} of {} draws ({}). Not in it: {}</p><h3>What the rules change, and who says so</h3><ul>{}</ul>{}'
    ).format(story["title"], said, story["more"], story["formula"], f"{live['draws']:,}", f"{live['full_draws']:,}", live["kind"], story["leaves_out"], rules or Markup("<li>Nothing: this is today's law.</li>"), _inputs(choice, story["rooms"]))  # fmt: skip


def lever_story(office: Office, choice: Choice, name: str, how: Manner) -> Markup:
    """What a lever is, where it stands, its range and source."""
    if name not in levers():
        raise unknown("lever", name[:40], levers())
    lever = levers()[name]
    before, today = office.desk.before(choice), office.desk.today(choice.vehicle)
    now = choice.values.get(name, before[name])
    rows = [
        ["now", how.said(lever, now) if now is not None else "drawn, or not in this reform"],
        ["today or central", how.said(lever, today[name]) if today[name] is not None else "none"],
    ]
    if not lever.choices:
        rows.append(["may be moved", f"{how.said(lever, lever.low)} to {how.said(lever, lever.high)}, steps of {lever.step:g}"])
    rows += [["status", f"{MARK[lever.status]} {lever.status}"], ["who says so", lever.source], ["in the model", lever.path]]  # type: ignore[index]
    rows += [[how.said(lever, at), said] for at, said in lever.marks]
    drawn = Markup("")
    if lever.room == "assumptions":
        row = next(x for x in assumption_rows() if x["path"] == lever.leaf)
        held = "Moved, it is held at that value in every draw." if name in choice.values else "Not moved, it is drawn anew in every draw."
        spread = f" 80 of 100 draws lie between {row['p10']:.4g} and {row['p90']:.4g} {row['unit']}." if row["p10"] is not None else ""
        drawn = Markup("<p>{}{}</p>").format(held, spread)
    return Markup('<h2 id="story-title">{}</h2><p>{}</p>{}{}').format(how.label(lever), lever.words, drawn, table_html(["", ""], rows))


def citation(live: Mapping[str, Any], base: str) -> str:
    """A line to cite, with the day it was retrieved."""
    return f"roadworthy {__version__}, answer {live['key']} ({live['answer']['title']}), {live['draws']:,} draws. {base}/s/{live['key']}, retrieved {date.today().isoformat()}."


def bibtex(live: Mapping[str, Any], base: str) -> str:
    """The same for a bibliography."""
    today = date.today()
    return (
        f"@misc{{roadworthy_{live['key']},\n  title = {{{live['answer']['title']}}},\n  author = {{{{roadworthy {__version__}}}}},\n  year = {{{today.year}}},\n"
        f"  howpublished = {{\\url{{{base}/s/{live['key']}}}}},\n  note = {{answer {live['key']}, retrieved {today.isoformat()}}}\n}}"
    )


def take(office: Office, choice: Choice, kind: str, base: str) -> Markup:
    """Python and command line, downloads, or a citation."""
    live = office.best(choice)
    key = live["key"]
    block = Markup('<div><pre tabindex="0">{}</pre><button type="button" class="btn" data-copy>Copy</button></div>')
    if kind == "python":
        return Markup('<h2 id="story-title">The same answer from code</h2><h3>Python</h3>{}<h3>Command line</h3>{}<h3>HTTP</h3>{}').format(
            block.format(choice.python()), block.format(choice.command()), block.format(f"curl '{base}/api/what-if?{choice.link()}'")
        )
    if kind == "download":
        links = Markup("").join(
            Markup('<a class="btn" href="/s/{}.{}" download>{}</a>').format(key, suffix, said) for suffix, said in SUFFIXES.items()
        )
        charts = ("sales", "deaths", "gasoline", "carbon", "waterfall", "tornado")
        one = Markup("").join(
            Markup(
                '<li>{}: <a href="/s/{k}.svg?chart={c}">SVG</a> <a href="/s/{k}.png?chart={c}">PNG</a> <a href="/s/{k}.pdf?chart={c}">PDF</a> <a href="/s/{k}.csv?chart={c}">CSV</a> <a href="/s/{k}.json?chart={c}">Vega-Lite</a></li>'
            ).format(stories()[c]["title"], k=key, c=c)
            for c in charts
        )
        frame = f'<iframe src="{base}/embed/{key}/sales" width="420" height="320" title="roadworthy: sales a year"></iframe>'
        return Markup('<h2 id="story-title">Take it away</h2><p>Frozen under <a href="/s/{}">/s/{}</a>: the full draws of this view, whatever is moved later.</p><div class="take">{}</div><h3>One chart</h3><ul>{}</ul><h3>In another page</h3>{}').format(
            key, key, links, one, block.format(frame)
        )  # fmt: skip
    if kind == "cite":
        return Markup(
            '<h2 id="story-title">Cite</h2>{}<h3>BibTeX</h3>{}<p>The sources behind the numbers are in the report and in the ZIP’s citations file.</p>'
        ).format(block.format(citation(live, base)), block.format(bibtex(live, base)))
    raise unknown("way to take it", kind[:40], ("python", "download", "cite"))


def compare(office: Office, choices: Sequence[Choice], how: Manner) -> Markup:
    """Scenarios side by side: what they change, then the headline numbers."""
    columns = ["", "◇ today", "now", *(f"{'ABC'[i]}" for i in range(len(choices) - 1))]
    lives = [office.best(choice) for choice in choices[: MOST_PINS + 1]]
    found = [cards(summary_of(live, office.seen_now(choice)), how) for live, choice in zip(lives, choices, strict=False)]
    today = office.desk.today()
    rows: list[list[Any]] = []
    for name, lever in levers().items():
        stand = [c.values.get(name, office.desk.before(c)[name]) for c in choices[: MOST_PINS + 1]]
        if len({str(v) for v in [today[name], *stand]}) > 1 and lever.room != "show":
            rows.append([how.label(lever), *("–" if v is None else how.said(lever, v) for v in [today[name], *stand])])
    for card in next(iter(found), {}).values():
        if card.kind != "wide":
            rows.append(
                [
                    Markup("<b>{}</b>").format(card.title),
                    "0",
                    *(Markup("<b>{}</b><br>{}").format(f[card.id].big, f[card.id].small) for f in found),
                ]
            )
    titles = Markup("").join(
        Markup("<li><b>{}</b> {}</li>").format(letter, live["answer"]["title"]) for letter, live in zip(columns[2:], lives, strict=False)
    )
    return Markup('<h2 id="story-title">Side by side</h2><ul>{}</ul>{}').format(titles, table_html(columns, rows))


def pinned(office: Office, links: Sequence[str], how: Manner) -> list[dict[str, Any]]:
    """Pins from a link: at most three, each with its headline numbers; one that cannot be read is left out."""
    from urllib.parse import parse_qsl

    from roadworthy.web.office import lenient

    found = []
    for link in links[:MOST_PINS]:
        choice, _ = lenient(office, dict(parse_qsl(link)[: len(levers())]))
        live = office.best(choice)
        found.append(
            {"choice": urlencode(choice.query()), "name": live["answer"]["title"], "numbers": numbers(cards(summary_of(live, {}), how))}
        )
    return found


def error_html(message: str, hint: str) -> Markup:
    """A fault in a dialog: what and what to do."""
    return Markup('<h2 id="story-title">{}</h2><p>{}</p>').format(escape(message), escape(hint))
