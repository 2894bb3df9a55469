"""Laws of secrecy that hold of every tree and every district."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geoplan.stages.disclosure import CountTree, SlicedCounts, masked_nodes
from geoplan.stages.publication import public_tables
from tests.public_districts import MAIN, all_tables, random_district

SEEDS = st.integers(0, 2**32 - 1)
SLICES, PARTS = 3, 2


def random_tree(seed):
    """Return a tree with up to two splits a node, and parts that add up in every split."""
    rng = np.random.default_rng(seed)
    parent, partition, parts = [-1], [0], [rng.integers(0, 60, (SLICES, PARTS))]
    queue = [0]
    while queue and len(parent) < 40:
        node = queue.pop(0)
        for kind in range(rng.integers(0, 3) if node else rng.integers(1, 3)):
            children = rng.integers(1, 5)
            shares = rng.multinomial(parts[node], rng.dirichlet(np.full(children, 0.7)))
            for child in range(children):
                queue.append(len(parent))
                parent.append(node)
                partition.append(kind)
                parts.append(shares[..., child])
    tree = CountTree(np.array(parent), np.array(partition), rng.random(len(parent)) > 0.1)
    return tree, np.array(parts)


def families(tree):
    return {
        (int(up), int(kind)): np.flatnonzero((tree.parent == up) & (tree.partition == kind))
        for up, kind in zip(tree.parent, tree.partition, strict=True)
        if up >= 0
    }


@given(SEEDS)
def test_small_counts_are_masked_and_the_end_is_stable(seed):
    tree, parts = random_tree(seed)
    masked = masked_nodes(tree, SlicedCounts(parts))
    assert masked[((parts > 0) & (parts < 5)).any(axis=2)].all()
    np.testing.assert_array_equal(masked_nodes(tree, SlicedCounts(parts), also=masked), masked)


@given(SEEDS)
def test_no_child_is_alone_and_every_masked_parent_has_an_heir(seed):
    tree, parts = random_tree(seed)
    masked = masked_nodes(tree, SlicedCounts(parts))
    for (parent, _), children in families(tree).items():
        for piece in range(SLICES):
            if not parts[children, piece].any():
                continue
            number = masked[children, piece].sum()
            assert number >= 1 if masked[parent, piece] else number != 1


@given(SEEDS)
def test_masked_brothers_hold_five_of_every_part_under_a_printed_parent(seed):
    """With totals masked, too, so that whoever has people of a part carries it."""
    tree, parts = random_tree(seed)
    loose = np.ones(parts.shape[:2], dtype=int)
    masked = masked_nodes(tree, SlicedCounts(parts, needed=loose))
    for (parent, _), children in families(tree).items():
        for piece in np.flatnonzero(~masked[parent]).tolist():
            hidden = children[masked[children, piece]]
            held = parts[hidden, piece].sum(axis=0)
            assert ((held == 0) | (held >= 5)).all()


@given(SEEDS)
def test_what_must_be_masked_is(seed):
    tree, parts = random_tree(seed)
    also = np.random.default_rng(seed + 1).random(parts.shape[:2]) < 0.1
    few = masked_nodes(tree, SlicedCounts(parts), also=also, smallest=3)
    more = masked_nodes(tree, SlicedCounts(parts), also=also, smallest=8)
    small = ((parts > 0) & (parts < 8)).any(axis=2)
    assert few[also].all()
    assert more[also | small].all()


@given(SEEDS)
def test_slices_that_are_not_comparable_do_not_meet(seed):
    tree, parts = random_tree(seed)
    together = masked_nodes(tree, SlicedCounts(parts))
    for piece in range(SLICES):
        alone = masked_nodes(tree, SlicedCounts(parts[:, [piece]]))
        np.testing.assert_array_equal(alone[:, 0], together[:, piece])


@given(SEEDS)
def test_twins_are_masked_alike(seed):
    tree, parts = random_tree(seed)
    parts[:, 1] = np.where(seed % 2, parts[:, 0], parts[:, 1])
    masked = masked_nodes(tree, SlicedCounts(parts, alike=np.zeros(SLICES, dtype=int)))
    for one in range(SLICES):
        for other in range(SLICES):
            same = (parts[:, one] == parts[:, other]).all(axis=1)
            np.testing.assert_array_equal(masked[same, one], masked[same, other])


@settings(max_examples=8)
@given(SEEDS)
def test_shuffled_rows_are_masked_alike(seed):
    district = random_district(seed)
    tables = all_tables(district)
    rng = np.random.default_rng(seed)
    order = {name: rng.permutation(len(table)) for name, table in tables.items()}
    order["recommendations"] = np.arange(len(tables["recommendations"]))
    shuffled = {name: table.iloc[order[name]] for name, table in tables.items()}
    straight = public_tables(tables, district.boundaries, MAIN).tables
    mixed = public_tables(shuffled, district.boundaries, MAIN).tables
    for name in ("coverage", "choices", "certainty", "bundles", "times", "recommendations"):
        pd.testing.assert_frame_equal(
            mixed[name].reset_index(drop=True),
            straight[name].iloc[order[name]].reset_index(drop=True),
            obj=name,
        )


@settings(max_examples=8)
@given(SEEDS)
def test_what_is_printed_is_what_was_counted(seed):
    """Masking empties cells; it changes no number, no row and no column."""
    district = random_district(seed)
    tables = all_tables(district)
    done = public_tables(tables, district.boundaries, MAIN)
    for name, table in tables.items():
        shown = done.tables[name]
        assert list(shown.columns) == list(table.columns)
        emptied = 0
        for column in table.columns:
            kept = shown[column].notna().to_numpy()
            emptied += int((~kept & table[column].notna().to_numpy()).sum())
            assert (shown[column][kept] == table[column][kept]).all(), (name, column)
        assert emptied == done.masked[name]
