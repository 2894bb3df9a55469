"""Levels and services of a project: what opens where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geoplan.config import ProjectFile
from geoplan.domain.siting import LAYERED_MODELS
from geoplan.errors import ConfigError
from geoplan.jobs.opening import Project, open_project
from geoplan.jobs.project import halo_m, load_inputs
from geoplan.model.layer_wishes import AskedLevel, AskedService
from geoplan.model.layered_siting import LayeredSiting
from geoplan.model.results import PlanSettings
from geoplan.pipeline import (
    Ground,
    Progress,
    lay_ground,
    refuse_unkept,
    site_levels_of,
    site_services_of,
)
from geoplan.stages.layered_table import layered_table
from geoplan.units import minutes, seconds


@dataclass(frozen=True, slots=True, eq=False)
class LayeredReport:
    """A plan of levels or services, and the choices that it was made with."""

    siting: LayeredSiting
    settings: PlanSettings
    table: pd.DataFrame
    """Columns ``model.site_schema.LAYERED``, then ``gain_<layer>`` for every layer."""


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
        Keys of ``[siting]`` that take the place of the project's. ``new`` is the number of
        stations where the project names no levels, and of new sites for services.

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
    # a project that asks for set covering states no number of sites; layers have the usual one
    file = opened.file.with_siting({**wishes, "model": "mclp"})
    refuse_unkept(file.siting_rules())
    if model == "hierarchical" and wishes.get("new") is not None and file.siting.levels:
        raise ConfigError("every one of siting.levels has its own number new; leave out --new")
    file = _with_halo(file, model)
    inputs = load_inputs(Project(file=file, folder=opened.folder), progress=progress)
    progress("reach")
    ground = lay_ground(inputs, file)
    progress("siting")
    siting = _levels(ground, file) if model == "hierarchical" else _services(ground, file)
    table = layered_table(siting, inputs.boundaries, inputs.area.crs)
    return LayeredReport(siting=siting, settings=ground.settings, table=table)


def layered_json(report: LayeredReport) -> dict[str, Any]:
    """Return the plan and its proof as a machine reads them."""
    siting, solution = report.siting, report.siting.solution
    after = siting.covered + siting.gains.sum(axis=0)
    return {
        "project": report.settings.project,
        "synthetic": report.settings.synthetic,
        "group": report.settings.group,
        "people": siting.people,
        "model": solution.model,
        "status": solution.status,
        "canonical": solution.canonical,
        "objective": solution.objective,
        "bound": solution.bound,
        "baseline": solution.baseline,
        "layers": [
            {
                "layer": name,
                "minutes": round(minutes(float(siting.limit_s[row])), 3),
                "covered": int(siting.covered[row]),
                "planned": int(after[row]),
            }
            for row, name in enumerate(solution.layers)
        ],
        "openings": report.table.to_dict("records"),
    }


def _with_halo(file: ProjectFile, model: str) -> ProjectFile:
    """Return the settings with a halo for the longest walk of the layers, unless it is stated."""
    walked = max(file.walk.minutes)
    levels, services = file.siting.asked_levels(), file.siting.asked_services(walked)
    asked = levels if model == "hierarchical" else services
    longest = max(one.minutes for one in asked)
    if file.area.halo_m is not None or longest <= walked:
        return file
    walk = file.walk.model_copy(update={"minutes": (*file.walk.minutes, longest)})
    width_m = halo_m(file.model_copy(update={"walk": walk}))
    area = file.area.model_copy(update={"halo_m": width_m})
    return file.model_copy(update={"area": area})


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
