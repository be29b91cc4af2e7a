import zipfile

import polars as pl
import pytest

from roadworthy.core import InputError
from roadworthy.crash import pairs, read_fars, read_ratings, read_tests, readers
from roadworthy.crash.statistical import rollover_risk, stability, struck_delta_v, struck_risk

VEHICLE = "ST_CASE,VEH_NO,MAKE,MOD_YEAR,BODY_TYP,DEATHS\n1,1,12,2010,31,0\n1,2,49,2015,4,1\n2,1,37,2001,4,1\n"
PERSON = "ST_CASE,VEH_NO,PER_NO,PER_TYP,AGE,SEX,INJ_SEV\n1,1,1,1,40,1,0\n1,2,1,1,999,2,4\n1,2,2,2,30,1,0\n2,1,1,1,25,1,4\n"


@pytest.fixture
def year(tmp_path):
    (tmp_path / "VEHICLE.CSV").write_text(VEHICLE)
    (tmp_path / "person.csv").write_text(PERSON.lower().replace("st_case", "st_case"))
    return tmp_path


def test_a_year_of_fars_from_a_folder_and_a_zip(year, tmp_path):
    found = read_fars(year)
    assert found.height == 3 and found["weight"].to_list() == [1.0, 1.0, 1.0]
    assert found["driver_age"].to_list() == [40.0, None, 25.0]
    assert found["driver_killed"].to_list() == [False, True, True]
    two = pairs(found)
    assert two.height == 1 and two["body_type_1"][0] == 31.0 and two["driver_killed_2"][0]
    packed = tmp_path / "year.zip"
    with zipfile.ZipFile(packed, "w") as held:
        held.writestr("FARS2020/vehicle.csv", VEHICLE)
        held.writestr("FARS2020/person.csv", PERSON)
    assert read_fars(packed).equals(found)


def test_crss_keeps_its_weights(tmp_path):
    (tmp_path / "vehicle.csv").write_text("CASENUM,VEH_NO,MAKE,MOD_YEAR,BODY_TYP,WEIGHT\n7,1,12,2010,4,35.5\n")
    (tmp_path / "person.csv").write_text("CASENUM,VEH_NO,PER_NO,PER_TYP,AGE,SEX,INJ_SEV\n7,1,1,1,30,1,0\n")
    assert read_fars(tmp_path)["weight"].to_list() == [35.5]


def test_a_missing_column_is_named_with_the_nearest_one(year):
    (year / "VEHICLE.CSV").write_text(VEHICLE.replace("BODY_TYP", "BODYTYP"))
    with pytest.raises(InputError) as caught:
        read_fars(year)
    assert "BODY_TYP" in caught.value.message and "BODYTYP" in caught.value.hint and caught.value.code == "crash.column"


def test_files_that_are_not_there_or_no_table(tmp_path):
    for source, code in ((tmp_path / "none", "crash.file"), (tmp_path, "crash.file")):
        with pytest.raises(InputError) as caught:
            read_fars(source)
        assert caught.value.code == code
    lone = tmp_path / "one.csv"
    lone.write_text("a\n1\n")
    with pytest.raises(InputError) as caught:
        read_fars(lone)
    assert "zip" in caught.value.message
    with pytest.raises(InputError) as caught:
        read_tests(lone)
    assert "TSTNO" in caught.value.message


def test_tests_and_ratings(tmp_path):
    tests = tmp_path / "tests.csv"
    tests.write_text("\ufefftstno,clsspd,vehtwt,hic,clip3m\n6931,56.3,1580,321,41.5\n6932,56.1,,n/a,39\n")
    found = read_tests(tests)
    assert found["speed_mps"][0] == pytest.approx(15.64, abs=0.01) and found["hic"].to_list() == [321.0, None]
    ratings = tmp_path / "SaferCar_data.csv"
    ratings.write_text("MAKE,MODEL,MODEL_YR,FRNT_DRIV_STARS,CURB_WEIGHT,ROLLOVER_POSSIBILITY\nHONDA,FIT,2020,4,2600,12.2\n")
    assert read_ratings(ratings).row(0) == ("HONDA", "FIT", 2020, 4.0, 2600.0, pytest.approx(0.122))


