"""What changed from one edition of a register of names to the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from geoplan.model.arrays import Texts
from geoplan.model.edition_changes import (
    Certainty,
    ChangeKind,
    CompareRules,
    EditionChange,
    EditionChanges,
    UnitEntry,
    Why,
    sorted_changes,
)
from geoplan.model.gazetteer import Gazetteer
from geoplan.stages.seat_moves import seat_moves
from geoplan.stages.unit_attributes import SameUnit, attribute_changes
from geoplan.stages.unit_matching import (
    Match,
    Matching,
    pair_codes,
    pair_merged_rows,
    pair_names,
    pair_same,
)
from geoplan.stages.unit_names import without_ordinal


def compare_names(
    before: Gazetteer, after: Gazetteer, rules: CompareRules | None = None
) -> EditionChanges:
    """Return the changes between two editions of one register.

    Entries are paired by code and name, then by name (recode, transfer), by a merged row, by
    ordinals (翠竹南区第一、第二社区 → 翠竹南区社区 is a merger), by code (rename); what is left is
    new or abolished. The parent is the named one where both editions name it, else its code, else
    the first nine digits of a twelve-digit code.
    """
    rules = rules or CompareRules()
    olds, news = unit_entries(before, after)
    found = Matching(olds, news)
    pair_same(found, _anything)
    pair_names(found, _anything)
    pair_merged_rows(found, _anything)
    groups = [*_ordinal_groups(found), *_ordinal_groups(_mirrored(found), mirrored=True)]
    _set_aside(found, groups)
    pair_codes(found, _anything, rules)
    matches = [match for match in found.matches.values() if match.new >= 0]
    changes = [
        *groups,
        *attribute_changes([_same(found, match) for match in matches]),
        *_left_over(found),
        *seat_moves(before, after, matches, (olds, news), rules),
    ]
    touched = {change.before[0].row for change in changes if change.before}
    return EditionChanges(
        basis="names",
        earlier=before.source.name,
        later=after.source.name,
        changes=sorted_changes(changes),
        unchanged=sum(olds[match.old].row not in touched for match in matches),
    )


def with_seats(found: EditionChanges, before: Gazetteer, after: Gazetteer) -> EditionChanges:
    """Return the changes of two layers together with the seats that moved.

    The registers list the seats of either edition under the code and name of their unit; they are
    paired as two editions of a register are.
    """
    moves = compare_names(before, after).of("moved_seat")
    return replace(found, changes=sorted_changes([*found.changes, *moves]))


def unit_entries(before: Gazetteer, after: Gazetteer) -> tuple[list[UnitEntry], list[UnitEntry]]:
    """Return the entries of both editions with a parent that can be compared."""
    parents = _parents(before, after)
    first, second = (
        [
            UnitEntry(code=code, name=name, parent=parent, row=row)
            for code, name, parent, row in zip(
                register.code.tolist(),
                register.name.tolist(),
                above,
                register.row.tolist(),
                strict=True,
            )
        ]
        for register, above in zip((before, after), parents, strict=True)
    )
    return first, second


def _parents(before: Gazetteer, after: Gazetteer) -> tuple[list[str], list[str]]:
    both = before.columns & after.columns
    if "parent_name" in both:
        first, second = before.texts["parent_name"], after.texts["parent_name"]
    elif "parent" in both:
        first, second = before.parent, after.parent
    else:
        first, second = (_code_above(register) for register in (before, after))
    return first.tolist(), second.tolist()


def _code_above(register: Gazetteer) -> Texts:
    codes = register.code.tolist()
    return np.array([one[:9] if len(one) == 12 and one.isdecimal() else "" for one in codes])


def _anything(_old: int, _new: int) -> bool:
    return True


def _mirrored(found: Matching) -> Matching:
    """Return the free entries with the editions exchanged; the paired ones stay paired."""
    mirror = Matching(found.after, found.before)
    for match in found.matches.values():
        mirror.pair(replace(match, old=match.new, new=match.old))
    return mirror


def _ordinal_groups(found: Matching, *, mirrored: bool = False) -> list[EditionChange]:
    """Return mergers: several free entries that differ by an ordinal, and one free without it."""
    old, new = found.free()
    members: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in old:
        if root := without_ordinal(found.before_names[one]):
            members[found.before[one].parent, root].append(one)
    changes = []
    for other in new:
        key = (found.after[other].parent, found.after_names[other].root)
        olds = members.pop(key, [])
        if len(olds) < 2:
            continue
        many = tuple(sorted((found.before[one] for one in olds), key=lambda unit: unit.subject))
        one_unit = (found.after[other],)
        change = EditionChange("merge", many, one_unit, "likely", "ordinals")
        changes.append(
            replace(change, kind="split", before=one_unit, after=many) if mirrored else change
        )
    return changes


def _set_aside(found: Matching, groups: Sequence[EditionChange]) -> None:
    """Take the entries of groups out of the pairing."""
    olds = {unit.row for change in groups for unit in change.before}
    news = {unit.row for change in groups for unit in change.after}
    free = found.free()
    for one in free[0]:
        if found.before[one].row in olds:
            found.matches[one] = Match(one, -1, "likely", "ordinals")
    found.taken.update(other for other in free[1] if found.after[other].row in news)


def _same(found: Matching, match: Match) -> SameUnit:
    return SameUnit(found.before[match.old], found.after[match.new], match.certainty, match.why)


def _left_over(found: Matching) -> list[EditionChange]:
    """Return the entries without a counterpart; uncertain where several could be it."""
    old, new = found.free()
    names_before = {found.before_names[one].root for one in old}
    names_after = {found.after_names[one].root for one in new}
    gone = ((found.before[one], found.before_names[one].root in names_after) for one in old)
    come = ((found.after[one], found.after_names[one].root in names_before) for one in new)
    return [
        *(_alone("abolished", unit, known=known) for unit, known in gone),
        *(_alone("new", unit, known=known) for unit, known in come),
    ]


def _alone(kind: ChangeKind, unit: UnitEntry, *, known: bool) -> EditionChange:
    certainty: Certainty = "uncertain" if known else "likely"
    why: Why = "several_names" if known else "not_found"
    before, after = ((unit,), ()) if kind == "abolished" else ((), (unit,))
    return EditionChange(kind, before, after, certainty, why)
