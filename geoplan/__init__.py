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

__version__ = "0.1.0"

__all__ = [
    "PlanResult",
    "Profile",
    "Project",
    "__version__",
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
    "walking_times",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401  the type stands in TYPE_CHECKING
    """Return a public name from its home; ``import geoplan`` itself loads nothing heavy."""
    if name not in __all__:
        raise AttributeError(f"module 'geoplan' has no attribute {name!r}")
    home = "geoplan.domain.profiles" if name == "Profile" else "geoplan.api"
    return getattr(import_module(home), name)
