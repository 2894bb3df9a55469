"""A reader with every printed number, every relation and a computer finds no masked count.

The reader writes one equation for each relation among the numbers that geoplan prints (sums over
the units of a split, parts of a total, bundles against coverage, gaps against the uncovered …), and
solves the system exactly: which unknowns have only one possible value?
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geoplan.stages.publication import public_tables
from tests.public_districts import (
    GROUPS,
    MAIN,
    MINUTES,
    SERVICES,
    all_tables,
    node_homes,
    random_district,
    splits,
    unit_tables,
)

DISTRICTS = range(100)
PRIME = 2**31 - 1
NODE = ["level", "code", "name"]
SLICE = {
    "coverage": ["service", "profile", "minutes", "group"],
    "choices": ["service", "profile", "minutes", "group"],
    "certainty": ["service", "profile", "minutes", "group"],
    "bundles": ["profile", "minutes", "group"],
    "times": ["service", "profile", "group"],
}
PARTS = {
    "coverage": ["covered", "uncovered"],
    "choices": ["none", "one", "two", "more"],
    "certainty": ["certain", "likely", "only_if", "never"],
    "bundles": ["none", "one", "two", "three"],
    "times": ["no_way", "has_way"],
}
COUNTS = {
    "coverage": ["people", "covered"],
    "choices": ["people", *PARTS["choices"]],
    "certainty": ["people", *PARTS["certainty"]],
    "bundles": ["people", *PARTS["bundles"]],
    "times": ["people", "no_way"],
    "gaps": ["people_all", "people_80", "near_miss_people"],
    "facilities": ["people_10", "people_15", "marginal_15", "nearest_people"],
    "recommendations": ["gain_all", "gain_80", "margin"],
}


class System:
    """Unknown counts, what is printed of them, and the equations between them."""

    def __init__(self):
        self.true, self.printed, self.equations = {}, {}, []

    def count(self, key, true, printed=None):
        """Add a count with its true value and, unless it is masked, the printed one."""
        self.true[key] = int(true)
        if printed is not None and not pd.isna(printed):
            assert int(printed) == int(true), key
            self.printed[key] = int(printed)

    def equation(self, *terms, total=0):
        """Add Σ factor · count = total; terms are (factor, key)."""
        if all(key in self.true for _, key in terms):
            assert sum(factor * self.true[key] for factor, key in terms) == total, terms
            self.equations.append((terms, total))


def system_of(district, tables, published):
    """Return all that the reader knows."""
    system = System()
    rests, families = splits(district)
    true = unit_tables(district, node_homes(district) | rests)
    for name, table in true.items():
        _unit_counts(system, name, table, published[name])
    _sums(system, families)
    _parts(system)
    _gaps(system, district, tables["gaps"], published["gaps"])
    _facilities(system, tables["facilities"], published["facilities"])
    _sites(system, tables["recommendations"], published["recommendations"])
    return system


def _unit_counts(system, name, true, shown):
    by, parts = SLICE[name], PARTS[name]
    complement = {"coverage": ("uncovered", "covered"), "times": ("has_way", "no_way")}.get(name)
    if complement:
        true = true.assign(**{complement[0]: true["people"] - true[complement[1]]})
    printed = shown.set_index(NODE + by)
    for row in true.to_dict("records"):
        node, piece = tuple(row[c] for c in NODE), tuple(row[c] for c in by)
        public = printed.loc[(*node, *piece)] if (*node, *piece) in printed.index else {}
        system.count(("people", node, row["group"]), row["people"], public.get("people"))
        for part in parts:
            system.count((name, node, piece, part), row[part], public.get(part))


def _sums(system, families):
    kinds = {(key[0], *key[2:]) for key in system.true}
    for parent, children in families:
        for kind, *rest in kinds:
            keys = [(kind, child, *rest) for child in children]
            system.equation((-1, (kind, parent, *rest)), *((1, key) for key in keys))


def _parts(system):
    for name, node, piece, part in [key for key in system.true if len(key) == 4]:
        if part != PARTS[name][0]:
            continue
        people, group = ("people", node, piece[-1]), piece[-1]
        system.equation((-1, people), *((1, (name, node, piece, one)) for one in PARTS[name]))
        covered = ("coverage", node, piece, "covered")
        if name == "choices":
            terms = [(1, (name, node, piece, one)) for one in ("one", "two", "more")]
            system.equation((-1, covered), *terms)
        if name == "certainty":
            terms = [(1, (name, node, piece, one)) for one in ("certain", "likely")]
            system.equation((-1, covered), *terms)
        if name == "bundles":
            profile, limit, _ = piece
            three = [
                (-1, ("coverage", node, (one, profile, limit, group), "covered"))
                for one in SERVICES
            ]
            terms = [(f, (name, node, piece, one)) for f, one in ((1, "one"), (2, "two"))]
            system.equation(*three, *terms, (3, (name, node, piece, "three")))


def _gaps(system, district, gaps, shown):
    nodes = node_homes(district) | splits(district)[0]
    owner = {}
    for node, inside in nodes.items():
        for home in inside if node[0] in {"community", "subdistrict", "district", "rest"} else ():
            if home not in owner or len(inside) <= len(nodes[owner[home]]):
                owner[home] = node
    for group in GROUPS:
        column, sums = f"people_{group.rstrip('+')}", {}
        for row, public in zip(gaps.to_dict("records"), shown.to_dict("records"), strict=True):
            key = ("gap", row["id"], group)
            system.count(key, row[column], public[column])
            if row["class"] != "D":
                sums.setdefault((owner[row["homes"][0]], row["class"] == "B"), []).append((1, key))
        for (node, other), terms in sums.items():
            cells = {
                profile: ("coverage", node, (MAIN.service, profile, 15, group), "uncovered")
                for profile in ("elder60", "elder80")
            }
            if not other:
                system.equation((-1, cells["elder60"]), *terms)
            elif group == "80+":
                system.equation((-1, cells["elder80"]), (1, cells["elder60"]), *terms)


def _facilities(system, facilities, shown):
    columns = ["people_10", "people_15", "marginal_15", "nearest_people"]
    root = ("district", "d", "区")
    for row, public in zip(facilities.to_dict("records"), shown.to_dict("records"), strict=True):
        for column in columns:
            system.count(("facility", row["id"], column), row[column], public[column])
    for service in SERVICES:
        mine = facilities["id"][facilities["services"] == service].tolist()
        one = ("choices", root, (service, "elder60", 15, "all"), "one")
        system.equation((-1, one), *((1, ("facility", key, "marginal_15")) for key in mine))
        for limit in MINUTES:
            covered = ("coverage", root, (service, "elder60", limit, "all"), "covered")
            if len(mine) == 1:
                system.equation((-1, covered), (1, ("facility", mine[0], f"people_{limit}")))
    covered = ("coverage", root, (MAIN.service, "elder60", 15, MAIN.group), "covered")
    near = [(1, ("facility", key, "nearest_people")) for key in facilities["id"]]
    system.equation((-1, covered), *near)


def _sites(system, sites, shown):
    root = ("district", "d", "区")
    covered = ("coverage", root, (MAIN.service, "elder60", 15, "80+"), "covered")
    people, terms = system.true["people", root, "80+"], [(1, covered)]
    for row, public in zip(sites.to_dict("records"), shown.to_dict("records"), strict=True):
        for group in GROUPS:
            column = f"gain_{group.rstrip('+')}"
            system.count(("gain", row["rank"], group), row[column], public[column])
        terms.append((1, ("gain", row["rank"], "80+")))
        if ("people", root, "80+") in system.printed and not pd.isna(public["cumulative_share"]):
            system.equation(*terms, total=round(public["cumulative_share"] * people))


def determined(system, known=()):
    """Return the counts that are not printed and yet have only one possible value, exactly.

    Elimination modulo a large prime: an unknown is determined when it is a pivot whose row has no
    other unknown.
    """
    printed = system.printed | {key: system.true[key] for key in known}
    unknown = {key: number for number, key in enumerate(k for k in system.true if k not in printed)}
    entries = [
        (row, unknown[key], factor)
        for row, (terms, _) in enumerate(system.equations)
        for factor, key in terms
        if key in unknown
    ]
    if not entries:
        return set()
    row, column, factor = np.array(entries).T
    shape = (len(system.equations), len(unknown))
    matrix = coo_array((factor, (row, column)), shape=shape).tocsr()
    links = coo_array((np.ones(len(row)), (row, shape[0] + column)), shape=(sum(shape),) * 2)
    label = connected_components(links, directed=False)[1]
    names, found = list(unknown), set()
    for one in np.unique(label[shape[0] + column]).tolist():
        rows = np.flatnonzero(label[: shape[0]] == one)
        columns = np.flatnonzero(label[shape[0] :] == one)
        block = matrix[rows][:, columns].toarray().astype(np.int64)
        found |= {names[columns[pivot]] for pivot in _pinned(block)}
    return found


def _pinned(matrix):
    """Return the columns that have one possible value in matrix · x = b (Gauss–Jordan)."""
    matrix, done, pivots = matrix % PRIME, 0, []
    for column in np.argsort((matrix != 0).sum(axis=0), kind="stable").tolist():
        rows = np.flatnonzero(matrix[done:, column]) + done
        if not rows.size:
            continue
        sparsest = rows[(matrix[rows] != 0).sum(axis=1).argmin()]
        matrix[[done, sparsest]] = matrix[[sparsest, done]]
        matrix[done] = matrix[done] * pow(int(matrix[done, column]), -1, PRIME) % PRIME
        others = np.flatnonzero(matrix[:, column])
        others = others[others != done]
        factors = matrix[others, column][:, None]
        matrix[others] = (matrix[others] - factors * matrix[done] % PRIME) % PRIME
        pivots.append(column)
        done += 1
    alone = np.flatnonzero((matrix[:done] != 0).sum(axis=1) == 1)
    return [pivots[row] for row in alone.tolist()]


def is_small(system, key):
    return 1 <= system.true[key] <= 4


def cells(system):
    """Return the counts that stand in a table of a run."""
    derived = {"uncovered", "has_way"}
    return {
        key
        for key in system.true
        if not (len(key) > 1 and isinstance(key[1], tuple) and key[1][0] == "rest")
        and key[-1] not in derived
    }


def intervals(system, keys):
    """Return the least and most that each count can be, by linear programming.

    Beside all equations the reader knows that no count is negative, that a longer limit and
    a quicker walker never cover fewer, and that a group is part of all.
    """
    number = {key: column for column, key in enumerate(system.true)}
    fixed = [(system.printed.get(key, 0), system.printed.get(key, None)) for key in number]
    equal = _sparse([terms for terms, _ in system.equations], number)
    order = _sparse([((1, low), (-1, high)) for low, high in _ordered(system)], number)
    total = [total for _, total in system.equations]
    found = {}
    for key in keys:
        ends = []
        for sign in (1, -1):
            cost = np.zeros(len(number))
            cost[number[key]] = sign
            done = linprog(cost, order, np.zeros(order.shape[0]), equal, total, fixed)
            assert done.status in {0, 3}, done.message
            ends.append(sign * done.fun if done.status == 0 else np.inf)
        found[key] = tuple(ends)
    return found


def _ordered(system):
    """Yield pairs of counts of which the first is never above the second."""
    for key in system.true:
        for less, more in ((10, 15), ("elder80", "elder60"), ("80+", "all")):
            if key[0] == "coverage" and less in key[2]:
                above = tuple(more if field == less else field for field in key[2])
                pair = (key, (*key[:2], above, key[3]))
                if less == "80+" or key[3] == "covered":
                    yield pair
                else:
                    yield pair[::-1]
        if key[0] == "people" and key[2] == "80+":
            yield key, (*key[:2], "all")


def _sparse(rows, number):
    entries = [(row, number[key], f) for row, terms in enumerate(rows) for f, key in terms]
    row, column, factor = np.array(entries).T
    return coo_array((factor, (row, column)), shape=(len(rows), len(number))).tocsr()


def primary_only(tables):
    """Return the tables with their small counts masked, and nothing else."""
    published = {}
    for name, table in tables.items():
        shown = table.copy()
        for column in COUNTS[name]:
            shown[column] = table[column].where(~table[column].between(1, 4))
        published[name] = shown
    few = tables["coverage"]["people"] - tables["coverage"]["covered"]
    coverage = published["coverage"]
    coverage["covered"] = coverage["covered"].where(~few.between(1, 4))
    return published


@pytest.mark.slow
@pytest.mark.parametrize("seed", DISTRICTS)
def test_no_masked_count_is_determined(seed):
    """Nor any small count that no table prints: uncovered people, people outside of units."""
    district = random_district(seed)
    tables = all_tables(district)
    published = public_tables(tables, district.boundaries, MAIN).tables
    for name, columns in COUNTS.items():
        for column in columns:
            assert not published[name][column].between(1, 4).any(), (name, column)
    system = system_of(district, tables, published)
    found = determined(system)
    assert not found & cells(system)
    assert not [key for key in found if is_small(system, key)]


@pytest.mark.slow
def test_the_attack_breaks_tables_where_only_small_counts_are_masked():
    broken = 0
    for seed in range(25):
        district = random_district(seed)
        tables = all_tables(district)
        system = system_of(district, tables, primary_only(tables))
        broken += any(is_small(system, key) for key in determined(system) & cells(system))
    assert broken >= 20


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_masked_without_small_counts(seed):
    district = random_district(seed, multiple=10)
    tables = all_tables(district)
    done = public_tables(tables, district.boundaries, MAIN)
    assert done.masked == dict.fromkeys(tables, 0) | {"facilities": len(tables["facilities"])}
    for name, table in tables.items():
        shown = table.drop(columns="union_share_15") if name == "facilities" else table
        pd.testing.assert_frame_equal(
            done.tables[name][shown.columns], shown, check_dtype=False, obj=name
        )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_no_small_count_has_a_single_value_left(seed):
    """What equations leave open, inequalities do not close either."""
    district = random_district(seed)
    tables = all_tables(district)
    system = system_of(district, tables, public_tables(tables, district.boundaries, MAIN).tables)
    small = [key for key in system.true if key not in system.printed and is_small(system, key)]
    chosen = np.random.default_rng(seed).permutation(len(small))[:12]
    for key, (low, high) in intervals(system, [small[row] for row in chosen]).items():
        assert low <= system.true[key] + 1e-6
        assert high >= system.true[key] - 1e-6
        assert high - low >= 1 - 1e-6, key


def test_elimination_finds_what_is_determined():
    """x + y = 3, y + z = 5 leaves all open; x + y + z = 6 pins x, y and z; a lone w stays free."""
    assert _pinned(np.array([[1, 1, 0, 0], [0, 1, 1, 0]])) == []
    pinned = _pinned(np.array([[1, 1, 0, 0], [0, 1, 1, 0], [1, 1, 1, 0]]))
    assert sorted(pinned) == [0, 1, 2]
    assert sorted(_pinned(np.array([[2, 3, 1], [2, 3, 0]]))) == [2]
