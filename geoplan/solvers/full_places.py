"""Where places are scarce: the first plan in which every place is taken, found by flows alone.

No plan serves more than the fixed candidates and the ``new`` largest others have places for. Where
those others are equally large, a plan that reaches this fills each of its sites, opens ``new`` of
them, and so does every part of it: a part that cannot be filled is in no such plan. So the
candidates are gone through in their order, and each is taken with which all places are still
taken; when ``new`` are found, no other best plan comes first, for it would have to take an earlier
candidate that was refused. Who can be served is a largest flow from candidates to points
(``scipy.sparse.csgraph.maximum_flow``), whole numbers all through.
"""

from __future__ import annotations

import time

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import maximum_flow

from geoplan.model.arrays import Floats, Indices
from geoplan.model.placement import PlacementProblem
from geoplan.solvers.plain_model import near_pairs, new_candidates
from geoplan.solvers.plain_service import broken_choices

MOST_PEOPLE = 1_000_000
"""Up to so many people one person is more than what counts as equal."""


def first_full_plan(problem: PlacementProblem, *, deadline: float) -> Indices | None:
    """Return the first of the best plans when it fills every place, None when that is not shown.

    Weights and capacities must be whole. Floors and gaps are not looked at.
    """
    places, new = _places(problem), new_candidates(problem)
    largest = np.sort(places[new])[::-1][: problem.new]
    countable = bool((problem.weight == np.rint(problem.weight)).all())
    countable &= bool((places == np.rint(places)).all() and problem.weight.sum() < MOST_PEOPLE)
    if not countable or not 0 < problem.new <= largest.size or not 0 < largest[-1] == largest[0]:
        return None
    chosen = np.setdiff1d(problem.rules.required, problem.rules.fixed).astype(np.int32)
    if not _filled(problem, places, chosen):
        return None
    useful = new & (places == largest[0])
    useful[problem.rules.banned] = False
    for candidate in np.setdiff1d(np.flatnonzero(useful), chosen):
        if chosen.size >= problem.new or time.monotonic() >= deadline:
            break
        wider = np.sort(np.append(chosen, candidate)).astype(np.int32)
        if not broken_choices(problem, wider) and _filled(problem, places, wider):
            chosen = wider
    full = chosen.size == problem.new and not broken_choices(problem, chosen)
    return chosen if full and bool(useful[chosen].all()) else None


def _places(problem: PlacementProblem) -> Floats:
    """Return what each candidate could serve if it were alone."""
    pairs, candidates = near_pairs(problem), problem.cost.shape[0]
    reach = np.bincount(pairs.candidate, problem.weight[pairs.point], minlength=candidates)
    return np.asarray(np.minimum(reach, problem.rules.capacity), dtype=np.float64)


def _filled(problem: PlacementProblem, places: Floats, sites: Indices) -> bool:
    """Return whether the fixed candidates and these sites can all be full at once."""
    opened = problem.open_with(sites)
    pairs = near_pairs(problem)
    near = opened[pairs.candidate]
    candidates, points = problem.cost.shape
    source, sink = candidates + points, candidates + points + 1
    hosts, homes = np.flatnonzero(opened), np.arange(points)
    begin = np.concatenate([np.full(hosts.size, source), pairs.candidate[near], candidates + homes])
    end = np.concatenate([hosts, candidates + pairs.point[near], np.full(points, sink)])
    most = np.concatenate([places[hosts], problem.weight[pairs.point[near]], problem.weight])
    network = csr_array(
        coo_array((most.astype(np.int32), (begin, end)), shape=(sink + 1, sink + 1))
    )
    found = maximum_flow(network, source, sink).flow_value
    return int(found) == int(places[hosts].sum())
