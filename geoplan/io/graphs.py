"""Networks from lines, from tables and from networkx graphs, and the way back to networkx."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geoplan.domain.crs import is_metric, metric_crs, reproject
from geoplan.errors import CrsError, EmptyNetworkError, InputError, NetworkError
from geoplan.io import foot_rules
from geoplan.io.carriageways import VEHICULAR, Carriageways, without_quiet_waits
from geoplan.io.graph_edges import (
    Street,
    crossing_kinds,
    crossing_shares,
    edge_kerbs,
    join_pieces,
    node_tags,
    street_edges,
    text_tags,
)
from geoplan.io.ordering import hilbert_rank
from geoplan.io.overpasses import with_overpasses
from geoplan.io.street_facts import StreetFacts
from geoplan.model.arrays import Flags, Floats, Geometries, Indices, Ints
from geoplan.model.network import Barriers, Crossing, Streets, WalkNetwork
from geoplan.model.reach import EdgeCosts
from geoplan.model.shapes import Shapes
from geoplan.model.source import Source

if TYPE_CHECKING:
    import networkx as nx

_MILLIMETRE = 0.001 + 1e-9
"""Ends this near coincide; the rest is what coordinates of seven digits lose in a float."""


def network_from_lines(lines: gpd.GeoDataFrame, *, crs: str | None = None) -> WalkNetwork:
    """Return the network of a line layer; ends that coincide are joined, crossings are not.

    Ends within a millimetre of each other coincide. Lines that their tags close to walkers
    (motorways, ``foot=no``) are left out.

    Parameters
    ----------
    lines
        LineStrings (MultiLineStrings are taken apart) with a coordinate system. Columns named
        like OpenStreetMap tags (``highway, name, bridge, tunnel, wheelchair, crossing, incline``
        …) are read as such when they are there.
    crs
        Metric system; None keeps that of the layer if it is metric.

    Raises
    ------
    CrsError
        The layer has no coordinate system.
    EmptyNetworkError
        The layer holds no line that carries walkers.
    """
    if lines.crs is None:
        raise CrsError("the lines have no coordinate system; set it, for example EPSG:4490")
    parts = lines.explode(index_parts=False, ignore_index=True)
    shapes = np.array(parts.geometry.to_numpy(), dtype=object)
    drawn = (shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING) & ~_shrunk(shapes)
    if not drawn.any():
        raise EmptyNetworkError("the layer holds no line; choose the layer with the streets")
    source = _crs_name(lines.crs)
    target = crs or _metric(source, shapely.total_bounds(shapes[drawn]))
    moved = reproject(shapely.force_2d(shapes[drawn]), source, target)
    rows = parts[drawn].drop(columns=parts.geometry.name).to_dict("records")
    ends = _joined_ends(moved).tolist()
    streets = [
        Street(tail, head, line, text_tags(row))
        for (tail, head), line, row in zip(ends, moved, rows, strict=True)
    ]
    return _network(streets, {}, crs=target, source=Source(name="lines", crs=source))


def network_from_edges(
    node_xy: Floats, u: Ints, v: Ints, length_m: Floats, *, crs: str
) -> WalkNetwork:
    """Return the network of straight, two-way edges with the given lengths.

    Raises
    ------
    CrsError
        ``crs`` is not metric.
    NetworkError
        Lengths are negative or not finite, or an end is no node.
    EmptyNetworkError
        There is no edge.
    """
    if not is_metric(crs):
        raise CrsError(f"{crs} is not a metric system; project the nodes first")
    xy = np.asarray(node_xy, dtype=np.float64).reshape(-1, 2)
    tail, head = np.asarray(u, dtype=np.int32), np.asarray(v, dtype=np.int32)
    length = np.asarray(length_m, dtype=np.float64)
    if tail.size == 0:
        raise EmptyNetworkError("there is no edge")
    if not tail.shape == head.shape == length.shape:
        raise NetworkError("u, v and length_m must have one value an edge")
    if min(tail.min(), head.min()) < 0 or max(tail.max(), head.max()) >= len(xy):
        raise NetworkError(f"u and v must be node numbers from 0 to {len(xy) - 1}")
    if not (np.isfinite(length).all() and (length >= 0).all()):
        raise NetworkError("length_m must be finite and not negative")
    return WalkNetwork(
        node_xy=xy,
        tail=tail,
        head=head,
        length_m=length,
        shapes=Shapes.straight(tail.size),
        streets=Streets.plain(tail.size),
        crs=crs,
        source=Source(name="edges", crs=crs),
        barriers=Barriers.none(),
        closed_gates=np.empty((0, 2)),
    )


def read_graphml(path: Path, *, crs: str | None = None) -> WalkNetwork:
    """Return the network of a GraphML file as OSMnx writes it.

    Raises
    ------
    InputError
        The file is not GraphML, or its nodes have no position.
    """
    import networkx as nx  # noqa: PLC0415  half a second that only GraphML needs

    try:
        graph = nx.read_graphml(path, force_multigraph=True)
    except (nx.NetworkXError, SyntaxError, ValueError, KeyError) as error:
        raise InputError(
            f"{path}: not a readable GraphML file; fetch the network again with 'geoplan fetch'"
        ) from error
    return network_from_graph(nx.MultiDiGraph(graph), crs=crs, name=path.name)


def network_from_graph(
    graph: nx.MultiDiGraph[Any], *, crs: str | None = None, name: str = "graph"
) -> WalkNetwork:
    """Return the network of a networkx graph with ``x``, ``y`` and a graph-wide ``crs``.

    The two directed twins of a street become one edge that may be walked both ways.

    Raises
    ------
    CrsError
        The graph names no coordinate system.
    InputError
        A node has no position.
    EmptyNetworkError
        The graph has no edge.
    """
    source = str(graph.graph.get("crs", ""))
    if not source:
        raise CrsError(f"{name}: the graph names no 'crs'; set graph.graph['crs']")
    if graph.number_of_edges() == 0:
        raise EmptyNetworkError(f"{name}: the graph has no edge")
    try:
        places = {
            node: (float(values["x"]), float(values["y"]))
            for node, values in graph.nodes(data=True)
        }
    except (KeyError, ValueError) as error:
        raise InputError(f"{name}: a node has no x and y; export the graph with OSMnx") from error
    nodes = node_tags(graph)
    streets = join_pieces(street_edges(graph, places), nodes)
    lines = np.array([street.line for street in streets], dtype=object)
    target = crs or _metric(source, shapely.total_bounds(lines))
    moved = reproject(lines, source, target)
    streets = [replace(one, line=line) for one, line in zip(streets, moved, strict=True)]
    return _network(streets, nodes, crs=target, source=Source(name=name, crs=source))


def network_to_graph(network: WalkNetwork, costs: EdgeCosts) -> nx.MultiDiGraph[Any]:
    """Return the network as a networkx graph whose ``seconds`` are the walker's costs."""
    import networkx as nx  # noqa: PLC0415  half a second that only this door needs

    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph(crs=network.crs)
    for node, (x, y) in enumerate(network.node_xy.tolist()):
        graph.add_node(node, x=x, y=y)
    ends = zip(network.tail.tolist(), network.head.tolist(), strict=True)
    for edge, (tail, head) in enumerate(ends):
        length = float(network.length_m[edge])
        for source, target, seconds in (
            (tail, head, costs.forward_s[edge]),
            (head, tail, costs.backward_s[edge]),
        ):
            if np.isfinite(seconds):
                graph.add_edge(source, target, edge=edge, length=length, seconds=float(seconds))
    return graph


