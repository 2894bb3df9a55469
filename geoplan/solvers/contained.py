"""Which sets lie inside others: the cuts of a cover, in little memory."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geoplan.model.arrays import Indices, Ints, Sparse

WORDS, BITS = 4, 64
"""Each set has a mark of so many words of so many bits, one bit for every member."""

MOST_PAIRS, MOST_MEMBERS = 2_000_000, 5_000_000
"""So many pairs of sets, and members of sets, are compared at a time."""


def contained_pairs(sets: Sparse, *, deadline: float = np.inf) -> tuple[Indices, Indices]:
    """Return every pair of different sets of which the first lies inside the second.

    A set that holds another one holds its rarest member, too: only such pairs are compared, first
    by marks (a bit of the inner one that the outer one lacks tells them apart), then member by
    member. Two like sets lie inside each other. Empty sets are left out.

    Parameters
    ----------
    sets
        (sets, members) stored entries are the members.
    deadline
        Monotonic seconds; then the pairs found so far are returned.
    """
    sets = csr_array(sets)
    sets.sort_indices()
    sizes, marks = np.diff(sets.indptr), _marks(sets)
    found = [(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32))]
    for pair in _possible_pairs(sets):
        if time.monotonic() > deadline:
            break
        inner, outer = _likely(pair, sizes, marks)
        for part in _parts(sizes[inner], MOST_MEMBERS):
            inside = _common(sets, inner[part], outer[part]) == sizes[inner[part]]
            found.append((inner[part][inside], outer[part][inside]))
    return np.concatenate([pair[0] for pair in found]), np.concatenate([pair[1] for pair in found])


def _likely(
    pair: tuple[Indices, Indices], sizes: Indices, marks: NDArray[np.uint64]
) -> tuple[Indices, Indices]:
    """Return the pairs that sizes and marks do not tell apart."""
    inner, outer = pair
    likely = np.flatnonzero((inner != outer) & (sizes[inner] <= sizes[outer]))
    likely = likely[~(marks[inner[likely]] & ~marks[outer[likely]]).any(axis=1)]
    return inner[likely], outer[likely]


def _marks(sets: Sparse) -> NDArray[np.uint64]:
    """Return the mark of each set, (sets, words)."""
    marks = np.zeros((sets.shape[0], WORDS), dtype=np.uint64)
    filled = np.flatnonzero(np.diff(sets.indptr))
    if not filled.size:
        return marks
    # Neighbours in the list are often neighbours on the map: consecutive numbers get other words.
    place = sets.indices.astype(np.uint64) % np.uint64(WORDS * BITS)
    bit = np.uint64(1) << (place // np.uint64(WORDS))
    for word in range(WORDS):
        bits = np.where(place % np.uint64(WORDS) == word, bit, np.uint64(0))
        marks[filled, word] = np.bitwise_or.reduceat(bits, sets.indptr[filled])
    return marks


def _possible_pairs(sets: Sparse) -> Iterator[tuple[Indices, Indices]]:
    """Yield the pairs of each set with the sets that hold its rarest member."""
    holders = csr_array(sets.T)
    count = np.diff(holders.indptr).astype(np.int64)
    filled = np.flatnonzero(np.diff(sets.indptr)).astype(np.int32)
    if not filled.size:
        return
    ranked = count[sets.indices] * sets.shape[1] + sets.indices
    rarest = np.minimum.reduceat(ranked, sets.indptr[filled]) % sets.shape[1]
    for part in _parts(count[rarest], MOST_PAIRS):
        with_rarest = csr_array(holders[rarest[part]])
        inner = np.repeat(filled[part], np.diff(with_rarest.indptr))
        yield inner, with_rarest.indices.astype(np.int32)


def _parts(sizes: Indices | Ints, most: int) -> list[slice]:
    """Return slices whose sizes add up to about ``most`` or less."""
    if not sizes.size:
        return []
    number = np.cumsum(sizes.astype(np.int64)) // most
    starts = np.flatnonzero(np.diff(number, prepend=-1)).tolist()
    return [slice(*ends) for ends in zip(starts, [*starts[1:], sizes.size], strict=True)]


def _common(sets: Sparse, first: Indices, second: Indices) -> Indices:
    """Return how many members the two sets of each pair share."""
    both = csr_array(csr_array(sets[first]).multiply(csr_array(sets[second])))
    common: Indices = np.diff(both.indptr)
    return common
