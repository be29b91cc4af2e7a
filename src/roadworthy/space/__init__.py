"""Who fits: shares of US adults who can sit in a car alone, in twos and in fours, and whose weight it may carry.

`fit(vehicle, people)` answers for vehicles; `fit_share` and `shares` are the smooth kernels with gradients by every dimension.
"""

from roadworthy.space.children import Children, children
from roadworthy.space.fit import Fit, fit
from roadworthy.space.interior import Interior, Room, room
from roadworthy.space.kernel import SCALE_M, TIERS, fit_share, shares
from roadworthy.space.people import People, adults, named_party, party, percentile_sitter
from roadworthy.space.posture import Posture, posture

__all__ = [
    "SCALE_M",
    "TIERS",
    "Children",
    "Fit",
    "Interior",
    "People",
    "Posture",
    "Room",
    "adults",
    "children",
    "fit",
    "fit_share",
    "named_party",
    "party",
    "percentile_sitter",
    "posture",
    "room",
    "shares",
]
