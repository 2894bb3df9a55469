"""Which changes a record of units holds, and which of its rows two editions should show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from geoplan.model.edition_changes import EditionChange, UnitEntry
from geoplan.model.lineage import RecordedChange

_ATTRIBUTES = frozenset({"rename", "conversion", "recode", "transfer"})
"""One document often changes several of these, and one row tells of all."""
_UNTOLD = frozenset({"redraw", "moved_seat"})
"""Kinds that polygons alone do not prove, or that nobody need decide."""


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """What is known of the time between two editions."""

    former: frozenset[str]
    """Codes of the earlier edition."""
    current: frozenset[str]
    """Codes of the later edition."""
    changes: Sequence[EditionChange]


def unrecorded_changes(rows: Sequence[RecordedChange], between: Between) -> Iterator[EditionChange]:
    """Yield the changes that no row records.

    A change is recorded by a row of its own, by a chain of rows through units of neither edition
    that mentions all of its codes, and a part of an area by a recorded transfer of a unit between
    the same parents.
    """
    chains = _chains(rows, between)
    told = [change for change in between.changes if change.kind not in _UNTOLD]
    recorded = [
        change
        for change in told
        if any(records(row, change) for row in rows)
        or any(_codes(change.before) | _codes(change.after) <= chain for chain in chains)
    ]
    transfers = {
        (change.before[0].parent, change.after[0].parent)
        for change in recorded
        if change.kind == "transfer"
    }
    for change in told:
        by_transfer = change.kind == "part" and _parties(change) in transfers
        if change not in recorded and not by_transfer:
            yield change


def between_editions(rows: Sequence[RecordedChange], between: Between) -> Iterator[RecordedChange]:
    """Yield the rows that surely fall between the editions, so that the polygons must show them.

    Codes tell it: units of the earlier edition became others that it did not have, or were
    abolished. Else the date does: not before the first row that is sure. A row with codes of
    neither edition is left out.
    """
    sure = [
        row
        for row in rows
        if _told_by_codes(row, between) or any(records(row, one) for one in between.changes)
    ]
    since = min((row.date for row in sure if row.date), default="")
    for row in rows:
        known = set(row.before) <= between.former and set(row.after) <= between.current
        dated = bool(since) and row.date >= since
        told = row.kind and row.kind not in _UNTOLD and known
        if told and (row in sure or dated):
            yield row


def shown_by(row: RecordedChange, changes: Iterable[EditionChange]) -> bool:
    """Return whether one of the changes is what a row says."""
    return any(records(row, change) for change in changes)


def records(row: RecordedChange, change: EditionChange) -> bool:
    """Return whether a row is about a change.

    A unit that lives on may be left out on either side of a split or merger; a new unit may be
    recorded as the result of a split, an abolished one as part of a merger.
    """
    before, after = _codes(change.before), _codes(change.after)
    olds, news = frozenset(row.before), frozenset(row.after)
    if change.kind in _ATTRIBUTES:
        return row.kind in _ATTRIBUTES and olds == before and news == after
    ways = {
        ("new", "new"): news == after,
        ("new", "split"): after <= news,
        ("abolished", "abolished"): olds == before,
        ("abolished", "merge"): before <= olds,
        ("split", "split"): olds == before and after - before <= news <= after,
        ("merge", "merge"): news == after and before - after <= olds <= before,
        ("part", "part"): before <= olds and after <= news and olds | news <= before | after,
    }
    return ways.get((change.kind, row.kind), False)


def _told_by_codes(row: RecordedChange, between: Between) -> bool:
    """Return whether the codes alone put a row between the editions."""
    olds, news = set(row.before), set(row.after)
    if row.kind == "abolished":
        return bool(olds) and olds <= between.former
    if row.kind == "new":
        return bool(news) and not news & between.former
    made = news - olds
    ended = olds - news
    return olds <= between.former and (
        (bool(made) and not made & between.former) or (bool(ended) and not ended & between.current)
    )


def _codes(units: Iterable[UnitEntry]) -> frozenset[str]:
    return frozenset(unit.code for unit in units)


def _parties(change: EditionChange) -> tuple[str, str]:
    """Return the codes of the unit that gave a part and of the one that got it."""
    return (
        change.before[0].code if change.before else "",
        change.after[0].code if change.after else "",
    )


def _chains(rows: Sequence[RecordedChange], between: Between) -> list[frozenset[str]]:
    """Return the codes of two or more rows that hang together by units of neither edition."""
    known = between.former | between.current
    chains: list[tuple[frozenset[str], int]] = []
    for row in rows:
        if not (passing := row.codes - known):
            continue
        touching = [chain for chain in chains if chain[0] & passing]
        chains = [chain for chain in chains if not chain[0] & passing]
        joined = row.codes.union(*(codes for codes, _ in touching))
        chains.append((joined, 1 + sum(length for _, length in touching)))
    return [codes for codes, length in chains if length > 1]
