"""The laws of secrecy on trees small enough to work out on paper."""

from __future__ import annotations

import numpy as np
import pytest

from geoplan.stages.disclosure import CountTree, SlicedCounts, masked_nodes, totals_to_mask


def tree_of(parent, partition=None, printed=None):
    count = len(parent)
    return CountTree(
        np.array(parent),
        np.zeros(count, dtype=int) if partition is None else np.array(partition),
        np.ones(count, dtype=bool) if printed is None else np.array(printed),
    )


def loose(values):
    """One slice of one part whose total is masked with it: plain counts."""
    parts = np.array(values)[:, None, None]
    return SlicedCounts(parts, np.ones(parts.shape[:2], dtype=int))


def split(*pairs):
    """One slice of covered and uncovered."""
    return SlicedCounts(np.array(pairs)[:, None, :])


def rows(masked):
    return np.flatnonzero(masked[:, 0]).tolist()


def test_a_small_count_takes_its_smallest_brother_along():
    # 63 = 3 + 40 + 20: the 3 would be 63 − 60
    assert rows(masked_nodes(tree_of([-1, 0, 0, 0]), loose([63, 3, 40, 20]))) == [1, 3]


def test_equal_brothers_are_taken_in_order():
    assert rows(masked_nodes(tree_of([-1, 0, 0, 0]), loose([43, 3, 20, 20]))) == [1, 2]


def test_two_small_counts_need_a_third_when_they_are_few_together():
    # 1 + 1 of 52: a reader who sees that both are masked knows them
    assert rows(masked_nodes(tree_of([-1, 0, 0, 0]), loose([52, 1, 1, 50]))) == [1, 2, 3]
    assert rows(masked_nodes(tree_of([-1, 0, 0, 0]), loose([56, 2, 4, 50]))) == [1, 2]


def test_an_only_child_hides_its_parent_and_the_uncles():
    # 0: 60 = 1 (3 = child 3) + 2 (57)
    assert rows(masked_nodes(tree_of([-1, 0, 0, 1]), loose([60, 3, 57, 3]))) == [1, 2, 3]


def test_zeros_hide_nobody():
    # all others are 0: the total is the small count itself
    assert rows(masked_nodes(tree_of([-1, 0, 0, 0]), loose([3, 3, 0, 0]))) == [0, 1]


def test_nothing_is_masked_without_small_counts():
    assert rows(masked_nodes(tree_of([-1, 0, 0]), loose([25, 5, 20]))) == []


def test_a_masked_node_has_masked_heirs_in_every_split():
    # node 2 helps node 1; its places 3, 4 and its roads 5, 6 must not add up to it
    tree = tree_of([-1, 0, 0, 2, 2, 2, 2], [0, 0, 0, 0, 0, 1, 1])
    masked = masked_nodes(tree, loose([33, 3, 30, 10, 20, 24, 6]))
    assert rows(masked) == [1, 2, 3, 6]


def test_what_is_not_printed_hides_others_for_nothing():
    # the remainder 3 (30 people) costs the reader nothing, brother 2 (20 people) would
    tree = tree_of([-1, 0, 0, 0], printed=[True, True, True, False])
    assert rows(masked_nodes(tree, loose([53, 3, 20, 30]))) == [1, 3]


def test_a_small_remainder_hides_a_brother():
    tree = tree_of([-1, 0, 0, 0], printed=[True, True, True, False])
    assert rows(masked_nodes(tree, loose([62, 20, 40, 2]))) == [1, 3]


def test_nobody_hides_behind_a_node_that_is_all_in_one_part():
    # node 2 is smaller but wholly covered: everybody knows its 0 uncovered
    counts = split((80, 23), (30, 3), (10, 0), (40, 20))
    assert rows(masked_nodes(tree_of([-1, 0, 0, 0]), counts)) == [1, 3]


def test_the_parent_goes_when_no_brother_can_help():
    # 1: (30, 3) beside brothers in one part each; then uncle 4 helps the parent
    counts = split((90, 73), (50, 33), (30, 3), (20, 0), (0, 30), (40, 40))
    masked = masked_nodes(tree_of([-1, 0, 1, 1, 1, 0]), counts)
    assert rows(masked) == [1, 2, 5]


def test_twins_are_masked_where_the_parts_are_equal():
    # nodes 1 and 2 hide in slice 0; node 2 has the same parts in slice 1, comparable to it
    parts = np.array([[[40, 23], [33, 30]], [[20, 3], [13, 10]], [[20, 20], [20, 20]]])
    apart = masked_nodes(tree_of([-1, 0, 0]), SlicedCounts(parts))
    assert apart.tolist() == [[False, False], [True, False], [True, False]]
    twins = masked_nodes(tree_of([-1, 0, 0]), SlicedCounts(parts, alike=np.array([0, 0])))
    assert twins.tolist() == [[False, False], [True, True], [True, True]]


def test_a_group_as_large_as_the_one_that_holds_it_takes_it_along():
    # slice 0 is part of slice 1; all 20 covered of node 1 are of the smaller group
    parts = np.array([[[60, 23], [90, 50]], [[20, 3], [20, 30]], [[40, 20], [70, 20]]])
    counts = SlicedCounts(parts, nested=np.array([[0, 1]]))
    assert masked_nodes(tree_of([-1, 0, 0]), counts).all(axis=1).tolist() == [False, True, True]


def test_a_brother_with_room_is_better_than_a_smaller_one_without():
    # node 2 (16) has as many covered as its larger group; node 3 (50) has room
    small = [[45, 26], [10, 3], [10, 6], [25, 17]]
    large = [[90, 62], [30, 12], [10, 20], [50, 30]]
    parts = np.array([small, large]).transpose(1, 0, 2)
    bare = masked_nodes(tree_of([-1, 0, 0, 0]), SlicedCounts(parts))
    assert np.flatnonzero(bare[:, 0]).tolist() == [1, 2]
    nested = masked_nodes(tree_of([-1, 0, 0, 0]), SlicedCounts(parts, nested=np.array([[0, 1]])))
    assert np.flatnonzero(nested[:, 0]).tolist() == [1, 3]


def test_a_part_known_from_another_split_asks_for_a_total():
    # 0 is split by units (1: everybody uncovered, 2: everybody covered) and by roads (3: 23 and 3,
    # 4: everybody uncovered): the units tell the 33 uncovered of 0, so road 3 is 33 − 30
    tree = tree_of([-1, 0, 0, 0, 0], [0, 0, 0, 1, 1])
    counts = split((23, 33), (0, 33), (23, 0), (23, 3), (0, 30))
    masked = masked_nodes(tree, counts)
    assert rows(totals_to_mask(tree, counts, masked)) == [1, 2]
    safe = split((23, 33), (5, 28), (18, 5), (23, 3), (0, 30))
    assert rows(totals_to_mask(tree, safe, masked_nodes(tree, safe))) == []


def test_counts_of_no_sum_stand_alone():
    assert rows(masked_nodes(tree_of([-1, -1, -1]), loose([3, 0, 7]))) == [0]
    assert tree_of([-1, -1]).families() == []


def test_a_tree_checks_its_lengths():
    with pytest.raises(ValueError, match="partition has 1 rows"):
        CountTree(np.array([-1, 0]), np.array([0]), np.array([True, True]))
