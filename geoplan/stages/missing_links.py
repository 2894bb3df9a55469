"""Stage 7d: the missing links that bring most people per metre within the limit, one by one.

What a link does is known exactly without a new network. A home beyond the limit that uses the link
walks to its far end on the streets of today, over it, and on from its near end: nobody gains by
walking a link twice, and a link whose two ends are equally near brings nobody anything. So the
home is within the limit with the link if, and only if, the sum of the three is.

All candidates are judged, by searches from their far ends that go only as far as the links leave
time for. The links are then taken greedily: the one with most people per metre first, its people
set aside, and so on. People set aside never make another link better, so a list in the order of
the last known worth gives the same links as judging all of them anew each time (Minoux 1978,
Accelerated greedy algorithms for maximizing submodular set functions).
"""

from __future__ import annotations

import heapq
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, vstack
from scipy.spatial import cKDTree

from geoplan.model.arrays import Flags, Floats, Ints, Sparse, Texts
from geoplan.model.links import (
    LINK_KINDS,
    HomesToday,
    LinkCandidates,
    LinkRules,
    MissingLinks,
)
from geoplan.model.network import Barriers, SnappedPoints
from geoplan.model.shapes import stretches
from geoplan.stages.link_candidates import link_candidates
from geoplan.stages.reach import (
    ROUNDING_S,
    SearchGraph,
    nearest_of_homes,
    search_graph,
    walking_times,
)

_SLACK_S = 1e-6
"""More than what sums of floats can differ by; a few pairs too many are found, never too few."""

_BATCHES = 8
"""Searches of about the same length are done together: each batch goes as far as its longest."""

_DECIMETRES = 1
"""Links are judged by their length to this many decimals: a millimetre, finer than any map, must
not decide where a bridge stands."""

_MILLIMETRES = _MILLISECONDS = 3
"""Lengths, places and walks are compared to this many decimals: equal on paper is equal."""


def missing_links(
    graph: SearchGraph,
    facilities: tuple[Flags, Floats],
    homes: HomesToday,
    *,
    limit_s: float,
    rules: LinkRules,
) -> MissingLinks:
    """Return the links worth making, the one with most people per metre first.

    A link counts only if it brings some home within the limit that is within it in a straight line
    already; then it counts everybody whom it brings there. Ties go to more people, then to the
    shorter link, then to the one with which its people walk least, then to the one farther west
    and south.

    Parameters
    ----------
    facilities
        Which of the graph's facilities give the service, (facilities,), and where all of them
        stand, (facilities, 2).
    homes
        With their seconds to the nearest of these facilities, for the graph's walker.
    """
    giving, facility_xy = facilities
    near_by_air = _near_by_air(graph, facility_xy[giving], homes, limit_s)
    wanted = homes.points.take(np.flatnonzero(near_by_air).astype(np.int32))
    candidates = link_candidates(graph, giving, wanted, limit_s=limit_s, rules=rules)
    seconds = link_times(graph, candidates, homes, limit_s=limit_s)
    rows, added = _greedy(candidates, seconds, (homes.people, near_by_air), rules)
    links, chosen = candidates.take(rows), csr_array(seconds[rows])
    people = _people(chosen, homes.people)
    barrier_kind, barrier_name = _barriers(graph.network.barriers, links.barrier)
    return MissingLinks(
        links=links,
        kind=np.array([LINK_KINDS[kind] for kind in barrier_kind.tolist()], dtype=np.str_),
        barrier_kind=barrier_kind,
        barrier_name=barrier_name,
        people=people,
        people_per_m=people / _counted_m(links, rules),
        added_people=added,
        link_of_home=_first_link(chosen),
        near_by_air=near_by_air,
        seconds=chosen,
    )


def link_times(
    graph: SearchGraph, links: LinkCandidates, homes: HomesToday, *, limit_s: float
) -> Sparse:
    """Return the seconds with each link alone, for the homes that it brings within the limit.

    Shape (links, homes). Homes that are within the limit today have no entry.
    """
    points, spot = _different(links.far)
    left_s = np.zeros(len(points))
    np.maximum.at(left_s, spot, limit_s - links.walk_s)
    beyond = np.flatnonzero(homes.beyond(limit_s + ROUNDING_S))
    beyond = beyond[_near_enough(graph, points, homes.points.take(beyond.astype(np.int32)), left_s)]
    walked = _walked(graph, points, homes.points.take(beyond.astype(np.int32)), left_s)
    counts = np.diff(walked.indptr)[spot]
    entry = stretches(walked.indptr[:-1][spot], counts)
    link = np.repeat(np.arange(len(links)), counts)
    seconds = walked.data[entry] + links.walk_s[link]
    within = np.flatnonzero(seconds <= limit_s + ROUNDING_S)
    start = np.concatenate([[0], np.cumsum(np.bincount(link[within], minlength=len(links)))])
    columns = beyond[walked.indices[entry[within]]]
    return csr_array((seconds[within], columns, start), shape=(len(links), len(homes.points)))


def _near_by_air(
    graph: SearchGraph, facility_xy: Floats, homes: HomesToday, limit_s: float
) -> Flags:
    """Return the inhabited homes beyond the limit on foot but within it in a straight line."""
    wanted: Flags = homes.beyond(limit_s + ROUNDING_S) & (homes.people > 0)
    if not len(facility_xy):
        return np.zeros(wanted.size, dtype=np.bool_)
    straight_m, _ = cKDTree(facility_xy).query(homes.xy)
    wanted &= straight_m / graph.costs.leg_speed_m_s <= limit_s + ROUNDING_S
    return wanted


