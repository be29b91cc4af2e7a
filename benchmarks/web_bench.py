"""How quick the live page is: the desk alone, key press to all charts in Chromium, first load, and many readers dragging at once.

    python -m benchmarks.web_bench [readers] [seconds]

Everything runs on this machine and its own address; the load average is printed, because a busy machine answers later.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request

from roadworthy.study.levers import Choice
from roadworthy.study.live import PASSING, QUICK, Desk

MOVES = 100
READERS, SECONDS = 50, 60.0
OPENING_S = 300.0
OK = 200
"""A page with its answer; 202 is a page that says that it waits."""
STEPS = {
    "duty": [x / 2 for x in range(80)],
    "roads": list(range(20, 80, 5)),
    "vsl": [5 + x / 2 for x in range(30)],
    "consideration": [5 + 2.5 * x for x in range(38)],
}


def said(name: str, seconds: list[float]) -> None:
    ordered = sorted(1e3 * s for s in seconds)
    p95 = ordered[min(int(0.95 * len(ordered)), len(ordered) - 1)]
    print(f"{name:<52} p50 {statistics.median(ordered):7.1f} ms   p95 {p95:7.1f}   max {ordered[-1]:7.1f}   n {len(ordered)}")


def load() -> str:
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def desk() -> None:
    """The answer alone, without a page: lever by lever, nothing asked twice."""
    opened = Desk().open()
    print(
        f"desk opens in {opened.seconds['open']:.1f} s (prepare {opened.seconds['prepare']:.1f} s); {PASSING} draws in passing, {QUICK} quick, {opened.study.draws} full; {load()}"
    )
    for lever, values in STEPS.items():
        took, spent = [], time.process_time()
        for value in values:
            began = time.perf_counter()
            choice, _ = opened.read({"reform": "kei-urban", lever: value})
            opened.quick(choice, passing=True)
            took.append(time.perf_counter() - began)
        said(f"answer in passing, {PASSING} draws, lever {lever}", took)
        print(f"{'':<52} {1e3 * (time.process_time() - spent) / len(values):7.1f} ms of processor each, whatever else runs")
    took = []
    for mph in (30, 35, 40, 50):
        began = time.perf_counter()
        opened.full(Choice("kei-urban", (("roads", float(mph)),)))
        took.append(time.perf_counter() - began)
    said("full answer with tornado", took)
    opened.close()


def server() -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "roadworthy.cli.main", "serve", "--port", str(port)])
    address = f"http://127.0.0.1:{port}"
    readable = 0.0
    while time.perf_counter() < began + OPENING_S:
        try:
            if not readable:
                with urllib.request.urlopen(address, timeout=OPENING_S) as got:
                    readable = time.perf_counter() - began if got.status == OK else 0.0
            with urllib.request.urlopen(f"{address}/health", timeout=5) as got:
                if readable and json.load(got)["status"] == "ready":
                    print(
                        f"page readable {readable:.1f} s after the process began, desk open after {time.perf_counter() - began:.1f} s; {load()}"
                    )
                    return process, address
        except OSError:
            pass
        time.sleep(0.1)
    process.terminate()
    raise SystemExit("the server did not open")


def page(address: str) -> None:
    """Key press to the frame in which all charts have changed; drags; first load."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("Chromium is absent: the page is not measured")
        return
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print("Playwright is absent: the page is not measured")
        return
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page(viewport={"width": 1280, "height": 820})
        line, sizes, elsewhere = tab.context.new_cdp_session(tab), [], []
        line.send("Network.enable")
        line.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        tab.on("request", lambda request: None if request.url.startswith((address, "data:")) else elsewhere.append(request.url))
        began = time.perf_counter()
        tab.goto(address)
        readable = time.perf_counter() - began
        tab.wait_for_selector("body[data-ready]")
        print(
            f"first load {sum(sizes) / 1e6:.2f} MB in {len(sizes)} requests; readable after {readable:.2f} s, live after {time.perf_counter() - began:.2f} s; {load()}"
        )
        tab.evaluate(
            """() => { window.moved = (id, key) => new Promise(done => { const lever = document.getElementById(id); const was = document.body.dataset.answer; const began = performance.now();
            const seen = new MutationObserver(() => { if (document.body.dataset.answer !== was) { seen.disconnect(); requestAnimationFrame(() => done(performance.now() - began)); } });
            seen.observe(document.body, {attributes: true, attributeFilter: ['data-answer']});
            lever.value = Number(lever.value) + key * Number(lever.step); lever.dispatchEvent(new Event('input', {bubbles: true})); }); }"""
        )
        for lever in ("duty", "quota", "vsl"):
            # from the low end upward, so that no answer is asked twice
            steps = tab.evaluate(
                "id => { const lever = document.getElementById(id); lever.value = lever.min; return Math.round((lever.max - lever.min) / lever.step); }",
                f"l-{lever}",
            )
            took = [tab.evaluate("([id, key]) => window.moved(id, key)", [f"l-{lever}", 1]) / 1e3 for _ in range(min(steps, MOVES))]
            said(f"move of {lever} to all charts updated", took[1:])
        box = tab.locator("#l-consideration").bounding_box()
        assert box
        tab.evaluate(
            "() => { window.answers = 0; new MutationObserver(() => window.answers++).observe(document.body, {attributes: true, attributeFilter: ['data-answer']}); }"
        )
        tab.mouse.move(box["x"] + 8, box["y"] + 9)
        tab.mouse.down()
        began = time.perf_counter()
        for i in range(60):
            tab.mouse.move(box["x"] + 8 + i * (box["width"] - 16) / 60, box["y"] + 9)
            time.sleep(max(0.0, (i + 1) / 60.0 - (time.perf_counter() - began)))
        span = time.perf_counter() - began
        tab.mouse.up()
        print(
            f"a drag of {span:.1f} s                                    {tab.evaluate('window.answers') / span:.1f} updates a second; {load()}"
        )
        print(f"requests off this machine                            {len(elsewhere)}")
        browser.close()


