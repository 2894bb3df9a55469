"""Stage 8c: the plan in yearly stages, with the reasons of every site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from geoplan.errors import ConfigError
from geoplan.model.arrays import Ints
from geoplan.model.asked_plan import PlanModel
from geoplan.model.placement import Placement, PlacementProblem
from geoplan.model.siting import SitingLabels, SitingQuestion, SitingSolution
from geoplan.model.staging import StagedPlan, StageMeans
from geoplan.solvers.table import MODELS
from geoplan.stages.asked_plans import index_array
from geoplan.stages.siting import answerable, solved, told
from geoplan.stages.staged_plan import Order, staged_plan

UNSTAGED = ("lscp", "p-dispersion")
"""Models whose first stage would have to do what only the whole plan can."""


def site_in_stages(
    question: SitingQuestion,
    labels: SitingLabels,
    stages: Sequence[StageMeans],
    *,
    order: Order = "early",
) -> tuple[SitingSolution, StagedPlan]:
    """Return the plan in stages, as a plan with reasons and stage by stage.

    The status of the plan is ``staged`` when every stage is proven; its bound is what the same
    means could be worth if they were spent at once.

    Raises
    ------
    ConfigError
        The model cannot be built in stages.
    InfeasibleError, SolverError
        As ``stages.siting.site`` and ``stages.staged_plan.staged_plan``.
    """
    if question.model in UNSTAGED:
        raise ConfigError(
            f"model {question.model!r} cannot be built in stages: its plan is worth nothing before "
            "the last site stands; choose another model or leave the stages out"
        )
    question, lonely = answerable(question, labels)
    staged = staged_plan(question.problem, stages=stages, model=plan_model(question), order=order)
    sites, last = index_array(staged.sites), staged.stages[-1]
    rules = replace(question.problem.rules, required=np.sort(sites), budget=np.inf)
    problem = replace(question.problem, rules=rules, new=sites.size)
    answer = solved(replace(question, problem=problem), labels)
    placement = replace(
        answer.placement,
        bound=last.best_bound,
        status="staged" if staged.proven else "time_limit",
        canonical=False,
    )
    asked = replace(question, problem=_free_to_choose(question.problem, stages))
    plan = told(asked, labels, replace(answer, placement=placement), lonely, turns=_turns(staged))
    return plan, staged


def plan_model(question: SitingQuestion) -> PlanModel:
    """Return what solves any problem as the question's own, each within its time limit."""
    model = MODELS[question.model]

    def solve(problem: PlacementProblem) -> Placement:
        return model.method(problem, question.regions, question.time_limit_s).placement

    return PlanModel(solve=solve, more_is_better=model.more_is_better)


def _free_to_choose(problem: PlacementProblem, stages: Sequence[StageMeans]) -> PlacementProblem:
    """Return the problem with all the means of the stages at once."""
    budget = sum(stage.budget for stage in stages)
    new = sum(stage.new for stage in stages)
    return replace(problem, new=new, rules=replace(problem.rules, budget=budget))


def _turns(staged: StagedPlan) -> Ints:
    """Return the stage of each site, the sites ascending."""
    turn = {site: turn for turn, stage in enumerate(staged.stages) for site in stage.opened}
    return np.array([turn[site] for site in sorted(turn)], dtype=np.int64)
