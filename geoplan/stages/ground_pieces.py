"""Ground that changed hands, and units that came or went with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from geoplan.model.arrays import Flags, Floats, Geometries, Ints
from geoplan.model.edition_changes import CompareRules, EditionChange, UnitEntry
from geoplan.stages.ground_overlay import Overlay, largest_width_m, polygons_of, wide_enough

Entries = tuple[Sequence[UnitEntry], Sequence[UnitEntry]]
_TOLD_SHARE = 0.01
"""Neighbours with less of an abolished or new unit only drew their line anew."""

NOBODY = -1
"""Stands for ground that no unit of an edition holds."""


@dataclass(frozen=True, slots=True)
class Explained:
    """Pairs of an old and a new unit one of which carries the other on."""

    same: frozenset[tuple[int, int]]
    grouped: frozenset[tuple[int, int]]
    """Pairs of splits and mergers."""

    @property
    def all(self) -> frozenset[tuple[int, int]]:
        """Every such pair."""
        return self.same | self.grouped


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Ground that one unit had and another one has."""

    old: int
    """Position of the unit that had it, ``NOBODY`` when none did."""
    new: int
    wide: Geometries
    """Polygons that are somewhere wide enough, in metres."""
    narrow: Geometries
    doubled: bool = False
    """The other edition has the ground in another unit as well: an overlap came or went."""


def moved_ground(
    overlay: Overlay, entries: Entries, explained: Explained, rules: CompareRules
) -> list[EditionChange]:
    """Return parts that moved, lines drawn anew, and units that are new or abolished."""
    gone = set(range(len(entries[0]))) - {old for old, _ in explained.all}
    come = set(range(len(entries[1]))) - {new for _, new in explained.all}
    pieces = [
        *_exchanged(overlay, explained, (gone, come), rules),
        *_lost(overlay, gone, rules),
        *_won(overlay, come, rules),
    ]
    return [
        *(_part(overlay, entries, piece) for piece in pieces if piece.wide.size),
        *_redraws(overlay, entries, pieces, explained, rules),
        *(_gone(overlay, entries, old) for old in sorted(gone)),
        *(_come(overlay, entries, new) for new in sorted(come)),
    ]


def _exchanged(
    overlay: Overlay, explained: Explained, ended: tuple[set[int], set[int]], rules: CompareRules
) -> Iterator[Piece]:
    """Yield what a unit that lives on gave to another one that does.

    Where units of a layer overlap, ground that a unit still has was not given away: the overlap
    came or went. One piece after the other: each is cut by neighbours of its own.
    """
    after_of, before_of = _mates(explained.all)
    for old, new in zip(overlay.old.tolist(), overlay.new.tolist(), strict=True):
        if (old, new) in explained.all or old in ended[0] or new in ended[1]:
            continue
        ground = shapely.intersection(overlay.before[old], overlay.after[new])
        left = _less(ground, overlay.after[after_of[old]])
        came = _less(ground, overlay.before[before_of[new]])
        yield _piece(old, new, shapely.intersection(left, came), rules)
        if shapely.area(left) < shapely.area(ground):
            overlap = _piece(NOBODY, new, shapely.difference(came, left), rules)
            yield replace(overlap, doubled=True)
        if shapely.area(came) < shapely.area(ground):
            overlap = _piece(old, NOBODY, shapely.difference(left, came), rules)
            yield replace(overlap, doubled=True)


def _lost(overlay: Overlay, gone: set[int], rules: CompareRules) -> Iterator[Piece]:
    """Yield what a unit that lives on had and no unit has now."""
    for old in _altered(overlay.old, overlay.kept, overlay.before_m2):
        if old not in gone:
            holders = overlay.after[overlay.new[_rows_of(overlay.old, old)]]
            yield _piece(old, NOBODY, _less(overlay.before[old], holders), rules)


def _won(overlay: Overlay, come: set[int], rules: CompareRules) -> Iterator[Piece]:
    """Yield what a unit that lives on has and no unit had before."""
    order = np.argsort(overlay.new, kind="stable")
    by_new = overlay.new[order]
    for new in _altered(overlay.new, overlay.kept, overlay.after_m2):
        if new not in come:
            mine = order[_rows_of(by_new, new)]
            holders = overlay.before[overlay.old[mine]]
            yield _piece(NOBODY, new, _less(overlay.after[new], holders), rules)