async def reader(address: str, number: int, ends: float, took: list[float], faults: list[str]) -> None:
    """One who drags: asks, waits for the answer, asks again with another value."""
    import websockets

    levers = list(STEPS)
    async with websockets.connect(f"ws{address[4:]}/live", max_size=2**20) as line:
        i = 0
        while time.monotonic() < ends:
            i += 1
            lever = levers[(number + i) % len(levers)]
            value = STEPS[lever][(7 * number + i) % len(STEPS[lever])]
            began = time.perf_counter()
            await line.send(json.dumps({"id": i, "reform": "kei-urban", "moved": {lever: value, "dealers": 50 + 50 * (number % 40)}}))
            while True:
                got = json.loads(await line.recv())
                if "error" in got:
                    faults.append(got["error"]["message"])
                if got["id"] == i:
                    break
            took.append(time.perf_counter() - began)


async def crowd(address: str, process: subprocess.Popen[bytes], readers: int, seconds: float) -> None:
    took: list[float] = []
    faults: list[str] = []
    ends = time.monotonic() + seconds
    done = await asyncio.gather(*(reader(address, n, ends, took, faults) for n in range(readers)), return_exceptions=True)
    said(f"{readers} readers dragging for {seconds:.0f} s", took)
    try:
        with open(f"/proc/{process.pid}/status", encoding="utf-8") as file:  # noqa: PTH123
            memory = next(line.split()[1] for line in file if line.startswith("VmRSS"))
        print(f"memory of the server                                 {int(memory) / 1024:.0f} MB")
    except OSError:
        pass
    lost = [fault for fault in done if isinstance(fault, BaseException)]
    print(f"errors                                               {len(faults) + len(lost)}; {load()}")


def main() -> None:
    arguments = [x for x in sys.argv[1:] if x.replace(".", "").isdigit()]
    readers, seconds = (int(arguments[0]) if arguments else READERS), (float(arguments[1]) if len(arguments) > 1 else SECONDS)
    desk()
    process, address = server()
    try:
        page(address)
        asyncio.run(crowd(address, process, readers, seconds))
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    main()
