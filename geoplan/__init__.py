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
    from geoplan.model.changes import NewFacility
    from geoplan.pipeline.exploring import WhatIf, WhatIfSession

__version__ = "0.1.0"

__all__ = [
    "NewFacility",
    "PlanResult",
    "Profile",
    "Project",
    "StudyResult",
    "WhatIf",
    "WhatIfSession",
    "__version__",
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
    "site_study",
    "walking_times",
    "whatif",
]

_HOMES = {
    "NewFacility": "geoplan.model.changes",
    "Profile": "geoplan.domain.profiles",
    "WhatIf": "geoplan.pipeline.exploring",
    "WhatIfSession": "geoplan.pipeline.exploring",
    "StudyResult": "geoplan.exploring",
    "explore": "geoplan.exploring",
    "site_study": "geoplan.exploring",
    "whatif": "geoplan.exploring",
}
"""Public name → its home, where that is not ``geoplan.api``."""


def __getattr__(name: str) -> Any:  # noqa: ANN401  the type stands in TYPE_CHECKING
    """Return a public name from its home; ``import geoplan`` itself loads nothing heavy."""
    if name not in __all__:
        raise AttributeError(f"module 'geoplan' has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "geoplan.api")), name)
