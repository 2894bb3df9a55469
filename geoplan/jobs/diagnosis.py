"""What is wrong with the environment and with a project's inputs, problem by problem."""

from __future__ import annotations

from collections.abc import Callable

from geoplan.errors import GeoplanError
from geoplan.io.environment import Diagnosis, diagnose_environment
from geoplan.jobs.opening import open_project
from geoplan.jobs.project import input_readers


def diagnose(project: str | None) -> list[Diagnosis]:
    """Return one diagnosis for each part of the environment and, given a project, each input."""
    found = diagnose_environment()
    if project is None:
        return found
    try:
        opened = open_project(project)
    except GeoplanError as error:
        return [*found, _failed("project", error)]
    return [*found, *(_attempt(name, read) for name, read in input_readers(opened).items())]


def _attempt(name: str, read: Callable[[], str]) -> Diagnosis:
    try:
        return Diagnosis(name=name, ok=True, detail=read(), mend="")
    except GeoplanError as error:
        return _failed(name, error)


def _failed(name: str, error: GeoplanError) -> Diagnosis:
    what, _, mend = str(error).rpartition("; ")
    return Diagnosis(name=name, ok=False, detail=what or str(error), mend=mend if what else "")
