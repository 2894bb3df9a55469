"""Checks of facilities, demand and boundaries as they take part in a run."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.model.findings import Finding, Place
from geoplan.model.results import CheckedRun
from geoplan.model.rules import Rule


def made_data(run: CheckedRun, rule: Rule) -> Iterable[Finding]:
    """Report every input that was made for demonstration."""
    inputs = run.inputs
    for what, source in (
        ("boundaries", inputs.boundaries.source),
        ("demand", inputs.demand.source),
        ("facilities", inputs.facilities.source),
        ("network", inputs.network.source),
    ):
        if source.synthetic:
            yield rule.found(source.name, {"what": what})


def demand_rounded(run: CheckedRun, rule: Rule) -> Iterable[Finding]:
    """Report how many rows of people were not whole numbers."""
    source = run.inputs.demand.source
    if source.rounded_rows:
        yield rule.found(source.name, {"rows": source.rounded_rows})


def boundaries_made(run: CheckedRun, rule: Rule) -> Iterable[Finding]:
    """Report units whose polygons were made, not surveyed."""
    units = int(run.inputs.boundaries.made.sum())
    if units:
        source = run.inputs.boundaries.source.name
        yield rule.found(source, {"units": units})


def facility_outside_area(run: CheckedRun, rule: Rule) -> Iterable[Finding]:
    """Report facilities outside the district: they serve, but stand elsewhere."""
    facilities = run.inputs.facilities
    outside = np.flatnonzero(run.facility_units.district < 0)
    lon_lat = reproject_xy(facilities.xy[outside], facilities.crs, GEOGRAPHIC).round(6)
    for row, (lon, lat) in zip(outside.tolist(), lon_lat.tolist(), strict=True):
        yield rule.found(
            str(facilities.id[row]),
            {"facility": str(facilities.name[row])},
            place=Place(lon, lat),
        )


def demand_outside_units(run: CheckedRun, rule: Rule) -> Iterable[Finding]:
    """Report people who live in no unit: they are counted nowhere."""
    outside = run.units.district < 0
    people = int(run.inputs.demand.of("all")[outside].sum())
    if people:
        yield rule.found(
            run.inputs.demand.source.name,
            {"points": int(outside.sum()), "people": people},
        )


def unnamed_facility(run: CheckedRun, rule: Rule) -> Iterable[Finding]:
    """Report facilities without a name."""
    count = int((run.inputs.facilities.name == "").sum())
    if count:
        source = run.inputs.facilities.source.name
        yield rule.found(source, {"count": count})


def facility_no_people(run: CheckedRun, rule: Rule) -> Iterable[Finding]:
    """Report facilities that give a service and yet nobody can walk to them."""
    facilities = run.inputs.facilities
    empty = np.flatnonzero((run.people_reached == 0) & facilities.offers.any(axis=1))
    lon_lat = reproject_xy(facilities.xy[empty], facilities.crs, GEOGRAPHIC).round(6)
    for row, (lon, lat) in zip(empty.tolist(), lon_lat.tolist(), strict=True):
        yield rule.found(
            str(facilities.id[row]),
            {"facility": str(facilities.name[row])},
            place=Place(lon, lat),
        )


def border_points(run: CheckedRun, rule: Rule) -> Iterable[Finding]:
    """Report how many homes and facilities stand on a border that two units share."""
    for what, role in (("demand", "demand"), ("facility", "facilities")):
        points = run.border_points.loc[run.border_points["what"] == what, "id"].nunique()
        if points:
            source = run.inputs.boundaries.source.name
            yield rule.found(source, {"what": role, "points": int(points)})


def figure_without_unit(run: CheckedRun, rule: Rule) -> Iterable[Finding]:
    """Report figures of the bureau whose unit is not on the map: no target is held against them."""
    for row in run.unplaced_figures.to_dict("records"):
        evidence = {
            "indicator": str(row["indicator"]),
            "level": str(row["level"]),
            "edition": str(row["edition"]),
        }
        yield rule.found(str(row["code"]), evidence)
