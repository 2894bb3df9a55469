"""The files of places: boundaries, gazetteer, older edition, population facts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from csv import writer
from pathlib import Path

import shapely
from shapely import Polygon

from tools.tianning_sample.facts import (
    CIVIL_AFFAIRS_SOURCE,
    DISTRICT_CODE,
    DISTRICT_NAME,
    NAMES_SOURCE,
    OUTLINE_SOURCE,
    communities,
    old_edition,
    population_facts,
    subdistricts,
)
from tools.tianning_sample.frame import to_degrees
from tools.tianning_sample.network import Town
from tools.tianning_sample.shapes import joined

GAZETTEER_HEADER = (
    "code", "code_mca", "name", "short_name", "level", "parent_code", "source",
)  # fmt: skip

DISTRICT_NOTE = f"{OUTLINE_SOURCE}; vertices added where made borders meet the outline"
MADE_NOTE = f"name and code: {NAMES_SOURCE}; geometry made"


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A UTF-8 table with a byte order mark, as spreadsheet programs expect for Chinese text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = writer(file, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


def gazetteer_rows() -> list[tuple[object, ...]]:
    """The seven subdistricts and the 125 communities, by code."""
    both = f"{NAMES_SOURCE}; {CIVIL_AFFAIRS_SOURCE}"
    rows: list[tuple[object, ...]] = [
        (u.code, u.code_mca, u.name, u.name, "subdistrict", DISTRICT_CODE, both)
        for u in subdistricts()
    ]
    rows += [
        (u.code, "", u.name, u.short_name, "community", u.subdistrict_code, NAMES_SOURCE)
        for u in communities()
    ]
    return sorted(rows, key=lambda row: str(row[0]))


def write_facts(data: Path) -> None:
    """The tables that hold facts alone."""
    write_table(data / "boundaries/tianning_gazetteer.csv", GAZETTEER_HEADER, gazetteer_rows())
    old = old_edition()
    write_table(
        data / "boundaries/tianning_codes_old_edition.csv",
        list(old[0]),
        [list(r.values()) for r in old],
    )
    facts = population_facts()
    write_table(
        data / "population/tianning_population_facts.csv",
        list(facts[0]),
        [list(r.values()) for r in facts],
    )


def _feature(geometry: Polygon, **properties: object) -> dict[str, object]:
    ring = shapely.get_coordinates(shapely.geometry.polygon.orient(geometry)).round(7).tolist()
    shape = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": properties, "geometry": shape}


def boundary_features(town: Town) -> list[dict[str, object]]:
    """District, subdistricts and communities by code; each level is the exact union of the next."""
    units = communities()
    shapes = [to_degrees(shape) for shape in town.community_shapes]
    features = [
        _feature(
            joined(shapes), code=DISTRICT_CODE, code_mca=None,
            name=DISTRICT_NAME,
            short_name=DISTRICT_NAME, level="district", parent_code=None, made=False,
            source=DISTRICT_NOTE,
        )
    ]  # fmt: skip
    for street in subdistricts():
        mine = [s for s, u in zip(shapes, units, strict=True) if u.subdistrict_code == street.code]
        features.append(
            _feature(
                joined(mine), code=street.code, code_mca=street.code_mca,
                name=street.name, short_name=street.name, level="subdistrict",
                parent_code=DISTRICT_CODE, made=True, source=MADE_NOTE,
            )
        )  # fmt: skip
    features += [
        _feature(
            shape, code=unit.code, code_mca=None, name=unit.name, short_name=unit.short_name,
            level="community", parent_code=unit.subdistrict_code, made=True, source=MADE_NOTE,
        )
        for shape, unit in zip(shapes, units, strict=True)
    ]  # fmt: skip
    return sorted(features, key=lambda feature: str(feature["properties"]["code"]))  # type: ignore[index]


def write_boundaries(town: Town, path: Path) -> None:
    """One collection of 133 features, one feature a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in boundary_features(town)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    head = f'{{"type":"FeatureCollection","name":"tianning_boundaries","crs":{json.dumps(crs)},'
    path.write_text(head + '"features":[\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8")
