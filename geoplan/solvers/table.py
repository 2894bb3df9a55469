"""The table of solvers: one row a solver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from geoplan.model.siting import Choice, SitingProblem
from geoplan.solvers.mclp import solve_mclp


class Solver(Protocol):
    """Anything that turns a siting problem into a choice with its bound."""

    def __call__(self, problem: SitingProblem, *, time_limit_s: float) -> Choice:
        """Return the best plan, or the best one known when the time is over."""
        ...


SOLVERS: Mapping[str, Solver] = {"mclp": solve_mclp}
