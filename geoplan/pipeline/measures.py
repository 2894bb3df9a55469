"""The tables of coverage: who is within reach, how far, how certainly, and with what choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoplan.domain.kinds import CARE_SERVICES
from geoplan.domain.standards import STANDARD_DISTANCES
from geoplan.model.arrays import Floats
from geoplan.pipeline.ground import Ground
from geoplan.pipeline.walks import Walks
from geoplan.stages.border_points import NamedPoints, border_points_table
from geoplan.stages.certainty import certainty_table, doubted_costs
from geoplan.stages.choices import bundles_table, choices_table, service_matrix
from geoplan.stages.coverage import coverage_table
from geoplan.stages.reach import nearest_of_homes, search_graph
from geoplan.stages.reached_parts import ReachedParts, reached_parts
from geoplan.stages.roads import road_pieces, roads_table
from geoplan.stages.time_statistics import walking_times_table
from geoplan.stages.unit_rows import Rows, place_rows, road_rows, unit_rows
from geoplan.units import seconds


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """The rows that people are counted in."""

    levels: list[Rows]
    """District, subdistrict, community: as far as the boundaries have them."""
    named: list[Rows]
    """Places and roads: for the main walker alone."""


def people_tables(
    ground: Ground, walks: Walks, rows: Units, *, progress: Callable[[str], None]
) -> dict[str, pd.DataFrame]:
    """Return every table of people and streets within reach, by its name in ``PlanTables``."""
    progress("coverage")
    tables = {"coverage": coverage(ground, walks, rows), "border_points": border_points(ground)}
    progress("walking_times")
    tables["walking_times"] = walking_times_of_people(ground, walks, rows)
    progress("choices")
    tables["bundles"] = bundles(ground, walks, rows)
    tables["choices"] = choices(ground, walks, rows)
    tables["service_matrix"] = matrix(ground, walks, rows)
    progress("certainty")
    tables["certainty"] = certainty(ground, rows)
    progress("roads")
    tables["roads"] = roads(ground, walks.node_s)
    return tables


def rows_of(ground: Ground) -> Units:
    """Return the rows of all levels, of places and of roads."""
    boundaries, units = ground.inputs.boundaries, ground.units
    return Units(
        levels=unit_rows(boundaries, units),
        named=[
            place_rows(boundaries, units, ground.inputs.demand),
            road_rows(boundaries, units, ground.inputs.network, ground.homes),
        ],
    )


def coverage(ground: Ground, walks: Walks, rows: Units) -> pd.DataFrame:
    """Return spatial coverage: all walkers by unit, the main one also by place and road.

    The standard's walk by distance stands beside them, at the minutes that the standard names.
    """
    demand, settings = ground.inputs.demand, ground.settings
    main = _of_profile(walks, settings.profile)
    measured = sorted(STANDARD_DISTANCES)
    return pd.concat(
        [
            coverage_table(rows.levels, demand, walks.nearest_s, settings.minutes),
            coverage_table(
                rows.levels, demand, walks.distance_m, measured, limit_of=_standard_metres
            ),
            coverage_table(rows.named, demand, main, settings.minutes),
        ],
        ignore_index=True,
    )


def walking_times_of_people(ground: Ground, walks: Walks, rows: Units) -> pd.DataFrame:
    """Return mean, median, ninth decile and longest walk: main walker also by place and road."""
    demand = ground.inputs.demand
    main = _of_profile(walks, ground.settings.profile)
    tables = [
        walking_times_table(rows.levels, demand, walks.nearest_s),
        walking_times_table(rows.named, demand, main),
    ]
    return pd.concat(tables, ignore_index=True)


def bundles(ground: Ground, walks: Walks, rows: Units) -> pd.DataFrame:
    """Return who has none, one, two or all three of the bundle: main walker also by place, road."""
    demand, settings = ground.inputs.demand, ground.settings
    main = _of_profile(walks, settings.profile)
    tables = [
        bundles_table(rows.levels, demand, walks.nearest_s, settings.minutes),
        bundles_table(rows.named, demand, main, settings.minutes),
    ]
    return pd.concat(tables, ignore_index=True)


def choices(ground: Ground, walks: Walks, rows: Units) -> pd.DataFrame:
    """Return how many facilities people can choose from, by unit, service, walker and limit."""
    demand, minutes = ground.inputs.demand, ground.settings.minutes
    return choices_table(rows.levels, demand, walks.pairs, ground.giving(), minutes)


def matrix(ground: Ground, walks: Walks, rows: Units) -> pd.DataFrame:
    """Return the five-service matrix of every unit, place and road: main walker, longest limit."""
    profile, group = ground.settings.profile, ground.settings.group
    times = {
        service: walks.nearest_s[profile, service]
        for service in CARE_SERVICES
        if (profile, service) in walks.nearest_s
    }
    everywhere = [*rows.levels, *rows.named]
    return service_matrix(everywhere, ground.inputs.demand, times, group, limit_s=ground.limit_s)


def certainty(ground: Ground, rows: Units) -> pd.DataFrame:
    """Return who is covered certainly, likely, or only if: main walker, all services.

    Places and roads stand at the longest limit alone.
    """
    variants: dict[str, list[Floats]] = {service: [] for service in ground.settings.services}
    for costs in doubted_costs(ground.inputs.network, ground.walker):
        graph = search_graph(ground.inputs.network, costs, ground.facilities)
        for service, gives in ground.giving().items():
            times, _ = nearest_of_homes(graph, ground.homes, gives, limit_s=ground.limit_s)
            variants[service].append(times)
    demand, settings = ground.inputs.demand, ground.settings
    longest = [max(settings.minutes)]
    tables = [
        certainty_table(rows.levels, demand, variants, settings.minutes, profile=settings.profile),
        certainty_table(rows.named, demand, variants, longest, profile=settings.profile),
    ]
    return pd.concat(tables, ignore_index=True)


def roads(ground: Ground, node_s: Mapping[str, Floats]) -> pd.DataFrame:
    """Return the covered length of named roads in subdistricts for the main walker."""
    network, settings = ground.inputs.network, ground.settings
    parts: dict[tuple[str, int], ReachedParts] = {}
    for service, gives in ground.giving().items():
        origins = ground.facilities.take(np.flatnonzero(gives).astype(np.int32))
        for limit in settings.minutes:
            parts[service, limit] = reached_parts(
                network, ground.graph.costs, node_s[service], origins, limit_s=seconds(limit)
            )
    pieces = road_pieces(network, ground.inputs.boundaries)
    return roads_table(network, ground.inputs.boundaries, pieces, parts, profile=settings.profile)


def border_points(ground: Ground) -> pd.DataFrame:
    """Return the homes and facilities on a shared border, with the unit that counts each."""
    demand, facilities = ground.inputs.demand, ground.inputs.facilities
    kinds = [
        NamedPoints("demand", demand.id, demand.place, demand.xy),
        NamedPoints("facility", facilities.id, facilities.name, facilities.xy),
    ]
    return border_points_table(ground.inputs.boundaries, kinds)


def _of_profile(walks: Walks, profile: str) -> dict[tuple[str, str], Floats]:
    return {key: times for key, times in walks.nearest_s.items() if key[0] == profile}


def _standard_metres(minutes: int) -> float:
    return STANDARD_DISTANCES[minutes].metres
