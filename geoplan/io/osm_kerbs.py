"""The highest kerb on each street edge of an OpenStreetMap file."""

from __future__ import annotations

import numpy as np

from geoplan.io.osm_ways import Extract
from geoplan.model.arrays import Floats, Ints


def edge_kerbs(
    extract: Extract, node: Ints, cuts: tuple[Ints, Ints, Ints], told_m: Floats
) -> Floats:
    """Return the highest kerb that a walker along each edge must climb, NaN where none is known.

    A crossing climbs the kerbs of all its nodes and of its own tags. Any other way climbs a kerb
    strictly inside an edge; at a junction it may be the kerb of the crossing that begins there,
    and a kerb on a ``highway=crossing`` node is climbed by those who cross, not along the road.

    Parameters
    ----------
    node
        Node ids along all runs of the streets.
    cuts
        First and last position in ``node`` of each edge, and its way.
    told_m
        Kerbs that the tags of each edge's way tell.
    """
    first, last, way = cuts
    crosses = extract.facts.crossing_ways()[way]
    kerb = told_m.copy()
    kerbs = np.fromiter(extract.kerbs, dtype=np.int64, count=len(extract.kerbs))
    place = np.flatnonzero(np.isin(node, kerbs))
    height = np.array([extract.kerbs[one] for one in node[place].tolist()], dtype=np.float64)
    on_crossing = np.isin(node[place], np.fromiter(extract.crossings, dtype=np.int64))
    order = np.argsort(first, kind="stable")
    for side in ("left", "right"):  # the edge that ends at the place or holds it; that begins there
        at = order[np.searchsorted(first[order], place, side=side) - 1]
        here = (first[at] <= place) & (place <= last[at])
        inside = (first[at] < place) & (place < last[at]) & ~on_crossing
        climbed = here & (crosses[at] | inside)
        np.fmax.at(kerb, at[climbed], height[climbed])
    return kerb
