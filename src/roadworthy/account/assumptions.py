"""The uncertain numbers of the account room; values, distributions and sources are in study/assumptions/account.yaml."""

from __future__ import annotations

import equinox as eqx

from roadworthy.core.shapes import Index, Scalar


class AccountAssumptions(eqx.Module):
    """What harms are worth and who counts as home. Every leaf is a scalar."""

    vsl_usd: Scalar
    """Value of a statistical life in 2022. [USD]"""
    vsl_growth: Scalar
    """Real growth of the value of a statistical life. [1/yr]"""
    scghg_choice: Index
    """Stream of the social cost of CO2, an index of SCGHG. [-]"""
    air_high: Scalar
    """Weight of the high mortality study in the cost of pollutants, 0..1. [-]"""
    congestion_factor: Scalar
    """Congestion of a slot's mile over a car's. [-]"""
    injury_multiple: Scalar
    """Value of all injuries over that of the deaths they come with; 0 leaves them out. [-]"""
    home_share_import: Scalar
    """US share of the profit of an entrant who imports. [-]"""
    home_share_plant: Scalar
    """US share of the profit of an entrant with a US plant. [-]"""
