"""One engine at one siting problem in a process of its own.

    python siting_engines.py ENGINE PROBLEM.npz ANSWER.json LIMIT_S

Each engine gets the costs, before the clock, in the form that it reads: pairs for geoplan, a full
table with inf for spopt. "Build" is the engine's own problem out of that, "solve" the call that
gives the plan; for the maximal cover of geoplan that is ``geoplan.site``, which joins labels and
gives reasons besides. The answer file is written after building, and again after solving.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))  # geoplan may be read from the source tree

import numpy as np  # noqa: E402
from siting_problems import Problem  # noqa: E402


@dataclass(frozen=True)
class Solved:
    """What an engine says, and how long it took; None is what it does not say."""

    build_s: float
    solve_s: float | None = None
    status: str = "no plan"
    sites: tuple[int, ...] | None = None
    objective: float | None = None
    bound: float | None = None
    first: bool | None = None
    """Whether the plan is proven to be the first of the best ones; rivals know no order."""
    processor_s: float | None = None
    """Processor time of building and solving, that of a solver's own process included."""


Engine = Callable[[Problem, float], tuple[Callable[[], Any], Callable[[Any], Solved]]]
"""From a problem and a time limit in seconds: how to build, and how to solve what was built."""


def geoplan_engine(problem: Problem, limit_s: float) -> Any:
    """Return geoplan's own ways."""
    return (_by_labels if problem.model == "mclp" else _by_arrays)(problem, limit_s)


def _by_labels(problem: Problem, limit_s: float) -> Any:
    import pandas as pd

    import geoplan

    pairs = problem.cost.tocoo()
    cost = pd.DataFrame({"demand": pairs.col, "candidate": pairs.row, "cost": pairs.data})
    people = pd.Series(problem.weight)
    site = geoplan.site  # imported before the clock

    def solve(_: None) -> Solved:
        begun = time.perf_counter()
        plan = site(
            cost,
            people,
            model="mclp",
            new=problem.new,
            limit=problem.limit,
            time_limit_s=limit_s,
        )
        took = time.perf_counter() - begun
        return _said(took, plan, tuple(plan.sites))

    return (lambda: None), solve


def _by_arrays(problem: Problem, limit_s: float) -> Any:
    from geoplan.model.placement import PlacementProblem, PlacementRules
    from geoplan.solvers.lscp import solve_lscp
    from geoplan.solvers.p_center import solve_p_center
    from geoplan.solvers.p_median import solve_p_median

    solver = {"lscp": solve_lscp, "p_median": solve_p_median, "p_center": solve_p_center}

    def build() -> PlacementProblem:
        rules = PlacementRules.free(problem.cost.shape[0])
        return PlacementProblem(problem.cost, problem.weight, problem.new, rules, problem.limit)

    def solve(built: PlacementProblem) -> Solved:
        begun = time.perf_counter()
        plan = solver[problem.model](built, time_limit_s=limit_s)
        took = time.perf_counter() - begun
        return _said(took, plan, tuple(plan.sites.tolist()))

    return build, solve


def _said(took_s: float, plan: Any, sites: tuple[int, ...]) -> Solved:
    return Solved(0.0, took_s, plan.status, sites, plan.objective, plan.bound, bool(plan.canonical))


def spopt_engine(solver: str) -> Engine:
    """Return spopt with one of PuLP's solvers: one thread, gap 0, like geoplan."""

    def engine(problem: Problem, limit_s: float) -> Any:
        import pulp

        warnings.filterwarnings("ignore", message=".*PuLP 4.0", category=DeprecationWarning)
        classes = {"cbc": pulp.PULP_CBC_CMD, "highs": pulp.HiGHS}
        settings = {"msg": False, "timeLimit": limit_s, "gapRel": 0.0, "threads": 1}
        return _model_of(problem), lambda model: _asked(model, classes[solver](**settings))

    return engine


def _model_of(problem: Problem) -> Callable[[], Any]:
    from spopt.locate import LSCP, MCLP, PCenter, PMedian

    pairs = problem.cost.tocoo()
    cost = np.full(problem.cost.shape[::-1], np.inf)
    cost[pairs.col, pairs.row] = pairs.data
    weight, limit, new = problem.weight, problem.limit, problem.new
    return {
        "lscp": lambda: LSCP.from_cost_matrix(cost, limit),
        "mclp": lambda: MCLP.from_cost_matrix(cost, weight, limit, new),
        "p_median": lambda: PMedian.from_cost_matrix(cost, weight, new),
        "p_center": lambda: PCenter.from_cost_matrix(cost, new),
    }[problem.model]


def _asked(model: Any, solver: Any) -> Solved:
    """Return spopt's plan; its status says optimal for any plan, PuLP's ``sol_status`` does not."""
    import pulp

    begun = time.perf_counter()
    try:
        model.solve(solver)
    except RuntimeError:
        return Solved(0.0, time.perf_counter() - begun)
    took = time.perf_counter() - begun
    proven = model.problem.sol_status == pulp.LpSolutionOptimal
    sites = tuple(at for at, store in enumerate(model.fac_vars) if store.value() > 0.5)
    status = "optimal" if proven else "time_limit"
    return Solved(0.0, took, status, sites, float(model.problem.objective.value()))


ENGINES: dict[str, Engine] = {
    "geoplan": geoplan_engine,
    "spopt-cbc": spopt_engine("cbc"),
    "spopt-highs": spopt_engine("highs"),
}
LABELS = {"geoplan": "geoplan", "spopt-cbc": "spopt + CBC", "spopt-highs": "spopt + HiGHS"}


def main(engine: str, problem_file: Path, answer_file: Path, limit_s: float) -> None:
    """Build and solve; leave in the answer file how far it came."""
    build, solve = ENGINES[engine](Problem.load(problem_file), limit_s)
    worked_s, begun = _processor_s(), time.perf_counter()
    built = build()
    solved = Solved(time.perf_counter() - begun)
    answer_file.write_text(json.dumps(asdict(solved)))
    solved = replace(solve(built), build_s=solved.build_s)
    solved = replace(solved, processor_s=_processor_s() - worked_s)
    answer_file.write_text(json.dumps(asdict(solved)))


def _processor_s() -> float:
    started = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + started.ru_utime + started.ru_stime


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4]))
