"""Where the next sites should stand: a project's plan and what is asked around it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geoplan.io.artifacts import (
    MANIFEST,
    Writer,
    csv_writer,
    json_writer,
    text_writer,
    write_folder,
)
from geoplan.io.manifest import manifest
from geoplan.jobs.opening import Project, open_project
from geoplan.jobs.project import load_inputs
from geoplan.jobs.run import MADE_MARK, StageClock
from geoplan.model.site_study import SiteStudy, StudyRequest
from geoplan.pipeline import Progress, study_sites
from geoplan.stages.site_tables import study_tables
from geoplan.views.site_cards import site_lines


@dataclass(frozen=True, slots=True, eq=False)
class SiteReport:
    """A study, and the folder that holds it where one was asked for."""

    study: SiteStudy
    folder: Path | None


def site_project(
    project: str | Project | None,
    wishes: Mapping[str, Any],
    request: StudyRequest,
    *,
    out: tuple[Path, str] | None = None,
    progress: Progress,
) -> SiteReport:
    """Return the plan of a project under other wishes than its own.

    Parameters
    ----------
    wishes
        Keys of ``[siting]`` that take the place of the project's; see ``ProjectFile.with_siting``.
    out
        Folder to write and the language of its cards, None writes nothing.

    Raises
    ------
    ConfigError
        A wish is impossible, or two contradict each other.
    InfeasibleError
        No plan keeps the wishes.
    SolverError
        No plan could be proven or believed.
    OutputError
        The folder could not be written.
    """
    clock = StageClock(progress)
    opened = project if isinstance(project, Project) else open_project(project)
    asked = Project(file=opened.file.with_siting(wishes), folder=opened.folder)
    study = study_sites(load_inputs(asked, progress=clock), asked.file, request, progress=clock)
    if out is None:
        return SiteReport(study=study, folder=None)
    folder, lang = out
    return SiteReport(study=study, folder=_written(study, asked, folder, lang, clock))


def study_json(study: SiteStudy) -> dict[str, Any]:
    """Return everything of a study as a machine reads it: English, by id."""
    solution = study.siting.solution
    return {
        "project": study.settings.project,
        "synthetic": study.settings.synthetic,
        "service": study.settings.service,
        "group": study.settings.group,
        "profile": study.settings.profile,
        "minutes": max(study.settings.minutes),
        "model": solution.model,
        "unit": solution.unit,
        "status": solution.status,
        "canonical": solution.canonical,
        "objective": _finite(solution.objective),
        "bound": _finite(solution.bound),
        "baseline": solution.baseline,
        "price_of_fairness": _finite(solution.price_of_fairness),
        "headroom": asdict(study.headroom),
        "unreachable": list(solution.unreachable),
        "tables": {name: _records(table) for name, table in study_tables(study).items()},
    }


def _finite(value: float) -> float | None:
    """Return the number, None for one that JSON cannot hold."""
    return value if math.isfinite(value) else None


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows; what is empty or endless is None."""
    finite = table.astype(object).where(table.notna(), None)
    return [
        {str(key): None if value in (float("inf"), float("-inf")) else value for key, value in row}
        for row in (record.items() for record in finite.to_dict("records"))
    ]


def _written(
    study: SiteStudy, project: Project, folder: Path, lang: str, clock: StageClock
) -> Path:
    """Write the tables, the cards and the machine's file, all or nothing."""
    clock("write")
    mark = MADE_MARK if study.settings.synthetic else ""
    writers: dict[str, Writer] = {
        f"{name}.csv": csv_writer(table.assign(data_mark=mark))
        for name, table in study_tables(study).items()
    }
    writers["cards.txt"] = text_writer("\n".join(site_lines(study, lang)) + "\n")
    writers["siting.json"] = json_writer(study_json(study))
    clock.stop()
    writers[MANIFEST] = json_writer(
        manifest(
            project.sources(),
            settings=project.file.model_dump(mode="json"),
            facts={"siting": {"status": study.siting.solution.status}},
            stage_seconds=clock.seconds,
        )
    )
    return write_folder(folder, writers)
