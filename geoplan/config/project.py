"""The project file ``geoplan.toml`` as frozen settings.

Paths are kept as written; ``jobs`` resolves them against the project folder.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import ValidationError, model_validator

from geoplan.config.checking import CheckSection
from geoplan.config.sections import (
    AreaSection,
    CoverageSection,
    DemandSection,
    FacilitiesSection,
    NetworkSection,
    ProjectSection,
    ReportedSection,
    ScorecardSection,
    Settings,
    WalkSection,
)
from geoplan.config.siting import SitingSection
from geoplan.domain.profiles import PROFILES, Profile
from geoplan.errors import ConfigError
from geoplan.model.siting import SitingRules
from geoplan.units import seconds


class ProjectFile(Settings):
    """The whole project file."""

    project: ProjectSection
    area: AreaSection
    network: NetworkSection
    facilities: FacilitiesSection
    demand: DemandSection
    walk: WalkSection = WalkSection()
    coverage: CoverageSection = CoverageSection()
    siting: SitingSection = SitingSection()
    reported: ReportedSection = ReportedSection()
    scorecard: ScorecardSection = ScorecardSection()
    check: CheckSection = CheckSection()

    @model_validator(mode="after")
    def _profiles_known(self) -> ProjectFile:
        known = self.walkers()
        wanted = (self.walk.profile, *self.walk.profiles)
        unknown = sorted(set(wanted) - set(known))
        if unknown:
            raise ValueError(f"unknown walking profiles {unknown}; known: {', '.join(known)}")
        return self

    @model_validator(mode="after")
    def _sites_are_sought_beyond_the_limit(self) -> ProjectFile:
        reach, limit = self.siting.reach_minutes, max(self.walk.minutes)
        if reach < limit:
            raise ValueError(
                f"siting.reach_minutes is {reach}, less than the longest of walk.minutes, "
                f"{limit}; raise it"
            )
        return self

    def with_siting(self, wishes: Mapping[str, Any]) -> ProjectFile:
        """Return the settings with other wishes for siting; None leaves the project's own.

        Parameters
        ----------
        wishes
            Keys of ``[siting]``. A number of sites takes the place of the project's stages, and
            stages that of its number; ``required`` and ``banned`` come to its own. Set covering
            that is wished for here is not limited by the project's number.

        Raises
        ------
        ConfigError
            A wish is impossible, or two of them contradict each other.
        """
        values = self.model_dump()
        own, asked = values["siting"], {key: one for key, one in wishes.items() if one is not None}
        if "new" in asked:
            own["stages"] = ()
        if "stages" in asked or (asked.get("model") == "lscp" and "new" not in asked):
            own["new"] = None
            own["stages"] = ()
        for key in ("required", "banned"):
            asked[key] = tuple(dict.fromkeys((*own[key], *asked.get(key, ()))))
        values["siting"] = own | asked
        return _validated(values, where="siting")

    def siting_rules(self) -> SitingRules:
        """Return what the siting stage needs to know; people of the main group weigh 1 each."""
        return self.siting.rules(
            service=self.coverage.service,
            group=self.coverage.group,
            limit_s=seconds(max(self.walk.minutes)),
            snap_m=self.network.snap_m,
        )

    def walkers(self) -> dict[str, Profile]:
        """Return every profile that the project may name, built-in and custom, by id.

        The project's slope switch and scenario are on for all of them.
        """
        walkers = dict(PROFILES)
        for custom in self.walk.custom:
            where = f"walk.custom {custom.id!r}"
            if custom.id in walkers:
                raise ValueError(f"{where}: there is a walker of this id; choose another")
            if custom.base not in walkers:
                raise ValueError(
                    f"{where}: unknown base {custom.base!r}; known: {', '.join(walkers)}"
                )
            try:
                walkers[custom.id] = custom.walker(walkers[custom.base])
            except ValueError as error:
                raise ValueError(f"{where}: {error}") from error
        slope, scenario = self.walk.slope, self.walk.scenario
        return {name: one.under(slope=slope, scenario=scenario) for name, one in walkers.items()}


def parse_project(text: str, *, where: str) -> ProjectFile:
    """Return the settings in the text of a project file.

    Raises
    ------
    ConfigError
        The text is not TOML, a key is unknown or a value impossible; the message names the
        file, the key and the mend.
    """
    try:
        values: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{where}: not a TOML file ({error}); correct the place that it names"
        ) from error
    return _validated(values, where=where)


def _validated(values: dict[str, Any], *, where: str) -> ProjectFile:
    try:
        return ProjectFile.model_validate(values)
    except ValidationError as error:
        raise ConfigError(f"{where}: {_first_fault(error)}") from error


def _first_fault(error: ValidationError) -> str:
    faults = error.errors(include_url=False)
    # a misspelt key explains the missing one that it was meant to be
    fault = next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])
    key = ".".join(str(part) for part in fault["loc"]) or "the file"
    if fault["type"] == "extra_forbidden":
        return f"unknown key {key!r}; {_nearest_key(fault['loc'])}"
    if fault["type"] == "missing":
        return f"{key} is missing; add it (geoplan init DIR writes a commented example)"
    message = re.sub(r"^Value error, ", "", fault["msg"])
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{key}: {message}{more}"


def _nearest_key(location: tuple[int | str, ...]) -> str:
    """Return the mend of an unknown key: the key of the same section that looks most like it."""
    section: Any = ProjectFile
    for part in location[:-1]:
        if part in section.model_fields:
            section = _settings_in(section.model_fields[part].annotation) or section
    near = get_close_matches(str(location[-1]), section.model_fields, n=1)
    return f"did you mean {near[0]!r}?" if near else "remove it or correct its spelling"


def _settings_in(annotation: object) -> type[Settings] | None:
    """Return the section inside a type such as ``BuildingDemand | None``."""
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        return annotation
    return next(filter(None, map(_settings_in, get_args(annotation))), None)
