"""Jobs: one project from its files to its results; they join the pipeline to the doors."""

from geoplan.jobs.diagnose import diagnose
from geoplan.jobs.fetch import fetch_project
from geoplan.jobs.layers import LayeredReport, layered_json, layered_project
from geoplan.jobs.network import store_network
from geoplan.jobs.project import Project, load_inputs, open_project
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
