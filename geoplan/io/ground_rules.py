"""How firm the ground of an OpenStreetMap way is, how high its kerbs, and whether it is step-free.

The rules follow the OSM wiki (pages Key:surface, Key:smoothness, Key:kerb, Key:bicycle):

- ``smoothness`` is what a mapper saw and wins over the ``surface`` kind; ``intermediate`` and
  better carry wheelchairs, ``very_bad`` and worse need high clearance;
- along a paved street people walk on its sidewalk, so the street's own surface says nothing of
  theirs unless ``sidewalk=no``; an unpaved street has no sidewalk;
- a ``kerb`` value is chosen by who can pass, not by measure: a ``lowered`` kerb lets wheelchairs
  pass, a ``raised`` one does not. The heights of the words below are geoplan's own assumption
  under this rule; a height that is written (``kerb:height``) wins.
"""

from __future__ import annotations

import math
import re

from geoplan.io.foot_rules import Tags, is_crossing
from geoplan.model.streets import Surface

KERB_TAGS = ("kerb", "kerb:height", "kerb:left", "kerb:right")
"""Tags that tell of a kerb on a node or a crossing."""

KERB_M = {
    "no": 0.0,
    "flush": 0.0,
    "lowered": 0.02,
    "rolled": 0.05,
    "regular": 0.10,
    "raised": 0.15,
}
"""Height that stands for a word: the wiki writes "about 3 cm, wheelchairs pass" for ``lowered``
and "over 3 cm, wheelchairs do not" for ``raised``; ``lowered`` is what a wheelchair just climbs."""

_SMOOTH = frozenset(
    [
        "paved",
        "asphalt",
        "chipseal",
        "concrete",
        "concrete:plates",
        "paving_stones",
        "paving_stones:lanes",
        "bricks",
        "brick",
        "tiles",
        "wood",
        "metal",
        "metal_grid",
        "rubber",
        "tartan",
        "acrylic",
        "plastic",
        "carpet",
        "compacted",
        "fine_gravel",
    ]
)
_ROUGH = frozenset(
    [
        "sett",
        "cobblestone",
        "cobblestone:flattened",
        "unhewn_cobblestone",
        "grass_paver",
        "concrete:lanes",
        "stone",
        "rock",
        "stepping_stones",
        "unpaved",
        "gravel",
        "pebblestone",
        "shells",
    ]
)
_SOFT = frozenset(
    [
        "sand",
        "mud",
        "grass",
        "dirt",
        "earth",
        "ground",
        "soil",
        "clay",
        "woodchips",
        "bark",
        "snow",
        "ice",
    ]
)
_UNPAVED = _SOFT | {
    "unpaved",
    "compacted",
    "fine_gravel",
    "gravel",
    "pebblestone",
    "shells",
    "rock",
}
_WITH_SIDEWALKS = frozenset(
    [
        *(
            f"{kind}{link}"
            for kind in ("primary", "secondary", "tertiary")
            for link in ("", "_link")
        ),
        "trunk",
        "trunk_link",
        "unclassified",
        "residential",
    ]
)
"""Kinds of street that have sidewalks unless a tag says no."""
_OWN_SURFACE = ("sidewalk:surface", "sidewalk:both:surface", "footway:surface")
"""Tags that tell the surface of a street's sidewalks."""
_SMOOTHNESS = {
    "excellent": Surface.SMOOTH,
    "good": Surface.SMOOTH,
    "intermediate": Surface.SMOOTH,
    "bad": Surface.ROUGH,
    "very_bad": Surface.VERY_ROUGH,
    "horrible": Surface.VERY_ROUGH,
    "very_horrible": Surface.VERY_ROUGH,
    "impassable": Surface.VERY_ROUGH,
}
_STEP_FREE = {
    "ramp": {"yes", "separate"},
    "ramp:wheelchair": {"yes", "separate"},
    "ramp:stroller": {"yes", "separate"},
    "lift": {"yes"},
    "elevator": {"yes"},
    "step_free": {"yes"},
    "stroller": {"yes", "limited"},
    "wheelchair": {"yes", "designated", "limited"},
    "bicycle": {"yes", "designated", "permissive"},
    "footway": {"sidewalk"},
}
"""Tags that say that wheels come onto a bridge or into a tunnel: a sidewalk as its road does."""

_HEIGHT = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(m|cm|mm)?\s*$")
_METRES = {"": 1.0, "m": 1.0, "cm": 0.01, "mm": 0.001}


def surface(tags: Tags) -> Surface:
    """Return how firm and even the ground under a walker is, UNKNOWN where no tag says."""
    for key in _OWN_SURFACE:
        if key in tags:
            return _of_kind(tags[key])
    if _has_sidewalk(tags):
        return Surface.UNKNOWN
    seen = _SMOOTHNESS.get(tags.get("smoothness", ""))
    return _of_kind(tags.get("surface", "")) if seen is None else seen


def _of_kind(kind: str) -> Surface:
    for kinds, found in (
        (_SMOOTH, Surface.SMOOTH),
        (_ROUGH, Surface.ROUGH),
        (_SOFT, Surface.SOFT),
    ):
        if kind in kinds:
            return found
    return Surface.UNKNOWN


def _has_sidewalk(tags: Tags) -> bool:
    """Return whether walkers along the street are presumably not on its carriageway."""
    denied = tags.get("sidewalk", tags.get("sidewalk:both", "")) in {"no", "none"}
    unpaved = tags.get("surface", "") in _UNPAVED
    return tags.get("highway", "") in _WITH_SIDEWALKS and not denied and not unpaved


def kerb_m(tags: Tags) -> float:
    """Return the height of the kerb (of the higher side), NaN where no tag says."""
    written = _written_m(tags)
    if not math.isnan(written):
        return written
    words = (tags.get(key, "") for key in ("kerb", "kerb:left", "kerb:right"))
    return max((KERB_M[word] for word in words if word in KERB_M), default=math.nan)


def crossing_kerb_m(tags: Tags) -> float:
    """Return the height that the tags of a crossing tell, NaN for any other way."""
    told = not tags.keys().isdisjoint(KERB_TAGS)
    return kerb_m(tags) if told and is_crossing(tags) else math.nan


def step_free(tags: Tags) -> bool:
    """Return whether a tag says that wheels come onto a bridge or into a tunnel."""
    return any(tags[key] in _STEP_FREE[key] for key in tags.keys() & _STEP_FREE.keys())


def _written_m(tags: Tags) -> float:
    height = tags.get("kerb:height", "")
    if not height and tags.get("barrier") == "kerb":
        height = tags.get("height", "")
    found = _HEIGHT.match(height)
    return float(found[1]) * _METRES[found[2] or ""] if found else math.nan
