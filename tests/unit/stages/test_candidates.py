"""Where a station could open: rooms, then stations to upgrade, then street corners."""

from __future__ import annotations

import numpy as np
import shapely

from geoplan.model.demand import Demand
from geoplan.model.facilities import Facilities
from geoplan.model.places import Boundaries, StudyArea
from geoplan.model.results import PlanInputs
from geoplan.model.siting import SitingRules
from geoplan.stages.candidates import place_candidates
from tests.towns import CRS, SOURCE, network_of

# A street grid of 11 x 11 corners, 100 m apart; the district is its western part, x <= 600.
SERVICES = ("elderly_care", "meals")
KINDS = {
    "room_b": ("public_room", (0, 0), (250, 250)),
    "room_a": ("community_center", (0, 0), (150, 150)),
    "room_out": ("public_room", (0, 0), (900, 150)),
    "room_done": ("public_room", (1, 1), (350, 150)),
    "station": ("care_station", (1, 0), (450, 450)),
    "station_out": ("care_station", (1, 0), (950, 450)),
}


def _grid(order):
    xy = np.array([(x, y) for x in range(0, 1001, 100) for y in range(0, 1001, 100)], float)
    pairs = [
        (a, b) for a in range(121) for b in range(a + 1, 121) if np.abs(xy[a] - xy[b]).sum() == 100
    ]
    rank = np.argsort(order)
    return network_of(xy[order], [(rank[a], rank[b]) for a, b in pairs])


def _inputs(order=None, homes=((100, 100), (500, 900))):
    names = sorted(KINDS)
    homes = np.array(homes, float).reshape(-1, 2)
    blank = np.full(len(names), "", dtype="<U1")
    target = shapely.box(0, 0, 600, 1000)
    return PlanInputs(
        area=StudyArea(target, shapely.box(-500, -500, 1500, 1500), 500.0, CRS),
        boundaries=Boundaries(
            code=np.array(["d"]),
            name=np.array(["D"]),
            level=np.array(["district"]),
            parent=np.array([""]),
            geometry=np.array([target], dtype=object),
            made=np.array([True]),
            crs=CRS,
            source=SOURCE,
        ),
        facilities=Facilities(
            id=np.array(names),
            name=np.array([f"name of {name}" for name in names]),
            kind=np.array([KINDS[name][0] for name in names]),
            xy=np.array([KINDS[name][2] for name in names], float),
            services=SERVICES,
            offers=np.array([KINDS[name][1] for name in names], bool),
            status=blank,
            community=blank,
            crs=CRS,
            source=SOURCE,
        ),
        demand=Demand(
            id=np.array([f"h{number}" for number in range(len(homes))], dtype=np.str_),
            place=np.full(len(homes), "", dtype="<U1"),
            xy=homes,
            groups=("all",),
            people=np.ones((len(homes), 1), dtype=np.int64),
            community=np.full(len(homes), "", dtype="<U1"),
            crs=CRS,
            source=SOURCE,
        ),
        network=_grid(np.arange(121) if order is None else order),
    )


def _rules(**changed):
    rules = {
        "model": "mclp",
        "service": "elderly_care",
        "limit_s": 900.0,
        "snap_m": 50.0,
        "weights": {"all": 1.0},
        "new": 2,
        "spacing_m": 200.0,
        "max_candidates": 100,
        "time_limit_s": 60.0,
    }
    return SitingRules(**{**rules, **changed})


def _placed(inputs, weight=(1.0, 2.0), *, reach_m=250.0, **changed):
    return place_candidates(inputs, _rules(**changed), np.array(weight), reach_m=reach_m)


def test_rooms_without_the_service_come_first_by_id():
    placed = _placed(_inputs())
    assert placed.id[:2].tolist() == ["room:room_a", "room:room_b"]
    assert placed.name[:2].tolist() == ["name of room_a", "name of room_b"]
    assert placed.origin.tolist() == sorted(placed.origin.tolist())
    assert set(placed.origin[2:].tolist()) == {"street"}


def test_care_stations_can_take_up_one_of_the_five_care_services():
    placed = _placed(_inputs(), service="meals")
    assert placed.id[:3].tolist() == ["room:room_a", "room:room_b", "upgrade:station"]
    assert placed.origin[2] == "upgrade"


def test_other_services_are_no_upgrade_of_a_care_station():
    assert "upgrade" not in _placed(_inputs(), service="social_work").origin


def test_corners_are_in_the_district_near_open_weight_and_one_a_square():
    placed = _placed(_inputs())
    corners = placed.xy[placed.origin == "street"]
    assert len(corners) > 0
    assert (corners[:, 0] <= 600).all()
    homes = np.array([(100, 100), (500, 900)])
    nearest = np.hypot(*(corners[:, None] - homes[None]).transpose(2, 0, 1)).min(axis=1)
    assert (nearest <= 250).all()
    squares = np.floor(corners / 200)
    assert len(np.unique(squares, axis=0)) == len(corners)


def test_a_square_is_represented_by_the_corner_nearest_to_its_centre():
    placed = _placed(_inputs())
    assert "street:100_100" in placed.id
    assert "street:500_900" in placed.id


def test_covered_people_draw_no_corner():
    placed = _placed(_inputs(), weight=(0.0, 2.0))
    corners = placed.xy[placed.origin == "street"]
    assert len(corners) > 0
    assert (corners[:, 1] >= 650).all()
    assert "street" not in _placed(_inputs(), weight=(0.0, 0.0)).origin


def test_the_corners_with_most_open_weight_nearby_are_kept():
    placed = _placed(_inputs(), max_candidates=3)
    corners = placed.xy[placed.origin == "street"]
    assert len(corners) == 1
    assert np.hypot(*(corners[0] - (500, 900))) <= 250
    assert _placed(_inputs(), max_candidates=1).origin.tolist() == ["room", "room"]


def test_the_order_of_the_nodes_changes_nothing():
    first = _placed(_inputs())
    again = _placed(_inputs(order=np.random.default_rng(3).permutation(121)))
    assert first.id.tolist() == again.id.tolist()
    assert (first.xy == again.xy).all()


def test_no_people_and_no_streets_leave_the_rooms():
    empty = _placed(_inputs(homes=()), weight=())
    assert empty.id.tolist() == ["room:room_a", "room:room_b"]
