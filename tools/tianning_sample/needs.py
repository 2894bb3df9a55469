"""Made need groups: who lives alone, needs care, receives the allowance, is disabled.

The totals are facts or stated shares (``facts.py``); where the people live is made, from streams of
its own, so that the rest of the sample does not change by a byte.
"""

from __future__ import annotations

import numpy as np

from tools.tianning_sample.apportion import Floats, Integers
from tools.tianning_sample.facts import (
    DISABILITY_ALLOWANCE,
    LOW_INCOME,
    SHARE_ALONE_OF_60,
    SHARE_DISABLED_OF_60,
)
from tools.tianning_sample.frame import random_stream

NEEDS = ("people_alone", "people_disabled", "people_low_income", "people_handicapped")

ALONE_80, DISABLED_80 = 1.8, 5.0
"""Made: how many times likelier at 80 and over than at 60 to 79."""

HANDICAPPED_60 = 4.0
"""Made: how many times likelier a disability is at 60 and over than below."""

SPREAD = {
    "people_alone": 12.0,
    "people_disabled": 12.0,
    "people_low_income": 1.2,
    "people_handicapped": 6.0,
}
"""Made: gamma shape of the factor of each estate; the smaller, the more it clusters."""


def made_needs(
    people: Integers, people_60: Integers, people_80: Integers, place: list[str]
) -> dict[str, Integers]:
    """The people of each need group at every point, shape (rows,), in the order of ``NEEDS``.

    Groups of older people are at most ``people_60``, the others at most ``people``; each sums to
    its total exactly.
    """
    older = int(people_60.sum())
    younger_old = people_60 - people_80
    likely = {
        "people_alone": younger_old + ALONE_80 * people_80,
        "people_disabled": younger_old + DISABLED_80 * people_80,
        "people_low_income": people.astype(np.float64),
        "people_handicapped": (people - people_60) + HANDICAPPED_60 * people_60,
    }
    total = {
        "people_alone": round(older * SHARE_ALONE_OF_60),
        "people_disabled": round(older * SHARE_DISABLED_OF_60),
        "people_low_income": LOW_INCOME,
        "people_handicapped": DISABILITY_ALLOWANCE,
    }
    most = {"people_alone": people_60, "people_disabled": people_60}
    return {
        need: _settled(need, total[need], likely[need], place, most.get(need, people))
        for need in NEEDS
    }


def _settled(need: str, total: int, likely: Floats, place: list[str], most: Integers) -> Integers:
    """The people of one group: more where they are likelier, and more in some estates."""
    rng = random_stream(f"needs {need}")
    names, estate = np.unique(place, return_inverse=True)
    factor = rng.gamma(SPREAD[need], 1 / SPREAD[need], len(names))
    return drawn(total, likely * factor[estate], most, rng)


def drawn(total: int, weights: Floats, most: Integers, rng: np.random.Generator) -> Integers:
    """Whole numbers drawn in proportion to the weights that sum to the total, none above its most.

    Drawn and not apportioned: most points hold less than one person of a small group, and the
    largest remainder would give them all to the largest points.
    """
    able = np.where(weights > 0, most, 0)
    if int(able.sum()) < total:
        raise ValueError(f"the bounds hold {int(able.sum())}, fewer than {total}")
    result = np.zeros(len(weights), dtype=np.int64)
    while (left := total - int(result.sum())) > 0:
        open_weights = np.where(result < able, weights, 0.0)
        more = rng.multinomial(left, open_weights / open_weights.sum())
        result = np.minimum(result + more, able)
    return result
