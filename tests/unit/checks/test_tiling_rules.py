"""B02 to B07 and B13 on tilings whose every fault is known, with their thresholds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from geoplan.checks.boundaries.tiling_table import CHECKS
from geoplan.checks.table import findings_of
from geoplan.domain.rules import changed_rulebook, rulebook
from geoplan.linting.boundaries import LINTER
from geoplan.views.finding_words import finding_mend, finding_sentence
from tests.torn_tilings import (
    CORNER,
    METRIC,
    common_vertices,
    found,
    grid,
    layer,
    outward,
    pushed,
    union,
)

ONE, TWO = "320402001001", "320402001002"
PARENT = "320402001000"


def box(x, y, width, height):
    """A rectangle in metres from the corner of the made tilings, eastwards and northwards."""
    west, south = CORNER + [x, y]
    return shapely.box(west, south, west + width, south + height)


def cells(*made):
    return np.array(made, dtype=object)


def told(findings):
    return [(one.rule, one.case, one.severity, one.subject, one.about) for one in findings]


@pytest.mark.parametrize(
    ("width_m", "case", "severity"),
    [(0.01, "sliver", "warning"), (4.0, "sliver", "warning"), (30.0, "real", "error")],
)
def test_an_overlap_is_one_finding_of_the_higher_code(width_m, case, severity):
    table = layer(cells(box(0, 0, 1000, 1000), box(1000 - width_m, 0, 1000, 1000)))
    findings = found(table, "B02")
    assert told(findings) == [("B02", case, severity, TWO, (ONE,))]
    assert findings[0].evidence["area_m2"] == pytest.approx(1000 * width_m, rel=1e-6)
    assert findings[0].evidence["width_m"] == pytest.approx(width_m, rel=0.05)
    assert findings[0].evidence["length_m"] == pytest.approx(1000 + width_m, abs=0.1)
    assert findings[0].row == 2
    assert (
        shapely.contains_properly(
            table.to_crs(4490).geometry[1], shapely.Point(findings[0].lon, findings[0].lat)
        )
        or width_m < 1
    )


@pytest.mark.parametrize(
    ("width_m", "case"), [(0.002, None), (0.0031, "sliver"), (4.999, "sliver"), (5.1, "real")]
)
def test_the_width_decides_what_an_overlap_is(width_m, case):
    findings = found(layer(cells(box(0, 0, 1000, 9000), box(1000 - width_m, 0, 1000, 9000))), "B02")
    assert [one.case for one in findings] == ([case] if case else [])


def test_three_units_on_one_ground_are_three_pairs():
    made = cells(box(0, 0, 1000, 900), box(500, 0, 1000, 1000), box(700, 0, 1300, 1100))
    pairs = {(one.subject[-1], one.about[0][-1]) for one in found(layer(made), "B02")}
    assert pairs == {("2", "1"), ("3", "1"), ("3", "2")}
    area = {one.about[0][-1] + one.subject[-1]: one.evidence["area_m2"]
            for one in found(layer(made), "B02")}  # fmt: skip
    assert area == {"12": 450_000.0, "13": 270_000.0, "23": 800_000.0}


def test_an_overlap_across_the_exact_border_of_two_others_names_both():
    """The border of the two runs through the ground that the third claims."""
    made = cells(box(0, 0, 500, 500), box(500, 0, 500, 500), box(300, 400, 400, 600))
    area = {one.about[0][-1]: one.evidence["area_m2"] for one in found(layer(made), "B02")}
    assert area == {"1": 20_000.0, "2": 20_000.0}


def test_two_pieces_of_a_pair_are_two_findings_with_ids_of_their_own():
    comb = shapely.union_all(
        [box(0, 0, 1000, 1000), box(1000, 100, 50, 50), box(1000, 700, 50, 50)]
    )
    findings = found(layer(cells(comb, box(1000, 0, 1000, 1000))), "B02")
    assert [one.evidence["area_m2"] for one in findings] == [2500.0, 2500.0]
    assert findings[0].id + "-2" == findings[1].id


def test_units_of_different_levels_may_share_ground():
    made = grid()
    assert found(layer(made, union(made)), "B02", "B13") == ()


def test_levels_that_are_not_stated_are_read_from_the_codes():
    made = grid()
    table = layer(made, union(made)).drop(columns="level")
    assert found(table) == ()


@pytest.mark.parametrize(
    ("width_m", "case", "severity"),
    [(0.01, "sliver", "warning"), (4.0, "sliver", "warning"), (30.0, "real", "error")],
)
def test_a_gap_is_one_finding_of_the_parent_with_both_sides(width_m, case, severity):
    made = cells(box(0, 0, 1000, 1000), box(1000 + width_m, 0, 1000, 1000))
    findings = found(layer(made, box(0, 0, 2000 + width_m, 1000)), "B03")
    assert told(findings) == [("B03", case, severity, PARENT, (ONE, TWO))]
    assert findings[0].evidence["area_m2"] == pytest.approx(1000 * width_m, rel=1e-6)
    assert {findings[0].evidence["first"], findings[0].evidence["second"]} == {"第1社区", "第2社区"}


def test_a_gap_along_the_outline_is_between_the_unit_and_its_parent():
    findings = found(layer(cells(box(0, 0, 1000, 1000)), box(0, 0, 1002, 1000)), "B03")
    assert told(findings) == [("B03", "sliver", "warning", PARENT, (ONE,))]
    assert findings[0].evidence["second"] == "上级街道"


def test_a_hole_without_a_parent_is_doubtful_and_a_sliver_of_one_too():
    ring = shapely.difference(box(0, 0, 900, 900), box(300, 300, 300, 300))
    narrow = shapely.difference(box(900, 0, 900, 900), box(1200, 300, 2, 300))
    findings = found(layer(cells(ring, narrow)), "B03")
    assert told(findings) == [
        ("B03", "hole", "warning", ONE, (ONE,)),
        ("B03", "sliver", "warning", TWO, (TWO,)),
    ]


def test_a_bay_that_is_open_to_the_outside_is_no_gap_without_a_parent():
    assert found(layer(cells(box(0, 0, 500, 900), box(600, 0, 500, 900))), "B03") == ()


def test_a_missing_unit_is_one_gap_with_all_its_neighbours():
    made = grid(3, 3)
    findings = found(layer(np.delete(made, 4), union(made)), "B03", "B05")
    assert [(one.rule, one.case) for one in findings] == [("B03", "real"), ("B05", "area")]
    assert len(findings[0].about) == 4  # neighbours by a border, not by a corner
    assert findings[0].evidence["area_m2"] == 1e6


@pytest.mark.parametrize(
    ("shift_m", "case"),
    [(0.004, "node"), (0.006, "shifted"), (0.9, "shifted"), (1.1, None), (20.0, None)],
)
def test_a_vertex_on_one_side_only_is_found_within_a_metre(shift_m, case):
    made = grid(2, 1)
    vertex = common_vertices(made[0], made[1])[4]
    made[0] = pushed(made[0], vertex, outward(made[0], vertex) * shift_m)
    findings = found(layer(made), "B04")
    assert [one.case for one in findings] == ([case] if case else [])
    if case:
        assert (findings[0].subject, findings[0].about) == (TWO, (ONE,))
        assert findings[0].evidence["distance_m"] == pytest.approx(shift_m, abs=6e-4)
        assert findings[0].evidence["vertices"] == 2


def test_a_missing_node_is_found_and_the_richer_line_is_proposed():
    made = cells(box(0, 0, 1000, 1000), box(1000, 0, 1000, 500), box(1000, 500, 1000, 500))
    findings = found(layer(made))
    assert [(one.rule, one.case, one.subject[-1]) for one in findings] == [
        ("B04", "node", "2"),
        ("B04", "node", "3"),
    ]
    assert {one.evidence["vertices"] for one in findings} == {1}


def test_a_dense_outline_beside_a_shared_corner_is_no_unmatched_edge():
    made = shapely.segmentize(cells(box(0, 0, 10, 10), box(10, 0, 10, 10)), 0.25)
    assert found(layer(made), "B04") == ()


def test_an_orphan_is_told_unless_the_layer_has_no_parent_at_all():
    made = grid()
    table = layer(made, union(made))
    table.loc[3, "parent_code"] = "320402009000"
    findings = [one for one in found(table, "B05") if one.case == "orphan"]
    assert told(findings) == [("B05", "orphan", "warning", "320402001003", ())]
    assert findings[0].evidence["parent"] == "320402009000"
    assert found(layer(made), "B05") == ()


@pytest.mark.parametrize(("beyond_m", "case"), [(0.5, "outside_sliver"), (30.0, "outside")])
def test_a_unit_beyond_its_parent_is_told(beyond_m, case):
    made = cells(box(0, 0, 1000, 9000), box(1000, 0, 1000 + beyond_m, 9000))
    findings = found(layer(made, box(0, 0, 2000, 9000)), "B05")
    assert told(findings)[0] == (
        "B05", case, "error" if case == "outside" else "warning", TWO, (PARENT,)
    )  # fmt: skip
    assert findings[0].evidence["area_m2"] == pytest.approx(9000 * beyond_m, rel=1e-6)


def test_a_unit_in_another_parent_lies_outside_its_own():
    made = grid(2, 2)
    table = layer(made, union(made[:2]))
    other = table.iloc[[0]].assign(code="320402002000", name="另一街道")
    other = other.set_geometry([union(made[2:])], crs=METRIC)
    table.loc[4, "parent_code"] = "320402002000"
    table = pd.concat([table, other], ignore_index=True)
    wrong = [one for one in found(table, "B05") if one.case == "outside"]
    assert [(one.subject, one.about) for one in wrong] == [("320402001003", (PARENT,))]
    assert wrong[0].evidence["share"] == 1.0


@pytest.mark.parametrize(("short_m", "count"), [(9.9, 0), (10.1, 1)])
def test_half_a_per_cent_of_the_parent_may_be_off(short_m, count):
    made = cells(box(0, 0, 1000, 1000), box(1000, 0, 1000 - short_m, 1000))
    findings = found(layer(made, box(0, 0, 2000, 1000)), "B05")
    assert [one.case for one in findings] == ["area"] * count
    if count:
        assert findings[0].evidence["sum_km2"] == findings[0].evidence["union_km2"] == 1.9899


def test_the_sum_may_be_right_where_the_union_is_not():
    made = cells(box(0, 0, 1000, 1000), box(900, 0, 1000, 1000))
    [finding] = found(layer(made, box(0, 0, 2000, 1000)), "B05")
    assert (finding.evidence["sum_km2"], finding.evidence["union_km2"]) == (2.0, 1.9)
    assert finding.evidence["share"] == 0.05


@pytest.mark.parametrize(
    ("ratio", "case"),
    [(1.0, None), (1.0099, None), (1.012, "near"), (0.97, "near"), (1.05, "near"), (1.06, "far"),
     (0.9, "far"), (1.3840, "mercator"), (0.7225, "mercator"), (1.42, "far")],
)  # fmt: skip
def test_published_areas_are_compared_in_three_grades(ratio, case):
    """1 / cos² of 31.76° is 1.3832."""
    made = cells(box(0, 0, 1000, 1000))
    findings = found(layer(made, published_km2=[ratio]), "B06")
    assert [one.case for one in findings] == ([case] if case else [])
    if case:
        severity = "warning" if case == "near" else "error"
        assert (findings[0].severity, findings[0].evidence["measured_km2"]) == (severity, 1.0)


def test_the_register_publishes_areas_where_the_layer_does_not():
    table = layer(cells(box(0, 0, 1000, 1000), box(1000, 0, 1000, 1000)))
    roster = pd.DataFrame(
        {"code": [ONE, TWO], "name": ["第1社区", "第2社区"], "area_m2": [1_000_000, 1_200_000]}
    )
    dossier = LINTER.read(table, {"roster": roster}, "")
    findings = findings_of({"B06": CHECKS["B06"]}, dossier, rulebook())
    assert [(one.subject, one.case) for one in findings] == [(TWO, "far")]


def test_exchanged_axes_are_one_finding_and_nothing_else_is_measured():
    made = layer(grid(), crs="EPSG:4490")
    swapped = made.set_geometry(shapely.transform(made.geometry.values, lambda xy: xy[:, ::-1]))
    swapped["published_km2"] = 1.0
    for table in (swapped, swapped.set_crs("EPSG:4326", allow_override=True)):
        assert [(one.rule, one.case) for one in found(table)] == [("B06", "swapped")]
    assert found(made) == ()


def test_exclaves_islands_and_enclaves_are_told_apart():
    exclave = shapely.multipolygons([box(0, 0, 500, 500), box(1000, 500, 100, 100)])
    island = shapely.multipolygons([box(500, 0, 500, 500), box(9000, 0, 50, 50)])
    host = shapely.difference(box(1000, 0, 900, 900), box(1000, 500, 100, 100))
    inner = box(1400, 400, 100, 100)
    made = cells(exclave, island, shapely.difference(host, inner), inner)
    findings = found(layer(made), "B07")
    assert [
        (one.case, one.subject[-1], [about[-1] for about in one.about]) for one in findings
    ] == [
        ("exclave", "1", ["3"]),
        ("multipart", "2", []),
        ("enclave", "4", ["3"]),
    ]
    assert [one.evidence["area_m2"] for one in findings] == [10_000.0, 2500.0, 10_000.0]
    assert {one.severity for one in findings} == {"note"}


@pytest.mark.parametrize(
    ("height_m", "case"), [(1000, "same"), (960, "near"), (951, "near"), (949, None), (500, None)]
)
def test_nearly_the_same_polygon_twice_is_one_finding_and_no_overlap(height_m, case):
    made = cells(box(0, 0, 1000, 1000), box(0, 0, 1000, height_m))
    findings = found(layer(made), "B13", "B02")
    if case is None:
        assert told(findings) == [("B02", "real", "error", TWO, (ONE,))]
    else:
        assert told(findings) == [("B13", case, "error", TWO, (ONE,))]
        assert findings[0].evidence["share"] == pytest.approx(height_m / 1000)


def test_thresholds_are_those_of_the_rulebook():
    made = cells(box(0, 0, 1000, 1000), box(992, 0, 1000, 1000))
    changes = {"B02": {"sliver_width_m": 10.0}, "B13": False}
    book = changed_rulebook(rulebook(), changes, where="test")
    assert [one.case for one in found(layer(made), "B02")] == ["real"]
    assert [one.case for one in found(layer(made), "B02", book=book)] == ["sliver"]


def test_every_finding_makes_a_sentence_and_a_mend_in_both_languages():
    made = grid()
    made[1] = shapely.union(made[1], shapely.buffer(made[2], 20))
    made[4] = shapely.buffer(made[4], -0.3)
    made[8] = made[9]
    findings = found(layer(made, union(grid()), published_km2=[np.nan, 1.4, *[1.02] * 11]))
    assert {one.rule for one in findings} >= {"B02", "B03", "B04", "B05", "B06", "B13"}
    for finding in findings:
        for lang in ("zh", "en"):
            assert finding_sentence(finding, lang)
            assert finding_mend(finding, lang)
