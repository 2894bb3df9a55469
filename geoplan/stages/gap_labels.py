"""Stage 7d: which homes make one gap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geoplan.domain.gap_classes import COVERED, MISSING_REASONS, REASONS
from geoplan.model.arrays import Flags, Indices, Ints, Texts
from geoplan.model.demand import Demand
from geoplan.model.network import SnappedPoints, WalkNetwork
from geoplan.model.places import Boundaries
from geoplan.model.results import UnitIndex
from geoplan.stages.gap_classes import PointClasses
from geoplan.stages.gap_evidence import GapGround, GapWalks
from geoplan.stages.units import locate


def gap_labels(
    ground: GapGround, walks: GapWalks, classes: PointClasses, link: Ints, node_beyond: Flags
) -> Ints:
    """Return the gap of each demand point, −1 for a point without a class.

    A gap is of one class and lies in one community (or in the lowest unit that there is). Homes of
    H, C and A are in one gap when streets of their unit join them whose both ends are beyond the
    limit; those of C also share their missing link; homes without any street are joined by the
    name of their place. Homes of B are joined by place; of D by the set of services that they
    lack; of E and F by the nearest facility, the one to enlarge or to upgrade; of G by unit alone.

    Gaps are numbered from 0: first those beyond the limit, then B, D, E, F and G; within each of
    these most people first, ties by the least id of a home.
    """
    demand = ground.inputs.demand
    unit = lowest_unit(ground.units)
    place = np.unique(demand.place, return_inverse=True)[1].reshape(-1)
    streets = street_groups(
        ground.inputs.network,
        ground.inputs.boundaries,
        unit,
        ground.homes,
        (classes.uncovered, node_beyond),
    )
    joined = np.where(ground.homes.reached(), streets, -1 - place)
    facility = walks.nearest.facility.astype(np.int64)
    keys = (
        np.unique(classes.letter, return_inverse=True)[1],
        unit,
        np.where(classes.uncovered, joined, 0),
        *_further_keys(classes, place, link, facility),
    )
    stages = [classes.uncovered, *(classes.of(letter) for letter in COVERED)]
    return _numbered(stages, np.column_stack(keys), demand)


def street_groups(
    network: WalkNetwork,
    boundaries: Boundaries,
    unit: Ints,
    homes: SnappedPoints,
    beyond: tuple[Flags, Flags],
) -> Ints:
    """Return the group of each home: uncovered homes share one when uncovered streets join them.

    Shape (homes,). Homes of one street are joined, and a home is joined to the ends of its street
    that are beyond the limit; streets go on where both ends are beyond. All of it within one unit.
    A home that is joined to none is a group of its own. Which end of a street is its tail makes no
    difference.

    Parameters
    ----------
    unit
        Row of the lowest unit of each home.
    beyond
        Which homes, and which nodes, are beyond the limit.
    """
    home_beyond, node_beyond = beyond
    node_unit = _unit_of_nodes(boundaries, network, node_beyond)
    joined = (
        node_beyond[network.tail]
        & node_beyond[network.head]
        & (node_unit[network.tail] == node_unit[network.head])
    )
    candidate = np.flatnonzero(home_beyond[homes.owner()])
    owner, edge = homes.owner()[candidate], homes.edge[candidate]
    ends = np.concatenate([network.tail[edge], network.head[edge]])
    both = np.tile(owner, 2)
    far = node_beyond[ends] & (node_unit[ends] == unit[both])
    first = _first_of_street(edge, unit[owner])
    start = network.node_count
    rows = np.concatenate([network.tail[joined], start + both[far], start + owner])
    columns = np.concatenate([network.head[joined], ends[far], start + owner[first]])
    size = start + len(homes)
    links = coo_array((np.ones(rows.size), (rows, columns)), shape=(size, size))
    _, component = connected_components(links, directed=False)
    return component[start:].astype(np.int64)


def _first_of_street(edge: Indices, unit: Ints) -> Ints:
    """Return for each candidate the first one on the same street in the same unit."""
    keys = np.column_stack([edge.astype(np.int64), unit])
    _, first, member = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return np.asarray(first[member.reshape(-1)], dtype=np.int64)


def lowest_unit(units: UnitIndex) -> Ints:
    """Return the row of the community of each point, else of its subdistrict, else district."""
    lowest = np.where(units.community >= 0, units.community, units.subdistrict)
    return np.where(lowest >= 0, lowest, units.district)


def gap_id(label: int) -> str:
    """Return the public id of a gap: ``G001`` is the uncovered one with most people."""
    return f"G{label + 1:03d}"


def id_order(ids: Texts) -> Ints:
    """Return the place of each id in sorted order, shape (ids,)."""
    order = np.empty(ids.shape[0], dtype=np.int64)
    order[np.argsort(ids, kind="stable")] = np.arange(ids.shape[0])
    return order


def _further_keys(
    classes: PointClasses, place: Ints, link: Ints, facility: Ints
) -> tuple[Ints, Ints, Ints, Ints]:
    """Return what parts the gaps of some classes beyond unit and streets, 0 for the others."""
    first = REASONS.index(MISSING_REASONS[0])
    missing = classes.reasons[:, first : first + len(MISSING_REASONS)]
    lacks = missing @ (1 << np.arange(len(MISSING_REASONS)))
    return (
        np.where(classes.of("B"), place, 0),
        np.where(classes.of("C"), link, 0),
        np.where(classes.of("D"), lacks, 0),
        np.where(classes.of("E", "F"), facility, 0),
    )


def _numbered(stages: Sequence[Flags], keys: Ints, demand: Demand) -> Ints:
    """Return one number for the points of each stage that share a key, stage after stage."""
    everyone, order = demand.of("all"), id_order(demand.id)
    labels = np.full(len(demand.id), -1, dtype=np.int64)
    start = 0
    for members in stages:
        rows = np.flatnonzero(members)
        _, group = np.unique(keys[rows], axis=0, return_inverse=True)
        rank = _by_people(group.reshape(-1), everyone[rows], order[rows])
        labels[rows] = start + rank[group.reshape(-1)]
        start += rank.size
    return labels


def _by_people(group: Ints, people: Ints, order: Ints) -> Ints:
    """Return the rank of each group: most people first, ties by its first point in order."""
    count = int(group.max(initial=-1)) + 1
    size, first = np.zeros(count, dtype=np.int64), np.full(count, order.size and order.max())
    np.add.at(size, group, people)
    np.minimum.at(first, group, order)
    rank = np.empty(count, dtype=np.int64)
    rank[np.lexsort([first, -size])] = np.arange(count)
    return rank


def _unit_of_nodes(boundaries: Boundaries, network: WalkNetwork, asked: Flags) -> Ints:
    """Return the row of the lowest unit of the asked nodes, −1 outside and for the others."""
    unit = np.full(network.node_count, -1, dtype=np.int64)
    unit[asked] = lowest_unit(locate(boundaries, network.node_xy[asked]))
    return unit
