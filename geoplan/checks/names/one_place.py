"""N10: one place has one standard name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from scipy.spatial import cKDTree

from geoplan.checks.names.entries import Entry, entries_in_use
from geoplan.checks.table import Check
from geoplan.domain.crs import GEOGRAPHIC, metric_crs, reproject_xy
from geoplan.domain.generic_terms import NameParts, name_parts
from geoplan.domain.name_readings import reading_keys
from geoplan.model.arrays import Floats, Ints
from geoplan.model.findings import Finding
from geoplan.model.gazetteer import Gazetteer
from geoplan.model.name_dossier import NameDossier
from geoplan.model.rules import Rule


def one_place_one_name(dossier: NameDossier, rule: Rule) -> Iterable[Finding]:
    """Report entries that may be one place under several names, one finding a pair.

    Cases: ``alias_taken``, an alias of one entry is the name of another of its group and area;
    within ``near_m`` of one another (equal counts) and of one group: ``alias_shared``, the two
    have an alias in common; ``spelling``, the names sound alike or differ by one character of a
    specific part of ``shortest_specific`` or more. Names that differ by an ordinal, a direction or
    another word of ``contrast`` (东, 前, 上 …) are names of different places. The subject of
    ``alias_taken`` is the entry with the alias, of the others the later one.
    """
    names = dossier.names
    entries = entries_in_use(names, rule.words["withdrawn"])
    aliases = _aliases(names)
    seen: set[frozenset[int]] = set()
    for pair, alias in _taken(entries, aliases):
        seen.add(frozenset(one.position for one in pair))
        yield _found(rule, "alias_taken", pair, {"alias": alias})
    for first, later, distance_m in _near(names, entries, rule.numbers["near_m"]):
        if first.group != later.group or {first.position, later.position} in seen:
            continue
        evidence: dict[str, str | float] = {"distance_m": distance_m}
        shared = set(aliases.get(first.position, ())) & set(aliases.get(later.position, ()))
        if shared and first.parts.full != later.parts.full:
            evidence["alias"] = min(shared)
            yield _found(rule, "alias_shared", (first, later), evidence)
        elif _spelt_alike(first, later, rule):
            yield _found(rule, "spelling", (first, later), evidence)


def _aliases(names: Gazetteer) -> dict[int, tuple[str, ...]]:
    """Return position → other names of the entry, as far as there are any."""
    if "aliases" not in names.texts:
        return {}
    found = {}
    for position, text in enumerate(names.texts["aliases"].tolist()):
        if text:
            parts = (name_parts(one).full for one in text.replace("；", ";").split(";"))
            found[position] = tuple(dict.fromkeys(filter(None, parts)))
    return found


def _taken(
    entries: Iterable[Entry], aliases: dict[int, tuple[str, ...]]
) -> Iterator[tuple[tuple[Entry, Entry], str]]:
    """Return (entry whose name it is, entry with the alias) and the alias."""
    if not aliases:
        return
    entries = tuple(entries)
    owners: dict[tuple[str, str, str], Entry] = {}
    for one in entries:
        for name in (one.parts.full, one.parts.body):
            owners.setdefault((one.group, one.scope, name), one)
    for one in entries:
        for alias in aliases.get(one.position, ()):
            owner = owners.get((one.group, one.scope, alias), one)
            if owner.parts.body != one.parts.body:
                yield (owner, one), alias


def _near(
    names: Gazetteer, entries: tuple[Entry, ...], near_m: float
) -> Iterator[tuple[Entry, Entry, float]]:
    """Return pairs of entries within a distance, the one that is first in order first."""
    positions = np.array([one.position for one in entries], dtype=np.int64)
    known = np.flatnonzero(np.isfinite(names.xy[positions]).all(axis=1))
    if known.size < 2:
        return
    xy = _metric(names.xy[positions[known]])
    pairs: Ints = cKDTree(xy).query_pairs(near_m, output_type="ndarray").astype(np.int64)
    gap_m = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    ordered = np.sort(known[pairs], axis=1)
    for (first, later), distance_m in zip(ordered.tolist(), gap_m.tolist(), strict=True):
        yield entries[first], entries[later], distance_m


def _metric(lon_lat: Floats) -> Floats:
    """Return positions in metres; places in other zones of the system are stretched a little."""
    lon, lat = np.median(lon_lat, axis=0).tolist()
    return reproject_xy(lon_lat, GEOGRAPHIC, metric_crs(lon, lat))


def _spelt_alike(one: Entry, other: Entry, rule: Rule) -> bool:
    """Return whether two names may be one name spelt in two ways."""
    ours, theirs = one.parts, other.parts
    if ours.body == theirs.body or ours.ordinal != theirs.ordinal:
        return False
    shortest = min(len(ours.specific), len(theirs.specific))
    if shortest >= rule.numbers["shortest_sounding"] and _sound_alike(ours, theirs):
        return True
    if ours.generic and theirs.generic and ours.generic != theirs.generic:
        return False
    differing = _one_edit(ours.specific + ours.generic, theirs.specific + theirs.generic)
    enough = shortest >= rule.numbers["shortest_specific"]
    return enough and bool(differing) and not set(differing) & set(rule.words["contrast"])


def _sound_alike(one: NameParts, other: NameParts) -> bool:
    whole, other_whole = one.specific + one.generic, other.specific + other.generic
    if len(whole) != len(other_whole):
        return False
    return not set(reading_keys(whole)).isdisjoint(reading_keys(other_whole))


def _one_edit(one: str, other: str) -> str:
    """Return the characters by which two different texts differ, empty beyond one edit.

    An edit puts in, takes out or replaces one character, or swaps two neighbours.
    """
    shorter = min(len(one), len(other))
    start = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    left, right = one[start:], other[start:]
    while left and right and left[-1] == right[-1]:
        left, right = left[:-1], right[:-1]
    swapped = len(left) == len(right) == 2 and left == right[::-1]
    return left + right if swapped or max(len(left), len(right)) == 1 else ""


def _found(
    rule: Rule,
    case: str,
    pair: tuple[Entry, Entry],
    evidence: dict[str, str] | dict[str, str | float],
) -> Finding:
    first, later = pair
    told = {
        "name": later.parts.full,
        "other": first.parts.full,
        "other_subject": first.subject,
        **evidence,
    }
    return later.found(rule, case, told, about=(first.subject,))


CHECKS: dict[str, Check[NameDossier]] = {"N10": one_place_one_name}
