"""Stage 8b: the ranked sites as a table that a planner can read line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.model.arrays import Ints
from geoplan.model.demand import Demand
from geoplan.model.places import Boundaries
from geoplan.model.schema import RECOMMENDATIONS, RECOMMENDATIONS_TAIL, group_column
from geoplan.model.siting import Candidates, SitingSolution
from geoplan.stages.units import locate


@dataclass(frozen=True, slots=True, eq=False)
class Siting:
    """The plan, the candidates that it chose from, and the people whom each site adds."""

    candidates: Candidates
    solution: SitingSolution
    gains: Ints
    """(sites, groups) people whom each site adds after those ranked before it."""
    covered_before: Ints
    """(groups,) people covered by what exists."""
    people: Ints
    """(groups,) all people of the units."""


def recommend(
    inputs: PlanInputs,
    costs: EdgeCosts,
    homes: SnappedPoints,
    covered: Flags,
    rules: SitingRules,
) -> Siting:
    """Return the proven plan for the people inside the units whom nothing covers yet.

    Parameters
    ----------
    covered
        (demand,) True where an existing facility is near enough, and where nobody is counted.
    """
    weight = _weights(inputs, rules)
    candidates = place_candidates(inputs, rules, weight * ~covered)
    points = snap(inputs.network, candidates.xy, limit_m=rules.snap_m)
    graph = search_graph(inputs.network, costs, points)
    reach = walking_times(graph, homes, limit_s=rules.limit_s).seconds
    problem = SitingProblem(
        reach=reach,
        weight=weight,
        covered=covered,
        new=rules.new,
        required=np.empty(0, dtype=np.int32),
        banned=np.empty(0, dtype=np.int32),
    )
    solution = site(problem, rules, labels=(candidates.id, inputs.demand.id))
    ...


def recommendations_table(
    siting: Siting, boundaries: Boundaries, demand: Demand, *, service: str, group: str
) -> pd.DataFrame:
    """Return one row a site, in rank order, with the people it adds by group.

    ``cumulative_share`` is the covered share of the main group once this and all earlier sites
    are open. ``margin`` is the weight that the plan loses when the runner-up takes the site's
    place; ``reason_code`` is ``tie`` when it loses nothing, else ``most_people``.
    """
    candidates, reasons = siting.candidates, siting.solution.reasons
    rows = _chosen_rows(siting)
    units = locate(boundaries, candidates.xy[rows])
    names = np.append(boundaries.name, "")
    lon_lat = reproject_xy(candidates.xy[rows], demand.crs, GEOGRAPHIC).round(6)
    main = demand.groups.index(group)
    covered = siting.covered_before[main] + np.cumsum(siting.gains[:, main])
    table = pd.DataFrame(
        {
            "stage": np.ones(rows.size, dtype=np.int64),
            "rank": np.arange(1, rows.size + 1),
            "site_id": candidates.id[rows],
            "name": candidates.name[rows],
            "subdistrict": names[units.subdistrict],
            "community": names[units.community],
            "lon": lon_lat[:, 0],
            "lat": lon_lat[:, 1],
            "service": service,
            "kind": np.where(candidates.origin[rows] == "upgrade", "upgrade", "new"),
            "cumulative_share": (covered / max(int(siting.people[main]), 1)).round(6),
            "reason_code": ["tie" if why.margin == 0 else "most_people" for why in reasons],
            "runner_up": [_label(candidates, why.runner_up) for why in reasons],
            "margin": [why.margin for why in reasons],
            "origin": candidates.origin[rows],
        }
    )
    gains = [group_column("gain", name) for name in demand.groups]
    table[gains] = siting.gains
    return table.loc[:, [*RECOMMENDATIONS, *gains, *RECOMMENDATIONS_TAIL]]


def _chosen_rows(siting: Siting) -> Ints:
    row_of = {label: row for row, label in enumerate(siting.candidates.id.tolist())}
    return np.array([row_of[name] for name in siting.solution.sites], dtype=np.int64)


def _label(candidates: Candidates, row: int) -> str:
    return str(candidates.id[row]) if row >= 0 else ""
