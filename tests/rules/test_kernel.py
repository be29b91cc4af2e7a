"""The kernel over columns says what the tree of each vehicle says, for every door, class and state."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.core import InputError
from roadworthy.rules import Change, Reform, ask, case_of, load_book, reform, reforms
from roadworthy.rules.check import gap_of, met
from roadworthy.rules.columns import Table, last_met, newest
from roadworthy.rules.days import DAYS_PER_YEAR, Span, anniversary, years_between
from roadworthy.rules.judge import in_force
from roadworthy.rules.kernel import Words, judge_columns, sweep

BOOK = load_book()
DAY = dt.date(2026, 11, 22)
EDGES = {
    "length": (3.3, 3.4, 3.401, 4.2), "width": (1.4, 1.48, 1.5), "height": (1.7, 2.0, 2.5), "displacement": (0.0, 550e-6, 660e-6, 1e-3),
    "speed_max": (8.0, 25 * 0.44704, 40 / 3.6, 31.0, 40.0), "gvwr": (700.0, 1360.7, 1360.8, 3000.0, 4600.0), "wheels": (3.0, 4.0),
    "mass_curb": (600.0, 1000.0, 1700.0), "seats": (2.0, 4.0, 5.0), "power_max": (6e3, 15e3, 47e3), "us_certified": (0.0, 1.0),
    "epa_certified": (0.0, 1.0), "esc": (0.0, 1.0), "airbags": (0.0, 1.0), "forward_control": (0.0, 1.0), "headlamps": (0.0, 1.0),
    "units_built": (300.0, 500.0, 501.0), "us_units_per_12mo": (2500.0, 2501.0), "maker_world_production": (10000.0, 10001.0),
    "made_for_roads": (0.0, 1.0), "assembled_in_us": (0.0, 1.0), "show_display_permission": (0.0, 1.0), "exemption_granted": (0.0, 1.0),
    "jp_type_approved": (0.0, 1.0), "payload": (200.0, 351.0), "us.fmvss.108": (0.0, 1.0),
}  # fmt: skip
WORDS = {"body": ("car", "truck", "motorcycle", "van"), "fuel": ("petrol", "electric", "diesel")}
RESULTS = {
    "us.fmvss.208_front_belted.hic15": (699.0, 700.0, 700.5), "us.fmvss.214_pole.hic36": (1000.0, 1001.0),
    "us.fmvss.216a_roof.strength_to_weight": (2.9, 3.0), "un.r94.r94_odb.hic36": (900.0, 1000.1),
    "us.fmvss.500_equipment.mirrors": (0.0, 1.0), "us.fmvss.135_cold_full.stopping_distance": (60.0, 70.0, 80.0),
}  # fmt: skip
QUESTIONS = [
    "jp.class.kei", "us.class.lsv", "us.co.class.kei", "us.nc.class.minitruck", "eu.class.l6e_b", "us.pathway.fmvss_cert",
    "us.pathway.lsv_cert", "us.pathway.motorcycle_cert", "us.pathway.import25", "us.pathway.p555", "us.pathway.show_display",
    "us.pathway.replica", "us.pathway.offroad_import", "us.pathway.ri_capable", "us.sale_new", "us.federal_import", "us.epa_certificate",
    "us.fmvss.214", "us.fmvss.208_front_belted.hic15", "plate.NC",
]  # fmt: skip
RESULTS = {name: values for name, values in RESULTS.items() if name in set(BOOK.test_ids())}
FIRST, LAST = dt.date(1975, 1, 1).toordinal(), dt.date(2030, 1, 1).toordinal()
seeds = st.integers(0, 2**32 - 1)


def table_of(seed):
    """A few vehicles: each column given or not, each value known or not, values on and beside the bounds."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 6))
    columns = {name: rng.choice([*edges, np.nan], n) for name, edges in EDGES.items() if rng.random() < 0.6}
    for name, words in WORDS.items():
        columns[name] = Words.of([str(word) for word in rng.choice([*words, ""], n)])
    first = [None if rng.random() < 0.2 else dt.date.fromordinal(int(d)) for d in rng.integers(FIRST, LAST, n)]
    span = int(rng.choice([0, 0, 200]))
    columns["built"] = np.array(first, dtype="datetime64[D]")
    if span:
        columns["built_last"] = columns["built"] + span
    results = {name: rng.choice([*edges, np.nan], n) for name, edges in RESULTS.items() if rng.random() < 0.5}
    return n, columns, results, [None if d is None else Span(d, d + dt.timedelta(days=span)) for d in first]


def one(columns, results, built, i, book, when):
    """The same vehicle, alone."""
    facts = {n: float(c[i]) for n, c in columns.items() if isinstance(c, np.ndarray) and c.dtype.kind == "f" and c[i] == c[i]}
    facts |= {n: c.words[c.codes[i]] for n, c in columns.items() if isinstance(c, Words) and c.codes[i] >= 0}
    given_results = {n: float(c[i]) for n, c in results.items() if c[i] == c[i]}
    return case_of(facts, book, law_date=when, built=built[i], results=given_results)


