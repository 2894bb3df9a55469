"""Columns of every table that geoplan reads or writes, in their order (``contract.md``)."""

from __future__ import annotations

COVERAGE = (
    "level",
    "code",
    "name",
    "service",
    "profile",
    "minutes",
    "group",
    "people",
    "covered",
    "share",
)
ROADS = (
    "road",
    "subdistrict",
    "service",
    "profile",
    "minutes",
    "length_m",
    "covered_m",
    "share",
)
FACILITIES = (
    "id",
    "name",
    "kind",
    "services",
    "status",
    "subdistrict",
    "community",
    "lon",
    "lat",
    "edge",
    "offset_m",
    "leg_m",
    # then people_<minutes> for every limit, marginal_<longest limit>, flags
)
GAPS = (
    "id",
    "class",
    "subdistrict",
    "community",
    "place",
    "service",
    "profile",
    # then people_<group> for every group of the demand
)
GAPS_TAIL = (
    "nearest_facility",
    "minutes",
    "why",
    "lon",
    "lat",
)
RECOMMENDATIONS = (
    "stage",
    "rank",
    "site_id",
    "name",
    "subdistrict",
    "community",
    "lon",
    "lat",
    "service",
    "kind",
    # then gain_<group> for every group of the demand
)
RECOMMENDATIONS_TAIL = (
    "cumulative_share",
    "reason_code",
    "runner_up",
    "margin",
    "origin",
)
_UNIT = ("level", "code", "name")
WALKING_TIMES = (
    *_UNIT,
    "service",
    "profile",
    "group",
    "people",
    "no_way",
    "mean_min",
    "median_min",
    "p90_min",
    "max_min",
)
BUNDLES = (*_UNIT, "profile", "minutes", "group", "people", "none", "one", "two", "three")
CHOICES = (
    *_UNIT,
    "service",
    "profile",
    "minutes",
    "group",
    "people",
    "none",
    "one",
    "two",
    "more",
)
CERTAINTY = (
    *_UNIT,
    "service",
    "profile",
    "minutes",
    "group",
    "people",
    "certain",
    "likely",
    "only_if",
    "never",
)
ESTABLISHED = (
    "facilities",
    "subdistricts",
    "subdistricts_with",
    "communities",
    "communities_with",
)
THREE_COVERAGES = (
    *_UNIT,
    "service",
    "profile",
    "minutes",
    "group",
    *ESTABLISHED,
    "people",
    "covered",
    "covered_share",
    "served",
    "served_share",
    "served_source",
)
BORDER_POINTS = ("what", "id", "name", "level", "counted_in", "also_touches", "lon", "lat")
WALKERS = ("profile", "zh", "en", "quantity", "value", "unit", "source")
LINKS = (
    "id",
    "kind",
    "barrier",
    "barrier_name",
    "subdistrict",
    "community",
    "length_m",
    "from_lon",
    "from_lat",
    "to_lon",
    "to_lat",
    # then people_<group> for every group of the demand
)
LINKS_TAIL = ("people_per_m", "minutes_before", "minutes_after")


def group_column(prefix: str, group: str) -> str:
    """Return the column of one group: ``people_60`` for prefix ``people`` and group ``60+``."""
    return f"{prefix}_{group.removesuffix('+')}"


GAPS_TYPED = (
    # after GAPS_TAIL
    "action",
    "reasons",
    "link",
    "near_miss_people",
    "missing_services",
)
NEAR_MISSES = (
    "gap",
    "subdistrict",
    "community",
    "place",
    # then people_<group> for every group of the demand
)
NEAR_MISSES_TAIL = (
    "minutes",
    "seconds_over",
)
SUPPLY = (
    "level",
    "code",
    "name",
    "service",
    "profile",
    "minutes",
    "group",
    "method",
    "supply_unit",
    "people",
    "access_per_1000",
)
FAIRNESS = (
    "measure",
    "service",
    "profile",
    "minutes",
    "group",
    "level",
    "code",
    "value",
    "method",
    "supply_unit",
)
CAPACITY = (
    "facility",
    "service",
    "profile",
    "minutes",
    "group",
    "capacity",
    "nearest_people",
    "load",
    "assigned",
    "left",
)
REPORTED = (
    "edition",
    "level",
    "code",
    "indicator",
    "group",
    "value",
    "unit",
    "date",
    "source",
    "made",
)
ESTABLISHMENT = (
    *_UNIT,
    "counted_by",
    "subject",
    "child_level",
    "facilities",
    "units",
    "units_with",
    "share",
    "without",
)
FACTS = (
    "indicator",
    *_UNIT,
    "group",
    "service",
    "profile",
    "minutes",
    "value",
    "unit",
    "part",
    "whole",
    "without",
    "edition",
    "date",
    "origin",
    "source",
    "made",
)
SCORECARD = (
    "target",
    *_UNIT,
    "value",
    "goal",
    "unit",
    "status",
    "missing",
    "deadline",
    "source",
    "indicator",
    "comparison",
    "group",
    "service",
    "profile",
    "minutes",
    "required",
    "missing_unit",
    "missing_codes",
    "missing_names",
    "previous_value",
    "previous_edition",
    "change",
    "reported_value",
    "pace",
    "origin",
    "edition",
    "page",
    "confidence",
    "made",
    "text_zh",
    "text_en",
)
WINNERS = (*_UNIT, "minutes", "group", "people", "before", "after", "gained", "lost")
CHANGED_WALKS = (
    "id",
    "place",
    "subdistrict",
    "minutes_before",
    "minutes_after",
    # then people_<group> for every group of the demand
)
