"""Which charts does an answer have?

Every chart of a Summary by its name, in the order of the report; a chart whose numbers are not known is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.report import charts_account, charts_crash, charts_launches, charts_own, charts_prices, charts_sales
from roadworthy.report import charts_answer as answer
from roadworthy.report.chart import NARROW, WIDE, Chart
from roadworthy.report.normal import normal
from roadworthy.report.pictures import crash, lineup
from roadworthy.report.reading import records
from roadworthy.report.state_map import plates

__all__ = ["NARROW", "WIDE", "Chart", "charts"]


def charts(summary: Mapping[str, Any]) -> dict[str, Chart]:
    """All charts that the numbers allow, by id: lineup, sales, prices, launches, deaths, because, income, waterfall, waterfall-7, tornado, crash, pulses,
    risk-*, fronts, mass-ratio, plates, own, wins.
    """
    summary = normal(summary)
    later = answer.waterfall(summary, "7")
    made = [
        lineup(summary),
        charts_sales.fan(summary),
        charts_prices.by_price(summary),
        charts_launches.launches(summary),
        answer.deaths(summary),
        charts_account.because(summary),
        charts_account.gain_by_income(summary),
        answer.waterfall(summary),
        later,
        answer.tornado(summary),
        crash(summary),
        charts_crash.pulses(summary),
        *charts_crash.risks(summary),
        charts_crash.fronts(records(summary.get("crash_fronts"))),
        charts_crash.mass_ratio(records(summary.get("crash_odds"))),
        plates(summary),
        charts_own.own_cost(summary),
        charts_own.wins(summary),
    ]
    return {c.id: c for c in made if c is not None}
