"""The walking network of an OpenStreetMap file, node-accurate.

Ways are split where walkable ways share a node; bridges meet nothing that they only pass over.
A way whose nodes are partly missing (a clipped extract) keeps the parts that are there. A locked
gate parts the streets on either side of it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from geoplan.domain.crs import metric_crs, reproject, reproject_xy
from geoplan.errors import EmptyNetworkError
from geoplan.io import foot_rules
from geoplan.io.ordering import hilbert_rank
from geoplan.io.osm_file import data_date, is_made
from geoplan.io.osm_ways import Extract, Ways, read_ways
from geoplan.model.arrays import Codes, Flags, Floats, Geometries, Ints
from geoplan.model.network import Barriers, Crossing, Streets, WalkNetwork
from geoplan.model.source import Source
from geoplan.stages.network import network_within

WGS84 = "EPSG:4326"


def read_osm_network(
    path: Path, *, crs: str | None = None, area: shapely.Geometry | None = None
) -> WalkNetwork:
    """Return the walking network of an OSM file.

    Parameters
    ----------
    crs
        Metric system; None takes the one of the file's centre.
    area
        Polygon in longitude and latitude; only ways that touch it are kept, whole.

    Raises
    ------
    InputError
        The file cannot be read.
    EmptyNetworkError
        No walkable way is in it (or in the area).
    """
    extract = read_ways(path)
    ways = extract.streets
    if not ways.run_start:
        raise EmptyNetworkError(f"{path}: no walkable way is in the file; check the extract")
    lon_lat = np.array(ways.lon_lat)
    target = crs or metric_crs(*lon_lat.mean(axis=0).tolist())
    network = _build(extract, reproject_xy(lon_lat, WGS84, target), target, _source(path))
    return network if area is None else _touching(network, area, path)


def _build(extract: Extract, xy: Floats, crs: str, source: Source) -> WalkNetwork:
    """Return the network: runs cut at junctions, nodes along a Hilbert curve."""
    ways = extract.streets
    ref = np.array(ways.ref, dtype=np.int64)
    first, last, way = _edges(ways, ref, extract)
    keep = (ref[first] != ref[last]) | _has_length(xy, first, last)
    first, last, way = first[keep], last[keep], way[keep]
    start_key, stop_key = _node_keys(ref, first, last, extract)
    keys, index = np.unique(np.concatenate([start_key, stop_key]), return_inverse=True)
    node_xy = np.empty((keys.size, 2))
    node_xy[index] = xy[np.concatenate([first, last])]
    rank = hilbert_rank(node_xy)
    tail, head = rank[index].reshape(2, -1).astype(np.int32)
    order = np.lexsort([first, np.array(ways.way_id)[way], head, tail])
    lines = _lines(xy, first[order], last[order])
    ordered_xy = np.empty_like(node_xy)
    ordered_xy[rank] = node_xy
    return WalkNetwork(
        node_xy=ordered_xy,
        tail=tail[order],
        head=head[order],
        length_m=shapely.length(lines),
        geometry=lines,
        streets=_streets(extract, ref, (first[order], last[order], way[order]), lines),
        crs=crs,
        source=source,
        barriers=_barriers(extract.barriers, crs),
        closed_gates=_gate_positions(extract, ref, crs),
    )


def _edges(ways: Ways, ref: Ints, extract: Extract) -> tuple[Ints, Ints, Ints]:
    """Return first and last position in ``ref`` of each edge, and its way."""
    run_start = np.array(ways.run_start, dtype=np.int64)
    run_stop = np.append(run_start[1:], ref.size)
    _, inverse, used = np.unique(ref, return_inverse=True, return_counts=True)
    junction = used[inverse] > 1
    junction |= np.isin(ref, np.fromiter(extract.closed, dtype=np.int64))
    junction[run_start] = True
    junction[run_stop - 1] = True
    at = np.flatnonzero(junction)
    run = np.searchsorted(run_start, at, side="right") - 1
    same = run[1:] == run[:-1]
    way = np.array(ways.run_way, dtype=np.int64)[run[:-1][same]]
    return at[:-1][same], at[1:][same], way


def _has_length(xy: Floats, first: Ints, last: Ints) -> Flags:
    """Return which edges have any length: a lift joins two nodes that stand on one spot."""
    step = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    along = np.cumsum(step)
    flags: Flags = along[last] > along[first]
    return flags


def _node_keys(ref: Ints, first: Ints, last: Ints, extract: Extract) -> tuple[Ints, Ints]:
    """Return the node of both ends; at a locked gate every street end is a node of its own."""
    closed = np.fromiter(extract.closed, dtype=np.int64)
    start, stop = ref[first].copy(), ref[last].copy()
    count = np.arange(first.size, dtype=np.int64)
    shut_start, shut_stop = np.isin(start, closed), np.isin(stop, closed)
    floor = min(int(ref.min()), 0) - 1
    start[shut_start] = floor - 2 * count[shut_start]
    stop[shut_stop] = floor - 2 * count[shut_stop] - 1
    return start, stop


def _lines(xy: Floats, first: Ints, last: Ints) -> Geometries:
    counts = last - first + 1
    owner = np.repeat(np.arange(first.size), counts)
    skipped = np.repeat(first - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    position = skipped + np.arange(owner.size)
    return np.asarray(shapely.linestrings(xy[position], indices=owner), dtype=object)


def _streets(
    extract: Extract, ref: Ints, edges: tuple[Ints, Ints, Ints], lines: Geometries
) -> Streets:
    _, _, way = edges
    tags = extract.streets.tags
    crossing = np.array(_crossing_kinds(extract, ref), dtype=np.uint8)[way]
    both = np.array([foot_rules.directions(one) for one in tags], dtype=np.bool_)[way]
    steps = np.array([one.get("highway") == "steps" for one in tags], dtype=np.bool_)[way]
    ramp = np.array([foot_rules.has_ramp(one) for one in tags], dtype=np.bool_)[way]
    return Streets(
        way_class=np.array([foot_rules.way_class(one) for one in tags], dtype=np.str_)[way],
        name=np.array([one.get("name", "") for one in tags], dtype=np.str_)[way],
        steps=steps,
        ramp=steps & ramp,
        structure=np.array([foot_rules.structure(one) for one in tags], dtype=np.uint8)[way],
        wheelchair=np.array([foot_rules.wheelchair(one) for one in tags], dtype=np.uint8)[way],
        crossing=crossing,
        crossing_share=_crossing_share(crossing, way, shapely.length(lines)),
        incline=np.array([foot_rules.incline(one) for one in tags], dtype=np.float64)[way],
        forward=both[:, 0],
        backward=both[:, 1],
        way_id=np.array(extract.streets.way_id, dtype=np.int64)[way],
    )


def _crossing_share(crossing: Codes, way: Ints, length_m: Floats) -> Floats:
    """Return each edge's part of its way's length: one crossing makes a walker wait once."""
    way_length = np.bincount(way, weights=length_m)[way]
    share = np.divide(length_m, way_length, out=np.zeros_like(length_m), where=way_length > 0)
    return np.where(crossing > 0, share, 0.0)


def _crossing_kinds(extract: Extract, ref: Ints) -> list[Crossing]:
    """Return how each way is regulated as a crossing: by its own tags, else by a node on it."""
    ways = extract.streets
    node_kind = [Crossing.NONE] * len(ways.tags)
    for way, start, stop in ways.runs():
        on_it = [extract.crossings.get(node) for node in ref[start:stop].tolist()]
        found = [kind for kind in (node_kind[way], *on_it) if kind]
        node_kind[way] = min(found, default=Crossing.NONE)
    return [
        (foot_rules.crossing(tags) or kind or Crossing.UNCONTROLLED)
        if foot_rules.is_crossing(tags)
        else Crossing.NONE
        for tags, kind in zip(ways.tags, node_kind, strict=True)
    ]


def _barriers(ways: Ways, crs: str) -> Barriers:
    if not ways.run_start:
        return Barriers.none()
    xy = reproject_xy(np.array(ways.lon_lat), WGS84, crs)
    first = np.array(ways.run_start, dtype=np.int64)
    last = np.append(first[1:], len(ways.ref)) - 1
    tags = [ways.tags[way] for way in ways.run_way]
    return Barriers(
        geometry=_lines(xy, first, last),
        kind=np.array([one["kind"] for one in tags], dtype=np.str_),
        name=np.array([one["name"] for one in tags], dtype=np.str_),
    )


def _gate_positions(extract: Extract, ref: Ints, crs: str) -> Floats:
    """Return the locked gates that stand on a street."""
    walked = set(ref.tolist())
    on_street = [place for node, place in extract.closed.items() if node in walked]
    return reproject_xy(np.array(on_street).reshape(-1, 2), WGS84, crs)


def _touching(network: WalkNetwork, area: shapely.Geometry, path: Path) -> WalkNetwork:
    try:
        return network_within(network, reproject(np.array([area]), WGS84, network.crs)[0])
    except EmptyNetworkError as error:
        raise EmptyNetworkError(
            f"{path}: no walkable street of the file touches the study area; "
            "choose an extract that covers the district"
        ) from error


def _source(path: Path) -> Source:
    made = is_made(path)
    note = "made data" if made else "© OpenStreetMap contributors, ODbL 1.0"
    return Source(name=path.name, crs=WGS84, date=data_date(path), synthetic=made, note=note)
