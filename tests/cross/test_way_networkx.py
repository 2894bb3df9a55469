"""The way against networkx on the same streets with every point inserted as a node."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoplan.domain.profiles import PROFILES
from geoplan.model.way import Door
from geoplan.stages.network import crossing_waits, walk_costs
from geoplan.stages.reach import search_graph, walking_times
from geoplan.stages.snapping import snap
from geoplan.stages.way import along_streets, quickest_way
from tests.towns import oracle_graph, random_network

SEEDS = st.integers(0, 2**32 - 1)


def case(seed, profile):
    network = random_network(seed)
    rng = np.random.default_rng(seed + 1)
    doors = [
        Door(xy=xy, snapped=snap(network, xy, limit_m=150.0))
        for xy in rng.uniform(-20, 520, (2, 1, 2))
    ]
    return network, walk_costs(network, PROFILES[profile]), *doors


@given(seed=SEEDS, profile=st.sampled_from(sorted(PROFILES)))
def test_the_way_takes_as_long_as_networkx_and_the_engine_say(seed, profile):
    network, costs, home, facility = case(seed, profile)
    way = quickest_way(network, costs, crossing_waits(network, PROFILES[profile]), home, facility)
    oracle = oracle_graph(network, costs, home.snapped, facility.snapped)
    engine = walking_times(
        search_graph(network, costs, facility.snapped), home.snapped, limit_s=np.inf
    )
    if way is None:
        assert not nx.has_path(oracle, ("home", 0), ("facility", 0))
        assert engine.seconds.nnz == 0
        return
    expected = nx.dijkstra_path_length(oracle, ("home", 0), ("facility", 0), weight="weight")
    assert way.seconds == pytest.approx(expected, rel=0, abs=1e-9)
    assert engine.seconds.data.tolist() == pytest.approx([way.seconds], rel=0, abs=1e-9)


@given(seed=SEEDS, profile=st.sampled_from(["adult", "elder80"]))
def test_parts_follow_one_another_and_obey_the_streets(seed, profile):
    network, costs, home, facility = case(seed, profile)
    waits_s = crossing_waits(network, PROFILES[profile])
    way = quickest_way(network, costs, waits_s, home, facility)
    if way is None:
        return
    spots = [shapely.get_coordinates(part.line)[[0, -1]] for part in way.parts]
    np.testing.assert_array_equal([spots[0][0], spots[-1][1]], [home.xy[0], facility.xy[0]])
    for (_, end), (start, _) in itertools.pairwise(spots):
        np.testing.assert_allclose(end, start, rtol=0, atol=1e-9)
    assert [part.is_leg for part in way.parts] == [
        True,
        *([False] * (len(way.parts) - 2)),
        True,
    ]
    for part in way.parts:
        assert part.line.length == pytest.approx(part.length_m, rel=0, abs=1e-6)
        if not part.is_leg:
            direction = costs.forward_s if part.stop > part.start else costs.backward_s
            share = abs(part.stop - part.start)
            assert part.seconds == share * direction[part.edge]
            assert part.wait_s == share * waits_s[part.edge]
    assert way.line.length == pytest.approx(way.length_m, rel=0, abs=1e-6)
    streets = along_streets(way)
    legs_s = way.parts[0].seconds + way.parts[-1].seconds
    assert sum(one.seconds for one in streets) + legs_s == pytest.approx(way.seconds)
