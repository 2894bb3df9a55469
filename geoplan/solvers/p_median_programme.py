r"""The p-median as HiGHS takes it: arrays in, a plan and a bound out.

The radius formulation of García, Labbé and Marín 2011 (*INFORMS Journal on Computing* 23,
546-556), written for what the cuts have left::

    minimise    Σ_i c_i1 + Σ_i Σ_k (c_i,k+1 − c_ik) z_ik + f Σ_j y_j
    subject to  z_i1 + Σ_{j: c_ij = c_i1} y_j ≥ 1            for every row i
                z_ik + Σ_{j: c_ij = c_ik} y_j ≥ z_i,k−1      for every row i and level k ≥ 2
                Σ_j y_j ≤ p
                y_j + y_h ≤ 1                                for candidates j, h in conflict
                Σ_{j in Q} y_j ≥ 1                           only when one of Q is asked for
                y_j in {0, 1},  0 ≤ z_ik ≤ 1

    c_i1 < c_i2 < ...  the different costs of the pairs of row i; after the last comes its base
    z_ik  1 when no open candidate serves row i at c_ik or less (z is whole whenever y is)
    y_j   1 when candidate j opens
    f     price of opening, p  number of sites that may open
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TypeAlias

import highspy
import numpy as np
from scipy.sparse import coo_array, csr_array

from geoplan.errors import SolverError
from geoplan.model.arrays import Floats, Indices, Ints, Sparse
from geoplan.solvers.highs import QuietHighs, set_matrix
from geoplan.solvers.p_median_pairs import Median

AnyIndices: TypeAlias = Indices | Ints  # where an entry of the matrix stands


_ROUNDING = 1e-7
"""Sums of costs inside HiGHS differ from sums outside by this part at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What the search in the time given has shown."""

    plan: Indices | None
    """Candidates of the median, ascending; None when no plan was found."""
    bound: float
    """No plan costs less, in quanta."""
    proven: bool
    """True when the plan is best, or when it is proven that there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class _Levels:
    """The different costs of each row, row after row, rising."""

    row: Indices
    cost: Floats
    rise: Floats
    """What the next level costs more."""
    of_pair: Indices
    """(pairs,) level of each pair."""


def least_cost(
    median: Median,
    start: Indices | None,
    *,
    one_of: Indices | None = None,
    least_gap: float,
    seconds: float,
) -> Answer:
    """Return the plan that costs least; with ``one_of``, one of those candidates must open.

    ``start`` is a plan known before; the search ends when bound and plan are ``least_gap`` apart.
    """
    if not median.candidate.size:
        return _nothing_to_open(median, one_of)
    levels = _levels(median)
    model = _programme(median, levels, one_of)
    columns = None if start is None else _columns_of(median, levels, start)
    deadline = time.monotonic() + seconds
    answer = _searched(model, median, columns, (least_gap, deadline))
    if columns is not None and not _proof_fits(answer, median, least_gap):
        # HiGHS 1.16 can value a start wrongly in its presolved programme and hand it back as best
        answer = _searched(model, median, None, (least_gap, deadline))
    if not _proof_fits(answer, median, least_gap):
        raise SolverError(
            f"HiGHS reports {answer.bound} as proven, but its plan does not cost that; the costs "
            "may differ too much in size: give them in larger units"
        )
    return answer


def _searched(
    model: highspy.HighsLp, median: Median, columns: Indices | None, until: tuple[float, float]
) -> Answer:
    """Return the answer of one run; ``until`` is the gap, and the time, at which it may end."""
    least_gap, deadline = until
    solver = QuietHighs()
    for option, value in _options(least_gap, deadline - time.monotonic()).items():
        solver.setOptionValue(option, value)
    solver.passModel(model)
    if columns is not None:
        solver.setSolution(columns.size, columns, np.ones(columns.size))
    solver.run()
    return _answer(solver, median)


def _proof_fits(answer: Answer, median: Median, least_gap: float) -> bool:
    """Return whether a plan that is called best costs what is called its bound."""
    if answer.plan is None or not answer.proven:
        return True
    slack = least_gap + _ROUNDING * max(abs(answer.bound), 1.0)
    return abs(median.value(answer.plan) - answer.bound) <= slack


def _nothing_to_open(median: Median, one_of: Indices | None) -> Answer:
    nothing = np.empty(0, dtype=np.int32)
    if one_of is None:
        return Answer(plan=nothing, bound=median.value(nothing), proven=True)
    return Answer(plan=None, bound=np.inf, proven=True)


