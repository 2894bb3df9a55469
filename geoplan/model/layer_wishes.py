"""What a project asks of levels and services."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskedLevel:
    """One level, lowest first."""

    name: str
    limit_s: float
    new: int
    worth: float
    kinds: tuple[str, ...]
    """Kinds of facilities that stand on the level today."""
    cost: float | None
    """What opening or upgrading to the level costs, 万元; None: what the candidate costs."""


@dataclass(frozen=True, slots=True)
class AskedService:
    """One service that may be placed beside others."""

    service: str
    limit_s: float
    new: int
    cost: float
    """What placing it costs, 万元, beside what opening the site costs."""
