r"""Who is served by which pair (candidate, layer), and the covering programme of pairs.

Every model of layers hands over its rules as rows ``A z + B y ≤ b`` (``side``), the covering part
is the same for all::

    minimise    Σ_r w_r v_r
    subject to  1 ≤ v_r + Σ_{q in N_n} z_q      for every need n of every row r
                A z + B y ≤ b
                z_q in {0, 1},  0 ≤ y ≤ 1,  0 ≤ v_r ≤ 1

    q    pair of a candidate and a layer (a level or a service)
    r    row: people who are served by the same pairs, or who want the same bundle
    n    need: what the row must get, one for a level or a service, several for a bundle
    w_r  weight of the row
    N_n  pairs that meet the need
    z_q  1 when the pair is opened
    y    further columns of the model, 0 or 1 in a best plan whenever z is whole
    v_r  1 when the row is not served (whole in a best plan whenever z is)

To serve most is to leave least unserved (u = 1 − v in the models' own letters). What is unserved is
small where it matters: a row that keeps the goal stands near 0, and HiGHS 1.16, which called such a
row on Σ w_r u_r unkeepable when everybody could be served, keeps it.

Rows that nothing can serve, that are served already or weigh nothing are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack

from geoplan.model.arrays import Flags, Floats, Indices, Ints, Sparse
from geoplan.solvers.binary import Programme, empty_programme
from geoplan.solvers.cover import in_quanta, merged_rows
from geoplan.solvers.first_best import Goal


@dataclass(frozen=True, slots=True, eq=False)
class Quanta:
    """What weights are counted in."""

    quantum: float
    """Weight of one quantum in the units of the problem."""
    step: float
    """Least difference between two plans that counts, in quanta."""


@dataclass(frozen=True, slots=True, eq=False)
class PairCover:
    """Rows and needs; no two rows are alike."""

    pairs: Ints
    """(pairs, 2) candidate and layer of each pair that may be opened, ascending."""
    meets: Sparse
    """(pairs, needs) 1 where the pair meets the need."""
    owner: Ints
    """(needs,) row of each need."""
    weight: Floats
    """(rows,) > 0, in quanta."""
    kind: Ints
    """(pairs,) pairs of different kinds meet different needs of one row."""
    quanta: Quanta

    @property
    def credit(self) -> Floats:
        """Weight of each need, (needs,): its row's weight in equal parts."""
        needs = np.bincount(self.owner, minlength=self.weight.size)
        credit: Floats = (self.weight / np.maximum(needs, 1))[self.owner]
        return credit

    @property
    def total(self) -> float:
        """Weight of all rows: no plan can serve more."""
        return float(self.weight.sum())

    def met(self, plan: Indices) -> Flags:
        """Return which needs the plan (positions of pairs) meets."""
        met = np.zeros(self.owner.size, dtype=np.bool_)
        met[csr_array(self.meets[plan]).indices] = True
        return met

    def unserved(self, plan: Indices) -> float:
        """Return the weight of the rows of which the plan misses a need, in quanta."""
        lacking = np.zeros(self.weight.size, dtype=np.bool_)
        lacking[self.owner[~self.met(plan)]] = True
        return float(self.weight[lacking].sum())

    def value(self, plan: Indices) -> float:
        """Return the weight of the rows of which the plan meets every need, in quanta."""
        return self.total - self.unserved(plan)

    def only(self, keep: Flags) -> PairCover:
        """Return the cover of some pairs; rows with a need that none of them meets are dropped."""
        left = csr_array(self.meets[np.flatnonzero(keep)])
        rows = np.ones(self.weight.size, dtype=np.bool_)
        rows[self.owner[np.bincount(left.indices, minlength=self.owner.size) == 0]] = False
        needs = np.arange(self.owner.size)
        shape = (needs.size, rows.size)
        of_row = csr_array(coo_array((np.ones(needs.size), (needs, self.owner)), shape=shape))
        pattern = csr_array((left @ of_row)[:, np.flatnonzero(rows)])
        bare = replace(self, pairs=self.pairs[keep], kind=self.kind[keep])
        return _with_rows(bare, pattern, self.weight[rows])

    def programme(self, side: Programme) -> Programme:
        """Return the programme: columns z, then those of the rules beside them, then v."""
        beside, rows = side.matrix.shape[1], self.weight.size
        needs = self.owner.size
        between = csr_array((needs, beside - self.pairs.shape[0]))
        at = (np.arange(needs), self.owner)
        served = csr_array(coo_array((np.ones(needs), at), shape=(needs, rows)))
        links: Sparse = csr_array(hstack([self.meets.T, between, served], format="csr"))
        rules = csr_array(hstack([side.matrix, csr_array((side.matrix.shape[0], rows))]))
        programme = empty_programme(beside + rows, side.whole)
        programme = programme.with_rows(rules, side.low, side.high)
        return programme.with_rows(links, np.ones(needs), np.full(needs, np.inf))

    def goal(self, programme: Programme) -> Goal:
        """Return the goal to leave least unserved."""
        cost = np.zeros(programme.matrix.shape[1])
        cost[cost.size - self.weight.size :] = self.weight
        return Goal(cost, self.unserved, self.quanta.step)


def pair_cover(pairs: Ints, kind: Ints, pattern: Sparse, weight: Floats) -> PairCover:
    """Return the cover of pairs that serve rows; like rows are merged.

    Parameters
    ----------
    pairs
        (pairs, 2), ascending.
    kind
        (pairs,) a row is served when one pair of each kind that stands in it is opened.
    pattern
        (pairs, rows) 1 where the pair serves the row.
    weight
        (rows,) in the units of the problem; rows of weight 0 are dropped.
    """
    quanta, quantum, step = in_quanta(weight)
    heavy = np.flatnonzero(quanta > 0)
    nothing = csr_array((pairs.shape[0], 0), dtype=np.float64)
    none: Ints = np.empty(0, dtype=np.int64)
    bare = PairCover(pairs, nothing, none, np.empty(0), kind, Quanta(quantum, step))
    return _with_rows(bare, csr_array(pattern[:, heavy]), quanta[heavy])


def _with_rows(bare: PairCover, pattern: Sparse, weight: Floats) -> PairCover:
    """Return the cover with these rows, merged, and a need for every kind of a row."""
    merged, columns = merged_rows(pattern, weight[:, None])
    kinds = int(bare.kind.max(initial=0)) + 1
    table = merged.tocoo()
    key = table.col.astype(np.int64) * kinds + bare.kind[table.row]
    needs, need = np.unique(key, return_inverse=True)
    shape = (merged.shape[0], needs.size)
    meets = csr_array(coo_array((np.ones(need.size), (table.row, need)), shape=shape))
    return replace(bare, meets=meets, owner=needs // kinds, weight=columns[:, 0])
