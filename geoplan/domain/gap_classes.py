"""Classes of gaps: who is left out in which way, and what a planner does about it.

The table is the gap typology of the district's own notes (A to H). ``PRIORITY`` decides the one
primary class of a point for which several hold; the sentences of classes, actions and reasons stand
in the wording files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geoplan.domain.kinds import CARE_SERVICES

AGED_GROUP = "80+"
"""Demand group whose homes may be of class B."""

AGED_PROFILE = "elder80"
"""Walker whose time decides class B."""

NEAR_MISS_S = 60.0
"""Within so many seconds beyond the limit a home is a near miss: a quicker crossing may do."""

QUALITY_REASONS = ("upgrade_planned", "small_area")
"""Why a facility's quality is in doubt, the columns of ``stages.gap_evidence.quality_doubts``."""

ELSEWHERE_REASONS = ("other_subdistrict", "outside_district")
"""Where the facilities stand that a home of class G depends on."""

MISSING_REASONS = tuple(f"missing_{service}" for service in CARE_SERVICES)
"""Care services that are not within the limit, in the order of ``CARE_SERVICES``."""

REMARKS = ("straight_beyond", "near_miss")
"""Reasons that say more about a gap but are never its leading one."""


@dataclass(frozen=True, slots=True)
class GapClass:
    """One way of being left out."""

    letter: str
    """Printed in tables, the key of ``GAP_CLASSES``."""
    id: str
    zh: str
    en: str
    action: str
    """Id of the suggested action, a key of the wording section ``action``."""
    causes: tuple[str, ...]
    """Reasons that put a point into the class; the first is the leading one on a tie."""
    definition_zh: str
    definition_en: str


GAP_CLASSES: Mapping[str, GapClass] = {
    one.letter: one
    for one in (
        GapClass(
            "A",
            "spatial",
            "空间盲区",
            "Spatial gap",
            "site",
            ("beyond_limit", "unreachable"),
            "时限内没有任何一处该类设施，也不属于数据疑点和屏障盲区",
            "No facility of the service within the limit, for no doubtful data and no barrier",
        ),
        GapClass(
            "B",
            "elderly",
            "高龄盲区",
            "Gap of the oldest",
            "outreach",
            ("steps", "pace"),
            "主要步行人群走得到，住在这里的80岁及以上老人走不到",
            "The main walker arrives within the limit, residents aged 80 and over do not",
        ),
        GapClass(
            "C",
            "barrier",
            "屏障盲区",
            "Barrier gap",
            "link",
            ("barrier",),
            "直线距离在步行范围内，被围墙、铁路或水面隔开，补上一处通道即可走到",
            "Near in a straight line, behind a wall, rails or water that one missing link crosses",
        ),
        GapClass(
            "D",
            "service",
            "服务缺项",
            "Service gap",
            "add_service",
            MISSING_REASONS,
            "走得到设施，但入住、活动、就餐、洗浴、维权中有的项目时限内没有",
            "A facility is within the limit, one or more of the five care services are not",
        ),
        GapClass(
            "E",
            "capacity",
            "能力不足",
            "Capacity gap",
            "enlarge",
            ("unmet",),
            "走得到设施，但按容量分配后仍有人没有位置",
            "A facility is within the limit, yet places run out before everybody has one",
        ),
        GapClass(
            "F",
            "quality",
            "品质不足",
            "Quality gap",
            "upgrade",
            QUALITY_REASONS,
            "时限内的设施都待提升改造，或已知面积低于标准",
            "Every facility within the limit awaits its upgrade or is known to be too small",
        ),
        GapClass(
            "G",
            "boundary",
            "边界依赖",
            "Boundary dependence",
            "share",
            ELSEWHERE_REASONS,
            "时限内的设施都在其他镇街或区外",
            "Every facility within the limit stands in another subdistrict or outside the district",
        ),
        GapClass(
            "H",
            "doubtful_data",
            "数据疑点",
            "Doubtful data",
            "fix_data",
            ("no_street", "unreachable", "community_mismatch", "outside_units"),
            "走不到设施，但坐标、街道或所属社区的资料存疑，先核对再建设",
            "Beyond the limit, but position, streets or community are in doubt: check them first",
        ),
    )
}
"""Letter → class, in the order of the letters."""

UNCOVERED = ("H", "C", "A")
"""Classes of points beyond the limit for the main walker; every such point has exactly one."""

COVERED = ("B", "D", "E", "F", "G")
"""Classes of points within the limit that still lack something."""

PRIORITY = (*UNCOVERED, *COVERED)
"""The first class of these that holds is the primary class of a point."""

REASONS: tuple[str, ...] = tuple(
    dict.fromkeys(
        (*(cause for letter in PRIORITY for cause in GAP_CLASSES[letter].causes), *REMARKS)
    )
)
"""Every reason once: causes in the order of ``PRIORITY``, then the remarks."""

LEAST_AREA_M2: Mapping[str, float] = {"care_station": 350.0}
"""Kind → least floor area. GB 50180-2018 appendix C: a day-care centre for older people has 350 to
750 m² (recalled, to be checked against the standard). Not applied unless asked for: most registers
hold stations of one room, and a mark on nearly all of them tells a planner nothing."""
