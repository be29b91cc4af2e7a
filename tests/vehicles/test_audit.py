"""How far the catalogue can be trusted: findings, unusual figures, twins, shares by status, and what it is held against."""

from __future__ import annotations

import csv
import json
import time

import numpy as np
import pytest

from roadworthy.cli.main import call
from roadworthy.vehicles import audit, catalogue, fill, fits
from roadworthy.vehicles.audit import explained, published_share, unusual
from roadworthy.vehicles.catalogue import FOLDER
from roadworthy.vehicles.held import held
from roadworthy.vehicles.words import Words, joined


def test_the_catalogue_is_clean_and_every_unusual_figure_is_explained():
    found = audit(catalogue())
    assert found.clean and found.findings == ()
    assert found.unusual and all(abs(u.z) > 3 and u.why for u in found.unusual)
    told = {(u.id, u.field) for u in found.unusual}
    kinds = dict(zip(catalogue().ids, catalogue()["body_kind"], strict=True))
    assert {key for key in explained() if key in told or any((kinds[id], field) == key for id, field in told)} == set(explained()), (
        "stale explanation"
    )


def test_a_figure_four_sd_off_is_unusual_and_one_two_sd_off_is_not():
    van = catalogue().select("honda_nbox_jf5")
    median = fits.mass_petrol_kei(van.height_m, np.zeros(1), np.zeros(1))[0]
    sd = fits.fit("M2").sd
    heavy, usual = (van.with_(mass_kg=float(median * np.exp(k * sd)), mass_max_kg=float(median * np.exp(k * sd) * 1.1)) for k in (4.0, 2.0))
    (one,) = unusual(heavy)
    assert (one.field, one.fit, one.why) == ("mass_kg", "M2", "") and one.z == pytest.approx(4.0)
    assert unusual(usual) == ()
    assert not audit(heavy).clean and audit(usual).clean
    assert unusual(fill(van)) == (), "a filled figure is not judged by the fit that made it"


def test_a_declared_rebadge_is_one_car_under_two_names():
    pairs = {(one, other): declared for one, other, declared in audit(catalogue()).twins}
    assert pairs["nissan_sakura", "mitsubishi_ekx_ev"] is True
    assert pairs["subaru_sambar_ks4", "mitsubishi_minicab_u42"] is False


def test_shares_by_status_add_up_and_the_published_share_has_risen():
    shares = audit(catalogue()).shares
    groups = [g for g in shares if g != "all"]
    for status, n in shares["all"].items():
        assert n == sum(shares[g].get(status, 0) for g in groups)
    assert published_share(shares["all"]) > 0.37
    assert published_share(shares["us"]) > 0.5


def test_us_cars_have_a_drive_train_with_a_source():
    us = catalogue().select(group="us")
    for field in ("gearbox", "drive", "epa_id"):
        assert us.known(field).all() and set(us.status(field)) == {"published"}
    engines = us.take(np.flatnonzero(us.known("displacement_m3")).tolist())
    for field in ("turbo", "direct_injection", "cylinders"):
        assert engines.known(field).all()
    mirage = catalogue().select("mitsubishi_mirage")
    assert (mirage["gearbox"][0], mirage["drive"][0], mirage.turbo[0], mirage.cylinders[0]) == ("cvt", "fwd", 0.0, 3.0)
    assert catalogue().select("ford_maverick")["powertrain"] == ("hev",)


def test_every_price_has_a_year():
    seed = catalogue()
    assert np.array_equal(seed.known("price_min"), seed.known("price_year"))


def test_statuses_rise_only_where_a_source_agrees():
    with (FOLDER / "held.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert len(rows) > 50
    facts = {h.id: h for h in held()}
    assert len(facts) == len(held())
    for h in held():
        if h.group.startswith("catalogue") and "general knowledge before" in h.what and not h.inside:
            assert h.note, h.id


def test_held_out_figures_of_the_catalogue_are_mostly_right():
    before = [h for h in held() if "general knowledge before" in h.what]
    assert np.mean([bool(h.inside) for h in before]) > 0.9
    assert all(h.note for h in held() if h.inside is False)


def test_words_behave_like_texts():
    column = Words.of(["a", "b", "a", ""])
    assert column == ("a", "b", "a", "") and column.texts() == ("a", "b", "a", "") and len(column.words) == 3
    assert column.among(("a",)).tolist() == [True, False, True, False]
    assert column.set(np.array([1, 3]), Words.of(["a", "c"])) == ("a", "a", "a", "c")
    assert column == ("a", "b", "a", ""), "the old column stays"
    assert column.mapped(str.upper).take([2, 0]) == ("A", "A")
    assert joined([column, Words.same("b", 2)]) == ("a", "b", "a", "", "b", "b")
    assert column.values(len).tolist() == [1.0, 1.0, 1.0, 0.0]


def test_filling_scales_to_a_hundred_thousand_vehicles():
    seed = catalogue()
    at = np.resize(np.arange(len(seed)), 20_000).tolist()
    many, one = fill(seed.take(at)), fill(seed)
    for field in ("mass_kg", "torque_Nm", "cabin_height_m"):
        assert np.array_equal(many[field], one[field][at], equal_nan=True)
        assert many.status(field)[-1] == one.status(field)[at[-1]] and many.source(field)[-1] == one.source(field)[at[-1]]
    start = time.perf_counter()
    fill(seed.take(at))
    assert time.perf_counter() - start < 5.0, "slower by an order of magnitude than it was made to be"


def test_check_on_the_command_line(capsys, tmp_path):
    assert call(["vehicles", "check"]) == 0
    said = capsys.readouterr().out
    assert "80 vehicles: nothing to mend." in said and "kei current" in said and "One car under two names: nissan_sakura" in said
    file = tmp_path / "mine.toml"
    assert call(["vehicles", "new", "my_van", "--out", str(file)]) == 0
    assert call(["vehicles", "check", str(file)]) == 0
    file.write_text(file.read_text().replace('width = "1475 mm"', 'width = "1475 mm"\nmass_max = "500 kg"'))
    assert call(["vehicles", "check", str(file)]) == 1
    assert "the heaviest variant is lighter than the lightest" in " ".join(capsys.readouterr().out.split())
    assert call(["vehicles", "check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["clean"] is True
