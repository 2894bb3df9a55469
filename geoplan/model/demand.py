"""People at the places where they live."""

from __future__ import annotations

from dataclasses import dataclass

from geoplan.model.arrays import (
    Flags,
    Floats,
    Ints,
    Texts,
    freeze_fields,
    require_lengths,
)
from geoplan.model.source import Source


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Residential points with whole people by group, sorted by id."""

    id: Texts
    """(n,) unique ids."""
    place: Texts
    """(n,) name of the residential place, several points may share it; may be empty."""
    xy: Floats
    """(n, 2) position in ``crs``."""
    groups: tuple[str, ...]
    """Group codes, the columns of ``people``; ``all`` comes first."""
    people: Ints
    """(n, len(groups)) whole people; every group is at most ``all``."""
    community: Texts
    """(n,) declared community code, empty when not declared."""
    crs: str
    source: Source

    def __post_init__(self) -> None:
        if not self.groups or self.groups[0] != "all":
            raise ValueError("the first demand group must be 'all'")
        require_lengths(
            "Demand",
            self.id.shape[0],
            place=self.place,
            xy=self.xy,
            people=self.people,
            community=self.community,
        )
        freeze_fields(self, "id", "place", "xy", "people", "community")

    def of(self, group: str) -> Ints:
        """Return the people of one group, shape (n,)."""
        column: Ints = self.people[:, self.groups.index(group)]
        return column

    def some(self, group: str) -> Flags:
        """Return where at least one person of the group lives."""
        flags: Flags = self.of(group) > 0
        return flags
