"""Missing links against brute force: every link is really made, and everybody walks again."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import shapely

from geoplan.domain.profiles import PROFILES
from geoplan.model.links import HomesToday, LinkCandidates, LinkRules
from geoplan.model.network import Barriers
from geoplan.stages.added_links import link_added
from geoplan.stages.feet import feet
from geoplan.stages.link_candidates import link_candidates
from geoplan.stages.link_places import spots
from geoplan.stages.missing_links import link_times, missing_links
from geoplan.stages.network import walk_costs
from geoplan.stages.reach import ROUNDING_S, nearest_of_homes, search_graph
from geoplan.stages.snapping import snap
from geoplan.stages.street_changes import gates_opened
from tests.towns import locked, random_network

RULES = LinkRules(longest_m=110.0, spacing_m=40.0)
KINDS = np.array(["wall", "rail", "water"])
TOWNS = range(60)


class Town:
    """A random town with barriers, locked gates of two and more ends, and one-way streets."""

    def __init__(self, seed, *, nodes=14, edges=20):
        rng = np.random.default_rng(seed)
        network = random_network(seed, nodes=nodes, edges=edges)
        ends = np.bincount(np.concatenate([network.tail, network.head]), minlength=nodes)
        network = locked(network, np.argsort(-ends, kind="stable")[:3])
        corners = rng.uniform(0, 500, (5, 3, 2))
        lines = np.array([shapely.LineString(line) for line in corners], dtype=object)
        kinds = KINDS[rng.integers(0, 3, 5)]
        barriers = Barriers(geometry=lines, kind=kinds, name=np.full(5, ""))
        self.network = replace(network, barriers=barriers)
        self.limit_s = float(rng.choice([120.0, 200.0, 300.0]))
        profile = PROFILES[str(rng.choice(["adult", "elder60", "wheelchair"]))]
        self.facility_xy = rng.uniform(0, 500, (4, 2))
        self.giving = np.array([True, True, False, True])
        home_xy = rng.uniform(0, 500, (40, 2))
        points = snap(self.network, home_xy, limit_m=100.0)
        facilities = snap(self.network, self.facility_xy, limit_m=100.0)
        self.graph = search_graph(self.network, walk_costs(self.network, profile), facilities)
        seconds, _ = nearest_of_homes(self.graph, points, self.giving)
        self.homes = HomesToday(home_xy, points, rng.integers(0, 9, 40), seconds)

    def found(self, rules=RULES):
        return missing_links(
            self.graph,
            (self.giving, self.facility_xy),
            self.homes,
            limit_s=self.limit_s,
            rules=rules,
        )

    def wanted(self):
        """Return the homes near by air, one by one."""
        beyond = self.homes.seconds > self.limit_s + ROUNDING_S
        reach_m = self.limit_s * self.graph.costs.leg_speed_m_s
        near = [
            min(np.hypot(*(xy - self.facility_xy[self.giving]).T)) <= reach_m
            for xy in self.homes.xy
        ]
        return beyond & np.array(near) & (self.homes.people > 0)

    def candidates(self):
        wanted = self.homes.points.take(np.flatnonzero(self.wanted()).astype(np.int32))
        return link_candidates(self.graph, self.giving, wanted, limit_s=self.limit_s, rules=RULES)

    def helped(self, links, row):
        """Return whom the link brings within the limit, from a full run with it."""
        graph, points = link_added(self.graph, self.homes.points, links, row)
        seconds, _ = nearest_of_homes(graph, points, self.giving)
        beyond = self.homes.seconds > self.limit_s + ROUNDING_S
        return beyond & (seconds <= self.limit_s + ROUNDING_S), seconds


def test_every_candidate_does_what_it_promises():
    judged = helping = gates = 0
    for seed in TOWNS:
        town = Town(seed)
        links = town.candidates()
        promised = link_times(town.graph, links, town.homes, limit_s=town.limit_s)
        for row in range(len(links)):
            homes, seconds = town.helped(links, row)
            mine = promised[[row]]
            assert sorted(mine.indices.tolist()) == np.flatnonzero(homes).tolist(), (seed, row)
            np.testing.assert_allclose(mine.data, seconds[mine.indices], rtol=0, atol=1e-9)
            judged, helping = judged + 1, helping + homes.any()
            gates += links.gate[row] >= 0
    assert judged > 600
    assert helping > 500
    assert gates > 10


def greedy(town, links):
    """Return (row, added people) of the links that greedy takes, all judged anew each time."""
    sets = [town.helped(links, row) for row in range(len(links))]
    people, left, wanted = town.homes.people, town.homes.people.copy(), town.wanted()
    counted_m = np.round(np.maximum(links.length_m, RULES.counted_m), 1)
    taken = []
    while True:
        ranks = []
        for row, (homes, seconds) in enumerate(sets):
            now = int(left[homes].sum())
            if now and wanted[homes].any():
                mean_s = round(float(people[homes] @ seconds[homes] / people[homes].sum()), 3)
                place = np.round(links.xy[row].ravel(), 3).tolist()
                ranks.append((-now / counted_m[row], -now, counted_m[row], mean_s, place, row))
        if not ranks:
            return taken
        best = min(ranks)
        homes = sets[best[-1]][0]
        taken.append((best[-1], -best[1]))
        left[homes], wanted[homes] = 0, False


def test_the_links_are_those_of_a_greedy_that_judges_all_anew():
    several = 0
    for seed in TOWNS:
        town = Town(seed)
        links, found = town.candidates(), town.found()
        taken = greedy(town, links)
        assert found.added_people.tolist() == [people for _, people in taken], seed
        rows = np.array([row for row, _ in taken], dtype=np.int64)
        np.testing.assert_array_equal(found.links.xy, links.xy[rows])
        np.testing.assert_array_equal(found.near_by_air, town.wanted())
        alone = [town.helped(links, row)[0] for row in rows]
        people = [int(town.homes.people[homes].sum()) for homes in alone]
        assert found.people.tolist() == people
        first = [next((k for k, mine in enumerate(alone) if mine[h]), -1) for h in range(40)]
        assert found.link_of_home.tolist() == first
        several += len(taken) > 1
    assert several > 10


def straight_places(network):
    """Yield (edge, fraction, xy) of junctions, bends and even steps, street by street."""
    for edge, line in enumerate(network.geometry):
        corners, along = shapely.get_coordinates(line), 0.0
        if line.length == 0.0:
            yield edge, 0.0, corners[0]
            continue
        for begin, end in itertools.pairwise(corners):
            length = float(np.hypot(*(end - begin)))
            count = max(int(np.ceil(length / RULES.spacing_m)), 1)
            for step in range(count + 1):
                share = step / count
                fraction = min((along + share * length) / line.length, 1.0)
                yield edge, fraction, begin + share * (end - begin)
            along += length


def crosses(barriers, line):
    """Return whether a link crosses a barrier, and no wall twice."""
    inner = shapely.line_interpolate_point(line, [0.1, line.length - 0.1])
    inner = shapely.LineString(inner)
    met = [shapely.intersection(inner, barrier) for barrier in barriers.geometry]
    counts = np.array([0 if one.is_empty else shapely.get_num_geometries(one) for one in met])
    return counts.any() and not ((counts > 1) & (barriers.kind == "wall")).any()


def every_link(network):
    """Return all links of a small town between places and feet, useful or not."""
    places = list(straight_places(network))
    xy = np.array([place[2] for place in places])
    count = network.edge_count
    point = np.repeat(np.arange(len(places)), count)
    found = feet(network, xy, point, np.tile(np.arange(count), len(places)))
    found = found.take((found.leg_m <= RULES.longest_m) & (found.leg_m > 0.2))
    lines = shapely.linestrings(np.stack([xy[found.point], found.xy], axis=1))
    rows = np.flatnonzero([crosses(network.barriers, line) for line in lines])
    found, lines = found.take(rows), lines[rows]
    edge, fraction = (np.array([place[k] for place in places]) for k in (0, 1))
    one = spots(edge[found.point], fraction[found.point])
    other = spots(found.edge, found.fraction)
    return LinkCandidates(
        far=one,
        near=other,
        xy=np.stack([xy[found.point], found.xy], axis=1),
        length_m=shapely.length(lines),
        barrier=np.zeros(rows.size, dtype=np.int64),
        gate=np.full(rows.size, -1),
        walk_s=np.zeros(rows.size),
    )


def opened(town, gate):
    """Return whom an open gate brings within the limit."""
    network, _ = gates_opened(town.network, np.array([gate]))
    graph = search_graph(network, town.graph.costs, town.graph.facilities)
    seconds, _ = nearest_of_homes(graph, town.homes.points, town.giving)
    within_s = town.limit_s + ROUNDING_S
    return (town.homes.seconds > within_s) & (seconds <= within_s)


def key(ends):
    return tuple(sorted(map(tuple, np.round(ends, 2).tolist())))


def test_no_link_that_helps_is_missing_among_the_candidates():
    """All links of small towns are made in turn, without any bound."""
    made = needed = 0
    for seed in range(10):
        town = Town(seed, nodes=9, edges=11)
        wanted = town.wanted()
        links, candidates = every_link(town.network), town.candidates()
        known = {key(ends) for ends in candidates.xy}
        helping = {
            key(links.xy[row])
            for row in range(len(links))
            if (town.helped(links, row)[0] & wanted).any()
        }
        assert helping - known == set(), seed
        opening = {gate for gate in range(3) if (opened(town, gate) & wanted).any()}
        assert opening <= set(candidates.gate.tolist()), seed
        made, needed = made + len(links), needed + len(helping) + len(opening)
    assert made > 500
    assert needed > 20


def test_the_order_of_homes_and_facilities_changes_nothing():
    for seed in TOWNS:
        town = Town(seed)
        one, rng = town.found(), np.random.default_rng(seed)
        homes, rows = rng.permutation(40).astype(np.int32), rng.permutation(4).astype(np.int32)
        other = missing_links(
            search_graph(town.network, town.graph.costs, town.graph.facilities.take(rows)),
            (town.giving[rows], town.facility_xy[rows]),
            HomesToday(
                town.homes.xy[homes],
                town.homes.points.take(homes),
                town.homes.people[homes],
                town.homes.seconds[homes],
            ),
            limit_s=town.limit_s,
            rules=RULES,
        )
        np.testing.assert_array_equal(other.links.xy, one.links.xy)
        np.testing.assert_array_equal(other.people, one.people)
        np.testing.assert_array_equal(other.link_of_home, one.link_of_home[homes])
