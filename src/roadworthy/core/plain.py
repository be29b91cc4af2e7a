"""A value as JSON can hold it."""

from __future__ import annotations

import math
from datetime import date
from typing import Any


def plain(value: Any) -> Any:
    """NaN and infinities become null (not known), arrays lists, dates ISO text; the rest stays."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return value
