"""The public names of geoplan; each is imported from its home when first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geoplan.api import (
        PlanResult,
        Project,
        nearest_destinations,
        network_from_edges,
        network_from_lines,
        open_project,
        plan,
        read_boundaries,
        read_demand,
        read_facilities,
        read_network,
        service_areas,
        site,
        walking_times,
    )
    from geoplan.domain.profiles import Profile
    from geoplan.exploring import StudyResult, explore, site_study, whatif
    from geoplan.linting.api import check
    from geoplan.model.changes import NewFacility
    from geoplan.model.layered_siting import Level, ServiceOffer
    from geoplan.pipeline.exploring import WhatIf, WhatIfSession
    from geoplan.stages.levels_table import site_levels
    from geoplan.stages.services_table import site_services

__version__ = "0.1.0"

__all__ = [
    "Level",
    "NewFacility",
    "PlanResult",
    "Profile",
    "Project",
    "ServiceOffer",
    "StudyResult",
    "WhatIf",
    "WhatIfSession",
    "__version__",
    "check",
    "explore",
    "nearest_destinations",
    "network_from_edges",
    "network_from_lines",
    "open_project",
    "plan",
    "read_boundaries",
    "read_demand",
    "read_facilities",
    "read_network",
    "service_areas",
    "site",
    "site_levels",
    "site_services",
    "site_study",
    "walking_times",
    "whatif",
]

_HOMES = {
    "Level": "geoplan.model.layered_siting",
    "NewFacility": "geoplan.model.changes",
    "Profile": "geoplan.domain.profiles",
    "WhatIf": "geoplan.pipeline.exploring",
    "WhatIfSession": "geoplan.pipeline.exploring",
    "ServiceOffer": "geoplan.model.layered_siting",
    "StudyResult": "geoplan.exploring",
    "check": "geoplan.linting.api",
    "explore": "geoplan.exploring",
    "site_levels": "geoplan.stages.levels_table",
    "site_services": "geoplan.stages.services_table",
    "site_study": "geoplan.exploring",
    "whatif": "geoplan.exploring",
}
"""Public name → its home, where that is not ``geoplan.api``."""


def __getattr__(name: str) -> Any:  # noqa: ANN401  the type stands in TYPE_CHECKING
    """Return a public name from its home; ``import geoplan`` itself loads nothing heavy."""
    if name not in __all__:
        raise AttributeError(f"module 'geoplan' has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "geoplan.api")), name)
