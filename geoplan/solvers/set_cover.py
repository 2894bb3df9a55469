r"""Covers: the plans that serve every row, cut down to what matters.

The set covering problem (Toregas and others 1971, *Operations Research* 19, 1363-1373)::

    minimise    Σ_j c_j y_j
    subject to  Σ_{j in N_i} y_j ≥ 1      for every row i
                y_j + y_k ≤ 1             for every pair (j, k) in conflict
                Σ_j f_j y_j ≤ B
                y_j in {0, 1}

    i    row: demand points that the same candidates serve
    j, k free candidate
    N_i  the candidates that serve the row
    c_j  1, or the price of the candidate
    f_j  price of the candidate, and B the money that is left
    y_j  1 when a site opens at j
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from geoplan.model.arrays import Flags, Floats, Indices, Sparse
from geoplan.model.placement import PlacementProblem
from geoplan.solvers.binary import Programme, empty_programme, kept_by
from geoplan.solvers.contained import contained_pairs
from geoplan.solvers.cover import merged_rows
from geoplan.solvers.opening import Opening, flags_of, positions, serving

RARITY = (0.0, 1.0, 2.0)
"""Powers of the number of candidates by which a row counts less in a greedy search."""


@dataclass(frozen=True, slots=True, eq=False)
class RowCover:
    """Every row is to be served by a free candidate."""

    serves: Sparse
    """(free, rows) 1 where the candidate serves the row."""
    opening: Opening
    """The free candidates and the rules among them."""

    @property
    def possible(self) -> bool:
        """Whether each row, taken alone, can be served."""
        served = np.bincount(self.serves.indices, minlength=self.serves.shape[1])
        return self.opening.possible and bool((served > 0).all())

    def programme(self, *, room: int | None) -> Programme:
        """Return the programme; ``room`` is how many may be opened, None for any number."""
        free, rows = self.serves.shape
        every = empty_programme(free, free).with_rows(
            csr_array(self.serves.T), np.ones(rows), np.full(rows, np.inf)
        )
        return self.opening.limited(every, room=room)


def cover_within(
    problem: PlacementProblem, opening: Opening, points: Flags, *, limit: float
) -> RowCover:
    """Return the cover of the points that nothing serves yet at this cost or less."""
    serves = serving(problem, limit)
    served = np.zeros(points.size, dtype=np.bool_)
    served[csr_array(serves[opening.opened]).indices] = True
    rows = np.flatnonzero(points & ~served)
    return RowCover(serves=csr_array(csr_array(serves[opening.free])[:, rows]), opening=opening)


def reduced(cover: RowCover, *, deadline: float = np.inf) -> RowCover:
    """Return the cover without rows and candidates that cannot matter.

    In turn, until nothing changes: a row that only one candidate serves opens it, and its
    neighbours close; rows that an open candidate serves go; of like rows one stays, and none whose
    candidates include all those of another row; candidates that serve nobody go, and those that
    serve no more than one earlier candidate that is not dearer and has no other conflicts. The
    last cut is safe for the first of the best plans: put the earlier candidate in the later one's
    place, and the plan is no worse and comes first. After the deadline (monotonic seconds) what
    has been cut stays cut, and nothing more is sought.
    """
    size = (-1, -1)
    while cover.possible and cover.serves.shape != size and time.monotonic() < deadline:
        size = cover.serves.shape
        cover = _without_wider_rows(_without_essential(cover), deadline)
        if cover.possible:
            cover = kept_cover(cover, ~_dominated_by_earlier(cover, deadline))
    return cover


def greedy_cover(cover: RowCover, *, deadline: float = np.inf) -> Indices | None:
    """Return a cover found by taking what serves most rows for its price, None when stuck.

    This is done with like rows, and with rows that count the more the fewer candidates serve them;
    the plan with the fewest sites is taken. Sites that the others make idle are closed again. The
    plan keeps the conflicts; money and number are for the caller to check. After the deadline
    (monotonic seconds) no further order is tried.
    """
    chances = np.bincount(cover.serves.indices, minlength=cover.serves.shape[1])
    found: list[Indices] = []
    for power in RARITY:
        if found and time.monotonic() > deadline:
            break
        plan = _greedy(cover, chances.astype(np.float64) ** -power)
        found += [] if plan is None else [plan]
    return min(found, key=len, default=None)


def cover_parts(cover: RowCover) -> list[RowCover]:
    """Return the covers that have nothing to do with each other, those with fewest sites first.

    No candidate serves rows of two of them, and no conflict joins two. The first of the plans with
    the fewest sites is put together from theirs: where two plans of as many sites differ, the one
    with the earliest candidate that is in one alone comes first. Where money is short there is one
    part. None of the parts knows the candidates that are open in every plan as new ones.
    """
    opening, (free, rows) = cover.opening, cover.serves.shape
    alone = replace(cover, opening=replace(opening, new=opening.new[:0]))
    if opening.price.sum() > opening.money or not rows:
        return [alone] if rows else []
    pairs = cover.serves.tocoo()
    first = np.concatenate([pairs.row, opening.conflicts[:, 0]])
    second = np.concatenate([free + pairs.col, opening.conflicts[:, 1]])
    edges = coo_array((np.ones(first.size), (first, second)), shape=(free + rows, free + rows))
    label = connected_components(edges, directed=False)[1]
    numbers = np.unique(label[free:])
    order = np.argsort(np.bincount(label[:free], minlength=label.max() + 1)[numbers], kind="stable")
    return [
        replace(
            kept_cover(alone, label[:free] == number),
            serves=csr_array(cover.serves[label[:free] == number][:, label[free:] == number]),
        )
        for number in numbers[order]
    ]


def _greedy(cover: RowCover, worth: Floats) -> Indices | None:
    serves, conflicts = cover.serves, _conflict_matrix(cover.opening)
    waiting = worth.copy()
    allowed = np.ones(serves.shape[0], dtype=np.bool_)
    dear = 1.0 + cover.opening.price / max(float(cover.opening.price.max(initial=0.0)), 1e-300)
    plan: list[int] = []
    while waiting.any():
        gain = np.where(allowed, np.asarray(serves @ waiting) / dear, 0.0)
        best = int(np.argmax(gain))
        if gain[best] <= 0:
            return None
        plan.append(best)
        waiting[_row(serves, best)] = 0.0
        allowed[_row(conflicts, best)] = False
        allowed[best] = False
    return _without_idle(serves, np.sort(np.array(plan, dtype=np.int32)))


def kept_plan(cover: RowCover, programme: Programme, *, deadline: float = np.inf) -> Indices | None:
    """Return a quickly found plan of the programme of the cover, None when none was found."""
    plan = greedy_cover(cover, deadline=deadline)
    return plan if plan is not None and kept_by(programme, plan) else None


def _without_essential(cover: RowCover) -> RowCover:
    while True:
        count = np.bincount(cover.serves.indices, minlength=cover.serves.shape[1])
        owner = np.repeat(np.arange(cover.serves.shape[0]), np.diff(cover.serves.indptr))
        only = flags_of(owner[count[cover.serves.indices] == 1], cover.serves.shape[0])
        if not only.any():
            return cover
        cover = opened_cover(cover, only)
        if not cover.possible:
            return cover


def opened_cover(cover: RowCover, chosen: Flags) -> RowCover:
    """Return the cover with these candidates open: their rows and their neighbours are gone."""
    opening, sites = cover.opening, positions(chosen)
    near = _conflict_matrix(opening) @ chosen.astype(np.float64) > 0
    served = np.zeros(cover.serves.shape[1], dtype=np.bool_)
    served[csr_array(cover.serves[sites]).indices] = True
    money = opening.money - float(opening.price[sites].sum())
    opened = replace(
        opening,
        opened=np.union1d(opening.opened, opening.free[sites]).astype(np.int32),
        new=opening.sites(sites),
        room=opening.room - sites.size,
        money=money,
        possible=opening.possible and money >= 0 and not (near & chosen).any(),
    )
    rest = RowCover(serves=csr_array(cover.serves[:, ~served]), opening=opened)
    return kept_cover(rest, ~chosen & ~near & (opening.price <= money))


def kept_cover(cover: RowCover, keep: Flags) -> RowCover:
    """Return the cover with some of its free candidates alone."""
    opening, number = cover.opening, np.cumsum(keep) - 1
    pairs = opening.conflicts[keep[opening.conflicts].all(axis=1)]
    return RowCover(
        serves=csr_array(cover.serves[positions(keep)]),
        opening=replace(
            opening,
            free=opening.free[keep],
            conflicts=number[pairs].astype(np.int64).reshape(-1, 2),
            price=opening.price[keep],
        ),
    )


def _without_wider_rows(cover: RowCover, deadline: float) -> RowCover:
    """Return the cover without rows whose candidates include all those of another row."""
    if not cover.possible:
        return cover
    serves, _ = merged_rows(cover.serves, np.ones((cover.serves.shape[1], 1)))
    _, wider = contained_pairs(csr_array(serves.T), deadline=deadline)
    return replace(cover, serves=csr_array(serves[:, ~flags_of(wider, serves.shape[1])]))


def _dominated_by_earlier(cover: RowCover, deadline: float) -> Flags:
    """Return which candidates serve nobody, or no more than an earlier one that is as good."""
    sizes, price = np.diff(cover.serves.indptr), cover.opening.price
    later, earlier = contained_pairs(cover.serves, deadline=deadline)
    inside = (earlier < later) & (price[earlier] <= price[later])
    later, earlier = later[inside], earlier[inside]
    if cover.opening.conflicts.size:
        conflicts = _conflict_matrix(cover.opening)
        shared = np.asarray((conflicts @ conflicts)[earlier, later]).ravel()
        between = np.asarray(conflicts[earlier, later]).ravel()
        later = later[shared + between == np.diff(conflicts.indptr)[earlier]]
    useless: Flags = sizes == 0
    return useless | flags_of(later, sizes.size)


def _conflict_matrix(opening: Opening) -> Sparse:
    size = opening.free.size
    first, second = opening.conflicts[:, 0], opening.conflicts[:, 1]
    matrix: Sparse = csr_array(
        coo_array(
            (
                np.ones(2 * first.size),
                (np.concatenate([first, second]), np.concatenate([second, first])),
            ),
            shape=(size, size),
        )
    )
    return matrix


def _without_idle(serves: Sparse, plan: Indices) -> Indices:
    count = np.bincount(csr_array(serves[plan]).indices, minlength=serves.shape[1])
    needed = []
    for site in plan[::-1]:
        rows = _row(serves, int(site))
        if (count[rows] > 1).all():
            count[rows] -= 1
        else:
            needed.append(int(site))
    return np.array(needed[::-1], dtype=np.int32)


def _row(matrix: Sparse, row: int) -> Indices:
    found: Indices = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
    return found
