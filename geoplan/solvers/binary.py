r"""Programmes of yes and no as HiGHS takes them: arrays in, a proven answer out.

Every model of open and closed candidates is handed over in this one form::

    minimise    Σ_j c_j y_j
    subject to  l_r ≤ Σ_j a_rj y_j ≤ u_r      for every row r
                y_j in {0, 1}                 for the first ``whole`` columns
                0 ≤ y_j ≤ 1                   for the others

    c_j   cost of a column
    a_rj  coefficient of column j in row r
    l_r, u_r  least and most that the row may sum up to
    y_j   1 when the column is chosen

What HiGHS returns is rounded; whoever asks recomputes what it is worth. A known plan is never
handed over: HiGHS 1.16 counts it wrong when its presolve has removed one of the plan's columns,
and then proves a bound that no plan has (``tests/unit/solvers/test_binary.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import highspy
import numpy as np
from scipy.sparse import csr_array, vstack

from geoplan.errors import SolverError
from geoplan.model.arrays import Floats, Indices, Sparse
from geoplan.solvers.highs import QuietHighs, set_matrix

TOLERANCE = 1e-9
"""Rows and whole numbers are kept this closely; HiGHS's own 1e-6 would let a millionth of a site
serve a whole village."""


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """What a plan must keep; the columns of the candidates come first."""

    matrix: Sparse
    """(rows, columns)."""
    low: Floats
    """(rows,) least sum, −inf for none."""
    high: Floats
    """(rows,) most, inf for none."""
    whole: int
    """The first so many columns are 0 or 1, the others anything between."""

    def with_rows(self, rows: Sparse, low: Floats, high: Floats) -> Programme:
        """Return the programme with more rows."""
        if not rows.shape[0]:
            return self
        return replace(
            self,
            matrix=csr_array(vstack([self.matrix, rows], format="csr")),
            low=np.concatenate([self.low, low]),
            high=np.concatenate([self.high, high]),
        )

    def with_row(self, coefficients: Floats, *, low: float = -np.inf, high: float) -> Programme:
        """Return the programme with one more row."""
        return self.with_rows(csr_array(coefficients[None, :]), np.array([low]), np.array([high]))


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is asked of a programme."""

    cost: Floats
    """(columns,) to be least."""
    step: float = 1.0
    """Two plans that differ by less are equally good."""
    target: float = -np.inf
    """A plan of this cost or less is good enough; the search ends there."""
    opened: Indices | None = None
    """Columns that must be 1."""
    closed: Indices | None = None
    """Columns that must be 0."""
    presolve: str = "choose"
    """``off`` when HiGHS is to take the programme as it stands."""


@dataclass(frozen=True, slots=True, eq=False)
class Reply:
    """What the search in the time given has shown."""

    plan: Indices | None
    """Whole columns at 1, ascending; None when no plan was found."""
    bound: float
    """No plan costs less; inf when there is none."""
    proven: bool
    """True when the plan is best or good enough, or when it is proven that there is none."""


def empty_programme(columns: int, whole: int) -> Programme:
    """Return a programme without rows."""
    nothing = np.empty(0)
    matrix: Sparse = csr_array((0, columns), dtype=np.float64)
    return Programme(matrix=matrix, low=nothing, high=nothing, whole=whole)


def asked(programme: Programme, question: Question, *, seconds: float) -> Reply:
    """Return the cheapest plan, or the best one found in the time given.

    Raises
    ------
    SolverError
        HiGHS gave up; never because of the time limit.
    """
    if not programme.matrix.shape[1]:
        return _without_columns(programme)
    solver = _solver_of(programme, question, seconds=seconds)
    solver.run()
    return _reply(solver, programme, question)


def relaxed_bound(programme: Programme, cost: Floats, *, seconds: float) -> float:
    """Return a bound that the relaxation proves: no plan costs less.

    The prices of the rows come from HiGHS; the bound is summed from them anew. Any prices give a
    valid bound, bad ones a weak one (−inf when the time was too short for any).
    """
    if not programme.matrix.shape[1]:
        return _without_columns(programme).bound
    prices = relaxed_prices(programme, cost, seconds=seconds)
    if prices is None:
        return -np.inf
    prices = np.where(np.isfinite(programme.low), prices, np.minimum(prices, 0.0))
    prices = np.where(np.isfinite(programme.high), prices, np.maximum(prices, 0.0))
    side = np.where(prices > 0, programme.low, programme.high)
    paid = float(np.sum(prices[prices != 0] * side[prices != 0]))
    return paid + float(np.minimum(cost - programme.matrix.T @ prices, 0.0).sum())


