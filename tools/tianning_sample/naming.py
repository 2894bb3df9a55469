"""Names that cannot be taken for real ones: a subdistrict, 示意, a number, 街 or 巷."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import shapely
from shapely import Polygon

from tools.tianning_sample.facts import communities, subdistricts
from tools.tianning_sample.streets import Street

LANE_CLASSES = frozenset({"living_street", "footway", "pedestrian", "track"})


def named(streets: list[Street], community_shapes: list[Polygon]) -> list[Street]:
    """The local streets with made names, numbered within their subdistrict."""
    short = {unit.code: unit.short_name for unit in subdistricts()}
    where = [short[unit.subdistrict_code] for unit in communities()]
    tree = shapely.STRtree(community_shapes)
    counts: Counter[tuple[str, str]] = Counter()
    result: list[Street] = []
    for street in streets:
        found = tree.query(street.line.interpolate(0.5, normalized=True), predicate="intersects")
        place = where[int(found[0])] if len(found) else "界外"
        kind = "巷" if street.highway in LANE_CLASSES else "街"
        counts[place, kind] += 1
        result.append(replace(street, name=f"{place}示意{counts[place, kind]}{kind}"))
    return result
