"""What a change to facilities or gates would do to the people of a project."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geoplan.errors import ConfigError
from geoplan.jobs.check import relinted
from geoplan.jobs.opening import open_project
from geoplan.jobs.project import linted_inputs
from geoplan.jobs.run import RunReport, StageClock, save_outcome
from geoplan.model.changes import Changes
from geoplan.pipeline import Progress, WhatIf, plan, start_session


@dataclass(frozen=True, slots=True, eq=False)
class WhatIfReport:
    """What a change does, and the whole result after it where it was asked for."""

    whatif: WhatIf
    run: RunReport | None
    """The written folder of the changed plan, None without one."""


def whatif_project(
    project: str | Path | None,
    changes: Changes,
    *,
    out: Path | None,
    lang: str | None,
    progress: Progress,
) -> WhatIfReport:
    """Return who gains and who loses; with ``out`` the whole result after the change is written.

    Parameters
    ----------
    out
        Result folder of the changed plan; None writes nothing.
    lang
        ``zh`` or ``en`` for what people read in the folder; None is the project's own language.

    Raises
    ------
    ConfigError
        Nothing changes.
    InputError
        An id or a gate is not known, or a place is outside the study area and its halo.
    GeoplanError
        As ``run_project``.
    """
    if not changes:
        raise ConfigError("nothing changes: name what opens, closes or moves")
    clock = StageClock(progress)
    opened = open_project(project)
    inputs = linted_inputs(opened, progress=clock)
    clock("reach")
    answer = start_session(inputs, opened.file).change(changes)
    if out is None:
        return WhatIfReport(whatif=answer, run=None)
    after = relinted(opened, answer.session.inputs)
    outcome = plan(after, opened.file, progress=clock)
    save_outcome(outcome, opened, out, lang=lang or opened.file.project.lang, clock=clock)
    report = RunReport(folder=out, summary=outcome.summary, findings=outcome.findings)
    return WhatIfReport(whatif=answer, run=report)
