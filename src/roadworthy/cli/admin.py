"""Commands about the program itself: assumptions, studies, bundled data."""

from __future__ import annotations

from typing import Any

from cyclopts import App

from roadworthy.cli.flags import AsJson, Debug
from roadworthy.cli.output import emit


def _render_assumptions(said: dict[str, Any], **_: object) -> str:
    lines = []
    for row in said["assumptions"]:
        spread = "" if row["p10"] is None else f"{row['p10']:.4g} to {row['p90']:.4g}"
        lines.append(f"{row['mark']} {row['path']:<38}{row['value']:<12.6g}{row['unit']:<14}{spread:<26}{row['meaning']}")
    return "\n".join(lines)


def assumptions(*, json: AsJson = False, debug: Debug = False) -> int:
    """Every uncertain number: value, unit, 10 to 90 % range, status, source."""
    from roadworthy.study.cards import assumption_rows

    emit({"schema": "roadworthy/assumptions/1", "assumptions": assumption_rows()}, _render_assumptions, json)
    return 0


def studies(*, example: bool = False, json: AsJson = False, debug: Debug = False) -> int:
    """The studies that come with the program.

    Parameters
    ----------
    example
        Print the standing study's file, to start your own from.
    """
    from roadworthy.study.scenario import load, shipped

    if example:
        print(shipped()["kei-green-light"].read_text(encoding="utf-8"), end="")
        return 0
    rows = [{"id": name, "title": load(name).title} for name in shipped()]
    emit(
        {"schema": "roadworthy/studies/1", "studies": rows},
        lambda said, **_: "\n".join(f"{r['id']:<22}{r['title']}" for r in said["studies"]),
        json,
    )
    return 0


data = App(name="data", help="The bundled tables: list, lock, verify.", help_format="plaintext")


@data.command(name="list")
def list_tables(*, json: AsJson = False, debug: Debug = False) -> int:
    """Every bundled table: what it holds, where it came from, its licence."""
    from roadworthy.data import catalogue

    rows = [
        {"name": info.name, "what": info.what, "source": info.source, "licence": info.licence, "status": info.status}
        for info in catalogue().values()
    ]
    emit(
        {"schema": "roadworthy/tables/1", "tables": rows},
        lambda said, **_: "\n".join(f"{r['name']:<32}{r['status']:<12}{r['what']}" for r in said["tables"]),
        json,
    )
    return 0


@data.command(name="lock")
def lock_tables(*, debug: Debug = False) -> int:
    """Write the checksum of every bundled table to the lock."""
    from roadworthy.data import lock

    print(f"{len(lock())} files locked")
    return 0


@data.command(name="verify")
def verify_tables(*, json: AsJson = False, debug: Debug = False) -> int:
    """Compare every bundled table with the lock; exit 1 when one differs."""
    from roadworthy.data import verify

    changed = verify()
    emit(
        {"schema": "roadworthy/verify/1", "changed": changed},
        lambda said, **_: "\n".join(f"differs from the lock: {name}" for name in said["changed"]) or "all tables agree with the lock",
        json,
    )
    return 1 if changed else 0
