"""The engine against networkx on the same streets with every point inserted as a node."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geoplan.domain.profiles import PROFILES
from geoplan.stages import compiled_search, reach, scipy_search
from geoplan.stages.network import walk_costs
from geoplan.stages.reach import (
    nearest_of_homes,
    search_graph,
    several_of_homes,
    walking_times,
)
from geoplan.stages.snapping import snap
from tests.towns import oracle_graph, random_network


def dense(times):
    table = np.full(times.seconds.shape, np.inf)
    coo = times.seconds.tocoo()
    table[coo.row, coo.col] = coo.data
    return table


def oracle_table(graph, homes, facilities):
    table = np.full((len(facilities), len(homes)), np.inf)
    for home in range(len(homes)):
        lengths = nx.single_source_dijkstra_path_length(graph, ("home", home), weight="weight")
        for facility in range(len(facilities)):
            table[facility, home] = lengths.get(("facility", facility), np.inf)
    return table


@given(
    seed=st.integers(0, 2**32 - 1),
    profile=st.sampled_from(sorted(PROFILES)),
    limit_s=st.sampled_from([120.0, 400.0, 900.0, np.inf]),
)
def test_times_equal_networkx_on_random_multigraphs(seed, profile, limit_s):
    network = random_network(seed)
    costs = walk_costs(network, PROFILES[profile])
    rng = np.random.default_rng(seed + 1)
    homes = snap(network, rng.uniform(-20, 520, (9, 2)), limit_m=120.0)
    facilities = snap(network, rng.uniform(-20, 520, (4, 2)), limit_m=120.0)
    graph = search_graph(network, costs, facilities)
    expected = oracle_table(oracle_graph(network, costs, homes, facilities), homes, facilities)
    got = dense(walking_times(graph, homes, limit_s=limit_s))
    near_limit = np.isclose(expected, limit_s, rtol=0, atol=1e-6) & np.isfinite(expected)
    expected[expected > limit_s] = np.inf
    both = np.isfinite(expected) & np.isfinite(got)
    assert (np.isfinite(expected) == np.isfinite(got))[~near_limit].all()
    np.testing.assert_allclose(got[both], expected[both], rtol=0, atol=1e-6)
    nearest_s, nearest = nearest_of_homes(graph, homes, np.ones(4, bool), limit_s=limit_s)
    np.testing.assert_allclose(nearest_s, got.min(axis=0), rtol=0, atol=1e-6)
    served = np.flatnonzero(nearest >= 0)
    np.testing.assert_allclose(got[nearest[served], served], nearest_s[served], rtol=0, atol=1e-6)


@given(
    seed=st.integers(0, 2**32 - 1),
    profile=st.sampled_from(sorted(PROFILES)),
    limit_s=st.sampled_from([200.0, 900.0, np.inf]),
    several=st.integers(1, 6),
    engine=st.sampled_from([scipy_search, compiled_search]),
)
def test_several_nearest_equal_the_sorted_full_matrix(seed, profile, limit_s, several, engine):
    """Four facilities and a twin of the first; the oracle sorts networkx's table by (s, row)."""
    network = random_network(seed)
    costs = walk_costs(network, PROFILES[profile])
    rng = np.random.default_rng(seed + 1)
    homes = snap(network, rng.uniform(-20, 520, (9, 2)), limit_m=120.0)
    places = rng.uniform(-20, 520, (4, 2))
    facilities = snap(network, np.concatenate([places, places[:1]]), limit_m=120.0)
    expected = oracle_table(oracle_graph(network, costs, homes, facilities), homes, facilities)
    assume(not np.isclose(expected[np.isfinite(expected)], limit_s, rtol=0, atol=1e-6).any())
    expected[expected > limit_s] = np.inf
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reach, "_engine", lambda *_: engine)
        seconds, rows = several_of_homes(
            search_graph(network, costs, facilities),
            homes,
            np.ones(5, bool),
            several=several,
            limit_s=limit_s,
        )
    assert seconds.shape == rows.shape == (9, several)
    wanted = np.full((several, 9), np.inf)
    wanted[: min(several, 5)] = np.sort(expected, axis=0)[:several]
    np.testing.assert_allclose(seconds, wanted.T, rtol=0, atol=1e-6)
    home, rank = np.nonzero(rows >= 0)
    np.testing.assert_array_equal(np.isfinite(seconds), rows >= 0)
    np.testing.assert_allclose(expected[rows[home, rank], home], seconds[home, rank], atol=1e-6)
    both = (rows == 0).any(axis=1) & (rows == 4).any(axis=1)
    assert ((rows == 0).argmax(axis=1) < (rows == 4).argmax(axis=1))[both].all()
    assert not ((rows == 4).any(axis=1) & ~(rows == 0).any(axis=1)).any()


def test_the_oracle_sees_a_difference():
    """A changed cost must show: the comparison can fail."""
    network = random_network(3)
    costs = walk_costs(network, PROFILES["adult"])
    slower = walk_costs(network, PROFILES["frail"])
    points = snap(network, np.random.default_rng(4).uniform(0, 500, (6, 2)), limit_m=300.0)
    got = dense(walking_times(search_graph(network, costs, points), points, limit_s=np.inf))
    expected = oracle_table(oracle_graph(network, slower, points, points), points, points)
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-6)
