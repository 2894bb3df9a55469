"""Stage 7: who lacks a facility within reach, where, why, and what to do about it.

``typed_gaps`` reads like the method: evidence of each home, its class, homes joined to gaps, rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoplan.domain.gap_classes import COVERED
from geoplan.model.arrays import Ints
from geoplan.stages.gap_classes import PointClasses, classify
from geoplan.stages.gap_evidence import (
    AgedWalk,
    GapGround,
    GapRule,
    GapWalks,
    NearestWalk,
    Shortfalls,
    asked_services,
    point_evidence,
    quality_doubts,
)
from geoplan.stages.gap_labels import gap_id, gap_labels
from geoplan.stages.gap_rows import (
    LabelledGaps,
    gaps_table,
    near_misses_table,
    walk_of_class,
)
from geoplan.stages.reach import ROUNDING_S

__all__ = [
    "AgedWalk",
    "GapGround",
    "GapRule",
    "GapWalks",
    "NearestWalk",
    "Shortfalls",
    "TypedGaps",
    "asked_services",
    "gap_id",
    "quality_doubts",
    "typed_gaps",
]


@dataclass(frozen=True, slots=True, eq=False)
class TypedGaps:
    """The gaps of a run, and to which of them each home belongs."""

    table: pd.DataFrame
    """One row a gap: first those beyond the limit (H, C, A), then B, D, E, F and G."""
    near_misses: pd.DataFrame
    """One row a gap and place of people at most a minute beyond the limit."""
    classes: PointClasses
    gap_of_demand: Ints
    """(demand,) row of ``table`` of homes beyond the limit, −1 for the others."""
    covered_gap_of_demand: Ints
    """(demand,) row of ``table`` of homes within the limit that lack something else, −1 others."""


def typed_gaps(
    ground: GapGround, walks: GapWalks, *, rule: GapRule, found: Shortfalls
) -> TypedGaps:
    """Return the gaps of the main service and walker with their classes.

    The ``people_all`` of the rows of class A, C and H sum to all people beyond the limit.
    """
    evidence = point_evidence(ground, walks, rule=rule, found=found)
    classes = classify(evidence, limit_s=rule.limit_s)
    node_beyond = walks.node_s > rule.limit_s + ROUNDING_S
    label = gap_labels(ground, walks, classes, found.link_of_home, node_beyond)
    gaps = LabelledGaps(
        ground=ground,
        rule=rule,
        classes=classes,
        label=label,
        link=found.link_of_home,
        walk=walk_of_class(walks, classes),
    )
    return TypedGaps(
        table=gaps_table(gaps),
        near_misses=near_misses_table(gaps),
        classes=classes,
        gap_of_demand=np.where(classes.uncovered, label, -1),
        covered_gap_of_demand=np.where(classes.of(*COVERED), label, -1),
    )
