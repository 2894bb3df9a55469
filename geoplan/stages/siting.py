"""Stage 8: the proven plan, ranked, with a reason for every site."""

from __future__ import annotations

import math

import numpy as np
from scipy.sparse import csr_array

from geoplan.errors import ConfigError, SolverError
from geoplan.model.arrays import Flags, Floats, Indices, Ints, Sparse
from geoplan.model.siting import (
    Choice,
    Label,
    Reason,
    SitingLabels,
    SitingProblem,
    SitingSolution,
)
from geoplan.solvers.greedy import exchange_parts
from geoplan.solvers.table import SOLVERS


def site(
    problem: SitingProblem, *, model: str, time_limit_s: float, labels: SitingLabels
) -> SitingSolution:
    """Return the best plan that the solver proves, in rank order and by the caller's labels.

    Raises
    ------
    ConfigError
        There is no solver of that name.
    SolverError
        The plan is not worth what the solver says, or breaks a rule of the problem.
    """
    if model not in SOLVERS:
        raise ConfigError(
            f"siting model {model!r} is not known; choose one of {', '.join(SOLVERS)}"
        )
    choice = SOLVERS[model](problem, time_limit_s=time_limit_s)
    checked_choice(problem, choice)
    order = ranked_sites(problem, choice.sites)
    return SitingSolution(
        model=model,
        sites=tuple(labels.candidate[site] for site in order),
        objective=choice.objective,
        baseline=problem.value(choice.sites[:0]),
        bound=choice.bound,
        status=choice.status,
        canonical=choice.canonical,
        reasons=site_reasons(problem, order),
        assignment=_assignment(problem, order, labels),
        uncovered=_uncovered(problem, order, labels),
    )


def checked_choice(problem: SitingProblem, choice: Choice) -> None:
    """Raise ``SolverError`` unless the plan keeps every rule and is worth what is claimed."""
    sites, value = choice.sites, problem.value(choice.sites)
    slack = 1e-9 * max(abs(value), 1.0)
    faults = {
        f"the plan is worth {value}, not {choice.objective}": abs(value - choice.objective) > slack,
        f"the bound {choice.bound} is below the plan's {value}": choice.bound < value - slack,
        f"it opens {sites.size} sites, more than {problem.new}": sites.size > problem.new,
        "it leaves a required site closed": not np.isin(problem.required, sites).all(),
        "it opens a banned site": bool(np.isin(sites, problem.banned).any()),
    }
    found = [fault for fault, present in faults.items() if present]
    if found:
        raise SolverError(f"the solver's answer was refused: {'; '.join(found)}")


def ranked_sites(problem: SitingProblem, sites: Indices) -> Indices:
    """Return the sites by the weight that each adds after those before it, largest first.

    Ties go to the candidate that is earlier in the canonical order.
    """
    serves = _pattern(problem.reach)[np.sort(sites)]
    left = np.where(problem.covered, 0.0, problem.weight)
    waiting = np.sort(sites).tolist()
    order: list[int] = []
    while waiting:
        best = int(np.argmax(serves @ left))
        left[_row(serves, best)] = 0.0
        order.append(waiting.pop(best))
        serves = serves[np.delete(np.arange(serves.shape[0]), best)]
    return np.array(order, dtype=np.int32)


def site_reasons(problem: SitingProblem, order: Indices) -> tuple[Reason, ...]:
    """Return why each site was chosen, in rank order.

    The runner-up of a site is the closed, not banned candidate that serves most when it takes the
    site's place and all others stay; a required site has none.
    """
    gains = _marginal_weights(problem, order)
    losses, arrivals = exchange_parts(problem.reach, problem.weight, order, problem.covered)
    arrivals[:, np.concatenate([order, problem.banned])] = 0.0
    arrivals[np.isin(order, problem.required)] = 0.0
    return tuple(
        _reason(int(site), gain, loss, arrival)
        for site, gain, loss, arrival in zip(order, gains, losses, arrivals, strict=True)
    )


def _reason(site: int, gain: float, loss: float, arrivals: Floats) -> Reason:
    best = int(np.argmax(arrivals)) if arrivals.size else 0
    added = float(arrivals.max(initial=0.0))
    return Reason(
        site=site,
        gain=float(gain),
        lost_without=float(loss),
        runner_up=best if added > 0 else -1,
        margin=float(loss) - added,
    )


def gains_by_group(reach: Sparse, order: Indices, covered: Flags, people: Ints) -> Ints:
    """Return the people of each group whom each site adds after the sites before it.

    Parameters
    ----------
    order
        Candidates in rank order.
    people
        (demand, groups) whole people.

    Returns
    -------
    (sites, groups) whole people; the rows add up to what the plan serves beyond ``covered``.
    """
    gains = np.zeros((order.shape[0], people.shape[1]), dtype=np.int64)
    served = covered.copy()
    for rank, candidate in enumerate(order):
        rows = _row(reach, int(candidate))
        rows = rows[~served[rows]]
        gains[rank] = people[rows].sum(axis=0)
        served[rows] = True
    return gains


def _marginal_weights(problem: SitingProblem, order: Indices) -> list[float]:
    served = problem.covered.copy()
    gains: list[float] = []
    for candidate in order:
        rows = _row(problem.reach, int(candidate))
        rows = rows[~served[rows]]
        gains.append(math.fsum(problem.weight[rows].tolist()))
        served[rows] = True
    return gains


def _assignment(problem: SitingProblem, order: Indices, labels: SitingLabels) -> dict[Label, Label]:
    """Return the nearest open place of each served point; ties to the existing, then the rank."""
    nearest = labels.fixed_cost.copy()
    keeper: list[Label | None] = list(labels.fixed)
    for candidate in order:
        start, stop = problem.reach.indptr[candidate], problem.reach.indptr[candidate + 1]
        rows, cost = problem.reach.indices[start:stop], problem.reach.data[start:stop]
        nearer = cost < nearest[rows]
        nearest[rows[nearer]] = cost[nearer]
        for row in rows[nearer]:
            keeper[row] = labels.candidate[candidate]
    named = zip(labels.demand, keeper, strict=True)
    return {point: place for point, place in named if place is not None}


def _uncovered(problem: SitingProblem, order: Indices, labels: SitingLabels) -> tuple[Label, ...]:
    return tuple(labels.demand[row] for row in np.flatnonzero(~problem.served(order)))


def _pattern(reach: Sparse) -> Sparse:
    return csr_array((np.ones(reach.nnz), reach.indices, reach.indptr), shape=reach.shape)


def _row(reach: Sparse, candidate: int) -> Indices:
    rows: Indices = reach.indices[reach.indptr[candidate] : reach.indptr[candidate + 1]]
    return rows
