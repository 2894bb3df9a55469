"""Layers of streets, areas, units and barriers: what lies under the marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import shapely

from geoplan.model.arrays import Floats
from geoplan.model.results import PlanOutcome
from geoplan.units import seconds
from geoplan.views.map_geometry import (
    drawn,
    drawn_all,
    nested_outlines,
    street_lines,
    unit_outlines,
)
from geoplan.views.map_parts import Feature, Layer, LegendEntry, Popup
from geoplan.views.style import SHARE_BREAKS, share_class, time_ranks, time_step
from geoplan.views.wording import Hidden, Wording, shown_count

_BARRIER_KINDS = ("wall", "rail", "water")


@dataclass(frozen=True, slots=True)
class Sketch:
    """A run and the words to show it in: what every layer is drawn from."""

    outcome: PlanOutcome
    words: Wording

    @property
    def crs(self) -> str:
        """The metric system of the run."""
        return self.outcome.inputs.area.crs

    @property
    def minutes(self) -> tuple[int, ...]:
        """The limits of the run, rising."""
        return self.outcome.settings.minutes


def street_layer(sketch: Sketch) -> Layer:
    """Return the streets in one feature a time class, by the time at the middle of each street."""
    network = sketch.outcome.inputs.network
    limits = [seconds(limit) for limit in sketch.minutes]
    ranks = time_ranks(_middle_s(sketch), limits)
    features = []
    for rank, style in reversed(list(enumerate(_time_styles(sketch)))):
        edges = np.flatnonzero(ranks == rank).astype(np.int32)
        if edges.size:
            lines = drawn(street_lines(network, edges), sketch.crs)
            features.append(Feature(geometry=lines, style=style))
    return Layer(
        id="streets",
        title=sketch.words.text("layer.streets"),
        section="reach",
        pane="streets",
        features=tuple(features),
        legend=_time_legend(sketch),
        shown=True,
    )


def area_layer(sketch: Sketch) -> Layer:
    """Return the nested areas of the main service, the widest first."""
    service, words = sketch.outcome.settings.service, sketch.words
    ranked, areas = list(enumerate(sketch.minutes)), _dissolved(sketch, service, sketch.minutes)
    features = [
        Feature(geometry=areas[limit], style=f"area.{time_step(rank, len(ranked))}")
        for rank, limit in reversed(ranked)
        if limit in areas
    ]
    return Layer(
        id="areas",
        title=words.text("layer.areas", service=words.service(service)),
        section="reach",
        pane="areas",
        features=tuple(features),
        legend=tuple(LegendEntry(feature.style, "") for feature in reversed(features)),
        shown=True,
    )


def service_layers(sketch: Sketch) -> tuple[Layer, ...]:
    """Return one layer for the longest limit of each further service."""
    settings, words = sketch.outcome.settings, sketch.words
    longest = max(sketch.minutes)
    return tuple(
        Layer(
            id=f"service_{service}",
            title=words.text(
                "layer.other_service", service=words.service(service), minutes=longest
            ),
            section="services",
            pane="areas",
            features=tuple(
                Feature(geometry=area, style=f"service.{service}")
                for area in _dissolved(sketch, service, [longest]).values()
            ),
            legend=(LegendEntry(f"service.{service}", ""),),
        )
        for service in settings.services
        if service != settings.service
    )


def coverage_layers(sketch: Sketch) -> tuple[Layer, ...]:
    """Return the units coloured by covered share, one layer a level that has units."""
    levels = ("subdistrict", "community")
    present = [level for level in levels if sketch.outcome.inputs.boundaries.at(level).size]
    return tuple(_coverage_layer(sketch, level) for level in present)


def unit_layer(sketch: Sketch) -> Layer:
    """Return the borders of subdistricts with their names."""
    boundaries = sketch.outcome.inputs.boundaries
    rows = boundaries.at("subdistrict")
    shapes = drawn_all(shapely.boundary(unit_outlines(boundaries.geometry[rows])), boundaries.crs)
    centres = drawn_all(shapely.point_on_surface(boundaries.geometry[rows]), boundaries.crs)
    names = boundaries.name[rows].tolist()
    borders = [Feature(geometry=shape, style="subdistrict") for shape in shapes]
    labels = [
        Feature(geometry=centre, style="label", label=str(name))
        for centre, name in zip(centres, names, strict=True)
    ]
    return Layer(
        id="units",
        title=sketch.words.text("layer.units"),
        section="base",
        pane="lines",
        features=(*borders, *labels),
        legend=(LegendEntry("subdistrict", ""),),
        shown=True,
    )


def district_layer(sketch: Sketch) -> Layer:
    """Return the border of the study area."""
    area = sketch.outcome.inputs.area
    border = drawn(shapely.boundary(shapely.simplify(area.target, 3.0)), area.crs)
    return Layer(
        id="district",
        title=sketch.words.text("layer.district"),
        section="base",
        pane="lines",
        features=(Feature(geometry=border, style="district"),),
        legend=(LegendEntry("district", ""),),
        shown=True,
    )


def barrier_layer(sketch: Sketch) -> Layer:
    """Return walls, railways and water, one feature a kind and name."""
    barriers, words = sketch.outcome.inputs.network.barriers, sketch.words
    features = []
    for kind in _BARRIER_KINDS:
        lines = barriers.geometry[barriers.kind == kind]
        if lines.size:
            merged = shapely.simplify(shapely.union_all(lines), 2.0)
            features.append(Feature(geometry=drawn(merged, sketch.crs), style=kind))
    return Layer(
        id="barriers",
        title=words.text("layer.barriers"),
        section="base",
        pane="lines",
        features=tuple(features),
        legend=tuple(
            LegendEntry(feature.style, words.text(f"legend.{feature.style}"))
            for feature in features
        ),
    )


def _middle_s(sketch: Sketch) -> Floats:
    """Return the walking time at the middle of each street: half its length beyond its better end.

    A drawing only: people are counted along the street, waits and stairs included.
    """
    outcome = sketch.outcome
    network = outcome.inputs.network
    nearer = np.minimum(outcome.node_s[network.tail], outcome.node_s[network.head])
    middle: Floats = nearer + network.length_m / 2 / outcome.settings.speed_m_s
    return middle


def _time_styles(sketch: Sketch) -> tuple[str, ...]:
    count = len(sketch.minutes)
    return (*(f"time.{time_step(rank, count)}" for rank in range(count)), "time.beyond")


def _time_legend(sketch: Sketch) -> tuple[LegendEntry, ...]:
    words = sketch.words
    texts = [words.text("legend.within", minutes=limit) for limit in sketch.minutes]
    texts.append(words.text("legend.beyond", minutes=max(sketch.minutes)))
    styles = _time_styles(sketch)
    return tuple(LegendEntry(style, text) for style, text in zip(styles, texts, strict=True))


def _dissolved(sketch: Sketch, service: str, limits: Sequence[int]) -> dict[int, shapely.Geometry]:
    """Return the drawn areas of a service by rising limit, nested, without empty ones."""
    areas = sketch.outcome.kind_areas
    rows = np.flatnonzero((areas.owner == service) & np.isin(areas.minutes, limits))
    rows = rows[np.argsort(areas.minutes[rows])]
    lights = nested_outlines(areas.geometry[rows])
    return {
        int(limit): drawn(light, sketch.crs)
        for limit, light in zip(areas.minutes[rows], lights, strict=True)
        if not shapely.is_empty(light)
    }


def _coverage_layer(sketch: Sketch, level: str) -> Layer:
    boundaries, words = sketch.outcome.inputs.boundaries, sketch.words
    rows = boundaries.at(level)
    shapes = drawn_all(unit_outlines(boundaries.geometry[rows]), boundaries.crs)
    by_code = _coverage_by_code(sketch, level)
    return Layer(
        id=f"coverage_{level}",
        title=words.text(f"layer.coverage_{level}"),
        section="coverage",
        pane="units",
        features=tuple(
            _covered_unit(sketch, row, shape, by_code.get(str(boundaries.code[row])))
            for row, shape in zip(rows.tolist(), shapes, strict=True)
        ),
        legend=_share_legend(words, public=sketch.outcome.settings.public),
        choice="coverage",
    )


def _coverage_by_code(sketch: Sketch, level: str) -> dict[str, pd.DataFrame]:
    """Return the coverage rows of each unit: main service, profile and group, limits rising."""
    table, settings = sketch.outcome.tables.coverage, sketch.outcome.settings
    rows = table[
        (table["level"] == level)
        & (table["service"] == settings.service)
        & (table["profile"] == settings.profile)
        & (table["group"] == settings.group)
    ].sort_values("minutes")
    return {str(code): unit for code, unit in rows.groupby("code", sort=True)}


def _covered_unit(
    sketch: Sketch, row: int, shape: shapely.Geometry, rows: pd.DataFrame | None
) -> Feature:
    boundaries, words = sketch.outcome.inputs.boundaries, sketch.words
    group = words.group(sketch.outcome.settings.group)
    parent = boundaries.name_of(str(boundaries.parent[row]))
    lines = [(words.text("popup.subdistrict"), parent)] if _is_community(sketch, row) else []
    share = float("nan")
    for unit in [] if rows is None else rows.to_dict("records"):
        people, covered = shown_count(unit["people"]), shown_count(unit["covered"])
        share = float("nan") if pd.isna(unit["share"]) else float(unit["share"])
        label = words.text("popup.share_within", minutes=unit["minutes"], group=group)
        lines.append((label, _share_text(words, people, covered)))
    title = str(boundaries.name[row])
    return Feature(shape, share_class(share), Popup(title=title, rows=tuple(lines)))


def _is_community(sketch: Sketch, row: int) -> bool:
    return str(sketch.outcome.inputs.boundaries.level[row]) == "community"


def _share_text(words: Wording, people: int | Hidden, covered: int | Hidden) -> str:
    if people == 0:
        return words.text("legend.share_none")
    if isinstance(people, Hidden) or isinstance(covered, Hidden):
        share: float | Hidden = Hidden()
    else:
        share = covered / people
    return words.text("popup.coverage_value", people=people, covered=covered, share=share)


def _share_legend(words: Wording, *, public: bool) -> tuple[LegendEntry, ...]:
    entries = [
        LegendEntry(f"share.{step}", words.text("legend.share_from", low=low, high=high))
        for step, (low, high) in enumerate(pairwise(SHARE_BREAKS))
    ]
    none = words.text("legend.share_untold" if public else "legend.share_none")
    return (*entries, LegendEntry("share.none", none))
