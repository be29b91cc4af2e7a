"""How long does the law take? Loading, one verdict, a million vehicles through whole doors with every gap, twenty reforms, a peer.

python -m benchmarks.rules_bench

The peer is OpenFisca-Core (AGPL-3.0), installed apart: name its interpreter in ROADWORTHY_OPENFISCA_PYTHON. Prints; asserts nothing about
time. Answers of both engines on the same five rules are compared.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.row import Row, say

DAY = dt.date(2026, 11, 22)
MILLION = 1_000_000
REFORMS, FLEET = 20, 100_000
HERE = Path(__file__).parent


def timed(label: str, work, repeat: int = 5) -> float:
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    middle = sorted(times)[len(times) // 2]
    print(f"{label:<64}{1e3 * middle:10.1f} ms (median of {repeat}, least {1e3 * min(times):.1f})", flush=True)
    return middle


def fleet(n: int) -> dict:
    from roadworthy.rules.kernel import Words

    rng = np.random.default_rng(0)
    return {
        "length": rng.uniform(2, 5, n), "width": rng.uniform(1.2, 2, n), "height": rng.uniform(1.2, 2.2, n), "displacement": rng.uniform(3e-4, 2e-3, n),
        "speed_max": rng.uniform(8, 40, n), "gvwr": rng.uniform(500, 1800, n), "wheels": rng.choice([3.0, 4.0], n), "mass_curb": rng.uniform(500, 1400, n),
        "body": Words(rng.integers(0, 3, n), ("car", "truck", "van")), "fuel": Words(rng.integers(0, 2, n), ("petrol", "electric")),
        "epa_certified": rng.choice([0.0, 1.0], n), "built": np.datetime64("1980-01-01") + rng.integers(0, 16000, n).astype("timedelta64[D]"),
    }  # fmt: skip


def doors(columns: dict) -> None:
    """A million vehicles, every limit of a door, every gap."""
    from roadworthy.rules.kernel import Words, judge_columns
    from roadworthy.rules.reading import load_book

    n = len(columns["length"])
    for question in ("jp.class.kei", "us.pathway.lsv_cert", "us.pathway.import25"):
        found = judge_columns(question, columns, law_date=DAY)
        timed(
            f"{n:,} vehicles, {question}: {len(found.gaps)} gaps, {found.trees} trees",
            lambda q=question: judge_columns(q, columns, law_date=DAY),
        )
    rng = np.random.default_rng(1)
    new = {name: column for name, column in columns.items() if name != "built"} | {
        "wheels": np.full(n, 4.0),
        "forward_control": np.zeros(n),
    }
    new |= {
        "body": Words(np.zeros(n, dtype=int), ("car",)),
        "fuel": Words(np.zeros(n, dtype=int), ("petrol",)),
        "speed_max": rng.uniform(36, 50, n),
    }
    tests = [
        t for s in load_book().standards.values() if s.id.startswith("us.") for t in s.tests if t.role == "test" and t.bound is not None
    ]
    results = {t.id: rng.uniform(0, 2 * t.bound + 1, n) for t in tests}
    found = judge_columns("us.pathway.fmvss_cert", new, results=results, law_date=DAY)
    label = f"{n:,} new cars, full standards: {len(found.gaps)} gaps of test results, {found.trees} trees"
    del found
    timed(label, lambda: judge_columns("us.pathway.fmvss_cert", new, results=results, law_date=DAY), 3)


def reforms(columns: dict) -> None:
    """Many reforms over one table: what a reform leaves alone is computed once."""
    from roadworthy.rules import Change, Reform
    from roadworthy.rules.kernel import Words, sweep

    small = {k: Words(v.codes[:FLEET], v.words) if isinstance(v, Words) else v[:FLEET] for k, v in columns.items()}
    laws = [Reform(f"lsv-{25 + k}", "r", changes=(Change("set", "us.class.lsv.speed_max", DAY, 25.0 + k, "mph"),)) for k in range(REFORMS)]
    timed(f"{REFORMS} reforms x {FLEET:,} vehicles, us.class.lsv", lambda: sweep("us.class.lsv", small, laws, law_date=DAY))
    timed(f"{REFORMS} reforms x {FLEET:,} vehicles, us.pathway.lsv_cert", lambda: sweep("us.pathway.lsv_cert", small, laws, law_date=DAY))


def toy(columns: dict, repeat: int = 3) -> tuple[float, dict[str, int]]:
    """The peer's five rules by our kernel: kei class, low-speed class, 25 years, whether 216a binds, a road of 35 mph."""
    from roadworthy.core.units import MPH
    from roadworthy.rules.kernel import Table, judge_columns

    posted = columns["posted"]
    ours = {k: v for k, v in columns.items() if k not in ("posted", "age_years", "built_day")}
    timed(
        f"{len(posted):,} vehicles, the table made and checked (the peer's input is set before its clock starts, too)",
        lambda: Table(ours, {}),
        3,
    )
    made = Table(ours, {})
    counts: dict[str, int] = {}

    def work(with_gaps: bool = False) -> None:
        for name, question in (("kei", "jp.class.kei"), ("lsv", "us.class.lsv"), ("old", "us.pathway.import25"), ("roof", "us.fmvss.216a")):
            counts[name] = judge_columns(question, made, law_date=DAY, with_gaps=with_gaps).counts()["yes"]
        counts["road"] = int((posted <= 35 * MPH * (1 + 1e-9)).sum())

    if repeat > 1:
        timed(f"{len(posted):,} vehicles, five rules, with every gap", lambda: work(True), repeat)
    return timed(f"{len(posted):,} vehicles, five rules, answers alone", work, repeat), counts


