"""Levels and services of a project: what opens where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geoplan.config import ProjectFile
from geoplan.domain.siting import LAYERED_MODELS
from geoplan.errors import ConfigError
from geoplan.jobs.project import Project, load_inputs, open_project
from geoplan.model.layer_wishes import AskedLevel, AskedService
from geoplan.model.layered_siting import LayeredSiting
from geoplan.model.results import PlanSettings
from geoplan.pipeline import Ground, Progress, lay_ground, site_levels_of, site_services_of
from geoplan.stages.layered_table import layered_table
from geoplan.units import seconds


@dataclass(frozen=True, slots=True, eq=False)
class LayeredReport:
    """A plan of levels or services, and the choices that it was made with."""

    siting: LayeredSiting
    settings: PlanSettings
    table: pd.DataFrame
    """Columns ``model.site_schema.LAYERED``."""


def layered_project(
    project: str | Project | None,
    model: str,
    wishes: Mapping[str, Any],
    *,
    progress: Progress,
) -> LayeredReport:
    """Return the plan of levels (``hierarchical``) or of services (``multi-service``).

    Parameters
    ----------
    wishes
        Keys of ``[siting]`` that take the place of the project's.

    Raises
    ------
    ConfigError
        The model is not one of the two, or a wish is impossible or cannot be kept.
    TimeLimitError, SolverError
        No plan could be found in time, or believed.
    """
    if model not in LAYERED_MODELS:
        raise ConfigError(f"model {model!r} has no layers; choose {' or '.join(LAYERED_MODELS)}")
    opened = project if isinstance(project, Project) else open_project(project)
    file = opened.file.with_siting(wishes)
    inputs = load_inputs(Project(file=file, folder=opened.folder), progress=progress)
    progress("reach")
    ground = lay_ground(inputs, file)
    progress("siting")
    siting = _levels(ground, file) if model == "hierarchical" else _services(ground, file)
    table = layered_table(siting, inputs.boundaries, inputs.area.crs)
    return LayeredReport(siting=siting, settings=ground.settings, table=table)


def _levels(ground: Ground, file: ProjectFile) -> LayeredSiting:
    levels = tuple(
        AskedLevel(one.name, seconds(one.minutes), one.new, one.worth, one.kinds, one.cost)
        for one in file.siting.asked_levels()
    )
    return site_levels_of(ground, file.siting_rules(), levels)


def _services(ground: Ground, file: ProjectFile) -> LayeredSiting:
    asked = file.siting.asked_services(max(file.walk.minutes))
    services = tuple(
        AskedService(one.service, seconds(one.minutes), one.new, one.cost) for one in asked
    )
    return site_services_of(ground, file.siting_rules(), services)
