"""Checks of facilities, demand and boundaries as they take part in a run."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.model.findings import Finding
from geoplan.model.results import CheckedRun


def made_data(run: CheckedRun) -> Iterable[Finding]:
    """Report every input that was made for demonstration."""
    inputs = run.inputs
    for what, source in (
        ("boundaries", inputs.boundaries.source),
        ("demand", inputs.demand.source),
        ("facilities", inputs.facilities.source),
        ("network", inputs.network.source),
    ):
        if source.synthetic:
            yield Finding("made-data", "note", source.name, {"what": what})


def demand_rounded(run: CheckedRun) -> Iterable[Finding]:
    """Report how many rows of people were not whole numbers."""
    source = run.inputs.demand.source
    if source.rounded_rows:
        yield Finding("demand-rounded", "note", source.name, {"rows": source.rounded_rows})


def boundaries_made(run: CheckedRun) -> Iterable[Finding]:
    """Report units whose polygons were made, not surveyed."""
    units = int(run.inputs.boundaries.made.sum())
    if units:
        source = run.inputs.boundaries.source.name
        yield Finding("boundaries-made", "note", source, {"units": units})


def facility_outside_area(run: CheckedRun) -> Iterable[Finding]:
    """Report facilities outside the district: they serve, but stand elsewhere."""
    facilities = run.inputs.facilities
    outside = np.flatnonzero(run.facility_units.district < 0)
    lon_lat = reproject_xy(facilities.xy[outside], facilities.crs, GEOGRAPHIC).round(6)
    for row, (lon, lat) in zip(outside.tolist(), lon_lat.tolist(), strict=True):
        yield Finding(
            "facility-outside-area",
            "note",
            str(facilities.id[row]),
            {"facility": str(facilities.name[row])},
            lon,
            lat,
        )


def demand_outside_units(run: CheckedRun) -> Iterable[Finding]:
    """Report people who live in no unit: they are counted nowhere."""
    outside = run.units.district < 0
    people = int(run.inputs.demand.of("all")[outside].sum())
    if people:
        yield Finding(
            "demand-outside-units",
            "warning",
            run.inputs.demand.source.name,
            {"points": int(outside.sum()), "people": people},
        )


def unnamed_facility(run: CheckedRun) -> Iterable[Finding]:
    """Report facilities without a name."""
    count = int((run.inputs.facilities.name == "").sum())
    if count:
        source = run.inputs.facilities.source.name
        yield Finding("unnamed-facility", "note", source, {"count": count})


def facility_no_people(run: CheckedRun) -> Iterable[Finding]:
    """Report facilities that give a service and yet nobody can walk to them."""
    facilities = run.inputs.facilities
    empty = np.flatnonzero((run.people_reached == 0) & facilities.offers.any(axis=1))
    lon_lat = reproject_xy(facilities.xy[empty], facilities.crs, GEOGRAPHIC).round(6)
    for row, (lon, lat) in zip(empty.tolist(), lon_lat.tolist(), strict=True):
        yield Finding(
            "facility-no-people",
            "note",
            str(facilities.id[row]),
            {"facility": str(facilities.name[row])},
            lon,
            lat,
        )


def border_points(run: CheckedRun) -> Iterable[Finding]:
    """Report how many homes and facilities stand on a border that two units share."""
    for what, role in (("demand", "demand"), ("facility", "facilities")):
        points = run.border_points.loc[run.border_points["what"] == what, "id"].nunique()
        if points:
            source = run.inputs.boundaries.source.name
            yield Finding("border-points", "note", source, {"what": role, "points": int(points)})


def figure_without_unit(run: CheckedRun) -> Iterable[Finding]:
    """Report figures of the bureau whose unit is not on the map: no target is held against them."""
    for row in run.unplaced_figures.to_dict("records"):
        evidence = {
            "indicator": str(row["indicator"]),
            "level": str(row["level"]),
            "edition": str(row["edition"]),
        }
        yield Finding("figure-without-unit", "warning", str(row["code"]), evidence)
