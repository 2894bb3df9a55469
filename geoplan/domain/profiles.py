"""Walkers: what a profile is, and the built-in ones of ``walkers.toml``.

``walkers.toml`` is the only place where a walking number may stand: each with its source mark.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from importlib import resources
from typing import Any

_TABLE = tomllib.loads(
    (resources.files("geoplan.domain") / "walkers.toml").read_text(encoding="utf-8")
)

SOURCES: Mapping[str, Mapping[str, str]] = _TABLE["sources"]
"""Source mark → what it is, by language."""


SLOPE: Mapping[str, float] = {name: one["value"] for name, one in _TABLE["slope"].items()}
"""Numbers of ``domain.slope``."""


SPEED_UNCERTAINTY_M_S: float = _TABLE["uncertainty"]["speed_m_s"]["value"]
"""How far the true speed of a walker may lie from the planning value, either way."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Weather that slows every walker by one factor."""

    id: str
    zh: str
    en: str
    speed_factor: float
    """Share of the speed that is left; waits and penalties stay."""
    source: str
    """Marks of ``SOURCES``."""


SCENARIOS: Mapping[str, Scenario] = {
    name: Scenario(
        id=name,
        zh=entry["zh"],
        en=entry["en"],
        speed_factor=entry["speed_factor"]["value"],
        source=entry["speed_factor"]["source"],
    )
    for name, entry in _TABLE["scenarios"].items()
}
"""Scenario id → scenario."""


def _number(unit: str, low: float, high: float, **default: float | None) -> Any:  # noqa: ANN401  a field
    return field(metadata={"unit": unit, "range": (low, high)}, **default)  # type: ignore[call-overload]


def _rule(*, default: bool) -> Any:  # noqa: ANN401  a field
    return field(default=default, metadata={"unit": "rule"})


