r"""Hierarchical siting: points, stations and centres of nested levels, chosen together.

The successively inclusive hierarchy of covering models (Church and Eaton 1987, in Ghosh and
Rushton, *Spatial Analysis and Location-Allocation Models*)::

    maximise    Σ_k a_k Σ_i w_ki u_ki,  and of the plans that do so
    minimise    Σ_j Σ_l z_jl
    subject to  u_ki ≤ Σ_{l ≥ k} Σ_{j in N_ki} z_jl   for every k and i that nothing serves yet
                Σ_l z_jl ≤ 1                          for every candidate j
                Σ_j z_jl ≤ p_l                        for every level l
                Σ_j Σ_l f_jl z_jl ≤ B
                Σ_l z_jl + Σ_l z_hl ≤ 1               for every pair (j, h) in conflict, both new
                z_jl = 0                              for every l when j, not existing, is in
                                                      conflict with an existing facility
                z_jl ≤ Σ_{h in M_jl} Σ_{m > l} z_hm   for every j and l < L with a rule of coherence
                                                      and no existing facility of a level above l
                                                      in M_jl
                z_jl = 1                              for every required pair
                z_jl = 0                              for every banned pair, and for l ≤ e_j
                z_jl in {0, 1},  0 ≤ u_ki ≤ 1

    i    demand point              j, h  candidate
    k, l, m  level, 0 the lowest, L the highest
    a_k  worth of serving one of level k
    w_ki weight of the point for the service of level k
    d_ij cost from i to j
    S_k  limit of the service of level k
    N_ki {j : d_ij ≤ S_k}, the candidates within the limit, inclusive
    p_l  most openings of level l, upgrades to l included
    f_jl price of opening j at level l, or of upgrading it to l
    B    budget
    e_j  level of the facility that exists at j, −1 for none
    c_jh cost from candidate j to candidate h
    R_l  how near one of level l must be to one above it
    M_jl {h : c_jh ≤ R_l}
    z_jl 1 when j is opened at, or upgraded to, level l
    u_ki 1 when the point is served by one of level k or higher

Of the plans that are best and open the fewest pairs the one whose ascending list of pairs
(candidate, level) comes first is returned.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack, vstack

from geoplan.model.arrays import Flags, Ints, Sparse
from geoplan.model.layered import NO_PAIRS, Coherence, HierarchyProblem, LayeredPlan, within
from geoplan.solvers.binary import Programme, empty_programme
from geoplan.solvers.first_best import number_goal
from geoplan.solvers.layer_bound import PairLimits
from geoplan.solvers.layer_cover import PairCover, pair_cover
from geoplan.solvers.layer_rules import (
    at_least,
    at_most,
    broken_by_any,
    incidence,
    possible_pairs,
    required_rows,
    weighed_row,
)
from geoplan.solvers.layer_search import LayerModel, solved_layers


def solve_hierarchical(problem: HierarchyProblem, *, time_limit_s: float) -> LayeredPlan:
    """Return the first of the plans that serve most over all levels with the fewest openings.

    Returns
    -------
    The layers of the plan are levels; an upgrade is the pair of the existing facility and the
    level it reaches. ``lost_without`` takes one opening out and leaves the others where they are,
    even those that belonged to it; an upgraded facility falls back to its old level. With the
    status ``infeasible``, when the rules leave no plan, objective and bound are −inf.

    Raises
    ------
    TimeLimitError
        The time was over before any plan that keeps the rules was known.
    SolverError
        HiGHS gave up or contradicted itself; never because of the time limit.
    """
    rules, pairs = problem.rules, _free_pairs(problem)
    model = LayerModel(
        problem=problem,
        cover=_cover(problem, pairs),
        required=np.unique(rules.required, axis=0).reshape(-1, 2),
        limits=PairLimits(problem.new, rules.price[pairs[:, 0], pairs[:, 1]], rules.budget),
        side=lambda kept: _side(problem, kept),
        fewest=lambda _kept, programme: (number_goal(programme),),
        broken=lambda openings: broken_hierarchy(problem, openings),
    )
    return solved_layers(model, time_limit_s=time_limit_s)


def broken_hierarchy(problem: HierarchyProblem, openings: Ints) -> list[str]:
    """Return the names of the rules that the openings break, each recomputed from the problem."""
    candidate, level = openings.T
    number = np.bincount(level, minlength=problem.new.size)
    spent = math.fsum(problem.rules.price[candidate, level].tolist())
    faults = {
        "new": bool((number > problem.new).any()),
        "one level a candidate": np.unique(candidate).size < candidate.size
        or bool((level <= problem.level[candidate]).any()),
        "coherence": bool(_orphans(problem, openings).any()),
    }
    broken = [name for name, present in faults.items() if present]
    return broken + broken_by_any(problem.rules, openings, problem.level >= 0, spent)


def _orphans(problem: HierarchyProblem, openings: Ints) -> Flags:
    """Return which openings lie near no facility of a higher level although they must."""
    orphan = np.zeros(openings.shape[0], dtype=np.bool_)
    if problem.coherence is None:
        return orphan
    after, top = problem.levels_with(openings), problem.limit.size - 1
    cost, limit = problem.coherence.cost, problem.coherence.limit
    for row, (candidate, level) in enumerate(openings.tolist()):
        if level < top and np.isfinite(limit[level]):
            stretch = slice(cost.indptr[candidate], cost.indptr[candidate + 1])
            near = cost.indices[stretch][cost.data[stretch] <= limit[level]]
            orphan[row] = not (after[near] > level).any()
    return orphan


def _free_pairs(problem: HierarchyProblem) -> Ints:
    allowed = np.arange(problem.limit.size) > problem.level[:, None]
    allowed &= problem.new > 0
    return possible_pairs(problem.rules, allowed, problem.level >= 0)


def _cover(problem: HierarchyProblem, pairs: Ints) -> PairCover:
    """Return who is served by which pair: a row for each level and each point unserved in it."""
    candidates = problem.cost.shape[0]
    served, blocks = problem.served(NO_PAIRS), []
    for level, limit in enumerate(problem.limit):
        giving = incidence(pairs[:, 0], candidates, pairs[:, 1] >= level)
        open_rows = np.flatnonzero(~served[level])
        blocks.append(csr_array(giving @ within(problem.cost, float(limit)))[:, open_rows])
    weight = (problem.weight * problem.worth[:, None])[~served]
    kind = np.zeros(pairs.shape[0], dtype=np.int64)
    return pair_cover(pairs, kind, csr_array(hstack(blocks, format="csr")), weight)


def _side(problem: HierarchyProblem, pairs: Ints) -> Programme:
    """Return the rules of the module's docstring over these pairs."""
    rules, candidates, columns = problem.rules, problem.cost.shape[0], pairs.shape[0]
    every = np.ones(columns, dtype=np.bool_)
    of_candidate = csr_array(incidence(pairs[:, 0], candidates, every).T)
    of_level = csr_array(incidence(pairs[:, 1], problem.new.size, every).T)
    both = rules.conflicts[(problem.level < 0)[rules.conflicts].all(axis=1)]
    clashes = csr_array(of_candidate[both[:, 0]] + of_candidate[both[:, 1]])
    programme = empty_programme(columns, columns)
    programme = at_most(programme, of_candidate, np.ones(candidates))
    programme = at_most(programme, of_level, problem.new.astype(np.float64))
    programme = at_most(programme, clashes, np.ones(both.shape[0]))
    programme = weighed_row(programme, rules.price[pairs[:, 0], pairs[:, 1]], rules.budget)
    programme = required_rows(programme, pairs, rules.required)
    belongs = _belonging(problem, pairs)
    return at_least(programme, belongs, np.zeros(belongs.shape[0]))


def _belonging(problem: HierarchyProblem, pairs: Ints) -> Sparse:
    """Return the rows of coherence: openings above nearby, less the opening itself."""
    rows: list[Sparse] = [csr_array((0, pairs.shape[0]), dtype=np.float64)]
    if problem.coherence is not None:
        finite = np.flatnonzero(np.isfinite(problem.coherence.limit))
        rows += [_belonging_at(problem, problem.coherence, pairs, int(level)) for level in finite]
    return csr_array(vstack(rows, format="csr"))


def _belonging_at(
    problem: HierarchyProblem, coherence: Coherence, pairs: Ints, level: int
) -> Sparse:
    children = np.flatnonzero(pairs[:, 1] == level)
    near = csr_array(within(coherence.cost, float(coherence.limit[level]))[pairs[children, 0]])
    orphan = np.asarray(near @ (problem.level > level)) == 0
    children, near = children[orphan], csr_array(near[np.flatnonzero(orphan)])
    above = incidence(pairs[:, 0], problem.cost.shape[0], pairs[:, 1] > level)
    at = (np.arange(children.size), children)
    own = coo_array((np.ones(children.size), at), shape=(children.size, pairs.shape[0]))
    return csr_array(near @ csr_array(above.T) - csr_array(own))