def test_struck_cars_and_tall_ones():
    assert struck_delta_v(1080.0, 1368.0, 14.72) == pytest.approx(14.72 * 1368 / 2448)
    assert struck_delta_v(1080.0, 0.0, 8.89) == 8.89
    light, heavy = struck_risk(struck_delta_v(900.0, 1368.0, 14.72)), struck_risk(struck_delta_v(1800.0, 1368.0, 14.72))
    assert light.middle > heavy.middle and light.low < light.middle < light.high
    assert struck_risk(0.0).high == 0.0
    tall, flat = rollover_risk(1.475, 1.79), rollover_risk(1.475, 1.50)
    assert tall.middle > flat.middle and tall.low < tall.middle < tall.high < 1.0
    assert 1.0 <= stability(1.475, 1.79).middle <= 1.1
    with pytest.raises(InputError):
        stability(float("nan"), 1.5)
    with pytest.raises(InputError):
        struck_delta_v(0.0, 1368.0, 14.0)


def written(folder, name, columns, value="1"):
    (folder / name).write_text(",".join(columns) + "\n" + ",".join([value] * len(columns)) + "\n")
    return folder / name


NATIONAL = {
    "fars": (read_fars, {"vehicle.csv": readers.FARS_VEHICLE, "person.csv": readers.FARS_PERSON}),
    "crss": (read_fars, {"vehicle.csv": readers.CRSS_VEHICLE, "person.csv": readers.CRSS_PERSON}),
    "tests": (read_tests, {"tests.csv": readers.TESTS}),
    "ratings": (read_ratings, {"ratings.csv": readers.RATINGS}),
}


@pytest.mark.parametrize("kind", NATIONAL)
def test_every_column_that_is_needed_is_named_when_it_is_gone(tmp_path, kind):
    read, files = NATIONAL[kind]
    whole = tmp_path if len(files) == 2 else tmp_path / next(iter(files))
    for broken, columns in files.items():
        for lost in columns:
            for name, all_of_it in files.items():
                written(tmp_path, name, [c for c in all_of_it if (name, c) != (broken, lost)])
            if lost == "CASENUM" and broken == "vehicle.csv":
                continue  # without it the file is no sample, and is read as FARS
            with pytest.raises(InputError) as caught:
                read(whole)
            assert f"no column {lost!r}" in caught.value.message and caught.value.message.count("\n") == 0
            assert caught.value.code == "crash.column" and caught.value.hint
    for name, columns in files.items():
        written(tmp_path, name, columns)
    assert read(whole).height == 1


def test_real_deaths_survive_the_national_form(tmp_path, raw_data):
    """Two-vehicle crashes of 2020 as FARS counts them, written as a year's national files: what comes back are the same crashes and deaths."""
    year = (
        pl.read_parquet(raw_data / "crash" / "fars_two_vehicle_pairs_2005_2020.parquet")
        .filter(pl.col("YEAR") == 2020)
        .with_row_index("ST_CASE", 10_001)
    )
    sides = [
        year.select(
            "ST_CASE",
            pl.lit(i).alias("VEH_NO"),
            *(pl.col(f"{name}_{i}").alias(name) for name in ("MAKE", "MOD_YEAR", "DEATHS", "AGE", "SEX", "INJ_SEV")),
            pl.lit(" ").alias("BODY_TYP"),
            pl.lit(1).alias("PER_NO"),
            pl.lit(1).alias("PER_TYP"),
        )
        for i in (1, 2)
    ]
    rows = pl.concat(sides)
    rows.select(readers.FARS_VEHICLE).write_csv(tmp_path / "VEHICLE.CSV")
    rows.select(readers.FARS_PERSON).write_csv(tmp_path / "PERSON.CSV")
    found = read_fars(tmp_path)
    assert found.height == rows.height > 10_000 and found["body_type"].null_count() == rows.height
    assert found["driver_killed"].sum() == (rows["INJ_SEV"] == 4).sum()
    assert found["driver_age"].max() < 120 and found["driver_age"].null_count() == (rows["AGE"] >= 120).sum() + rows["AGE"].null_count()
    one_died = year.filter((pl.col("INJ_SEV_1") == 4) != (pl.col("INJ_SEV_2") == 4))
    assert pairs(found).height == one_died.height > 3_000


@pytest.mark.parametrize(
    ("name", "read", "missing"),
    [
        ("nhtsa_vehicle_test_conditions_6931plus.csv.gz", read_tests, "TSTNO"),
        ("nhtsa_35mph_barrier_14_cars.csv", read_tests, "TSTNO"),
        ("iihs_moderate_overlap_minicars.csv", read_ratings, "MAKE"),
    ],
)
def test_real_tables_of_another_form_are_refused_in_one_sentence(raw_data, name, read, missing):
    place = raw_data / "crash" / name
    with pytest.raises(InputError) as caught:
        read(place)
    assert caught.value.message == f"{place} has no column {missing!r}" and caught.value.code == "crash.column"
