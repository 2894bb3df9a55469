"""Missing links on paper towns: a river, a locked compound, a wall, and a mere detour.

The walker does 1 m/s. Two streets run from west to east, y = 0 and y = 60 (or 20), with a junction
every 100 m from x = 0 to 600; they are joined at x = 600 alone. The station stands at (0, 0) unless
another place is given, and homes stand on the farther street, so a home at x walks
(600 − x) + the way across + 600.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from geoplan.domain.profiles import Profile
from geoplan.model.demand import Demand
from geoplan.model.links import HomesToday, LinkRules
from geoplan.model.network import Barriers, Structure
from geoplan.model.places import Boundaries
from geoplan.stages.added_links import link_added
from geoplan.stages.links_table import links_table
from geoplan.stages.missing_links import missing_links
from geoplan.stages.network import walk_costs
from geoplan.stages.reach import nearest_of_homes, search_graph
from geoplan.stages.snapping import snap
from tests.towns import CRS, SOURCE, locked, network_of

WALKER = Profile(speed_m_s=1.0)
RULES = LinkRules()


def barriers_of(*rows):
    """Return barriers of (kind, name, corners)."""
    kinds, names, corners = zip(*rows, strict=True)
    lines = np.array([shapely.LineString(line) for line in corners], dtype=object)
    return Barriers(geometry=lines, kind=np.array(kinds), name=np.array(names))


def two_streets(width, *barriers, **streets):
    """Return the streets y = 0 and y = ``width``, joined at x = 600 by the last edge."""
    node_xy = [(100.0 * k, y) for y in (0.0, width) for k in range(7)]
    edges = [(k, k + 1) for k in range(13) if k != 6] + [(6, 13)]
    lines = barriers_of(*barriers) if barriers else None
    return network_of(node_xy, edges, barriers=lines, **streets)


class Town:
    """A network with one station and homes on its streets, and what links it lacks."""

    def __init__(self, network, homes, people, *, limit_s, station=(0.0, 0.0), rules=RULES):
        self.limit_s = limit_s
        self.facility_xy = np.array([station])
        self.giving = np.ones(1, dtype=bool)
        xy = np.asarray(homes, dtype=float)
        costs = walk_costs(network, WALKER)
        facilities = snap(network, self.facility_xy, limit_m=50.0)
        self.points = snap(network, xy, limit_m=50.0)
        self.graph = search_graph(network, costs, facilities)
        self.today_s, _ = nearest_of_homes(self.graph, self.points, self.giving)
        self.homes = HomesToday(xy, self.points, np.asarray(people), self.today_s)
        self.found = self.look(rules)

    def look(self, rules):
        return missing_links(
            self.graph,
            (self.giving, self.facility_xy),
            self.homes,
            limit_s=self.limit_s,
            rules=rules,
        )

    def seconds_with(self, row):
        graph, points = link_added(self.graph, self.points, self.found.links, row)
        return nearest_of_homes(graph, points, self.giving)[0]


RIVER = ("water", "Green River", [(-100, 30), (700, 30)])


def river_town(*, limit_s=300.0, rules=RULES, **streets):
    """Far homes: a bridge at x ≤ 50 leads them in 60 + x seconds: 110, 210, and 310, too far."""
    homes = [(50, 60), (150, 60), (250, 60), (100, 0)]
    network = two_streets(60.0, RIVER, **streets)
    return Town(network, homes, [10, 20, 5, 40], limit_s=limit_s, rules=rules)


def test_the_bridge_is_where_the_far_bank_gains_most():
    town = river_town()
    found = town.found
    np.testing.assert_allclose(town.today_s, [1210, 1110, 1010, 100])
    assert found.near_by_air.tolist() == [True, True, True, False]
    assert found.links.xy.tolist() == [[[0, 60], [0, 0]]]
    assert (found.kind[0], found.barrier_kind[0]) == ("bridge", "water")
    assert found.barrier_name.tolist() == ["Green River"]
    assert found.links.length_m.tolist() == [60.0]
    assert found.people.tolist() == found.added_people.tolist() == [30]
    assert found.people_per_m.tolist() == [0.5]
    assert found.link_of_home.tolist() == [0, 0, -1, -1]
    np.testing.assert_allclose(found.seconds.toarray(), [[110, 210, 0, 0]])


def test_a_home_that_no_single_link_helps_is_not_cut_off_by_a_barrier():
    assert river_town().found.cut_off.tolist() == [True, True, False, False]


def test_the_bridge_once_made_leaves_nobody_in_the_class():
    town = river_town()
    np.testing.assert_allclose(town.seconds_with(0), [110, 210, 310, 100])
    graph, points = link_added(town.graph, town.points, town.found.links, 0)
    today_s, _ = nearest_of_homes(graph, points, town.giving)
    after = missing_links(
        graph,
        (town.giving, town.facility_xy),
        replace(town.homes, points=points, seconds=today_s),
        limit_s=town.limit_s,
        rules=RULES,
    )
    assert len(after) == 0
    assert not after.cut_off.any()


def test_the_limit_is_inclusive_for_a_way_over_a_link():
    assert river_town(limit_s=210.0).found.people.tolist() == [30]
    assert river_town(limit_s=209.99).found.people.tolist() == [10]


def test_a_river_too_wide_gets_no_bridge():
    assert len(river_town(rules=LinkRules(longest_m=60.0)).found) == 1
    assert len(river_town(rules=LinkRules(longest_m=59.9)).found) == 0


def test_a_link_that_adds_too_few_people_is_not_proposed():
    assert len(river_town(rules=LinkRules(least_people=30)).found) == 1
    assert len(river_town(rules=LinkRules(least_people=31)).found) == 0


def test_no_link_starts_in_the_middle_of_a_bridge():
    """Every street of the far bank is a bridge: only its ends beside ground would do, at none."""
    structure = np.zeros(13, dtype=np.uint8)
    structure[6:12] = Structure.BRIDGE
    structure[12] = Structure.BRIDGE
    assert len(river_town(structure=structure).found) == 0
    structure[6] = Structure.GROUND
    assert river_town(structure=structure).found.links.xy.tolist() == [[[0, 60], [0, 0]]]


def test_two_walls_take_two_gates_the_better_first():
    """Each home walks 120 s by any gate between its door and the station; the other wall's gate
    leads it at least 150 + 20 + 50 s."""
    walls = [("wall", name, [(x - 50, 10), (x + 50, 10)]) for name, x in (("w", 200), ("e", 400))]
    town = Town(
        two_streets(20.0, *walls),
        [(200, 20), (400, 20)],
        [8, 9],
        limit_s=150.0,
        station=(300.0, 0.0),
    )
    found = town.found
    assert found.barrier_name.tolist() == ["e", "w"]
    assert found.people.tolist() == found.added_people.tolist() == [9, 8]
    np.testing.assert_allclose(found.links.xy[:, :, 0], [[1100 / 3, 1100 / 3], [200, 200]])
    assert found.link_of_home.tolist() == [1, 0]
    np.testing.assert_allclose(found.seconds.toarray(), [[0, 120], [120, 0]])


def test_the_gate_is_where_its_people_walk_least():
    """Any gate from 235 to 365 serves the home at 300 in time; at 300 itself it needs 20 s."""
    wall = ("wall", "", [(-10, 10), (590, 10)])
    town = Town(two_streets(20.0, wall), [(300, 20)], [8], limit_s=150.0, station=(300.0, 0.0))
    assert town.found.links.xy.tolist() == [[[300, 20], [300, 0]]]
    np.testing.assert_allclose(town.found.seconds.data, [20])
    assert town.found.people_per_m.tolist() == [0.4]


def test_a_detour_without_a_barrier_is_no_missing_link():
    town = Town(two_streets(20.0), [(300, 20)], [8], limit_s=150.0, station=(300.0, 0.0))
    assert town.found.near_by_air.tolist() == [True]
    assert len(town.found) == 0
    assert town.found.cut_off.tolist() == [False]
    assert town.found.seconds.shape == (0, 1)


def test_a_wall_elsewhere_is_no_excuse():
    """The wall ends at x = 100; a gate there would lead the home 2 × 200 + 20 m round."""
    wall = ("wall", "", [(-10, 10), (100, 10)])
    network = two_streets(20.0, wall)
    town = Town(network, [(300, 20)], [8], limit_s=150.0, station=(300.0, 0.0))
    assert len(town.found) == 0


def test_a_way_through_a_walled_area_is_no_gate():
    """A ring between the two streets: the straight way leads in and out again."""
    ring = [(-10, 5), (590, 5), (590, 15), (-10, 15), (-10, 5)]
    town = Town(
        two_streets(20.0, ("wall", "", ring)),
        [(300, 20)],
        [8],
        limit_s=150.0,
        station=(300.0, 0.0),
    )
    assert len(town.found) == 0


def test_a_water_with_two_banks_is_one_bridge():
    ring = [(-10, 5), (590, 5), (590, 15), (-10, 15), (-10, 5)]
    network = two_streets(20.0, ("water", "Pond", ring))
    town = Town(network, [(300, 20)], [8], limit_s=150.0, station=(300.0, 0.0))
    assert town.found.kind.tolist() == ["bridge"]


@pytest.mark.parametrize(
    ("kinds", "kind", "name"),
    [
        (("wall", "rail"), "crossing", "1"),
        (("water", "rail", "wall"), "bridge", "0"),
        (("wall", "wall"), "gate", "0"),
    ],
)
def test_the_hardest_barrier_names_the_link(kinds, kind, name):
    lines = [
        (one, str(row), [(-10, 5.0 + 5 * row), (590, 5.0 + 5 * row)])
        for row, one in enumerate(kinds)
    ]
    network = two_streets(20.0, *lines)
    town = Town(network, [(300, 20)], [8], limit_s=150.0, station=(300.0, 0.0))
    assert town.found.kind.tolist() == [kind]
    assert town.found.barrier_name.tolist() == [name]


def compound(*, lock=(2,)):
    """A compound behind a wall at y = 20 whose gate, node 2, is on the stub from (200, 0).

    ::

                    (200,60) ---200--- (400,60)
        wall ---------- gate ----------|   |
                        |                  |
        (0,0) ------ (200,0) ---200--- (400,0)
    """
    wall = ("wall", "", [(-10, 20), (390, 20)])
    network = network_of(
        [(0, 0), (200, 0), (200, 20), (200, 60), (400, 60), (400, 0)],
        [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 1)],
        barriers=barriers_of(wall),
    )
    return locked(network, list(lock))


def compound_town():
    """The home walks 200 + 60 + 200 m today, and 60 m when the gate opens."""
    return Town(compound(), [(200, 60)], [7], limit_s=100.0, station=(200.0, 0.0))


def test_the_locked_gate_opens():
    town = compound_town()
    found = town.found
    np.testing.assert_allclose(town.today_s, [460])
    assert found.kind.tolist() == ["open_gate"]
    assert found.barrier_kind.tolist() == ["gate"]
    assert found.links.gate.tolist() == [0]
    assert found.links.length_m.tolist() == [0.0]
    assert found.people_per_m.tolist() == [7.0]
    assert found.seconds.toarray().tolist() == [[60.0]]
    np.testing.assert_allclose(town.seconds_with(0), [60])


def test_beside_a_wall_a_new_gate_is_worth_its_metres():
    """Without the stub to the gate, only a new gate helps: 40 m from the home's door."""
    network = network_of(
        [(0, 0), (200, 0), (200, 40), (400, 40), (400, 0)],
        [(0, 1), (2, 3), (3, 4), (4, 1)],
        barriers=barriers_of(("wall", "", [(-10, 20), (390, 20)])),
    )
    town = Town(network, [(200, 40)], [7], limit_s=100.0, station=(200.0, 0.0))
    assert town.found.kind.tolist() == ["gate"]
    assert town.found.links.xy.tolist() == [[[200, 40], [200, 0]]]


