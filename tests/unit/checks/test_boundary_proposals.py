"""The proposed layer has no mended finding, nothing new, and moved only what was named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from geoplan.linting.lint import LintAsk, lint
from tests.torn_tilings import (
    METRIC,
    common_vertices,
    grid,
    layer,
    outward,
    pushed,
    torn,
    union,
    voronoi,
)

SEEDS = range(30)


def proposed(table):
    return lint("boundaries", table, LintAsk(), propose=True)


def told(findings):
    return {one.id for one in findings}


@pytest.mark.parametrize("crs", [METRIC, "EPSG:4490"])
@pytest.mark.parametrize("seed", SEEDS)
def test_slivers_and_unmatched_edges_are_mended_and_nothing_else_moves(seed, crs):
    clean = grid() if seed % 4 == 0 else voronoi(seed, cells=16)
    cells, truth = torn(clean, seed, tears=4, largest_m=7.0)
    table = layer(cells, union(clean), crs=crs)
    report = proposed(table)
    assert len(report.findings) >= len(truth)
    made = report.proposal.table
    assert lint("boundaries", made, LintAsk()).findings == ()
    named = {f"320402001{number + 1:03d}" for one in truth for number in one[:2]}
    moved = ~np.array(
        [shapely.equals_exact(a, b) for a, b in zip(table.geometry, made.geometry, strict=True)]
    )
    assert set(made.code[moved]) <= named
    assert set(made.code[made.proposal != ""]) == set(made.code[moved])
    children = made.to_crs(METRIC).geometry.to_numpy()
    assert shapely.area(children[1:]).sum() == pytest.approx(shapely.area(children[0]), abs=0.01)
    assert set(report.proposal.changes.finding) == told(report.findings)
    assert (report.proposal.changes.new != "").all()


@pytest.mark.parametrize("seed", SEEDS)
def test_real_overlaps_and_gaps_are_left_alone(seed):
    clean = grid()
    cells, _ = torn(clean, seed, tears=2, smallest_m=0.02, largest_m=4.0)
    one, other = (0, 1) if shapely.equals(cells[0], clean[0]) else (10, 11)
    middle = common_vertices(clean[one], clean[other])[2]
    sign = 1 if seed % 2 else -1
    for step in (-1, 0, 1):
        vertex = middle + np.array([0.0, 100.0 * step])
        cells[one] = pushed(cells[one], vertex, outward(clean[one], vertex) * 60.0 * sign)
    report = proposed(layer(cells, union(clean)))
    real = {one for one in told(report.findings)
            if one in {f.id for f in report.findings if f.case in {"real", "area"}}}  # fmt: skip
    assert real
    left = lint("boundaries", report.proposal.table, LintAsk()).findings
    assert told(left) >= real
    assert told(left) <= told(report.findings)


def test_a_clean_layer_is_proposed_as_it_is():
    table = layer(grid(), union(grid()))
    report = proposed(table)
    assert report.proposal.changes.empty
    assert (report.proposal.table.proposal == "").all()
    assert (
        all(
            one is two
            for one, two in zip(report.proposal.table.geometry, table.geometry, strict=True)
        )
        or report.proposal.table.geometry.geom_equals_exact(table.geometry, 0).all()
    )


def bow_tie(cell, half_width_m):
    """Return a square cell of which one side has a bow tie, 20 m long, across its line."""
    ring = shapely.get_coordinates(cell)
    out, on = outward(cell, ring[2]), (ring[2] - ring[1]) / np.hypot(*(ring[2] - ring[1]))
    corners = [(-10, -1), (10, 1), (10, -1), (-10, 1)]
    tie = [ring[2] + on * along + out * side * half_width_m for along, side in corners]
    return shapely.Polygon([*ring[:2], *tie, *ring[3:]])


@pytest.mark.parametrize("half_width_m", [0.3, 1.0])
def test_a_crossing_on_the_outline_is_mended_and_the_check_is_clean(half_width_m):
    cells = grid()
    cells[0] = bow_tie(cells[0], half_width_m)
    table = layer(cells)
    report = proposed(table)
    assert [(one.rule, one.case, one.subject) for one in report.findings] == [
        ("B01", "crossing", "320402001001")
    ]
    made = report.proposal.table
    assert lint("boundaries", made, LintAsk()).findings == ()
    moved = ~made.geometry.geom_equals_exact(table.geometry, 0)
    assert set(made.code[moved]) == {"320402001001"}
    assert set(report.proposal.changes.finding) == told(report.findings)


def wholly_crossed(cell):
    west, south, east, north = shapely.bounds(cell)
    return shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])


@pytest.mark.parametrize("cross", [wholly_crossed, lambda cell: bow_tie(cell, 1.0)])
def test_a_crossing_between_neighbours_is_left_and_nothing_new_comes(cross):
    cells = grid()
    cells[5] = cross(cells[5])
    report = proposed(layer(cells, union(grid())))
    assert [(one.rule, one.case) for one in report.findings] == [("B01", "crossing")]
    left = lint("boundaries", report.proposal.table, LintAsk()).findings
    assert told(left) == told(report.findings)
    assert report.proposal.changes.empty


def test_a_repeated_vertex_is_mended():
    cells = grid()
    ring = shapely.get_coordinates(cells[5])
    cells[5] = shapely.Polygon(np.insert(ring, 3, ring[3], axis=0))
    report = proposed(layer(cells, union(grid())))
    assert [one.case for one in report.findings] == ["repeated"]
    assert lint("boundaries", report.proposal.table, LintAsk()).findings == ()


def test_a_sliver_between_two_parents_moves_the_parents_with_their_children():
    cells = grid(2, 2)
    first, second = union(cells[[0, 2]]), union(cells[[1, 3]])
    vertex = common_vertices(cells[0], cells[1])[4]
    cells[0] = pushed(cells[0], vertex, outward(cells[0], vertex) * 1.5)
    table = layer(cells, first)
    other = table.iloc[[0]].assign(code="320402002000", name="另一街道")
    other = other.set_geometry([second], crs=METRIC)
    table.loc[[2, 4], "parent_code"] = "320402002000"
    table = pd.concat([table, other], ignore_index=True)
    report = proposed(table)
    assert {(one.rule, one.case) for one in report.findings} == {
        ("B02", "sliver"), ("B05", "outside_sliver"),
    }  # fmt: skip
    made = report.proposal.table
    assert lint("boundaries", made, LintAsk()).findings == ()
    assert len(report.proposal.changes) == 2