def relaxed_prices(programme: Programme, cost: Floats, *, seconds: float) -> Floats | None:
    """Return the prices of the rows in the relaxation, None when the time was too short."""
    solver = _solver_of(replace(programme, whole=0), Question(cost=cost), seconds=seconds)
    # An interior point without a vertex is five times sooner at hand, and any prices will do.
    solver.setOptionValue("solver", "ipm")
    solver.setOptionValue("run_crossover", "off")
    solver.run()
    prices = np.asarray(solver.getSolution().row_dual, dtype=np.float64)
    return prices if prices.size == programme.low.size and np.isfinite(prices).all() else None


def kept_by(programme: Programme, plan: Indices) -> bool:
    """Return whether a plan keeps every row of a programme without continuous columns."""
    sums = np.asarray(programme.matrix[:, plan].sum(axis=1), dtype=np.float64)
    slack = 1e-7
    return bool((sums >= programme.low - slack).all() and (sums <= programme.high + slack).all())


def _solver_of(programme: Programme, question: Question, *, seconds: float) -> highspy.Highs:
    solver = QuietHighs()
    for option, value in _options(question, seconds).items():
        solver.setOptionValue(option, value)
    solver.passModel(_model(programme, question))
    return solver


def _options(question: Question, seconds: float) -> dict[str, bool | int | float | str]:
    return {
        "output_flag": False,
        "threads": 1,
        "random_seed": 0,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.5 * question.step,
        "mip_feasibility_tolerance": TOLERANCE,
        "primal_feasibility_tolerance": TOLERANCE,
        "objective_target": question.target,
        "time_limit": max(seconds, 0.0),
        "presolve": question.presolve,
    }


def _model(programme: Programme, question: Question) -> highspy.HighsLp:
    rows, columns = programme.matrix.shape
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, rows
    model.col_cost_ = question.cost
    lower, upper = np.zeros(columns), np.ones(columns)
    if question.opened is not None:
        lower[question.opened] = 1.0
    if question.closed is not None:
        upper[question.closed] = 0.0
    model.col_lower_, model.col_upper_ = lower, upper
    model.row_lower_, model.row_upper_ = programme.low, programme.high
    set_matrix(model, programme.matrix)
    if programme.whole:
        kinds = highspy.HighsVarType
        model.integrality_ = [kinds.kInteger] * programme.whole + [kinds.kContinuous] * (
            columns - programme.whole
        )
    return model


def _without_columns(programme: Programme) -> Reply:
    nothing = np.empty(0, dtype=np.int32)
    possible = bool((programme.low <= 0).all() and (programme.high >= 0).all())
    return Reply(nothing, 0.0, proven=True) if possible else Reply(None, np.inf, proven=True)


def _reply(solver: highspy.Highs, programme: Programme, question: Question) -> Reply:
    status, states = solver.getModelStatus(), highspy.HighsModelStatus
    if status == states.kInfeasible:
        return Reply(plan=None, bound=np.inf, proven=True)
    reached = status == states.kObjectiveTarget
    if status not in {states.kOptimal, states.kTimeLimit, states.kInterrupt} and not reached:
        raise SolverError(
            f"HiGHS ended with '{solver.modelStatusToString(status)}' on a placement problem of "
            f"{programme.whole} candidates; report the problem with its manifest"
        )
    information = solver.getInfo()
    found = information.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.asarray(solver.getSolution().col_value)[: programme.whole]
    bound = float(information.mip_dual_bound)
    return Reply(
        plan=np.flatnonzero(values > 0.5).astype(np.int32) if found else None,
        bound=max(bound, _worst(question.cost)),
        proven=status == states.kOptimal or (reached and found),
    )


def _worst(cost: Floats) -> float:
    """Return what no plan can undercut whatever its rows: all columns that lower the cost."""
    return float(np.minimum(cost, 0.0).sum())
