"""The compiled search and SciPy give the same bits: any network, limit, thread count and cache."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoplan.domain.profiles import PROFILES, Profile
from geoplan.stages import (
    compiled_search,
    kernel_rows,
    kernels,
    kernels_several,
    reach,
    scipy_search,
)
from geoplan.stages.network import walk_costs
from geoplan.stages.reach import search_graph, walking_times
from geoplan.stages.snapping import snap
from tests.towns import network_of, random_network

SEEDS = st.integers(0, 2**32 - 1)
LIMITS = st.sampled_from([0.0, 60.0, 300.0, 900.0, 5000.0, np.inf])


def case(seed, profile="adult", nodes=12, edges=18):
    """Return a graph with eleven facilities, some of them twice at one place, and 30 homes."""
    network = random_network(seed, nodes=nodes, edges=edges)
    rng = np.random.default_rng(seed + 1)
    homes = snap(network, rng.uniform(-20, 520, (30, 2)), limit_m=120.0)
    places = rng.uniform(-20, 520, (7, 2))
    facilities = snap(network, np.concatenate([places, places[:4]]), limit_m=120.0)
    return search_graph(network, walk_costs(network, PROFILES[profile]), facilities), homes


def assert_same_bits(one, other):
    assert one.shape == other.shape
    for name in ("indptr", "indices", "data"):
        left, right = getattr(one, name), getattr(other, name)
        np.testing.assert_array_equal(left, right)
        assert left.tobytes() == right.astype(left.dtype).tobytes()


@given(SEEDS, st.sampled_from(sorted(PROFILES)), LIMITS)
def test_pairs_are_the_same_bits(seed, profile, limit_s):
    graph, homes = case(seed, profile)
    rows = np.random.default_rng(seed).permutation(len(graph.facilities))[:6]
    expected = scipy_search.home_pairs(graph, homes, limit_s=limit_s)
    nodes = scipy_search.node_pairs(graph, rows, limit_s=limit_s)
    for threads in (1, 2):
        found = compiled_search.home_pairs(graph, homes, limit_s=limit_s, threads=threads)
        assert_same_bits(found, expected)
        found = compiled_search.node_pairs(graph, rows, limit_s=limit_s, threads=threads)
        found.sort_indices()  # the one table whose rows come in no order
        assert_same_bits(found, nodes)


@given(SEEDS, st.sampled_from(sorted(PROFILES)), LIMITS, st.integers(1, 13))
def test_nearest_are_the_same_bits(seed, profile, limit_s, several):
    graph, _ = case(seed, profile)
    rows = np.flatnonzero(graph.facilities.reached())
    ours = compiled_search.nearest_several(graph, rows, several, limit_s=limit_s)
    theirs = scipy_search.nearest_several(graph, rows, several, limit_s=limit_s)
    for left, right in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(left, right)
    expected = scipy_search.nearest_rows(graph, rows, limit_s=limit_s)
    for threads in (1, 2, 5):
        found = compiled_search.nearest_rows(graph, rows, limit_s=limit_s, threads=threads)
        for left, right in zip(found, expected, strict=True):
            np.testing.assert_array_equal(left, right)
        seconds = compiled_search.nearest(graph, rows, limit_s=limit_s, threads=threads)
        np.testing.assert_array_equal(seconds, expected[0])


def test_a_difference_would_show():
    """The comparison can fail: another walker's times are not these."""
    graph, homes = case(3)
    other, _ = case(3, profile="frail")
    with pytest.raises(AssertionError):
        assert_same_bits(
            compiled_search.home_pairs(graph, homes, limit_s=900.0),
            scipy_search.home_pairs(other, homes, limit_s=900.0),
        )


def test_many_labels_and_pairs_outgrow_the_first_buffers():
    graph, homes = case(5, nodes=1500, edges=4000)
    found = compiled_search.home_pairs(graph, homes, limit_s=3000.0)
    assert_same_bits(found, scipy_search.home_pairs(graph, homes, limit_s=3000.0))
    rows = np.flatnonzero(graph.facilities.reached())
    nodes = compiled_search.node_pairs(graph, rows, limit_s=3000.0)
    nodes.sort_indices()
    assert_same_bits(nodes, scipy_search.node_pairs(graph, rows, limit_s=3000.0))
    assert nodes.nnz > 4096


def test_equally_near_facilities_are_told_apart_by_their_row():
    """Two stations at one place, and one equally far on the other side: the first row wins."""
    xy = np.array([[0.0, 0.0], [100.0, 0.0], [200.0, 0.0]])
    network = network_of(xy, [(0, 1), (1, 2)])
    stations = snap(network, xy[[2, 0, 0]], limit_m=1.0)
    graph = search_graph(network, walk_costs(network, Profile(speed_m_s=1.0)), stations)
    for engine in (scipy_search, compiled_search):
        for rows in (np.array([0, 1, 2]), np.array([1, 2])):
            seconds, facility = engine.nearest_rows(graph, rows, limit_s=900.0)
            assert seconds.tolist() == [0.0, 100.0, 0.0 if 0 in rows else 200.0]
            assert facility.tolist() == [1, rows[0], rows[0]]


