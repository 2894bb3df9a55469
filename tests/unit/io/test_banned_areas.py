"""Areas where nothing may open: polygons in metres, one sentence a fault."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geoplan.domain.crs import reproject
from geoplan.errors import CrsError, InputError, SchemaError
from geoplan.io.banned_areas import read_banned_areas
from tests.towns import CRS

CORNER = np.array([500_000.0, 3_517_000.0])
BOW_TIE = shapely.Polygon([(0, 0), (50, 50), (50, 0), (0, 50)])


def written(path, *shapes, **columns):
    moved = [shapely.transform(shape, lambda xy: xy + CORNER) for shape in shapes]
    geometry = reproject(np.array(moved, dtype=object), CRS, "EPSG:4490")
    gpd.GeoDataFrame(columns, geometry=geometry, crs="EPSG:4490").to_file(path)
    return path


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "shp"])
def test_polygons_come_back_in_metres_with_or_without_columns(tmp_path, ending):
    park, lake = shapely.box(0, 0, 100, 50), shapely.box(200, 0, 220, 10)
    path = written(tmp_path / f"b.{ending}", park, lake, kind=["park", "lake"])
    areas = read_banned_areas(path, crs=CRS)
    assert shapely.area(areas) == pytest.approx([5000, 200], rel=1e-4)
    assert shapely.bounds(areas[0])[:2] == pytest.approx(CORNER, abs=0.01)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (shapely.LineString([(0, 0), (9, 9)]), "not a polygon"),
        (shapely.Point(0, 0), "not a polygon"),
        (shapely.GeometryCollection([shapely.box(0, 0, 9, 9)]), "not a polygon"),
        (BOW_TIE, "Self-intersection"),
    ],
)
def test_what_is_no_valid_polygon_is_one_sentence_with_its_row(tmp_path, shape, words):
    path = written(tmp_path / "b.gpkg", shape, name=["x"])
    with pytest.raises(SchemaError, match=words) as caught:
        read_banned_areas(path, crs=CRS)
    assert "b.gpkg, row 1" in str(caught.value)


def test_a_layer_without_a_system_and_a_table_are_refused(tmp_path):
    frame = gpd.GeoDataFrame({"name": ["x"]}, geometry=[shapely.box(0, 0, 1, 1)])
    with pytest.warns(UserWarning, match="crs"):
        frame.to_file(tmp_path / "b.shp")
    with pytest.raises(CrsError):
        read_banned_areas(tmp_path / "b.shp", crs=CRS)
    (tmp_path / "b.csv").write_text("name\nx\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"one of \.geojson"):
        read_banned_areas(tmp_path / "b.csv", crs=CRS)
