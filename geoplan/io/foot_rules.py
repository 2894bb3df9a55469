"""Which OpenStreetMap ways carry walkers, in which direction, and what slows them.

The rules follow the OSM wiki (pages Key:access, Key:foot, Key:conveying, Key:incline,
Key:crossing, Key:barrier):

- the most specific tag wins: ``foot`` before ``access``;
- ``foot=use_sidepath`` forbids the carriageway, because its footway is a way of its own;
- ``oneway`` binds vehicles; ``oneway:foot``, ``foot:forward``, ``foot:backward`` and moving
  stairs (``conveying``) bind walkers;
- a trunk road carries walkers only where a sidewalk or ``foot`` says so, a cycleway unless a tag
  says no;
- ``crossing=uncontrolled`` means a marked crossing without signals, that is a zebra;
- ``layer`` is a drawing order and makes no tunnel.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from geoplan.model.network import Crossing, Structure, Wheelchair

Tags = Mapping[str, str]

WALKED = frozenset(
    [
        "footway",
        "path",
        "pedestrian",
        "steps",
        "corridor",
        "living_street",
        "residential",
        "service",
        "unclassified",
        "tertiary",
        "tertiary_link",
        "secondary",
        "secondary_link",
        "primary",
        "primary_link",
        "track",
        "road",
        "bridleway",
        "cycleway",
        "platform",
        "crossing",
        "elevator",
        "trail",
    ]
)
"""``highway`` values that carry walkers unless a tag says no."""

ASKED = frozenset(["trunk", "trunk_link", "busway"])
"""``highway`` values that carry walkers only when a tag says so."""

NEVER = frozenset(
    [
        "motorway",
        "motorway_link",
        "construction",
        "proposed",
        "planned",
        "abandoned",
        "razed",
        "raceway",
        "bus_guideway",
    ]
)
"""``highway`` values that carry no walkers in a network made by another tool."""

_YES = frozenset(["yes", "designated", "permissive", "official", "destination", "customers"])
_NO = frozenset(["no", "private", "use_sidepath", "agricultural", "forestry", "military"])
_SIDEWALKS = frozenset(["both", "left", "right", "yes", "separate"])
_GATES = frozenset(
    [
        "gate",
        "lift_gate",
        "swing_gate",
        "sliding_gate",
        "kissing_gate",
        "wicket_gate",
        "turnstile",
        "door",
        "entrance",
        "full-height_turnstile",
        "hampshire_gate",
    ]
)
_WALLS = frozenset(["wall", "fence", "city_wall", "retaining_wall", "guard_rail"])
_RAILS = frozenset(["rail", "light_rail", "subway", "narrow_gauge"])
_WATERWAYS = frozenset(["river", "riverbank", "canal", "dock"])
_ZEBRAS = frozenset(["uncontrolled", "zebra", "marked"])
_BARE = frozenset(["unmarked", "informal"])
_GRADE = re.compile(r"^\s*([+-]?\d+(?:\.\d+)?)\s*(%|°)?\s*$")


def walkable(tags: Tags) -> bool:
    """Return whether walkers may use the way."""
    highway = way_class(tags)
    if highway not in WALKED and highway not in ASKED:
        return False
    if forbidden(tags):
        return False
    return highway in WALKED or tags.get("foot", "") in _YES or _has_sidewalk(tags)


def forbidden(tags: Tags) -> bool:
    """Return whether a tag keeps walkers off, whatever kind of way it is."""
    foot = tags.get("foot", "")
    return foot in _NO or (foot not in _YES and tags.get("access", "") in _NO)


def barred(tags: Tags) -> bool:
    """Return whether a street of a ready network is closed to walkers after all.

    A network from another tool may hold kinds of way that OpenStreetMap does not know; they pass.
    """
    highway = tags.get("highway", "")
    asked = highway in ASKED and tags.get("foot", "") not in _YES and not _has_sidewalk(tags)
    return forbidden(tags) or highway in NEVER or asked


def way_class(tags: Tags) -> str:
    """Return the ``highway`` value; ``platform`` for one that only the railway tags name."""
    waiting = "platform" in (tags.get("railway"), tags.get("public_transport"))
    return tags.get("highway", "platform" if waiting else "")


def _has_sidewalk(tags: Tags) -> bool:
    keys = ("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right")
    return any(tags.get(key, "") in _SIDEWALKS for key in keys)


def directions(tags: Tags) -> tuple[bool, bool]:
    """Return whether walkers may go along the way, and against it."""
    forward = tags.get("foot:forward") not in _NO
    backward = tags.get("foot:backward") not in _NO
    oneway = tags.get("oneway:foot", "")
    conveying = tags.get("conveying", "")
    if oneway in {"yes", "1", "true"} or conveying == "forward":
        return forward, False
    if oneway == "-1" or conveying == "backward":
        return False, backward
    return forward, backward


def has_ramp(tags: Tags) -> bool:
    """Return whether stairs have a ramp for people or are passable on wheels."""
    ramps = ("ramp", "ramp:wheelchair", "ramp:stroller")
    return any(tags.get(key) == "yes" for key in ramps) or tags.get("wheelchair") == "yes"


def structure(tags: Tags) -> Structure:
    """Return what carries the way."""
    if tags.get("tunnel", "no") not in {"no", ""}:
        return Structure.TUNNEL
    return Structure.GROUND if tags.get("bridge", "no") in {"no", ""} else Structure.BRIDGE


def wheelchair(tags: Tags) -> Wheelchair:
    """Return the wheelchair tag."""
    values = {
        "yes": Wheelchair.YES,
        "designated": Wheelchair.YES,
        "limited": Wheelchair.LIMITED,
        "no": Wheelchair.NO,
    }
    return values.get(tags.get("wheelchair", ""), Wheelchair.UNKNOWN)


def incline(tags: Tags) -> float:
    """Return the grade as a ratio along the way, NaN for a word such as ``up``."""
    found = _GRADE.match(tags.get("incline", ""))
    if not found:
        return math.nan
    value = float(found[1])
    return math.tan(math.radians(value)) if found[2] == "°" else value / 100.0


def is_crossing(tags: Tags) -> bool:
    """Return whether the way leads across a carriageway."""
    keys = ("footway", "path", "cycleway", "highway")
    return any(tags.get(key) == "crossing" for key in keys)


def crossing(tags: Tags) -> Crossing:
    """Return how a crossing (way or node) is regulated, NONE where no tag says."""
    kind = tags.get("crossing", "")
    if kind == "traffic_signals" or tags.get("crossing:signals") == "yes":
        return Crossing.SIGNAL
    if kind in _ZEBRAS or tags.get("crossing_ref") == "zebra" or _marked(tags):
        return Crossing.ZEBRA
    return Crossing.UNCONTROLLED if kind in _BARE else Crossing.NONE


def _marked(tags: Tags) -> bool:
    return tags.get("crossing:markings", "no") not in {"no", ""}


def closed_gate(tags: Tags) -> bool:
    """Return whether a barrier node lets nobody through on foot."""
    if tags.get("barrier", "") not in _GATES or tags.get("foot", "") in _YES:
        return False
    shut = tags.get("foot", "") in _NO or tags.get("access", "") in _NO
    return shut or tags.get("locked") == "yes"


def barrier_kind(tags: Tags) -> str:
    """Return ``wall``, ``rail`` or ``water`` for a line that nobody walks across, else empty."""
    if tags.get("tunnel", "no") not in {"no", ""} or tags.get("location") == "underground":
        return ""
    if tags.get("barrier", "") in _WALLS:
        return "wall"
    if tags.get("railway", "") in _RAILS:
        return "rail"
    waters = tags.get("natural", "") in {"water", "coastline"}
    return "water" if waters or tags.get("waterway", "") in _WATERWAYS else ""
