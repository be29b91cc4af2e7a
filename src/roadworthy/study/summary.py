"""The answer of a study as one JSON object: what terminal, report, page and `--json` all read.

Types only; `study.ask` fills them. Bands are quantiles over draws. Money is USD of 2022, deaths are people, differences are
reform minus today's law. A field that is not known is None, never 0.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

SCHEMA = "roadworthy/summary/1"


class Band(TypedDict):
    """Quantiles of one quantity over the draws."""

    p10: float
    p25: float
    p50: float
    p75: float
    p90: float


class Line(TypedDict):
    """One line of the account: present value over the run-out, USD of 2022, gains positive."""

    id: str
    label: str
    status: str
    band: Band


class RouteCase(TypedDict):
    """One maker's business case by one route, given that cars are sold by it."""

    open: bool
    pays: float | None
    """Share of draws with NPV > 0."""
    npv_usd: Band | None
    margin_usd: Band | None
    standard_usd: Band | None
    """What the maker counts against a car for fuel economy short of its target; inside margin and NPV."""
    price_usd: Band | None
    fixed_usd: Band | None
    break_even_units: Band | None
    break_even_exists: float | None
    """Share of draws in which the margin is positive, so that a break-even volume exists."""
    units_y5: Band | None
    verdict: str


class Decided(TypedDict):
    """The reform as makers decide: they know their costs, not demand (zeros included)."""

    p_enters: float | None
    units_y5: Band
    net_usd_r3: Band
    p_gain: float
    p_loss: float
    p_no_entry: float
    makers: float
    """Expected number of makers, zeros included, where a second may follow the first."""
    p_second: float
    """Share of draws in which a second maker follows."""
    units_all_makers_y5: Band
    """Sales of all of them, zeros included."""


class Mix(TypedDict):
    """A share with its name, such as who buys or what they give up."""

    id: str
    label: str
    share: Band


class Part(TypedDict):
    """A part of a sum: means of parts add up to the mean of the sum, bands do not."""

    id: str
    label: str
    mean: float
    band: Band


class Because(TypedDict):
    """Why the headlines of year 10 moved; parts are exposure, composition, rate."""

    deaths_y10: dict[str, list[Part]]
    """own, partners, outside, net."""
    fuel_gal_y10: list[Part]
    co2_t_y10: list[Part]
    deaths_by_road_y10: list[Part]
    own_by_type_y10: list[Part]
    """Own occupants killed, by crash type."""
    rebound_deaths_y10: Band
    """Of miles driven because a mile is cheaper; in no other number."""
    miles_from_y10: list[Part]
    """Whose miles the new vehicle drives: new cars not bought, other cars, nobody's."""


class Beside(TypedDict):
    """What stands beside the net and is never mixed in."""

    net_usd_r3: list[Part]
    """The net with carbon at zero, interagency, EPA, and with injuries left out."""
    official_mass: dict[str, Any]
    """Deaths of year 10 by the official mass coefficients alone, beside ours."""


class ReformAnswer(TypedDict):
    """Everything about one reform, against today's law, if cars are sold by `route`."""

    id: str
    title: str
    words: str
    route: str
    route_label: str
    conditions: list[str]
    fleet_wide: bool
    """Whether it changes the fuel-economy standard of all new vehicles too."""
    units_y5: Band
    units_added_y5: Band
    sales_path: dict[str, list[float]]
    """p10, p25, p50, p75, p90 of units a year, 30 years: of the new vehicle, or of what is added where no new one may come."""
    price_usd: Band | None
    routes: dict[str, RouteCase]
    p_enters: float | None
    decided: Decided | None
    deaths_y10: dict[str, Band]
    """own, partners, outside, net."""
    fuel_gal_y10: Band
    electricity_kwh_y10: Band
    co2_t_y10: Band
    fuel_path: dict[str, list[float]]
    co2_path: dict[str, list[float]]
    surplus_usd_r3: Band
    lines: dict[str, list[Line]]
    """'3', '7' and a rate of the study's own (per cent): lines that sum to net."""
    net_usd: dict[str, Band]
    """Worth to the country: makers abroad do not count, neither their profits nor what they spend on the programme."""
    p_gain: dict[str, float]
    world_usd: dict[str, Band]
    """The same with makers abroad counted."""
    p_gain_world: dict[str, float]
    net_dots: list[float]
    """20 equally likely outcomes of net at 3 %, USD, sorted."""
    transfers: list[Line]
    gives_up: list[Mix]
    who_buys: list[Mix]
    by_form: list[dict[str, Any]]
    """Median units in year 5 under each size form: {form, units_y5}."""
    variance_from_form: float | None
    share_extrapolated: float
    flags: list[str]
    surplus_by_group_usd_r3: list[Line]
    """Buyers' gain by income group; sums to the line `buyers` draw by draw."""
    because: Because | None
    beside: Beside | None
    accounting_statement: list[dict[str, Any]]
    """OMB A-4 rows: category, item, primary, low, high, unit, rate, period, source, status."""


