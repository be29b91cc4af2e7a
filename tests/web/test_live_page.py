"""The live page as a reader meets it, in a real browser: moves, keyboard, widths, dark, no script, dropped line, no request elsewhere."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from roadworthy.study.levers import levers

CLIPPED = """() => [...document.querySelectorAll('.cards svg text, #tornado-slot svg text')].filter(t => {
  const b = t.getBoundingClientRect();
  return b.width > 0 && (b.left < -2 || b.right > window.innerWidth + 2);
}).map(t => t.textContent).slice(0, 5)"""
UNNAMED = """() => [...document.querySelectorAll('a,button,input,select,summary,[role=img],figure')].filter(e => {
  if (e.type === 'hidden' || e.closest('dialog:not([open])')) return false;
  const said = e.getAttribute('aria-label') || e.textContent.trim() || (e.labels && [...e.labels].map(l => l.textContent).join('').trim());
  return !said;
}).map(e => e.outerHTML.slice(0, 120))"""
FAINT = """() => {
  const lum = c => { const v = c.match(/[\\d.]+/g).slice(0, 3).map(x => { x /= 255; return x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4; }); return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
  const ground = e => { for (; e; e = e.parentElement) { const b = getComputedStyle(e).backgroundColor; if (!/, 0\\)$|transparent/.test(b)) return b; } return 'rgb(255,255,255)'; };
  const found = [];
  for (const e of document.querySelectorAll('p,span,label,output,b,h1,h2,h3,button,a,td,th,small,s,li')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    const box = e.getBoundingClientRect();
    if (!own || !box.width || e.closest('dialog,svg,.skip,.gone') || getComputedStyle(e).visibility === 'hidden' || +getComputedStyle(e).opacity < 1) continue;
    const [a, b] = [lum(getComputedStyle(e).color), lum(ground(e))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) found.push([e.textContent.trim().slice(0, 30), ratio.toFixed(2)]);
  }
  return found.slice(0, 8);
}"""


def shot(tab, name):
    """A picture for people to look at, where a folder is named for them."""
    folder = os.environ.get("ROADWORTHY_SHOTS")
    if folder:
        tab.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def opened(browser, address, path="/", *, width=1280, height=820, **more):
    """A tab with the page ready, and what it asked for and complained of."""
    context = browser.new_context(viewport={"width": width, "height": height}, **more)
    tab = context.new_page()
    tab.asked, tab.complaints = [], []
    tab.on("request", lambda request: tab.asked.append(request.url))
    tab.on("console", lambda message: tab.complaints.append(message.text) if message.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.goto(address + path)
    if more.get("java_script_enabled", True) and "/car" not in path:
        tab.wait_for_selector("body[data-ready]", timeout=60_000)
        tab.wait_for_selector("body[data-kind=full]", timeout=60_000)
    return tab


def settle(tab, number=None):
    """Wait until the full answer to the last move is on the page."""
    tab.wait_for_function("() => document.body.dataset.kind === 'full'", timeout=60_000)
    return tab.evaluate("document.body.dataset.answer")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (1280, "dark"), (390, "dark")])
def test_widths_and_schemes(browser, address, width, scheme):
    tab = opened(browser, address, width=width, height=844 if width < 500 else 820, color_scheme=scheme)
    assert [url for url in tab.asked if not url.startswith((address, "data:"))] == []
    assert tab.complaints == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.evaluate(CLIPPED) == []
    assert tab.evaluate(UNNAMED) == []
    assert tab.evaluate(FAINT) == []
    assert tab.locator(".view svg").count() == 6
    shot(tab, f"policy-{width}-{scheme}")
    tab.context.close()


def test_first_load_is_small(browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 820})
    tab = context.new_page()
    line = context.new_cdp_session(tab)
    line.send("Network.enable")
    sizes = []
    line.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    tab.goto(address)
    tab.wait_for_selector("body[data-ready]")
    load = tab.evaluate("performance.timing.domContentLoadedEventEnd - performance.timing.navigationStart")
    print(f"first load {sum(sizes) / 1e6:.2f} MB in {len(sizes)} requests, readable after {load} ms")
    assert sum(sizes) < 0.6e6
    context.close()


def test_the_last_move_wins_and_the_page_says_what_the_api_says(browser, address, client):
    tab = opened(browser, address)
    lever = tab.locator("#l-roads")
    lever.focus()
    for _ in range(12):
        tab.keyboard.press("ArrowLeft")
    for _ in range(3):
        tab.keyboard.press("ArrowRight")
    assert lever.input_value() == "35"
    tab.wait_for_function("() => document.querySelector('#p-chips').textContent.includes('35 mph')", timeout=60_000)
    settle(tab)
    assert "roads=35" in tab.url
    full = client.get("/api/what-if", params={"reform": "kei-urban", "roads": 35, "draws": "full"}).json()
    from roadworthy.web.view import cards, summary_of
    from roadworthy.web.words import Manner

    shown = cards(summary_of(full, {}), Manner())
    for name in ("sales", "deaths", "gasoline", "waterfall"):
        assert tab.locator(f"[data-card={name}] [data-big]").inner_text() == shown[name].big
    tab.locator("[data-undo=roads]").first.click()
    assert lever.input_value() == "75"
    tab.context.close()


def test_axes_hold_still_while_a_lever_is_held_and_settle_after(browser, address):
    tab = opened(browser, address)
    tall = "document.querySelector('#v-sales').dataset.top"
    before = float(tab.evaluate(tall))
    box = tab.locator("#l-consideration").bounding_box()
    y = box["y"] + box["height"] / 2
    tab.mouse.move(box["x"] + box["width"] * 0.5, y)
    tab.mouse.down()
    seen = tab.evaluate("document.body.dataset.answer")
    for i in range(1, 10):
        tab.mouse.move(box["x"] + box["width"] * (0.5 - 0.05 * i), y)
    tab.wait_for_function("(b) => document.body.dataset.answer !== b", arg=seen, timeout=60_000)
    settle(tab)
    assert float(tab.locator("#l-consideration").input_value()) < 15
    assert float(tab.evaluate(tall)) >= before
    tab.mouse.up()
    tab.wait_for_function(f"(b) => Number({tall}) < b", arg=before)
    assert tab.complaints == []
    tab.context.close()


def test_keyboard_alone(browser, address):
    tab = opened(browser, address)
    reached = []
    tab.locator("body").focus()
    for _ in range(60):
        tab.keyboard.press("Tab")
        reached.append(tab.evaluate("(e => e.id || e.dataset.story || e.textContent.trim().slice(0, 20))(document.activeElement)"))
        ring = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert ring != "none" or tab.evaluate("document.activeElement.type") == "radio"
    assert reached[0] == "Skip to the answer"
    for wanted in ("preset", "copy", "take/download", "l-roads", "lever/roads", "l-duty"):
        assert wanted in reached, wanted
    assert reached.index("preset") < reached.index("l-roads") < reached.index("l-duty")
    tab.locator("#l-duty").focus()
    tab.keyboard.press("PageUp")
    assert tab.locator("#l-duty").input_value() == "20"
    assert tab.locator("#l-duty").get_attribute("aria-valuetext") == "20 %; today 15 %"
    tab.keyboard.press("Home")
    assert tab.locator("#l-duty").input_value() == "0"
    tab.locator("[data-card=deaths] .big").focus()
    tab.keyboard.press("Enter")
    tab.wait_for_selector("dialog[open] .rd")
    assert "who says so" in tab.locator("#story").inner_text()
    tab.keyboard.press("Escape")
    tab.wait_for_selector("dialog[open]", state="detached")
    assert tab.evaluate("document.activeElement.dataset.story") == "card/deaths"
    tab.locator("[data-table=deaths]").focus()
    tab.keyboard.press("Enter")
    tab.wait_for_selector("[data-card=deaths] .scroll td")
    assert tab.locator("[data-table=deaths]").get_attribute("aria-expanded") == "true"
    tab.context.close()


def test_the_crash_plays_pauses_and_is_scrubbed_by_keyboard(browser, address):
    tab = opened(browser, address)
    where = "() => [...document.querySelectorAll('svg.film .car')].map(c => Math.round(c.getBoundingClientRect().right))"
    time = tab.locator("#reel-time")
    time.focus()
    tab.keyboard.press("Home")
    tab.wait_for_selector("svg.film")
    tab.wait_for_function("() => document.querySelector('#reel-said').textContent.startsWith('-10 ms')")
    apart = tab.evaluate(where)
    tab.keyboard.press("End")
    tab.wait_for_function("() => document.querySelector('#reel-said').textContent.startsWith('110 ms')")
    assert tab.evaluate(where) != apart
    assert "110 ms" in time.get_attribute("aria-valuetext")
    tab.locator("#reel-play").click()
    tab.wait_for_function("() => Number(document.querySelector('#reel-time').value) < 100")
    tab.wait_for_function("() => Number(document.querySelector('#reel-time').value) > 0")
    tab.locator("#reel-play").click()
    rests = time.input_value()
    tab.wait_for_timeout(120)
    assert time.input_value() == rests
    tab.locator("#l-roads").focus()
    for _ in range(4):
        tab.keyboard.press("ArrowLeft")
    tab.wait_for_function("() => document.querySelector('#f-crash h3 span').textContent.startsWith('50 mph')")
    assert tab.locator("#reel-speed").get_attribute("max") == "50"
    assert tab.complaints == []
    tab.context.close()


def test_less_motion_leaves_the_scrubber_alone(browser, address):
    tab = opened(browser, address, reduced_motion="reduce")
    assert not tab.locator("#reel-play").is_visible()
    tab.locator("#reel-time").focus()
    tab.keyboard.press("ArrowLeft")
    tab.wait_for_selector("svg.film")
    tab.context.close()


def test_pins_stay_and_are_compared(browser, address):
    tab = opened(browser, address)
    tab.locator("#pin").click()
    tab.locator("#l-roads").focus()
    tab.keyboard.press("ArrowLeft")
    tab.wait_for_selector("[data-card=sales] .pinrow")
    settle(tab)
    tab.wait_for_function("() => location.search.includes('roads=40')")  # the address follows once the lever rests
    assert "pin=reform" in tab.url
    tab.reload()
    tab.wait_for_selector("[data-card=sales] .pinrow")
    assert tab.locator("[data-pin=A]").count() == 1
    tab.wait_for_selector("body[data-ready]")
    tab.locator("#compare").click()
    tab.wait_for_selector("dialog[open] td")
    said = tab.locator("#story").inner_text()
    assert "40 mph" in said
    assert "45 mph" in said
    tab.context.close()


def test_without_a_script_the_answer_is_there_and_the_form_works(browser, address):
    tab = opened(browser, address, java_script_enabled=False)
    assert "draws" in tab.locator("#p-answer").inner_text()
    assert tab.locator(".view svg").count() == 6
    tab.locator("#l-roads").focus()
    tab.keyboard.press("ArrowLeft")
    tab.locator("noscript button, #levers button.btn").first.click()
    assert "40 mph" in tab.locator("#p-chips").inner_text()
    shot(tab, "policy-no-script")
    tab.context.close()


def test_a_dropped_line_is_said_and_mended_and_tabs_share_nothing(browser, address):
    one, two = opened(browser, address), opened(browser, address)
    one.evaluate("() => { window.__dropped = true; }")
    one.context.set_offline(True)
    one.locator("#l-roads").focus()
    one.keyboard.press("ArrowLeft")
    one.context.set_offline(False)
    one.wait_for_function("() => document.querySelector('#p-chips').textContent.includes('40 mph')", timeout=60_000)
    assert two.locator("#l-roads").input_value() == "45"
    assert "40 mph" not in two.locator("#p-chips").inner_text()
    one.context.close()
    two.context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_car_page(browser, address, width):
    tab = opened(browser, address, "/car/honda_nbox_jf5", width=width, height=900)
    assert tab.complaints == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.evaluate(UNNAMED) == []
    assert tab.evaluate(FAINT) == []
    shot(tab, f"car-{width}")
    tab.context.close()


def test_axe_finds_nothing(browser, address):
    axe = os.environ.get("ROADWORTHY_AXE")
    if not axe:
        pytest.skip("set ROADWORTHY_AXE to axe.min.js (npm package axe-core) to run it")
    found = {}
    asked = [
        ("/", {}),
        ("/?reform=none", {"color_scheme": "dark"}),
        ("/?lang=ja&units=km&money=jpy", {"width": 390}),
        ("/car/honda_nbox_jf5", {}),
        ("/car/honda_nbox_jf5?dark", {"color_scheme": "dark", "width": 390}),
    ]
    for path, how in asked:
        tab = opened(browser, address, path, bypass_csp=True, **how)
        tab.add_script_tag(content=Path(axe).read_text(encoding="utf-8"))
        if "/car" not in path:
            tab.locator("[data-table=plates]").click()
            tab.wait_for_selector("#f-plates .scroll td")
            tab.locator("[data-card=deaths] .big").click()
            tab.wait_for_selector("dialog[open] .rd")
        said = json.loads(
            tab.evaluate(
                "async () => JSON.stringify((await axe.run()).violations.map(v => [v.id, v.impact, v.nodes.length, v.nodes[0].html.slice(0, 160)]))"
            )
        )
        found[path] = said
        tab.context.close()
    assert found == {path: [] for path, _ in asked}


def test_every_lever_is_on_the_page_with_its_source(browser, address):
    tab = opened(browser, address)
    on_page = set(tab.evaluate("[...document.querySelectorAll('[data-lever]')].map(e => e.dataset.lever)"))
    assert on_page == set(levers())
    for name in ("roads", "vsl"):
        tab.locator(f"[data-story='lever/{name}']").click()
        tab.wait_for_selector("dialog[open] td")
        assert re.search(r"who says so\s+\S", tab.locator("#story").inner_text())
        tab.keyboard.press("Escape")
    tab.context.close()
