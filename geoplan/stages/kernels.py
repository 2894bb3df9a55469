"""The compiled searches: who is reached from where, on plain arrays and without the interpreter.

Method
------
Streets are half-edges in CSR form, reversed: a search from a facility spreads to the homes that
walk to it. Nodes go along a Hilbert curve: near on the ground is near in memory.

*Queue.* Two piles replace the heap: the near pile holds nodes whose label lies below a threshold,
the far pile the rest (delta-stepping, Meyer & Sanders 2003, in the near-far form of Davidson et
al. 2014). The near pile is worked off in waves; a wave is known in advance, so the rows of the
nodes ``AHEAD`` in it are asked for while the first are spread: what bounds a large search is not
the width of the memory but waiting for it. When the near pile is empty the threshold moves on by
one width, ``WIDTH_IN_MEANS`` mean street costs. A node stands in a pile at most once, piles are
flat arrays, no label waits behind another's bucket: a width that suits the streets badly costs
time, never memory and never the answer. Because the width is a mean, all threshold steps together
pass over the far pile a number of times that is bounded by the number of half-edges.

A bounded search lives in the cache; what it would wait for are branches guessed wrong, so it writes
every half-edge's outcome and counts what counts. A search over the whole network must not write
what it need not, and keeps the branch.

*Labels* are the fixpoint of ``label[v] = min(label[u] + cost)`` in float64, summed from the
facility outwards exactly as in Dijkstra's algorithm. Addition of floats is monotone, so the
fixpoint is unique: width, threads and engine (SciPy or this file) change no bit. Where the
facility itself is asked for, the label is the pair (seconds, row) in lexicographic order.

*Limits* are inclusive: labels start at ``top``, the next float beyond the limit, and only less
counts. A barred street costs inf and is never taken; nothing beyond the limit is queued.

*Threads.* numba compiles each function at first use and keeps the result on disk; the code holds no
lock of the interpreter. Bounded searches run on threads in blocks of facilities. One search over a
large network runs on ranges of nodes: each range is brought to its own fixpoint, labels are offered
over the seams between ranges, until no offer improves anything; the end is the same fixpoint.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numba import njit

from geoplan.model.arrays import Floats, Indices
from geoplan.stages.prefetch import prefetch

Arcs: TypeAlias = tuple[Indices, Indices, Floats]
"""CSR of the reversed streets: start (n + 1,), node at the other end (a,), seconds (a,)."""
Doors: TypeAlias = tuple[Indices, Indices, Floats]
"""CSR rows of (node or home, seconds): start (rows + 1,), column (d,), seconds (d,)."""
Offers: TypeAlias = tuple[Indices, Floats, Indices]
"""Node (o,), seconds (o,) and row of the facility (o,); a node may come more than once."""

AHEAD = 16
"""Nodes of a wave between asking for a label and spreading it; its row is asked for half way."""

_NEAR, _FAR = 1, 2


@njit(nogil=True, cache=True)
def spread(
    arcs: Arcs,
    label: Floats,
    owner: Indices | None,
    offers: Offers,
    own: tuple[int, int],
    bounds: tuple[float, float],
) -> int:
    """Take the offers that improve labels of a range of nodes, and bring all its labels to rest.

    Return how many offers improved a label; labels and owners are changed in place.

    Parameters
    ----------
    label
        (n,) seconds so far, ``top`` where none is known.
    owner
        (n,) row of the facility that gives the label, or None where nobody asks.
    offers
        Seconds that nodes may have, and from which facility: seeds, or what comes over a seam.
        Nodes outside the range are passed over.
    own
        First node of the range, and the first beyond it. Labels of other nodes are neither read
        nor written: each range may have a thread of its own.
    bounds
        The next float beyond the limit (inf for none), and the width by which the threshold moves:
        positive and finite; it changes the time taken, never the answer.
    """
    nodes, limits = label.size, (own[0], np.uint32(own[1] - own[0]), bounds[0])
    state, piles = np.zeros(nodes, dtype=np.uint8), np.empty((4, nodes), dtype=np.int32)
    taken, waiting = 0, 0
    for offer in range(offers[0].size):
        node = offers[0][offer]
        if _improved(label, owner, node, (offers[1][offer], offers[2][offer]), limits):
            taken += 1
            if not state[node]:
                state[node] = _NEAR
                piles[0][waiting] = node
                waiting += 1
    _flood(arcs, label, owner, state, piles, (waiting, own, bounds))
    return taken


@njit(nogil=True, cache=True)
def bounded_sets(
    arcs: Arcs, seeds: Doors, top: float, width: float
) -> tuple[Indices, Indices, Floats]:
    """Return for each facility how many nodes lie within the limit, and (node, seconds) of each.

    Facilities come in their order; the nodes of one facility come in the order they were met.
    """
    nodes, sources = arcs[0].size - 1, seeds[0].size - 1
    label = np.full(nodes, top)
    state, piles = np.zeros(nodes, dtype=np.uint8), np.empty((4, nodes + 1), dtype=np.int32)
    counts = np.zeros(sources, dtype=np.int32)
    node, seconds = np.empty(1024, dtype=np.int32), np.empty(1024, dtype=np.float64)
    total = 0
    for source in range(sources):
        waiting = _seeded(seeds, source, label, state, piles[0])
        size = _flood_near(arcs, label, state, piles, (waiting, top, width))
        while total + size > node.size:
            node, seconds = _doubled(node, seconds)
        for met in piles[3][:size]:
            node[total], seconds[total] = met, label[met]
            label[met] = top
            total += 1
        counts[source] = size
    return counts, node[:total], seconds[:total]


@njit(nogil=True, cache=True)
def bounded_homes(
    arcs: Arcs, seeds: Doors, doors: tuple[Doors, Doors], homes: int, top: float, width: float
) -> tuple[Indices, Indices, Floats]:
    """Return for each facility how many homes lie within the limit, and (home, seconds) of each.

    ``doors`` holds for each node the homes beside it, and for each facility those on its own street
    with the seconds of the direct walk; ``homes`` is how many there are. Order as ``bounded_sets``.
    """
    nodes, sources = arcs[0].size - 1, seeds[0].size - 1
    label, best = np.full(nodes, top), np.full(homes, top)
    state, piles = np.zeros(nodes, dtype=np.uint8), np.empty((4, nodes + 1), dtype=np.int32)
    met = np.empty(best.size, dtype=np.int32)
    counts = np.zeros(sources, dtype=np.int32)
    home, seconds = np.empty(1024, dtype=np.int32), np.empty(1024, dtype=np.float64)
    total = 0
    for source in range(sources):
        waiting = _seeded(seeds, source, label, state, piles[0])
        size = _flood_near(arcs, label, state, piles, (waiting, top, width))
        count = _knock(doors[1], source, 0.0, best, (met, 0, top))
        for node in piles[3][:size]:
            count = _knock(doors[0], node, label[node], best, (met, count, top))
            label[node] = top
        while total + count > home.size:
            home, seconds = _doubled(home, seconds)
        for row in met[:count]:
            home[total], seconds[total] = row, best[row]
            best[row] = top
            total += 1
        counts[source] = count
    return counts, home[:total], seconds[:total]


@njit(nogil=True, cache=True)
def _seeded(seeds, source, label, state, pile):
    """Lay the seeds of one facility on the pile; return how many nodes it holds."""
    count = 0
    for seed in range(seeds[0][source], seeds[0][source + 1]):
        node, time = seeds[1][seed], seeds[2][seed]
        if time < label[node]:
            label[node] = time
            if not state[node]:
                state[node] = _NEAR
                pile[count] = node
                count += 1
    return count


@njit(nogil=True, cache=True)
def _flood(arcs, label, owner, state, piles, turn):
    """Spread the labels of the waiting nodes of the first pile until none improves.

    Piles: two that take turns as waves, the first with the waiting nodes; far pile; reached.
    """
    waiting, own, (top, width) = turn
    sizes, low = _begun(label, piles, waiting)
    while waiting:
        _waves(arcs, label, owner, state, piles, (sizes, waiting, own, low + width, top))
        waiting, low = _moved_on(label, state, (piles[0], piles[2]), sizes, width)


@njit(nogil=True, cache=True)
def _flood_near(arcs, label, state, piles, turn):
    """Do the same as ``_flood`` from one facility; return how many nodes were reached."""
    waiting, top, width = turn
    sizes, low = _begun(label, piles, waiting)
    while waiting:
        _waves_near(arcs, label, state, piles, (sizes, waiting, low + width, top))
        waiting, low = _moved_on(label, state, (piles[0], piles[2]), sizes, width)
    return sizes[1]


@njit(nogil=True, cache=True)
def _begun(label, piles, waiting):
    """Note the waiting nodes as reached; return the sizes of far pile and reached, least label."""
    sizes, low = np.zeros(2, dtype=np.int64), np.inf
    for at in range(waiting):
        piles[3][at] = piles[0][at]
        low = min(low, label[piles[0][at]])
    sizes[1] = waiting
    return sizes, low


@njit(nogil=True, cache=True)
def _waves(arcs, label, owner, state, piles, turn):
    """Spread the near nodes, wave after wave, until none lies below the threshold."""
    start, other, cost = arcs
    wave, after, far = piles[0], piles[1], piles[2]
    sizes, size, own, threshold, top = turn
    limits = (own[0], np.uint32(own[1] - own[0]), top)
    far_size = sizes[0]
    while size:
        grown = 0
        for at in range(size):
            if at + AHEAD < size:
                _ask_for(arcs, label, wave[at + AHEAD], wave[at + AHEAD // 2])
            here = wave[at]
            state[here] = 0
            time, row = label[here], 0
            if owner is not None:
                row = owner[here]
            for arc in range(start[here], start[here + 1]):
                there, then = other[arc], time + cost[arc]
                if not _improved(label, owner, there, (then, row), limits):
                    continue
                if then < threshold:
                    if state[there] != _NEAR:
                        state[there] = _NEAR
                        after[grown] = there
                        grown += 1
                elif not state[there]:
                    state[there] = _FAR
                    far[far_size] = there
                    far_size += 1
        wave, after, size = after, wave, grown
    sizes[0] = far_size


@njit(nogil=True, cache=True)
def _waves_near(arcs, label, state, piles, turn):
    """Spread the near nodes without a branch on whether a label improves.

    Everything is written first and counted after; a pile has room for one entry beyond its last.
    """
    start, other, cost = arcs
    wave, after, far, reached = piles[0], piles[1], piles[2], piles[3]
    sizes, size, threshold, top = turn
    far_size, reached_size = sizes[0], sizes[1]
    while size:
        grown = 0
        for at in range(size):
            here = wave[at]
            state[here] = 0
            time = label[here]
            for arc in range(start[here], start[here + 1]):
                there, then = other[arc], time + cost[arc]
                old, was = label[there], state[there]
                better, soon = then < old, then < threshold
                now = better & soon & (was != _NEAR)
                later = better & (not soon) & (was == 0)
                label[there] = min(then, old)
                state[there] = _NEAR if now else (_FAR if later else was)
                reached[reached_size], after[grown], far[far_size] = there, there, there
                reached_size += better & (old == top)
                grown += now
                far_size += later
        wave, after, size = after, wave, grown
    sizes[0], sizes[1] = far_size, reached_size


@njit(nogil=True, cache=True)
def _ask_for(arcs, label, later, soon):
    start, other, cost = arcs
    prefetch(label, later)
    prefetch(start, later)
    prefetch(other, start[soon])
    prefetch(cost, start[soon])


@njit(nogil=True, cache=True)
def _improved(label, owner, node, offer, limits):
    """Take a better label for a node of the range; return whether it was better."""
    (then, row), (begin, count, top) = offer, limits
    if np.uint32(node - begin) >= count:
        return False
    better = then < label[node]
    if owner is not None:
        better = better or (then == label[node] < top and row < owner[node])
        if better:
            owner[node] = row
    if better:
        label[node] = then
    return better


@njit(nogil=True, cache=True)
def _moved_on(label, state, piles, sizes, width):
    """Move the nodes below the next threshold to the first pile; return how many, least label."""
    first, far = piles
    low, left = np.inf, 0
    for at in range(sizes[0]):
        node = far[at]
        if state[node] == _FAR:
            low = min(low, label[node])
            far[left] = node
            left += 1
    waiting, kept = 0, 0
    for at in range(left):
        node = far[at]
        if label[node] < low + width:
            state[node] = _NEAR
            first[waiting] = node
            waiting += 1
        else:
            far[kept] = node
            kept += 1
    sizes[0] = kept
    return waiting, low


@njit(nogil=True, cache=True)
def _knock(doors, row, time, best, met):
    """Note the homes behind the doors of a row; return how many homes are met by now."""
    homes, count, top = met
    start, home, seconds = doors
    for door in range(start[row], start[row + 1]):
        then = time + seconds[door]
        if then < best[home[door]]:
            if best[home[door]] == top:
                homes[count] = home[door]
                count += 1
            best[home[door]] = then
    return count


@njit(nogil=True, cache=True)
def _doubled(column, seconds):
    size = column.size
    wide, longer = np.empty(2 * size, dtype=np.int32), np.empty(2 * size, dtype=np.float64)
    wide[:size], longer[:size] = column, seconds
    return wide, longer
