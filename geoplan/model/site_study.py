"""A siting plan with everything that is asked around it, language-free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from geoplan.model.results import PlanSettings
from geoplan.model.rivals import RivalPlans
from geoplan.model.siting import Headroom, Siting, SitingStage
from geoplan.model.stability import PlanStability
from geoplan.model.staging import StagedPlan
from geoplan.model.why_not import SiteMargin, WhyNot


@dataclass(frozen=True, slots=True)
class StudyRequest:
    """What is asked beside the plan itself."""

    margins: bool = True
    """The best plan without each site."""
    rivals: int = 0
    """How many of the best plans to tell, 0 for none."""
    why_not: tuple[str, ...] = ()
    """Ids of candidates to give a card for."""
    variants: int = 0
    """Perturbed problems to solve, 0 for none."""
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class SiteStudy:
    """The plan and what surrounds it. Candidates are named by their row in ``candidates``."""

    settings: PlanSettings
    siting: Siting
    main_group: int
    """Column of the main group in ``siting.asked.people``."""
    weights: Mapping[str, float]
    """What one person of each group weighs; groups add up."""
    headroom: Headroom
    candidates: pd.DataFrame
    """One row a candidate: columns ``model.site_schema.SITE_CANDIDATES``; then what stands already,
    with its id alone."""
    recommendations: pd.DataFrame
    """Columns ``model.schema.RECOMMENDATIONS`` and those after them."""
    people: pd.DataFrame
    """Columns ``model.site_schema.SITE_PEOPLE``: whom each site adds, and who would lose it."""
    stages: tuple[SitingStage, ...]
    """The years asked for, empty when all sites open at once; the plan by stages stands in
    ``siting.staged``."""
    margins: tuple[SiteMargin, ...]
    """In rank order; empty when not asked for."""
    rivals: RivalPlans | None
    why_not: tuple[WhyNot, ...]
    """In the order asked."""
    stability: PlanStability | None
    seed: int = 1
    """From which the variants of ``stability`` are drawn."""

    @property
    def staged(self) -> StagedPlan | None:
        """The plan by stages, None when all sites open at once."""
        return self.siting.staged

    def ids(self, rows: Iterable[int]) -> tuple[str, ...]:
        """Return the ids of candidates by their rows."""
        return tuple(str(self.candidates["site_id"].iloc[row]) for row in rows)
