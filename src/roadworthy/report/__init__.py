"""The answer put before people: sentences, charts, silhouettes, the one-file HTML report and the terminal.

`render(summary)` and `write(summary, path)` give the report, `render_run` and its sisters the terminal, `sentences` the plain
words, `charts` the figures with their Vega-Lite specs. The parts are imported on use, so that asking for a sentence loads no chart machinery.
"""

from __future__ import annotations

from typing import Any

_HOME = {
    "sentences": "plain_words",
    "charts": "gallery",
    "render_sell": "terminal_sell",
    "render_vehicles": "terminal_vehicles",
    "render": "html",
    "write": "html",
    "render_run": "terminal",
    "render_explain": "terminal_account",
    "render_statement": "terminal_account",
    "write_statement": "statement_page",
    "render_fleet": "terminal_fleet",
    "render_held_fleet": "terminal_fleet",
    "render_ledger": "terminal_fleet",
    "render_judge": "terminal_law",
    "render_crash": "terminal_crash",
    "render_drive": "terminal_drive",
    "render_fit": "terminal_own",
    "render_own": "terminal_own",
    "render_vehicle": "terminal_vehicles",
    "render_validation": "terminal_validation",
    "render_bench": "terminal_bench",
    "write_validation_page": "validation_page",
    "render_compare": "terminal_vehicles",
    "render_audit": "terminal_vehicles",
    "render_identity": "terminal_vehicles",
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
