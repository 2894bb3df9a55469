"""Tables fit for the public: small counts masked, and whatever would give them away.

What hangs together, and how each link is cut (``stages.disclosure`` holds inside each table):

- ``people`` of a unit and group is the same in every table. It is masked first, on its own, and
  where it is masked every count of that unit and group is.
- ``covered`` and ``people − covered`` are the parts of coverage. Choices split the covered into
  one, two and more; certainty splits the covered into certain and likely, and the others into the
  rest. Where coverage is masked so are its splits; a split is masked alone where only it is small,
  for its own columns then move against each other and their sum stays as printed.
- Over the three services of the bundle, covered = one + 2 two + 3 three: a person who loses one
  service steps down by one, so where coverage of one of the three is masked the bundle is. A bundle
  masked alone moves by one person up and one down (none, one, two: +1, −2, +1), all three
  coverages as printed.
- Walking times tell what is covered (a longest walk of 12 minutes: everybody within 15), so they
  are masked where coverage of their service and walker is masked at any limit.
- A share is masked with its count.

Differences between groups and between limits (the people of 60 to 79, those between 5 and 10
minutes away) are no counts of any table and not protected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoplan.domain.kinds import BUNDLE
from geoplan.errors import SchemaError
from geoplan.model.arrays import Flags
from geoplan.model.places import Boundaries
from geoplan.stages.count_cube import NODE, CountCube, count_cube
from geoplan.stages.disclosure import SlicedCounts, masked_nodes, totals_to_mask
from geoplan.stages.public_gaps import hidden_by_gaps, public_gaps
from geoplan.stages.public_lists import (
    HiddenTotals,
    MainSlice,
    emptied_rows,
    public_facilities,
    public_recommendations,
)

SLICES: Mapping[str, tuple[str, ...]] = {
    "coverage": ("service", "profile", "minutes", "group"),
    "choices": ("service", "profile", "minutes", "group"),
    "certainty": ("service", "profile", "minutes", "group"),
    "bundles": ("profile", "minutes", "group"),
    "times": ("service", "profile", "group"),
}
"""Table of units → the columns that name its slices."""

_PEOPLE = [*NODE, "group"]
_LISTS = ("gaps", "facilities", "recommendations")
_BUNDLES = ("none", "one", "two", "three")
_STATISTICS = ("mean_min", "median_min", "p90_min", "max_min")
_SPLITS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "choices": {"covered": ("one", "two", "more"), "uncovered": ("none",)},
    "certainty": {"covered": ("certain", "likely"), "uncovered": ("only_if", "never")},
}
"""Table → part of coverage → the columns that it is split into."""


@dataclass(frozen=True, slots=True, eq=False)
class Publication:
    """Tables fit for the public."""

    tables: Mapping[str, pd.DataFrame]
    """The tables that were given, by name."""
    masked: Mapping[str, int]
    """Table → number of its cells that are empty because of small counts."""


@dataclass(frozen=True, slots=True, eq=False)
class _Register:
    """What is masked so far, and what it takes to mask more."""

    tables: Mapping[str, pd.DataFrame]
    parent_of: Mapping[str, str]
    people: pd.DataFrame
    """Nodes and groups whose people are masked."""
    coverage: pd.DataFrame
    """Nodes and slices whose coverage is masked, with ``uncovered``."""


def public_tables(
    tables: Mapping[str, pd.DataFrame], boundaries: Boundaries, main: MainSlice
) -> Publication:
    """Return the tables with every count of 1 to 4 masked, and enough others to keep it secret.

    Masked cells are empty; the counts of the tables become ``Int64``. A table that is not given is
    taken as never printed.

    Parameters
    ----------
    tables
        Any of ``coverage, choices, certainty, bundles, times, gaps, facilities, recommendations``
        in their usual columns. The tables of units share their units: one may lack the lowest
        levels, but not one between two others.

    Raises
    ------
    SchemaError
        A table is not known, a row occurs twice, tables disagree on people, or do not add up.
    """
    unknown = sorted(set(tables) - set(SLICES) - set(_LISTS))
    if unknown:
        raise SchemaError(f"table {unknown[0]!r} is not known: say how its counts are masked")
    register, published = _masked_coverage(tables, boundaries, main)
    choices = register.coverage[:0]
    if "choices" in tables:
        published["choices"], choices = _masked_split(register, "choices")
    if "certainty" in tables:
        published["certainty"], _ = _masked_split(register, "certainty")
    if "bundles" in tables:
        published["bundles"] = _masked_bundles(register)
    if "times" in tables:
        published["times"] = _masked_times(register)
    published |= _masked_lists(register, boundaries, main, choices)
    return Publication(
        tables={name: published[name] for name in tables},
        masked={name: _empty(published[name]) - _empty(tables[name]) for name in tables},
    )


def _masked_lists(
    register: _Register, boundaries: Boundaries, main: MainSlice, choices: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return the published tables that are lists, not tables of units."""
    tables, coverage = register.tables, register.coverage
    published = {}
    if "gaps" in tables:
        published["gaps"] = public_gaps(tables["gaps"], boundaries, coverage, main)
    hidden = HiddenTotals.of(boundaries, main, coverage, choices)
    if "facilities" in tables:
        published["facilities"] = public_facilities(tables["facilities"], hidden)
    if "recommendations" in tables:
        published["recommendations"] = public_recommendations(tables["recommendations"], hidden)
    return published


