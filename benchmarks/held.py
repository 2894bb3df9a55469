"""What a network holds in memory, and how long it takes to get it there."""

from __future__ import annotations

import time
from pathlib import Path

from towns import Town

from geoplan.io.graphs import network_from_edges
from geoplan.io.networks import read_network
from geoplan.model.footprint import footprint
from geoplan.model.network import WalkNetwork

CRS = "EPSG:4549"


def read_timed(path: Path) -> tuple[WalkNetwork, float]:
    """Return the network of a file and the seconds that reading took."""
    begun = time.perf_counter()
    network = read_network(path)
    return network, time.perf_counter() - begun


def network_of(town: Town) -> WalkNetwork:
    """Return a made town as geoplan holds it, its streets straight."""
    return network_from_edges(town.node_xy, town.tail, town.head, town.length_m, crs=CRS)


def in_words(network: WalkNetwork) -> str:
    """Return a line that says what the network holds."""
    held = footprint(network)
    return (
        f"{network.node_count:,} nodes, {network.edge_count:,} streets, "
        f"{held.per_directed_edge:.1f} bytes a directed edge with the offsets of the bends, "
        f"{held.per_directed_edge_with_bends:.1f} with the bends"
    )
