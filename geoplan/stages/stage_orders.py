"""In which order a plan is best built, stage by stage: every order weighed, by subsets."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from geoplan.errors import ConfigError, InfeasibleError
from geoplan.model.staging import StageMeans
from geoplan.stages.asked_plans import within_budget

Sites: TypeAlias = tuple[int, ...]
Unspent: TypeAlias = Literal["carried", "lost"]
_Way: TypeAlias = tuple[float, tuple[tuple[int, Sites], ...]]
"""The regret up to a stage, and minus the number and the list of what each stage opened."""

MOST_SITES = 10
"""Plans of more sites have too many subsets to weigh (2^10 values, 3^10 steps a stage)."""


@dataclass(frozen=True, slots=True)
class StagedOrders:
    """The sites of a plan, what each stage may open and spend, and what a stage is judged by."""

    sites: Sites
    """Ascending."""
    prices: tuple[float, ...]
    """One a site."""
    means: tuple[StageMeans, ...]
    """One a stage."""
    unspent: Unspent
    """``carried`` to the next stage, or ``lost``."""
    regret: Callable[[int, Sites], float]
    """Regret of a stage (counted from 0) after which exactly these sites are built."""

    def price(self, sites: Sites) -> float:
        """Return what the sites cost together."""
        price_of = dict(zip(self.sites, self.prices, strict=True))
        return math.fsum(price_of[site] for site in sites)

    def allows(self, stage: int, opened: Sites, built: Sites) -> bool:
        """Return whether the stage may open these sites when those are built after it."""
        carried = self.unspent == "carried"
        paid = self.means[: stage + 1] if carried else self.means[stage : stage + 1]
        counted = built if carried else opened
        budget = math.fsum(means.budget for means in paid)
        enough = len(counted) <= sum(means.new for means in paid)
        return enough and within_budget(self.price(counted), budget)


def least_regret_order(orders: StagedOrders, *, worst_first: bool) -> list[Sites]:
    """Return what is built after each stage in the order of least regret, the last being all.

    Dynamic programming over subsets is exact for the total and for the worst regret, but not for
    one after the other in one pass: so the least worst regret is found first, and then the least
    total among the orders in which no stage passes it.

    Raises
    ------
    ConfigError
        The plan has more than ``MOST_SITES`` sites.
    InfeasibleError
        No order keeps the means of every stage.
    """
    if len(orders.sites) > MOST_SITES:
        raise ConfigError(
            f"the plan has {len(orders.sites)} sites; orders are searched for at most "
            f"{MOST_SITES}: take the order 'early', or fewer sites"
        )
    regret = cache(orders.regret)
    most = math.inf
    if worst_first:
        most = _best_way(orders, regret, max, most=math.inf)[0]
    _, steps = _best_way(orders, regret, operator.add, most=most + 1e-9 * abs(most))
    opened = itertools.accumulate((sites for _, sites in steps), operator.add)
    return [tuple(sorted(sites)) for sites in opened]


def _best_way(
    orders: StagedOrders,
    regret: Callable[[int, Sites], float],
    joined: Callable[[float, float], float],
    *,
    most: float,
) -> _Way:
    """Return the way to the whole plan with the least joined regret, no stage above ``most``."""
    ways: dict[Sites, _Way] = {(): (0.0, ())}
    for stage in range(len(orders.means)):
        reached: dict[Sites, _Way] = {}
        for before, (so_far, steps) in ways.items():
            for opened in _additions(orders, before, last=stage == len(orders.means) - 1):
                built = tuple(sorted((*before, *opened)))
                if not orders.allows(stage, opened, built) or regret(stage, built) > most:
                    continue
                way = joined(so_far, regret(stage, built)), (*steps, (-len(opened), opened))
                reached[built] = min(way, reached.get(built, way))
        ways = reached
    if orders.sites not in ways:
        raise InfeasibleError(
            "the best plan for all means cannot be divided into these stages; let what is left "
            "be carried over, or take the order 'early'"
        )
    return ways[orders.sites]


def _additions(orders: StagedOrders, before: Sites, *, last: bool) -> Iterator[Sites]:
    """Yield what a stage could open; the last one opens all that is left."""
    left = tuple(site for site in orders.sites if site not in before)
    if last:
        yield left
        return
    for size in range(len(left) + 1):
        yield from itertools.combinations(left, size)
