"""A plan and all that is asked around it: margins, rivals, cards, and how steady it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from geoplan.config import ProjectFile
from geoplan.errors import ConfigError
from geoplan.model.arrays import Indices
from geoplan.model.asked_plan import PlanModel
from geoplan.model.placement import Placement, PlacementProblem
from geoplan.model.results import PlanInputs
from geoplan.model.rivals import RivalPlans
from geoplan.model.site_study import SiteStudy, StudyRequest
from geoplan.model.siting import SiteProblem, Siting, SitingRules
from geoplan.model.why_not import SiteMargin, WhyNot
from geoplan.pipeline.ground import lay_ground
from geoplan.pipeline.site_variants import site_variants
from geoplan.pipeline.siting import recommend, site_problem
from geoplan.stages.reach import nearest_of_homes
from geoplan.stages.recommendations import recommendations_table
from geoplan.stages.rival_plans import rival_plans
from geoplan.stages.site_margins import site_margins
from geoplan.stages.site_people import candidates_table, headroom, site_people
from geoplan.stages.siting import answerable
from geoplan.stages.siting_in_stages import plan_model
from geoplan.stages.siting_names import candidate_positions
from geoplan.stages.stability import plan_stability
from geoplan.stages.why_not import why_not

COMPARABLE = ("mclp", "lscp", "p-median", "p-center")
"""Models whose plans are compared by one number that no further site makes worse."""

MORE_SITES = 20
"""A why-not card looks for the candidate in plans of up to so many sites more."""


def study_sites(
    inputs: PlanInputs,
    project: ProjectFile,
    request: StudyRequest,
    *,
    progress: Callable[[str], None],
) -> SiteStudy:
    """Return the plan of a project and what was asked around it.

    Raises
    ------
    ConfigError
        A wish names what is not there, or cannot be kept together with another.
    InfeasibleError, SolverError
        There is no plan, or none that could be believed.
    """
    progress("reach")
    ground, rules = lay_ground(inputs, project), project.siting_rules()
    settings = ground.settings
    giving = inputs.facilities.giving(settings.service)
    nearest_s, _ = nearest_of_homes(ground.graph, ground.homes, giving)
    progress("siting")
    _refuse_incomparable(rules, request)
    asked = site_problem(ground, rules, nearest_s)
    wanted = [_row(asked, name) for name in request.why_not]
    siting = recommend(asked, rules)
    progress("around_the_plan")
    surroundings = _Surroundings.of(siting)
    compared = request.margins and rules.model in COMPARABLE
    margins = surroundings.margins() if compared else ()
    rivals = surroundings.rivals(request.rivals) if request.rivals else None
    cards = tuple(surroundings.card(row) for row in wanted)
    stability = None
    if request.variants:
        progress("stability")
        variants = site_variants(ground, rules, nearest_s, (request.seed, request.variants))
        stability = plan_stability(variants, model=surroundings.model)
    return SiteStudy(
        settings=settings,
        siting=siting,
        main_group=inputs.demand.groups.index(settings.group),
        weights=rules.weights,
        headroom=headroom(siting, inputs.demand.groups.index(settings.group)),
        candidates=candidates_table(asked, inputs.boundaries, inputs.area.crs),
        recommendations=recommendations_table(
            siting,
            inputs.boundaries,
            inputs.demand,
            service=settings.service,
            group=settings.group,
        ),
        people=site_people(siting, inputs.demand.groups),
        stages=rules.stages,
        margins=margins,
        rivals=rivals,
        why_not=cards,
        stability=stability,
        seed=request.seed,
    )


def _refuse_incomparable(rules: SitingRules, request: StudyRequest) -> None:
    """Refuse what cannot be ranked rather than rank it wrongly."""
    if rules.model not in COMPARABLE and (request.rivals or request.why_not):
        raise ConfigError(
            f"model {rules.model!r} has no single number by which plans could be ranked, so the "
            f"best plans and why-not cards cannot be told; ask for them with "
            f"{', '.join(COMPARABLE)}"
        )
    owed = rules.floor > 0 or rules.floors or np.isfinite(rules.most_gap)
    if request.rivals and owed:
        raise ConfigError(
            "the best plans cannot be told under floor, floors or max_gap: a plan without one of "
            "its sites may break them; leave these wishes or --best out"
        )


def _row(asked: SiteProblem, name: str) -> int:
    return int(candidate_positions(asked.candidates, [name], key="why_not")[0])


@dataclass(frozen=True, slots=True, eq=False)
class _Surroundings:
    """The problem of a plan, its model, and the plan itself; with stages, the plan at once."""

    problem: PlacementProblem
    model: PlanModel
    plan: Placement
    owed: bool
    """Whether regions claim a share: people added anywhere then change what is owed, and no bound
    on them is told."""
    order: Indices
    """Sites of the plan told, in rank order; none when the plan told is one in stages."""

    @classmethod
    def of(cls, siting: Siting) -> _Surroundings:
        question, _ = answerable(siting.asked.question, siting.asked.labels)
        model, solution = plan_model(question), siting.solution
        regions = question.regions
        owed = bool(regions.least_share.any() or np.isfinite(regions.most_gap))
        if siting.staged is not None:
            at_once = model.solve(question.problem)
            return cls(question.problem, model, at_once, owed, at_once.sites[:0])
        order = siting.asked.rows(solution.sites)
        plan = Placement(
            sites=np.sort(order),
            assigned=np.full(question.problem.weight.size, -1, dtype=np.int32),
            objective=solution.objective,
            bound=solution.bound,
            status=solution.status,
            canonical=solution.canonical,
        )
        return cls(question.problem, model, plan, owed, order)

    def margins(self) -> tuple[SiteMargin, ...]:
        """Return the margin of each site in rank order, none for a plan in stages."""
        if not self.order.size:
            return ()
        found = site_margins(self.problem, plan=self.plan, model=self.model)
        if self.owed:
            found = tuple(replace(one, least_extra_weight=np.nan) for one in found)
        of_site = {one.site: one for one in found}
        return tuple(of_site[site] for site in self.order.tolist())

    def rivals(self, count: int) -> RivalPlans:
        """Return the best plans of the problem."""
        return rival_plans(self.problem, model=self.model, count=count)

    def card(self, candidate: int) -> WhyNot:
        """Return the card of one candidate."""
        card = why_not(
            self.problem,
            plan=self.plan,
            candidate=candidate,
            model=self.model,
            most_new=self.problem.new + MORE_SITES,
        )
        told = tuple(way for way in card.ways_in if way.kind != "weight" or not self.owed)
        return replace(card, ways_in=told)
