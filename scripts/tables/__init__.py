"""How each bundled table is made from its public file."""
