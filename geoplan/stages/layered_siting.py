"""Stage 8 for levels and services: the proven plan of layers, ranked, with a reason for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoplan.errors import InfeasibleError, SolverError
from geoplan.model.arrays import Flags, Floats, Ints
from geoplan.model.layered import HierarchyProblem, LayeredPlan
from geoplan.model.layered_siting import LayeredProblem, LayeredSolution, LayerReason
from geoplan.model.siting import Label
from geoplan.solvers.hierarchical import broken_hierarchy, solve_hierarchical
from geoplan.solvers.multi_service import broken_services, solve_multi_service

BROKEN: Mapping[str, str] = {
    "new": "more openings are required than `new` (or `placed`) allows",
    "one level a candidate": "a candidate is required on two levels, or on a level that it has "
    "or has passed already",
    "coherence": "a required facility has none of a higher level within its parent_limit, and "
    "none can open there",
    "sites": "the required services stand at more new sites than `sites` allows",
    "given already": "a required service is given at that site already",
    "space": "the required services need more floor space than their site has",
    "required": "a required opening cannot be opened",
    "banned": "a required opening is banned",
    "conflicts": "a required opening is in conflict with another or with what stands already",
    "budget": "the required openings cost more than the budget",
}
"""What each broken rule of the solvers says to the user."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerLabels:
    """What the caller calls the candidates, the demand points and the layers of a problem."""

    candidate: tuple[Label, ...]
    demand: tuple[Label, ...]
    layer: tuple[str, ...]


def site_layers(
    problem: LayeredProblem, labels: LayerLabels, *, time_limit_s: float
) -> LayeredSolution:
    """Return the best plan that the solver proves, in rank order and by the caller's labels.

    Openings are ranked by what each adds after those before it, ties in canonical order.

    Raises
    ------
    InfeasibleError
        The required openings break a rule; the message names it.
    TimeLimitError
        The time was over before any plan that keeps the rules was known.
    SolverError
        The plan is not worth what the solver says, or breaks a rule.
    """
    plan = _solved(problem, time_limit_s)
    if plan.status == "infeasible":
        raise _no_plan(problem)
    _require_sound(problem, plan)
    order, newly = layer_steps(problem, plan.openings)
    served = pd.DataFrame(plan.served.T, index=list(labels.demand), columns=list(labels.layer))
    lacking = ~plan.served & (problem.weight > 0)
    return LayeredSolution(
        model=model_of(problem),
        layers=labels.layer,
        openings=tuple(
            (labels.candidate[row], labels.layer[layer]) for row, layer in plan.openings[order]
        ),
        reasons=_reasons(problem, plan, labels, (order, newly)),
        objective=plan.objective,
        baseline=plan.baseline,
        bound=plan.bound,
        status=plan.status,
        canonical=plan.canonical,
        served=served,
        uncovered={
            name: tuple(labels.demand[row] for row in np.flatnonzero(lacking[layer]))
            for layer, name in enumerate(labels.layer)
        },
    )


def model_of(problem: LayeredProblem) -> str:
    """Return the name of the model that solves the problem."""
    return "hierarchical" if isinstance(problem, HierarchyProblem) else "multi-service"


def _solved(problem: LayeredProblem, time_limit_s: float) -> LayeredPlan:
    if isinstance(problem, HierarchyProblem):
        return solve_hierarchical(problem, time_limit_s=time_limit_s)
    return solve_multi_service(problem, time_limit_s=time_limit_s)


def _broken(problem: LayeredProblem, openings: Ints) -> list[str]:
    if isinstance(problem, HierarchyProblem):
        return broken_hierarchy(problem, openings)
    return broken_services(problem, openings)


def _no_plan(problem: LayeredProblem) -> InfeasibleError:
    """Return the error that names every rule that the required openings break by themselves.

    Without required openings the empty plan keeps every rule, so they are always the cause; other
    openings can mend coherence alone.
    """
    required = np.unique(problem.rules.required, axis=0).reshape(-1, 2)
    rules = [BROKEN[name] for name in _broken(problem, required)]
    return InfeasibleError(
        f"no plan keeps the rules: {'; '.join(rules)}; give up a required opening or relax the "
        "rule",
        rules=rules,
    )


