"""Service areas beside the isochrone recipe of OSMnx, on the same streets, place by place.

    python benchmarks/areas.py [PROJECT] [PLACES] [MINUTES,MINUTES…]

PROJECT is a folder with ``geoplan.toml``; ``sample`` is the embedded one. Both are compared with a
sample every five metres. The recipe is that of the OSMnx examples (notebook 13, isolines): the ego
graph of the snapped node by travel time, discs at its nodes, bands on its edges, one union; it
snaps to the nearest node and keeps only edges whose two ends are in reach. It draws some places;
geoplan draws these and, once more, all places of the project.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import networkx as nx
import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).parents[1]))

from geoplan.domain.profiles import PROFILES, Profile
from geoplan.jobs import load_inputs, open_project
from geoplan.model.arrays import Floats, Geometries
from geoplan.model.network import WalkNetwork
from geoplan.stages.bands import BAND_M, street_bands
from geoplan.stages.network import walk_costs
from geoplan.stages.reach import search_graph
from geoplan.stages.service_areas import service_areas
from geoplan.stages.snapping import snap
from tests.sampled_areas import sampled_area

SNAP_M = 250.0


def geoplan_areas(
    network: WalkNetwork, xy: Floats, minutes: Sequence[int], walker: Profile
) -> Geometries:
    """Return (places × limits,) areas with all holes kept, from nothing prepared."""
    rows = np.arange(len(xy), dtype=np.int32)
    graph = search_graph(network, walk_costs(network, walker), snap(network, xy, limit_m=SNAP_M))
    bands = street_bands(network, smallest_hole_m2=0.0)
    return service_areas(graph, bands, xy, (rows, rows.astype(np.str_)), minutes).geometry


def osmnx_graph(network: WalkNetwork, walker: Profile) -> nx.MultiDiGraph:
    """Return the streets as OSMnx keeps them: ``x, y``, ``time`` in seconds and ``geometry``."""
    costs = walk_costs(network, walker)
    graph = nx.MultiDiGraph(crs=network.crs)
    for node, (x, y) in enumerate(network.node_xy.tolist()):
        graph.add_node(node, x=x, y=y)
    ways = zip(network.tail.tolist(), network.head.tolist(), strict=True)
    for edge, (tail, head) in enumerate(ways):
        line = network.geometry[edge]
        for here, there, seconds in (
            (head, tail, costs.forward_s[edge]),
            (tail, head, costs.backward_s[edge]),
        ):
            if np.isfinite(seconds):
                graph.add_edge(here, there, time=float(seconds), geometry=line)
    return graph


def osmnx_recipe(
    graph: nx.MultiDiGraph, nodes: Sequence[int], minutes: Sequence[int]
) -> list[shapely.Geometry]:
    """Return (nodes × limits,) areas by the recipe, one node and limit after the other."""
    areas = []
    for node in nodes:
        for limit in minutes:
            reached = nx.ego_graph(graph, node, radius=60.0 * limit, distance="time")
            points = [shapely.Point(data["x"], data["y"]) for _, data in reached.nodes(data=True)]
            lines = [data["geometry"] for _, _, data in reached.edges(data=True)]
            discs = [point.buffer(BAND_M) for point in points]
            bands = [line.buffer(BAND_M) for line in lines]
            areas.append(shapely.union_all([*discs, *bands]))
    return areas


def nearest_nodes(network: WalkNetwork, xy: Floats) -> list[int]:
    """Return the node nearest to each place."""
    tree = shapely.STRtree(shapely.points(network.node_xy))
    return [int(node) for node in tree.nearest(shapely.points(xy))]


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Return the seconds that the work takes, and what it returns."""
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def median_s(work: Callable[[], object], runs: int = 5) -> tuple[float, object]:
    """Return the median seconds of the runs, and what the last one returned."""
    done = [timed(work) for _ in range(runs)]
    return statistics.median(seconds for seconds, _ in done), done[-1][1]


def main(project: str, places: int, minutes: Sequence[int]) -> None:
    """Print medians of five runs and the distance of both from the sampled reference."""
    inputs = load_inputs(open_project(None if project == "sample" else project), progress=str)
    network, walker = inputs.network, PROFILES["elder60"]
    every = inputs.facilities.xy
    few = every[:: max(len(every) // places, 1)][:places]
    graph, nodes = osmnx_graph(network, walker), nearest_nodes(network, few)
    _ = network.geometry, network.incidence  # held by the network; the recipe's graph has its own
    all_s, _ = median_s(lambda: geoplan_areas(network, every, minutes, walker))
    few_s, ours = median_s(lambda: geoplan_areas(network, few, minutes, walker))
    their_s, theirs = median_s(lambda: osmnx_recipe(graph, nodes, minutes))
    recipe_ms = their_s / len(few) * 1e3
    print(f"{project}: {network.edge_count} streets, limits {list(minutes)} min")
    print(f"OSMnx recipe, {len(few)} places: {recipe_ms:.1f} ms a place")
    for count, seconds in ((len(few), few_s), (len(every), all_s)):
        ms = seconds / count * 1e3
        print(f"geoplan, {count} places from nothing: {ms:.1f} ms a place, {recipe_ms / ms:.1f} x")
    points, costs = snap(network, few, limit_m=SNAP_M), walk_costs(network, walker)
    apart = []
    for row in range(len(few)):
        point = points.take(np.array([row], dtype=np.int32))
        exact = sampled_area(network, costs, point, few[row], 60.0 * minutes[-1], step_m=5.0)
        last = (row + 1) * len(minutes) - 1
        apart.append(
            [exact.symmetric_difference(area[last]).area / exact.area for area in (ours, theirs)]
        )
    mine, recipe = np.median(apart, axis=0)
    print(
        f"symmetric difference from the sample at {minutes[-1]} min: "
        f"geoplan {mine:.2%}, recipe {recipe:.1%}"
    )


if __name__ == "__main__":
    given = [*sys.argv[1:], *["sample", "20", "5,10,15"][len(sys.argv) - 1 :]]
    main(given[0], int(given[1]), [int(limit) for limit in given[2].split(",")])