def _mates(pairs: frozenset[tuple[int, int]]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    after_of: dict[int, list[int]] = defaultdict(list)
    before_of: dict[int, list[int]] = defaultdict(list)
    for old, new in sorted(pairs):
        after_of[old].append(new)
        before_of[new].append(old)
    return after_of, before_of


def _altered(side: Ints, kept: Flags, area_m2: Floats) -> list[int]:
    """Return the units with a polygon that is not in the other edition to the last digit."""
    altered: Flags = area_m2 > 0
    altered[side[kept]] = False
    return [int(one) for one in np.flatnonzero(altered)]


def _less(ground: shapely.Geometry, others: Geometries) -> shapely.Geometry:
    """Return the ground without that of others."""
    if not len(others):
        return ground
    left: shapely.Geometry = shapely.difference(ground, shapely.union_all(others))
    return left


def _piece(old: int, new: int, ground: shapely.Geometry, rules: CompareRules) -> Piece:
    polygons = polygons_of(ground)
    wide = wide_enough(polygons, rules.width_m)
    return Piece(old, new, polygons[wide], polygons[~wide])


def _part(overlay: Overlay, entries: Entries, piece: Piece) -> EditionChange:
    area_m2 = float(shapely.area(piece.wide).sum())
    giver = piece.old != NOBODY
    whole = overlay.before_m2[piece.old] if giver else overlay.after_m2[piece.new]
    return EditionChange(
        kind="part",
        before=(entries[0][piece.old],) if giver else (),
        after=(entries[1][piece.new],) if piece.new != NOBODY else (),
        certainty="certain",
        why="overlap" if piece.doubled else "ground",
        area_m2=area_m2,
        shares=(area_m2 / float(whole),),
        width_m=largest_width_m(piece.wide),
        shape=overlay.geographic(_joined(piece.wide)),
    )


def _redraws(
    overlay: Overlay,
    entries: Entries,
    pieces: Sequence[Piece],
    explained: Explained,
    rules: CompareRules,
) -> list[EditionChange]:
    """Return the units that live on and were drawn anew, each with all its narrow pieces."""
    lost: dict[int, list[Geometries]] = defaultdict(list)
    won: dict[int, list[Geometries]] = defaultdict(list)
    for piece in pieces:
        lost[piece.old].append(piece.narrow)
        won[piece.new].append(piece.narrow)
    changes = []
    for old, new in sorted(explained.same):
        slivers = np.concatenate([np.empty(0, object), *lost[old], *won[new]])
        area_m2 = float(shapely.area(slivers).sum())
        if area_m2 >= rules.redraw_m2:
            changes.append(
                EditionChange(
                    kind="redraw",
                    before=(entries[0][old],),
                    after=(entries[1][new],),
                    certainty="certain",
                    why="ground",
                    area_m2=area_m2,
                    shape=overlay.geographic(_joined(slivers)),
                )
            )
    return changes


def _gone(overlay: Overlay, entries: Entries, old: int) -> EditionChange:
    mine = _rows_of(overlay.old, old)
    heirs = _sharers(overlay.new[mine], overlay.old_share()[mine], entries[1])
    came = _arrival(overlay, overlay.before[old], heirs)
    return replace(came, kind="abolished", before=(entries[0][old],), after=came.before)


def _come(overlay: Overlay, entries: Entries, new: int) -> EditionChange:
    mine = np.flatnonzero(overlay.new == new)
    givers = _sharers(overlay.old[mine], overlay.new_share()[mine], entries[0])
    return replace(_arrival(overlay, overlay.after[new], givers), after=(entries[1][new],))


def _arrival(
    overlay: Overlay, ground: shapely.Geometry, sharers: list[tuple[UnitEntry, float]]
) -> EditionChange:
    """Return a new unit with those whose ground it has; without a polygon it is likely only."""
    drawn = not shapely.is_empty(ground)
    return EditionChange(
        kind="new",
        before=tuple(unit for unit, _ in sharers),
        after=(),
        certainty="certain" if drawn else "likely",
        why="ground" if drawn else "not_found",
        area_m2=float(shapely.area(ground)) if drawn else None,
        shares=tuple(share for _, share in sharers),
        shape=overlay.geographic(ground) if drawn else None,
    )


def _sharers(
    units: Ints, shares: Floats, entries: Sequence[UnitEntry]
) -> list[tuple[UnitEntry, float]]:
    told = [
        (entries[unit], share)
        for unit, share in zip(units.tolist(), shares.tolist(), strict=True)
        if share >= _TOLD_SHARE
    ]
    return sorted(told, key=lambda one: one[0].subject)


def _rows_of(sorted_side: Ints, unit: int) -> Ints:
    """Return the rows of a unit on the side by which pairs are sorted."""
    start, end = np.searchsorted(sorted_side, [unit, unit + 1]).tolist()
    return np.arange(start, end, dtype=np.int64)


def _joined(polygons: Geometries) -> shapely.Geometry:
    """Return polygons as one geometry."""
    joined: shapely.Geometry = polygons[0]
    return joined if polygons.size == 1 else shapely.MultiPolygon(polygons.tolist())
