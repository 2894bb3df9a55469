"""A run as a pure description of its map: layers, legend, words; no folium, no HTML."""

from __future__ import annotations

import shapely

from geoplan.model.results import PlanOutcome, PlanSettings
from geoplan.model.source import Source
from geoplan.views.map_geometry import drawn
from geoplan.views.map_layers import (
    Sketch,
    area_layer,
    barrier_layer,
    coverage_layers,
    district_layer,
    service_layers,
    street_layer,
    unit_layer,
)
from geoplan.views.map_marks import facility_layers, gap_layer, gate_layer, site_layer
from geoplan.views.map_parts import Layer, MapSpec
from geoplan.views.style import STYLES
from geoplan.views.wording import Wording, shown, wording

__all__ = ["MapSpec", "map_spec"]


def map_spec(outcome: PlanOutcome, *, lang: str) -> MapSpec:
    """Return the map of a run in one language; the same run gives an equal map.

    Raises
    ------
    ValueError
        There is no wording for the language.
    """
    words, settings = wording(lang), outcome.settings
    return MapSpec(
        lang=words.text("map.language"),
        title=_title(words, settings),
        subtitle=words.text(
            "map.subtitle",
            minutes=words.minutes(settings.minutes),
            group=words.group(settings.group),
        ),
        walker=words.text(
            "map.walker",
            profile=words.profile(settings.profile),
            speed=f"{settings.speed_m_s:.2f}",
            minutes=words.minutes(settings.minutes),
        )
        + words.weather(settings.scenario),
        headline=_headline(words, outcome),
        band=words.text("map.band") if settings.synthetic else "",
        footer=words.text("map.footer") + _masked_note(words, settings),
        sources=_sources(words, outcome),
        layers=_layers(Sketch(outcome=outcome, words=words)),
        styles=STYLES,
        bounds=_bounds(outcome),
    )


def _layers(sketch: Sketch) -> tuple[Layer, ...]:
    """Return the layers that have something to show, the lowest first."""
    layers = (
        *coverage_layers(sketch),
        area_layer(sketch),
        *service_layers(sketch),
        street_layer(sketch),
        barrier_layer(sketch),
        unit_layer(sketch),
        district_layer(sketch),
        gap_layer(sketch),
        gate_layer(sketch),
        *facility_layers(sketch),
        site_layer(sketch),
    )
    return tuple(layer for layer in layers if layer.features)


def _bounds(outcome: PlanOutcome) -> tuple[float, float, float, float]:
    area = outcome.inputs.area
    west, south, east, north = shapely.bounds(drawn(area.target, area.crs)).tolist()
    return west, south, east, north


def _masked_note(words: Wording, settings: PlanSettings) -> str:
    return words.text("map.public") if settings.public else ""


def _title(words: Wording, settings: PlanSettings) -> str:
    project = settings.title if words.lang == "zh" else settings.title_en
    return words.text("map.title", project=project, service=words.service(settings.service))


def _headline(words: Wording, outcome: PlanOutcome) -> str:
    summary, settings = outcome.summary, outcome.settings
    return words.text(
        "map.headline",
        group=words.group(settings.group),
        people=shown(summary["people"]),
        covered=shown(summary["covered"]),
        share=shown(summary["share"]),
        minutes=max(settings.minutes),
    )


def _sources(words: Wording, outcome: PlanOutcome) -> tuple[str, ...]:
    inputs = outcome.inputs
    lines = [
        _source_line(words, words.text(f"input.{role}"), source)
        for role, source in (
            ("network", inputs.network.source),
            ("facilities", inputs.facilities.source),
            ("demand", inputs.demand.source),
            ("boundaries", inputs.boundaries.source),
        )
    ]
    return (*lines, words.text("map.drawing"), words.text("panel.software"))


def _source_line(words: Wording, what: str, source: Source) -> str:
    key = "panel.source_dated" if source.date else "panel.source_line"
    line = words.text(key, what=what, name=source.name, **_dated(source))
    made = words.text("panel.made") if source.synthetic else ""
    note = words.text("panel.note", note=source.note) if source.note else ""
    return line + made + note


def _dated(source: Source) -> dict[str, str]:
    return {"date": source.date} if source.date else {}
