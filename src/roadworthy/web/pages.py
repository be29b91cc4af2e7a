"""Whole pages, rendered by the server: the policy page answers before any script runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from roadworthy.report import charts as gallery
from roadworthy.report import reading as r
from roadworthy.report.html import crash_sentence
from roadworthy.report.normal import normal
from roadworthy.report.numbers import of_100, plain, quantity
from roadworthy.rules import reforms
from roadworthy.study.levers import Choice
from roadworthy.web import assets
from roadworthy.web.office import Office
from roadworthy.web.parts import pinned, table_html
from roadworthy.web.view import cards, environment, lever_rows, message, summary_of
from roadworthy.web.words import KM_PER_MILE, Manner

DOORS = 3
SCRIPT_WORDS = ("computing", "lost", "copied", "see_bar", "unpin", "not_reached")
"""Words that the page's script says."""


def pace(mph: float | None, how: Manner) -> str:
    """A speed in the reader's unit."""
    return f"{plain(None if mph is None else mph * KM_PER_MILE)} km/h" if how.metric else f"{plain(mph)} mph"


def tail(choice: Choice, how: Manner) -> str:
    """The query of a choice and a manner, with its question mark."""
    return "?" + urlencode({**choice.query(), **how.query()})


def scene(seen: dict[str, Any], how: Manner) -> dict[str, Any]:
    """Collision and map: drawings, sentences and the table under the collision."""
    if not seen:
        return {
            "crash": "",
            "crash_scope": "being computed",
            "crash_table": "",
            "plates": "",
            "plates_note": "Being computed; reload in a moment.",
            "plates_sentence": "",
            "crash_sentence": "",
        }
    summary = normal(seen)
    drawn = {c.id: c for c in (gallery({**summary, "_normal": True}).get(name) for name in ("crash", "plates")) if c is not None}
    sides = r.records(r.record(summary.get("crash")).get("sides"))[:2]
    walls = [x.get("p_ais3") for x in r.records(r.record(summary.get("crash")).get("wall"))] + [None, None]
    rows = [
        [
            how.word("driver").format(r.short_name(r.text(s.get("name")))), pace(quantity(s, "delta_v", "mph", "speed"), how), f"{plain(quantity(s, 'intrusion', 'cm', 'length'))} cm",
            how.word("in_100").format(of_100(s.get("p_ais3"))), how.word("in_100").format(of_100(walls[i])),
        ]
        for i, s in enumerate(sides)
    ]  # fmt: skip
    crash, plates = drawn.get("crash"), drawn.get("plates")
    return {
        "crash": (crash.narrow if crash else ""), "crash_scope": (crash.scope if crash else ""), "crash_sentence": crash_sentence(summary).replace("**", ""),
        "crash_table": table_html(["", *(how.word(k) for k in ("speed_change", "pushed_in", "serious", "wall"))], rows) if rows else "",
        "plates": (plates.wide if plates else ""), "plates_note": (plates.note if plates else ""), "plates_sentence": (plates.sentence if plates else "")
    }  # fmt: skip


def reel(office: Office, choice: Choice) -> dict[str, float]:
    """Where the closing speed of the crash picture stands, and its ends, in mph."""
    from roadworthy.study.live import SLOWEST_MPH, SPEED_STEP_MPH
    from roadworthy.study.scenes import CLOSING_MPH

    speed, most = office.desk.closing(choice)
    return {"drawn": CLOSING_MPH, "at": speed, "low": SLOWEST_MPH, "high": most, "step": SPEED_STEP_MPH}


VERDICT = {"yes": ("y", "✓"), "no": ("n", "✕"), "discretionary": ("d", "~"), "unknown": ("u", "?")}


def verdict_rows(seen: dict[str, Any], how: Manner) -> list[dict[str, str]]:
    """The doors of the verdict card, here against today; those that the reform adds or moves first."""
    today = {row.get("pathway"): row for row in r.records(seen.get("verdicts"))}
    rows = r.records(seen.get("verdicts_reform")) or list(today.values())

    def same(row: dict[str, Any]) -> bool:
        was = today.get(row.get("pathway"))
        return was is not None and all(was.get(k) == row.get(k) for k in ("verdict", "off_by", "conditions"))

    rows = sorted((row for row in rows if row.get("pathway") != "plate"), key=same)
    found = []
    for row in rows[:DOORS]:
        was = today.get(row.get("pathway"))
        style, glyph = VERDICT.get(r.text(row.get("verdict")), VERDICT["unknown"])
        said = (
            "new; "
            if was is None
            else ""
            if was.get("verdict") == row.get("verdict")
            else f"today {VERDICT.get(r.text(was.get('verdict')), VERDICT['unknown'])[1]}; "
        )
        found.append(
            {
                "style": style,
                "glyph": glyph,
                "word": how.phrase(r.text(row.get("verdict"))),
                "door": how.phrase(r.text(row.get("title"))),
                "said": how.phrase(said + (r.text(row.get("off_by")) or r.text(row.get("conditions")))),
            }
        )
    return found


