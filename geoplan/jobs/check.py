"""Checking a project: the linter over every input of its file, with the project's own rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from geoplan.io.boundary_layer import read_boundary_layer
from geoplan.io.given import Given
from geoplan.jobs.opening import Project
from geoplan.linting.files import read_acceptances, read_rules
from geoplan.linting.kinds import linter_of
from geoplan.linting.lint import LintAsk, lint
from geoplan.model.lint import LintReport
from geoplan.model.rules import Rulebook

_HAN = re.compile(r"[\u4e00-\u9fff]")


def check_project(
    project: Project, *, book: Rulebook | None = None, accept: Path | None = None, date: str = ""
) -> tuple[LintReport, ...]:
    """Return one report for each input that the linter knows: names, boundaries, seats and more.

    Parameters
    ----------
    book, accept, date
        Take the place of the project's own when they are given.

    Raises
    ------
    ConfigError, InputError
        A file is missing or cannot be read.
    """
    check, sources = project.file.check, project.sources()
    rules = read_rules(sources.get("check rules")) if book is None else book
    exceptions = read_acceptances(accept or sources.get("check accept"))
    day = date or check.date or project.edition().date
    own = _own_companions(project)
    return tuple(
        lint(kind, given, LintAsk(_taken(kind, own), rules, exceptions, day))
        for kind, given in _inputs(project)
    )


def checking_rules(project: Project) -> Rulebook:
    """Return the rulebook with the project's changes."""
    return read_rules(project.sources().get("check rules"))


def _inputs(project: Project) -> Iterator[tuple[str, Path]]:
    """Give each kind of check with the file that it looks at."""
    sources = project.sources()
    roles = {
        "names": sources.get("check names", _chinese(sources.get("boundaries"))),
        "boundaries": sources.get("boundaries"),
        "seats": sources.get("check seats"),
        "facilities": sources.get("facilities"),
    }
    yield from ((kind, path) for kind, path in roles.items() if path is not None)
    for role, path in sources.items():
        if role.startswith("check text "):
            yield "text", path


def _chinese(boundaries: Path | None) -> Path | None:
    """Return the boundaries whose names the rules of Chinese place names are about, else None."""
    if boundaries is None:
        return None
    names = read_boundary_layer(boundaries).name.tolist()
    return boundaries if any(_HAN.search(name) for name in names) else None


def _own_companions(project: Project) -> dict[str, Given]:
    """Return every further file of the project by the role that it plays for the linter."""
    sources, check = project.sources(), project.file.check
    found: dict[str, Given] = {role: sources[f"check {role}"] for role in check.companions}
    for role, source in (("units", "boundaries"), ("names", "check names")):
        if source in sources:
            found.setdefault(role, sources[source])
    return found


def _taken(kind: str, companions: dict[str, Given]) -> dict[str, Given]:
    return {role: one for role, one in companions.items() if role in linter_of(kind).companions}
