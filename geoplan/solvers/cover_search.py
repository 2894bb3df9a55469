"""Covers with fewer sites than the greedy one, without proof: a search that weights the rows.

Gao, Weise and Li 2015, *Expert Systems with Applications* 42, 7014-7022: a cover loses one site;
then, step by step, the site that is missed least closes, and of the candidates that serve a row
left waiting the one that helps most opens. Rows that wait gain weight, so those that are hard to
serve are not forgotten. Whenever nobody waits the cover is kept and loses its next site.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from geoplan.model.arrays import Flags, Floats, Indices, Ints, Sparse


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """The plan while it is searched; the arrays change in place."""

    serves: Sparse
    by_row: Sparse
    opened: Flags
    """(candidates,)"""
    count: Ints
    """(rows,) how many open candidates serve the row."""
    owner: Ints
    """(rows,) the sum of their numbers: where there is one, its number."""
    weight: Floats
    """(rows,)"""
    score: Floats
    """(candidates,) weight that would be lost by closing it, or won by opening it."""
    since: Ints
    """(candidates,) step in which it last opened or closed."""
    stirred: Flags
    """(candidates,) whether something near it has changed since it closed."""

    @property
    def waiting(self) -> Indices:
        """The rows that nothing serves."""
        return np.flatnonzero(self.count == 0).astype(np.int32)

    def flip(self, site: int, step: int) -> None:
        """Open or close a candidate."""
        opens = not self.opened[site]
        rows = _members(self.serves, site)
        count = self.count[rows]
        alone, shared = (rows[count == 0], rows[count == 1])
        if not opens:
            alone, shared = shared, rows[count == 2]
        sign = 1 if opens else -1
        near, row = _all_members(self.by_row, alone)
        np.subtract.at(self.score, near, sign * self.weight[row])
        partner = self.owner[shared] if opens else self.owner[shared] - site
        np.subtract.at(self.score, partner, sign * self.weight[shared])
        self.stirred[near] = True
        self.count[rows] += sign
        self.owner[rows] += sign * site
        self.opened[site] = opens
        self.score[site] = self.weight[alone].sum()
        self.since[site] = step
        self.stirred[site] = opens

    def least_missed(self, barred: int) -> int:
        """Return the open site that is missed least, the one opened longest ago of several."""
        sites = np.flatnonzero(self.opened)
        if sites.size > 1:
            sites = sites[sites != barred]
        score = self.score[sites]
        least = sites[score == score.min()]
        return int(least[np.argmin(self.since[least])])

    def most_wanted(self, row: int) -> int:
        """Return the candidate of the row that helps most, the one closed longest ago of several.

        Those around which nothing has changed since they closed are passed over: they would come
        back to where the search has been.
        """
        sites = _members(self.by_row, row)
        stirred = sites[self.stirred[sites]]
        sites = stirred if stirred.size else sites
        return int(sites[np.lexsort((self.since[sites], -self.score[sites]))[0]])


def improved_cover(
    serves: Sparse, plan: Indices, *, enough: float, steps: int, deadline: float
) -> Indices:
    """Return a cover with no more sites than the given one, mostly with fewer.

    Parameters
    ----------
    serves
        (candidates, rows) 1 where the candidate serves the row.
    plan
        A cover: candidates, ascending.
    enough
        A cover with so many sites ends the search.
    steps
        Number of exchanges; ``deadline`` (monotonic seconds) only cuts long searches.
    """
    state = _started(serves, plan)
    draws = np.random.default_rng(0).random(steps)
    best, last = plan, -1
    for step, draw in enumerate(draws.tolist()):
        waiting = state.waiting
        while not waiting.size:
            best = np.flatnonzero(state.opened).astype(np.int32)
            if best.size <= max(enough, 1.0):
                return best
            state.flip(state.least_missed(last), step)
            waiting = state.waiting
        if step % 64 == 0 and time.monotonic() > deadline:
            break
        state.flip(state.least_missed(last), step)
        waiting = state.waiting
        last = state.most_wanted(int(waiting[int(draw * waiting.size)]))
        state.flip(last, step)
        waiting = waiting[state.count[waiting] == 0]
        state.weight[waiting] += 1.0
        np.add.at(state.score, _all_members(state.by_row, waiting)[0], 1.0)
    return best


def _started(serves: Sparse, plan: Indices) -> _State:
    candidates, rows = serves.shape
    state = _State(
        serves=csr_array(serves),
        by_row=csr_array(serves.T),
        opened=np.zeros(candidates, dtype=np.bool_),
        count=np.zeros(rows, dtype=np.int64),
        owner=np.zeros(rows, dtype=np.int64),
        weight=np.ones(rows),
        score=np.diff(serves.indptr).astype(np.float64),
        since=np.zeros(candidates, dtype=np.int64),
        stirred=np.ones(candidates, dtype=np.bool_),
    )
    for site in plan.tolist():
        state.flip(site, 0)
    return state


def _members(matrix: Sparse, row: int) -> Indices:
    found: Indices = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
    return found


def _all_members(matrix: Sparse, rows: Indices) -> tuple[Indices, Indices]:
    """Return the members of all these rows, and the row of each."""
    starts, sizes = matrix.indptr[rows], matrix.indptr[rows + 1] - matrix.indptr[rows]
    before = np.cumsum(sizes) - sizes
    place = np.arange(int(sizes.sum())) + np.repeat(starts - before, sizes)
    return matrix.indices[place], np.repeat(rows, sizes)
