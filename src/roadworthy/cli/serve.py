"""Commands of the live answer: the levers, one answer with some of them moved, and the local page."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from roadworthy.cli.flags import AsJson, Debug, Whole
from roadworthy.cli.output import emit, talk, within

MOST_MESSAGE_BYTES = 8192
STOP_S = 5


def _render_levers(said: dict[str, Any], **_: object) -> str:
    lines = []
    for row in said["levers"]:
        span = "  ".join(c["id"] for c in row["choices"]) if row["choices"] else f"{row['min']:g} to {row['max']:g} {row['unit']}"
        lines.append(f"{row['mark']} {row['id']:<16}{span:<38}{row['label']}")
    return "\n".join(lines)


def levers(*, json: AsJson = False, debug: Debug = False) -> int:
    """What may be moved with `what-if --set` and on the page: id, range, unit."""
    from roadworthy.study.levers import table

    emit({"schema": "roadworthy/levers/1", "levers": table()}, _render_levers, json)
    return 0


def what_if(
    reform: str = "kei-urban",
    *,
    set_: Annotated[list[str] | None, Parameter(name="--set", help="lever=value, as often as you like; see `roadworthy levers`.")] = None,
    vehicle: str | None = None,
    draws: Whole | None = None,
    report: Path | None = None,
    json: AsJson = False,
    quiet: bool = False,
    debug: Debug = False,
) -> int:
    """Answer a preset with some levers moved, as the page does: what-if kei-urban --set roads=35.

    Parameters
    ----------
    reform
        The preset to start from; see `roadworthy rules list`.
    vehicle
        Catalogue id in place of the study's new small car.
    draws
        Monte Carlo draws; the study's own number when not given.
    report
        Write the HTML report to this file.
    quiet
        No talk on stderr.
    """
    from roadworthy.core.errors import UsageError
    from roadworthy.report import render_run, sentences, write
    from roadworthy.study.levers import read
    from roadworthy.study.live import Desk
    from roadworthy.study.scenario import load

    given: dict[str, str] = {}
    for said in set_ or []:
        name, equals, value = said.partition("=")
        if not equals:
            raise UsageError(
                f"--set {said!r} has no equals sign", "write it as lever=value, such as --set roads=35", code="flag.set", where="--set"
            )
        given[name.strip()] = value.strip()
    read({"reform": reform, "vehicle": vehicle or "", **given})  # a wrong name is said before anything is computed
    desk = Desk(load("kei-green-light", draws=draws))
    try:
        choice, notes = desk.read({"reform": reform, "vehicle": vehicle or "", **given})
        for note in notes:
            talk(note, quiet)
        found: Any = desk.full(choice)
    finally:
        desk.close()
    found["sentences"] = sentences(found)
    found["notes"] = notes
    if report is not None:
        talk(f"report     {write(found, report)}", quiet or json)
    emit(dict(found), render_run, json)
    return 0


def serve(
    *, port: Whole = 8000, host: str = "127.0.0.1", study: str = "kei-green-light", draws: Whole | None = None, debug: Debug = False
) -> int:
    """Serve the live page and its API, on this machine alone unless told otherwise.

    Parameters
    ----------
    port
        TCP port.
    host
        Address to listen on; 0.0.0.0 shows the page to everyone on your network.
    study
        Id of a shipped study, or a TOML file.
    draws
        Draws of a full answer; the study's own number when not given.
    """
    from roadworthy.core.errors import UsageError
    from roadworthy.study.scenario import load

    within(float(port), 1.0, 65535.0, "--port", "")
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise UsageError(
            f"--host {host!r} is not an address", "give one such as 127.0.0.1 or 0.0.0.0", code="flag.host", where="--host"
        ) from None
    question = load(study, draws=draws)
    import uvicorn

    from roadworthy.study.live import Desk
    from roadworthy.web import create_app

    shown = f"[{address}]" if address.version == 6 else str(address)
    talk(f"http://{shown}:{port}  (ready in a few seconds; /health says when)")
    if not address.is_loopback:
        talk("open to your network: no password, no cookies, nothing is written but answers under their key")
    uvicorn.run(
        create_app(Desk(question)), host=str(address), port=port, log_level="warning", ws_max_size=MOST_MESSAGE_BYTES, ws_per_message_deflate=False, timeout_graceful_shutdown=STOP_S, server_header=False
    )  # fmt: skip
    return 0
