"""The Python door for questions around a plan: what if, and where the next sites should stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from geoplan.api import PlanResult
from geoplan.errors import ConfigError
from geoplan.jobs import Project, load_inputs, site_project
from geoplan.jobs.check import relinted
from geoplan.jobs.run import StageClock
from geoplan.model.changes import Changes, Move, NewFacility
from geoplan.model.site_study import SiteStudy, StudyRequest
from geoplan.model.siting import SitingSolution
from geoplan.pipeline import Audience, WhatIfSession, changed_inputs, plan, start_session
from geoplan.stages.site_tables import study_tables
from geoplan.views.site_cards import site_lines


def whatif(
    result: PlanResult,
    *,
    add: Sequence[tuple[float, float] | NewFacility] = (),
    close: Sequence[str] = (),
    move: Sequence[tuple[str, float, float]] = (),
    open_gates: Sequence[tuple[float, float]] = (),
) -> PlanResult:
    """Return the whole result of a run on changed inputs.

    The pipeline runs again on inputs with the change, so the result equals by construction that
    of a project whose facilities table has it: the same tables, byte for byte. The first result
    stays as it was. For many quick answers take ``explore``.

    Parameters
    ----------
    add
        New facilities: longitude and latitude (EPSG:4490) of a station for the main service, or
        ``NewFacility`` with kind and services. Their ids, which are their names too, are
        ``new1``, ``new2`` … in the order given; a taken one is skipped.
    close
        Ids of facilities.
    move
        Id, longitude and latitude; everything but the position stays.
    open_gates
        Longitude and latitude of locked gates, to 30 m.

    Raises
    ------
    InputError
        An id or a gate is not known, or a place is outside the study area and
        its halo.
    DuplicateIdError
        Something is changed twice.
    EmptyInputError
        Every facility closes and none opens.
    """
    changes = Changes(
        add=tuple(one if isinstance(one, NewFacility) else NewFacility(*one) for one in add),
        close=tuple(close),
        move=tuple(Move(*one) for one in move),
        open_gates=tuple(open_gates),
    )
    settings, clock = result.outcome.settings, StageClock(_quiet)
    after = changed_inputs(result.outcome.inputs, changes, service=settings.service)
    inputs = relinted(result.project, after)
    audience: Audience = "public" if settings.public else "internal"
    outcome = plan(inputs, result.project.file, progress=clock, audience=audience)
    return replace(result, outcome=outcome, clock=clock)


def explore(start: PlanResult | Project) -> WhatIfSession:
    """Return a session that answers one change after another for the main service and walker.

    It is made once, which takes as long as snapping and search do; then a change on a district
    takes a few hundredths of a second and the answer equals that of a full run.

    Raises
    ------
    ConfigError
        The result is a public edition: the answers would tell the counts that it masks.
    """
    if isinstance(start, Project):
        return start_session(load_inputs(start, progress=_quiet), start.file)
    if start.outcome.settings.public:
        raise ConfigError(
            "a public edition masks small counts, which what-if answers would tell; "
            "explore the internal result"
        )
    return start_session(start.outcome.inputs, start.project.file)


def _quiet(_stage: str) -> None:
    """Say nothing: notebooks show results, not stages."""


@dataclass(frozen=True, slots=True, eq=False)
class StudyResult:
    """A siting plan of a project and what was asked around it."""

    study: SiteStudy

    @property
    def solution(self) -> SitingSolution:
        """The proven plan with its reasons."""
        return self.study.siting.solution

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name (``model.site_schema``); what was not asked has none."""
        return study_tables(self.study)

    def text(self, lang: str = "zh") -> str:
        """Return the plan and its cards as a planner reads them, ``zh`` or ``en``."""
        return "\n".join(site_lines(self.study, lang))


def site_study(
    project: Project,
    *,
    why_not: Sequence[str] = (),
    best: int = 0,
    variants: int = 0,
    seed: int = 1,
    **wishes: object,
) -> StudyResult:
    """Return where the next sites of a project should stand, with reasons.

    Parameters
    ----------
    why_not
        Ids of candidates that are not in the plan and should say why, such as ``room:F0012``.
    best
        How many of the best plans to tell.
    variants
        How many perturbed problems to solve for stability; they are drawn from ``seed``.
    wishes
        Keys of ``[siting]`` that take the place of the project's: ``model``, ``new``, ``budget``,
        ``stages``, ``required``, ``banned`` …

    Raises
    ------
    ConfigError
        A wish is unknown or impossible, or two of them contradict each other.
    InfeasibleError
        No plan keeps the wishes; the message names the people or the rules.
    """
    request = StudyRequest(rivals=best, why_not=tuple(why_not), variants=variants, seed=seed)
    return StudyResult(site_project(project, wishes, request, progress=_quiet).study)
