"""The compiled search for several nearest facilities of every node, on plain arrays.

Method
------
Every node keeps up to so many labels (seconds, facility), each of another facility, sorted. A label
that enters a node's list marks its slot as changed; the two piles of ``kernels`` hold the nodes
with changed slots below and above the threshold. A node is spread slot by slot: only what changed,
and only what lies below the threshold. A facility that is not among a node's best cannot be among
the best beyond it, because the better ones come along the same way no later. So the work grows
with the number asked for and not with the number of facilities.

Labels, limits and ``top`` are those of ``kernels``.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from geoplan.model.arrays import Floats, Indices
from geoplan.stages.kernels import Arcs, Doors

_NEAR, _FAR = 1, 2


@njit(nogil=True, cache=True)
def nearest_several(
    arcs: Arcs, seeds: Doors, rows: Indices, several: int, bounds: tuple[float, float]
) -> tuple[Floats, Indices]:
    """Return the seconds to the nearest facilities of each node and their rows, (n, several).

    Sorted by seconds, then row; ``top`` and −1 fill up what is not there. ``bounds`` is (top,
    width). Every node keeps ``several`` labels of different facilities; a label that changed is
    spread once its seconds lie below the threshold.
    """
    top, width = bounds
    nodes = arcs[0].size - 1
    slots = (
        np.full((nodes, several), top),
        np.full((nodes, several), np.int32(-1)),
        np.zeros((nodes, several), dtype=np.uint8),
    )
    state, piles = np.zeros(nodes, dtype=np.uint8), np.empty((3, nodes), dtype=np.int32)
    waiting, low = 0, np.inf
    for source in range(seeds[0].size - 1):
        for seed in range(seeds[0][source], seeds[0][source + 1]):
            node, time = seeds[1][seed], seeds[2][seed]
            if _kept(slots, node, time, rows[source]) and not state[node] & _FAR:
                state[node] |= _FAR
                piles[2][waiting] = node
                waiting += 1
    while waiting:
        near, waiting, low = _called_near(slots, state, piles, waiting, width)
        waiting = _spread_slots(arcs, slots, state, piles, (near, waiting, low + width))
    return slots[0], slots[1]


@njit(nogil=True, cache=True)
def _kept(slots, node, time, row):
    """Put (time, row) among the labels of a node; return whether it belongs to the best."""
    seconds, owner, changed = slots
    last = seconds.shape[1] - 1
    at = 0
    while at <= last and (seconds[node, at], owner[node, at]) <= (time, row):
        if owner[node, at] == row:
            return False
        at += 1
    if at > last:
        return False
    end = at
    while end < last and owner[node, end] != row:
        end += 1
    for slot in range(end, at, -1):
        seconds[node, slot] = seconds[node, slot - 1]
        owner[node, slot] = owner[node, slot - 1]
        changed[node, slot] = changed[node, slot - 1]
    seconds[node, at], owner[node, at], changed[node, at] = time, row, 1
    return True


@njit(nogil=True, cache=True)
def _called_near(slots, state, piles, waiting, width):
    """Copy the nodes that are due from the far pile to the near one; return (near, far, low).

    A node that is due stays on the far pile for its later labels, and leaves it when none is left.
    """
    near, far = piles[0], piles[2]
    low = np.inf
    for at in range(waiting):
        low = min(low, _least_changed(slots, far[at]))
    count, kept = 0, 0
    for at in range(waiting):
        node = far[at]
        least = _least_changed(slots, node)
        if least < low + width:
            state[node] |= _NEAR
            near[count] = node
            count += 1
        if least < np.inf:
            far[kept] = node
            kept += 1
        else:
            state[node] &= ~_FAR
    return count, kept, low


@njit(nogil=True, cache=True)
def _least_changed(slots, node):
    for slot in range(slots[0].shape[1]):
        if slots[2][node, slot]:
            return slots[0][node, slot]
    return np.inf


@njit(nogil=True, cache=True)
def _spread_slots(arcs, slots, state, piles, turn):
    """Spread changed labels below the threshold, wave after wave; return the far pile's size."""
    start, other, cost = arcs
    seconds, owner, changed = slots
    wave, after, far = piles[0], piles[1], piles[2]
    size, far_size, threshold = turn
    while size:
        grown = 0
        for at in range(size):
            here = wave[at]
            state[here] &= ~_NEAR
            for slot in range(seconds.shape[1]):
                time, row = seconds[here, slot], owner[here, slot]
                if not changed[here, slot] or time >= threshold:
                    continue
                changed[here, slot] = 0
                for arc in range(start[here], start[here + 1]):
                    there, then = other[arc], time + cost[arc]
                    if not _kept(slots, there, then, row):
                        continue
                    if then < threshold and not state[there] & _NEAR:
                        state[there] |= _NEAR
                        after[grown] = there
                        grown += 1
                    elif then >= threshold and not state[there] & _FAR:
                        state[there] |= _FAR
                        far[far_size] = there
                        far_size += 1
        wave, after, size = after, wave, grown
    return far_size