def _levels(median: Median) -> _Levels:
    order = np.lexsort((median.cost, median.row))
    row, cost = median.row[order], median.cost[order]
    new_row = np.diff(row, prepend=-1) != 0
    first = new_row | (np.diff(cost, prepend=-1.0) != 0)
    number = np.empty(order.size, dtype=np.int32)
    number[order] = np.cumsum(first) - 1
    level_row, level_cost = row[first], cost[first]
    last = np.diff(level_row, append=-1) != 0
    following = np.where(last, median.base[level_row], np.append(level_cost[1:], 0.0))
    return _Levels(level_row, level_cost, following - level_cost, number)


def _programme(median: Median, levels: _Levels, one_of: Indices | None) -> highspy.HighsLp:
    """Return the programme: columns y then z; rows of the levels, then conflicts, Q, the sum."""
    sites, steps = median.candidate.size, levels.row.size
    pairs = median.conflicts.shape[0]
    matrix, asked = _matrix(median, levels, one_of)
    first = np.diff(levels.row, prepend=-1) != 0
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = sites + steps, matrix.shape[0]
    model.offset_ = median.paid + _settled(median, levels)
    model.col_cost_ = np.concatenate([np.full(sites, median.opening), levels.rise])
    model.col_lower_ = np.zeros(sites + steps)
    model.col_upper_ = np.ones(sites + steps)
    model.row_lower_ = np.concatenate(
        [first.astype(np.float64), np.full(pairs, -np.inf), np.ones(asked), [-np.inf]]
    )
    model.row_upper_ = np.concatenate(
        [np.full(steps, np.inf), np.ones(pairs), np.full(asked, np.inf), [float(median.sites)]]
    )
    set_matrix(model, matrix)
    kinds = highspy.HighsVarType
    model.integrality_ = [kinds.kInteger] * sites + [kinds.kContinuous] * steps
    return model


def _settled(median: Median, levels: _Levels) -> float:
    """Return what the rows cost at their first level, or at their base when they have no pair."""
    first = np.diff(levels.row, prepend=-1) != 0
    least = median.base.copy()
    least[levels.row[first]] = levels.cost[first]
    return float(least.sum())


def _matrix(median: Median, levels: _Levels, one_of: Indices | None) -> tuple[Sparse, int]:
    sites, steps = median.candidate.size, levels.row.size
    pairs = median.conflicts.shape[0]
    later = np.flatnonzero(np.diff(levels.row, prepend=-1) == 0)
    wanted = np.empty(0, dtype=np.int32) if one_of is None else one_of
    asked = int(one_of is not None)
    total = steps + pairs + asked
    conflict_rows = steps + np.repeat(np.arange(pairs), 2)
    rows: list[AnyIndices] = [levels.of_pair, np.arange(steps), later, conflict_rows]
    rows += [np.full(wanted.size, steps + pairs), np.full(sites, total)]
    columns: list[AnyIndices] = [
        median.site,
        sites + np.arange(steps),
        sites + later - 1,
        median.conflicts.ravel(),
    ]
    columns += [wanted, np.arange(sites)]
    values = np.ones(sum(part.size for part in rows))
    values[median.site.size + steps :][: later.size] = -1.0
    places = (_joined(rows), _joined(columns))
    return csr_array(coo_array((values, places), shape=(total + 1, sites + steps))), asked


def _joined(parts: list[AnyIndices]) -> Indices:
    return np.concatenate([part.astype(np.int32) for part in parts])


def _options(least_gap: float, seconds: float) -> dict[str, bool | int | float]:
    return {
        "output_flag": False,
        "threads": 1,
        "random_seed": 0,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": least_gap,
        "time_limit": max(seconds, 0.0),
    }


def _columns_of(median: Median, levels: _Levels, plan: Indices) -> Indices:
    unserved = levels.cost < median.row_costs(plan)[levels.row]
    return np.concatenate([plan, median.candidate.size + np.flatnonzero(unserved)]).astype(np.int32)


def _answer(solver: highspy.Highs, median: Median) -> Answer:
    status, states = solver.getModelStatus(), highspy.HighsModelStatus
    if status == states.kInfeasible:
        return Answer(plan=None, bound=np.inf, proven=True)
    if status not in {states.kOptimal, states.kTimeLimit, states.kInterrupt}:
        raise SolverError(
            f"HiGHS ended with '{solver.modelStatusToString(status)}' on a p-median of "
            f"{median.candidate.size} candidates; report the problem with its manifest"
        )
    information = solver.getInfo()
    found = information.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.asarray(solver.getSolution().col_value)[: median.candidate.size]
    return Answer(
        plan=np.flatnonzero(values > 0.5).astype(np.int32) if found else None,
        bound=float(information.mip_dual_bound),
        proven=status == states.kOptimal,
    )
