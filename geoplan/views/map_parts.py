"""What a map is made of: frozen values that know neither folium nor HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import shapely

from geoplan.views.style import Style


@dataclass(frozen=True, slots=True)
class Popup:
    """Plain text that opens on a click; never markup."""

    title: str
    rows: tuple[tuple[str, str], ...] = ()
    """Label and value, in reading order."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One drawn thing."""

    geometry: shapely.Geometry
    """Longitude and latitude, six decimals (0.1 m): lines, areas or one point."""
    style: str
    """Key of ``MapSpec.styles``."""
    popup: Popup | None = None
    label: str = ""
    """Short text drawn on the map at a point: the rank of a site, the name of a unit."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One line of the legend."""

    style: str
    text: str


@dataclass(frozen=True, slots=True)
class Layer:
    """Features that are switched on and off together."""

    id: str
    """Lower-case letters, digits and underscores; the same in every language."""
    title: str
    section: str
    """Key of the panel section."""
    pane: str
    """Height in the drawing: ``units``, ``areas``, ``streets``, ``lines``, ``gaps``, ``marks``."""
    features: tuple[Feature, ...]
    legend: tuple[LegendEntry, ...] = ()
    shown: bool = False
    """Whether the map opens with it."""
    choice: str = ""
    """Layers with the same name here exclude each other."""


@dataclass(frozen=True, slots=True)
class MapSpec:
    """The whole map in one language."""

    lang: str
    title: str
    subtitle: str
    walker: str
    """Who walks, how fast, how long."""
    headline: str
    band: str
    """Text of the band across the map when data were made, else empty."""
    footer: str
    sources: tuple[str, ...]
    layers: tuple[Layer, ...]
    """In drawing order, the lowest first."""
    styles: Mapping[str, Style]
    bounds: tuple[float, float, float, float]
    """West, south, east, north of the study area."""
