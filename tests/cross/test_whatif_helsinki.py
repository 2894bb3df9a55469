"""Changes and ways on the real streets of Helsinki."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geoplan.domain.profiles import PROFILES
from geoplan.jobs import load_inputs, open_project
from geoplan.model.way import Door
from geoplan.stages.network import crossing_waits, walk_costs
from geoplan.stages.snapping import snap
from geoplan.stages.way import quickest_way
from geoplan.stages.whatif import (
    reach_state,
    with_added,
    with_closed_streets,
    with_moved,
    with_open_gates,
    without,
)
from tests.cross.test_whatif_full_run import assert_same_state, full_run

EXAMPLE = Path(__file__).parents[2] / "examples" / "helsinki"
WALKER = PROFILES["elder80"]


@pytest.fixture(scope="module")
def state():
    inputs = load_inputs(open_project(EXAMPLE), progress=lambda stage: None)
    return reach_state(
        (inputs.network, walk_costs(inputs.network, WALKER)),
        inputs.facilities.xy,
        inputs.demand.xy,
        limit_s=300.0,
        snap_m=250.0,
    )


def test_changes_equal_a_full_run(state):
    rng = np.random.default_rng(60)
    for _ in range(3):
        place = state.home_xy[rng.integers(len(state.homes), size=1)] + rng.normal(0, 20, (1, 2))
        state = with_added(state, place)
        assert state.searched.size == 1
        state = with_moved(state, rng.choice(len(state.facilities), 1), place + 50.0)
        state = without(state, rng.choice(len(state.facilities), 1))
        state = with_closed_streets(state, rng.choice(state.network.edge_count, 2))
        assert_same_state(state, full_run(state, WALKER))


def test_every_way_takes_as_long_as_its_pair(state):
    waits_s = crossing_waits(state.network, WALKER)
    pairs = state.times.seconds.tocoo()
    for pick in np.random.default_rng(61).choice(pairs.nnz, 25, replace=False):
        facility, home = pairs.row[pick], pairs.col[pick]
        doors = [
            Door(xy=xy[[row]], snapped=snap(state.network, xy[[row]], limit_m=state.snap_m))
            for xy, row in ((state.home_xy, home), (state.facility_xy, facility))
        ]
        way = quickest_way(state.network, state.costs, waits_s, *doors)
        assert way.seconds == pytest.approx(pairs.data[pick], rel=0, abs=1e-9)
        assert way.line.length == pytest.approx(way.length_m, rel=0, abs=0.05)


def test_locked_gates_of_the_extract_open_one_by_one(state):
    assert len(state.network.closed_gates) > 0
    for _ in range(min(len(state.network.closed_gates), 3)):
        state = with_open_gates(state, np.array([0]))
        assert_same_state(state, full_run(state, WALKER))
