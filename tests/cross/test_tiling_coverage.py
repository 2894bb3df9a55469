"""Overlaps and gaps agree with the coverage validator of GEOS, and with what was planted."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geoplan.domain.crs import GEOGRAPHIC, reproject
from tests.torn_tilings import METRIC, found, grid, layer, torn, union, voronoi

NEAR_M = 0.01
SEEDS = range(40)


def tiling(seed):
    return grid() if seed % 4 == 0 else voronoi(seed, cells=16)


def shapes(findings):
    drawn = np.array([finding.shape for finding in findings], dtype=object)
    return reproject(drawn, GEOGRAPHIC, METRIC) if drawn.size else drawn


def invalid_edges(cells):
    edges = shapely.coverage_invalid_edges(cells, gap_width=40.0)
    return shapely.get_parts(edges[~shapely.is_missing(edges) & ~shapely.is_empty(edges)])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_tiling_that_fits_is_clean_in_both(seed):
    cells = tiling(seed)
    assert len(cells) >= 12
    assert shapely.coverage_is_valid(cells, gap_width=40.0)
    assert found(layer(cells, union(cells))) == ()
    assert found(layer(cells)) == ()
    assert found(layer(cells, union(cells), crs="EPSG:4490")) == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_planted_tear_is_found_as_what_it_is(seed):
    cells, truth = torn(tiling(seed), seed)
    assert truth
    clean = tiling(seed)
    for crs in (METRIC, "EPSG:4490"):
        findings = found(layer(cells, union(clean), crs=crs), "B02", "B03")
        assert len(findings) == len(truth)
        for one, other, shift_m, vertex in truth:
            pair = {f"320402001{number + 1:03d}" for number in (one, other)}
            here = [
                finding
                for finding in findings
                if pair <= {finding.subject, *finding.about}
                and shapely.distance(shapes([finding])[0], shapely.Point(vertex)) < NEAR_M
            ]
            assert [finding.rule for finding in here] == ["B02" if shift_m > 0 else "B03"]
            assert here[0].case == ("sliver" if abs(shift_m) < 5 else here[0].case)
            assert here[0].evidence["width_m"] == pytest.approx(abs(shift_m) / 2, rel=0.35)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_finding_is_marked_by_the_validator_and_every_mark_is_found(seed):
    cells, _ = torn(tiling(seed), seed, tears=5, largest_m=15.0)
    findings = found(layer(cells), "B02", "B03", "B04")
    edges = invalid_edges(cells)
    own = shapes(findings)
    assert edges.size
    assert own.size
    tears = shapes([finding for finding in findings if finding.rule != "B04"])
    to_edges = shapely.distance(tears[:, None], edges[None, :]).min(axis=1)
    assert to_edges.max() < NEAR_M
    to_findings = shapely.distance(edges[:, None], own[None, :]).min(axis=1)
    assert to_findings.max() < NEAR_M


def test_the_order_of_rows_changes_no_finding():
    cells, _ = torn(voronoi(7, cells=16), 7, tears=5)
    table = layer(cells, union(voronoi(7, cells=16)))
    mixed = gpd.GeoDataFrame(table.sample(frac=1, random_state=3).reset_index(drop=True))
    told = [
        {(one.id, one.case, one.lon, one.lat, tuple(one.evidence.items())) for one in found(each)}
        for each in (table, mixed)
    ]
    assert told[0] == told[1]
    assert len(told[0]) >= 5
