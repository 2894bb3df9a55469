"""Facilities and recommended sites fit for the public, and how a table loses its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from geoplan.model.arrays import Flags, Ints, Texts
from geoplan.model.places import Boundaries
from geoplan.model.schema import group_column
from geoplan.stages.disclosure import SMALLEST, CountTree, SlicedCounts, masked_nodes
from geoplan.stages.facility_reach import main_service


class MainSlice(NamedTuple):
    """What gaps, facilities and sites are about."""

    service: str
    profile: str
    minutes: int
    """The longest limit."""
    group: str
    """Group that facilities are loaded with and sites are chosen for."""


EVERYONE = "all"
"""Group of the people whom a facility reaches."""


@dataclass(frozen=True, slots=True, eq=False)
class HiddenTotals:
    """Masked totals of the whole area, to which lists of facilities and sites add up."""

    covered: frozenset[tuple[str, int, str]]
    """Service, limit and group where the covered people of the main walker are masked."""
    only_one: frozenset[str]
    """Services of which the people with a single choice are masked: main walker and limit."""
    main: MainSlice

    @classmethod
    def of(
        cls, boundaries: Boundaries, main: MainSlice, coverage: pd.DataFrame, choices: pd.DataFrame
    ) -> HiddenTotals:
        """Return the masked totals among the masked cells of coverage and choices."""
        top = str(boundaries.level[0]) if boundaries.level.size else ""
        covered, one = (
            {
                (str(service), int(minutes), str(group))
                for service, minutes, group in cells.loc[
                    (cells["level"] == top) & (cells["profile"] == main.profile),
                    ["service", "minutes", "group"],
                ].itertuples(index=False, name=None)
            }
            for cells in (coverage, choices)
        )
        return cls(
            covered=frozenset(covered),
            only_one=frozenset(
                service
                for service, minutes, group in one
                if (minutes, group) == (main.minutes, EVERYONE)
            ),
            main=main,
        )

    def main_covered(self) -> bool:
        """Return whether the covered people of the main slice are masked."""
        return (self.main.service, self.main.minutes, self.main.group) in self.covered


def emptied_rows(table: pd.DataFrame, rows: Mapping[str, Flags]) -> pd.DataFrame:
    """Return the table with some rows of some columns empty; whole numbers become ``Int64``."""
    shown = table.copy()
    for column, masked in rows.items():
        whole = pd.api.types.is_integer_dtype(table[column].dtype)
        series = table[column].astype("Int64") if whole else table[column]
        shown[column] = series.mask(masked)
    return shown


def small(table: pd.DataFrame, column: str) -> Flags:
    """Return where a column has a count of 1 to 4, or a number of people between 0 and 5."""
    values = table[column].to_numpy(dtype=np.float64, na_value=np.nan)
    flags: Flags = (values > 0) & (values < SMALLEST)
    return flags


def public_facilities(facilities: pd.DataFrame, totals: HiddenTotals) -> pd.DataFrame:
    """Return the facilities with their small counts masked, and what would give them away.

    ``marginal_<m>`` of the facilities of one service adds up to the people with one choice,
    ``nearest_people`` and ``assigned`` to covered people: each is a tree of one level under its
    printed total. ``people_<m>`` overlap and add up to nothing, but say what the whole area has of
    a service: masked for all its facilities where that is. ``union_share_<m>`` is a fraction of
    a person's worth for each, so it is left out whole; ``load`` and ``left`` go with their counts.
    """
    masked: dict[str, Flags] = {}
    for column in facilities.columns:
        stem, _, limit = column.rpartition("_")
        if stem == "union_share":
            masked[column] = np.ones(len(facilities), dtype=np.bool_)
        elif stem == "people" and limit.isdigit():
            told = _gives(facilities, totals, int(limit))
            masked[column] = small(facilities, column) | told
        elif stem == "marginal" and limit.isdigit():
            masked[column] = _masked_marginal(facilities, column, totals)
    everyone = np.zeros(len(facilities), dtype=np.int64)
    for column in ("nearest_people", "assigned"):
        if column in facilities.columns:
            counts = facilities[column].fillna(0).to_numpy(dtype=np.int64)
            masked[column] = masked_addends(counts, everyone, np.array([totals.main_covered()]))
    for column, source in (("load", "nearest_people"), ("left", "assigned")):
        if column in facilities.columns and source in masked:
            masked[column] = masked[source]
    return emptied_rows(facilities, masked)


def masked_addends(counts: Ints, owner: Ints, secret: Flags) -> Flags:
    """Return which counts are masked when the sum of those of each owner is printed.

    Where a masked sum is 0, all its counts are masked: noughts would print it.

    Parameters
    ----------
    owner
        (rows,) number of the sum that each count belongs to.
    secret
        (sums,) True where the sum is masked.
    """
    sums = np.bincount(owner, weights=counts, minlength=secret.size).astype(np.int64)
    count = secret.size + owner.size
    tree = CountTree(
        parent=np.concatenate([np.full(secret.size, -1), owner]),
        partition=np.zeros(count, dtype=np.int64),
        printed=np.ones(count, dtype=np.bool_),
    )
    parts = np.concatenate([sums, counts])[:, None, None]
    also = np.concatenate([secret, np.zeros(owner.size, dtype=np.bool_)])[:, None]
    loose = SlicedCounts(parts, needed=np.ones((count, 1), dtype=np.int64))
    nought: Flags = (secret & (sums == 0))[owner]
    np.logical_or(nought, masked_nodes(tree, loose, also=also)[secret.size :, 0], out=nought)
    return nought


def public_recommendations(sites: pd.DataFrame, totals: HiddenTotals) -> pd.DataFrame:
    """Return the sites with their small gains masked, and what would give them away.

    The differences of ``cumulative_share`` are the gains of the main group. So the gain of another
    site is masked with a small one, and the shares between the two: what is printed after them
    tells the sum of both. Where no site gains 5 or more, all shares from it on are masked instead.
    Where the covered people of the whole area are masked, so are all shares.
    ``margin`` is a weight of people, masked when under 5 and where a gain of its row is.
    """
    gains = [column for column in sites.columns if column.startswith("gain_")]
    masked = {column: small(sites, column) for column in gains}
    if "margin" in sites.columns:
        masked["margin"] = small(sites, "margin")
    shares = np.full(len(sites), totals.main_covered())
    for column in gains:
        partners, between = _partners(sites[column].to_numpy(dtype=np.int64), masked[column])
        if column == group_column("gain", totals.main.group):
            masked[column] |= partners
            shares |= between
    if "cumulative_share" in sites.columns:
        masked["cumulative_share"] = shares
    if "margin" in sites.columns:
        masked["margin"] |= np.logical_or.reduce([masked[column] for column in gains])
    return emptied_rows(sites, masked)


def _partners(gains: Ints, secret: Flags) -> tuple[Flags, Flags]:
    """Return whose gain is masked to keep the small ones secret, and which running sums.

    A loop over ranks: there are a handful of sites, and each looks at what those before masked.
    """
    masked, sums = secret.copy(), np.zeros(gains.size, dtype=np.bool_)
    for rank in np.flatnonzero(secret).tolist():
        others = np.flatnonzero(gains >= SMALLEST)
        if not others.size:
            sums[rank:] = True
            continue
        partner = int(others[np.lexsort([-others, np.abs(others - rank)])[0]])
        masked[partner] = True
        sums[min(rank, partner) : max(rank, partner)] = True
    return masked, sums


def _gives(facilities: pd.DataFrame, totals: HiddenTotals, limit: int) -> Flags:
    """Return the facilities that give a service whose covered people are masked at the limit."""
    secret = {
        service
        for service, minutes, group in totals.covered
        if (minutes, group) == (limit, EVERYONE)
    }
    given = [secret & set(str(text).split(";")) for text in facilities["services"]]
    return np.array([bool(services) for services in given], dtype=np.bool_)


def _masked_marginal(facilities: pd.DataFrame, column: str, totals: HiddenTotals) -> Flags:
    services: Texts = np.array([main_service(kind) for kind in facilities["kind"]], dtype=np.str_)
    names, owner = np.unique(services, return_inverse=True)
    secret = np.array([name in totals.only_one for name in names.tolist()], dtype=np.bool_)
    counts = facilities[column].fillna(0).to_numpy(dtype=np.int64)
    return masked_addends(counts, owner.reshape(-1).astype(np.int64), secret)
