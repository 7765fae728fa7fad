"""Look-up: rows found by a number, for block after block of lines.

Protects: speed that does not fall with the size of the settlement: a join would hash a million
order items again for each block; here they are sorted once.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Lookup:
    """A table sorted by its key; the row after its last is all nulls, for what is not found."""

    keys: pl.Series
    rows: pl.DataFrame

    @classmethod
    def by(cls, key: str, table: pl.DataFrame) -> Lookup:
        """Prepare a table whose keys are unique and never null."""
        ordered = table.sort(key)
        nothing = pl.DataFrame({each: [None] for each in table.columns}, schema=table.schema)
        return cls(ordered[key], pl.concat([ordered, nothing]))

    def find(self, asked: pl.Series) -> pl.DataFrame:
        """Return one row for each key asked for, in the same order.

        Rows of an order item stand together, so equal neighbours are looked up once.
        """
        runs = asked.to_frame("asked").select(asked=pl.col("asked"), run=pl.col("asked").rle_id())
        firsts = runs.filter(pl.col("run").diff().fill_null(1) != 0)["asked"]
        at = self.keys.search_sorted(firsts)
        found = self.rows[at]
        missed = (found[self.keys.name] != firsts).fill_null(value=True)
        if missed.any():
            found = self.rows[
                at.to_frame("at").select(pl.when(~missed).then("at").otherwise(len(self.keys)))[
                    "at"
                ]
            ]
        return found[runs["run"]].drop(self.keys.name)
