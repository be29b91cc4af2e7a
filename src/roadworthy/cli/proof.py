"""Commands about trust: what the model is held against, how it does beside its peers, and exactly which program and data are installed."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from roadworthy.cli.flags import AsJson, Debug
from roadworthy.cli.output import emit, talk


def validate(
    *,
    room: str | None = None,
    data: Path | None = None,
    report: Path | None = None,
    strict: bool = False,
    every: bool = False,
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """Every published fact the model is held against, with the misses.

    Parameters
    ----------
    room
        Only this room, such as crash or energy.
    data
        Folder of full public files: compute their facts anew from every row and compare. Files that are missing are named.
    report
        Write the page with its scatter plots to this file.
    strict
        Exit with 1 when a fact is outside its tolerance.
    every
        Print every fact, also those inside their tolerance.
    """
    from roadworthy import __version__
    from roadworthy.report import render_validation, write_validation_page
    from roadworthy.study.validation import validate as held_against

    found = held_against(room, data)
    if report is not None:
        talk(f"page       {write_validation_page(found, __version__, report)}", json)
    emit(found, partial(render_validation, every=every), json)
    totals = [found["total"], found["public"]["total"]] if data is not None else [found["total"]]
    return 1 if strict and any(total["unseen_outside"] + total["fitted_outside"] for total in totals) else 0


def bench(*rooms: str, quick: bool = False, peers: str | None = None, json: AsJson = False, debug: Debug = False) -> int:
    """Every comparison with a peer program in one table, run now; peers that are not installed are named.

    Parameters
    ----------
    rooms
        Only these rooms, such as crash or market.
    quick
        Smaller problems, a minute or two.
    peers
        Python of an environment that has the peers; the one in ROADWORTHY_PEERS_PYTHON or this one when not given.
    """
    from roadworthy.report import render_bench
    from roadworthy.study.beside import beside_peers

    emit(beside_peers(rooms, quick, peers), render_bench, json)
    return 0


def version(*, json: AsJson = False, debug: Debug = False) -> int:
    """The program, its data lock and the libraries that decide its numbers."""
    import platform
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as of

    from roadworthy import __version__
    from roadworthy.core.files import digest
    from roadworthy.data.tables import LOCK

    said: dict[str, str] = {
        "schema": "roadworthy/version/1",
        "roadworthy": __version__,
        "data": digest(LOCK.read_text(encoding="utf-8")),
        "python": platform.python_version(),
    }
    for name in ("jax", "jaxlib", "numpy", "scipy", "polars"):
        try:
            said[name] = of(name)
        except PackageNotFoundError:
            said[name] = "not installed"
    emit(said, lambda answer, **_: "\n".join(f"{k:<12}{v}" for k, v in answer.items() if k != "schema"), json)
    return 0
