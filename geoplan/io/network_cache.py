"""Networks that were built before, kept in the user's cache folder.

A network is kept under a key of everything that it follows from: the bytes and the name of the
file, the metric system, the area, the text of the modules that build it and the versions of the
libraries that they call. So a kept network equals a fresh one, and nothing ever has to be cleared
by hand. The folder is ``$GEOPLAN_CACHE``, else the platform's cache folder. A folder that cannot
be written to means building without keeping; a damaged file is built again.
"""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pyproj
import shapely

from geoplan.errors import InputError, OutputError
from geoplan.io.network_store import WALK, read_network_file, write_network
from geoplan.io.networks import BUILT_FROM, read_network
from geoplan.model.network import WalkNetwork

FOLDER = "GEOPLAN_CACHE"
"""The environment variable that names another cache folder."""

MOST_BYTES = 2 * 1024**3
"""Beyond this total the networks that were used longest ago leave the cache."""

_BUILDERS = (
    "geoplan.domain.crs",
    "geoplan.io.array_file",
    "geoplan.io.carriageways",
    "geoplan.io.foot_rules",
    "geoplan.io.graph_edges",
    "geoplan.io.graphs",
    "geoplan.io.ground_rules",
    "geoplan.io.network_store",
    "geoplan.io.networks",
    "geoplan.io.ordering",
    "geoplan.io.osm",
    "geoplan.io.osm_file",
    "geoplan.io.osm_kerbs",
    "geoplan.io.osm_ways",
    "geoplan.io.overpasses",
    "geoplan.io.street_facts",
    "geoplan.model.arrays",
    "geoplan.model.incidence",
    "geoplan.model.labels",
    "geoplan.model.network",
    "geoplan.model.shapes",
    "geoplan.model.streets",
    "geoplan.stages.network",
)
"""Modules whose text decides what a built network looks like."""

_CHUNK = 1024**2


def cached_network(path: Path, *, crs: str, area: shapely.Geometry) -> WalkNetwork:
    """Return what ``read_network`` returns, from the cache when it was built before.

    Only networks of OSM and GraphML files are kept: a layer of lines may consist of several
    files, and a network file is built already.

    Raises
    ------
    InputError, NetworkError
        As ``read_network``; a fault of the cache is never one of the input.
    """
    folder = cache_folder()
    built_from_one_file = path.is_file() and path.name.lower().endswith(BUILT_FROM)
    if folder is None or not built_from_one_file:
        return read_network(path, crs=crs, area=area)
    kept = folder / f"{_key(path, crs, area)}{WALK}"
    with suppress(InputError):
        return _used(kept)
    network = read_network(path, crs=crs, area=area)
    with suppress(OutputError, OSError):
        write_network(network, kept)
        _forget_oldest(kept)
    return network


def cache_folder() -> Path | None:
    """Return the folder of kept networks, which need not exist; None for a user without a home."""
    if named := os.environ.get(FOLDER):
        return Path(named) / "networks"
    variable = "LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME"
    if caches := os.environ.get(variable):
        return Path(caches) / "geoplan" / "networks"
    try:
        home = Path.home()
    except RuntimeError:
        return None
    caches_of_home = home / "AppData" / "Local" if sys.platform == "win32" else home / ".cache"
    return caches_of_home / "geoplan" / "networks"


def _used(kept: Path) -> WalkNetwork:
    """Return a kept network and note that it was used; ``InputError`` when there is none."""
    network = read_network_file(kept, verify=True)
    with suppress(OSError):
        os.utime(kept)
    return network


def _key(path: Path, crs: str, area: shapely.Geometry) -> str:
    """Return the SHA-256 of everything that the network follows from."""
    digest = hashlib.sha256()
    parts = [path.name.encode(), crs.encode(), shapely.to_wkb(area), *_builder()]
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _builder() -> list[bytes]:
    """Return the text of the building modules and the versions of what they call."""
    specs = [find_spec(name) for name in _BUILDERS]
    texts = [Path(spec.origin).read_bytes() for spec in specs if spec and spec.origin]
    libraries = [version(name) for name in ("osmium", "numpy", "scipy", "shapely", "networkx")]
    return [*texts, *(one.encode() for one in [*libraries, pyproj.proj_version_str])]


def _forget_oldest(newest: Path) -> None:
    """Delete the networks used longest ago until the rest fits; the newest stays."""
    files = [(one.stat(), one) for one in newest.parent.glob(f"*{WALK}") if one != newest]
    room = MOST_BYTES - newest.stat().st_size
    for status, path in sorted(files, key=lambda file: -file[0].st_mtime_ns):
        room -= status.st_size
        if room < 0:
            path.unlink(missing_ok=True)