class Swing(TypedDict):
    """One bar of the tornado: the net at the 10 % and 90 % quantile of one assumption, all else central."""

    path: str
    label: str
    unit: str
    status: str
    low: float
    high: float
    net_low_usd: float
    net_high_usd: float
    lines_usd: dict[str, list[float]]
    """Each line of the account at 3 % at the two ends; lines that do not move are left out."""


class AssumptionRow(TypedDict):
    """One uncertain number as shown to people."""

    path: str
    meaning: str
    value: float
    unit: str
    status: str
    source: str
    p10: float | None
    p90: float | None


class Summary(TypedDict):
    """The whole answer."""

    schema: str
    key: str
    version: str
    study: dict[str, Any]
    """id, title, question, law_date, start_year, draws, seed, base_year, rates, horizon_years, vehicle (id), made."""
    inputs: dict[str, Any]
    """The study itself, from which it can be solved again."""
    own_files: dict[str, str]
    """Text of each file of the user's own that the study names, as it was when it was answered."""
    headline: str
    """id of the reform that the two sentences speak of."""
    convergence: list[dict[str, Any]]
    """Headline quantities: id, mean, mean_se, p50, p50_se (standard errors of the draws), draws, batches, by_draws (the same of the first draws)."""
    engine: NotRequired[dict[str, Any] | None]
    """Quick market engine against the exact one: reform, route, draws, converged, rows {id, of (value or band), median, max, draws}."""
    sentences: dict[str, Any]
    """relax: {word, text}, buy: {word, text}, lede: [text with ** for bold and == for the band], beliefs: [text]."""
    reforms: list[ReformAnswer]
    tornado: list[Swing]
    central_net_usd: float
    assumptions: list[AssumptionRow]
    vehicle: dict[str, Any]
    """id, name, and per field {value, unit, status, source}; assumed (count), filled (count)."""
    comparators: list[dict[str, Any]]
    """For silhouettes: id, name, body_kind, length_m, width_m, height_m, wheelbase_m, mass_kg, status per field."""
    verdicts: list[dict[str, Any]]
    """Rows by pathway under today's law: door, verdict, off_by, clause, status, children."""
    verdicts_reform: list[dict[str, Any]]
    verdict: dict[str, Any]
    """The rest of today's verdict: shortest ways, what each reform would change, notes."""
    verdict_used: dict[str, Any]
    """Verdict on the used import of the study."""
    plates: dict[str, Any]
    """State plates: counts by status and per state {code, status, conflict}."""
    crash: dict[str, Any]
    """Kei against F-150 at 70 mph closing: sides [..], pulses, severity_share, wall."""
    crash_by_speed: list[dict[str, Any]]
    """Per partner: speeds_mph, own, other (probability of AIS3+), for small multiples."""
    energy: list[dict[str, Any]]
    """Per vehicle: label mpg, 0-60 s, merge mph, top mph with statuses."""
    space: list[dict[str, Any]]
    """Per vehicle: shares of US adults per tier with statuses."""
    own: list[dict[str, Any]]
    """Per vehicle: cents per mile by item, break-even price."""
    support: dict[str, Any]
    """badge, attributes that decided it."""
    record: list[dict[str, Any]]
    """Visible sales of past small cars: model, year, units, status, source."""
    holdout: dict[str, Any]
    """Small cars left out of their own forecast: rows (car, year, observed, p10, p50, p90, log_error, covered, badge), score."""
    price_line: list[dict[str, Any]]
    """Where the study names prices: price_usd, units_y5, break_even_units, pays."""
    break_even_price_usd: Band | None
    break_even_price_exists: float | None
    marks: dict[str, int]
    """How many inputs hold each status."""
    citations: list[dict[str, str]]
    seconds: dict[str, float]
