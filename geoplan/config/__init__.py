"""The project file ``geoplan.toml`` as frozen settings; an unknown key is an error."""

from __future__ import annotations

from geoplan.config.project import ProjectFile, parse_project
from geoplan.config.sections import BuildingDemand, Tags

__all__ = ["BuildingDemand", "ProjectFile", "Tags", "parse_project"]
