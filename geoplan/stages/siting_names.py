"""What the project file names for siting: candidates by id, subdistricts by name or code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

import numpy as np

from geoplan.errors import ConfigError
from geoplan.model.arrays import Floats, Indices
from geoplan.model.places import Boundaries
from geoplan.model.siting import Candidates

_CORNER = re.compile(r"street:(-?\d+)_(-?\d+)")
_SHOWN = 3


def candidate_positions(candidates: Candidates, wanted: Sequence[str], *, key: str) -> Indices:
    """Return the rows of the candidates with these ids, ascending, each once.

    Parameters
    ----------
    key
        Key of ``[siting]`` that names them, for the message.

    Raises
    ------
    ConfigError
        No candidate has one of the ids; the message names those that are near.
    """
    row_of = {name: row for row, name in enumerate(candidates.id.tolist())}
    for name in wanted:
        if name not in row_of:
            raise ConfigError(
                f"siting.{key}: no candidate has the id {name!r}; ids look like room:F0012 or "
                "street:497000_3517000 and stand in the layer candidates of layers.gpkg "
                f"({_near_ids(candidates, name)}); a place is no candidate when it gives the "
                "service already, reaches nobody who lacks it, lies outside the district, or is "
                "kept out by classes, banned_areas or min_spacing_m"
            )
    return np.unique(np.array([row_of[name] for name in wanted], dtype=np.int32))


def _near_ids(candidates: Candidates, name: str) -> str:
    """Return the ids like one that is not there: near corners for a corner, else like spelling."""
    corner = _CORNER.fullmatch(name)
    streets = np.flatnonzero(candidates.origin == "street")
    if corner and streets.size:
        away = np.hypot(*(candidates.xy[streets] - [float(corner[1]), float(corner[2])]).T)
        found = candidates.id[streets[np.argsort(away, kind="stable")[:_SHOWN]]].tolist()
    else:
        found = get_close_matches(name, candidates.id.tolist(), n=_SHOWN)
    return f"near ones: {', '.join(found)}" if found else "none is near"


def subdistrict_floors(boundaries: Boundaries, floor: float, floors: Mapping[str, float]) -> Floats:
    """Return the least covered share of each subdistrict, in the order of ``boundaries.at``.

    Parameters
    ----------
    floor
        Share for every subdistrict that ``floors`` does not name.
    floors
        Shares by the name or the code of a subdistrict.

    Raises
    ------
    ConfigError
        A name is no subdistrict, or two names mean one.
    """
    rows = boundaries.at("subdistrict")
    shares = np.full(rows.size, floor)
    named: dict[int, str] = {}
    for text, share in floors.items():
        place = _subdistrict(boundaries, rows, text)
        if place in named:
            raise ConfigError(
                f"siting.floors names one subdistrict twice, as {named[place]!r} and {text!r}; "
                "keep one of them"
            )
        named[place] = text
        shares[place] = share
    return shares


def _subdistrict(boundaries: Boundaries, rows: Indices, text: str) -> int:
    """Return the place among the subdistricts of the one with this code or name."""
    codes: list[str] = boundaries.code[rows].tolist()
    names: list[str] = boundaries.name[rows].tolist()
    if text in codes:
        return codes.index(text)
    if names.count(text) == 1:
        return names.index(text)
    if text in names:
        raise ConfigError(
            f"siting.floors: several subdistricts are called {text!r}; write the code instead"
        )
    near = get_close_matches(text, [*names, *codes], n=_SHOWN)
    raise ConfigError(
        f"siting.floors: no subdistrict has the name or code {text!r}; "
        f"choose of {', '.join(near or names) or 'none: the boundaries hold no subdistrict'}"
    )
