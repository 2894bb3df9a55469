"""Checking a project: the linter over every input of its file, with the project's own rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from geoplan.domain.rules import rulebook
from geoplan.io.boundary_layer import read_boundary_layer
from geoplan.io.changed_facilities import changed_register
from geoplan.io.given import Given
from geoplan.jobs.opening import PROJECT_FILE, Project, open_project
from geoplan.linting.files import read_acceptances, read_rules
from geoplan.linting.kinds import linter_of
from geoplan.linting.lint import LintAsk, lint
from geoplan.model.findings import Finding
from geoplan.model.lint import LintReport
from geoplan.model.results import PlanInputs
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
    reports = []
    for kind, path in _inputs(project):
        own = _ask(project, kind)
        exceptions = own.acceptances if accept is None else read_acceptances(accept)
        ask = LintAsk(own.companions, book or own.book, exceptions, date or own.date)
        reports.append(lint(kind, path, ask))
    return tuple(reports)


def linted(project: Project) -> tuple[Finding, ...]:
    """Return what the linter finds in the inputs of a project, as a run reports it.

    Findings of a run name no rows: the order of the rows of a table changes no byte of a result.
    """
    reports = check_project(project)
    return tuple(replace(one, row=None) for report in reports for one in report.findings)


def relinted(project: Project, inputs: PlanInputs) -> PlanInputs:
    """Return changed inputs with the findings that a table of facilities with the changes gives."""
    path = project.sources().get("facilities")
    if path is None:
        return inputs
    table = changed_register(path, inputs.changes, inputs.facilities)
    report = lint("facilities", table, _ask(project, "facilities"))
    others = (one for one in inputs.linted if _kind_of(one) != "facilities")
    found = (replace(one, row=None) for one in report.findings)
    return replace(inputs, linted=(*others, *found))


def project_inputs(path: Path) -> tuple[Path, ...]:
    """Return the file of a project and every file that it names."""
    project = open_project(path)
    own = path if path.is_file() else project.folder / PROJECT_FILE
    return (own, *project.sources().values())


def checking_rules(project: Project) -> Rulebook:
    """Return the rulebook with the project's changes."""
    return read_rules(project.sources().get("check rules"))


def _ask(project: Project, kind: str) -> LintAsk:
    """Return how the project itself wants a kind to be checked."""
    sources = project.sources()
    return LintAsk(
        companions=_taken(kind, _own_companions(project)),
        book=checking_rules(project),
        acceptances=read_acceptances(sources.get("check accept")),
        date=project.file.check.date or project.edition().date,
    )


def _kind_of(finding: Finding) -> str:
    """Return the kind of check that a finding comes from; of an exception, that of its rule."""
    name = finding.subject if finding.rule == "A01" else finding.rule
    rule = rulebook().rules.get(name.partition("-")[0].partition(" ")[0])
    return rule.kind if rule else ""


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
