"""Jobs: one project from its files to its results; they join the pipeline to the doors.

Each name is imported from its home when it is first used: a check loads no solver and no map.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geoplan.jobs.diagnosis import diagnose
    from geoplan.jobs.fetch import fetch_project
    from geoplan.jobs.layers import LayeredReport, layered_json, layered_project
    from geoplan.jobs.network import store_network
    from geoplan.jobs.opening import Project, open_project
    from geoplan.jobs.project import linted_inputs, load_inputs
    from geoplan.jobs.reach import reach_project
    from geoplan.jobs.run import RunReport, run_project, save_outcome
    from geoplan.jobs.site import site_project
    from geoplan.jobs.way import WayReport, way_project
    from geoplan.jobs.whatif import WhatIfReport, whatif_project

__all__ = [
    "LayeredReport",
    "Project",
    "RunReport",
    "WayReport",
    "WhatIfReport",
    "diagnose",
    "fetch_project",
    "layered_json",
    "layered_project",
    "linted_inputs",
    "load_inputs",
    "open_project",
    "reach_project",
    "run_project",
    "save_outcome",
    "site_project",
    "store_network",
    "way_project",
    "whatif_project",
]

_HOMES = {
    "diagnose": "diagnosis",
    "fetch_project": "fetch",
    "LayeredReport": "layers",
    "layered_json": "layers",
    "layered_project": "layers",
    "store_network": "network",
    "Project": "opening",
    "open_project": "opening",
    "linted_inputs": "project",
    "load_inputs": "project",
    "reach_project": "reach",
    "RunReport": "run",
    "run_project": "run",
    "save_outcome": "run",
    "site_project": "site",
    "WayReport": "way",
    "way_project": "way",
    "WhatIfReport": "whatif",
    "whatif_project": "whatif",
}
"""Name → the module of this package that holds it."""


def __getattr__(name: str) -> Any:  # noqa: ANN401  the type stands in TYPE_CHECKING
    """Return a name from its home."""
    if name not in _HOMES:
        raise AttributeError(f"module 'geoplan.jobs' has no attribute {name!r}")
    return getattr(import_module(f"geoplan.jobs.{_HOMES[name]}"), name)