def _network(
    streets: list[Street],
    nodes: Mapping[Hashable, Mapping[str, str]],
    *,
    crs: str,
    source: Source,
) -> WalkNetwork:
    """Return the network of streets in a metric system; nodes run along a Hilbert curve."""
    closed = _closed_carriageways(streets)
    streets = [street for street in streets if not foot_rules.barred(street.tags)]
    if not streets:
        raise EmptyNetworkError(
            f"{source.name}: every street is closed to walkers; check the tags foot and access"
        )
    tail, head, node_xy, gates = _numbered(streets, nodes)
    order = np.lexsort((_shape_rank(streets), head, tail))
    streets = [streets[row] for row in order.tolist()]
    lines = np.array([street.line for street in streets], dtype=object)
    given_m = np.array([street.length_m for street in streets])
    length_m = np.where(np.isfinite(given_m) & (given_m >= 0), given_m, shapely.length(lines))
    tail, head = tail[order], head[order]
    facts, columns = _columns(streets, crossing_kinds(streets, nodes), length_m)
    network = WalkNetwork(
        node_xy=node_xy,
        tail=tail,
        head=head,
        length_m=length_m,
        shapes=Shapes.of_lines(lines, node_xy[tail], node_xy[head]),
        streets=replace(columns, kerb_m=edge_kerbs(streets, nodes, columns.kerb_m)),
        crs=crs,
        source=source,
        barriers=Barriers.none(),
        closed_gates=gates,
    )
    even = facts.even(np.arange(len(streets)))
    return with_overpasses(without_quiet_waits(network, closed), even, closed)


