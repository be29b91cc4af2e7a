"""The report as a reader meets it, in a real browser: nothing fetched, nothing clipped, nothing empty."""

from __future__ import annotations

import pytest

CLIPPED = """() => [...document.querySelectorAll('figure svg text')].filter(t => {
  const b = t.getBoundingClientRect(), svg = t.closest('svg'), s = svg.getBoundingClientRect();
  const cut = getComputedStyle(svg).overflow === 'visible' ? {left: 0, right: window.innerWidth} : s;
  return b.width > 0 && s.width > 0 && (b.left < cut.left - 2 || b.right > cut.right + 2);
}).map(t => t.textContent).slice(0, 5)"""


@pytest.mark.parametrize("width", [1280, 390])
def test_report_in_chromium(browser, page, width):
    tab = browser.new_page(viewport={"width": width, "height": 900})
    asked, complaints = [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto(page.as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert complaints == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.evaluate(CLIPPED) == []
    figures = tab.evaluate("[...document.querySelectorAll('figure')].map(f => f.getBoundingClientRect().height)")
    assert len(figures) >= 8
    assert min(figures) > 40
    assert tab.evaluate(
        "[...document.querySelectorAll('figure')].every(f => f.getAttribute('aria-label') || f.querySelector('[aria-label]'))"
    )
    tab.close()


def test_tables_open_by_keyboard(browser, page):
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.goto(page.as_uri())
    details = tab.locator("figure details").first
    details.locator("summary").focus()
    tab.keyboard.press("Enter")
    assert details.get_attribute("open") is not None
    assert details.locator("td").count() > 0
    tab.close()
