"""The manifest: what a result was computed from, by what, and how long it took."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

_PACKAGES = ("geopandas", "highspy", "numpy", "osmium", "pandas", "pyproj", "scipy", "shapely")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def manifest(
    inputs: Mapping[str, Path],
    settings: Mapping[str, Any],
    facts: Mapping[str, Any],
    stage_seconds: Mapping[str, float],
) -> dict[str, Any]:
    """Return the manifest as one JSON value; the only output that knows the clock.

    Parameters
    ----------
    inputs
        Role (``network``, ``facilities`` …) to the file that was read.
    facts
        What the run found out about its inputs: crs, dates, made or not.
    """
    return {
        "geoplan": metadata.version("geoplan"),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in _PACKAGES},
        "inputs": {
            role: {"file": path.name, "sha256": sha256(path)}
            for role, path in sorted(inputs.items())
        },
        "settings": dict(settings),
        "facts": dict(facts),
        "seed": 0,
        "stage_seconds": {stage: round(taken, 3) for stage, taken in stage_seconds.items()},
    }