def verdict_card(seen: dict[str, Any] | None, choice: Choice, how: Manner) -> str:
    """May the vehicle, under this law; a line that says when, where its law was not judged yet."""
    if not seen:
        return f'<p class="sample">{how.word("with_full")}</p>'
    name = r.text(r.record(seen.get("vehicle")).get("name"), "This car")
    return environment().get_template("verdict.html.jinja").render(how=how, rows=verdict_rows(seen, how), name=name, tail=tail(choice, how))


def told(office: Office, live: Mapping[str, Any], choice: Choice, how: Manner) -> dict[str, Any]:
    """The message of an answer, with the verdicts of its law where they are at hand."""
    said = message(live, office.seen_now(choice), how, False)
    judged = office.judged(choice)
    if judged:
        said["parts"]["verdict"] = verdict_card(judged, choice, how)
    return said


def policy_page(office: Office, choice: Choice, how: Manner, notes: Sequence[str], pins: Sequence[str], full: bool = False) -> str:
    """The policy page of a choice, complete without a script."""
    live = office.full(choice) if full else office.best(choice)
    seen = office.seen(choice) if full else office.seen_now(choice)
    said = message(live, seen, how, False)
    found = cards(summary_of(live, seen), how)
    svg = {name: card.svg() for name, card in found.items()}
    before, today = office.desk.before(choice), office.desk.today(choice.vehicle)
    verdict = verdict_card(office.judged(choice), choice, how)
    state = {
        "message": said,
        "vehicle": choice.vehicle or "",
        "manner": how.query(),
        "pins": pinned(office, pins, how),
        "words": {name: how.word(name) for name in SCRIPT_WORDS},
    }
    other = {"lang": "en" if how.lang == "ja" else "ja", "units": "mi" if how.metric else "km"}
    base = {**choice.query(), **how.query()}
    return environment().get_template("policy.html.jinja").render(
        how=how, here="policy", asset=assets.version(), choice=choice, message=said, cards=found, svg=svg, state=state, notes=notes, verdict=verdict,
        groups=lever_rows(choice, before, today, how), scene=scene(seen, how), reel=reel(office, choice), tail=tail(choice, how), presets=[(name, law.title, law.author) for name, law in reforms().items()],
        other_units="/?" + urlencode({**base, "units": other["units"]}), other_money="/?" + urlencode({**base, "money": "usd" if how.yen else "jpy"}), other_lang="/?" + urlencode({**base, "lang": other["lang"]}),
        full_link="/?" + urlencode({**base, "full": "1"}),
    )  # fmt: skip


def opening_page(how: Manner) -> str:
    """What a reader sees who comes before the desk is open and whose link was not answered before; it asks again by itself."""
    return environment().get_template("opening.html.jinja").render(how=how, here="policy", asset=assets.version(), tail="")


def method_page(office: Office, choice: Choice, how: Manner) -> str:
    """How every number is made: formulas, levers, assumptions and tables, written from the code's own records."""
    from roadworthy.core import MARK
    from roadworthy.data import catalogue as tables
    from roadworthy.study.cards import assumption_rows
    from roadworthy.study.levers import levers
    from roadworthy.web.parts import stories

    rows = assumption_rows()
    return environment().get_template("method.html.jinja").render(
        how=how, here="method", asset=assets.version(), tail=tail(choice, how), stories=stories(), rows=rows, levers=[(x, MARK[x.status]) for x in levers().values()],  # type: ignore[index]
        assumed=sum(row["status"] == "assumed" for row in rows), tables=list(tables().values()), marks=MARK, draws=office.desk.study.draws, title=office.desk.study.title,
    )  # fmt: skip


FILM_PX = 400.0


def film_page(office: Office, choice: Choice) -> str:
    """The head-on collision, moving, as one drawing."""
    from roadworthy.report.film import film

    return film(office.desk.meeting(choice.vehicle, office.desk.closing(choice)[0]))


def film_part(office: Office, choice: Choice, closing: float | None, how: Manner) -> dict[str, Any]:
    """The collision for the page's scrubber: drawing, motion every 2 ms, table, and the speeds that the roads allow, in mph."""
    from roadworthy.report.film import film, frames_json

    speed, most = office.desk.closing(choice, closing)
    met = office.desk.meeting(choice.vehicle, speed)
    shown = scene({"crash": met}, how)
    names = [r.short_name(r.text(r.record(met.get(side)).get("name"))) for side in ("first", "second")]
    return {
        "closing": speed, "most": most, "svg": film(met, FILM_PX, "reel", scrubbed=True), "frames": frames_json(met), "names": names,
        "scope": f"{pace(speed, how)} {how.word('closing_scope')}", "table": shown["crash_table"], "sentence": shown["crash_sentence"],
    }  # fmt: skip
