"""Where a facility may open, what that costs, and which siting models there are.

The costs are geoplan's own placeholders, in 万元 (10,000 yuan): they rank the classes (existing
space before new building) and stand in no published source. A project overrides them by class
(``[siting.cost]``), and a facility by its own column ``cost``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CandidateClass:
    """One way to open a facility."""

    id: str
    """Beginning of the ids of its candidates, and their ``origin``."""
    kinds: tuple[str, ...]
    """Facility kinds whose places belong to it; empty for stations and street corners."""
    cost: float
    """Placeholder for what opening one costs, 万元; an assumption, not a published figure."""


CANDIDATE_CLASSES: dict[str, CandidateClass] = {
    one.id: one
    for one in (
        CandidateClass("room", ("public_room", "community_center"), 10.0),
        CandidateClass("party_center", ("party_center",), 10.0),
        CandidateClass("idle", ("idle_building",), 30.0),
        CandidateClass("upgrade", (), 5.0),
        CandidateClass("street", (), 150.0),
    )
}
"""The classes in the canonical order: existing space before new building."""

SITING_MODELS = ("lscp", "mclp", "backup", "p-median", "p-center", "p-dispersion", "worst-first")
"""Every model that a project file or a command may name."""

LAYERED_MODELS = ("hierarchical", "multi-service")
"""Models that open several levels or services at once; only ``geoplan site`` asks for them."""


@dataclass(frozen=True, slots=True)
class DefaultLevel:
    """A level of care facilities when the project names none: 区–镇街–社区."""

    name: str
    minutes: int
    """Longest walk to the service of the level; 10, 15 and 30 minutes are the nested times of
    the circle's planning practice, to be set by the project where its own differ."""
    kinds: tuple[str, ...]
    """Facility kinds that stand on the level today."""


DEFAULT_LEVELS = (
    DefaultLevel("社区站", 10, ("care_station",)),
    DefaultLevel("镇街中心", 15, ("care_center",)),
    DefaultLevel("区级中心", 30, ()),
)
"""Lowest first."""