def same(question, table, book, when):
    n, columns, results, built = table
    found = judge_columns(question, columns, results=results, book=book, law_date=when)
    alone = judge_columns(question, columns, results=results, book=book, law_date=when, with_gaps=False)
    assert np.array_equal(alone.codes, found.codes) and not alone.gaps
    for i in range(n):
        node = ask(one(columns, results, built, i, book, when), question)
        assert int(found.codes[i]) == int(node.verdict), (question, i, node.as_dict())
        gaps: dict[str, float] = {}
        for leaf in node.leaves():
            if leaf.gap is not None and leaf.limit:
                gaps.setdefault(leaf.limit, leaf.gap)
        for limit, gap in gaps.items():
            if limit in found.gaps:
                assert found.gaps[limit][i] == pytest.approx(gap, rel=1e-9, abs=1e-9), (question, limit)
        for limit, column in found.gaps.items():
            assert np.isnan(column[i]) or limit in gaps, (question, limit, i)


@pytest.mark.parametrize("question", QUESTIONS)
@settings(max_examples=3, deadline=None)
@given(seeds, st.sampled_from([DAY, dt.date(2003, 6, 1), dt.date(2030, 10, 1)]))
def test_kernel_equals_tree(question, seed, when):
    same(question, table_of(seed), BOOK, when)


@pytest.mark.parametrize("name", ["kei-urban", "lsv-35", "mutual-recognition", "announcement"])
@settings(max_examples=3, deadline=None)
@given(seeds)
def test_kernel_equals_tree_under_reforms(name, seed):
    law = in_force(case_of({}, BOOK, law_date=DAY), reform(name)).book
    doors = [p for p in law.pathways if law.pathways[p].reform] or ["us.pathway.lsv_cert"]
    same(doors[0], table_of(seed), law, DAY)


def test_every_reform_over_one_table_is_each_alone():
    rng = np.random.default_rng(3)
    n = 500
    columns = {"speed_max": rng.uniform(8, 25, n), "gvwr": rng.uniform(500, 1800, n), "wheels": rng.choice([3.0, 4.0], n)}
    wider = [
        Reform(f"r{k}", "r", changes=(Change("set", "us.class.lsv.speed_max", dt.date(2026, 1, 1), 25.0 + k, "mph"),)) for k in range(4)
    ]
    codes = sweep("us.class.lsv", columns, [reform("none"), *wider], law_date=DAY)
    assert np.array_equal(codes[0], judge_columns("us.class.lsv", columns, law_date=DAY).codes)
    for k, law in enumerate(wider):
        assert np.array_equal(codes[k + 1], judge_columns("us.class.lsv", columns, book=BOOK.under(law), law_date=DAY).codes)
    # raising a cap never shuts the class
    assert all((codes[k + 1] >= codes[k])[codes[k] == 3].all() for k in range(1, 4)) and (codes[4] != codes[1]).any()


def test_rows_part_only_where_the_law_does():
    """Numbers that leaves alone compare need one tree; a body or a build date that the text asks for needs more."""
    rng = np.random.default_rng(5)
    size = {
        "length": rng.uniform(2, 5, 900),
        "width": rng.uniform(1, 2, 900),
        "height": rng.uniform(1, 3, 900),
        "displacement": rng.uniform(0, 1e-3, 900),
    }
    assert judge_columns("jp.class.kei", size, law_date=DAY).trees == 1
    fuels = size | {"fuel": Words.of(["petrol", "electric"] * 450)}
    assert judge_columns("jp.class.kei", fuels, law_date=DAY).trees == 2
    assert judge_columns("jp.class.kei", size, law_date=DAY).matrix().shape == (900, 4)


@given(
    st.sampled_from(["<=", "<", ">=", ">"]), st.floats(-1e6, 1e6).filter(lambda b: b == 0 or abs(b) > 1e-6), st.integers(-3, 3),
    st.sampled_from([-1e-9, 0.0, 1e-9, 1e-3]),
)  # fmt: skip
def test_the_last_number_that_meets_a_limit(op, bound, steps, off):
    """Answers alone compare with one number; it parts numbers exactly where the gap of the tree does."""
    edge = last_met(op, bound)
    for x in (edge, bound + off * (abs(bound) or 1.0), bound):
        for _ in range(abs(steps)):
            x = math.nextafter(x, math.copysign(math.inf, steps))
        assert (x <= edge if op in ("<=", "<") else x >= edge) == met(gap_of(x, op, bound), op, bound)