def rows(quick: bool = False) -> list[Row]:
    """Five rules of the book by OpenFisca-Core and by us, on the same columns."""
    size = MILLION // 10 if quick else MILLION
    problem = f"five rules for {size:,} vehicles, yes or no"
    how = "AGPL, so installed apart: python -m venv of && of/bin/pip install openfisca-core; set ROADWORTHY_OPENFISCA_PYTHON=of/bin/python"
    python = os.environ.get("ROADWORTHY_OPENFISCA_PYTHON", "")
    if not python:
        return [Row("rules", "OpenFisca-Core", problem, absent=how)]
    columns = {k: v for k, v in fleet(size).items() if k in ("length", "width", "height", "displacement", "speed_max", "wheels", "gvwr")}
    columns["built"] = np.datetime64("1980-01-01") + np.random.default_rng(2).integers(0, 16000, size).astype("timedelta64[D]")
    columns["age_years"] = (np.datetime64(DAY) - columns["built"]).astype(float) / 365.2425
    columns["built_day"] = (columns["built"] - np.datetime64("1970-01-01")).astype(float)
    columns["posted"] = np.random.default_rng(3).choice([25, 35, 45, 55], size) * 0.44704
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "columns.npz"
        np.savez(file, **{k: v for k, v in columns.items() if k != "built"})
        done = subprocess.run([python, str(HERE / "openfisca_toy.py"), str(file)], capture_output=True, text=True)
    if done.returncode:
        why = done.stderr.strip().splitlines()[-1] if done.stderr else "no message"
        return [Row("rules", "OpenFisca-Core", problem, absent=f"{how} (it stopped: {why[:120]})")]
    theirs = json.loads(done.stdout.strip().splitlines()[-1])
    seconds, counts = toy(columns, 1 if quick else 3)
    differ = {k: abs(counts[k] - theirs["counts"][k]) for k in counts if counts[k] != theirs["counts"][k]}
    named = ", ".join(f"{k} in {n:,} of {size:,}" for k, n in differ.items())
    note = (
        f"answers differ: {named} (25 years: ours counts anniversaries, theirs years of 365.2425 days)" if differ else "no answer differs"
    )
    return [
        Row(
            "rules",
            f"OpenFisca-Core {theirs.get('version', '')}".rstrip(),
            problem,
            seconds,
            theirs["seconds"],
            note=f"theirs has no gap and no unknown; {note}",
        )
    ]


def main() -> None:
    from roadworthy.rules import judge, load_book
    from roadworthy.vehicles import find

    start = time.perf_counter()
    said = "import numpy, time; t = time.perf_counter(); import roadworthy.rules as r; r.load_book(); print(time.perf_counter() - t)"
    beyond = [float(subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout) for _ in range(3)]
    print(
        f"{'import of rules and load of the book, beyond numpy':<64}{1e3 * sorted(beyond)[1]:10.1f} ms ({time.perf_counter() - start:.1f} s for three starts)"
    )
    timed("book from the compiled cache", load_book.__wrapped__)
    book, vehicle = load_book(), find("honda_nbox_jf5")
    timed("one verdict, all doors, with look ahead", lambda: judge(vehicle, book, law_date=DAY)[0].as_dict())
    timed("one tree of full standards", lambda: judge(vehicle, book, law_date=DAY, pathways=["fmvss_cert"]))
    columns = fleet(MILLION)
    doors(columns)
    reforms(columns)
    say(rows())


if __name__ == "__main__":
    main()