def _closed_carriageways(streets: list[Street]) -> Carriageways:
    """Return the carriageways that walkers may not use; footbridges cross them all the same."""
    closed = [
        street
        for street in streets
        if street.tags.get("highway") in VEHICULAR and foot_rules.barred(street.tags)
    ]
    structures = [foot_rules.structure(street.tags) for street in closed]
    return Carriageways(
        geometry=np.array([street.line for street in closed], dtype=object),
        structure=np.array(structures, dtype=np.uint8),
    )


def _numbered(
    streets: list[Street], nodes: Mapping[Hashable, Mapping[str, str]]
) -> tuple[Indices, Indices, Floats, Floats]:
    """Return tail, head, node positions and locked gates; at a gate every end stands alone."""
    shut = {node for node, tags in nodes.items() if foot_rules.closed_gate(tags)}
    lines = np.array([street.line for street in streets], dtype=object)
    ends = shapely.get_coordinates(
        np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    )
    labels = [street.tail for street in streets] + [street.head for street in streets]
    keys = [(label, row if label in shut else -1) for row, label in enumerate(labels)]
    number: dict[Hashable, int] = {}
    index = np.array([number.setdefault(key, len(number)) for key in keys])
    order = np.lexsort([ends[:, 1], ends[:, 0], index])
    first = order[np.unique(index[order], return_index=True)[1]]
    rank = hilbert_rank(ends[first])
    node_xy = np.empty((len(number), 2))
    node_xy[rank] = ends[first]
    tail, head = rank[index].reshape(2, -1).astype(np.int32)
    at_gate = np.array([label in shut for label in labels], dtype=np.bool_)
    return tail, head, node_xy, np.unique(ends[at_gate], axis=0)


def _columns(
    streets: list[Street], kinds: list[Crossing], length_m: Floats
) -> tuple[StreetFacts, Streets]:
    facts = StreetFacts()
    for street in streets:
        facts.add(street.tags, street.tags.get("highway", "footway"))
    columns = facts.streets(
        np.arange(len(streets)),
        crossing=np.array(kinds, dtype=np.uint8),
        crossing_share=crossing_shares(streets, kinds, length_m),
        way_id=np.array([street.way_id for street in streets], dtype=np.int64),
    )
    drawn = np.array([(one.forward, one.backward) for one in streets], dtype=np.bool_)
    forward, backward = columns.forward & drawn[:, 0], columns.backward & drawn[:, 1]
    return facts, replace(columns, forward=forward, backward=backward)


def _joined_ends(lines: Geometries) -> Ints:
    """Return the node label of both ends of each line, shape (lines, 2)."""
    ends = shapely.get_coordinates(
        np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    )
    spots, index = np.unique(ends, axis=0, return_inverse=True)
    near = cKDTree(spots).query_pairs(_MILLIMETRE, output_type="ndarray")
    links = coo_array((np.ones(len(near)), near.T), shape=(len(spots), len(spots)))
    label = connected_components(links, directed=False)[1]
    return np.asarray(label[index.reshape(-1)].reshape(2, -1).T, dtype=np.int64)


def _shape_rank(streets: list[Street]) -> Ints:
    """Return the order of the shapes, so that parallel edges do not depend on the file's order."""
    shapes = shapely.to_wkb(np.array([street.line for street in streets], dtype=object))
    return np.unique(shapes, return_inverse=True)[1].reshape(-1)


def _shrunk(shapes: Geometries) -> Flags:
    """Return which shapes are empty or have no length in the plane of their own system."""
    flags: Flags = ~(shapely.length(shapes) > 0)
    return flags


def _metric(source: str, bounds: Floats) -> str:
    if is_metric(source):
        return source
    west, south, east, north = bounds
    return metric_crs((west + east) / 2, (south + north) / 2)


def _crs_name(crs: pyproj.CRS) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.to_wkt())
