"""How does the accounting statement become a page of its own?

One HTML file with its style inside and nothing fetched: the statement of OMB Circular A-4, why the headlines moved, who gains, and the
same table as CSV in a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from roadworthy.account import rows_csv
from roadworthy.core import MARK
from roadworthy.core.files import write_atomic
from roadworthy.report import charts_account
from roadworthy.report.html import figure, page, style, uri
from roadworthy.report.normal import normal
from roadworthy.report.tables_record import statement_table


def render_statement_page(summary: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """The page of one reform's statement; `found` is what `study.explain.statement_of` gives."""
    summary = normal(dict(summary) | {"headline": found["reform"]})
    key = str(found["key"])[:7]
    made = [chart for chart in (charts_account.because(summary), charts_account.gain_by_income(summary)) if chart is not None]
    return page(
        "statement",
        {
            "css": style(),
            "key": key,
            "found": found,
            "marks": MARK,
            "statement": statement_table({"accounting_statement": found["rows"]}),
            "figures": [figure(chart, key) for chart in made],
            "csv_uri": uri("text/csv", rows_csv(found["rows"])),
        },
    )


def write_statement(summary: Mapping[str, Any], found: Mapping[str, Any], path: Path | str) -> Path:
    """The page in a file, written whole or not at all."""
    return write_atomic(path, render_statement_page(summary, found))
