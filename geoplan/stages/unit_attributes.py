"""What changed about a unit that lives on: its name, kind, code and parent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import shapely

from geoplan.model.edition_changes import (
    Certainty,
    ChangeKind,
    EditionChange,
    UnitEntry,
    Why,
)
from geoplan.stages.unit_names import unit_name


@dataclass(frozen=True, slots=True)
class SameUnit:
    """A unit as it was and as it is."""

    before: UnitEntry
    after: UnitEntry
    certainty: Certainty
    why: Why
    shape: shapely.Geometry | None = None
    """Its ground of the later edition in EPSG:4490."""


def attribute_changes(units: Sequence[SameUnit]) -> list[EditionChange]:
    """Return what changed about units that live on.

    =============  ============================================================
    rename         another specific part of the name
    conversion     the specific part stays, the kind changes (村委会 → 社区居委会), or one of the
                   names of a merged row stands alone (or the other way)
    recode         another code
    transfer       another parent, unless all units of the old parent went to the new one and it
                   took no others: then the parent itself was renamed or given another code
    =============  ============================================================
    """
    renamed_parents = same_parents(units)
    return [
        change
        for unit in units
        for change in (
            *_name_change(unit),
            *_changed(unit, "recode", differ=_other(unit.before.code, unit.after.code)),
            *_changed(unit, "transfer", differ=_moved(unit, renamed_parents)),
        )
    ]


def same_parents(units: Iterable[SameUnit]) -> Mapping[str, str]:
    """Return old parent → new parent where one took exactly the units of the other."""
    onward: dict[str, set[str]] = defaultdict(set)
    backward: dict[str, set[str]] = defaultdict(set)
    for unit in units:
        onward[unit.before.parent].add(unit.after.parent)
        backward[unit.after.parent].add(unit.before.parent)
    return {
        old: next(iter(news))
        for old, news in onward.items()
        if len(news) == 1 and backward[next(iter(news))] == {old}
    }


def _moved(unit: SameUnit, renamed_parents: Mapping[str, str]) -> bool:
    old, new = unit.before.parent, unit.after.parent
    return _other(old, new) and renamed_parents.get(old) != new


def _other(old: str, new: str) -> bool:
    """Return whether two values differ; one that is not given says nothing."""
    return bool(old) and bool(new) and old != new


def _name_change(unit: SameUnit) -> list[EditionChange]:
    if unit.why == "merged_row":
        return _changed(unit, "conversion", differ=True)
    old, new = unit_name(unit.before.name), unit_name(unit.after.name)
    if not unit.before.name or not unit.after.name or old.same(new):
        return []
    return _changed(unit, "conversion" if old.root == new.root else "rename", differ=True)


def _changed(unit: SameUnit, kind: ChangeKind, *, differ: bool) -> list[EditionChange]:
    if not differ:
        return []
    return [
        EditionChange(
            kind=kind,
            before=(unit.before,),
            after=(unit.after,),
            certainty=unit.certainty,
            why=unit.why,
            shape=unit.shape,
        )
    ]