def _different(points: SnappedPoints) -> tuple[SnappedPoints, Ints]:
    """Return the different points, and which of them each one is.

    Told by the first place on the streets and by the number of places: only a gate has more than
    one, and no two gates share a street end.
    """
    first = points.start[:-1]
    keys = np.column_stack([points.edge[first], points.fraction[first], np.diff(points.start)])
    _, row, spot = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return points.take(row.astype(np.int32)), spot.reshape(-1)


def _near_enough(
    graph: SearchGraph, points: SnappedPoints, homes: SnappedPoints, left_s: Floats
) -> Flags:
    """Return the homes that are at most ``left_s`` from one of the points.

    One search from all points at once, each with a leg that uses up what it has less than others.
    """
    longest_s = float(left_s.max(initial=0.0))
    leg_m = (longest_s - left_s) * graph.costs.leg_speed_m_s
    delayed = replace(points, leg_m=np.repeat(leg_m, np.diff(points.start)))
    search = search_graph(graph.network, graph.costs, delayed)
    every = np.ones(len(points), dtype=np.bool_)
    seconds, _ = nearest_of_homes(search, homes, every, limit_s=longest_s + _SLACK_S)
    near: Flags = np.isfinite(seconds)
    return near


def _walked(
    graph: SearchGraph, points: SnappedPoints, homes: SnappedPoints, left_s: Floats
) -> Sparse:
    """Return the seconds from homes to points, (points, homes), at least all within ``left_s``."""
    order = np.argsort(left_s, kind="stable")
    batches = [batch for batch in np.array_split(order, _BATCHES) if batch.size]
    found = [
        walking_times(
            search_graph(graph.network, graph.costs, points.take(batch.astype(np.int32))),
            homes,
            limit_s=float(left_s[batch[-1]]) + _SLACK_S,
        ).seconds
        for batch in batches
    ]
    order = np.concatenate([*batches, np.empty(0, dtype=np.int64)])
    together = csr_array(vstack([*found, csr_array((0, len(homes)))], format="csr"))
    return csr_array(together[np.argsort(order)])


def _greedy(
    links: LinkCandidates,
    seconds: Sparse,
    who: tuple[Ints, Flags],
    rules: LinkRules,
) -> tuple[Ints, Ints]:
    """Return the links in the order in which they are taken, and the people whom each adds.

    ``who`` is the people of each home, and which homes a link must help to count.
    """
    left, wanted = who[0].copy(), who[1].copy()
    counted_m = _counted_m(links, rules)
    order = _by_walk(links, seconds, who[0])
    heap = _worth_first(seconds, who, counted_m, order)
    taken: list[tuple[int, int]] = []
    # a loop: each link is judged by what those before it have left
    while heap:
        _, people, length_m, rank = heapq.heappop(heap)
        row = order[rank]
        homes = seconds.indices[seconds.indptr[row] : seconds.indptr[row + 1]]
        now = int(left[homes].sum())
        if now < rules.least_people or not wanted[homes].any():
            continue
        if now < -people:
            heapq.heappush(heap, (-now / counted_m[row], -now, length_m, rank))
            continue
        taken.append((int(row), now))
        left[homes], wanted[homes] = 0, False
    rows, added = np.array(taken, dtype=np.int64).reshape(-1, 2).T
    return rows, added


def _worth_first(
    seconds: Sparse, who: tuple[Ints, Flags], counted_m: Floats, order: Ints
) -> list[tuple[float, int, float, int]]:
    """Return the links that count as a heap, by worth: (−per metre, −people, metres, rank).

    ``order`` are the links by rank.
    """
    people = _people(seconds, who[0])
    helps = _people(seconds, who[1].astype(np.int64)) > 0
    rank = np.flatnonzero(helps[order] & (people[order] > 0))
    rows = order[rank]
    columns = (-people[rows] / counted_m[rows], -people[rows], counted_m[rows], rank)
    heap = list(zip(*(column.tolist() for column in columns), strict=True))
    heapq.heapify(heap)
    return heap


def _counted_m(links: LinkCandidates, rules: LinkRules) -> Floats:
    counted_m: Floats = np.maximum(links.length_m, rules.counted_m)
    return counted_m.round(_DECIMETRES)


def _by_walk(links: LinkCandidates, seconds: Sparse, people: Ints) -> Ints:
    """Return the links by how long their people walk with them, then from west to east.

    Equally long walks go by the far end, west before east and south before north, then by the
    near end.
    """
    far_x, far_y, near_x, near_y = np.round(links.xy.reshape(-1, 4), _MILLIMETRES).T
    link = np.repeat(np.arange(len(links)), np.diff(seconds.indptr))
    total_s = np.bincount(
        link, weights=seconds.data * people[seconds.indices], minlength=len(links)
    )
    mean_s = np.round(total_s / np.maximum(_people(seconds, people), 1), _MILLISECONDS)
    return np.lexsort([links.gate, near_y, near_x, far_y, far_x, mean_s])


def _people(seconds: Sparse, people: Ints) -> Ints:
    """Return the people of the homes of each link."""
    total = np.concatenate([[0], np.cumsum(people[seconds.indices], dtype=np.int64)])
    sums: Ints = total[seconds.indptr[1:]] - total[seconds.indptr[:-1]]
    return sums


def _first_link(seconds: Sparse) -> Ints:
    """Return the first link that has each home, −1 where none has."""
    first = np.full(seconds.shape[1], seconds.shape[0], dtype=np.int64)
    link = np.repeat(np.arange(seconds.shape[0]), np.diff(seconds.indptr))
    np.minimum.at(first, seconds.indices, link)
    return np.where(first < seconds.shape[0], first, -1)


def _barriers(barriers: Barriers, rows: Ints) -> tuple[Texts, Texts]:
    """Return kind and name of the barrier of each link; a gate that opens has no barrier."""
    return np.append(barriers.kind, "gate")[rows], np.append(barriers.name, "")[rows]
