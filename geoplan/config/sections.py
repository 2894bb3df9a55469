"""The sections of the project file but ``[siting]``, one class each; unknown keys are errors."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from geoplan.domain.kinds import KINDS, SERVICES
from geoplan.domain.profiles import DEFAULT_PROFILE, PROFILES, QUANTITIES, Profile

Tags = dict[str, str | list[str] | bool]
"""OpenStreetMap tags: a value, several values, or true for any value."""


class Settings(BaseModel):
    """Base of every section: frozen, unknown keys refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False
    )


class ProjectSection(Settings):
    """Who and what the project is."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$")]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    name_en: str = ""
    lang: Literal["zh", "en"] = "zh"
    synthetic: bool = False


class AreaSection(Settings):
    """Where people are counted."""

    boundaries: str | None = None
    boundaries_osm: bool = False
    grid_m: Annotated[float, Field(ge=100, le=20_000)] | None = None
    crs: str | None = None
    metric_crs: str | None = None
    halo_m: Annotated[float, Field(ge=0, le=20_000)] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> AreaSection:
        chosen = [self.boundaries is not None, self.boundaries_osm, self.grid_m is not None]
        if sum(chosen) == 0:
            raise ValueError("name boundaries = FILE, or boundaries_osm = true, or grid_m")
        if self.boundaries is not None and sum(chosen) > 1:
            raise ValueError("boundaries = FILE excludes boundaries_osm and grid_m")
        return self


class NetworkSection(Settings):
    """Where the streets come from."""

    path: str
    barriers: str | None = None
    snap_m: Annotated[float, Field(gt=0, le=2_000)] = 250.0
    date: str = ""


class OsmFacilities(Settings):
    """Facilities of one kind by OpenStreetMap tags."""

    kind: str
    tags: Tags

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in KINDS:
            raise ValueError(f"unknown kind {kind!r}; known kinds: {', '.join(KINDS)}")
        return kind


class FacilitiesSection(Settings):
    """Where the facilities come from: a table, or tags in the network's OSM file."""

    path: str | None = None
    crs: str | None = None
    osm: tuple[OsmFacilities, ...] = ()

    @model_validator(mode="after")
    def _one_source(self) -> FacilitiesSection:
        if (self.path is None) == (not self.osm):
            raise ValueError("name either path = FILE or [[facilities.osm]] tags")
        return self


class BuildingDemand(Settings):
    """Demand from building footprints times levels, scaled to a stated total."""

    total_people: Annotated[int, Field(gt=0)]
    total_source: Annotated[str, Field(min_length=3)]
    tags: Tags = {"building": True}
    exclude: Tags = {}
    default_levels: Annotated[float, Field(gt=0, le=100)] = 1.0
    groups: dict[str, Annotated[float, Field(ge=0, le=1)]] = {}


class DemandSection(Settings):
    """Where the people come from: a table, or the buildings of the OSM file."""

    path: str | None = None
    crs: str | None = None
    buildings: BuildingDemand | None = None

    @model_validator(mode="after")
    def _one_source(self) -> DemandSection:
        if (self.path is None) == (self.buildings is None):
            raise ValueError("name either path = FILE or [demand.buildings]")
        return self


class CustomProfile(Settings):
    """A walker of the project's own: the base with every number and rule that is written.

    The fields are those of ``domain.profiles.Profile``, which also knows their ranges.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
    base: str = DEFAULT_PROFILE
    zh: str = ""
    en: str = ""
    speed_m_s: float | None = None
    uses_steps: bool | None = None
    steps_penalty_s: float | None = None
    uses_overpasses: bool | None = None
    overpass_penalty_s: float | None = None
    max_grade: float | None = None
    uses_wheelchair_no: bool | None = None
    max_kerb_m: float | None = None
    rough_ground_factor: float | None = None
    soft_ground_factor: float | None = None
    uses_soft_ground: bool | None = None
    uses_very_rough_ground: bool | None = None
    signal_wait_s: float | None = None
    zebra_wait_s: float | None = None
    uncontrolled_wait_s: float | None = None
    slope: bool | None = None
    scenario: str | None = None
    source: Annotated[str, Field(min_length=3)]

    def walker(self, base: Profile) -> Profile:
        """Return the walker; what is written carries this project's source.

        Raises
        ------
        ValueError
            A number is out of its range, or the scenario is not known.
        """
        written = self.model_dump(include=set(QUANTITIES), exclude_none=True)
        return replace(
            base,
            id=self.id,
            zh=self.zh or self.en or self.id,
            en=self.en or self.zh or self.id,
            sources={**base.sources, **dict.fromkeys(written, self.source)},
            **written,
        )


class WalkSection(Settings):
    """Who walks, and how long."""

    profile: str = DEFAULT_PROFILE
    profiles: tuple[str, ...] = tuple(PROFILES)
    minutes: tuple[Annotated[int, Field(ge=1, le=60)], ...] = (5, 10, 15)
    slope: bool = False
    scenario: Literal["", "rain", "heat", "snow"] = ""
    custom: tuple[CustomProfile, ...] = ()

    @field_validator("minutes")
    @classmethod
    def _ascending(cls, minutes: tuple[int, ...]) -> tuple[int, ...]:
        if not minutes or list(minutes) != sorted(set(minutes)):
            raise ValueError("minutes must rise and not repeat, such as [5, 10, 15]")
        return minutes


class CoverageSection(Settings):
    """What is counted."""

    service: str = "elderly_care"
    services: tuple[str, ...] = ()
    group: str = "60+"

    @field_validator("service")
    @classmethod
    def _known_one(cls, service: str) -> str:
        return cls._known((service,))[0]

    @field_validator("services")
    @classmethod
    def _known(cls, services: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [service for service in services if service not in SERVICES]
        if unknown:
            raise ValueError(f"unknown services {unknown}; known: {', '.join(SERVICES)}")
        return services


class ReportedSection(Settings):
    """Figures that the bureau reports, one table of all editions."""

    path: str | None = None


class ScorecardSection(Settings):
    """What the project is held against, and which state of the data it is."""

    targets: tuple[str, ...] = ()
    edition: Annotated[str, Field(max_length=20)] = ""
    date: Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
