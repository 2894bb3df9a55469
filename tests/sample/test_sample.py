"""What the embedded sample promises: exact totals, an exact tiling, a net that holds together."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geoplan.domain.groups import GROUPS
from tools.tianning_sample import facts
from tools.tianning_sample.__main__ import write_sample
from tools.tianning_sample.apportion import apportioned
from tools.tianning_sample.frame import metric
from tools.tianning_sample.layers import write_facts
from tools.tianning_sample.needs import NEEDS, drawn

DATA = Path(__file__).parents[2] / "data"
TABLES = {
    "gazetteer": "boundaries/tianning_gazetteer.csv",
    "demand": "population/tianning_demand.csv",
    "facilities": "facilities/tianning_facilities.csv",
}
PER_SUBDISTRICT = [8, 14, 21, 24, 16, 15, 27]

Entities = tuple[dict[int, tuple], dict[int, tuple]]


def rows(name: str, data: Path = DATA) -> list[dict[str, str]]:
    with (data / TABLES.get(name, name)).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_osm(path: Path) -> Entities:
    nodes: dict[int, tuple] = {}
    ways: dict[int, tuple] = {}
    for entity in osmium.FileProcessor(str(path)):
        if entity.is_node():
            nodes[entity.id] = (entity.lon, entity.lat, dict(entity.tags))
        elif entity.is_way():
            ways[entity.id] = ([node.ref for node in entity.nodes], dict(entity.tags))
    return nodes, ways


@pytest.fixture(scope="module")
def features() -> list[dict]:
    text = (DATA / "boundaries/tianning_boundaries.geojson").read_text(encoding="utf-8")
    return json.loads(text)["features"]


@pytest.fixture(scope="module")
def shapes(features: list[dict]) -> dict[str, shapely.Geometry]:
    return {f["properties"]["code"]: shapely.geometry.shape(f["geometry"]) for f in features}


@pytest.fixture(scope="module")
def osm() -> Entities:
    return read_osm(DATA / "network/tianning_made.osm.pbf")


@pytest.fixture(scope="module")
def streets(osm: Entities) -> list[tuple[list[int], dict[str, str]]]:
    return [way for way in osm[1].values() if "highway" in way[1]]


@pytest.fixture(scope="module")
def places(osm: Entities) -> dict[int, np.ndarray]:
    ids = list(osm[0])
    return dict(zip(ids, metric(np.array([osm[0][i][:2] for i in ids])), strict=True))


def level(features: list[dict], name: str) -> list[dict]:
    return [f for f in features if f["properties"]["level"] == name]


def test_levels_have_their_units_in_code_order(features: list[dict]) -> None:
    codes = [f["properties"]["code"] for f in features]
    assert codes == sorted(codes)
    assert Counter(f["properties"]["level"] for f in features) == {
        "district": 1, "subdistrict": 7, "community": 125,
    }  # fmt: skip
    held = Counter(f["properties"]["parent_code"] for f in level(features, "community"))
    assert [held[code] for code in sorted(held)] == PER_SUBDISTRICT


def test_boundaries_carry_the_gazetteer_unchanged(features: list[dict]) -> None:
    keys = ("code", "name", "short_name", "level", "parent_code")
    listed = [tuple(row[key] for key in keys) for row in rows("gazetteer")]
    drawn = [tuple(f["properties"][key] for key in keys) for f in features[1:]]
    assert drawn == listed
    official = {unit.code: unit.name for unit in facts.communities()}
    assert {c: n for c, n, _, kind, _ in listed if kind == "community"} == official


def test_short_names_are_said_as_people_say_them() -> None:
    short = {row["name"]: row["short_name"] for row in rows("gazetteer")}
    assert short["丽华一村社区居委会"] == "丽华一村社区"
    assert short["焦溪社区居委会（含焦溪村村委）"] == "焦溪社区"
    assert short["朝阳村村委会"] == "朝阳村"


@pytest.mark.parametrize("name", ["community", "subdistrict"])
def test_each_level_tiles_the_outline(
    features: list[dict], shapes: dict[str, shapely.Geometry], name: str
) -> None:
    parts = [shapes[f["properties"]["code"]] for f in level(features, name)]
    outline = facts.outline_degrees()
    assert all(part.geom_type == "Polygon" and part.is_valid for part in parts)
    assert shapely.coverage_is_valid(parts)
    together = shapely.coverage_union_all(parts)
    assert together.equals(shapes["320402"])
    assert abs(together.area / outline.area - 1) < 1e-6
    assert together.symmetric_difference(outline).area < 2e-6 * outline.area


def test_subdistricts_are_the_union_of_their_communities(
    features: list[dict], shapes: dict[str, shapely.Geometry]
) -> None:
    members = defaultdict(list)
    for feature in level(features, "community"):
        members[feature["properties"]["parent_code"]].append(shapes[feature["properties"]["code"]])
    for code, parts in members.items():
        assert shapely.coverage_union_all(parts).equals(shapes[code])


def test_only_the_district_outline_is_not_made(features: list[dict]) -> None:
    assert [f["properties"]["code"] for f in features if not f["properties"]["made"]] == ["320402"]


def test_people_sum_to_the_facts() -> None:
    table = rows("demand")
    totals = [sum(int(row[key]) for row in table) for key in ("people", "people_60", "people_80")]
    assert totals == [668_906, round(668_906 * 0.245), round(round(668_906 * 0.245) * 0.1356)]
    assert 4_000 <= len(table) <= 7_000


def test_village_people_equal_the_rural_census() -> None:
    table = rows("demand")
    rural = [row for row in table if row["community_code"][:9] == "320402109"]
    villages = [int(row["people"]) for row in rural if int(row["community_code"][-3:]) >= 200]
    assert sum(villages) == 59_176


def test_ages_nest_in_every_row() -> None:
    for row in rows("demand"):
        assert 0 <= int(row["people_80"]) <= int(row["people_60"]) <= int(row["people"]), row


def test_need_groups_sum_to_the_report_and_to_the_stated_shares() -> None:
    table = rows("demand")
    total = {need: sum(int(row[need]) for row in table) for need in NEEDS}
    older = sum(int(row["people_60"]) for row in table)
    assert total["people_low_income"] == 1_787
    assert total["people_handicapped"] == 5_726
    assert total["people_alone"] == round(older * 0.142)
    assert total["people_disabled"] == round(older * 0.116)


def test_need_groups_are_part_of_the_group_that_they_belong_to() -> None:
    column = {"all": "people", "60+": "people_60"}
    assert {f"people_{group.id}" for group in GROUPS.values()} == set(NEEDS)
    for row in rows("demand"):
        for group in GROUPS.values():
            most = int(row[column[group.within]])
            assert 0 <= int(row[f"people_{group.id}"]) <= most, (row["id"], group.id)


def test_need_groups_are_spread_over_the_district() -> None:
    """No community is without any of them, and no point holds more than a handful of few."""
    table = rows("demand")
    for need in NEEDS:
        held: Counter[str] = Counter()
        for row in table:
            held[row["community_code"]] += int(row[need])
        assert len(held) == 125
        assert sum(count > 0 for count in held.values()) >= 120, need
    assert max(int(row["people_low_income"]) for row in table) < 20
    assert max(int(row["people_handicapped"]) for row in table) < 40


def test_older_people_need_more_care_and_live_alone_more_often_where_they_are_oldest() -> None:
    table = [row for row in rows("demand") if int(row["people_60"]) > 0]
    table.sort(key=lambda row: int(row["people_80"]) / int(row["people_60"]))
    third = len(table) // 3
    for need in ("people_alone", "people_disabled"):
        young, old = (
            sum(int(r[need]) for r in part) / sum(int(r["people_60"]) for r in part)
            for part in (table[:third], table[-third:])
        )
        assert old > 1.05 * young, need


def test_every_need_group_names_its_source() -> None:
    listed = [
        line
        for line in (DATA / "SOURCES.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| the same, `people_")
    ]
    said = {line.split("`")[1]: line for line in listed}
    assert set(said) == set(NEEDS)
    assert "1,787" in said["people_low_income"]
    assert "5,726" in said["people_handicapped"]
    assert "14.2 %" in said["people_alone"]
    assert "recalled" in said["people_alone"]
    assert "11.6 %" in said["people_disabled"]


def test_drawing_is_exact_and_bounded() -> None:
    rng = np.random.default_rng(1)
    most = np.array([3, 0, 50, 9])
    for total in (0, 1, 40, 53, 62):
        found = drawn(total, np.array([9.0, 5.0, 1.0, 0.5]), most, rng)
        assert int(found.sum()) == total
        assert (found <= most).all()
        assert (found >= 0).all()
    with pytest.raises(ValueError, match="hold 53, fewer than 54"):
        drawn(54, np.array([9.0, 5.0, 1.0, 0.0]), most, rng)


def test_every_community_has_homes_and_the_reported_places_are_named() -> None:
    table = rows("demand")
    assert len({row["community_code"] for row in table}) == 125
    named = {"富强新村", "朝阳四村北区", "丽华一村", "新堂", "浦南", "舣舟亭", "菱溪"}
    assert named <= {row["place"] for row in table}
    home = {row["place"]: row["community_code"] for row in table}
    assert home["朝阳四村北区"] == "320402003005"


@pytest.mark.parametrize("name", ["demand", "facilities"])
def test_points_lie_inside_their_community(shapes: dict[str, shapely.Geometry], name: str) -> None:
    for row in rows(name):
        point = shapely.Point(float(row["lon"]), float(row["lat"]))
        assert shapes[row["community_code"]].contains(point), row["id"]


@pytest.mark.parametrize("name", ["demand", "facilities"])
def test_rows_are_marked_as_made_and_ids_are_unique(name: str) -> None:
    table = rows(name)
    assert {row["made"] for row in table} == {"true"}
    assert len({row["id"] for row in table}) == len(table)


def test_facility_kinds_have_their_numbers() -> None:
    count = Counter(row["kind"] for row in rows("facilities"))
    assert count["care_institution"] == 24
    assert count["care_center"] == count["social_work_station"] == 7
    assert 60 <= count["care_station"] <= 90
    assert count["community_center"] == 115
    assert count["social_work_room"] == 60
    assert count["public_room"] == 40
    assert len(count) == 7


def test_each_subdistrict_has_one_centre_with_all_services() -> None:
    centres = [row for row in rows("facilities") if row["kind"] == "care_center"]
    assert len({row["subdistrict_code"] for row in centres}) == 7
    assert {row["services"] for row in centres} == {"residential;activity;meals;bathing;rights"}


def test_nursing_beds_are_the_reported_share() -> None:
    homes = [row for row in rows("facilities") if row["kind"] == "care_institution"]
    beds, nursing = (sum(int(row[key]) for row in homes) for key in ("beds", "nursing_beds"))
    assert round(100 * nursing / beds, 1) == 80.9
    assert all(int(row["nursing_beds"]) <= int(row["beds"]) for row in homes)


def test_reported_stations_have_their_status() -> None:
    found = {row["name"]: (row["status"], row["upgraded_year"]) for row in rows("facilities")}
    assert found["舣舟亭社区居家养老服务中心(站)"] == ("upgraded", "2021")
    assert found["菱溪社区居家养老服务中心(站)"] == ("upgraded", "2021")
    assert found["丽华一村社区居家养老服务站(点)"] == ("upgrade_planned", "")
    assert found["新堂社区居家养老服务站(点)"] == ("upgrade_planned", "")
    assert sum(status == "model_site" for status, _ in found.values()) == 1


def street_graph(streets: list[tuple[list[int], dict[str, str]]], closed: set[int]) -> np.ndarray:
    """The size of the part that each open segment lies in."""
    pairs = np.array(
        [
            (a, b)
            for nodes, _ in streets
            for a, b in pairwise(nodes)
            if a not in closed and b not in closed
        ]
    )
    size = int(pairs.max()) + 1
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (size, size))
    part = connected_components(graph, directed=False)[1][pairs[:, 0]]
    return np.sort(np.unique(part, return_counts=True)[1])[::-1]


def test_network_holds_together_but_for_the_made_islands(
    osm: Entities, streets: list[tuple[list[int], dict[str, str]]]
) -> None:
    closed = {node for node, (_, _, tags) in osm[0].items() if tags.get("access") == "no"}
    parts = street_graph(streets, closed)
    in_nets = [size for size in parts[1:] if size > 3]
    assert parts[0] / parts.sum() > 0.97
    assert 2 <= len(in_nets) <= 4


def test_network_has_a_district_of_edges(
    streets: list[tuple[list[int], dict[str, str]]],
) -> None:
    uses = Counter(node for nodes, _ in streets for node in nodes)
    edges = sum(1 + sum(uses[node] > 1 for node in nodes[1:-1]) for nodes, _ in streets)
    assert 15_000 <= edges <= 40_000


def test_everything_in_the_network_says_that_it_is_made(osm: Entities) -> None:
    assert {tags.get("source") for _, tags in osm[1].values()} == {"geoplan made data"}
    with osmium.io.Reader(str(DATA / "network/tianning_made.osm.pbf")) as reader:
        assert reader.header().get("generator") == "geoplan made data"


def test_details_for_walkers_are_there(
    osm: Entities, streets: list[tuple[list[int], dict[str, str]]]
) -> None:
    crossings = Counter(tags.get("crossing") for _, tags in streets)
    assert sum(crossings[kind] for kind in ("traffic_signals", "uncontrolled", "unmarked")) >= 150
    assert min(crossings[kind] for kind in ("traffic_signals", "uncontrolled", "unmarked")) > 0
    steps = [tags for _, tags in streets if tags["highway"] == "steps"]
    assert len(steps) >= 30
    assert all(tags["wheelchair"] == "no" and int(tags["step_count"]) > 0 for tags in steps)
    over = [tags for _, tags in streets if tags.get("name") == "人行天桥(示意)"]
    assert len(over) >= 8
    gates = Counter(
        tags.get("locked", "no") for _, _, tags in osm[0].values() if tags.get("barrier") == "gate"
    )
    assert gates["yes"] > 20
    assert gates["no"] > 300


@pytest.mark.parametrize(
    ("key", "value", "least", "most"), [("waterway", "canal", 7, 9), ("railway", "rail", 6, 8)]
)
def test_barriers_are_crossed_by_bridge_or_tunnel_alone(
    osm: Entities,
    streets: list[tuple[list[int], dict[str, str]]],
    places: dict[int, np.ndarray],
    key: str,
    value: str,
    least: int,
    most: int,
) -> None:
    course = [nodes for nodes, tags in osm[1].values() if tags.get(key) == value]
    barrier = shapely.LineString([places[node] for node in course[0]])
    lines = shapely.STRtree(
        [shapely.LineString([places[n] for n in nodes]) for nodes, _ in streets]
    )
    crossing = [streets[i][1] for i in lines.query(barrier, predicate="intersects")]
    assert len(course) == 1
    assert least <= len(crossing) <= most
    assert all("bridge" in tags or "tunnel" in tags for tags in crossing)


def test_walls_are_passed_at_gates_alone(
    osm: Entities,
    streets: list[tuple[list[int], dict[str, str]]],
    places: dict[int, np.ndarray],
) -> None:
    walls = [nodes for nodes, tags in osm[1].values() if tags.get("barrier") == "wall"]
    gates = [places[i] for i, (_, _, tags) in osm[0].items() if tags.get("barrier") == "gate"]
    near_gate = shapely.MultiPoint(np.array(gates)).buffer(0.05, quad_segs=1)
    shapely.prepare(near_gate)
    rings = [shapely.LinearRing([places[n] for n in nodes]) for nodes in walls]
    lines = [shapely.LineString([places[n] for n in nodes]) for nodes, _ in streets]
    street, wall = shapely.STRtree(rings).query(lines, predicate="intersects")
    met = shapely.intersection(np.array(lines)[street], np.array(rings)[wall])
    assert len(met) > 500
    assert shapely.covers(near_gate, met).all()


def test_streets_meet_at_shared_nodes_alone(
    streets: list[tuple[list[int], dict[str, str]]], places: dict[int, np.ndarray]
) -> None:
    flat = [nodes for nodes, tags in streets if "layer" not in tags]
    lines = np.array([shapely.LineString([places[n] for n in nodes]) for nodes in flat])
    left, right = shapely.STRtree(lines).query(lines, predicate="crosses")
    for a, b in zip(left, right, strict=True):
        if a < b:
            shared = [places[n] for n in set(flat[a]) & set(flat[b])]
            met = shapely.get_coordinates(shapely.intersection(lines[a], lines[b]))
            away = np.hypot(*(met[:, None] - np.array(shared)[None]).transpose(2, 0, 1)).min(axis=1)
            assert away.max() < 0.1, (flat[a], flat[b])


def test_apportionment_is_exact_bounded_and_fair() -> None:
    assert apportioned(10, np.array([1.0, 1.0, 1.0])).tolist() == [4, 3, 3]
    assert apportioned(7, np.array([5.0, 1.0, 1.0]), np.array([3, 9, 9])).tolist() == [3, 2, 2]
    with pytest.raises(ValueError, match="fewer than 5"):
        apportioned(5, np.ones(2), np.array([1, 1]))


def test_fact_tables_are_written_alike_again(tmp_path: Path) -> None:
    write_facts(tmp_path)
    written = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.csv"))
    assert len(written) == 3
    for path in written:
        assert (tmp_path / path).read_bytes() == (DATA / path).read_bytes()


@pytest.mark.slow
def test_whole_sample_is_made_alike_again(tmp_path: Path) -> None:
    write_sample(tmp_path)
    written = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file())
    assert len(written) == 7
    for path in written:
        if path.suffix == ".pbf":
            assert read_osm(tmp_path / path) == read_osm(DATA / path)
        else:
            assert (tmp_path / path).read_bytes() == (DATA / path).read_bytes()
