"""Which unit of a layer is which unit of a register: by code, else by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geoplan.domain.declared_units import CODE_LENGTH, level_of_code, plain_unit_name, whole_code
from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.gazetteer import Gazetteer


@dataclass(frozen=True, slots=True)
class Listed:
    """A unit as a register or layer lists it, in the form in which it is compared."""

    position: int
    code: str
    name: str
    level: str
    parent: str
    """Whole code of the unit above, by the code itself where none is declared; else empty."""


@dataclass(frozen=True, slots=True, eq=False)
class RosterMatch:
    """A layer held against a register of the units that there should be."""

    drawn: tuple[Listed, ...]
    """All features of the layer."""
    listed: tuple[Listed, ...]
    """The units of the register, each code once, the first row of it."""
    same_code: Mapping[int, Listed]
    """Position in the layer → unit of the register with its code."""
    same_name: Mapping[int, Listed]
    """Position in the layer → unit of the register with its name under another code."""
    levels: frozenset[str]
    """Levels of which the register lists units: of others nothing is said."""

    def missing(self) -> list[Listed]:
        """Return the units of the register that are not in the layer, in its order."""
        found = {unit.position for unit in (*self.same_code.values(), *self.same_name.values())}
        return [unit for unit in self.listed if unit.position not in found]

    def extra(self) -> list[Listed]:
        """Return the features whose level the register lists and that it does not know."""
        known = {*self.same_code, *self.same_name}
        return [
            unit for unit in self.drawn if unit.position not in known and unit.level in self.levels
        ]


def match_roster(layer: BoundaryLayer, roster: Gazetteer) -> RosterMatch:
    """Return which features of the layer are which units of the register.

    Codes are compared with their last zeros (320402001 is 320402001000). A feature whose code the
    register does not know and a unit whose code the layer does not have are one when no other pair
    of them shares the name, level and unit above, or the name and level alone.
    """
    drawn = tuple(drawn_units(layer))
    listed = _listed_units(roster)
    by_code = {unit.code: unit for unit in listed if unit.code}
    same_code = {unit.position: by_code[unit.code] for unit in drawn if unit.code in by_code}
    used = {unit.position for unit in same_code.values()}
    return RosterMatch(
        drawn=drawn,
        listed=listed,
        same_code=same_code,
        same_name=_by_name(
            [unit for unit in drawn if unit.position not in same_code],
            [unit for unit in listed if unit.position not in used],
        ),
        levels=frozenset(unit.level for unit in listed) - {""},
    )


def drawn_units(layer: BoundaryLayer) -> list[Listed]:
    """Return the features of a layer in the form in which they are compared."""
    columns = (layer.code, layer.name, layer.parent, layer.level)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [_unit(position, *row) for position, row in enumerate(rows)]


def _listed_units(roster: Gazetteer) -> tuple[Listed, ...]:
    rows = zip(roster.code.tolist(), roster.name.tolist(), roster.parent.tolist(), strict=True)
    units = [_unit(position, *row) for position, row in enumerate(rows)]
    first: dict[str, Listed] = {}
    for unit in units:
        first.setdefault(unit.code or f"#{unit.position}", unit)
    return tuple(first.values())


def _unit(position: int, code: str, name: str, parent: str, level: str = "") -> Listed:
    whole = whole_code(code)
    return Listed(
        position=position,
        code=whole,
        name=plain_unit_name(name),
        level=level or level_of_code(whole),
        parent=whole_code(parent) or _parent_of(whole),
    )


def _parent_of(code: str) -> str:
    """Return the code of the unit above as the digits say, empty for a district or no code."""
    digits = {"community": 9, "subdistrict": 6}.get(level_of_code(code))
    return code[:digits].ljust(CODE_LENGTH, "0") if digits else ""


def _by_name(drawn: list[Listed], listed: list[Listed]) -> dict[int, Listed]:
    """Return position in the layer → unit of the register, by name, level and parent first."""
    found: dict[int, Listed] = {}
    for with_parent in (True, False):
        used = {unit.position for unit in found.values()}
        there = _single([unit for unit in listed if unit.position not in used], with_parent)
        here = _single([unit for unit in drawn if unit.position not in found], with_parent)
        found |= {here[key].position: there[key] for key in here if key in there}
    return found


def _single(units: list[Listed], with_parent: bool) -> dict[tuple[str, ...], Listed]:  # noqa: FBT001
    """Return the named units that are the only ones of their name, level (and unit above)."""
    groups: dict[tuple[str, ...], list[Listed]] = {}
    for unit in units:
        if unit.name:
            key = (unit.name, unit.level, unit.parent if with_parent else "")
            groups.setdefault(key, []).append(unit)
    return {key: group[0] for key, group in groups.items() if len(group) == 1}
