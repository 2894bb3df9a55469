"""Service areas on the real extract of Helsinki against a sample every metre."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from geoplan.domain.profiles import PROFILES
from geoplan.jobs import load_inputs, open_project
from geoplan.stages.bands import street_bands
from geoplan.stages.network import walk_costs
from geoplan.stages.reach import search_graph
from geoplan.stages.service_areas import service_areas
from geoplan.stages.snapping import snap
from tests.sampled_areas import sampled_area

EXAMPLE = Path(__file__).parents[2] / "examples" / "helsinki"
MINUTES = [2, 4]


@pytest.fixture(scope="module")
def inputs():
    return load_inputs(open_project(EXAMPLE), progress=lambda stage: None)


@pytest.mark.slow
def test_areas_are_those_of_a_sample_every_metre(inputs):
    """All facilities and some homes: twenty places, holes as they are."""
    network = inputs.network
    homes = np.linspace(0, len(inputs.demand.xy) - 1, 20 - len(inputs.facilities.xy)).astype(int)
    xy = np.concatenate([inputs.facilities.xy, inputs.demand.xy[homes]])
    graph = search_graph(
        network, walk_costs(network, PROFILES["elder60"]), snap(network, xy, limit_m=250.0)
    )
    rows = np.arange(len(xy), dtype=np.int32)
    bands = street_bands(network, smallest_hole_m2=0.0)
    areas = service_areas(graph, bands, xy, (rows, rows.astype(str)), MINUTES)
    drawn = areas.geometry.reshape(-1, len(MINUTES))
    assert drawn.shape[0] == 20
    assert shapely.is_valid(drawn).all()
    for row in rows.tolist():
        point = graph.facilities.take(rows[row : row + 1])
        slow = sampled_area(network, graph.costs, point, xy[row], 60.0 * MINUTES[-1], step_m=1.0)
        apart = shapely.area(shapely.symmetric_difference(drawn[row, -1], slow))
        assert apart <= 0.01 * shapely.area(slow)
