"""The answer of a run: language-free tables and arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from geoplan.model.arrays import Floats, Geometries, Indices, Ints, Texts
from geoplan.model.changes import Changes
from geoplan.model.demand import Demand
from geoplan.model.facilities import Facilities
from geoplan.model.findings import Finding
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.model.places import Boundaries, StudyArea
from geoplan.model.reported import ReportedFigures
from geoplan.model.siting import Candidates, Headroom, SitingSolution
from geoplan.model.targets import NO_EDITION, Edition, Target


@dataclass(frozen=True, slots=True, eq=False)
class ServiceAreas:
    """Nested polygons that a facility, or all facilities of a service, serve on foot."""

    owner: Texts
    """(n,) facility id, or service id for dissolved areas."""
    minutes: Ints
    """(n,) time limit."""
    geometry: Geometries
    """(n,) valid Polygon or MultiPolygon in the study area's crs."""


@dataclass(frozen=True, slots=True, eq=False)
class PlanInputs:
    """Everything that a run is computed from, all in the study area's metric crs."""

    area: StudyArea
    boundaries: Boundaries
    facilities: Facilities
    demand: Demand
    network: WalkNetwork
    targets: tuple[Target, ...] = ()
    """What the scorecard asks for."""
    figures: ReportedFigures | None = None
    """What the bureau reports, None without a table of it."""
    edition: Edition = NO_EDITION
    """Which state of the data the inputs are."""
    changes: tuple[Changes, ...] = ()
    """What was tried on the inputs of the files, first to last; empty for the files as they are."""
    banned_areas: Geometries = field(default_factory=lambda: np.empty(0, dtype=object))
    """(n,) valid polygons in which, border included, no site may open."""
    linted: tuple[Finding, ...] = ()
    """What the linter found in the files of the inputs; empty when it was not asked."""


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """The choices that a run was made with, printed beside its numbers."""

    project: str
    """Project id."""
    title: str
    """Project name as people read it."""
    title_en: str
    synthetic: bool
    """True when any input was made for demonstration."""
    service: str
    """Main service id."""
    group: str
    """Main group code."""
    profile: str
    """Main walking profile id."""
    speed_m_s: float
    """Speed of the main profile in the weather of the scenario."""
    profiles: tuple[str, ...]
    minutes: tuple[int, ...]
    services: tuple[str, ...]
    scenario: str = ""
    """Weather that slows the walkers, empty for ordinary weather."""
    public: bool = False
    """True when small counts are masked so that the result may be published."""


@dataclass(frozen=True, slots=True, eq=False)
class UnitIndex:
    """Where each demand point lies: by one fixed rule, children always within parents."""

    community: Ints
    """(demand,) row of ``Boundaries``, −1 outside."""
    subdistrict: Ints
    """(demand,) row of ``Boundaries``, −1 outside."""
    district: Ints
    """(demand,) row of ``Boundaries``, −1 outside."""


@dataclass(frozen=True, slots=True, eq=False)
class CheckedRun:
    """What the checks look at: the inputs and how they met the streets."""

    inputs: PlanInputs
    snapped_facilities: SnappedPoints
    snapped_demand: SnappedPoints
    units: UnitIndex
    """Units of the demand points."""
    facility_units: UnitIndex
    street_component: Indices
    """(edges,) component of each street, 0 the longest."""
    people_reached: Ints
    """(facilities,) residents within the longest limit."""
    walk_m: float
    """Length of level path that the walker does in the longest limit, metres."""
    snap_m: float
    """Longest leg to a street, metres."""
    border_points: pd.DataFrame
    """Columns ``model.schema.BORDER_POINTS``."""
    unplaced_figures: pd.DataFrame
    """Rows of ``model.schema.REPORTED`` whose unit is not on the map."""


@dataclass(frozen=True, slots=True, eq=False)
class PlanTables:
    """The tables of a run, in the column order of ``model.schema``."""

    coverage: pd.DataFrame
    roads: pd.DataFrame
    facilities: pd.DataFrame
    gaps: pd.DataFrame
    shortfalls: pd.DataFrame
    near_misses: pd.DataFrame
    recommendations: pd.DataFrame
    site_people: pd.DataFrame
    site_stages: pd.DataFrame
    stage_shares: pd.DataFrame
    walkers: pd.DataFrame
    walking_times: pd.DataFrame
    bundles: pd.DataFrame
    choices: pd.DataFrame
    service_matrix: pd.DataFrame
    certainty: pd.DataFrame
    border_points: pd.DataFrame
    supply: pd.DataFrame
    fairness: pd.DataFrame
    capacity: pd.DataFrame
    links: pd.DataFrame
    establishment: pd.DataFrame
    three_coverages: pd.DataFrame
    facts: pd.DataFrame
    scorecard: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class PlanOutcome:
    """The whole answer of a run."""

    inputs: PlanInputs
    settings: PlanSettings
    snapped_facilities: SnappedPoints
    snapped_demand: SnappedPoints
    units: UnitIndex
    nearest_s: Mapping[tuple[str, str], Floats]
    """(profile, service) → (demand,) seconds to the nearest facility, inf without a way."""
    node_s: Floats
    """(nodes,) seconds to the nearest facility of the main service, main profile; inf beyond."""
    tables: PlanTables
    service_areas: ServiceAreas
    """Per facility, main profile."""
    kind_areas: ServiceAreas
    """Dissolved per service, main profile."""
    gap_of_demand: Ints
    """(demand,) row of ``tables.gaps``, −1 where covered."""
    candidates: Candidates
    solution: SitingSolution
    headroom: Headroom
    findings: tuple[Finding, ...]
    summary: Mapping[str, str | int | float | bool | None]
    """Headline numbers, None for one that is not published."""
