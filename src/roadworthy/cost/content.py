"""What the rules' content costs a vehicle, and what it costs in risk to leave it out.

    cost = content_usd  sum_u required_u share_u need_u     (mass alike; programme without need; each with its own shares)
    factor = prod_u [ 1 + (f_u - 1) waived_u scale ],       waived = 1 - required

f_u is the risk with block u wholly waived over the risk with it: own injury for what protects, crash involvement for what
prevents. A waiver is therefore paid for in lives, never free. need_u is 1 but for the front of a car with a nose, which already passes
Japan's wall tests: there it runs from what the crash room's structure says is missing to the whole block (`crash.compliance` gives the same
range for one vehicle). A cab over the axle needs the whole block: no lengthening that the crash room tries lets it pass. Blocks are independent; the crash room's structure is that of the
car with all its content. Limits: the engineering of the programme is not less where less is missing; the split into blocks is judgement (table cost/blocks); one split serves all new kei vehicles,
save that an electric car needs no emission content.
References: Tarbet 2004 (DOT HS 809 834); Kahane 1996, 2007, 2014 (DOT HS 808 470, 810 748, 811 882); Cooper, Meckle and Nasvadi 2009.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from roadworthy import data
from roadworthy.core import Cited
from roadworthy.core.axes import BLOCKS, NEW_SLOTS, SLOTS
from roadworthy.cost.assumptions import CostAssumptions

NEW = np.arange(len(SLOTS)) < NEW_SLOTS
"""Slots that are new vehicles; a used import is judged by its age and gets no content."""
NOSE = np.array([slot != "kei_truck" for slot in SLOTS])
"""Slots that crush ahead of the cab by their name; a study with another vehicle passes its own."""
FRONT = np.array([block == "front_structure" for block in BLOCKS])
ELECTRIC = np.array([slot == "kei_ev" for slot in SLOTS])
"""Slots that are electric by their name; a study with another vehicle passes its own."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """The block table as arrays [u]; plain numpy, so it is a constant of compiled code."""

    content_usd_share: np.ndarray
    content_kg_share: np.ndarray
    programme_usd_share: np.ndarray
    electric_share: np.ndarray
    own_injury_waived: np.ndarray
    involvement_waived: np.ndarray


class Content(eqx.Module):
    """What a set of requirements brings, per slot; a used import has no new content and factors of one."""

    cost_usd: Float[Array, " e"]
    added_kg: Float[Array, " e"]
    programme_usd: Float[Array, ""]
    """One-off engineering of the demanded blocks, without certification and plant."""
    own_injury_factor: Float[Array, " e"]
    involvement_factor: Float[Array, " e"]


@lru_cache(maxsize=1)
def blocks() -> Blocks:
    """The table cost/blocks in the order of `core.axes.BLOCKS`."""
    rows = {row["block"]: row for row in data.table("cost/blocks").iter_rows(named=True)}
    names = Blocks.__dataclass_fields__
    return Blocks(**{name: np.array([float(rows[block][name]) for block in BLOCKS]) for name in names})


def block_factors() -> dict[str, dict[str, Cited]]:
    """For the reader: each block's two risk factors when waived, with source and status."""
    found = {}
    for row in data.table("cost/blocks").iter_rows(named=True):
        found[row["block"]] = {
            "own_injury": Cited(row["own_injury_waived"], "-", row["injury_source"], row["injury_status"]),
            "involvement": Cited(row["involvement_waived"], "-", row["involvement_source"], row["involvement_status"]),
        }
    return found


def waiver_factor(waived: Float[Array, " u"], factor: np.ndarray, scale: Float[Array, ""] | float) -> Float[Array, ""]:
    """Risk with some content waived, over the risk with all of it. [-]"""
    return jnp.prod(1.0 + (factor - 1.0) * waived * scale)


def comply(
    required: Float[Array, " u"], a: CostAssumptions, electric: Bool[Array, " e"] | None = None, nose: Bool[Array, " e"] | None = None
) -> Content:
    """Cost, mass, programme and risk factors of the content that `required` [u, 0..1] demands of each slot.

    `electric` says which slots are electric, `nose` which crush ahead of the cab; without them the slots' names say so.
    """
    table = blocks()
    is_electric = jnp.asarray(ELECTRIC) if electric is None else electric
    new = jnp.asarray(NEW)
    has_nose = jnp.asarray(NOSE) if nose is None else nose
    front = jnp.where(has_nose[:, None] & FRONT, a.front_content_share, 1.0)
    needed = jnp.where(is_electric[:, None], table.electric_share, 1.0) * front * required
    injury = waiver_factor(1.0 - required, table.own_injury_waived, a.waived_injury_scale)
    involvement = waiver_factor(1.0 - required, table.involvement_waived, a.waived_involvement_scale)
    return Content(
        cost_usd=jnp.where(new, a.content_usd * (needed @ table.content_usd_share), 0.0),
        added_kg=jnp.where(new, a.content_kg * (needed @ table.content_kg_share), 0.0),
        programme_usd=a.programme_usd * (required @ jnp.asarray(table.programme_usd_share)),
        own_injury_factor=jnp.where(new, injury, 1.0),
        involvement_factor=jnp.where(new, involvement, 1.0),
    )
