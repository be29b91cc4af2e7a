"""How long the chain takes: one block of draws through the compiled `evaluate`, and every reform of the standing study."""

from __future__ import annotations

import statistics
import time

from roadworthy.study import draw, load, prepare
from roadworthy.study.run import BLOCK, outcomes


def main() -> None:
    study = load("kei-green-light")
    began = time.perf_counter()
    prepared = prepare(study)
    print(f"prepare                    {time.perf_counter() - began:.2f} s")
    drawn = draw(study.draws, study.seed)
    began = time.perf_counter()
    first = outcomes([prepared.world.base], prepared.world, drawn)
    print(f"one reform, {study.draws} draws      {time.perf_counter() - began:.2f} s with tracing and compiling")
    times = []
    for _ in range(5):
        began = time.perf_counter()
        again = outcomes([prepared.world.base], prepared.world, drawn)
        times.append(time.perf_counter() - began)
    assert (again.net_usd == first.net_usd).all()
    print(
        f"the same, warm             {statistics.median(times):.2f} s, {statistics.median(times) / study.draws * 1e3:.3f} ms a draw, blocks of {BLOCK}"
    )


if __name__ == "__main__":
    main()
