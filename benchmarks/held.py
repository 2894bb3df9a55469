"""What a network holds in memory, and how long it takes to get it there."""

from __future__ import annotations

import time
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
import shapely

from geoplan.io.networks import read_network
from geoplan.model.network import WalkNetwork

_COORDINATE_BYTES = 16


def read_timed(path: Path) -> tuple[WalkNetwork, float]:
    """Return the network of a file and the seconds that reading took."""
    begun = time.perf_counter()
    network = read_network(path)
    return network, time.perf_counter() - begun


def bytes_per_directed_edge(network: WalkNetwork) -> float:
    """Return all bytes of the network over twice its streets, barriers left out."""
    held = sum(
        _bytes(getattr(network, field.name))
        for field in fields(network)
        if field.name not in {"barriers", "closed_gates", "source"}
    )
    return held / (2 * network.edge_count)


def _bytes(value: object) -> int:
    if isinstance(value, np.ndarray):
        lines = value.dtype == object
        return value.nbytes + (shapely.count_coordinates(value) * _COORDINATE_BYTES if lines else 0)
    if is_dataclass(value):
        return sum(_bytes(getattr(value, field.name)) for field in fields(value))
    return 0
