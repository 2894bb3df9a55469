"""The words around the map as HTML: title bar, layer panel with legend, sources, footer."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from geoplan.views.map_parts import Layer, LegendEntry, MapSpec
from geoplan.views.style import SHAPES, Style
from geoplan.views.wording import Wording

SECTIONS = ("findings", "reach", "coverage", "services", "facilities", "base")
"""Sections of the panel from top to bottom."""


def page_frame(spec: MapSpec, words: Wording) -> str:
    """Return the whole frame; every text is escaped, whatever it holds."""
    return f"{_header(spec)}{_panel(spec, words)}{_footer(spec)}{_HATCH}{_compass(words)}"


def _header(spec: MapSpec) -> str:
    band = f'<p id="band">{escape(spec.band)}</p>' if spec.band else ""
    return (
        f'<header><div><h1>{escape(spec.title)}</h1><p id="subtitle">{escape(spec.subtitle)}'
        f'</p></div><p id="walker">{escape(spec.walker)}</p>{band}</header>'
    )


def _panel(spec: MapSpec, words: Wording) -> str:
    order = sorted(spec.layers, key=lambda layer: SECTIONS.index(layer.section))
    sections = "".join(
        _section(spec, words, section, list(layers))
        for section, layers in groupby(order, key=lambda layer: layer.section)
    )
    title = escape(words.text("panel.layers"))
    sources = "".join(f"<li>{escape(line)}</li>" for line in spec.sources)
    return (
        f'<button id="panel-toggle" type="button" aria-expanded="true" aria-controls="panel">'
        f'{title}</button><aside id="panel" aria-label="{title}">'
        f'<p id="headline">{escape(spec.headline)}</p>{sections}'
        f"<details><summary>{escape(words.text('panel.sources'))}</summary>"
        f"<ul>{sources}</ul></details></aside>"
        f"<noscript><p>{escape(words.text('panel.no_script'))}</p></noscript>"
    )


def _section(spec: MapSpec, words: Wording, section: str, layers: Sequence[Layer]) -> str:
    heading = escape(words.text(f"section.{section}"))
    return (
        f'<fieldset id="section-{section}"><legend>{heading}</legend>'
        f"{_no_choice(words, layers)}{''.join(_layer(spec, layer) for layer in layers)}"
        f"{_shared_legend(spec, layers)}</fieldset>"
    )


def _no_choice(words: Wording, layers: Sequence[Layer]) -> str:
    """Return the choice of none of the layers, where they exclude each other."""
    choices = {layer.choice for layer in layers if layer.choice}
    return "".join(
        f'<label><input type="radio" name="{escape(choice)}" value="" checked>'
        f"<span>{escape(words.text('layer.no_choropleth'))}</span></label>"
        for choice in sorted(choices)
    )


def _layer(spec: MapSpec, layer: Layer) -> str:
    kind = f'type="radio" name="{escape(layer.choice)}"' if layer.choice else 'type="checkbox"'
    checked = " checked" if layer.shown else ""
    swatch = _own_swatch(spec, layer)
    legend = "" if layer.choice else _legend(spec, [entry for entry in layer.legend if entry.text])
    return (
        f'<label><input {kind} data-layer="{escape(layer.id)}" value="{escape(layer.id)}"'
        f"{checked}>{swatch}<span>{escape(layer.title)}</span></label>{legend}"
    )


def _own_swatch(spec: MapSpec, layer: Layer) -> str:
    """Return the sign beside the layer's name when its legend has no words of its own."""
    plain = [entry for entry in layer.legend if not entry.text]
    return "".join(swatch(spec.styles[entry.style]) for entry in plain)


def _shared_legend(spec: MapSpec, layers: Sequence[Layer]) -> str:
    """Return the one legend of layers that exclude each other."""
    chosen = [layer for layer in layers if layer.choice]
    return _legend(spec, chosen[0].legend) if chosen else ""


def _legend(spec: MapSpec, entries: Sequence[LegendEntry]) -> str:
    if not entries:
        return ""
    items = "".join(
        f"<li>{swatch(spec.styles[entry.style])}<span>{escape(entry.text)}</span></li>"
        for entry in entries
    )
    return f'<ul class="legend">{items}</ul>'


def swatch(style: Style) -> str:
    """Return the sign of a style as inline SVG: a shape, a filled box or a line."""
    if style.shape:
        return (
            f'<svg class="sign" viewBox="0 0 20 20"><path d="{SHAPES[style.shape]}" '
            f'fill="{style.fill}" stroke="#fff" stroke-width="1"/></svg>'
        )
    line = f'stroke="{style.stroke}" stroke-width="{style.width}" stroke-dasharray="{style.dash}"'
    if not style.fill:
        return f'<svg class="sign" viewBox="0 0 26 20"><path d="M0 10h26" {line}/></svg>'
    fill = "url(#hatch)" if style.fill == "hatch" else style.fill
    return (
        f'<svg class="sign" viewBox="0 0 26 20"><path d="M1.5 3h23v14h-23z" fill="{fill}" '
        f'fill-opacity="{style.opacity}" {line}/></svg>'
    )


def _footer(spec: MapSpec) -> str:
    return f"<footer>{escape(spec.footer)}</footer>"


def _compass(words: Wording) -> str:
    letter = escape(words.text("map.north"))
    return (
        '<svg id="north" viewBox="0 0 30 44" role="img"><path d="M15 14l9 26-9-6z" fill="#fff" '
        'stroke="#222"/><path d="M15 14l-9 26 9-6z" fill="#222" stroke="#222"/>'
        f'<text x="15" y="11" text-anchor="middle" font-size="12">{letter}</text></svg>'
    )


_HATCH = (
    '<svg id="patterns" width="0" height="0" aria-hidden="true"><defs><pattern id="hatch" '
    'width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M0 0h7v7H0z" fill="#ffb347" fill-opacity=".35"/>'
    '<path d="M0 0v7" stroke="#d96b00" stroke-width="4"/></pattern></defs></svg>'
)
