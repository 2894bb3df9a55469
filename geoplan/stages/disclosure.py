"""Counts that must stay secret, and those that must stay secret with them.

A small count that is left out of a table can come back by subtraction: total less the others. So
further counts are left out, until subtraction leads nowhere. Three laws hold of the result:

1. *Brothers.* Where a node is printed, at least two of its children are masked in each split of it,
   or none; each part is carried by at least two of the masked ones, who have at least ``smallest``
   people of it together, or by none.
2. *Heirs.* Where a node is masked, a child is masked in each split of it; each part that the node
   carries is carried by a masked child.
3. *Twins.* Where a node is masked, it is masked in every comparable slice in which it has the same
   parts: coverage only grows with the limit, so a value between two equal ones is known. So it is
   where a part has as many people of a group as of the larger group that holds it.

A node *carries* a part when it has people of it and they could be in another part as far as the
printed totals say: it has people of two parts, or its own total is secret, too; and in each split
a child carries the part. So nobody hides behind a node that has no one, or everyone, of a part: a
zero is no secret (anybody can see on a map that a village is out of reach). A carrier has *room*
when it has fewer people of the part than the larger group that holds its own; the laws ask for one
carrier with room.

Why no equation gives a masked value away. Let x be masked. Move one person of x from one part to
another, and follow the move through the tree. *Up*: where the parent is printed, law 1 gives
a masked brother, who makes the opposite move; where it is masked, it makes the same move and the
question goes one level up, to end at a printed parent or at the root. *Down*: in each split of
a node that moved, law 2 gives a masked child that makes the same move. All sums hold again, no
printed number has changed, the value of x has: no combination of equations determines it. A secret
total moves in the same way, one person more here, one less at a brother, and one part goes along.

This proof needs masked nodes only. That they are carriers, with room, and that twins are masked
makes the move possible in whole people, none below zero, against what a reader knows of nested
groups and limits. Where there is no carrier the parent is masked; where that is known from another
split, totals must be masked (``totals_to_mask``). This second protection is measured, not proven:
see ``tests/cross/test_disclosure_attack.py``.

Method: complementary cell suppression in a hierarchy (Willenborg and de Waal, *Elements of
Statistical Disclosure Control*, 2001); there by optimisation, here by repair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from geoplan.model.arrays import Flags, Ints, freeze_fields, require_lengths

SMALLEST = 5
"""The smallest count that may be printed, 0 apart."""


Families: TypeAlias = list[tuple[int, Ints]]
"""Parents, each with the rows of one split of it."""


@dataclass(frozen=True, slots=True, eq=False)
class CountTree:
    """Nodes whose counts are sums of the counts of their children, in one or more splits."""

    parent: Ints
    """(nodes,) row of the node above, −1 for none."""
    partition: Ints
    """(nodes,) which split of the parent the node belongs to."""
    printed: Flags
    """(nodes,) False for a remainder that no table prints: it can be computed, or is masked."""

    def __post_init__(self) -> None:
        require_lengths(
            "CountTree", self.parent.size, partition=self.partition, printed=self.printed
        )
        freeze_fields(self, "parent", "partition", "printed")

    def families(self) -> Families:
        """Return each parent and the rows of one split of it, deepest families first."""
        inside = np.flatnonzero(self.parent >= 0)
        if not inside.size:
            return []
        order = inside[np.lexsort([inside, self.partition[inside], self.parent[inside]])]
        keys = np.column_stack([self.parent[order], self.partition[order]])
        starts = np.flatnonzero((np.diff(keys, axis=0, prepend=-1) != 0).any(axis=1))
        depth = self.depth()
        families = [(int(self.parent[rows[0]]), rows) for rows in np.split(order, starts[1:])]
        return sorted(families, key=lambda family: -depth[family[0]])

    def depth(self) -> Ints:
        """Return how many nodes are above each node."""
        depth, above = np.zeros(self.parent.size, dtype=np.int64), self.parent.copy()
        while (above >= 0).any():
            depth += above >= 0
            above = np.where(above >= 0, self.parent[above], -1)
        return depth


@dataclass(frozen=True, slots=True, eq=False)
class SlicedCounts:
    """People of each node in each slice, by parts that sum to the node's total."""

    parts: Ints
    """(nodes, slices, parts) whole people."""
    needed: Ints | None = None
    """(nodes, slices) in how many parts a node must have people for them to move: one more than
    printed numbers tie them together, so 1 where the total is masked; 2 unless told."""
    alike: Ints | None = None
    """(slices,) number of the set of comparable slices, for the law of twins; None for no two."""
    nested: Ints | None = None
    """(pairs, 2) slices of which the first is about a group that is part of the second's."""

    def room(self) -> Flags:
        """Return where one more or less is no contradiction to a nested group, as ``parts``."""
        room = np.ones(self.parts.shape, dtype=np.bool_)
        for part, whole in [] if self.nested is None else self.nested.tolist():
            apart = self.parts[:, part] < self.parts[:, whole]
            room[:, part] &= apart
            room[:, whole] &= apart
        return room


