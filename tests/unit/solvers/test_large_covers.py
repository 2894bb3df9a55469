"""The cuts, bounds and searches of large covers, held against loops over every plan."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from scipy.sparse import csr_array

from geoplan.solvers.contained import contained_pairs
from geoplan.solvers.cover_prices import bound_of, number_bound
from geoplan.solvers.cover_search import improved_cover
from geoplan.solvers.fewest_cover import fewest_cover, quick_cover, relaxed_least
from geoplan.solvers.opening import opening_of
from geoplan.solvers.set_cover import cover_parts, cover_within, greedy_cover
from tests.placement_cases import placement_of

NEVER = float("inf")


def _random_cover(seed, *, blocks=1):
    """Return a table (candidates, rows) of small blocks that share nothing, shuffled."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 6, (blocks, 2))
    table = np.zeros(sizes.sum(axis=0), dtype=bool)
    candidate, row = 0, 0
    for candidates, rows in sizes:
        block = rng.random((candidates, rows)) < 0.5
        block[rng.integers(0, candidates, rows), np.arange(rows)] = True
        table[candidate : candidate + candidates, row : row + rows] = block
        candidate, row = candidate + candidates, row + rows
    return table[rng.permutation(table.shape[0])][:, rng.permutation(table.shape[1])]


def _row_cover(table, **rules):
    cost = np.where(table, 0.0, np.inf)
    problem = placement_of(cost, np.ones(table.shape[1]), new=table.shape[0], limit=1, **rules)
    return cover_within(problem, opening_of(problem), problem.weight > 0, limit=1.0)


def _covers(table):
    """Return every cover, the best and first one first."""
    for size in range(table.shape[0] + 1):
        for plan in itertools.combinations(range(table.shape[0]), size):
            if table[list(plan)].any(axis=0).all():
                yield plan


@pytest.mark.parametrize("seed", range(60))
def test_contained_pairs_are_those_of_a_double_loop(seed, monkeypatch):
    if seed % 2:
        monkeypatch.setattr("geoplan.solvers.contained.MOST_PAIRS", 3)
        monkeypatch.setattr("geoplan.solvers.contained.MOST_MEMBERS", 2)
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 30)), int(rng.choice([3, 6, 700])))
    table = rng.random(shape) < rng.choice([2.0 / shape[1], 0.5])
    table[rng.integers(0, shape[0], 3)] = table[0]
    found = set(
        zip(*(part.tolist() for part in contained_pairs(csr_array(table * 1.0))), strict=True)
    )
    expected = {
        (inner, outer)
        for inner, outer in itertools.permutations(range(shape[0]), 2)
        if table[inner].any() and not (table[inner] & ~table[outer]).any()
    }
    assert found == expected


@pytest.mark.parametrize("seed", range(30))
def test_any_prices_bound_every_cover(seed):
    table = _random_cover(seed, blocks=2)
    serves = csr_array(table * 1.0)
    prices = np.random.default_rng(seed).random(table.shape[1])
    fewest = len(next(_covers(table)))
    for proof in (bound_of(serves, prices), number_bound(serves, best=fewest, deadline=NEVER)):
        assert proof.least <= fewest
        for plan in _covers(table):
            opened = np.isin(np.arange(table.shape[0]), plan)
            assert (proof.with_site[opened] <= len(plan) + 1e-9).all()
            assert (proof.without_site[~opened] <= len(plan) + 1e-9).all()


def test_the_prices_reach_the_relaxed_bound_of_an_odd_ring():
    ring = (np.eye(7) + np.roll(np.eye(7), 1, axis=1)).astype(float)
    proof = number_bound(csr_array(ring), best=4.0, deadline=NEVER)
    assert 3.4 < proof.value <= 3.5 + 1e-9
    assert proof.least == 4.0


@pytest.mark.parametrize("seed", range(30))
def test_the_search_returns_covers_and_finds_the_smallest(seed):
    table = _random_cover(seed, blocks=3)
    serves = csr_array(table * 1.0)
    every = np.arange(table.shape[0], dtype=np.int32)
    found = improved_cover(serves, every, enough=0.0, steps=300, deadline=NEVER)
    assert table[found].any(axis=0).all()
    assert found.tolist() == sorted(set(found.tolist()))
    assert found.size == len(next(_covers(table)))


def test_the_search_beats_the_greedy_cover_and_is_the_same_again():
    table = np.random.default_rng(4).random((60, 200)) < 0.08
    table[0] |= ~table.any(axis=0)
    greedy = greedy_cover(_row_cover(table))
    serves = csr_array(table * 1.0)
    runs = [
        improved_cover(serves, greedy, enough=0.0, steps=2000, deadline=NEVER) for _ in range(2)
    ]
    assert runs[0].size < greedy.size
    assert runs[0].tolist() == runs[1].tolist()
    late = improved_cover(serves, greedy, enough=0.0, steps=2000, deadline=0.0)
    assert table[late].any(axis=0).all()


@pytest.mark.parametrize("seed", range(30))
def test_the_parts_share_nothing_and_make_up_the_whole(seed):
    table = _random_cover(seed, blocks=3)
    pairs = [(0, table.shape[0] - 1)] if seed % 2 else []
    whole = _row_cover(table, conflicts=pairs)
    parts = cover_parts(whole)
    assert sum(part.serves.shape[1] for part in parts) == table.shape[1]
    assert sum(part.serves.nnz for part in parts) == table.sum()
    assert sum(part.opening.conflicts.shape[0] for part in parts) == len(pairs)
    free = np.concatenate([part.opening.free for part in parts])
    assert np.unique(free).size == free.size
    assert len(parts) >= (1 if pairs else 2)


@pytest.mark.parametrize("seed", range(40))
def test_the_fewest_cover_of_parts_is_the_first_of_all(seed):
    table = _random_cover(seed, blocks=3)
    fewest = fewest_cover(_row_cover(table), room=None, deadline=time.monotonic() + 60)
    assert tuple(fewest.sites.tolist()) == next(_covers(table))
    assert (fewest.least, fewest.canonical) == (fewest.sites.size, True)


@pytest.mark.parametrize("seed", range(20))
def test_without_time_the_fewest_cover_is_a_cover_with_a_valid_bound(seed, monkeypatch):
    monkeypatch.delattr("geoplan.solvers.binary.QuietHighs")
    table = _random_cover(seed, blocks=3)
    fewest = fewest_cover(_row_cover(table), room=None, deadline=0.0)
    assert table[fewest.sites].any(axis=0).all()
    assert 0 < fewest.least <= len(next(_covers(table))) <= fewest.sites.size


@pytest.mark.parametrize("seed", range(20))
def test_quick_and_relaxed_numbers_enclose_the_fewest(seed):
    table = _random_cover(seed, blocks=3)
    fewest, cover = len(next(_covers(table))), _row_cover(table)
    quick = quick_cover(cover, deadline=NEVER)
    assert table[quick.sites].any(axis=0).all()
    assert 0 < quick.least <= fewest <= quick.sites.size
    least = relaxed_least(cover, most=table.shape[0], deadline=time.monotonic() + 60)
    assert 0 < least <= fewest


def test_a_row_without_candidates_has_no_relaxed_cover():
    table = np.array([[True, False], [True, False]])
    cover = _row_cover(table)
    assert relaxed_least(cover, most=2, deadline=time.monotonic() + 60) == np.inf
    assert quick_cover(cover, deadline=NEVER).sites is None
