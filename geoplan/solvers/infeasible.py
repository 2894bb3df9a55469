"""Why there is no plan: rules that contradict each other, none of which can be spared.

The rules are divided and asked about in halves (Junker 2004, *AAAI* 19, 167-172, QuickXplain): of n
rules, k of which contradict each other, about k log(n / k) questions are asked, and each is the
programme of ``solvers.plain_model`` with fewer rules and no aim. Fixed facilities and the limit are
facts, not rules. What is returned contradicts itself; without any one of its rules there is a plan.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from geoplan.errors import TimeLimitError
from geoplan.model.arrays import Floats, Indices, Ints, freeze_fields
from geoplan.model.placement import PlacementProblem
from geoplan.model.split_placement import RegionRules
from geoplan.solvers.plain_model import Aim, Task, near_pairs, new_candidates, plain_model
from geoplan.solvers.programme import best_point


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """One rule of the user."""

    name: str
    """``everybody`` (must be served), ``new`` (most sites), ``least_new`` (fewest sites),
    ``budget``, ``required``, ``banned``, ``conflict``, ``capacity``, ``floor`` or ``gap``."""
    subject: tuple[int, ...] = ()
    """The candidate, both candidates of a conflict, the region of a floor; else empty."""


@dataclass(frozen=True, slots=True, eq=False)
class Contradiction:
    """Rules that no plan can keep together."""

    rules: tuple[Rule, ...]
    """In the order of ``rules_of``; empty when there is a plan."""
    irreducible: bool
    """True when it is proven that without any one of them there is a plan."""
    unreachable: Indices
    """Points that no candidate can serve, whatever is opened; ascending."""

    def __post_init__(self) -> None:
        freeze_fields(self, "unreachable")


def contradiction(
    problem: PlacementProblem,
    *,
    least_served: float,
    regions: RegionRules,
    time_limit_s: float,
    least_new: int = 0,
) -> Contradiction:
    """Return an irreducible set of rules that contradict each other, empty when there is a plan.

    Parameters
    ----------
    least_served
        1 when everybody must be served (``lscp``, ``p_median``), else 0.
    least_new
        How many new sites must open at least (``p_dispersion``).

    Raises
    ------
    TimeLimitError
        The time was over before it was known whether there is a plan at all.
    SolverError
        HiGHS gave up.
    """
    task = Task(problem, Aim.SERVED, least_served, regions)
    deadline = time.monotonic() + time_limit_s
    search = _Search(task, least_new, deadline)
    rules = ([Rule("least_new")] if least_new else []) + rules_of(task)
    proven = search.contradicts(rules)
    if proven is None:
        raise TimeLimitError(
            "whether the rules contradict each other is not known in time; give more time",
            best=math.nan,
            bound=math.nan,
        )
    found = search.irreducible([], [], rules) if proven else []
    return Contradiction(
        rules=tuple(rule for rule in rules if rule in set(found)),
        irreducible=search.sure,
        unreachable=unreachable_points(problem),
    )


def unreachable_points(problem: PlacementProblem) -> Indices:
    """Return the points that no candidate can serve, ascending, fixed ones and all others open.

    A candidate can serve a point when it is not banned, the point is within the limit, and it has
    places (or the point has no weight). Capacities shared with other points are not looked at.
    """
    pairs = near_pairs(problem)
    usable = np.ones(problem.cost.shape[0], dtype=np.bool_)
    usable[problem.rules.banned] = False
    has_places = (problem.rules.capacity > 0)[pairs.candidate]
    able = usable[pairs.candidate] & (has_places | (problem.weight[pairs.point] == 0))
    lonely = np.ones(problem.weight.size, dtype=np.bool_)
    lonely[pairs.point[able]] = False
    return np.flatnonzero(lonely).astype(np.int32)


def rules_of(task: Task) -> list[Rule]:
    """Return every rule of a task that can forbid something, one by one, in a fixed order."""
    rules, floors = task.problem.rules, task.regions.least_share
    found = [Rule("everybody")] if task.least_served > 0 else []
    found += [Rule("new")]
    found += [Rule("budget")] if np.isfinite(rules.budget) else []
    found += [Rule("required", (int(site),)) for site in np.unique(rules.required)]
    found += [Rule("banned", (int(site),)) for site in np.unique(rules.banned)]
    found += [Rule("conflict", (int(one), int(two))) for one, two in rules.conflicts]
    limited = np.flatnonzero(np.isfinite(rules.capacity))
    found += [Rule("capacity", (int(site),)) for site in limited]
    found += [Rule("floor", (int(region),)) for region in np.flatnonzero(floors > 0)]
    found += [Rule("gap")] if np.isfinite(task.regions.most_gap) else []
    return list(dict.fromkeys(found))


def task_with(task: Task, kept: Sequence[Rule]) -> Task:
    """Return the task that keeps these rules and no others."""
    rules, names = task.problem.rules, {rule.name for rule in kept}
    capacity = np.full(rules.capacity.size, np.inf)
    limited = _subjects(kept, "capacity", 1).ravel()
    capacity[limited] = rules.capacity[limited]
    floors: Floats = np.zeros(task.regions.least_share.size)
    owed = _subjects(kept, "floor", 1).ravel()
    floors[owed] = task.regions.least_share[owed]
    new_rules = replace(
        rules,
        required=_subjects(kept, "required", 1).ravel().astype(np.int32),
        banned=_subjects(kept, "banned", 1).ravel().astype(np.int32),
        conflicts=_subjects(kept, "conflict", 2),
        capacity=capacity,
        budget=rules.budget if "budget" in names else np.inf,
    )
    new = task.problem.new if "new" in names else rules.capacity.size
    return replace(
        task,
        problem=replace(task.problem, rules=new_rules, new=new),
        least_served=task.least_served if "everybody" in names else 0.0,
        regions=RegionRules(floors, task.regions.most_gap if "gap" in names else np.inf),
    )


def _subjects(kept: Sequence[Rule], name: str, width: int) -> Ints:
    subjects = [rule.subject for rule in kept if rule.name == name]
    return np.array(subjects, dtype=np.int64).reshape(len(subjects), width)


class _Search:
    """The questions asked about one task, and whether all of them were answered."""

    def __init__(self, task: Task, least_new: int, deadline: float) -> None:
        self.task, self.least_new = task, least_new
        self.deadline, self.sure = deadline, True

    def contradicts(self, kept: Sequence[Rule]) -> bool | None:
        """Return whether no plan keeps these rules, None when that is not known in time."""
        model = plain_model(task_with(self.task, kept))
        programme = model.programme
        if Rule("least_new") in kept:
            new = model.worth_of_sites(new_candidates(self.task.problem).astype(np.float64))
            programme = programme.at_least(new, float(self.least_new))
        nothing = np.zeros(programme.lower.size)
        answer = best_point(programme, nothing, None, deadline=self.deadline)
        if answer.values is not None:
            return False
        return True if answer.proven else None

    def irreducible(self, kept: list[Rule], added: list[Rule], rules: list[Rule]) -> list[Rule]:
        """Return which of the rules are needed to contradict those kept; together they do.

        ``added`` are those of ``kept`` that are new since the last question. A question that is
        not answered in time counts as "no contradiction yet": more rules are kept than needed.
        """
        if added:
            proven = self.contradicts(kept)
            self.sure = self.sure and proven is not None
            if proven:
                return []
        if len(rules) == 1:
            return rules
        first, second = rules[: len(rules) // 2], rules[len(rules) // 2 :]
        of_second = self.irreducible(kept + first, first, second)
        of_first = self.irreducible(kept + of_second, of_second, first)
        return of_first + of_second
