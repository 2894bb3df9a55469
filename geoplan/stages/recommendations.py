"""Stage 8b: the ranked sites as a table that a planner can read line by line."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, vstack

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.errors import ConfigError
from geoplan.model.arrays import Flags, Floats, Ints
from geoplan.model.demand import Demand
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.model.placement import PlacementProblem, PlacementRules
from geoplan.model.places import Boundaries
from geoplan.model.reach import EdgeCosts
from geoplan.model.results import PlanInputs
from geoplan.model.schema import RECOMMENDATIONS, RECOMMENDATIONS_TAIL, group_column
from geoplan.model.siting import (
    Candidates,
    SitingLabels,
    SitingQuestion,
    SitingRules,
    SitingSolution,
)
from geoplan.stages.candidates import place_candidates
from geoplan.stages.plan_reasons import gains_by_group
from geoplan.stages.reach import search_graph, walking_times
from geoplan.stages.siting import site
from geoplan.stages.snapping import snap
from geoplan.stages.units import locate

EXISTING = "existing"
"""Label of what gives the service already: one row for all facilities, the nearest of each home."""


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
    served: tuple[Flags, Flags],
    rules: SitingRules,
) -> Siting:
    """Return the proven plan for the people of the units whom nothing covers yet.

    Parameters
    ----------
    served
        Which demand points an existing facility covers, and which lie in the units at all.

    Raises
    ------
    ConfigError
        The rules ask for something that the plan cannot keep yet.
    """
    _refuse_unkept(rules)
    covered, counted = served
    weight = np.where(counted, _weights(inputs.demand, rules), 0.0)
    open_weight = np.where(covered, 0.0, weight)
    reach_m = rules.limit_s * costs.leg_speed_m_s
    candidates = place_candidates(inputs, rules, open_weight, reach_m=reach_m)
    points = snap(inputs.network, candidates.xy, limit_m=rules.snap_m)
    graph = search_graph(inputs.network, costs, points)
    candidates = _named_by_street(candidates, points, inputs.network)
    reach = walking_times(graph, homes, limit_s=rules.limit_s).seconds
    rooms = PlacementRules.free(candidates.id.size + 1)
    existing = csr_array(np.where(covered, rules.limit_s, 0.0)[None, :])
    problem = PlacementProblem(
        cost=csr_array(vstack([reach, existing], format="csr")),
        weight=weight,
        new=rules.new,
        rules=replace(rooms, fixed=np.array([candidates.id.size], dtype=np.int32)),
    )
    labels = SitingLabels((*candidates.id.tolist(), EXISTING), tuple(inputs.demand.id.tolist()))
    question = SitingQuestion(problem, rules.model, rules.time_limit_s)
    solution = site(question, labels)
    people = inputs.demand.people * counted[:, None]
    order = _chosen_rows(candidates, solution)
    return Siting(
        candidates=candidates,
        solution=solution,
        gains=gains_by_group(reach, order.astype(np.int32), covered, people),
        covered_before=people[covered].sum(axis=0),
        people=people.sum(axis=0),
    )


def _refuse_unkept(rules: SitingRules) -> None:
    """Refuse what would be read and then not kept: a plan never passes over a rule in silence."""
    asked = {
        "required": bool(rules.required),
        "banned": bool(rules.banned),
        "budget": np.isfinite(rules.budget),
        "min_spacing_m": rules.min_spacing_m > 0,
        "capacity": bool(rules.capacity),
        "floor": rules.floor > 0,
        "floors": bool(rules.floors),
        "max_gap": np.isfinite(rules.most_gap),
        "stages": bool(rules.stages),
    }
    unkept = [key for key, present in asked.items() if present]
    if unkept:
        raise ConfigError(
            f"siting.{unkept[0]}: the plan cannot keep this rule yet; leave it out of geoplan.toml"
        )


def _named_by_street(
    candidates: Candidates, points: SnappedPoints, network: WalkNetwork
) -> Candidates:
    """Return the candidates; one without a name takes that of its nearest named street."""
    name = network.streets.names.take(points.edge).texts()
    owner = points.owner()[name != ""]
    first = np.unique(owner, return_index=True)
    names = candidates.name.astype(object)
    streets = name[name != ""][first[1]]
    unnamed = names[first[0]] == ""
    names[first[0][unnamed]] = streets[unnamed]
    return replace(candidates, name=names.astype(np.str_))


def _weights(demand: Demand, rules: SitingRules) -> Floats:
    """Return the weight of each point: people times the weight of each of their groups."""
    weights = [demand.of(group) * weight for group, weight in rules.weights.items()]
    total: Floats = np.sum(weights, axis=0, dtype=np.float64)
    return total


def recommendations_table(
    siting: Siting, boundaries: Boundaries, demand: Demand, *, service: str, group: str
) -> pd.DataFrame:
    """Return one row a site, in rank order, with the people it adds by group.

    ``cumulative_share`` is the covered share of the main group once this and all earlier sites
    are open. ``margin`` is the weight that the plan loses when the runner-up takes the site's
    place; ``reason_code`` is ``tie`` when it loses nothing, else ``most_people``.
    """
    candidates, reasons = siting.candidates, siting.solution.reasons
    rows = _chosen_rows(candidates, siting.solution)
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
            "runner_up": [str(why.runner_up or "") for why in reasons],
            "margin": [why.margin for why in reasons],
            "origin": candidates.origin[rows],
        }
    )
    gains = [group_column("gain", name) for name in demand.groups]
    table[gains] = siting.gains
    return table.loc[:, [*RECOMMENDATIONS, *gains, *RECOMMENDATIONS_TAIL]]


def _chosen_rows(candidates: Candidates, solution: SitingSolution) -> Ints:
    """Return the candidates of the plan in rank order."""
    row_of = {label: row for row, label in enumerate(candidates.id.tolist())}
    return np.array([row_of[str(name)] for name in solution.sites], dtype=np.int64)
