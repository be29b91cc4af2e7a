"""Commands about the rulebook: which reforms there are, what each changes."""

from __future__ import annotations

from typing import Any

from cyclopts import App

from roadworthy.cli.flags import AsJson, Debug
from roadworthy.cli.output import emit

rules = App(name="rules", help="The rulebook and its reforms: list, show.", help_format="plaintext")


def _render_list(said: dict[str, Any], **_: object) -> str:
    return "\n".join(f"{row['id']:<22}{row['title']}" for row in said["reforms"])


def _render_show(said: dict[str, Any], **_: object) -> str:
    lines = [f"{said['id']}: {said['title']}", said["words"], "", "changes"]
    lines += [f"  {change}" for change in said["changes"]] or ["  nothing"]
    lines += ["", f"leaves out: {said['leaves_out']}", "", "levers"]
    for lever in said["levers"]:
        lines += [f"  {lever['mark']} {lever['path']} = {lever['value']} {lever['unit']}".rstrip(" -"), f"      {lever['source']}"]
    return "\n".join(lines)


@rules.command(name="list")
def list_reforms(*, json: AsJson = False, debug: Debug = False) -> int:
    """The reforms that come with the program."""
    from roadworthy.rules import reforms

    rows = [{"id": name, "title": found.title, "words": found.words} for name, found in reforms().items()]
    emit({"schema": "roadworthy/reforms/1", "reforms": rows}, _render_list, json)
    return 0


@rules.command(name="show")
def show_reform(reform: str, *, json: AsJson = False, debug: Debug = False) -> int:
    """What one reform changes, lever by lever, with sources.

    Parameters
    ----------
    reform
        Id of a shipped reform.
    """
    from roadworthy.study.cards import reform_card

    emit(reform_card(reform), _render_show, json)
    return 0