def hidden_people(
    tables: Sequence[pd.DataFrame], parent_of: Mapping[str, str], also: pd.DataFrame
) -> pd.DataFrame:
    """Return the nodes and groups whose people are masked in every table: level, code, name, group.

    Parameters
    ----------
    also
        Further ones to mask from the start.

    Raises
    ------
    SchemaError
        Two tables disagree on the people of a unit.
    """
    if not tables:
        return also
    rows = pd.concat([table[[*_PEOPLE, "people"]] for table in tables]).drop_duplicates()
    cube = count_cube(rows, parent_of, by=["group"], parts=rows[["people"]].to_numpy(np.int64))
    one = np.ones(cube.parts.shape[:2], dtype=np.int64)
    counts = SlicedCounts(cube.parts, one, nested=cube.nested())
    return cube.hidden(masked_nodes(cube.tree, counts, also=cube.spread(also)))


def hidden_parts(
    cube: CountCube, *, also: Sequence[pd.DataFrame], loose: pd.DataFrame, ties: int = 1
) -> tuple[Flags, SlicedCounts]:
    """Return the masked nodes of a table, (nodes, slices), and the counts that decided it.

    Slices of one group are comparable.

    Parameters
    ----------
    also
        Cells masked in other tables, which count in every slice that shares their columns.
    loose
        Those whose total is masked.
    ties
        How many printed numbers tie the parts of a node together.
    """
    total = cube.spread(loose)
    started = total.copy()
    for cells in also:
        started |= cube.spread(cells)
    needed = np.where(total, 1, np.where(started, 2, ties + 1))
    group = cube.slices.groupby("group", sort=True).ngroup().to_numpy().astype(np.int64)
    counts = SlicedCounts(cube.parts, needed, group, cube.nested())
    return masked_nodes(cube.tree, counts, also=started), counts


def _masked_coverage(
    tables: Mapping[str, pd.DataFrame], boundaries: Boundaries, main: MainSlice
) -> tuple[_Register, dict[str, pd.DataFrame]]:
    """Return what people and coverage hide, and the published coverage when there is any."""
    parent_of = dict(zip(boundaries.code.tolist(), boundaries.parent.tolist(), strict=True))
    counted = [tables[name] for name in SLICES if name in tables]
    people = hidden_people(counted, parent_of, pd.DataFrame(columns=_PEOPLE, dtype=object))
    nothing = pd.DataFrame(columns=[*NODE, *SLICES["coverage"], "uncovered"], dtype=object)
    if "coverage" not in tables:
        return _Register(tables, parent_of, people, nothing), {}
    table, lone = tables["coverage"], nothing
    parts = np.column_stack([table["covered"], table["people"] - table["covered"]])
    cube = count_cube(table, parent_of, by=SLICES["coverage"], parts=parts.astype(np.int64))
    if "gaps" in tables:
        groups = sorted(set(table["group"].astype(str)))
        lone = hidden_by_gaps(tables["gaps"], boundaries, main, groups)
    while True:
        masked, counts = hidden_parts(cube, also=[lone], loose=people)
        more = cube.hidden(totals_to_mask(cube.tree, counts, masked))[_PEOPLE].drop_duplicates()
        known = len(people)
        people = hidden_people(counted, parent_of, pd.concat([people, more]))
        if len(people) == known:
            break
    cells = cube.hidden(masked).assign(uncovered=cube.parts[masked][:, 1])
    rows = cube.of_rows(masked)
    shown = {"people": cube.of_rows(cube.spread(people)), "covered": rows, "share": rows}
    published = {"coverage": emptied_rows(table, shown)}
    return _Register(tables, parent_of, people, cells), published


