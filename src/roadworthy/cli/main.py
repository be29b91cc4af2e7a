"""The command line: parse, call study and report, present. No formula of the model lives here.

stdout is the answer, stderr is talk. Exit: 0 done; 1 done and the asked condition is false; 2 bad usage; 3 bad input;
4 the model could not solve; 70 our fault; 130 interrupted. Modules here import rooms inside their functions, so that
`roadworthy --help` loads none.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from cyclopts import App
from cyclopts.exceptions import CycloptsError

from roadworthy import __version__
from roadworthy.cli import admin, answer, crash, drive, explain, fleet, judge, law, own, proof, serve, study, sweep, vehicles
from roadworthy.core.errors import RoadworthyError

app = App(
    name="roadworthy",
    help="Should this class of vehicle be allowed on the road, and would anyone buy it?",
    version=__version__,
    help_flags=["--help", "-h"],
    help_format="plaintext",
    help_formatter="plain",
    result_action="return_value",
)

for _function in (
    answer.run,
    answer.sell,
    answer.show,
    answer.report,
    explain.explain,
    explain.statement,
    fleet.fleet,
    fleet.cafe,
    judge.judge,
    crash.crash,
    drive.drive,
    own.fit,
    own.own,
    sweep.sweep,
    sweep.sql,
    study.bundle,
    study.rerun,
    study.compare,
    study.cite,
    study.break_even,
    study.best,
    study.indices,
):
    app.command(_function)
app.command(vehicles.vehicles)
app.command(law.rules)
app.command(admin.assumptions)
app.command(admin.studies)
app.command(admin.data)
app.command(proof.validate)
app.command(proof.bench)
app.command(proof.version)
app.command(serve.serve)
app.command(serve.what_if, name="what-if")
app.command(serve.levers)


def _say(error: RoadworthyError, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"error": error.as_dict()}, ensure_ascii=False))
        return error.exit_code
    place = f"{error.where}: " if error.where and error.where not in error.message else ""
    print(f"error: {place}{error.message}", file=sys.stderr)
    if error.hint:
        print(error.hint, file=sys.stderr)
    return error.exit_code


def _usage(fault: CycloptsError, as_json: bool) -> int:
    message = " ".join(str(fault).split())
    if as_json:
        print(
            json.dumps({"error": {"code": "usage", "message": message, "hint": "see roadworthy --help", "where": ""}}, ensure_ascii=False)
        )
    else:
        print(f"error: {message}\nsee: roadworthy --help", file=sys.stderr)
    return 2


def call(tokens: list[str]) -> int:
    """Run one command line and return its exit code; never a traceback for a user's mistake."""
    as_json = "--json" in tokens
    try:
        result: Any = app(tokens, exit_on_error=False, print_error=False)
    except RoadworthyError as error:
        return _say(error, as_json)
    except CycloptsError as fault:
        return _usage(fault, as_json)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as fault:
        if "--debug" in tokens or os.environ.get("ROADWORTHY_DEBUG"):
            raise
        if as_json:
            print(
                json.dumps(
                    {"error": {"code": "fault", "message": f"{type(fault).__name__}: {fault}", "hint": "please report it", "where": ""}}
                )
            )
        print(f"error: a fault of roadworthy itself: {type(fault).__name__}: {fault}", file=sys.stderr)
        print("please report it with the command you typed; ROADWORTHY_DEBUG=1 shows where it happened", file=sys.stderr)
        return 70
    return result if isinstance(result, int) else 0


def main() -> None:
    """Entry point of the `roadworthy` command."""
    sys.exit(call(sys.argv[1:]))


if __name__ == "__main__":
    main()
