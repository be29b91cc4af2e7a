"""A room imports only lower ranks, and rooms of equal rank never import each other."""

import ast
from pathlib import Path

import pytest

RANK = {
    "core": 0, "data": 1, "vehicles": 2, "rules": 3, "crash": 4, "energy": 4, "space": 4, "cost": 5,
    "market": 6, "fleet": 7, "account": 8, "study": 9, "report": 10, "web": 11, "cli": 12,
}  # fmt: skip
SOURCE = Path(__file__).resolve().parents[2] / "src" / "roadworthy"


def imported_rooms(file: Path) -> list[tuple[int, str]]:
    """Line and room of every import of a roadworthy room in a file, also those inside functions."""
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [a.name for a in node.names]
            if isinstance(node, ast.Import)
            else []
        )
        if isinstance(node, ast.ImportFrom) and node.module == "roadworthy":
            names = [f"roadworthy.{alias.name}" for alias in node.names]
        found += [(node.lineno, name.split(".")[1]) for name in names if name.startswith("roadworthy.")]
    return found


@pytest.mark.parametrize("room", RANK)
def test_room_imports_only_lower_ranks(room):
    files = sorted((SOURCE / room).rglob("*.py"))
    assert files, f"room {room} has no modules"
    for file in files:
        for line, other in imported_rooms(file):
            where = f"{file.relative_to(SOURCE)}:{line} imports {other}"
            assert other == room or other not in RANK or RANK[other] < RANK[room], where
