"""The project's own register as words to look for in text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from geoplan.domain.word_search import words_pattern
from geoplan.model.gazetteer import Gazetteer

TOWN_KINDS = ("街道", "镇", "乡")
_COMMITTEES = ("居民委员会", "居委会", "村民委员会", "村委会")
_UNCLEAN = re.compile(r"[（(含、;；]")
"""A row that holds two names or a remark is no word to look for."""


@dataclass(frozen=True, slots=True, eq=False)
class LocalNames:
    """Names of a register, each in the ways in which it is written."""

    towns: Mapping[str, frozenset[str]]
    """Subdistrict or town → six-digit codes of the counties that it is registered in."""
    communities: Mapping[str, frozenset[str]]
    """Community or village, as written → subdistricts that it is registered in."""
    standard: Mapping[str, str]
    """Every way of writing → the standard name in the register."""
    aliases: Mapping[str, str]
    """Other name → the standard name; none that is itself a way of writing a standard name."""
    stems: Mapping[str, str]
    """Specific part of a community → its standard name."""
    town_pattern: re.Pattern[str]
    community_pattern: re.Pattern[str]


@lru_cache(maxsize=4)
def local_names(register: Gazetteer) -> LocalNames:
    """Return the names of a register as words to look for."""
    towns, communities = _towns(register), _communities(register)
    standard = {way: name for name in _names(register) for way in ways_to_write(name)}
    standard |= {town: town for town in towns}
    return LocalNames(
        towns=towns,
        communities=communities,
        standard=standard,
        aliases={one: name for one, name in _aliases(register) if one not in standard},
        stems={community_stem(name): name for name in _names(register)},
        town_pattern=words_pattern(towns),
        community_pattern=words_pattern(communities),
    )


def ways_to_write(name: str) -> tuple[str, ...]:
    """Return a name with its committee written out, cut short and left out.

    ``朝阳村村委会`` is also written ``朝阳村村民委员会`` and ``朝阳村``; what stays without its
    committee must still say what it is, so of ``同济桥居委会`` nothing is left out.
    """
    if _UNCLEAN.search(name):
        return ()
    bare = _without_committee(name)
    if bare == name:
        return (name,)
    long, short = _COMMITTEES[2:] if "村" in name[len(bare) :] else _COMMITTEES[:2]
    ways = [name, bare + long, bare + short]
    if bare.endswith("村") and long == "村民委员会":
        ways += [bare[:-1] + long, bare[:-1] + short]
    return tuple(dict.fromkeys([*ways, *([bare] if bare.endswith(("社区", "村")) else [])]))


def community_stem(name: str) -> str:
    """Return the specific part of a community: 青竹苑 of 青竹苑社区居委会."""
    return _without_committee(name).removesuffix("社区")


def _without_committee(name: str) -> str:
    return next((name.removesuffix(one) for one in _COMMITTEES if name.endswith(one)), name)


def _names(register: Gazetteer) -> list[str]:
    return [str(name) for name in register.name.tolist() if name]


def _parent_names(register: Gazetteer) -> list[str]:
    """Return the name of the unit above of each row, by its own column or by the code."""
    by_code = dict(zip(register.code.tolist(), register.name.tolist(), strict=True))
    declared = register.texts.get("parent_name")
    parents = [str(by_code.get(code, "")) for code in register.parent.tolist()]
    if declared is None:
        return parents
    return [str(one) or other for one, other in zip(declared.tolist(), parents, strict=True)]


def _towns(register: Gazetteer) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    rows = zip(register.name.tolist(), register.code.tolist(), _parent_names(register), strict=True)
    for name, code, parent in rows:
        for town in (name, parent):
            if town.endswith(TOWN_KINDS) and not _UNCLEAN.search(town):
                found[town] |= {code[:6]} - {""}
    return {town: frozenset(codes) for town, codes in found.items()}


def _communities(register: Gazetteer) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, parent in zip(register.name.tolist(), _parent_names(register), strict=True):
        if parent and not name.endswith(TOWN_KINDS):
            for way in ways_to_write(name):
                found[way].add(parent)
    return {way: frozenset(parents) for way, parents in found.items()}


def _aliases(register: Gazetteer) -> Iterator[tuple[str, str]]:
    if "aliases" not in register.texts:
        return
    for name, cell in zip(register.name.tolist(), register.texts["aliases"].tolist(), strict=True):
        for alias in re.split(r"[;；,，、/]", cell):
            if len(alias.strip()) > 1:
                yield alias.strip(), name