@pytest.mark.parametrize(("wall_y", "links"), [(20.05, 0), (19.95, 0), (19.85, 1)])
def test_a_wall_on_which_a_street_lies_is_not_crossed_there(wall_y, links):
    """Streets end on walls at their gates, a few centimetres to this side or that."""
    wall = ("wall", "", [(-50, wall_y), (50, wall_y)])
    town = Town(two_streets(20.0, wall), [(0, 20)], [7], limit_s=100.0)
    assert len(town.found) == links


def test_a_link_may_meet_a_street_far_from_all_its_places():
    """With steps of 200 m the near street has places at 0 and 100 alone; the gate is at 50."""
    network = network_of(
        [(0, 0), (100, 0), (50, 20), (50, 300)],
        [(0, 1), (2, 3)],
        barriers=barriers_of(("wall", "", [(0, 10), (100, 10)])),
    )
    rules = LinkRules(longest_m=30.0, spacing_m=200.0)
    town = Town(network, [(50, 20)], [7], limit_s=70.0, rules=rules)
    assert town.found.links.xy.tolist() == [[[50, 20], [50, 0]]]
    np.testing.assert_allclose(town.found.seconds.data, [70])


def test_homes_without_people_draw_no_link_but_are_named():
    town = river_town()
    homes = replace(town.homes, people=np.array([10, 0, 5, 40]))
    one = missing_links(
        town.graph, (town.giving, town.facility_xy), homes, limit_s=300.0, rules=RULES
    )
    assert one.people.tolist() == [10]
    assert one.link_of_home.tolist() == [0, 0, -1, -1]
    assert one.cut_off.tolist() == [True, False, False, False]
    nobody = replace(town.homes, people=np.zeros(4, dtype=np.int64))
    none = missing_links(
        town.graph, (town.giving, town.facility_xy), nobody, limit_s=300.0, rules=RULES
    )
    assert len(none) == 0


