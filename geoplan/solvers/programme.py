"""A mixed programme as arrays, and what HiGHS shows about it in the time given."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import highspy
import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from geoplan.errors import SolverError
from geoplan.model.arrays import Flags, Floats, Sparse
from geoplan.solvers.highs import QuietHighs, set_matrix

_OPTIONS: Mapping[str, bool | int | float] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.0,
    "mip_feasibility_tolerance": 1e-9,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
}


_FITS = 1e-7
"""A best point and its bound differ by no more than this part of themselves, or of 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """Columns between bounds, some of them whole, and rows between bounds."""

    matrix: Sparse
    """(rows, columns)."""
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    whole: Flags
    """(columns,) True where only whole numbers are allowed."""

    @classmethod
    def of_columns(cls, lower: Floats, upper: Floats, whole: Flags) -> Programme:
        """Return a programme without rows."""
        nothing = np.empty(0)
        matrix = csr_array((0, lower.size), dtype=np.float64)
        return cls(matrix, nothing, nothing, lower, upper, whole)

    def with_rows(self, rows: Sparse, lower: Floats, upper: Floats) -> Programme:
        """Return the programme with further rows below."""
        return replace(
            self,
            matrix=csr_array(vstack([self.matrix, rows], format="csr")),
            row_lower=np.concatenate([self.row_lower, lower]),
            row_upper=np.concatenate([self.row_upper, upper]),
        )

    def with_columns(self, lower: Floats, upper: Floats) -> Programme:
        """Return the programme with further columns, not whole, in no row yet."""
        empty = csr_array((self.matrix.shape[0], lower.size), dtype=np.float64)
        return replace(
            self,
            matrix=csr_array(hstack([self.matrix, empty], format="csr")),
            lower=np.concatenate([self.lower, lower]),
            upper=np.concatenate([self.upper, upper]),
            whole=np.append(self.whole, np.zeros(lower.size, dtype=np.bool_)),
        )

    def at_least(self, worth: Floats, value: float) -> Programme:
        """Return the programme in which a goal must be worth so much."""
        row = csr_array(worth[None, :])
        return self.with_rows(row, np.array([value]), np.array([np.inf]))

    @property
    def contradicts_itself(self) -> bool:
        """Whether some bounds cross: HiGHS is not to be asked then."""
        crossed = (self.lower > self.upper).any() or (self.row_lower > self.row_upper).any()
        return bool(crossed)


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """Something to be as large as possible."""

    worth: Floats
    """(columns,) what one unit of each column is worth."""
    equal: float
    """Values closer than this count as equal."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What the search in the time given has shown."""

    values: Floats | None
    """(columns,) the best point known, None when none is known."""
    bound: float
    """The goal cannot be larger; −inf when there is no point at all."""
    proven: bool
    """True when the point is best, or when it is proven that there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """Goals reached one after the other, each without loss of those before."""

    programme: Programme
    """The programme in which the goals reached are rows."""
    answer: Answer
    """The last answer; its bound is the bound on the last goal that was tried."""
    count: int
    """How many goals are proven."""


def reached_goals(
    programme: Programme, goals: Iterable[Goal], start: Floats | None, *, deadline: float
) -> Reached:
    """Return the point at which the first goal is largest, then the second, and so on.

    It stops at the first goal that is not proven in time; later goals then stay open.
    """
    answer, count = Answer(values=start, bound=np.inf, proven=True), 0
    for goal in goals:
        known = answer.values if count else None
        answer = best_point(programme, goal.worth, answer.values, deadline=deadline)
        if answer.values is None and not answer.proven:
            answer = replace(answer, values=known)
        if not answer.proven or answer.values is None:
            break
        count += 1
        value = float(goal.worth @ answer.values)
        programme = programme.at_least(goal.worth, value - goal.equal)
    return Reached(programme, answer, count)


def best_point(
    programme: Programme, worth: Floats, start: Floats | None, *, deadline: float
) -> Answer:
    """Return the point of the programme that is worth most, as far as the time allows.

    ``start`` is a known point (its whole columns alone are used); ``deadline`` is in monotonic
    seconds, inf for no limit.

    Raises
    ------
    SolverError
        HiGHS gave up for another reason than the time, or its proof does not fit its point.
    """
    if programme.contradicts_itself:
        return Answer(None, -np.inf, proven=True)
    if not programme.matrix.nnz:
        return _without_rows(programme, worth)
    if time.monotonic() >= deadline:
        return Answer(None, np.inf, proven=False)
    answer = _searched(programme, worth, start, deadline=deadline)
    if start is not None and not _proof_fits(answer, worth):
        # HiGHS 1.16 can value a start too highly in its presolved programme, take nothing that is
        # worth less, and hand the start back as best: tests/unit/solvers/test_programme.py.
        answer = _searched(programme, worth, None, deadline=deadline)
    if not _proof_fits(answer, worth):
        raise SolverError(
            f"HiGHS reports {answer.bound} as proven, but its point is not worth that; "
            "the weights may differ too much in size: give them in larger units"
        )
    return answer


def relaxed_prices(
    programme: Programme, worth: Floats, *, deadline: float
) -> tuple[Floats, Floats]:
    """Return a price of each row and a value of each column from the relaxation.

    Both are near the best ones and nothing more: whoever uses the prices proves with any of them,
    and the values only tell where to look. All are 0 when the time was too short.
    """
    solver = _loaded(replace(programme, whole=np.zeros_like(programme.whole)), worth, deadline)
    # A point inside the best face, not one of its corners: its prices tell more columns apart.
    solver.setOptionValue("solver", "ipm")
    solver.setOptionValue("run_crossover", "off")
    solver.run()
    answer = solver.getSolution()
    prices = np.asarray(answer.row_dual, dtype=np.float64)
    values = np.asarray(answer.col_value, dtype=np.float64)
    if prices.size != programme.row_lower.size or values.size != worth.size:
        return np.zeros(programme.row_lower.size), np.zeros(worth.size)
    return np.nan_to_num(prices, posinf=0.0, neginf=0.0), values


def _proof_fits(answer: Answer, worth: Floats) -> bool:
    """Return whether a point that is called best is worth what is called its bound."""
    if not answer.proven or answer.values is None:
        return True
    return abs(float(worth @ answer.values) - answer.bound) <= _FITS * max(1.0, abs(answer.bound))


def _searched(
    programme: Programme, worth: Floats, start: Floats | None, *, deadline: float
) -> Answer:
    solver = _loaded(programme, worth, deadline)
    if start is not None and programme.whole.any():
        at = np.flatnonzero(programme.whole).astype(np.int32)
        solver.setSolution(at.size, at, start[at])
    solver.run()
    return _answer(solver, programme, worth)


def _loaded(programme: Programme, worth: Floats, deadline: float) -> QuietHighs:
    solver = QuietHighs()
    for option, value in _OPTIONS.items():
        solver.setOptionValue(option, value)
    if np.isfinite(deadline):
        solver.setOptionValue("time_limit", max(deadline - time.monotonic(), 0.0))
    if solver.passModel(_model(programme, worth)) == highspy.HighsStatus.kError:
        raise SolverError(f"HiGHS refuses a programme of {programme.lower.size} columns")
    return solver


def _without_rows(programme: Programme, worth: Floats) -> Answer:
    """Return the best point between finite bounds, where no row binds a column."""
    kept = (programme.row_lower <= 0).all() and (programme.row_upper >= 0).all()
    if not kept:
        return Answer(None, -np.inf, proven=True)
    values = np.where(worth > 0, programme.upper, programme.lower)
    return Answer(values, float(worth @ values), proven=True)


def _model(programme: Programme, worth: Floats) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = programme.matrix.shape
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = worth
    model.col_lower_, model.col_upper_ = programme.lower, programme.upper
    model.row_lower_, model.row_upper_ = programme.row_lower, programme.row_upper
    set_matrix(model, programme.matrix)
    if programme.whole.any():
        kinds = highspy.HighsVarType
        model.integrality_ = [
            kinds.kInteger if whole else kinds.kContinuous for whole in programme.whole
        ]
    return model


def _answer(solver: highspy.Highs, programme: Programme, worth: Floats) -> Answer:
    status, states = solver.getModelStatus(), highspy.HighsModelStatus
    if status == states.kInfeasible:
        return Answer(None, -np.inf, proven=True)
    if status not in {states.kOptimal, states.kTimeLimit, states.kInterrupt}:
        raise SolverError(
            f"HiGHS ended with '{solver.modelStatusToString(status)}' on a programme of "
            f"{programme.lower.size} columns; report the problem with its manifest"
        )
    information = solver.getInfo()
    found = information.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.asarray(solver.getSolution().col_value) if found else None
    if values is not None:
        values = np.where(programme.whole, np.rint(values), values)
    proven = status == states.kOptimal
    if programme.whole.any():
        bound = float(information.mip_dual_bound)
    else:
        bound = float(worth @ values) if proven and values is not None else np.inf
    return Answer(values, bound, proven=proven and values is not None)
