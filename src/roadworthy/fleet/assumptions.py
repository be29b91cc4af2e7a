"""The uncertain numbers of the fleet room; values, distributions and sources are in study/assumptions/fleet.yaml."""

from __future__ import annotations

import equinox as eqx

from roadworthy.core.shapes import Scalar


class FleetAssumptions(eqx.Module):
    """Who drives where, how far, and at what risk beyond the crash kernel. Every leaf is a scalar."""

    light_vmt: Scalar
    """Light-vehicle miles of the years of the death counts. [1e12 mi/yr] Deaths over miles give every rate."""
    partner_car: Scalar
    """Weight of cars among partners of two-vehicle crashes; the four weights are renormalised. [-]"""
    partner_cuv: Scalar
    partner_pickup: Scalar
    partner_heavy: Scalar
    share_45: Scalar
    """Share of miles on roads posted 45 mph or less. [-]"""
    share_limited: Scalar
    """Share of the other miles that are on limited-access roads. [-]"""
    deaths_share_45: Scalar
    """Share of deaths that happen on roads posted 45 mph or less. [-] With their miles and speeds it gives crashes per mile there."""
    speed_scale_45: Scalar
    """Closing-speed scale on roads posted 45 mph or less, over that of other surface roads. [-]"""
    speed_scale_limited: Scalar
    """The same on limited-access roads. [-]"""
    shift: Scalar
    """Part of barred miles that is driven on allowed roads instead. [-]"""
    rho_single: Scalar
    """Own risk of a kei in single-vehicle crashes, over the mean vehicle's. [-]"""
    rho_roll: Scalar
    """The same in crashes that begin with a rollover. [-]"""
    rho_ped: Scalar
    """Risk of a kei to people outside, per mile, over the mean vehicle's. [-]"""
    age_strength: Scalar
    """Strength of the age profile of own risk: 0 none, 1 as in the NHTSA table. [-]"""
    delta: Scalar
    """Miles of others that a slot's mile removes, when its buyer would have driven anyway. [-]"""
    outside_used: Scalar
    """Of buyers from the outside good, those who would have bought or kept a used car. [-]"""
    outside_second: Scalar
    """Of the other buyers from the outside good, those who add a car to one they keep. [-]"""
    second_induced: Scalar
    """Part of an added car's miles that nobody would have driven. [-]"""
    kei_miles_factor: Scalar
    """Miles a year of a new kei, over those of a car of the same age. [-]"""
    rebound: Scalar
    """Elasticity of miles in fuel cost per mile, fuel cars. [-]"""
    used_import_hazard: Scalar
    """Share of used imports scrapped a year after their entry. [1/yr]"""
    used_import_mi: Scalar
    """Miles a year of a used import. [mi/yr]"""
    slot_onroad_factor: Scalar
    """On-road consumption of a slot's vehicle over its label-combined value. [-]"""
    gasoline_price_factor: Scalar
    """Gasoline price before tax over the reference path. [-]"""
    serious_per_death: Scalar
    """People seriously injured for each one killed. [-]"""
