"""Bundled tables of facts: every one with its source, licence, columns with units, and a checksum in `lock.toml`.

`table("market/models")` reads one; `describe("market/models")` says where it comes from; `verify()` compares every file with
the lock. The scripts that make the tables from public files are in `scripts/tables/`.
"""

from roadworthy.data.tables import TableInfo, catalogue, describe, lock, path, table, verify

__all__ = ["TableInfo", "catalogue", "describe", "lock", "path", "table", "verify"]
