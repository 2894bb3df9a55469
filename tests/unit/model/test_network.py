"""What follows from a network's arrays: half-edges, lines, memory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoplan.io.graphs import network_from_edges
from geoplan.model.footprint import footprint
from geoplan.model.incidence import Incidence
from geoplan.model.labels import Labels
from geoplan.model.streets import Streets
from tests.towns import network_of, random_network


def indices(*values):
    return np.array(values, dtype=np.int32)


def test_half_edges_worked_out_by_hand():
    """Edge 0 and 1 run 0–1 (parallel, opposed), edge 2 is a loop at 1, node 2 has no street."""
    incidence = Incidence.of(indices(0, 1, 1), indices(1, 0, 1), 3)
    assert incidence.start.tolist() == [0, 2, 6, 6]
    assert incidence.half.tolist() == [0, 3, 1, 2, 4, 5]
    assert incidence.other.tolist() == [1, 1, 0, 0, 1, 1]
    for array in (incidence.start, incidence.half, incidence.other):
        assert array.dtype == np.int32
        assert not array.flags.writeable


@given(st.integers(0, 2**32 - 1))
def test_half_edges_are_those_of_every_node(seed):
    network = random_network(seed)
    incidence = network.incidence
    for node in range(network.node_count):
        halves = [
            (2 * edge + side, int(other))
            for edge, ends in enumerate(zip(network.tail, network.head, strict=True))
            for side, (end, other) in enumerate((ends, ends[::-1]))
            if end == node
        ]
        rows = slice(incidence.start[node], incidence.start[node + 1])
        got = zip(incidence.half[rows].tolist(), incidence.other[rows].tolist(), strict=True)
        assert list(got) == halves


def test_a_network_without_streets_has_no_half_edge():
    incidence = Incidence.of(indices(), indices(), 2)
    assert incidence.start.tolist() == [0, 0, 0]
    assert incidence.half.size == incidence.other.size == 0


@pytest.mark.parametrize(
    ("start", "half", "other"),
    [
        ([0, 1, 2], [0, 2], [1, 0]),
        ([0, 1, 2], [0, -1], [1, 0]),
        ([0, 1, 2], [0, 1], [1, 2]),
        ([0, 1, 1], [0, 1], [1, 0]),
        ([0, 3, 2], [0, 1], [1, 0]),
        ([0, 1, 2], [0, 1], [1]),
        ([], [], []),
    ],
)
def test_half_edges_that_lead_nowhere_are_refused(start, half, other):
    with pytest.raises(ValueError, match="Incidence"):
        Incidence(indices(*start), indices(*half), indices(*other))


def test_lines_are_built_once_and_only_for_the_streets_asked_for():
    network = random_network(3)
    some = network.lines(np.array([4, 1]))
    assert network.geometry is network.geometry
    assert not network.geometry.flags.writeable
    assert shapely.equals_exact(some, network.geometry[[4, 1]], 0).all()
    assert network.incidence is network.incidence


def test_a_replaced_network_builds_its_own_lines_and_half_edges():
    network = network_of([(0, 0), (100, 0), (0, 50)], [(0, 1)])
    assert shapely.length(network.geometry).tolist() == [100]
    assert network.incidence.other.tolist() == [1, 0]
    moved = replace(network, head=indices(2))
    assert shapely.length(moved.geometry).tolist() == [50]
    assert moved.incidence.other.tolist() == [2, 0]


def test_half_edges_of_another_network_are_refused():
    network = network_of([(0, 0), (100, 0)], [(0, 1)])
    for other in (Incidence.of(indices(0), indices(1), 3), Incidence.of(indices(), indices(), 2)):
        with pytest.raises(ValueError, match="Incidence"):
            network.keep_incidence(other)


@pytest.mark.parametrize("head", [[-1], [2]])
def test_an_end_that_is_no_node_is_refused(head):
    network = network_of([(0, 0), (100, 0)], [(0, 1)])
    with pytest.raises(ValueError, match="node that does not exist"):
        replace(network, head=indices(*head))


def test_a_code_that_means_nothing_is_refused():
    with pytest.raises(ValueError, match=r"Streets\.crossing"):
        replace(Streets.plain(1), crossing=np.array([4], dtype=np.uint8))


def test_names_and_kinds_read_as_text():
    streets = replace(Streets.plain(3), names=Labels.of(np.array(["b", "", "a"])))
    assert streets.name.tolist() == ["b", "", "a"]
    assert streets.named.tolist() == [True, False, True]
    assert streets.way_class.tolist() == ["footway"] * 3
    assert streets.take(np.array([2, 0])).name.tolist() == ["a", "b"]


def test_bytes_of_a_network_worked_out_by_hand():
    """Three nodes, two streets, one of them with one bend."""
    bent = shapely.LineString([(0, 0), (50, 5), (100, 0)])
    straight = shapely.LineString([(100, 0), (100, 70)])
    network = network_of([(0, 0), (100, 0), (100, 70)], [(0, 1), (1, 2)], lines=[bent, straight])
    nodes, ends, length, bends = 3 * 16, 2 * 8, 2 * 8, 3 * 4
    columns = sum(getattr(network.streets, name).nbytes for name in Streets.array_names())
    words = (2 + 2 * 8 + len("footway")) + (2 + 2 * 8)
    halves = 4 * 4 + 4 * 8
    held = footprint(network)
    assert held.structure == nodes + ends + length + bends + columns + words + halves
    assert held.bends == 16
    assert held.directed_edges == 4
    assert held.per_directed_edge == held.structure / 4
    assert held.per_directed_edge_with_bends == (held.structure + 16) / 4


def test_a_street_network_holds_at_most_48_bytes_a_directed_edge():
    """Mean degree 2.9, names and way ids as in a city."""
    rng = np.random.default_rng(5)
    nodes, edges = 20_000, 29_000
    ends = np.sort(rng.integers(0, nodes, (2, edges)), axis=1)
    network = network_from_edges(
        rng.uniform(0, 1e5, (nodes, 2)), *ends, np.full(edges, 50.0), crs="EPSG:4549"
    )
    names = np.array([f"Street {row}" for row in rng.integers(0, 1000, edges)])
    streets = replace(network.streets, names=Labels.of(names))
    assert footprint(replace(network, streets=streets)).per_directed_edge <= 48
