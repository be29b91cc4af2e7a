"""What is taken away: pictures, numbers, draws, a notebook, and all of it in one ZIP with its provenance."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from roadworthy.core import InputError
from roadworthy.data.tables import LOCK
from roadworthy.report import reading as r
from roadworthy.report import render
from roadworthy.report.html import style
from roadworthy.report.numbers import known
from roadworthy.report.theme import DRAWING, TOKENS
from roadworthy.study import store

SCALE = 2.0
README = """roadworthy answer {key}

{question}
{sentence}

report.html      the whole answer, opens without a network
summary.json     every number of it
outcome.parquet  every draw
study.toml       what was asked
data.lock.toml   checksums of the bundled tables it rests on
versions.txt     the programs that made it
citations.txt    where the numbers come from
citation.bib     how to cite this answer

Again: {command}
"""


def light(svg: str) -> str:
    """A drawing with the page's colour variables replaced by the light values, for programs that know no style variables."""
    values = {**dict(re.findall(r"--([\w-]+):([^;}]+)", style()[: style().index("@media")])), **TOKENS}
    found = re.sub(r":root\s*\{[^}]*\}", "", svg)
    return re.sub(r"var\(--([\w-]+)\)", lambda m: values.get(m.group(1), "#15191E"), found)


def picture(svg: str, suffix: str) -> bytes | str:
    """A stand-alone SVG as SVG, PNG or PDF."""
    if suffix == "svg":
        return svg
    import vl_convert

    with DRAWING:
        return bytes(vl_convert.svg_to_png(svg, scale=SCALE) if suffix == "png" else vl_convert.svg_to_pdf(svg))


