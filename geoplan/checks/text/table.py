"""The table of checks of text: rule id → check."""

from __future__ import annotations

from typing import Any

from geoplan.checks.table import Check

CHECKS: dict[str, Check[Any]] = {}
