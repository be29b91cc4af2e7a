"""Commands around a kept answer and its question: bundle, rerun, compare, cite, break-even, best, indices."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from roadworthy.cli.flags import AsJson, Debug, Whole
from roadworthy.cli.output import emit, low_high, talk

Key = Annotated[str, Parameter(help="Key of a kept answer, or its first letters.")]
Within = Annotated[str | None, Parameter(help="Range as low:high; the input's own bounds when not given.")]


def bundle(key: Key, *, out: Path | None = None, json: AsJson = False, debug: Debug = False) -> int:
    """Pack a kept answer into one zip: study, data lock, versions, answer, draws, report.

    Parameters
    ----------
    out
        The file to write; roadworthy-KEY.zip when not given.
    """
    from roadworthy.report import render
    from roadworthy.study import store
    from roadworthy.study.bundle import make

    found = store.recall(key)
    name, file = make(found["key"], out or Path(f"roadworthy-{found['key']}.zip"), render(found))
    emit(
        {"schema": "roadworthy/bundle/1", "key": name, "file": str(file), "bytes": file.stat().st_size},
        lambda said, **_: f"bundle of {said['key']}: {said['file']}, {said['bytes'] / 1e6:.1f} MB",
        json,
    )
    return 0


def rerun(file: Path, *, json: AsJson = False, debug: Debug = False) -> int:
    """Solve a bundle again and hold every draw against its own; exit 1 when they differ by more than the tolerance.

    Parameters
    ----------
    file
        A file of `roadworthy bundle`.
    """
    from roadworthy.report.terminal_study import render_rerun
    from roadworthy.study.bundle import rerun as solve_again

    found = solve_again(file)
    emit(found, render_rerun, json)
    return 0 if found["within_tolerance"] else 1


def compare(first: Key, second: Key, *, json: AsJson = False, debug: Debug = False) -> int:
    """Two kept answers side by side: what was asked differently and what it changes."""
    from roadworthy.report.terminal_study import render_compare
    from roadworthy.study.compare import compare as beside

    emit(beside(first, second), render_compare, json)
    return 0


def cite(key: Key, *, json: AsJson = False, debug: Debug = False) -> int:
    """How to cite a kept answer, and the sources it rests on."""
    from roadworthy.report.terminal_study import render_cite
    from roadworthy.study.compare import cite as cited

    emit(cited(key), render_cite, json)
    return 0


def _asked(study: str, reform: str | None, route: str, draws: int) -> tuple[Any, Any, str, int, int]:
    """What a search is given: prepared world, study, reform, route and draws."""
    from roadworthy.core import unknown
    from roadworthy.core.axes import ROUTES
    from roadworthy.study import prepare
    from roadworthy.study.scenario import under

    if route not in ROUTES:
        raise unknown("route", route, ROUTES)
    question, name = under(study, reform, draws=draws)
    return prepare(question), question, name, ROUTES.index(route), draws


def break_even(
    name: str,
    other: str | None = None,
    *,
    within: Within = None,
    other_within: Within = None,
    reform: str | None = None,
    route: str = "import",
    study: str = "kei-green-light",
    draws: Whole = 128,
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """At which value of one input, or pair of two, the median net benefit crosses zero.

    Parameters
    ----------
    name
        A number of the reform (policy.duty, policy.quota, ...) or an assumption (account.vsl_usd).
    other
        A second input: the line of pairs is given.
    """
    from dataclasses import asdict

    from roadworthy.report.terminal_study import render_break_even, render_table
    from roadworthy.study import moves, search

    for one in (name, other or name):
        moves.known(one)
    ranges = (low_high(within, "--within"), low_high(other_within, "--other-within"))
    asked = _asked(study, reform, route, draws)
    net, law = search.answerer(*asked), asked[2]
    if other is not None:
        line = search.frontier(net, (name, other), ranges)
        emit(
            {"schema": "roadworthy/frontier/1", "reform": law, "columns": [name, other], "rows": [list(p) for p in line]},
            render_table,
            json,
        )
        return 0 if line else 1
    found = search.break_even(net, name, ranges[0])
    emit({"schema": "roadworthy/break-even/1", "reform": law, "route": route, "draws": draws, **asdict(found)}, render_break_even, json)
    return 0 if found.crossings else 1


def best(
    *names: str,
    reform: str | None = None,
    route: str = "import",
    study: str = "kei-green-light",
    draws: Whole = 128,
    starts: Whole = 2,
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """The values of some inputs at which the mean net benefit is greatest; write NAME or NAME=low:high.

    Parameters
    ----------
    names
        Numbers of the reform, such as policy.duty=0:0.3.
    starts
        Starting points of the search.
    """
    from dataclasses import asdict

    from roadworthy.report.terminal_study import render_best
    from roadworthy.study import moves, search

    split = [name.partition("=") for name in names]
    ranges = {name: low_high(text or None, name) for name, _, text in split}
    for name, given in ranges.items():
        moves.bounds(name, given)
    asked = _asked(study, reform, route, draws)
    found = search.best(search.answerer(*asked), ranges, max(starts, 1), slope=search.slope(*asked, list(ranges)))
    emit({"schema": "roadworthy/best/1", "reform": asked[2], "route": route, "draws": draws, **asdict(found)}, render_best, json)
    return 0


def indices(
    *names: str,
    top: Whole = 5,
    reform: str | None = None,
    route: str = "import",
    study: str = "kei-green-light",
    draws: Whole = 512,
    json: AsJson = False,
    quiet: bool = False,
    debug: Debug = False,
) -> int:
    """Shares of the variance of net benefit: of some inputs, or of those that a gradient at the centre ranks first.

    Parameters
    ----------
    names
        Assumptions; those the gradient ranks first when none are named.
    top
        How many of them.
    """
    from roadworthy.report.terminal_study import render_indices
    from roadworthy.study.sensitivity import sensitivity

    emit(sensitivity(study, reform, route, draws, names, top, lambda text: talk(text, quiet or json)), render_indices, json)
    return 0
