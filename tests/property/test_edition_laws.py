"""Random boards whose units are split, merged, moved and renamed: just that is told."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoplan.model.edition_changes import MIRRORED, EditionChanges
from geoplan.stages.ground_changes import compare_boundaries
from tests.edition_town import cell, layer, told

OPERATIONS = (
    "keep",
    "split",
    "split_off",
    "merge",
    "absorb",
    "part",
    "rename",
    "recode",
    "both",
    "parent",
    "dissolve",
    "carve",
)


def slot(number, operation):
    """Return old units, new units and what changed, of three units side by side (6 by 2 cells)."""
    column, row = 6 * (number % 3), 2 * (number // 3)
    a, b, c = (f"{100 + 10 * number + one}" for one in range(3))
    fresh, other = f"{100 + 10 * number + 5}", f"{100 + 10 * number + 6}"

    def block(west, width):
        return cell(column + west, row, width=width, height=2)

    def name(code):
        return f"{chr(0x4E00 + int(code))}社区"

    old = [(one, name(one), block(2 * place, 2)) for place, one in enumerate((a, b, c))]
    new = {
        "keep": (old, []),
        "split": (
            [(fresh, name(fresh), block(0, 0.5)), (other, name(other), block(0.5, 1.5)), *old[1:]],
            [f"split {a}>{fresh}+{other}"],
        ),
        "split_off": (
            [(a, name(a), block(0, 1.9)), (other, name(other), block(1.9, 0.1)), *old[1:]],
            [f"split {a}>{a}+{other}"],
        ),
        "merge": ([(fresh, name(fresh), block(0, 4)), old[2]], [f"merge {a}+{b}>{fresh}"]),
        "absorb": ([(b, name(b), block(0, 4)), old[2]], [f"merge {a}+{b}>{b}"]),
        "part": (
            [(a, name(a), block(0, 1.4)), (b, name(b), block(1.4, 2.6)), old[2]],
            [f"part {a}>{b}"],
        ),
        "rename": ([(a, "新" + name(a), block(0, 2)), *old[1:]], [f"rename {a}>{a}"]),
        "recode": ([(fresh, name(a), block(0, 2)), *old[1:]], [f"recode {a}>{fresh}"]),
        "both": (
            [(fresh, name(fresh), block(0, 2)), *old[1:]],
            [f"recode {a}>{fresh}", f"rename {a}>{fresh}"],
        ),
        "parent": (
            [(a, name(a), block(0, 2), "320402009"), *old[1:]],
            [f"transfer {a}>{a}"],
        ),
        "dissolve": (
            [(a, name(a), block(0, 3)), (c, name(c), block(3, 3))],
            [f"abolished {b}>{a}+{c}"],
        ),
        "carve": (
            [
                (a, name(a), block(0, 1)),
                (fresh, name(fresh), block(1, 2)),
                (b, name(b), block(3, 1)),
                old[2],
            ],
            [f"new {a}+{b}>{fresh}"],
        ),
    }[operation]
    return old, list(new[0]), new[1]


def board(operations):
    """Return the units of both editions and what changed; one unit more keeps the old parent."""
    old, new, planted = [("99", "鼎社区", cell(-2, 0))], [("99", "鼎社区", cell(-2, 0))], []
    for number, operation in enumerate(operations):
        before, after, changes = slot(number, operation)
        old, new, planted = [*old, *before], [*new, *after], [*planted, *changes]
    return old, new, sorted(planted)


def jittered(units, seed, most_m):
    """Return units with every corner moved by up to ``most_m``, shared corners alike."""
    moves = {}

    def moved(xy):
        out = xy.copy()
        for one, corner in enumerate(np.round(xy, 3).tolist()):
            if tuple(corner) not in moves:
                key = np.random.default_rng([seed, *(int(1000 * value) for value in corner)])
                angle, length = key.uniform(0, 2 * np.pi), key.uniform(0.1, most_m)
                moves[tuple(corner)] = length * np.array([np.cos(angle), np.sin(angle)])
            out[one] += moves[tuple(corner)]
        return out

    corners = shapely.get_coordinates(shapely.segmentize([unit[2] for unit in units], 20.0))
    on_line = shapely.multipoints(np.unique(np.round(corners, 3), axis=0))
    return [
        (unit[0], unit[1], shapely.transform(_with_corners(unit[2], on_line), moved), *unit[3:])
        for unit in units
    ]


def _with_corners(shape, points):
    """Return a rectangle with every corner of its neighbours that lies on its outline."""
    ring = shapely.get_exterior_ring(shape)
    on_ring = shapely.get_parts(points)[shapely.dwithin(shapely.get_parts(points), ring, 1e-6)]
    along = np.unique(np.round(shapely.line_locate_point(ring, on_ring), 6))
    along = along[along < shapely.length(ring) - 1e-6]
    return shapely.Polygon(
        np.round(shapely.get_coordinates(shapely.line_interpolate_point(ring, along)), 3)
    )


operations_of_a_board = st.lists(st.sampled_from(OPERATIONS), min_size=1, max_size=6)


@given(operations_of_a_board, st.randoms(use_true_random=False))
def test_what_was_done_is_what_is_told_and_row_order_changes_nothing(operations, shuffler):
    old, new, planted = board(operations)
    found = compare_boundaries(layer(old), layer(new))
    assert told(found) == planted
    shuffler.shuffle(old)
    shuffler.shuffle(new)
    again = compare_boundaries(layer(old), layer(new))
    assert [described(one) for one in again.changes] == [described(one) for one in found.changes]
    assert again.unchanged == found.unchanged


@given(operations_of_a_board)
def test_exchanged_editions_tell_the_mirror(operations):
    old, new, _ = board(operations)
    there = compare_boundaries(layer(old), layer(new))
    back = compare_boundaries(layer(new), layer(old))
    assert told(back) == sorted(mirror_text(one) for one in there.changes)
    assert there.unchanged == back.unchanged


@given(operations_of_a_board)
def test_an_edition_against_itself_tells_nothing(operations):
    _, new, _ = board(operations)
    found = compare_boundaries(layer(new), layer(new))
    assert found.changes == ()
    assert found.unchanged == len(new)


@given(operations_of_a_board, st.integers(0, 10_000), st.sampled_from([0.2, 1.0, 3.0]))
def test_a_line_drawn_anew_hides_nothing_and_adds_redraws_alone(operations, seed, most_m):
    old, new, planted = board(operations)
    found = compare_boundaries(layer(old), layer(jittered(new, seed, most_m)))
    assert told(without_redraws(found)) == planted
    living = {one[0] for one in old} & {one[0] for one in new}
    assert {one.after[0].code for one in found.of("redraw")} >= {"99"} & living


def described(change):
    """Return a change without the rows of the files."""
    return (
        change.kind,
        [unit.code for unit in change.before],
        [unit.code for unit in change.after],
        change.certainty,
        round(change.area_m2 or 0.0, 3),
        [round(share, 6) for share in change.shares],
    )


def mirror_text(change):
    kind = MIRRORED.get(change.kind, change.kind)
    before, after = ("+".join(u.code for u in side) for side in (change.after, change.before))
    return f"{kind} {before}>{after}"


def without_redraws(found):
    kept = tuple(one for one in found.changes if one.kind != "redraw")
    return EditionChanges(found.basis, found.earlier, found.later, kept, found.unchanged)
