"""Barriers from a layer: kinds in both languages, rims of water bodies, one sentence a fault."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geoplan.domain.crs import reproject
from geoplan.errors import CrsError, InputError, SchemaError
from geoplan.io.barriers import read_barriers, with_barriers
from tests.towns import CRS

CORNER = np.array([500_000.0, 3_517_000.0])


def written(path, kinds, shapes, **columns):
    moved = [shapely.transform(shape, lambda xy: xy + CORNER) for shape in shapes]
    geometry = reproject(np.array(moved, dtype=object), CRS, "EPSG:4490")
    frame = gpd.GeoDataFrame({"kind": kinds, **columns}, geometry=geometry, crs="EPSG:4490")
    frame.to_file(path)
    return path


def test_lines_and_rims_come_back_in_metres(tmp_path):
    river, pond = shapely.LineString([(0, 0), (0, 100)]), shapely.box(10, 0, 30, 20)
    path = written(tmp_path / "b.gpkg", ["河道", "water"], [river, pond], name=["大运河", ""])
    barriers = read_barriers(path, crs=CRS)
    assert barriers.kind.tolist() == ["water", "water"]
    assert barriers.name.tolist() == ["大运河", ""]
    assert shapely.length(barriers.geometry) == pytest.approx([100, 80], abs=0.01)


def test_both_sources_stand_one_behind_the_other(tmp_path):
    line = shapely.LineString([(0, 0), (0, 100)])
    wall = read_barriers(written(tmp_path / "w.geojson", ["围墙"], [line]), crs=CRS)
    rail = read_barriers(written(tmp_path / "r.geojson", ["rail"], [line]), crs=CRS)
    assert with_barriers(wall, rail).kind.tolist() == ["wall", "rail"]


def test_several_parts_of_one_feature_are_lines_of_one_kind(tmp_path):
    both = shapely.MultiLineString([[(0, 0), (0, 50)], [(9, 0), (9, 70)]])
    barriers = read_barriers(written(tmp_path / "m.gpkg", ["铁路"], [both]), crs=CRS)
    assert barriers.kind.tolist() == ["rail", "rail"]


@pytest.mark.parametrize(
    ("kinds", "shapes", "words"),
    [
        (["hedge"], [shapely.LineString([(0, 0), (0, 9)])], "kind is 'hedge'"),
        (["wall"], [shapely.Point(0, 0)], "must be a line or a polygon"),
    ],
)
def test_a_fault_is_one_sentence_with_its_row(tmp_path, kinds, shapes, words):
    with pytest.raises(SchemaError, match=words):
        read_barriers(written(tmp_path / "b.geojson", kinds, shapes), crs=CRS)


def test_a_layer_without_a_system_and_a_missing_file_are_refused(tmp_path):
    frame = gpd.GeoDataFrame({"kind": ["wall"]}, geometry=[shapely.LineString([(0, 0), (0, 9)])])
    with pytest.warns(UserWarning, match="crs"):
        frame.to_file(tmp_path / "b.shp")
    with pytest.raises(CrsError):
        read_barriers(tmp_path / "b.shp", crs=CRS)
    with pytest.raises(InputError):
        read_barriers(tmp_path / "none.gpkg", crs=CRS)
