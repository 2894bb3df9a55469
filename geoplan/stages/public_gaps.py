"""Gaps fit for the public: their people add up to the uncovered people of their community.

Gaps of classes A, C and H (or without a class) share the people beyond the limit of the main
walker. Gaps of another walker (class B) share those whom only that walker leaves out: the
difference of two printed numbers. Every other gap stands alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoplan.errors import SchemaError
from geoplan.model.arrays import Flags, Ints
from geoplan.model.places import LEVELS, Boundaries
from geoplan.model.schema import group_column
from geoplan.stages.count_cube import NODE, rest_of_units
from geoplan.stages.disclosure import SMALLEST, CountTree, SlicedCounts, masked_nodes
from geoplan.stages.public_lists import MainSlice, emptied_rows, small

_UNCOVERED = ("", "A", "C", "H")
"""Classes of gaps whose people the main walker leaves out."""

_OTHER_WALKER = "B"
"""Class of gaps whose people only the gap's own profile leaves out."""

Unit = tuple[str, str, str]
"""Level, code and name."""


@dataclass(frozen=True, slots=True, eq=False)
class _Owners:
    """The printed numbers that gaps add up to."""

    units: pd.DataFrame
    """``owner`` and the ``level, code, name, profile`` of coverage cells that tell its number."""
    count: int
    owner: Ints
    """(gaps,) number of the owner, −1 for a gap that stands alone."""
    others: Flags
    """(owners,) True for the people whom only another walker leaves out."""


def public_gaps(
    gaps: pd.DataFrame, boundaries: Boundaries, hidden: pd.DataFrame, main: MainSlice
) -> pd.DataFrame:
    """Return the gaps with their small counts masked, and what would give them away.

    A gap in whose place as many people are uncovered as it has is masked where the place is, unless
    it is the only gap of its community: it is likely to be the same people. ``near_miss_people`` is
    masked when small or where a count of its row is.

    Parameters
    ----------
    hidden
        Masked cells of coverage, with ``uncovered``.

    Raises
    ------
    SchemaError
        A gap names a unit that the boundaries do not have.
    """
    columns = [column for column in gaps.columns if column.startswith("people_")]
    if not columns or not len(gaps):
        return emptied_rows(gaps, dict.fromkeys(columns, np.zeros(len(gaps), dtype=np.bool_)))
    owners, units = _owners(gaps, boundaries, main)
    at_limit = hidden[(hidden["service"] == main.service) & (hidden["minutes"] == main.minutes)]
    at_limit = at_limit.assign(
        column=[group_column("people", group) for group in at_limit["group"].astype(str)]
    )
    secret = _secret_owners(owners, at_limit, columns)
    same = _same_people(gaps, units, at_limit[at_limit["profile"] == main.profile], columns)
    masked = _masked_gaps(gaps[columns].to_numpy(dtype=np.int64), owners, secret, same)
    flags = {column: masked[:, number] for number, column in enumerate(columns)}
    if "near_miss_people" in gaps.columns:
        flags["near_miss_people"] = small(gaps, "near_miss_people") | masked.any(axis=1)
    return emptied_rows(gaps, flags)


def hidden_by_gaps(
    gaps: pd.DataFrame, boundaries: Boundaries, main: MainSlice, groups: Sequence[str]
) -> pd.DataFrame:
    """Return cells of coverage to mask for gaps of another walker: less than 5 people in a unit.

    Their number is the difference of two printed ones, so the other walker's is masked. Columns are
    ``level, code, name, service, profile, minutes, group``.
    """
    cells = [pd.DataFrame(columns=[*NODE, "service", "profile", "minutes", "group"], dtype=object)]
    owners, _ = _owners(gaps, boundaries, main)
    inside = owners.owner >= 0
    for group in groups:
        people = gaps[group_column("people", group)].to_numpy(dtype=np.float64)
        sums = np.bincount(owners.owner[inside], weights=people[inside], minlength=owners.count)
        few = np.flatnonzero(owners.others & (sums > 0) & (sums < SMALLEST))
        units = owners.units[owners.units["owner"].isin(few)]
        units = units[units["profile"] != main.profile]
        cells.append(
            units[[*NODE, "profile"]].assign(
                service=main.service, minutes=main.minutes, group=group
            )
        )
    return pd.concat(cells, ignore_index=True)


