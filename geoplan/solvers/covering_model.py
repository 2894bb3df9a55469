"""The covering programme as HiGHS takes it: arrays in, a plan and a bound out."""

from __future__ import annotations

import time
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_array, eye_array, hstack, vstack

from geoplan.errors import SolverError
from geoplan.model.arrays import Floats, Indices
from geoplan.solvers.cover import Cover
from geoplan.solvers.highs import QuietHighs, set_matrix

_GAP = 0.5
"""HiGHS may stop at this part of the least step that counts."""

_ROUNDING = 1e-7
"""Sums of weights inside HiGHS differ from sums outside by this part at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What the search in the time given has shown."""

    plan: Indices | None
    """Candidates of the cover, ascending; None when no plan was found."""
    bound: float
    """No plan serves more (or, for the fewest sites, opens fewer)."""
    proven: bool
    """True when the plan is best, or when it is proven that there is none."""


def most_weight(
    cover: Cover, start: Indices | None, *, one_of: Indices | None = None, seconds: float
) -> Answer:
    """Return the plan that serves most; with ``one_of``, one of those candidates must open."""
    sites, rows = cover.serves.shape
    model = _model(cover, np.concatenate([np.zeros(sites), cover.weight]))
    model.row_upper_ = np.append(np.full(rows, np.inf), float(cover.sites))
    if one_of is not None:
        _require_one(model, one_of, cover)
    return _solved(model, cover, start, seconds)


def relaxed_prices(cover: Cover, *, seconds: float) -> Floats | None:
    """Return prices of the rows, 0..weight, from the relaxation; None when time was too short.

    Any such prices prove a bound (``solvers.multipliers``), these a nearly tight one.
    """
    sites, rows = cover.serves.shape
    if seconds <= 0 or not sites:
        return None
    model = _model(cover, np.concatenate([np.zeros(sites), cover.weight]))
    model.row_upper_ = np.append(np.full(rows, np.inf), float(cover.sites))
    model.integrality_ = []
    solver = QuietHighs()
    for option, value in _options(cover, seconds).items():
        solver.setOptionValue(option, value)
    # An interior point without a vertex is at hand much sooner, and any prices will do.
    solver.setOptionValue("solver", "ipm")
    solver.setOptionValue("run_crossover", "off")
    solver.passModel(model)
    solver.run()
    prices = np.asarray(solver.getSolution().row_dual, dtype=np.float64)
    if prices.size != rows + 1 or not np.isfinite(prices).all():
        return None
    return np.clip(-prices[:rows], 0.0, cover.weight)


def _model(cover: Cover, cost: Floats) -> highspy.HighsLp:
    """Return the programme of ``solvers.mclp``: columns y then x, one row a row, then the sum."""
    sites, rows = cover.serves.shape
    linked = hstack([csr_array(cover.serves.T), -eye_array(rows)], format="csr")
    total = csr_array(np.concatenate([np.ones(sites), np.zeros(rows)])[None, :])
    matrix = csr_array(vstack([linked, total], format="csr"))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = sites + rows, rows + 1
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = cost
    model.col_lower_ = np.zeros(sites + rows)
    model.col_upper_ = np.ones(sites + rows)
    model.row_lower_ = np.zeros(rows + 1)
    model.row_upper_ = np.full(rows + 1, np.inf)
    set_matrix(model, matrix)
    kinds = highspy.HighsVarType
    model.integrality_ = [kinds.kInteger] * sites + [kinds.kContinuous] * rows
    return model


def _require_one(model: highspy.HighsLp, one_of: Indices, cover: Cover) -> None:
    start = np.asarray(model.a_matrix_.start_)
    model.num_row_ += 1
    model.row_lower_ = np.append(model.row_lower_, 1.0)
    model.row_upper_ = np.append(model.row_upper_, float(cover.sites))
    model.a_matrix_.num_row_ = model.num_row_
    model.a_matrix_.start_ = np.append(start, start[-1] + one_of.size).astype(np.int32)
    model.a_matrix_.index_ = np.append(model.a_matrix_.index_, one_of).astype(np.int32)
    model.a_matrix_.value_ = np.append(model.a_matrix_.value_, np.ones(one_of.size))


def _solved(model: highspy.HighsLp, cover: Cover, start: Indices | None, seconds: float) -> Answer:
    """Return the answer of a run with one thread and fixed seeds.

    Raises
    ------
    SolverError
        HiGHS gave up, or its proof does not fit its plan.
    """
    if seconds <= 0:
        return Answer(plan=None, bound=np.inf, proven=False)
    deadline = time.monotonic() + seconds
    answer = _searched(model, cover, start, deadline)
    if not _proof_fits(answer, cover):
        # HiGHS 1.16 can value a start too highly in its presolved programme and hand it back as
        # best (held by tests/unit/solvers/test_covering_model.py)
        answer = _searched(model, cover, None, deadline)
    if not _proof_fits(answer, cover):
        raise SolverError(
            f"HiGHS reports {answer.bound} as proven, but its plan is not worth that; the weights "
            "may differ too much in size: give them in larger units"
        )
    return answer


def _proof_fits(answer: Answer, cover: Cover) -> bool:
    """Return whether a plan that is called best is worth what is called its bound."""
    if answer.plan is None or not answer.proven:
        return True
    slack = _GAP * cover.step + _ROUNDING * max(abs(answer.bound), 1.0)
    return abs(cover.value(answer.plan) - answer.bound) <= slack


def _searched(
    model: highspy.HighsLp, cover: Cover, start: Indices | None, deadline: float
) -> Answer:
    solver = QuietHighs()
    for option, value in _options(cover, deadline - time.monotonic()).items():
        solver.setOptionValue(option, value)
    solver.passModel(model)
    if start is not None:
        opened = _columns_of(cover, start)
        solver.setSolution(opened.size, opened, np.ones(opened.size))
    solver.run()
    return _answer(solver, cover)


def _options(cover: Cover, seconds: float) -> dict[str, bool | int | float]:
    return {
        "output_flag": False,
        "threads": 1,
        "random_seed": 0,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": _GAP * cover.step,
        "time_limit": max(seconds, 0.0),
    }


def _columns_of(cover: Cover, plan: Indices) -> Indices:
    rows = np.flatnonzero(cover.served(plan)) + cover.serves.shape[0]
    return np.concatenate([plan, rows]).astype(np.int32)


def _answer(solver: highspy.Highs, cover: Cover) -> Answer:
    status, states = solver.getModelStatus(), highspy.HighsModelStatus
    if status == states.kInfeasible:
        return Answer(plan=None, bound=-np.inf, proven=True)
    if status not in {states.kOptimal, states.kTimeLimit, states.kInterrupt}:
        raise SolverError(
            f"HiGHS ended with '{solver.modelStatusToString(status)}' on a covering problem of "
            f"{cover.serves.shape[0]} candidates; report the problem with its manifest"
        )
    information = solver.getInfo()
    found = information.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.asarray(solver.getSolution().col_value)[: cover.serves.shape[0]]
    return Answer(
        plan=np.flatnonzero(values > 0.5).astype(np.int32) if found else None,
        bound=float(information.mip_dual_bound),
        proven=status == states.kOptimal,
    )
