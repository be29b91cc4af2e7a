"""Files in OMEGA's shape: read as they are, refused with line and mend, written under OMEGA's names."""

import csv
import gzip
import io

import pytest

from roadworthy import fleet
from roadworthy.core import InputError
from roadworthy.fleet import omega

HEAD = "vehicle_name,manufacturer_id,model_year,reg_class_id,body_style,sales,footprint_ft2,curbweight_lbs,etw_lbs,cert_direct_oncycle_co2e_grams_per_mile"
ROWS = [
    "Small,Kei Works,2027,car,sedan_wagon,1000,34.9,1900,2250,150",
    "Tall,Kei Works,2027,truck,cuv_suv_van,500,45.0,,3500,",
    "Work,Truck Co,2027,truck,pickup,200,68.3,4800,5250,380",
    "Van,Truck Co,2027,mediumduty,cuv_suv,70,67.7,6173,7500,499",
]


def written(tmp_path, rows, head=HEAD, name="vehicles.csv"):
    file = tmp_path / name
    text = "\n".join([head, *rows]) + "\n"
    file.write_bytes(gzip.compress(text.encode())) if name.endswith("gz") else file.write_text(text)
    return file


@pytest.mark.parametrize("name", ["vehicles.csv", "vehicles.csv.gz"])
def test_vehicles_as_omega_writes_them(tmp_path, name):
    found = fleet.read_omega_vehicles(written(tmp_path, ROWS, name=name))
    assert found.by_body() == {"car": {2027: 1000.0}, "suv_van": {2027: 500.0}, "pickup": {2027: 200.0}}
    assert found.medium_duty == 70.0
    assert (found.filled_curb, found.curb_lb[1]) == (1, 3200.0)
    assert found.target_Mg() > 0.0


def test_a_study_may_start_from_omegas_fleet(tmp_path):
    """Its sales go through the country's stock to miles, fuel and deaths."""
    found = fleet.read_omega_vehicles(written(tmp_path, ROWS))
    with_, without = (
        fleet.country(2027, 2060, found.by_body()),
        fleet.country(2027, 2060, {b: {2027: 0.0} for b in ("car", "suv_van", "pickup")}),
    )
    assert with_.entries[:, 0].sum() == pytest.approx(1700.0)
    assert (with_.vehicles - without.vehicles)[0] == pytest.approx(1700.0)


@pytest.mark.parametrize(
    ("row", "code", "says"),
    [
        ("X,M,2027,car,sedann,1,40,,,", "omega.body", "sedan"),
        ("X,M,2027,lorry,sedan,1,40,,,", "omega.class", ""),
        ("X,M,2027,car,sedan,minus,40,,,", "omega.number", "a number"),
        ("X,M,2027,car,sedan,-5,40,,,", "omega.sales", "zero or more"),
        ("X,M,2027,car,sedan,5,0,,,", "omega.footprint", "square feet"),
        ("X,M,2027,car,sedan,5,,,,", "omega.footprint", "square feet"),
    ],
)
def test_bad_rows_name_file_line_and_mend(tmp_path, row, code, says):
    with pytest.raises(InputError) as fault:
        fleet.read_omega_vehicles(written(tmp_path, [ROWS[0], row]))
    assert fault.value.code == code
    assert "vehicles.csv:3" in fault.value.message or "line 3" in fault.value.message
    assert says in fault.value.hint


def test_bad_files(tmp_path):
    for rows, head, code in (([], HEAD, "omega.empty"), (ROWS, HEAD.replace("footprint_ft2", "footprint_sqft"), "omega.column")):
        with pytest.raises(InputError) as fault:
            fleet.read_omega_vehicles(written(tmp_path, rows, head))
        assert fault.value.code == code
    assert "footprint_sqft" in fault.value.hint
    with pytest.raises(InputError, match="cannot be read"):
        fleet.read_omega_vehicles(tmp_path / "absent.csv")
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(b"not gzip")
    with pytest.raises(InputError, match="cannot be read"):
        fleet.read_omega_vehicles(broken)


def test_summaries_long_and_wide_say_the_same(tmp_path):
    long = tmp_path / "long.csv"
    long.write_text("run,calendar_year,variable,value\nA,2023,sales_total,3\nA,2023,Ford_sales_total,3\nB,2023,sales_total,4\n")
    wide = tmp_path / "wide.csv"
    wide.write_text("session_name,calendar_year,sales_total,Ford_sales_total,note\nA,2023,3,3,text\n")
    assert fleet.read_omega_summary(long, "A") == fleet.read_omega_summary(wide)
    with pytest.raises(InputError, match="holds 2 runs"):
        fleet.read_omega_summary(long)
    with pytest.raises(InputError, match="no run 'C'"):
        fleet.read_omega_summary(long, "C")


def test_ours_under_omegas_names(tmp_path):
    made = fleet.country(2027, 2029)
    text = fleet.write_omega_shape(made, tmp_path / "ours.csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert (tmp_path / "ours.csv").read_text() == text
    assert tuple(rows[0]) == omega.OUR_NAMES
    assert float(rows[1]["registered_count"]) == pytest.approx(made.vehicles[1], rel=1e-5)
    again = fleet.read_omega_summary(tmp_path / "ours.csv")
    assert again["sales_total"][2028] == pytest.approx(made.entries[:, 1].sum(), rel=1e-5)


@pytest.mark.shared
def test_omegas_own_files(raw_data):
    """The MY2022 fleet with its totals, and the shipped batch with its published totals to 1e-6, makers adding up to the fleet."""
    found = fleet.read_omega_vehicles(raw_data / "fleet" / "fleet_my2022_ldv.csv.gz")
    assert len(found.maker) == 1305
    assert found.sales.sum() == pytest.approx(12_814_915.0)
    assert fleet.read_omega_vehicles(raw_data / "fleet" / "fleet_my2020_mdv.csv.gz").medium_duty > 0.0
    batch = raw_data / "fleet" / "omega_2_5_0_test_batch_summary.csv"
    for run, sales in (("NoActionPolicy", (14_322_109.18, 14_774_396.65)), ("ActionAlternative", (13_912_596.61, 14_185_173.05))):
        said = fleet.read_omega_summary(batch, run)
        assert [said["sales_total"][y] for y in (2023, 2024)] == pytest.approx(sales, rel=1e-6)
        for total in omega.check_summary(said).values():
            assert total["gap"] == pytest.approx(0.0, abs=1e-6)
    base = fleet.read_omega_summary(batch, "NoActionPolicy")
    assert base["vehicle_co2e_Mg"][2023] / 1e6 == pytest.approx(696.1, abs=0.05)
    assert base["consolidated_OEM_target_co2e_Mg"][2023] / 1e6 == pytest.approx(699.3, abs=0.05)