def chart_csv(chart: Any, key: str) -> str:
    """The rows of one chart: key in a first comment line, units in the heading, the status where a row has one."""
    if hasattr(chart, "csv"):
        return str(chart.csv(key))
    out = io.StringIO()
    out.write(f"# roadworthy {key} {chart.id}: {chart.title}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([heading for _, heading in chart.columns])
    writer.writerows([row.get(name, "") for name, _ in chart.columns] for row in chart.rows)
    return out.getvalue()


def numbers_csv(answer: Mapping[str, Any], base: str) -> str:
    """The headline numbers of every reform of an answer, long: reform, quantity, unit, five quantiles, status."""
    out = io.StringIO()
    out.write(f"# roadworthy {answer['key']} {base}/s/{answer['key']}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["reform", "quantity", "unit", "p10", "p25", "p50", "p75", "p90", "status"])
    single = {
        "units_y5": "cars in year 5", "price_usd": "USD of 2022", "fuel_gal_y10": "gallons in year 10", "electricity_kwh_y10": "kWh in year 10", "co2_t_y10": "tonnes in year 10",
    }  # fmt: skip
    for row in answer["reforms"]:
        bands = [(name, unit, row.get(name), "assumed") for name, unit in single.items()]
        bands += [(f"deaths_y10.{party}", "deaths a year", band, "assumed") for party, band in r.record(row.get("deaths_y10")).items()]
        bands += [(f"net_usd.{rate}", f"USD of 2022 at {rate} %", band, "assumed") for rate, band in r.record(row.get("net_usd")).items()]
        for rate, lines in r.record(row.get("lines")).items():
            bands += [(f"line.{rate}.{x['id']}", f"USD of 2022 at {rate} %", x["band"], x["status"]) for x in lines]
        for name, unit, band, status in bands:
            if known(band):
                writer.writerow([row["id"], name, unit, *(band.get(q, "") for q in ("p10", "p25", "p50", "p75", "p90")), status])
        for rate, share in r.record(row.get("p_gain")).items():
            writer.writerow([row["id"], f"p_gain.{rate}", "share of draws", "", "", share, "", "", "derived"])
    return out.getvalue()


def draws(key: str) -> bytes:
    """Every draw, as kept beside the answer."""
    try:
        return (store.folder() / f"{key}.parquet").read_bytes()
    except OSError:
        raise InputError(f"the draws of {key} are not kept any more", "ask the question again on the page", code="draws.none") from None


def asked(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Preset and moved levers of an answer that the page made; empty for a study's."""
    return r.record(r.record(answer.get("study")).get("choice"))


def code(answer: Mapping[str, Any]) -> str:
    """Python that gives the same answer."""
    given = asked(answer)
    if not given:
        return f'from roadworthy.report import sentences\nfrom roadworthy.study import answer, load\n\nfound, draws = answer(load({answer["study"]["id"]!r}))\nprint(sentences(found)["relax"]["text"])\n'
    sets = "".join(f", {k}={v!r}" for k, v in given.items() if k != "reform")
    return f'from roadworthy.report import sentences\nfrom roadworthy.study import what_if\n\nfound = what_if({given["reform"]!r}{sets})\nprint(sentences(found)["relax"]["text"])\n'


def notebook(answer: Mapping[str, Any], base: str) -> str:
    """A notebook that repeats the answer and reads its draws."""
    said = answer["sentences"]["relax"]

    def cell(kind: str, text: str) -> dict[str, Any]:
        more: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
        return {
            "cell_type": kind,
            "id": f"c{abs(hash(text)) % 10**8:08d}",
            "metadata": {},
            "source": text.splitlines(keepends=True),
            **more,
        }

    cells = [
        cell(
            "markdown",
            f"# {answer['study']['question']}\n\n**{said['word']}.** {said['text'].replace('==', '')}\n\nroadworthy {answer['version']}, answer `{answer['key']}`, {base}/s/{answer['key']}",
        ),
        cell("code", code(answer)),
        cell("code", "from roadworthy.report import charts\n\ndrawn = charts(found)\nlist(drawn)"),
        cell("code", 'from IPython.display import SVG\n\nSVG(drawn["waterfall"].svg())'),
    ]
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {"language_info": {"name": "python"}}, "cells": cells},
        ensure_ascii=False,
        indent=1,
    )


def study_toml(answer: Mapping[str, Any]) -> str:
    """What was asked, as a file to read."""
    study = answer["study"]
    rows = [
        f"{name} = {json.dumps(study[name])}"
        for name in ("id", "title", "question", "law_date", "start_year", "vehicle", "draws", "seed")
        if name in study
    ]
    given = asked(answer)
    moved = ["", "[what_if]", *(f"{k} = {json.dumps(v)}" for k, v in given.items())] if given else []
    return "\n".join([f"# answer {answer['key']}, roadworthy {answer['version']}", *rows, *moved]) + "\n"


def versions() -> str:
    """The programs that made the answer."""
    import platform
    from importlib.metadata import version

    names = ("jax", "jaxlib", "equinox", "numpy", "scipy", "polars", "vl-convert-python", "fastapi")
    return "\n".join([f"python {platform.python_version()}", *(f"{name} {version(name)}" for name in names)]) + "\n"


def everything(answer: Mapping[str, Any], base: str) -> bytes:
    """Report, numbers, draws and provenance in one file."""
    key = answer["key"]
    sources = "\n".join(
        f"{x.get('what', '')}: {x.get('source', '')} ({x.get('licence', '')}, {x.get('status', '')})"
        for x in r.records(answer.get("citations"))
    )
    bib = f"@misc{{roadworthy_{key},\n  title = {{{answer['study']['title']}}},\n  author = {{{{roadworthy {answer['version']}}}}},\n  howpublished = {{\\url{{{base}/s/{key}}}}},\n  note = {{made {answer['study'].get('made', '')}}}\n}}\n"
    command = answer["study"].get("command") or f"roadworthy run {answer['study']['id']}"
    said = answer["sentences"]["relax"]
    files: dict[str, str | bytes] = {
        "README.txt": README.format(key=key, question=answer["study"]["question"], sentence=f"{said['word']}. {said['text']}".replace("*", "").replace("=", ""), command=command),
        "report.html": render(answer), "summary.json": json.dumps(answer, ensure_ascii=False), "numbers.csv": numbers_csv(answer, base), "study.toml": study_toml(answer),
        "data.lock.toml": LOCK.read_bytes(), "versions.txt": versions(), "citations.txt": sources, "citation.bib": bib, "repeat.py": code(answer), "outcome.parquet": draws(key),
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in files.items():
            packed.writestr(f"roadworthy-{key}/{name}", body)
    return out.getvalue()