_RELUCTANT = 1 << 40
"""Price above all counts of people: only when nobody else is left."""


@dataclass(frozen=True, slots=True, eq=False)
class _Bearers:
    """The children of one parent that can keep one part secret, all (children, slices)."""

    people: Ints
    able: Flags
    room: Flags
    price: Ints
    wanted: Flags
    """(slices,) True where the parent carries the part."""

    def at(self, kept: Flags) -> _Bearers:
        """Return the bearers of some of the slices."""
        return _Bearers(
            people=self.people[:, kept],
            able=self.able[:, kept],
            room=self.room[:, kept],
            price=self.price[:, kept],
            wanted=self.wanted[kept],
        )


def masked_nodes(
    tree: CountTree, counts: SlicedCounts, *, also: Flags | None = None, smallest: int = SMALLEST
) -> Flags:
    """Return the nodes to mask in each slice, (nodes, slices): the three laws hold of them.

    A node with a part of 1 to ``smallest − 1`` people is masked, with all its parts. Of the
    brothers (heirs) that could help, the one with fewest people is masked, what is not printed
    first, then by row; when none can, the parent is.

    Parameters
    ----------
    also
        (nodes, slices) further nodes to mask from the start.
    """
    parts, families, room = counts.parts, tree.families(), counts.room()
    carried = _carried(families, parts, counts.needed)
    price = np.where(tree.printed[:, None], parts.sum(axis=2), 0)
    masked: Flags = np.any((parts > 0) & (parts < smallest), axis=2)
    if also is not None:
        np.logical_or(masked, also, out=masked)
    twins, bound = _twins(counts), _bound(counts)
    before, seen_at = -1, np.zeros((len(families), parts.shape[1]), dtype=np.int64)
    while (size := int(masked.sum())) != before:
        before = size
        for number, family in enumerate(families):
            now = masked[family[1]].sum(axis=0) * 2 + masked[family[0]]
            changed = np.flatnonzero(now != seen_at[number])
            _mend(masked, family, changed, (parts, carried, room, price), smallest)
            seen_at[number] = now
        _mask_twins(masked, twins, bound)
    return masked


def totals_to_mask(tree: CountTree, counts: SlicedCounts, masked: Flags) -> Flags:
    """Return nodes whose totals must be masked before the laws can be kept, (nodes, slices).

    A masked part has nobody to hide behind when its parent is masked and yet known: in another
    split of the parent every child has everybody, or nobody, of the part. There the child with
    fewest people of the part is returned, and so on below it. None is when the laws are kept.
    """
    parts, families = counts.parts, tree.families()
    carried = _carried(families, parts, counts.needed)
    known = np.zeros(parts.shape, dtype=np.bool_)
    for parent, children in families:
        lone = (masked[children, :, None] & carried[children]).sum(axis=0) == 1
        known[parent] |= lone & masked[parent, :, None] & ~carried[parent]
    wanted = np.zeros(parts.shape, dtype=np.bool_)
    for parent, children in reversed(families):
        open_parts = (known[parent] | wanted[parent]) & ~carried[children].any(axis=0)
        open_parts &= np.any(parts[children] > 0, axis=0)
        people = np.where(parts[children] > 0, parts[children], np.iinfo(np.int64).max)
        slices, part = np.nonzero(open_parts)
        wanted[children[people.argmin(axis=0)[slices, part]], slices, part] = True
    return np.asarray(wanted.any(axis=2), dtype=np.bool_)


def _bound(counts: SlicedCounts) -> list[tuple[int, int, Flags]]:
    """Return nested slices, and the (nodes,) where everybody of some part is of both groups."""
    pairs = [] if counts.nested is None else counts.nested.tolist()
    found = []
    for part, whole in pairs:
        one, other = counts.parts[:, part], counts.parts[:, whole]
        found.append((part, whole, np.any((one > 0) & (one == other), axis=1)))
    return found


