"""Where facilities and homes meet the streets and the units: the base of all stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from geoplan.config import ProjectFile
from geoplan.domain.kinds import SERVICES
from geoplan.domain.profiles import Profile
from geoplan.errors import ConfigError
from geoplan.model.arrays import Flags
from geoplan.model.network import SnappedPoints
from geoplan.model.results import PlanInputs, PlanSettings, UnitIndex
from geoplan.stages.network import walk_costs
from geoplan.stages.reach import SearchGraph, search_graph
from geoplan.stages.snapping import snap
from geoplan.stages.units import locate
from geoplan.units import seconds


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Where facilities and homes meet the streets and the units: the base of all stages."""

    inputs: PlanInputs
    settings: PlanSettings
    walkers: Mapping[str, Profile]
    facilities: SnappedPoints
    homes: SnappedPoints
    units: UnitIndex
    """Units of the homes."""
    facility_units: UnitIndex
    graph: SearchGraph
    """Search graph of the main profile."""

    @property
    def limit_s(self) -> float:
        """The longest limit in seconds."""
        return seconds(max(self.settings.minutes))

    @property
    def walker(self) -> Profile:
        """The main walker."""
        return self.walkers[self.settings.profile]

    def giving(self) -> dict[str, Flags]:
        """Return for each counted service which facilities give it."""
        facilities = self.inputs.facilities
        return {service: facilities.giving(service) for service in self.settings.services}

    def graph_of(self, walker: Profile) -> SearchGraph:
        """Return the search graph of a walker."""
        return search_graph(
            self.inputs.network, walk_costs(self.inputs.network, walker), self.facilities
        )


def lay_ground(inputs: PlanInputs, project: ProjectFile, *, public: bool = False) -> Ground:
    """Return facilities and homes snapped to the streets and placed in their units."""
    settings = replace(plan_settings(inputs, project), public=public)
    walkers = project.walkers()
    facilities = snap(inputs.network, inputs.facilities.xy, limit_m=project.network.snap_m)
    costs = walk_costs(inputs.network, walkers[settings.profile])
    return Ground(
        inputs=inputs,
        settings=settings,
        walkers=walkers,
        facilities=facilities,
        homes=snap(inputs.network, inputs.demand.xy, limit_m=project.network.snap_m),
        units=locate(inputs.boundaries, inputs.demand.xy),
        facility_units=locate(inputs.boundaries, inputs.facilities.xy),
        graph=search_graph(inputs.network, costs, facilities),
    )


def plan_settings(inputs: PlanInputs, project: ProjectFile) -> PlanSettings:
    """Return the choices of the run, with the services that the facilities really give.

    Raises
    ------
    ConfigError
        The main group is not a group of the demand.
    """
    groups = inputs.demand.groups
    weighed = {project.coverage.group, *project.siting.weights}
    if not weighed <= set(groups):
        raise ConfigError(
            f"coverage.group and siting.weights name {', '.join(sorted(weighed))} but the demand "
            f"only has {', '.join(groups)}; choose of these or add the column to the demand"
        )
    facilities = inputs.facilities
    given = [service for service in SERVICES if facilities.giving(service).any()]
    wanted = project.coverage.services or tuple(given)
    main = project.coverage.service
    sources = (inputs.boundaries, inputs.demand, inputs.facilities, inputs.network)
    return PlanSettings(
        project=project.project.id,
        title=project.project.name,
        title_en=project.project.name_en or project.project.name,
        synthetic=project.project.synthetic or any(part.source.synthetic for part in sources),
        service=main,
        group=project.coverage.group,
        profile=project.walk.profile,
        speed_m_s=project.walkers()[project.walk.profile].pace_m_s,
        profiles=tuple(dict.fromkeys((project.walk.profile, *project.walk.profiles))),
        minutes=project.walk.minutes,
        services=tuple(dict.fromkeys((main, *wanted))),
        scenario=project.walkers()[project.walk.profile].scenario,
    )