def _require_sound(problem: LayeredProblem, plan: LayeredPlan) -> None:
    """Raise ``SolverError`` when the plan breaks a rule or is not worth what it says."""
    broken = _broken(problem, plan.openings)
    if broken:
        raise SolverError(f"the plan breaks {', '.join(broken)}; report the problem")
    if plan.objective != problem.value(plan.openings) or plan.bound < plan.objective:
        raise SolverError(f"the plan is not worth {plan.objective}; report the problem")


def layer_steps(problem: LayeredProblem, openings: Ints) -> tuple[Ints, Flags]:
    """Return the rank order of the openings and who gets what by each after those before it.

    Returns
    -------
    (openings,) places in rank order, and (openings, layers, demand) True where the opening, in
    rank order, is the first that gives the point the layer's service.
    """
    reach = [_reach(problem, int(row), int(layer)) for row, layer in openings]
    served = problem.served(openings[:0])
    left, order = list(range(len(reach))), []
    newly = np.zeros((len(reach), *served.shape), dtype=np.bool_)
    for rank in range(len(reach)):
        worth = [_worth(problem, served | reach[place]) for place in left]
        order.append(left.pop(int(np.argmax(worth))))
        newly[rank] = reach[order[-1]] & ~served
        served |= reach[order[-1]]
    return np.array(order, dtype=np.int64), newly


def _reach(problem: LayeredProblem, row: int, layer: int) -> Flags:
    """Return who gets each layer's service by one opening, (layers, demand)."""
    start, end = problem.cost.indptr[row : row + 2]
    cost, point = problem.cost.data[start:end], problem.cost.indices[start:end]
    first = 0 if isinstance(problem, HierarchyProblem) else layer
    reach = np.zeros(problem.weight.shape, dtype=np.bool_)
    for given in range(first, layer + 1):
        reach[given, point[cost <= problem.limit[given]]] = True
    return reach


def _worth(problem: LayeredProblem, served: Flags) -> float:
    """Return the worth of who is served, rounded to 12 digits lest the order of a sum ranks."""
    if isinstance(problem, HierarchyProblem):
        worth = float((problem.weight * served).sum(axis=1) @ problem.worth)
    elif problem.bundle.size:
        worth = float(problem.bundle[served.all(axis=0)].sum())
    else:
        worth = float(problem.weight[served].sum())
    return float(f"{worth:.12g}")


def _reasons(
    problem: LayeredProblem,
    plan: LayeredPlan,
    labels: LayerLabels,
    steps: tuple[Ints, Flags],
) -> tuple[LayerReason, ...]:
    order, newly = steps
    gains = (newly * problem.weight).sum(axis=2)
    standing = (
        problem.level >= 0 if isinstance(problem, HierarchyProblem) else problem.premises.existing
    )
    openings, worth = plan.openings[order], _added_worth(problem, newly)

    def by_layer(amount: Floats) -> dict[str, float]:
        return dict(zip(labels.layer, amount.tolist(), strict=True))

    return tuple(
        LayerReason(
            site=labels.candidate[row],
            layer=labels.layer[layer],
            kind="upgrade" if standing[row] else "new",
            gain=float(worth[rank]),
            gain_by_layer=by_layer(gains[rank]),
            lost_without=float(plan.lost_without[order[rank]]),
            lost_by_layer=by_layer(plan.lost_by_layer[order[rank]]),
        )
        for rank, (row, layer) in enumerate(openings.tolist())
    )


def _added_worth(problem: LayeredProblem, newly: Flags) -> Floats:
    """Return the worth that each opening adds, in rank order."""
    served = problem.served(np.empty((0, 2), dtype=np.int64))
    worth = [_worth(problem, served)]
    for step in newly:
        served = served | step
        worth.append(_worth(problem, served))
    return np.diff(np.array(worth))
