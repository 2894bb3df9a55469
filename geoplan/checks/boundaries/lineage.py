"""B18: the record of changes is complete and agrees with what two editions show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import shapely

from geoplan.checks.boundaries.recorded import (
    Between,
    between_editions,
    shown_by,
    unrecorded_changes,
)
from geoplan.checks.table import Check
from geoplan.domain.crs import GEOGRAPHIC, metric_crs, reproject, reproject_xy
from geoplan.model.arrays import Floats, Geometries
from geoplan.model.boundary_dossier import BoundaryDossier
from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.edition_changes import EditionChange, UnitEntry
from geoplan.model.findings import NOWHERE, Finding, Place, Scalar
from geoplan.model.lineage import RecordedChange
from geoplan.model.rules import Rule

_SAME_GROUND = ("split", "merge", "rename", "conversion", "recode", "transfer")
"""Kinds whose units after the change have the ground of those before it."""
_NONE = "—"


def history(dossier: BoundaryDossier, rule: Rule) -> Iterable[Finding]:
    """Report rows of the record that are incomplete or wrong, and changes that it does not hold.

    One finding a row and case (one a code for unknown codes), one a change that is not recorded.
    Without a record there is nothing to check; without an earlier edition only what the record
    says of itself and of the layer.
    """
    if dossier.lineage is None:
        return
    rows = dossier.lineage.rows
    yield from _undocumented(dossier, rule)
    yield from _unknown_codes(dossier, rule)
    if dossier.previous is None or dossier.changes is None:
        return
    yield from _areas(dossier, dossier.previous, rule)
    between = Between(_codes(dossier.previous), _codes(dossier.layer), dossier.changes.changes)
    for change in unrecorded_changes(rows, between):
        yield _unrecorded(change, rule)
    for row in between_editions(rows, between):
        if not shown_by(row, dossier.changes.changes):
            evidence = {"before": " + ".join(row.before) or _NONE}
            evidence["after"] = " + ".join(row.after) or _NONE
            yield _about(row, dossier, rule, "contradicted", evidence)


def _undocumented(dossier: BoundaryDossier, rule: Rule) -> Iterator[Finding]:
    for row in dossier.lineage.rows if dossier.lineage else ():
        undated, unnumbered = not _is_date(row.date), not row.document
        if undated or unnumbered:
            missing = "both" if undated and unnumbered else "date" if undated else "document"
            evidence = {"missing": f"missing_{missing}"}
            yield _about(row, dossier, rule, "undocumented", evidence)
        if not row.kind:
            evidence = {"written": row.written_kind or _NONE}
            yield _about(row, dossier, rule, "unknown_kind", evidence)


def _is_date(text: str) -> bool:
    """Return whether a text is a day, or a month where the document gives no day."""
    try:
        dt.date.fromisoformat(text[:10] if len(text) > 7 else f"{text}-01")
    except ValueError:
        return False
    return True


def _unknown_codes(dossier: BoundaryDossier, rule: Rule) -> Iterator[Finding]:
    """Yield codes that stand in no edition and no other row; layers without codes tell nothing."""
    rows = dossier.lineage.rows if dossier.lineage else ()
    former = _codes(dossier.previous) if dossier.previous is not None else frozenset()
    current = _codes(dossier.layer)
    for row in rows:
        others = [other for other in rows if other is not row]
        made = former.union(*(other.after for other in others))
        ended = current.union(*(other.before for other in others))
        unknown_before = [code for code in row.before if former and code not in made]
        unknown_after = [code for code in row.after if current and code not in ended]
        for case, codes in (
            ("unknown_former_code", unknown_before),
            ("unknown_code", unknown_after),
        ):
            for code in codes:
                others_of_row = tuple(sorted(row.codes - {code}))
                evidence: dict[str, Scalar] = {"lineage_row": row.row, "kind": _kind(row)}
                yield rule.found(code, evidence, case=case, about=others_of_row)


def _areas(dossier: BoundaryDossier, previous: BoundaryLayer, rule: Rule) -> Iterator[Finding]:
    """Yield rows whose units do not have the ground that their predecessors had.

    A row is left out when a unit of it is not in its edition, has no valid polygon, or takes part
    in a recorded transfer of part of an area.
    """
    rows = dossier.lineage.rows if dossier.lineage else ()
    parted = frozenset().union(*(row.codes for row in rows if row.kind == "part"))
    for row in rows:
        if row.kind not in _SAME_GROUND or row.codes & parted or not (row.before and row.after):
            continue
        before, after = _ground(previous, row.before), _ground(dossier.layer, row.after)
        if before is None or after is None:
            continue
        whole_m2 = float(shapely.area(before))
        lost_m2 = float(shapely.area(shapely.difference(before, after)))
        gained_m2 = float(shapely.area(shapely.difference(after, before)))
        share = max(lost_m2, gained_m2) / whole_m2
        if share > rule.numbers["area_share"]:
            evidence = {"lost_m2": lost_m2, "gained_m2": gained_m2, "share": share}
            yield _about(row, dossier, rule, "area", evidence)


def _ground(layer: BoundaryLayer, codes: Sequence[str]) -> shapely.Geometry | None:
    """Return the ground of units in metres, None when one is missing or has no valid polygon."""
    rows = np.flatnonzero(np.isin(layer.code, codes))
    shapes: Geometries = layer.geometry[rows]
    kinds = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    usable = np.isin(shapely.get_type_id(shapes), kinds) & shapely.is_valid(shapes)
    if not usable.all() or {str(code) for code in layer.code[rows]} != set(codes):
        return None
    middle: Floats = shapely.bounds(shapes)[:1, :2]
    lon, lat = reproject_xy(middle, layer.crs, GEOGRAPHIC)[0].tolist()
    ground: shapely.Geometry = shapely.union_all(reproject(shapes, layer.crs, metric_crs(lon, lat)))
    return ground


def _unrecorded(change: EditionChange, rule: Rule) -> Finding:
    before = " + ".join(_name(unit) for unit in change.before) or _NONE
    after = " + ".join(_name(unit) for unit in change.after) or _NONE
    codes = [unit.subject for unit in (*change.after, *change.before)]
    return rule.found(
        codes[0],
        {"kind": f"change_{change.kind}", "before": before, "after": after},
        case="unrecorded",
        place=_change_place(change),
        about=tuple(dict.fromkeys(code for code in codes if code != codes[0])),
    )


def _name(unit: UnitEntry) -> str:
    return unit.name or unit.subject


def _change_place(change: EditionChange) -> Place:
    row = change.after[0].row if change.after else None
    if change.shape is None:
        return Place(row=row)
    point = shapely.point_on_surface(change.shape)
    lon, lat = float(shapely.get_x(point)), float(shapely.get_y(point))
    return Place(round(lon, 6), round(lat, 6), row, change.shape)


def _about(
    row: RecordedChange,
    dossier: BoundaryDossier,
    rule: Rule,
    case: str,
    evidence: dict[str, str] | dict[str, float],
) -> Finding:
    """Return a finding about a row of the record: its subject is the first unit that it made."""
    codes = (*row.after, *row.before) or (f"#{row.row}",)
    return rule.found(
        codes[0],
        {"lineage_row": row.row, "kind": _kind(row), **evidence},
        case=case,
        place=_unit_place(dossier.layer, codes),
        about=tuple(code for code in dict.fromkeys(codes) if code != codes[0]),
    )


def _kind(row: RecordedChange) -> str:
    return f"change_{row.kind}" if row.kind else row.written_kind or _NONE


def _unit_place(layer: BoundaryLayer, codes: Sequence[str]) -> Place:
    """Return a point within the first of the units that the layer holds."""
    for code in codes:
        for position in np.flatnonzero(layer.code == code).tolist():
            shape, row = layer.geometry[position], int(layer.row[position])
            if shape is None or shapely.is_empty(shape) or not shapely.is_valid(shape):
                return Place(row=row)
            point = shapely.get_coordinates(shapely.point_on_surface(shape))
            lon, lat = reproject_xy(point, layer.crs, GEOGRAPHIC)[0].round(6).tolist()
            return Place(lon, lat, row)
    return NOWHERE


def _codes(layer: BoundaryLayer) -> frozenset[str]:
    return frozenset(str(code) for code in layer.code.tolist() if code)


CHECKS: dict[str, Check[BoundaryDossier]] = {"B18": history}
