"""Quick good plans of a p-median without proof: the start of the exact search."""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass

import numpy as np

from geoplan.model.arrays import Flags, Floats, Indices
from geoplan.solvers.p_median_pairs import Median


@dataclass(frozen=True, slots=True, eq=False)
class _Moves:
    """What the plan would cost more (less than 0: save) by each single change."""

    opening: Floats
    """(candidates,) inf for candidates that may not open."""
    closing: Floats
    """(sites,)"""
    exchange: Floats
    """(candidates, sites) inf where the exchange is not allowed."""


def greedy_plan(median: Median) -> Indices:
    """Return the plan that opens the candidate that saves most, one after another.

    What a candidate saves never grows as sites open, so only those that once saved most are
    counted anew (Minoux 1978, *Optimization Techniques*, 234-243). Ties go to the earlier one.
    """
    partner = np.concatenate([median.conflicts, median.conflicts[:, ::-1]])
    costs = median.base.copy()
    ends = np.searchsorted(median.site, np.arange(median.candidate.size + 1)).tolist()
    order = [(-saved, site) for site, saved in enumerate(_savings(median, costs).tolist())]
    heapq.heapify(order)
    barred: set[int] = set()
    plan: list[int] = []
    while order and len(plan) < median.sites:
        _, site = heapq.heappop(order)
        if site in barred:
            continue
        pairs = slice(ends[site], ends[site + 1])
        row, cost = median.row[pairs], median.cost[pairs]
        now = (-float(np.maximum(costs[row] - cost, 0.0).sum()), site)
        if order and now > order[0]:
            heapq.heappush(order, now)
            continue
        if -now[0] < median.opening or now[0] == 0.0:
            break
        plan.append(site)
        barred.update(partner[partner[:, 0] == site, 1].tolist())
        np.minimum.at(costs, row, cost)
    return np.sort(np.array(plan, dtype=np.int32))


def _savings(median: Median, costs: Floats) -> Floats:
    """Return what each candidate alone would save."""
    saved = np.maximum(costs[median.row] - median.cost, 0.0)
    savings: Floats = np.bincount(
        median.site, weights=saved, minlength=median.candidate.size
    ).astype(np.float64)
    return savings


def improved_plan(median: Median, plan: Indices, *, deadline: float) -> Indices:
    """Return a plan that no opening, closing or exchange of one site improves; the best is first.

    Teitz and Bart 1968, *Operations Research* 16, 955-961, with all exchanges counted at once
    from the nearest and second nearest site (Resende and Werneck 2007, *European Journal of
    Operational Research* 174, 54-68). The plan is returned as it is at the deadline (monotonic
    seconds).
    """
    while time.monotonic() < deadline:
        moves = _moves(median, plan)
        best = min(
            (float(moves.opening.min(initial=np.inf)), 0),
            (float(moves.closing.min(initial=np.inf)), 1),
            (float(moves.exchange.min(initial=np.inf)), 2),
        )
        if best[0] > -0.5 * median.opening:
            break
        plan = _moved(moves, plan, best[1])
    return plan


def without_conflicts(median: Median, plan: Indices, worth: Floats) -> Indices:
    """Return the plan without the sites that are in conflict with one of more ``worth``."""
    if median.keeps_distance(plan):
        return plan
    partner = np.concatenate([median.conflicts, median.conflicts[:, ::-1]])
    barred = np.zeros(median.candidate.size, dtype=np.bool_)
    kept: list[int] = []
    for site in plan[np.argsort(-worth[plan], kind="stable")]:
        if not barred[site]:
            kept.append(int(site))
            barred[partner[partner[:, 0] == site, 1]] = True
    return np.sort(np.array(kept, dtype=np.int32))


def _moves(median: Median, plan: Indices) -> _Moves:
    first, second, seat = _two_nearest(median, plan)
    useful = median.cost < second[median.row]
    site, row, cost = median.site[useful], median.row[useful], median.cost[useful]
    candidates = median.candidate.size
    saved = np.bincount(site, weights=np.maximum(first[row] - cost, 0.0), minlength=candidates)
    opening = median.opening - saved
    lost: Floats = np.bincount(seat, weights=second - first, minlength=plan.size + 1).astype(
        np.float64
    )[: plan.size]
    shared = np.bincount(
        site.astype(np.int64) * (plan.size + 1) + seat[row],
        weights=second[row] - np.maximum(cost, first[row]),
        minlength=candidates * (plan.size + 1),
    ).reshape(candidates, plan.size + 1)[:, : plan.size]
    exchange: Floats = opening[:, None] + (lost - median.opening) - shared
    clashes = _clashes(median, plan)
    count = clashes.sum(axis=1, keepdims=True)
    exchange[(count - clashes) > 0] = np.inf
    exchange[plan] = np.inf
    barred = (count[:, 0] > 0) | median.flags(plan) | (plan.size >= median.sites)
    return _Moves(np.where(barred, np.inf, opening), lost - median.opening, exchange)


def _two_nearest(median: Median, plan: Indices) -> tuple[Floats, Floats, Indices]:
    """Return the lowest and second lowest cost of each row, and which site of the plan is nearest.

    The seat is the plan's size where no site of the plan costs less than the row's base.
    """
    opened = np.flatnonzero(median.flags(plan)[median.site])
    opened = opened[np.lexsort((median.cost[opened], median.row[opened]))]
    row, cost = median.row[opened], median.cost[opened]
    rank = np.arange(row.size) - np.searchsorted(row, row)
    first, second = median.base.copy(), median.base.copy()
    seat = np.full(median.base.size, plan.size, dtype=np.int32)
    first[row[rank == 0]] = cost[rank == 0]
    seat[row[rank == 0]] = np.searchsorted(plan, median.site[opened[rank == 0]])
    second[row[rank == 1]] = cost[rank == 1]
    return first, second, seat


def _clashes(median: Median, plan: Indices) -> Flags:
    """Return (candidates, sites) True where the two may not both be open."""
    clashes = np.zeros((median.candidate.size, plan.size), dtype=np.bool_)
    if median.conflicts.size:
        seat = np.full(median.candidate.size, -1)
        seat[plan] = np.arange(plan.size)
        pairs = np.concatenate([median.conflicts, median.conflicts[:, ::-1]])
        pairs = pairs[seat[pairs[:, 1]] >= 0]
        clashes[pairs[:, 0], seat[pairs[:, 1]]] = True
    return clashes


def _moved(moves: _Moves, plan: Indices, kind: int) -> Indices:
    """Return the plan after its best opening (0), closing (1) or exchange (2)."""
    if kind == 0:
        return np.sort(np.append(plan, np.argmin(moves.opening))).astype(np.int32)
    if kind == 1:
        return np.delete(plan, np.argmin(moves.closing))
    arrival, seat = np.unravel_index(int(np.argmin(moves.exchange)), moves.exchange.shape)
    changed = plan.copy()
    changed[seat] = arrival
    return np.sort(changed)
