"""Why there is no plan, by name: the people whom nobody can serve, the rules that cannot all be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from geoplan.errors import InfeasibleError, TimeLimitError
from geoplan.model.siting import Label, SitingLabels, SitingQuestion
from geoplan.solvers.infeasible import Rule, contradiction, unreachable_points
from geoplan.solvers.table import MODELS

NAMED = 10
"""How many people or rules a message names before it counts the others."""


def no_plan(
    question: SitingQuestion, labels: SitingLabels, *, takes: float = np.inf
) -> InfeasibleError:
    """Return the error that says why no plan keeps the rules.

    Points with a weight that no candidate may serve are named first, where everybody must be
    served. Else the rules are searched for an irreducible contradiction: without any one of the
    rules named there is a plan.

    Parameters
    ----------
    takes
        How many sites the smallest plan for everybody takes, where that is known.
    """
    problem = question.problem
    lonely = unreachable_points(problem)
    lonely = lonely[problem.weight[lonely] > 0]
    if MODELS[question.model].serves_all and lonely.size:
        people = [labels.demand[row] for row in lonely]
        weight = float(problem.weight[lonely].sum())
        return InfeasibleError(
            f"no candidate can serve {lonely.size} of {problem.weight.size} demand points "
            f"(weight {weight:g}){_within(problem.limit)}: {_listed(people)}; add candidates near "
            "them, raise the limit, or pass unreachable='leave' to serve all others",
            [str(name) for name in people],
        )
    rules = _contradicting(question)
    if not rules:
        return InfeasibleError(
            f"no plan keeps the rules of model {question.model!r}, and which of them contradict "
            "each other was not found in time; relax a rule or give more time"
        )
    said = {rule: RULES[rule.name](rule, question, labels) for rule in rules}
    needed = (
        f" (the smallest plan takes {takes:g} sites)" if _counts(question, rules, takes) else ""
    )
    return InfeasibleError(
        f"no plan can keep these rules together: {_by_kind(said)}; give up any one of them{needed}",
        rules=list(said.values()),
    )


def _contradicting(question: SitingQuestion) -> tuple[Rule, ...]:
    problem = question.problem
    try:
        found = contradiction(
            problem.of_points(np.flatnonzero(problem.weight > 0)),
            least_served=1.0 if MODELS[question.model].serves_all else 0.0,
            regions=question.regions,
            time_limit_s=max(question.time_limit_s, 10.0),
            least_new=problem.new if question.model == "p-dispersion" else 0,
        )
    except TimeLimitError:
        return ()
    return found.rules


def _counts(question: SitingQuestion, rules: Sequence[Rule], takes: float) -> bool:
    """Return whether the number of sites alone is what stands in the way of set covering."""
    number = {rule.name for rule in rules} <= {"everybody", "new"}
    return question.model == "lscp" and number and np.isfinite(takes)


def _within(limit: float) -> str:
    return f" within the limit {limit:g}" if limit < float("inf") else ""


def _listed(names: list[Label]) -> str:
    """Return the first names and how many more there are."""
    shown = ", ".join(repr(name) for name in names[:NAMED])
    return shown + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


def _by_kind(said: Mapping[Rule, str]) -> str:
    """Return the sentences, of each kind of rule the first and how many more there are."""
    kinds: dict[str, list[str]] = {}
    for rule, sentence in said.items():
        kinds.setdefault(rule.name, []).append(sentence)
    parts = [
        "; ".join(sentences[:NAMED])
        + (f" and {len(sentences) - NAMED} more of this kind" if len(sentences) > NAMED else "")
        for sentences in kinds.values()
    ]
    return "; ".join(parts)


def _candidates(rule: Rule, labels: SitingLabels) -> str:
    return " and ".join(repr(labels.candidate[place]) for place in rule.subject)


def _region(rule: Rule, labels: SitingLabels) -> str:
    number = rule.subject[0]
    return repr(labels.region[number]) if number < len(labels.region) else str(number)


_Sentence = Callable[[Rule, SitingQuestion, SitingLabels], str]

RULES: Mapping[str, _Sentence] = {
    "everybody": lambda _, question, __: (
        "everybody must be served" + _within(question.problem.limit)
    ),
    "new": lambda _, question, __: f"at most {question.problem.new} new sites",
    "least_new": lambda _, question, __: f"at least {question.problem.new} new sites",
    "budget": lambda _, question, __: f"a budget of {question.problem.rules.budget:g}",
    "required": lambda rule, _, labels: f"{_candidates(rule, labels)} must open",
    "banned": lambda rule, _, labels: f"{_candidates(rule, labels)} must stay closed",
    "conflict": lambda rule, _, labels: f"{_candidates(rule, labels)} may not both be open",
    "capacity": lambda rule, question, labels: (
        f"{_candidates(rule, labels)} serves at most "
        f"{question.problem.rules.capacity[rule.subject[0]]:g}"
    ),
    "floor": lambda rule, question, labels: (
        f"region {_region(rule, labels)} must have a share of at least "
        f"{question.regions.least_share[rule.subject[0]]:g}"
    ),
    "gap": lambda _, question, __: (
        f"no two regions may differ by more than {question.regions.most_gap:g}"
    ),
}
"""What each kind of rule says to the user."""
