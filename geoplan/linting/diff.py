"""Two editions of boundaries or names: read, compared, and written in every form."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from geoplan.errors import InputError
from geoplan.io.boundary_layer import measurable, read_boundary_layer
from geoplan.io.csv_text import csv_chunks
from geoplan.io.demand import read_demand
from geoplan.io.gazetteer import read_gazetteer
from geoplan.io.given import Given
from geoplan.io.shape_positions import finite_shapes
from geoplan.io.vectors import LAYER_ENDINGS
from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.edition_changes import EditionChanges
from geoplan.model.gazetteer import Gazetteer
from geoplan.stages.ground_changes import compare_boundaries
from geoplan.stages.moved_people import with_people
from geoplan.stages.name_changes import compare_names, with_seats
from geoplan.views.change_records import changes_collection, changes_record, changes_table
from geoplan.views.change_words import change_lines
from geoplan.views.check_words import visible


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """Files that may go with two editions of boundaries."""

    people: Path | None = None
    """Homes with people, as a run reads them."""
    seats: tuple[Given, Given] | None = None
    """Registers of the seats, earlier and later: code or name of the unit, lon, lat."""


def diff(earlier: Given, later: Given, beside: Beside | None = None) -> EditionChanges:
    """Return what changed from one edition to the next.

    Layers with polygons on both sides are boundaries, everything else is a register of names.

    Raises
    ------
    InputError
        A file cannot be read; people or seats are given and the editions have no polygons.
    """
    beside = beside or Beside()
    layers = _layer(earlier), _layer(later)
    if layers[0] is None or layers[1] is None:
        if beside.people or beside.seats:
            raise InputError(
                "people and seats go with two layers of polygons, and these editions are lists of "
                "names; leave them out, or compare two layers"
            )
        return compare_names(_register(earlier, layers[0]), _register(later, layers[1]))
    found = compare_boundaries(layers[0], layers[1])
    if beside.seats:
        found = with_seats(found, *(read_gazetteer(one) for one in beside.seats))
    return with_people(found, read_demand(beside.people)) if beside.people else found


def shown_changes(earlier: BoundaryLayer | None, later: BoundaryLayer) -> EditionChanges | None:
    """Return what the polygons of two editions show, None when an edition has none."""
    if earlier is None or not (has_polygon(earlier) and has_polygon(later)):
        return None
    return compare_boundaries(earlier, later)


def rendered(found: EditionChanges, form: str, lang: str) -> bytes:
    """Return the comparison as ``text``, ``json``, ``geojson`` or ``csv``."""
    return FORMS[form](found, lang)


def _text(found: EditionChanges, lang: str) -> bytes:
    return "\n".join([*map(visible, change_lines(found, lang)), ""]).encode()


def _json(found: EditionChanges, _lang: str) -> bytes:
    return _json_text(changes_record(found))


def _geojson(found: EditionChanges, lang: str) -> bytes:
    return _json_text(changes_collection(found, lang))


def _csv(found: EditionChanges, lang: str) -> bytes:
    return b"".join(csv_chunks(changes_table(found, lang)))


def _json_text(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


FORMS: dict[str, Callable[[EditionChanges, str], bytes]] = {
    "text": _text,
    "json": _json,
    "geojson": _geojson,
    "csv": _csv,
}
"""Form → its renderer: (changes, language) → bytes."""


def _layer(given: Given) -> BoundaryLayer | None:
    """Return a layer that has at least one polygon, None for anything else."""
    if isinstance(given, Path) and given.suffix.lower() not in LAYER_ENDINGS:
        return None
    if not isinstance(given, Path | gpd.GeoDataFrame):
        return None
    layer = read_boundary_layer(given)
    return measurable(layer) if has_polygon(layer) else None


def has_polygon(layer: BoundaryLayer) -> bool:
    """Return whether at least one unit of a layer has a polygon with an area."""
    shapes = layer.geometry[layer.polygonal() & finite_shapes(layer.geometry)]
    return bool((shapely.area(shapes) > 0).any())


def _register(given: Given, layer: BoundaryLayer | None) -> Gazetteer:
    """Return a register; a point within a polygon is no position of its own."""
    register = read_gazetteer(given)
    return register if layer is None else replace(register, xy=np.full_like(register.xy, np.nan))
