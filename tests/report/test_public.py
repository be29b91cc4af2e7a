"""The full public files agree with the bundled tables; a missing or broken file is a sentence, and none of it is counted as proof."""

from __future__ import annotations

import pytest

from roadworthy.core.errors import InputError
from roadworthy.core.held import Held
from roadworthy.report import render_validation
from roadworthy.report.validation_page import render_validation_page
from roadworthy.study import public, validation


def test_every_fact_of_the_public_files_agrees_with_its_table(raw_data):
    rooms = tuple(room for room in validation.ROOMS if room != "crash")  # crash.py's own test reads those files, which takes longer
    found, left_out = public.recomputed(raw_data, rooms)
    assert not left_out
    assert len(found) >= 90 and {fact.room for fact in found} == set(rooms)
    assert not [(fact.id, fact.published, fact.ours) for fact in found if not fact.inside]


def test_a_missing_file_and_a_broken_one_are_sentences(tmp_path):
    place = tmp_path / public.LAUNCHES
    place.parent.mkdir()
    place.write_text("model,year\nA,1990\n", encoding="utf-8")
    found, left_out = public.recomputed(tmp_path, ("market", "fleet"))
    assert not found and len(left_out) == 3
    assert sum("not in" in said for said in left_out) == 2
    assert [said for said in left_out if "cannot be read" in said and public.LAUNCHES in said]


def test_a_table_that_differs_from_its_file_is_shown_and_counted_apart(tmp_path, monkeypatch):
    off = Held("rules", "public_x", "a wrong row", "mpg", 40.0, 44.0, 0.007, "relative", False, "a test", "", public.GROUP)
    monkeypatch.setattr(validation, "recomputed", lambda folder, rooms: ([off], ["fleet: deaths.csv not in x"]))
    monkeypatch.setattr(validation, "held", lambda room: ())
    answer = validation.validate(data=tmp_path)
    assert answer["total"]["facts"] == 0 and answer["public"]["total"]["unseen_outside"] == 1
    for said in (render_validation(answer), render_validation_page(answer, "0")):
        assert "a wrong row" in said and "deaths.csv not in x" in said


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(InputError, match="not a folder"):
        public.recomputed(tmp_path / "none", ("rules",))
