"""The compiled search: many facilities, each looking as far as the limit, straight to the homes.

Method. From each facility a label-correcting search runs over the reversed streets. Labels wait in
buckets of equal width (Dial 1969); a bucket is emptied until no label in it improves, so the
labels at the end are exact, whatever the width. A label that was improved after it was queued is
stale and is passed over. Nothing beyond the limit is queued, so a search costs what it reaches and
not what the network holds. When the queue is empty, the homes at the reached nodes take the least
label plus their own part-street and leg.

The labels are the fixpoint of ``label[v] = min(label[u] + cost)``, summed from the facility
outwards exactly as in Dijkstra's algorithm: SciPy's answers and these are the same bits.

numba compiles on first use and keeps the result on disk. The code holds no lock of the
interpreter, so blocks of facilities run on two threads.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numba import njit

from geoplan.model.arrays import Floats, Indices

Arcs: TypeAlias = tuple[Indices, Indices, Floats]
"""CSR of the reversed streets: start (n + 1,), node (a,), seconds (a,)."""
Doors: TypeAlias = tuple[Indices, Indices, Floats]
"""Rows of (node or home, seconds): start (rows + 1,), column (d,), seconds (d,)."""


@njit(nogil=True, cache=True)
def times_to_homes(
    arcs: Arcs, seeds: Doors, homes: Doors, directs: Doors, limit_s: float, width_s: float
) -> tuple[Indices, Indices, Floats]:
    """Return (facility, home, seconds) of every pair within the limit, sorted.

    Parameters
    ----------
    arcs
        The reversed streets.
    seeds
        For each facility the nodes where its search begins, with their seconds.
    homes
        For each node the homes beside it, with their seconds.
    directs
        For each facility the homes on its own street, with the seconds of the direct walk.
    limit_s
        Finite, inclusive.
    width_s
        Width of a bucket, positive; it changes the time taken, never the answer.
    """
    nodes = arcs[0].size - 1
    label = np.full(nodes, np.inf)
    queue = _empty_queue(int(limit_s / width_s) + 2)
    best = np.full(_row_count(homes, directs), np.inf)
    facility, home, seconds = _empty_pairs(1024)
    count = 0
    for source in range(seeds[0].size - 1):
        reached = _search(arcs, seeds, source, label, queue, (limit_s, width_s))
        met = _meet_homes((homes, directs), source, (reached, label), best, limit_s)
        while count + met.size > home.size:
            facility, home, seconds = _doubled(facility, home, seconds)
        for row in met:
            facility[count], home[count], seconds[count] = source, row, best[row]
            best[row] = np.inf
            count += 1
        for node in reached:
            label[node] = np.inf
    return facility[:count], home[:count], seconds[:count]


@njit(nogil=True, cache=True)
def _search(arcs, seeds, source, label, queue, bounds):
    """Return the nodes within the limit; their exact labels stand in ``label``."""
    start, column, cost = arcs
    limit_s, width_s = bounds
    first, pool = queue
    pool_node, pool_s, pool_next = pool
    reached = np.empty(64, dtype=np.int32)
    sizes = np.zeros(2, dtype=np.int64)  # nodes reached, labels queued
    for seed in range(seeds[0][source], seeds[0][source + 1]):
        node, time = seeds[1][seed], seeds[2][seed]
        if time <= limit_s and time < label[node]:
            if label[node] == np.inf:
                reached = _appended(reached, sizes[0], node)
                sizes[0] += 1
            label[node] = time
            pool_node, pool_s, pool_next = _queued(
                (pool_node, pool_s, pool_next), first, sizes, (node, time, int(time / width_s))
            )
    for bucket in range(first.size):
        while first[bucket] >= 0:
            entry = first[bucket]
            first[bucket] = pool_next[entry]
            here, time = pool_node[entry], pool_s[entry]
            if time > label[here]:
                continue
            for arc in range(start[here], start[here + 1]):
                there, then = column[arc], time + cost[arc]
                if then <= limit_s and then < label[there]:
                    if label[there] == np.inf:
                        reached = _appended(reached, sizes[0], there)
                        sizes[0] += 1
                    label[there] = then
                    pool_node, pool_s, pool_next = _queued(
                        (pool_node, pool_s, pool_next),
                        first,
                        sizes,
                        (there, then, int(then / width_s)),
                    )
    return reached[: sizes[0]]


@njit(nogil=True, cache=True)
def _queued(pool, first, sizes, entry):
    """Put a label at the head of its bucket; return the pool, grown when it was full."""
    pool_node, pool_s, pool_next = pool
    node, time, bucket = entry
    at = sizes[1]
    if at == pool_node.size:
        pool_node, pool_next, pool_s = _doubled(pool_node, pool_next, pool_s)
    pool_node[at], pool_s[at], pool_next[at] = node, time, first[bucket]
    first[bucket] = at
    sizes[1] += 1
    return pool_node, pool_s, pool_next


@njit(nogil=True, cache=True)
def _row_count(homes, directs):
    count = 0
    for rows in (homes[1], directs[1]):
        if rows.size:
            count = max(count, int(rows.max()) + 1)
    return count


@njit(nogil=True, cache=True)
def _meet_homes(doors, source, found, best, limit_s):
    """Return the homes within the limit, ascending; their times stand in ``best``."""
    homes, directs = doors
    reached, label = found
    met = np.empty(64, dtype=np.int32)
    count = 0
    start, row, seconds = directs
    for door in range(start[source], start[source + 1]):
        if seconds[door] <= limit_s and seconds[door] < best[row[door]]:
            if best[row[door]] == np.inf:
                met = _appended(met, count, row[door])
                count += 1
            best[row[door]] = seconds[door]
    start, row, seconds = homes
    for node in reached:
        for door in range(start[node], start[node + 1]):
            time = label[node] + seconds[door]
            if time <= limit_s and time < best[row[door]]:
                if best[row[door]] == np.inf:
                    met = _appended(met, count, row[door])
                    count += 1
                best[row[door]] = time
    return np.sort(met[:count])


@njit(nogil=True, cache=True)
def _appended(values, count, value):
    if count == values.size:
        grown = np.empty(2 * count, dtype=values.dtype)
        grown[:count] = values
        values = grown
    values[count] = value
    return values


@njit(nogil=True, cache=True)
def _doubled(one, other, third):
    size = one.size
    wide_one = np.empty(2 * size, dtype=one.dtype)
    wide_other = np.empty(2 * size, dtype=other.dtype)
    wide_third = np.empty(2 * size, dtype=third.dtype)
    wide_one[:size], wide_other[:size], wide_third[:size] = one, other, third
    return wide_one, wide_other, wide_third


@njit(nogil=True, cache=True)
def _empty_pairs(size):
    return (
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.float64),
    )


@njit(nogil=True, cache=True)
def _empty_queue(buckets):
    node, link, time = _empty_pairs(1024)
    return np.full(buckets, -1, dtype=np.int32), (node, time, link)
