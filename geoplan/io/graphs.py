"""Networks from lines, from tables and from networkx graphs, and the way back to networkx."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from geoplan.domain.crs import is_metric, metric_crs, reproject
from geoplan.errors import CrsError, EmptyNetworkError, InputError, NetworkError
from geoplan.io import foot_rules
from geoplan.io.ordering import hilbert_rank
from geoplan.model.arrays import Floats, Geometries, Ints
from geoplan.model.network import Barriers, Streets, WalkNetwork
from geoplan.model.reach import EdgeCosts
from geoplan.model.source import Source

if TYPE_CHECKING:
    import networkx as nx

_MILLIMETRE = 0.001
_TAGS = ("highway", "name", "bridge", "tunnel", "wheelchair", "crossing", "footway", "incline")


def network_from_lines(lines: gpd.GeoDataFrame, *, crs: str | None = None) -> WalkNetwork:
    """Return the network of a line layer; ends that coincide are joined, crossings are not.

    Parameters
    ----------
    lines
        LineStrings (MultiLineStrings are taken apart) with a coordinate system. The columns
        ``highway, name, bridge, tunnel, wheelchair, crossing, footway, incline`` are read as
        OpenStreetMap tags when they are there.
    crs
        Metric system; None keeps that of the layer if it is metric.

    Raises
    ------
    CrsError
        The layer has no coordinate system.
    EmptyNetworkError
        The layer holds no line.
    """
    if lines.crs is None:
        raise CrsError("the lines have no coordinate system; set it, for example EPSG:4490")
    parts = lines.explode(index_parts=False, ignore_index=True)
    length = shapely.length(parts.geometry.to_numpy())
    parts = parts[(parts.geometry.geom_type == "LineString") & (length > 0)]
    if parts.empty:
        raise EmptyNetworkError("the layer holds no line; choose the layer with the streets")
    source = _crs_name(lines.crs)
    parts = parts.iloc[np.argsort(shapely.to_wkb(parts.geometry.to_numpy()), kind="stable")]
    target = crs or _metric(source, parts.total_bounds)
    shapes = reproject(np.array(parts.geometry.to_numpy(), dtype=object), source, target)
    rows = parts.drop(columns=parts.geometry.name).to_dict("records")
    tags = [_tags_of(row) for row in rows]
    return _from_shapes(shapes, tags, target, Source(name="lines", crs=source))


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
    if min(tail.min(), head.min()) < 0 or max(tail.max(), head.max()) >= len(xy):
        raise NetworkError(f"u and v must be node numbers from 0 to {len(xy) - 1}")
    if not (np.isfinite(length).all() and (length >= 0).all()):
        raise NetworkError("length_m must be finite and not negative")
    lines = np.asarray(shapely.linestrings(np.stack([xy[tail], xy[head]], axis=1)), dtype=object)
    return WalkNetwork(
        node_xy=xy,
        tail=tail,
        head=head,
        length_m=length,
        geometry=lines,
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
        xy = {
            node: (float(values["x"]), float(values["y"]))
            for node, values in graph.nodes(data=True)
        }
    except (KeyError, ValueError) as error:
        raise InputError(f"{name}: a node has no x and y; export the graph with OSMnx") from error
    shapes: dict[tuple[str, ...], tuple[shapely.Geometry, dict[str, str], set[bool]]] = {}
    for tail, head, values in graph.edges(data=True):
        line = _line_of(values, xy[tail], xy[head])
        tags = _tags_of(values)
        ahead = (str(tail), str(head)) <= (str(head), str(tail))
        ends = sorted([str(tail), str(head)])
        key = (*ends, str(values.get("osmid", "")), f"{shapely.length(line):.9g}")
        kept = shapes.setdefault(key, (line if ahead else shapely.reverse(line), tags, set()))
        kept[2].add(ahead)
    lines = np.array([line for line, _, _ in shapes.values()], dtype=object)
    tags_of_lines = [
        tags | _one_way(directions) if directed else tags
        for _, tags, directions in shapes.values()
        for directed in [graph.is_directed()]
    ]
    target = crs or _metric(source, shapely.total_bounds(lines))
    moved = reproject(lines, source, target)
    return _from_shapes(moved, tags_of_lines, target, Source(name=name, crs=source))


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


def _from_shapes(
    shapes: Geometries, tags: list[dict[str, str]], crs: str, source: Source
) -> WalkNetwork:
    ends = np.concatenate(
        [
            shapely.get_coordinates(shapely.get_point(shapes, 0)),
            shapely.get_coordinates(shapely.get_point(shapes, -1)),
        ]
    )
    keys, first, index = np.unique(
        np.round(ends / _MILLIMETRE).astype(np.int64),
        axis=0,
        return_index=True,
        return_inverse=True,
    )
    rank = hilbert_rank(ends[first])
    node_xy = np.empty((len(keys), 2))
    node_xy[rank] = ends[first]
    tail, head = rank[index.reshape(-1)].reshape(2, -1).astype(np.int32)
    both = np.array([foot_rules.directions(one) for one in tags], dtype=np.bool_)
    steps = np.array([one.get("highway") == "steps" for one in tags])
    crossing = [foot_rules.crossing(one) if foot_rules.is_crossing(one) else 0 for one in tags]
    return WalkNetwork(
        node_xy=node_xy,
        tail=tail,
        head=head,
        length_m=shapely.length(shapes),
        geometry=shapes,
        streets=Streets(
            way_class=np.array([one.get("highway", "footway") for one in tags]),
            name=np.array([one.get("name", "") for one in tags]),
            steps=steps,
            ramp=steps & np.array([foot_rules.has_ramp(one) for one in tags]),
            structure=np.array([foot_rules.structure(one) for one in tags], dtype=np.uint8),
            wheelchair=np.array([foot_rules.wheelchair(one) for one in tags], dtype=np.uint8),
            crossing=np.array(crossing, dtype=np.uint8),
            crossing_share=(np.array(crossing) > 0).astype(np.float64),
            incline=np.array([foot_rules.incline(one) for one in tags]),
            forward=both[:, 0],
            backward=both[:, 1],
            way_id=np.full(len(tags), -1, dtype=np.int64),
        ),
        crs=crs,
        source=source,
        barriers=Barriers.none(),
        closed_gates=np.empty((0, 2)),
    )


def _one_way(directions: set[bool]) -> dict[str, str]:
    if len(directions) == 2:
        return {}
    return {"oneway:foot": "yes" if True in directions else "-1"}


def _tags_of(values: dict[Any, Any]) -> dict[str, str]:
    """Return the tags of an edge as plain text; of several values the first."""
    tags = {}
    for key in _TAGS:
        value = values.get(key)
        if isinstance(value, str) and value.startswith("["):
            value = ast.literal_eval(value)
        if isinstance(value, list):
            value = value[0]
        if value is not None and value == value:  # noqa: PLR0124  NaN is not itself
            tags[key] = str(value)
    return tags


def _line_of(
    values: dict[str, Any], tail: tuple[float, float], head: tuple[float, float]
) -> shapely.Geometry:
    shape = values.get("geometry")
    if isinstance(shape, str):
        return shapely.from_wkt(shape)
    return shape if shape is not None else shapely.LineString([tail, head])


def _metric(source: str, bounds: Floats) -> str:
    if is_metric(source):
        return source
    west, south, east, north = bounds
    return metric_crs((west + east) / 2, (south + north) / 2)


def _crs_name(crs: pyproj.CRS) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.to_wkt())
