"""The only door to the internet, and the only import of OSMnx: fetching streets."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import shapely

from geoplan.errors import OsmUnavailableError, OutputError

ENDPOINTS = ("https://overpass-api.de/api", "https://overpass.private.coffee/api")
"""Public Overpass servers, asked in this order."""

WALK_FILTER = (
    '["highway"]["highway"!~"motorway|motorway_link|construction|proposed|abandoned|razed|raceway"]'
    '["foot"!~"no"]["access"!~"private"]'
)
_WAY_TAGS = [
    "highway",
    "name",
    "bridge",
    "tunnel",
    "layer",
    "foot",
    "access",
    "footway",
    "crossing",
    "crossing:signals",
    "wheelchair",
    "ramp",
    "incline",
    "surface",
    "oneway:foot",
    "conveying",
    "step_count",
]
_TIMEOUT_S = 60


def fetch_streets(area: shapely.Geometry, target: Path, *, endpoints: Sequence[str] = ()) -> Path:
    """Download the streets that touch the area and save them as GraphML.

    Beside the file a ``.json`` of the same name keeps date, server and query polygon. Servers are
    asked in turn; the file appears only when one has answered in full.

    Parameters
    ----------
    area
        Polygon in longitude and latitude.
    endpoints
        Overpass servers; empty takes ``ENDPOINTS``.

    Raises
    ------
    OsmUnavailableError
        No server answered; the message names each with its cause.
    OutputError
        The file cannot be written.
    """
    import osmnx  # noqa: PLC0415  two seconds that only fetch needs

    causes = []
    for endpoint in endpoints or ENDPOINTS:
        with _settings(osmnx, endpoint), tempfile.TemporaryDirectory() as folder:
            osmnx.settings.cache_folder = folder
            try:
                graph = osmnx.graph_from_polygon(
                    area,  # type: ignore[arg-type]
                    custom_filter=WALK_FILTER,
                    simplify=False,
                    retain_all=True,
                    truncate_by_edge=True,
                )
            except (OSError, ValueError, _insufficient(osmnx)) as error:
                causes.append(f"{endpoint}: {_cause(error)}")
                continue
            _save(osmnx, graph, target, {"endpoint": endpoint, "area": shapely.to_wkt(area)})
            return target
    raise OsmUnavailableError(
        f"no OpenStreetMap server answered ({'; '.join(causes)}); check the connection, try again "
        "later, or copy an extract into the project and name it in [network]"
    )


def _save(osmnx: ModuleType, graph: object, target: Path, query: dict[str, str]) -> None:
    fresh = target.with_name(f".{target.name}.partial")
    note = {**query, "date": datetime.now(UTC).date().isoformat(), "filter": WALK_FILTER}
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        osmnx.save_graphml(graph, fresh)
        target.with_suffix(".json").write_text(
            json.dumps(note, indent=2, sort_keys=True) + "\n", encoding="utf-8"
        )
        fresh.replace(target)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise OutputError(f"{target}: cannot be written ({error.strerror or error})") from error


def _insufficient(osmnx: ModuleType) -> type[Exception]:
    """Return OSMnx's error for an answer without streets; it stands in a private module."""
    error: type[Exception] = osmnx._errors.InsufficientResponseError  # noqa: SLF001
    return error


def _cause(error: Exception) -> str:
    """Return the cause of a failed request in a few words, without addresses of proxies."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"HTTP {response.status_code}"
    return type(error).__name__ if isinstance(error, OSError) else str(error).split("\n")[0][:120]


@contextmanager
def _settings(osmnx: ModuleType, endpoint: str) -> Iterator[None]:
    """Set OSMnx's global settings for one fetch and put the old ones back."""
    wanted = {
        "overpass_url": endpoint,
        "overpass_rate_limit": False,
        "requests_timeout": _TIMEOUT_S,
        "useful_tags_way": list(_WAY_TAGS),
        "useful_tags_node": ["highway", "crossing", "barrier", "access", "foot", "locked"],
        "all_oneway": False,
        "log_console": False,
        "log_file": False,
        "use_cache": True,
        "cache_folder": osmnx.settings.cache_folder,
    }
    before = {name: getattr(osmnx.settings, name) for name in wanted}
    try:
        for name, value in wanted.items():
            setattr(osmnx.settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(osmnx.settings, name, value)
