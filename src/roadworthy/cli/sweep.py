"""Commands over many questions: sweep a design, and ask in SQL what is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from roadworthy.cli.flags import AsJson, Debug, Whole
from roadworthy.cli.output import emit, talk, within


def sweep(
    design: str,
    *,
    out: Path | None = None,
    workers: Whole = 2,
    scheduler: str | None = None,
    json: AsJson = False,
    quiet: bool = False,
    debug: Debug = False,
) -> int:
    """Answer a whole design of questions; stop it as you like, the same command goes on.

    Parameters
    ----------
    design
        TOML file: what varies over reforms, vehicles, law dates, states and numbers.
    out
        Folder of the results; named after the design when not given.
    workers
        Processes on this machine; 0 works in the one you started.
    scheduler
        Address of a Dask scheduler, tcp://host:port, to work on a cluster.
    quiet
        No progress on stderr.
    """
    from roadworthy.study.design import read
    from roadworthy.study.sweep import sweep as bring

    within(workers, 0, 256, "--workers", "processes")
    asked = read(design)
    folder = out or Path(f"sweep-{asked.id}")
    found = bring(asked, folder, workers=workers, scheduler=scheduler, talk=lambda text: talk(text, quiet or json))
    emit(
        {
            "schema": "roadworthy/sweep/1",
            "folder": str(found.folder),
            "partitions": found.partitions,
            "solved": found.solved,
            "damaged": list(found.damaged),
            "rows": found.rows,
            "seconds": found.seconds,
        },
        lambda said, **_: (
            f"{said['partitions']} partitions, {said['rows']:,} rows in {said['folder']}; {said['solved']} solved now in {said['seconds']:.1f} s\n"
            f"ask: roadworthy sql 'SELECT reform, avg(net_usd_r3) FROM sweep GROUP BY reform' --sweep {said['folder']}"
        ),
        json,
    )
    return 0


def sql(
    question: str,
    *,
    folder: Annotated[
        Path | None, Parameter(name="--sweep", help="Folder of a sweep, or of several; the kept answers when not given.")
    ] = None,
    json: AsJson = False,
    debug: Debug = False,
) -> int:
    """Ask in SQL: table `sweep` of a folder of sweeps, or table `draws` of all kept answers; a view of each where there are several.

    Parameters
    ----------
    question
        A SELECT, such as "SELECT reform, avg(net_usd_r3) FROM draws GROUP BY reform".
    """
    from roadworthy.report.terminal_study import render_table
    from roadworthy.study.query import ask

    found = ask(question, folder)
    emit({"schema": "roadworthy/sql/1", "columns": found.columns, "rows": [list(row) for row in found.rows()]}, render_table, json)
    return 0