def test_ages_of_a_calendar_are_the_ages_of_its_days():
    built = np.arange(np.datetime64("1995-12-30"), np.datetime64("2004-03-03"))
    for entry in (dt.date(2021, 2, 28), dt.date(2021, 3, 1), dt.date(2024, 2, 29), dt.date(2003, 6, 1)):
        ages = Table({"built": built}, {}).ages(entry, 25)
        for d, short in zip(built.tolist(), ages, strict=True):
            wanted = 25 - years_between(d, entry) if d <= entry else 25 + (d - entry).days / DAYS_PER_YEAR
            assert short == pytest.approx(wanted, abs=1e-12), (d, entry)


def test_a_last_day_of_manufacture_is_given_and_not_before_the_first():
    built = np.array(["1998-03-10", "1999-01-01"], dtype="datetime64[D]")
    for last in (["1998-04-10", "NaT"], ["1998-04-10", "1998-12-31"]):
        with pytest.raises(InputError) as fault:
            judge_columns("us.pathway.import25", {"built": built, "built_last": np.array(last, dtype="datetime64[D]")}, law_date=DAY)
        assert "row 1" in fault.value.message and fault.value.hint


@pytest.mark.parametrize(
    ("columns", "names"),
    [({"length": ["long"]}, "long"), ({"built": ["2026-02-30"]}, "2026-02-30"), ({"length": [[3.0, 3.4]]}, "axes")],
    ids=["words", "day", "axes"],
)
def test_columns_that_are_none(columns, names):
    with pytest.raises(InputError) as fault:
        judge_columns("jp.class.kei", columns, law_date=DAY)
    assert names in fault.value.message and fault.value.hint


def test_a_table_made_once_answers_many_questions():
    columns = {
        "length": np.array([3.3, 3.5]),
        "width": np.array([1.4, 1.4]),
        "height": np.array([1.7, 1.7]),
        "displacement": np.array([6e-4, 6e-4]),
    }
    made = Table(columns, {})
    for question in ("jp.class.kei", "us.class.lsv"):
        assert np.array_equal(judge_columns(question, made, law_date=DAY).codes, judge_columns(question, columns, law_date=DAY).codes)


def test_chunks_do_not_show(monkeypatch):
    import roadworthy.rules.kernel as kernel

    rng = np.random.default_rng(7)
    columns = {"speed_max": rng.uniform(8, 40, 24), "gvwr": rng.uniform(500, 1800, 24), "body": Words(rng.integers(-1, 2, 24), ("car", "truck")),
               "wheels": np.where(rng.random(24) < 0.5, 3.0, 4.0), "us_certified": rng.choice([0.0, 1.0, np.nan], 24)}  # fmt: skip
    whole = judge_columns("us.sale_new", columns, law_date=DAY)
    monkeypatch.setattr(kernel, "CHUNK", 9)
    parts = judge_columns("us.sale_new", columns, law_date=DAY)
    assert np.array_equal(whole.codes, parts.codes) and set(whole.gaps) == set(parts.gaps)
    for limit, column in whole.gaps.items():
        assert np.array_equal(column, parts.gaps[limit], equal_nan=True), limit


def test_shortfall_and_counts():
    found = judge_columns(
        "us.class.lsv", {"speed_max": np.array([10.0, 20.0, np.nan]), "gvwr": np.full(3, 900.0), "wheels": np.full(3, 4.0)}, law_date=DAY
    )
    assert found.counts() == {"yes": 1, "discretionary": 0, "unknown": 1, "no": 1}
    short = found.shortfall("us.class.lsv.speed_max")
    assert short[0] == 0 and short[1] == pytest.approx(20 / 0.44704 - 25) and np.isnan(short[2])
    with pytest.raises(InputError, match="no limit"):
        found.shortfall("us.class.lsv.speed")


@given(st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31)), st.integers(1, 40))
def test_newest_day_that_is_old_enough(entry, years):
    day = newest(entry, years)
    assert anniversary(day, years) <= entry < anniversary(day + dt.timedelta(days=1), years)


def test_wrong_tables_are_refused():
    with pytest.raises(InputError, match="no fact is called 'lenght'") as fault:
        judge_columns("jp.kei_1998_660", {"lenght": np.array([3.4]), "id": np.array([7.0])}, law_date="2026-11-22")
    assert "length" in fault.value.hint
    with pytest.raises(InputError, match="gvwr of row 1 is -3"):
        judge_columns("us.class.lsv", {"gvwr": np.array([900.0, -3.0])}, law_date=DAY)
    with pytest.raises(InputError, match="'gvwr' has 1 rows"):
        judge_columns("us.class.lsv", {"wheels": np.ones(2), "gvwr": np.ones(1)}, law_date=DAY)
    with pytest.raises(InputError, match="no class"):
        judge_columns("us.class.lsw", {"gvwr": np.ones(1)}, law_date=DAY)
    with pytest.raises(InputError, match="no limit"):
        judge_columns("us.class.lsv", {"gvwr": np.ones(1)}, results={"us.fmvss.208_front.hic16": np.ones(1)}, law_date=DAY)
    assert len(reforms()) >= 9
