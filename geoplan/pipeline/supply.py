"""Supply and fairness: how much of each service is in reach, how evenly, and who finds no place."""

from __future__ import annotations

import pandas as pd

from geoplan.pipeline.ground import Ground
from geoplan.pipeline.walks import Walks
from geoplan.stages.capacity import CapacityPlan, capacity_plan, capacity_table
from geoplan.stages.fairness import fairness_table
from geoplan.stages.supply import service_access, supply_table
from geoplan.stages.unit_rows import Rows


def supply_tables(ground: Ground, walks: Walks, levels: list[Rows]) -> dict[str, pd.DataFrame]:
    """Return supply in reach and its fairness: all services, walkers, limits and methods.

    The people of the main group compete for the supply.
    """
    inputs, settings = ground.inputs, ground.settings
    people = inputs.demand.of(settings.group)
    scores = list(
        service_access(
            inputs.facilities,
            people,
            walks.pairs,
            services=settings.services,
            minutes=settings.minutes,
        )
    )
    return {
        "supply": supply_table(levels, people, scores, group=settings.group),
        "fairness": fairness_table(
            inputs.boundaries, ground.units, people, scores, group=settings.group
        ),
    }


def capacity_plans(ground: Ground, walks: Walks) -> dict[str, CapacityPlan]:
    """Return who gets a place, by service: main walker, longest limit, main group."""
    inputs, settings = ground.inputs, ground.settings
    return {
        service: capacity_plan(
            walks.pairs[settings.profile],
            inputs.facilities,
            inputs.demand.of(settings.group),
            service=service,
            minutes=max(settings.minutes),
        )
        for service in settings.services
    }


def capacities(ground: Ground, plans: dict[str, CapacityPlan]) -> pd.DataFrame:
    """Return load against capacity and the people assigned, one row a facility and service."""
    settings = ground.settings
    tables = [
        capacity_table(
            ground.inputs.facilities, plan, profile=settings.profile, group=settings.group
        )
        for plan in plans.values()
    ]
    return pd.concat(tables, ignore_index=True)
