"""Rows of a sparse table, put in their places by several threads at once."""

from __future__ import annotations

from numba import njit

from geoplan.model.arrays import Floats, Indices, Ints


@njit(nogil=True, cache=True)
def place_rows(
    found: tuple[Indices, Indices, Floats],
    rows: Ints,
    start: Ints,
    table: tuple[Indices, Floats],
) -> None:
    """Copy a block of rows into a CSR table (column, seconds) whose rows begin at ``start``.

    Parameters
    ----------
    found
        How many entries each row of the block has; column and seconds of all of them in turn.
    rows
        Row of the table for each row of the block; no two blocks share one.
    """
    counts, column, seconds = found
    at = 0
    for row in range(rows.size):
        to = start[rows[row]]
        for entry in range(counts[row]):
            table[0][to + entry], table[1][to + entry] = column[at], seconds[at]
            at += 1
