"""A covering problem cut down to what matters; the cuts keep every best plan that can be first."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from geoplan.model.arrays import Flags, Floats, Indices, Ints, Sparse
from geoplan.model.placement import PlacementProblem
from geoplan.solvers.opening import opening_of, serving

DECIMALS = 6
"""Weights with at most this many decimals are counted in whole quanta, hence exactly."""

REAL_TOTAL, REAL_STEP = 1e6, 1e-3
"""Other weights are scaled to this total; plans closer than a billionth of it count as equal."""


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """At most ``sites`` candidates are opened to serve as much weight as possible."""

    serves: Sparse
    """(candidates, rows) 1 where the candidate serves the row; no two rows are alike."""
    weight: Floats
    """(rows,) > 0, in quanta."""
    price: Floats
    """(rows,) 0..weight, multipliers from which the search for a bound starts."""
    candidate: Indices
    """(candidates,) indices in the placement problem, ascending."""
    sites: int
    """How many candidates may be opened, at most the number of candidates."""
    step: float
    """Least difference between two plans that counts: 1 when the weights are whole quanta."""
    quantum: float
    """Weight of one quantum in the units of the problem."""

    @property
    def total(self) -> float:
        """Weight of all rows: no plan can serve more."""
        return float(self.weight.sum())

    def served(self, plan: Indices) -> Flags:
        """Return which rows the plan (candidates of this cover) serves."""
        served = np.zeros(self.weight.shape[0], dtype=np.bool_)
        for site in plan:
            served[self.rows_of(site)] = True
        return served

    def value(self, plan: Indices) -> float:
        """Return the weight that the plan serves, in quanta."""
        return float(self.weight[self.served(plan)].sum())

    def rows_of(self, site: int) -> Indices:
        """Return the rows that one candidate serves."""
        rows: Indices = self.serves.indices[self.serves.indptr[site] : self.serves.indptr[site + 1]]
        return rows

    def only(self, keep: Indices, rows: Flags, sites: int) -> Cover:
        """Return the cover of some candidates (ascending) and some rows, merged anew."""
        columns = np.column_stack([self.weight, self.price])[rows]
        serves, columns = merged_rows(csr_array(self.serves[keep][:, rows]), columns)
        return replace(
            self,
            serves=serves,
            weight=columns[:, 0],
            price=np.minimum(columns[:, 1], columns[:, 0]),
            candidate=self.candidate[keep],
            sites=min(sites, keep.shape[0]),
        )


def reduced_cover(problem: PlacementProblem) -> Cover:
    """Return the cover without rows and candidates that cannot matter.

    Dropped are points that an open candidate serves or that weigh nothing; candidates that are
    not free to be opened (``solvers.opening``) or serve nobody left; and candidates that serve no
    more than one *earlier* candidate. The last cut is safe for the first of the best plans, too:
    put the earlier candidate in the later one's place and the plan is no worse and comes first. A
    candidate that a *later* one dominates stays. Conflicts and prices among the free candidates
    are not looked at.
    """
    opening = opening_of(problem)
    weight, quantum, step = in_quanta(problem.weight)
    rows = (weight > 0) & ~problem.served(opening.opened)
    serves = csr_array(serving(problem, problem.limit)[opening.free][:, rows])
    useful = np.flatnonzero(np.diff(serves.indptr) > 0)
    serves, columns = merged_rows(csr_array(serves[useful]), weight[rows, None])
    keep = np.flatnonzero(~_dominated_by_earlier(serves))
    serves, columns = merged_rows(csr_array(serves[keep]), columns)
    return Cover(
        serves=serves,
        weight=columns[:, 0],
        price=columns[:, 0] / np.bincount(serves.indices, minlength=columns.shape[0]),
        candidate=opening.free[useful][keep].astype(np.int32),
        sites=min(opening.room, keep.size),
        step=step,
        quantum=quantum,
    )


def merged_rows(serves: Sparse, columns: Floats) -> tuple[Sparse, Floats]:
    """Return the cover with like rows merged and unserved rows dropped, in one fixed order.

    The rows are sorted by the candidates that serve them, and ``columns`` (rows, n) are added in
    rising order of the first: neither depends on the order of the input.
    """
    by_row = csr_array(serves.T)
    by_row.sort_indices()
    group = _pattern_groups(by_row)
    group = np.where(np.diff(by_row.indptr) > 0, group, -1)
    order = np.lexsort([columns[:, 0], group])
    order = order[group[order] >= 0]
    if not order.size:
        return csr_array((serves.shape[0], 0), dtype=np.float64), columns[:0]
    first = np.flatnonzero(np.diff(group[order], prepend=-1))
    merged: Sparse = csr_array(by_row[order[first]].T)
    merged.sort_indices()
    return merged, np.add.reduceat(columns[order], first, axis=0)


def _pattern_groups(by_row: Sparse) -> Ints:
    """Return a number for each row, equal for rows with equal entries, rising with the entries."""
    keys = [
        by_row.indices[start:stop].astype(">i4").tobytes()
        for start, stop in zip(by_row.indptr[:-1], by_row.indptr[1:], strict=True)
    ]
    number = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    return np.array([number[key] for key in keys], dtype=np.int64)


def _dominated_by_earlier(serves: Sparse) -> Flags:
    """Return which candidates serve no row that one and the same earlier candidate does not."""
    sizes = np.diff(serves.indptr)
    common = (serves @ csr_array(serves.T)).tocoo()
    inside = (common.data == sizes[common.row]) & (common.col < common.row)
    dominated = np.zeros(serves.shape[0], dtype=np.bool_)
    dominated[common.row[inside]] = True
    return dominated


def in_quanta(weight: Floats) -> tuple[Floats, float, float]:
    """Return the weights as multiples of a quantum, the quantum, and the least step that counts."""
    for decimals in range(DECIMALS + 1):
        scaled = weight * 10.0**decimals
        whole = np.rint(scaled)
        if whole.sum() < 2.0**50 and np.allclose(scaled, whole, rtol=1e-12, atol=1e-9):
            divisor = max(int(np.gcd.reduce(whole.astype(np.int64))), 1) if weight.size else 1
            return whole / divisor, divisor / 10.0**decimals, 1.0
    total = float(weight.sum())
    return weight * (REAL_TOTAL / total), total / REAL_TOTAL, REAL_STEP
