"""Who is left out, why, and what would help: the gaps of a run and their classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoplan.domain.gap_classes import AGED_GROUP, AGED_PROFILE, UNCOVERED
from geoplan.model.arrays import Ints
from geoplan.model.links import HomesToday, LinkRules, MissingLinks
from geoplan.pipeline.ground import Ground
from geoplan.pipeline.walks import Walks
from geoplan.stages.capacity import CapacityPlan
from geoplan.stages.gap_walks import aged_walk
from geoplan.stages.gaps import (
    GapGround,
    GapRule,
    GapWalks,
    NearestWalk,
    Shortfalls,
    quality_doubts,
    typed_gaps,
)
from geoplan.stages.links_table import links_table
from geoplan.stages.missing_links import missing_links
from geoplan.stages.network import edge_components


@dataclass(frozen=True, slots=True, eq=False)
class FoundGaps:
    """The gaps of the main service and walker, and which of them each home belongs to."""

    gaps: pd.DataFrame
    """Homes beyond the limit, one row a gap (classes A, C, H)."""
    shortfalls: pd.DataFrame
    """Homes within the limit that lack something else, one row a gap (B, D, E, F, G)."""
    near_misses: pd.DataFrame
    gap_of_demand: Ints
    """(demand,) row of ``gaps``, −1 where covered."""


def find_gaps(ground: Ground, walks: Walks, *, link_of_home: Ints, unmet: Ints) -> FoundGaps:
    """Return the gaps with their classes.

    Parameters
    ----------
    link_of_home
        (demand,) row of the missing link that would cover the home, −1 without one.
    unmet
        (demand,) people of the main group whom no place has room for, −1 where it is not known.
    """
    settings = ground.settings
    found = typed_gaps(
        _gap_ground(ground),
        _gap_walks(ground, walks),
        rule=GapRule(
            service=settings.service,
            profile=settings.profile,
            limit_s=ground.limit_s,
            speed_m_s=settings.speed_m_s,
            services=settings.services,
        ),
        found=Shortfalls(
            link_of_home=link_of_home,
            unmet=unmet,
            doubts=quality_doubts(ground.inputs.facilities)[0],
        ),
    )
    beyond = found.table["class"].isin(UNCOVERED)
    return FoundGaps(
        gaps=found.table[beyond].reset_index(drop=True),
        shortfalls=found.table[~beyond].reset_index(drop=True),
        near_misses=found.near_misses,
        gap_of_demand=found.gap_of_demand,
    )


def find_links(ground: Ground, walks: Walks) -> tuple[MissingLinks, pd.DataFrame]:
    """Return the missing links of the main service and walker, chosen for the main group."""
    inputs, settings = ground.inputs, ground.settings
    today_s = walks.nearest_s[settings.profile, settings.service]
    found = missing_links(
        ground.graph,
        (inputs.facilities.giving(settings.service), inputs.facilities.xy),
        HomesToday(
            xy=inputs.demand.xy,
            points=ground.homes,
            people=inputs.demand.of(settings.group),
            seconds=today_s,
        ),
        limit_s=ground.limit_s,
        rules=LinkRules(),
    )
    return found, links_table(found, inputs.demand, inputs.boundaries, today_s)


def unmet_people(plan: CapacityPlan) -> Ints:
    """Return the people of each home without a place, −1 where a facility states no places."""
    unmet: Ints = np.where(plan.unknown > 0, -1, plan.unmet)
    return unmet


def _gap_ground(ground: Ground) -> GapGround:
    return GapGround(
        inputs=ground.inputs,
        homes=ground.homes,
        units=ground.units,
        facility_units=ground.facility_units,
        street_component=edge_components(ground.inputs.network),
    )


def _gap_walks(ground: Ground, walks: Walks) -> GapWalks:
    """Return the walks that the classes are judged by; those of 80+ only where 80+ are counted."""
    settings, inputs = ground.settings, ground.inputs
    known = AGED_GROUP in inputs.demand.groups
    streets = (inputs.network, ground.facilities, ground.homes)
    giving = inputs.facilities.giving(settings.service)
    return GapWalks(
        nearest=NearestWalk(
            walks.nearest_s[settings.profile, settings.service], walks.nearest[settings.service]
        ),
        node_s=walks.node_s[settings.service],
        times=walks.pairs[settings.profile],
        aged=aged_walk(streets, ground.walkers[AGED_PROFILE], giving) if known else None,
    )
