"""An Outcome as labelled tables: named axes, units, in the library the reader works with.

An Outcome holds bare arrays whose last axes are fixed by its type (slots, sale years, parties, ...) and whose leading axes say how it was
made: `(route,)` for one draw, `(reform, draw, route)` for a study's results. Here the axes get their names and labels back. pandas and
xarray are used when they are installed; polars comes with the program.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from roadworthy.account import NAMES, PAYERS, RATES, TRANSFERS
from roadworthy.account.values import SCGHG
from roadworthy.core import InputError, unknown
from roadworthy.core.axes import CLASSES, ENVIRONMENTS, INCOME_GROUPS, INCUMBENT_CLASSES, PARTIES, ROUTES, SALE_YEARS, SLOTS
from roadworthy.core.notebook import table_html
from roadworthy.fleet import CRASH_TYPES, PARTS

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import xarray as xr

AXES: dict[str, tuple[str, Sequence[Any]]] = {
    "e": ("slot", SLOTS),
    "y": ("sale_year", range(1, SALE_YEARS + 1)),
    "party": ("party", PARTIES),
    "rate": ("rate", RATES),
    "line": ("line", NAMES),
    "transfer": ("transfer", TRANSFERS),
    "payer": ("payer", PAYERS),
    "g": ("income_group", INCOME_GROUPS),
    "n": ("class", INCUMBENT_CLASSES),
    "c": ("class_of_fleet", CLASSES),
    "q": ("road", ENVIRONMENTS),
    "kinds": ("crash_type", CRASH_TYPES),
    "parts": ("part", PARTS),
    "amounts": ("amount", ("gasoline_gallons", "co2_kg")),
    "s": ("carbon_stream", SCGHG),
}
"""Name and labels of each axis that an Outcome's types speak of."""
UNITS = {
    "units": "vehicles a year",
    "break_even_units": "vehicles a year",
    "volume": "discounted vehicles over the entry life",
    "deaths": "people a year",
    "deaths_by_road": "people a year",
    "own_by_type": "people a year",
    "deaths_split": "people a year",
    "rebound_deaths": "people a year",
    "fuel_split": "US gallon or kg, see the axis",
    "vehicles": "vehicles",
    "lost_units": "vehicles a year",
    "lost_outside": "vehicles a year",
    "buyers_by_group": "vehicles a year",
    "highway_ok": "1 where it keeps up with limited-access roads",
    "converged": "1 where prices settled",
    "thin_ok": "1 where the quick market engine holds",
}
SUFFIXES = {"_usd": "USD of 2022", "_kwh": "kWh", "_kg": "kg", "_m": "m", "_gallons": "US gallon"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """One quantity with its axes: values have one axis for each of `axes`, in order."""

    name: str
    unit: str
    axes: tuple[str, ...]
    labels: Mapping[str, Sequence[Any]]
    values: np.ndarray


def unit_of(name: str) -> str:
    """The unit of one field of an Outcome."""
    return UNITS.get(name) or next((unit for suffix, unit in SUFFIXES.items() if name.endswith(suffix)), "")


def own_axes(outcome: Any) -> dict[str, list[tuple[str, Sequence[Any]]]]:
    """Name and labels of the axes that each quantity's type speaks of, without the leading ones."""
    found = {}
    for name, field in type(outcome).__dataclass_fields__.items():
        shape = re.search(r"['\"]([^'\"]*)['\"]", str(field.type))
        found[name] = [AXES[a] for a in (shape.group(1).split() if shape else ()) if not a.startswith("*")]
    return found


def labelled(outcome: Any, lead: Mapping[str, Sequence[Any]] | None = None) -> dict[str, Labelled]:
    """Every quantity of an Outcome with named axes; `lead` names the leading axes and their labels, (route,) when not given."""
    leading = dict(lead) if lead is not None else {"route": ROUTES}
    found = {}
    for name, own in own_axes(outcome).items():
        values = np.asarray(getattr(outcome, name))
        axes = leading | {axis: list(labels) for axis, labels in own}
        if "rate" in axes:  # a study may add rates of its own behind the two
            at = list(axes).index("rate")
            axes["rate"] = [*RATES, *(f"own_{i + 1}" for i in range(values.shape[at] - len(RATES)))] if values.ndim > at else [*RATES]
        expected = tuple(len(labels) for labels in axes.values())
        if values.shape != expected:
            raise InputError(
                f"{name} has shape {values.shape}, not {expected} as its axes {', '.join(axes)} say",
                "name every leading axis with as many labels as it is long",
                code="frame.shape",
            )
        found[name] = Labelled(name, unit_of(name), tuple(axes), axes, values)
    return found


def lead_of(results: Any) -> dict[str, Sequence[Any]]:
    """Leading axes of a study's results."""
    return {"reform": results.reforms, "draw": range(np.asarray(results.differences.net_usd).shape[1]), "route": ROUTES}


def table(quantity: Labelled) -> dict[str, list[Any] | np.ndarray]:
    """One row per value: a column for each axis, and the value under the quantity's name."""
    mesh = np.meshgrid(*(np.arange(len(quantity.labels[a])) for a in quantity.axes), indexing="ij")
    columns: dict[str, Any] = {
        axis: [list(quantity.labels[axis])[i] for i in index.ravel()] for axis, index in zip(quantity.axes, mesh, strict=True)
    }
    return columns | {quantity.name: quantity.values.ravel()}


def _chosen(outcome: Any, quantity: str, lead: Mapping[str, Sequence[Any]] | None) -> Labelled:
    found = labelled(outcome, lead)
    if quantity not in found:
        raise unknown("quantity", quantity, found)
    return found[quantity]


def to_polars(outcome: Any, quantity: str, lead: Mapping[str, Sequence[Any]] | None = None) -> pl.DataFrame:
    """One quantity as a long polars table."""
    import polars as pl

    return pl.DataFrame(table(_chosen(outcome, quantity, lead)))


def to_pandas(outcome: Any, quantity: str, lead: Mapping[str, Sequence[Any]] | None = None) -> pd.Series:
    """One quantity as a pandas Series indexed by its axes."""
    pandas = _library("pandas")
    found = _chosen(outcome, quantity, lead)
    index = pandas.MultiIndex.from_product([list(found.labels[a]) for a in found.axes], names=list(found.axes))
    return pandas.Series(found.values.ravel(), index=index, name=quantity)  # type: ignore[no-any-return]


def to_xarray(outcome: Any, lead: Mapping[str, Sequence[Any]] | None = None) -> xr.Dataset:
    """Every quantity as one xarray Dataset with named axes, labels and units."""
    xarray = _library("xarray")
    found = labelled(outcome, lead)
    coordinates = {axis: list(labels) for one in found.values() for axis, labels in one.labels.items()}
    return xarray.Dataset(  # type: ignore[no-any-return]
        {name: (one.axes, one.values, {"units": one.unit}) for name, one in found.items()}, coords=coordinates
    )


def html(outcome: Any) -> str:
    """An Outcome of any leading axes for a notebook: what each quantity is measured in, its own axes, and its least and largest value."""
    rows = []
    for name, axes in own_axes(outcome).items():
        values = np.asarray(getattr(outcome, name))
        ends = f"{np.min(values):,.4g} to {np.max(values):,.4g}" if values.size else ""
        rows.append((name, unit_of(name), ", ".join(axis for axis, _ in axes), ends))
    lead = np.asarray(outcome.npv_usd).shape
    return table_html(
        f"Outcome, leading axes {' x '.join(map(str, lead)) or 'none'}",
        ("quantity", "unit", "own axes", "least to largest"),
        rows,
        "to_xarray() has every value with its labels; to_polars(quantity) and to_pandas(quantity) have one.",
    )


def _library(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise InputError(
            f"{name} is not installed", "pip install 'roadworthy[notebook]', or use to_polars", code=f"library.{name}"
        ) from None
