"""All walks of a run: every walker to every service, and every pair within the longest limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geoplan.domain.profiles import MEASURING_WALKER
from geoplan.model.arrays import Floats, Indices
from geoplan.model.reach import WalkTimes
from geoplan.pipeline.ground import Ground
from geoplan.stages.coverage import NearestTimes
from geoplan.stages.reach import SearchGraph, nearest_of_homes, node_times, walking_times


@dataclass(frozen=True, slots=True, eq=False)
class Walks:
    """Who walks how long to what."""

    graphs: Mapping[str, SearchGraph]
    """Profile → its search graph."""
    nearest_s: NearestTimes
    """(profile, service) → (demand,) seconds to the nearest facility, however far; inf: no way."""
    nearest: Mapping[str, Indices]
    """Service → (demand,) row of the nearest facility for the main walker, −1 without a way."""
    distance_m: NearestTimes
    """The same in metres of path for the standard's walk, by (``std_dist``, service)."""
    pairs: Mapping[str, WalkTimes]
    """Profile → walking times (facilities × demand) up to the longest limit."""
    node_s: Mapping[str, Floats]
    """Service → (nodes,) seconds to its nearest facility for the main walker, inf beyond limits."""


def walk_everywhere(ground: Ground) -> Walks:
    """Return the walks of all profiles of the run, and of the standard's walk by distance."""
    settings, homes, giving = ground.settings, ground.homes, ground.giving()
    graphs = {
        name: ground.graph if name == settings.profile else ground.graph_of(ground.walkers[name])
        for name in settings.profiles
    }
    nearest_s: dict[tuple[str, str], Floats] = {}
    nearest: dict[str, Indices] = {}
    for name, graph in graphs.items():
        for service, gives in giving.items():
            nearest_s[name, service], facility = nearest_of_homes(graph, homes, gives)
            if name == settings.profile:
                nearest[service] = facility
    measured = ground.graph_of(MEASURING_WALKER)
    return Walks(
        graphs=graphs,
        nearest_s=nearest_s,
        nearest=nearest,
        distance_m={
            (MEASURING_WALKER.id, service): nearest_of_homes(measured, homes, gives)[0]
            for service, gives in giving.items()
        },
        pairs={
            name: walking_times(graph, homes, limit_s=ground.limit_s)
            for name, graph in graphs.items()
        },
        node_s={
            service: node_times(ground.graph, gives, limit_s=ground.limit_s)
            for service, gives in giving.items()
        },
    )