def _masked_split(register: _Register, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a published table that splits coverage, and where its split of the covered is masked.

    Slices that coverage does not have, or splits otherwise, are masked by all their parts at once.
    """
    table = register.tables[name].reset_index(drop=True)
    matched, splits = _splits_coverage(register, name, table), tuple(_SPLITS[name].values())
    whole = tuple(column for columns in splits for column in columns)
    shown, cells = [table[:0]], [register.coverage[:0]]
    for piece, blocks, loose in (
        (table[matched], splits, register.coverage),
        (table[~matched], (whole,), register.people),
    ):
        masked = [
            _masked_block(register, name, piece, (block, loose)) for block in blocks if len(piece)
        ]
        cells += [hidden for _, hidden in masked[:1]]
        columns = {column: rows for found, _ in masked for column, rows in found.items()}
        shown.append(emptied_rows(piece, columns))
    return pd.concat(shown).sort_index(), pd.concat(cells, ignore_index=True)


def _masked_block(
    register: _Register,
    name: str,
    piece: pd.DataFrame,
    about: tuple[tuple[str, ...], pd.DataFrame],
) -> tuple[dict[str, Flags], pd.DataFrame]:
    """Return the masked rows of columns that sum to one total, and the masked cells.

    A single column is that total itself, and masked where it is.

    Parameters
    ----------
    about
        The columns, and where their total is masked.
    """
    block, loose = about
    cube = _cube(register, name, piece, piece[list(block)])
    masked = cube.spread(register.coverage)
    if len(block) > 1:
        masked, _ = hidden_parts(cube, also=[register.coverage], loose=loose)
    people = cube.of_rows(cube.spread(register.people))
    return dict.fromkeys(block, cube.of_rows(masked)) | {"people": people}, cube.hidden(masked)


def _splits_coverage(register: _Register, name: str, table: pd.DataFrame) -> Flags:
    """Return the rows whose slice splits the coverage of every row as ``_SPLITS`` says."""
    if "coverage" not in register.tables:
        return np.zeros(len(table), dtype=np.bool_)
    key = [*NODE, *SLICES[name]]
    known = register.tables["coverage"][[*key, "people", "covered"]]
    sums = table[key].merge(known, on=key, how="left")
    covered = table[list(_SPLITS[name]["covered"])].sum(axis=1).to_numpy()
    agree = sums["covered"].to_numpy() == covered
    slices = table.groupby(list(SLICES[name]), sort=True).ngroup().to_numpy()
    wrong = np.bincount(slices, weights=~agree, minlength=1) > 0
    flags: Flags = ~wrong[slices] if len(table) else agree
    return flags


def _masked_bundles(register: _Register) -> pd.DataFrame:
    """Return the published bundles."""
    table, coverage = register.tables["bundles"], register.coverage
    tied = "coverage" in register.tables and set(BUNDLE) <= set(
        register.tables["coverage"]["service"]
    )
    cube = _cube(register, "bundles", table, table[list(_BUNDLES)])
    of_three = coverage[coverage["service"].isin(BUNDLE)]
    masked, _ = hidden_parts(cube, also=[of_three], loose=register.people, ties=2 if tied else 1)
    people = cube.of_rows(cube.spread(register.people))
    return emptied_rows(table, {"people": people} | dict.fromkeys(_BUNDLES, cube.of_rows(masked)))


def _masked_times(register: _Register) -> pd.DataFrame:
    """Return the published walking times."""
    table = register.tables["times"]
    has_way = (table["people"] - table["no_way"]).rename("has_way")
    cube = _cube(register, "times", table, pd.concat([table["no_way"], has_way], axis=1))
    masked, _ = hidden_parts(cube, also=[register.coverage], loose=register.people)
    columns = dict.fromkeys(("no_way", *_STATISTICS), cube.of_rows(masked))
    return emptied_rows(table, {"people": cube.of_rows(cube.spread(register.people))} | columns)


def _cube(register: _Register, name: str, table: pd.DataFrame, parts: pd.DataFrame) -> CountCube:
    counts = parts.to_numpy(dtype=np.int64)
    return count_cube(table, register.parent_of, by=SLICES[name], parts=counts)


def _empty(table: pd.DataFrame) -> int:
    return int(table.isna().to_numpy().sum())