def test_the_nearest_is_compiled_from_half_a_million_nodes_on(monkeypatch):
    asked = []
    monkeypatch.setattr(reach, "_engine", lambda *work: asked.append(work) or scipy_search)
    graph, _ = case(9)
    reach.node_times(graph, np.ones(len(graph.facilities), bool))
    kernel, work = asked[0]
    monkeypatch.undo()
    a_node = work / graph.network.node_count
    monkeypatch.delitem(sys.modules, "geoplan.stages.kernels")
    assert reach._engine(kernel, int(a_node * 31_752)) is scipy_search  # the sample's size
    assert reach._engine(kernel, int(a_node * 500_001)) is compiled_search


def test_large_work_is_compiled_and_small_work_is_not(monkeypatch):
    graph, homes = case(9)
    monkeypatch.delitem(sys.modules, "geoplan.stages.kernels")
    assert reach._engine("bounded_homes", 1_000) is scipy_search
    assert reach._engine("bounded_homes", reach.COMPILED_FROM + 1) is compiled_search
    small = walking_times(graph, homes, limit_s=600.0)
    monkeypatch.undo()
    compiled_search.home_pairs(graph, homes, limit_s=1.0)
    assert reach._engine("bounded_homes", 1_000) is compiled_search  # it is ready: nothing waits
    large = walking_times(graph, homes, limit_s=600.0)
    assert_same_bits(small.seconds, large.seconds)


@pytest.mark.parametrize("stretch", [1e-9, 1.0, 1e9])
def test_short_and_long_streets(stretch):
    """The limit is up to 4e15 mean streets away, far beyond any 32-bit count of buckets."""
    xy = np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 0.0]])
    network = network_of(xy, [(0, 1), (1, 2), (0, 2)])
    ends = snap(network, xy, limit_m=1.0)
    walk = walk_costs(network, Profile(speed_m_s=1.0))
    scaled = type(walk)(walk.forward_s * stretch, walk.backward_s * stretch, 1.0)
    graph = search_graph(network, scaled, ends)
    found = compiled_search.home_pairs(graph, ends, limit_s=5e9)
    assert_same_bits(found, scipy_search.home_pairs(graph, ends, limit_s=5e9))
    assert found.data.max() == pytest.approx(3.0 * stretch)


def test_one_street_longer_than_all_others_together():
    """The threshold jumps to the next label: a street of 1e12 s takes no more steps than others."""
    xy = np.column_stack([np.arange(200.0), np.zeros(200)])
    network = network_of(xy, [(i, i + 1) for i in range(199)])
    walk = walk_costs(network, Profile(speed_m_s=1.0))
    seconds = walk.forward_s.copy()
    seconds[100] = 1e12
    seconds[:50] = 1e-9
    costs = type(walk)(seconds, seconds, 1.0)
    graph = search_graph(network, costs, snap(network, xy[:1], limit_m=1.0))
    found = compiled_search.nearest(graph, np.array([0]), limit_s=np.inf)
    np.testing.assert_array_equal(found, np.concatenate([[0.0], np.cumsum(seconds)]))


PROGRAM = """
import hashlib, numpy as np
from geoplan.stages import compiled_search
from tests.cross.test_compiled_search import case
graph, homes = case(11, nodes=300, edges=700)
rows = np.flatnonzero(graph.facilities.reached())
pairs = compiled_search.home_pairs(graph, homes, limit_s=900.0)
seconds, facility = compiled_search.nearest_rows(graph, rows, limit_s=900.0)
parts = (pairs.indptr, pairs.indices, pairs.data, seconds, facility)
print(hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest())
"""


@pytest.mark.slow
def test_the_same_bytes_with_a_cold_and_a_warm_cache(tmp_path):
    """The first process compiles, the second loads what the first one left on the disk."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    printed = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=Path(__file__).parents[2],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for _ in range(2)
    ]
    assert list(tmp_path.rglob("*.nbc"))
    assert len(printed[0].strip()) == 64
    assert printed[0] == printed[1]


def test_the_kernels_hold_no_lock_and_keep_their_code():
    """Threads and the cache rest on these two options of every kernel."""
    names = vars(kernels) | vars(kernels_several) | vars(kernel_rows)
    compiled = [value for value in names.values() if hasattr(value, "targetoptions")]
    assert len(compiled) > 10
    assert all(one.targetoptions["nogil"] for one in compiled)
    assert all(type(one._cache).__name__ == "FunctionCache" for one in compiled)
