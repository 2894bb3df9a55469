"""Districts and subdistricts from what an extract holds of them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geoplan.domain.crs import reproject
from geoplan.errors import EmptyInputError, InputError
from geoplan.io.osm_areas import osm_extent, read_osm_boundaries
from geoplan.stages.grid import grid_boundaries
from tests.unit.io.osm_files import LAT, LON, write_osm


def at(east: float, north: float) -> shapely.Point:
    return shapely.Point(LON + east / 94_600, LAT + north / 110_900)


def bounds(east: float, north: float) -> str:
    corner = at(east, north)
    return f"<bounds minlon='{LON}' minlat='{LAT}' maxlon='{corner.x}' maxlat='{corner.y}'/>"


def admin(name: str, level: str = "10") -> dict[str, str]:
    return {"type": "boundary", "boundary": "administrative", "admin_level": level, "name": name}


NODES = {
    1: (500, -10),  # just beyond the rim: the extract keeps the node that ends a cut segment
    2: (500, 400),
    3: (500, 990),  # ten metres short of the rim: the next node was clipped away
    4: (500, 400),
    5: (1010, 400),
    6: (200, 200, {"place": "city", "name": "常州"}),
}
WAYS = {10: ([1, 2], {}), 20: ([2, 3, 99], {}), 30: ([2, 5, 98], {})}
UNITS = {
    71: ([("w", 10, "outer"), ("w", 20, "outer"), ("w", 55, "outer")], admin("红梅街道")),
    72: ([("w", 20, "outer"), ("w", 30, "outer")], admin("茶山街道")),
    73: ([("w", 10, "outer"), ("w", 30, "outer")], admin("兰陵街道")),
    74: ([("w", 30, "outer")], admin("天宁区", "6")),
}


def town(tmp_path, nodes=None, ways=None, units=None):
    header = bounds(1_000, 1_000)
    return write_osm(
        tmp_path / "town.osm", nodes or NODES, ways or WAYS, units or UNITS, header=header
    )


def test_the_extent_is_what_the_header_states(tmp_path):
    corner = at(1_000, 1_000)
    expected = shapely.box(LON, LAT, corner.x, corner.y)
    assert osm_extent(town(tmp_path)).equals_exact(expected, 1e-6)


def test_the_extent_without_a_header_is_that_of_the_nodes(tmp_path):
    path = write_osm(tmp_path / "town.osm", {1: (0, 0), 2: (300, 200)}, {})
    assert osm_extent(path).bounds[2:] == pytest.approx(at(300, 200).coords[0], abs=1e-6)


def test_clipped_relations_part_the_extent(tmp_path):
    path = town(tmp_path)
    found = read_osm_boundaries(path)
    assert found is not None
    units = dict(zip(found.name.tolist(), found.geometry, strict=True))
    assert list(units) == ["常州", "兰陵街道", "红梅街道", "茶山街道"]
    assert units["红梅街道"].contains(at(250, 500))
    assert units["茶山街道"].contains(at(750, 700))
    assert units["兰陵街道"].contains(at(750, 200))


def test_the_parts_tile_the_extent_exactly(tmp_path):
    path = town(tmp_path)
    found = read_osm_boundaries(path)
    assert found is not None
    parts = found.geometry[found.at("subdistrict")]
    assert shapely.union_all(parts).equals(osm_extent(path))
    assert shapely.area(parts).sum() == pytest.approx(osm_extent(path).area, rel=1e-9)
    assert shapely.is_valid(found.geometry).all()
    assert found.level.tolist() == ["district", *["subdistrict"] * 3]
    assert set(found.parent[1:].tolist()) == {found.code[0]}
    assert found.made.all()


def test_a_face_that_no_line_names_goes_to_its_neighbour(tmp_path):
    ways = WAYS | {40: ([7, 8], {})}
    nodes = NODES | {7: (-5, 900), 8: (510, 900)}
    units = UNITS | {75: ([("w", 40, "outer")], admin("", "10"))}
    found = read_osm_boundaries(town(tmp_path, nodes, ways, units))
    assert found is not None
    assert shapely.union_all(found.geometry[1:]).equals(found.geometry[0])


def test_one_unit_alone_parts_nothing(tmp_path):
    units = {71: ([("w", 99, "outer")], admin("红梅街道"))}
    assert read_osm_boundaries(town(tmp_path, units=units)) is None


def test_an_extract_without_administrative_lines_has_no_units(tmp_path):
    path = write_osm(tmp_path / "town.osm", {1: (0, 0), 2: (300, 200)}, {})
    assert read_osm_boundaries(path) is None


def test_without_a_city_the_district_bears_the_files_name(tmp_path):
    nodes = {key: spot for key, spot in NODES.items() if key != 6}
    found = read_osm_boundaries(town(tmp_path, nodes))
    assert found is not None
    assert found.name[0] == "town.osm"


def test_a_broken_file_is_said(tmp_path):
    path = tmp_path / "town.osm.pbf"
    path.write_bytes(b"no map")
    with pytest.raises(InputError, match="not a readable OpenStreetMap file"):
        read_osm_boundaries(path)


def test_a_file_without_nodes_has_no_extent(tmp_path):
    with pytest.raises(EmptyInputError, match=r"town\.osm.*no place"):
        osm_extent(write_osm(tmp_path / "town.osm", {}, {}))


def test_a_grid_stands_in_and_tiles_the_extent(tmp_path):
    extent = osm_extent(town(tmp_path))
    grid = grid_boundaries(extent, 300.0, source="town.osm")
    cells = grid.geometry[grid.at("subdistrict")]
    assert grid.made.all()
    assert grid.name[1:6].tolist() == ["A1", "A2", "A3", "A4", "B1"]
    assert np.unique(grid.code).size == grid.code.size
    outline = reproject(np.array([extent], dtype=object), "EPSG:4326", grid.crs)[0]
    assert shapely.area(cells).sum() == pytest.approx(outline.area, rel=1e-9)
    assert shapely.union_all(cells).symmetric_difference(outline).area < 1e-3
    assert shapely.area(cells).max() == pytest.approx(90_000, rel=1e-6)
