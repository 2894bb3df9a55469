"""Two layers compared: thresholds, gaps, overlaps, broken and missing polygons, people."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geoplan.domain.crs import GEOGRAPHIC, reproject, reproject_xy
from geoplan.model.demand import Demand
from geoplan.model.source import Source
from geoplan.stages.ground_changes import compare_boundaries
from geoplan.stages.moved_people import with_people
from tests.edition_town import METRIC, cell, layer, told

A, B, C = ("1", "甲社区"), ("2", "乙社区"), ("3", "丙社区")
OLD = [(*A, cell(0, 0, width=4, height=4)), (*B, cell(4, 0, width=4, height=4))]


def compared(new, old=OLD):
    return compare_boundaries(layer(old), layer(new))


def shifted(metres):
    """Return the two units with their common line moved east."""
    moved = metres / 100.0
    return [
        (*A, cell(0, 0, width=4 + moved, height=4)),
        (*B, cell(4 + moved, 0, width=4 - moved, height=4)),
    ]


def test_the_figures_of_a_split_a_part_and_a_merger():
    found = compared(
        [
            ("5", "丁社区", cell(0, 0, width=1, height=4)),
            ("6", "戊社区", cell(1, 0, width=3, height=4)),
            (*B, cell(4, 0, width=4, height=4)),
        ]
    )
    (split,) = found.changes
    assert (split.area_m2, split.shares) == (pytest.approx(160_000), pytest.approx((0.25, 0.75)))
    assert (split.certainty, found.unchanged) == ("certain", 1)
    (part,) = compared(shifted(60)).changes
    assert (part.area_m2, part.width_m) == (pytest.approx(24_000), pytest.approx(60, abs=0.02))
    assert part.shares == pytest.approx((0.15,))
    west, _, east, _ = shapely.bounds(part.shape)
    assert reproject_xy(np.array([[west, 31.77], [east, 31.77]]), GEOGRAPHIC, METRIC)[
        :, 0
    ] == pytest.approx([500_400, 500_460], abs=0.1)
    (merger,) = compared([(*B, cell(0, 0, width=8, height=4))]).changes
    assert (merger.kind, merger.shares) == ("merge", pytest.approx((0.5, 0.5)))


@pytest.mark.parametrize(
    ("metres", "expected"),
    [
        (0.0, []),
        (0.002, []),
        (0.003, ["redraw 1>1", "redraw 2>2"]),
        (4.99, ["redraw 1>1", "redraw 2>2"]),
        (5.0, ["part 2>1"]),
        (5.01, ["part 2>1"]),
    ],
)
def test_five_metres_part_a_better_line_from_moved_ground_and_a_square_metre_a_change(
    metres, expected
):
    # 4 mm by 400 m are 1.6 m², 2 mm are 0.8 m²
    assert told(compared(shifted(metres))) == expected


@pytest.mark.parametrize(("inside", "split"), [(0.899, False), (0.9001, True), (0.903, True)])
def test_a_successor_lies_to_nine_tenths_within_the_unit(inside, split):
    out = 2 * (1 - inside) / inside
    found = compared(
        [
            ("5", "丁社区", cell(0, 0, width=2, height=4)),
            ("6", "戊社区", cell(2, 0, width=2 + out, height=4)),
            (*B, cell(4 + out, 0, width=4 - out, height=4)),
        ]
    )
    expected = ["part 2>6", "split 1>5+6"] if split else ["abolished 1>5+6", "new 1+2>6", "new 1>5"]
    assert told(found) == expected


@pytest.mark.parametrize(("covered", "split"), [(0.949, False), (0.95, True), (0.951, True)])
def test_successors_cover_nineteen_twentieths(covered, split):
    width = 4 * covered
    found = compared(
        [
            ("5", "丁社区", cell(0, 0, width=width / 2, height=4)),
            ("6", "戊社区", cell(width / 2, 0, width=width / 2, height=4)),
            (*B, cell(4, 0, width=4, height=4)),
        ]
    )
    assert bool(found.of("split")) == split
    assert bool(found.of("abolished")) != split


@pytest.mark.parametrize(("share", "same"), [(0.899, False), (0.9, True)])
def test_a_unit_with_neither_name_nor_code_is_the_same_from_nine_tenths_of_the_ground(share, same):
    found = compared(
        [("5", "丁社区", cell(0, 0, width=4 * share, height=4)), OLD[1]],
    )
    assert bool(found.of("rename")) == same
    assert bool(found.of("new")) != same


def test_units_that_keep_code_and_name_live_on_whatever_ground_they_lose():
    found = compared(
        [
            (*A, cell(0, 0, width=0.3, height=4)),
            (*B, cell(0.3, 0, width=7.7, height=4)),
        ]
    )
    assert told(found) == ["part 1>2"]
    assert found.changes[0].shares == pytest.approx((3.7 / 4,))


def test_ground_that_no_unit_had_or_has():
    wider = [OLD[0], (*B, cell(4, 0, width=5, height=4))]
    assert told(compared(wider)) == ["part >2"]
    assert told(compared(OLD, wider)) == ["part 2>"]
    lone = [*OLD, (*C, cell(8, 0, width=2, height=4))]
    (new,) = compared(lone).changes
    assert (new.kind, new.before, new.shares) == ("new", (), ())
    assert told(compared(OLD, lone)) == ["abolished 3>"]


def test_an_overlap_that_stays_or_comes_is_no_transfer():
    over = [OLD[0], (*B, cell(3.5, 0, width=4.5, height=4))]
    assert compared(over, over).changes == ()
    assert [(one.kind, one.why) for one in compared(over).changes] == [("part", "overlap")]
    assert told(compared(over)) == ["part >2"]
    assert told(compared(OLD, over)) == ["part 2>"]
    doubled = [*OLD, (*C, cell(0, 0, width=4, height=4))]
    assert [one.certainty for one in compared(doubled).of("split")] == ["uncertain"]


def test_codes_tell_which_of_two_with_one_ground_is_which():
    twice = [(*A, cell(0, 0)), (*B, cell(0, 0))]
    assert compared(twice[::-1], twice).of("rename", "recode") == ()


def test_swapped_names_are_two_renames_and_no_ground_moved():
    found = compared([("1", "乙社区", OLD[0][2]), ("2", "甲社区", OLD[1][2])])
    assert told(found) == ["rename 1>1", "rename 2>2"]


def test_a_parent_that_was_renamed_took_its_units_along():
    old = [(*A, OLD[0][2], "P"), (*B, OLD[1][2], "P")]
    assert compared([(*A, OLD[0][2], "Q"), (*B, OLD[1][2], "Q")], old).changes == ()
    assert told(compared([(*A, OLD[0][2], "Q"), (*B, OLD[1][2], "P")], old)) == ["transfer 1>1"]


def test_levels_are_compared_apart_and_dropped_where_none_is_shared():
    old = layer(OLD, level="community")
    assert compare_boundaries(old, layer(OLD, level="")).changes == ()
    kinds = {one.kind for one in compare_boundaries(old, layer(OLD, level="district")).changes}
    assert kinds == set()


def test_a_village_that_becomes_a_community_changes_its_kind():
    old = [("1", "徐家村村委会", OLD[0][2]), OLD[1]]
    assert told(compared([("1", "徐家社区居委会", OLD[0][2]), OLD[1]], old)) == ["conversion 1>1"]
    assert told(compared([("1", "徐家村民委员会", OLD[0][2]), OLD[1]], old)) == []


def test_broken_and_missing_polygons_are_compared_and_counted():
    bow = shapely.Polygon([(500_000, 3_517_000), (500_400, 3_517_400), (500_400, 3_517_000),
                           (500_000, 3_517_400)])  # fmt: skip
    found = compared([(*A, bow), (*C, None)], [(*A, bow), (*C, None), (*B, None)])
    assert told(found) == ["abolished 2>"]
    assert (found.repaired, found.without_polygon, found.unchanged) == (2, 3, 2)
    assert (found.changes[0].certainty, found.changes[0].why) == ("likely", "not_found")


def test_degrees_and_metres_of_one_line_are_one_line():
    degrees = [
        (*unit[:2], reproject(np.array([unit[2]], object), METRIC, GEOGRAPHIC)[0]) for unit in OLD
    ]
    found = compare_boundaries(layer(OLD), layer(degrees, crs=GEOGRAPHIC))
    assert found.changes == ()


def test_people_of_the_ground_are_those_who_live_there():
    rng = np.random.default_rng(7)
    xy = np.column_stack(
        [rng.uniform(500_000, 500_800, 400), rng.uniform(3_517_000, 3_517_400, 400)]
    )
    older = rng.integers(0, 50, 400)
    people = np.column_stack([older + rng.integers(0, 90, 400), older])
    demand = Demand(
        id=np.array([f"d{one:03}" for one in range(400)]),
        place=np.full(400, ""),
        xy=xy,
        groups=("all", "60+"),
        people=people,
        community=np.full(400, ""),
        crs=METRIC,
        source=Source("people.csv", METRIC),
    )
    new = [
        ("5", "丁社区", cell(0, 0, width=1, height=4)),
        ("6", "戊社区", cell(1, 0, width=3, height=4)),
        ("7", "乙社区", cell(4, 0, width=4, height=4)),
    ]
    found = with_people(compared(new), demand)
    for change, west, east in zip(found.changes, (0, 400), (400, 800), strict=True):
        counted = [0, 0]
        for (x, _), count in zip(xy.tolist(), people.tolist(), strict=True):
            if 500_000 + west <= x <= 500_000 + east:
                counted = [one + other for one, other in zip(counted, count, strict=True)]
        assert [change.people[group] for group in demand.groups] == counted
    assert [one.kind for one in found.changes] == ["split", "recode"]
