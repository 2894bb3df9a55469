"""The compiled search and SciPy give the same bits, on one thread and on two."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoplan.domain.profiles import PROFILES, Profile
from geoplan.stages import reach
from geoplan.stages.network import walk_costs
from geoplan.stages.reach import compiled_pairs, scipy_pairs, search_graph, walking_times
from geoplan.stages.snapping import snap
from tests.towns import network_of, random_network


def case(seed, profile="adult", nodes=12, edges=18):
    network = random_network(seed, nodes=nodes, edges=edges)
    rng = np.random.default_rng(seed + 1)
    homes = snap(network, rng.uniform(-20, 520, (30, 2)), limit_m=120.0)
    facilities = snap(network, rng.uniform(-20, 520, (7, 2)), limit_m=120.0)
    return search_graph(network, walk_costs(network, PROFILES[profile]), facilities), homes


def assert_same_bits(one, other):
    for left, right in zip(one, other, strict=True):
        np.testing.assert_array_equal(left, right)


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(sorted(PROFILES)),
    st.sampled_from([0.0, 60.0, 300.0, 900.0, 5000.0]),
)
def test_the_same_bits_as_scipy(seed, profile, limit_s):
    graph, homes = case(seed, profile)
    expected = scipy_pairs(graph, homes, limit_s=limit_s)
    for threads in (1, 2):
        assert_same_bits(compiled_pairs(graph, homes, limit_s=limit_s, threads=threads), expected)


def test_many_labels_and_pairs_outgrow_the_first_buffers():
    graph, homes = case(5, nodes=1500, edges=4000)
    found = compiled_pairs(graph, homes, limit_s=3000.0)
    assert_same_bits(found, scipy_pairs(graph, homes, limit_s=3000.0))
    assert found[0].size > 50


def test_large_work_is_compiled_and_small_work_is_not(monkeypatch):
    graph, homes = case(9)
    calls = []
    original = reach.compiled_pairs

    def counted(*arguments, **options):
        calls.append(1)
        return original(*arguments, **options)

    monkeypatch.setattr(reach, "compiled_pairs", counted)
    small = walking_times(graph, homes, limit_s=600.0)
    assert not calls
    monkeypatch.setattr(reach, "COMPILED_FROM", 0)
    large = walking_times(graph, homes, limit_s=600.0)
    assert len(calls) == 1
    np.testing.assert_array_equal(small.seconds.toarray(), large.seconds.toarray())
    walking_times(graph, homes, limit_s=np.inf)
    assert len(calls) == 1


@pytest.mark.parametrize("stretch", [1e-6, 1.0, 1e6])
def test_short_and_long_streets(stretch):
    """Buckets are as wide as a mean street, at most a million to a limit; answers do not care."""
    xy = np.array([[0.0, 0.0], [stretch, 0.0], [3.0 * stretch, 0.0]])
    network = network_of(xy, [(0, 1), (1, 2)])
    ends = snap(network, xy, limit_m=1.0)
    graph = search_graph(network, walk_costs(network, Profile(speed_m_s=1.0)), ends)
    found = compiled_pairs(graph, ends, limit_s=5e6)
    assert_same_bits(found, scipy_pairs(graph, ends, limit_s=5e6))
    assert found[2].max() == pytest.approx(3.0 * stretch)
