"""What changed from one layer of units to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.edition_changes import (
    CompareRules,
    EditionChange,
    EditionChanges,
    UnitEntry,
    sorted_changes,
)
from geoplan.stages.ground_groups import Group, merged_units, same_units, split_units
from geoplan.stages.ground_overlay import Overlay, overlay_of
from geoplan.stages.ground_pieces import Explained, moved_ground
from geoplan.stages.unit_attributes import SameUnit, attribute_changes
from geoplan.stages.unit_matching import Match, Matching


def compare_boundaries(
    before: BoundaryLayer, after: BoundaryLayer, rules: CompareRules | None = None
) -> EditionChanges:
    """Return the changes between two layers of units, level by level.

    ==========  ====================================================================
    same unit   shares ≥ 0.9 of both grounds; else has one code and one name; else has one name or
                one code and shares ≥ 0.5 of one ground
    split       one old unit holds ≥ 2 new ones, each ≥ 0.9 inside it, together ≥ 0.95 of it, none
                of which continues another unit (the old unit may live on as one of them)
    merge       the mirror of a split
    abolished   an old unit that is neither the same as a new one nor in a split or merger; told
                with the units that got its ground
    new         the mirror of abolished
    part        a piece of an old unit that lies in another new one, both live on, somewhere
                ≥ 5 m wide; also a piece that no unit of the other edition holds
    redraw      a unit that lives on and whose ground differs by ≥ 1 m² of narrower pieces
    rename, conversion, recode, transfer
                as ``attribute_changes`` has them, of the units that live on and were neither split
                nor merged
    ==========  ====================================================================

    The editions exchanged give the same changes with ``MIRRORED`` kinds. At least one unit of
    either layer must have a polygon.
    """
    rules = rules or CompareRules()
    overlay = overlay_of(before, after)
    entries = layer_entries(before, after)
    found = same_units(overlay, entries, rules)
    splits = split_units(overlay, found, rules)
    mergers = merged_units(overlay, found, rules)
    explained = _explained(found, splits, mergers)
    living = _living(found, splits, mergers)
    changes = [
        *(_split(overlay, entries, group) for group in splits),
        *(_merger(overlay, entries, group) for group in mergers),
        *moved_ground(overlay, entries, explained, rules),
        *attribute_changes([_same(overlay, found, match) for match in living]),
    ]
    return EditionChanges(
        basis="boundaries",
        earlier=before.source.name,
        later=after.source.name,
        changes=sorted_changes(changes),
        unchanged=_unchanged(changes, found),
        repaired=overlay.repaired,
        without_polygon=overlay.without_polygon,
    )


def layer_entries(
    before: BoundaryLayer, after: BoundaryLayer
) -> tuple[list[UnitEntry], list[UnitEntry]]:
    """Return the units of both layers; levels are dropped where the layers have none in common."""
    shared = bool(set(before.level.tolist()) & set(after.level.tolist()))
    first, second = (
        [
            UnitEntry(code, name, level if shared else "", parent, row)
            for code, name, level, parent, row in zip(
                layer.code.tolist(),
                layer.name.tolist(),
                layer.level.tolist(),
                layer.parent.tolist(),
                layer.row.tolist(),
                strict=True,
            )
        ]
        for layer in (before, after)
    )
    return first, second


def _explained(found: Matching, splits: Sequence[Group], mergers: Sequence[Group]) -> Explained:
    """Return the pairs of units one of which carries the other on."""
    return Explained(
        same=frozenset((match.old, match.new) for match in found.matches.values()),
        grouped=frozenset(
            [
                *((group.one, new) for group in splits for new in group.many),
                *((old, group.one) for group in mergers for old in group.many),
            ]
        ),
    )


def _living(found: Matching, splits: Sequence[Group], mergers: Sequence[Group]) -> list[Match]:
    """Return the matches of units that were neither split nor merged."""
    olds = {group.one for group in splits} | {old for group in mergers for old in group.many}
    news = {group.one for group in mergers} | {new for group in splits for new in group.many}
    return [
        match for match in found.matches.values() if match.old not in olds and match.new not in news
    ]


def _same(overlay: Overlay, found: Matching, match: Match) -> SameUnit:
    ground = overlay.after[match.new]
    before, after = found.before[match.old], found.after[match.new]
    differs = (before.code, before.name, before.parent) != (after.code, after.name, after.parent)
    return SameUnit(
        before,
        after,
        match.certainty,
        match.why,
        shape=overlay.geographic(ground) if differs and not ground.is_empty else None,
    )


def _split(
    overlay: Overlay, entries: tuple[Sequence[UnitEntry], Sequence[UnitEntry]], group: Group
) -> EditionChange:
    parts = sorted(
        zip((entries[1][new] for new in group.many), group.shares, strict=True),
        key=lambda part: part[0].subject,
    )
    return EditionChange(
        kind="split",
        before=(entries[0][group.one],),
        after=tuple(unit for unit, _ in parts),
        certainty="uncertain" if group.overlapping else "certain",
        why="ground",
        area_m2=float(overlay.before_m2[group.one]),
        shares=tuple(share for _, share in parts),
        shape=overlay.geographic(overlay.before[group.one]),
    )


def _merger(
    overlay: Overlay, entries: tuple[Sequence[UnitEntry], Sequence[UnitEntry]], group: Group
) -> EditionChange:
    mirror = replace(
        overlay, before=overlay.after, before_m2=overlay.after_m2
    )  # a merger is a split seen from the later edition
    split = _split(mirror, (entries[1], entries[0]), group)
    return replace(split, kind="merge", before=split.after, after=split.before)


def _unchanged(changes: Sequence[EditionChange], found: Matching) -> int:
    old = {id(unit) for change in changes for unit in change.before}
    new = {id(unit) for change in changes for unit in change.after}
    return sum(
        id(found.before[match.old]) not in old and id(found.after[match.new]) not in new
        for match in found.matches.values()
    )
