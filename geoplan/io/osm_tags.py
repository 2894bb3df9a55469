"""Facilities and buildings of an OpenStreetMap file, by tags: for planners without tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium
import shapely

from geoplan.config import BuildingDemand, Tags
from geoplan.domain.apportion import largest_remainder
from geoplan.domain.crs import metric_crs, reproject
from geoplan.domain.kinds import KINDS, SERVICES
from geoplan.errors import EmptyInputError
from geoplan.io.osm import WGS84
from geoplan.io.osm_file import data_date, is_made, reading
from geoplan.model.arrays import Floats, Geometries, Ints, Texts
from geoplan.model.demand import Demand
from geoplan.model.facilities import Facilities
from geoplan.model.source import Source

_QUARTERS = frozenset(["suburb", "neighbourhood", "quarter", "village", "hamlet"])
_ADDRESS_M = 60.0
"""An address further away belongs to another block."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One tagged thing of the file: a node, or the area of a way or relation."""

    id: str
    """``n``, ``w`` or ``r`` and the OSM id."""
    tags: Mapping[str, str]
    geometry: shapely.Geometry


def read_osm_facilities(path: Path, rules: Sequence[tuple[str, Tags]]) -> Facilities:
    """Return the nodes and areas that match the tags of a kind, one point each.

    A feature that matches several rules takes the kind of the first. A feature without a name
    keeps an empty one (a finding counts them).

    Raises
    ------
    InputError
        The file cannot be read.
    EmptyInputError
        Nothing matches.
    """
    keys = sorted({key for _, tags in rules for key in tags})
    found: dict[str, tuple[str, Feature]] = {}
    for feature in _features(path, keys):
        kind = next((kind for kind, tags in rules if matches(feature.tags, tags)), None)
        if kind is not None:
            found.setdefault(feature.id, (kind, feature))
    if not found:
        raise EmptyInputError(
            f"{path}: no facility carries the tags of [[facilities.osm]]; correct the tags"
        )
    ids = sorted(found)
    kinds = [found[one][0] for one in ids]
    points = shapely.point_on_surface([found[one][1].geometry for one in ids])
    return Facilities(
        id=np.array(ids),
        name=np.array([found[one][1].tags.get("name", "") for one in ids]),
        kind=np.array(kinds),
        xy=shapely.get_coordinates(points),
        services=tuple(SERVICES),
        offers=np.array(
            [[service in KINDS[kind].services for service in SERVICES] for kind in kinds]
        ),
        status=np.full(len(ids), "", dtype="<U1"),
        community=np.full(len(ids), "", dtype="<U1"),
        crs=WGS84,
        source=_source(path, "facilities by tags"),
    )


def read_osm_buildings(path: Path, rules: BuildingDemand) -> Demand:
    """Return the stated total of people spread over building footprints times levels.

    People are apportioned by floor area with the largest remainder, so they sum to the total
    exactly; each further group is its share of the total, apportioned the same way and at most
    everyone who lives in a building. ``place`` is the street of the building's address, else that
    of the nearest address within 60 m, else the nearest named quarter, else empty.

    Raises
    ------
    InputError
        The file cannot be read.
    EmptyInputError
        No building matches.
    """
    buildings = [
        feature
        for feature in _features(path, sorted(rules.tags))
        if matches(feature.tags, rules.tags)
        and not any(matches(feature.tags, {key: value}) for key, value in rules.exclude.items())
        and not isinstance(feature.geometry, shapely.Point)
    ]
    if not buildings:
        raise EmptyInputError(f"{path}: no building carries the tags of [demand.buildings]")
    buildings.sort(key=lambda feature: feature.id)
    outlines = np.array([feature.geometry for feature in buildings], dtype=object)
    crs = _metric(outlines)
    shapes = reproject(outlines, WGS84, crs)
    levels = np.array([_levels(feature.tags, rules.default_levels) for feature in buildings])
    return Demand(
        id=np.array([feature.id for feature in buildings]),
        place=_places(path, buildings, shapes, crs),
        xy=shapely.get_coordinates(shapely.point_on_surface(outlines)),
        groups=("all", *rules.groups),
        people=_people(rules, shapely.area(shapes) * levels),
        community=np.full(len(buildings), "", dtype="<U1"),
        crs=WGS84,
        source=_source(path, f"{rules.total_people} people ({rules.total_source}) on buildings"),
    )


