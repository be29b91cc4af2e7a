"""The question as a whole: `evaluate`, studies, draws, sensitivities, the answer and where it is kept."""

from typing import Any

_HOME = {
    "Study": "scenario",
    "load": "scenario",
    "shipped": "scenario",
    "answer": "ask",
    "sell": "selling",
    "evaluate": "chain",
    "Outcome": "chain",
    "prepare": "world",
    "World": "world",
    "results": "run",
    "difference": "run",
    "central": "assumed",
    "draw": "assumed",
    "leaves": "assumed",
    "what_if": "live",
    "Desk": "live",
    "levers": "levers",
    "save": "store",
    "recall": "store",
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    """Parts on use: reading a study file must not load the numerical rooms."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
