"""Tables of counts by unit and slice as arrays on a tree, and the tree itself.

A *node* is a row of a table without its slice: level, code, name. A *slice* is one service,
profile, limit and group (whichever of them the table has). What the children in a table do not
account for is a node of its own, the *rest*: nobody prints it, but a reader can compute it.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoplan.errors import SchemaError
from geoplan.model.arrays import Flags, Ints
from geoplan.model.places import LEVELS
from geoplan.stages.disclosure import CountTree

NODE = ["level", "code", "name"]
"""Columns that name a node."""

_SPLITS = {"place": "places", "road": "roads"}
_UNITS = "units"


@dataclass(frozen=True, slots=True, eq=False)
class CountCube:
    """One table of counts on its tree."""

    nodes: pd.MultiIndex
    """(nodes,) level, code and name: the nodes of the table in order, then the rests."""
    tree: CountTree
    slices: pd.DataFrame
    """(slices,) slice columns, sorted."""
    parts: Ints
    """(nodes, slices, parts) whole people; 0 where the table has no such row."""
    present: Flags
    """(nodes, slices) True where the table has the row, or a rest completes such rows."""
    row_node: Ints
    """(rows,) node of each row of the table."""
    row_slice: Ints
    """(rows,) slice of each row of the table."""

    def of_rows(self, flags: Flags) -> Flags:
        """Return the (nodes, slices) flags at the rows of the table."""
        found: Flags = flags[self.row_node, self.row_slice]
        return found

    def spread(self, hidden: pd.DataFrame) -> Flags:
        """Return (nodes, slices) flags of nodes hidden in a slice that agrees in shared columns."""
        shared = [column for column in self.slices.columns if column in hidden.columns]
        keys = self.slices.groupby(shared, sort=True).ngroup().to_numpy() if shared else 0
        number = np.broadcast_to(np.asarray(keys, dtype=np.int64), len(self.slices))
        wanted = hidden[NODE + shared].drop_duplicates()
        numbers = self.slices[shared].assign(number=number).drop_duplicates()
        joined = wanted.merge(numbers, on=shared) if shared else wanted.assign(number=0)
        node = self.nodes.get_indexer(pd.MultiIndex.from_frame(joined[NODE]))
        flags = np.zeros((len(self.nodes), int(number.max(initial=0)) + 1), dtype=np.bool_)
        flags[node[node >= 0], joined["number"].to_numpy()[node >= 0]] = True
        return flags[:, number] & self.present

    def nested(self) -> Ints:
        """Return pairs of slices that differ in the group alone, the part before the whole.

        A group that is nowhere larger than another is taken as part of it.
        """
        rest = [column for column in self.slices.columns if column != "group"]
        place = self.slices.groupby(rest, sort=True).ngroup().to_numpy() if rest else 0
        place = np.broadcast_to(place, len(self.slices))
        groups = self.slices["group"].to_numpy()
        rows = {group: np.flatnonzero(groups == group) for group in np.unique(groups)}
        people, pairs = self.parts.sum(axis=2), [np.empty((0, 2), dtype=np.int64)]
        for part, whole in itertools.permutations(rows.values(), 2):
            _, one, other = np.intersect1d(
                place[part], place[whole], assume_unique=True, return_indices=True
            )
            if (people[:, part[one]] <= people[:, whole[other]]).all():
                pairs.append(np.column_stack([part[one], whole[other]]))
        return np.concatenate(pairs)

    def hidden(self, masked: Flags) -> pd.DataFrame:
        """Return the masked cells, one row each: the columns of node and slice."""
        node, piece = np.nonzero(masked)
        names = self.nodes.to_frame(index=False).iloc[node].reset_index(drop=True)
        return pd.concat([names, self.slices.iloc[piece].reset_index(drop=True)], axis=1)


def count_cube(
    table: pd.DataFrame, parent_of: Mapping[str, str], *, by: Sequence[str], parts: Ints
) -> CountCube:
    """Return the table as arrays on its tree.

    Parameters
    ----------
    table
        Rows with ``level``, ``code``, ``name`` and the slice columns, one row each.
    parent_of
        Code of a unit → code of the unit above.
    by
        Slice columns.
    parts
        (rows, parts) whole people of each row.

    Raises
    ------
    SchemaError
        A row occurs twice, or the children of a unit have more people than it.
    """
    keys = table[NODE].drop_duplicates()
    order = {level: rank for rank, level in enumerate((*LEVELS, *_SPLITS))}
    keys = keys.assign(rank=keys["level"].map(order)).sort_values(["rank", "code", "name"])
    if keys["rank"].isna().any():
        raise SchemaError(f"level {keys['level'][keys['rank'].isna()].iloc[0]!r} is not known")
    names, tree = _tree(pd.MultiIndex.from_frame(keys[NODE]), parent_of)
    slices = table[list(by)].drop_duplicates().sort_values(list(by), ignore_index=True)
    node = names.get_indexer(pd.MultiIndex.from_frame(table[NODE])).astype(np.int64)
    piece = _position(slices, table[list(by)])
    _refuse_repeated(table, node * len(slices) + piece)
    cube = np.zeros((len(names), len(slices), parts.shape[1]), dtype=np.int64)
    cube[node, piece] = parts
    present = np.zeros(cube.shape[:2], dtype=np.bool_)
    present[node, piece] = True
    _fill_rests(cube, present, tree, names)
    return CountCube(names, tree, slices, cube, present, node, piece)


def rest_of_units(level: str) -> str:
    """Return the level of the rest of a unit: its people who are in no smaller unit."""
    return _rest(_UNITS, level)


def _rest(kind: str, level: str) -> str:
    return f"rest of {kind} of {level}"


def _position(slices: pd.DataFrame, rows: pd.DataFrame) -> Ints:
    """Return the number of the slice of each row."""
    by = list(slices.columns)
    if len(by) == 1:
        found = pd.Index(slices[by[0]]).get_indexer(pd.Index(rows[by[0]]))
    else:
        found = pd.MultiIndex.from_frame(slices).get_indexer(pd.MultiIndex.from_frame(rows))
    return np.asarray(found, dtype=np.int64)


def _refuse_repeated(table: pd.DataFrame, cells: Ints) -> None:
    order = np.argsort(cells, kind="stable")
    twice = order[1:][np.diff(cells[order]) == 0]
    if twice.size:
        row = table.iloc[int(twice[0])]
        raise SchemaError(f"{row['level']} {row['code']} {row['name']!r}: a row occurs twice")


def _tree(printed: pd.MultiIndex, parent_of: Mapping[str, str]) -> tuple[pd.MultiIndex, CountTree]:
    """Return the nodes with the rests behind them, and their tree.

    Places split the lowest units there are: those of people in no community, whose code is that of
    a subdistrict, split the rest of the subdistrict. Roads split subdistricts in the same way.
    """
    keys: list[tuple[str, str, str]] = list(printed)
    unit_row = {code: row for row, (level, code, _) in enumerate(keys) if level in LEVELS}
    splits = [_SPLITS.get(level, _UNITS) for level, _, _ in keys]
    starts = [parent_of.get(code, "") if level in LEVELS else code for level, code, _ in keys]
    parents = [_host(start, unit_row, parent_of) for start in starts]
    divided = {
        level: {parents[row] for row, key in enumerate(keys) if key[0] in below}
        for level, below in (("place", LEVELS), ("road", LEVELS[1:2]))
    }
    rest_row = _add_rests(keys, parents, splits, (_UNITS,))
    for row, (level, code, _) in enumerate(printed):
        parent = parents[row]
        if parent in divided.get(level, ()) and unit_row.get(code) == parent:
            parents[row] = rest_row[parent]
    _add_rests(keys, parents, splits, tuple(_SPLITS.values()))
    partition = np.unique(splits, return_inverse=True)[1].astype(np.int64)
    shown = np.arange(len(keys)) < len(printed)
    tree = CountTree(np.array(parents, dtype=np.int64), partition, shown)
    return pd.MultiIndex.from_tuples(keys, names=NODE), tree


def _host(code: str, unit_row: Mapping[str, int], parent_of: Mapping[str, str]) -> int:
    """Return the row of the unit, or of the next unit above that the table has, −1 for none."""
    for _ in LEVELS:
        if code in unit_row:
            return unit_row[code]
        code = parent_of.get(code, "")
    return -1


def _add_rests(
    keys: list[tuple[str, str, str]], parents: list[int], splits: list[str], kinds: Sequence[str]
) -> dict[int, int]:
    """Append the rest of every split of the given kinds to the lists; return it by parent."""
    families = sorted({(up, kind) for up, kind in zip(parents, splits, strict=True) if up >= 0})
    wanted = [(up, kind) for up, kind in families if kind in kinds]
    rest_row = {up: len(keys) + number for number, (up, _) in enumerate(wanted)}
    for up, kind in wanted:
        level, code, name = keys[up]
        keys.append((_rest(kind, level), code, name))
        parents.append(up)
        splits.append(kind)
    return rest_row


def _fill_rests(cube: Ints, present: Flags, tree: CountTree, names: pd.MultiIndex) -> None:
    """Give each rest what its brothers leave of their parent, in place."""
    for rest in np.flatnonzero(~tree.printed).tolist():
        parent = tree.parent[rest]
        family = (tree.parent == parent) & (tree.partition == tree.partition[rest])
        brothers = np.flatnonzero(family & tree.printed)
        present[rest] = present[parent] & present[brothers].any(axis=0)
        left = cube[parent] - cube[brothers].sum(axis=0)
        cube[rest] = np.where(present[rest][:, None], left, 0)
        if (cube[rest] < 0).any():
            level, code, name = names[parent]
            raise SchemaError(
                f"{level} {code} {name!r} has fewer people than its {names[brothers[0]][0]} rows "
                "together; a table to be published must add up"
            )
