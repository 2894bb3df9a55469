"""Stage 7c: the walks that only the classes of gaps need."""

from __future__ import annotations

from dataclasses import replace

from geoplan.domain.profiles import Profile
from geoplan.model.arrays import Flags
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.stages.gap_evidence import AgedWalk, NearestWalk
from geoplan.stages.network import walk_costs
from geoplan.stages.reach import nearest_of_homes, search_graph


def aged_walk(
    streets: tuple[WalkNetwork, SnappedPoints, SnappedPoints], walker: Profile, giving: Flags
) -> AgedWalk:
    """Return the walk of every home, as it is and as if stairs and footbridges were no obstacle.

    The second walker takes stairs at the price of the profile (none where it bars them): what a
    ramp or a lift beside them would give.

    Parameters
    ----------
    streets
        The network, and facilities and homes snapped to it.
    giving
        (facilities,) which of them give the main service.
    """
    network, facilities, homes = streets
    free = replace(walker, uses_steps=True, uses_overpasses=True)
    walks = []
    for one in (walker, free):
        graph = search_graph(network, walk_costs(network, one), facilities)
        walks.append(NearestWalk(*nearest_of_homes(graph, homes, giving)))
    return AgedWalk(walk=walks[0], with_steps_s=walks[1].seconds)
