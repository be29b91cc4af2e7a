import zipfile

import pytest

from roadworthy.core import InputError
from roadworthy.crash import pairs, read_fars, read_ratings, read_tests
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
