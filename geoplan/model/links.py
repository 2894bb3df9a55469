"""Missing links: the one gate, bridge or crossing that would bring people within the limit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geoplan.model.arrays import Flags, Floats, Ints, Sparse, Texts, freeze_fields, require_lengths
from geoplan.model.network import SnappedPoints

LINK_KINDS = {"wall": "gate", "rail": "crossing", "water": "bridge", "gate": "open_gate"}
"""What is missing at each kind of barrier, the easiest barrier first; a locked gate opens."""


@dataclass(frozen=True, slots=True)
class LinkRules:
    """Which links are looked for."""

    longest_m: float = 120.0
    """No link is longer, metres: about the widest canal with its two banks."""
    spacing_m: float = 40.0
    """Links start at junctions, at bends, and in between no farther apart than this, metres."""
    counted_m: float = 1.0
    """Length that a shorter link counts by in people per metre: opening a gate builds nothing."""
    least_people: int = 1
    """A link that would add fewer people than this to those before it is not proposed."""

    def __post_init__(self) -> None:
        for name in ("longest_m", "spacing_m", "counted_m", "least_people"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value > 0):
                raise ValueError(f"LinkRules.{name} must be a positive number")


@dataclass(frozen=True, slots=True, eq=False)
class HomesToday:
    """Homes, who lives there and how long they walk today, one row each."""

    xy: Floats
    """(homes, 2) in the network's crs, metres."""
    points: SnappedPoints
    """Where they meet the streets."""
    people: Ints
    """(homes,) the people that links are chosen for."""
    seconds: Floats
    """(homes,) to the nearest facility of the service, inf where there is no way."""

    def __post_init__(self) -> None:
        require_lengths(
            "HomesToday", len(self.points), xy=self.xy, people=self.people, seconds=self.seconds
        )
        freeze_fields(self, "xy", "people", "seconds")

    def beyond(self, limit_s: float) -> Flags:
        """Return which homes are farther than so many seconds."""
        flags: Flags = self.seconds > limit_s
        return flags


@dataclass(frozen=True, slots=True, eq=False)
class LinkCandidates:
    """Links that could be made, one row each; a walker takes them from the far end to the near."""

    far: SnappedPoints
    """The street on the side that is cut off; at a gate all street ends beyond it."""
    near: SnappedPoints
    """The street on the side from which a facility is reached."""
    xy: Floats
    """(links, 2, 2) far end, then near end, in the network's crs."""
    length_m: Floats
    """(links,) 0 for a gate that opens."""
    barrier: Ints
    """(links,) row of ``WalkNetwork.barriers``, −1 for a gate that opens."""
    gate: Ints
    """(links,) row of ``WalkNetwork.closed_gates``, −1 for a new link."""
    walk_s: Floats
    """(links,) seconds over the link and on from its near end to the nearest facility."""

    def __post_init__(self) -> None:
        names = ("near", "xy", "length_m", "barrier", "gate", "walk_s")
        for name in names:
            if len(getattr(self, name)) != len(self.far):
                raise ValueError(f"LinkCandidates.{name} must have one row a link")
        freeze_fields(self, *names[1:])

    def __len__(self) -> int:
        return len(self.far)

    def take(self, rows: Ints) -> LinkCandidates:
        """Return the given links, in their order."""
        return LinkCandidates(
            far=self.far.take(rows.astype(np.int32)),
            near=self.near.take(rows.astype(np.int32)),
            xy=self.xy[rows],
            length_m=self.length_m[rows],
            barrier=self.barrier[rows],
            gate=self.gate[rows],
            walk_s=self.walk_s[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class MissingLinks:
    """The links that add most people per metre, in the order in which they are worth making."""

    links: LinkCandidates
    """Where they run."""
    kind: Texts
    """(links,) ``gate``, ``crossing``, ``bridge`` or ``open_gate``."""
    barrier_kind: Texts
    """(links,) what is in the way: ``wall``, ``rail``, ``water``, or ``gate`` when locked."""
    barrier_name: Texts
    """(links,) name of the barrier, empty when unnamed."""
    people: Ints
    """(links,) people whom this link alone brings within the limit."""
    added_people: Ints
    """(links,) those of them whom no link before it brings there."""
    people_per_m: Floats
    """(links,) ``people`` over the length, a very short link's length as the rules count it."""
    link_of_home: Ints
    """(homes,) the first link that brings the home within the limit, −1 where none does."""
    near_by_air: Flags
    """(homes,) inhabited, beyond the limit on foot, yet within it in a straight line."""
    seconds: Sparse
    """(links, homes) seconds to the nearest facility with this link alone, for the homes that it
    brings within the limit."""

    def __post_init__(self) -> None:
        columns = {
            name: getattr(self, name)
            for name in ("kind", "barrier_kind", "barrier_name", "people", "added_people")
        }
        columns["people_per_m"] = self.people_per_m
        require_lengths("MissingLinks", len(self.links), **columns)
        freeze_fields(self, *columns, "link_of_home", "near_by_air")

    def __len__(self) -> int:
        return len(self.links)

    @property
    def cut_off(self) -> Flags:
        """(homes,) of the barrier class: near by air, and a link brings them within the limit."""
        flags: Flags = self.near_by_air & (self.link_of_home >= 0)
        return flags
