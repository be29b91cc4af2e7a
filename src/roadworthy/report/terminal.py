"""What does `roadworthy run` print?

Two plain sentences, two tables of the reforms, the lines of the headline's net as bars, what moves it most, the marks, the key.
The text is the same without colour; where the terminal is narrow, columns go below one another and no number is lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from roadworthy.core import MARK, STATUSES
from roadworthy.report import reading as r
from roadworthy.report.normal import normal
from roadworthy.report.numbers import (
    ONE,
    UNKNOWN,
    Scale,
    finite,
    known,
    mark,
    middle,
    money_scale,
    of_100,
    outer,
    plain,
    scale,
    span,
    status_of,
    usual,
)
from roadworthy.report.plain_words import engine_sentence, sentences, support_sentence
from roadworthy.report.tables import TODAY
from roadworthy.report.terminal_text import BOLD, LEAST_WIDTH, RULE, YELLOW, as_list, bare, grouped, pad, tint, wrap

HANG = 30
NARROW = 60
"""Columns below which a row of numbers becomes a list."""
MOVES = 4
BELIEFS = 3
NOTHING = "–"
ONE_DECIMAL = 9.9
"""Deaths a year keep a decimal even where another reform has tens of them."""


def render_run(summary: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:
    """The answer of a study as text."""
    width = max(int(width), LEAST_WIDTH)
    given = normal(summary)
    said = {**sentences(given), **{k: v for k, v in r.record(given.get("sentences")).items() if v}}
    out = [*heading(given, width), ""]
    hang = HANG if width >= 80 else 0
    for title, name in (("Should the rules be relaxed?", "relax"), ("Would anyone buy them?", "buy")):
        answer = r.record(said.get(name))
        text = f"{r.text(answer.get('word'), 'Not known')}. {bare(r.text(answer.get('text')))}"
        lines = wrap(text, width, hang, title if hang else "")
        out += [*([title] if not hang else []), *(line.replace(title, tint(title, BOLD, colour), 1) for line in lines)]
    out += ["", *wrap(support_sentence(given), width)]
    for text in [b for b in said.get("beliefs") or [] if isinstance(b, str)][:BELIEFS]:
        out += wrap(text, width, 2, "·")
    names = ["today’s law" if x.get("id") in TODAY else r.text(x.get("id"), r.text(x.get("title"))) for x in r.reforms(given)]
    head = r.text(r.headline(given).get("id"))
    star = names.index(head) if head in names else None
    if names:
        out += [
            "",
            *wrap(
                "If they are sold, by the route that pays in more draws, against today’s law. Bands hold 80 of 100 draws; every number is △ derived. Gains: of 100 draws, to the country (home) and with makers abroad counted (all).",
                width,
            ),
            "",
        ]
        out += _stressed(sales_table(given, names, width, star), colour)
        out += ["", *_stressed(account_table(given, names, width, star), colour)]
    out += net_bars(given, width)
    out += moves(given, width)
    out += ["", *wrap(check, width)] if (check := engine_sentence(given)) else []
    out += ["", *marks_line(given, width, colour), "", *key_line(given, width)]
    return "\n".join(line.rstrip() for line in out)


def heading(summary: Mapping[str, Any], width: int) -> list[str]:
    """What was asked: reform, law, draws."""
    study, head = r.record(summary.get("study")), r.headline(summary)
    draws = finite(study.get("draws"))
    parts = [r.text(head.get("title")), f"from {study['start_year']}" if study.get("start_year") else ""]
    parts += [f"against the law of {r.text(study.get('law_date'), UNKNOWN)}", f"{draws:,.0f} draws" if draws else ""]
    return wrap(" · ".join(p for p in parts if p), width)


def _stressed(lines: list[str], colour: bool) -> list[str]:
    return [tint(line, BOLD, colour) if line.startswith("▶") else line for line in lines]


def three(band: Any, by: Scale, top: float, signed: bool = False, coarse: bool = False) -> list[str]:
    """The 10, 50 and 90 % of a band."""
    if not known(band):
        return [NOTHING] * 3
    below = signed or float(band["p10"]) < 0.0
    return [plain(float(band[k]) / by.factor, top=top, signed=below, fixed=coarse) for k in ("p10", "p50", "p90")]


def _chances(share: float | None) -> str:
    """Of 100 draws, short enough for a cell: 28, <1, >99."""
    return NOTHING if share is None else of_100(share).replace("under ", "<").replace("over ", ">")


def _top(bands: Sequence[Any], by: Scale) -> float:
    return max((abs(v) for b in bands for v in outer(b)), default=0.0) / by.factor


def sales_table(summary: Mapping[str, Any], names: Sequence[str], width: int, star: int | None) -> list[str]:
    """Units, price, break-even and who enters, one row a reform."""
    answers = r.reforms(summary)
    units = [x.get("units_y5") for x in answers]
    cases = [r.routes(x) for x in answers]
    ways = list(dict.fromkeys(k for c in cases for k in c))
    needs = [c.get(k, {}).get("break_even_units") for c in cases for k in ways]
    s, t = scale([usual(units)]), scale([usual(needs)])
    short = {"import": "import", "us_plant": "US plant"}
    heads: list[tuple[str, Sequence[str]]] = [
        (f"units, {s.short}, year 5".replace(", ,", ","), ["10 %", "50 %", "90 %"]),
        ("price, k $", ["10 to 90 %"]),
        (f"must sell, {t.short} a year".replace(",  a", " a"), [short.get(k, k) for k in ways]),
        ("pays, of 100", [short.get(k, k).removeprefix("US ") for k in ways]),
        ("maker", ["enters"]),
    ]
    rows = []
    for x, c, name in zip(answers, cases, names, strict=True):
        price = x.get("price_usd")
        wants = [_need(c.get(k, {}), t) for k in ways]
        pays = [_chances(finite(c.get(k, {}).get("pays"))) for k in ways]
        enters = _chances(finite(x.get("p_enters")))
        cell = span(price, by=Scale(1e3, "k", ""), top=None) if known(price) else NOTHING
        rows.append((name, [three(x.get("units_y5"), s, 0.0), [cell], wants, pays, [enters]]))
    return grouped(
        [h for h in heads if h[1]],
        [(n, [part for part, h in zip(row, heads, strict=True) if h[1]]) for n, row in rows],
        width,
        "reform",
        star,
    )


def _need(case: Mapping[str, Any], by: Scale) -> str:
    if not case or not case.get("open", True):
        return NOTHING
    return span(case["break_even_units"], by=by) if known(case.get("break_even_units")) else "none"


def account_table(summary: Mapping[str, Any], names: Sequence[str], width: int, star: int | None) -> list[str]:
    """Deaths by party, fuel, surplus and the net at both rates, one row a reform."""
    answers = r.reforms(summary)
    dead = [r.deaths(x) for x in answers]
    nets = [(r.net(x, "3"), r.net(x, "7")) for x in answers]
    fuel, surplus = [x.get("fuel_gal_y10") for x in answers], [x.get("surplus_usd_r3") for x in answers]
    n, f, g = (money_scale([usual(bands)]) for bands in ([b for p in nets for b in p], surplus, fuel))
    top_d = _top([b for d in dead for b in d.values()], ONE)
    heads: list[tuple[str, Sequence[str]]] = [
        ("deaths, year 10", ["own", "other", "out", "net"]),
        ("fuel", [f"{g.short} gal".strip()]),
        ("buyers", [f"{f.short} $".strip()]),
        (f"net, {n.short} $, 3 %".replace(",  ", ", "), ["10 %", "50 %", "90 %"]),
        (f"net, {n.short} $, 7 %".replace(",  ", ", "), ["10 %", "50 %", "90 %"]),
        ("gains", ["home", "all"]),
    ]
    rows = []
    for x, d, pair, a, b, name in zip(answers, dead, nets, fuel, surplus, names, strict=True):
        cells = [
            [
                plain(d[p]["p50"], signed=True, top=min(top_d, ONE_DECIMAL) or None, fixed=True) if d[p] else NOTHING
                for p in ("own", "partners", "outside", "net")
            ],
            [middle(a, by=g, signed=True) if known(a) else NOTHING],
            [middle(b, by=f, signed=True) if known(b) else NOTHING],
            # a grain of its own for each reform, for they differ a hundredfold; the second rate has less room
            *(three(m, n, max(_top([m], n), 1.0), True, coarse) for m, coarse in zip(pair, (False, True), strict=True)),
            [_chances(share) for share in (r.gain(x), r.gain_world(x))],
        ]
        rows.append((name, cells))
    return grouped(heads, rows, width, "reform", star)


def net_bars(summary: Mapping[str, Any], width: int) -> list[str]:
    """The lines of the headline's net at 3 %, as numbers and bars; each bar starts where the last one ended."""
    head = r.headline(summary)
    lines = [x for x in r.records(r.record(head.get("lines")).get("3")) if known(x.get("band")) and any(outer(x["band"]))]
    net = r.net(head)
    if not lines or net is None:
        return []
    s = money_scale(outer(net))
    top = max(map(abs, outer(net))) / s.factor or None
    at, marks = 0.0, [0.0, float(net["p10"]), float(net["p90"]), float(net["p50"])]
    for x in lines:
        marks += [at + float(x["band"]["p10"]), at + float(x["band"]["p90"]), at + float(x["band"]["p50"])]
        at += float(x["band"]["p50"])
    low, high = min(marks), max(marks)
    name = min(max(len(r.text(x.get("label"))) for x in lines) + 1, max(width // 3, 12))
    left = name + 2 + 9 + 19
    cells = width - left - 2
    out = ["", *wrap(f"Net of {r.text(head.get('id'))}, {s.short} $, 3 %: █ gain  ▒ loss  ╌ 80 of 100 draws of that line alone", width)]

    def row(label: str, glyph: str, band: Mapping[str, Any], start: float) -> str:
        text = f" {pad(label[: name - 1], name)}{glyph or ' '} {pad(middle(band, by=s, signed=True, top=top), 7, 'r')}  {pad(span(band, by=s, signed=True, top=top), 17)}"
        return text + (" " + bar(band, start, low, high, cells) if cells >= 16 else "")

    if width < NARROW:
        cells_of = [(r.text(x.get("label"), r.text(x.get("id"))), x["band"]) for x in lines] + [("net", net)]
        rows = [[label, middle(b, by=s, signed=True, top=top), span(b, by=s, signed=True, top=top)] for label, b in cells_of]
        return [*out, *as_list(["", "50 %", "10 to 90 %"], rows, width)]
    at = 0.0
    for x in lines:
        out.append(row(r.text(x.get("label"), r.text(x.get("id"))), mark(status_of(x)), x["band"], at))
        at += float(x["band"]["p50"])
    return [*out, " " + RULE * (width - 2), row("net", "△", net, 0.0)]


def bar(band: Mapping[str, Any], start: float, low: float, high: float, cells: int) -> str:
    """One bar from `start` by the median, its whisker, and the zero line."""

    def place(v: float) -> int:
        return round((v - low) / ((high - low) or 1.0) * (cells - 1))

    drawn = [" "] * cells
    drawn[place(0.0)] = "│"
    a, b = sorted((place(start + float(band["p10"])), place(start + float(band["p90"]))))
    for i in range(a, b + 1):
        drawn[i] = "╌"
    mid = float(band["p50"])
    a, b = sorted((place(start), place(start + mid)))
    for i in range(a, max(b, a + 1)):
        drawn[i] = "█" if mid >= 0 else "▒"
    return "".join(drawn).rstrip()


def moves(summary: Mapping[str, Any], width: int) -> list[str]:
    """What moves the net most, with its range."""
    swings = [
        (a, b, x)
        for x in r.records(summary.get("tornado"))
        if (a := finite(x.get("net_low_usd"))) is not None and (b := finite(x.get("net_high_usd"))) is not None
    ]
    if not swings:
        return []
    swings.sort(key=lambda t: -abs(t[1] - t[0]))
    s = money_scale([v for a, b, _ in swings for v in (a, b)])
    top = max(abs(v) for a, b, _ in swings for v in (a, b)) / s.factor
    out = ["", *wrap(f"What moves it most, net in {s.short} $ at its low and its high end", width)]
    for a, b, x in swings[:MOVES]:
        ends = f"{plain(a / s.factor, top=top, signed=True)} to {plain(b / s.factor, top=top, signed=True)}"
        label = f"{r.text(x.get('label'), r.text(x.get('path')))} {mark(status_of(x))}"
        if width < NARROW:
            out += [*wrap(label, width, 2, ""), *wrap(ends, width, 4, "")]
            continue
        out += wrap(label, width - len(ends) - 4, 2, "")
        out[-1] = pad(out[-1], width - len(ends) - 2) + ends
    return out


def marks_line(summary: Mapping[str, Any], width: int, colour: bool) -> list[str]:
    """The marks with their words, and how many inputs are assumed."""
    assumed, total = r.marks(summary)
    said = "  ".join(f"{MARK[s]} {s}" for s in STATUSES)
    lines = wrap(f"{said} ({assumed} of {total} inputs)", width, 7, "Marks")
    return [line.replace("○", tint("○", YELLOW, colour)) for line in lines]


def key_line(summary: Mapping[str, Any], width: int) -> list[str]:
    """The key and how to see it again."""
    key = r.text(summary.get("key"))[:7] or "none"
    said = f"key {key}   roadworthy show {key}"
    return [said] if len(said) <= width else [f"key {key}", f"roadworthy show {key}"]
