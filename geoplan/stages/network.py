"""Stage 2: the streets of area and halo, their components, and what they cost a walker."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geoplan.domain.profiles import Profile
from geoplan.domain.slope import slope_factor
from geoplan.errors import EmptyNetworkError
from geoplan.model.arrays import Flags, Floats, Indices
from geoplan.model.network import Crossing, Streets, Surface, WalkNetwork, Wheelchair
from geoplan.model.reach import EdgeCosts


def network_within(network: WalkNetwork, area: shapely.Geometry) -> WalkNetwork:
    """Return the streets that touch the area, whole: none is cut at its border.

    Raises
    ------
    EmptyNetworkError
        No street touches the area.
    """
    shapely.prepare(area)
    near = np.flatnonzero(_boxes_meet(network.boxes(), shapely.bounds(area)))
    edges = near[shapely.intersects(area, network.lines(near))].astype(np.int32)
    if edges.size == 0:
        raise EmptyNetworkError(
            "no walkable street touches the study area; check that the network file covers the "
            "district and that both name their coordinate system"
        )
    return take_edges(network, edges)


def _boxes_meet(boxes: Floats, bounds: Floats) -> Flags:
    """Return which boxes touch or overlap the bounds; the lines of the others are never built."""
    west, south, east, north = bounds
    meet: Flags = (boxes[:, 0] <= east) & (boxes[:, 2] >= west)
    meet &= (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
    return meet


def take_edges(
    network: WalkNetwork, edges: Indices, *, streets: Streets | None = None
) -> WalkNetwork:
    """Return the network of the given edges, nodes renumbered in their old order.

    ``streets`` says what is known of these edges; None takes it from the network.
    """
    used, ends = np.unique(
        np.concatenate([network.tail[edges], network.head[edges]]), return_inverse=True
    )
    tail, head = ends.reshape(2, -1).astype(np.int32)
    return replace(
        network,
        node_xy=network.node_xy[used],
        tail=tail,
        head=head,
        length_m=network.length_m[edges],
        shapes=network.shapes.take(edges),
        streets=network.streets.take(edges) if streets is None else streets,
    )


def edge_components(network: WalkNetwork) -> Indices:
    """Return the component of each edge, numbered from the longest (0) to the shortest.

    Two streets are in one component when a walker who ignores one-way rules gets from one to
    the other. Equal lengths are ordered by the first edge.
    """
    links = coo_array(
        (np.ones(network.edge_count), (network.tail, network.head)),
        shape=(network.node_count, network.node_count),
    )
    _, node_label = connected_components(links, directed=False)
    label = node_label[network.tail]
    length = np.bincount(label, weights=network.length_m, minlength=label.max(initial=0) + 1)
    first = np.full(length.size, network.edge_count)
    np.minimum.at(first, label, np.arange(network.edge_count))
    rank = np.empty(length.size, dtype=np.int32)
    rank[np.lexsort([first, -length])] = np.arange(length.size)
    components: Indices = rank[label]
    return components


def walk_costs(network: WalkNetwork, profile: Profile) -> EdgeCosts:
    """Return the seconds that the walker needs along each edge; inf where they may not go.

    Length over the speed that ground and grade leave, plus the wait at a crossing (once a
    crossing, shared over its edges), plus the penalty of each flight of stairs without a ramp and
    of each footbridge or underpass without mapped stairs (half at either end). All numbers are
    the profile's.
    """
    streets = network.streets
    level_s = network.length_m / (profile.pace_m_s * _ground_factor(network, profile))
    extra_s = _extra_s(network, profile)
    forward_s, backward_s = level_s + extra_s, level_s + extra_s
    if profile.slope:
        grade = np.where(streets.steps, 0.0, streets.incline)
        forward_s = level_s / slope_factor(grade) + extra_s
        backward_s = level_s / slope_factor(-grade) + extra_s
    barred = _barred(network, profile)
    forward_s[barred | ~streets.forward] = np.inf
    backward_s[barred | ~streets.backward] = np.inf
    return EdgeCosts(forward_s=forward_s, backward_s=backward_s, leg_speed_m_s=profile.pace_m_s)


def _ground_factor(network: WalkNetwork, profile: Profile) -> Floats:
    """Return the share of the walker's speed that the ground of each edge leaves."""
    left = np.ones(len(Surface))
    left[[Surface.ROUGH, Surface.VERY_ROUGH]] = profile.rough_ground_factor
    left[Surface.SOFT] = profile.soft_ground_factor
    factor: Floats = left[network.streets.surface]
    return factor


def _extra_s(network: WalkNetwork, profile: Profile) -> Floats:
    """Return the seconds of waits and penalties on each edge, the same in both directions."""
    streets = network.streets
    bare_steps = streets.steps & ~streets.ramp
    extra: Floats = (
        crossing_waits(network, profile)
        + np.where(bare_steps, profile.steps_penalty_s, 0.0)
        + profile.overpass_penalty_s * streets.overpass / 2
    )
    return extra


def crossing_waits(network: WalkNetwork, profile: Profile) -> Floats:
    """Return the seconds of ``walk_costs`` that the walker stands waiting on each edge."""
    waits = np.zeros(len(Crossing))
    waits[Crossing.SIGNAL] = profile.signal_wait_s
    waits[Crossing.ZEBRA] = profile.zebra_wait_s
    waits[Crossing.UNCONTROLLED] = profile.uncontrolled_wait_s
    streets = network.streets
    seconds: Floats = waits[streets.crossing] * streets.crossing_share
    return seconds


def _barred(network: WalkNetwork, profile: Profile) -> Flags:
    """Return the edges on which the walker cannot go; what is not known bars nobody."""
    streets = network.streets
    barred: Flags = np.zeros(network.edge_count, dtype=np.bool_)
    if not profile.uses_steps:
        barred |= streets.steps & ~streets.ramp
    if not profile.uses_overpasses:
        barred |= streets.overpass > 0
    if not profile.uses_wheelchair_no:
        barred |= streets.wheelchair == Wheelchair.NO
    if not profile.uses_soft_ground:
        barred |= streets.surface == Surface.SOFT
    if not profile.uses_very_rough_ground:
        barred |= streets.surface == Surface.VERY_ROUGH
    if profile.max_grade is not None:
        barred |= (np.abs(streets.incline) > profile.max_grade) & ~streets.steps
    if profile.max_kerb_m is not None:
        barred |= streets.kerb_m > profile.max_kerb_m
    return barred
