"""What was asked for, beside what is: the three coverages and the scorecard."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from geoplan.domain.indicators import SERVED_PEOPLE, SERVED_SHARES
from geoplan.model.schema import REPORTED
from geoplan.pipeline.ground import Ground
from geoplan.pipeline.measures import rows_of
from geoplan.pipeline.walks import Walks
from geoplan.stages.coverage import coverage_table
from geoplan.stages.establishment import establishment_table
from geoplan.stages.measured import Evidence, measured
from geoplan.stages.scorecard import scorecard
from geoplan.stages.three_coverages import three_coverages_table
from geoplan.stages.time_statistics import walking_times_table
from geoplan.stages.unit_rows import unit_rows


def target_tables(
    ground: Ground, walks: Walks, tables: dict[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Return establishment, the three coverages, all facts and the scorecard.

    Parameters
    ----------
    tables
        Those of coverage and walking times are taken up.
    """
    inputs, settings = ground.inputs, ground.settings
    establishment = establishment_table(inputs.boundaries, inputs.facilities, ground.facility_units)
    levels = unit_rows(inputs.boundaries, ground.units)
    distances = walking_times_table(levels, inputs.demand, walks.distance_m)
    evidence = Evidence(
        inputs=inputs,
        homes=ground.units,
        facility_units=ground.facility_units,
        coverage=tables["coverage"],
        walking_times=pd.concat([tables["walking_times"], distances], ignore_index=True),
        establishment=establishment,
        figures=inputs.figures,
        edition=inputs.edition,
    )
    facts = measured(evidence, settings, inputs.targets)
    return {
        "establishment": establishment,
        "three_coverages": _three(ground, walks, tables["coverage"], establishment),
        "facts": facts,
        "scorecard": scorecard(inputs.targets, facts, inputs.boundaries),
    }


def _three(
    ground: Ground, walks: Walks, coverage: pd.DataFrame, establishment: pd.DataFrame
) -> pd.DataFrame:
    """Return the three coverages at the longest limit.

    Units for every walker and group, places and roads for every walker and the main group; a
    public edition has places and roads as far as its coverage tells them: for the main walker.
    """
    settings, figures = ground.settings, ground.inputs.figures
    longest = coverage[coverage["minutes"] == max(settings.minutes)]
    named = longest["level"].isin(["place", "road"])
    rows = pd.concat([longest[~named], longest[named & (longest["group"] == settings.group)]])
    if not settings.public:
        rows = pd.concat([longest[~named], _named_coverage(ground, walks)])
    reported = pd.DataFrame(columns=list(REPORTED)) if figures is None else figures.table
    indicators = (SERVED_PEOPLE, SERVED_SHARES)
    return three_coverages_table(rows, establishment, reported, indicators)


def _named_coverage(ground: Ground, walks: Walks) -> pd.DataFrame:
    """Return coverage of places and roads for every walker: main group, longest limit."""
    settings, demand = ground.settings, ground.inputs.demand
    groups = tuple(dict.fromkeys(("all", settings.group)))
    people = demand.people[:, [demand.groups.index(group) for group in groups]]
    few = replace(demand, groups=groups, people=people)
    table = coverage_table(rows_of(ground).named, few, walks.nearest_s, [max(settings.minutes)])
    return table[table["group"] == settings.group]
