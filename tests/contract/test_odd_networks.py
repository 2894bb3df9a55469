"""Networks at the edge of sense: a clear error, or the right answer; never a crash or a hang."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

import geoplan
from geoplan.errors import EmptyNetworkError, NetworkError
from geoplan.model.reach import EdgeCosts
from geoplan.stages import compiled_search, scipy_search
from geoplan.stages.reach import search_graph
from geoplan.stages.snapping import snap

CRS = "EPSG:4549"
METRES = geoplan.Profile(speed_m_s=1.0)
ENGINES = pytest.mark.parametrize("engine", [scipy_search, compiled_search])


def places(*xy):
    return gpd.GeoSeries([shapely.Point(one) for one in xy], crs=CRS)


def times(network, homes, facilities, limit_min=60.0):
    table = geoplan.walking_times(network, homes, facilities, profile=METRES, limit_min=limit_min)
    return {(int(row.origin), int(row.destination)): row.seconds for row in table.itertuples()}


@pytest.mark.parametrize("length", [np.nan, -1.0, np.inf, -np.inf])
def test_a_length_that_is_no_length_is_refused(length):
    with pytest.raises(NetworkError, match="length_m must be finite and not negative"):
        geoplan.network_from_edges([(0, 0), (9, 0)], [0], [1], [length], crs=CRS)


@pytest.mark.parametrize("seconds", [np.nan, -1.0, -np.inf])
def test_a_cost_that_is_no_cost_is_refused(seconds):
    with pytest.raises(ValueError, match="must be numbers that are not negative"):
        EdgeCosts(np.array([seconds]), np.array([1.0]), 1.0)


def test_an_empty_network_is_refused():
    with pytest.raises(EmptyNetworkError, match="no edge"):
        geoplan.network_from_edges(np.empty((0, 2)), [], [], [], crs=CRS)
    with pytest.raises(EmptyNetworkError, match="no line"):
        geoplan.network_from_lines(gpd.GeoDataFrame(geometry=[], crs=CRS))


@pytest.mark.parametrize("length", [0.0, 40.0])
def test_one_node_with_one_loop(length):
    network = geoplan.network_from_edges([(0, 0)], [0], [0], [length], crs=CRS)
    assert times(network, places((0, 0), (3, 4)), places((0, 0))) == {(0, 0): 0.0, (1, 0): 5.0}
    areas = geoplan.service_areas(network, places((0, 0)), minutes=[5], profile=METRES)
    assert areas.geometry.iloc[0].contains(shapely.Point(0, 0))


def test_a_home_five_kilometres_from_any_street_has_no_time():
    network = geoplan.network_from_edges([(0, 0), (100, 0)], [0], [1], [100.0], crs=CRS)
    far, near = (50, 5_000), (50, 0)
    assert times(network, places(far, near), places((0, 0))) == {(1, 0): 50.0}
    assert times(network, places(near), places(far)) == {}


@pytest.mark.parametrize("metres", [1e-9, 2.0**31, 1e15])
def test_tiny_and_astronomical_streets(metres):
    """Beyond 2^31 of anything: within the limit it is found exactly, beyond it is left out."""
    network = geoplan.network_from_edges(
        [(0, 0), (100, 0), (200, 0)], [0, 1], [1, 2], [metres, 100.0], crs=CRS
    )
    found = times(network, places((0, 0), (200, 0)), places((200, 0)), limit_min=1e15)
    assert found == {(0, 0): metres + 100.0, (1, 0): 0.0}
    near = times(network, places((0, 0), (200, 0)), places((200, 0)), limit_min=60)
    assert near == ({(0, 0): metres + 100.0} if metres < 1 else {}) | {(1, 0): 0.0}


@ENGINES
@pytest.mark.parametrize("limit_s", [0.0, 900.0, np.inf])
def test_nobody_may_walk_anywhere(engine, limit_s):
    """All streets barred both ways: the station still reaches itself, and nothing else."""
    network = geoplan.network_from_edges([(0, 0), (100, 0)], [0], [1], [100.0], crs=CRS)
    barred = np.array([np.inf])
    points = snap(network, np.array([[0.0, 0.0], [100.0, 0.0], [50.0, 0.0]]), limit_m=1.0)
    graph = search_graph(network, EdgeCosts(barred, barred, 1.0), points)
    pairs = engine.home_pairs(graph, points, limit_s=limit_s)
    np.testing.assert_array_equal(pairs.toarray(), np.zeros((3, 3)))
    assert pairs.indices.tolist() == [0, 1, 2]
    nodes = engine.nearest(graph, np.array([0]), limit_s=limit_s)
    assert nodes.tolist() == [0.0, np.inf]


@ENGINES
def test_no_facility_and_no_home(engine):
    network = geoplan.network_from_edges([(0, 0), (100, 0)], [0], [1], [100.0], crs=CRS)
    costs = EdgeCosts(network.length_m, network.length_m, 1.0)
    nowhere = snap(network, np.empty((0, 2)), limit_m=1.0)
    far = snap(network, np.array([[0.0, 900.0]]), limit_m=1.0)
    for facilities in (nowhere, far):
        graph = search_graph(network, costs, facilities)
        rows = np.flatnonzero(facilities.reached())
        for homes in (nowhere, far):
            pairs = engine.home_pairs(graph, homes, limit_s=900.0)
            assert pairs.shape == (len(facilities), len(homes))
            assert pairs.nnz == 0
        assert engine.node_pairs(graph, rows, limit_s=900.0).shape == (0, 2)
        assert engine.nearest_rows(graph, rows, limit_s=900.0)[1].tolist() == [-1, -1]
        assert np.isinf(engine.nearest_several(graph, rows, 2, limit_s=900.0)[0]).all()
