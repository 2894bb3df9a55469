"""What changed from one edition of units or names to the next, in no language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import shapely

ChangeKind: TypeAlias = Literal[
    "split",
    "merge",
    "rename",
    "conversion",
    "recode",
    "transfer",
    "part",
    "moved_seat",
    "new",
    "abolished",
    "redraw",
]
"""``conversion`` keeps the specific part and changes the kind (village to residents' committee,
township to town); ``transfer`` is to another parent; ``part`` moves a piece of ground between units
that live on, or out of or into the layer."""

CHANGE_KINDS: tuple[ChangeKind, ...] = (
    "split",
    "merge",
    "new",
    "abolished",
    "part",
    "transfer",
    "rename",
    "conversion",
    "recode",
    "moved_seat",
    "redraw",
)
"""In the order in which they are told."""

MIRRORED: Mapping[ChangeKind, ChangeKind] = {
    "split": "merge",
    "merge": "split",
    "new": "abolished",
    "abolished": "new",
}
"""What a change is called when the editions are exchanged; the others keep their kind."""

Certainty: TypeAlias = Literal["certain", "likely", "uncertain"]
Why: TypeAlias = Literal[
    "ground",
    "same_name",
    "several_names",
    "same_code",
    "code_alone",
    "merged_row",
    "ordinals",
    "same_unit",
    "overlap",
    "not_found",
]
"""What a change rests on: shares of the ground; one name, or a name that several units bear; one
code and names alike, or nothing but the code; one of the names of a merged row; names that differ
by an ordinal; a unit with the same code and name; ground that two units of one edition
hold; no counterpart in the other edition."""


@dataclass(frozen=True, slots=True)
class CompareRules:
    """Thresholds of a comparison."""

    same_share: float = 0.9
    """Two units have the same ground when they share at least this of both; a unit lies within
    another when it shares at least this of itself."""
    cover_share: float = 0.95
    """Successors of a split cover at least this of the unit, predecessors of a merger likewise."""
    kept_share: float = 0.5
    """A unit that kept its name or its code alone shares at least this of one of its grounds."""
    width_m: float = 5.0
    """A piece of ground moves to another unit when it is somewhere at least this wide; narrower
    ones are a line drawn anew."""
    redraw_m2: float = 1.0
    """Less ground than this between two drawings of one unit is no change."""
    seat_m: float = 30.0
    """A seat has moved when its two positions are farther apart than this."""
    alike: float = 0.5
    """Names with one code are alike from this share of common characters (difflib)."""


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """One unit as an edition lists it."""

    code: str
    name: str
    level: str = ""
    parent: str = ""
    """Code or name of the unit above as the edition gives it, empty where not."""
    row: int = 0
    """Row or feature of the file, counted from 1."""

    @property
    def subject(self) -> str:
        """Code, else name, else feature number."""
        return self.code or self.name or f"#{self.row}"


@dataclass(frozen=True, slots=True, eq=False)
class EditionChange:
    """One change from the earlier edition to the later one."""

    kind: ChangeKind
    before: tuple[UnitEntry, ...]
    """Units of the earlier edition, by code; for ``part`` the one that gave ground, none when the
    ground lay in no unit or another unit still has it."""
    after: tuple[UnitEntry, ...]
    certainty: Certainty
    why: Why
    area_m2: float | None = None
    """Ground that the change is about; for ``redraw`` what both drawings do not share."""
    shares: tuple[float, ...] = ()
    """Split, abolished: share of the old ground that went to each of ``after``; merge, new: share
    of the new ground that came from each of ``before``; part: share of the giving unit (of the
    receiving one when none gave)."""
    width_m: float | None = None
    """``part``: diameter of the largest circle within the piece."""
    distance_m: float | None = None
    """``moved_seat``: how far."""
    people: Mapping[str, int] = field(default_factory=dict)
    """People by group who live on the ground, empty when no people were given."""
    shape: shapely.Geometry | None = None
    """The ground in EPSG:4490, for ``moved_seat`` the line from the old seat to the new one."""


@dataclass(frozen=True, slots=True, eq=False)
class EditionChanges:
    """All changes between two editions."""

    basis: Literal["boundaries", "names"]
    earlier: str
    """Name of the source of the earlier edition."""
    later: str
    changes: tuple[EditionChange, ...]
    """By kind as in ``CHANGE_KINDS``, then by codes."""
    unchanged: int
    """Units without any change."""
    repaired: int = 0
    """Polygons that cross themselves: they were compared as repaired."""
    without_polygon: int = 0
    """Units of a layer without a polygon: they were compared by name and code alone."""

    def of(self, *kinds: ChangeKind) -> tuple[EditionChange, ...]:
        """Return the changes of some kinds, in their order."""
        return tuple(change for change in self.changes if change.kind in kinds)


def sorted_changes(changes: list[EditionChange]) -> tuple[EditionChange, ...]:
    """Return changes by kind, then by the units before and after."""
    return tuple(sorted(changes, key=_order))


def _order(change: EditionChange) -> tuple[int, list[str], list[str], float]:
    return (
        CHANGE_KINDS.index(change.kind),
        [unit.subject for unit in change.before],
        [unit.subject for unit in change.after],
        change.area_m2 or 0.0,
    )
