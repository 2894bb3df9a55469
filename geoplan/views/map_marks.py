"""Layers of facilities, gaps, recommended sites and closed gates: what planners click."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoplan.domain.kinds import KINDS
from geoplan.model.arrays import Flags
from geoplan.model.schema import group_column
from geoplan.views.gap_sentences import gap_action
from geoplan.views.map_geometry import drawn, drawn_all, patches
from geoplan.views.map_layers import Sketch
from geoplan.views.map_parts import Feature, Layer, LegendEntry, Popup
from geoplan.views.sentences import facility_names, site_name, site_origin
from geoplan.views.wording import Wording, shown, shown_count

Row = Mapping[str, Any]


def facility_layers(sketch: Sketch) -> tuple[Layer, ...]:
    """Return one layer a kind of facility; kinds that give the main service are shown."""
    facilities, words = sketch.outcome.inputs.facilities, sketch.words
    main = facilities.giving(sketch.outcome.settings.service)
    present = [kind for kind in KINDS if (facilities.kind == kind).any()]
    return tuple(
        Layer(
            id=f"kind_{kind}",
            title=words.text("layer.facilities", kind=words.kind(kind)),
            section="facilities",
            pane="marks",
            features=_facilities(sketch, facilities.kind == kind),
            legend=(LegendEntry(f"kind.{kind}", ""),),
            shown=bool((main & (facilities.kind == kind)).any()),
        )
        for kind in present
    )


def gap_layer(sketch: Sketch) -> Layer:
    """Return the patches of homes that the main service does not reach, with their people."""
    table = sketch.outcome.tables.gaps
    names = facility_names(sketch.outcome.inputs.facilities)
    xy, labels = sketch.outcome.inputs.demand.xy, sketch.outcome.gap_of_demand
    features = [
        Feature(
            geometry=drawn(patches(xy[labels == label]), sketch.crs),
            style="gap",
            popup=_gap_popup(sketch, row, names),
        )
        for label, row in enumerate(_records(table))
        if (labels == label).any()
    ]
    return Layer(
        id="gaps",
        title=sketch.words.text("layer.gaps"),
        section="findings",
        pane="gaps",
        features=tuple(features),
        legend=(LegendEntry("gap", ""),),
        shown=True,
    )


def site_layer(sketch: Sketch) -> Layer:
    """Return the recommended sites, numbered by rank; the first lies on top."""
    rows = _records(sketch.outcome.tables.recommendations)
    features = [
        Feature(
            geometry=shapely.Point(round(float(row["lon"]), 6), round(float(row["lat"]), 6)),
            style="site",
            popup=_site_popup(sketch, row),
            label=str(int(row["rank"])),
        )
        for row in reversed(rows)
    ]
    return Layer(
        id="sites",
        title=sketch.words.text("layer.sites"),
        section="findings",
        pane="marks",
        features=tuple(features),
        legend=(LegendEntry("site", ""),),
        shown=True,
    )


def gate_layer(sketch: Sketch) -> Layer:
    """Return the gates that are locked."""
    gates, words = sketch.outcome.inputs.network.closed_gates, sketch.words
    popup = Popup(title=words.text("popup.gate"))
    points = drawn_all(np.asarray(shapely.points(gates), dtype=object).reshape(-1), sketch.crs)
    return Layer(
        id="gates",
        title=words.text("layer.gates"),
        section="base",
        pane="marks",
        features=tuple(Feature(point, "gate", popup) for point in points),
        legend=(LegendEntry("gate", ""),),
    )


def _facilities(sketch: Sketch, mask: Flags) -> tuple[Feature, ...]:
    facilities = sketch.outcome.inputs.facilities
    rows = np.flatnonzero(mask)
    points = drawn_all(np.asarray(shapely.points(facilities.xy[rows]), object), facilities.crs)
    table = {str(row["id"]): row for row in _records(sketch.outcome.tables.facilities)}
    return tuple(
        Feature(
            geometry=point,
            style=f"kind.{facilities.kind[row]}",
            popup=_facility_popup(sketch, row, table.get(str(facilities.id[row]), {})),
        )
        for row, point in zip(rows.tolist(), points, strict=True)
    )


def _facility_popup(sketch: Sketch, facility: int, row: Row) -> Popup:
    facilities, words = sketch.outcome.inputs.facilities, sketch.words
    gives = np.flatnonzero(facilities.offers[facility]).tolist()
    services = words.text("popup.joint").join(words.service(facilities.services[i]) for i in gives)
    status = str(facilities.status[facility])
    rows = [
        (words.text("popup.kind"), words.kind(str(facilities.kind[facility]))),
        (words.text("popup.services"), services),
        (words.text("popup.status"), words.text(f"status.{status}") if status else ""),
        *_unit_rows(words, row),
        *_people_rows(sketch, row),
        (words.text("popup.id"), str(facilities.id[facility])),
    ]
    name = str(facilities.name[facility]) or words.text("popup.unnamed")
    return Popup(title=name, rows=_filled(rows))


def _people_rows(sketch: Sketch, row: Row) -> list[tuple[str, str]]:
    """Return the residents within each limit and those who would be lost; empty columns skipped."""
    words, longest = sketch.words, max(sketch.minutes)
    labels = {
        f"people_{limit}": words.text("popup.people_within", minutes=limit)
        for limit in sketch.minutes
    } | {f"marginal_{longest}": words.text("popup.marginal")}
    return [
        (label, words.text("popup.people_value", count=shown_count(row[column])))
        for column, label in labels.items()
        if column in row and (sketch.outcome.settings.public or not pd.isna(row[column]))
    ]


def _gap_popup(sketch: Sketch, row: Row, names: Mapping[str, str]) -> Popup:
    words, demand = sketch.words, sketch.outcome.inputs.demand
    people = [
        (words.group(group), words.text("popup.people_value", count=shown_count(row[column])))
        for group in demand.groups
        for column in [group_column("people", group)]
    ]
    facility = str(row["nearest_facility"])
    settings, lang = sketch.outcome.settings, words.lang
    rows = [
        (words.text("popup.gap_class"), words.gap_class(row["class"])),
        *_unit_rows(words, row),
        (words.text("popup.place"), str(row["place"])),
        *people,
        (words.text("popup.why"), words.text(f"why.{row['why']}")),
        (words.text("popup.action"), gap_action(row, lang, settings=settings, names=names)),
        (words.text("popup.nearest"), names.get(facility, facility)),
        (words.text("popup.walk"), _minutes_text(words, row["minutes"])),
    ]
    return Popup(title=words.text("popup.gap_title", id=row["id"]), rows=_filled(rows))


def _site_popup(sketch: Sketch, row: Row) -> Popup:
    words, demand = sketch.words, sketch.outcome.inputs.demand
    gains = [
        (
            words.text("popup.gain", group=words.group(group)),
            words.text("popup.people_value", count=shown_count(row[group_column("gain", group)])),
        )
        for group in demand.groups
    ]
    share = words.text("popup.share_value", share=shown(row["cumulative_share"]))
    rows = [
        *_unit_rows(words, row),
        (words.text("popup.origin"), site_origin(row, words.lang)),
        *gains,
        (words.text("popup.cumulative"), share),
        (words.text("popup.reason"), words.text(f"reason.{row['reason_code']}")),
        (words.text("popup.id"), str(row["site_id"])),
    ]
    title = words.text("popup.site_title", rank=row["rank"], name=site_name(row, words.lang))
    return Popup(title=title, rows=_filled(rows))


def _unit_rows(words: Wording, row: Row) -> list[tuple[str, str]]:
    return [
        (words.text(f"popup.{level}"), str(row.get(level, "")))
        for level in ("subdistrict", "community")
    ]


def _minutes_text(words: Wording, minutes: float) -> str:
    return "" if pd.isna(minutes) else words.text("popup.minutes_value", minutes=float(minutes))


def _filled(rows: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the rows that have a value."""
    return tuple((label, value) for label, value in rows if value)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
