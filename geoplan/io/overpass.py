"""The only door to the internet, and the only import of OSMnx: fetching streets."""

from __future__ import annotations

import json
import re
import socket
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import shapely

from geoplan.errors import OsmUnavailableError, OutputError
from geoplan.io.graph_edges import TAGS
from geoplan.io.ground_rules import KERB_TAGS

if TYPE_CHECKING:
    import networkx as nx
    from requests import Response

ENDPOINTS = ("https://overpass-api.de/api", "https://overpass.private.coffee/api")
"""Public Overpass servers, asked in this order."""

WALK_FILTER = (
    '["highway"]["highway"!~"^(construction|proposed|planned|abandoned|razed|raceway|'
    'bus_guideway)$"]'
)
"""What is asked for; ``foot`` and ``access`` are weighed when the file is read (``foot_rules``).

Motorways carry no walkers, but footbridges cross them (``overpasses``).
"""

_NODE_TAGS = (
    "highway",
    "crossing",
    "crossing:signals",
    "barrier",
    "access",
    "foot",
    "locked",
    "height",
    *KERB_TAGS,
)
_TIMEOUT_S = 180


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
    causes = []
    for endpoint in endpoints or ENDPOINTS:
        try:
            graph = _ask(area, endpoint)
        except (OSError, ValueError) as error:
            causes.append(f"{endpoint}: {_cause(error)}")
            continue
        _save(graph, target, {"endpoint": endpoint, "area": shapely.to_wkt(area)})
        return target
    raise OsmUnavailableError(
        f"no OpenStreetMap server answered ({'; '.join(causes)}); check the connection, try again "
        "later, or copy an extract into the project and name it in [network]"
    )


def _ask(area: shapely.Geometry, endpoint: str) -> nx.MultiDiGraph[int]:
    """Return what one server answers: every node of every street, no street cut or dropped."""
    import osmnx  # noqa: PLC0415  two seconds that only fetch needs

    with tempfile.TemporaryDirectory() as cache, _settings(osmnx, endpoint, cache):
        graph: nx.MultiDiGraph[int] = osmnx.graph_from_polygon(
            area,  # type: ignore[arg-type]
            network_type="walk",
            custom_filter=WALK_FILTER,
            simplify=False,
            retain_all=True,
            truncate_by_edge=True,
        )
    return graph


def _save(graph: nx.MultiDiGraph[int], target: Path, query: dict[str, str]) -> None:
    """Write file and note beside their places, then rename both: nothing stands half-written."""
    import osmnx  # noqa: PLC0415

    note = {**query, "date": datetime.now(UTC).date().isoformat(), "filter": WALK_FILTER}
    text = json.dumps(note, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    fresh, fresh_note = (target.with_name(f".{target.name}.{part}") for part in ("new", "note"))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        osmnx.save_graphml(graph, fresh)
        fresh_note.write_text(text, encoding="utf-8")
        fresh.replace(target)
        fresh_note.replace(target.with_suffix(".json"))
    except OSError as error:
        raise OutputError(
            f"{target}: cannot be written ({error.strerror or error}); free space or choose "
            "another network.path"
        ) from error
    finally:
        for leftover in (fresh, fresh_note):
            with suppress(OSError):
                leftover.unlink(missing_ok=True)


def _refuse_half_answers(response: Response, *_: object, **__: object) -> None:
    """Raise ``OSError`` for an answer that is none.

    OSMnx itself would wait and ask a busy server (429, 504) again without end, and would take
    the partial answer of a query that ran out of time, which Overpass marks with a remark.
    """
    if not response.ok:
        raise ConnectionError(f"HTTP {response.status_code}")
    remark = re.search(r'"remark"\s*:\s*"([^"]{0,80})', response.text[-1_000:])
    if remark and "error" in remark[1]:
        raise ConnectionError(f"the query was broken off: {remark[1]}")


def _cause(error: Exception) -> str:
    """Return the cause of a failed request in a few words, without addresses of proxies."""
    plain = type(error) is ConnectionError or isinstance(error, ValueError)
    first_line = (str(error).splitlines() or [""])[0]
    return first_line[:120] if plain and first_line else type(error).__name__


@contextmanager
def _settings(osmnx: ModuleType, endpoint: str, cache: str) -> Iterator[None]:
    """Set OSMnx's global settings for one fetch and put the old ones back.

    OSMnx also pins the server's name to one address by replacing ``socket.getaddrinfo`` and may
    ask a public name service; the first is undone and the second switched off.
    """
    wanted: dict[str, object] = {
        "overpass_url": endpoint,
        "overpass_rate_limit": False,
        "requests_timeout": _TIMEOUT_S,
        "requests_kwargs": {"hooks": {"response": _refuse_half_answers}},
        "useful_tags_way": list(TAGS),
        "useful_tags_node": list(_NODE_TAGS),
        "all_oneway": False,
        "log_console": False,
        "log_file": False,
        "use_cache": True,
        "cache_folder": cache,
        "doh_url_template": None,
    }
    before = {name: getattr(osmnx.settings, name) for name in wanted}
    lookup = socket.getaddrinfo
    try:
        for name, value in wanted.items():
            setattr(osmnx.settings, name, value)
        yield
    finally:
        socket.getaddrinfo = lookup
        for name, value in before.items():
            setattr(osmnx.settings, name, value)
