"""The one table from meaning to look: colour, line, hatch and shape.

Ordered classes (time, coverage share) run from dark to light in even steps of lightness, so that
they stay apart in a grey print and for colour-blind readers. Kinds differ by shape as well as by
colour. The tests simulate both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geoplan.domain.kinds import KINDS, SERVICES
from geoplan.model.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class Style:
    """How one meaning looks; an empty colour is not drawn."""

    fill: str = ""
    stroke: str = ""
    width: float = 0.0
    """Line width in pixels."""
    dash: str = ""
    """Dashes and gaps in pixels, empty for a solid line."""
    opacity: float = 1.0
    """Opacity of the fill."""
    shape: str = ""
    """Name in ``SHAPES`` for things drawn as points."""
    size: int = 0
    """Width of the shape in pixels."""


SHAPES = {
    "circle": "M10 2.5a7.5 7.5 0 1 0 .01 0z",
    "square": "M3.5 3.5h13v13h-13z",
    "diamond": "M10 1.5l8.5 8.5-8.5 8.5-8.5-8.5z",
    "triangle": "M10 2l8.5 15h-17z",
    "wedge": "M10 18l8.5-15h-17z",
    "hexagon": "M5.5 2.5h9l4.5 7.5-4.5 7.5h-9l-4.5-7.5z",
    "pentagon": "M10 1.5l8.5 6.4-3.2 10h-10.6l-3.2-10z",
    "star": "M10 .8l2.8 6 6.6.8-4.9 4.5 1.3 6.5-5.8-3.3-5.8 3.3 1.3-6.5-4.9-4.5 6.6-.8z",
    "shield": "M3.5 2.5h13v6.5c0 4.5-2.8 7-6.5 9-3.7-2-6.5-4.5-6.5-9z",
    "house": "M10 1.5l8.5 7.5h-2.5v9h-12v-9h-2.5z",
    "plus": "M7 2h6v5h5v6h-5v5h-6v-5h-5v-6h5z",
    "cross": "M4 1.5l6 6 6-6 2.5 2.5-6 6 6 6-2.5 2.5-6-6-6 6-2.5-2.5 6-6-6-6z",
}
"""SVG paths in a box of 20 by 20."""

TIME_RAMP = ("#08306b", "#0f4f96", "#2273b5", "#3d8dc4", "#549ecd", "#6aaed6")
"""Short walks are dark; a run with three limits uses the first, third and last."""

SHARE_BREAKS = (0.0, 0.4, 0.6, 0.8, 0.95, 1.0)
"""Lower ends of the coverage classes and the upper end of the last; full cover stands apart."""

_SHARE_RAMP = ("#f2f8ee", "#c4e4bd", "#88c788", "#419b58", "#0b5f34")
_OUTLINE = "#ffffff"


def _mark(fill: str, shape: str, size: int = 15) -> Style:
    return Style(fill=fill, stroke=_OUTLINE, width=1.5, shape=shape, size=size)


_TIMES = {
    f"time.{step}": Style(stroke=colour, width=2.2 - 0.15 * step)
    for step, colour in enumerate(TIME_RAMP)
}
_AREAS = {f"area.{step}": Style(fill=colour, opacity=0.30) for step, colour in enumerate(TIME_RAMP)}
_SHARES = {
    f"share.{step}": Style(fill=colour, stroke="#6f7f6f", width=0.8, opacity=0.82)
    for step, colour in enumerate(_SHARE_RAMP)
}
_KINDS = {
    f"kind.{kind}": mark
    for kind, mark in {
        "care_institution": _mark("#222222", "square"),
        "care_center": _mark("#882255", "star", 20),
        "care_station": _mark("#00795a", "circle"),
        "social_work_station": _mark("#b0558a", "triangle"),
        "social_work_room": _mark("#8a6d00", "wedge"),
        "community_center": _mark("#0072b2", "hexagon"),
        "public_room": _mark("#6b6b6b", "plus", 13),
        "party_center": _mark("#9a3b1f", "shield"),
        "idle_building": _mark("#5c5346", "house"),
        "social_facility": _mark("#00795a", "pentagon"),
        "library": _mark("#0072b2", "diamond"),
    }.items()
}
_SERVICE_LOOKS = (
    ("#0072b2", ""),
    ("#b0558a", "8 3"),
    ("#8a6d00", "2 3"),
    ("#222222", "10 3 2 3"),
    ("#00795a", "5 5"),
    ("#882255", ""),
    ("#3b7dd8", "12 4"),
    ("#6b6b6b", "3 6"),
    ("#00795a", "14 3 3 3"),
    ("#b0558a", "1 4"),
)
_SERVICES = {
    f"service.{service}": Style(fill=colour, stroke=colour, width=2, dash=dash, opacity=0.10)
    for service, (colour, dash) in zip(SERVICES, _SERVICE_LOOKS, strict=True)
}

STYLES: dict[str, Style] = {
    **_TIMES,
    "time.beyond": Style(stroke="#cfc9be", width=1.1),
    **_AREAS,
    **_SHARES,
    "share.none": Style(fill="#e4e4e4", stroke="#8a8a8a", width=0.8, dash="2 3", opacity=0.6),
    **_KINDS,
    **_SERVICES,
    "gap": Style(fill="hatch", stroke="#b35900", width=1.4, opacity=1.0),
    "site": Style(fill="#7a0177", stroke=_OUTLINE, width=2, shape="circle", size=28),
    "wall": Style(stroke="#5b4636", width=2.2, dash="1 4"),
    "rail": Style(stroke="#3a3a3a", width=2.4, dash="9 5"),
    "water": Style(stroke="#6d9f9b", width=4),
    "link": _mark("#0b5f34", "diamond", 17),
    "gate": _mark("#a1001f", "cross", 13),
    "subdistrict": Style(stroke="#55504a", width=1.2, dash="7 4"),
    "district": Style(stroke="#1c1a18", width=2.6, dash="12 4 2 4"),
    "label": Style(),
}
"""Every style key of the map; ``hatch`` fills with slanted orange lines."""

if set(_KINDS) != {f"kind.{kind}" for kind in KINDS}:
    raise ValueError("every facility kind needs a style, and every kind style a kind")


def time_step(rank: int, count: int) -> int:
    """Return the place in ``TIME_RAMP`` of a limit's rank, the shortest first; spread evenly."""
    return round(rank * (len(TIME_RAMP) - 1) / (count - 1)) if count > 1 else 2


def share_class(share: float) -> str:
    """Return the style key of a coverage share; NaN (nobody lives there) has its own."""
    if np.isnan(share):
        return "share.none"
    inner = SHARE_BREAKS[1:-1]
    return f"share.{int(np.searchsorted(inner, share, side='right'))}"


def time_ranks(seconds: Floats, limits_s: Sequence[float]) -> Ints:
    """Return the rank of the first limit that each time keeps (≤), ``len(limits_s)`` beyond."""
    ranks: Ints = np.searchsorted(np.asarray(limits_s), seconds, side="left").astype(np.int64)
    return ranks
