"""Stage 6b: the covered length of every named road in every subdistrict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geoplan.model.arrays import Floats, Ints
from geoplan.model.network import WalkNetwork
from geoplan.model.places import Boundaries
from geoplan.model.schema import ROADS
from geoplan.stages.reached_parts import ReachedParts, covered_length_m


@dataclass(frozen=True, slots=True, eq=False)
class RoadPieces:
    """Named streets cut at subdistrict borders."""

    edge: Ints
    start: Floats
    stop: Floats
    """Shares of the street's length between which the piece lies."""
    unit: Ints
    """Row of the subdistrict in ``Boundaries``."""


def road_pieces(network: WalkNetwork, boundaries: Boundaries) -> RoadPieces:
    """Return the pieces of named streets inside each subdistrict (or district, without any)."""
    level = "subdistrict" if boundaries.at("subdistrict").size else "district"
    rows = boundaries.at(level)
    named = np.flatnonzero(network.streets.named)
    polygons = boundaries.geometry[rows]
    shapely.prepare(polygons)
    line, unit = shapely.STRtree(polygons).query(network.geometry[named], predicate="intersects")
    edges, units = named[line], rows[unit].astype(np.int64)
    inside = shapely.covers(polygons[unit], network.geometry[edges])
    whole = np.flatnonzero(inside)
    cut = [
        (edges[pair], start, stop, units[pair])
        for pair in np.flatnonzero(~inside)
        for start, stop in _shares_inside(network, int(edges[pair]), polygons[unit[pair]])
    ]
    cut_edge, cut_start, cut_stop, cut_unit = (
        np.array([piece[column] for piece in cut]) for column in range(4)
    )
    return RoadPieces(
        edge=np.concatenate([edges[whole], cut_edge]).astype(np.int64),
        start=np.concatenate([np.zeros(whole.size), cut_start]),
        stop=np.concatenate([np.ones(whole.size), cut_stop]),
        unit=np.concatenate([units[whole], cut_unit]).astype(np.int64),
    )


def roads_table(
    network: WalkNetwork,
    boundaries: Boundaries,
    pieces: RoadPieces,
    parts: Mapping[tuple[str, int], ReachedParts],
    *,
    profile: str,
) -> pd.DataFrame:
    """Return length and covered length by road, subdistrict, service and limit.

    ``parts`` maps (service, minutes) to the reached parts of streets. A street on a shared
    border belongs to the piece inside each side; its length is never counted twice.
    """
    length = network.length_m[pieces.edge] * (pieces.stop - pieces.start)
    keys = pd.DataFrame(
        {
            "road": network.streets.names.take(pieces.edge).texts(),
            "subdistrict": boundaries.name[pieces.unit],
        }
    )
    blocks = []
    for (service, minutes), reached in parts.items():
        covered = covered_length_m(network, reached, pieces.edge, pieces.start, pieces.stop)
        block = keys.assign(length_m=length, covered_m=np.minimum(covered, length))
        sums = block.groupby(["road", "subdistrict"], as_index=False, sort=True).sum()
        blocks.append(sums.assign(service=service, profile=profile, minutes=minutes))
    table = pd.concat(blocks, ignore_index=True).round({"length_m": 2, "covered_m": 2})
    share = table["covered_m"] / table["length_m"].where(table["length_m"] > 0)
    table["share"] = share.round(6)
    return table.loc[:, list(ROADS)]


def _shares_inside(
    network: WalkNetwork, edge: int, polygon: shapely.Geometry
) -> list[tuple[float, float]]:
    """Return the stretches of a street inside a polygon as shares of its length.

    A loop that is cut at its own start gives two stretches; a touch gives none.
    """
    line = network.geometry[edge]
    crossings = shapely.get_coordinates(shapely.intersection(line, shapely.boundary(polygon)))
    at = shapely.line_locate_point(line, shapely.points(crossings), normalized=True)
    stops = np.unique(np.concatenate([[0.0, 1.0], np.atleast_1d(at)]))
    middles = shapely.line_interpolate_point(line, (stops[1:] + stops[:-1]) / 2, normalized=True)
    inside = shapely.contains_properly(polygon, middles)
    return [
        (float(start), float(stop))
        for start, stop, there in zip(stops[:-1], stops[1:], inside, strict=True)
        if there
    ]
