"""Quick good plans without proof: the start of the exact search."""

from __future__ import annotations

import time

import numpy as np
from scipy.sparse import csr_array

from geoplan.model.arrays import Flags, Floats, Indices, Sparse
from geoplan.solvers.cover import Cover

REST = 12
"""Steps for which a site that has closed stays closed on a walk of exchanges, at least."""


def greedy_plan(cover: Cover) -> Indices:
    """Return the plan that opens the candidate with the largest gain, one after another.

    It serves at least 1 − 1/e of what the best plan serves (Nemhauser, Wolsey and Fisher 1978,
    Mathematical Programming 14). Ties go to the earlier candidate; it stops when nothing is added.
    """
    left = cover.weight.copy()
    by_row = csr_array(cover.serves.T)
    gains: Floats = np.asarray(cover.serves @ left)
    plan: list[int] = []
    while len(plan) < cover.sites and gains.max(initial=0.0) > 0.5 * cover.step:
        plan.append(int(np.argmax(gains)))
        rows = cover.rows_of(plan[-1])
        rows = rows[left[rows] > 0]
        gains = gains - csr_array(by_row[rows].T) @ left[rows]
        left[rows] = 0.0
    return np.sort(np.array(plan, dtype=np.int32))


def swapped_plan(cover: Cover, plan: Indices, *, deadline: float = np.inf) -> Indices:
    """Return a plan that no exchange of one site improves; an exchange that gains most is first.

    The plan is returned as it is at the deadline (monotonic seconds).
    """
    while plan.size and time.monotonic() < deadline:
        gains = exchange_gains(cover, plan)
        seat, arrival = np.unravel_index(int(np.argmax(gains)), gains.shape)
        if gains[seat, arrival] < 0.5 * cover.step:
            break
        plan = _exchanged(plan, int(seat), int(arrival))
    return plan


def searched_plan(cover: Cover, plan: Indices, *, steps: int, deadline: float) -> Indices:
    """Return the best plan met on a walk of exchanges, each the best that is allowed, even a loss.

    A site that has closed may not open, one that has opened not close for some steps (Glover 1989,
    *ORSA Journal on Computing* 1, 190-206). ``deadline`` (monotonic seconds) only cuts long walks.
    """
    best, value, highest = plan, 0.0, 0.0
    barred_until = np.zeros(cover.serves.shape[0], dtype=np.int64)
    draws = np.random.default_rng(0).integers(1, REST, (steps, 2))
    for step, (closed, opened) in enumerate(draws.tolist()):
        if not plan.size or time.monotonic() > deadline:
            break
        gains = exchange_gains(cover, plan)
        gains[:, barred_until > step] = -np.inf
        gains[barred_until[plan] > step] = -np.inf
        seat, arrival = (int(n) for n in np.unravel_index(int(np.argmax(gains)), gains.shape))
        if gains[seat, arrival] == -np.inf:
            continue
        value += float(gains[seat, arrival])
        barred_until[plan[seat]], barred_until[arrival] = step + REST + closed, step + opened
        plan = _exchanged(plan, seat, arrival)
        if value > highest + 0.5 * cover.step:
            best, highest = plan, value
    return best


def earlier_plan(cover: Cover, plan: Indices) -> Indices:
    """Return a plan worth as much in which no single site can move to an earlier candidate."""
    while plan.size:
        free = exchange_gains(cover, plan) > -0.5 * cover.step
        free &= np.arange(cover.serves.shape[0]) < plan[:, None]
        if not free.any():
            break
        seat = int(np.flatnonzero(free.any(axis=1))[0])
        plan = _exchanged(plan, seat, int(np.argmax(free[seat])))
    return plan


def exchange_gains(cover: Cover, plan: Indices) -> Floats:
    """Return what the plan gains by giving each site's place to each candidate.

    Shape (sites, candidates); −inf for candidates that are open already.
    """
    losses, arrivals = exchange_parts(cover.serves, cover.weight, plan, cover.served(plan[:0]))
    gains: Floats = arrivals - losses[:, None]
    gains[:, plan] = -np.inf
    return gains


def exchange_parts(
    serves: Sparse, weight: Floats, plan: Indices, covered: Flags
) -> tuple[Floats, Floats]:
    """Return what each site alone serves, and what each candidate would serve in its place.

    Shapes (sites,) and (sites, candidates). ``covered`` rows count for nobody.
    """
    opened = csr_array(serves[plan])
    count = np.bincount(opened.indices, minlength=weight.shape[0])
    alone = np.where((count == 1) & ~covered, weight, 0.0)
    nobody = np.where((count == 0) & ~covered, weight, 0.0)
    alone_by_site = csr_array(
        (alone[opened.indices], opened.indices, opened.indptr), shape=opened.shape
    )
    alone_by_site.eliminate_zeros()
    # Turning the few sites is twenty times quicker than turning all candidates.
    shared = (_ones(serves) @ csr_array(alone_by_site.T)).toarray().T
    losses = np.asarray(alone_by_site.sum(axis=1), dtype=np.float64)
    return losses, shared + _ones(serves) @ nobody


def _ones(serves: Sparse) -> Sparse:
    return csr_array((np.ones(serves.nnz), serves.indices, serves.indptr), shape=serves.shape)


def _exchanged(plan: Indices, seat: int, arrival: int) -> Indices:
    changed = plan.copy()
    changed[seat] = arrival
    return np.sort(changed)
