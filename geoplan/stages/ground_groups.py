"""Which units of two editions are one, and which were split or merged, by their ground."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geoplan.model.arrays import Floats, Ints
from geoplan.model.edition_changes import CompareRules, UnitEntry
from geoplan.stages.ground_overlay import Overlay
from geoplan.stages.unit_matching import Match, Matching, pair_codes, pair_names, pair_same


@dataclass(frozen=True, slots=True)
class Group:
    """One unit that became several, or several that became one."""

    one: int
    many: tuple[int, ...]
    shares: tuple[float, ...]
    """Of the one unit, in the order of ``many``."""
    overlapping: bool
    """The many share ground with each other, so that one of them may be no successor."""


def same_units(
    overlay: Overlay,
    entries: tuple[Sequence[UnitEntry], Sequence[UnitEntry]],
    rules: CompareRules,
) -> Matching:
    """Return the units of both editions paired.

    First those that share ``same_share`` of both grounds (code, then name decide between several),
    then those with one code and name wherever they lie, then those with one name or one code that
    share ``kept_share`` of one ground. A unit without a polygon pairs by name and code.
    """
    found = Matching(*entries)
    for old, new in _same_ground(overlay, found, rules):
        found.pair(Match(old, new, "certain", "ground"))
    empty_old, empty_new = overlay.before_m2 == 0, overlay.after_m2 == 0
    sharing = _sharing(overlay, rules)

    def allowed(old: int, new: int) -> bool:
        return (old, new) in sharing or bool(empty_old[old]) or bool(empty_new[new])

    pair_same(found, _wherever)
    pair_names(found, allowed)
    pair_codes(found, allowed, rules)
    return found


def split_units(overlay: Overlay, found: Matching, rules: CompareRules) -> list[Group]:
    """Return the units of the earlier edition that became several.

    The successors lie to ``same_share`` within the unit, cover at least ``cover_share`` of it
    together, and none of them is the continuation of another unit.
    """
    mates = {match.new: match.old for match in found.matches.values()}
    return _groups(
        (overlay.old, overlay.new),
        (overlay.old_share(), overlay.new_share()),
        mates,
        rules,
    )


def merged_units(overlay: Overlay, found: Matching, rules: CompareRules) -> list[Group]:
    """Return the units of the later edition that were made of several, the mirror of a split."""
    mates = {match.old: match.new for match in found.matches.values()}
    return _groups(
        (overlay.new, overlay.old),
        (overlay.new_share(), overlay.old_share()),
        mates,
        rules,
    )


def _groups(
    pairs: tuple[Ints, Ints],
    shares: tuple[Floats, Floats],
    mates: dict[int, int],
    rules: CompareRules,
) -> list[Group]:
    """Return the groups; ``mates`` holds for each of the many the one that it continues."""
    members: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for row in np.flatnonzero(shares[1] >= rules.same_share).tolist():
        one, part = int(pairs[0][row]), int(pairs[1][row])
        if mates.get(part, one) == one:
            members[one].append((part, float(shares[0][row])))
    return [
        Group(
            one,
            tuple(part for part, _ in parts),
            tuple(share for _, share in parts),
            overlapping=sum(share for _, share in parts) > 2.0 - rules.cover_share,
        )
        for one, parts in sorted(members.items())
        if len(parts) > 1 and sum(share for _, share in parts) >= rules.cover_share
    ]


def _same_ground(overlay: Overlay, found: Matching, rules: CompareRules) -> list[tuple[int, int]]:
    """Return the pairs with the same ground, the best first."""
    old_share, new_share = overlay.old_share(), overlay.new_share()
    rows = np.flatnonzero((old_share >= rules.same_share) & (new_share >= rules.same_share))

    def worth(row: int) -> tuple[bool, bool, float]:
        old, new = int(overlay.old[row]), int(overlay.new[row])
        one, other = found.before[old], found.after[new]
        named = found.before_names[old].same(found.after_names[new])
        share = float(old_share[row] * new_share[row])
        return (bool(one.code) and one.code == other.code, named, share)

    ordered = sorted(rows.tolist(), key=worth, reverse=True)
    return [(int(overlay.old[row]), int(overlay.new[row])) for row in ordered]


def _sharing(overlay: Overlay, rules: CompareRules) -> set[tuple[int, int]]:
    """Return the pairs of which one shares at least ``kept_share`` of its ground with the other."""
    most = np.maximum(overlay.old_share(), overlay.new_share()) >= rules.kept_share
    return set(zip(overlay.old[most].tolist(), overlay.new[most].tolist(), strict=True))


def _wherever(_old: int, _new: int) -> bool:
    return True
