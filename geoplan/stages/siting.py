"""Stage 8: the proven plan, ranked, with a reason for every site."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geoplan.errors import ConfigError, TimeLimitError
from geoplan.model.arrays import Indices, Ints
from geoplan.model.placement import Placement, PlacementProblem
from geoplan.model.siting import Label, Reason, SitingLabels, SitingQuestion, SitingSolution
from geoplan.model.split_placement import RegionRules
from geoplan.solvers.infeasible import unreachable_points
from geoplan.solvers.table import MODELS, Model, Solved
from geoplan.stages.plan_check import checked
from geoplan.stages.plan_reasons import SiteReasons, site_reasons
from geoplan.stages.without_plan import no_plan


def site(question: SitingQuestion, labels: SitingLabels) -> SitingSolution:
    """Return the best plan that the solver proves, in rank order and by the caller's labels.

    Raises
    ------
    ConfigError
        There is no model of that name, or it cannot honour a rule of the problem.
    InfeasibleError
        No plan keeps the rules; the message names the people whom no candidate can serve, or the
        rules that contradict each other.
    TimeLimitError
        The time was over before any plan that keeps the rules was known.
    SolverError
        The plan is not worth what the solver says, or breaks a rule of the problem.
    """
    question, lonely = answerable(question, labels)
    return told(question, labels, solved(question, labels), lonely)


def answerable(question: SitingQuestion, labels: SitingLabels) -> tuple[SitingQuestion, Indices]:
    """Return the question without the people whom nobody can serve, and who they are.

    Only a model that must serve everybody leaves them out, and only when it is asked to.

    Raises
    ------
    ConfigError
        There is no model of that name.
    InfeasibleError
        Somebody cannot be served, and the question does not say that they may be left out.
    """
    model, problem = known_model(question.model), question.problem
    lonely = unreachable_points(problem)
    lonely = lonely[problem.weight[lonely] > 0]
    if not model.serves_all or not lonely.size:
        return question, lonely
    if not question.leave_unreachable:
        raise no_plan(question, labels)
    weight = problem.weight.copy()
    weight[lonely] = 0.0
    return replace(question, problem=replace(problem, weight=weight)), lonely


def told(
    question: SitingQuestion,
    labels: SitingLabels,
    answer: Solved,
    lonely: Indices,
    *,
    turns: Ints | None = None,
) -> SitingSolution:
    """Return an answer in rank order, by the caller's labels and with its reasons."""
    return _solution(question, labels, answer, (_reasons(question, answer, turns), lonely))


def known_model(name: str) -> Model:
    """Return the row of the model; raise ``ConfigError`` when there is none."""
    if name not in MODELS:
        raise ConfigError(f"siting model {name!r} is not known; choose one of {', '.join(MODELS)}")
    return MODELS[name]


def solved(question: SitingQuestion, labels: SitingLabels) -> Solved:
    """Return the solver's answer after every check.

    Without a plan it raises ``InfeasibleError``, or ``TimeLimitError`` when one may exist.
    """
    try:
        answer = MODELS[question.model].method(
            question.problem, question.regions, question.time_limit_s
        )
    except ValueError as error:
        raise ConfigError(f"model {question.model!r}: {error}") from error
    if answer.placement.status == "infeasible":
        raise no_plan(question, labels, takes=answer.placement.objective)
    worst = -np.inf if MODELS[question.model].more_is_better else np.inf
    if answer.placement.status == "time_limit" and answer.placement.objective == worst:
        raise TimeLimitError(
            "no plan that keeps every rule was found in time; give more time",
            best=float("nan"),
            bound=answer.placement.bound,
        )
    checked(question, answer)
    return answer


def _reasons(question: SitingQuestion, answer: Solved, turns: Ints | None) -> SiteReasons:
    """Return the reasons; where capacities share people out, by solving again site by site."""
    problem, sites = question.problem, answer.placement.sites
    if answer.share is None or not np.isfinite(problem.rules.capacity).any():
        return site_reasons(question.model, problem, sites, turns=turns)
    load = np.asarray(answer.share @ problem.weight)[sites]
    order = np.lexsort([sites, -load, np.zeros(sites.size) if turns is None else turns])
    rivals = [_without_site(question, answer, int(site)) for site in sites[order]]
    return SiteReasons(
        order=sites[order],
        gain=load[order],
        lost_without=np.array([lost for lost, _, _ in rivals]),
        runner_up=np.array([arrival for _, arrival, _ in rivals], dtype=np.int32),
        margin=np.array([margin for _, _, margin in rivals]),
    )


