import base64
import copy
import json
import re
import urllib.parse
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
import sample

from roadworthy.core import MARK
from roadworthy.report import render, write

VOID = {"meta", "br", "img", "link", "input", "hr", "col"}
SHAPES = {"path", "line", "circle", "rect"}


class Reader(HTMLParser):
    """Tags as a tree of (tag, attributes, text), refusing tags that do not close."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = ["root", {}, []]
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        node = [tag, dict(attrs), []]
        self.open[-1][2].append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attrs):
        self.open[-1][2].append([tag, dict(attrs), []])

    def handle_endtag(self, tag):
        assert self.open[-1][0] == tag, f"</{tag}> closes <{self.open[-1][0]}>"
        self.open.pop()

    def handle_data(self, data):
        self.open[-1][2].append(data)


def tree(page):
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert len(reader.open) == 1
    return reader.root


def every(node, tag=None):
    for child in node[2]:
        if isinstance(child, list):
            if tag is None or child[0] == tag:
                yield child
            yield from every(child, tag)


def words(node):
    return "".join(c if isinstance(c, str) else words(c) for c in node[2])


def test_page_parses_and_says_its_key(page):
    root = tree(page)
    assert words(next(every(root, "h1"))) == sample.summary()["study"]["question"]
    assert "7f3a91c" in page
    assert "7f3a91c0d4e55b21" in page


def test_nothing_is_fetched(page):
    root = tree(page)
    for node in every(root):
        tag, attributes = node[0], node[1]
        assert tag not in ("script", "link", "iframe", "object", "embed", "img", "video", "audio", "source", "base")
        assert not {"src", "srcset", "background", "xlink:href", "onload"} & attributes.keys()
        if "href" in attributes:
            assert tag == "a"
            assert attributes["href"].startswith(("data:", "#", "http"))
    style = words(next(every(root, "style")))
    assert "@import" not in style
    assert "url(" not in style
    assert all("#outside-data" in found for found in re.findall(r'"[^"]*url\([^"]*"', page.split("</style>")[1]))


def test_every_figure_has_a_sentence_and_a_table(page):
    figures = list(every(tree(page), "figure"))
    assert len(figures) >= 12
    for figure in figures:
        assert len(figure[1]["aria-label"].split()) > 3
        tables = list(every(figure, "table"))
        assert tables, figure[1]["id"]
        assert list(every(tables[0], "th"))
        assert len(list(every(tables[0], "tr"))) > 1
        links = {a[1]["download"].rsplit(".")[-1] for a in every(figure, "a") if "download" in a[1]}
        assert links == {"svg", "csv", "json"}
        assert any(node[0] in SHAPES for node in every(figure))


def test_ids_are_used_once(page):
    ids = [node[1]["id"] for node in every(tree(page)) if "id" in node[1]]
    assert len(ids) == len(set(ids))


def test_downloads_open(page):
    for a in every(tree(page), "a"):
        name, href = a[1].get("download", ""), a[1]["href"]
        if name.endswith(".svg"):
            root = ET.fromstring(base64.b64decode(href.split(",", 1)[1]))
            assert root.tag == "{http://www.w3.org/2000/svg}svg"
        elif name.endswith(".json"):
            assert json.loads(urllib.parse.unquote(href.split(",", 1)[1]))
        elif name.endswith(".csv"):
            first, heads, *rows = urllib.parse.unquote(href.split(",", 1)[1]).splitlines()
            assert first.startswith("# roadworthy 7f3a91c")
            assert heads
            assert rows


def test_every_assumed_row_is_marked(page):
    found = 0
    for row in every(tree(page), "tr"):
        if "as" in row[1].get("class", "").split():
            assert MARK["assumed"] in words(row)
            found += 1
    assert found >= 2
    assumed = [x for x in sample.summary()["assumptions"] if x["status"] == "assumed"]
    for x in assumed:
        row = next(r for r in every(tree(page), "tr") if x["path"] in words(r) and x["meaning"] in words(r))
        assert MARK["assumed"] in words(row)


def test_every_mark_has_a_word(page):
    marks = [s for s in every(tree(page), "span") if "mk" in s[1].get("class", "").split()]
    assert len(marks) > 20
    for mark in marks:
        assert MARK[mark[1]["aria-label"]] == words(mark)


def test_counts_of_assumed_inputs_are_said(page):
    assert "11 of 34" in words(tree(page)).replace("  ", " ")


def test_what_the_question_asks_is_there(page):
    text = words(tree(page))
    for wanted in ("What would have to be true", "Outside the data", "Would it pay a maker?", "As makers decide", "Who dies", "Where the money goes", "What moves the answer",
                   "What a pickup does to it", "What the law says", "Accounting statement", "What was assumed", "Sources", "How to repeat it", "Who fits?",
                   "What a mile costs", "Can it keep up?", "roadworthy show 7f3a91c", "May a state plate one?"):  # fmt: skip
        assert wanted in text, wanted


def test_dark_print_and_telephone_have_their_rules(page):
    for rule in ("prefers-color-scheme:dark", "@media print", "max-width:760px", "prefers-reduced-motion"):
        assert rule in page


def test_charts_follow_the_theme(page):
    drawn = page.split("</style>", 1)[1]
    outside_links = re.sub(r'href="data:[^"]*"', "", drawn)
    assert not re.findall(r'(?:fill|stroke)="#[0-9A-Fa-f]{3,6}"', outside_links)


def test_write_puts_the_whole_file(tmp_path, summary, undrawn):
    path = write(summary, tmp_path / "deep" / "report.html")
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [p.name for p in path.parent.iterdir()] == ["report.html"]


def test_text_from_data_is_escaped(summary, undrawn):
    for r in summary["reforms"]:
        r["title"] = "<script>alert(1)</script> & co"
    summary["vehicle"]["name"] = "<b>car"
    page = render(summary)
    assert "<script>" not in page
    tree(page)


@pytest.mark.parametrize("gone", sorted(sample.summary()))
@pytest.mark.parametrize("with_what", [None, "empty"])
def test_a_missing_field_leaves_a_report(summary, undrawn, gone, with_what):
    summary[gone] = type(summary[gone])() if with_what == "empty" else None
    tree(render(summary))


def blank(value, depth, seed):
    """The value with one in four leaves below `depth` unknown, by a fixed pattern."""
    if isinstance(value, dict):
        return {k: blank(v, depth - 1, seed * 31 + i) for i, (k, v) in enumerate(value.items())}
    if isinstance(value, list):
        return [blank(v, depth - 1, seed * 17 + i) for i, v in enumerate(value)]
    return None if depth < 0 and seed % 4 == 0 else value


@pytest.mark.parametrize("seed", range(6))
def test_holes_anywhere_leave_a_report(undrawn, seed):
    tree(render(blank(copy.deepcopy(sample.summary()), 1, seed)))
    tree(render(blank(copy.deepcopy(sample.from_rooms()), 1, seed)))


@pytest.mark.parametrize("factor", [0.0, -1.0, 1e-9, 1e6])
def test_zero_negative_small_and_huge_numbers_leave_a_report(summary, undrawn, factor):
    def times(value):
        if isinstance(value, dict):
            ordered = {k: times(v) for k, v in value.items()}
            if {"p10", "p90"} <= ordered.keys() and isinstance(ordered["p10"], float) and ordered["p10"] > ordered["p90"]:
                ordered = dict(zip(ordered, reversed(list(ordered.values())), strict=True))
            return ordered
        if isinstance(value, list):
            return [times(v) for v in value]
        return value * factor if isinstance(value, float) else value

    summary["reforms"] = times(summary["reforms"])
    tree(render(summary))


def test_scenes_as_the_rooms_hand_them_over(rooms, undrawn):
    text = words(tree(render(rooms)))
    assert "60 of 100" in text
    assert "power 43 kW is 26 % below the smallest on sale (58.2 kW)" in text
    assert "small-number exemption" in text.lower()
    assert "NHTSA may" in text
    assert "NHTSA FARS (public domain)" in text
    assert "2 of 3 doors" not in text
    assert "0 of 3 doors open" in text