@dataclass(frozen=True, slots=True)
class Profile:
    """A walker; ``Profile(speed_m_s=1.0)`` is neutral: its seconds equal metres of path."""

    speed_m_s: float = _number("m_s", 0.1, 5.0)
    """Speed on level, firm ground, and on the leg between a point and the street."""
    id: str = "custom"
    zh: str = "自定义"
    en: str = "Custom"
    uses_steps: bool = _rule(default=True)
    """False: stairs without a ramp or a lift are impassable."""
    steps_penalty_s: float = _number("s", 0.0, 3600.0, default=0.0)
    """Extra seconds for one flight (one street edge) of stairs."""
    uses_overpasses: bool = _rule(default=True)
    """False: footbridges and underpasses whose stairs are not mapped are impassable."""
    overpass_penalty_s: float = _number("s", 0.0, 3600.0, default=0.0)
    """Extra seconds for one whole footbridge or underpass whose stairs are not mapped."""
    max_grade: float | None = _number("ratio", 0.0, 1.0, default=None)
    """Steepest passable grade as a ratio, None for no limit; untagged streets pass."""
    uses_wheelchair_no: bool = _rule(default=True)
    """False: streets tagged ``wheelchair=no`` are impassable."""
    max_kerb_m: float | None = _number("m", 0.0, 1.0, default=None)
    """Highest passable kerb, None for no limit; kerbs of unknown height pass."""
    rough_ground_factor: float = _number("factor", 0.1, 1.0, default=1.0)
    """Share of the speed that is left on rough and on very rough ground."""
    soft_ground_factor: float = _number("factor", 0.1, 1.0, default=1.0)
    """Share of the speed that is left on soft ground."""
    uses_soft_ground: bool = _rule(default=True)
    """False: sand, mud, grass and the like are impassable."""
    uses_very_rough_ground: bool = _rule(default=True)
    """False: ground on which no ordinary wheel rolls is impassable."""
    signal_wait_s: float = _number("s", 0.0, 3600.0, default=0.0)
    """Mean wait at a signalled crossing."""
    zebra_wait_s: float = _number("s", 0.0, 3600.0, default=0.0)
    """Mean wait at a marked crossing without signals."""
    uncontrolled_wait_s: float = _number("s", 0.0, 3600.0, default=0.0)
    """Mean wait where an arterial is crossed without any marking."""
    slope: bool = _rule(default=False)
    """True: known grades slow the walker (``domain.slope``)."""
    scenario: str = field(default="", metadata={"unit": "scenario"})
    """Id of ``SCENARIOS``, empty for ordinary weather."""
    sources: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Field → marks of ``SOURCES`` or the words of the project that set it."""

    def __post_init__(self) -> None:
        for one in _quantities():
            value = getattr(self, one.name)
            low, high = one.metadata.get("range", (None, None))
            if low is not None and value is not None and not low <= value <= high:
                raise ValueError(f"{one.name} must be from {low:g} to {high:g}, not {value:g}")
        if self.scenario and self.scenario not in SCENARIOS:
            raise ValueError(
                f"unknown scenario {self.scenario!r}; known: {', '.join(SCENARIOS)}, "
                "or none for ordinary weather"
            )

    @property
    def pace_m_s(self) -> float:
        """Speed on level, firm ground in the weather of the scenario."""
        weather = SCENARIOS.get(self.scenario)
        return self.speed_m_s * weather.speed_factor if weather else self.speed_m_s

    def quantities(self) -> Iterator[tuple[str, float | str | None, str, str]]:
        """Yield name, value, unit and source of every number and rule; no source for a neutral.

        Units are ``m_s``, ``s``, ``m``, ``ratio``, ``factor``, ``rule`` (a yes or no) and
        ``scenario``. A switch that is on also yields the numbers that it brings.
        """
        for one in _quantities():
            source = self.sources.get(one.name, "")
            yield one.name, getattr(self, one.name), one.metadata["unit"], source
        if self.slope:
            for name, number in _TABLE["slope"].items():
                yield name, number["value"], "ratio", number["source"]
        if self.scenario:
            weather = SCENARIOS[self.scenario]
            yield "scenario_factor", weather.speed_factor, "factor", weather.source

    def faster(self, by_m_s: float) -> Profile:
        """Return the walker at another speed, never below the slowest that a profile may have."""
        slowest = fields(self)[0].metadata["range"][0]
        return replace(self, speed_m_s=max(self.speed_m_s + by_m_s, slowest))

    def under(self, *, slope: bool, scenario: str) -> Profile:
        """Return the walker under the project's switches; a switch that is off changes nothing."""
        walker = self
        if slope:
            walker = replace(walker, slope=True, sources={**walker.sources, "slope": "TOBLER"})
        if scenario:
            source = SCENARIOS[scenario].source if scenario in SCENARIOS else ""
            sources = {**walker.sources, "scenario": source}
            walker = replace(walker, scenario=scenario, sources=sources)
        return walker


def _quantities() -> Iterator[Any]:
    """Yield the fields of ``Profile`` that hold a number or a rule."""
    return (one for one in fields(Profile) if "unit" in one.metadata)


QUANTITIES: tuple[str, ...] = tuple(one.name for one in _quantities())
"""Names of all numbers and rules of a walker."""


def citation(source: str, lang: str) -> str:
    """Return what the marks of a source stand for; the words themselves where they are no marks."""
    marks = [mark.strip() for mark in source.split(",")]
    if not source or not set(marks) <= set(SOURCES):
        return source
    return ("；" if lang == "zh" else "; ").join(SOURCES[mark][lang] for mark in marks)


def _built_in(name: str, entry: Mapping[str, Any]) -> Profile:
    cited = {key: one for key, one in entry.items() if key not in {"zh", "en"}}
    values = {key: one["value"] for key, one in cited.items()}
    sources = {key: one["source"] for key, one in cited.items()}
    return Profile(id=name, zh=entry["zh"], en=entry["en"], sources=sources, **values)


PROFILES: dict[str, Profile] = {
    name: _built_in(name, entry) for name, entry in _TABLE["walkers"].items()
}

MEASURING_WALKER: Profile = _built_in("std_dist", _TABLE["measuring"])
"""The walk of a standard that states a distance: its seconds are metres of path."""

DEFAULT_PROFILE = "elder60"