def _carried(families: Families, parts: Ints, needed: Ints | None) -> Flags:
    """Return which parts a node would carry, (nodes, slices, parts), from the leaves upwards."""
    some = parts > 0
    least = np.full(parts.shape[:2], 2) if needed is None else needed
    carried = np.zeros(parts.shape, dtype=np.bool_)
    np.logical_and(some, (some.sum(axis=2) >= least)[:, :, None], out=carried)
    for parent, children in families:
        inhabited = np.any(parts[children] > 0, axis=(0, 2))
        carried[parent] &= carried[children].any(axis=0) | ~inhabited[:, None]
        carried[parent, carried[parent].sum(axis=1) < least[parent]] = False
    return carried


def _twins(counts: SlicedCounts) -> Ints:
    """Return (nodes, slices) labels, equal for one node in comparable slices with equal parts."""
    nodes, slices, count = counts.parts.shape
    if counts.alike is None:
        return np.arange(nodes * slices).reshape(nodes, slices)
    node = np.arange(nodes)[:, None] * (int(counts.alike.max(initial=0)) + 1)
    label = (node + counts.alike).reshape(-1)
    for part in range(count):
        values = counts.parts[:, :, part].reshape(-1)
        span = int(values.max(initial=0)) + 1
        if (int(label.max(initial=0)) + 1) * span > np.iinfo(np.int64).max:
            label = np.unique(label, return_inverse=True)[1].reshape(-1)
        label = label * span + values
    twins: Ints = np.unique(label, return_inverse=True)[1].reshape(nodes, slices)
    return twins


def _mask_twins(masked: Flags, twins: Ints, bound: list[tuple[int, int, Flags]]) -> None:
    """Mask what law 3 asks for, in place."""
    hidden = np.zeros(int(twins.max(initial=0)) + 1, dtype=np.bool_)
    hidden[twins[masked]] = True
    masked |= hidden[twins]
    for part, whole, equal in bound:
        either = (masked[:, part] | masked[:, whole]) & equal
        masked[:, part] |= either
        masked[:, whole] |= either


def _mend(
    masked: Flags,
    family: tuple[int, Ints],
    slices: Ints,
    about: tuple[Ints, Flags, Flags, Ints],
    smallest: int,
) -> None:
    """Mask what laws 1 and 2 ask for in one split of one parent, in place, in some slices at once.

    Parameters
    ----------
    about
        Parts, which of them are carried and have room, and the price of masking a node: people
        lost to the reader, nothing for what is not printed.
    """
    (parent, children), (parts, carried, room, price) = family, about
    slices = slices[parts[np.ix_(children, slices)].any(axis=(0, 2))]
    cells = np.ix_(children, slices)
    people, moving, prices = parts[cells], carried[cells], price[cells]
    for part in range(parts.shape[2]):
        bearers = _Bearers(
            people=people[:, :, part],
            able=moving[:, :, part],
            room=room[cells][:, :, part],
            price=prices,
            wanted=carried[parent, slices, part],
        )
        _mend_part(masked, family, slices, bearers, smallest)
    anyone = _Bearers(
        people=people.sum(axis=2),
        able=np.ones(prices.shape, dtype=np.bool_),
        room=np.ones(prices.shape, dtype=np.bool_),
        price=np.where(moving.any(axis=2), prices, prices + _RELUCTANT),
        wanted=np.ones(slices.size, dtype=np.bool_),
    )
    _mend_part(masked, family, slices, anyone, 0)


def _mend_part(
    masked: Flags, family: tuple[int, Ints], slices: Ints, bearers: _Bearers, smallest: int
) -> None:
    """Mask bearers of one part, in place, until the part is safe or the parent masked."""
    parent, children = family
    while slices.size:
        inside = masked[np.ix_(children, slices)]
        bearing = inside & bearers.able
        number, held = bearing.sum(axis=0), (bearers.people * bearing).sum(axis=0)
        helped = (bearing & bearers.room).any(axis=0)
        short = (number == 1) | ((number > 0) & (~helped | (held < smallest)))
        secret = masked[parent, slices] & bearers.wanted
        lacking = np.where(secret, ~helped, short)
        candidate = bearers.able & ~inside & (bearers.people > 0) & lacking
        candidate &= bearers.room | helped
        price = np.where(bearers.room, bearers.price, bearers.price + _RELUCTANT)
        found: Flags = np.any(candidate, axis=0)
        chosen = np.where(candidate, price, np.iinfo(np.int64).max).argmin(axis=0)
        masked[children[chosen[found]], slices[found]] = True
        masked[parent, slices[lacking & ~found]] = True
        slices, bearers = slices[found], bearers.at(found)
