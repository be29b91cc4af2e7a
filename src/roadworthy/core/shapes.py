"""Names for the scalars that cross rooms."""

from __future__ import annotations

from jaxtyping import Array, Float, Int

Scalar = Float[Array, ""] | float
"""One real number: a Python float outside `jit`, a traced 0-d array inside."""
Index = Int[Array, ""] | int
"""One whole number used for indexing: size form, taste node, kind of novelty."""
