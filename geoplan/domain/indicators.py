"""Indicators: what each number means, its unit and its better direction, from ``indicators.toml``.

A new indicator is one row of the table; targets, reported figures and the README read it there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

_TABLE = tomllib.loads(
    (resources.files("geoplan.domain") / "indicators.toml").read_text(encoding="utf-8")
)

DIRECTIONS: Mapping[str, Mapping[str, str]] = _TABLE["directions"]
"""Which way is better → how it is called, by language."""

INDICATOR_KINDS: Mapping[str, Mapping[str, str]] = _TABLE["kinds"]
"""Where the number comes from → how it is called, by language."""

INDICATOR_SOURCES: Mapping[str, Mapping[str, str]] = _TABLE["sources"]
"""Source mark → what it is, by language."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number is counted in."""

    id: str
    zh: str
    en: str
    whole: bool
    """True for things that come in whole numbers: people, beds, units."""
    per: int
    """Ratios: the value is ``per`` × numerator / denominator; 0 for amounts."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of the table of indicators."""

    id: str
    zh: str
    en: str
    definition_zh: str
    definition_en: str
    unit: str
    """Key of ``UNITS``."""
    counts: str
    """Unit in which what is missing is said: that of a ratio's numerator, an amount's own unit;
    empty for a ratio that counts nothing."""
    direction: str
    """Which way is better, one of ``DIRECTIONS``."""
    kind: str
    """One of ``INDICATOR_KINDS``: from the inputs, a figure of the bureau, or either."""
    source: str
    """Marks of ``INDICATOR_SOURCES``, separated by commas."""

    def cited(self, lang: str) -> str:
        """Return the sources in words, in the given language."""
        marks = self.source.split(", ")
        return ("；" if lang == "zh" else "; ").join(
            INDICATOR_SOURCES[mark][lang] for mark in marks
        )


UNITS: Mapping[str, Unit] = {
    name: Unit(
        id=name,
        zh=entry["zh"],
        en=entry["en"],
        whole=entry.get("whole", False),
        per=entry.get("per", 0),
    )
    for name, entry in _TABLE["units"].items()
}
"""Unit id → unit: the closed list."""


def _indicator(name: str, entry: Mapping[str, Any]) -> Indicator:
    amount = UNITS[entry["unit"]].per == 0
    counts = entry["unit"] if amount else ""
    return Indicator(**{"id": name, "counts": counts, **entry})


INDICATORS: Mapping[str, Indicator] = {
    name: _indicator(name, entry) for name, entry in _TABLE["indicators"].items()
}
"""Indicator id → row, in the order of the table."""

SERVED_PEOPLE: dict[str, tuple[str, str]] = {
    "home_visit_people": ("elderly_care", "60+"),
    "home_visit_80_people": ("elderly_care", "80+"),
}
"""Reported indicator of people served → the service and the group that it is about."""

SERVED_SHARES: dict[str, tuple[str, str]] = {
    "home_visit_share": ("elderly_care", "60+"),
    "home_visit_80_share": ("elderly_care", "80+"),
}
"""Reported indicator of the share of people served → the service and the group."""
