"""Download the streets of a project's area and halo: the only job that goes online."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from geoplan.domain.crs import GEOGRAPHIC, reproject
from geoplan.errors import ConfigError
from geoplan.io.overpass import fetch_streets
from geoplan.jobs.opening import open_project
from geoplan.jobs.project import load_area
from geoplan.pipeline import Progress


def fetch_project(
    project: str | None, *, endpoints: tuple[str, ...] = (), progress: Progress
) -> Path:
    """Save the streets of area and halo where the project file expects its network.

    Raises
    ------
    ConfigError
        The project's network is not a GraphML file inside the project folder.
    OsmUnavailableError
        No server answered; nothing was written.
    """
    opened = open_project(project)
    target = opened.source_to_write(opened.file.network.path)
    if target.suffix != ".graphml":
        raise ConfigError(
            f"network.path is {opened.file.network.path!r}; fetch writes GraphML, so name a file "
            "that ends in .graphml, such as network/walk.graphml"
        )
    progress("read_tables")
    _, area = load_area(opened)
    progress("fetch")
    halo = reproject(np.array([area.halo], dtype=object), area.crs, GEOGRAPHIC)[0]
    return fetch_streets(halo, target, endpoints=endpoints)
