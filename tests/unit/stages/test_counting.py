"""Coverage, roads and facilities on a town whose counts are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoplan.domain.profiles import Profile
from geoplan.model.demand import Demand
from geoplan.model.facilities import Facilities
from geoplan.model.places import Boundaries
from geoplan.stages.coverage import coverage_table
from geoplan.stages.facility_reach import people_reached
from geoplan.stages.network import walk_costs
from geoplan.stages.reach import nearest_of_homes, node_times, search_graph, walking_times
from geoplan.stages.reached_parts import reached_parts
from geoplan.stages.roads import road_pieces, roads_table
from geoplan.stages.snapping import snap
from geoplan.stages.unit_rows import place_rows, unit_rows
from geoplan.stages.units import locate
from tests.towns import CRS, SOURCE, network_of


def two_halves():
    """Return a district of two subdistricts of two communities each, four columns of 500 m."""
    columns = [shapely.box(left, 0, left + 500, 100) for left in (0, 500, 1000, 1500)]
    return Boundaries(
        code=np.array(["1", "11", "12", "111", "112", "121", "122"]),
        name=np.array(["D", "West", "East", "w1", "w2", "e1", "e2"]),
        level=np.array(["district", *["subdistrict"] * 2, *["community"] * 4]),
        parent=np.array(["", "1", "1", "11", "11", "12", "12"]),
        geometry=np.array(
            [
                shapely.box(0, 0, 2000, 100),
                shapely.box(0, 0, 1000, 100),
                shapely.box(1000, 0, 2000, 100),
                *columns,
            ],
            dtype=object,
        ),
        made=np.zeros(7, bool),
        crs=CRS,
        source=SOURCE,
    )


def people(xy, counts):
    xy = np.asarray(xy, float)
    return Demand(
        id=np.array([f"h{row:02d}" for row in range(len(xy))]),
        place=np.array(["Mill" if row % 2 else "" for row in range(len(xy))]),
        xy=xy,
        groups=("all", "60+"),
        people=np.asarray(counts, dtype=np.int64),
        community=np.array([""] * len(xy)),
        crs=CRS,
        source=SOURCE,
    )


def stations(xy):
    xy = np.asarray(xy, float)
    return Facilities(
        id=np.array([f"s{row}" for row in range(len(xy))]),
        name=np.array([f"Station {row}" for row in range(len(xy))]),
        kind=np.array(["care_station"] * len(xy)),
        xy=xy,
        services=("elderly_care",),
        offers=np.ones((len(xy), 1), bool),
        status=np.array([""] * len(xy)),
        community=np.array([""] * len(xy)),
        crs=CRS,
        source=SOURCE,
    )


def main_street():
    """One street of 2 km along y = 50, a junction every 100 m, named Long Road."""
    xy = [(100.0 * step, 50.0) for step in range(21)]
    return network_of(
        xy, [(step, step + 1) for step in range(20)], name=np.array(["Long Road"] * 20)
    )


def walked(xy_homes, xy_stations, limit_s):
    network = main_street()
    homes = snap(network, np.asarray(xy_homes, float), limit_m=60.0)
    facilities = snap(network, np.asarray(xy_stations, float), limit_m=60.0)
    graph = search_graph(network, walk_costs(network, Profile(speed_m_s=1.0)), facilities)
    chosen = np.ones(len(xy_stations), bool)
    nearest, _ = nearest_of_homes(graph, homes, chosen, limit_s=limit_s)
    return network, graph, homes, nearest


def test_coverage_counts_whole_people_at_every_level():
    homes = [(100, 50), (600, 50), (1100, 50), (1900, 50)]
    demand = people(homes, [(10, 4), (20, 5), (40, 9), (80, 0)])
    boundaries = two_halves()
    _, _, _, nearest = walked(homes, [(0, 50)], 900.0)
    table = coverage_table(
        unit_rows(boundaries, locate(boundaries, demand.xy)),
        demand,
        {("walker", "care"): nearest},
        [5, 15],
    )
    got = table.set_index(["level", "name", "minutes", "group"])[["people", "covered"]]
    assert got.loc[("district", "D", 15, "all")].tolist() == [150, 30]
    assert got.loc[("district", "D", 5, "60+")].tolist() == [18, 4]
    assert got.loc[("subdistrict", "West", 15, "all")].tolist() == [30, 30]
    assert got.loc[("community", "e2", 15, "60+")].tolist() == [0, 0]
    assert pd.isna(table.set_index(["name", "minutes", "group"]).loc[("e2", 15, "60+"), "share"])


@given(st.integers(0, 2**32 - 1))
def test_children_sum_to_their_parents_to_the_last_person(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 40))
    xy = np.column_stack([rng.choice(np.arange(-50, 2051, 50), count), rng.choice([0, 50], count)])
    everyone = rng.integers(0, 30, count)
    demand = people(xy, np.column_stack([everyone, rng.integers(0, everyone + 1)]))
    boundaries = two_halves()
    units = locate(boundaries, demand.xy)
    nearest = rng.choice([10.0, 400.0, np.inf], count)
    rows = [*unit_rows(boundaries, units), place_rows(boundaries, units, demand)]
    table = coverage_table(rows, demand, {("p", "s"): nearest}, [5, 15])
    keys = ["minutes", "group"]
    sums = table.groupby(["level", *keys])[["people", "covered"]].sum()
    for level in ("subdistrict", "community", "place"):
        pd.testing.assert_frame_equal(sums.loc["district"], sums.loc[level])
    inside = units.district >= 0
    assert sums.loc[("district", 5, "all"), "people"] == everyone[inside].sum()
    assert (table["covered"] <= table["people"]).all()
    uncovered = demand.of("all")[inside & (nearest > 900)].sum()
    assert sums.loc[("district", 15, "all"), "covered"] + uncovered == everyone[inside].sum()


def test_a_point_on_a_shared_border_is_counted_once_in_the_lower_code():
    boundaries = two_halves()
    units = locate(boundaries, np.array([[1000.0, 50.0], [500.0, 50.0]]))
    assert boundaries.name[units.community].tolist() == ["w2", "w1"]
    assert boundaries.name[units.subdistrict].tolist() == ["West", "West"]


def test_roads_are_cut_at_subdistrict_borders():
    """Station at x = 950, 200 m: covered 750-1000 in West, 1000-1150 in East."""
    network, graph, _, _ = walked([(0, 50)], [(950, 50)], 900.0)
    chosen = np.ones(1, bool)
    node_s = node_times(graph, chosen, limit_s=200.0)
    parts = reached_parts(network, graph.costs, node_s, graph.facilities, limit_s=200.0)
    boundaries = two_halves()
    table = roads_table(
        network,
        boundaries,
        road_pieces(network, boundaries),
        {("care", 15): parts},
        profile="walker",
    ).set_index("subdistrict")
    assert table.loc["West", "length_m"] == pytest.approx(1000)
    assert table.loc["East", "length_m"] == pytest.approx(1000)
    assert table.loc["West", "covered_m"] == pytest.approx(250)
    assert table.loc["East", "covered_m"] == pytest.approx(150)


def test_a_street_across_a_border_is_split_where_it_crosses():
    network = network_of([(900, 50), (1150, 50)], [(0, 1)], name=np.array(["Cross Road"]))
    pieces = road_pieces(network, two_halves())
    length = dict(zip(pieces.unit.tolist(), (pieces.stop - pieces.start).tolist(), strict=True))
    assert length == pytest.approx({1: 0.4, 2: 0.6})


def test_marginal_people_are_those_with_no_other_station():
    homes = [(100, 50), (500, 50), (1900, 50)]
    demand = people(homes, [(10, 1), (20, 2), (40, 4)])
    facilities = stations([(0, 50), (600, 50)])
    _network, graph, snapped, _ = walked(homes, facilities.xy, 900.0)
    times = walking_times(graph, snapped, limit_s=900.0)
    table = people_reached(facilities, demand, times, [5, 15])
    assert table["people_5"].tolist() == [10, 20]
    assert table["people_15"].tolist() == [30, 30]
    assert table["marginal_15"].tolist() == [0, 0]
    alone = walking_times(graph, snapped, limit_s=450.0)
    assert people_reached(facilities, demand, alone, [5])["marginal_5"].tolist() == [10, 20]
