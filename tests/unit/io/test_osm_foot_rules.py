"""Which ways carry walkers: each row is one sentence of the OSM wiki."""

from __future__ import annotations

import math

import pytest

from geoplan.io import foot_rules
from geoplan.model.network import Crossing, Structure, Wheelchair


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "footway"}, True),
        ({"highway": "residential", "oneway": "yes"}, True),
        ({"highway": "cycleway"}, True),
        ({"highway": "cycleway", "foot": "no"}, False),
        ({"highway": "motorway"}, False),
        ({"highway": "motorway", "foot": "yes"}, False),
        ({"highway": "construction", "construction": "footway"}, False),
        ({"highway": "proposed"}, False),
        ({"highway": "trunk"}, False),
        ({"highway": "trunk", "foot": "yes"}, True),
        ({"highway": "trunk", "sidewalk": "both"}, True),
        ({"highway": "trunk", "sidewalk": "both", "foot": "use_sidepath"}, False),
        ({"highway": "primary", "foot": "use_sidepath"}, False),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "permissive"}, True),
        ({"highway": "service", "access": "no", "foot": "designated"}, True),
        ({"highway": "service", "access": "destination"}, True),
        ({"highway": "footway", "foot": "private"}, False),
        ({"highway": "corridor", "indoor": "yes"}, True),
        ({"highway": "elevator"}, True),
        ({"railway": "platform"}, True),
        ({"public_transport": "platform", "foot": "no"}, False),
        ({"railway": "rail"}, False),
        ({}, False),
    ],
)
def test_walkable(tags, expected):
    assert foot_rules.walkable(tags) is expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"oneway": "yes"}, (True, True)),
        ({"oneway:foot": "yes"}, (True, False)),
        ({"oneway:foot": "-1"}, (False, True)),
        ({"conveying": "forward"}, (True, False)),
        ({"conveying": "backward"}, (False, True)),
        ({"conveying": "yes"}, (True, True)),
        ({"foot:backward": "no"}, (True, False)),
        ({"foot:forward": "no"}, (False, True)),
    ],
)
def test_directions(tags, expected):
    assert foot_rules.directions(tags) == expected


@pytest.mark.parametrize(
    ("text", "ratio"),
    [("5%", 0.05), ("-3 %", -0.03), ("+8%", 0.08), ("45°", 1.0), ("up", None), ("", None)],
)
def test_incline(text, ratio):
    grade = foot_rules.incline({"incline": text})
    assert math.isnan(grade) if ratio is None else grade == pytest.approx(ratio)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"crossing": "traffic_signals"}, Crossing.SIGNAL),
        ({"crossing": "marked", "crossing:signals": "yes"}, Crossing.SIGNAL),
        ({"crossing": "uncontrolled"}, Crossing.ZEBRA),
        ({"crossing_ref": "zebra"}, Crossing.ZEBRA),
        ({"crossing:markings": "zebra"}, Crossing.ZEBRA),
        ({"crossing": "unmarked", "crossing:markings": "no"}, Crossing.UNCONTROLLED),
        ({"crossing": "island"}, Crossing.NONE),
    ],
)
def test_crossing(tags, expected):
    assert foot_rules.crossing(tags) is expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"barrier": "gate"}, False),
        ({"barrier": "gate", "access": "private"}, True),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, False),
        ({"barrier": "lift_gate", "foot": "no"}, True),
        ({"barrier": "gate", "locked": "yes"}, True),
        ({"barrier": "bollard", "access": "no"}, False),
        ({"access": "private"}, False),
    ],
)
def test_closed_gate(tags, expected):
    assert foot_rules.closed_gate(tags) is expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"barrier": "fence"}, "wall"),
        ({"barrier": "hedge"}, ""),
        ({"railway": "rail"}, "rail"),
        ({"railway": "rail", "layer": "-1"}, "rail"),
        ({"railway": "subway", "tunnel": "yes"}, ""),
        ({"railway": "tram"}, ""),
        ({"waterway": "canal"}, "water"),
        ({"waterway": "canal", "layer": "-1"}, "water"),
        ({"waterway": "river", "tunnel": "culvert"}, ""),
        ({"natural": "coastline"}, "water"),
        ({"natural": "wood"}, ""),
    ],
)
def test_barrier_kind(tags, expected):
    assert foot_rules.barrier_kind(tags) == expected


def test_what_slows_walkers():
    assert foot_rules.has_ramp({"ramp:wheelchair": "yes"})
    assert foot_rules.has_ramp({"wheelchair": "yes"})
    assert not foot_rules.has_ramp({"ramp": "no"})
    assert foot_rules.structure({"bridge": "viaduct"}) is Structure.BRIDGE
    assert foot_rules.structure({"tunnel": "building_passage"}) is Structure.TUNNEL
    assert foot_rules.structure({"bridge": "no"}) is Structure.GROUND
    assert foot_rules.wheelchair({"wheelchair": "limited"}) is Wheelchair.LIMITED
    assert foot_rules.wheelchair({"wheelchair": "perhaps"}) is Wheelchair.UNKNOWN


def test_a_network_of_another_tool_keeps_kinds_that_osm_does_not_know():
    assert not foot_rules.barred({"highway": "城市支路"})
    assert not foot_rules.barred({})
    assert foot_rules.barred({"highway": "motorway"})
    assert foot_rules.barred({"highway": "城市支路", "foot": "no"})
