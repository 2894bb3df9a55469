"""Mends of a layer of units that need no judgement: slivers, unmatched edges, invalid polygons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoplan.checks.boundaries.mended_layer import mended_layer
from geoplan.checks.boundaries.metric_layer import metric_layer
from geoplan.checks.boundaries.tiling_table import CHECKS
from geoplan.checks.table import findings_of
from geoplan.domain.crs import GEOGRAPHIC, reproject
from geoplan.model.boundary_dossier import BoundaryDossier
from geoplan.model.boundary_layer import BoundaryLayer
from geoplan.model.findings import Finding
from geoplan.model.proposals import Proposal
from geoplan.model.rules import Rulebook

_MENDED = {
    "B01": {"crossing", "touching", "rings", "repeated"},
    "B02": {"sliver"},
    "B03": {"sliver"},
    "B04": {"node", "shifted"},
    "B05": {"outside_sliver"},
}
"""Rules and cases that a proposal mends; real overlaps and gaps are for people."""


def propose(dossier: BoundaryDossier, findings: Sequence[Finding], book: Rulebook) -> Proposal:
    """Return the layer as it would be with the mends that the findings name.

    Only units that a mended finding names move, and parents that must still be the union of their
    children. A mend that would bring any new finding, or would leave its own, is left out, with all
    that hangs together with it: the proposed layer is checked before it is proposed.
    """
    wanted = [one for one in findings if one.case in _MENDED.get(one.rule, ())]
    before = {one.id for one in _checked(dossier, book)}
    layer = dossier.layer
    while wanted:
        layer = mended_layer(dossier.layer, wanted, book)
        after = _checked(replace(dossier, layer=layer), book)
        spoiled = [one for one in after if one.id not in before]
        spoiled += [one for one in wanted if one.id in {each.id for each in after}]
        if not spoiled:
            break
        kept = _without(wanted, spoiled)
        wanted = kept if len(kept) < len(wanted) else []
        layer = dossier.layer
    return Proposal(table=_table(dossier.layer, layer, wanted), changes=_changes(layer, wanted))


def _checked(dossier: BoundaryDossier, book: Rulebook) -> tuple[Finding, ...]:
    return findings_of(CHECKS, dossier, book)


def _without(wanted: Sequence[Finding], spoiled: Iterable[Finding]) -> list[Finding]:
    """Return the findings that no chain of common units joins to a spoiled one.

    Units above are no links, or every gap of one parent would hang together.
    """
    bad = {name for one in spoiled for name in _members(one)}
    left = list(wanted)
    while True:
        joined = [one for one in left if bad & _members(one)]
        if not joined:
            return left
        left = [one for one in left if not bad & _members(one)]
        bad |= {name for one in joined for name in _members(one)}


def _members(finding: Finding) -> set[str]:
    """Return the units that a finding names, without the parent whose ground it is."""
    if finding.rule == "B03":
        return set(finding.about)
    if finding.rule == "B05":
        return {finding.subject}
    return {finding.subject, *finding.about}


def _table(old: BoundaryLayer, new: BoundaryLayer, mended: Sequence[Finding]) -> gpd.GeoDataFrame:
    """Return the new layer with all attributes of the old one; unmoved rows name no finding."""
    moved = ~np.array([one is two for one, two in zip(old.geometry, new.geometry, strict=True)])
    by_unit: dict[str, list[str]] = {}
    for finding in mended:
        for name in {finding.subject, *finding.about}:
            by_unit.setdefault(name, []).append(finding.id)
    ids = [
        " ".join(by_unit.get(old.subject(row), [])) if moved[row] else "" for row in range(len(old))
    ]
    attributes = pd.DataFrame() if old.original is None else old.original.reset_index(drop=True)
    return gpd.GeoDataFrame(
        attributes.assign(proposal=ids), geometry=list(new.geometry), crs=new.crs
    )


def _changes(new: BoundaryLayer, mended: Sequence[Finding]) -> gpd.GeoDataFrame:
    """Return one row a mended finding: who had the piece, who has it now, and the piece.

    Units are joined by a blank; ground of nobody is empty.
    """
    rows = [
        {
            "finding": finding.id,
            "subject": finding.subject,
            "column": "geometry",
            "old": "" if finding.rule == "B03" else " ".join(sorted(_members(finding))),
            "new": " ".join(holders),
        }
        for finding, holders in zip(mended, _holders(new, mended), strict=True)
    ]
    shapes = [_drawn(finding) for finding in mended]
    columns: Mapping[str, list[str]] = {
        name: [row[name] for row in rows] for name in ("finding", "subject", "column", "old", "new")
    }
    pieces = reproject(np.array(shapes, dtype=object), GEOGRAPHIC, new.crs)
    return gpd.GeoDataFrame(columns, geometry=list(pieces), crs=new.crs)


def _drawn(finding: Finding) -> shapely.Geometry | None:
    if finding.shape is not None or finding.lon is None or finding.lat is None:
        return finding.shape
    return shapely.Point(finding.lon, finding.lat)


def _holders(new: BoundaryLayer, mended: Sequence[Finding]) -> list[list[str]]:
    """Return for each finding the units it names that hold the middle of its place now."""
    if not mended:
        return []
    metric = metric_layer(new)
    places = np.array([_drawn(finding) for finding in mended], dtype=object)
    points = shapely.point_on_surface(reproject(places, GEOGRAPHIC, metric.crs))
    near, unit = shapely.STRtree(metric.polygon).query(points, predicate="dwithin", distance=1e-3)
    held: list[set[str]] = [set() for _ in mended]
    for one, position in zip(near.tolist(), unit.tolist(), strict=True):
        held[one].add(new.subject(int(position)))
    return [sorted(names & _members(finding)) for names, finding in zip(held, mended, strict=True)]
