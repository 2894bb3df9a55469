r"""Multi-service siting: which sites to open and which services to place under each roof.

Maximal covering (Church and ReVelle 1974, *Papers of the Regional Science Association* 32,
101-118) with one cover a service, sites that are paid once, and floor space::

    maximise    Σ_s Σ_i w_si u_si,  or, for the bundle,  Σ_i v_i b_i,  and of the plans that do so
    minimise    Σ_j y_j,                                               and of the plans that do so
    minimise    Σ_j Σ_s z_js
    subject to  u_si ≤ Σ_{j in N_si} z_js     for every s and i that nothing serves yet
                b_i ≤ Σ_{j in N_si} z_js      for every i and every s that nothing gives i yet
                z_js ≤ y_j                    for every new candidate j and s
                Σ_j y_j ≤ p
                Σ_j z_js ≤ p_s                for every service s
                Σ_j Σ_s z_js ≤ P
                Σ_s q_s z_js ≤ A_j            for every candidate j
                Σ_j g_j y_j + Σ_j Σ_s f_js z_js ≤ B
                y_j + y_h ≤ 1                 for every pair (j, h) in conflict, both new
                z_js = 0                      for every s when a new j is in conflict with an
                                              existing facility
                z_js = 1                      for every required pair
                z_js = 0                      for every banned pair, and where s is given already
                z_js in {0, 1},  0 ≤ y_j ≤ 1,  0 ≤ u_si ≤ 1,  0 ≤ b_i ≤ 1

    i    demand point              j, h  candidate
    s    service
    w_si weight of the point for the service
    v_i  people of the point who want the bundle
    d_ij cost from i to j
    S_s  limit of the service
    N_si {j : d_ij ≤ S_s}, the candidates within the limit, inclusive
    p    most new sites            p_s   most placings of a service
    P    most placings in all
    g_j  price of opening the site; existing facilities have no y and pay nothing
    f_js price of placing the service there
    B    budget
    q_s  floor space that the service takes
    A_j  floor space of the site
    z_js 1 when the service is placed there
    y_j  1 when the site is opened (whole in a best plan whenever z is)
    u_si 1 when the point gets the service
    b_i  1 when it gets all services

Of the plans that are best, with the fewest sites, then the fewest services, the one whose ascending
list of pairs (candidate, service) comes first is returned.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack

from geoplan.model.arrays import Floats, Indices, Ints, Sparse
from geoplan.model.layered import NO_PAIRS, LayeredPlan, MultiServiceProblem, within
from geoplan.solvers.binary import Programme, empty_programme
from geoplan.solvers.first_best import Goal, number_goal
from geoplan.solvers.layer_bound import PairLimits
from geoplan.solvers.layer_cover import PairCover, pair_cover
from geoplan.solvers.layer_rules import (
    KEPT,
    ROUNDING,
    at_least,
    at_most,
    broken_by_any,
    incidence,
    possible_pairs,
    required_rows,
    weighed_row,
)
from geoplan.solvers.layer_search import LayerModel, solved_layers


def solve_multi_service(problem: MultiServiceProblem, *, time_limit_s: float) -> LayeredPlan:
    """Return the first of the plans that serve most with the fewest sites, then services.

    Returns
    -------
    The layers of the plan are services. ``lost_without`` takes one service out of its site; where
    people count by the bundle it is the weight that loses the bundle. With the status
    ``infeasible``, when the rules leave no plan, objective and bound are −inf.

    Raises
    ------
    TimeLimitError
        The time was over before any plan that keeps the rules was known.
    SolverError
        HiGHS gave up or contradicted itself; never because of the time limit.
    """
    pairs = _free_pairs(problem)
    model = LayerModel(
        problem=problem,
        cover=_bundles(problem, pairs) if problem.bundle.size else _services(problem, pairs),
        required=np.unique(problem.rules.required, axis=0).reshape(-1, 2),
        limits=PairLimits(_most(problem), _least_prices(problem, pairs), problem.rules.budget),
        side=lambda kept: _side(problem, kept),
        fewest=lambda kept, programme: _fewest(problem, kept, programme),
        broken=lambda openings: broken_services(problem, openings),
    )
    return solved_layers(model, time_limit_s=time_limit_s)


def broken_services(problem: MultiServiceProblem, openings: Ints) -> list[str]:
    """Return the names of the rules that the openings break, each recomputed from the problem."""
    premises, (candidate, service) = problem.premises, openings.T
    sites = _new_sites(problem, openings)
    prices = [*premises.price[sites].tolist(), *problem.rules.price[candidate, service].tolist()]
    space = np.bincount(
        candidate, weights=premises.need_m2[service], minlength=premises.space_m2.size
    )
    number = np.bincount(service, minlength=problem.new.size)
    faults = {
        "sites": sites.size > problem.sites,
        "new": bool((number > problem.new).any()) or openings.shape[0] > problem.placed,
        "given already": bool(premises.given[candidate, service].any()),
        "space": bool((space > premises.space_m2 * (1 + KEPT)).any()),
    }
    broken = [name for name, present in faults.items() if present]
    return broken + broken_by_any(problem.rules, openings, premises.existing, math.fsum(prices))


def _new_sites(problem: MultiServiceProblem, openings: Ints) -> Ints:
    sites: Ints = np.unique(openings[:, 0])
    return sites[~problem.premises.existing[sites]]


def _free_pairs(problem: MultiServiceProblem) -> Ints:
    premises = problem.premises
    allowed = ~premises.given & (problem.new > 0)
    allowed &= premises.need_m2 <= premises.space_m2[:, None] * (1 + ROUNDING)
    return possible_pairs(problem.rules, allowed, premises.existing)


def _most(problem: MultiServiceProblem) -> Ints:
    """Return how often each service can be placed: at new sites and where it is not given yet."""
    premises = problem.premises
    upgrades = (premises.existing[:, None] & ~premises.given).sum(axis=0)
    most: Ints = np.minimum(problem.new, upgrades + problem.sites).astype(np.int64)
    return most


def _least_prices(problem: MultiServiceProblem, pairs: Ints) -> Floats:
    """Return what each pair costs at least: its service and an equal part of its site.

    The parts are those of a site that takes up every service that it may.
    """
    candidate, service = pairs.T
    most = np.maximum(np.bincount(candidate, minlength=problem.premises.price.size), 1)
    of_site = np.where(problem.premises.existing, 0.0, problem.premises.price) / most
    return np.asarray(problem.rules.price[candidate, service] + of_site[candidate])


def _services(problem: MultiServiceProblem, pairs: Ints) -> PairCover:
    """Return who is served by which pair: a row for each service and each point without it."""
    served, blocks = problem.served(NO_PAIRS), []
    for service in range(problem.limit.size):
        pattern = _pattern(problem, pairs, service)
        blocks.append(csr_array(pattern[:, np.flatnonzero(~served[service])]))
    kind = np.zeros(pairs.shape[0], dtype=np.int64)
    rows = csr_array(hstack(blocks, format="csr"))
    return pair_cover(pairs, kind, rows, problem.weight[~served])


def _bundles(problem: MultiServiceProblem, pairs: Ints) -> PairCover:
    """Return who is served by which pair: a row for each point that can still get the bundle."""
    served = problem.served(NO_PAIRS)
    whole = csr_array((pairs.shape[0], problem.bundle.size), dtype=np.float64)
    possible = ~served.all(axis=0)
    for service in range(problem.limit.size):
        pattern = _pattern(problem, pairs, service)
        possible &= served[service] | (np.asarray(pattern.sum(axis=0)) > 0)
        at = pattern.tocoo()
        lacking = ~served[service, at.col]
        where = (at.row[lacking], at.col[lacking])
        whole = csr_array(whole + coo_array((at.data[lacking], where), shape=whole.shape))
    rows = np.flatnonzero(possible)
    return pair_cover(pairs, pairs[:, 1], csr_array(whole[:, rows]), problem.bundle[rows])


def _pattern(problem: MultiServiceProblem, pairs: Ints, service: int) -> Sparse:
    """Return 1 where the pair gives the service to the point, (pairs, demand)."""
    giving = incidence(pairs[:, 0], problem.cost.shape[0], pairs[:, 1] == service)
    return csr_array(giving @ within(problem.cost, float(problem.limit[service])))


def _side(problem: MultiServiceProblem, pairs: Ints) -> Programme:
    """Return the rules of the module's docstring; the columns y follow those of the pairs."""
    premises, rules = problem.premises, problem.rules
    sites, columns = _new_sites(problem, pairs), pairs.shape[0]
    every = np.ones(columns, dtype=np.bool_)
    service = pairs[:, 1]
    programme = empty_programme(columns + sites.size, columns)
    opened = _opened_first(pairs, sites)
    programme = at_least(programme, opened, np.zeros(opened.shape[0]))
    of_service = _beside(incidence(service, problem.new.size, every), sites)
    programme = at_most(programme, of_service, problem.new.astype(np.float64))
    taken = incidence(pairs[:, 0], problem.cost.shape[0], every)
    taken = _beside(csr_array(taken * premises.need_m2[service][:, None]), sites)
    programme = at_most(programme, taken, premises.space_m2 * (1 + ROUNDING))
    number = np.concatenate([every, np.zeros(sites.size)])
    programme = weighed_row(programme, number, problem.placed)
    programme = weighed_row(programme, 1.0 * (np.arange(number.size) >= columns), problem.sites)
    prices = np.concatenate([rules.price[pairs[:, 0], service], premises.price[sites]])
    programme = weighed_row(programme, prices, rules.budget)
    clashes = _clashes(problem, pairs, sites)
    programme = at_most(programme, clashes, np.ones(clashes.shape[0]))
    return required_rows(programme, pairs, rules.required)


