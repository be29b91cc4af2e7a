import numpy as np
import pytest

from roadworthy.core.axes import PARTNERS
from roadworthy.core.units import MPH
from roadworthy.crash import collide_vehicles, partners_vehicle, structure_record
from roadworthy.crash.partners import Met, meet_all
from roadworthy.vehicles import find


@pytest.fixture(scope="module")
def told():
    return partners_vehicle(find("honda_nbox_jf5"), 0)


def test_every_partner_class_by_speed_in_one_table(told):
    rows = {row["partner"]: row for row in told["partners"]}
    assert set(rows) == {"honda_nbox_jf5", *PARTNERS}
    for row in rows.values():
        assert len(row["own"]["p_ais3"]) == len(told["closing_mps"])
        assert (np.diff(row["own"]["delta_v_mps"]) > 0.0).all()
    assert rows["heavy"]["other"]["p_ais3"] is None and rows["heavy"]["mass_kg"] is None
    dv = [rows[p]["own"]["delta_v_mps"][-1] for p in PARTNERS]
    assert dv == sorted(dv)
    assert told["share_at_or_above"] == sorted(told["share_at_or_above"], reverse=True)


def test_its_own_kind_is_a_mirror(told):
    mirror = told["partners"][0]
    for reading in ("delta_v_mps", "crush_m", "p_ais3", "p_fatal_field"):
        np.testing.assert_allclose(mirror["own"][reading], mirror["other"][reading], rtol=1e-4)


def test_the_table_is_the_pair_model_whatever_the_restraints():
    vehicles = [find(name) for name in ("honda_nbox_jf5", "honda_acty_ha3", "ford_f150_crew")]
    mets = [Met.of(structure_record(v)[0]) for v in vehicles]
    found = meet_all(mets[0], mets[1:], [50 * MPH, 70 * MPH])
    for met, other in zip(found, vehicles[1:], strict=True):
        scene = collide_vehicles(vehicles[0], 0, other, 0, 70 * MPH, pulses=False)
        assert float(met.first.p_ais3[1]) == pytest.approx(scene.first.p_ais3, rel=1e-4)
        assert float(met.second.chest_g[1]) == pytest.approx(scene.second.chest_g, rel=1e-4)
        assert met.second.restraint == scene.second.restraint
