"""Which entry of the later edition is which of the earlier one, by name and code."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from geoplan.model.edition_changes import Certainty, CompareRules, UnitEntry, Why
from geoplan.stages.unit_names import UnitName, alikeness, parts_of_row, unit_name

Allowed = Callable[[int, int], bool]
"""Whether an old and a new position may be one unit."""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry of either edition that are one unit."""

    old: int
    new: int
    certainty: Certainty
    why: Why


class Matching:
    """Two editions while their units are paired; each is paired once."""

    def __init__(self, before: Sequence[UnitEntry], after: Sequence[UnitEntry]) -> None:
        self.before, self.after = before, after
        self.before_names = [unit_name(unit.name) for unit in before]
        self.after_names = [unit_name(unit.name) for unit in after]
        self.bearers = (Counter(self.before_names), Counter(self.after_names))
        self.matches: dict[int, Match] = {}
        self.taken: set[int] = set()

    def pair(self, match: Match) -> None:
        """Add a match of two that are free, else leave it."""
        if match.old not in self.matches and match.new not in self.taken:
            self.matches[match.old] = match
            self.taken.add(match.new)

    def free(self) -> tuple[list[int], list[int]]:
        """Return the positions of either edition that are not paired."""
        old = [one for one in range(len(self.before)) if one not in self.matches]
        new = [one for one in range(len(self.after)) if one not in self.taken]
        return old, new


def pair_same(found: Matching, allowed: Allowed) -> None:
    """Pair entries with one code and one name; where several have both, in file order."""
    _pair_in_order(found, allowed, _code_and_name)
    old, new = found.free()
    # a name that tells no kind is the same as one that does
    by_code = {_level_and_code(found.after[one]): one for one in reversed(new)}
    for one in old:
        other = by_code.get(_level_and_code(found.before[one]))
        if other is None or not found.before[one].code or not allowed(one, other):
            continue
        if found.before_names[one].same(found.after_names[other]):
            found.pair(Match(one, other, "certain", "same_unit"))


def pair_names(found: Matching, allowed: Allowed) -> None:
    """Pair entries with one name and different codes: within one parent first, then anywhere.

    A name that several entries of an edition bear pairs nobody across parents; within one parent
    it is paired in file order and called uncertain.
    """
    for key in (_name_and_parent, _name, _root_and_parent):
        old, new = _groups(found, key)
        for value, olds in old.items():
            news = new.get(value, [])
            alone = len(olds) == len(news) == 1
            if not news or (not alone and key is not _name_and_parent):
                continue
            for one, other in zip(olds, news, strict=False):
                if allowed(one, other):
                    sure = alone and _lone(found, one, other)
                    found.pair(_by_name(one, other, sure=sure))


def pair_merged_rows(found: Matching, allowed: Allowed) -> None:
    """Pair a merged row (采菱村村委会含采菱社区居委会) with a free entry that is part of it."""
    old, new = found.free()
    parts_old = {one: parts_of_row(found.before[one].name) for one in old}
    parts_new = {one: parts_of_row(found.after[one].name) for one in new}
    candidates = [
        (one, other)
        for one, other in _merged_with_single(parts_old, parts_new)
        if any(first.same(second) for first in parts_old[one] for second in parts_new[other])
        and allowed(one, other)
    ]
    for one, other in candidates:
        rivals = [pair for pair in candidates if one in pair[:1] or other in pair[1:]]
        found.pair(Match(one, other, "likely" if len(rivals) == 1 else "uncertain", "merged_row"))


def _merged_with_single(
    parts_old: Mapping[int, Sequence[UnitName]], parts_new: Mapping[int, Sequence[UnitName]]
) -> list[tuple[int, int]]:
    """Return the pairs of positions of which one holds a merged row; merged rows are few."""
    merged_old = [one for one, parts in parts_old.items() if len(parts) > 1]
    merged_new = [one for one, parts in parts_new.items() if len(parts) > 1]
    return [
        *((one, other) for one in merged_old for other in parts_new if other not in merged_new),
        *((one, other) for other in merged_new for one in parts_old if one not in merged_old),
    ]


def pair_codes(found: Matching, allowed: Allowed, rules: CompareRules) -> None:
    """Pair entries with one code and different names.

    Likely where the names are alike; uncertain where nothing but the code speaks for it, or where
    another entry bears one of the two names.
    """
    old, new = found.free()
    by_code: dict[Hashable, list[int]] = defaultdict(list)
    for one in new:
        if found.after[one].code:
            by_code[_level_and_code(found.after[one])].append(one)
    for one in old:
        rivals = by_code.get(_level_and_code(found.before[one]), [])
        others = [other for other in rivals if allowed(one, other)]
        for other in others[:1]:
            alike = alikeness(found.before_names[one], found.after_names[other]) >= rules.alike
            if alike and len(others) == 1 and _lone(found, one, other):
                found.pair(Match(one, other, "likely", "same_code"))
            else:
                found.pair(Match(one, other, "uncertain", "code_alone"))


def _lone(found: Matching, one: int, other: int) -> bool:
    """Return whether no second entry of its own edition bears the name of either."""
    old, new = found.before_names[one], found.after_names[other]
    return found.bearers[0][old] == 1 and found.bearers[1][new] == 1


def _by_name(one: int, other: int, *, sure: bool) -> Match:
    if sure:
        return Match(one, other, "certain", "same_name")
    return Match(one, other, "uncertain", "several_names")


def _pair_in_order(found: Matching, allowed: Allowed, key: Key) -> None:
    old, new = _groups(found, key)
    for value, olds in old.items():
        for one, other in zip(olds, new.get(value, []), strict=False):
            if allowed(one, other):
                found.pair(Match(one, other, "certain", "same_unit"))


Key = Callable[[UnitEntry, UnitName], Hashable]


def _groups(
    found: Matching, key: Key
) -> tuple[dict[Hashable, list[int]], dict[Hashable, list[int]]]:
    """Return the free positions of either edition by a key; entries without a key are left out."""
    old: dict[Hashable, list[int]] = defaultdict(list)
    new: dict[Hashable, list[int]] = defaultdict(list)
    free = found.free()
    for groups, units, names, positions in (
        (old, found.before, found.before_names, free[0]),
        (new, found.after, found.after_names, free[1]),
    ):
        for one in positions:
            if (value := key(units[one], names[one])) is not None:
                groups[value].append(one)
    return old, new


def _level_and_code(unit: UnitEntry) -> tuple[str, str]:
    return unit.level, unit.code


def _code_and_name(unit: UnitEntry, name: UnitName) -> Hashable:
    return (unit.level, unit.code, name)


def _name_and_parent(unit: UnitEntry, name: UnitName) -> Hashable:
    return (unit.level, unit.parent, name) if name.root else None


def _name(unit: UnitEntry, name: UnitName) -> Hashable:
    return (unit.level, name) if name.root else None


def _root_and_parent(unit: UnitEntry, name: UnitName) -> Hashable:
    return (unit.level, unit.parent, name.root) if name.root else None