def _beside(table: Sparse, sites: Ints) -> Sparse:
    """Return the rows (groups, pairs) of a table (pairs, groups), without a site in them."""
    return csr_array(hstack([table.T, csr_array((table.shape[1], sites.size))], format="csr"))


def _opened_first(pairs: Ints, sites: Ints) -> Sparse:
    """Return a row y_j − z_js for every pair of a new site."""
    rows = np.flatnonzero(np.isin(pairs[:, 0], sites))
    site = pairs.shape[0] + np.searchsorted(sites, pairs[rows, 0])
    number = np.arange(rows.size)
    data = np.repeat([-1.0, 1.0], rows.size)
    at = (np.concatenate([number, number]), np.concatenate([rows, site]))
    return csr_array(coo_array((data, at), shape=(rows.size, pairs.shape[0] + sites.size)))


def _clashes(problem: MultiServiceProblem, pairs: Ints, sites: Ints) -> Sparse:
    """Return a row y_j + y_h for every conflict between two new sites."""
    conflicts = problem.rules.conflicts
    both = conflicts[np.isin(conflicts, sites).all(axis=1)]
    place = pairs.shape[0] + np.searchsorted(sites, both.ravel())
    row = np.repeat(np.arange(both.shape[0]), 2)
    shape = (both.shape[0], pairs.shape[0] + sites.size)
    return csr_array(coo_array((np.ones(place.size), (row, place)), shape=shape))


def _fewest(problem: MultiServiceProblem, pairs: Ints, programme: Programme) -> tuple[Goal, ...]:
    """Return the goals to open few new sites, then to place few services."""
    cost: Floats = np.zeros(programme.matrix.shape[1])
    first = pairs.shape[0]
    cost[first : first + _new_sites(problem, pairs).size] = 1.0

    def number(plan: Indices) -> float:
        return float(_new_sites(problem, pairs[plan]).size)

    return Goal(cost, number), number_goal(programme)
