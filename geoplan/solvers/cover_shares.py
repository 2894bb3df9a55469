r"""A cover in parts that share no rows, proven over the numbers of sites that each part can have.

Let f_k(q) be the most that q sites serve in part k. Then the best plan of the whole is that of

    maximise    Σ_k f_k(q_k)
    subject to  Σ_k q_k ≤ p
                q_k whole, 0 ≤ q_k ≤ candidates of the part

    k    part: no row is served by candidates of two of them
    q_k  number of sites in the part
    p    number of sites that may be opened

The numbers f_k(q) are not known, but bounds u_k(q) ≥ f_k(q) are: Lagrangian ones first (see
``solvers.multipliers``; one set of prices bounds all q, since L(l) differs only in how many c_j
are summed), exact ones where they decide. The programme with u for f is solved by a table over
the sites given out, part by part; it bounds every plan. Where its solution rests on a u that is not
exact, f_k(q) of the smallest such part is found (``solvers.cover_branches``), and the table is
made anew. When it is no better than a known plan, that plan is best. How small f_k(q) may be
without mattering follows from the others' bounds: candidates that cannot reach it go first.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from geoplan.model.arrays import Flags, Floats, Indices, Ints
from geoplan.solvers.cover import Cover
from geoplan.solvers.cover_branches import branched_plan
from geoplan.solvers.greedy import greedy_plan, searched_plan, swapped_plan
from geoplan.solvers.multipliers import bound_of, dual_bound
from geoplan.solvers.opening import positions

STEPS = 300
"""Exchanges on the walk for a better plan of a part."""


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """What the parts have shown of the whole cover."""

    plan: Indices
    """Candidates of the whole cover, ascending."""
    bound: float
    """No plan serves more, in quanta."""


@dataclass(slots=True, eq=False)
class _Part:
    """One part; bounds and plans change as they are found."""

    cover: Cover
    place: Indices
    """(candidates,) their numbers in the whole cover."""
    most: Floats
    """(numbers,) u(q): no q sites serve more."""
    least: Floats
    """(numbers,) what the best known plan of at most q sites serves."""
    plans: list[Indices]
    """(numbers) that plan."""
    exact: Flags
    """(numbers,) whether u(q) is not to be lowered any more."""

    def learn(self, plan: Indices) -> None:
        """Take a plan where it is better than the known ones."""
        value = self.cover.value(plan)
        for number in range(plan.size, self.most.size):
            if value > self.least[number]:
                self.least[number] = value
                self.plans[number] = plan

    def wanted(self, sites: int, floor: float) -> float:
        """Return what a plan must serve to be of use: more than the known one, and the floor."""
        return max(floor, float(self.least[sites]) + self.cover.step)

    def cap(self, number: int, bound: float) -> None:
        """Take a bound: it holds for fewer sites, too."""
        self.most[: number + 1] = np.minimum(self.most[: number + 1], bound)
        self.exact[number] = True


def shared_plan(cover: Cover, plan: Indices, *, deadline: float) -> Shared:
    """Return the best plan and bound that the parts show by the deadline (monotonic seconds).

    Raises
    ------
    SolverError
        HiGHS gave up or contradicted itself.
    """
    parts = [_part(cover, place, plan) for place in _places(cover)]
    best = _better(cover, parts, plan)
    while True:
        numbers, bound = _shares([part.most for part in parts], cover.sites)
        if bound < cover.value(best) + 0.5 * cover.step or time.monotonic() > deadline:
            break
        open_to_doubt = [k for k, part in enumerate(parts) if not part.exact[numbers[k]]]
        if not open_to_doubt:
            break
        number = min(open_to_doubt, key=lambda k: parts[k].cover.serves.nnz)
        floor = _floor(parts, number, cover, int(numbers[number]), cover.value(best))
        _decide(parts[number], int(numbers[number]), floor, deadline)
        best = _better(cover, parts, best)
    return Shared(plan=best, bound=max(bound, cover.value(best)))


def _places(cover: Cover) -> list[Indices]:
    """Return the candidates of each part; no row is served by candidates of two of them."""
    candidates, rows = cover.serves.shape
    pairs = cover.serves.tocoo()
    ends = (pairs.row, candidates + pairs.col)
    edges = coo_array((np.ones(pairs.row.size), ends), shape=(candidates + rows,) * 2)
    label = connected_components(csr_array(edges), directed=False)[1][:candidates]
    return [np.flatnonzero(label == part).astype(np.int32) for part in np.unique(label)]


def _part(cover: Cover, place: Indices, plan: Indices) -> _Part:
    rows = np.bincount(cover.serves[place].indices, minlength=cover.weight.size) > 0
    part = cover.only(place, rows, cover.sites)
    proof = bound_of(part, part.price)
    worth = np.sort(np.asarray(part.serves @ proof.multipliers))[::-1][: part.sites]
    most = np.cumsum(np.append((part.weight - proof.multipliers).sum(), worth))
    known = _Part(
        cover=part,
        place=place,
        most=np.minimum(most, part.total),
        least=np.zeros(most.size),
        plans=[place[:0]] * most.size,
        exact=np.zeros(most.size, dtype=np.bool_),
    )
    known.cap(0, 0.0)
    known.learn(np.searchsorted(place, np.intersect1d(place, plan)).astype(np.int32))
    return known


def _shares(worth: list[Floats], sites: int) -> tuple[Ints, float]:
    """Return how many sites each part gets when the sum of ``worth`` is to be most, and the sum."""
    best = np.zeros(sites + 1)
    taken: list[NDArray[np.int64]] = []
    for part in worth:
        choices = np.full((part.size, sites + 1), -np.inf)
        for number in range(min(part.size, sites + 1)):
            choices[number, number:] = best[: sites + 1 - number] + part[number]
        taken.append(np.argmax(choices, axis=0))
        best = choices.max(axis=0)
    numbers = np.zeros(len(worth), dtype=np.int64)
    left = sites
    for part_number in range(len(worth) - 1, -1, -1):
        numbers[part_number] = taken[part_number][left]
        left -= int(numbers[part_number])
    return numbers, float(best[-1])


def _better(cover: Cover, parts: list[_Part], plan: Indices) -> Indices:
    """Return the best plan put together from those of the parts, or the given one."""
    numbers, _ = _shares([part.least for part in parts], cover.sites)
    chosen = [part.place[part.plans[n]] for part, n in zip(parts, numbers, strict=True)]
    found = np.sort(np.concatenate(chosen)).astype(np.int32)
    return found if cover.value(found) > cover.value(plan) + 0.5 * cover.step else plan


def _floor(parts: list[_Part], number: int, cover: Cover, sites: int, value: float) -> float:
    """Return what the part must serve with so many sites for a plan better than ``value``."""
    others = [part.most for part in parts[:number] + parts[number + 1 :]]
    return value + cover.step - _shares(others, cover.sites - sites)[1]


def _decide(part: _Part, sites: int, floor: float, deadline: float) -> None:
    """Learn what so many sites serve at most, or that it is less than ``floor``."""
    small = replace(part.cover, sites=sites)
    if not part.plans[sites].size:
        part.learn(swapped_plan(small, greedy_plan(small), deadline=deadline))
    proof = dual_bound(small, part.wanted(sites, floor) - small.step, deadline=deadline)
    rival = swapped_plan(small, proof.promising, deadline=deadline)
    part.learn(rival)
    if proof.value >= part.wanted(sites, floor) - 0.5 * small.step:
        part.learn(searched_plan(small, rival, steps=STEPS, deadline=deadline))
    wanted = part.wanted(sites, floor)
    reached = wanted - float(np.floor(small.step))
    bound = min(proof.value, reached) if proof.value < wanted else proof.value
    if proof.value >= wanted - 0.5 * small.step:
        kept = positions(proof.with_site >= wanted - 0.5 * small.step)
        every_row = np.ones(small.weight.size, dtype=np.bool_)
        left = replace(small, price=proof.multipliers).only(kept, every_row, sites)
        answer = branched_plan(left, wanted, deadline=deadline)
        if answer.plan is not None:
            part.learn(kept[answer.plan])
        bound = min(bound, max(answer.bound, reached))
    part.cap(sites, max(bound, part.least[sites]))
