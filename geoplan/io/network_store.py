"""``.walk``: a whole walking network in one file that loads without being built.

Everything that a search needs lies in the file as arrays (the half-edges by node included) and is
used where it lies. Loading checks sizes, offsets and that every index means something, so that a
damaged file can mislead no search into foreign memory; ``verify`` compares the SHA-256 as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.errors import GEOSException

from geoplan.domain.crs import known_crs
from geoplan.errors import InputError
from geoplan.io.array_file import ArrayFile, Arrays, Kind, read_arrays, write_arrays
from geoplan.model.arrays import Geometries, narrow_offsets
from geoplan.model.incidence import Incidence
from geoplan.model.labels import Labels
from geoplan.model.network import Barriers, WalkNetwork
from geoplan.model.shapes import Shapes
from geoplan.model.source import Source
from geoplan.model.streets import COLUMN_TYPES, Streets

WALK = ".walk"
"""The ending of a network file."""

NETWORK_FILE = Kind(magic=b"GEOPWALK", version=1, what="geoplan network file")
"""Raise the version whenever an array is added, dropped or means something else."""

_LABELS = ("code", "start", "utf8")
_PLANE = frozenset(["node_xy", "bends.xy", "barriers.xy", "closed_gates"])
_TYPES: Mapping[str, tuple[str, ...]] = {
    "node_xy": ("<f8",),
    "tail": ("<i4",),
    "head": ("<i4",),
    "length_m": ("<f8",),
    "closed_gates": ("<f8",),
    "bends.start": ("<i4", "<i8"),
    "bends.xy": ("<f8",),
    "incidence.start": ("<i4",),
    "incidence.half": ("<i4",),
    "incidence.other": ("<i4",),
    "barriers.start": ("<i4", "<i8"),
    "barriers.xy": ("<f8",),
    **{f"streets.{name}": (kind,) for name, kind in COLUMN_TYPES.items()},
    **{
        f"{owner}.{part}": kinds
        for owner in ("classes", "names", "barrier_kinds", "barrier_names")
        for part, kinds in zip(_LABELS, (("|u1", "<u2", "<u4"), ("<i8",), ("|u1",)), strict=True)
    },
}
"""Every array of the file and the types that it may have."""


def write_network(network: WalkNetwork, path: Path) -> None:
    """Write a network file, whole or not at all; the same network gives the same bytes.

    Raises
    ------
    OutputError
        The disk refuses; what stood there before still does.
    """
    facts = {"crs": network.crs, "source": asdict(network.source)}
    write_arrays(path, NETWORK_FILE, _arrays(network), facts)


def read_network_file(path: Path, *, verify: bool = False) -> WalkNetwork:
    """Return the network of a network file, its arrays mapped and not copied.

    Parameters
    ----------
    verify
        Also read every byte and compare the file's SHA-256.

    Raises
    ------
    InputError
        The file is no network file, of another version, cut short, or damaged.
    """
    content = read_arrays(path, NETWORK_FILE, verify=verify)
    try:
        _require_types(content.arrays)
        return _network(content)
    except (ValueError, KeyError, TypeError, AttributeError, GEOSException) as error:
        raise InputError(
            f"{path}: the {NETWORK_FILE.what} is damaged ({error}); "
            "make it again with 'geoplan network'"
        ) from error


def _arrays(network: WalkNetwork) -> Arrays:
    """Return every array of a network by its name in the file, in the file's types."""
    barriers, incidence = network.barriers, network.incidence
    xy, owner = shapely.get_coordinates(barriers.geometry, return_index=True)
    counts = np.bincount(owner, minlength=barriers.geometry.size)
    named = {
        "node_xy": network.node_xy,
        "tail": network.tail,
        "head": network.head,
        "length_m": network.length_m,
        "closed_gates": network.closed_gates,
        "bends.start": network.shapes.start,
        "bends.xy": network.shapes.xy,
        "incidence.start": incidence.start,
        "incidence.half": incidence.half,
        "incidence.other": incidence.other,
        "barriers.start": narrow_offsets(counts),
        "barriers.xy": xy,
        **{f"streets.{name}": getattr(network.streets, name) for name in COLUMN_TYPES},
    }
    labels = {
        "classes": network.streets.classes,
        "names": network.streets.names,
        "barrier_kinds": Labels.of(barriers.kind),
        "barrier_names": Labels.of(barriers.name),
    }
    for owner_name, label in labels.items():
        named |= {f"{owner_name}.{part}": getattr(label, part) for part in _LABELS}
    return {
        name: array.astype(_stored_type(name, array.dtype.str), copy=False)
        for name, array in named.items()
    }


def _stored_type(name: str, kind: str) -> str:
    """Return the type of an array in the file: its own when that is allowed, else the widest."""
    return kind if kind in _TYPES[name] else _TYPES[name][-1]


def _require_types(arrays: Arrays) -> None:
    if arrays.keys() != _TYPES.keys():
        odd = min(arrays.keys() ^ _TYPES.keys())
        raise ValueError(f"array {odd!r} is missing or unknown")
    for name, array in arrays.items():
        columns = (2,) if name in _PLANE else ()
        if array.dtype.str not in _TYPES[name] or array.shape[1:] != columns or array.ndim < 1:
            raise ValueError(f"array {name!r} has the wrong type or shape")


def _network(content: ArrayFile) -> WalkNetwork:
    arrays, facts = content.arrays, content.facts
    network = WalkNetwork(
        node_xy=arrays["node_xy"],
        tail=arrays["tail"],
        head=arrays["head"],
        length_m=arrays["length_m"],
        shapes=Shapes(arrays["bends.start"], arrays["bends.xy"]),
        streets=Streets(
            classes=_labels(arrays, "classes"),
            names=_labels(arrays, "names"),
            **{name: arrays[f"streets.{name}"] for name in COLUMN_TYPES},
        ),
        crs=known_crs(facts["crs"], where="its header"),
        source=_source(facts["source"]),
        barriers=_barriers(arrays),
        closed_gates=arrays["closed_gates"],
    )
    parts: dict[str, Any] = {
        part: arrays[f"incidence.{part}"] for part in ("start", "half", "other")
    }
    network.keep_incidence(Incidence(**parts))
    return network


def _source(facts: Mapping[str, Any]) -> Source:
    """Return the origin of the streets; ``ValueError`` when a value is of another type."""
    kinds = {"synthetic": bool, "rounded_rows": int}
    if any(type(value) is not kinds.get(name, str) for name, value in facts.items()):
        raise ValueError("its source is described in other words than text, flags and counts")
    return Source(**facts)


def _labels(arrays: Arrays, owner: str) -> Labels:
    parts: dict[str, Any] = {part: arrays[f"{owner}.{part}"] for part in _LABELS}
    return Labels(**parts)


def _barriers(arrays: Arrays) -> Barriers:
    start, xy = arrays["barriers.start"], arrays["barriers.xy"]
    counts = np.diff(start)
    if start.size == 0 or start[0] != 0 or start[-1] != len(xy) or (counts < 2).any():
        raise ValueError("a barrier needs two points or more")
    owner = np.repeat(np.arange(counts.size), counts)
    lines: Geometries = np.asarray(shapely.linestrings(xy, indices=owner), dtype=object)
    kinds, names = _labels(arrays, "barrier_kinds"), _labels(arrays, "barrier_names")
    return Barriers(geometry=lines.reshape(-1), kind=kinds.texts(), name=names.texts())