def _owners(
    gaps: pd.DataFrame, boundaries: Boundaries, main: MainSlice
) -> tuple[_Owners, list[tuple[Unit, ...]]]:
    """Return what the gaps add up to, and the units that each gap lies in (several of one name)."""
    named = _named_units(boundaries)
    rows = gaps[["id", "class", "subdistrict", "community", "profile"]].fillna("").astype(str)
    number: dict[tuple[str, str, str], int] = {}
    cells: list[tuple[int, str, str, str, str]] = []
    owner, units = np.full(len(gaps), -1, dtype=np.int64), []
    for row, (gap, kind, subdistrict, community, profile) in enumerate(
        rows.itertuples(index=False, name=None)
    ):
        found = named.get((subdistrict, community))
        if found is None:
            raise SchemaError(
                f"gap {gap}: the boundaries have no unit {community or subdistrict!r}; "
                "publish gaps with the boundaries they were found in"
            )
        units.append(found)
        if kind not in (*_UNCOVERED, _OTHER_WALKER):
            continue
        walker = profile if kind == _OTHER_WALKER else ""
        key = (subdistrict, community, walker)
        if key not in number:
            number[key] = len(number)
            walkers = {main.profile, walker} - {""}
            cells += [(number[key], *unit, name) for unit in found for name in sorted(walkers)]
        owner[row] = number[key]
    frame = pd.DataFrame(cells, columns=["owner", *NODE, "profile"])
    others = np.array([walker != "" for *_, walker in number], dtype=np.bool_)
    return _Owners(frame, len(number), owner, others), units


def _named_units(boundaries: Boundaries) -> dict[tuple[str, str], tuple[Unit, ...]]:
    """Return subdistrict and community name → the lowest units of that name.

    People in no smaller unit are in the rest of theirs, where it has smaller ones.
    """
    name_of = dict(zip(boundaries.code.tolist(), boundaries.name.tolist(), strict=True))
    level_of = dict(zip(boundaries.code.tolist(), boundaries.level.tolist(), strict=True))
    divided = set(boundaries.parent.tolist())
    named: dict[tuple[str, str], tuple[Unit, ...]] = {}
    for code, name, level, parent in zip(
        boundaries.code.tolist(),
        boundaries.name.tolist(),
        boundaries.level.tolist(),
        boundaries.parent.tolist(),
        strict=True,
    ):
        above = name_of[parent] if level_of.get(parent) == LEVELS[1] else ""
        key = {LEVELS[0]: ("", ""), LEVELS[1]: (name, "")}.get(level, (above, name))
        unit = (rest_of_units(level) if code in divided else level, code, name)
        named[key] = (*named.get(key, ()), unit)
    return named


def _secret_owners(owners: _Owners, hidden: pd.DataFrame, columns: Sequence[str]) -> Flags:
    """Return whose number is masked, (owners, columns)."""
    secret = np.zeros((owners.count, len(columns)), dtype=np.bool_)
    found = owners.units.merge(hidden[[*NODE, "profile", "column"]], on=[*NODE, "profile"])
    found = found[found["column"].isin(columns)]
    number = np.array([columns.index(name) for name in found["column"]], dtype=np.int64)
    secret[found["owner"].to_numpy(dtype=np.int64), number] = True
    return secret


def _same_people(
    gaps: pd.DataFrame,
    units: Sequence[tuple[Unit, ...]],
    hidden: pd.DataFrame,
    columns: Sequence[str],
) -> Flags:
    """Return the gaps with as many people as are uncovered in their masked place."""
    places = hidden[hidden["level"] == "place"]
    key = zip(*(places[name] for name in ("code", "name", "column", "uncovered")), strict=True)
    secret = {(str(code), str(name), column, int(people)) for code, name, column, people in key}
    kinds, names = gaps["class"].fillna("").to_list(), gaps["place"].fillna("").to_list()
    flags = np.zeros((len(gaps), len(columns)), dtype=np.bool_)
    for number, column in enumerate(columns):
        for row, people in enumerate(gaps[column].astype(int).to_list()):
            flags[row, number] = kinds[row] in _UNCOVERED and any(
                (code, names[row], column, people) in secret for _, code, _ in units[row]
            )
    return flags


def _masked_gaps(people: Ints, owners: _Owners, secret: Flags, same: Flags) -> Flags:
    """Return which counts of which gaps are masked, (gaps, columns).

    Where a masked number is 0, all its gaps are: noughts would print it. Any other is taken as
    known when its gaps hide each other: that a whole community is out of reach is no secret.
    """
    sums = np.zeros(secret.shape, dtype=np.int64)
    inside = owners.owner >= 0
    np.add.at(sums, owners.owner[inside], people[inside])
    parents = np.full(owners.count, -1, dtype=np.int64)
    tree = CountTree(
        parent=np.concatenate([parents, owners.owner]),
        partition=np.zeros(owners.count + owners.owner.size, dtype=np.int64),
        printed=np.ones(owners.count + owners.owner.size, dtype=np.bool_),
    )
    several = np.zeros(secret.shape, dtype=np.int64)
    np.add.at(several, owners.owner[inside], people[inside] > 0)
    nought, hideable = (np.zeros(people.shape, dtype=np.bool_) for _ in range(2))
    hideable[inside] = (secret | (several > 1))[owners.owner[inside]]
    nought[inside] = (secret & (sums == 0))[owners.owner[inside]]
    parts = np.concatenate([sums, people])[:, :, None]
    counts = SlicedCounts(parts, needed=np.ones(parts.shape[:2], dtype=np.int64))
    heirs = masked_nodes(tree, counts, also=np.concatenate([secret, same & hideable]))
    heirs[: owners.count] = False
    masked = masked_nodes(tree, counts, also=heirs)
    np.logical_or(nought, masked[owners.count :], out=nought)
    return nought
