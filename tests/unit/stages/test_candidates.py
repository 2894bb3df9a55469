"""Where a station could open: existing space, then stations to upgrade, then street corners."""

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
MORE = {
    "a_idle": ("idle_building", (0, 0), (350, 650)),
    "b_party": ("party_center", (0, 0), (550, 650)),
}
CLASSES = ("room", "party_center", "idle", "upgrade", "street")


def _grid(order):
    xy = np.array([(x, y) for x in range(0, 1001, 100) for y in range(0, 1001, 100)], float)
    pairs = [
        (a, b) for a in range(121) for b in range(a + 1, 121) if np.abs(xy[a] - xy[b]).sum() == 100
    ]
    rank = np.argsort(order)
    return network_of(xy[order], [(rank[a], rank[b]) for a, b in pairs])


def _inputs(order=None, homes=((100, 100), (500, 900)), more=None, cost=None, banned=()):
    kinds = KINDS | (more or {})
    names = sorted(kinds)
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
            kind=np.array([kinds[name][0] for name in names]),
            xy=np.array([kinds[name][2] for name in names], float),
            services=SERVICES,
            offers=np.array([kinds[name][1] for name in names], bool),
            status=blank,
            community=blank,
            crs=CRS,
            source=SOURCE,
            attributes={}
            if cost is None
            else {"cost": np.array([cost.get(name, np.nan) for name in names])},
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
        banned_areas=np.array(banned, dtype=object),
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
        "classes": CLASSES,
        "cost": dict(zip(CLASSES, (10.0, 20.0, 30.0, 40.0, 50.0), strict=True)),
        "reach_s": 3600.0,
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


def _ids(placed):
    return [name for name in placed.id.tolist() if not name.startswith("street:")]


def test_classes_stand_in_the_canonical_order_and_each_has_its_price():
    placed = _placed(_inputs(more=MORE), service="meals")
    assert _ids(placed) == [
        "room:room_a",
        "room:room_b",
        "party_center:b_party",
        "idle:a_idle",
        "upgrade:station",
    ]
    assert placed.price[:5].tolist() == [10.0, 10.0, 20.0, 30.0, 40.0]
    assert (placed.price[5:] == 50.0).all()
    assert placed.price.size == placed.id.size > 5


def test_only_the_classes_of_the_rules_take_part():
    inputs = _inputs(more=MORE)
    assert _placed(inputs, classes=("idle", "party_center")).id.tolist() == [
        "party_center:b_party",
        "idle:a_idle",
    ]
    assert set(_placed(inputs, classes=("street",)).origin.tolist()) == {"street"}


def test_the_cost_of_a_facility_goes_before_that_of_its_class():
    placed = _placed(_inputs(more=MORE, cost={"room_b": 0.0, "a_idle": 7.5}))
    price = dict(zip(placed.id.tolist(), placed.price.tolist(), strict=True))
    assert price["room:room_a"] == 10.0
    assert price["room:room_b"] == 0.0
    assert price["idle:a_idle"] == 7.5


def test_nothing_opens_in_a_banned_area_or_on_its_border():
    on_the_border = shapely.box(0, 0, 150, 1000)
    placed = _placed(_inputs(banned=[on_the_border, shapely.box(240, 240, 260, 260)]))
    assert _ids(placed) == []
    corners = placed.xy[placed.origin == "street"]
    assert len(corners) > 0
    assert (corners[:, 0] > 150).all()
    assert "room:room_a" in _placed(_inputs(banned=[shapely.box(0, 0, 149.9, 1000)])).id


def test_another_corner_stands_for_a_square_whose_best_one_is_banned():
    free, rest = (_placed(_inputs(banned=area)) for area in ((), [shapely.box(90, 90, 110, 110)]))
    assert "street:100_100" in free.id
    squares = [
        set(map(tuple, np.floor(one.xy[one.origin == "street"] / 200))) for one in (free, rest)
    ]
    assert (0.0, 0.0) in squares[0] & squares[1]
    assert "street:100_100" not in rest.id


def test_a_place_too_near_to_a_facility_of_the_service_is_no_candidate():
    # station (450, 450) and room_done (350, 150) give elderly care; room_b is 141.4 m from the
    # nearest of them, room_a exactly 200 m
    assert _ids(_placed(_inputs(), min_spacing_m=200.0)) == ["room:room_a"]
    assert _ids(_placed(_inputs(), min_spacing_m=200.1)) == []
    assert _ids(_placed(_inputs(), min_spacing_m=141.0)) == ["room:room_a", "room:room_b"]
    placed = _placed(_inputs(), min_spacing_m=150.0, reach_m=2000.0)
    corners = placed.xy[placed.origin == "street"]
    stations = np.array([(450, 450), (350, 150), (950, 450)])
    assert len(corners) > 0
    assert (np.hypot(*(corners[:, None] - stations).transpose(2, 0, 1)) >= 150.0).all()


def test_a_facility_of_the_service_outside_the_district_counts_for_the_spacing():
    more = {
        "edge": ("public_room", (0, 0), (600, 500)),
        "near": ("care_station", (1, 0), (640, 500)),
    }
    assert "room:edge" not in _placed(_inputs(more=more), min_spacing_m=50.0).id
    assert "room:edge" in _placed(_inputs(more=more), min_spacing_m=40.0).id


def test_a_room_at_the_address_of_a_facility_stays_and_a_corner_does_not():
    more = {
        "inside": ("public_room", (0, 0), (450.5, 450)),
        "corner": ("care_station", (1, 0), (100, 900)),
    }
    placed = _placed(_inputs(more=more), min_spacing_m=300.0, reach_m=2000.0)
    assert "room:inside" in placed.id
    assert "street:100_900" not in placed.id
    assert "street:100_900" in _placed(_inputs(), reach_m=2000.0).id


def test_a_station_that_could_take_up_meals_is_kept_from_another_that_gives_them():
    # room_done (350, 150) gives meals, 316.2 m from the station
    assert "upgrade:station" in _placed(_inputs(), service="meals", min_spacing_m=316.0).id
    assert "upgrade:station" not in _placed(_inputs(), service="meals", min_spacing_m=317.0).id
