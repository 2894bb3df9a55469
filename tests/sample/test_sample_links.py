"""The missing links of the sample district, really made: everybody walks again."""

from __future__ import annotations

import numpy as np
import pytest

from geoplan.jobs.opening import open_project
from geoplan.jobs.project import load_inputs
from geoplan.model.links import HomesToday, LinkRules
from geoplan.pipeline import lay_ground
from geoplan.stages.added_links import link_added
from geoplan.stages.links_table import links_table
from geoplan.stages.missing_links import missing_links
from geoplan.stages.reach import ROUNDING_S, nearest_of_homes, search_graph
from geoplan.stages.snapping import snap


@pytest.fixture(scope="module")
def ground():
    project = open_project()
    return lay_ground(load_inputs(project, progress=lambda stage: None), project.file)


@pytest.fixture(scope="module")
def giving(ground):
    return ground.inputs.facilities.giving(ground.settings.service)


@pytest.fixture(scope="module")
def homes(ground, giving):
    demand = ground.inputs.demand
    seconds, _ = nearest_of_homes(ground.graph, ground.homes, giving)
    return HomesToday(demand.xy, ground.homes, demand.of(ground.settings.group), seconds)


@pytest.fixture(scope="module")
def found(ground, giving, homes):
    return missing_links(
        ground.graph,
        (giving, ground.inputs.facilities.xy),
        homes,
        limit_s=ground.limit_s,
        rules=LinkRules(),
    )


def spread(found):
    """Return the ten best links, the first of each kind, and the last one."""
    _, first = np.unique(found.kind, return_index=True)
    return sorted({*range(10), *first.tolist(), len(found) - 1})


def test_every_kind_of_link_is_missing_somewhere(found):
    assert set(found.kind) == {"gate", "crossing", "bridge", "open_gate"}
    assert np.unique(found.barrier_name[found.kind == "bridge"]).tolist() == ["京杭大运河(示意)"]
    assert 0 < found.cut_off.sum() < found.near_by_air.sum()


def test_the_best_links_do_what_they_promise(ground, giving, homes, found):
    beyond = homes.beyond(ground.limit_s + ROUNDING_S)
    for row in spread(found):
        graph, points = link_added(ground.graph, ground.homes, found.links, row)
        seconds, _ = nearest_of_homes(graph, points, giving)
        helped = np.flatnonzero(beyond & (seconds <= ground.limit_s + ROUNDING_S))
        assert np.sort(found.seconds[[row]].indices).tolist() == helped.tolist()
        assert homes.people[helped].sum() == found.people[row]


def test_the_best_links_keep_their_promise_when_all_points_meet_the_streets_anew(
    ground, giving, homes, found
):
    """A door that opens onto the new link itself may only help more homes."""
    inputs, snap_m = ground.inputs, open_project().file.network.snap_m
    for row in range(2):
        graph, _ = link_added(ground.graph, ground.homes, found.links, row)
        network = graph.network
        facilities = snap(network, inputs.facilities.xy, limit_m=snap_m)
        points = snap(network, inputs.demand.xy, limit_m=snap_m)
        again = search_graph(network, graph.costs, facilities)
        seconds, _ = nearest_of_homes(again, points, giving)
        promised = found.seconds[[row]].indices
        assert (seconds[promised] <= ground.limit_s + ROUNDING_S).all()


def test_each_home_counts_once_for_the_link_that_it_is_given(homes, found):
    named = found.link_of_home >= 0
    people = np.bincount(
        found.link_of_home[named], weights=homes.people[named], minlength=len(found)
    )
    assert people.tolist() == found.added_people.tolist()
    assert (found.added_people <= found.people).all()
    assert (found.added_people > 0).all()


def test_the_table_has_a_row_a_link_with_a_shorter_walk(ground, homes, found):
    table = links_table(found, ground.inputs.demand, ground.inputs.boundaries, homes.seconds)
    assert table["id"].tolist()[:2] == ["L001", "L002"]
    assert len(table) == len(found)
    assert (table["people_all"] >= table["people_60"]).all()
    assert (table["minutes_after"] <= 15.0).all()
    assert (table["minutes_before"].dropna() >= 15.0).all()
    assert (table["subdistrict"] != "").any()
