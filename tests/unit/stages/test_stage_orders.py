"""Orders of least regret against every order, with regrets drawn by lot."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from geoplan.errors import InfeasibleError
from geoplan.model.staging import StageMeans
from geoplan.stages.stage_orders import StagedOrders, least_regret_order

SITES = (2, 3, 5, 7)


def _orders(seed, unspent):
    """Return orders whose regrets are whole numbers, so that worst, total and ties all count."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 5))
    subsets = [sites for size in range(5) for sites in itertools.combinations(SITES, size)]
    regrets = {
        (stage, sites): float(rng.integers(0, 15)) for stage in range(count) for sites in subsets
    }
    means = tuple(
        StageMeans(int(rng.integers(1, 4)), budget=float(rng.integers(2, 8))) for _ in range(count)
    )
    return StagedOrders(
        sites=SITES,
        prices=tuple(rng.integers(0, 4, 4).astype(float).tolist()),
        means=means,
        unspent=unspent,
        regret=lambda stage, built: regrets[stage, built],
    )


def _every_order(orders):
    """Return (regrets, what is built after each stage) of every order that keeps the means."""
    stages = range(len(orders.means))
    price_of = dict(zip(orders.sites, orders.prices, strict=True))
    for at in itertools.product(stages, repeat=len(SITES)):
        when = dict(zip(SITES, at, strict=True))
        built = [tuple(site for site in SITES if when[site] <= stage) for stage in stages]
        opened = [[site for site in SITES if when[site] == stage] for stage in stages]
        left_new, left_money, kept = 0, 0.0, True
        for means, sites in zip(orders.means, opened, strict=True):
            carried = orders.unspent == "carried"
            left_new = means.new + carried * left_new - len(sites)
            left_money = means.budget + carried * left_money - sum(price_of[s] for s in sites)
            kept = kept and left_new >= 0 and left_money >= 0
        if kept:
            yield [orders.regret(stage, built[stage]) for stage in stages], built


@pytest.mark.parametrize("unspent", ["carried", "lost"])
def test_worst_then_total_or_total_alone_is_the_least_of_all_orders(unspent):
    solved, apart = 0, 0
    for seed in range(400):
        orders = _orders(seed, unspent)
        every = list(_every_order(orders))
        if not every:
            with pytest.raises(InfeasibleError):
                least_regret_order(orders, worst_first=True)
            continue
        built = {tuple(sites): regrets for regrets, sites in every}
        worst = built[tuple(least_regret_order(orders, worst_first=True))]
        total = built[tuple(least_regret_order(orders, worst_first=False))]
        assert (max(worst), sum(worst)) == min((max(one), sum(one)) for one, _ in every), seed
        assert sum(total) == min(sum(one) for one, _ in every), seed
        solved += 1
        apart += max(worst) < max(total)
    assert solved >= 80
    assert apart >= 10


def test_of_equal_orders_the_one_that_builds_more_earlier_then_the_first_list():
    orders = StagedOrders(
        sites=SITES,
        prices=(0.0,) * 4,
        means=(StageMeans(3), StageMeans(1)),
        unspent="carried",
        regret=lambda stage, built: 0.0,
    )
    assert least_regret_order(orders, worst_first=True) == [(2, 3, 5), SITES]
