"""The walking network of an OpenStreetMap file, node-accurate.

Ways are split where walkable ways share a node; bridges meet nothing that they only pass over.
A way whose nodes are partly missing (a clipped extract) keeps the parts that are there. A locked
gate parts the streets on either side of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely

from geoplan.domain.crs import metric_crs, reproject, reproject_xy
from geoplan.errors import EmptyNetworkError
from geoplan.io.carriageways import Carriageways, without_quiet_waits
from geoplan.io.ordering import hilbert_rank
from geoplan.io.osm_file import data_date, is_made
from geoplan.io.osm_kerbs import edge_kerbs
from geoplan.io.osm_ways import Extract, Ways, read_ways
from geoplan.io.overpasses import with_overpasses
from geoplan.io.street_facts import as_numbers
from geoplan.model.arrays import Codes, Flags, Floats, Geometries, Indices, Ints, narrow_offsets
from geoplan.model.network import Barriers, Crossing, WalkNetwork
from geoplan.model.shapes import Shapes, stretches
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
    if not len(extract.streets):
        raise EmptyNetworkError(f"{path}: no walkable way is in the file; check the extract")
    lon_lat = extract.streets.lon_lat()
    target = crs or metric_crs(*lon_lat.mean(axis=0).tolist())
    xy = reproject_xy(lon_lat, WGS84, target)
    del lon_lat
    network = _build(extract, xy, target, _source(path))
    return network if area is None else touching(network, area, path)


@dataclass(frozen=True, slots=True)
class _Cuts:
    """Street edges as cuts of the runs: positions of their first and last node, and their way."""

    first: Ints
    last: Ints
    way: Ints

    def take(self, rows: Ints | Flags) -> _Cuts:
        return _Cuts(self.first[rows], self.last[rows], self.way[rows])


def _build(extract: Extract, xy: Floats, crs: str, source: Source) -> WalkNetwork:
    """Return the network: runs cut at junctions, nodes along a Hilbert curve."""
    ways, node = extract.streets, as_numbers(extract.streets.node)
    cuts = _cuts(ways, node, extract)
    cuts = cuts.take((node[cuts.first] != node[cuts.last]) | _has_length(xy, cuts))
    tail, head, node_xy = _junctions(node, xy, cuts, extract)
    way_id = as_numbers(ways.id)
    order = np.lexsort([cuts.first, way_id[cuts.way], head, tail])
    cuts = cuts.take(order)
    length_m = _lengths(xy, cuts)
    on_nodes = _regulated_by_nodes(extract, node)
    crossing = extract.facts.crossing_kinds(on_nodes)[cuts.way]
    streets = extract.facts.streets(
        cuts.way,
        crossing=crossing,
        crossing_share=_crossing_share(crossing, cuts.way, length_m),
        way_id=way_id[cuts.way],
    )
    kerb_m = edge_kerbs(extract, node, (cuts.first, cuts.last, cuts.way), streets.kerb_m)
    network = WalkNetwork(
        node_xy=node_xy,
        tail=tail[order],
        head=head[order],
        length_m=length_m,
        shapes=_bends(xy, cuts),
        streets=replace(streets, kerb_m=kerb_m),
        crs=crs,
        source=source,
        barriers=_barriers(extract, crs),
        closed_gates=_gate_positions(extract, node, crs),
    )
    closed = _carriageways(extract, crs)
    return with_overpasses(
        without_quiet_waits(network, closed), extract.facts.even(cuts.way), closed
    )


def _cuts(ways: Ways, node: Ints, extract: Extract) -> _Cuts:
    """Return the edges: every run is cut where its node is used again, and at locked gates."""
    begin, stop, way = ways.runs()
    _, inverse, used = np.unique(node, return_inverse=True, return_counts=True)
    junction = used[inverse] > 1
    junction |= np.isin(node, np.fromiter(extract.closed, dtype=np.int64))
    junction[begin] = True
    junction[stop - 1] = True
    at = np.flatnonzero(junction)
    run = np.searchsorted(begin, at, side="right") - 1
    same = run[1:] == run[:-1]
    return _Cuts(at[:-1][same], at[1:][same], way[run[:-1][same]])


def _has_length(xy: Floats, cuts: _Cuts) -> Flags:
    """Return which edges have any length: a lift joins two nodes that stand on one spot."""
    step = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    along = np.cumsum(step)
    flags: Flags = along[cuts.last] > along[cuts.first]
    return flags


def _junctions(
    node: Ints, xy: Floats, cuts: _Cuts, extract: Extract
) -> tuple[Indices, Indices, Floats]:
    """Return tail and head of each edge and the places of the nodes, along a Hilbert curve."""
    start_key, stop_key = _node_keys(node, cuts.first, cuts.last, extract)
    keys, index = np.unique(np.concatenate([start_key, stop_key]), return_inverse=True)
    node_xy = np.empty((keys.size, 2))
    node_xy[index] = xy[np.concatenate([cuts.first, cuts.last])]
    rank = hilbert_rank(node_xy)
    ordered_xy = np.empty_like(node_xy)
    ordered_xy[rank] = node_xy
    tail, head = rank[index].reshape(2, -1).astype(np.int32)
    return tail, head, ordered_xy


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


def _bends(xy: Floats, cuts: _Cuts) -> Shapes:
    """Return the nodes of each edge between its first and its last."""
    counts = cuts.last - cuts.first - 1
    return Shapes(narrow_offsets(counts), xy[stretches(cuts.first + 1, counts)])


def _lengths(xy: Floats, cuts: _Cuts) -> Floats:
    """Return the length of each edge, its steps added from the first to the last.

    Every edge has a step, so the counts end with the last edge.
    """
    counts = cuts.last - cuts.first
    stop = stretches(cuts.first + 1, counts)
    east, north = (xy[stop] - xy[stop - 1]).T
    owner = np.repeat(np.arange(counts.size), counts)
    steps: Floats = np.sqrt(east * east + north * north)
    return np.asarray(np.bincount(owner, weights=steps), dtype=np.float64)


def _crossing_share(crossing: Codes, way: Ints, length_m: Floats) -> Floats:
    """Return each edge's part of its way's length: one crossing makes a walker wait once."""
    way_length = np.bincount(way, weights=length_m)[way]
    share = np.divide(length_m, way_length, out=np.zeros_like(length_m), where=way_length > 0)
    return np.where(crossing > 0, share, 0.0)


def _regulated_by_nodes(extract: Extract, node: Ints) -> Codes:
    """Return the strictest regulation of the crossing nodes on each way, 0 for none."""
    begin, _, way = extract.streets.runs()
    crossings = np.fromiter(extract.crossings, dtype=np.int64, count=len(extract.crossings))
    kinds = np.fromiter(extract.crossings.values(), dtype=np.uint8, count=crossings.size)
    order = np.argsort(crossings)
    at = np.flatnonzero(np.isin(node, crossings))
    kind = kinds[order][np.searchsorted(crossings[order], node[at])]
    strictest: Codes = np.full(len(extract.facts), len(Crossing), dtype=np.uint8)
    on_way = way[np.searchsorted(begin, at, side="right") - 1]
    np.minimum.at(strictest, on_way[kind > 0], kind[kind > 0])
    strictest[strictest == len(Crossing)] = Crossing.NONE
    return strictest


def _barriers(extract: Extract, crs: str) -> Barriers:
    if not len(extract.barriers):
        return Barriers.none()
    _, _, way = extract.barriers.runs()
    return Barriers(
        geometry=_run_lines(extract.barriers, crs),
        kind=extract.barrier_kind.labels(way).texts(),
        name=extract.barrier_name.labels(way).texts(),
    )


def _carriageways(extract: Extract, crs: str) -> Carriageways:
    _, _, way = extract.carriageways.runs()
    return Carriageways(
        geometry=_run_lines(extract.carriageways, crs),
        structure=as_numbers(extract.carriageway_structure)[way],
    )


def _run_lines(ways: Ways, crs: str) -> Geometries:
    """Return the line of each run."""
    if not len(ways):
        return np.empty(0, dtype=object)
    xy = reproject_xy(ways.lon_lat(), WGS84, crs)
    begin, stop, _ = ways.runs()
    run = np.repeat(np.arange(begin.size), stop - begin)
    return np.asarray(shapely.linestrings(xy, indices=run), dtype=object)


def _gate_positions(extract: Extract, node: Ints, crs: str) -> Floats:
    """Return the locked gates that stand on a street."""
    gates = np.fromiter(extract.closed, dtype=np.int64, count=len(extract.closed))
    places = np.array(list(extract.closed.values())).reshape(-1, 2)
    return reproject_xy(places[np.isin(gates, node)], WGS84, crs)


def touching(network: WalkNetwork, area: shapely.Geometry, path: Path) -> WalkNetwork:
    """Return the streets of a file that touch an area in longitude and latitude, whole.

    Raises
    ------
    EmptyNetworkError
        No street touches it.
    """
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
