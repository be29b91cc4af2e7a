"""How long the rulebook takes: loading, one full verdict, a class for a million vehicles. Prints; asserts nothing.

python benchmarks/rules_bench.py
"""

from __future__ import annotations

import datetime as dt
import time

import numpy as np


def timed(label: str, work, repeat: int = 5) -> None:
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    print(f"{label:<44}{1e3 * sorted(times)[len(times) // 2]:10.1f} ms (median of {repeat})")


def main() -> None:
    from roadworthy.rules import judge, load_book
    from roadworthy.rules.kernel import class_codes
    from roadworthy.vehicles import find

    timed("book from the compiled cache", load_book.__wrapped__)
    book, vehicle, day = load_book(), find("honda_nbox_jf5"), dt.date(2026, 11, 22)
    timed("one verdict, all doors, with look ahead", lambda: judge(vehicle, book, law_date=day)[0].as_dict())
    timed("one tree of full standards", lambda: judge(vehicle, book, law_date=day, pathways=["fmvss_cert"]))
    rng = np.random.default_rng(0)
    columns = {
        k: rng.uniform(lo, hi, 1_000_000)
        for k, lo, hi in (("length", 2, 5), ("width", 1.2, 2), ("height", 1.2, 2.2), ("displacement", 3e-4, 2e-3))
    }
    timed("kei class of 10^6 vehicles, codes and gaps", lambda: class_codes(book, "jp.class.kei", columns, day))


if __name__ == "__main__":
    main()
