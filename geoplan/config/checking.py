"""The section ``[check]``: what the linter is given beside the inputs of a run."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from geoplan.config.sections import Settings


class CheckSection(Settings):
    """Files and settings of ``geoplan check project`` and of the checks before a run."""

    names: str | None = None
    """Register of place names; without it the names of the boundaries are checked."""
    seats: str | None = None
    """Table of government seats."""
    texts: tuple[str, ...] = ()
    """Reports whose place names are checked."""
    companions: dict[str, str] = Field(default_factory=dict)
    """Further files by their role, such as ``roster`` or ``earlier``."""
    rules: str | None = None
    """File of switches, levels, thresholds and words."""
    accept: str | None = None
    """File of accepted exceptions."""
    date: Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    """Day of the check; empty takes the date of the scorecard."""
