"""How many people every community has: census totals on made shares."""

from __future__ import annotations

import numpy as np

from tools.tianning_sample.apportion import Floats, Integers, apportioned
from tools.tianning_sample.facts import PEOPLE, RURAL_PEOPLE, Community, subdistricts

SUBDISTRICT_SHARE = {
    "雕庄": 58, "青龙": 118, "茶山": 112, "红梅": 130, "天宁": 72, "兰陵": 84, "郑陆": 36,
}  # fmt: skip
"""Made urban thousands; 茶山 near its published 100 to 120 thousand. 郑陆 without its villages."""

PUBLISHED = {"小东门桥社区": 5_704, "丽华三村社区": 8_629}
"""Published community populations (undated, weak sources), used as they are."""


def is_rural(unit: Community) -> bool:
    """True for the villages of 郑陆镇; villages elsewhere lie in the built-up area."""
    return unit.is_village and unit.subdistrict_code.startswith("320402109")


def community_people(units: list[Community], floor_area: Floats) -> Integers:
    """The people of every community: urban and rural sums equal the census.

    ``floor_area`` is the made housing capacity of the communities, shape (communities,).
    """
    rural = np.array([is_rural(unit) for unit in units])
    short = {unit.code: unit.short_name for unit in subdistricts()}
    weights = np.sqrt(floor_area)
    for code, name in short.items():
        mine = np.array([unit.subdistrict_code == code for unit in units]) & ~rural
        weights[mine] *= SUBDISTRICT_SHARE[name] / weights[mine].sum()
    fixed = np.array([PUBLISHED.get(unit.short_name, 0) for unit in units])
    free = ~rural & (fixed == 0)
    people = fixed.astype(np.int64)
    people[rural] = apportioned(RURAL_PEOPLE, floor_area[rural])
    people[free] = apportioned(PEOPLE - RURAL_PEOPLE - int(fixed.sum()), weights[free])
    return people