def test_without_a_facility_there_is_no_link():
    town = river_town()
    nothing = np.zeros(1, dtype=bool), town.facility_xy
    homes = replace(town.homes, seconds=np.full(4, np.inf))
    found = missing_links(town.graph, nothing, homes, limit_s=300.0, rules=RULES)
    assert len(found) == 0
    assert not found.near_by_air.any()


def units():
    boxes = [shapely.box(-50, -50, 650, 110), shapely.box(-50, 30, 650, 110)]
    return Boundaries(
        code=np.array(["1", "11"]),
        name=np.array(["North", "Bank"]),
        level=np.array(["subdistrict", "community"]),
        parent=np.array(["", "1"]),
        geometry=np.array(boxes, dtype=object),
        made=np.ones(2, dtype=bool),
        crs=CRS,
        source=SOURCE,
    )


def test_the_table_names_ends_people_and_minutes():
    """Today (10 × 1,210 + 20 × 1,110) / 30 s = 19.1 min; with it (1,100 + 4,200) / 30 = 2.9."""
    town = river_town()
    people = np.column_stack([town.homes.people, town.homes.people // 2])
    demand = Demand(
        id=np.array(["a", "b", "c", "d"]),
        place=np.full(4, ""),
        xy=town.homes.xy,
        groups=("all", "60+"),
        people=people,
        community=np.full(4, ""),
        crs=CRS,
        source=SOURCE,
    )
    table = links_table(town.found, demand, units(), town.today_s)
    assert len(table) == 1
    row = table.iloc[0]
    assert row[["id", "kind", "barrier", "barrier_name"]].tolist() == [
        "L001",
        "bridge",
        "water",
        "Green River",
    ]
    assert row[["subdistrict", "community", "length_m"]].tolist() == ["North", "Bank", 60.0]
    assert row[["people_all", "people_60", "people_per_m"]].tolist() == [30, 15, 0.5]
    assert row[["minutes_before", "minutes_after"]].tolist() == [19.1, 2.9]
    assert row["from_lat"] - row["to_lat"] == pytest.approx(60 / 111_000, rel=0.02)
    assert row["from_lon"] == pytest.approx(row["to_lon"], abs=2e-6)


def test_minutes_are_empty_where_nobody_had_a_way():
    town = river_town()
    homes = np.full(4, np.inf)
    demand = Demand(
        id=np.array(["a", "b", "c", "d"]),
        place=np.full(4, ""),
        xy=town.homes.xy,
        groups=("all",),
        people=town.homes.people[:, None],
        community=np.full(4, ""),
        crs=CRS,
        source=SOURCE,
    )
    table = links_table(town.found, demand, units(), homes)
    assert np.isnan(table["minutes_before"].iloc[0])
    assert table["minutes_after"].iloc[0] == 2.9
    empty = links_table(
        river_town(rules=LinkRules(longest_m=1.0)).found, demand, units(), town.today_s
    )
    assert empty.columns.tolist() == table.columns.tolist()
    assert len(empty) == 0


@pytest.mark.parametrize("field", ["longest_m", "spacing_m", "counted_m", "least_people"])
@pytest.mark.parametrize("value", [0, -1, np.nan, np.inf])
def test_rules_that_mean_nothing_are_refused(field, value):
    with pytest.raises(ValueError, match=field):
        LinkRules(**{field: value})
