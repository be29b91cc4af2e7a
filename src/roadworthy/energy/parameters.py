"""Which numbers does the vehicle model rest on, and where does each come from?

`parameters()` reads the tables `energy/parameters` (conventions, by hand) and `energy/fitted`, `energy/launch_fit` and `energy/five_fit` (by
scripts/tables/energy_fit.py, energy_launch.py and energy_five.py) once into `Parameters`, whose fields are their names; `cited("f0")` gives one value with unit, source and status. Values are plain floats: inside `jit` they are constants, and a
caller who wants a gradient with respect to one replaces it by an array (`equinox.tree_at`).
Limits: parameters of one fit go together; their spreads in the table are marginal ones.
"""

from __future__ import annotations

from functools import lru_cache

import equinox as eqx

from roadworthy.core import Cited, unknown
from roadworthy.core.shapes import Scalar
from roadworthy.data import table


class Parameters(eqx.Module):
    """Numbers of the model in SI; meaning, unit and source of each in the table `energy/parameters`."""

    # engine: indicated efficiency, friction, speed law, on factor, cold start
    e0: Scalar
    e_DI: Scalar
    e_b: Scalar
    e_y: Scalar
    e_V: Scalar
    e_c: Scalar
    f0: Scalar
    f1: Scalar
    f_b: Scalar
    f_c: Scalar
    f_s: Scalar
    f_y: Scalar
    e_diesel: Scalar
    f_diesel: Scalar
    bmep_diesel_Pa: Scalar
    s_low: Scalar
    s_high: Scalar
    bmep_na_Pa: Scalar
    bmep_boosted_Pa: Scalar
    r_man: Scalar
    r_cvt: Scalar
    k_N_geared: Scalar
    k_N_cvt: Scalar
    n0: Scalar
    idle_rise: Scalar
    v_idle_mps: Scalar
    w_idle_mps: Scalar
    S: Scalar
    v_stop_mps: Scalar
    d: Scalar
    w_overrun_W: Scalar
    v_overrun_mps: Scalar
    x_rich: Scalar
    k_rich: Scalar
    c: Scalar
    tau_s: Scalar
    # air conditioning of SC03, and the test at 20 F (module `five`)
    ac_W: Scalar
    cold_load: Scalar
    cold_b: Scalar
    cold_c: Scalar
    cold_tau_s: Scalar
    cold_soak: Scalar
    # driveline and accessories
    eta_at: Scalar
    eta_cvt: Scalar
    eta_dct: Scalar
    eta_manual: Scalar
    e_g: Scalar
    e_awd: Scalar
    e_low: Scalar
    e_low_dct: Scalar
    v_low_mps: Scalar
    P_aux_W: Scalar
    P_spin_W: Scalar
    P_spin_awd_W: Scalar
    k_r: Scalar
    k_t: Scalar
    w_load_W: Scalar
    w_rev: Scalar
    # strong hybrid drive
    hev_e: Scalar
    hev_e_y: Scalar
    hev_bmep_Pa: Scalar
    hev_N_min: Scalar
    hev_eta_chain: Scalar
    hev_eta_t: Scalar
    hev_eta_geared: Scalar
    hev_r: Scalar
    hev_p_reg_W_per_kg: Scalar
    hev_P_aux_W: Scalar
    hev_w_W: Scalar
    hev_c: Scalar
    plug_window: Scalar
    # electric drive
    ev_e0: Scalar
    ev_e_y: Scalar
    ev_r: Scalar
    ev_p_reg_W_per_kg: Scalar
    ev_v_reg_mps: Scalar
    ev_w_reg_mps: Scalar
    ev_P_aux_W: Scalar
    ev_P_spin_W: Scalar
    ev_P_spin_awd_W: Scalar
    ev_eta_chg: Scalar
    ev_speed_mps: Scalar
    ev_label: Scalar
    # conventions
    year0: Scalar
    rho_kg_m3: Scalar
    payload_us_kg: Scalar
    payload_jc08_kg: Scalar
    payload_wltcj_kg: Scalar
    cold_jc08: Scalar
    # performance
    traction_eta: Scalar
    traction_u: Scalar
    traction_u_boosted: Scalar
    traction_u_manual: Scalar
    traction_u_awd: Scalar
    traction_u_diesel: Scalar
    traction_u_hybrid: Scalar
    traction_u_electric: Scalar
    launch_delay_s: Scalar
    launch_delay_manual_s: Scalar
    v_floor_mps: Scalar
    mu: Scalar
    share_2wd: Scalar
    share_awd: Scalar
    governor_kei_mps: Scalar
    governor_kei_ev_mps: Scalar
    # spreads and support of the fit
    sd_city: Scalar
    sd_hwy: Scalar
    sd_ev: Scalar
    sd_hev_city: Scalar
    sd_hev_hwy: Scalar
    sd_diesel_city: Scalar
    sd_diesel_hwy: Scalar
    sd_outside: Scalar
    sd_drag_area: Scalar
    sd_class: Scalar
    sd_time: Scalar
    support_displacement_low_m3: Scalar
    support_displacement_high_m3: Scalar
    support_mass_low_kg: Scalar
    support_ev_mass_low_kg: Scalar
    support_mass_high_kg: Scalar
    support_year_low: Scalar
    # fuels
    gasoline_J_per_gal: Scalar
    diesel_J_per_gal: Scalar
    gasoline_gCO2_per_gal: Scalar
    diesel_gCO2_per_gal: Scalar
    # thresholds of "slow"
    merge_speed_mps: Scalar
    pass_below_limit_mps: Scalar
    pass_0_60_s: Scalar
    pass_above_limit_mps: Scalar
    pass_grade_below_limit_mps: Scalar
    pass_grade: Scalar
    highway_limit_mps: Scalar


@lru_cache(maxsize=1)
def _rows() -> dict[str, Cited]:
    rows = [
        *table("energy/parameters").iter_rows(named=True),
        *table("energy/fitted").iter_rows(named=True),
        *table("energy/launch_fit").iter_rows(named=True),
        *table("energy/five_fit").iter_rows(named=True),
    ]
    return {r["name"]: Cited(float(r["value"]), r["unit"], r["source"], r["status"], note=r["note"] or "") for r in rows}


@lru_cache(maxsize=1)
def parameters() -> Parameters:
    """The shipped parameters: conventions and the fit."""
    return Parameters(**{name: row.value for name, row in _rows().items()})


def cited(name: str) -> Cited:
    """One parameter with unit, source and status."""
    rows = _rows()
    if name not in rows:
        raise unknown("energy parameter", name, rows)
    return rows[name]


@lru_cache(maxsize=1)
def _defaults() -> dict[str, Cited]:
    rows = table("energy/defaults").iter_rows(named=True)
    return {r["name"]: Cited(float(r["value"]), r["unit"], r["source"], r["status"], note=f"sd {r['sd']}, n {r['n']}") for r in rows}


def default(name: str) -> float:
    """A coefficient of the fits that stand in for missing inputs (table `energy/defaults`)."""
    rows = _defaults()
    if name not in rows:
        raise unknown("default", name, rows)
    return float(rows[name].value)
