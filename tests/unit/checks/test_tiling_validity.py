"""B01: each way in which a polygon can be broken, where, and nothing else."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geoplan.checks.boundaries.validity import valid_geometry
from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.domain.rules import changed_rulebook, rulebook
from geoplan.linting.boundaries import LINTER
from tests.torn_tilings import CORNER, METRIC, found, grid, layer, union


def at(*corners):
    return shapely.Polygon(np.array(corners, dtype=float) * 1000 + CORNER)


def lon_lat(x, y):
    return reproject_xy(np.array([[x, y]]) * 1000.0 + CORNER, METRIC, GEOGRAPHIC)[0]


BOW_TIE = at((0, 0), (1, 1), (1, 0), (0, 1))
TOUCHING = at((0, 0), (2, 0), (2, 1), (1, 0), (0, 1))
HOLE_OUTSIDE = shapely.Polygon(
    at((0, 0), (1, 0), (1, 1), (0, 1)).exterior,
    [at((3, 3), (4, 3), (4, 4)).exterior],
)
with np.errstate(invalid="ignore"):
    NO_NUMBER = at((0, 0), (np.nan, 1), (1, 1))
SQUARE = at((5, 5), (6, 5), (6, 6), (5, 6))


@pytest.mark.parametrize(
    ("geometry", "case", "level", "place"),
    [
        (None, "missing", "error", None),
        (shapely.Polygon(), "missing", "error", None),
        (shapely.LineString([CORNER, CORNER + 9]), "no_polygon", "error", None),
        (BOW_TIE, "crossing", "error", (0.5, 0.5)),
        (TOUCHING, "touching", "error", (1, 0)),
        (HOLE_OUTSIDE, "rings", "error", (3, 3)),
        (NO_NUMBER, "degenerate", "error", None),
        (at((0, 0), (1, 0), (1, 0), (1, 1), (0, 1)), "repeated", "note", (1, 0)),
        (
            at((0, 0), (1, 0), (1, 0.5), (3, 0.501), (1, 0.502), (1, 1)),
            "spike",
            "warning",
            (3, 0.501),
        ),
    ],
)
def test_each_fault_is_one_finding_at_its_place(geometry, case, level, place):
    findings = found(layer(np.array([SQUARE, geometry], dtype=object)), "B01")
    assert [(one.case, one.severity, one.subject) for one in findings] == [
        (case, level, "320402001002")
    ]
    assert findings[0].row == 2
    assert findings[0].evidence["name"] == "第2社区"
    if place is None:
        assert findings[0].lon is None
    else:
        assert [findings[0].lon, findings[0].lat] == pytest.approx(lon_lat(*place), abs=2e-6)


def test_sound_polygons_and_rings_in_either_order_are_silent():
    cells = grid()
    assert found(layer(cells), "B01") == ()
    assert found(layer(shapely.reverse(cells)), "B01") == ()


@pytest.mark.parametrize(("half_width_m", "count"), [(5.0, 1), (15.0, 1), (18.0, 0), (40.0, 0)])
def test_a_spike_is_sharper_than_one_degree(half_width_m, count):
    """2 · atan(w / 2000) is 0.29, 0.86, 1.03 and 2.29 degrees."""
    off = half_width_m / 1000
    spiked = at((0, 0), (1, 0), (1, 0.5 - off), (3, 0.5), (1, 0.5 + off), (1, 1), (0, 1))
    assert len(found(layer(np.array([spiked])), "B01")) == count


def test_a_notch_is_no_spike_and_a_short_one_neither():
    notched = at((0, 0), (3, 0), (3, 0.499), (1, 0.5), (3, 0.501), (3, 1), (0, 1))
    short = at((0, 0), (1, 0), (1, 0.5), (1.0009, 0.500003), (1, 0.500006), (1, 1), (0, 1))
    assert found(layer(np.array([notched, short])), "B01") == ()


def test_the_order_of_rings_is_found_only_in_geojson_and_where_it_is_asked_for(tmp_path):
    book = changed_rulebook(rulebook(), {"B01": {"levels": {"ring_order": "note"}}}, where="test")
    cells = grid()
    clockwise = np.where(np.arange(12) < 5, shapely.orient_polygons(cells, exterior_cw=True), cells)
    clockwise[5:] = shapely.orient_polygons(clockwise[5:])
    path = tmp_path / "units.geojson"
    layer(clockwise, crs=GEOGRAPHIC).to_file(path, driver="GeoJSON", RFC7946="NO")
    dossier = LINTER.read(path, {}, "")
    told = [one for one in valid_geometry(dossier, book.rules["B01"]) if one.case == "ring_order"]
    assert [(one.evidence["units"], one.severity) for one in told] == [(5, "note")]
    assert found(layer(clockwise), "B01", book=book) == ()
    assert found(path, "B01") == ()


def test_the_other_checks_pass_over_an_invalid_unit_and_see_no_gap_where_it_lies():
    cells = grid()
    ring = shapely.get_coordinates(cells[5])
    ring[[12, 13]] = ring[[13, 12]]
    broken = cells.copy()
    broken[5] = shapely.Polygon(ring)
    assert not broken[5].is_valid
    findings = found(layer(broken, union(cells)))
    assert {one.rule for one in findings} == {"B01"}
    assert {one.subject for one in findings} == {"320402001006"}


def test_a_layer_without_any_polygon_is_told_and_nothing_fails():
    table = gpd.GeoDataFrame(
        {"code": ["1", "2"], "name": ["甲", "乙"]},
        geometry=[None, shapely.Point(*CORNER)],
        crs=METRIC,
    )
    assert [one.case for one in found(table)] == ["missing", "no_polygon"]
