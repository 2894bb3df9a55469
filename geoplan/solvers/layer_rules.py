"""Rules that levels and services share, as rows of a programme and as plain checks."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array, csr_array

from geoplan.model.arrays import Flags, Floats, Ints, Sparse
from geoplan.model.layered import LayerRules
from geoplan.solvers.binary import Programme

ROUNDING = 1e-12
"""Sums that pass their limit in the last digits of a double alone are within it."""

KEPT = 1e-9
"""A rule on money or space counts as kept up to this part of itself; HiGHS keeps rows to 1e-9."""


def possible_pairs(rules: LayerRules, allowed: Flags, existing: Flags) -> Ints:
    """Return the pairs that may be opened, (pairs, 2), ascending.

    Left out of ``allowed`` (candidates, layers) are the banned pairs, those dearer than the whole
    budget, and all of a new candidate that is in conflict with an existing facility.
    """
    allowed = allowed & (rules.price <= rules.budget * (1 + ROUNDING))
    allowed[rules.banned[:, 0], rules.banned[:, 1]] = False
    for first, second in ((0, 1), (1, 0)):
        beside = rules.conflicts[existing[rules.conflicts[:, second]], first]
        allowed[beside[~existing[beside]]] = False
    pairs: Ints = np.argwhere(allowed).astype(np.int64)
    return pairs


def incidence(member: Ints, groups: int, chosen: Flags) -> Sparse:
    """Return 1 where a chosen pair belongs to the group, (pairs, groups)."""
    rows = np.flatnonzero(chosen)
    at = (rows, member[rows])
    table: Sparse = csr_array(coo_array((np.ones(rows.size), at), shape=(member.size, groups)))
    return table


def at_most(programme: Programme, rows: Sparse, most: Floats) -> Programme:
    """Return the programme with the rows that can pass their most; others bind nothing."""
    binding = np.flatnonzero(np.asarray(rows.sum(axis=1)) > most)
    return programme.with_rows(
        csr_array(rows[binding]), np.full(binding.size, -np.inf), most[binding]
    )


def at_least(programme: Programme, rows: Sparse, least: Floats) -> Programme:
    """Return the programme with rows that must come to something."""
    return programme.with_rows(rows, least, np.full(least.size, np.inf))


def weighed_row(programme: Programme, amount: Floats, most: float) -> Programme:
    """Return the programme with a bound on a sum of amounts ≥ 0, in parts of the largest."""
    if not amount.sum() > most:
        return programme
    scale = float(amount.max())
    return programme.with_row(amount / scale, high=most * (1 + ROUNDING) / scale)


def required_rows(programme: Programme, pairs: Ints, required: Ints) -> Programme:
    """Return the programme in which each required pair, all of which are there, is opened."""
    for candidate, layer in np.unique(required, axis=0).reshape(-1, 2):
        coefficients = np.zeros(programme.matrix.shape[1])
        coefficients[: pairs.shape[0]] = (pairs == [candidate, layer]).all(axis=1)
        programme = programme.with_row(coefficients, low=1.0, high=1.0)
    return programme


def broken_by_any(rules: LayerRules, openings: Ints, existing: Flags, spent: float) -> list[str]:
    """Return which of the shared rules the openings break, told from the rules alone.

    ``spent`` is what the plan costs. Two facilities that exist already are in nobody's way.
    """
    opened = existing.copy()
    opened[openings[:, 0]] = True
    table = np.zeros(rules.price.shape, dtype=np.bool_)
    table[openings[:, 0], openings[:, 1]] = True
    clash = opened[rules.conflicts].all(axis=1) & ~existing[rules.conflicts].all(axis=1)
    faults = {
        "required": not table[rules.required[:, 0], rules.required[:, 1]].all(),
        "banned": bool(table[rules.banned[:, 0], rules.banned[:, 1]].any()),
        "conflicts": bool(clash.any()),
        "budget": spent > rules.budget * (1 + KEPT),
    }
    return [name for name, present in faults.items() if present]
