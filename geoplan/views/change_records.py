"""What changed between two editions, as machines read it: records, features, a table."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import shapely

from geoplan.domain.groups import EVERYONE
from geoplan.model.edition_changes import EditionChange, EditionChanges, UnitEntry
from geoplan.model.schema import group_column
from geoplan.views.change_words import change_sentence

_CRS = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
_DEGREES_KEPT = 1e-7
_COLUMNS = (
    "kind",
    "level",
    "before_codes",
    "before_names",
    "after_codes",
    "after_names",
    "parent_before",
    "parent_after",
    "area_m2",
    "shares",
    "width_m",
    "distance_m",
    "certainty",
    "why",
    "lon",
    "lat",
    "message",
)


def changes_record(found: EditionChanges) -> dict[str, Any]:
    """Return the whole comparison as one JSON value, English; geometries are left to GeoJSON."""
    return {
        "basis": found.basis,
        "earlier": found.earlier,
        "later": found.later,
        "unchanged": found.unchanged,
        "repaired": found.repaired,
        "without_polygon": found.without_polygon,
        "changes": [change_record(change, "en") for change in found.changes],
    }


def change_record(change: EditionChange, lang: str) -> dict[str, Any]:
    """Return one change with everything but its geometry; metres to a centimetre."""
    lon, lat = _place(change)
    return {
        "kind": change.kind,
        "before": [_unit(unit) for unit in change.before],
        "after": [_unit(unit) for unit in change.after],
        "area_m2": _rounded(change.area_m2, 2),
        "shares": [round(share, 6) for share in change.shares],
        "width_m": _rounded(change.width_m, 2),
        "distance_m": _rounded(change.distance_m, 2),
        "people": dict(change.people),
        "certainty": change.certainty,
        "why": change.why,
        "lon": lon,
        "lat": lat,
        "message": change_sentence(change, lang),
    }


def changes_collection(found: EditionChanges, lang: str) -> dict[str, Any]:
    """Return a GeoJSON feature collection; a change without ground has a null geometry."""
    return {
        "type": "FeatureCollection",
        "crs": _CRS,
        "features": [
            {
                "type": "Feature",
                "geometry": _geometry(change.shape),
                "properties": _flat(change, lang),
            }
            for change in found.changes
        ],
    }


def changes_table(found: EditionChanges, lang: str) -> pd.DataFrame:
    """Return a row a change; several units stand in one cell, parted by ``;``."""
    groups = list(dict.fromkeys(group for one in found.changes for group in one.people))
    columns = [*_COLUMNS[:-1], *(_people_column(group) for group in groups), _COLUMNS[-1]]
    rows = [_flat(change, lang) for change in found.changes]
    return pd.DataFrame(rows, columns=columns)


def _flat(change: EditionChange, lang: str) -> dict[str, Any]:
    record = change_record(change, lang)
    units = (*change.before, *change.after)
    return {
        **{key: record[key] for key in _COLUMNS if key in record and key != "shares"},
        "level": units[0].level or None,
        "before_codes": _joined(unit.code for unit in change.before),
        "before_names": _joined(unit.name for unit in change.before),
        "after_codes": _joined(unit.code for unit in change.after),
        "after_names": _joined(unit.name for unit in change.after),
        "parent_before": _joined(dict.fromkeys(unit.parent for unit in change.before)),
        "parent_after": _joined(dict.fromkeys(unit.parent for unit in change.after)),
        "shares": _joined(f"{share:.6f}" for share in change.shares),
        **{_people_column(group): count for group, count in change.people.items()},
    }


def _people_column(group: str) -> str:
    return "people" if group == EVERYONE else group_column("people", group)


def _joined(texts: Any) -> str:  # noqa: ANN401  any iterable of texts
    return ";".join(texts)


def _unit(unit: UnitEntry) -> dict[str, Any]:
    return {
        "code": unit.code,
        "name": unit.name,
        "level": unit.level or None,
        "parent": unit.parent,
        "row": unit.row,
    }


def _place(change: EditionChange) -> tuple[float | None, float | None]:
    """Return a point on the ground in EPSG:4490, the new seat of a moved one."""
    if change.shape is None:
        return None, None
    if change.kind == "moved_seat":
        lon, lat = shapely.get_coordinates(change.shape)[-1].tolist()
    else:
        point = shapely.point_on_surface(change.shape)
        lon, lat = float(shapely.get_x(point)), float(shapely.get_y(point))
    return round(lon, 6), round(lat, 6)


def _geometry(shape: shapely.Geometry | None) -> dict[str, Any] | None:
    if shape is None:
        return None
    rounded = shapely.set_precision(shape, _DEGREES_KEPT, mode="pointwise")
    return dict(json.loads(shapely.to_geojson(rounded)))


def _rounded(number: float | None, digits: int) -> float | None:
    return None if number is None else round(number, digits)
