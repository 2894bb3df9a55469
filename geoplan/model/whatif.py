"""What is known of a reach before and after a change, so that little is searched again."""

from __future__ import annotations

from dataclasses import dataclass

from geoplan.model.arrays import Flags, Floats, Ints, freeze_fields
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.model.reach import EdgeCosts, WalkTimes


@dataclass(frozen=True, slots=True, eq=False)
class StreetIndex:
    """What finds the streets near a place without a look at all shapes."""

    bounds: Floats
    """(edges, 4) west, south, east, north of each street, to a few centimetres."""
    barrier_bounds: Floats
    """(barriers, 4) the same of each barrier."""
    main: Flags
    """(edges,) True in the main component."""
    fastest_m_s: float
    """No walk gains more straight distance a second; inf where a street takes no time at all."""

    def __post_init__(self) -> None:
        freeze_fields(self, "bounds", "barrier_bounds", "main")


@dataclass(frozen=True, slots=True, eq=False)
class ReachState:
    """Facilities, homes and the walking times between them on one network, for one walker.

    Rows of facilities, homes, streets and gates are those of this state: a facility that closes
    and a street that closes move the later ones up.
    """

    network: WalkNetwork
    costs: EdgeCosts
    index: StreetIndex
    facility_xy: Floats
    """(facilities, 2) in the network's crs."""
    home_xy: Floats
    """(homes, 2) in the network's crs."""
    facilities: SnappedPoints
    homes: SnappedPoints
    times: WalkTimes
    """Every pair within the limit."""
    snap_m: float
    """Longest leg to a street, metres."""
    searched: Ints
    """Facility rows whose walking times the last change searched; the others were copied."""

    def __post_init__(self) -> None:
        freeze_fields(self, "facility_xy", "home_xy", "searched")

    def nearest_s(self, chosen: Flags | None = None) -> Floats:
        """Return the time of each home to the nearest (chosen) facility, inf beyond the limit.

        It is read off the pairs, without a search.
        """
        return self.times.nearest_s(chosen)