def _without_site(question: SitingQuestion, answer: Solved, site: int) -> tuple[float, int, float]:
    """Return what is lost when the site is closed, who comes in for it, and what is lost then.

    Both plans are solved anew within the time limit of the question; inf where there is none, and
    for what is lost nan where no plan was known in time.
    """
    problem, sites = question.problem, answer.placement.sites
    rest = sites[sites != site]
    others = np.setdiff1d(np.arange(problem.cost.shape[0]), np.append(rest, problem.rules.fixed))
    closed = replace(problem.rules, required=rest, banned=others.astype(np.int32))
    lost, _ = _worse(question, answer, replace(problem, rules=closed, new=rest.size))
    if site in problem.rules.required:
        return lost, -1, lost
    banned = np.union1d(problem.rules.banned, [site]).astype(np.int32)
    barred = replace(problem.rules, banned=banned)
    margin, rival = _worse(question, answer, replace(problem, rules=barred))
    arrivals = np.setdiff1d(rival, sites)
    return lost, int(arrivals[0]) if arrivals.size else -1, margin


def _worse(
    question: SitingQuestion, answer: Solved, problem: PlacementProblem
) -> tuple[float, Indices]:
    """Return how much worse the best plan of another problem is, and its sites."""
    model = MODELS[question.model]
    try:
        other = model.method(problem, question.regions, question.time_limit_s).placement
    except TimeLimitError:
        return float("nan"), answer.placement.sites
    if other.status == "infeasible":
        return float("inf"), answer.placement.sites
    sign = 1.0 if model.more_is_better else -1.0
    return sign * (answer.placement.objective - other.objective) + 0.0, other.sites


def _solution(
    question: SitingQuestion,
    labels: SitingLabels,
    answer: Solved,
    known: tuple[SiteReasons, Indices],
) -> SitingSolution:
    (reasons, lonely), placement, problem = known, answer.placement, question.problem
    model, nobody = MODELS[question.model], placement.sites[:0]
    priced = model.unit == "sites" and answer.share is None and problem.rules.price.any()
    usable = np.ones(problem.cost.shape[0], dtype=np.bool_)
    usable[problem.rules.banned] = False
    return SitingSolution(
        model=question.model,
        unit="price" if priced else model.unit,
        more_is_better=model.more_is_better,
        sites=tuple(labels.candidate[site] for site in reasons.order),
        objective=placement.objective,
        baseline=problem.served_weight(nobody),
        bound=placement.bound,
        status=placement.status,
        canonical=placement.canonical,
        reasons=_labelled(reasons, labels),
        assignment={
            labels.demand[row]: labels.candidate[place]
            for row, place in enumerate(placement.assigned)
            if place >= 0
        },
        uncovered=tuple(labels.demand[row] for row in np.flatnonzero(placement.assigned < 0)),
        unreachable=tuple(labels.demand[row] for row in lonely),
        most=problem.served_weight(np.flatnonzero(usable).astype(np.int32)),
        price_of_fairness=_price_of_fairness(question, placement),
    )


def _price_of_fairness(question: SitingQuestion, fair: Placement) -> float:
    """Return what the regions' claims cost in weight served, nan where they claim nothing."""
    owed = question.regions.least_share.any() or np.isfinite(question.regions.most_gap)
    served = MODELS[question.model].unit == "weight" and question.model != "backup"
    if not served or not (owed or question.model == "worst-first"):
        return float("nan")
    method = MODELS["mclp"].method
    free = method(question.problem, RegionRules.free(), question.time_limit_s).placement
    if fair.status != "optimal" or free.status != "optimal":
        return float("nan")
    return max(free.objective - fair.objective, 0.0)


def _labelled(reasons: SiteReasons, labels: SitingLabels) -> tuple[Reason, ...]:
    def named(place: int) -> Label | None:
        return labels.candidate[place] if place >= 0 else None

    return tuple(
        Reason(
            site=labels.candidate[site],
            gain=float(reasons.gain[rank]),
            lost_without=float(reasons.lost_without[rank]),
            runner_up=named(int(reasons.runner_up[rank])),
            margin=float(reasons.margin[rank]),
        )
        for rank, site in enumerate(reasons.order)
    )
