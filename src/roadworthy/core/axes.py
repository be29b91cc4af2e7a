"""The named axes that every room shares: the order of slots, routes, classes, partners, roads and parties.

One place for each order, so that arrays passed between rooms need no labels. See docs/chain.md for their meaning.
"""

SLOTS = ("kei_car", "kei_truck", "kei_ev", "used_import")
"""Offers that a reform may open. Slots 0-2 are one maker's new vehicles; slot 3 is the used import."""
NEW_SLOTS = 3
SLOT_COUNT = len(SLOTS)
ROUTES = ("import", "us_plant")

INCUMBENT_CLASSES = ("small_car", "car", "suv_van", "pickup")
"""New vehicles on sale today, by body; small cars have a footprint under 41 ft2."""
CLASSES = (*SLOTS, *INCUMBENT_CLASSES, "stock")
"""All nine classes of the fleet account; `stock` is the mean vehicle now on the road."""

PARTNERS = ("car", "cuv_suv", "pickup", "heavy")
"""What one may meet in a two-vehicle crash."""
ENVIRONMENTS = ("posted_45_or_less", "other_surface", "limited_access")
PARTIES = ("own", "partners", "outside")
"""Whose death: occupants of the class itself, of the other vehicle, people on foot or on a bicycle."""

BLOCKS = (
    "front_structure",
    "side_structure",
    "rear_and_fuel",
    "roof",
    "restraint",
    "esc",
    "aeb",
    "lamps_and_equipment",
    "emissions_and_obd",
    "left_hand_drive",
)
"""Content that a set of rules demands of a vehicle; `Policy.required` has one share for each."""

INCOME_GROUPS = ("below_25k", "25_to_50k", "50_to_100k", "100_to_200k", "above_200k")
"""Household income of 2022, USD a year."""

SIZE_FORMS = ("ln_length_x_width", "ln_footprint", "linear_length_x_width")

SALE_YEARS = 30
AGES = 40
CALENDAR_YEARS = SALE_YEARS + AGES
"""Sales of 30 years are followed to the end of their lives."""
YEAR_5, YEAR_10 = 4, 9
"""Sale years that headlines speak of; year 1, in which the reform is in force first, is 0."""
