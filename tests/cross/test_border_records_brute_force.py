"""Seats, markers and buildings against the plain way: every shape with every polygon."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from geoplan.checks.boundaries.second_source import _sampled
from geoplan.checks.on_ground import ground_of, unit_at
from geoplan.io.boundaries import read_boundaries
from geoplan.io.boundary_layer import read_boundary_layer
from geoplan.stages import units
from tests.unit.checks.ground_town import degrees, drawn, found, layer, town

SAMPLE = Path("data/boundaries/tianning_boundaries.geojson")


def test_a_point_belongs_to_the_unit_that_a_run_gives_it_also_on_borders():
    boundaries = read_boundaries(SAMPLE)
    ground = ground_of(read_boundary_layer(SAMPLE))
    rng = np.random.default_rng(7)
    inside = rng.uniform((119.93, 31.74), (120.12, 31.86), size=(400, 2))
    corners = shapely.get_coordinates(boundaries.geometry[boundaries.at("community")])
    points = np.concatenate([inside, corners[::9]])
    for level in ("subdistrict", "community"):
        ours = unit_at(ground, ground.at(level), ground.metres(points))
        theirs = units.unit_at(boundaries, level, points)
        named = [ground.subject[row] if row >= 0 else "" for row in ours.tolist()]
        run = [str(boundaries.code[row]) if row >= 0 else "" for row in theirs.tolist()]
        assert len(set(named)) > 5
        differing = [one for one, other in zip(named, run, strict=True) if one != other]
        assert differing == []


def test_markers_off_their_line_are_those_that_every_distance_finds():
    rng = np.random.default_rng(11)
    places = rng.uniform((470, 0), (530, 1000), size=(300, 2))
    lon, lat = degrees(places[:, 0], places[:, 1])
    table = pd.DataFrame(
        {
            "界桩号": [f"0102{number:03d}Q" for number in range(1, 301)],
            "相邻单元": "320402001001;320402001002",
            "精度": "",
            "经度": lon,
            "纬度": lat,
            "坐标系": "EPSG:4490",
        }
    )
    one, other = shapely.box(0, 0, 500, 1000).boundary, shapely.box(500, 0, 1000, 500).boundary
    points = shapely.points(places)
    away_m = np.maximum(shapely.distance(points, one), shapely.distance(points, other))
    expected = dict(zip(table["界桩号"], away_m.tolist(), strict=True))
    findings = [
        one for one in found("boundaries", town(), "B14", markers=table) if one.case == "off_line"
    ]
    assert {one.subject for one in findings} == {
        number for number, metres in expected.items() if metres > 10
    }
    assert len(findings) > 100
    for one in findings:
        assert abs(one.evidence["distance_m"] - expected[one.subject]) < 0.02


def test_buildings_cut_are_those_that_every_intersection_finds():
    rng = np.random.default_rng(13)
    corners = rng.uniform((-30, -30), (2000, 1000), size=(400, 2))
    size = rng.uniform(5, 60, size=(400, 2))
    boxes = shapely.box(*corners.T, *(corners + size).T)
    names = [f"b{number}" for number in range(400)]
    communities = [
        shapely.box(*one)
        for one in (
            (0, 0, 500, 1000),
            (500, 0, 1000, 500),
            (500, 500, 1000, 1000),
            (1000, 0, 2000, 1000),
        )
    ]
    expected = set()
    for name, box in zip(names, boxes, strict=True):
        shares = [box.intersection(one).area / box.area for one in communities]
        shares.append(1 - sum(shares))
        if sorted(shares)[-2] >= 0.1 and max(shares[:-1]) > 0:
            expected.add(name)
    findings = found("boundaries", town(), "B17", buildings=layer({"编号": names}, boxes))
    assert {one.subject for one in findings} == expected
    assert len(expected) > 20


def test_the_largest_distance_is_the_hausdorff_distance_of_the_library():
    rng = np.random.default_rng(17)
    for _ in range(20):
        angles = np.sort(rng.uniform(0, 2 * np.pi, 40))
        one, other = (
            drawn(
                shapely.LinearRing(
                    np.column_stack([np.cos(angles), np.sin(angles)])
                    * rng.uniform(200, 300, size=(40, 1))
                )
            )
            for _ in range(2)
        )
        ours = max(_sampled(one, other)[1].max(), _sampled(other, one)[1].max())
        library = shapely.hausdorff_distance(one, other, densify=0.02)
        assert abs(ours - library) < 5