def matches(tags: Mapping[str, str], wanted: Tags) -> bool:
    """Return whether every wanted key has the wanted value, one of several, or any (true)."""
    return all(_one(tags.get(key, ""), value) for key, value in wanted.items())


def _one(found: str, wanted: str | list[str] | bool) -> bool:  # noqa: FBT001  a TOML value
    if isinstance(wanted, bool):
        return (found not in {"", "no"}) == wanted
    return found in wanted if isinstance(wanted, list) else found == wanted


def _features(path: Path, keys: Sequence[str]) -> Iterator[Feature]:
    """Yield nodes and areas that carry any of the keys; an area that cannot be closed is none."""
    factory = osmium.geom.WKBFactory()
    with reading(path):
        entities = osmium.FileProcessor(str(path)).with_areas()
        for entity in entities.with_filter(osmium.filter.KeyFilter(*keys)):
            if isinstance(entity, osmium.osm.Node):
                wkb = factory.create_point(entity)
                yield Feature(f"n{entity.id}", dict(entity.tags), shapely.from_wkb(wkb))
            elif isinstance(entity, osmium.osm.Area):
                letter = "w" if entity.from_way() else "r"
                shape = shapely.from_wkb(factory.create_multipolygon(entity))
                yield Feature(f"{letter}{entity.orig_id()}", dict(entity.tags), shape)


def _levels(tags: Mapping[str, str], default: float) -> float:
    try:
        levels = float(tags.get("building:levels", "").split(";")[0])
    except ValueError:
        return default
    return levels if 0 < levels < 200 else default


def _places(path: Path, buildings: Sequence[Feature], shapes: Geometries, crs: str) -> Texts:
    """Return a name that a resident would give for where each building stands."""
    own = [feature.tags.get("addr:street", "") for feature in buildings]
    named = [
        (feature, feature.tags.get("addr:street", ""), feature.tags.get("name", ""))
        for feature in _features(path, ["addr:street", "place"])
        if feature.tags.get("addr:street") or feature.tags.get("place") in _QUARTERS
    ]
    streets = [(feature, street) for feature, street, _ in named if street]
    quarters = [(feature, name) for feature, street, name in named if name and not street]
    nearby = _nearest(shapes, streets, crs=crs, within_m=_ADDRESS_M)
    around = _nearest(shapes, quarters, crs=crs, within_m=np.inf)
    return np.array([a or b or c for a, b, c in zip(own, nearby, around, strict=True)])


def _nearest(
    shapes: Geometries, named: Sequence[tuple[Feature, str]], *, crs: str, within_m: float
) -> list[str]:
    """Return the name of the nearest feature to each shape, the first by id among equals."""
    names = [""] * shapes.size
    if not named:
        return names
    ordered = sorted(named, key=lambda one: one[0].id)
    spots = np.array([feature.geometry for feature, _ in ordered], dtype=object)
    tree = shapely.STRtree(reproject(spots, WGS84, crs))
    pairs, gap = tree.query_nearest(shapes, return_distance=True, all_matches=True)
    for shape, spot, metres in sorted(zip(*pairs.tolist(), gap.tolist(), strict=True)):
        if metres <= within_m and not names[shape]:
            names[shape] = ordered[spot][1]
    return names


def _metric(shapes: Geometries) -> str:
    west, south, east, north = shapely.total_bounds(shapes)
    return metric_crs((west + east) / 2, (south + north) / 2)


def _people(rules: BuildingDemand, floor_m2: Floats) -> Ints:
    everyone = largest_remainder(floor_m2, rules.total_people)
    columns = [everyone]
    for share in rules.groups.values():
        total = round(rules.total_people * share)
        columns.append(largest_remainder(everyone.astype(np.float64), total, at_most=everyone))
    return np.column_stack(columns)


def _source(path: Path, what: str) -> Source:
    made = is_made(path)
    note = "made data" if made else f"© OpenStreetMap contributors, ODbL 1.0; {what}"
    return Source(path.name, WGS84, date=data_date(path), synthetic=made, note=note)
