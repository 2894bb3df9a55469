"""The section ``[siting]``: how many sites, where they may open, what they cost and must keep."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Annotated

import numpy as np
from pydantic import Field, field_validator, model_validator

from geoplan.config.sections import Settings
from geoplan.domain.kinds import CARE_SERVICES, KINDS, SERVICES
from geoplan.domain.siting import CANDIDATE_CLASSES, DEFAULT_LEVELS, SITING_MODELS
from geoplan.model.siting import SitingRules, SitingStage
from geoplan.units import seconds

Sites = Annotated[int, Field(ge=0, le=200)]
Money = Annotated[float, Field(ge=0)]
"""万元."""
Share = Annotated[float, Field(ge=0, le=1)]

_SITES = 5
"""New sites when the project file says nothing."""


class StageSection(Settings):
    """What one year may open."""

    year: Annotated[int, Field(ge=2000, le=2100)]
    new: Sites
    budget: Money | None = None


class LevelSection(Settings):
    """One level of ``--model hierarchical``, lowest first."""

    name: Annotated[str, Field(min_length=1, max_length=20)]
    minutes: Annotated[int, Field(ge=1, le=120)]
    new: Sites
    worth: Annotated[float, Field(ge=0)] = 1.0
    kinds: tuple[str, ...] = ()
    cost: Money | None = None

    @field_validator("kinds")
    @classmethod
    def _kinds_known(cls, kinds: tuple[str, ...]) -> tuple[str, ...]:
        _refuse_unknown(kinds, KINDS, what="kind")
        return kinds


class ServiceSection(Settings):
    """One service of ``--model multi-service``."""

    service: str
    minutes: Annotated[int, Field(ge=1, le=120)]
    new: Sites
    cost: Money = 0.0

    @field_validator("service")
    @classmethod
    def _service_known(cls, service: str) -> str:
        _refuse_unknown((service,), SERVICES, what="service")
        return service


class SitingSection(Settings):
    """How many sites, and what each person weighs."""

    model: str = "mclp"
    new: Sites | None = None
    weights: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    spacing_m: Annotated[float, Field(ge=50, le=2_000)] = 200.0
    min_spacing_m: Annotated[float, Field(ge=0, le=5_000)] = 0.0
    max_candidates: Annotated[int, Field(ge=1, le=20_000)] = 1_500
    classes: tuple[str, ...] = tuple(CANDIDATE_CLASSES)
    cost: dict[str, Money] = Field(default_factory=dict)
    capacity: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    budget: Money | None = None
    required: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    banned_areas: str | None = None
    floor: Share = 0.0
    floors: dict[str, Share] = Field(default_factory=dict)
    max_gap: Share | None = None
    stages: tuple[StageSection, ...] = ()
    levels: tuple[LevelSection, ...] = ()
    services: tuple[ServiceSection, ...] = ()
    reach_minutes: Annotated[int, Field(ge=1, le=240)] = 60
    time_limit_s: Annotated[float, Field(gt=0)] = 60.0

    @property
    def sites(self) -> int:
        """How many sites may open in all: as stated, else as many as the stages, else 5.

        Set covering asks for the number itself: nothing limits it unless it is stated.
        """
        if self.new is not None:
            return self.new
        if self.model == "lscp" and not self.stages:
            return self.max_candidates
        return sum(stage.new for stage in self.stages) if self.stages else _SITES

    @field_validator("model")
    @classmethod
    def _model_known(cls, model: str) -> str:
        _refuse_unknown((model,), SITING_MODELS, what="model")
        return model

    @field_validator("classes")
    @classmethod
    def _classes_known(cls, classes: tuple[str, ...]) -> tuple[str, ...]:
        _refuse_unknown(classes, CANDIDATE_CLASSES, what="class")
        if not classes:
            raise ValueError(f"name at least one class of {', '.join(CANDIDATE_CLASSES)}")
        _refuse_repeated(classes)
        return classes

    @field_validator("cost", "capacity")
    @classmethod
    def _keys_are_classes(cls, table: dict[str, float]) -> dict[str, float]:
        _refuse_unknown(table, CANDIDATE_CLASSES, what="class")
        return table

    @field_validator("required", "banned")
    @classmethod
    def _are_ids(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            kind, colon, rest = name.partition(":")
            if kind not in CANDIDATE_CLASSES or not colon or not rest:
                raise ValueError(
                    f"{name!r} is no id of a candidate; ids look like room:F0012 or "
                    f"street:497000_3517000 and begin with one of {', '.join(CANDIDATE_CLASSES)}"
                )
        _refuse_repeated(names)
        return names

    @field_validator("stages")
    @classmethod
    def _years_rise(cls, stages: tuple[StageSection, ...]) -> tuple[StageSection, ...]:
        years = [stage.year for stage in stages]
        if any(first >= second for first, second in itertools.pairwise(years)):
            raise ValueError(f"the years must rise and not repeat, not {years}")
        return stages

    @model_validator(mode="after")
    def _layers_are_named_once(self) -> SitingSection:
        _refuse_repeated([level.name for level in self.levels])
        _refuse_repeated([offer.service for offer in self.services])
        kinds = [kind for level in self.levels for kind in level.kinds]
        _refuse_repeated(kinds)
        return self

    def asked_levels(self) -> tuple[LevelSection, ...]:
        """Return the levels of the project, or the usual ones: ``sites`` stations, one centre."""
        if self.levels:
            return self.levels
        new = (self.sites, *(1 for _ in DEFAULT_LEVELS[1:]))
        return tuple(
            LevelSection(name=one.name, minutes=one.minutes, new=number, kinds=one.kinds)
            for one, number in zip(DEFAULT_LEVELS, new, strict=True)
        )

    def asked_services(self, minutes: int) -> tuple[ServiceSection, ...]:
        """Return the services of the project, or the five care services, each ``sites`` times."""
        return self.services or tuple(
            ServiceSection(service=service, minutes=minutes, new=self.sites)
            for service in CARE_SERVICES
        )

    @model_validator(mode="after")
    def _wishes_agree(self) -> SitingSection:
        both = sorted({*self.required} & {*self.banned})
        if both:
            raise ValueError(f"{both[0]!r} is both required and banned; take it out of one list")
        unused = [one for one in self.required if one.partition(":")[0] not in self.classes]
        if unused:
            raise ValueError(
                f"required names {unused[0]!r}, whose class is not in classes; add the class"
            )
        if len(self.required) > self.sites:
            raise ValueError(
                f"required names {len(self.required)} sites but only {self.sites} may open; "
                "raise new"
            )
        return self

    @model_validator(mode="after")
    def _stages_agree(self) -> SitingSection:
        if not self.stages:
            return self
        sites = sum(stage.new for stage in self.stages)
        if self.new is not None and self.new != sites:
            raise ValueError(
                f"new is {self.new} but the stages open {sites}; leave new out or make them agree"
            )
        spent = sum(stage.budget or 0.0 for stage in self.stages)
        if self.budget is not None and spent > self.budget:
            raise ValueError(
                f"the budgets of the stages add up to {spent:g}, more than budget = "
                f"{self.budget:g}; raise it or lower theirs"
            )
        return self

    def rules(self, *, service: str, group: str, limit_s: float, snap_m: float) -> SitingRules:
        """Return what the siting stage needs to know.

        People of the group weigh 1 each unless the section has weights.
        """
        placeholders = {name: one.cost for name, one in CANDIDATE_CLASSES.items()}
        return SitingRules(
            model=self.model,
            service=service,
            limit_s=limit_s,
            snap_m=snap_m,
            weights=self.weights or {group: 1.0},
            new=self.sites,
            spacing_m=self.spacing_m,
            max_candidates=self.max_candidates,
            time_limit_s=self.time_limit_s,
            classes=tuple(name for name in CANDIDATE_CLASSES if name in self.classes),
            cost=placeholders | self.cost,
            reach_s=seconds(self.reach_minutes),
            capacity=self.capacity,
            budget=_or_no_limit(self.budget),
            min_spacing_m=self.min_spacing_m,
            required=self.required,
            banned=self.banned,
            floor=self.floor,
            floors=self.floors,
            most_gap=_or_no_limit(self.max_gap),
            stages=tuple(
                SitingStage(one.year, one.new, _or_no_limit(one.budget)) for one in self.stages
            ),
        )


def _refuse_unknown(names: Iterable[str], known: Iterable[str], *, what: str) -> None:
    listed = list(known)
    for name in names:
        if name not in listed:
            near = get_close_matches(name, listed, n=1)
            mend = f"did you mean {near[0]!r}? " if near else ""
            raise ValueError(f"unknown {what} {name!r}; {mend}known: {', '.join(listed)}")


def _refuse_repeated(names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{twice[0]!r} stands twice; keep it once")


def _or_no_limit(value: float | None) -> float:
    return np.inf if value is None else value
