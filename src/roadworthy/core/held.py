"""What is the model held against?

A published fact beside the model's own value, with the tolerance that was promised and whether the fact was used in fitting. Each room
gives its facts by `held()`; nobody hides a miss: a fact outside its tolerance stays in the list and says why.

    inside  <=>  |ours - published| <= tolerance * scale,   scale = |published| when the tolerance is relative, 1 otherwise
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Held:
    """One published fact and the model's value for it, both in `unit`."""

    room: str
    id: str
    """Stable name within the room, such as `camry_city`."""
    what: str
    """The fact in plain words."""
    unit: str
    published: float
    ours: float
    tolerance: float
    kind: Literal["relative", "absolute"]
    fitted: bool
    """Whether this very fact was used to fit the model."""
    source: str
    note: str = ""
    """A sentence on a miss, or on what limits the comparison."""
    group: str = ""
    """Facts of one scatter plot share a group, such as `unadjusted city`."""

    @property
    def error(self) -> float:
        """ours - published, over |published| when the tolerance is relative."""
        gap = self.ours - self.published
        return gap / abs(self.published) if self.kind == "relative" and self.published else gap

    @property
    def inside(self) -> bool | None:
        """Whether the error is within the tolerance; None when the model gives no value."""
        return None if math.isnan(self.ours) else abs(self.error) <= self.tolerance
